//! An arithmetic command whose value is 0 ends the script under errexit.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::Dialect;
use crate::syntax::{Command, CommandKind};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("arithmetic-aborts"),
    family: Family::Strictness,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/strictness/arithmetic-aborts.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for answer in &cx.trace.aborting_answers {
        let Some(command) = cx.command_by_id(answer.command).filter(|command| is_arithmetic(cx, command))
        else {
            continue;
        };
        let counts = counts(cx, command.span);
        if !answer.live || !answer.sure && !counts {
            continue;
        }
        let severity = if answer.sure { RULE.severity } else { Severity::Warning };
        let text = cx.text(command.span);
        let when = if answer.sure { "its value is 0 here" } else { "where its value is 0" };
        let message =
            format!("`{text}` ends the script: {when}, which is the status 1, and `set -e` acts on it");
        let finding = Diagnostic::new(RULE.id, severity, command.span, message)
            .help("assign instead, `i=$((i + 1))`: an assignment has the status 0");
        out.add([Topic::Code(command.span)], finding);
    }
}

/// ksh does not let errexit act on `(( ))` (`blt.arith.zero`).
fn is_arithmetic(cx: &Context<'_>, command: &Command) -> bool {
    let double = matches!(command.kind, CommandKind::Arithmetic(_)) && cx.dialect() != Dialect::Ksh;
    double || cx.command_name(command.id).as_deref() == Some("let")
}

/// `i++`, `i--`: its value is the one before.
fn counts(cx: &Context<'_>, span: Span) -> bool {
    let text = cx.text(span);
    let inside = text.trim_start_matches("let").trim_matches(['(', ')', ' ', '"', '\'']);
    inside.ends_with("++") || inside.ends_with("--")
}
