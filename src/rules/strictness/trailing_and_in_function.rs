//! A function ends with `test && command`, and its caller ends when the test says no.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::operands::asks;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, Connector, Function, Statement};

pub static RULE: Rule = Rule {
    id: RuleId("trailing-and-in-function"),
    family: Family::Strictness,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/strictness/trailing-and-in-function.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for function in cx.functions() {
        let Some(last) = last_statement(&function.body).filter(|last| ends_with_and(cx, last)) else {
            continue;
        };
        let name = cx.text(function.name);
        let calls = cx
            .trace
            .aborting_answers
            .iter()
            .filter(|answer| answer.live)
            .filter_map(|answer| cx.command_by_id(answer.command));
        let mut calls = calls.filter(|command| cx.command_name(command.id).as_deref() == Some(name.as_str()));
        if let Some(call) = calls.next() {
            out.add([Topic::Code(last.span)], report(cx, function, last, call));
        }
    }
}

fn last_statement(body: &Command) -> Option<&Statement> {
    match &body.kind {
        CommandKind::Group(list) => list.statements.last(),
        _ => None,
    }
}

/// `[ … ] && command`, with nothing behind it that would run when the test says no.
fn ends_with_and(cx: &Context<'_>, statement: &Statement) -> bool {
    let first = statement.first.only_command();
    let tests = first.is_some_and(|command| {
        matches!(command.kind, CommandKind::Test(_) | CommandKind::Arithmetic(_)) || asks(cx, command)
    });
    let ands = statement.rest.iter().all(|(connector, _)| *connector == Connector::And);
    tests && ands && !statement.rest.is_empty() && !statement.background
}

fn report(cx: &Context<'_>, function: &Function, last: &Statement, call: &Command) -> Diagnostic {
    let (name, test) = (cx.text(function.name), cx.text(last.first.span));
    let message =
        format!("when `{test}` says no, `{name}` has the status 1, and `set -e` ends the script at its call");
    Diagnostic::new(RULE.id, RULE.severity, last.span, message)
        .because(call.span, "the script ends here")
        .help("`if …; then …; fi` has the status 0 when its test says no")
}
