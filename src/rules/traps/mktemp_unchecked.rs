//! `mktemp` fails, and what is made below its directory lands at the root.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::assigned::unguarded;
use crate::rules::cause::{Cause, explained, severity};
use crate::rules::edits;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind};

pub static RULE: Rule = Rule {
    id: RuleId("mktemp-unchecked"),
    family: Family::Traps,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/traps/mktemp-unchecked.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for cause in out.open(RULE.id, cx.lost().filter(|cause| cause.entry.name == "mktemp")) {
        let Some(name) = unguarded(cx, cause.entry.span) else { continue };
        let Some(user) = below(cx, &cause, &name) else { continue };
        let message =
            format!("when `mktemp` fails, `${name}` is empty, and what is meant for it goes to `/`");
        let finding =
            Diagnostic::new(RULE.id, severity(cx, RULE.severity, &[cause]), cause.entry.span, message)
                .because(user.span, format!("`${name}/…` is a path below `/` then"))
                .help("`… || exit 1` behind the assignment");
        let fix = assignment(cx, &cause).and_then(|command| edits::or_exit(cx, command.span));
        out.add_lost(&[cause], explained(finding, &[cause]).fix(fix));
    }
}

/// The first command that uses a path below the variable.
fn below<'a>(cx: &Context<'a>, cause: &Cause<'_>, name: &str) -> Option<&'a Command> {
    let forms =
        [format!("${name}/"), format!("${{{name}}}/"), format!("\"${name}\"/"), format!("\"${{{name}}}\"/")];
    let behind = cx.commands().filter(|it| it.span.start > cause.entry.span.start);
    behind.filter(|it| matches!(it.kind, CommandKind::Simple(_))).find(|command| {
        let text = cx.text(command.span);
        forms.iter().any(|form| text.contains(form))
    })
}

/// The assignment that holds the command.
fn assignment<'a>(cx: &Context<'a>, cause: &Cause<'_>) -> Option<&'a Command> {
    cx.commands().find(|command| {
        command.as_simple().is_some_and(|simple| simple.words.is_empty())
            && command.span.contains(cause.entry.span)
    })
}
