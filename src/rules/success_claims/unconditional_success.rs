//! A claim that all went well, which is made when it did not, too.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Effect;
use crate::rules::claim::{first_lies, is_printed, unearned};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("unconditional-success"),
    family: Family::SuccessClaims,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Consequence,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/success-claims/unconditional-success.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for it in first_lies(cx, unearned(cx, &RULE, out)) {
        let said = shortened(&said(cx, it.claim));
        let message = if is_printed(cx, it.claim) {
            format!("\"{said}\" is said, and the script exits 0, whether or not it worked")
        } else {
            format!("`{said}` reports success, and the script exits 0, whether or not it worked")
        };
        let finding = Diagnostic::new(RULE.id, RULE.severity, it.claim.span, message);
        out.add([Topic::Claim(it.claim.span)], it.explained(cx, finding));
    }
}

/// The message as the script writes it, expansions included; the engine's own text has gaps there.
fn said(cx: &Context<'_>, claim: &Effect) -> String {
    let entry = cx.entry_at(claim.span);
    let words = entry
        .and_then(|entry| cx.command(entry)?.as_simple())
        .map(|simple| simple.words.as_slice())
        .unwrap_or_default();
    match words {
        [_, message] if is_printed(cx, claim) && cx.literal(message).is_none() => {
            cx.text(message.span).trim_matches('"').to_owned()
        }
        _ => claim.text.clone(),
    }
}

fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    if joined.chars().count() <= 60 { joined } else { joined.chars().take(59).chain(['…']).collect() }
}
