//! A branch that tells of a failure does not end what it stands in: the script goes on as if nothing had failed.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Exit, Fate};
use crate::rules::cause::{Cause, severity};
use crate::rules::findings::Topic;
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, If, List};

pub static RULE: Rule = Rule {
    id: RuleId("handler-continues"),
    family: Family::Handlers,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/handlers/handler-continues.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for command in cx.commands() {
        let CommandKind::If(chain) = &command.kind else { continue };
        let Some((condition, message)) = told(cx, chain) else { continue };
        let handled = |cause: &Cause<'_>| {
            let it = cause.on_failure;
            it.fate == Fate::Handled && it.exit == Exit::Zero && condition.contains(cause.entry.span)
        };
        let minor = |cause: &Cause<'_>| only_looks(cx, cause.entry) || only_removes(cx, cause.entry);
        let causes = out.open(RULE.id, cx.causes().filter(|cause| handled(cause) && !minor(cause)));
        let Some(first) = causes.first() else { continue };
        // Only where what follows builds on it, or says that it went well.
        if first.on_failure.claims.is_empty() && first.on_failure.destroys.is_empty() {
            continue;
        }
        out.add([Topic::Code(message.span)], report(cx, message, &causes));
    }
}

/// `if ! command; then echo "it failed"; fi`: the condition, and the message, which is all that the branch does.
fn told<'a>(cx: &Context<'a>, chain: &'a If) -> Option<(crate::text::Span, &'a Command)> {
    let [(condition, body)] = chain.arms.as_slice() else { return None };
    let [tested] = condition.statements.as_slice() else { return None };
    let pipeline = tested.only_pipeline()?;
    let branch = match &chain.otherwise {
        None if pipeline.negated => body,
        Some(otherwise) if !pipeline.negated => otherwise,
        _ => return None,
    };
    let message = only_messages(cx, branch)?;
    Some((pipeline.span, message))
}

fn only_messages<'a>(cx: &Context<'_>, branch: &'a List) -> Option<&'a Command> {
    let commands: Option<Vec<&Command>> =
        branch.statements.iter().map(|statement| statement.only_pipeline()?.only_command()).collect();
    let commands = commands.filter(|commands| commands.iter().all(|command| cx.only_prints(command)))?;
    let tells = |command: &&&Command| cx.units.vocabulary.claims.claims_failure(&cx.message(command));
    commands.iter().find(tells)?;
    commands.last().copied()
}

fn report(cx: &Context<'_>, message: &Command, causes: &[Cause<'_>]) -> Diagnostic {
    let first = &causes[0];
    let name = &first.entry.name;
    let said = format!("it is said that `{name}` failed, and the script goes on and exits 0");
    let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, causes), message.span, said)
        .because(first.entry.span, "when this fails …")
        .help("end the branch with `exit 1` (in a function: `return 1`)")
        .steps(first.on_failure.steps.clone())
        .fix(end(cx, message));
    let next = first.on_failure.destroys.first().or_else(|| first.on_failure.claims.first());
    next.into_iter().fold(finding, |finding, next| finding.because(next.span, "… this runs all the same"))
}

/// An `exit 1` behind the message.
fn end(cx: &Context<'_>, message: &Command) -> Option<Fix> {
    let top = cx.top_statement(message.span).is_some()
        && cx.functions().iter().all(|f| !f.body.span.contains(message.span));
    if !top || !cx.is_program() || !cx.stands_alone(message.span) || cx.has_carriage_returns() {
        return None;
    }
    let content = format!("\n{}exit 1", cx.indent(message.span));
    Some(Fix::proposed(
        "end the script after the message",
        vec![Edit::insert(message.span, message.span.end, content)],
    ))
}
