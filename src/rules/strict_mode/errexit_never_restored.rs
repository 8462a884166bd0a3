//! `set +e` holds for more than it was meant for: commands behind it fail, and nobody looks.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Errexit;
use crate::rules::cause::{Cause, names, severity};
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::options_set::sets_errexit;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Pipeline, Statement};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("errexit-never-restored"),
    family: Family::StrictMode,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Option,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/strict-mode/errexit-never-restored.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let statements = &cx.units.script().body.statements;
    let whole =
        cx.units.source(statements.first().map_or(crate::text::FileId(0), |it| it.span.file)).len() as u32;
    for (index, off) in statements.iter().enumerate().filter(|(_, it)| sets(cx, it, '+')) {
        let before = statements[..index].iter().any(|it| sets(cx, it, '-'));
        let on = statements[index..].iter().find(|it| sets(cx, it, '-'));
        let end = on.map_or(whole, |on| on.span.start);
        let region = Span { end, ..off.span };
        let lost = cx.lost().filter(|cause| before && is_passed_over(cx, cause, region));
        let causes = out.open(RULE.id, lost);
        if causes.is_empty() {
            continue;
        }
        let until =
            on.map_or("to the end".to_owned(), |on| format!("up to line {}", cx.lines.line(on.span.start)));
        let message = format!(
            "errexit is off from here {until}: nobody looks when {} fails",
            names(&causes[..causes.len().min(3)])
        );
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), off.span, message)
            .help("leave errexit on, and take the status where it is wanted: `rc=0; command || rc=$?`")
            .steps(causes[0].on_failure.steps.clone());
        let finding =
            cx.label_causes(finding, &causes, |name| format!("when `{name}` fails, the script goes on"));
        out.add_lost(&causes, finding);
    }
}

fn is_passed_over(cx: &Context<'_>, cause: &Cause<'_>, region: Span) -> bool {
    cause.on_failure.errexit == Errexit::Off
        && region.contains(cause.entry.span)
        && !only_looks(cx, cause.entry)
        && !only_removes(cx, cause.entry)
}

/// `set -e` and its like, or `set +e`.
fn sets(cx: &Context<'_>, statement: &Statement, sign: char) -> bool {
    let command = statement.only_pipeline().and_then(Pipeline::only_command);
    command.is_some_and(|command| sets_errexit(cx, command, sign))
}
