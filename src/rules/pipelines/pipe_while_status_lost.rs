//! What a loop behind a pipe notes of failures is gone when the loop ends: it ran in a process of its own.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::assigned::{mentions, names};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::Dialect;
use crate::syntax::{Assignment, Command, CommandKind, Pipeline};

pub static RULE: Rule = Rule {
    id: RuleId("pipe-while-status-lost"),
    family: Family::Pipelines,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/pipelines/pipe-while-status-lost.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    // The last command of a pipeline is run by the shell itself in ksh, and in bash with lastpipe.
    let set = |command: &Command| cx.literals(command).contains(&Some("lastpipe".to_owned()));
    if cx.dialect() == Dialect::Ksh || cx.commands().any(set) {
        return;
    }
    for pipeline in cx.pipelines() {
        let Some(last) = pipeline.commands.last().filter(|last| matches!(last.kind, CommandKind::Loop(_)))
        else {
            continue;
        };
        for noted in noted(cx, last) {
            let name = cx.text(noted.name);
            let Some(reader) = reader(cx, pipeline, &name) else { continue };
            let text = cx.text(noted.span);
            let message =
                format!("`{text}` is lost when the loop ends: behind a pipe it runs in a process of its own");
            let finding = Diagnostic::new(RULE.id, RULE.severity, noted.span, message)
                .because(reader.span, format!("`${name}` is here what it was before the loop"))
                .help("feed the loop in another way, `while …; do …; done < file`, or end it with `exit` and look at its status");
            out.add([Topic::Code(noted.span)], finding);
        }
    }
}

/// Assignments in the loop that note a failure: of a number that is not 0, or of `$?`.
fn noted<'a>(cx: &Context<'a>, each: &Command) -> Vec<&'a Assignment> {
    let inside = cx.commands().filter(|it| it.id != each.id && each.span.contains(it.span));
    let alone = inside.filter_map(Command::as_simple).filter(|simple| simple.words.is_empty());
    let fails = |assignment: &&Assignment| {
        let text = cx.text(assignment.span);
        let value = text.split_once('=').map(|(_, value)| value.trim_matches('"')).unwrap_or_default();
        value == "$?" || value.parse::<u8>().is_ok_and(|number| number != 0)
    };
    let mut found: Vec<&Assignment> = alone.flat_map(|simple| &simple.assignments).filter(fails).collect();
    found.dedup_by_key(|assignment| cx.text(assignment.name));
    found
}

/// The `exit`, `return` or test behind the pipeline that the variable was meant for, unless it is assigned again before, be it by a
/// file that is read along: the loop may have written it there.
fn reader<'a>(cx: &Context<'a>, pipeline: &Pipeline, name: &str) -> Option<&'a Command> {
    let mut behind =
        cx.commands().filter(|it| it.span.start >= pipeline.span.end && it.span.file == pipeline.span.file);
    behind.find_map(|command| {
        let reads = matches!(cx.command_name(command.id).as_deref(), Some("exit" | "return" | "[" | "test"))
            || matches!(command.kind, CommandKind::Test(_) | CommandKind::Arithmetic(_));
        let assigns = command
            .as_simple()
            .is_some_and(|simple| simple.assignments.iter().any(|it| cx.text(it.name) == name));
        let sources = matches!(cx.command_name(command.id).as_deref(), Some("." | "source" | "eval"));
        if assigns || sources {
            return Some(None);
        }
        let text = cx.text(command.span);
        let is_arithmetic = matches!(command.kind, CommandKind::Arithmetic(_));
        let speaks = if is_arithmetic { mentions(&text, name) } else { names(&text, name) };
        (reads && speaks).then_some(Some(command))
    })?
}
