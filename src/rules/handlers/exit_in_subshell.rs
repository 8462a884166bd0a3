//! An `exit` that is to end the script stands in a process of its own, and ends only that.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Entry, Exit, Fate};
use crate::rules::cause::{Cause, severity};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, Pipeline};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("exit-in-subshell"),
    family: Family::Handlers,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/handlers/exit-in-subshell.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let exits = cx.trace.entries.iter().filter(|entry| entry.name == "exit" && fails(cx, entry));
    for exit in exits {
        let Some(process) = process_around(cx, exit.span).filter(|process| !is_looked_at(cx, *process))
        else {
            continue;
        };
        let ends_here = |cause: &Cause<'_>| {
            let it = cause.on_failure;
            it.fate == Fate::Handled
                && it.exit == Exit::Zero
                && process.contains(cause.entry.span)
                && it.steps.iter().any(|step| step.span == exit.span)
        };
        let causes: Vec<Cause<'_>> = cx.causes().filter(ends_here).collect();
        if !causes.is_empty() {
            out.add([Topic::Code(exit.span)], report(cx, exit, process, &causes));
        }
    }
}

/// `exit 1`, and not `exit 0` or `exit` alone.
fn fails(cx: &Context<'_>, exit: &Entry) -> bool {
    let words = cx.command(exit).map(|command| cx.literals(command)).unwrap_or_default();
    matches!(words.as_slice(), [_, Some(number)] if number != "0")
}

/// The narrowest part around a place that is a process of its own: `( )`, or a compound command in a pipeline.
fn process_around(cx: &Context<'_>, place: Span) -> Option<Span> {
    let piped = |pipeline: &&Pipeline| pipeline.commands.iter().any(|it| it.span.contains(place));
    let pipelines = cx.pipelines().filter(piped).map(|pipeline| pipeline.span);
    let subshell =
        |command: &&Command| matches!(command.kind, CommandKind::Subshell(_)) && command.span.contains(place);
    let subshells = cx.commands().filter(subshell).map(|command| command.span);
    pipelines.chain(subshells).min_by_key(|span| span.len())
}

/// Whether its status is tested, or it is the body of a function or a job, of which others see how it ends.
fn is_looked_at(cx: &Context<'_>, process: Span) -> bool {
    let body = |span: Span| cx.functions().iter().any(|function| function.body.span == span);
    let job = cx.statements().any(|statement| statement.background && statement.span.contains(process));
    cx.is_tested(process) || body(process) || job || cx.is_substituted(process)
}

fn report(cx: &Context<'_>, exit: &Entry, process: Span, causes: &[Cause<'_>]) -> Diagnostic {
    let (name, text) = (&causes[0].entry.name, cx.text(exit.span));
    let message =
        format!("`{text}` ends only this process: when `{name}` fails, the script goes on and exits 0");
    let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, causes), exit.span, message)
        .help("look at its status: `( … ) || exit`, `… | while …; do …; done || exit`")
        .steps(causes[0].on_failure.steps.clone());
    finding.because(Span { end: process.start + 1, ..process }, "the process begins here")
}
