//! The EXIT trap removes what the script has made, also when it could not be carried elsewhere.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Entry, Fate};
use crate::rules::artifacts::{Artifact, artifacts};
use crate::rules::cause::Cause;
use crate::rules::findings::Topic;
use crate::rules::operands::{is_within, removed, sources};
use crate::rules::traps_set::exit_traps;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("trap-deletes-artifact"),
    family: Family::Traps,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Consequence,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/traps/trap-deletes-artifact.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let made = artifacts(cx);
    for body in exit_traps(cx).iter().filter_map(|trap| trap.body(cx)) {
        for removal in cx.trace.entries.iter().filter(|entry| body.contains(entry.span)) {
            let gone = removed(cx, removal);
            let lost =
                cx.causes().find_map(|cause| Some((cause, carried(cx, &cause, removal, &gone, &made)?)));
            if let Some((cause, artifact)) = lost {
                out.add([Topic::Destroy(removal.span)], report(cx, removal, &cause, artifact));
            }
        }
    }
}

/// What the script has made, the command carries elsewhere, and the trap removes when that has failed.
fn carried<'m, 'a>(
    cx: &Context<'_>,
    cause: &Cause<'_>,
    removal: &Entry,
    gone: &[String],
    made: &'m [Artifact<'a>],
) -> Option<&'m Artifact<'a>> {
    let it = cause.on_failure;
    let ends = matches!(it.fate, Fate::Aborts | Fate::BecomesStatus | Fate::Handled);
    let removed = ends && it.destroys.iter().any(|destroy| destroy.span == removal.span);
    // What is renamed when it is whole was not meant to be kept before.
    let renames = cause.entry.name == "mv";
    let carried = sources(cx, cause.entry).filter(|_| removed && !renames)?;
    made.iter().find(|artifact| {
        carried.contains(&artifact.file) && gone.iter().any(|path| is_within(&artifact.file, path))
    })
}

fn report(cx: &Context<'_>, removal: &Entry, cause: &Cause<'_>, artifact: &Artifact<'_>) -> Diagnostic {
    let (name, file) = (&cause.entry.name, &artifact.file);
    let message = format!("when `{name}` fails, this removes `{file}`, of which there is no other copy");
    Diagnostic::new(RULE.id, RULE.severity, removal.span, message)
        .because(artifact.pipeline.span, "this makes it …")
        .because(
            cause.entry.span,
            format!(
                "… this is to carry it elsewhere, and ends the script when `{}` has not done so",
                cx.first_word(cause.entry.span)
            ),
        )
        .help("remove it behind the command that carries it, and leave it where it is when that fails")
        .steps(cause.on_failure.steps.clone())
}
