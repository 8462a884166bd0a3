//! What stands behind `exec` is never run.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Connector, Pipeline, Statement};

pub static RULE: Rule = Rule {
    id: RuleId("unreachable-handler"),
    family: Family::Handlers,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/handlers/unreachable-handler.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let goes_on = |command: &Command| cx.literals(command).contains(&Some("execfail".to_owned()));
    if cx.commands().any(goes_on) {
        return;
    }
    for statement in cx.statements() {
        let Some(exec) = replaces(cx, statement) else { continue };
        let Some((Connector::Or, handler)) = statement.rest.first() else { continue };
        let text = cx.text(exec.span);
        let message =
            format!("this is never run: `{text}` takes the place of the shell, and ends it where it cannot");
        let finding = Diagnostic::new(RULE.id, RULE.severity, handler.span, message)
            .because(exec.span, "nothing comes back from here")
            .help("look before, `command -v … || exit`, or leave out the `exec`");
        out.add([Topic::Code(handler.span)], finding);
    }
}

/// `exec command`, which is the first of the statement; `exec > log` alone changes redirections only.
fn replaces<'a>(cx: &Context<'_>, statement: &'a Statement) -> Option<&'a Command> {
    let command = Some(&statement.first).filter(|it| !it.negated).and_then(Pipeline::only_command)?;
    let exec = cx.command_name(command.id).as_deref() == Some("exec");
    let words = command.as_simple().map_or(0, |simple| simple.words.len());
    (exec && words > 1).then_some(command)
}
