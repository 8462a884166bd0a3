//! Which file the operand of `.` names: by its own words, by the place of the script that reads it, or by variables that
//! hold such a place.

use rustc_hash::FxHashMap;

use super::program::is_declaration;
use crate::syntax::{
    Assignment, Command, CommandKind, Operation, Parameter, Part, Script, Substitution, Value, Word,
};
use crate::text::{FileId, Span};

/// How many variables and substitutions may be followed one through the other.
const MAX_DEPTH: u32 = 12;

/// A file that `.` reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The text beside which it is looked for.
    pub(super) from: FileId,
    pub(super) path: String,
}

/// A path as far as words tell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// The script itself, or the file that is read by `.`.
    Own(FileId),
    /// Relative to the directory of that file.
    Beside(FileId, String),
    /// As it stands; may be relative to the working directory.
    Text(String),
}

/// What variables are known to hold, for [`reference`].
#[derive(Debug, Default)]
pub(super) struct Places<'a> {
    /// `None` for variables that are given different values.
    assigned: FxHashMap<&'a [u8], Option<&'a Word>>,
}

impl<'a> Places<'a> {
    /// Notes what a script assigns.
    pub(super) fn add(&mut self, script: &'a Script, text: &'a [u8]) {
        script.each_command(&mut |command| match &command.kind {
            CommandKind::Simple(simple) => {
                simple.assignments.iter().for_each(|assignment| self.assignment(assignment, text));
                if simple.words.first().is_some_and(|word| is_declaration(word.source(text))) {
                    simple.words[1..].iter().for_each(|word| self.declared(word, text));
                }
            }
            CommandKind::For(each) | CommandKind::Select(each) => {
                self.assigned.insert(&text[each.name.range()], None);
            }
            _ => {}
        });
    }

    fn assignment(&mut self, assignment: &'a Assignment, text: &'a [u8]) {
        let name = &text[assignment.name.range()];
        let word = match &assignment.value {
            Value::Scalar(word) if !assignment.append && assignment.index.is_none() => Some(word),
            _ => None,
        };
        self.note(name, word, text);
    }

    /// `readonly DIR=…`: the word holds the name, too, and this takes it off.
    fn declared(&mut self, word: &'a Word, text: &'a [u8]) {
        let source = word.source(text);
        if let Some(equals) = source.iter().position(|&byte| byte == b'=') {
            self.note(&source[..equals], Some(word), text);
        }
    }

    fn note(&mut self, name: &'a [u8], word: Option<&'a Word>, text: &'a [u8]) {
        let same = |known: Option<&'a Word>| {
            known
                .zip(word)
                .is_some_and(|(a, b)| a.span.file == b.span.file && a.source(text) == b.source(text))
        };
        let value = match self.assigned.get(name) {
            Some(known) if !same(*known) => None,
            _ => word,
        };
        self.assigned.insert(name, value);
    }
}

/// Looks words up in the texts that they stand in.
pub(super) struct Lookup<'a> {
    pub(super) places: &'a Places<'a>,
    pub(super) text_of: &'a dyn Fn(FileId) -> &'a [u8],
}

impl Lookup<'_> {
    /// The file that the operand of `.` names; `None` where no reading can tell.
    pub(super) fn reference(&self, operand: &Word) -> Option<Reference> {
        let own = operand.span.file;
        match self.parts(&operand.parts, MAX_DEPTH)? {
            Place::Own(_) => None,
            Place::Beside(from, path) => Some(Reference { from, path: format!("./{path}") }),
            Place::Text(path) => Some(Reference { from: own, path }),
        }
    }

    fn text(&self, span: Span) -> &str {
        std::str::from_utf8(&(self.text_of)(span.file)[span.range()]).unwrap_or_default()
    }

    fn parts(&self, parts: &[Part], depth: u32) -> Option<Place> {
        let mut whole: Option<Place> = None;
        for part in parts {
            let place = self.part(part, depth.checked_sub(1)?)?;
            whole = Some(match (whole, place) {
                (None, place) => place,
                (Some(Place::Text(start)), Place::Text(end)) => Place::Text(start + &end),
                (Some(Place::Beside(from, start)), Place::Text(end)) => Place::Beside(from, start + &end),
                _ => return None,
            });
        }
        whole
    }

    fn part(&self, part: &Part, depth: u32) -> Option<Place> {
        match part {
            Part::Literal(span) => {
                let text = self.text(*span);
                Some(Place::Text(text.strip_prefix('\\').unwrap_or(text).to_owned()))
            }
            Part::SingleQuoted(span) => Some(Place::Text(self.text(*span).trim_matches('\'').to_owned())),
            Part::DoubleQuoted(_, parts) if parts.is_empty() => Some(Place::Text(String::new())),
            Part::DoubleQuoted(_, parts) => self.parts(parts, depth),
            Part::Parameter(parameter) => self.parameter(parameter, depth),
            Part::Substitution(inner) => self.substitution(inner, depth),
            _ => None,
        }
    }

    fn parameter(&self, parameter: &Parameter, depth: u32) -> Option<Place> {
        let tail = self.text(Span { start: parameter.name.end, ..parameter.span });
        let tail = tail.strip_prefix("[0]").unwrap_or(tail);
        let value = match self.text(parameter.name) {
            "BASH_SOURCE" => Some(Place::Own(parameter.span.file)),
            "0" => Some(Place::Own(FileId(0))),
            "PWD" => Some(Place::Text(".".to_owned())),
            name => self.variable(name, depth),
        };
        match parameter.operation {
            Operation::Value if matches!(tail, "" | "}") => value,
            Operation::Default => value.or_else(|| self.parts(&parameter.parts, depth)),
            Operation::Transform if tail == "%/*}" => Some(value?.directory()),
            _ => None,
        }
    }

    fn variable(&self, name: &str, depth: u32) -> Option<Place> {
        let word = (*self.places.assigned.get(name.as_bytes())?)?;
        let depth = depth.checked_sub(1)?;
        match word.parts.as_slice() {
            // `readonly DIR=…` is one word.
            [Part::Literal(start), rest @ ..] if self.text(*start).starts_with(&format!("{name}=")) => {
                let first = &self.text(*start)[name.len() + 1..];
                match self.parts(rest, depth) {
                    _ if rest.is_empty() => Some(Place::Text(first.to_owned())),
                    place if first.is_empty() => place,
                    Some(Place::Text(end)) => Some(Place::Text(format!("{first}{end}"))),
                    _ => None,
                }
            }
            parts => self.parts(parts, depth),
        }
    }

    /// `$(dirname "$0")`, `$(cd "$(dirname "$0")" && pwd)`, `$(readlink -f "$0")`.
    fn substitution(&self, substitution: &Substitution, depth: u32) -> Option<Place> {
        let commands: Vec<&Command> = substitution
            .body
            .statements
            .iter()
            .flat_map(crate::syntax::Statement::pipelines)
            .flat_map(|pipeline| &pipeline.commands)
            .collect();
        let words = |command: &Command| Some(command.as_simple()?.words.clone());
        let name = |words: &[Word]| Some(self.text(words.first()?.span).to_owned());
        match commands.as_slice() {
            [only] => {
                let words = words(only)?;
                match name(&words)?.as_str() {
                    "dirname" => Some(self.operand(&words, depth)?.directory()),
                    "readlink" | "realpath" => self.operand(&words, depth),
                    "pwd" => Some(Place::Text(".".to_owned())),
                    _ => None,
                }
            }
            [change, print] => {
                let (change, print) = (words(change)?, words(print)?);
                let changes = matches!(name(&change)?.as_str(), "cd" | "pushd");
                (changes && name(&print)? == "pwd").then(|| self.operand(&change, depth)).flatten()
            }
            _ => None,
        }
    }

    /// The only operand of a command.
    fn operand(&self, words: &[Word], depth: u32) -> Option<Place> {
        let mut operands = words[1..].iter().filter(|word| !self.text(word.span).starts_with('-'));
        let operand = operands.next()?;
        operands.next().is_none().then(|| self.parts(&operand.parts, depth))?
    }
}

impl Place {
    fn directory(self) -> Self {
        match self {
            Self::Own(file) => Self::Beside(file, ".".to_owned()),
            Self::Beside(from, path) => Self::Beside(from, parent(&path)),
            Self::Text(path) => Self::Text(parent(&path)),
        }
    }
}

fn parent(path: &str) -> String {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        _ if path.ends_with("..") || path == "." || path.is_empty() => format!("{path}/.."),
        Some((directory, _)) => directory.to_owned(),
        None => ".".to_owned(),
    }
}
