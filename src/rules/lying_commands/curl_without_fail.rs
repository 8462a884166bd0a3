//! `curl` takes an error that the server answers for an answer like any other, and nothing behind it sees that.

use crate::diagnostic::{RuleId, Severity};
use crate::rules::answered::{is_kept, told};
use crate::rules::lies::report;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::knowledge::Lie;

pub static RULE: Rule = Rule {
    id: RuleId("curl-without-fail"),
    family: Family::LyingCommands,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lying-commands/curl-without-fail.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    report(cx, &RULE, Lie::HttpError, out, |liar| {
        let name = &liar.entry.name;
        let message = format!("`{name}` is 0 when the server answers with an error such as 404 or 500");
        is_kept(cx, liar).then(|| told(cx, &RULE, liar, message))
    });
}
