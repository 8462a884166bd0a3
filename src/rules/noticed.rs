//! Failures whose status is lost and which are noticed all the same, for the command leaves nothing behind that could be taken
//! for its work: what should have picks something of its output says no, or a test sees that a variable stayed empty.

use super::beside::asks_for;
use super::cause::Cause;
use super::operands::plain;
use super::{Context, assigned, operands};
use crate::flow::{Entry, Errexit, Fate};
use crate::syntax::{Command, CommandKind, Connector, If, List, Pipeline, Statement};
use crate::text::Span;

/// Signs by which a text is compared, or a file looked for: what is empty does not pass.
const SEES_EMPTY: [&str; 17] = [
    "-ge ", "-gt ", "-le ", "-lt ", "-z ", " = ", " == ", " != ", "=~", "-d ", "-e ", "-f ", "-s ", "-r ",
    "-w ", "-x ", "-ef ",
];

/// Whether a later command of the pipeline picks from the output and says no where there is none (`… | grep -q up`), and
/// somebody hears that.
pub(super) fn is_denied(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let span = cause.entry.span;
    let Some(pipeline) = cx.pipelines_that_answer().iter().rev().find(|it| feeds(it, span)) else {
        return false;
    };
    let live = matches!(cause.on_failure.errexit, Errexit::Live | Errexit::OffInSubstitution);
    let read = || cx.trace.status_reads.iter().filter_map(|read| read.setter);
    live || cx.is_tested(pipeline.span) && !is_swallowed(cx, pipeline)
        || read().any(|setter| setter.span == pipeline.span)
}

/// Whether `|| true` stands behind the pipeline: to it all answers are the same.
fn is_swallowed(cx: &Context<'_>, pipeline: &Pipeline) -> bool {
    swallowed(cx).any(|it| it.span == pipeline.span)
}

/// Whether `|| true` stands behind what holds the command: its author wants to go on, whatever comes of it.
pub(super) fn is_waved_through(cx: &Context<'_>, command: Span) -> bool {
    swallowed(cx).any(|it| it.span.contains(command))
}

/// The pipelines behind which `|| true` stands.
fn swallowed<'a>(cx: &Context<'a>) -> impl Iterator<Item = &'a Pipeline> {
    cx.statements().flat_map(move |statement| {
        statement.pipelines().zip(&statement.rest).filter_map(move |(pipeline, (connector, next))| {
            let always = next.only_command().is_some_and(|it| operands::always_succeeds(cx, it));
            (*connector == Connector::Or && always).then_some(pipeline)
        })
    })
}

/// Whether the value that holds what the command prints is named nowhere else in a script that lives by itself.
pub(super) fn is_unused(cx: &Context<'_>, span: Span) -> bool {
    let Some(name) = assigned::holder(cx, span) else { return false };
    let alone = cx.is_program() && cx.units.not_found.is_empty();
    let own: Vec<Span> =
        cx.outer_commands(span).filter(|it| it.as_simple().is_some()).map(|it| it.span).collect();
    let simple = cx.commands().filter(|it| !it.span.contains(span));
    let mut others = simple.filter(|it| !own.iter().any(|own| own.contains(it.span)));
    alone && !others.any(|it| assigned::mentions(&cx.text(it.span), &name))
}

/// Whether what the command at the span prints goes by a pipeline to one that removes: what is not to be removed stays.
pub(super) fn feeds_removal(cx: &Context<'_>, pipeline: &Pipeline, span: Span) -> bool {
    feeds(pipeline, span) && pipeline.commands.last().is_some_and(|last| operands::removes(cx, last))
}

/// Whether the span lies before the last command of a pipeline.
pub(super) fn feeds(pipeline: &Pipeline, span: Span) -> bool {
    let earlier = pipeline.commands.split_last().map(|(_, earlier)| earlier).unwrap_or_default();
    earlier.iter().any(|command| command.span.contains(span))
}

/// Whether what the command prints is compared with something, by itself or as the value of a variable.
pub(super) fn is_compared(cx: &Context<'_>, span: Span) -> bool {
    if !cx.is_substituted(span) {
        return false;
    }
    let directly = cx.outer_commands(span).any(|it| compares(cx, it, None));
    directly || assigned::holder(cx, span).is_some_and(|name| is_compared_by_name(cx, &name, span))
}

/// Whether the statement behind a pipeline compares what has been made with what is wanted: `diff out.tsv ref/out.tsv`.
pub(super) fn is_compared_next(cx: &Context<'_>, pipeline: &Pipeline) -> bool {
    let next = cx.all_lists().find_map(|list| {
        let own = list.statements.iter().position(|it| it.span == pipeline.span)?;
        list.statements.get(own + 1)?.only_pipeline()?.only_command()
    });
    let compares = |it: &Command| matches!(cx.command_name(it.id).as_deref(), Some("diff" | "cmp"));
    let heard = |it: &Command| cx.entry_by_id(it.id)?.on_failure.as_ref().map(|it| it.fate != Fate::Ignored);
    next.is_some_and(|it| compares(it) && heard(it) == Some(true))
}

/// Whether a redirection reads a file of which a test has asked before whether it is there.
pub(super) fn was_asked_for(cx: &Context<'_>, entry: &Entry) -> bool {
    if entry.name != "<" {
        return false;
    }
    let read = plain(&cx.text(entry.span));
    let file = read.trim_start_matches('<').trim();
    let asks = |text: &str| {
        let mut words = text.split_whitespace();
        words.any(|it| matches!(it, "-f" | "-r" | "-e" | "-s")) && words.any(|it| it == file)
    };
    let before = |it: &&Command| it.span.file == entry.span.file && it.span.end <= entry.span.start;
    cx.commands().filter(before).any(|it| cx.is_test(it) && asks(&plain(&cx.text(it.span))))
}

fn is_compared_by_name(cx: &Context<'_>, name: &str, behind: Span) -> bool {
    let later = |it: &&Command| it.span.file == behind.file && it.span.start > behind.start;
    cx.commands().filter(later).any(|it| compares(cx, it, Some(name)) || derived(cx, it, name))
}

/// Whether a command prints the variable for another one, which is compared: `version=$(echo "$output" | awk …)`.
fn derived(cx: &Context<'_>, command: &Command, name: &str) -> bool {
    let prints = cx.only_prints(command) && assigned::names(&cx.text(command.span), name);
    let other = || assigned::holder(cx, command.span).filter(|other| other != name);
    prints && other().is_some_and(|other| cx.commands().any(|it| compares(cx, it, Some(&other))))
}

/// Whether all that is done with what the command prints is to show it, under the name of a variable.
pub(super) fn is_only_printed(cx: &Context<'_>, span: Span) -> bool {
    let Some(name) = assigned::holder(cx, span) else { return false };
    let uses = || {
        let simple = cx.commands().filter(|it| it.as_simple().is_some() && !it.span.contains(span));
        simple.filter(|it| assigned::names(&cx.text(it.span), &name))
    };
    uses().next().is_some() && uses().all(|it| shows(cx, it))
}

/// Whether all that a command does is to print what somebody sees.
pub(super) fn shows(cx: &Context<'_>, command: &Command) -> bool {
    let taken = || cx.is_substituted(command.span) || is_taken_from_a_call(cx, command.span);
    cx.only_prints(command) && command.redirects.is_empty() && !taken()
}

/// Whether the place lies in a function of which a substitution takes the output.
fn is_taken_from_a_call(cx: &Context<'_>, place: Span) -> bool {
    cx.functions().iter().filter(|function| function.body.span.contains(place)).any(|function| {
        let name = cx.text(function.name);
        cx.commands().any(|it| cx.is_substituted(it.span) && cx.command_name(it.id).as_ref() == Some(&name))
    })
}

/// Whether a command is a test that compares, a `case`, or a function that asserts something; of the variable, if one is named.
fn compares(cx: &Context<'_>, command: &Command, name: Option<&str>) -> bool {
    let speaks = |text: &str| name.is_none_or(|name| assigned::names(text, name));
    if let CommandKind::Case(case) = &command.kind {
        return name.is_some() && speaks(&cx.text(case.word.span));
    }
    if let CommandKind::If(chain) = &command.kind {
        return name.is_some() && has_way_without(cx, chain, speaks);
    }
    let text = cx.text(command.span);
    let asserts = || cx.command_name(command.id).is_some_and(|it| it.to_ascii_lowercase().contains("assert"));
    cx.is_test(command) && speaks(&text) && SEES_EMPTY.iter().any(|sign| text.contains(sign))
        || speaks(&text) && asserts()
}

/// Whether a test speaks of it, and there is a way for when it is empty: `if [ -n "$id" ]; … else`.
fn has_way_without(cx: &Context<'_>, chain: &If, speaks: impl Fn(&str) -> bool) -> bool {
    let tests = |condition: &List| {
        let only = condition.statements.first().and_then(|it| it.only_pipeline()?.only_command());
        only.is_some_and(|it| {
            cx.is_test(it) && assigned::is_one_word(&cx.text(it.span)) && speaks(&cx.text(it.span))
        })
    };
    let at = chain.arms.iter().position(|(condition, _)| tests(condition));
    at.is_some_and(|at| chain.otherwise.is_some() || at + 1 < chain.arms.len())
}

/// The innermost branch around a place that is taken only by what a command has printed or returned:
/// `if [ "$id" = "" ]; … else`.
pub(super) fn branch_on_evidence(cx: &Context<'_>, place: Span) -> Option<Span> {
    let around = cx.commands().filter(|it| it.span.contains(place));
    around
        .filter_map(|it| if let CommandKind::If(chain) = &it.kind { branch(cx, chain, place) } else { None })
        .last()
}

/// The command behind `&&` at this place, which is run only by what a test has seen: `[ $rc = 0 ] && echo done`.
pub(super) fn step_on_evidence(cx: &Context<'_>, place: Span) -> Option<Span> {
    let around = cx.statements().filter(|it| it.span.contains(place));
    let steps = around.filter_map(|statement| {
        let (_, last) = statement.rest.last().filter(|(_, last)| last.span.contains(place))?;
        let ands = statement.rest.iter().all(|(connector, _)| *connector == Connector::And);
        let mut before = statement.pipelines().filter(|it| it.span != last.span);
        let seen = |it: &Pipeline| {
            it.only_command().is_some_and(|it| cx.is_test(it)) && is_evidence(cx, &cx.text(it.span))
        };
        (ands && before.any(seen)).then_some(last.span)
    });
    steps.last()
}

fn branch(cx: &Context<'_>, chain: &If, place: Span) -> Option<Span> {
    let bodies = chain.arms.iter().map(|(_, body)| body).chain(&chain.otherwise);
    let body = bodies.filter_map(extent).find(|body| body.contains(place))?;
    let before = chain.arms.iter().filter_map(|(condition, _)| extent(condition));
    let tested = before.filter(|condition| condition.start < body.start).map(|condition| cx.text(condition));
    tested.into_iter().any(|text| is_evidence(cx, &text)).then_some(body)
}

fn extent(list: &List) -> Option<Span> {
    Some(list.statements.first()?.span.to(list.statements.last()?.span))
}

/// Whether a text holds what a command has printed or returned, or a variable that does.
fn is_evidence(cx: &Context<'_>, text: &str) -> bool {
    let made = |text: &str| ["$(", "`", "$?"].iter().any(|sign| text.contains(sign));
    let variables = text.split('$').skip(1).map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
    });
    made(text) || variables.into_iter().any(|name| cx.values_of(name).iter().any(|value| made(value)))
}

/// Whether something that is asked about it later sees what a file holds: `diff`, `grep`, or `wc` in a value that is compared.
/// That it is not empty says little, but to a loop that goes on until then.
pub(super) fn is_looked_at(cx: &Context<'_>, pipeline: &Pipeline, file: &str) -> bool {
    let behind = |it: &Command| it.span.file == pipeline.span.file && it.span.start >= pipeline.span.end;
    let file = plain(file);
    let reads = |it: &Command| {
        let words = it.as_simple().into_iter().flat_map(|simple| &simple.words);
        words.into_iter().any(|word| operands::unquoted(cx, word).contains(&file))
    };
    let counts = |it: &Command| cx.command_name(it.id).as_deref() == Some("wc");
    let waits = |it: &Command| match &it.kind {
        CommandKind::Loop(each) => {
            it.span.contains(pipeline.span) && asks_whether_empty(cx, &each.condition, &file)
        }
        _ => false,
    };
    cx.commands().any(waits)
        || cx.asking().any(|it| behind(it) && !cx.is_test(it) && reads(it))
        || cx.commands().any(|it| behind(it) && counts(it) && reads(it) && is_compared(cx, it.span))
}

fn asks_whether_empty(cx: &Context<'_>, condition: &List, file: &str) -> bool {
    let tests = condition.statements.iter().flat_map(Statement::pipelines).flat_map(|it| &it.commands);
    tests.filter(|it| cx.is_test(it)).any(|it| asks_for(&plain(&cx.text(it.span)), file, &["-s"]))
}
