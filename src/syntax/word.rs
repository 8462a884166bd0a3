//! Words and what is expanded in them (POSIX 2.2, 2.6; bash manual 3.5).

use super::ast::{Part, Parts, Word};
use super::atoms::AtomKind;
use super::reader::Reader;
use super::recovery::Read;
use crate::shell::Dialect;

/// Where in the text a part stands: what ends it, and which characters mean something there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A word of a command.
    Plain,
    /// Between double quotes.
    Quoted,
    /// A here-document's body: as between double quotes, but `"` is an ordinary character.
    HereDocument,
    /// The operand of `${x…}`; quotes as in a word.
    Brace,
    /// The operand of `${x…}` between double quotes, or of `${x:-…}` there: `'` is an ordinary character.
    QuotedBrace,
    /// Between `((` and `))`.
    Arithmetic,
    /// After `=~`: blanks end it, parentheses and `|` do not.
    Regex,
}

/// Bytes that end a plain run in a word: operators, blanks, quotes, expansions.
pub(super) fn is_plain(byte: u8) -> bool {
    !matches!(
        byte,
        b' ' | b'\t'
            | b'\n'
            | b';'
            | b'&'
            | b'|'
            | b'<'
            | b'>'
            | b'('
            | b')'
            | b'\''
            | b'"'
            | b'$'
            | b'`'
            | b'\\'
    )
}

/// Whether `byte` ends an unquoted word.
pub(super) fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

pub(super) fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Length of the name that `text` starts with; 0 if none.
pub(super) fn name_length(text: &[u8]) -> usize {
    match text.first() {
        Some(&byte) if is_name_start(byte) => {
            text.iter().position(|&byte| !is_name_start(byte) && !byte.is_ascii_digit()).unwrap_or(text.len())
        }
        _ => 0,
    }
}

impl Reader<'_> {
    /// A word, which may be empty where none stands.
    pub(super) fn word(&mut self) -> Read<Word> {
        let start = self.at;
        let mut end = start;
        let mut parts = Parts::new();
        // The last byte of the plain run that ends here; 0 after anything else.
        let mut last_plain = 0;
        loop {
            while self.eat(b"\\\n") {}
            let Some(byte) = self.peek() else { break };
            match byte {
                b'<' | b'>' if self.is_process_substitution() => parts.push(self.process_substitution()?),
                b'(' if b"?*+@!".contains(&last_plain) => self.pattern_group(&mut parts)?,
                b'(' if last_plain == b'=' && self.dialect.has_arrays() => parts.push(self.array()?),
                b'\'' | b'"' | b'$' | b'`' | b'\\' => parts.push(self.part(Place::Plain)?),
                _ if ends_word(byte) => break,
                _ => {
                    let run_start = self.at;
                    self.plain_run();
                    parts.push(Part::Literal(self.span_from(run_start)));
                }
            }
            last_plain = if is_plain(byte) { self.text[self.at - 1] } else { 0 };
            end = self.at;
        }
        // An escaped line end after the word does not belong to it.
        self.at = end;
        Ok(Word { span: self.span(start, end), parts })
    }

    fn plain_run(&mut self) {
        if let Some(end) = self.atom(AtomKind::Plain) {
            self.at = end;
        }
        let rest = self.rest();
        self.at += rest.iter().position(|&byte| !is_plain(byte)).unwrap_or(rest.len());
    }

    /// The parentheses of bash's `?( *( +( @( !(`: they belong to the word, and so does what is expanded in them.
    fn pattern_group(&mut self, parts: &mut Parts) -> Read<()> {
        self.deeper(|reader| {
            let open = reader.at;
            let mut start = reader.at;
            let mut level = 0;
            loop {
                match reader.peek() {
                    None => return reader.trouble_at(open, "this parenthesis of a pattern is never closed"),
                    Some(b'(') => level += 1,
                    Some(b')') => level -= 1,
                    Some(b'\'' | b'"' | b'$' | b'`' | b'\\') => {
                        if reader.at > start {
                            parts.push(Part::Literal(reader.span_from(start)));
                        }
                        parts.push(reader.part(Place::Plain)?);
                        start = reader.at;
                        continue;
                    }
                    Some(_) => {}
                }
                reader.at += 1;
                if level == 0 {
                    parts.push(Part::Literal(reader.span_from(start)));
                    return Ok(());
                }
            }
        })
    }

    /// `( words )` after `name=`.
    pub(super) fn array(&mut self) -> Read<Part> {
        self.deeper(|reader| {
            let start = reader.at;
            reader.at += 1;
            let mut words = Vec::new();
            loop {
                reader.skip_lines();
                if reader.eat(b")") {
                    return Ok(Part::Array(reader.span_from(start), words));
                }
                let word = reader.word()?;
                if word.span.is_empty() {
                    return reader.trouble_at(start, "this list of array elements is never closed");
                }
                words.push(word);
            }
        })
    }

    /// The part that starts here, with a quote, a backslash or an expansion.
    pub(super) fn part(&mut self, place: Place) -> Read<Part> {
        let start = self.at;
        match self.peek() {
            Some(b'\\') => {
                self.at += 1;
                self.character();
                Ok(Part::Literal(self.span_from(start)))
            }
            Some(b'\'') => self.single_quoted(),
            Some(b'"') => self.double_quoted(),
            Some(b'$') => self.dollar(place),
            Some(b'`') => self.backquoted(place),
            _ => self.trouble("an unexpected end"),
        }
    }

    /// Moves over one byte, and over those that belong to the same character where it is UTF-8.
    fn character(&mut self) {
        let Some(first) = self.peek() else { return };
        let length = match first {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        let whole = self.rest().get(..length).is_some_and(|bytes| std::str::from_utf8(bytes).is_ok());
        self.at += if whole { length } else { 1 };
    }

    fn single_quoted(&mut self) -> Read<Part> {
        let start = self.at;
        if let Some(end) = self.atom(AtomKind::SingleQuoted) {
            self.at = end;
            return Ok(Part::SingleQuoted(self.span_from(start)));
        }
        let Some(length) = memchr::memchr(b'\'', &self.rest()[1..]) else {
            return self.trouble("this quote is never closed");
        };
        self.at += length + 2;
        Ok(Part::SingleQuoted(self.span_from(start)))
    }

    pub(super) fn ansi_quoted(&mut self) -> Read<Part> {
        let start = self.at;
        self.at += 2;
        loop {
            match self.peek() {
                None => return self.trouble_at(start, "this quote is never closed"),
                Some(b'\'') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(Part::AnsiQuoted(self.span_from(start)))
    }

    pub(super) fn double_quoted(&mut self) -> Read<Part> {
        let start = self.at;
        self.deeper(|reader| {
            reader.eat(b"$");
            reader.at += 1;
            let parts = reader.parts_until(Place::Quoted)?;
            if !reader.eat(b"\"") {
                return reader.trouble_at(start, "this quote is never closed");
            }
            Ok(Part::DoubleQuoted(reader.span_from(start), parts))
        })
    }

    /// Parts up to what ends `place`, which is left unread.
    pub(super) fn parts_until(&mut self, place: Place) -> Read<Vec<Part>> {
        let mut parts = Vec::new();
        // Open parentheses; in a quoted operand, whether a single quote is open.
        let mut level = 0_u32;
        loop {
            let start = self.at;
            let run = self.run_length(place, &mut level);
            self.at += run;
            if run > 0 {
                parts.push(Part::Literal(self.span_from(start)));
            }
            match self.peek() {
                Some(b'\'' | b'"' | b'$' | b'`' | b'\\' | b'<' | b'>') if !self.is_end(place) => {
                    parts.push(self.special_part(place)?);
                }
                _ => return Ok(parts),
            }
        }
    }

    fn special_part(&mut self, place: Place) -> Read<Part> {
        match self.peek() {
            Some(b'<' | b'>') => self.process_substitution(),
            _ => self.part(place),
        }
    }

    fn is_end(&self, place: Place) -> bool {
        self.peek() == Some(b'"') && place == Place::Quoted
    }

    /// How many bytes mean nothing special in `place`.
    fn run_length(&self, place: Place, level: &mut u32) -> usize {
        let rest = self.rest();
        for (index, &byte) in rest.iter().enumerate() {
            let special = match (byte, place) {
                (b'$' | b'`' | b'\\', _)
                | (b'\'', Place::Brace | Place::Regex | Place::Arithmetic)
                | (b'}', Place::Brace) => true,
                (b'"', _) => place != Place::HereDocument,
                (b'}', Place::QuotedBrace)
                | (b' ' | b'\t' | b'\n' | b';' | b'&' | b'<' | b'>', Place::Regex) => *level == 0,
                // bash, unless it is run as sh, looks for the closing brace outside of single quotes, and yet expands
                // what stands between them.
                (b'\'', Place::QuotedBrace) if self.dialect == Dialect::Bash => {
                    *level ^= 1;
                    false
                }
                (b'<' | b'>', Place::Brace) => rest.get(index + 1) == Some(&b'('),
                (b'(', Place::Arithmetic | Place::Regex) => {
                    *level += 1;
                    false
                }
                (b')', Place::Arithmetic | Place::Regex) if *level == 0 => true,
                (b')', Place::Arithmetic | Place::Regex) => {
                    *level -= 1;
                    false
                }
                _ => false,
            };
            if special {
                return index;
            }
        }
        rest.len()
    }
}
