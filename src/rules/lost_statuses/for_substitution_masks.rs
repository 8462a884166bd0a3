//! A loop over the output of a failed substitution runs no round, and nobody notices.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{explained, lost_at, names, severity, weighs};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::CommandKind;

pub static RULE: Rule = Rule {
    id: RuleId("for-substitution-masks"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/for-substitution-masks.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| cause.is_by(By::Substitution) && weighs(cx, cause));
    let causes = out.open(RULE.id, lost);
    for (command, causes) in lost_at(cx, &causes) {
        let CommandKind::For(each) = &command.kind else { continue };
        let (Some(words), true) =
            (&each.words, causes.iter().all(|cause| command.span.contains(cause.entry.span)))
        else {
            continue;
        };
        let (Some(first), Some(last)) = (words.first(), words.last()) else { continue };
        let message = format!("if {} fails, the loop runs not once, and nothing notices", names(&causes));
        let place = first.span.to(last.span);
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), place, message)
            .help("assign the list to a variable first: the status of `x=$(…)` is that of the substitution");
        out.add_lost(&causes, explained(finding, &causes));
    }
}
