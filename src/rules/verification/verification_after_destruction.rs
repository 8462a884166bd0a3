//! What was made is checked only when what it was made of, or the copies before it, are gone.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::artifacts::{Artifact, artifacts};
use crate::rules::before::runs_before;
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("verification-after-destruction"),
    family: Family::Verification,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/verification/verification-after-destruction.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for artifact in artifacts(cx) {
        let checks: Vec<&Command> =
            cx.commands().filter(|command| artifact.is_checked_by(cx, command)).collect();
        let Some(first) = checks.first() else { continue };
        let (made, checked) = (artifact.maker.span, condition_of(cx, first.span));
        let between = |span: &Span| runs_before(cx, made, *span) && runs_before(cx, *span, checked);
        let older = artifact.prunes(cx).map(|span| (span, "each older copy"));
        let sources = artifact.removals_of_sources(cx).map(|span| (span, "what it was made of"));
        let destroyed = older.chain(sources).find(|(span, _)| between(span));
        if let Some((destroy, what)) = destroyed {
            out.add([Topic::Code(first.span)], report(cx, &artifact, first, destroy, what));
        }
    }
}

/// The `if` in whose first condition a test stands; else the test itself.
fn condition_of(cx: &Context<'_>, test: Span) -> Span {
    let around = cx.outer_commands(test).filter(|outer| match &outer.kind {
        CommandKind::If(chain) => {
            let first = chain.arms.first().map(|(condition, _)| condition.statements.as_slice());
            first.unwrap_or_default().iter().any(|it| it.span.contains(test))
        }
        _ => false,
    });
    around.last().map_or(test, |outer| outer.span)
}

fn report(
    cx: &Context<'_>,
    artifact: &Artifact<'_>,
    check: &Command,
    destroy: Span,
    what: &str,
) -> Diagnostic {
    let (file, name) = (&artifact.file, cx.first_word(destroy));
    let message =
        format!("`{file}` is checked when {what} is gone: if something is wrong with it, nothing is left");
    Diagnostic::new(RULE.id, RULE.severity, check.span, message)
        .because(artifact.pipeline.span, "this makes it …")
        .because(destroy, format!("… `{name}` removes {what} …"))
        .here("… and only this looks whether it is whole")
        .help("check first, and remove what is old when the check has found nothing wrong")
}
