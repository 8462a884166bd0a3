//! A comment that disables rules which have nothing to say there.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State, find};
use crate::suppress::{Directive, Judged, room};
use crate::text::{FileId, Span};

pub static RULE: Rule = Rule {
    id: RuleId("unused-suppression"),
    family: Family::Suppressions,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Suppression,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/suppressions/unused-suppression.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for judged in cx.suppressions.own().filter(|judged| !judged.is_expired()) {
        let finding = match judged.region() {
            None => Some(misplaced(judged.directive)),
            // What could not be read may hold what is meant.
            Some(region) if is_read(cx, region) => unused(cx, &judged),
            Some(_) => None,
        };
        if let Some(finding) = finding {
            out.add([], finding);
        }
    }
}

fn is_read(cx: &Context<'_>, region: Span) -> bool {
    let unknown = &cx.units.script().unknown;
    !unknown.iter().any(|part| part.span.start <= region.end && region.start <= part.span.end)
}

fn misplaced(directive: &Directive) -> Diagnostic {
    Diagnostic::new(RULE.id, RULE.severity, directive.span, "this comment governs no command, and disables nothing").help(
        "`disable=` stands before a command or behind it on its line, `disable-file=` before the first command",
    )
}

fn unused(cx: &Context<'_>, judged: &Judged<'_, '_>) -> Option<Diagnostic> {
    let rules = &judged.directive.rules;
    let is_unused = |nth: usize| is_asked(cx, &rules[nth].0) && !judged.is_used(nth);
    let (unused, kept): (Vec<usize>, Vec<usize>) = (0..rules.len()).partition(|&nth| is_unused(nth));
    let &first = unused.first()?;
    let names = |which: &[usize]| which.iter().map(|&nth| rules[nth].0.as_str()).collect::<Vec<_>>();
    let span = if kept.is_empty() { judged.directive.span } else { rules[first].1 };
    let message = format!("`{}` has nothing to say here", names(&unused).join("` and `"));
    let edit = if kept.is_empty() {
        Edit::replace(room(cx.units.source(FileId(0)), span)?, "")
    } else {
        let (from, to) = (rules[0].1, rules[rules.len() - 1].1);
        Edit::replace(from.to(to), names(&kept).join(","))
    };
    let finding = Diagnostic::new(RULE.id, RULE.severity, span, message);
    let help = "what is disabled for nothing hides what comes later: take it away";
    Some(finding.help(help).fix(Some(Fix::proposed("remove the suppression", vec![edit]))))
}

/// Whether a rule would have spoken; those about comments are asked last, and would not be used yet.
fn is_asked(cx: &Context<'_>, name: &str) -> bool {
    find(name).is_some_and(|rule| cx.selection.allows(rule.id) && rule.focus != Focus::Suppression)
}
