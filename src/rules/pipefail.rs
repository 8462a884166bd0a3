//! Pipelines under errexit and without pipefail, in which the failure of an earlier command is lost: what the rules about them
//! share.

use super::cause::{Cause, severity, weighs};
use super::doubts::may_come_from_elsewhere;
use super::noticed::{feeds_removal, is_compared, is_compared_next, is_looked_at, is_unused};
use super::operands::{is_hushed, is_only_shown, written};
use super::refused::is_refused;
use super::{Context, Findings, Rule, edits};
use crate::diagnostic::Diagnostic;
use crate::flow::{By, Errexit, Standing};
use crate::syntax::Pipeline;
use crate::text::Span;

/// Adds the finding of a script about the commands of pipelines that are lost in it and of which these are meant. The message
/// is told how many there are.
pub(super) fn report(
    cx: &Context<'_>,
    out: &mut Findings<'_>,
    rule: &Rule,
    is_meant: impl Fn(Span) -> bool,
    message: impl Fn(&str) -> String,
) {
    if !cx.trace.errexit_on || !cx.has_pipefail() || is_asked_for(cx) {
        return;
    }
    let lost = cx.lost().filter(|cause| {
        let span = cause.entry.span;
        let unknown = may_come_from_elsewhere(cx, cause.entry);
        let heard = weighs(cx, cause) && holds(cx, cause) && !unknown && !is_hushed(cx, cause.entry);
        cause.is_by(By::Pipeline) && is_meant(span) && heard && !is_seen(cx, span)
    });
    let causes = out.open(rule.id, lost);
    let Some(first) = causes.first() else { return };
    let place = cx.errexit_statement(first.entry.span).or_else(|| cx.head());
    let Some(place) = place.filter(|_| cx.trace.standing != Standing::Part) else { return };
    let count = causes.len();
    let commands = if count == 1 { "1 command".to_owned() } else { format!("{count} commands") };
    let finding = Diagnostic::new(rule.id, severity(cx, rule.severity, &causes), place, message(&commands))
        .here("this ends the script only where the last command of a pipeline fails")
        .help("`set -o pipefail` gives a pipeline the status of what failed in it")
        .steps(first.on_failure.steps.clone())
        .fix(edits::option(cx, first.entry.span, "set -o pipefail", "turn on pipefail"));
    let finding =
        cx.label_causes(finding, &causes, |name| format!("when `{name}` fails, the script goes on"));
    out.add_lost(&causes, finding);
}

/// Whether the script turns pipefail on somewhere, be it where only some shells come by.
fn is_asked_for(cx: &Context<'_>) -> bool {
    cx.commands().any(|command| {
        let words = cx.literals(command);
        let named = |name: &str| words.iter().flatten().any(|word| word == name);
        words.first().is_some_and(|name| name.as_deref() == Some("set")) && named("pipefail") && !named("+o")
    })
}

/// errexit is on, in or around the substitution in which the command may stand, and hears the pipeline's status: of a
/// substitution among the words of another command it hears nothing.
fn holds(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let live = matches!(cause.on_failure.errexit, Errexit::Live | Errexit::OffInSubstitution);
    let span = cause.entry.span;
    live && cx.processes().iter().all(|process| !process.contains(span))
        && cx.outer_commands(span).all(|outer| outer.as_simple().is_none_or(|it| it.words.is_empty()))
}

/// Whether what the command has printed is looked at, as a value that is compared or in the file that the pipeline writes, or
/// is missed by nobody or refused by the next command: what is not to be removed stays, what is only shown is not relied on,
/// and a value may not be used.
fn is_seen(cx: &Context<'_>, command: Span) -> bool {
    let files = || cx.pipelines().filter(|it| it.span.contains(command));
    let looked_at = |pipeline: &Pipeline| {
        let last = pipeline.commands.last().map(|last| written(cx, last)).unwrap_or_default();
        last.iter().any(|file| is_looked_at(cx, pipeline, file))
    };
    is_compared(cx, command)
        || is_unused(cx, command)
        || is_refused(cx, command)
        || files().any(|it| {
            looked_at(it)
                || feeds_removal(cx, it, command)
                || is_only_shown(cx, it)
                || is_compared_next(cx, it)
        })
}
