//! What a failed command has printed, often nothing, is run as shell code.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::By;
use crate::rules::cause::{Cause, explained, lost_at, names, severity, weighs};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Command;

pub static RULE: Rule = Rule {
    id: RuleId("eval-of-unchecked-output"),
    family: Family::Remote,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/remote/eval-of-unchecked-output.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let masked = |cause: &Cause<'_>| cause.is_by(By::Substitution) || cause.is_by(By::ProcessSubstitution);
    let lost: Vec<Cause<'_>> = cx.lost().filter(|cause| masked(cause) && weighs(cx, cause)).collect();
    for (command, causes) in lost_at(cx, &lost) {
        let Some(name) = cx.command_name(command.id).filter(|name| runs_output(cx, command, name)) else {
            continue;
        };
        let causes = out.open(RULE.id, causes.into_iter());
        if causes.is_empty() {
            continue;
        }
        let message = format!("if {} fails, `{name}` runs nothing, or a part, and is 0", names(&causes));
        let help = "assign first, `code=$(…)`: the status is then that of the command; and run what is in it";
        let finding =
            Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), command.span, message).help(help);
        out.add_lost(&causes, explained(finding, &causes));
    }
}

/// Whether it runs what is printed; of `. "$(dirname "$0")/lib.sh"` the output is a path, and `.` says so when that is missing.
fn runs_output(cx: &Context<'_>, command: &Command, name: &str) -> bool {
    let file = command.as_simple().and_then(|simple| simple.words.get(1));
    match name {
        "eval" => true,
        "." | "source" => file.is_some_and(|word| cx.text(word.span).starts_with("<(")),
        _ => false,
    }
}
