//! A dump or an archive takes the place of older ones, and nobody looks whether it is whole.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::artifacts::{Artifact, artifacts};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("artifact-never-verified"),
    family: Family::Verification,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::only(&[Preset::Cron], 1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/verification/artifact-never-verified.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for artifact in artifacts(cx) {
        let checked = cx.commands().any(|command| artifact.is_checked_by(cx, command));
        if let Some(prune) = artifact.prunes(cx).next().filter(|_| !checked) {
            out.add([Topic::Code(artifact.maker.span)], report(&artifact, prune));
        }
    }
}

fn report(artifact: &Artifact<'_>, prune: Span) -> Diagnostic {
    let (file, name) = (&artifact.file, &artifact.maker.name);
    let message = format!("nobody looks whether `{file}` is whole, and older copies are removed");
    Diagnostic::new(RULE.id, RULE.severity, artifact.maker.span, message)
        .here(format!("`{name}` makes it"))
        .because(prune, "in the end, what is left are copies at which nobody has looked")
        .help(
            "look into it first: `gzip -t`, `tar -tf … > /dev/null`, `pg_restore -l`, or at least `[ -s … ]`",
        )
}
