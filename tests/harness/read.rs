//! What the library says of a script, beside what its description says.

use std::path::Path;
use std::sync::Arc;

use lint_scripts::check::{NoSources, Report, Settings, check};
use lint_scripts::flow::Entry;
use lint_scripts::text::{Document, LineIndex, Span};

use super::Fault;

/// A script and its report.
pub struct Read {
    pub document: Arc<Document>,
    pub report: Report,
    pub lines: LineIndex,
    /// The path below the project's root.
    pub name: String,
}

impl Read {
    pub fn script(script: &Path) -> Self {
        let text = std::fs::read(script).expect("the script is there");
        let lines = LineIndex::new(&text);
        let document = Arc::new(Document::script(script.display().to_string(), text));
        let report = check(&document, &Settings::default(), &NoSources);
        let name = script.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(script).display().to_string();
        Self { document, report, lines, name }
    }

    pub fn text(&self, entry: &Entry) -> String {
        String::from_utf8_lossy(self.document.slice(entry.span)).into_owned()
    }

    /// Line and column, 1-based, of a place; columns count bytes, for the scripts of the corpus keep to ASCII before them.
    pub fn place(&self, span: Span) -> (u32, u32) {
        let line = self.lines.line(span.start);
        (line, span.start - self.lines.start(line) + 1)
    }

    /// The entry of a call: on its line, of its name, and the one whose words fit best.
    pub fn entry(&self, fault: &Fault) -> Option<&Entry> {
        let words: Vec<&str> = fault.command.split_whitespace().collect();
        let name = words.first()?.rsplit('/').next()?;
        let on_line = self
            .report
            .trace
            .entries
            .iter()
            .filter(|entry| self.lines.line(entry.span.start) as usize == fault.line);
        let fits = |entry: &&Entry| {
            let text = self.text(entry);
            let own = entry.name == name;
            let shared = words.iter().filter(|word| text.contains(**word)).count();
            (own, text.split_whitespace().any(|word| word == name), shared, std::cmp::Reverse(text.len()))
        };
        on_line
            .filter(|entry| self.text(entry).contains(name) || entry.name.starts_with('$'))
            .max_by_key(fits)
    }
}
