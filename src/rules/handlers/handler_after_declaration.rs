//! What stands behind `local x=$(…) ||` is never run: the status is that of `local`.

use crate::diagnostic::{RuleId, Severity};
use crate::rules::cause::{lost_at, names};
use crate::rules::declared::{is_masked, report};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("handler-after-declaration"),
    family: Family::Handlers,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/handlers/handler-after-declaration.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| is_masked(cx, cause) && cx.is_tested(cause.entry.span));
    let causes = out.open(RULE.id, lost);
    for (command, causes) in lost_at(cx, &causes) {
        let word = cx.first_word(command.span);
        let names = names(&causes);
        let message =
            format!("what is to happen when {names} fails never does: the status is that of `{word}`, 0");
        out.add_lost(&causes, report(cx, &RULE, command, &causes, message));
    }
}
