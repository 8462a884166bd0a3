//! A script that is broken off by a signal ends with 0.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::traps_set::is_endless;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("signal-exit-zero"),
    family: Family::Traps,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/traps/signal-exit-zero.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    // A daemon is ended by a signal when all is well.
    if is_endless(cx) || cx.causes().next().is_none() {
        return;
    }
    for trap in cx.commands() {
        let words = cx.literals(trap);
        let [Some(name), Some(action), signals @ ..] = words.as_slice() else { continue };
        let broken_off = |signal: &Option<String>| matches!(signal.as_deref(), Some("INT" | "SIGINT" | "2"));
        let ends = action.trim_end().trim_end_matches(';').ends_with("exit 0");
        let at_end = signals.iter().any(|signal| matches!(signal.as_deref(), Some("EXIT" | "0")));
        if name != "trap" || !ends || at_end || !signals.iter().any(broken_off) {
            continue;
        }
        let message = "a script that is broken off ends with 0: who started it takes its work for done";
        let finding = Diagnostic::new(RULE.id, RULE.severity, trap.span, message)
            .help("`exit 130` for INT, `exit 143` for TERM");
        out.add([Topic::Code(trap.span)], finding);
    }
}
