//! An ERR trap does not hold in functions, for errtrace is off.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::Fate;
use crate::rules::cause::Cause;
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("missing-errtrace"),
    family: Family::StrictMode,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1).but_not(Preset::Explicit),
    focus: Focus::Option,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/strict-mode/missing-errtrace.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut traps: Vec<Span> = cx.trace.untraced.iter().map(|untraced| untraced.trap).collect();
    traps.dedup();
    for action in traps {
        let bodies: Vec<Span> =
            cx.trace.untraced.iter().filter(|it| it.trap == action).map(|it| it.function).collect();
        let unseen = |cause: &Cause<'_>| {
            let aborts = matches!(cause.on_failure.fate, Fate::Aborts | Fate::Ignored);
            aborts && bodies.iter().any(|body| body.contains(cause.entry.span))
        };
        let causes: Vec<Cause<'_>> = cx.causes().filter(unseen).collect();
        let trap = cx.commands().find(|command| {
            command.span.contains(action) && cx.command_name(command.id).as_deref() == Some("trap")
        });
        let Some(trap) = trap.filter(|_| !causes.is_empty()) else { continue };
        let count = causes.len();
        let commands = if count == 1 { "command" } else { "commands" };
        let message =
            format!("the ERR trap does not run for {count} {commands} in functions: errtrace is off");
        let finding = Diagnostic::new(RULE.id, RULE.severity, trap.span, message)
            .here("this holds outside functions only")
            .help("`set -E` lets functions, substitutions and subshells inherit the trap")
            .fix(fix(cx, trap.span));
        let finding = cx.label_causes(finding, &causes, |name| {
            format!("when `{name}` fails here, the trap does not run")
        });
        out.add([Topic::Code(trap.span)], finding);
    }
}

fn fix(cx: &Context<'_>, trap: Span) -> Option<Fix> {
    if !cx.stands_alone(trap) || cx.has_carriage_returns() {
        return None;
    }
    let edit = Edit::insert(trap, trap.start, format!("set -E\n{}", cx.indent(trap)));
    Some(Fix::option("turn on errtrace", vec![edit]))
}
