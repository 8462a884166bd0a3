//! What stands in a process substitution fails, and nobody sees its status.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{Cause, explained, lost_at, names, severity, weighs};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("process-substitution-unchecked"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/process-substitution-unchecked.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx
        .lost()
        .filter(|cause| cause.is_by(By::ProcessSubstitution) && weighs(cx, cause) && is_read(cx, cause));
    let causes = out.open(RULE.id, lost);
    for (command, causes) in lost_at(cx, &causes) {
        let name = cx.first_word(command.span);
        let message =
            format!("if {} fails, `{name}` reads nothing or a part, and nothing notices", names(&causes));
        let place = causes[0].entry.span;
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), place, message)
            .help("`wait $!` right behind it gives its status in bash; or write to a file first, and check");
        out.add_lost(&causes, explained(finding, &causes));
    }
}

/// In `<( )`; what is written to `>( )` is mostly a log.
fn is_read(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let Some(at) = cause.on_failure.at.filter(|at| at.start < cause.entry.span.start) else { return false };
    let before = cx.text(Span { end: cause.entry.span.start, ..at });
    before.rfind("<(") > before.rfind(">(")
}
