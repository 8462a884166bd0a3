//! A client goes on after an error in the script that it carries out, and ends with 0.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::lies::report;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::knowledge::Lie;

pub static RULE: Rule = Rule {
    id: RuleId("sql-client-continues"),
    family: Family::LyingCommands,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lying-commands/sql-client-continues.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    report(cx, &RULE, Lie::ScriptError, out, |liar| {
        let name = &liar.entry.name;
        let message = format!("`{name}` is 0 although something that it was told to do has failed");
        let help = match liar.honest {
            Some(honest) => format!("`{name} {honest} …`: its status then tells"),
            None => "what it carries out has to say itself that an error ends it".to_owned(),
        };
        Diagnostic::new(RULE.id, RULE.severity, liar.entry.span, message).help(help).fix(liar.made_honest(cx))
    });
}
