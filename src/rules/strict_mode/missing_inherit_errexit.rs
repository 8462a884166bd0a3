//! errexit is off in command substitutions, where bash does not pass it on.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{By, Errexit, Fate};
use crate::rules::cause::{Cause, severity, weighs};
use crate::rules::noticed::{is_compared, is_only_printed};
use crate::rules::operands::always_succeeds;
use crate::rules::refused::is_sourced;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State, edits};
use crate::syntax::{Command, List};

pub static RULE: Rule = Rule {
    id: RuleId("missing-inherit-errexit"),
    family: Family::StrictMode,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1).but_not(Preset::Explicit),
    focus: Focus::Option,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/strict-mode/missing-inherit-errexit.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let passed_over = |cause: &Cause<'_>| {
        let it = cause.on_failure;
        it.errexit == Errexit::OffInSubstitution && it.fate == Fate::Ignored && it.by == Some(By::NextCommand)
    };
    let lost = cx.lost().filter(|cause| passed_over(cause) && weighs(cx, cause) && !is_seen(cx, cause));
    let causes = out.open(RULE.id, lost);
    let Some(first) = causes.first() else { return };
    let Some(place) = cx.errexit_statement(first.entry.span).or_else(|| cx.head()) else { return };
    let message = "`set -e` does not hold in `$( )`: a command that fails there is passed over";
    let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), place, message)
        .here("this holds outside of command substitutions")
        .help("`shopt -s inherit_errexit` (bash 4.4) lets them inherit it")
        .steps(first.on_failure.steps.clone())
        .fix(edits::option(cx, first.entry.span, "shopt -s inherit_errexit", "turn on inherit_errexit"));
    let finding =
        cx.label_causes(finding, &causes, |name| format!("when `{name}` fails, the substitution goes on"));
    out.add_lost(&causes, finding);
}

/// Whether the failure is seen all the same, or meant to be passed over: its value is compared, only shown or the place of a
/// file that is read as code, the substitution ends with `true`, or with a list of files that is refused in another directory.
fn is_seen(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let span = cause.entry.span;
    let holds = |list: &&List| list.statements.iter().any(|it| it.span.contains(span));
    let around = cx.all_lists().rfind(holds);
    let last = around.and_then(|list| list.statements.last()?.only_pipeline()?.only_command());
    let looks = |it: &Command| {
        let names = it.as_simple().is_some_and(|simple| simple.words.len() > 1);
        names && cause.entry.name == "cd" && cx.command_name(it.id).as_deref() == Some("ls")
    };
    is_compared(cx, span)
        || is_only_printed(cx, span)
        || is_sourced(cx, span)
        || last.is_some_and(|it| always_succeeds(cx, it) || looks(it) && !ends_with_dot(cx, it))
}

/// `ls .` lists any directory.
fn ends_with_dot(cx: &Context<'_>, command: &Command) -> bool {
    cx.literals(command).last().is_some_and(|word| matches!(word.as_deref(), Some("." | "*")))
}
