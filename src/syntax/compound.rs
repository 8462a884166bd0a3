//! Compound commands and functions (POSIX 2.9.4, 2.9.5; bash manual 3.2.5).

use super::ast::{
    Case, CaseEnd, CaseItem, CommandKind, For, ForArithmetic, Function, If, List, Loop, Part, Parts, Word,
};
use super::reader::Reader;
use super::recovery::{Closer, Read, Tried};
use super::word::{is_plain, name_length};
use crate::shell::Dialect;

impl Reader<'_> {
    pub(super) fn compound(&mut self) -> Read<Option<CommandKind>> {
        let start = self.at;
        if let Some(trouble) = self.failed(start, Tried::Compound).filter(|_| self.compound_starts()) {
            return Err(trouble);
        }
        if self.looking_at(b"(") {
            return self.parenthesis().map(Some);
        }
        let word = self.reserved_word();
        let Some(kind) = compound_word(word, self.dialect) else {
            if word == b"!" || word == b"in" || Closer::of_word(word).is_some() {
                return self.trouble("a command was expected here");
            }
            return self.function_by_parentheses();
        };
        self.deeper(|reader| {
            match kind {
                Compound::Group => reader.group(),
                Compound::If => reader.if_command(),
                Compound::While => reader.loop_command(false),
                Compound::Until => reader.loop_command(true),
                Compound::For => reader.for_command(),
                Compound::Select => reader.select_command(),
                Compound::Case => reader.case_command(),
                Compound::Function => reader.function_by_keyword(),
                Compound::Test => reader.test_command(),
                Compound::Coproc => reader.coproc(),
            }
            .map(Some)
        })
    }

    /// Whether a compound command starts here.
    pub(super) fn compound_starts(&self) -> bool {
        self.looking_at(b"(") || compound_word(self.reserved_word(), self.dialect).is_some()
    }

    fn parenthesis(&mut self) -> Read<CommandKind> {
        let mark = self.mark();
        let arithmetic = self.looking_at(b"((") && self.dialect.has_arithmetic_command();
        if arithmetic && self.failed(mark.at, Tried::Arithmetic).is_none() {
            self.at += 2;
            match self.arithmetic_word() {
                Ok(word) => return Ok(CommandKind::Arithmetic(word)),
                Err(trouble) => self.fail(&mark, Tried::Arithmetic, trouble),
            }
        }
        self.at += 1;
        self.deeper(|reader| {
            let list = reader.expecting(Closer::OF_PARENTHESES, Self::list);
            if !reader.eat(b")") {
                return reader.trouble_at(mark.at, "this parenthesis is never closed");
            }
            Ok(CommandKind::Subshell(list))
        })
    }

    fn group(&mut self) -> Read<CommandKind> {
        self.brace_list().map(CommandKind::Group)
    }

    /// `{ list; }`
    fn brace_list(&mut self) -> Read<List> {
        let start = self.at;
        self.at += 1;
        let list = self.expecting(Closer::OF_GROUP, Self::list);
        self.expect_word(b"}", start, "this brace is never closed")?;
        Ok(list)
    }

    fn if_command(&mut self) -> Read<CommandKind> {
        const OPEN: &str = "this `if` is never closed";
        let start = self.at;
        let list = |reader: &mut Self| reader.expecting(Closer::OF_IF, Self::list);
        let mut arms = Vec::new();
        while self.eat_word(b"if") || self.eat_word(b"elif") {
            let condition = list(self);
            self.expect_word(b"then", start, "this `if` has no `then`")?;
            arms.push((condition, list(self)));
        }
        let otherwise = if self.eat_word(b"else") { Some(list(self)) } else { None };
        self.expect_word(b"fi", start, OPEN)?;
        Ok(CommandKind::If(If { arms, otherwise }))
    }

    fn loop_command(&mut self, until: bool) -> Read<CommandKind> {
        let start = self.at;
        self.at += 5;
        let condition = self.expecting(Closer::OF_LOOP, Self::list);
        let body = self.do_body(start)?;
        Ok(CommandKind::Loop(Loop { until, condition, body }))
    }

    /// The body of a loop that starts at `start`.
    fn do_body(&mut self, start: usize) -> Read<List> {
        self.expect_word(b"do", start, "this loop has no `do`")?;
        let body = self.expecting(Closer::OF_LOOP, Self::list);
        self.expect_word(b"done", start, "this loop is never closed")?;
        Ok(body)
    }

    fn for_command(&mut self) -> Read<CommandKind> {
        let start = self.at;
        self.at += 3;
        self.skip_blanks();
        if self.looking_at(b"((") && !self.dialect.has_arithmetic_for() {
            return self.trouble("this shell knows no `for ((`");
        }
        if self.eat(b"((") {
            return self.for_arithmetic(start);
        }
        Ok(CommandKind::For(self.for_words(start)?))
    }

    fn select_command(&mut self) -> Read<CommandKind> {
        let start = self.at;
        self.at += 6;
        self.skip_blanks();
        Ok(CommandKind::Select(self.for_words(start)?))
    }

    fn for_words(&mut self, start: usize) -> Read<For> {
        let name_start = self.at;
        self.at += name_length(self.rest());
        let name = self.span_from(name_start);
        if name.is_empty() {
            return self.trouble("a loop needs the name of a variable");
        }
        self.skip_lines();
        let words = if self.eat_word(b"in") { Some(self.words()?) } else { None };
        self.skip_blanks();
        self.eat(b";");
        Ok(For { name, words, body: self.for_body(start)? })
    }

    fn for_arithmetic(&mut self, start: usize) -> Read<CommandKind> {
        let header = self.arithmetic_word()?;
        self.skip_blanks();
        self.eat(b";");
        Ok(CommandKind::ForArithmetic(ForArithmetic { header, body: self.for_body(start)? }))
    }

    /// bash and ksh take `{ list; }` in the place of `do list; done`.
    fn for_body(&mut self, start: usize) -> Read<List> {
        self.skip_lines();
        if self.reserved_word() == b"{" { self.brace_list() } else { self.do_body(start) }
    }

    fn words(&mut self) -> Read<Vec<Word>> {
        let mut words = Vec::new();
        loop {
            self.skip_blanks();
            let word = self.word()?;
            if word.span.is_empty() {
                return Ok(words);
            }
            words.push(word);
        }
    }

    fn case_command(&mut self) -> Read<CommandKind> {
        let start = self.at;
        self.at += 4;
        self.skip_blanks();
        let word = self.word()?;
        // ksh and mksh take braces in the place of `in` and `esac`.
        let braces = matches!(self.dialect, Dialect::Ksh | Dialect::Mksh);
        self.skip_lines();
        let (closer, closers) = if braces && self.eat_word(b"{") {
            (b"}".as_slice(), Closer::OF_BRACED_ITEM)
        } else {
            self.expect_word(b"in", start, "this `case` has no `in`")?;
            (b"esac".as_slice(), Closer::OF_ITEM)
        };
        let mut items = Vec::new();
        loop {
            self.skip_lines();
            if self.eat_word(closer) {
                return Ok(CommandKind::Case(Case { word, items }));
            }
            if self.at >= self.end {
                return self.trouble_at(start, "this `case` is never closed");
            }
            items.push(self.case_item(closers)?);
        }
    }

    fn case_item(&mut self, closers: &[Closer]) -> Read<CaseItem> {
        let mark = self.mark();
        let patterns = match self.case_patterns() {
            Ok(patterns) => patterns,
            Err(trouble) => vec![self.unread_pattern(&mark, trouble)?],
        };
        let body = self.expecting(closers, Self::list);
        let end = if self.eat(b";;&") || self.eat(b";|") {
            CaseEnd::GoOn
        } else if self.eat(b";&") {
            CaseEnd::FallThrough
        } else {
            self.eat(b";;");
            CaseEnd::Break
        };
        Ok(CaseItem { patterns, body, end })
    }

    /// Patterns with `|` between them, and the parenthesis behind them.
    fn case_patterns(&mut self) -> Read<Vec<Word>> {
        self.eat(b"(");
        let mut patterns = Vec::new();
        loop {
            self.skip_blanks();
            patterns.push(self.word()?);
            self.skip_blanks();
            if self.eat(b")") {
                return Ok(patterns);
            }
            if !self.eat(b"|") {
                return self.trouble("a pattern of `case` ends with `)`");
            }
        }
    }

    fn function_by_keyword(&mut self) -> Read<CommandKind> {
        self.at += 8;
        self.skip_blanks();
        let name = self.word()?.span;
        if name.is_empty() {
            return self.trouble("a function needs a name");
        }
        self.skip_blanks();
        // In `function f (a)` the parentheses are the body.
        if let Some(length) = self.empty_parentheses(0) {
            self.at += length;
        }
        self.function_body(name, true)
    }

    /// `@test "name" { … }` on one line or with its body on the next ones: bats makes a function of it, and takes all that
    /// stands before the last brace of the line for the name.
    fn bats_test(&mut self) -> Read<Option<CommandKind>> {
        let rest = self.rest();
        let line = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let brace = (1..line.len()).rev().find(|&at| line[at] == b'{' && is_blank(&line[at - 1]));
        let (Some(brace), Dialect::Bash) = (brace, self.dialect) else { return Ok(None) };
        let word = b"@test".len();
        let blanks = line[word..brace].iter().take_while(|byte| is_blank(byte)).count();
        let name = line[word..brace].trim_ascii();
        if blanks == 0 || name.is_empty() {
            return Ok(None);
        }
        let start = self.at + word + blanks;
        let name = self.span(start, start + name.len());
        self.at += brace;
        self.deeper(|reader| reader.function_body(name, false)).map(Some)
    }

    /// `name ( ) body`; nothing is read where no such thing starts.
    fn function_by_parentheses(&mut self) -> Read<Option<CommandKind>> {
        let rest = self.rest();
        if rest.starts_with(b"@test") {
            return self.bats_test();
        }
        let length = rest.iter().position(|&byte| !is_plain(byte) || byte == b'=').unwrap_or(rest.len());
        if length == 0 {
            return Ok(None);
        }
        let Some(parentheses) = self.empty_parentheses(length) else { return Ok(None) };
        if let Some(trouble) = self.failed(self.at, Tried::Compound) {
            return Err(trouble);
        }
        let name = self.span(self.at, self.at + length);
        self.at += length + parentheses;
        self.deeper(|reader| reader.function_body(name, false)).map(Some)
    }

    /// How many bytes `( )` with the blanks before it takes, so many bytes ahead.
    fn empty_parentheses(&self, ahead: usize) -> Option<usize> {
        let rest = &self.rest()[ahead..];
        let blanks =
            |from: usize| rest[from..].iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
        let open = blanks(0);
        if rest.get(open) != Some(&b'(') {
            return None;
        }
        let close = open + 1 + blanks(open + 1);
        (rest.get(close) == Some(&b')')).then_some(close + 1)
    }

    fn function_body(&mut self, name: crate::text::Span, keyword: bool) -> Read<CommandKind> {
        self.skip_lines();
        let body = self.readable_command()?;
        Ok(CommandKind::Function(Box::new(Function { name, keyword, body })))
    }

    fn test_command(&mut self) -> Read<CommandKind> {
        let open = self.at;
        self.at += 2;
        let mut words: Vec<Word> = Vec::new();
        let mut regex_follows = false;
        loop {
            self.skip_lines();
            if self.eat_word(b"]]") {
                return Ok(CommandKind::Test(words));
            }
            let start = self.at;
            let word = if regex_follows {
                self.regex()?
            } else if let Some(operator) = self.test_operator() {
                operator
            } else {
                self.word()?
            };
            if word.span.is_empty() {
                return self.trouble_at(open, "this `[[` is never closed");
            }
            regex_follows = &self.text[start..self.at] == b"=~";
            if regex_follows && self.dialect == Dialect::Mksh {
                return self.trouble_at(start, "mksh has no `=~`");
            }
            words.push(word);
        }
    }

    fn test_operator(&mut self) -> Option<Word> {
        let start = self.at;
        let found = self.eat(b"&&") || self.eat(b"||") || self.eat(b"(") || self.eat(b")");
        let compared = || matches!(self.peek(), Some(b'<' | b'>')) && self.byte(1) != Some(b'(');
        if !found {
            if !compared() {
                return None;
            }
            self.at += 1;
        }
        let span = self.span_from(start);
        Some(Word { span, parts: Parts::from_elem(Part::Literal(span), 1) })
    }

    fn coproc(&mut self) -> Read<CommandKind> {
        self.at += 6;
        self.skip_blanks();
        let mark = self.mark();
        // `coproc NAME { …; }`: a name only where a compound command follows it.
        let name = name_length(self.rest());
        if name > 0 && compound_word(self.reserved_word(), self.dialect).is_none() {
            self.at += name;
            self.skip_blanks();
            let compound_follows =
                self.looking_at(b"(") || compound_word(self.reserved_word(), self.dialect).is_some();
            if !compound_follows {
                self.go_back(&mark);
            }
        }
        Ok(CommandKind::Coproc(Box::new(self.readable_command()?)))
    }
}

enum Compound {
    Group,
    If,
    While,
    Until,
    For,
    Select,
    Case,
    Function,
    Test,
    Coproc,
}

fn compound_word(word: &[u8], dialect: Dialect) -> Option<Compound> {
    Some(match word {
        b"{" => Compound::Group,
        b"if" => Compound::If,
        b"while" => Compound::While,
        b"until" => Compound::Until,
        b"for" => Compound::For,
        b"case" => Compound::Case,
        b"select" if dialect != Dialect::Dash => Compound::Select,
        b"function" if dialect != Dialect::Dash => Compound::Function,
        b"[[" if dialect != Dialect::Dash => Compound::Test,
        b"coproc" if dialect == Dialect::Bash => Compound::Coproc,
        _ => return None,
    })
}
