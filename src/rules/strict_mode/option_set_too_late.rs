//! `set -e` stands behind commands that can fail.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Errexit;
use crate::rules::cause::{Cause, names};
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Pipeline;
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("option-set-too-late"),
    family: Family::StrictMode,
    severity: Severity::Info,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Option,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/strict-mode/option-set-too-late.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let Some(set) = first_set(cx).filter(|_| cx.is_program()) else { return };
    let early = |cause: &Cause<'_>| {
        let span = cause.entry.span;
        cause.on_failure.errexit == Errexit::Off
            && span.file == set.file
            && span.end <= set.start
            && cx.functions().iter().all(|function| !function.body.span.contains(span))
            && !only_looks(cx, cause.entry)
            && !only_removes(cx, cause.entry)
    };
    let causes = out.open(RULE.id, cx.lost().filter(early));
    if causes.is_empty() {
        return;
    }
    let message = format!("errexit comes too late for {}", names(&causes[..causes.len().min(3)]));
    let finding = Diagnostic::new(RULE.id, RULE.severity, set, message)
        .help("make it the first command of the script")
        .steps(causes[0].on_failure.steps.clone());
    let finding =
        cx.label_causes(finding, &causes, |name| format!("when `{name}` fails, the script goes on"));
    out.add_lost(&causes, finding);
}

/// The first `set -e` of the script's top level.
fn first_set(cx: &Context<'_>) -> Option<Span> {
    let statements = cx.units.script().body.statements.iter();
    let commands =
        statements.filter_map(|statement| statement.only_pipeline().and_then(Pipeline::only_command));
    let mut sets = commands.filter(|command| {
        let words = cx.literals(command);
        let flag = |word: &Option<String>| {
            word.as_deref().is_some_and(|word| {
                word == "errexit" || word.starts_with('-') && word.contains('e') && !word.contains('o')
            })
        };
        words.first() == Some(&Some("set".to_owned()))
            && words
                .iter()
                .skip(1)
                .any(|word| flag(word) || word.as_deref().is_some_and(|it| it.starts_with("-e")))
    });
    sets.next().map(|command| command.span)
}
