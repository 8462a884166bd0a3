//! A script without errexit in which commands can fail and nobody notices.

use crate::diagnostic::{Diagnostic, Fix, RuleId, Severity};
use crate::flow::{By, Exit, Fate, Standing};
use crate::rules::cause::Cause;
use crate::rules::excused::declines_errexit;
use crate::rules::main_line;
use crate::rules::operands::produces;
use crate::rules::work::is_work;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State, edits};

pub static RULE: Rule = Rule {
    id: RuleId("missing-strict-mode"),
    family: Family::StrictMode,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1).but_not(Preset::Explicit),
    focus: Focus::Script,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/strict-mode/missing-strict-mode.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    // A part of another script lives with that script's options.
    if cx.trace.errexit_seen || cx.trace.standing == Standing::Part || declines_errexit(cx) {
        return;
    }
    let causes = out.silent(cx);
    // What strict mode would not change is no reason to ask for it.
    let mended: Vec<&Cause<'_>> = causes.iter().filter(|cause| is_mended(cx, cause)).collect();
    let first = mended.iter().find(|cause| is_work(cx, cause.entry) || leads_astray(cx, cause, &mended));
    let (Some(head), Some(first)) = (cx.head(), first) else { return };
    let all = cx.causes().count();
    let mode = modes(cx)[0];
    let (count, commands) = (causes.len(), if all == 1 { "command" } else { "commands" });
    let message = format!("no `set {mode}`: {count} of {all} {commands} can fail in silence");
    // Without a `#!` line the file may be one that others read, and live with their options.
    let severity = if cx.is_program() { RULE.severity } else { Severity::Info };
    let finding = Diagnostic::new(RULE.id, severity, head, message)
        .here("without it, the script goes on after a failed command")
        .because(
            first.entry.span,
            format!("when `{}` fails, the script goes on and exits 0", first.entry.name),
        )
        .help(format!("`set {mode}` ends the script where a command fails"))
        .about(causes.iter().map(|cause| cause.entry.span));
    out.add([], modes(cx).iter().fold(finding, |finding, mode| finding.fix(insert(cx, mode))));
}

/// Whether the script surely ends with 0 after this failure, and would not in strict mode: a step of its main line is passed
/// over.
fn is_mended(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let heard = match (cause.on_failure.fate, cause.on_failure.by) {
        (Fate::Ignored, _) => true,
        (_, Some(By::Pipeline)) => cx.has_pipefail(),
        _ => false,
    };
    heard && cause.on_failure.exit == Exit::Zero && main_line::holds(cx, cause.entry.span)
}

/// Whether the directory was not changed, and several steps work in another one.
fn leads_astray(cx: &Context<'_>, cause: &Cause<'_>, mended: &[&Cause<'_>]) -> bool {
    let span = cause.entry.span;
    let behind = mended.iter().filter(|it| it.entry.span.start >= span.end && produces(cx, it.entry));
    matches!(cause.entry.name.as_str(), "cd" | "pushd") && !cx.is_substituted(span) && behind.count() > 1
}

/// The modes to offer, the strictest first; what the shell does not know is left out.
fn modes(cx: &Context<'_>) -> &'static [&'static str] {
    if cx.has_pipefail() { &["-euo pipefail", "-eo pipefail", "-eu", "-e"] } else { &["-eu", "-e"] }
}

/// After the comments that head the file, before the first command.
fn insert(cx: &Context<'_>, mode: &str) -> Option<Fix> {
    let edit = edits::at_head(cx, &format!("set {mode}"))?;
    Some(Fix::option(format!("turn on strict mode: `set {mode}`"), vec![edit]))
}
