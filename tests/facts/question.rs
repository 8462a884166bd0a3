//! From a fact to questions for the engine: the same snippet with one command that fails, and marks that are told apart.
//!
//! `fail` becomes `fault`, a stub that fails and says when; where there are several, each in turn, and the others become
//! `false`. A snippet in which nothing of the kind stands begins with `fault || :`: what follows is then asked of a run in
//! which all else succeeds. Each `mark` becomes `dropdb` with a number, which removes something, so that the engine's
//! answers list it.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use lint_scripts::flow::{Entry, Exit, Units, trace};
use lint_scripts::shell::detect;
use lint_scripts::shell::knowledge::Vocabulary;
use lint_scripts::text::{Document, Span};

use super::shells::Shell;
use super::table::{Fact, Seen};

/// Stands for `mark`.
const MARK: &str = "dropdb";

/// Stands for the `fail` that is asked about.
const STUB: &str = "fault";

/// What it notes.
const FAILED: &str = "FAILED";

/// A script, and which of its commands fails.
pub struct Question {
    pub text: String,
    /// The text of the failing command.
    fault: String,
}

/// What became of the question in a shell.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    Agreed,
    /// `either`, where the shell gave one answer.
    Vague,
    /// The shell had ended before the command in question said that it had failed, as ksh may where it waits for no more
    /// than a pipeline's last element; or nothing runs the command.
    NotReached,
    Wrong(String),
}

impl Question {
    /// The questions that a fact answers, for one shell.
    pub fn of(fact: &Fact, shell: &Shell) -> Vec<Self> {
        let places: Vec<usize> = words(&fact.snippet, &["fail", "fail4"]);
        let with = |failing: Option<usize>, fault: &str| {
            let text = rewritten(&fact.snippet, failing, shell);
            let options: String = fact.options.iter().map(|name| setting(name)).collect();
            let prefix = if failing.is_none() && fact.fault.is_none() { "fault || :\n" } else { "" };
            Self { text: format!("{}\n{options}{prefix}{text}", shell.first_line), fault: fault.to_owned() }
        };
        match &fact.fault {
            Some(fault) => vec![with(None, fault)],
            None if places.is_empty() => vec![with(None, "fault")],
            None => places.iter().map(|place| with(Some(*place), "fault")).collect(),
        }
    }

    /// The same, of a script that does not say which shell will run it.
    pub fn for_sh(&self) -> Self {
        let (_, rest) = self.text.split_once('\n').expect("the first line names a shell");
        Self { text: format!("#!/bin/sh\n{rest}"), fault: self.fault.clone() }
    }

    /// Holds the engine's answer against a run of the script, whose directory holds the files that it has made.
    pub fn judge(&self, seen: &Seen, folder: &Path) -> Verdict {
        let document = Arc::new(Document::script("snippet", self.text.clone().into_bytes()));
        let dialect = detect(&document.path, &document.text);
        let units = Units::load(&document, dialect, &Vocabulary::builtin(), &|_, reference| {
            let text = std::fs::read(folder.join(reference)).ok()?;
            Some(Arc::new(Document::script(reference, text)))
        });
        let trace = trace(&units);
        let text = |span: Span| String::from_utf8_lossy(units.documents[span.file.0 as usize].slice(span));
        let fits = |entry: &&Entry| match self.fault.as_str() {
            STUB => words(&text(entry.span), &[STUB]).len() == 1,
            own => text(entry.span) == own,
        };
        // `env fault` has an entry of its own, which is around the other where that is followed.
        let last = |entry: &&Entry| (entry.span.len(), Reverse(entry.span.start));
        let Some(entry) = trace.entries.iter().filter(fits).min_by_key(last) else {
            return Verdict::Wrong(format!("no entry for `{}`", self.fault));
        };
        let is_reached = self.fault != STUB || seen.marks.contains(FAILED);
        let Some(answer) = &entry.on_failure else {
            return if is_reached { Verdict::Wrong("said never to run".to_owned()) } else { Verdict::Agreed };
        };
        if !is_reached {
            return Verdict::NotReached;
        }
        let number = |span: Span| text(span).split_whitespace().nth(1).map(str::to_owned);
        let listed: BTreeSet<String> =
            answer.destroys.iter().filter_map(|effect| number(effect.span)).collect();
        let before = self.text.find(&self.fault).unwrap_or_default();
        let missing: Vec<&str> =
            self.ran_after(seen, before).filter(|mark| !listed.contains(*mark)).collect();
        if !missing.is_empty() {
            return Verdict::Wrong(format!("marks not listed: {missing:?}"));
        }
        match (answer.exit, seen.status == "0") {
            (Exit::Zero, true) | (Exit::Nonzero, false) => Verdict::Agreed,
            (Exit::Either, _) => Verdict::Vague,
            (said, _) => Verdict::Wrong(format!("{said:?}, the shell gave {}", seen.status)),
        }
    }

    /// The marks that were made after the failure; where the failing command cannot say when, those that stand behind it.
    fn ran_after<'s>(&'s self, seen: &'s Seen, before: usize) -> impl Iterator<Item = &'s str> {
        let says = self.fault == STUB;
        let marks = seen.marks.lines().skip_while(move |mark| says && *mark != FAILED);
        let is_behind = move |mark: &&str| says || self.text.find(&format!("{MARK} {mark}")) > Some(before);
        marks.filter(|mark| *mark != FAILED).filter(is_behind)
    }
}

/// The snippet with one place of `fail` as the fault, and its marks numbered.
fn rewritten(snippet: &str, failing: Option<usize>, shell: &Shell) -> String {
    let mut text = snippet.to_owned();
    for (number, at) in words(snippet, &["fail", "fail4", "mark", "self"]).into_iter().enumerate().rev() {
        let word = &snippet[at..at + word_length(&snippet[at..])];
        let new = match word {
            "mark" => format!("{MARK} {number}"),
            "self" => shell.first_line.trim_start_matches("#!/bin/").to_owned(),
            _ if failing == Some(at) => STUB.to_owned(),
            _ => "false".to_owned(),
        };
        text.replace_range(at..at + word.len(), &new);
    }
    text
}

/// Where one of `wanted` stands as a command may stand: neither a part of a longer word, nor a name that is defined.
fn words(text: &str, wanted: &[&str]) -> Vec<usize> {
    let in_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_$./-".contains(&byte);
    let starts = |at: usize| at == 0 || !in_word(text.as_bytes()[at - 1]);
    let is_one = |at: &usize| {
        let rest = &text[*at..];
        let length = word_length(rest);
        let after = rest.as_bytes().get(length).copied().unwrap_or(b' ');
        starts(*at) && wanted.contains(&&rest[..length]) && !in_word(after) && after != b'(' && after != b'='
    };
    text.char_indices().map(|(at, _)| at).filter(is_one).collect()
}

fn word_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_alphanumeric).count()
}

/// An option as a line of the script.
fn setting(name: &str) -> String {
    match name {
        "inherit_errexit" | "lastpipe" | "failglob" | "nullglob" => format!("shopt -s {name}\n"),
        _ => format!("set -o {name}\n"),
    }
}
