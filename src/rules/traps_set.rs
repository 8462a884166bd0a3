//! What is to be done when the script ends: what the rules about traps share.

use super::Context;
use crate::syntax::{Command, Word};

/// A `trap` command for EXIT.
pub(super) struct ExitTrap<'a> {
    /// The whole command.
    pub(super) command: &'a Command,
    action: &'a Word,
}

/// The traps for EXIT, in the order of the text.
pub(super) fn exit_traps<'a>(cx: &Context<'a>) -> Vec<ExitTrap<'a>> {
    let traps = cx.commands().filter(|it| cx.command_name(it.id).as_deref() == Some("trap"));
    traps
        .filter_map(|command| {
            let words = command.as_simple()?.words.as_slice();
            let words =
                if cx.literal(words.get(1)?).as_deref() == Some("--") { &words[2..] } else { &words[1..] };
            let (action, conditions) = words.split_first()?;
            let exit = |word: &Word| matches!(cx.literal(word).as_deref(), Some("EXIT" | "0"));
            conditions.iter().any(exit).then_some(ExitTrap { command, action })
        })
        .collect()
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
