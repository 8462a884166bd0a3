//! Something is deleted below a variable that is empty when what was to fill it has failed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Effect;
use crate::rules::assigned::unguarded;
use crate::rules::cause::Cause;
use crate::rules::findings::Topic;
use crate::rules::operands::{only_looks, removed};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("destructive-on-empty-variable"),
    family: Family::Cleanup,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Consequence,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/cleanup/destructive-on-empty-variable.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for cause in out.silent(cx) {
        let variable = (!only_looks(cx, cause.entry)).then(|| unguarded(cx, cause.entry.span)).flatten();
        let Some(name) = variable else { continue };
        for destroy in &cause.on_failure.destroys {
            let entry = cx.entry_at(destroy.span);
            let gone = entry.map(|entry| removed(cx, entry)).unwrap_or_default();
            if let Some(left) = gone.iter().find_map(|path| left_of(path, &name)) {
                out.add([Topic::Destroy(destroy.span)], report(&cause, destroy, &name, left));
            }
        }
    }
}

/// What `$x/…` is when `x` is empty; `rm -rf "$x"` alone has nothing to remove then.
fn left_of<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    let rest = path.strip_prefix('$')?.strip_prefix(name)?;
    rest.starts_with(['/', '*']).then_some(rest)
}

fn report(cause: &Cause<'_>, destroy: &Effect, name: &str, left: &str) -> Diagnostic {
    let failed = &cause.entry.name;
    let message = format!("when `{failed}` fails, `${name}` is empty, and this deletes `{left}`");
    Diagnostic::new(RULE.id, RULE.severity, destroy.span, message)
        .because(cause.entry.span, "when this fails …")
        .help(format!("`${{{name}:?}}` ends the script where it is empty"))
        .steps(cause.on_failure.steps.clone())
}
