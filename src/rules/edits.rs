//! Edits that several rules propose.

use super::Context;
use crate::diagnostic::{Edit, Fix};
use crate::syntax::Pipeline;
use crate::text::Span;

/// Turns pipefail on for a pipeline. Where errexit is on, that is what is missing; elsewhere somebody has to look at the
/// status, too.
pub fn pipefail(cx: &Context<'_>, pipeline: &Pipeline) -> Option<Fix> {
    if !cx.has_pipefail() || cx.has_carriage_returns() {
        return None;
    }
    if cx.trace.errexit_seen {
        return option(cx, pipeline.span, "set -o pipefail", "turn on pipefail");
    }
    let statement = cx.top_statement(pipeline.span)?;
    let line = cx.lines.start(cx.lines.line(statement.span.start));
    let alone =
        statement.only_pipeline().is_some_and(|only| only.span == pipeline.span) && !statement.background;
    if !alone || !cx.is_program() {
        return None;
    }
    let edits = vec![
        Edit::insert(pipeline.span, line, "set -o pipefail\n"),
        Edit::insert(pipeline.span, pipeline.span.end, " || exit 1"),
    ];
    Some(Fix::proposed("turn on pipefail, and end the script when the pipeline fails", edits))
}

/// Turns on an option behind the `set -e` that stands before a place.
pub fn option(cx: &Context<'_>, before: Span, command: &str, title: &str) -> Option<Fix> {
    if cx.has_carriage_returns() {
        return None;
    }
    let set = cx.errexit_statement(before)?;
    let edit = Edit::insert(set, set.end, format!("\n{command}"));
    Some(Fix::proposed(title, vec![edit]))
}

/// Puts ` || exit 1` behind a command that stands alone at the top level of a program.
pub fn or_exit(cx: &Context<'_>, command: Span) -> Option<Fix> {
    let statement = cx.top_statement(command)?;
    let alone = statement.only_pipeline().is_some_and(|only| only.span == command && !only.negated);
    if !alone
        || statement.background
        || !cx.is_program()
        || cx.has_carriage_returns()
        || cx.trace.errexit_seen
    {
        return None;
    }
    let edit = Edit::insert(command, command.end, " || exit 1");
    Some(Fix::proposed("end the script when it fails", vec![edit]))
}
