//! What stands before a place and has run when it is reached: not what one of several branches may have done.

use super::Context;
use crate::syntax::{Command, CommandKind, List, Statement};
use crate::text::Span;

/// How deep calls of functions are followed.
const MAX_CALLS: usize = 2;

/// Whether the command at `command` stands in a statement before the one at `place`, in the list of that or in a function that
/// is called there.
pub(super) fn runs_before(cx: &Context<'_>, command: Span, place: Span) -> bool {
    list_around(cx, place).is_some_and(|list| {
        let before = list.statements.iter().take_while(|it| it.span.start < place.start);
        before.into_iter().any(|statement| runs(cx, statement, command, MAX_CALLS))
    })
}

/// The innermost list of the script that holds a place.
pub(super) fn list_around<'a>(cx: &Context<'a>, place: Span) -> Option<&'a List> {
    let bodies = cx.units.scripts.iter().map(|script| &script.body);
    bodies.filter_map(|body| innermost(body, place)).next_back()
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
