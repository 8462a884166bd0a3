//! Expansions: parameters, substitutions and arithmetic (POSIX 2.6; bash manual 3.5).

use smallvec::smallvec;

use super::ast::{List, Operation, Parameter, Part, Substitution, Word};
use super::reader::{Inside, Reader};
use super::recovery::{Read, Tried};
use super::word::{Place, is_name_start, name_length};
use crate::shell::Dialect;
use crate::text::Span;

impl Reader<'_> {
    pub(super) fn dollar(&mut self, place: Place) -> Read<Part> {
        let start = self.at;
        // dash 0.5.12 takes this `$` for a plain character.
        let extended = self.dialect != Dialect::Dash;
        match self.byte(1) {
            _ if self.given.contains(&start) => Ok(self.given_value()),
            Some(b'(') if self.byte(2) == Some(b'(') => self.arithmetic_or_substitution(),
            Some(b'(') => self.substitution(),
            Some(b'{') => self.braced(place),
            Some(b'[') if self.dialect.has_bracket_arithmetic() => self.old_arithmetic(),
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

    /// What stands for a value that is put in before this text is read: its name means nothing here.
    fn given_value(&mut self) -> Part {
        let start = self.at;
        self.at += 2;
        let span = self.span_from(start);
        let name = Span { end: span.start, ..span };
        Part::Parameter(Box::new(Parameter { span, name, operation: Operation::Given, parts: Vec::new() }))
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
                return reader.trouble_at(start, "this brace is never closed");
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
        let start = self.at;
        self.at += 1;
        let mut level = 1;
        loop {
            match self.peek() {
                None | Some(b'\n') => return self.trouble_at(start, "this subscript is never closed"),
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
        if self.failed(mark.at, Tried::Arithmetic).is_none() {
            self.at += 3;
            match self.arithmetic_body() {
                Ok(parts) => return Ok(Part::Arithmetic(self.span_from(mark.at), parts)),
                Err(trouble) => self.fail(&mark, Tried::Arithmetic, trouble),
            }
        }
        self.substitution()
    }

    /// What stands between `((` and `))`; both closing parentheses are read.
    pub(super) fn arithmetic_body(&mut self) -> Read<Vec<Part>> {
        let start = self.at - 2;
        self.deeper(|reader| {
            let parts = reader.parts_until(Place::Arithmetic)?;
            if !reader.eat(b"))") {
                return reader.trouble_at(start, "this arithmetic is never closed");
            }
            Ok(parts)
        })
    }

    fn substitution(&mut self) -> Read<Part> {
        let start = self.at;
        self.at += 2;
        let body = self.commands_inside(start, Inside::Parentheses)?;
        Ok(Part::Substitution(Box::new(Substitution { span: self.span_from(start), body })))
    }

    pub(super) fn is_process_substitution(&self) -> bool {
        self.byte(1) == Some(b'(') && self.dialect.has_process_substitution()
    }

    pub(super) fn process_substitution(&mut self) -> Read<Part> {
        let start = self.at;
        self.at += 2;
        let body = self.commands_inside(start, Inside::Parentheses)?;
        Ok(Part::Process(Box::new(Substitution { span: self.span_from(start), body })))
    }

    /// `${ commands; }`: bash 5.3, ksh, mksh.
    fn function_substitution(&mut self) -> Read<Part> {
        let start = self.at;
        self.at += if self.byte(2) == Some(b'|') { 3 } else { 2 };
        let body = self.commands_inside(start, Inside::Braces)?;
        Ok(Part::Substitution(Box::new(Substitution { span: self.span_from(start), body })))
    }

    /// The old form: a backslash in it is taken off before `$`, a backquote and a backslash, once for each level; between
    /// double quotes before `"`, too (POSIX 2.2.3).
    pub(super) fn backquoted(&mut self, place: Place) -> Read<Part> {
        let start = self.at;
        let Some(length) = unescaped_backquote(&self.rest()[1..]) else {
            return self.trouble("this backquote is never closed");
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
