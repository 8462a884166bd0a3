//! A comment that disabled a rule for some time, which has passed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::suppress::Judged;

pub static RULE: Rule = Rule {
    id: RuleId("expired-suppression"),
    family: Family::Suppressions,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Suppression,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/suppressions/expired-suppression.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for judged in cx.suppressions.own().filter(Judged::is_expired) {
        let Some(until) = judged.directive.until else { continue };
        let names: Vec<&str> = judged.directive.rules.iter().map(|(name, _)| name.as_str()).collect();
        let message = format!("`{}` was disabled until {until}, and speaks again", names.join("` and `"));
        let finding = Diagnostic::new(RULE.id, RULE.severity, judged.directive.span, message);
        out.add([], finding.help("mend what it speaks of, or give the suppression another day"));
    }
}
