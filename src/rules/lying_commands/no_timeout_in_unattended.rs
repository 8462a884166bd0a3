//! A command that may wait for ever, while a lock is held: every later run finds the lock taken, and ends.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Entry;
use crate::rules::findings::Topic;
use crate::rules::lies::{Liar, liars};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};
use crate::shell::knowledge::Lie;

pub static RULE: Rule = Rule {
    id: RuleId("no-timeout-in-unattended"),
    family: Family::LyingCommands,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::only(&[Preset::Cron], 1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/lying-commands/no-timeout-in-unattended.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let Some(lock) = cx.trace.entries.iter().find(|entry| entry.name == "flock" && entry.is_reached) else {
        return;
    };
    for liar in liars(cx, Lie::Wait).iter().filter(|liar| holds(lock, liar) && !is_limited(cx, liar)) {
        let name = &liar.entry.name;
        let message = format!(
            "`{name}` may wait for ever, with the lock held: no later run gets past it, and none says so"
        );
        let finding = Diagnostic::new(RULE.id, RULE.severity, liar.entry.span, message)
            .because(lock.span, "the lock is taken here")
            .help(format!("a limit: an option of `{name}`, or `timeout 10m {name} …`"));
        out.add([Topic::Code(liar.entry.span)], finding);
    }
}

/// Whether the lock is taken before, or around the command.
fn holds(lock: &Entry, liar: &Liar<'_>) -> bool {
    let command = liar.entry.span;
    lock.span.file == command.file && lock.span.start < command.start
}

/// Whether another command ends it in time: `timeout 60 ssh host …`.
fn is_limited(cx: &Context<'_>, liar: &Liar<'_>) -> bool {
    let mut around = cx.outer_commands(liar.command.span).filter(|outer| outer.as_simple().is_some());
    around.any(|outer| cx.literals(outer).iter().flatten().any(|word| word == "timeout"))
}
