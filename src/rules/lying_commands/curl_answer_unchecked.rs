//! `curl` takes an error that the server answers for an answer like any other; what it is handed to may see that, or not.

use crate::diagnostic::{RuleId, Severity};
use crate::rules::answered::{is_kept, told};
use crate::rules::lies::report;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::knowledge::Lie;

pub static RULE: Rule = Rule {
    id: RuleId("curl-answer-unchecked"),
    family: Family::LyingCommands,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lying-commands/curl-answer-unchecked.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    report(cx, &RULE, Lie::HttpError, out, |liar| {
        let name = &liar.entry.name;
        let message = format!(
            "what `{name}` hands on may be the page of an error such as 404 or 500: it is 0 all the same"
        );
        (!is_kept(cx, liar)).then(|| told(cx, &RULE, liar, message))
    });
}
