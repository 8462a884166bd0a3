//! A failure is thrown away by `|| true`, and what comes after builds on what the command was to do.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Effect, Fate};
use crate::rules::cause::{Cause, explained};
use crate::rules::operands::{removed, sources};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("ignored-failure"),
    family: Family::Swallowed,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/swallowed/ignored-failure.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let swallowed = cx.causes().filter(|cause| cause.on_failure.fate == Fate::Swallowed);
    for cause in out.open(RULE.id, swallowed) {
        let Some(destroy) = lost_with_it(cx, cause) else { continue };
        let name = &cause.entry.name;
        let gone = cx.text(destroy.span);
        let message =
            format!("the failure of `{name}` is thrown away, and `{gone}` then removes what it was to carry");
        let finding = Diagnostic::new(RULE.id, RULE.severity, cause.entry.span, message)
            .help("let the failure end the script, or keep what could not be carried");
        out.add_lost(&[cause], explained(finding, &[cause]));
    }
}

/// What is removed afterwards although it was to be carried elsewhere.
fn lost_with_it<'a>(cx: &Context<'a>, cause: Cause<'a>) -> Option<&'a Effect> {
    let carried = sources(cx, cause.entry)?;
    cause.on_failure.destroys.iter().find(|destroy| {
        let entry = cx.entry_at(destroy.span);
        entry.is_some_and(|entry| removed(cx, entry).iter().any(|path| carried.contains(path)))
    })
}
