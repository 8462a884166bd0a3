//! `command && other` as a statement: when the command fails, errexit does not act, and the script goes on.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Exit, Fate};
use crate::rules::cause::{Cause, explained, names, severity};
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Connector, Pipeline, Statement};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("and-chain-not-checked"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/and-chain-not-checked.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.trace.errexit_on {
        return;
    }
    for statement in cx.statements() {
        let ands = statement.rest.iter().all(|(connector, _)| *connector == Connector::And);
        let Some((_, last)) = statement.rest.last().filter(|_| ands && !statement.background) else {
            continue;
        };
        let before = Span { end: last.span.start, ..statement.span };
        let passed_over = |cause: &Cause<'_>| {
            let it = cause.on_failure;
            it.fate == Fate::Handled && it.exit == Exit::Zero && before.contains(cause.entry.span)
        };
        let minor = |cause: &Cause<'_>| only_looks(cx, cause.entry) || only_removes(cx, cause.entry);
        let causes = out.open(RULE.id, cx.causes().filter(|cause| passed_over(cause) && !minor(cause)));
        if causes.is_empty() || cx.is_tested(statement.span) {
            continue;
        }
        let message = format!("if {} fails, `set -e` does not act: it stands before `&&`", names(&causes));
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), statement.span, message)
            .help("two commands, on two lines: `set -e` then ends the script at the first that fails");
        out.add_lost(&causes, explained(finding, &causes).fix(apart(cx, statement)));
    }
}

/// `a && b` becomes `a` and `b`, each on its line.
fn apart(cx: &Context<'_>, statement: &Statement) -> Option<Fix> {
    if !cx.stands_alone(statement.span) || cx.has_carriage_returns() {
        return None;
    }
    let pipelines: Vec<&Pipeline> = statement.pipelines().collect();
    // `c && break` asks, and goes on where the answer is no.
    let last = pipelines.last().and_then(|pipeline| pipeline.only_command());
    let name = last.and_then(|command| cx.command_name(command.id));
    if matches!(name.as_deref(), Some("break" | "continue" | "return" | "exit")) {
        return None;
    }
    let indent = cx.indent(statement.span);
    let edits = pipelines.windows(2).map(|pair| {
        let between = Span { start: pair[0].span.end, end: pair[1].span.start, ..pair[0].span };
        Edit::replace(between, format!("\n{indent}"))
    });
    Some(Fix::proposed("a line for each command", edits.collect()))
}
