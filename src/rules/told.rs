//! A failure that a message tells of, and that is passed over all the same: what the rules about such messages share.

use super::cause::{Cause, severity};
use super::operands::{only_looks, only_removes};
use super::{Context, Findings, Rule};
use crate::diagnostic::{Diagnostic, Fix};
use crate::flow::{Exit, Fate};
use crate::syntax::Command;
use crate::text::Span;

/// The commands in `tested` whose failure is handled by a message alone, after which the script ends with 0. None where
/// nothing that follows builds on them or says that it went well.
pub(super) fn passed_over<'c>(
    cx: &'c Context<'_>,
    rule: &Rule,
    tested: Span,
    out: &mut Findings<'_>,
) -> Vec<Cause<'c>> {
    let handled = |cause: &Cause<'_>| {
        let it = cause.on_failure;
        it.fate == Fate::Handled && it.exit == Exit::Zero && tested.contains(cause.entry.span)
    };
    let minor = |cause: &Cause<'_>| only_looks(cx, cause.entry) || only_removes(cx, cause.entry);
    let causes = out.open(rule.id, cx.causes().filter(|cause| handled(cause) && !minor(cause)));
    let depends =
        |cause: &Cause<'_>| !cause.on_failure.claims.is_empty() || !cause.on_failure.destroys.is_empty();
    if causes.first().is_some_and(depends) { causes } else { Vec::new() }
}

/// The finding at the message; nothing where there is no cause.
pub(super) fn report(
    cx: &Context<'_>,
    rule: &Rule,
    message: &Command,
    causes: &[Cause<'_>],
    help: &str,
    fix: Option<Fix>,
) -> Option<Diagnostic> {
    let first = causes.first()?;
    let name = &first.entry.name;
    let said = format!("it is said that `{name}` failed, and the script goes on and exits 0");
    let finding = Diagnostic::new(rule.id, severity(cx, rule.severity, causes), message.span, said)
        .because(first.entry.span, "when this fails …")
        .help(help)
        .steps(first.on_failure.steps.clone())
        .fix(fix);
    let next = first.on_failure.destroys.first().or_else(|| first.on_failure.claims.first());
    Some(
        next.into_iter()
            .fold(finding, |finding, next| finding.because(next.span, "… this runs all the same")),
    )
}
