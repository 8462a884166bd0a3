//! errexit is on and pipefail is not, so that the failure of an earlier command of a pipeline is lost.

use crate::diagnostic::{RuleId, Severity};
use crate::rules::pipefail::report;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("missing-pipefail"),
    family: Family::StrictMode,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1).but_not(Preset::Explicit),
    focus: Focus::Option,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/strict-mode/missing-pipefail.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let message = |commands: &str| {
        format!("`set -e` without pipefail: the failure of {commands} is lost in a pipeline")
    };
    report(cx, out, &RULE, |command| !cx.is_substituted(command), message);
}
