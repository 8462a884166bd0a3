//! Something is deleted by a relative path after a `cd` that may have failed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Effect, Entry, Fate};
use crate::rules::beside::asks_for;
use crate::rules::cause::{Cause, each_once};
use crate::rules::findings::Topic;
use crate::rules::operands::{has_flag, plain, removed, unquoted};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("destructive-after-unchecked-cd"),
    family: Family::Cleanup,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Consequence,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/cleanup/destructive-after-unchecked-cd.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let passed_over = |cause: &Cause<'_>| moves(cause.entry) && cause.on_failure.fate == Fate::Ignored;
    let causes: Vec<Cause<'_>> = out.silent(cx).into_iter().filter(passed_over).collect();
    for destroy in each_once(causes.iter().flat_map(|cause| &cause.on_failure.destroys)) {
        let Some(entry) = cx.entry_at(destroy.span).filter(|entry| takes_much(cx, entry)) else { continue };
        let Some(decisive) = decisive(cx, destroy.span) else { continue };
        let reaches = |cause: &&Cause<'_>| {
            cause.entry.span == decisive.span
                && cause.on_failure.destroys.iter().any(|it| it.span == destroy.span)
        };
        let Some(cause) = causes.iter().find(reaches) else { continue };
        if !is_surely_there(cx, cause.entry) {
            out.add([Topic::Destroy(destroy.span)], report(cx, destroy, &entry.name, *cause));
        }
    }
}

fn moves(entry: &Entry) -> bool {
    matches!(entry.name.as_str(), "cd" | "pushd")
}

/// The `cd` that decides where the command at the span is carried out: the last one before it that goes anywhere but up, and is not
/// that of a subshell of its own.
fn decisive<'a>(cx: &Context<'a>, command: Span) -> Option<&'a Entry> {
    let apart = |entry: &Entry| {
        let subshells =
            cx.commands().filter(|it| matches!(it.kind, CommandKind::Subshell(_))).map(|it| it.span);
        let mut bodies = subshells.chain(cx.substitutions().iter().copied());
        bodies.any(|body| body.contains(entry.span) && !body.contains(command))
    };
    let before = cx.trace.entries.iter().filter(|entry| {
        moves(entry) && entry.span.file == command.file && entry.span.start < command.start && !apart(entry)
    });
    before
        .filter(|entry| target(cx, entry).is_none_or(|to| !is_above(&to)))
        .max_by_key(|entry| entry.span.start)
}

/// Whether a removal takes, by a relative path, whatever is there: what a pattern matches, a directory with all that it holds,
/// or what `find` comes upon. A file of one name is seldom another one elsewhere.
fn takes_much(cx: &Context<'_>, entry: &Entry) -> bool {
    let gone = removed(cx, entry);
    let recursive = |command| has_flag(cx, command, &['r', 'R'], "--recursive");
    let whole = entry.name == "find" || cx.command(entry).is_some_and(recursive);
    gone.iter().filter(|path| is_relative(path)).any(|path| whole || path.contains('*'))
}

fn is_relative(path: &str) -> bool {
    !path.starts_with(['/', '$', '~', '`', '-', '{']) && !path.contains("tmp")
}

/// Whether the directory is there in all likelihood: it is above, it is that of the script or the one in which the script has been,
/// or it was made or asked for before.
fn is_surely_there(cx: &Context<'_>, entry: &Entry) -> bool {
    let Some(to) = target(cx, entry) else { return true };
    let values = to.strip_prefix('$').map(|name| cx.values_of(name)).unwrap_or_default();
    let is_own = |path: &String| OWN.iter().any(|sign| path.contains(sign));
    is_own(&to)
        || !values.is_empty() && values.iter().all(is_own)
        || was_seen(cx, entry.span, to.trim_end_matches('/'))
}

/// Where a `cd` goes, quotes taken off; `None` where it goes home.
fn target(cx: &Context<'_>, entry: &Entry) -> Option<String> {
    let words = cx.command(entry).map(Command::simple_words).unwrap_or_default();
    let mut operands = words.iter().skip(1).map(|word| unquoted(cx, word));
    operands.find(|word| !word.starts_with('-') || word == "-")
}

/// What a path is made of that the script takes from where it is or has been, or that it has made.
const OWN: [&str; 7] = ["dirname", "BASH_SOURCE", "$0%", "pwd", "$PWD", "mktemp", "OLDPWD"];

fn is_above(path: &str) -> bool {
    path == "-" || path.split('/').all(|part| matches!(part, "" | "." | ".."))
}

/// Whether the script has made a directory before, or has asked whether it is there.
fn was_seen(cx: &Context<'_>, at: Span, directory: &str) -> bool {
    let before = |it: &&Command| it.span.file == at.file && it.span.start < at.start;
    cx.commands().filter(before).any(|it| {
        let asks = || asks_for(&plain(&cx.text(it.span)), directory, &["-d"]);
        let makes =
            || cx.command_name(it.id).as_deref() == Some("mkdir") && cx.text(it.span).contains(directory);
        cx.is_test(it) && asks() || makes()
    })
}

fn report(cx: &Context<'_>, destroy: &Effect, name: &str, cause: Cause<'_>) -> Diagnostic {
    let cd = cx.text(cause.entry.span);
    let message = format!("when `{cd}` fails, `{name}` deletes in the directory where the script was before");
    Diagnostic::new(RULE.id, RULE.severity, destroy.span, message)
        .because(cause.entry.span, "when this fails, the script stays where it is")
        .help("`cd … || exit`")
        .steps(cause.on_failure.steps.clone())
        .fix(cx.exit_after(&[cause], "end the script where `cd` fails"))
}
