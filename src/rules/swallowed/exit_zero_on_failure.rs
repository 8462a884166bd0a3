//! A branch that is taken where something has failed ends the script with 0.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Exit, Fate};
use crate::rules::cause::Cause;
use crate::rules::findings::Topic;
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("exit-zero-on-failure"),
    family: Family::Swallowed,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/swallowed/exit-zero-on-failure.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for command in cx.commands() {
        let words = cx.literals(command);
        if words != [Some("exit".to_owned()), Some("0".to_owned())] {
            continue;
        }
        // Behind a message that tells of a failure, and reached in no other way.
        let Some(message) = cx.setter(command.id).and_then(|setter| cx.command_by_id(setter.command)) else {
            continue;
        };
        if !cx.only_prints(message) || !cx.units.vocabulary.claims.claims_failure(&cx.message(message)) {
            continue;
        }
        let leads_here = |cause: &Cause<'_>| {
            let it = cause.on_failure;
            it.fate == Fate::Handled
                && it.exit == Exit::Zero
                && (it.goes_on_at == Some(message_span(cx, message))
                    || is_behind_test(cx, it.goes_on_at, message))
        };
        let minor = |cause: &Cause<'_>| only_looks(cx, cause.entry) || only_removes(cx, cause.entry);
        let causes: Vec<Cause<'_>> = cx.causes().filter(|cause| leads_here(cause) && !minor(cause)).collect();
        if !causes.is_empty() {
            out.add([Topic::Code(command.span)], report(command, &causes));
        }
    }
}

/// Whether the message begins the branch of an `if` whose condition looks at the status, and no run in which all is well comes
/// to it.
fn is_behind_test(cx: &Context<'_>, test: Option<Span>, message: &Command) -> bool {
    let Some(test) = test else { return false };
    let only_then = cx.entry_by_id(message.id).is_some_and(|entry| entry.on_failure.is_none());
    only_then
        && cx.commands().any(|command| {
            let CommandKind::If(chain) = &command.kind else { return false };
            chain.arms.first().is_some_and(|(condition, body)| {
                condition.statements.iter().any(|it| it.span.contains(test))
                    && body.statements.first().is_some_and(|it| it.span.contains(message.span))
            })
        })
}

fn message_span(cx: &Context<'_>, message: &Command) -> Span {
    let entry = cx.entry_by_id(message.id);
    entry.map_or(message.span, |entry| entry.span)
}

fn report(command: &Command, causes: &[Cause<'_>]) -> Diagnostic {
    let name = &causes[0].entry.name;
    let message = format!("it is said that `{name}` failed, and the script exits 0");
    let simple = command.as_simple().expect("`exit 0` has words");
    let edit = Edit::replace(simple.words[1].span, "1");
    Diagnostic::new(RULE.id, RULE.severity, command.span, message)
        .because(causes[0].entry.span, "when this fails …")
        .help("`exit 1`")
        .steps(causes[0].on_failure.steps.clone())
        .fix(Some(Fix::proposed("`exit 1`", vec![edit])))
}
