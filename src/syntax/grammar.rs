//! The shell's grammar (POSIX XCU 2.10 and bash's extensions): lists, pipelines and negation, by recursive descent over
//! the reader. Compound commands and simple ones have files of their own.

use super::ast::{Command, CommandKind, Connector, List, Pipeline, Simple, Statement};
use super::reader::{Inside, Reader};
use super::recovery::{Closer, Read};
use super::word::{ends_word, is_plain};
use crate::shell::Dialect;

/// The length of `function`, the longest reserved word.
const LONGEST: usize = 8;

impl Reader<'_> {
    /// Everything up to the reader's end; what cannot be read becomes unknown commands.
    pub(super) fn all_commands(&mut self) -> List {
        let list = self.list();
        self.here_document_bodies();
        list
    }

    /// Commands of a substitution that starts at `start`, and what closes it.
    pub(super) fn commands_inside(&mut self, start: usize, inside: Inside) -> Read<List> {
        let (closer, bytes): (_, &[u8]) = match inside {
            Inside::Braces => (Closer::OF_GROUP, b"}"),
            Inside::Script | Inside::Parentheses => (Closer::OF_PARENTHESES, b")"),
        };
        self.deeper(|reader| {
            reader.enclosed(inside, |reader| {
                let list = reader.expecting(closer, Self::list);
                if !reader.eat(bytes) {
                    return reader.trouble_at(start, "this substitution is never closed");
                }
                Ok(list)
            })
        })
    }

    /// Statements up to something that closes what is open around them, or to the end.
    pub(super) fn list(&mut self) -> List {
        let mut statements = Vec::new();
        loop {
            self.skip_lines();
            if self.at >= self.end {
                return List { statements };
            }
            if let Some(closer) = self.closer_here() {
                if self.expects(closer) {
                    return List { statements };
                }
                let unread = self.stray_closer();
                self.push_unread(&mut statements, unread);
                continue;
            }
            let statement = self.statement();
            let whole = self.is_separated(&statement);
            push(&mut statements, statement);
            if !whole {
                let unread = self.unread_rest();
                self.push_unread(&mut statements, unread);
            }
        }
    }

    /// What here ends a list, if something does.
    pub(super) fn closer_here(&self) -> Option<Closer> {
        match self.peek()? {
            b')' => Some(Closer::Parenthesis),
            b';' => matches!(self.byte(1), Some(b';' | b'&' | b'|')).then_some(Closer::Item),
            b'}' if self.inside == Inside::Braces => Some(Closer::Brace),
            b'}' | b't' | b'e' | b'f' | b'd' => Closer::of_word(self.reserved_word()),
            _ => None,
        }
    }

    /// The plain word that starts here, if it is nothing but plain characters; else an empty one.
    pub(super) fn reserved_word(&self) -> &[u8] {
        let rest = self.rest();
        let window = &rest[..rest.len().min(LONGEST + 1)];
        let length = window.iter().position(|&byte| !is_plain(byte)).unwrap_or(window.len());
        if self.word_ends(length) { &window[..length] } else { &[] }
    }

    /// Whether a word ends so many bytes ahead. Escaped line ends are taken off before words are told apart (POSIX 2.2.1).
    fn word_ends(&self, mut ahead: usize) -> bool {
        while self.byte(ahead) == Some(b'\\') && self.byte(ahead + 1) == Some(b'\n') {
            ahead += 2;
        }
        self.byte(ahead).is_none_or(ends_word)
    }

    pub(super) fn eat_word(&mut self, word: &'static [u8]) -> bool {
        let found = self.looking_at(word) && self.word_ends(word.len());
        if found {
            self.at += word.len();
        }
        found
    }

    /// Moves over `word`, which closes or divides what starts at `start`.
    pub(super) fn expect_word(
        &mut self,
        word: &'static [u8],
        start: usize,
        reason: &'static str,
    ) -> Read<()> {
        self.skip_lines();
        if self.eat_word(word) { Ok(()) } else { self.trouble_at(start, reason) }
    }

    fn statement(&mut self) -> Statement {
        let start = self.at;
        let first = self.pipeline();
        let mut end = self.at;
        let mut rest = Vec::new();
        loop {
            self.skip_blanks();
            let connector = if self.eat(b"&&") {
                Connector::And
            } else if self.eat(b"||") {
                Connector::Or
            } else {
                break;
            };
            self.skip_lines();
            rest.push((connector, self.pipeline()));
            end = self.at;
        }
        let background = self.statement_end();
        Statement { span: self.span(start, end), first, rest, background }
    }

    /// Reads `;` or `&`, and says whether it was `&`.
    fn statement_end(&mut self) -> bool {
        // What is left of `|&` by the pipeline: in ksh and mksh it starts a coprocess.
        if self.eat(b"&") || self.eat(b"|&") {
            return true;
        }
        if self.peek() == Some(b';') && self.closer_here().is_none() {
            self.at += 1;
        }
        false
    }

    /// Whether a statement that has been read ends where the next one may start.
    fn is_separated(&self, statement: &Statement) -> bool {
        // `{ a; } fi`, `(a) done`: after a compound command a closing word needs no separator.
        let ended = matches!(self.peek(), None | Some(b'\n')) || self.closer_here().is_some();
        ended || matches!(self.text[self.at - 1], b';' | b'&') || statement.ends_unread()
    }

    fn pipeline(&mut self) -> Pipeline {
        let start = self.at;
        let negated = self.pipeline_prefix();
        if self.at > start && self.ends_prefix() {
            return self.pipeline_of_nothing(start, negated);
        }
        let mut commands = vec![self.command()];
        let coprocess = matches!(self.dialect, Dialect::Ksh | Dialect::Mksh);
        loop {
            let end = self.at;
            self.skip_blanks();
            let other = self.looking_at(b"||") || coprocess && self.looking_at(b"|&");
            if other || !self.eat(b"|") {
                return Pipeline { span: self.span(start, end), negated, commands };
            }
            if !self.is_ash() {
                self.eat(b"&");
            }
            self.skip_lines();
            commands.push(self.command());
        }
    }

    /// Whether nothing follows `!` or `time`.
    fn ends_prefix(&self) -> bool {
        match self.peek() {
            None | Some(b'\n' | b';') => true,
            // `x=$(time)`
            Some(b')') => self.inside == Inside::Parentheses,
            _ => false,
        }
    }

    /// Reads `!` and `time`, and says whether the status is turned round.
    fn pipeline_prefix(&mut self) -> bool {
        let mut negated = false;
        loop {
            if self.eat_word(b"!") {
                negated = !negated;
            } else if !self.is_ash() && self.eat_word(b"time") {
                self.skip_blanks();
                if self.eat_word(b"-p") {
                    self.skip_blanks();
                }
                self.eat_word(b"--");
            } else {
                return negated;
            }
            self.skip_blanks();
        }
    }

    /// In ksh and mksh `!` may stand within a pipeline: what follows it is a pipeline of its own.
    fn inner_negation(&mut self) -> Option<CommandKind> {
        let known = matches!(self.dialect, Dialect::Ksh | Dialect::Mksh);
        if !known || self.reserved_word() != b"!" {
            return None;
        }
        let first = self.pipeline();
        let statement = Statement { span: first.span, first, rest: Vec::new(), background: false };
        Some(CommandKind::Group(List { statements: vec![statement] }))
    }

    /// bash takes `!` and `time` with nothing after them.
    fn pipeline_of_nothing(&mut self, start: usize, negated: bool) -> Pipeline {
        let nothing = CommandKind::Simple(Simple::default());
        let span = self.span(self.at, self.at);
        let command = Command { span, kind: nothing, redirects: Vec::new(), id: self.new_id() };
        Pipeline { span: self.span_from(start), negated, commands: vec![command] }
    }

    fn command(&mut self) -> Command {
        crate::guard::still_wanted();
        let mark = self.mark();
        self.readable_command().unwrap_or_else(|trouble| self.give_up(&mark, trouble))
    }

    pub(super) fn readable_command(&mut self) -> Read<Command> {
        let start = self.at;
        let id = self.new_id();
        if let Some(kind) = self.inner_negation() {
            return Ok(Command { span: self.span_from(start), kind, redirects: Vec::new(), id });
        }
        let Some(kind) = self.compound()? else { return self.simple(start, id) };
        let mut redirects = Vec::new();
        loop {
            let end = self.at;
            self.skip_blanks();
            match self.redirect()? {
                Some(redirect) => redirects.push(redirect),
                None => return Ok(Command { span: self.span(start, end), kind, redirects, id }),
            }
        }
    }

    /// Adds a statement of what could not be read, with the separator behind it.
    fn push_unread(&mut self, statements: &mut Vec<Statement>, unread: Command) {
        self.skip_blanks();
        let background = self.statement_end();
        let span = unread.span;
        let first = Pipeline { span, negated: false, commands: vec![unread] };
        push(statements, Statement { span, first, rest: Vec::new(), background });
    }
}

/// Adds a statement; two that could not be read, one after the other, are one.
fn push(statements: &mut Vec<Statement>, statement: Statement) {
    match statements.last_mut() {
        Some(last) if last.is_unread() && statement.is_unread() => {
            last.span.end = statement.span.end;
            last.first.span.end = statement.span.end;
            last.first.commands[0].span.end = statement.span.end;
        }
        _ => statements.push(statement),
    }
}
