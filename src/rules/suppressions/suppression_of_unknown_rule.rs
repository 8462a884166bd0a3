//! A comment that disables a rule which does not exist.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::{ALL, Context, Family, Findings, Fixes, Focus, Presets, Rule, State, find, unknown};

pub static RULE: Rule = Rule {
    id: RuleId("suppression-of-unknown-rule"),
    family: Family::Suppressions,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Suppression,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/suppressions/suppression-of-unknown-rule.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for (name, span) in cx.suppressions.own().flat_map(|judged| &judged.directive.rules) {
        if find(name).is_some() {
            continue;
        }
        let is_family = ALL.iter().any(|rule| rule.family.name() == name);
        let message = if is_family {
            format!("`{name}` is a family of rules, and a suppression names each rule")
        } else {
            unknown(name)
        };
        let finding = Diagnostic::new(RULE.id, RULE.severity, *span, message);
        out.add([], finding.help("a name that is none disables nothing"));
    }
}
