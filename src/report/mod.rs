//! Floor 6: findings and traces as people and programs read them. The only floor that names codespan.

mod clean;
mod diff;
mod fingerprint;
pub mod formats;
mod pages;
mod place;
mod record;
mod source;
mod tally;
mod text;
mod told;
mod trace;
mod window;

#[cfg(test)]
pub(crate) mod story;

use std::path::PathBuf;
use std::sync::Arc;

pub use clean::{clean_lines, clean_word};
pub use diff::{patch, patch_for_terminal};
pub use fingerprint::{Fingerprints, fingerprint, own_text};
pub use pages::summary_of;
pub use record::{Error, Findings};
pub use tally::{Fixable, Severities, Tally, count};
pub use text::{Colour, heading, pictures};
pub use trace::{
    Alarm, Failures, Lines, Look, PagePart, Teller, TraceDocument, TracePart, aftermath, page, stories,
    story, table,
};

use crate::check;

/// One JSON document with a line end behind it.
pub(crate) fn json_line(document: &impl serde::Serialize) -> Vec<u8> {
    let mut text = serde_json::to_vec(document).expect("numbers, strings and lists become JSON");
    text.push(b'\n');
    text
}

/// The report on one script, with what is needed to show it.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The path of the file, as given; `-` for standard input.
    pub path: PathBuf,
    /// The file's bytes, which the document's map leads to.
    pub bytes: Arc<[u8]>,
    /// What was found out.
    pub report: check::Report,
}
