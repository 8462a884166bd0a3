//! A substitution in a here-document fails, and leaves a hole in it.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{Cause, explained, lost_at, names, severity, weighs};
use crate::rules::operands::is_fed_elsewhere;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Redirect, RedirectOperator};

pub static RULE: Rule = Rule {
    id: RuleId("heredoc-substitution-masks"),
    family: Family::LostStatuses,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lost-statuses/heredoc-substitution-masks.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost: Vec<Cause<'_>> =
        cx.lost().filter(|cause| cause.is_by(By::Substitution) && weighs(cx, cause)).collect();
    for (command, causes) in lost_at(cx, &lost).into_iter().filter(|(command, _)| is_kept(cx, command)) {
        // The body of a here-document lies behind the command's line.
        let behind = |cause: &Cause<'_>| !command.span.contains(cause.entry.span);
        let causes = out.open(RULE.id, causes.into_iter().filter(behind));
        if causes.is_empty() {
            continue;
        }
        let name = cx.first_word(command.span);
        let message = format!("if {} fails, `{name}` gets a text with a hole in it", names(&causes));
        let finding =
            Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), causes[0].entry.span, message)
                .help("assign it to a variable first: the status of `x=$(…)` is that of the substitution");
        out.add_lost(&causes, explained(finding, &causes));
    }
}

/// Whether the command's here-document comes to a file, or to one that carries it out; what is only shown is read by someone.
fn is_kept(cx: &Context<'_>, command: &Command) -> bool {
    let fed = command.redirects.iter().any(|it| it.here_document.is_some());
    let on = cx.all_pipelines().find_map(|pipeline| {
        let at = pipeline.commands.iter().position(|it| it.id == command.id)?;
        Some(&pipeline.commands[at..])
    });
    fed && on.is_some_and(|on| on.iter().any(|it| writes(cx, it) || is_fed_elsewhere(cx, it)))
}

fn writes(cx: &Context<'_>, command: &Command) -> bool {
    use RedirectOperator::{Append, Clobber, Write};
    let output = |redirect: &Redirect| cx.is_output(redirect);
    command.redirects.iter().any(|redirect| {
        matches!(redirect.operator, Write | Append | Clobber) && output(redirect) && cx.is_file(redirect)
    })
}
