//! Words and what is expanded in them (POSIX 2.2, 2.6; bash manual 3.5).

use smallvec::smallvec;

use super::ast::{List, Operation, Parameter, Part, Parts, Substitution, Word};
use super::atoms::AtomKind;
use super::reader::{Inside, Read, Reader, trouble};
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

fn is_name_start(byte: u8) -> bool {
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
                b'<' | b'>' if self.byte(1) == Some(b'(') => parts.push(self.process_substitution()?),
                b'(' if b"?*+@!".contains(&last_plain) => self.pattern_group(&mut parts)?,
                b'(' if last_plain == b'=' => parts.push(self.array()?),
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
            let mut start = reader.at;
            let mut level = 0;
            loop {
                match reader.peek() {
                    None => return trouble("this parenthesis of a pattern is never closed"),
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
                    return trouble("this list of array elements is never closed");
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
            _ => trouble("an unexpected end"),
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
            return trouble("this quote is never closed");
        };
        self.at += length + 2;
        Ok(Part::SingleQuoted(self.span_from(start)))
    }

    fn ansi_quoted(&mut self) -> Read<Part> {
        let start = self.at;
        self.at += 2;
        loop {
            match self.peek() {
                None => return trouble("this quote is never closed"),
                Some(b'\'') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
            }
        }
        self.at += 1;
        Ok(Part::AnsiQuoted(self.span_from(start)))
    }

    fn double_quoted(&mut self) -> Read<Part> {
        let start = self.at;
        self.deeper(|reader| {
            reader.eat(b"$");
            reader.at += 1;
            let parts = reader.parts_until(Place::Quoted)?;
            if !reader.eat(b"\"") {
                return trouble("this quote is never closed");
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

    fn dollar(&mut self, place: Place) -> Read<Part> {
        let start = self.at;
        // dash 0.5.12 takes this `$` for a plain character.
        let extended = self.dialect != Dialect::Dash;
        match self.byte(1) {
            Some(b'(') if self.byte(2) == Some(b'(') => self.arithmetic_or_substitution(),
            Some(b'(') => self.substitution(),
            Some(b'{') => self.braced(place),
            Some(b'[') if extended => self.old_arithmetic(),
            Some(b'\'') if extended && matches!(place, Place::Plain | Place::Brace | Place::Regex) => {
                self.ansi_quoted()
            }
            Some(b'"') if extended && place != Place::Quoted && place != Place::HereDocument => {
                self.double_quoted()
            }
            Some(byte) if is_name_start(byte) => {
                let length = name_length(&self.rest()[1..]);
                Ok(self.simple_parameter(length))
            }
            Some(byte) if byte.is_ascii_digit() || b"@*#?-$!".contains(&byte) => Ok(self.simple_parameter(1)),
            _ => {
                self.at += 1;
                Ok(Part::Literal(self.span_from(start)))
            }
        }
    }

    fn simple_parameter(&mut self, length: usize) -> Part {
        let start = self.at;
        self.at += 1 + length;
        let parameter = Parameter {
            span: self.span_from(start),
            name: self.span(start + 1, self.at),
            operation: Operation::Value,
            parts: Vec::new(),
        };
        Part::Parameter(Box::new(parameter))
    }

    /// `${…}`
    fn braced(&mut self, place: Place) -> Read<Part> {
        if matches!(self.byte(2), Some(b' ' | b'\t' | b'\n' | b'|')) && !self.is_ash() {
            return self.function_substitution();
        }
        let start = self.at;
        self.deeper(|reader| {
            reader.at += 2;
            let prefix = reader.parameter_prefix();
            let name_start = reader.at;
            reader.parameter_name();
            let name = reader.span_from(name_start);
            let mut parts = Vec::new();
            if reader.looking_at(b"[") {
                reader.subscript(&mut parts)?;
            }
            let operation = reader.parameter_operator(prefix);
            let quoted = matches!(place, Place::Quoted | Place::HereDocument | Place::QuotedBrace);
            let literal_quotes = quoted && operation != Operation::Transform;
            let inner = if literal_quotes { Place::QuotedBrace } else { Place::Brace };
            parts.extend(reader.parts_until(inner)?);
            if !reader.eat(b"}") {
                return trouble("this brace is never closed");
            }
            let parameter = Parameter { span: reader.span_from(start), name, operation, parts };
            Ok(Part::Parameter(Box::new(parameter)))
        })
    }

    fn parameter_prefix(&mut self) -> Operation {
        // `${#}`, `${#-x}` and `${!}` are about the parameters `#` and `!` themselves.
        let names_something =
            |next: Option<u8>| next.is_some_and(|byte| is_name_start(byte) || byte.is_ascii_digit());
        match (self.peek(), self.byte(1)) {
            (Some(b'#'), next)
                if names_something(next) || matches!(next, Some(b'@' | b'*' | b'?' | b'$' | b'!')) =>
            {
                self.at += 1;
                Operation::Length
            }
            (Some(b'#'), Some(b'#' | b'-')) if self.byte(2) == Some(b'}') => {
                self.at += 1;
                Operation::Length
            }
            (Some(b'!'), next) if names_something(next) || matches!(next, Some(b'@' | b'*')) => {
                self.at += 1;
                Operation::Indirect
            }
            (Some(b'!'), Some(b'#' | b'?' | b'$' | b'!')) if self.byte(2) == Some(b'}') => {
                self.at += 1;
                Operation::Indirect
            }
            _ => Operation::Value,
        }
    }

    fn parameter_name(&mut self) {
        let rest = self.rest();
        let length = match rest.first() {
            Some(byte) if byte.is_ascii_digit() => {
                rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len())
            }
            Some(byte) if b"@*#?-$!".contains(byte) => 1,
            _ => name_length(rest),
        };
        self.at += length;
    }

    fn parameter_operator(&mut self, prefix: Operation) -> Operation {
        let colon = usize::from(self.peek() == Some(b':'));
        let operation = match self.byte(colon) {
            Some(b'-') => Operation::Default,
            Some(b'=') => Operation::AssignDefault,
            Some(b'?') => Operation::Require,
            Some(b'+') => Operation::Alternative,
            Some(b'}') if colon == 0 => return prefix,
            _ if prefix != Operation::Value => return prefix,
            _ => return Operation::Transform,
        };
        self.at += colon + 1;
        operation
    }

    /// `[…]` after a name; what is expanded in it goes to `parts`.
    pub(super) fn subscript(&mut self, parts: &mut Vec<Part>) -> Read<()> {
        self.at += 1;
        let mut level = 1;
        loop {
            match self.peek() {
                None | Some(b'\n') => return trouble("this subscript is never closed"),
                Some(b'[') => level += 1,
                Some(b']') if level == 1 => break,
                Some(b']') => level -= 1,
                Some(b'\'' | b'"' | b'$' | b'`' | b'\\') => {
                    parts.push(self.part(Place::Plain)?);
                    continue;
                }
                Some(_) => {}
            }
            self.at += 1;
        }
        self.at += 1;
        Ok(())
    }

    /// `$[ … ]`
    fn old_arithmetic(&mut self) -> Read<Part> {
        let start = self.at;
        let mut parts = Vec::new();
        self.at += 1;
        self.deeper(|reader| reader.subscript(&mut parts))?;
        Ok(Part::Arithmetic(self.span_from(start), parts))
    }

    /// `$((` starts an arithmetic expansion if a `))` ends it, else a substitution that begins with a subshell.
    fn arithmetic_or_substitution(&mut self) -> Read<Part> {
        let mark = self.mark();
        if !self.has_failed(mark.at) {
            self.at += 3;
            if let Ok(parts) = self.arithmetic_body() {
                return Ok(Part::Arithmetic(self.span_from(mark.at), parts));
            }
            self.fail(&mark);
        }
        self.substitution()
    }

    /// What stands between `((` and `))`; both closing parentheses are read.
    pub(super) fn arithmetic_body(&mut self) -> Read<Vec<Part>> {
        self.deeper(|reader| {
            let parts = reader.parts_until(Place::Arithmetic)?;
            if !reader.eat(b"))") {
                return trouble("this arithmetic is never closed");
            }
            Ok(parts)
        })
    }

    fn substitution(&mut self) -> Read<Part> {
        let start = self.at;
        self.at += 2;
        let body = self.commands_inside(Inside::Parentheses)?;
        Ok(Part::Substitution(Box::new(Substitution { span: self.span_from(start), body })))
    }

    fn process_substitution(&mut self) -> Read<Part> {
        let start = self.at;
        self.at += 2;
        let body = self.commands_inside(Inside::Parentheses)?;
        Ok(Part::Process(Box::new(Substitution { span: self.span_from(start), body })))
    }

    /// `${ commands; }`: bash 5.3, ksh, mksh.
    fn function_substitution(&mut self) -> Read<Part> {
        let start = self.at;
        self.at += if self.byte(2) == Some(b'|') { 3 } else { 2 };
        let body = self.commands_inside(Inside::Braces)?;
        Ok(Part::Substitution(Box::new(Substitution { span: self.span_from(start), body })))
    }

    /// The old form: a backslash in it is taken off before `$`, a backquote and a backslash, once for each level; between
    /// double quotes before `"`, too (POSIX 2.2.3).
    fn backquoted(&mut self, place: Place) -> Read<Part> {
        let start = self.at;
        let Some(length) = unescaped_backquote(&self.rest()[1..]) else {
            return trouble("this backquote is never closed");
        };
        let (inside, after) = (start + 1, start + 1 + length);
        let body = self.deeper(|reader| {
            if reader.text[inside..after].contains(&b'\\') {
                return Ok(reader.unescaped_commands(inside, after, place));
            }
            let outer_end = std::mem::replace(&mut reader.end, after);
            reader.at = inside;
            let body = reader.enclosed(Inside::Script, Self::all_commands);
            reader.end = outer_end;
            Ok(body)
        })?;
        self.at = after + 1;
        Ok(Part::Substitution(Box::new(Substitution { span: self.span_from(start), body })))
    }

    fn unescaped_commands(&mut self, inside: usize, after: usize, place: Place) -> List {
        let escapable: &[u8] = if place == Place::Quoted { b"`$\\\"" } else { b"`$\\" };
        let mut text = Vec::with_capacity(after - inside);
        let mut origins = Vec::with_capacity(after - inside + 1);
        let mut at = inside;
        while at < after {
            let escapes =
                self.text[at] == b'\\' && self.text.get(at + 1).is_some_and(|byte| escapable.contains(byte));
            at += usize::from(escapes);
            text.push(self.text[at]);
            origins.push(self.offset(at));
            at += 1;
        }
        origins.push(self.offset(after));
        let mut inner = self.nested(&text, origins);
        let body = inner.all_commands();
        self.absorb(inner);
        body
    }

    /// A word after `=~`.
    pub(super) fn regex(&mut self) -> Read<Word> {
        let start = self.at;
        let parts = self.parts_until(Place::Regex)?;
        Ok(Word { span: self.span_from(start), parts: parts.into() })
    }

    /// What is expanded in an arithmetic command, as one word.
    pub(super) fn arithmetic_word(&mut self) -> Read<Word> {
        let start = self.at;
        let parts = self.arithmetic_body()?;
        let span = self.span(start, self.at - 2);
        Ok(Word { span, parts: smallvec![Part::Arithmetic(span, parts)] })
    }
}

fn unescaped_backquote(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'`' => return Some(at),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}
