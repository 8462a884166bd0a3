//! A function that is to end the script does not.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Exit, Fate};
use crate::rules::cause::{Cause, severity};
use crate::rules::findings::Topic;
use crate::rules::operands::is_deadly;
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Connector, Function};

pub static RULE: Rule = Rule {
    id: RuleId("die-does-not-die"),
    family: Family::Handlers,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/handlers/die-does-not-die.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for function in cx.functions() {
        let name = cx.text(function.name);
        if !is_deadly(&name) || cx.text(function.body.span).contains("exit") {
            continue;
        }
        let calls = cx.statements().filter_map(|statement| {
            let (connector, last) = statement.rest.last()?;
            let command = last.only_command().filter(|_| *connector == Connector::Or)?;
            (cx.command_name(command.id)? == name).then_some((statement, command))
        });
        for (statement, call) in calls {
            let survives = |cause: &Cause<'_>| {
                let it = cause.on_failure;
                it.fate == Fate::Handled && it.exit == Exit::Zero && statement.span.contains(cause.entry.span)
            };
            let minor = |cause: &Cause<'_>| only_looks(cx, cause.entry) || only_removes(cx, cause.entry);
            let causes: Vec<Cause<'_>> =
                cx.causes().filter(|cause| survives(cause) && !minor(cause)).collect();
            if !causes.is_empty() {
                out.add([Topic::Code(call.span)], report(cx, function, call.span, &causes));
                break;
            }
        }
    }
}

fn report(
    cx: &Context<'_>,
    function: &Function,
    call: crate::text::Span,
    causes: &[Cause<'_>],
) -> Diagnostic {
    let name = cx.text(function.name);
    let failing = &causes[0].entry.name;
    let message = format!("`{name}` does not end the script: when `{failing}` fails, it goes on and exits 0");
    Diagnostic::new(RULE.id, severity(cx, RULE.severity, causes), function.name, message)
        .because(call, "this is meant to be the end")
        .help(format!("let `{name}` call `exit 1`"))
        .steps(causes[0].on_failure.steps.clone())
}
