//! A command runs with what a failed substitution left of its argument.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{explained, lost_at, names, severity, weighs};
use crate::rules::operands::only_looks;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Command;

pub static RULE: Rule = Rule {
    id: RuleId("argument-substitution-masks"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/argument-substitution-masks.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| cause.is_by(By::Substitution) && weighs(cx, cause));
    let causes = out.open(RULE.id, lost);
    for (command, causes) in lost_at(cx, &causes).into_iter().filter(|(command, _)| works(cx, command)) {
        let name = cx.first_word(command.span);
        let message =
            format!("if {} fails, `{name}` runs all the same, with nothing in its place", names(&causes));
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), command.span, message)
            .help("assign it to a variable first: the status of `x=$(…)` is that of the substitution");
        out.add_lost(&causes, explained(finding, &causes));
    }
}

/// Not what only prints or looks, nor tests, loops and the like.
fn works(cx: &Context<'_>, command: &Command) -> bool {
    let entry = cx.entry_by_id(command.id);
    entry.is_some_and(|entry| entry.works() && !entry.is_function && !only_looks(cx, entry))
}
