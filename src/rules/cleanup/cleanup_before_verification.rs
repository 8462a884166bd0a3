//! Something is deleted after it was to be carried elsewhere, also when that failed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Effect, Entry, Exit, Fate};
use crate::rules::artifacts::is_temporary;
use crate::rules::assigned::names;
use crate::rules::before::{list_around, runs_before};
use crate::rules::cause::{Cause, each_once};
use crate::rules::findings::Topic;
use crate::rules::operands::{hushes_errors, is_within, plain, removed, sources, written};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, Connector, List};
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
        let takes = |source: &String| {
            gone.iter().any(|path| is_within(source, path) && !is_spared(cx, entry, source, path))
        };
        let lost = |(cause, read): &&(Cause<'_>, Vec<String>)| {
            cause.on_failure.destroys.iter().any(|d| d.span == destroy.span)
                && !is_of_failure(cx, cause)
                && !goes_along(cx, cause, &gone)
                && read.iter().any(|source| {
                    takes(source)
                        && !is_scrap(cx, cause, source)
                        && !is_optional(cx, cause, source)
                        && is_same(cx, cause, destroy, source)
                })
        };
        let causes: Vec<Cause<'_>> = transfers.iter().filter(lost).map(|(cause, _)| *cause).collect();
        if !causes.is_empty() {
            out.add([Topic::Destroy(destroy.span)], report(cx, destroy, &entry.name, &causes));
        }
    }
}

/// Whether the copy is made only where something else asks for it, and the removal does not wait for it:
/// `[ "$debug" = yes ] && cp spec "$dir"`.
fn is_optional(cx: &Context<'_>, cause: &Cause<'_>, source: &str) -> bool {
    let span = cause.entry.span;
    let own = cx.statements().rfind(|it| it.span.contains(span));
    let before = own.into_iter().flat_map(|it| it.pipelines().take_while(|it| !it.span.contains(span)));
    let tests = before.filter_map(|it| it.only_command().filter(|it| cx.is_test(it)));
    tests.into_iter().any(|test| !plain(&cx.text(test.span)).contains(source))
}

/// Whether the copy is made where something has failed already: `cp out out.diff; return 1`.
fn is_of_failure(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let last = list_around(cx, cause.entry.span).and_then(|list| list.statements.last());
    let command = last.and_then(|it| it.only_pipeline()?.only_command());
    let words = command.map(|it| cx.literals(it)).unwrap_or_default();
    let words: Vec<&str> = words.iter().flatten().map(String::as_str).collect();
    matches!(words.as_slice(), ["return" | "exit", status] if *status != "0")
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
    let command = cx.command(entry)?;
    let kept = written(cx, command);
    let is_beside = |source: &String| {
        kept.iter().any(|copy| copy.len() > source.len() && copy.starts_with(&format!("{source}.")))
    };
    // What a pattern names may be nothing, and nobody wants to hear of that.
    let is_hushed = |source: &String| source.contains('*') && hushes_errors(cx, command);
    // The files that `find` has come upon are others for each command of its own.
    let is_found = |source: &String| source.contains("{}");
    let is_wanted = |source: &String| !is_beside(source) && !is_hushed(source) && !is_found(source);
    read.retain(|source| is_wanted(source) && !is_option(cx, source));
    Some(read)
}

/// Whether an operand is a variable for an option: `cp $verbose "$file" …`.
fn is_option(cx: &Context<'_>, operand: &str) -> bool {
    let values = operand.strip_prefix('$').map(|name| cx.values_of(name)).unwrap_or_default();
    !values.is_empty() && values.iter().all(|value| value.is_empty() || value.starts_with('-'))
}

/// Whether the copy is removed along with what it was made of, or lies in the same place: neither is wanted any more.
fn goes_along(cx: &Context<'_>, cause: &Cause<'_>, gone: &[String]) -> bool {
    let copies = cx.command(cause.entry).map(|command| written(cx, command)).unwrap_or_default();
    let read = sources(cx, cause.entry).unwrap_or_default();
    let other = |path: &&String| !read.iter().any(|source| is_within(source, path));
    let within = |files: &[String], path: &String| files.iter().all(|file| is_within(file, path));
    gone.iter().filter(other).any(|path| copies.iter().any(|copy| is_within(path, copy)))
        || !copies.is_empty() && gone.iter().any(|path| within(&read, path) && within(&copies, path))
}

/// Whether what lies below the path is not among what `find` is to remove, by its name.
fn is_spared(cx: &Context<'_>, removal: &Entry, source: &str, path: &str) -> bool {
    let words = cx.command(removal).map(|command| cx.literals(command)).unwrap_or_default();
    let named = words.windows(2).filter(|pair| matches!(pair[0].as_deref(), Some("-name" | "-iname")));
    let endings: Option<Vec<&str>> = named.map(|pair| pair[1].as_deref()?.strip_prefix('*')).collect();
    let name = source.rsplit('/').next().unwrap_or_default();
    let tail = name.rsplit(['*', '$', '}']).next().unwrap_or_default();
    let differs = |ending: &&str| !ending.contains(['*', '?', '[']) && !tail.ends_with(ending);
    let plain = !name.contains('$') && !tail.is_empty() && source != path;
    plain && endings.is_some_and(|endings| !endings.is_empty() && endings.iter().all(differs))
}

/// Whether people are told that it was not carried, and it is a temporary file, which the next run makes anew.
fn is_scrap(cx: &Context<'_>, cause: &Cause<'_>, source: &str) -> bool {
    let told = cause.on_failure.goes_on_at.and_then(|next| cx.command_at(next));
    let is_told = told.is_some_and(|next| cx.only_prints(next));
    cause.on_failure.fate == Fate::Handled && is_told && is_temporary(cx, source)
}

/// Not where the author has decided what comes of the failure, unless the script surely ends with 0.
fn goes_on(cause: &Cause<'_>) -> bool {
    let lost = matches!(cause.on_failure.fate, Fate::Ignored | Fate::Masked);
    lost || cause.on_failure.fate == Fate::Handled && cause.on_failure.exit == Exit::Zero
}

/// Whether the words mean the same thing where the removal runs. Not where a variable of them has been given another value:
/// in an earlier round or call, behind which the removal stands, or as another function's own.
fn is_same(cx: &Context<'_>, cause: &Cause<'_>, destroy: &Effect, words: &str) -> bool {
    let (carried, removed) = (cause.entry.span, destroy.span);
    let before = carried.file != removed.file || carried.start < removed.start;
    if hangs_on(cx, carried, removed) {
        return false;
    }
    if !words.contains('$') {
        return before || !in_one_function(cx, carried, removed) && !are_apart(cx, carried, removed);
    }
    before
        && !are_apart(cx, carried, removed)
        && !is_own(cx, carried, removed, words)
        && !is_given_anew(cx, carried, removed, words)
        && !leaves(cx, cause, removed)
}

/// Whether the removal stands behind `&&`: where the transfer has failed, it runs in another round only.
fn hangs_on(cx: &Context<'_>, carried: Span, removed: Span) -> bool {
    cx.statements().filter(|it| it.span.contains(carried) && it.span.contains(removed)).any(|statement| {
        let at = |span: Span| statement.pipelines().position(|it| it.span.contains(span));
        let (Some(from), Some(to)) = (at(carried), at(removed)) else { return false };
        from < to && statement.rest[from..to].iter().all(|(connector, _)| *connector == Connector::And)
    })
}

fn in_one_function(cx: &Context<'_>, one: Span, other: Span) -> bool {
    cx.functions().iter().any(|it| it.body.span.contains(one) && it.body.span.contains(other))
}

/// Whether the failure ends the round or the call in which the removal stands: in the next one the words mean another thing.
fn leaves(cx: &Context<'_>, cause: &Cause<'_>, removed: Span) -> bool {
    let Some(next) = cause.on_failure.goes_on_at else { return false };
    let in_one_call = || in_one_function(cx, next, removed);
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
