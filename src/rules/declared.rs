//! What a declaration makes of the status of a substitution in it: what the rules about that share.

use super::cause::{Cause, explained, severity, weighs};
use super::doubts::may_come_from_elsewhere;
use super::noticed::{is_compared, is_waved_through};
use super::{Context, Rule};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::flow::By;
use crate::syntax::{Command, Part, Word};
use crate::text::Span;

/// Whether a declaration replaces the status of the command, and nothing shows that its failure is known or passed over.
pub(super) fn is_masked(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let span = cause.entry.span;
    cause.is_by(By::Declaration)
        && weighs(cx, cause)
        && !may_come_from_elsewhere(cx, cause.entry)
        && !is_waved_through(cx, span)
        && !is_compared(cx, span)
}

/// The finding at a declaration, with its reasons and fix.
pub(super) fn report(
    cx: &Context<'_>,
    rule: &Rule,
    command: &Command,
    causes: &[Cause<'_>],
    message: String,
) -> Diagnostic {
    let finding = Diagnostic::new(rule.id, severity(cx, rule.severity, causes), command.span, message)
        .help("declare first, assign then: the status of `x=$(…)` alone is that of the substitution");
    explained(finding, causes).fix(split(cx, command))
}

/// `local x=$(c)` becomes `local x` and `x=$(c)`. Not where `x` is read in its own value, which the declaration would hide.
fn split(cx: &Context<'_>, command: &Command) -> Option<Fix> {
    let [declare, assigned] = command.as_simple()?.words.as_slice() else { return None };
    let (name, _) =
        cx.text(assigned.span).split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let simple = command.redirects.is_empty() && command.as_simple()?.assignments.is_empty();
    let word = cx.literal(declare)?;
    // What is readonly cannot be assigned afterwards.
    let splits = matches!(word.as_str(), "local" | "declare" | "typeset" | "export");
    if !plain || !simple || !splits || reads(cx, assigned, &name) || !cx.stands_alone(command.span) {
        return None;
    }
    let indent = cx.indent(command.span);
    let before = Span { end: assigned.span.start, ..declare.span };
    let (title, edits) = if word == "export" {
        let export = Edit::insert(command.span, command.span.end, format!("\n{indent}export {name}"));
        (format!("assign `{name}`, then export it"), vec![Edit::replace(before, ""), export])
    } else {
        let declare = Edit::replace(before, format!("{word} {name}\n{indent}"));
        (format!("declare `{name}`, then assign"), vec![declare])
    };
    Some(Fix::proposed(title, edits))
}

/// Whether the value names the variable itself.
fn reads(cx: &Context<'_>, word: &Word, name: &str) -> bool {
    let text = cx.text(word.span);
    let value = text.split_once('=').map(|(_, value)| value).unwrap_or_default();
    let quoted = word.parts.iter().any(|part| matches!(part, Part::Array(..)));
    let names = |part: &str| part == name;
    quoted || value.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(names)
}
