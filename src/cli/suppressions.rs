//! `lint-scripts suppressions`: each failure that somebody has accepted, with the reason.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::Outcome;
use super::args::{Format, Suppressing, Suppressions as Arguments};
use super::output::{Output, error, say};
use super::scan::{Scan, Trouble};
use crate::check::{Report, Settings, analyse};
use crate::files::{Content, LineEnds, Origin, shown};
use crate::report::{Error, clean_word, count, json_line};
use crate::suppress::{Directive, Scope, Voice};
use crate::text::{Document, LineIndex};

/// Lists the suppressions of all scripts.
pub fn run(arguments: &Arguments) -> Outcome {
    let scan = arguments
        .rules
        .choice()
        .and_then(|rules| Scan::new(&arguments.reading, rules, &Suppressing::default()));
    let scan = match scan {
        Ok(scan) => scan,
        Err(message) => {
            error(&message);
            return Outcome::Failed;
        }
    };
    let work = |origin: &Origin, content: Content, settings: &Settings| {
        let document = Arc::new(LineEnds::HERE.script(origin.shown(), &content.bytes));
        accepted(origin.path(), &document, &analyse(&document, settings, &scan.sources))
    };
    let mut list = List { version: 1, suppressions: Vec::new(), errors: Vec::new() };
    let troubles = scan.each(&arguments.paths, work, |mut found| list.suppressions.append(&mut found));
    list.errors = troubles.iter().map(|trouble| Error::new(&trouble.path, trouble.placed())).collect();
    let mut output = Output::default();
    output.print(&match arguments.format {
        Format::Text => list.suppressions.iter().map(Accepted::text).collect::<String>().into_bytes(),
        Format::Json => json_line(&list),
    });
    troubles.iter().for_each(Trouble::tell);
    say(&count(list.suppressions.len(), "suppression"));
    let failed = if troubles.is_empty() { Outcome::Clean } else { Outcome::Failed };
    failed.max(output.outcome())
}

#[derive(Serialize)]
struct List {
    version: u32,
    suppressions: Vec<Accepted>,
    errors: Vec<Error>,
}

/// One comment that disables rules.
#[derive(Serialize)]
struct Accepted {
    path: String,
    /// 1-based, of the comment.
    line: u32,
    rules: Vec<String>,
    scope: &'static str,
    reason: Option<String>,
    until: Option<String>,
    /// Whether it is said to ShellCheck.
    shellcheck: bool,
    /// What it takes away.
    findings: Vec<Finding>,
}

#[derive(Serialize)]
struct Finding {
    rule: &'static str,
    line: u32,
    message: String,
}

fn accepted(path: &Path, document: &Document, report: &Report) -> Vec<Accepted> {
    let lines = LineIndex::new(&document.text);
    let findings = |index: usize| {
        let own = report.suppressed.iter().filter(move |suppressed| suppressed.by == index);
        own.map(|suppressed| &suppressed.finding).map(|finding| Finding {
            rule: finding.rule.0,
            line: lines.line(finding.primary.span.start),
            message: finding.message.clone(),
        })
    };
    // A code of ShellCheck means several rules, of which one has spoken.
    let spoken = |index: usize, directive: &Directive| -> Vec<String> {
        let named = directive.rules.iter().map(|(name, _)| name);
        let spoke = |name: &&String| {
            directive.voice == Voice::Own || findings(index).any(|finding| finding.rule == name.as_str())
        };
        named.filter(spoke).cloned().collect()
    };
    let accept = |(index, directive): (usize, &Directive)| Accepted {
        path: shown(path),
        line: lines.line(directive.span.start),
        rules: spoken(index, directive),
        scope: match directive.scope {
            Scope::Line => "line",
            Scope::NextCommand => "command",
            Scope::File => "file",
        },
        reason: directive.reason.clone(),
        until: directive.until.map(|until| until.to_string()),
        shellcheck: directive.voice == Voice::Shellcheck,
        findings: findings(index).collect(),
    };
    // What is said to ShellCheck, and is nothing here, is no failure that we know of.
    let all = report.directives.iter().enumerate().map(accept);
    all.filter(|accepted| !accepted.shellcheck || !accepted.findings.is_empty()).collect()
}

impl Accepted {
    fn text(&self) -> String {
        let reason = self.reason.as_deref().unwrap_or("no reason is given");
        let until = self.until.as_ref().map_or_else(String::new, |until| format!(" until {until}"));
        let whose = if self.shellcheck { " (said to ShellCheck)" } else { "" };
        let scope = if self.scope == "file" { " in the whole file" } else { "" };
        let rules = self.rules.join(", ");
        let head = format!("{}:{}: {rules}{scope}{until}{whose} -- {reason}", self.path, self.line);
        let finding = |finding: &Finding| format!("    line {}: {}", finding.line, finding.message);
        let lines = [head].into_iter().chain(self.findings.iter().map(finding));
        lines.map(|line| clean_word(&line) + "\n").collect()
    }
}
