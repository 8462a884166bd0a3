//! A command that answers no ends the script, for its answer is a status and errexit is on.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::assigned::is_weighed;
use crate::rules::findings::Topic;
use crate::rules::operands::asks;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Command;

pub static RULE: Rule = Rule {
    id: RuleId("answer-command-aborts"),
    family: Family::Strictness,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/strictness/answer-command-aborts.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for answer in cx.trace.aborting_answers.iter().filter(|answer| answer.live) {
        let assigns = |command: &&Command| command.as_simple().is_some_and(|simple| simple.words.is_empty());
        let Some(command) = cx.command_by_id(answer.command).filter(assigns) else { continue };
        let Some(asks) = asker(cx, command) else { continue };
        // Only where the script goes on to ask what the answer was, it was to go on.
        let simple = command.as_simple().and_then(|simple| simple.assignments.last());
        if !simple.is_some_and(|it| is_weighed(cx, &cx.text(it.name), command.span)) {
            continue;
        }
        let message = format!(
            "when `{asks}` answers no, that is its status, and `set -e` ends the script without a word"
        );
        let finding = Diagnostic::new(RULE.id, RULE.severity, command.span, message)
            .help("say what is to be done then: `x=$(…) || x=`, or `|| [ $? -eq 1 ]` where nothing is an answer, too");
        out.add([Topic::Code(command.span)], finding);
    }
}

/// The command in the substitution whose status is an answer.
fn asker(cx: &Context<'_>, command: &Command) -> Option<String> {
    let inside = cx.trace.entries.iter().filter(|entry| command.span.contains(entry.span));
    let last = inside.max_by_key(|entry| entry.span.end)?;
    let asks = cx.command(last).is_some_and(|it| asks(cx, it));
    asks.then(|| last.name.clone())
}
