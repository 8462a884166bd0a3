//! A loop's status is that of its last round: what failed in the others is lost.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Errexit, Exit, Fate};
use crate::rules::cause::{Cause, severity};
use crate::rules::operands::{only_looks, only_removes, produces};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, List, Statement};

pub static RULE: Rule = Rule {
    id: RuleId("loop-keeps-last-status"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/lost-statuses/loop-keeps-last-status.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for each in cx.commands() {
        let Some(last) = body(each).and_then(last_command) else { continue };
        let counts_at_last = |cause: &Cause<'_>| {
            let it = cause.on_failure;
            it.fate == Fate::BecomesStatus
                && it.exit == Exit::Either
                && it.errexit == Errexit::Off
                && cause.entry.id == last.id
        };
        let works = |cause: &Cause<'_>| {
            produces(cx, cause.entry) && !only_looks(cx, cause.entry) && !only_removes(cx, cause.entry)
        };
        for cause in out.open(RULE.id, cx.causes().filter(|cause| counts_at_last(cause) && works(cause))) {
            let name = &cause.entry.name;
            let message = format!(
                "only in the last round a failure of `{name}` counts: the loop's status is that round's"
            );
            let finding =
                Diagnostic::new(RULE.id, severity(cx, RULE.severity, &[cause]), cause.entry.span, message)
                    .help("keep what went wrong: `… || rc=$?` in the loop, and `exit \"$rc\"` behind it")
                    .steps(cause.on_failure.steps.clone());
            out.add_lost(&[cause], finding);
        }
    }
}

/// What a `for` with more than one round runs in each.
fn body(each: &Command) -> Option<&List> {
    match &each.kind {
        CommandKind::For(it) => Some(&it.body),
        CommandKind::ForArithmetic(it) => Some(&it.body),
        CommandKind::Loop(it) => Some(&it.body),
        _ => None,
    }
}

fn last_command(body: &List) -> Option<&Command> {
    let last: &Statement = body.statements.last().filter(|last| !last.background)?;
    last.only_pipeline().filter(|pipeline| !pipeline.negated)?.only_command()
}
