//! What the program says of a mutant.

use std::sync::Arc;

use lint_scripts::check::{NoSources, Report, Selection, Settings, check};
use lint_scripts::diagnostic::Diagnostic;
use lint_scripts::flow::Entry;
use lint_scripts::rules::{ALL, State, find};
use lint_scripts::text::{Document, LineIndex, Span};

use super::bench::Harm;
use super::mutators::Mutator;
use super::sources::Source;

/// Which of the failures count, and whether somebody speaks of one of them.
pub struct Heard {
    pub counted: Vec<String>,
    pub heard: bool,
}

/// Whether nothing is said of the script as it is.
pub fn is_quiet(source: &Source, mutator: &Mutator) -> bool {
    let report = report(&source.text, mutator);
    report.findings.is_empty()
}

/// Whether the rules speak that the mutator is aimed at, or others that name the command.
pub fn spoken(mutator: &Mutator, text: &str, silent: &[String]) -> Heard {
    if silent.is_empty() {
        return Heard { counted: Vec::new(), heard: false };
    }
    let report = report(text, mutator);
    let lines = LineIndex::new(text.as_bytes());
    let counted: Vec<&String> = silent
        .iter()
        .filter(|call| mutator.harm == Harm::Ends || entries(call, text, &report).any(Entry::works))
        .collect();
    let aimed = report.findings.iter().any(|finding| mutator.rules.contains(&finding.rule.0));
    let named = || {
        let mut spans = counted.iter().flat_map(|call| entries(call, text, &report)).map(|entry| entry.span);
        spans.any(|span| report.findings.iter().any(|finding| names(finding, span, &lines)))
    };
    Heard { heard: aimed || named(), counted: counted.into_iter().cloned().collect() }
}

/// The rules that speak without being asked to; where the mutator is aimed at one that does not, all.
fn report(text: &str, mutator: &Mutator) -> Report {
    let preview = mutator.rules.iter().any(|rule| find(rule).unwrap().state == State::Preview);
    let rules = if preview { Selection::of(ALL.iter().map(|rule| rule.id)) } else { Selection::default() };
    let settings = Settings { rules, ..Settings::default() };
    check(&Arc::new(Document::script("mutant.sh", text.as_bytes())), &settings, &NoSources)
}

/// The commands of the script that a call can be: of its name, and those that share most words with it.
fn entries<'a>(call: &str, text: &str, report: &'a Report) -> impl Iterator<Item = &'a Entry> {
    let words: Vec<&str> = call.split_whitespace().collect();
    let score = |entry: &Entry| {
        let own = &text[entry.span.start as usize..entry.span.end as usize];
        let shared = words[1..].iter().filter(|word| own.contains(**word)).count();
        if entry.name == words[0] { shared + 1 } else { 0 }
    };
    let best = report.trace.entries.iter().map(score).max().unwrap_or(0);
    report
        .trace
        .entries
        .iter()
        .filter(|entry| best > 0 && score(entry) == best)
        .collect::<Vec<_>>()
        .into_iter()
}

/// Whether the place or a label of a finding is on a line of the command.
fn names(finding: &Diagnostic, command: Span, lines: &LineIndex) -> bool {
    let range = |span: Span| lines.line(span.start)..=lines.line(span.end);
    let mut places = std::iter::once(&finding.primary).chain(&finding.labels);
    places.any(|place| {
        let (place, command) = (range(place.span), range(command));
        place.start() <= command.end() && command.start() <= place.end()
    })
}
