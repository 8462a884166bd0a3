//! Several substitutions in one assignment: the last one's status is that of all.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{explained, lost_at, names, severity, weighs};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Command;

pub static RULE: Rule = Rule {
    id: RuleId("multi-substitution-assignment"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/multi-substitution-assignment.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| cause.is_by(By::Substitution) && weighs(cx, cause));
    let causes = out.open(RULE.id, lost);
    let assignments = lost_at(cx, &causes);
    let alone = |command: &Command| command.as_simple().is_some_and(|simple| simple.words.is_empty());
    for (command, causes) in assignments.into_iter().filter(|(command, _)| alone(command)) {
        let message = format!(
            "if {} fails, nothing notices: the status is that of the last substitution of the assignment",
            names(&causes)
        );
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), command.span, message)
            .help("one substitution in each assignment, each on a line of its own");
        out.add_lost(&causes, explained(finding, &causes).fix(split(cx, command)));
    }
}

/// Assignments of one command come to stand on lines of their own.
fn split(cx: &Context<'_>, command: &Command) -> Option<Fix> {
    let assignments = &command.as_simple()?.assignments;
    if assignments.len() < 2 || !command.redirects.is_empty() || !cx.stands_alone(command.span) {
        return None;
    }
    let indent = cx.indent(command.span);
    let edits = assignments.windows(2).map(|pair| {
        let between = crate::text::Span { start: pair[0].span.end, end: pair[1].span.start, ..pair[0].span };
        Edit::replace(between, format!("\n{indent}"))
    });
    Some(Fix::proposed("a line for each assignment", edits.collect()))
}
