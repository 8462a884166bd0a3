//! `lint-scripts trace`: the engine's answers themselves.

use std::sync::Arc;

use super::Outcome;
use super::args::{Format, Trace};
use super::lint::json;
use super::output::{Output, error};
use super::scan::{Scan, Trouble};
use crate::check::{Settings, analyse};
use crate::files::{Content, Origin};
use crate::report::{Checked, Traces, table};
use crate::rules::Choice;
use crate::text::Document;

/// Traces every script and prints the traces.
pub fn run(trace: &Trace) -> Outcome {
    let scan = match Scan::new(&trace.reading, Choice::default()) {
        Ok(scan) => scan,
        Err(message) => {
            error(&message);
            return Outcome::Failed;
        }
    };
    let work = |origin: &Origin, content: Content, settings: &Settings| {
        let document = Arc::new(Document::script(origin.shown(), Arc::clone(&content.bytes)));
        let report = analyse(&document, settings, &scan.sources);
        Checked { path: origin.path().to_owned(), bytes: content.bytes, report }
    };
    let mut output = Output::default();
    let troubles = match trace.format {
        Format::Text => {
            let mut before = "";
            scan.each(&trace.paths, work, |checked| {
                output.print(format!("{before}{}", table(&checked)).as_bytes());
                before = "\n";
            })
        }
        Format::Json => {
            let mut traces = Traces::default();
            let troubles = scan.each(&trace.paths, work, |checked| traces.add(&checked));
            for trouble in &troubles {
                traces.fail(&trouble.path, trouble.placed());
            }
            output.print(&json(&traces));
            troubles
        }
    };
    troubles.iter().for_each(Trouble::tell);
    let failed = if troubles.is_empty() { Outcome::Clean } else { Outcome::Failed };
    failed.max(output.outcome())
}
