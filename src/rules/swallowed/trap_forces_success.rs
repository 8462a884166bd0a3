//! A trap ends the script with 0 after a failure.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{By, Exit};
use crate::rules::cause::{Cause, names};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Command;
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("trap-forces-success"),
    family: Family::Swallowed,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/swallowed/trap-forces-success.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for trap in cx.commands().filter(|command| cx.command_name(command.id).as_deref() == Some("trap")) {
        let signals: Vec<String> = cx.literals(trap).into_iter().skip(2).flatten().collect();
        let on = |wanted: &[&str]| signals.iter().any(|signal| wanted.contains(&signal.as_str()));
        let forced = |cause: &Cause<'_>| {
            let it = cause.on_failure;
            let by_exit = it.forced.is_some_and(|at| trap.span.contains(at));
            let by_err = it.by == Some(By::ErrTrap) && on(&["ERR"]);
            (by_exit || by_err) && it.exit == Exit::Zero
        };
        let causes: Vec<Cause<'_>> = cx.causes().filter(forced).collect();
        if !causes.is_empty() {
            let place = exit_in(cx, trap).unwrap_or(trap.span);
            out.add([Topic::Code(place)], report(cx, trap, place, &causes));
        }
    }
}

/// The `exit` in the trap's own text.
fn exit_in(cx: &Context<'_>, trap: &Command) -> Option<Span> {
    let inside =
        cx.trace.entries.iter().filter(|entry| trap.span.contains(entry.span) && entry.name == "exit");
    inside.max_by_key(|entry| entry.span.start).map(|entry| entry.span)
}

fn report(cx: &Context<'_>, trap: &Command, place: Span, causes: &[Cause<'_>]) -> Diagnostic {
    let first = &causes[..causes.len().min(3)];
    let message = format!("this trap ends the script with 0, also when {} has failed", names(first));
    let finding = Diagnostic::new(RULE.id, RULE.severity, place, message)
        .help("keep the status first, `rc=$?`, and end with `exit \"$rc\"`; without an `exit` it is kept as it is")
        .steps(causes[0].on_failure.steps.clone())
        .fix(keep(cx, trap, place));
    cx.label_causes(finding, causes, |name| format!("when `{name}` fails, the script exits 0"))
}

/// `'…; exit 0'` becomes `'rc=$?; …; exit $rc'`.
fn keep(cx: &Context<'_>, trap: &Command, place: Span) -> Option<Fix> {
    let word = trap.as_simple()?.words.iter().find(|word| word.span.contains(place))?;
    if !cx.text(word.span).starts_with('\'') {
        return None;
    }
    let start = word.span.start + 1;
    let edits = vec![Edit::insert(place, start, "rc=$?; "), Edit::replace(place, "exit $rc")];
    Some(Fix::proposed("keep the status, and end with it", edits))
}
