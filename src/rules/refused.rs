//! Values that are refused where they are empty: by the shell, which opens no file without a name, and by commands that want
//! each of their words, or a file that is there.

use super::Context;
use super::assigned::{holder, names};
use super::noticed::shows;
use super::operands::{produces, read_files, unquoted, wants};
use crate::flow::{Entry, Exit, Fate};
use crate::syntax::{Command, Part};
use crate::text::Span;

/// Directories that are there on every machine: what a path begins with where the directory before it is empty.
const EVERYWHERE: [&str; 14] =
    ["bin", "boot", "dev", "etc", "home", "lib", "lib64", "opt", "proc", "root", "run", "sbin", "tmp", "usr"];

/// Whether the first command that uses what the command at this place prints cannot do without it, and its failure is heard,
/// before anything else is done.
pub(super) fn is_refused(cx: &Context<'_>, place: Span) -> bool {
    let Some(name) = holder(cx, place) else {
        return is_refused_at_once(cx, place) || is_refused_as_word(cx, place);
    };
    first_user(cx, place, &name).is_some_and(|it| {
        cannot_do_without(cx, it, &name) && hears(cx, it) && !is_work_between(cx, place, it.span)
    })
}

/// Whether what the command prints is the first part of a file's name that the command around it reads:
/// `tar -xf "$(build-dir)/site.tar"`.
fn is_refused_at_once(cx: &Context<'_>, place: Span) -> bool {
    let reads = |outer: &&Command| !read_files(cx, outer).is_empty();
    let Some(outer) = cx.outer_commands(place).filter(reads).last() else { return false };
    let words = outer.simple_words();
    let Some(word) = words.iter().find(|word| word.span.contains(place)) else { return false };
    let file = unquoted(cx, word);
    let Some((value, _)) = file.rsplit_once(')').filter(|_| file.starts_with("$(")) else { return false };
    let is_read = read_files(cx, outer).contains(&file);
    is_read && is_nowhere(&file, &format!("{value})")) && hears(cx, outer)
}

/// Whether what the command prints is a word that the command around it wants: `find "$(readlink -e "$dir")"`.
fn is_refused_as_word(cx: &Context<'_>, place: Span) -> bool {
    let around = cx.outer_commands(place).filter_map(|it| Some((it, it.as_simple()?)));
    let Some((outer, simple)) = around.last() else { return false };
    let Some(word) = simple.words.iter().find(|word| word.span.contains(place)) else { return false };
    let parts = match word.parts.as_slice() {
        [Part::DoubleQuoted(_, inside)] => inside.as_slice(),
        parts => parts,
    };
    matches!(parts, [Part::Substitution(_)]) && wants(cx, outer, &unquoted(cx, word)) && hears(cx, outer)
}

/// Whether the first command that uses the value reads code from below it, and its failure is heard.
pub(super) fn is_sourced(cx: &Context<'_>, place: Span) -> bool {
    let Some(name) = holder(cx, place) else { return false };
    first_user(cx, place, &name).is_some_and(|it| reads_code(cx, it) && hears(cx, it))
}

fn reads_code(cx: &Context<'_>, command: &Command) -> bool {
    matches!(cx.command_name(command.id).as_deref(), Some("." | "source"))
}

/// Whether something is made or brought between two places, other than a value.
fn is_work_between(cx: &Context<'_>, place: Span, user: Span) -> bool {
    let between =
        |it: &&Entry| it.span.file == place.file && it.span.start >= place.end && it.span.end <= user.start;
    cx.trace.entries.iter().filter(between).any(|it| produces(cx, it) && !cx.is_substituted(it.span))
}

/// The first simple command behind a place that names the value and does more than to show it; of several that stand in each
/// other the innermost.
fn first_user<'a>(cx: &Context<'a>, place: Span, name: &str) -> Option<&'a Command> {
    let behind = |it: &&Command| it.span.file == place.file && it.span.start >= place.end;
    let simple = || cx.commands().filter(behind).filter(|it| it.as_simple().is_some());
    let is_trap = |it: &Command| cx.command_name(it.id).as_deref() == Some("trap");
    let mut users = simple().filter(|it| names(&cx.text(it.span), name) && !shows(cx, it) && !is_trap(it));
    let first = users.next()?;
    Some(users.filter(|it| first.span.contains(it.span)).last().unwrap_or(first))
}

/// Whether a command reads code from below the value, a redirection of it opens the file of that name, or it wants what its
/// words say.
fn cannot_do_without(cx: &Context<'_>, command: &Command, name: &str) -> bool {
    let value = format!("${name}");
    let words = command.simple_words();
    let is_read =
        reads_code(cx, command) && words.iter().skip(1).any(|word| unquoted(cx, word).starts_with(&value));
    // Quoted it is no command's name, and nothing else is one in its place.
    let is_called =
        words.first().is_some_and(|word| unquoted(cx, word) == value && cx.text(word.span).starts_with('"'));
    is_read
        || is_called
        || command.redirects.iter().any(|it| it.opens_file() && unquoted(cx, &it.target) == value)
        || wants(cx, command, &value)
        || read_files(cx, command).iter().any(|file| is_nowhere(file, &value))
}

/// Whether there is no file of this name where the value in it is empty: what follows is a name, and not that of a directory
/// which is there on every machine.
fn is_nowhere(file: &str, value: &str) -> bool {
    let Some((before, behind)) = file.split_once(value) else { return false };
    let rest = behind.trim_start_matches(['/', '.', '-']);
    let first = rest.split('/').next().unwrap_or_default();
    rest.len() < behind.len()
        && rest.starts_with(|c: char| c.is_ascii_alphanumeric())
        && (!before.is_empty() || !EVERYWHERE.contains(&first))
}

fn hears(cx: &Context<'_>, command: &Command) -> bool {
    cx.entry_by_id(command.id).is_some_and(is_heard)
}

/// Whether the script ends with another status than 0 where the command fails.
pub(super) fn is_heard(entry: &Entry) -> bool {
    let failure = entry.on_failure.as_ref();
    failure.is_some_and(|it| it.fate == Fate::Aborts || it.exit == Exit::Nonzero)
}
