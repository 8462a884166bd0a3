//! A branch that tells of a failure does not end what it stands in: the script goes on as if nothing had failed.

use crate::diagnostic::{Edit, Fix, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::told::{passed_over, report};
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
        let causes = passed_over(cx, &RULE, condition, out);
        let help = "end the branch with `exit 1` (in a function: `return 1`)";
        if let Some(finding) = report(cx, &RULE, message, &causes, help, end(cx, message)) {
            out.add([Topic::Code(message.span)], finding);
        }
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
