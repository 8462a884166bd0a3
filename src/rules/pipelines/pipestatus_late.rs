//! PIPESTATUS is read after another command has overwritten it.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{By, Reading, Setter, StatusRead};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("pipestatus-late"),
    family: Family::Pipelines,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/pipelines/pipestatus-late.md"),
    check,
};

/// How many commands back the pipeline is looked for whose statuses are meant.
const MAX_BACK: usize = 4;

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for read in
        cx.trace.status_reads.iter().filter(|read| read.reading == Reading::PipeStatus && !read.of_pipeline)
    {
        let Some(setter) = read.setter.filter(|setter| is_idle(cx, setter)) else { continue };
        let Some(meant) = meant(cx, setter) else { continue };
        let name = cx.first_word(setter.span);
        let message = format!("PIPESTATUS is that of `{name}` here, not of the pipeline before");
        let finding = Diagnostic::new(RULE.id, RULE.severity, read.span, message)
            .because(meant, "the statuses of this pipeline …")
            .because(setter.span, "… are overwritten by this")
            .help("copy all of them right behind the pipeline: `statuses=(\"${PIPESTATUS[@]}\")`");
        out.add(topics(cx, read, meant), finding);
    }
}

/// The statuses that are lost by it.
fn topics(cx: &Context<'_>, read: &StatusRead, meant: Span) -> Vec<Topic> {
    let lost = cx.lost().filter(|cause| cause.is_by(By::Pipeline) && meant.contains(cause.entry.span));
    let lost: Vec<Topic> = lost.map(|cause| Topic::Status(cause.entry.span)).collect();
    if lost.is_empty() { vec![Topic::Code(read.span)] } else { lost }
}

/// It does no work whose status could be meant, or has looked at PIPESTATUS itself.
fn is_idle(cx: &Context<'_>, setter: &Setter) -> bool {
    let looks = |read: &StatusRead| read.reading == Reading::PipeStatus && setter.span.contains(read.span);
    cx.trace.status_reads.iter().any(looks) || !cx.can_fail(setter.span)
}

/// The pipeline of several commands that stands before.
fn meant(cx: &Context<'_>, setter: Setter) -> Option<Span> {
    let mut at = setter;
    for _ in 0..MAX_BACK {
        at = cx.setter(at.command)?;
        if cx.pipelines().any(|pipeline| pipeline.span == at.span) {
            return Some(at.span);
        }
    }
    None
}
