//! Something is deleted by a relative path after a `cd` that may have failed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Effect, Fate};
use crate::rules::cause::{Cause, each_once};
use crate::rules::findings::Topic;
use crate::rules::operands::removed;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("destructive-after-unchecked-cd"),
    family: Family::Cleanup,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Consequence,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/cleanup/destructive-after-unchecked-cd.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let moves = |cause: &Cause<'_>| {
        matches!(cause.entry.name.as_str(), "cd" | "pushd") && cause.on_failure.fate == Fate::Ignored
    };
    let causes: Vec<Cause<'_>> = out.silent(cx).into_iter().filter(moves).collect();
    for destroy in each_once(causes.iter().flat_map(|cause| &cause.on_failure.destroys)) {
        let Some(entry) = cx.entry_at(destroy.span) else { continue };
        let gone = removed(cx, entry);
        if gone.is_empty() || !gone.iter().any(|path| is_relative(path)) {
            continue;
        }
        // The last `cd` before it decides where it is carried out.
        let before = causes.iter().filter(|cause| {
            cause.entry.span.start < destroy.span.start
                && cause.on_failure.destroys.iter().any(|it| it.span == destroy.span)
        });
        let Some(cause) = before.max_by_key(|cause| cause.entry.span.start) else { continue };
        out.add([Topic::Destroy(destroy.span)], report(cx, destroy, &entry.name, *cause));
    }
}

fn is_relative(path: &str) -> bool {
    !path.starts_with(['/', '$', '~', '`', '-']) && !path.contains("tmp")
}

fn report(cx: &Context<'_>, destroy: &Effect, name: &str, cause: Cause<'_>) -> Diagnostic {
    let cd = cx.text(cause.entry.span);
    let message =
        format!("when `{cd}` fails, `{name}` deletes in the directory that the script was started in");
    Diagnostic::new(RULE.id, RULE.severity, destroy.span, message)
        .because(cause.entry.span, "when this fails, the script stays where it is")
        .help("`cd … || exit`")
        .steps(cause.on_failure.steps.clone())
        .fix(cx.exit_after(&[cause], "end the script where `cd` fails"))
}
