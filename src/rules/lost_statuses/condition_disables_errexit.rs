//! A function is called in a condition, where errexit does not hold: failures in it are passed over.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{By, Errexit, Exit, Fate};
use crate::rules::cause::{Cause, names, severity};
use crate::rules::work::is_work;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Function;

pub static RULE: Rule = Rule {
    id: RuleId("condition-disables-errexit"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/condition-disables-errexit.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let passed_over = |cause: &Cause<'_>| {
        let it = cause.on_failure;
        it.errexit == Errexit::Ignored
            && it.fate == Fate::Ignored
            && it.exit == Exit::Zero
            && it.by == Some(By::NextCommand)
    };
    let missed = |cause: &Cause<'_>| passed_over(cause) && is_work(cx, cause.entry);
    let causes = out.open(RULE.id, cx.causes().filter(missed));
    for function in cx.functions() {
        let lost = causes.iter().filter(|cause| function.body.span.contains(cause.entry.span)).copied();
        let lost: Vec<Cause<'_>> = lost.collect();
        if !lost.is_empty() {
            out.add_lost(&lost, report(cx, function, &lost));
        }
    }
}

fn report(cx: &Context<'_>, function: &Function, causes: &[Cause<'_>]) -> Diagnostic {
    let name = cx.text(function.name);
    let calls = cx.trace.entries.iter().filter(|entry| entry.name == name && entry.is_function);
    let tested =
        calls.filter(|entry| entry.on_failure.as_ref().is_some_and(|it| it.errexit == Errexit::Ignored));
    let message =
        format!("`{name}` is called where `set -e` does not hold: it goes on when {} fails", names(causes));
    let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, causes), function.name, message)
        .help("check each command of the function (`|| return`), or call it as a command of its own")
        .steps(causes[0].on_failure.steps.clone());
    let finding = tested.take(2).fold(finding, |finding, call| {
        finding.because(call.span, "this call is tested, so that `set -e` is ignored in all that it runs")
    });
    cx.label_causes(finding, causes, |name| format!("when `{name}` fails, the function goes on"))
}
