//! Variables that hold what a substitution printed: what the rules about empty ones share.

use super::Context;
use crate::syntax::{Command, CommandKind};
use crate::text::Span;

/// The variable that is assigned what the command at this place prints, where that is all that is ever assigned to it and
/// no test looks at it.
pub(super) fn unguarded(cx: &Context<'_>, command: Span) -> Option<String> {
    let mut assigned = cx.commands().filter_map(|outer| variable(cx, outer, command));
    let name = assigned.next_back()?;
    let once = cx.values_of(&name).len() == 1;
    (once && !cx.commands().any(|it| looks_at(cx, it, &name))).then_some(name)
}

/// The variable that is assigned what the command at this place prints.
pub(super) fn holder(cx: &Context<'_>, command: Span) -> Option<String> {
    cx.outer_commands(command).filter_map(|it| variable(cx, it, command)).last()
}

/// The variable that `outer` assigns, where the value holds the command.
fn variable(cx: &Context<'_>, outer: &Command, command: Span) -> Option<String> {
    let simple = outer.as_simple()?;
    let own = simple.assignments.iter().find(|assignment| assignment.span.contains(command));
    if let Some(assignment) = own {
        return (simple.words.is_empty() && !assignment.append).then(|| cx.text(assignment.name));
    }
    let word = simple.words.iter().skip(1).find(|word| word.span.contains(command))?;
    let text = cx.text(word.span);
    cx.declares(outer.id).then(|| text.split('=').next().unwrap_or_default().to_owned())
}

/// Whether a command tests the variable, or stops where it is empty: `[ -n "$x" ]`, `: "${x:?}"`, `case $x in`.
fn looks_at(cx: &Context<'_>, command: &Command, name: &str) -> bool {
    let text = cx.text(command.span);
    let tests = match &command.kind {
        CommandKind::Case(case) => return names(&cx.text(case.word.span), name),
        CommandKind::Test(_) | CommandKind::Simple(_) => cx.is_test(command),
        _ => return false,
    };
    demands(&text, name) || tests && names(&text, name)
}

/// Whether a text says what is to be where the variable is empty: `${x:-none}`, `${x:?}`.
fn demands(text: &str, name: &str) -> bool {
    [":?", "?", ":-", "-", ":+"].iter().any(|sign| text.contains(&format!("${{{name}{sign}")))
}

/// Whether a command behind a place says what is to be where the variable is empty.
pub(super) fn is_foreseen(cx: &Context<'_>, name: &str, behind: Span) -> bool {
    let later = |it: &&Command| it.span.file == behind.file && it.span.start >= behind.end;
    cx.commands().filter(later).any(|it| it.as_simple().is_some() && demands(&cx.text(it.span), name))
}

/// Whether a test behind a place asks whether there is anything in the variable, or how much.
pub(super) fn is_weighed(cx: &Context<'_>, name: &str, behind: Span) -> bool {
    cx.commands().filter(|it| it.span.file == behind.file && it.span.start >= behind.end).any(|command| {
        let text = cx.text(command.span);
        let asks = ["-z ", "-n ", "= \"\"", "-eq 0", "-ne 0", "-gt 0", "-lt 1", "-ge 1"]
            .iter()
            .any(|it| text.contains(it));
        cx.is_test(command) && asks && names(&text, name)
    })
}

/// Whether a test behind a place asks no more than whether there is anything in the variable: `[ -n "$x" ]`, `test "$x"`.
pub(super) fn is_asked_for(cx: &Context<'_>, name: &str, behind: Span) -> bool {
    let later = cx.commands().filter(|it| it.span.file == behind.file && it.span.start >= behind.end);
    later
        .filter(|it| cx.is_test(it))
        .map(|it| cx.text(it.span))
        .any(|it| is_one_word(&it) && names(&it, name))
}

/// Whether a test asks no more than whether a word is there.
pub(super) fn is_one_word(test: &str) -> bool {
    let signs = ["[", "]", "[[", "]]", "test", "-n", "!"];
    test.split_whitespace().filter(|word| !signs.contains(word)).count() == 1
}

/// Whether a text expands the variable.
pub(super) fn names(text: &str, name: &str) -> bool {
    text.split('$').skip(1).any(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        rest.strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

/// Whether a text names the variable, be it expanded or counted with.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(|c: char| !part(c)).any(|word| word == name)
}
