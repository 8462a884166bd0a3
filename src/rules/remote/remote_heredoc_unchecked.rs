//! A shell reads its commands from a here-document, and goes on after one that failed.

use crate::diagnostic::{RuleId, Severity};
use crate::rules::nested::{Way, losing};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("remote-heredoc-unchecked"),
    family: Family::Remote,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/remote/remote-heredoc-unchecked.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for shell in losing(cx, &RULE, Way::Fed, out) {
        let message =
            "the shell that is fed here goes on when {names} fails, and only its last command decides";
        let help = "`set -e` as its first line";
        out.add_lost(&shell.causes, shell.report(cx, &RULE, message, help));
    }
}
