//! reviewdog's diagnostics: <https://github.com/reviewdog/reviewdog/tree/master/proto/rdf>. Columns count bytes, ends lie behind the
//! last one.

use serde::Serialize;

use super::Format;
use crate::diagnostic::{Applicability, Severity};
use crate::report::record::{At, Change, Finding, Point};
use crate::report::told::Told;
use crate::report::{Findings, json_line};

pub(super) static FORMAT: Format = Format::whole_run("rdjson", "reviewdog's diagnostics, with suggestions", write);

fn write(findings: &Findings) -> Vec<u8> {
    json_line(&Document { source: Source { name: "lint-scripts" }, diagnostics: diagnostics(findings) })
}

/// One for each thing told.
pub(super) fn diagnostics(findings: &Findings) -> Vec<Diagnostic> {
    findings.told().iter().map(Diagnostic::from).collect()
}

#[derive(Serialize)]
struct Document {
    source: Source,
    diagnostics: Vec<Diagnostic>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

/// As the `Diagnostic` of reviewdog's protocol.
#[derive(Serialize)]
pub(super) struct Diagnostic {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
}

#[derive(Serialize)]
struct Code {
    value: String,
}

#[derive(Serialize)]
struct Location {
    path: String,
    range: Range,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Location,
}

impl Location {
    fn new(start: &Point, end: &Point) -> Self {
        Self { path: start.path.path.clone(), range: Range::new(start.at, end.at) }
    }
}

impl Range {
    fn new(start: At, end: At) -> Self {
        let position = |at: At| Position { line: at.line, column: at.byte_column() };
        Self { start: position(start), end: position(end) }
    }
}

impl From<&Told<'_>> for Diagnostic {
    fn from(told: &Told<'_>) -> Self {
        let related = told.way().into_iter().map(|(start, end, message)| Related {
            message: message.to_owned(),
            location: Location::new(start, end),
        });
        Self {
            message: told.message_and_help(),
            location: Location::new(told.start, told.end),
            severity: match told.severity {
                Severity::Error => "ERROR",
                Severity::Warning => "WARNING",
                Severity::Info => "INFO",
            },
            code: Code { value: told.rule.to_owned() },
            suggestions: told.finding.map(suggestions).unwrap_or_default(),
            related_locations: related.collect(),
        }
    }
}

/// The edits of the preferred fix: reviewdog offers each to be applied as it stands, so one that a person has to finish is none.
fn suggestions(finding: &Finding) -> Vec<Suggestion> {
    let whole = |fix: &&crate::report::record::Remedy| fix.applicability != Applicability::Display;
    let edits = finding.fixes.iter().find(whole).map(|fix| fix.edits.as_slice()).unwrap_or_default();
    let suggestion =
        |edit: &Change| Suggestion { range: Range::new(edit.range.start, edit.range.end), text: edit.content.clone() };
    edits.iter().filter(|edit| edit.path == finding.path).map(suggestion).collect()
}
