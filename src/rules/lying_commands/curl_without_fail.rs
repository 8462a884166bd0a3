//! `curl` takes an error that the server answers for an answer like any other, and nothing behind it sees that.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::answered::{explained, is_kept};
use crate::rules::lies::{Liar, report};
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
        let finding = || Diagnostic::new(RULE.id, RULE.severity, liar.entry.span, message(liar));
        is_kept(cx, liar).then(|| explained(cx, liar, finding()))
    });
}

fn message(liar: &Liar<'_>) -> String {
    format!("`{}` is 0 when the server answers with an error such as 404 or 500", liar.entry.name)
}
