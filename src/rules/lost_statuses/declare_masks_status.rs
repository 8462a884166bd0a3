//! `local`, `export` and their kin have a status of their own, which replaces that of a substitution.

use crate::diagnostic::{RuleId, Severity};
use crate::rules::assigned::{holder, is_asked_for, is_foreseen};
use crate::rules::cause::{lost_at, names};
use crate::rules::declared::{is_masked, report};
use crate::rules::noticed::is_only_printed;
use crate::rules::refused::is_refused;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("declare-masks-status"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/declare-masks-status.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| {
        let span = cause.entry.span;
        is_masked(cx, cause) && !cx.is_tested(span) && !is_wanted(cx, span) && !is_only_printed(cx, span)
    });
    let causes = out.open(RULE.id, lost);
    for (command, causes) in lost_at(cx, &causes) {
        let word = cx.first_word(command.span);
        let message =
            format!("if {} fails, nothing notices: the status is that of `{word}`, 0", names(&causes));
        out.add_lost(&causes, report(cx, &RULE, command, &causes, message));
    }
}

/// Whether somebody notices that there is no value: a test asks for it, the script says what is to be then, or the next
/// command is refused.
fn is_wanted(cx: &Context<'_>, span: Span) -> bool {
    let foreseen = |name: &str| is_asked_for(cx, name, span) || is_foreseen(cx, name, span);
    is_refused(cx, span) || holder(cx, span).is_some_and(|name| foreseen(&name))
}
