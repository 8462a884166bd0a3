//! zsh's or fish's own words in a script that another shell runs.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Fate;
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::OtherShell;
use crate::syntax::{Command, Operation, Part};
use crate::text::{FileId, Span};

/// How many places are shown; more are counted.
const MAX_LABELS: usize = 4;

pub static RULE: Rule = Rule {
    id: RuleId("written-for-another-shell"),
    family: Family::Text,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/text/written-for-another-shell.md"),
    check,
};

/// A place that only the other shell understands, and what ours makes of it.
type Place = (Span, &'static str);

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let text = cx.units.source(FileId(0));
    for shell in OtherShell::all().iter().filter(|shell| !shell.is_asked_for(text)) {
        let places = places(cx, shell);
        if !places.is_empty() {
            out.add(places.iter().map(|(span, _)| Topic::Code(*span)), finding(cx, shell, &places));
        }
    }
}

fn finding(cx: &Context<'_>, shell: &OtherShell, places: &[Place]) -> Diagnostic {
    let (name, ours) = (&shell.name, cx.dialect().name());
    let (first, here) = places[0];
    let more = places.len().saturating_sub(MAX_LABELS);
    let more = if more > 0 { format!(" ({more} more places are not shown)") } else { String::new() };
    let message = format!("this is {name}, and {ours} runs it{more}");
    let mut finding = Diagnostic::new(RULE.id, RULE.severity, first, message).here(here);
    for (span, why) in places.iter().skip(1).take(MAX_LABELS - 1) {
        finding = finding.because(*span, *why);
    }
    finding.help(format!("name {name} in the `#!` line, or write it in the words of {ours}"))
}

/// In the order of the text.
fn places(cx: &Context<'_>, shell: &OtherShell) -> Vec<Place> {
    let mut places = called(cx, shell);
    cx.units.script().each_command(&mut |command| places.extend(of_command(cx, shell, command)));
    places.sort_unstable();
    places
}

/// Commands that it alone has, where nobody expects them to be missing.
fn called(cx: &Context<'_>, shell: &OtherShell) -> Vec<Place> {
    let expected = |fate| matches!(fate, Fate::Handled | Fate::Swallowed);
    let missing = cx.causes().filter(|cause| !expected(cause.on_failure.fate));
    missing
        .filter(|cause| cause.entry.span.file == FileId(0) && shell.has_command(&cause.entry.name))
        .map(|cause| (cause.entry.span, "there is no such command"))
        .collect()
}

fn of_command(cx: &Context<'_>, shell: &OtherShell, command: &Command) -> Vec<Place> {
    let literals = cx.literals(command);
    let literals: Vec<Option<&str>> = literals.iter().map(Option::as_deref).collect();
    let mut places = Vec::new();
    match literals.as_slice() {
        [Some("set"), Some(option), _, ..] if shell.has_set_option(option) => {
            places.push((command.span, "`set` has no such option here"));
        }
        [Some(name)] if shell.has_closer(name) && !cx.units.script().unknown.is_empty() => {
            places.push((command.span, "this closes nothing here"));
        }
        _ => {}
    }
    for part in command.words().flat_map(|word| &word.parts) {
        expansions(cx, shell, part, &mut places);
    }
    places
}

/// Its own expansions, but not those in what stands in for a value: `${BASH_SOURCE[0]:-${(%):-%x}}` is right in both shells.
fn expansions(cx: &Context<'_>, shell: &OtherShell, part: &Part, places: &mut Vec<Place>) {
    if let Part::Parameter(parameter) = part {
        let inside = cx.units.text(parameter.span).strip_prefix(b"${").unwrap_or_default();
        if parameter.name.is_empty() && shell.has_expansion(inside) {
            places.push((parameter.span, "a bad substitution: the line is not run, and the script goes on"));
        }
        if matches!(parameter.operation, Operation::Default | Operation::Alternative) {
            return;
        }
    }
    for inner in part.inner() {
        expansions(cx, shell, inner, places);
    }
}
