//! What a claim speaks of: the part of a script whose work it reports.
//!
//! `if upload; then echo "uploaded"; fi` says what it has seen, and no more than what runs in that branch besides can make
//! it a lie, and, where `upload` is a function, what that passes over. A message in a function is about what the function
//! does, by itself or by others that it calls.

use super::Context;
use crate::syntax::{Command, CommandKind, List, Pipeline, Statement};
use crate::text::{FileId, Span};

/// See the module.
pub(super) struct Subject {
    spans: Vec<Span>,
}

impl Subject {
    /// Of the claim at `claim`.
    pub(super) fn of(cx: &Context<'_>, claim: Span) -> Self {
        let whole = cx.units.source(claim.file).len() as u32;
        let scripts = cx.units.scripts.iter();
        let narrowest = scripts.filter_map(|script| in_list(cx, &script.body, claim)).next_back();
        let is_whole = narrowest.is_none();
        let part = narrowest.unwrap_or(Part::unguarded(Span::new(claim.file, 0, whole)));
        let mut spans = vec![part.span];
        spans.extend(part.guards.iter().flat_map(|guard| called_in(cx, *guard)));
        // Of a message at top level everything is the subject; other files are read along.
        if is_whole {
            let files = cx.units.documents.iter().enumerate();
            spans.extend(
                files.map(|(index, document)| Span::new(FileId(index as u32), 0, document.text.len() as u32)),
            );
        }
        let mut next = 0;
        while let Some(&span) = spans.get(next) {
            let called = called_in(cx, span)
                .into_iter()
                .filter(|body| !spans.iter().any(|known| known.contains(*body)));
            let called: Vec<Span> = called.collect();
            spans.extend(called);
            next += 1;
        }
        Self { spans }
    }

    /// Whether a command is among what the claim speaks of.
    pub(super) fn holds(&self, command: Span) -> bool {
        self.spans.iter().any(|span| span.contains(command))
    }
}

/// The bodies of the functions that the text at `span` names.
pub(super) fn called_in(cx: &Context<'_>, span: Span) -> Vec<Span> {
    let text = cx.text(span);
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || ";&|()<>{}\"'`$=".contains(c)).collect();
    let named = |name: &str| words.contains(&name);
    let functions = cx.functions().iter().filter(|function| named(&cx.text(function.name)));
    functions.map(|function| function.body.span).collect()
}

/// A part of a script that tests or a function set apart.
struct Part {
    span: Span,
    /// The tests that look at work, by which alone it runs.
    guards: Vec<Span>,
}

impl Part {
    fn unguarded(span: Span) -> Self {
        Self { span, guards: Vec::new() }
    }

    fn guarded(span: Span, guards: &[Span]) -> Option<Self> {
        (!guards.is_empty()).then(|| Self { span, guards: guards.to_vec() })
    }
}

/// The narrowest part around the claim.
fn in_list(cx: &Context<'_>, list: &List, claim: Span) -> Option<Part> {
    let statement = list.statements.iter().find(|statement| statement.span.contains(claim))?;
    let mut guards = Vec::new();
    for pipeline in statement.pipelines() {
        if let Some(command) = pipeline.commands.iter().find(|command| command.span.contains(claim)) {
            return in_command(cx, command, claim).or_else(|| Part::guarded(pipeline.span, &guards));
        }
        guards.extend(looking(cx, pipeline));
    }
    None
}

fn in_command(cx: &Context<'_>, command: &Command, claim: Span) -> Option<Part> {
    match &command.kind {
        CommandKind::If(chain) => {
            let mut guards = Vec::new();
            for (condition, body) in &chain.arms {
                guards.extend(list_looking(cx, condition));
                if let Some(found) = in_body(cx, body, claim, &guards) {
                    return found;
                }
            }
            chain.otherwise.as_ref().and_then(|body| in_body(cx, body, claim, &guards)).flatten()
        }
        CommandKind::Loop(each) => {
            let guards: Vec<Span> = list_looking(cx, &each.condition).collect();
            in_body(cx, &each.body, claim, &guards).flatten()
        }
        CommandKind::Case(case) => {
            let looks = cx.text(case.word.span).contains("$?");
            let guards = if looks { vec![case.word.span] } else { Vec::new() };
            case.items.iter().find_map(|item| in_body(cx, &item.body, claim, &guards)).flatten()
        }
        CommandKind::Function(function) => {
            in_command(cx, &function.body, claim).or(Some(Part::unguarded(function.body.span)))
        }
        _ => command.lists().into_iter().find_map(|list| in_list(cx, list, claim)),
    }
}

/// `None` where the claim is not in this body; else the narrowest part around it, if anything sets one apart.
#[expect(clippy::option_option, reason = "not here, here but not set apart, here and set apart")]
fn in_body(cx: &Context<'_>, body: &List, claim: Span, guards: &[Span]) -> Option<Option<Part>> {
    let (first, last) = (body.statements.first()?, body.statements.last()?);
    let span = first.span.to(last.span);
    span.contains(claim).then(|| in_list(cx, body, claim).or_else(|| Part::guarded(span, guards)))
}

fn list_looking<'a>(cx: &'a Context<'_>, list: &'a List) -> impl Iterator<Item = Span> + 'a {
    list.statements.iter().flat_map(Statement::pipelines).flat_map(|pipeline| looking(cx, pipeline))
}

fn looking<'a>(cx: &'a Context<'_>, pipeline: &'a Pipeline) -> impl Iterator<Item = Span> + 'a {
    pipeline.commands.iter().filter(|command| works(cx, command)).map(|command| command.span)
}

/// Whether a condition looks at work: it runs a command that is no mere test, or looks at `$?`.
fn works(cx: &Context<'_>, command: &Command) -> bool {
    let source = cx.text(command.span);
    let test = match &command.kind {
        CommandKind::Test(_) | CommandKind::Arithmetic(_) => true,
        CommandKind::Simple(simple) => simple
            .words
            .first()
            .is_none_or(|word| matches!(cx.text(word.span).as_str(), "[" | "test" | "true" | ":" | "false")),
        _ => false,
    };
    !test || source.contains("$?")
}
