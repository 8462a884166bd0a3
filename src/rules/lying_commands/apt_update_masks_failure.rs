//! `apt-get update` is content with the lists that it has when a mirror cannot be reached.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::lies::report;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};
use crate::shell::knowledge::Lie;

pub static RULE: Rule = Rule {
    id: RuleId("apt-update-masks-failure"),
    family: Family::LyingCommands,
    severity: Severity::Info,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::only(&[Preset::Ci], 1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lying-commands/apt-update-masks-failure.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    report(cx, &RULE, Lie::StaleIndex, out, |liar| {
        let name = &liar.entry.name;
        let message = format!("`{name} update` is 0 when a mirror cannot be reached: the old lists are used");
        Diagnostic::new(RULE.id, RULE.severity, liar.entry.span, message)
            .help("`-o APT::Update::Error-Mode=any` makes it an error (apt 2.1 and later)")
            .fix(liar.made_honest(cx))
    });
}
