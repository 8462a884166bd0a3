//! `$?` is looked at where errexit has ended the script already, if the command failed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{By, Entry, Errexit, Reading, StatusRead};
use crate::rules::assigned::names;
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind};
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
        if is_only_passed_on(cx, read) {
            continue;
        }
        let Some(entry) = aborting(cx, setter.span) else { continue };
        out.add([Topic::Code(read.span)], report(read, setter.span, entry));
    }
}

/// Whether all that is done with the status is to leave with it, which errexit does as well: `rc=$?` and `return $rc`.
fn is_only_passed_on(cx: &Context<'_>, read: &StatusRead) -> bool {
    let Some(keeper) = cx.command_by_id(read.command) else { return false };
    let assignments = keeper.as_simple().map(|simple| simple.assignments.as_slice()).unwrap_or_default();
    let name = assignments.iter().find(|it| it.span.contains(read.span)).map(|it| cx.text(it.name));
    let uses: Vec<&Command> = match &name {
        Some(name) => {
            let later = cx.commands().filter(|it| it.span.start > read.span.start);
            let single = later.filter(|it| it.as_simple().is_some() || cx.is_test(it));
            single.filter(|it| names(&cx.text(it.span), name)).collect()
        }
        None => vec![keeper],
    };
    let Some(last) = uses.last() else { return false };
    // What stands between, such as a cleanup, is dead as well.
    let between = |it: &&Command| {
        it.as_simple().is_some() && it.span.start > read.span.start && it.span.start < last.span.start
    };
    cx.commands().filter(between).all(|it| uses.iter().any(|used| used.id == it.id))
        && uses.iter().all(|it| leaves(cx, it) || cx.is_test(it) && only_leaves(cx, it.span))
}

/// Whether a test is the condition of an `if` in which nothing is done but to leave with what was tested.
fn only_leaves(cx: &Context<'_>, test: Span) -> bool {
    let around = cx.outer_commands(test).filter_map(|outer| match &outer.kind {
        CommandKind::If(chain) => Some((outer, chain)),
        _ => None,
    });
    around.last().is_some_and(|(outer, chain)| {
        let mut inside = cx.commands().filter(|it| it.span != outer.span && outer.span.contains(it.span));
        chain.otherwise.is_none() && inside.all(|it| leaves(cx, it) || it.span == test)
    })
}

/// Whether a command is `exit` or `return` with the status that a variable holds.
fn leaves(cx: &Context<'_>, command: &Command) -> bool {
    let name = cx.command_name(command.id);
    matches!(name.as_deref(), Some("exit" | "return")) && cx.text(command.span).contains('$')
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
