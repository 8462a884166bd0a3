//! Several commands on another host: the last of them decides, and the others may fail.

use crate::diagnostic::{RuleId, Severity};
use crate::rules::nested::{Way, losing};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("remote-sequence-unchecked"),
    family: Family::Remote,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/remote/remote-sequence-unchecked.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for shell in losing(cx, &RULE, Way::Far, out) {
        let message = "the far side goes on when {names} fails, and only its last command decides";
        let help = "`set -e;` before its first command, or `&&` between them";
        out.add_lost(&shell.causes, shell.report(cx, &RULE, message, help));
    }
}
