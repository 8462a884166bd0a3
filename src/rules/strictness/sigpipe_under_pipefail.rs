//! A reader that has enough leaves its pipeline, the writer is ended by SIGPIPE, and pipefail takes that for a failure.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{By, Entry, Errexit, Fate, OnFailure};
use crate::rules::findings::Topic;
use crate::rules::operands::{stops_early, writes_much};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Pipeline};

pub static RULE: Rule = Rule {
    id: RuleId("sigpipe-under-pipefail"),
    family: Family::Strictness,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/strictness/sigpipe-under-pipefail.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for pipeline in cx.pipelines() {
        // What stands further behind writes as much as it is fed.
        let [writer, reader, ..] = pipeline.commands.as_slice() else { continue };
        if !stops_early(cx, reader) || !writes_much(cx, writer) {
            continue;
        }
        let Some((entry, it)) = fault(cx, writer) else { continue };
        if let Some(harm) = harm(cx, pipeline, it) {
            out.add([Topic::Code(reader.span)], report(cx, entry, reader, harm));
        }
    }
}

fn fault<'a>(cx: &Context<'a>, writer: &Command) -> Option<(&'a Entry, &'a OnFailure)> {
    let entry = cx.entry_by_id(writer.id)?;
    Some((entry, entry.failure()?))
}

/// What comes of the writer's 141, where pipefail surely makes it the pipeline's status.
fn harm(cx: &Context<'_>, pipeline: &Pipeline, it: &OnFailure) -> Option<&'static str> {
    let here = it.at == Some(pipeline.span) || it.at.is_some_and(|at| at.contains(pipeline.span));
    match (it.fate, it.by) {
        (Fate::Aborts, Some(By::Errexit)) if here && it.errexit != Errexit::Unknown => {
            Some("and `set -e` ends the script without a word")
        }
        (Fate::Handled, Some(By::Test)) if cx.is_tested(pipeline.span) => {
            Some("and the answer is no although it was found")
        }
        _ => None,
    }
}

fn report(cx: &Context<'_>, writer: &Entry, reader: &Command, harm: &str) -> Diagnostic {
    let (name, reads) = (&writer.name, cx.first_word(reader.span));
    let message = format!(
        "`{reads}` leaves when it has enough: `{name}` is ended by SIGPIPE then, its 141 counts under pipefail, {harm}"
    );
    Diagnostic::new(RULE.id, RULE.severity, reader.span, message)
        .because(writer.span, "this may still be writing")
        .help("let the reader read to the end (`grep … > /dev/null`, `awk 'NR == 1'`, `sed -n 1p`), or write to a file first")
}
