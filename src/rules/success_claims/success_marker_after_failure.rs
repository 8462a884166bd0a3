//! A file that says that the job was done is made when it was not, too.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::claim::{Kind, kind, unearned};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("success-marker-after-failure"),
    family: Family::SuccessClaims,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Consequence,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/success-claims/success-marker-after-failure.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for it in unearned(cx, &RULE, out).iter().filter(|it| kind(cx, it.claim) == Kind::Marker) {
        let text = cx.text(it.claim.span);
        let message = format!("`{text}` marks the work as done whether or not it worked");
        let finding = Diagnostic::new(RULE.id, RULE.severity, it.claim.span, message);
        out.add([Topic::Claim(it.claim.span)], it.explained(cx, finding));
    }
}
