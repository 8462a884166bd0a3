//! What runs beside the script is waited for by its number: that gives its status.

use super::place::Place;
use super::{Repair, fresh, separator};
use crate::diagnostic::Edit;
use crate::rules::Context;
use crate::shell::Dialect;
use crate::syntax::{Command, List, Pipeline, Statement};
use crate::text::Span;

/// `wait "$!" || exit 1` behind the command with the process substitution. bash gives its status.
pub(super) fn wait_for_process(cx: &Context<'_>, place: &Place<'_>, command: Span) -> Option<Vec<Edit>> {
    let statement = place.statement_of(command).filter(|it| !it.background)?;
    let in_shell = statement.first.only_command().is_some_and(|it| it.span == command);
    let name = cx.first_word(command);
    let count = cx.processes().iter().filter(|it| command.contains(**it)).count();
    // `exec` keeps its descriptor open: what reads from it never ends.
    if cx.dialect() != Dialect::Bash || !in_shell || count != 1 || matches!(name.as_str(), "exec" | "coproc")
    {
        return None;
    }
    let ends = |pipeline: &Pipeline| {
        let name = pipeline.only_command().and_then(|it| cx.command_name(it.id));
        matches!(name.as_deref(), Some("exit" | "return"))
    };
    if is_read(cx, statement) || !statement.rest.iter().all(|(_, pipeline)| ends(pipeline)) {
        return None;
    }
    let mut edits = in_the_shell(cx, cx.command_at(command)?)?;
    let separator = separator(cx, statement.span);
    edits.push(Edit::insert(command, statement.span.end, format!("{separator}wait \"$!\" || exit 1")));
    Some(edits)
}

/// A program opens its redirections in a process of its own, and the shell does not know what runs behind them: braces make
/// the shell open them.
fn in_the_shell(cx: &Context<'_>, command: &Command) -> Option<Vec<Edit>> {
    let Some(simple) = command.as_simple() else { return Some(Vec::new()) };
    let name = cx.literal(simple.words.first()?)?;
    let redirected =
        command.redirects.iter().any(|it| cx.processes().iter().any(|own| it.span.contains(*own)));
    let function = cx.functions().iter().any(|function| cx.text(function.name) == name);
    let builtin = matches!(name.as_str(), "mapfile" | "readarray" | "read" | "echo" | "printf" | ".");
    if !redirected || function || builtin {
        return Some(Vec::new());
    }
    let last = simple.words.last()?.span.end;
    let first = command.redirects.first()?.span.start;
    (last < first).then(|| {
        vec![Edit::insert(command.span, command.span.start, "{ "), Edit::insert(command.span, last, "; }")]
    })
}

/// `wait` of several jobs has the status of the last one: each is waited for.
pub(super) fn wait_for_each(cx: &Context<'_>, statement: &Statement) -> Option<Vec<Edit>> {
    let command = statement.only_pipeline()?.only_command()?;
    let words = command.as_simple().filter(|_| command.redirects.is_empty())?.words.as_slice();
    let [wait, operands @ ..] = words else { return None };
    let texts: Vec<String> = operands.iter().map(|word| cx.text(word.span)).collect();
    let several = texts.len() > 1 || texts.iter().any(|text| text.contains("[@]") || !text.starts_with('"'));
    let options = texts.iter().any(|text| text.starts_with('-'));
    if cx.text(wait.span) != "wait" || texts.is_empty() || !several || options || is_read(cx, statement) {
        return None;
    }
    let name = fresh(cx, "job");
    let loop_ = format!("for {name} in {}; do wait \"${name}\" || exit 1; done", texts.join(" "));
    Some(vec![Edit::replace(command.span, loop_)])
}

/// `job=$!` behind the `&`, and `wait "$job" || exit 1` before the `wait` that waits for all.
pub(super) fn wait_for_job(cx: &Context<'_>, place: &Place<'_>) -> Option<Repair> {
    let job = place.job()?;
    if let Some(wait) = wait_behind(cx, job) {
        return wait_for_one(cx, job, wait);
    }
    let list = list_of(cx, job)?;
    let behind = list.statements.iter().filter(|it| it.span.start > job.span.end);
    if let Some(edits) = behind.into_iter().find_map(|it| wait_for_each(cx, it)) {
        return Some(edits.into());
    }
    let waits = |outer| Some((outer, wait_behind(cx, outer)?));
    let (outer, wait) = place.around_job(job).find_map(waits)?;
    wait_for_many(cx, job, outer, wait)
}

fn wait_for_one(cx: &Context<'_>, job: &Statement, wait: &Statement) -> Option<Repair> {
    if is_read(cx, wait) {
        return None;
    }
    let name = fresh(cx, "job");
    let separator = separator(cx, wait.span);
    let edits = vec![
        note(cx, job, &format!("{name}=$!"))?,
        Edit::insert(wait.span, wait.span.start, format!("wait \"${name}\" || exit 1{separator}")),
    ];
    Some(Repair { names: vec![name], ..Repair::from(edits) })
}

/// Jobs of a loop: their numbers are gathered, and each is waited for behind it.
fn wait_for_many(cx: &Context<'_>, job: &Statement, outer: &Statement, wait: &Statement) -> Option<Repair> {
    // The numbers lie in one variable, with blanks between.
    let splits = !cx.text(cx.whole()).replace("IFS= read", "").contains("IFS=");
    if is_read(cx, wait) || !splits {
        return None;
    }
    let (all, one) = (fresh(cx, "jobs"), fresh(cx, "job"));
    let loop_ =
        format!("for {one} in ${all}; do wait \"${one}\" || exit 1; done{}", separator(cx, wait.span));
    let edits = vec![
        Edit::insert(outer.span, outer.span.start, format!("{all}={}", separator(cx, outer.span))),
        note(cx, job, &format!("{all}=\"${all} $!\""))?,
        Edit::insert(wait.span, wait.span.start, loop_),
    ];
    Some(Repair { names: vec![all, one], ..Repair::from(edits) })
}

/// An assignment right behind what was started.
fn note(cx: &Context<'_>, job: &Statement, assignment: &str) -> Option<Edit> {
    if !job.background {
        let content = format!("{}{assignment}", separator(cx, job.span));
        return cx.ends_line(job.span).then(|| Edit::insert(job.span, job.span.end, content));
    }
    let source = cx.units.source(job.span.file);
    let ampersand = source[job.span.end as usize..].iter().position(|&byte| byte == b'&')?;
    let behind = job.span.end + ampersand as u32 + 1;
    let blank = cx.units.text(Span { start: job.span.end, end: behind - 1, ..job.span });
    if !blank.iter().all(|byte| matches!(byte, b' ' | b'\t')) {
        return None;
    }
    let rest = source[behind as usize..].split(|&byte| byte == b'\n').next().unwrap_or_default();
    let end = if rest.trim_ascii().is_empty() || rest.trim_ascii().starts_with(b"#") { "" } else { ";" };
    Some(Edit::insert(job.span, behind, format!(" {assignment}{end}")))
}

fn list_of<'a>(cx: &Context<'a>, statement: &Statement) -> Option<&'a List> {
    cx.all_lists().find(|list| list.statements.iter().any(|it| it.span == statement.span))
}

/// The bare `wait` that stands behind a statement in the same list.
fn wait_behind<'a>(cx: &Context<'a>, statement: &Statement) -> Option<&'a Statement> {
    list_of(cx, statement)?.statements.iter().find(|it| {
        let only = it.only_pipeline().and_then(|pipeline| pipeline.only_command());
        let is_wait = only.and_then(Command::as_simple).is_some_and(|simple| simple.words.len() == 1);
        it.span.start > statement.span.end && is_wait && cx.text(it.span) == "wait"
    })
}

/// Whether the status of a statement is read by `$?`.
fn is_read(cx: &Context<'_>, statement: &Statement) -> bool {
    let setters = cx.trace.status_reads.iter().filter_map(|read| read.setter);
    setters.into_iter().any(|setter| statement.span.contains(setter.span))
}
