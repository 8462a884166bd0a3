//! The value of a variable comes from a pipeline of which an earlier command may have failed, under errexit without pipefail.

use crate::diagnostic::{RuleId, Severity};
use crate::rules::pipefail::report;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("pipeline-value-unchecked"),
    family: Family::Pipelines,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1).but_not(Preset::Explicit),
    focus: Focus::Option,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/pipelines/pipeline-value-unchecked.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let message =
        |commands: &str| format!("`set -e` without pipefail: the failure of {commands} is lost in a value");
    report(cx, out, &RULE, |command| cx.is_substituted(command), message);
}
