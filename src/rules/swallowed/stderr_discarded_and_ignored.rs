//! A failure is thrown away together with the message that would have told of it.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Fate;
use crate::rules::cause::{Cause, explained, severity};
use crate::rules::operands::{carries, hushes_errors};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("stderr-discarded-and-ignored"),
    family: Family::Swallowed,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/swallowed/stderr-discarded-and-ignored.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let swallowed = |cause: &Cause<'_>| {
        let it = cause.on_failure;
        it.fate == Fate::Swallowed
            && carries(cx, cause.entry)
            && is_hushed(cx, cause)
            && !(it.claims.is_empty() && it.destroys.is_empty())
    };
    for cause in out.open(RULE.id, cx.causes().filter(swallowed)) {
        let name = &cause.entry.name;
        let message = format!("when `{name}` fails, neither its message nor its status reaches anybody");
        let finding =
            Diagnostic::new(RULE.id, severity(cx, RULE.severity, &[cause]), cause.entry.span, message)
                .help("leave its messages alone, and let the failure count");
        out.add_lost(&[cause], explained(finding, &[cause]));
    }
}

/// Whether its messages go to `/dev/null`.
fn is_hushed(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    cx.command(cause.entry).is_some_and(|command| hushes_errors(cx, command))
}
