//! The answers of a script that is typed in, where an edit has changed nothing that the engine reads: those for the text as it was,
//! with each place where it is now.
//!
//! That is so inside of comments, and of operands that are not expanded, as long as what is known of their command by its words
//! stays the same, and no word comes or goes that names something. Everything else is followed anew. `retyped` holds the answers
//! against those of a run of the engine, for edits everywhere in the scripts of the tests.

use std::cell::RefCell;
use std::collections::hash_map::Entry as Entries;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::answer::{Effect, Effects, Entry, EntryKind, OnFailure, Setter, StatusRead, Trace, Untraced};
use super::describe::describe;
use super::plan::speech;
use super::trace::{message_of, own_text};
use super::units::Units;
use super::variables;
use crate::diagnostic::Label;
use crate::shell::is_bash_builtin;
use crate::shell::knowledge::CommandFacts;
use crate::syntax::{Change, Command, CommandId, Comparison, Touched, Word};
use crate::text::{FileId, Replaced, Span};

/// What the engine looks for in whole texts, beside the names of functions and variables.
const LOOKED_FOR: [&[u8]; 6] = [b"exit", b"return", b"wait", b"trap", b"source", b"PIPESTATUS"];

/// Builtins of which the engine knows what they print, and no more.
const PRINT: [&str; 2] = ["echo", "printf"];

/// The answers for `units`, by those that were found for the text as it was; `None` where that has to be followed anew.
pub(crate) fn replayed(before: &Units, trace: &Trace, units: &Units) -> Option<Trace> {
    let replaced = quiet_edit(before, trace, units)?;
    let mut comparison = Comparison::new(replaced);
    let alike = units.are_alike(before, &mut comparison);
    let silent = || comparison.touched.iter().all(|touched| stays_the_same(touched, before, units));
    (alike && silent() && are_followed(&trace.variables, units)).then_some(())?;
    Replay { before, units, comparison: &comparison, trace, effects: RefCell::default() }.trace().ok()
}

/// The tokens that have changed, where neither the old nor the new ones can mean something to the engine by themselves.
fn quiet_edit(before: &Units, trace: &Trace, units: &Units) -> Option<Replaced> {
    let file = FileId(0);
    let (old, new) = (before.source(file), units.source(file));
    let changed = Replaced::between(file, old, new);
    let replaced = behind_name(changed.with_tokens(old, new, ends_token), changed, new);
    let texts = replaced.texts(old, new);
    let (ahead, behind) = (&new[..replaced.start as usize], &new[replaced.new_end as usize..]);
    let means = |text: &[u8]| may_mean_something(text, trace, units);
    let quiet =
        is_quiet_behind(ahead, units) && (is_room(texts, ahead, behind) || !texts.into_iter().any(means));
    quiet.then_some(replaced)
}

/// The tokens without the name of what is expanded at their start, where the byte stays that ends it: `$name/` reads as `${name}/`.
fn behind_name(tokens: Replaced, changed: Replaced, text: &[u8]) -> Replaced {
    let (ahead, token) = text.split_at(tokens.start as usize);
    let name = token.iter().take_while(|byte| in_name(**byte)).count();
    let start = tokens.start + name as u32;
    if ahead.ends_with(b"$") && start < changed.start { Replaced { start, ..tokens } } else { tokens }
}

/// What names of variables are made of.
fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What separates words wherever they stand: in commands, comments or quotes.
fn ends_token(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b";&|()<>{}\"'`$=\\#".contains(&byte)
}

/// Whether blanks and lines come or go beside the end of a line, which stays.
fn is_room(texts: [&[u8]; 2], ahead: &[u8], behind: &[u8]) -> bool {
    let is_blank = |text: &[u8]| text.iter().all(|byte| b" \t\n".contains(byte));
    texts.into_iter().all(is_blank) && (ahead.ends_with(b"\n") || behind.starts_with(b"\n"))
}

fn may_mean_something(text: &[u8], trace: &Trace, units: &Units) -> bool {
    let is_variable = |name: &[u8]| trace.variables.iter().any(|known| known == name);
    let is_separator = |byte: &u8| ends_token(*byte) && !matches!(byte, b' ' | b'\t');
    // With a lone dot, another file is read.
    let may_read = |text: &[u8]| units.documents.len() > 1 && text.contains(&b'.');
    text.iter().any(is_separator)
        || may_read(text)
        || LOOKED_FOR.iter().any(|word| super::program::contains(text, word))
        || text.split(|byte| ends_token(*byte)).any(|word| units.defines(word))
        || text.split(|byte| !in_name(*byte)).any(is_variable)
}

/// Whether what follows this text on its line is not what decides of the last word in it: `exit` with and without an operand.
fn is_quiet_behind(text: &[u8], units: &Units) -> bool {
    let is_first_line = !text.contains(&b'\n');
    let expands = text.ends_with(b"$") || text.ends_with(b"{") || text.ends_with(b"\\");
    let reads = units.documents.len() > 1 && text.ends_with(b".");
    let text = text.trim_ascii_end();
    !(is_first_line || expands || reads || LOOKED_FOR.iter().any(|word| text.ends_with(word)))
}

/// Whether these are the variables that would be followed now: which they are hangs on where words stand that are handed on.
fn are_followed(known: &[Vec<u8>], units: &Units) -> bool {
    let now = variables::tracked(units);
    now.len() == known.len() && known.iter().all(|name| now.contains_key(name.as_slice()))
}

/// Whether a command with changes in its words is the same to the engine.
fn stays_the_same(touched: &Touched<'_>, before: &Units, units: &Units) -> bool {
    touched.change == Change::Inside
        || is_program(touched.new, units) && known_of(touched.old, before) == known_of(touched.new, units)
}

/// Whether a command is a program that runs no other, or only prints: of its operands nothing is followed but expansions.
fn is_program(command: &Command, units: &Units) -> bool {
    let name = command.as_simple().and_then(|simple| simple.words.first());
    let name = name.and_then(|word| word.literal_str(units.source(word.span.file)));
    name.is_some_and(|name| {
        let base = name.rsplit('/').next().unwrap_or_default();
        let runs_others = units.vocabulary.commands.command(base).is_some_and(CommandFacts::runs_others);
        let is_builtin = is_bash_builtin(base) && !PRINT.contains(&base) || base == "integer";
        !runs_others && !is_builtin && !units.defines(name.as_bytes()) && !units.defines(base.as_bytes())
    })
}

/// What is known of a command by its words.
fn known_of(command: &Command, units: &Units) -> impl PartialEq {
    let words: Vec<&Word> =
        command.as_simple().map(|simple| simple.words.iter().collect()).unwrap_or_default();
    let name = words.first().and_then(|word| word.literal_str(units.source(word.span.file)));
    let said = name.map(|name| speech(&name, words.get(1..).unwrap_or_default(), units));
    (describe(&words, units), said)
}

/// Answers on their way to where things are now.
struct Replay<'r, 'a> {
    before: &'a Units,
    units: &'a Units,
    comparison: &'r Comparison<'a>,
    trace: &'r Trace,
    /// What has been told of claims and destroys, since many failures reach the same.
    effects: RefCell<FxHashMap<*const Effect, Arc<Effect>>>,
}

/// Something is told of a place that has no counterpart in the text as it is.
struct Unplaced;

/// Something of a trace, for the text as it is.
type Placed<T> = Result<T, Unplaced>;

impl Replay<'_, '_> {
    fn trace(&self) -> Placed<Trace> {
        let trace = self.trace;
        let setter = |(command, setter): (&CommandId, &Setter)| Ok((*command, self.setter(*setter)?));
        Ok(Trace {
            entries: trace.entries.iter().map(|entry| self.entry(entry)).collect::<Placed<_>>()?,
            status_reads: trace.status_reads.iter().map(|read| self.read(read)).collect::<Placed<_>>()?,
            setters: trace.setters.iter().map(setter).collect::<Placed<_>>()?,
            aborting_answers: trace.aborting_answers.clone(),
            untraced: trace.untraced.iter().map(|it| self.untraced(*it)).collect::<Placed<_>>()?,
            hazards: self.labels(&trace.hazards)?,
            variables: trace.variables.clone(),
            ..*trace
        })
    }

    /// Where what was at this place is now.
    fn place(&self, old: Span) -> Placed<Span> {
        let new = self.comparison.place(old).ok_or(Unplaced)?;
        // What is said of a place may name it by its first word.
        let first = |text: &[u8]| text.split(u8::is_ascii_whitespace).next().map(<[u8]>::to_vec);
        let is_named_alike = || first(self.before.text(old)) == first(self.units.text(new));
        if self.comparison.replaced.is_apart(old) || is_named_alike() { Ok(new) } else { Err(Unplaced) }
    }

    fn maybe(&self, old: Option<Span>) -> Placed<Option<Span>> {
        old.map(|old| self.place(old)).transpose()
    }

    fn labels(&self, labels: &[Label]) -> Placed<Vec<Label>> {
        let label =
            |label: &Label| Ok(Label { span: self.place(label.span)?, message: label.message.clone() });
        labels.iter().map(label).collect()
    }

    fn entry(&self, entry: &Entry) -> Placed<Entry> {
        crate::guard::still_wanted();
        let on_failure = entry.on_failure.as_ref().map(|it| self.on_failure(it)).transpose()?;
        Ok(Entry { span: self.place(entry.span)?, name: entry.name.clone(), on_failure, ..*entry })
    }

    fn on_failure(&self, on_failure: &OnFailure) -> Placed<OnFailure> {
        Ok(OnFailure {
            at: self.maybe(on_failure.at)?,
            forced: self.maybe(on_failure.forced)?,
            goes_on_at: self.maybe(on_failure.goes_on_at)?,
            claims: self.effects(&on_failure.claims, |command| self.message(command))?,
            destroys: self.effects(&on_failure.destroys, |_| None)?,
            steps: self.labels(&on_failure.steps)?,
            ..*on_failure
        })
    }

    /// Claims or destroys; `message` is what a claim says.
    fn effects(
        &self,
        effects: &Effects,
        message: impl Fn(&Touched<'_>) -> Option<String>,
    ) -> Placed<Effects> {
        let mut known = self.effects.borrow_mut();
        let mut shared = |effect: &Arc<Effect>| match known.entry(Arc::as_ptr(effect)) {
            Entries::Occupied(known) => Ok(Arc::clone(known.get())),
            Entries::Vacant(entry) => Ok(Arc::clone(entry.insert(Arc::new(self.effect(effect, &message)?)))),
        };
        effects.0.iter().map(&mut shared).collect::<Placed<_>>().map(Effects)
    }

    fn effect(&self, effect: &Effect, message: impl Fn(&Touched<'_>) -> Option<String>) -> Placed<Effect> {
        let span = self.place(effect.span)?;
        if self.comparison.replaced.is_apart(effect.span) {
            return Ok(Effect { span, text: effect.text.clone() });
        }
        let mut touched = self.comparison.touched.iter();
        let touched = touched.find(|touched| words_of(touched.old) == Some(effect.span)).ok_or(Unplaced)?;
        Ok(Effect { span, text: message(touched).unwrap_or_else(|| own_text(span, self.units)) })
    }

    /// What a claim says now.
    fn message(&self, touched: &Touched<'_>) -> Option<String> {
        let is_its = |entry: &&Entry| entry.id == touched.new.id && entry.kind == EntryKind::Command;
        let entry = self.trace.entries.iter().find(is_its)?;
        message_of(&entry.name, touched.new, self.units)
    }

    fn read(&self, read: &StatusRead) -> Placed<StatusRead> {
        let setter = read.setter.map(|setter| self.setter(setter)).transpose()?;
        Ok(StatusRead { span: self.place(read.span)?, setter, ..*read })
    }

    fn setter(&self, setter: Setter) -> Placed<Setter> {
        Ok(Setter { span: self.place(setter.span)?, ..setter })
    }

    fn untraced(&self, untraced: Untraced) -> Placed<Untraced> {
        Ok(Untraced { trap: self.place(untraced.trap)?, function: self.place(untraced.function)? })
    }
}

/// From the first byte of a command's name to the last of its last word.
fn words_of(command: &Command) -> Option<Span> {
    let words = &command.as_simple()?.words;
    Some(words.first()?.span.to(words.last()?.span))
}
