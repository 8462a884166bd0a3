//! Edits by which the status of a command that fails is heard again, at the place where it gets lost, whatever finding
//! speaks of it; and those by which an answer stays one where errexit is on. Each goes one step: what is lost in several
//! places, one after the other, takes several, with a look at the new text before each.

mod answers;
mod hoist;
mod jobs;
mod place;

use super::Context;
use super::operands::{always_succeeds, only_looks};
use crate::diagnostic::{Edit, Label};
use crate::flow::{By, Entry, Errexit, Fate, OnFailure, Reading};
use crate::shell::Dialect;
use crate::syntax::{Connector, Pipeline, Statement};
use crate::text::{FileId, Span};
use place::Place;
pub(super) use place::is_in_text;

/// Edits that belong together.
pub struct Repair {
    /// Sorted by start; none where nothing is left to do.
    pub edits: Vec<Edit>,
    /// The variables that they bring into the script.
    pub names: Vec<String>,
    /// With them, code of the script's author looks at the status: what comes of it then is for that to say.
    pub is_told: bool,
}

impl Repair {
    /// Nothing is to be done, for the author's own code looks at the status.
    fn told() -> Self {
        Self { is_told: true, ..Self::from(Vec::new()) }
    }
}

impl From<Vec<Edit>> for Repair {
    fn from(edits: Vec<Edit>) -> Self {
        Self { edits, names: Vec::new(), is_told: false }
    }
}

/// Who looks at a status after what was done for it so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nobody.
    Nowhere,
    /// An `exit` that was put in, for so many times: so far out it is looked at next.
    ByExit(usize),
    /// Code of the script's author.
    ByAuthor,
}

/// The edits after which the failure of the command of this entry gets further than now.
pub fn hear(cx: &Context<'_>, entry: &Entry, heard: Heard) -> Option<Repair> {
    let on_failure = entry.on_failure.as_ref()?;
    if cx.has_carriage_returns() || entry.span.file != FileId(0) {
        return None;
    }
    let place = Place::of(cx, entry.span);
    if place.is_held_elsewhere(cx) {
        return None;
    }
    match on_failure.fate {
        // What only looks is not worth a line of its own.
        Fate::Masked if on_failure.by == Some(By::Substitution) && only_looks(cx, entry) => None,
        Fate::Masked => masked(cx, &place, on_failure),
        Fate::Ignored => ignored(cx, &place, on_failure),
        Fate::Handled => match heard {
            Heard::ByExit(tried) => outside(cx, &Place::of(cx, on_failure.goes_on_at?), on_failure, tried),
            Heard::ByAuthor => match place.and_list() {
                Some(statement) => leave(cx, &place, statement, on_failure),
                None => Some(Repair::told()),
            },
            Heard::Nowhere => None,
        },
        _ => None,
    }
}

/// The edits after which what is at the place of a hazard does not end a run any more in which nothing fails.
pub fn calm(cx: &Context<'_>, hazard: &Label) -> Option<Vec<Edit>> {
    (hazard.span.file == FileId(0) && !cx.has_carriage_returns()).then(|| answers::calm(cx, hazard.span))?
}

/// The edits after which a `mkdir` does not fail where the directory is there.
pub fn repeatable(cx: &Context<'_>, entry: &Entry) -> Option<Vec<Edit>> {
    let command = cx.command(entry).filter(|_| entry.span.file == FileId(0) && !cx.has_carriage_returns())?;
    let words = &command.as_simple()?.words;
    let at = words.iter().position(|word| cx.literal(word).as_deref() == Some("mkdir"))?;
    let has_parents = words.get(at + 1).is_some_and(|word| cx.literal(word).as_deref() == Some("-p"));
    (!has_parents).then(|| vec![Edit::insert(command.span, words[at].span.end, " -p")])
}

fn masked<'a>(cx: &Context<'a>, place: &Place<'a>, on_failure: &OnFailure) -> Option<Repair> {
    let at = on_failure.at?;
    match on_failure.by? {
        By::Pipeline => pipefail(cx, place).map(Repair::from),
        By::Declaration => hoist::declaration(cx, place, at).map(Repair::from),
        By::Substitution => hoist::argument(cx, place, at),
        By::ProcessSubstitution => jobs::wait_for_process(cx, place, at).map(Repair::from),
        By::Background => jobs::wait_for_job(cx, place),
        By::Condition => leave(cx, place, place.innermost()?, on_failure),
        _ => None,
    }
}

/// The status is looked at by nobody: it is to be where the next command takes over.
fn ignored<'a>(cx: &Context<'a>, place: &Place<'a>, on_failure: &OnFailure) -> Option<Repair> {
    let next = [on_failure.at, on_failure.goes_on_at].into_iter().flatten();
    let before = next.filter(|next| next.file == FileId(0)).find_map(|next| place.statement_before(cx, next));
    // Within the shell itself the word stands best where it fails: a loop ends with what its last round gives.
    let statement = before.map(|it| place.deepest_in(it)).or_else(|| place.innermost())?;
    if place.job().is_some()
        && let Some(edits) = jobs::wait_for_each(cx, statement)
    {
        return Some(edits.into());
    }
    if statement.background {
        return jobs::wait_for_job(cx, place);
    }
    leave(cx, place, statement, on_failure)
}

/// What the `exit` at a place has left is a process of its own, whose status is to be looked at in turn.
fn outside<'a>(cx: &Context<'a>, place: &Place<'a>, on_failure: &OnFailure, tried: usize) -> Option<Repair> {
    let outer = place.process_around(tried - 1)?;
    match outer.by {
        By::Pipeline => pipefail(cx, place).map(Repair::from),
        By::Declaration => hoist::declaration(cx, place, outer.command).map(Repair::from),
        By::Substitution => hoist::argument(cx, place, outer.command),
        By::ProcessSubstitution => jobs::wait_for_process(cx, place, outer.command).map(Repair::from),
        By::Background => jobs::wait_for_job(cx, place),
        _ if is_condition(cx, outer.statement) => Some(Repair::told()),
        _ => leave(cx, place, outer.statement, on_failure),
    }
}

/// Whether all of a statement is a condition, so that its status decides which branch is taken.
fn is_condition(cx: &Context<'_>, statement: &Statement) -> bool {
    cx.trace.setters.values().any(|setter| setter.tested && setter.span == statement.span)
}

/// `|| exit 1` behind the pipeline of a statement in which the place is; behind the last where it is in none. Where a
/// function runs in a condition, its caller wants to hear of it.
fn leave<'a>(
    cx: &Context<'a>,
    place: &Place<'a>,
    statement: &Statement,
    on_failure: &OnFailure,
) -> Option<Repair> {
    let statement = place.out_of_eval(cx, statement);
    let heard = on_failure.errexit == Errexit::Ignored || place.is_called_in_tests(cx);
    let returns = heard && place.is_in_function_itself(statement);
    if returns && place.is_called_by_loop(cx) {
        return None;
    }
    let word = if returns { "return 1" } else { "exit 1" };
    let last = statement.pipelines().last()?;
    let own = statement.pipelines().find(|pipeline| pipeline.span.contains(place.span)).unwrap_or(last);
    let mut pairs = statement.pipelines().zip(&statement.rest);
    let handler = pairs.find(|(pipeline, (next, _))| pipeline.span == own.span && *next == Connector::Or);
    if let Some((_, (_, handler))) = handler {
        let swallows = handler.only_command().is_some_and(|it| always_succeeds(cx, it));
        return (!swallows).then(Repair::told);
    }
    if statement.background || own.negated || cx.text(own.span).starts_with("time") {
        return None;
    }
    let alone = statement.rest.is_empty();
    let ends_list = own.span == last.span
        && statement.rest.iter().all(|(connector, _)| *connector == Connector::And)
        && statement.pipelines().all(|pipeline| works(cx, pipeline));
    let edits = if alone || ends_list {
        vec![Edit::insert(own.span, own.span.end, format!(" || {word}"))]
    } else {
        vec![
            Edit::insert(own.span, own.span.start, "{ "),
            Edit::insert(own.span, own.span.end, format!(" || {word}; }}")),
        ]
    };
    Some(Repair { is_told: returns, ..Repair::from(edits) })
}

/// Whether a non-zero status of a pipeline is surely a failure.
fn works(cx: &Context<'_>, pipeline: &Pipeline) -> bool {
    let entry = pipeline.only_command().and_then(|command| cx.entry_by_id(command.id));
    !pipeline.negated && entry.is_some_and(|entry| entry.works() && !entry.is_function)
}

/// `set -o pipefail` for the whole script: beside what it says of errexit, else before its first command. In a script that
/// turns it on and off, for the one pipeline.
fn pipefail(cx: &Context<'_>, place: &Place<'_>) -> Option<Vec<Edit>> {
    if !cx.has_pipefail() {
        return None;
    }
    if cx.text(cx.whole()).contains("pipefail") {
        return pipefail_here(cx, place);
    }
    if let Some(set) = cx.errexit_statement(Span { start: u32::MAX, ..cx.whole() }) {
        return Some(vec![Edit::insert(set, set.end, "\nset -o pipefail")]);
    }
    Some(vec![super::edits::at_head(cx, "set -o pipefail")?])
}

/// `a | b` becomes `(set -o pipefail; a | b)`: in bash all of its commands run in processes of their own anyway.
fn pipefail_here(cx: &Context<'_>, place: &Place<'_>) -> Option<Vec<Edit>> {
    let feeds = |pipeline: &&Pipeline| super::noticed::feeds(pipeline, place.span);
    let pipeline = cx.pipelines().filter(feeds).min_by_key(|it| it.span.len())?;
    let text = cx.text(pipeline.span);
    let is_read = cx.trace.status_reads.iter().any(|read| {
        read.reading == Reading::PipeStatus && read.setter.is_none_or(|setter| setter.span == pipeline.span)
    });
    let is_own_shell = cx.dialect() != Dialect::Bash || cx.text(cx.whole()).contains("lastpipe");
    if is_read || is_own_shell || pipeline.negated || text.starts_with("time") || text.starts_with("(set ") {
        return None;
    }
    Some(vec![
        Edit::insert(pipeline.span, pipeline.span.start, "(set -o pipefail; "),
        Edit::insert(pipeline.span, pipeline.span.end, ")"),
    ])
}

/// What stands between two statements: the end of a line where the first one begins its own.
fn separator(cx: &Context<'_>, statement: Span) -> String {
    let indent = cx.indent(statement);
    let begins_line = indent.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    let is_file = cx.units.script().body.statements.iter().any(|top| top.span.contains(statement));
    if begins_line && is_file && !is_in_text(cx, statement) { format!("\n{indent}") } else { "; ".to_owned() }
}

/// A name that the script does not know.
fn fresh(cx: &Context<'_>, wanted: &str) -> String {
    fresh_names(cx, wanted).next().unwrap_or_else(|| wanted.to_owned())
}

/// The names that the script does not know.
fn fresh_names(cx: &Context<'_>, wanted: &str) -> impl Iterator<Item = String> {
    let text = cx.text(cx.whole());
    let names = std::iter::once(wanted.to_owned()).chain((2..).map(move |n| format!("{wanted}_{n}")));
    names.filter(move |name| !text.contains(name.as_str()))
}
