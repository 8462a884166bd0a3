//! Edits that several rules propose.

use super::Context;
use super::repairs::is_in_text;
use crate::diagnostic::{Edit, Fix};
use crate::shell::Dialect;
use crate::syntax::Pipeline;
use crate::text::{FileId, Span};

/// The first bytes of some texts that were written on Windows.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

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
    Some(Fix::option("turn on pipefail, and end the script when the pipeline fails", edits))
}

/// Turns on an option behind the `set -e` that stands before a place.
pub fn option(cx: &Context<'_>, before: Span, command: &str, title: &str) -> Option<Fix> {
    if cx.has_carriage_returns() {
        return None;
    }
    // A shell that is given a text has options of its own, and may not be the one that would be given the command.
    if is_in_text(cx, before) || command.starts_with("shopt ") && cx.dialect() != Dialect::Bash {
        return None;
    }
    let set = cx.errexit_statement(before)?;
    let edit = Edit::insert(set, set.end, format!("\n{command}"));
    Some(Fix::option(title, vec![edit]))
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

/// A command on a line of its own, after the comments that head the file and before the first command.
pub fn at_head(cx: &Context<'_>, command: &str) -> Option<Edit> {
    let (offset, alone) = place(cx)?;
    let content = if alone { format!("\n{command}\n") } else { format!("{command}\n\n") };
    let content = if cx.has_carriage_returns() { content.replace('\n', "\r\n") } else { content };
    Some(Edit::insert(Span::at(FileId(0), 0), offset, content))
}

/// The offset of the line after the head comments, and whether an empty line follows them.
fn place(cx: &Context<'_>) -> Option<(u32, bool)> {
    let text = cx.units.source(FileId(0));
    let first =
        cx.units.script().body.statements.first().map_or(text.len() as u32, |statement| statement.span.start);
    let limit = cx.lines.start(cx.lines.line(first));
    let mut offset = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        let is_head = (offset as u32) < limit && line.starts_with(b"#") && !is_of_a_command(line);
        if !is_head {
            break;
        }
        offset += line.len();
    }
    let next = text[offset..].split(|&byte| byte == b'\n').next().unwrap_or_default();
    let blank = (offset as u32) < limit && next.trim_ascii().is_empty();
    // Behind a byte order mark the first line is no comment but a command, and nothing can stand before it.
    (!text.starts_with(BYTE_ORDER_MARK)).then_some((offset as u32, blank))
}

/// A directive that belongs to the command below it. Others hold for the whole file, as long as no command stands before.
fn is_of_a_command(line: &[u8]) -> bool {
    let comment = String::from_utf8_lossy(line);
    let mut words = comment.trim_start_matches('#').split_whitespace();
    match words.next() {
        Some("lint-scripts") => words.next().is_some_and(|word| word.starts_with("disable=")),
        Some("shellcheck") => words.any(|word| word.starts_with("source=")),
        _ => false,
    }
}
