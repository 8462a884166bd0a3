//! A comment that disables a rule and does not say why.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("suppression-without-reason"),
    family: Family::Suppressions,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Suppression,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/suppressions/suppression-without-reason.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for judged in cx.suppressions.own().filter(|judged| judged.directive.reason.is_none()) {
        let names: Vec<&str> = judged.directive.rules.iter().map(|(name, _)| name.as_str()).collect();
        let message = format!("`{}` is disabled, and nothing says why", names.join("` and `"));
        let finding = Diagnostic::new(RULE.id, RULE.severity, judged.directive.span, message);
        out.add(
            [],
            finding.help("say why the failure may get lost: `# lint-scripts disable=rule -- reason`"),
        );
    }
}
