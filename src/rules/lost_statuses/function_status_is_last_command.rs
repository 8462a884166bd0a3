//! A function's status, which its caller tests, is that of its last command, and not of the one that did the work.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{By, Errexit, Fate};
use crate::rules::cause::{Cause, names, severity};
use crate::rules::operands::{only_looks, only_removes, produces};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{CommandKind, Function, Pipeline, Statement};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("function-status-is-last-command"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/function-status-is-last-command.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let passed_over = |cause: &Cause<'_>| {
        let it = cause.on_failure;
        it.errexit == Errexit::Off && it.fate == Fate::Ignored && it.by == Some(By::NextCommand)
    };
    let works = |cause: &Cause<'_>| {
        produces(cx, cause.entry) && !only_looks(cx, cause.entry) && !only_removes(cx, cause.entry)
    };
    for function in cx.functions() {
        let Some(call) = tested_call(cx, function) else { continue };
        let Some(worker) = hidden_worker(cx, function) else { continue };
        let here =
            |cause: &Cause<'_>| passed_over(cause) && works(cause) && worker.contains(cause.entry.span);
        let causes = out.open(RULE.id, cx.lost().filter(here));
        if !causes.is_empty() {
            out.add_lost(&causes, report(cx, function, call, &causes));
        }
    }
}

/// The last command of the function that does something, where nothing but messages and removals stand behind it.
fn hidden_worker(cx: &Context<'_>, function: &Function) -> Option<Span> {
    let CommandKind::Group(body) = &function.body.kind else { return None };
    let minor = |statement: &&Statement| {
        let command = statement.only_pipeline().and_then(Pipeline::only_command);
        let entry = command.and_then(|it| cx.entry_by_id(it.id));
        command.is_some_and(|command| cx.only_prints(command))
            || entry.is_some_and(|entry| only_removes(cx, entry))
    };
    let behind = body.statements.iter().rev().take_while(minor).count();
    let worker = body.statements.iter().rev().nth(behind)?;
    (behind > 0 && worker.rest.is_empty() && !worker.background).then_some(worker.span)
}

/// The first call whose status somebody looks at, where all are tested.
fn tested_call(cx: &Context<'_>, function: &Function) -> Option<Span> {
    let name = cx.text(function.name);
    let mut calls = cx.trace.entries.iter().filter(|entry| entry.name == name && entry.is_function);
    let tested = calls.all(|entry| entry.on_failure.as_ref().is_some_and(|it| it.fate == Fate::Handled));
    let first = cx.trace.entries.iter().find(|entry| entry.name == name && entry.is_function);
    first.filter(|_| tested).map(|entry| entry.span)
}

fn report(cx: &Context<'_>, function: &Function, call: Span, causes: &[Cause<'_>]) -> Diagnostic {
    let name = cx.text(function.name);
    let message =
        format!("`{name}` does not fail when {} does: its status is that of its last command", names(causes));
    let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, causes), function.name, message)
        .because(call, "this test sees only the last command's status")
        .help("`… || return 1` behind each command that counts")
        .steps(causes[0].on_failure.steps.clone());
    cx.label_causes(finding, causes, |name| format!("when `{name}` fails, the function goes on"))
}
