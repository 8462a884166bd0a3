//! `a && b || c` is no `if`: `c` runs when `b` fails, too.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{Entry, Fate};
use crate::rules::cause::Cause;
use crate::rules::findings::Topic;
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Connector, Pipeline};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("and-or-as-if"),
    family: Family::Handlers,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/handlers/and-or-as-if.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for statement in cx.statements() {
        let [(Connector::And, then), (Connector::Or, other)] = statement.rest.as_slice() else { continue };
        let Some(harm) = harm(cx, other) else { continue };
        let fails = |cause: &Cause<'_>| {
            let it = cause.on_failure;
            matches!(it.fate, Fate::Handled | Fate::Swallowed)
                && then.span.contains(cause.entry.span)
                && it.goes_on_at.is_some_and(|next| other.span.contains(next))
                && !only_looks(cx, cause.entry)
        };
        let Some(cause) = cx.causes().find(fails) else { continue };
        let (name, test) = (&cause.entry.name, cx.text(statement.first.span));
        let message =
            format!("`{}` runs when `{name}` fails, too, and not only where `{test}` says no", cx.text(harm));
        let finding = Diagnostic::new(RULE.id, RULE.severity, other.span, message)
            .because(cause.entry.span, "when this fails …")
            .help("`if …; then …; else …; fi`")
            .steps(cause.on_failure.steps.clone());
        out.add([Topic::Code(other.span)], finding);
    }
}

/// What is worse than a message: a removal, or an end with 0.
fn harm(cx: &Context<'_>, other: &Pipeline) -> Option<Span> {
    let command = other.only_command()?;
    let zero = cx.literals(command) == [Some("exit".to_owned()), Some("0".to_owned())];
    let removes = |entry: &&Entry| entry.id == command.id && only_removes(cx, entry);
    (zero || cx.trace.entries.iter().any(|entry| removes(&entry))).then_some(command.span)
}
