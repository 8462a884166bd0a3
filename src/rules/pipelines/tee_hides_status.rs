//! A command's output is copied to a file by `tee`, whose status replaces the command's.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{explained, names, weighs, within};
use crate::rules::operands::copies_input;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State, edits};

pub static RULE: Rule = Rule {
    id: RuleId("tee-hides-status"),
    family: Family::Pipelines,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/pipelines/tee-hides-status.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let causes = out.open(RULE.id, cx.lost().filter(|cause| cause.is_by(By::Pipeline) && weighs(cx, cause)));
    for pipeline in cx.pipelines() {
        let Some((last, earlier)) = pipeline.split_last().filter(|(last, _)| copies_input(cx, last)) else {
            continue;
        };
        let lost: Vec<_> = within(&causes, earlier).collect();
        if lost.is_empty() {
            continue;
        }
        let name = cx.first_word(last.span);
        let message =
            format!("if {} fails, nothing notices: the pipeline has the status of `{name}`", names(&lost));
        let finding = Diagnostic::new(RULE.id, RULE.severity, pipeline.span, message)
            .because(last.span, "this succeeds, whatever it is given")
            .help(format!("`set -o pipefail`, or send the output to `> >({name} …)`"))
            .fix(edits::pipefail(cx, pipeline));
        out.add_lost(&lost, explained(finding, &lost));
    }
}
