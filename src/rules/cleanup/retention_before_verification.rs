//! Old copies are removed whether or not the new one has been made.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Effect, Exit, Fate};
use crate::rules::cause::{Cause, each_once, names};
use crate::rules::findings::Topic;
use crate::rules::operands::{carries, produces, read_files, removed, selects_old, written};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Pipeline};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("retention-before-verification"),
    family: Family::Cleanup,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Consequence,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/cleanup/retention-before-verification.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let causes: Vec<Cause<'_>> = cx
        .causes()
        .filter(|cause| {
            goes_on(cause) && produces(cx, cause.entry) && !out.is_suppressed(RULE.id, cause.entry.span)
        })
        .collect();
    for destroy in each_once(causes.iter().flat_map(|cause| &cause.on_failure.destroys)) {
        let Some(prunes) = prunes(cx, destroy.span) else { continue };
        let makes = |cause: &&Cause<'_>| {
            cause.on_failure.destroys.iter().any(|it| it.span == destroy.span) && is_of(cx, cause, prunes)
        };
        let makers: Vec<Cause<'_>> = causes.iter().filter(makes).copied().collect();
        if !makers.is_empty() {
            out.add([Topic::Destroy(destroy.span)], report(cx, destroy, &makers));
        }
    }
}

/// Not where the author has decided what comes of the failure, unless the script surely ends with 0.
fn goes_on(cause: &Cause<'_>) -> bool {
    let lost = matches!(cause.on_failure.fate, Fate::Ignored | Fate::Masked);
    lost || cause.on_failure.fate == Fate::Handled && cause.on_failure.exit == Exit::Zero
}

/// The command that picks what is old, of the pipeline in which something is removed.
fn prunes<'a>(cx: &Context<'a>, destroy: Span) -> Option<&'a Command> {
    let around = cx.all_pipelines().filter(|pipeline| pipeline.span.contains(destroy));
    around.flat_map(|pipeline| &pipeline.commands).find(|command| selects_old(cx, command))
}

/// The narrowest pipeline around a place.
fn pipeline_of<'a>(cx: &Context<'a>, place: Span) -> Option<&'a Pipeline> {
    let around = cx.all_pipelines().filter(|pipeline| pipeline.span.contains(place));
    around.min_by_key(|pipeline| pipeline.span.len())
}

/// Whether the cause makes what is removed when it is old: the same tool, or below the directory that is looked through.
fn is_of(cx: &Context<'_>, cause: &Cause<'_>, prunes: &Command) -> bool {
    let name = cx.first_word(prunes.span);
    let places = removed_or_read(cx, prunes);
    let made: Vec<String> = pipeline_of(cx, cause.entry.span)
        .into_iter()
        .flat_map(|pipeline| &pipeline.commands)
        .flat_map(|command| written(cx, command))
        .collect();
    let below = |path: &String| {
        let holds = |file: &String| {
            file.strip_prefix(path.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'))
        };
        is_named(path) && made.iter().any(holds)
    };
    let same =
        cause.entry.name == name && carries(cx, cause.entry) && !prunes.span.contains(cause.entry.span);
    same || places.iter().any(below)
}

fn is_named(path: &str) -> bool {
    !matches!(path, "" | "." | "/")
}

fn removed_or_read(cx: &Context<'_>, command: &Command) -> Vec<String> {
    let entry = cx.entry_by_id(command.id);
    let removed = entry.map(|entry| removed(cx, entry)).unwrap_or_default();
    removed.into_iter().chain(read_files(cx, command)).collect()
}

fn report(cx: &Context<'_>, destroy: &Effect, makers: &[Cause<'_>]) -> Diagnostic {
    let message =
        format!("old copies are removed when {} has failed, too: in the end none is left", names(makers));
    let finding = Diagnostic::new(RULE.id, RULE.severity, destroy.span, message)
        .help("remove old copies only after the new one is made and checked");
    let mut finding =
        cx.label_causes(finding, makers, |name| format!("when `{name}` fails, old copies go all the same"));
    finding.steps.clone_from(&makers[0].on_failure.steps);
    finding.fix(cx.exit_after(makers, "end the script where no new copy is made"))
}
