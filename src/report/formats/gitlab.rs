//! GitLab's Code Quality report: <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use serde::Serialize;

use super::Format;
use crate::diagnostic::Severity;
use crate::report::told::Told;
use crate::report::{Findings, json_line};

pub(super) static FORMAT: Format = Format::whole_run("gitlab", "GitLab's Code Quality report", write);

fn write(findings: &Findings) -> Vec<u8> {
    json_line(&findings.told().iter().map(Issue::from).collect::<Vec<Issue<'_>>>())
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    /// GitLab drops all but one of those that are equal.
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    positions: Positions,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

impl<'a> From<&'a Told<'_>> for Issue<'a> {
    fn from(told: &'a Told<'_>) -> Self {
        let position = |at: crate::report::record::At| Position { line: at.line, column: at.column };
        Self {
            description: told.message_and_help(),
            check_name: told.rule,
            fingerprint: &told.fingerprint,
            severity: match told.severity {
                Severity::Error => "major",
                Severity::Warning => "minor",
                Severity::Info => "info",
            },
            location: Location {
                path: &told.start.path.path,
                positions: Positions { begin: position(told.start.at), end: position(told.end.at) },
            },
        }
    }
}
