//! `$?` is looked at where errexit has ended the script already, if the command failed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{By, Entry, Errexit, Reading, StatusRead};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("assignment-status-dead-under-e"),
    family: Family::LostStatuses,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/lost-statuses/assignment-status-dead-under-e.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    // Where a file that is not known may have turned errexit on, it may also not have.
    if !cx.trace.errexit_on {
        return;
    }
    let reads = cx.trace.status_reads.iter().filter(|read| read.reading != Reading::Bare);
    for read in reads.filter(|read| !read.nonzero && read.in_health) {
        // `f; exit $?` ends with the same status either way.
        let leaves = matches!(cx.command_name(read.command).as_deref(), Some("exit" | "return"));
        let setter = read.setter.filter(|setter| !setter.tested && !setter.negated);
        let Some(setter) = setter.filter(|_| !leaves && cx.decides(read)) else { continue };
        let Some(entry) = aborting(cx, setter.span) else { continue };
        out.add([Topic::Code(read.span)], report(read, setter.span, entry));
    }
}

/// A command of the pipeline whose failure ends the script before anything can read its status.
fn aborting<'a>(cx: &Context<'a>, pipeline: Span) -> Option<&'a Entry> {
    let inside = cx.trace.entries.iter().filter(|entry| pipeline.contains(entry.span));
    let prints = |entry: &Entry| cx.command(entry).is_some_and(|command| cx.only_prints(command));
    inside.filter(|entry| !prints(entry)).find(|entry| {
        entry.on_failure.as_ref().is_some_and(|it| {
            it.by == Some(By::Errexit) && it.at == Some(pipeline) && it.errexit != Errexit::Unknown
        })
    })
}

fn report(read: &StatusRead, setter: Span, entry: &Entry) -> Diagnostic {
    let what = if read.reading == Reading::PipeStatus { "PIPESTATUS" } else { "$?" };
    let name = &entry.name;
    let message = format!("`{what}` is always 0 here: `set -e` ends the script first when `{name}` fails");
    Diagnostic::new(RULE.id, RULE.severity, read.span, message)
        .because(setter, "when this fails, nothing below runs")
        .help("look at the status in the same command: `rc=0; command || rc=$?`")
}
