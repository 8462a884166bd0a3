//! What stands before a place and has run when it is reached: not what one of several branches may have done.

use super::Context;
use crate::syntax::{Command, CommandKind, List, Pipeline, Statement};
use crate::text::Span;

/// How deep calls of functions are followed.
const MAX_CALLS: usize = 2;

/// Whether the command at `command` stands in a statement before the one at `place`, in the list of that, in a condition of
/// an `if` around it, or in a function that is called there.
pub(super) fn runs_before(cx: &Context<'_>, command: Span, place: Span) -> bool {
    let lists = list_around(cx, place).into_iter().chain(conditions_around(cx, place));
    lists.into_iter().any(|list| {
        let mut before = list.statements.iter().take_while(|it| it.span.start < place.start);
        before.any(|statement| runs(cx, statement, command, MAX_CALLS))
    })
}

/// The conditions that have been tested when a place within an `if` is reached.
fn conditions_around<'a>(cx: &'a Context<'_>, place: Span) -> impl Iterator<Item = &'a List> {
    let chains = cx.commands().filter(move |it| it.span.contains(place)).filter_map(|it| match &it.kind {
        CommandKind::If(chain) => Some(chain),
        _ => None,
    });
    chains.flat_map(|chain| chain.arms.iter().map(|(condition, _)| condition))
}

/// Whether the command runs in one of these statements, or in a function that is called there.
pub(super) fn runs_in_any(cx: &Context<'_>, statements: &[&Statement], command: Span) -> bool {
    statements.iter().any(|statement| runs(cx, statement, command, MAX_CALLS))
}

/// The innermost list of the script that holds a place.
pub(super) fn list_around<'a>(cx: &Context<'a>, place: Span) -> Option<&'a List> {
    let bodies = cx.units.scripts.iter().map(|script| &script.body);
    bodies.filter_map(|body| innermost(body, place)).next_back()
}

/// Whether the state was asked for before the work and again behind it, and each time somebody looked at the answer: by a function
/// of the script that stands twice in the list of `place`, the second time behind the command at `command`, or holds that.
pub(super) fn is_asked_again(cx: &Context<'_>, command: Span, place: Span) -> bool {
    let Some(list) = list_around(cx, place) else { return false };
    let before: Vec<&Statement> = list.statements.iter().filter(|it| it.span.end <= place.start).collect();
    cx.functions().iter().any(|function| {
        let name = cx.text(function.name);
        let asks = |statement: &Statement| is_asked(cx, statement, &name);
        let last = before.iter().rposition(|statement| asks(statement));
        let Some((earlier, behind)) = last.map(|last| before.split_at(last)) else { return false };
        let holds = function.body.span.contains(command);
        let runs = |statements: &[&Statement]| statements.iter().any(|it| runs(cx, it, command, MAX_CALLS));
        earlier.iter().any(|statement| asks(statement)) && (holds || runs(earlier) && !runs(behind))
    })
}

/// Whether a statement is a call of this function by itself, at whose status something looks.
fn is_asked(cx: &Context<'_>, statement: &Statement, name: &str) -> bool {
    let call = statement.only_pipeline().and_then(Pipeline::only_command);
    let call = call.filter(|call| cx.command_name(call.id).as_deref() == Some(name));
    let compared = |call: &Command| {
        let reads = cx.trace.status_reads.iter().filter_map(|read| read.setter);
        reads.into_iter().any(|setter| setter.command == call.id)
    };
    call.is_some_and(compared)
}

/// The innermost list that holds a place.
fn innermost(list: &List, place: Span) -> Option<&List> {
    let statement = list.statements.iter().find(|statement| statement.span.contains(place))?;
    let commands = statement.pipelines().flat_map(|pipeline| &pipeline.commands);
    let bodies = commands.filter(|it| it.span.contains(place)).flat_map(|it| match &it.kind {
        CommandKind::Function(function) => function.body.lists(),
        _ => it.lists(),
    });
    bodies.filter_map(|body| innermost(body, place)).last().or(Some(list))
}

fn runs(cx: &Context<'_>, statement: &Statement, command: Span, calls: usize) -> bool {
    let commands = statement.pipelines().flat_map(|pipeline| &pipeline.commands);
    commands.into_iter().any(|it| runs_in(cx, it, command, calls))
}

fn runs_in(cx: &Context<'_>, outer: &Command, command: Span, calls: usize) -> bool {
    match &outer.kind {
        CommandKind::If(_) | CommandKind::Case(_) | CommandKind::Function(_) => false,
        CommandKind::Simple(_) if cx.holds(outer, command) => true,
        CommandKind::Simple(_) => calls > 0 && is_called(cx, outer, command, calls - 1),
        _ => outer.lists().iter().flat_map(|list| &list.statements).any(|it| runs(cx, it, command, calls)),
    }
}

/// Whether the command calls one of the script's functions, by itself or in a substitution, and that runs the command.
fn is_called(cx: &Context<'_>, outer: &Command, command: Span, calls: usize) -> bool {
    let inside = cx.commands().filter(|it| outer.span.contains(it.span));
    let names: Vec<String> = inside.filter_map(|it| cx.command_name(it.id)).collect();
    let called = cx.functions().iter().filter(|function| names.contains(&cx.text(function.name)));
    let mut bodies = called.filter(|function| function.body.span.contains(command));
    bodies.any(|function| runs_in(cx, &function.body, command, calls))
}
