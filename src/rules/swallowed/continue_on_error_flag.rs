//! An option tells a command to pass over its errors.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::lies::report;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};
use crate::shell::knowledge::Lie;

pub static RULE: Rule = Rule {
    id: RuleId("continue-on-error-flag"),
    family: Family::Swallowed,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::only(&[Preset::Ci], 1),
    focus: Focus::Work,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/swallowed/continue-on-error-flag.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    report(cx, &RULE, Lie::Told, out, |liar| {
        let message =
            format!("`{}` is told to pass over errors, and is 0 whatever went wrong", liar.entry.name);
        Diagnostic::new(RULE.id, RULE.severity, liar.entry.span, message)
            .help("leave the option out, or look for what is missing afterwards")
    });
}
