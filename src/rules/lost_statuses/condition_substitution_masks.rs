//! A test takes the empty output of a failed substitution for an answer.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{explained, lost_at, names, severity, weighs};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind};

pub static RULE: Rule = Rule {
    id: RuleId("condition-substitution-masks"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/condition-substitution-masks.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| cause.is_by(By::Substitution) && weighs(cx, cause));
    let causes = out.open(RULE.id, lost);
    for (command, causes) in lost_at(cx, &causes).into_iter().filter(|(command, _)| tests(cx, command)) {
        let name = cx.first_word(command.span);
        let message = format!("if {} fails, `{name}` takes its silence for an answer", names(&causes));
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), command.span, message)
            .help("assign it to a variable first: the status of `x=$(…)` is that of the substitution");
        out.add_lost(&causes, explained(finding, &causes));
    }
}

fn tests(cx: &Context<'_>, command: &Command) -> bool {
    match &command.kind {
        CommandKind::Arithmetic(_) | CommandKind::Case(_) => true,
        _ => cx.is_test(command),
    }
}
