//! What is downloaded goes straight into a shell: a download that fails is an empty script, one that breaks off a part of it.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{Cause, explained, names, severity};
use crate::rules::operands::{carries, runs_input};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("pipeline-into-shell"),
    family: Family::Pipelines,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/pipelines/pipeline-into-shell.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for pipeline in cx.pipelines() {
        let Some((last, earlier)) = pipeline.commands.split_last().filter(|(last, _)| runs_input(cx, last))
        else {
            continue;
        };
        let here = |cause: &Cause<'_>| {
            cause.is_by(By::Pipeline)
                && carries(cx, cause.entry)
                && earlier.iter().any(|command| command.span.contains(cause.entry.span))
        };
        let causes = out.open(RULE.id, cx.lost().filter(here));
        if causes.is_empty() {
            continue;
        }
        let shell = cx.command_name(last.id).unwrap_or_else(|| cx.first_word(last.span));
        let message = format!(
            "if {} fails, `{shell}` runs nothing, or what came before it broke off, and is 0",
            names(&causes)
        );
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), pipeline.span, message)
            .help("write it to a file, check that it is whole, and run that");
        out.add_lost(&causes, explained(finding, &causes));
    }
}
