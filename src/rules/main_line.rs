//! The main line of a script: what every run comes to in which all is well, at places where errexit would end the script.

use super::{Context, operands};
use crate::syntax::{Command, CommandKind, Connector, List, Pipeline, Statement};
use crate::text::Span;

/// How deep calls of functions are followed.
const MAX_CALLS: usize = 4;

/// Whether a command stands on the main line: in no branch, in no condition, and in no loop that waits for something.
pub(super) fn holds(cx: &Context<'_>, command: Span) -> bool {
    in_list(cx, &cx.units.script().body, command, MAX_CALLS)
}

fn in_list(cx: &Context<'_>, list: &List, command: Span, calls: usize) -> bool {
    list.statements.iter().any(|statement| in_statement(cx, statement, command, calls))
}

fn in_statement(cx: &Context<'_>, statement: &Statement, command: Span, calls: usize) -> bool {
    // Errexit ends a group that is a job, and does not hear how one command ends that is.
    let is_job = |pipeline: &Pipeline| pipeline.only_command().is_some_and(|it| it.as_simple().is_some());
    if statement.background && statement.pipelines().any(is_job) {
        return false;
    }
    let Some((_, last)) = statement.rest.last() else {
        return !statement.first.negated && in_pipeline(cx, &statement.first, command, calls);
    };
    // Behind a command that asks stands a branch, and behind `||` what is done when all is not well.
    let all_work = statement.rest.iter().all(|(connector, _)| *connector == Connector::And)
        && statement.pipelines().all(|pipeline| pipeline.span == last.span || works(cx, pipeline));
    all_work && in_pipeline(cx, last, command, calls)
}

fn works(cx: &Context<'_>, pipeline: &Pipeline) -> bool {
    let last = pipeline.commands.last().filter(|_| !pipeline.negated);
    last.is_some_and(|last| last.as_simple().is_some() && !operands::asks(cx, last))
}

fn in_pipeline(cx: &Context<'_>, pipeline: &Pipeline, command: Span, calls: usize) -> bool {
    pipeline.commands.iter().any(|outer| in_command(cx, outer, command, calls))
}

fn in_command(cx: &Context<'_>, outer: &Command, command: Span, calls: usize) -> bool {
    if outer.redirects.iter().any(|redirect| redirect.span.contains(command)) {
        return true;
    }
    match &outer.kind {
        CommandKind::Group(list) | CommandKind::Subshell(list) => in_list(cx, list, command, calls),
        CommandKind::For(each) => in_list(cx, &each.body, command, calls),
        CommandKind::If(chain) => chain
            .arms
            .first()
            .is_some_and(|(condition, body)| is_work(cx, condition) && in_list(cx, body, command, calls)),
        CommandKind::Simple(_) => {
            cx.holds(outer, command) || calls > 0 && in_call(cx, outer, command, calls - 1)
        }
        _ => false,
    }
}

/// Whether a condition is nothing but a command that works: when all is well, what stands behind `then` is run.
fn is_work(cx: &Context<'_>, condition: &List) -> bool {
    let [statement] = condition.statements.as_slice() else { return false };
    statement.only_pipeline().is_some_and(|pipeline| works(cx, pipeline))
}

/// The body of the function that is called holds the command, or calls what does.
fn in_call(cx: &Context<'_>, call: &Command, command: Span, calls: usize) -> bool {
    let Some(name) = cx.command_name(call.id) else { return false };
    let mut called = cx.functions().iter().filter(|function| cx.text(function.name) == name);
    called.any(|function| in_command(cx, &function.body, command, calls))
}
