//! Something is deleted after it was to be carried elsewhere, also when that failed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Effect, Entry, Exit, Fate};
use crate::rules::assigned::names;
use crate::rules::before::{list_around, runs_before};
use crate::rules::cause::{Cause, each_once};
use crate::rules::findings::Topic;
use crate::rules::operands::{is_within, removed, sources, written};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, List};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("cleanup-before-verification"),
    family: Family::Cleanup,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Consequence,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/cleanup/cleanup-before-verification.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let transfers: Vec<(Cause<'_>, Vec<String>)> = transfers(cx, out);
    for destroy in each_once(transfers.iter().flat_map(|(cause, _)| &cause.on_failure.destroys)) {
        let Some(entry) = cx.entry_at(destroy.span) else { continue };
        let gone = removed(cx, entry);
        let lost = |(cause, read): &&(Cause<'_>, Vec<String>)| {
            cause.on_failure.destroys.iter().any(|d| d.span == destroy.span)
                && read.iter().any(|source| {
                    gone.iter().any(|path| is_within(source, path) && is_same(cx, cause, destroy, source))
                })
        };
        let causes: Vec<Cause<'_>> = transfers.iter().filter(lost).map(|(cause, _)| *cause).collect();
        if !causes.is_empty() {
            out.add([Topic::Destroy(destroy.span)], report(cx, destroy, &entry.name, &causes));
        }
    }
}

/// The commands that carry something elsewhere and whose failure does not stop the script, with what they read.
fn transfers<'a>(cx: &Context<'a>, out: &Findings<'_>) -> Vec<(Cause<'a>, Vec<String>)> {
    cx.causes()
        .filter(|cause| goes_on(cause) && !out.is_suppressed(RULE.id, cause.entry.span))
        .filter_map(|cause| Some((cause, carried(cx, cause.entry)?)))
        .collect()
}

/// What a command carries elsewhere. A copy beside the thing itself, as `cp f f.orig`, is made to be put back.
fn carried(cx: &Context<'_>, entry: &Entry) -> Option<Vec<String>> {
    let mut read = sources(cx, entry)?;
    let kept = cx.command(entry).map(|command| written(cx, command)).unwrap_or_default();
    read.retain(|source| {
        !kept.iter().any(|copy| copy.len() > source.len() && copy.starts_with(&format!("{source}.")))
    });
    Some(read)
}

/// Not where the author has decided what comes of the failure, unless the script surely ends with 0.
fn goes_on(cause: &Cause<'_>) -> bool {
    let lost = matches!(cause.on_failure.fate, Fate::Ignored | Fate::Masked);
    lost || cause.on_failure.fate == Fate::Handled && cause.on_failure.exit == Exit::Zero
}

/// Whether the words mean the same thing where the removal runs. Not where a variable of them has been given another value:
/// in an earlier round or call, behind which the removal stands, or as another function's own.
fn is_same(cx: &Context<'_>, cause: &Cause<'_>, destroy: &Effect, words: &str) -> bool {
    if !words.contains('$') {
        return true;
    }
    let (carried, removed) = (cause.entry.span, destroy.span);
    let before = carried.file != removed.file || carried.start < removed.start;
    before
        && !are_apart(cx, carried, removed)
        && !is_own(cx, carried, removed, words)
        && !is_given_anew(cx, carried, removed, words)
        && !leaves(cx, cause, removed)
}

/// Whether the failure ends the round or the call in which the removal stands: in the next one the words mean another thing.
fn leaves(cx: &Context<'_>, cause: &Cause<'_>, removed: Span) -> bool {
    let Some(next) = cause.on_failure.goes_on_at else { return false };
    let in_one_call =
        || cx.functions().iter().any(|it| it.body.span.contains(next) && it.body.span.contains(removed));
    let ends = |span| match cx.first_word(span).as_str() {
        "continue" => true,
        "return" => in_one_call(),
        _ => false,
    };
    let behind =
        |span: Span| span.file == next.file && next.start <= span.start && span.start < removed.start;
    let mut statements = list_around(cx, next).into_iter().flat_map(|list| &list.statements);
    ends(next) || statements.any(|statement| behind(statement.span) && ends(statement.span))
}

/// Whether a variable of these words gets another value between the two, in every run that comes to the second.
fn is_given_anew(cx: &Context<'_>, carried: Span, removed: Span, words: &str) -> bool {
    let between = |it: &&Command| {
        it.span.file == carried.file && it.span.start >= carried.end && it.span.end <= removed.start
    };
    cx.commands().filter(between).any(|command| {
        let assigned = command.as_simple().map(|simple| simple.assignments.as_slice()).unwrap_or_default();
        assigned.iter().any(|it| names(words, &cx.text(it.name)))
            && runs_before(cx, command.span, removed)
            && !runs_before(cx, command.span, carried)
    })
}

/// Whether the two stand in different branches, of which one run takes one.
fn are_apart(cx: &Context<'_>, one: Span, other: Span) -> bool {
    cx.commands().filter(|it| it.span.contains(one) && it.span.contains(other)).any(|command| {
        let branches = match &command.kind {
            CommandKind::If(_) | CommandKind::Case(_) => command.lists(),
            _ => return false,
        };
        let holds = |list: &List, span: Span| list.statements.iter().any(|it| it.span.contains(span));
        let branch = |span| branches.iter().position(|list| holds(list, span));
        let tested = |at: Option<usize>| {
            matches!(&command.kind, CommandKind::If(_))
                && at.is_some_and(|at| at % 2 == 0 && at + 1 < branches.len())
        };
        let (one, other) = (branch(one), branch(other));
        one.is_some() && other.is_some() && one != other && !tested(one)
    })
}

/// Whether a variable of these words belongs to one function, and the two commands stand in different ones.
fn is_own(cx: &Context<'_>, one: Span, other: Span, words: &str) -> bool {
    let functions = cx.functions();
    let around = |span: Span| {
        functions.iter().filter(|it| it.body.span.contains(span)).map(|it| it.body.span).next_back()
    };
    let (one, other) = (around(one), around(other));
    if one == other {
        return false;
    }
    let declared = |body: Span| {
        let inside = cx.commands().filter(|it| body.contains(it.span) && cx.declares(it.id));
        let mut declared =
            inside.filter_map(Command::as_simple).flat_map(|simple| simple.words.iter().skip(1));
        declared.any(|word| names(words, cx.text(word.span).split('=').next().unwrap_or_default()))
    };
    let positional = words.contains("$1") || words.contains("$2") || words.contains("$@");
    positional || one.into_iter().chain(other).any(declared)
}

fn report(cx: &Context<'_>, destroy: &Effect, name: &str, causes: &[Cause<'_>]) -> Diagnostic {
    let carried: Vec<String> = causes.iter().map(|cause| format!("`{}`", cause.entry.name)).collect();
    let carried = carried.join(" and ");
    let message =
        format!("`{name}` deletes what {carried} was to carry elsewhere, and runs when that failed");
    let finding = Diagnostic::new(RULE.id, RULE.severity, destroy.span, message)
        .here("this removes the only copy that is left")
        .help("delete only after the copy has succeeded");
    let mut finding =
        cx.label_causes(finding, causes, |name| format!("when `{name}` fails, the script goes on to delete"));
    finding.steps = causes.first().map(|cause| cause.on_failure.steps.clone()).unwrap_or_default();
    finding.fix(cx.exit_after(causes, "end the script where the copy fails"))
}
