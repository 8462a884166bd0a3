//! A message that tells of a failure goes into what the caller takes for the result.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Function};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("error-to-stdout"),
    family: Family::Observability,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/observability/error-to-stdout.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for function in cx.functions() {
        let Some(call) = captured(cx, function) else { continue };
        for message in cx.commands().filter_map(|leaves| last_words(cx, function, leaves)) {
            let name = cx.text(function.name);
            let said =
                format!("this message becomes a part of what `$({name} …)` gives, and nobody reads it");
            let finding = Diagnostic::new(RULE.id, RULE.severity, message.span, said)
                .because(call, "its output is taken here")
                .help("`>&2`");
            out.add([Topic::Code(message.span)], finding);
        }
    }
}

/// A call of the function in a substitution, where all calls are.
fn captured(cx: &Context<'_>, function: &Function) -> Option<Span> {
    let name = cx.text(function.name);
    let calls: Vec<Span> = cx
        .trace
        .entries
        .iter()
        .filter(|entry| entry.is_function && entry.name == name)
        .map(|entry| entry.span)
        .collect();
    let all = calls.iter().all(|call| cx.is_substituted(*call));
    calls.first().copied().filter(|_| all)
}

/// The message right before `return 1`, if it tells of a failure and goes where the output goes.
fn last_words<'a>(cx: &Context<'a>, function: &Function, leaves: &Command) -> Option<&'a Command> {
    let words = cx.literals(leaves);
    let [Some(name), Some(number)] = words.as_slice() else { return None };
    let fails = name == "return" && number != "0" && number.parse::<u8>().is_ok();
    let message = cx.command_by_id(cx.setter(leaves.id).filter(|_| fails)?.command)?;
    let echo = matches!(cx.command_name(message.id).as_deref(), Some("echo" | "printf" | "print"));
    let tells = cx.units.vocabulary.claims.claims_failure(&cx.message(message));
    (echo && tells && message.redirects.is_empty() && function.body.span.contains(message.span))
        .then_some(message)
}
