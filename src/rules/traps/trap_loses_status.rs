//! What is to be done at a signal lets the script end with 0, or go on, as if nobody had broken it off.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::rules::cause::Cause;
use crate::rules::findings::Topic;
use crate::rules::operands::{only_removes, produces, runs_program};
use crate::rules::traps_set::{SignalTrap, is_endless, signal_traps};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Command;
use crate::text::FileId;

pub static RULE: Rule = Rule {
    id: RuleId("trap-loses-status"),
    family: Family::Traps,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/traps/trap-loses-status.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    // A daemon is ended by a signal when all is well, and what only shows something is left by one.
    let works = |cause: &Cause<'_>| produces(cx, cause.entry) || runs_program(cx, cause.entry);
    if is_endless(cx) || !cx.causes().any(|cause| works(&cause)) {
        return;
    }
    for trap in signal_traps(cx) {
        if let Some(exit) =
            trap.last().filter(|last| takes_own_status(cx, last) && trap.body.statements.len() > 1)
        {
            out.add([Topic::Code(exit.span)], ends_with_zero(cx, &trap, exit));
        } else if let Some(removes) = goes_on(cx, &trap) {
            out.add([Topic::Code(trap.command.span)], continues(cx, &trap, removes));
        }
    }
}

/// `exit`, `exit $?`: the status is that of what the action has done before.
fn takes_own_status(cx: &Context<'_>, command: &Command) -> bool {
    let text = cx.text(command.span).replace('"', "");
    matches!(text.as_str(), "exit" | "exit $?" | "exit ${?}")
}

fn ends_with_zero(cx: &Context<'_>, trap: &SignalTrap<'_>, exit: &Command) -> Diagnostic {
    let text = cx.text(exit.span);
    let message = format!(
        "a script that is broken off ends with 0: `{text}` hands on the status of what the trap has done"
    );
    let finding = Diagnostic::new(RULE.id, RULE.severity, exit.span, message)
        .because(trap.command.span, "this is done when a signal comes")
        .help("`exit 130` for INT, `exit 143` for TERM");
    finding.fix(with_number(trap, exit))
}

/// The number of the signal, where the action is for nothing but signals.
fn with_number(trap: &SignalTrap<'_>, exit: &Command) -> Option<Fix> {
    let only_signals = !trap.is_for(&["EXIT", "0", "ERR"]) && exit.span.file == FileId(0);
    let number = if trap.is_for(&["INT", "2"]) { "130" } else { "143" };
    let edit = Edit::replace(exit.span, format!("exit {number}"));
    let why = "a run that a signal ends has another status from then on";
    let inside = trap.command.span.contains(exit.span);
    (only_signals && inside).then(|| Fix::unsafe_because(format!("`exit {number}`"), vec![edit], why))
}

/// A command that clears away what the script is working on, where nothing in the action ends the script, and errexit does not
/// either when the signal has hit the command that was running.
fn goes_on<'a>(cx: &Context<'a>, trap: &SignalTrap<'a>) -> Option<&'a Command> {
    let span = trap.span().filter(|_| !cx.trace.errexit_seen)?;
    let ends = ["exit", "kill", "return", "exec", "die", "abort", "fail", "quit"];
    let text = cx.text(span);
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let inside = cx.trace.entries.iter().filter(|entry| span.contains(entry.span));
    // A function that is called may end the script.
    let calls = inside.clone().any(|entry| entry.is_function);
    let removes = inside.filter(|entry| only_removes(cx, entry)).find_map(|entry| cx.command(entry));
    removes.filter(|_| !calls && !words.any(|word| ends.contains(&word)))
}

fn continues(cx: &Context<'_>, trap: &SignalTrap<'_>, removes: &Command) -> Diagnostic {
    let text = cx.text(removes.span);
    let message = format!("a script that is broken off does not end: it does `{text}`, and goes on");
    Diagnostic::new(RULE.id, RULE.severity, trap.command.span, message)
        .here("no command of this ends the script")
        .help("`exit 130` at the end of what is done at INT, `exit 143` at TERM; a trap for EXIT is run then, too")
}
