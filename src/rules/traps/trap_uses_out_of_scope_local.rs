//! An EXIT trap speaks of a variable that is gone when it runs.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::traps_set::{ExitTrap, exit_traps};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::Dialect;
use crate::syntax::{Command, CommandKind, Function};

pub static RULE: Rule = Rule {
    id: RuleId("trap-uses-out-of-scope-local"),
    family: Family::Traps,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/traps/trap-uses-out-of-scope-local.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let traps = exit_traps(cx);
    for function in cx.functions() {
        // The body of `f() ( … )` is a process of its own, whose end is the function's.
        if !matches!(function.body.kind, CommandKind::Group(_))
            || function.keyword && cx.dialect() != Dialect::Bash
        {
            continue;
        }
        let inside: Vec<&ExitTrap<'_>> =
            traps.iter().filter(|trap| function.body.span.contains(trap.command.span)).collect();
        let [trap] = inside.as_slice() else { continue };
        let locals = locals(cx, function);
        let gone = trap.variables(cx).into_iter().find_map(|name| {
            let own = locals.iter().find(|(local, _)| *local == name)?;
            (trap.is_literal(cx) && !is_global(cx, function, &name) && !in_subshell(cx, function, trap))
                .then_some((name, own.1))
        });
        let Some((name, local)) = gone else { continue };
        let message = format!("`${name}` is gone when this runs: the function has returned by then");
        let finding = Diagnostic::new(RULE.id, RULE.severity, trap.command.span, message)
            .because(local.span, "it is a local variable of this function")
            .help("double quotes, so that its value goes into the trap now; or a global variable");
        out.add([Topic::Code(trap.command.span)], finding);
    }
}

/// The local variables of a function, each with the command that declares it.
fn locals<'a>(cx: &Context<'a>, function: &Function) -> Vec<(String, &'a Command)> {
    let inside = cx.commands().filter(|command| function.body.span.contains(command.span));
    let declares = inside.filter(|command| {
        let words = cx.literals(command);
        let named = matches!(words.first(), Some(Some(name)) if matches!(name.as_str(), "local" | "typeset" | "declare"));
        named && !words.iter().flatten().any(|word| word.starts_with("-g"))
    });
    declares
        .flat_map(|command| {
            let words = command.simple_words();
            let names = words.iter().skip(1).map(|word| cx.text(word.span));
            names
                .map(|word| word.split('=').next().unwrap_or_default().to_owned())
                .map(move |name| (name, command))
        })
        .collect()
}

/// Whether something outside the function sets it, too.
fn is_global(cx: &Context<'_>, function: &Function, name: &str) -> bool {
    let outside = cx.commands().filter(|command| !function.body.span.contains(command.span));
    let assigns = outside.filter_map(|command| command.as_simple()).flat_map(|simple| &simple.assignments);
    assigns.into_iter().any(|assignment| cx.text(assignment.name) == name)
}

/// Whether the trap is set in a subshell of the function, at whose end it runs.
fn in_subshell(cx: &Context<'_>, function: &Function, trap: &ExitTrap<'_>) -> bool {
    cx.commands().any(|command| {
        matches!(command.kind, CommandKind::Subshell(_))
            && function.body.span.contains(command.span)
            && command.span.contains(trap.command.span)
    })
}
