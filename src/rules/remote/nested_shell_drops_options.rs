//! A shell that the script starts does not have the script's options: a failure in it is passed over.

use crate::diagnostic::{RuleId, Severity};
use crate::rules::nested::{Way, losing};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("nested-shell-drops-options"),
    family: Family::Remote,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/remote/nested-shell-drops-options.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for shell in losing(cx, &RULE, Way::Near, out) {
        let message = "this shell has none of the script's options: it goes on when {names} fails";
        let help = "`bash -ec '…'` (with `-o pipefail` for pipelines), or `set -e` before its first command";
        out.add_lost(&shell.causes, shell.report(cx, &RULE, message, help));
    }
}
