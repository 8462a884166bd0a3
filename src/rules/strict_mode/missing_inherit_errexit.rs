//! errexit is off in command substitutions, where bash does not pass it on.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{By, Errexit, Fate};
use crate::rules::cause::{Cause, severity, weighs};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State, edits};

pub static RULE: Rule = Rule {
    id: RuleId("missing-inherit-errexit"),
    family: Family::StrictMode,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1).but_not(Preset::Explicit),
    focus: Focus::Option,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/strict-mode/missing-inherit-errexit.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let passed_over = |cause: &Cause<'_>| {
        let it = cause.on_failure;
        it.errexit == Errexit::OffInSubstitution && it.fate == Fate::Ignored && it.by == Some(By::NextCommand)
    };
    let causes = out.open(RULE.id, cx.lost().filter(|cause| passed_over(cause) && weighs(cx, cause)));
    let Some(first) = causes.first() else { return };
    let Some(place) = cx.errexit_statement(first.entry.span).or_else(|| cx.head()) else { return };
    let message = "`set -e` does not hold in `$( )`: a command that fails there is passed over";
    let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), place, message)
        .here("this holds outside of command substitutions")
        .help("`shopt -s inherit_errexit` (bash 4.4) lets them inherit it")
        .steps(first.on_failure.steps.clone())
        .fix(edits::option(cx, first.entry.span, "shopt -s inherit_errexit", "turn on inherit_errexit"));
    let finding =
        cx.label_causes(finding, &causes, |name| format!("when `{name}` fails, the substitution goes on"));
    out.add_lost(&causes, finding);
}
