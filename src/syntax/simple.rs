//! Simple commands: assignments, words and redirections (POSIX 2.9.1).

use super::ast::{Assignment, Command, CommandId, CommandKind, Part, Simple, Value, Word};
use super::reader::Reader;
use super::recovery::{Read, Tried};
use super::word::name_length;

impl Reader<'_> {
    pub(super) fn simple(&mut self, start: usize, id: CommandId) -> Read<Command> {
        let mut simple = Simple::default();
        let mut redirects = Vec::new();
        let mut end = self.at;
        loop {
            self.skip_blanks();
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
            } else if let Some(assignment) = self.assignment_before(&simple)? {
                simple.assignments.push(assignment);
            } else {
                let word = self.word()?;
                if word.parts.is_empty() {
                    break;
                }
                simple.words.push(word);
            }
            end = self.at;
        }
        if end == start {
            return self.trouble("a command was expected here");
        }
        // What stands before an unexpected parenthesis is not the command that it looks like.
        if self.peek() == Some(b'(') {
            return self.trouble("this parenthesis cannot follow a word");
        }
        self.at = end;
        Ok(Command { span: self.span(start, end), kind: CommandKind::Simple(simple), redirects, id })
    }

    fn assignment_before(&mut self, simple: &Simple) -> Read<Option<Assignment>> {
        if simple.words.is_empty() { self.assignment() } else { Ok(None) }
    }

    fn assignment(&mut self) -> Read<Option<Assignment>> {
        let length = name_length(self.rest());
        let possible = match self.byte(length) {
            Some(b'=') => length > 0,
            Some(b'[' | b'+') => length > 0 && !self.is_ash(),
            _ => false,
        };
        if !possible {
            return Ok(None);
        }
        let mark = self.mark();
        self.at += length;
        let name = self.span_from(mark.at);
        let index = self.assignment_index();
        let append = self.looking_at(b"+=");
        if !append && !self.looking_at(b"=") {
            self.go_back(&mark);
            return Ok(None);
        }
        self.at += 1 + usize::from(append);
        let value = self.assigned_value()?;
        Ok(Some(Assignment { span: self.span_from(mark.at), name, append, index, value }))
    }

    fn assignment_index(&mut self) -> Option<Word> {
        let start = self.at;
        if !self.looking_at(b"[") || self.failed(start, Tried::Subscript).is_some() {
            return None;
        }
        let mark = self.mark();
        let mut parts = Vec::new();
        // `a[1 2` is a word of its own, not an open subscript.
        if let Err(trouble) = self.subscript(&mut parts) {
            self.fail(&mark, Tried::Subscript, trouble);
            return None;
        }
        let span = self.span(start + 1, self.at - 1);
        Some(Word { span, parts: parts.into() })
    }

    fn assigned_value(&mut self) -> Read<Value> {
        while self.eat(b"\\\n") {}
        if !self.looking_at(b"(") {
            return Ok(Value::Scalar(self.word()?));
        }
        if !self.dialect.has_arrays() {
            return self.trouble("this shell knows no arrays");
        }
        match self.array()? {
            Part::Array(_, words) => Ok(Value::Array(words)),
            _ => self.trouble("array elements were expected here"),
        }
    }
}
