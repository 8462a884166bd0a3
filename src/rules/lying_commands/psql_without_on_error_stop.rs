//! `psql` goes on with the next statement after one that failed, and ends with 0.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::lies::report;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::knowledge::Lie;

pub static RULE: Rule = Rule {
    id: RuleId("psql-without-on-error-stop"),
    family: Family::LyingCommands,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lying-commands/psql-without-on-error-stop.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    report(cx, &RULE, Lie::SqlError, out, |liar| {
        let name = &liar.entry.name;
        let message = format!("`{name}` goes on after a statement that fails, and is 0 in the end");
        Diagnostic::new(RULE.id, RULE.severity, liar.entry.span, message)
            .here("nothing tells that a part of it was not done")
            .help(format!("`{name} -v ON_ERROR_STOP=1 …`: it stops at the first error, with status 3"))
            .fix(liar.made_honest(cx))
    });
}
