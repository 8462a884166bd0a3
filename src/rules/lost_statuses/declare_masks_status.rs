//! `local`, `export` and their kin have a status of their own, which replaces that of a substitution.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::By;
use crate::rules::assigned::{holder, is_asked_for, is_foreseen};
use crate::rules::cause::{Cause, explained, lost_at, names, severity, weighs};
use crate::rules::doubts::may_come_from_elsewhere;
use crate::rules::noticed::{is_compared, is_only_printed, is_waved_through};
use crate::rules::refused::is_refused;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Part, Word};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("declare-masks-status"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/declare-masks-status.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| {
        let span = cause.entry.span;
        cause.is_by(By::Declaration)
            && weighs(cx, cause)
            && !may_come_from_elsewhere(cx, cause.entry)
            && !is_waved_through(cx, span)
            && !is_compared(cx, span)
            && (cx.is_tested(span) || !is_wanted(cx, span))
            && (cx.is_tested(span) || !is_only_printed(cx, span))
    });
    let causes = out.open(RULE.id, lost);
    for (command, causes) in lost_at(cx, &causes) {
        let finding = report(cx, command, &causes);
        out.add_lost(&causes, finding);
    }
}

/// Whether somebody notices that there is no value: a test asks for it, the script says what is to be then, or the next
/// command is refused.
fn is_wanted(cx: &Context<'_>, span: Span) -> bool {
    let foreseen = |name: &str| is_asked_for(cx, name, span) || is_foreseen(cx, name, span);
    is_refused(cx, span) || holder(cx, span).is_some_and(|name| foreseen(&name))
}

fn report(cx: &Context<'_>, command: &Command, causes: &[Cause<'_>]) -> Diagnostic {
    let word = cx.first_word(command.span);
    let message = format!("if {} fails, nothing notices: the status is that of `{word}`, 0", names(causes));
    let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, causes), command.span, message)
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
