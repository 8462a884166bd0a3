//! `curl -s` says nothing when it fails, not even why.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::lies::{Liar, liars};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::knowledge::Lie;
use crate::syntax::{Redirect, RedirectOperator};

pub static RULE: Rule = Rule {
    id: RuleId("curl-silent-without-show-error"),
    family: Family::Observability,
    severity: Severity::Info,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/observability/curl-silent-without-show-error.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for liar in liars(cx, Lie::Silent).iter().filter(|liar| !is_hushed(cx, liar)) {
        let name = &liar.entry.name;
        let message = format!("`{name}` is told to be silent, and does not say why it fails either");
        let finding = Diagnostic::new(RULE.id, RULE.severity, liar.entry.span, message)
            .help(format!("`{name} -S`: no progress, but errors"))
            .fix(liar.made_honest(cx));
        out.add([Topic::Code(liar.entry.span)], finding);
    }
}

/// Whether what it says of errors is thrown away by a redirection.
fn is_hushed(cx: &Context<'_>, liar: &Liar<'_>) -> bool {
    let both = |redirect: &Redirect| {
        matches!(redirect.operator, RedirectOperator::WriteBoth | RedirectOperator::AppendBoth)
    };
    let errors = |redirect: &Redirect| cx.is_errors(redirect);
    liar.command.redirects.iter().any(|redirect| both(redirect) || errors(redirect))
}
