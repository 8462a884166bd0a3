//! Commands that the client runs by their names.

use std::sync::Arc;

use super::snapshot::{Session, Snapshot};
use crate::report::{Colour, Failures, Look, table};
use crate::rules::{self, unknown};

/// Shows a rule's page.
pub const EXPLAIN: &str = "lint-scripts.explain";
/// Shows what happens when each command of a script fails.
pub const TRACE: &str = "lint-scripts.trace";
/// All of them.
pub const ALL: [&str; 2] = [EXPLAIN, TRACE];

/// A text to be shown to the user.
pub struct Shown {
    /// The text as a file.
    pub uri: Option<gen_lsp_types::Uri>,
    /// What to say where the client opens no files.
    pub short: String,
    /// The text.
    pub text: String,
}

/// A rule's page; an error is a sentence for the user.
pub fn explain(session: &Arc<Session>, rule: &str) -> Result<Shown, String> {
    let rule = rules::find(rule).ok_or_else(|| unknown(rule))?;
    Ok(Shown {
        uri: session.pages.of(rule.id),
        short: format!("{}: {}", rule.id, crate::report::summary_of(rule.page)),
        text: rule.page.to_owned(),
    })
}

/// The table of a script's failures; an error is a sentence for the user.
pub fn trace(snapshot: &Snapshot) -> Result<Shown, String> {
    let analysis = snapshot.analysis()?;
    let text = table(&analysis.checked, Look { colour: Colour::Off, width: None });
    let name = snapshot.path().file_name().map(|name| name.to_string_lossy().into_owned());
    let name = format!("{}.trace.txt", name.unwrap_or_default());
    Ok(Shown {
        uri: snapshot.session.pages.show(&name, text.as_bytes()),
        short: Failures::of(&analysis.report().trace).sentence("this script"),
        text,
    })
}
