//! What was only started is reported as done.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Entry;
use crate::rules::findings::Topic;
use crate::rules::lies::liars;
use crate::rules::operands::{asks, verifies};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};
use crate::shell::knowledge::Lie;

pub static RULE: Rule = Rule {
    id: RuleId("async-start-is-not-success"),
    family: Family::LyingCommands,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::only(&[Preset::Ci], 1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/lying-commands/async-start-is-not-success.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for liar in liars(cx, Lie::Start) {
        let behind: Vec<&Entry> = cx
            .trace
            .entries
            .iter()
            .filter(|entry| entry.span.start > liar.entry.span.end && entry.span.file == liar.entry.span.file)
            .collect();
        let Some(at) = behind.iter().position(|entry| claims(cx, entry)) else { continue };
        // Whoever looks in between knows more.
        if behind[..at].iter().any(|entry| looks(cx, entry, &liar.entry.name)) {
            continue;
        }
        let name = &liar.entry.name;
        let message = format!(
            "`{name}` does not wait for what it starts: whether that works is not known when success is told"
        );
        let finding = Diagnostic::new(RULE.id, RULE.severity, liar.entry.span, message)
            .because(behind[at].span, "this is said before anything is known")
            .help("wait for it: `--wait`, `kubectl rollout status`, or a request that has to be answered");
        out.add([Topic::Code(liar.entry.span)], finding);
    }
}

fn claims(cx: &Context<'_>, entry: &Entry) -> bool {
    let prints = cx.command(entry).filter(|command| cx.only_prints(command));
    prints.is_some_and(|command| cx.units.vocabulary.claims.claims_success(&cx.message(command)))
}

/// Whether something is found out here: by a test, a check, another call of the same tool, or a function that may do so.
fn looks(cx: &Context<'_>, entry: &Entry, tool: &str) -> bool {
    let asks = cx.command(entry).is_some_and(|command| asks(cx, command));
    asks || verifies(cx, entry)
        || entry.name == tool
        || entry.is_function
        || matches!(entry.name.as_str(), "curl" | "wget" | "sleep")
}
