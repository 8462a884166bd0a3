//! Something is deleted after it was to be carried elsewhere, also when that failed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Effect, Exit, Fate};
use crate::rules::cause::{Cause, each_once};
use crate::rules::findings::Topic;
use crate::rules::operands::{removed, sources};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("cleanup-before-verification"),
    family: Family::Cleanup,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Consequence,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/cleanup/cleanup-before-verification.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let transfers: Vec<(Cause<'_>, Vec<String>)> = transfers(cx, out);
    for destroy in each_once(transfers.iter().flat_map(|(cause, _)| &cause.on_failure.destroys)) {
        let Some(entry) = cx.entry_at(destroy.span) else { continue };
        let gone = removed(cx, entry);
        let lost = |(cause, read): &&(Cause<'_>, Vec<String>)| {
            cause.on_failure.destroys.iter().any(|d| d.span == destroy.span)
                && read.iter().any(|source| gone.iter().any(|path| is_within(source, path)))
        };
        let causes: Vec<Cause<'_>> = transfers.iter().filter(lost).map(|(cause, _)| *cause).collect();
        if !causes.is_empty() {
            out.add([Topic::Destroy(destroy.span)], report(cx, destroy, &entry.name, &causes));
        }
    }
}

/// The commands that carry something elsewhere and whose failure does not stop the script, with what they read.
fn transfers<'a>(cx: &Context<'a>, out: &Findings<'_>) -> Vec<(Cause<'a>, Vec<String>)> {
    cx.causes()
        .filter(|cause| goes_on(cause) && !out.is_suppressed(RULE.id, cause.entry.span))
        .filter_map(|cause| Some((cause, sources(cx, cause.entry)?)))
        .collect()
}

/// Not where the author has decided what comes of the failure, unless the script surely ends with 0.
fn goes_on(cause: &Cause<'_>) -> bool {
    let lost = matches!(cause.on_failure.fate, Fate::Ignored | Fate::Masked);
    lost || cause.on_failure.fate == Fate::Handled && cause.on_failure.exit == Exit::Zero
}

/// Whether removing `path` removes `source`, too: it is the same, or holds it. `dir/*` is what `dir` holds.
fn is_within(source: &str, path: &str) -> bool {
    let (source, path) = (held(source), held(path));
    !path.is_empty()
        && (source == path || source.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
}

fn held(path: &str) -> &str {
    path.trim_end_matches("/*").trim_end_matches('/')
}

fn report(cx: &Context<'_>, destroy: &Effect, name: &str, causes: &[Cause<'_>]) -> Diagnostic {
    let carried: Vec<String> = causes.iter().map(|cause| format!("`{}`", cause.entry.name)).collect();
    let carried = carried.join(" and ");
    let message =
        format!("`{name}` deletes what {carried} was to carry elsewhere, and runs when that failed");
    let finding = Diagnostic::new(RULE.id, RULE.severity, destroy.span, message)
        .here("this removes the only copy that is left")
        .help("delete only after the copy has succeeded");
    let mut finding =
        cx.label_causes(finding, causes, |name| format!("when `{name}` fails, the script goes on to delete"));
    finding.steps = causes.first().map(|cause| cause.on_failure.steps.clone()).unwrap_or_default();
    finding.fix(cx.exit_after(causes, "end the script where the copy fails"))
}
