//! A loop that waits for jobs has the status of the last one.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::assigned::names;
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, For};

pub static RULE: Rule = Rule {
    id: RuleId("wait-loop-keeps-last"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/lost-statuses/wait-loop-keeps-last.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    // Where errexit is on, the first that has failed ends the script.
    if cx.trace.errexit_seen {
        return;
    }
    for command in cx.commands() {
        let CommandKind::For(each) = &command.kind else { continue };
        let Some(wait) = only_waits(cx, each).filter(|_| !is_one(cx, each)) else { continue };
        let message = "the loop's status is that of the last job: what became of the others is lost";
        let finding = Diagnostic::new(RULE.id, RULE.severity, wait.span, message)
            .help("keep it: `wait \"$pid\" || rc=$?` in the loop, and look at `rc` behind it");
        out.add([Topic::Code(wait.span)], finding);
    }
}

/// `for pid in …; do wait "$pid"; done`
fn only_waits<'a>(cx: &Context<'_>, each: &'a For) -> Option<&'a Command> {
    let [only] = each.body.statements.as_slice() else { return None };
    let wait = only.only_pipeline().filter(|pipeline| !pipeline.negated)?.only_command()?;
    let operand = wait.as_simple()?.words.get(1)?;
    let waits = cx.command_name(wait.id).as_deref() == Some("wait");
    (waits && names(&cx.text(operand.span), &cx.text(each.name))).then_some(wait)
}

/// One word that is no list: one round.
fn is_one(cx: &Context<'_>, each: &For) -> bool {
    let Some([word]) = each.words.as_deref() else { return false };
    cx.literal(word).is_some()
}
