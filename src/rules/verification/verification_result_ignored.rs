//! A check is run, and nobody looks at what it says.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Fate;
use crate::rules::cause::explained;
use crate::rules::operands::verifies;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State, edits};

pub static RULE: Rule = Rule {
    id: RuleId("verification-result-ignored"),
    family: Family::Verification,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/verification/verification-result-ignored.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let ignored =
        cx.lost().filter(|cause| cause.on_failure.fate == Fate::Ignored && verifies(cx, cause.entry));
    for cause in out.open(RULE.id, ignored) {
        let name = &cause.entry.name;
        let message = format!("`{name}` is run to find out what is wrong, and nobody looks at its status");
        let command = cx.command(cause.entry).map_or(cause.entry.span, |command| command.span);
        let finding = Diagnostic::new(RULE.id, RULE.severity, cause.entry.span, message)
            .help(format!("`{name} … || exit 1`"))
            .fix(edits::or_exit(cx, command));
        out.add_lost(&[cause], explained(finding, &[cause]));
    }
}
