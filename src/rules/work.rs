//! What is work: commands behind whose failure something is missing.

use super::Context;
use super::assigned::{names, unguarded};
use super::main_line;
use super::noticed::{is_compared, was_asked_for};
use super::operands::{
    carries, clears, is_only_shown, makes, only_looks, only_shows, produces, puts_in_place, runs_program,
    selects_old, sources, verifies, written,
};
use crate::flow::Entry;
use crate::syntax::Pipeline;

/// Whether something is missing where the command failed: it makes, brings, puts in place or checks something, or runs a
/// program of which the table does not tell. What changes the state of a machine or makes room is often only tried, and what
/// is only shown leaves no hole.
pub(super) fn is_work(cx: &Context<'_>, entry: &Entry) -> bool {
    let works = makes(cx, entry)
        || puts_in_place(cx, entry)
        || carries(cx, entry)
        || verifies(cx, entry)
        || runs_program(cx, entry);
    let missed = !cx.is_substituted(entry.span) || feeds_work(cx, entry);
    let shown = || cx.pipelines().any(|it| it.span.contains(entry.span) && is_only_shown(cx, it));
    works
        && missed
        && !was_asked_for(cx, entry)
        && !only_looks(cx, entry)
        && !only_shows(cx, entry)
        && !clears(cx, entry.span)
        && !talks(cx, entry)
        && !empties(cx, entry)
        && !picks_old(cx, entry)
        && !shown()
}

/// Whether a command makes an empty file: `cp /dev/null list`.
fn empties(cx: &Context<'_>, entry: &Entry) -> bool {
    sources(cx, entry).is_some_and(|read| read.len() == 1 && read[0] == "/dev/null")
}

/// Whether a command picks what is old, to have it removed: what it leaves out is picked the next time.
fn picks_old(cx: &Context<'_>, entry: &Entry) -> bool {
    cx.command(entry).is_some_and(|command| selects_old(cx, command))
}

/// Whether a command says a line to a server, and keeps nothing of the answer: `echo QUIT | nc host 25`.
fn talks(cx: &Context<'_>, entry: &Entry) -> bool {
    let says = |it: &Pipeline| {
        let earlier = it.commands.iter().take_while(|it| it.span.end <= entry.span.start);
        earlier.into_iter().all(|it| cx.only_prints(it))
    };
    let keeps = || cx.command(entry).is_none_or(|command| !written(cx, command).is_empty());
    let is_said = || cx.pipelines().filter(|it| it.span.contains(entry.span)).all(says);
    matches!(entry.name.as_str(), "nc" | "ncat" | "netcat") && is_said() && !keeps()
}

/// Whether what the command prints is a value by which a later step of the main line, or of the same function, works, and nobody
/// asks whether there is any: no test does, nor a step that checks what the value names.
fn feeds_work(cx: &Context<'_>, entry: &Entry) -> bool {
    let Some(name) = unguarded(cx, entry.span).filter(|_| !is_compared(cx, entry.span)) else { return false };
    let later = || {
        let behind = cx.trace.entries.iter().filter(|it| it.span.start >= entry.span.end);
        behind.filter(|it| names(&cx.text(it.span), &name))
    };
    let beside = |it: &Entry| {
        let bodies = cx.functions().iter().map(|function| function.body.span);
        bodies.into_iter().any(|body| body.contains(entry.span) && body.contains(it.span))
    };
    let works =
        |it: &Entry| produces(cx, it) && !only_shows(cx, it) && (main_line::holds(cx, it.span) || beside(it));
    !later().any(|it| verifies(cx, it)) && later().any(works)
}
