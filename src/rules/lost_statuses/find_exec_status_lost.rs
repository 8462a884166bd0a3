//! `find -exec … \\;` is 0 whatever becomes of the commands that it runs.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::severity;
use crate::rules::work::is_work;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("find-exec-status-lost"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/lost-statuses/find-exec-status-lost.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| cause.is_by(By::Wrapper) && is_work(cx, cause.entry));
    for cause in out.open(RULE.id, lost) {
        let wrapper = cause.on_failure.at.map_or_else(|| "find".to_owned(), |at| cx.first_word(at));
        let message = format!("`{wrapper}` is 0 whatever becomes of `{}`", cause.entry.name);
        let finding =
            Diagnostic::new(RULE.id, severity(cx, RULE.severity, &[cause]), cause.entry.span, message)
                .steps(cause.on_failure.steps.clone());
        out.add_lost(&[cause], finding);
    }
}
