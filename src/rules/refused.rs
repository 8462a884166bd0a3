//! Values that the shell itself refuses where they are empty: the name of a file that is written, or is read as code.

use super::Context;
use super::assigned::{holder, names};
use super::operands::unquoted;
use crate::flow::Fate;
use crate::syntax::Command;
use crate::text::Span;

/// Whether the first command that uses what the command at this place prints cannot do without it, and its failure ends the
/// script.
pub(super) fn is_refused(cx: &Context<'_>, place: Span) -> bool {
    let Some(name) = holder(cx, place) else { return false };
    let behind = |it: &&Command| it.span.file == place.file && it.span.start >= place.end;
    let simple = cx.commands().filter(behind).filter(|it| it.as_simple().is_some());
    let first = simple.into_iter().find(|it| names(&cx.text(it.span), &name));
    first.is_some_and(|it| cannot_do_without(cx, it, &name) && ends_script(cx, it))
}

/// Whether a command reads code from below the value, or a redirection of it opens the file of that name.
fn cannot_do_without(cx: &Context<'_>, command: &Command, name: &str) -> bool {
    let value = format!("${name}");
    let reads_code = matches!(cx.command_name(command.id).as_deref(), Some("." | "source"));
    let words = command.as_simple().map(|simple| simple.words.as_slice()).unwrap_or_default();
    let is_read = reads_code && words.iter().skip(1).any(|word| unquoted(cx, word).starts_with(&value));
    is_read || command.redirects.iter().any(|it| it.opens_file() && unquoted(cx, &it.target) == value)
}

fn ends_script(cx: &Context<'_>, command: &Command) -> bool {
    let entry = cx.entry_by_id(command.id);
    entry.and_then(|entry| entry.on_failure.as_ref()).is_some_and(|it| it.fate == Fate::Aborts)
}
