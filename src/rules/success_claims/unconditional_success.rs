//! A claim that all went well, which is made when it did not, too.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Effect;
use crate::rules::cause::Cause;
use crate::rules::findings::Topic;
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::subject::Subject;
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
    let judged =
        |cause: &Cause<'_>| out.is_suppressed(RULE.id, cause.entry.span) || only_looks(cx, cause.entry);
    let causes: Vec<Cause<'_>> = out.silent(cx).into_iter().filter(|cause| !judged(cause)).collect();
    let mut claims: Vec<&Effect> = causes.iter().flat_map(|cause| &cause.on_failure.claims).collect();
    claims.sort_by_key(|claim| claim.span);
    claims.dedup_by_key(|claim| claim.span);
    let calls = calls(cx, &claims);
    for claim in claims {
        // A bare `exit 0` says little to people; rules about final statuses speak of it.
        let is_exit = claim.text == "exit 0" || claim.text.starts_with("exit ");
        if is_exit || is_made_by(cx, claim, &calls) || !may_end_zero(cx, claim) {
            continue;
        }
        let subject = Subject::of(cx, claim.span);
        let reaches = |cause: &&Cause<'_>| {
            cause.on_failure.claims.iter().any(|c| c.span == claim.span) && subject.holds(cause.entry.span)
        };
        let reaching: Vec<Cause<'_>> = causes.iter().filter(reaches).copied().collect();
        // That something was not removed makes no message of other work a lie.
        if !reaching.iter().all(|cause| only_removes(cx, cause.entry)) {
            out.add([Topic::Claim(claim.span)], report(cx, claim, &reaching));
        }
    }
}

/// A message after which the script always fails is no claim of success.
fn may_end_zero(cx: &Context<'_>, claim: &Effect) -> bool {
    cx.trace.entries.iter().any(|entry| entry.span == claim.span && entry.may_end_zero)
}

/// The functions of the script by calls of which it claims something.
fn calls<'a>(cx: &Context<'a>, claims: &[&Effect]) -> Vec<&'a str> {
    let entries = cx.trace.entries.iter().filter(|entry| entry.is_function);
    entries
        .filter(|entry| claims.iter().any(|c| c.span == entry.span))
        .map(|entry| entry.name.as_str())
        .collect()
}

/// Whether the claim is what one of these functions prints: the call is what the script says, in full.
fn is_made_by(cx: &Context<'_>, claim: &Effect, functions: &[&str]) -> bool {
    cx.functions().into_iter().any(|function| {
        function.body.span.contains(claim.span)
            && functions.iter().any(|name| cx.text(function.name) == *name)
    })
}

fn report(cx: &Context<'_>, claim: &Effect, causes: &[Cause<'_>]) -> Diagnostic {
    let said = shortened(&said(cx, claim));
    let message = if is_printed(cx, claim) {
        format!("\"{said}\" is said, and the script exits 0, whether or not it worked")
    } else {
        format!("`{said}` reports success, and the script exits 0, whether or not it worked")
    };
    let finding = Diagnostic::new(RULE.id, RULE.severity, claim.span, message)
        .here("this claims success")
        .help("make the claim only where the work before it has succeeded");
    let mut finding =
        cx.label_causes(finding, causes, |name| format!("when `{name}` fails, the claim is still made"));
    let worst = causes.iter().max_by_key(|cause| cause.on_failure.destroys.len());
    finding.steps = worst.map(|cause| cause.on_failure.steps.clone()).unwrap_or_default();
    finding.fix(cx.exit_after(causes, "end the script where the work fails"))
}

fn is_printed(cx: &Context<'_>, claim: &Effect) -> bool {
    claim.text != cx.text(claim.span)
}

/// The message as the script writes it, expansions included; the engine's own text has gaps there.
fn said(cx: &Context<'_>, claim: &Effect) -> String {
    let entry = cx.trace.entries.iter().find(|entry| entry.span == claim.span);
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
