//! Failures that a comment beside the command passes over: who wrote it knew, and wants the script to go on.

use super::Context;
use super::cause::Cause;
use super::options_set::sets_errexit;
use crate::text::Span;

/// Whether a comment on the line of the command, or above it, says that it may fail; or one above what runs next, that this
/// runs always.
pub(super) fn is_excused(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let excuses = cx.excuses();
    if excuses.is_empty() {
        return false;
    }
    let mut places = [Some(cause.entry.span), cause.on_failure.goes_on_at].into_iter().flatten();
    places.any(|place| {
        let statement = cx.statements().map(|it| it.span).rfind(|it| it.contains(place)).unwrap_or(place);
        excuses.iter().any(|comment| is_beside(cx, *comment, statement))
    })
}

/// Whether a script that never turns errexit on says that it is not wanted: it turns it off, or has a comment that passes
/// failures over, with a `set -e` below it that was taken out.
pub(super) fn declines_errexit(cx: &Context<'_>) -> bool {
    if !cx.trace.errexit_seen && cx.commands().any(|command| sets_errexit(cx, command, '+')) {
        return true;
    }
    let comments = &cx.units.script().comments;
    let taken_out = |it: &Span| cx.text(*it).trim_start_matches('#').trim_start().starts_with("set -e");
    let below = |it: &Span| cx.excuses().iter().any(|excuse| cx.line(*excuse) + 1 == cx.line(*it));
    comments.iter().any(|comment| taken_out(comment) && below(comment))
}

/// The comments of a script that say so.
pub(super) fn excuses(cx: &Context<'_>) -> Vec<Span> {
    let claims = &cx.units.vocabulary.claims;
    let comments = cx.units.script().comments.iter().copied();
    comments.filter(|comment| claims.excuses_failure(&cx.text(*comment))).collect()
}

/// Whether a comment stands behind a statement on its first line, or on the lines right above it.
fn is_beside(cx: &Context<'_>, comment: Span, statement: Span) -> bool {
    let (own, line) = (cx.line(comment), cx.line(statement));
    let is_alone = |it: &&Span| cx.indent(**it).trim().is_empty();
    let between = || cx.units.script().comments.iter().filter(is_alone).map(|it| cx.line(*it));
    comment.file == statement.file
        && (own == line || own < line && (own..line).all(|wanted| between().any(|line| line == wanted)))
}
