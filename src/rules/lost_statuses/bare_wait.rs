//! `wait` without operands is 0 whatever became of the jobs.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{names, severity};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("bare-wait"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/lost-statuses/bare-wait.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| cause.is_by(By::Background));
    let causes = out.open(RULE.id, lost.filter(|cause| cause.entry.name != "wait"));
    let waits = cx.commands().filter(|command| cx.literals(command) == [Some("wait".to_owned())]);
    for wait in waits {
        let awaited =
            causes.iter().filter(|cause| cause.on_failure.steps.iter().any(|step| step.span == wait.span));
        let awaited: Vec<_> = awaited.copied().collect();
        if awaited.is_empty() {
            continue;
        }
        let message = format!("`wait` is 0 whatever became of {}", names(&awaited).replace(" or ", " and "));
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &awaited), wait.span, message)
            .help("keep each job's number, `pids+=($!)`, and `wait` for each: its status is then the job's")
            .steps(awaited[0].on_failure.steps.clone());
        let finding = cx.label_causes(finding, &awaited, |name| format!("the status of `{name}` is lost"));
        out.add_lost(&awaited, finding);
    }
}
