//! A second trap for EXIT takes the place of the first, whose cleanup is then left undone.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::traps_set::{ExitTrap, exit_traps};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Pipeline, Statement};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("trap-replaces-trap"),
    family: Family::Traps,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/traps/trap-replaces-trap.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let top: Vec<&Command> = cx.units.script().body.statements.iter().filter_map(only_command).collect();
    let at_top = |trap: &ExitTrap<'_>| top.iter().any(|command| command.id == trap.command.id);
    let traps: Vec<ExitTrap<'_>> = exit_traps(cx).into_iter().filter(at_top).collect();
    for pair in traps.windows(2) {
        let [first, second] = pair else { continue };
        let forgotten = first.variables(cx).into_iter().find(|name| {
            let named = format!("${name}");
            !second.text(cx).contains(&named) && !is_named_between(cx, first, second, &named)
        });
        let Some(name) = forgotten.filter(|_| !second.resets() && !first.resets()) else { continue };
        let message = format!(
            "this takes the place of the trap before it: what was to be done about `${name}` is not done"
        );
        let finding = Diagnostic::new(RULE.id, RULE.severity, second.command.span, message)
            .because(first.command.span, "this trap no longer holds")
            .help("one trap that does both, or a function to which each part of the script adds");
        out.add([Topic::Code(second.command.span)], finding);
    }
}

fn only_command(statement: &Statement) -> Option<&Command> {
    statement.only_pipeline().and_then(Pipeline::only_command)
}

/// Whether the script takes care of it itself before the second trap.
fn is_named_between(cx: &Context<'_>, first: &ExitTrap<'_>, second: &ExitTrap<'_>, named: &str) -> bool {
    let (start, end) = (first.command.span.end, second.command.span.start);
    let removes = |line: &str| {
        line.contains(named)
            && (line.contains("rm ")
                || line.contains("rmdir ")
                || line.contains("mv ")
                || line.contains("umount"))
    };
    let between = cx.text(Span { start, end, ..first.command.span });
    between.lines().any(removes)
}
