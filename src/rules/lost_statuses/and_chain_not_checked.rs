//! `command && other` as a statement: when the command fails, errexit does not act, and the script goes on.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Effect, Errexit, Exit, Fate};
use crate::rules::cause::{Cause, explained, names, severity};
use crate::rules::claim::is_printed;
use crate::rules::operands::only_looks;
use crate::rules::work::is_work;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{CommandKind, Connector, List, Pipeline, Statement};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("and-chain-not-checked"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
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
        if leaves(cx, last) {
            continue;
        }
        let before = Span { end: last.span.start, ..statement.span };
        // Within a loop or a group before `&&`, errexit does not act either.
        let passed_over = |cause: &Cause<'_>| {
            let it = cause.on_failure;
            let is_lost =
                it.fate == Fate::Handled || it.fate == Fate::Ignored && it.errexit == Errexit::Ignored;
            is_lost && it.exit == Exit::Zero && before.contains(cause.entry.span)
        };
        // A message behind `&&` says that what stands before it has worked: `while …; done && echo "all sent"`.
        let said = |claim: &Effect| last.span.contains(claim.span) && is_printed(cx, claim);
        let belied =
            |cause: &Cause<'_>| cause.on_failure.claims.iter().any(said) && !only_looks(cx, cause.entry);
        let missed = |cause: &Cause<'_>| passed_over(cause) && (is_work(cx, cause.entry) || belied(cause));
        let causes = out.open(RULE.id, cx.causes().filter(missed));
        if causes.is_empty() || cx.is_tested(statement.span) || is_condition(cx, statement) {
            continue;
        }
        let message = format!("if {} fails, `set -e` does not act: it stands before `&&`", names(&causes));
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), statement.span, message)
            .help("two commands, on two lines: `set -e` then ends the script at the first that fails");
        out.add_lost(&causes, explained(finding, &causes).fix(apart(cx, statement)));
    }
}

/// `c && break` asks, and goes on where the answer is no.
fn leaves(cx: &Context<'_>, last: &Pipeline) -> bool {
    let name = last.only_command().and_then(|command| cx.command_name(command.id));
    matches!(name.as_deref(), Some("break" | "continue" | "return" | "exit"))
}

/// Whether the statement stands in the condition of an `if` or a loop.
fn is_condition(cx: &Context<'_>, statement: &Statement) -> bool {
    let tests = |list: &List| list.statements.iter().any(|it| it.span == statement.span);
    cx.commands().any(|command| match &command.kind {
        CommandKind::If(chain) => chain.arms.iter().any(|(condition, _)| tests(condition)),
        CommandKind::Loop(each) => tests(&each.condition),
        _ => false,
    })
}

/// `a && b` becomes `a` and `b`, each on its line.
fn apart(cx: &Context<'_>, statement: &Statement) -> Option<Fix> {
    if !cx.stands_alone(statement.span) || cx.has_carriage_returns() {
        return None;
    }
    let pipelines: Vec<&Pipeline> = statement.pipelines().collect();
    let indent = cx.indent(statement.span);
    let edits = pipelines.windows(2).map(|pair| {
        let between = Span { start: pair[0].span.end, end: pair[1].span.start, ..pair[0].span };
        Edit::replace(between, format!("\n{indent}"))
    });
    Some(Fix::proposed("a line for each command", edits.collect()))
}
