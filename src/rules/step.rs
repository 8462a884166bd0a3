//! Messages that open a step and leave the line open, `echo -n "copying files... "`: what is said next of it, `echo done`, speaks of
//! that step alone.

use super::Context;
use super::before::{list_around, runs_in_any};
use crate::syntax::{Command, Pipeline, Statement};
use crate::text::Span;

/// How many words a message has at most that closes a step.
const LONGEST_END: usize = 2;

/// The statements between the message that opens a step and the claim that ends it.
pub(super) struct Step<'a> {
    statements: Vec<&'a Statement>,
}

impl<'a> Step<'a> {
    /// The step of which the claim at this place speaks; `None` where none has been opened in its list.
    pub(super) fn of(cx: &Context<'a>, claim: Span, text: &str) -> Option<Self> {
        let list = &list_around(cx, claim)?.statements;
        let before: Vec<&Statement> = list.iter().filter(|it| it.span.end <= claim.start).collect();
        if let Some(opener) = before.iter().rposition(|it| begins(cx, it, text)) {
            return Some(Self::made_of(cx, &before[opener + 1..]));
        }
        if text.split_whitespace().count() > LONGEST_END {
            return None;
        }
        let line =
            before.iter().rposition(|it| prints(cx, it) == Some(Line::Ended)).map_or(0, |last| last + 1);
        if let Some(opener) = before[line..].iter().position(|it| prints(cx, it) == Some(Line::Open)) {
            return Some(Self::made_of(cx, &before[line + opener + 1..]));
        }
        // What is said of several steps speaks each time of the one that was announced last.
        let says = |it: &&Statement| message(cx, it).is_some_and(|it| cx.message(it).trim() == text.trim());
        let opener = before.iter().rposition(|it| announces(cx, it))?;
        list.iter().filter(says).nth(1)?;
        Some(Self::made_of(cx, &before[opener + 1..]))
    }

    /// The step of which these are the statements. Of a job that nobody waits for it tells that it has been started:
    /// `echo -n "starting the server... "; server & echo done`.
    fn made_of(cx: &Context<'_>, statements: &[&'a Statement]) -> Self {
        let waits = statements.iter().any(|it| cx.first_word(it.span) == "wait");
        Self { statements: statements.iter().filter(|it| waits || !it.background).copied().collect() }
    }

    /// Whether a command runs in the step, in a branch or in a function that is called there.
    pub(super) fn holds(&self, cx: &Context<'_>, command: Span) -> bool {
        self.statements.iter().any(|it| it.span.contains(command))
            || runs_in_any(cx, &self.statements, command)
    }
}

/// What a message does to its line.
#[derive(PartialEq)]
enum Line {
    Open,
    Ended,
}

/// The command of a statement that does nothing but print.
fn message<'s>(cx: &Context<'_>, statement: &'s Statement) -> Option<&'s Command> {
    let only = statement.only_pipeline().and_then(Pipeline::only_command);
    only.filter(|it| cx.only_prints(it))
}

/// What a statement does that is no more than a message.
fn prints(cx: &Context<'_>, statement: &Statement) -> Option<Line> {
    let message = message(cx, statement).filter(|it| it.redirects.is_empty())?;
    Some(if leaves_line_open(cx, message) { Line::Open } else { Line::Ended })
}

/// Whether a statement prints what is going to be done: `echo "Installing..."`.
fn announces(cx: &Context<'_>, statement: &Statement) -> bool {
    let said = message(cx, statement).map(|it| cx.message(it)).unwrap_or_default();
    said.trim_end().ends_with("...") || said.trim_end().ends_with('…')
}

/// Whether a statement prints what the message `end` repeats: `echo "Copying..."` before `echo "Copying... done"`.
fn begins(cx: &Context<'_>, statement: &Statement, end: &str) -> bool {
    let message = message(cx, statement).map(|it| cx.message(it)).unwrap_or_default();
    let message = message.trim().trim_end_matches(['.', ':', '…', ' ']);
    let says = |text: &str| text.contains(char::is_alphabetic);
    says(message) && end.strip_prefix(message).is_some_and(says)
}

fn leaves_line_open(cx: &Context<'_>, command: &Command) -> bool {
    let words = cx.literals(command);
    let option = words.get(1).and_then(Option::as_deref).unwrap_or_default();
    match words.first().and_then(Option::as_deref) {
        Some("printf") => {
            let format =
                command.as_simple().and_then(|simple| simple.words.get(1)).map(|it| cx.text(it.span));
            format.is_some_and(|it| !it.trim_end_matches(['"', '\'']).ends_with("\\n"))
        }
        _ => {
            option.starts_with('-') && option.contains('n') || cx.message(command).trim_end().ends_with("\\c")
        }
    }
}
