//! A message says that something has failed, and the script goes on as if it had not.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Exit, Fate};
use crate::rules::cause::{Cause, severity};
use crate::rules::findings::Topic;
use crate::rules::operands::{only_looks, only_removes};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Connector, Statement};

pub static RULE: Rule = Rule {
    id: RuleId("logged-and-continued"),
    family: Family::Handlers,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/handlers/logged-and-continued.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for statement in cx.statements() {
        let Some((pipeline, message)) = told(cx, statement) else { continue };
        let handled = |cause: &Cause<'_>| {
            let it = cause.on_failure;
            it.fate == Fate::Handled && it.exit == Exit::Zero && pipeline.contains(cause.entry.span)
        };
        let minor = |cause: &Cause<'_>| only_looks(cx, cause.entry) || only_removes(cx, cause.entry);
        let causes = out.open(RULE.id, cx.causes().filter(|cause| handled(cause) && !minor(cause)));
        let Some(first) = causes.first() else { continue };
        let depends = !first.on_failure.claims.is_empty() || !first.on_failure.destroys.is_empty();
        if !depends {
            continue;
        }
        out.add([Topic::Code(message.span)], report(cx, message, &causes));
    }
}

/// `command || echo "it failed"`: the command, and the message, which is the last thing in its list.
fn told<'a>(cx: &Context<'a>, statement: &'a Statement) -> Option<(crate::text::Span, &'a Command)> {
    let [(Connector::Or, last)] = statement.rest.as_slice() else { return None };
    let message = last.only_command()?;
    let tells = cx.only_prints(message) && cx.units.vocabulary.claims.claims_failure(&cx.message(message));
    (tells && !statement.first.negated).then_some((statement.first.span, message))
}

fn report(cx: &Context<'_>, message: &Command, causes: &[Cause<'_>]) -> Diagnostic {
    let first = &causes[0];
    let name = &first.entry.name;
    let said = format!("it is said that `{name}` failed, and the script goes on and exits 0");
    let mut finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, causes), message.span, said)
        .because(first.entry.span, "when this fails …")
        .help("end the script where it cannot go on: `|| { …; exit 1; }`")
        .steps(first.on_failure.steps.clone())
        .fix(end(cx, message));
    let next = first.on_failure.destroys.first().or_else(|| first.on_failure.claims.first());
    if let Some(next) = next {
        finding = finding.because(next.span, "… this runs all the same");
    }
    finding
}

/// `|| echo …` becomes `|| { echo …; exit 1; }`.
fn end(cx: &Context<'_>, message: &Command) -> Option<Fix> {
    let top = cx.top_statement(message.span)?.rest.iter().any(|(_, pipeline)| pipeline.span == message.span);
    if !top || !cx.is_program() || !cx.ends_line(message.span) {
        return None;
    }
    let edits = vec![
        Edit::insert(message.span, message.span.start, "{ "),
        Edit::insert(message.span, message.span.end, "; exit 1; }"),
    ];
    Some(Fix::proposed("end the script after the message", edits))
}
