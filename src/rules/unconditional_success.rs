//! A claim that all went well, which is made when it did not, too.

use super::context::Cause;
use super::operands::only_looks;
use super::{Context, Rule};
use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Effect;

pub(super) static RULE: Rule = Rule {
    id: RuleId("unconditional-success"),
    severity: Severity::Error,
    since: "0.1.0",
    page: include_str!("../../rules/success-claims/unconditional-success.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Vec<Diagnostic>) {
    let judged = |cause: &Cause<'_>| cx.is_suppressed(RULE.id, cause) || only_looks(cx, cause.entry);
    let causes: Vec<Cause<'_>> = cx.silent().filter(|cause| !judged(cause)).collect();
    let mut claims: Vec<&Effect> = causes.iter().flat_map(|cause| &cause.on_failure.claims).collect();
    claims.sort_by_key(|claim| claim.span);
    claims.dedup_by_key(|claim| claim.span);
    for claim in claims {
        // A bare `exit 0` says little to people; rules about final statuses speak of it.
        if claim.text == "exit 0" || claim.text.starts_with("exit ") {
            continue;
        }
        let reaching: Vec<Cause<'_>> =
            causes.iter().filter(|cause| cause.on_failure.claims.iter().any(|c| c.span == claim.span)).copied().collect();
        out.push(report(cx, claim, &reaching));
    }
}

fn report(cx: &Context<'_>, claim: &Effect, causes: &[Cause<'_>]) -> Diagnostic {
    let said = shortened(&claim.text);
    let message = format!("\"{said}\" is said, and the script exits 0, whether or not it worked");
    let finding = Diagnostic::new(RULE.id, RULE.severity, claim.span, message)
        .here("this claims success")
        .help("make the claim only where the work before it has succeeded");
    let mut finding = cx.label_causes(finding, causes, |name| format!("when `{name}` fails, the claim is still made"));
    let worst = causes.iter().max_by_key(|cause| cause.on_failure.destroys.len());
    finding.steps = worst.map(|cause| cause.on_failure.steps.clone()).unwrap_or_default();
    finding.fix(cx.exit_after(causes, "end the script where the work fails"))
}

fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let joined = words.join(" ");
    if joined.chars().count() <= 60 { joined } else { joined.chars().take(59).chain(['…']).collect() }
}
