//! What is to be done when the script ends or is broken off: what the rules about traps share.

use super::Context;
use crate::syntax::{Command, CommandKind, List, Pipeline, Word};
use crate::text::Span;

/// A `trap` command for EXIT.
pub(super) struct ExitTrap<'a> {
    /// The whole command.
    pub(super) command: &'a Command,
    action: &'a Word,
}

/// The traps for EXIT, in the order of the text.
pub(super) fn exit_traps<'a>(cx: &Context<'a>) -> Vec<ExitTrap<'a>> {
    let exit = |word: &Word| matches!(cx.literal(word).as_deref(), Some("EXIT" | "0"));
    let traps = traps(cx).filter(|(_, _, conditions)| conditions.iter().any(exit));
    traps.map(|(command, action, _)| ExitTrap { command, action }).collect()
}

/// Where the EXIT traps' commands stand: in their actions, or in the functions that these call.
pub(super) fn tidied(cx: &Context<'_>) -> Vec<Span> {
    let lists = exit_traps(cx).into_iter().filter_map(|it| body(cx, it.action));
    lists.filter_map(|list| Some(list.statements.first()?.span.to(list.statements.last()?.span))).collect()
}

/// All traps: the command, the action, and the conditions.
fn traps<'a>(cx: &Context<'a>) -> impl Iterator<Item = (&'a Command, &'a Word, &'a [Word])> {
    let named = cx.commands().filter(|it| cx.command_name(it.id).as_deref() == Some("trap"));
    named.filter_map(|command| {
        let words = command.as_simple()?.words.as_slice();
        let dashes = cx.literal(words.get(1)?).as_deref() == Some("--");
        let (action, conditions) = words.get(1 + usize::from(dashes)..)?.split_first()?;
        Some((command, action, conditions))
    })
}

/// A `trap` command for signals that break a script off: INT, TERM and their like.
pub(super) struct SignalTrap<'a> {
    /// The whole command.
    pub(super) command: &'a Command,
    /// What is done: the action's own commands, or those of the function that it calls.
    pub(super) body: &'a List,
    /// The signals, without `SIG`, and what else the action is for.
    pub(super) conditions: Vec<String>,
}

/// The traps for signals that break a script off, whose action can be read.
pub(super) fn signal_traps<'a>(cx: &Context<'a>) -> Vec<SignalTrap<'a>> {
    traps(cx)
        .filter_map(|(command, action, conditions)| {
            let names = conditions.iter().map(|word| cx.literal(word));
            let conditions: Vec<String> = names.collect::<Option<_>>()?;
            let conditions: Vec<String> = conditions
                .iter()
                .map(|it| it.to_ascii_uppercase().trim_start_matches("SIG").to_owned())
                .collect();
            let breaks = |name: &String| {
                matches!(name.as_str(), "INT" | "2" | "TERM" | "15" | "HUP" | "1" | "QUIT" | "3")
            };
            let body = body(cx, action).filter(|_| conditions.iter().any(breaks))?;
            Some(SignalTrap { command, body, conditions })
        })
        .collect()
}

/// The commands of an action; of one that only calls a function, those of that.
fn body<'a>(cx: &Context<'a>, action: &Word) -> Option<&'a List> {
    let unit = cx.units.at_word(action.span)?;
    let own = &cx.units.scripts[unit.0 as usize].body;
    let [only] = own.statements.as_slice() else { return Some(own) };
    let call = only.only_pipeline().and_then(Pipeline::only_command);
    let name = call.and_then(|call| cx.command_name(call.id));
    let called = cx.functions().iter().find(|function| name.as_ref() == Some(&cx.text(function.name)));
    match called.map(|function| &function.body.kind) {
        Some(CommandKind::Group(list)) => Some(list),
        Some(_) => None,
        None => Some(own),
    }
}

impl<'a> SignalTrap<'a> {
    /// Whether the action is for this condition, too.
    pub(super) fn is_for(&self, names: &[&str]) -> bool {
        self.conditions.iter().any(|condition| names.contains(&condition.as_str()))
    }

    /// The last command, where it stands alone.
    pub(super) fn last(&self) -> Option<&'a Command> {
        self.body.statements.last()?.only_pipeline()?.only_command()
    }

    /// The extent of the commands.
    pub(super) fn span(&self) -> Option<Span> {
        Some(self.body.statements.first()?.span.to(self.body.statements.last()?.span))
    }
}

/// Whether the script goes on until it is told to end: `while true`, `while :`, `for ((;;))`. A signal is no accident then.
pub(super) fn is_endless(cx: &Context<'_>) -> bool {
    cx.commands().any(|command| match &command.kind {
        CommandKind::Loop(each) => {
            let [only] = each.condition.statements.as_slice() else { return false };
            let text = cx.text(only.span);
            matches!(text.trim(), "true" | ":" | "false" | "[ 1 ]" | "[[ 1 ]]" | "((1))" | "sleep 1")
        }
        CommandKind::ForArithmetic(_) => true,
        _ => false,
    })
}

impl ExitTrap<'_> {
    /// The action as it is written, with the bodies of the functions that it calls.
    pub(super) fn text(&self, cx: &Context<'_>) -> String {
        let own = cx.text(self.action.span).replace(['{', '}'], "");
        let words =
            |name: &str| own.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name);
        let called = cx.functions().iter().filter(|function| words(&cx.text(function.name)));
        let bodies = called.map(|function| cx.text(function.body.span).replace(['{', '}'], ""));
        std::iter::once(own.clone()).chain(bodies).collect::<Vec<_>>().join("\n")
    }

    /// What is done: the action's own commands, or those of the function that it calls.
    pub(super) fn body(&self, cx: &Context<'_>) -> Option<Span> {
        let body = body(cx, self.action)?;
        Some(body.statements.first()?.span.to(body.statements.last()?.span))
    }

    /// The variables that the action names itself.
    pub(super) fn variables(&self, cx: &Context<'_>) -> Vec<String> {
        let text = cx.text(self.action.span).replace(['{', '}'], "");
        let names = text.split('$').skip(1).map(|rest| {
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>()
        });
        names.filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).collect()
    }

    /// `trap - EXIT`, `trap '' EXIT`.
    pub(super) fn resets(&self) -> bool {
        self.action.span.len() <= 2
    }

    /// Nothing is expanded when it is set: all of it when it runs.
    pub(super) fn is_literal(&self, cx: &Context<'_>) -> bool {
        cx.literal(self.action).is_some() && cx.text(self.action.span).starts_with('\'')
    }
}
