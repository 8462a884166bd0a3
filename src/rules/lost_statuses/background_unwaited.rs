//! A job in the background is never waited for, and what comes after builds on it.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{Cause, explained, severity};
use crate::rules::operands::produces;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("background-unwaited"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/lost-statuses/background-unwaited.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if cx.waits() {
        return;
    }
    let matters = |cause: &Cause<'_>| {
        let it = cause.on_failure;
        // A function that runs in the background may start something that is to go on running.
        let own = it.at.is_some_and(|job| job.contains(cause.entry.span));
        own && produces(cx, cause.entry) && !(it.claims.is_empty() && it.destroys.is_empty())
    };
    let lost = cx.lost().filter(|cause| cause.is_by(By::Background) && matters(cause));
    for cause in out.open(RULE.id, lost) {
        let name = &cause.entry.name;
        let message =
            format!("nobody waits for `{name}`: whether it worked, or has ended at all, is not known");
        let finding: Diagnostic =
            Diagnostic::new(RULE.id, severity(cx, RULE.severity, &[cause]), cause.entry.span, message)
                .help("keep its number, `job=$!`, and `wait \"$job\"` before what builds on it");
        out.add_lost(&[cause], explained(finding, &[cause]));
    }
}
