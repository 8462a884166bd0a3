//! An `exit 0` at the end replaces the status of what has just failed.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::rules::cause::{Cause, names};
use crate::rules::findings::Topic;
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("final-exit-zero"),
    family: Family::SuccessClaims,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/success-claims/final-exit-zero.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let statements = &cx.units.script().body.statements;
    let [.., before, last] = statements.as_slice() else { return };
    let zero = last.only_pipeline().and_then(|pipeline| pipeline.only_command());
    let Some(exit) =
        zero.filter(|command| cx.literals(command) == [Some("exit".to_owned()), Some("0".to_owned())])
    else {
        return;
    };
    let replaced = |cause: &Cause<'_>| {
        let works = !only_looks(cx, cause.entry) && !only_removes(cx, cause.entry);
        works && cause.on_failure.goes_on_at == Some(exit.span) && before.span.contains(cause.entry.span)
    };
    let causes: Vec<Cause<'_>> = out.silent(cx).into_iter().filter(replaced).collect();
    if causes.is_empty() {
        return;
    }
    let message =
        format!("`exit 0` replaces the status of {}, the last thing that the script does", names(&causes));
    let finding = Diagnostic::new(RULE.id, RULE.severity, exit.span, message)
        .help("leave it out: the script's status is then that of its last command")
        .steps(causes[0].on_failure.steps.clone())
        .fix(Some(remove(cx, exit.span)));
    let finding =
        cx.label_causes(finding, &causes, |name| format!("when `{name}` fails, the script exits 0"));
    out.add([Topic::Claim(exit.span)], finding);
}

/// Leaves the `exit 0` out, and its line with it.
fn remove(cx: &Context<'_>, exit: Span) -> Fix {
    let alone = cx.stands_alone(exit);
    let start = if alone { cx.lines.start(cx.lines.line(exit.start)) } else { exit.start };
    Fix::proposed("leave out the `exit 0`", vec![Edit::replace(Span { start, ..exit }, "")])
}
