//! A message says that something has failed, and the script goes on as if it had not.

use crate::diagnostic::{Edit, Fix, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::told::{passed_over, report};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Connector, Statement};

pub static RULE: Rule = Rule {
    id: RuleId("logged-and-continued"),
    family: Family::Handlers,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/handlers/logged-and-continued.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for statement in cx.statements() {
        let Some((pipeline, message)) = told(cx, statement) else { continue };
        let causes = passed_over(cx, &RULE, pipeline, out);
        let help = "end the script where it cannot go on: `|| { …; exit 1; }`";
        if let Some(finding) = report(cx, &RULE, message, &causes, help, end(cx, message)) {
            out.add([Topic::Code(message.span)], finding);
        }
    }
}

/// `command || echo "it failed"`: the command, and the message, which is the last thing in its list.
fn told<'a>(cx: &Context<'a>, statement: &'a Statement) -> Option<(crate::text::Span, &'a Command)> {
    let [(Connector::Or, last)] = statement.rest.as_slice() else { return None };
    let message = last.only_command()?;
    let tells = cx.only_prints(message) && cx.units.vocabulary.claims.claims_failure(&cx.message(message));
    (tells && !statement.first.negated).then_some((statement.first.span, message))
}

/// `|| echo …` becomes `|| { echo …; exit 1; }`.
fn end(cx: &Context<'_>, message: &Command) -> Option<Fix> {
    let top = cx.top_statement(message.span)?.rest.iter().any(|(_, pipeline)| pipeline.span == message.span);
    if !top || !cx.is_program() || !cx.ends_line(message.span) {
        return None;
    }
    let edits = vec![
        Edit::insert(message.span, message.span.start, "{ "),
        Edit::insert(message.span, message.span.end, "; exit 1; }"),
    ];
    Some(Fix::proposed("end the script after the message", edits))
}
