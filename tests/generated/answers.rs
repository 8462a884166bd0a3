//! What the engine says of the calls in a generated script.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::Arc;

use lint_scripts::flow::{By, Entry, Errexit, Exit, Fate, Trace, Units, trace};
use lint_scripts::shell::knowledge::Vocabulary;
use lint_scripts::text::{Document, Span};

use super::bench::Seen;
use super::script::Script;

/// What the engine says of a call.
pub struct Said {
    /// Where it stands.
    pub span: Span,
    /// Its failure is one, and no answer.
    pub works: bool,
    pub by: Option<By>,
    pub errexit: Option<Errexit>,
    /// `None`: no run in which all is well reaches it.
    pub exit: Option<Exit>,
    pub fate: Option<Fate>,
    pub effects: BTreeSet<String>,
}

/// How an answer differs from what was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A run contradicts it.
    Wrong,
    /// `either`, where all runs end alike.
    Vague,
    /// Lists what no run has done.
    Idle,
}

/// The answers, by the calls of the script and the directories that it names.
pub fn answers(script: &Script) -> BTreeMap<String, Said> {
    let document = Arc::new(Document::script("script".to_owned(), script.text().into_bytes()));
    let files = script.files();
    let file = |reference: &str| {
        let name = reference.trim_start_matches("./");
        let (_, text) = files.iter().find(|(known, _)| known == name)?;
        Some(Arc::new(Document::script(name.to_owned(), text.clone().into_bytes())))
    };
    let units = Units::load(&document, script.shell.dialect(), &Vocabulary::builtin(), &|_, reference| {
        file(reference)
    });
    let trace = trace(&units);
    let mut all = BTreeMap::new();
    for name in script.origins.keys() {
        if let Some(entry) = entry_of(name, &trace, &units) {
            all.insert(name.clone(), said(entry));
        }
    }
    all
}

/// A number for all that is compared with the shells.
pub fn digest(script: &Script) -> u64 {
    let mut hasher = DefaultHasher::new();
    for (call, said) in answers(script) {
        format!("{call} {:?} {:?}", said.exit, said.effects).hash(&mut hasher);
    }
    hasher.finish()
}

/// The entry that tells of a call: the one that is named so, else the smallest around it, which may run it for itself
/// (`run s1`) or have a redirection in it that fails.
fn entry_of<'a>(call: &str, trace: &'a Trace, units: &Units) -> Option<&'a Entry> {
    let text = |entry: &Entry| {
        // A redirection of a command lies behind its words, before the end of the line.
        let document = &units.documents[entry.span.file.0 as usize];
        String::from_utf8_lossy(document.slice(entry.span)).into_owned()
    };
    let is_place = call.starts_with('d');
    let holds = |entry: &&Entry| {
        let own = text(entry);
        if is_place { own.contains(call) } else { names(&own, call) }
    };
    let found = trace.entries.iter().filter(holds).min_by_key(|entry| entry.span.len());
    let found = found.or_else(|| {
        let holders = trace.entries.iter().filter(|entry| is_place && redirects(entry, call, units));
        holders.min_by_key(|entry| entry.span.len())
    });
    // `n1=s7`, and then `"$n1" file`.
    found.or_else(|| {
        let texts =
            units.documents.iter().map(|document| String::from_utf8_lossy(&document.text).into_owned());
        let text = texts.collect::<Vec<_>>().join("\n");
        let assigned =
            text.lines().find_map(|line| line.trim().strip_suffix(&format!("={call}")).map(str::to_owned));
        let name = format!("${}", assigned?);
        trace.entries.iter().find(|entry| names(&entry.name, &name))
    })
}

/// Whether the call stands in this text as a word.
fn names(text: &str, call: &str) -> bool {
    text.match_indices(call).any(|(at, _)| {
        let ends = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
        ends(text[..at].chars().next_back()) && ends(text[at + call.len()..].chars().next())
    })
}

/// Whether the directory stands in a redirection behind a simple command.
fn redirects(entry: &Entry, place: &str, units: &Units) -> bool {
    let document = &units.documents[entry.span.file.0 as usize];
    let rest = String::from_utf8_lossy(&document.text[entry.span.end as usize..]).into_owned();
    let own: String = rest.chars().take_while(|c| !"\n;|&()".contains(*c)).collect();
    names(&own, place)
}

fn said(entry: &Entry) -> Said {
    let mut effects = BTreeSet::new();
    if let Some(answer) = &entry.on_failure {
        effects.extend(answer.claims.iter().chain(&answer.destroys).map(|effect| effect.text.clone()));
        effects.remove("exit 0");
    }
    let answer = entry.on_failure.as_ref();
    Said {
        span: entry.span,
        works: entry.works(),
        by: answer.and_then(|answer| answer.by),
        errexit: answer.map(|answer| answer.errexit),
        exit: answer.map(|answer| answer.exit),
        fate: answer.map(|answer| answer.fate),
        effects,
    }
}

impl Said {
    /// How the answer differs from what was seen, and in which words that is told.
    pub fn differences(&self, seen: &Seen) -> Vec<(Kind, String)> {
        let mut found = Vec::new();
        match self.exit {
            None => return vec![(Kind::Wrong, "never runs, and it did".to_owned())],
            Some(Exit::Zero) if seen.nonzero => {
                found.push((Kind::Wrong, "zero, the shell gave nonzero".into()));
            }
            Some(Exit::Nonzero) if seen.zero => {
                found.push((Kind::Wrong, "nonzero, the shell gave zero".into()));
            }
            Some(Exit::Either) if seen.zero != seen.nonzero => {
                found.push((
                    Kind::Vague,
                    format!("either, the shell gave {}", if seen.zero { "zero" } else { "nonzero" }),
                ));
            }
            Some(_) => {}
        }
        let missing: Vec<&String> = seen.effects.difference(&self.effects).collect();
        if !missing.is_empty() {
            found.push((Kind::Wrong, format!("not listed, ran: {missing:?}")));
        }
        let idle: Vec<&String> =
            self.effects.difference(&seen.effects).filter(|effect| !seen.beside.contains(*effect)).collect();
        if !idle.is_empty() {
            found.push((Kind::Idle, format!("listed, never ran: {idle:?}")));
        }
        found
    }
}
