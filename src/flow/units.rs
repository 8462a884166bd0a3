//! All the shell text that one script runs: the script itself, the files that it reads with `.`, and the commands that
//! it holds as words (a trap's action, the operand of `eval` or `bash -c`).

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::shell::knowledge::{Arg, InnerText, Vocabulary};
use crate::shell::{Dialect, Options, Shebang};
use crate::syntax::{Command, CommandId, Part, Script, Word, parse_from, parse_piece};
use crate::text::{Document, FileId, Span};

/// How many files one script may read with `.`, those of the files themselves included.
const MAX_SOURCED: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UnitId(pub(crate) u32);

/// What asks for the text of a sourced file: the path of the script, the operand of `.`.
pub type Ask<'a> = dyn Fn(&str, &str) -> Option<Arc<Document>> + 'a;

/// See the module.
pub struct Units {
    /// The texts that spans point into, by [`FileId`].
    pub documents: Vec<Arc<Document>>,
    /// What the script is written for.
    pub dialect: Dialect,
    /// What is known of commands and messages.
    pub vocabulary: Arc<Vocabulary>,
    /// The options that it starts with.
    pub(crate) initial: Options,
    /// The script itself is the first.
    pub scripts: Vec<Script>,
    /// Operands of `.` whose files, beside the script, were not to be had: what they do is not known.
    pub not_found: Vec<Span>,
    /// By unit: the bytes that it was read from.
    spans: Vec<Span>,
    /// By the first byte of the word (or, for a sourced file, of the operand) that holds or names it.
    by_word: FxHashMap<(FileId, u32), UnitId>,
}

impl Units {
    /// Reads `document` and all that it runs, as far as it can be had.
    pub fn load(
        document: &Arc<Document>,
        dialect: Dialect,
        vocabulary: &Arc<Vocabulary>,
        ask: &Ask<'_>,
    ) -> Self {
        let initial = Options::initial(dialect);
        let flags = Shebang::of(&document.text).filter(|shebang| shebang.dialect.is_some());
        let mut units = Self {
            documents: vec![Arc::clone(document)],
            dialect,
            vocabulary: Arc::clone(vocabulary),
            initial: flags.map_or(initial, |shebang| shebang.options(initial)),
            scripts: vec![parse_from(&document.text, FileId(0), dialect, CommandId(0))],
            not_found: Vec::new(),
            spans: vec![Span::new(FileId(0), 0, document.text.len() as u32)],
            by_word: FxHashMap::default(),
        };
        let mut next = 0;
        while next < units.scripts.len() {
            for found in units.held_by(next) {
                units.add(found, ask);
            }
            next += 1;
        }
        units
    }

    /// The script itself.
    pub fn script(&self) -> &Script {
        &self.scripts[0]
    }

    /// The bytes of a span.
    pub fn text(&self, span: Span) -> &[u8] {
        self.documents[span.file.0 as usize].slice(span)
    }

    /// The whole text in which a span lies.
    pub fn source(&self, file: FileId) -> &[u8] {
        &self.documents[file.0 as usize].text
    }

    /// What stands in, or is named by, the word that starts at `span`.
    pub(crate) fn at_word(&self, span: Span) -> Option<UnitId> {
        self.by_word.get(&(span.file, span.start)).copied()
    }

    /// The number after the last command.
    pub(crate) fn end_id(&self) -> CommandId {
        CommandId(self.scripts.last().map_or(0, |script| script.end_id))
    }

    /// The bytes that a unit was read from.
    pub(crate) fn span(&self, unit: UnitId) -> Span {
        self.spans[unit.0 as usize]
    }

    fn held_by(&self, unit: usize) -> Vec<Held> {
        let mut found = Vec::new();
        self.scripts[unit].each_command(&mut |command| found.extend(held(command, self)));
        found
    }

    fn add(&mut self, held: Held, ask: &Ask<'_>) {
        let key = (held.word.file, held.word.start);
        let first = self.end_id();
        let span;
        let script = match held.text {
            HeldText::Piece(piece) => {
                span = piece;
                parse_piece(self.source(piece.file), piece, self.dialect, first)
            }
            HeldText::File(reference) => {
                let from = self.documents[held.word.file.0 as usize].path.clone();
                let Some(document) = ask(&from, &reference).filter(|_| self.documents.len() < MAX_SOURCED)
                else {
                    // Files of the system are left alone on purpose.
                    if !reference.starts_with(['/', '~']) {
                        self.not_found.push(held.word);
                    }
                    return;
                };
                if self.documents.iter().any(|known| known.path == document.path) {
                    return;
                }
                let file = FileId(self.documents.len() as u32);
                let script = parse_from(&document.text, file, self.dialect, first);
                span = Span::new(file, 0, document.text.len() as u32);
                self.documents.push(document);
                script
            }
        };
        self.by_word.insert(key, UnitId(self.scripts.len() as u32));
        self.scripts.push(script);
        self.spans.push(span);
    }
}

struct Held {
    word: Span,
    text: HeldText,
}

enum HeldText {
    Piece(Span),
    File(String),
}

fn held(command: &Command, units: &Units) -> Option<Held> {
    let words = &command.as_simple()?.words;
    let first = words.first()?;
    let text = units.source(first.span.file);
    let name = first.literal_str(text)?;
    let piece = |word: &Word| Some(Held { word: word.span, text: HeldText::Piece(verbatim(word, text)?) });
    match name.as_str() {
        "trap" => piece(trap_action(words, text)?),
        "." | "source" => {
            let operand = words.get(1)?;
            let reference = sourced_reference(operand, text)?;
            Some(Held { word: operand.span, text: HeldText::File(reference) })
        }
        _ => piece(inner_script(words, text, &units.vocabulary)?),
    }
}

/// The operand of `trap` that is its action.
pub(crate) fn trap_action<'a>(words: &'a [Word], text: &[u8]) -> Option<&'a Word> {
    let dashes = words.get(1)?.literal(text).is_some_and(|word| word == b"--");
    let action = words.get(1 + usize::from(dashes))?;
    (words.len() > 2 + usize::from(dashes)).then_some(action)
}

/// The word that holds the commands of another shell: `bash -c '…'`, `eval '…'`, `sudo -u x sh -c '…'`.
pub(crate) fn inner_script<'a>(words: &'a [Word], text: &[u8], known: &Vocabulary) -> Option<&'a Word> {
    let name = words.first()?.literal_str(text)?;
    let facts = known.commands.command(name.rsplit('/').next()?)?;
    let literals: Vec<Option<String>> = words[1..].iter().map(|word| word.literal_str(text)).collect();
    let args: Vec<Arg<'_>> =
        literals.iter().map(|text| text.as_deref().map_or(Arg::Unknown, Arg::Text)).collect();
    match facts.reading(&args).inner()?.text {
        InnerText::String(place) if place.start == 0 => words.get(place.arg + 1),
        InnerText::Strings { from } if from + 1 == args.len() => words.get(from + 1),
        InnerText::Words { start, .. } => inner_script(words.get(start + 1..)?, text, known),
        _ => None,
    }
}

/// The bytes of a word that the inner shell reads just as they stand there. Parameters in double quotes are expanded
/// before it reads them; as their values seldom hold operators, they are read as words.
fn verbatim(word: &Word, text: &[u8]) -> Option<Span> {
    let inside = |span: Span| Span::new(span.file, span.start + 1, span.end - 1);
    let plain = |part: &Part| match part {
        Part::Literal(span) => text[span.start as usize] != b'\\',
        Part::Parameter(_) => true,
        _ => false,
    };
    match word.parts.as_slice() {
        [Part::SingleQuoted(span)] => Some(inside(*span)),
        [Part::DoubleQuoted(span, parts)] if text[span.start as usize] == b'"' => {
            let starts_plain = matches!(parts.first(), Some(Part::Literal(_)));
            (starts_plain && parts.iter().all(plain)).then(|| inside(*span))
        }
        [Part::Literal(span)] => (text[span.start as usize] != b'\\').then_some(*span),
        _ => None,
    }
}

/// How scripts name the directory that they stand in, quotes taken off.
const OWN_DIRECTORY: [&str; 8] = [
    "$(dirname $0)/",
    "${0%/*}/",
    "$(dirname $BASH_SOURCE)/",
    "$(dirname ${BASH_SOURCE[0]})/",
    "${BASH_SOURCE%/*}/",
    "${BASH_SOURCE[0]%/*}/",
    "$(dirname -- $0)/",
    "$(dirname -- ${BASH_SOURCE[0]})/",
];

/// What `.` is asked for, with what stands for the script's own directory taken off.
fn sourced_reference(operand: &Word, text: &[u8]) -> Option<String> {
    if let Some(literal) = operand.literal_str(text) {
        return Some(literal);
    }
    let source = std::str::from_utf8(operand.source(text)).ok()?.replace('"', "");
    let rest = OWN_DIRECTORY.iter().find_map(|prefix| source.strip_prefix(prefix))?;
    (!rest.contains('$') && !rest.contains('`')).then(|| format!("./{rest}"))
}
