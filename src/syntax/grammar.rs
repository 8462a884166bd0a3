//! The shell's grammar (POSIX XCU 2.10 and bash's extensions): lists, pipelines, negation, redirections, compound
//! commands and functions, by recursive descent over the reader.

use super::ast::{
    Assignment, Case, CaseEnd, CaseItem, Command, CommandKind, Connector, For, ForArithmetic, Function, If,
    List, Loop, Part, Parts, Pipeline, Simple, Statement, Value, Word,
};
use super::reader::{Inside, Read, Reader, Trouble, trouble};
use super::word::{ends_word, is_plain, name_length};
use crate::shell::Dialect;

/// The length of `function`, the longest reserved word.
const LONGEST: usize = 8;

/// Words that end a list when they stand where a command's name would.
const CLOSERS: [&[u8]; 8] = [b"then", b"elif", b"else", b"fi", b"do", b"done", b"esac", b"}"];

impl Reader<'_> {
    /// Everything up to the reader's end; what cannot be read becomes unknown commands.
    pub(super) fn all_commands(&mut self) -> List {
        let mut list = self.list();
        while self.at < self.end {
            let mark = self.mark();
            let unread = self.give_up_line(&mark, Trouble("nothing is open that this could close"));
            list.statements.push(alone(unread));
            list.statements.extend(self.list().statements);
        }
        self.here_document_bodies();
        list
    }

    /// Commands of a substitution, and what closes it.
    pub(super) fn commands_inside(&mut self, inside: Inside) -> Read<List> {
        let closer: &[u8] = if inside == Inside::Braces { b"}" } else { b")" };
        self.deeper(|reader| {
            reader.enclosed(inside, |reader| {
                let list = reader.list();
                if !reader.eat(closer) {
                    return trouble("this substitution is never closed");
                }
                Ok(list)
            })
        })
    }

    /// Statements up to a closing word, `)`, `;;` or the end.
    fn list(&mut self) -> List {
        let mut statements = Vec::new();
        loop {
            self.skip_lines();
            if self.at_list_end() {
                return List { statements };
            }
            let mark = self.mark();
            match self.statement() {
                Ok(statement) => statements.push(statement),
                Err(trouble) => statements.push(alone(self.give_up_line(&mark, trouble))),
            }
        }
    }

    fn at_list_end(&self) -> bool {
        match self.peek() {
            None | Some(b')') => true,
            Some(b';') => self.looking_at(b";;") || self.looking_at(b";&") || self.looking_at(b";|"),
            Some(b'}') if self.inside == Inside::Braces => true,
            _ => CLOSERS.contains(&self.reserved_word()),
        }
    }

    /// The plain word that starts here, if it is nothing but plain characters; else an empty one.
    fn reserved_word(&self) -> &[u8] {
        let rest = self.rest();
        let window = &rest[..rest.len().min(LONGEST + 1)];
        let length = window.iter().position(|&byte| !is_plain(byte)).unwrap_or(window.len());
        let ended = rest.get(length).is_none_or(|&byte| ends_word(byte));
        if ended { &window[..length] } else { &[] }
    }

    fn eat_word(&mut self, word: &'static [u8]) -> bool {
        let found = self.looking_at(word) && self.byte(word.len()).is_none_or(ends_word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn expect_word(&mut self, word: &'static [u8], reason: &'static str) -> Read<()> {
        self.skip_lines();
        if self.eat_word(word) { Ok(()) } else { trouble(reason) }
    }

    fn statement(&mut self) -> Read<Statement> {
        let start = self.at;
        let first = self.pipeline()?;
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
            rest.push((connector, self.pipeline()?));
            end = self.at;
        }
        let background = self.statement_end()?;
        Ok(Statement { span: self.span(start, end), first, rest, background })
    }

    /// Reads `;` or `&`, and says whether it was `&`.
    fn statement_end(&mut self) -> Read<bool> {
        match self.peek() {
            Some(b'&') => {
                self.at += 1;
                Ok(true)
            }
            // What is left of `|&` by the pipeline: in ksh and mksh it starts a coprocess.
            Some(b'|') if self.looking_at(b"|&") => {
                self.at += 2;
                Ok(true)
            }
            Some(b';') if !self.at_list_end() => {
                self.at += 1;
                Ok(false)
            }
            None | Some(b'\n' | b')' | b';') => Ok(false),
            // `{ a; } fi`, `(a) done`: after a compound command a closing word needs no separator.
            _ if self.at_list_end() => Ok(false),
            _ => trouble("this cannot follow a command"),
        }
    }

    fn pipeline(&mut self) -> Read<Pipeline> {
        let start = self.at;
        let negated = self.pipeline_prefix();
        if self.at > start && matches!(self.peek(), None | Some(b'\n' | b';')) {
            return Ok(self.pipeline_of_nothing(start, negated));
        }
        let mut commands = vec![self.command()?];
        let coprocess = matches!(self.dialect, Dialect::Ksh | Dialect::Mksh);
        loop {
            let end = self.at;
            self.skip_blanks();
            let other = self.looking_at(b"||") || coprocess && self.looking_at(b"|&");
            if other || !self.eat(b"|") {
                return Ok(Pipeline { span: self.span(start, end), negated, commands });
            }
            if !self.is_ash() {
                self.eat(b"&");
            }
            self.skip_lines();
            commands.push(self.command()?);
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

    /// bash takes `!` and `time` with nothing after them.
    fn pipeline_of_nothing(&mut self, start: usize, negated: bool) -> Pipeline {
        let nothing = CommandKind::Simple(Simple::default());
        let span = self.span(self.at, self.at);
        let command = Command { span, kind: nothing, redirects: Vec::new(), id: self.new_id() };
        Pipeline { span: self.span_from(start), negated, commands: vec![command] }
    }

    fn command(&mut self) -> Read<Command> {
        let start = self.at;
        let id = self.new_id();
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

    fn compound(&mut self) -> Read<Option<CommandKind>> {
        let start = self.at;
        if self.looking_at(b"(") {
            return self.parenthesis().map(Some);
        }
        let word = self.reserved_word();
        let Some(kind) = compound_word(word, self.dialect) else {
            if word == b"!" || word == b"in" || CLOSERS.contains(&word) {
                return trouble("a command was expected here");
            }
            return self.function_by_parentheses();
        };
        if self.has_failed(start) {
            return trouble("this compound command is not complete");
        }
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

    fn parenthesis(&mut self) -> Read<CommandKind> {
        let mark = self.mark();
        let arithmetic = self.looking_at(b"((") && self.dialect.has_arithmetic_command();
        if arithmetic && !self.has_failed(mark.at) {
            self.at += 2;
            if let Ok(word) = self.arithmetic_word() {
                return Ok(CommandKind::Arithmetic(word));
            }
            self.fail(&mark);
        }
        self.at += 1;
        self.deeper(|reader| {
            let list = reader.list();
            if !reader.eat(b")") {
                return trouble("this parenthesis is never closed");
            }
            Ok(CommandKind::Subshell(list))
        })
    }

    fn group(&mut self) -> Read<CommandKind> {
        self.at += 1;
        let list = self.list();
        self.expect_word(b"}", "this brace is never closed")?;
        Ok(CommandKind::Group(list))
    }

    fn if_command(&mut self) -> Read<CommandKind> {
        const OPEN: &str = "this `if` is never closed";
        let mut arms = Vec::new();
        while self.eat_word(b"if") || self.eat_word(b"elif") {
            let condition = self.list();
            self.expect_word(b"then", OPEN)?;
            arms.push((condition, self.list()));
        }
        let otherwise = if self.eat_word(b"else") { Some(self.list()) } else { None };
        self.expect_word(b"fi", OPEN)?;
        Ok(CommandKind::If(If { arms, otherwise }))
    }

    fn loop_command(&mut self, until: bool) -> Read<CommandKind> {
        self.at += 5;
        let condition = self.list();
        let body = self.do_body()?;
        Ok(CommandKind::Loop(Loop { until, condition, body }))
    }

    fn do_body(&mut self) -> Read<List> {
        const OPEN: &str = "this loop is never closed";
        self.expect_word(b"do", OPEN)?;
        let body = self.list();
        self.expect_word(b"done", OPEN)?;
        Ok(body)
    }

    fn for_command(&mut self) -> Read<CommandKind> {
        self.at += 3;
        self.skip_blanks();
        if self.eat(b"((") {
            return self.for_arithmetic();
        }
        Ok(CommandKind::For(self.for_words()?))
    }

    fn select_command(&mut self) -> Read<CommandKind> {
        self.at += 6;
        self.skip_blanks();
        Ok(CommandKind::Select(self.for_words()?))
    }

    fn for_words(&mut self) -> Read<For> {
        let start = self.at;
        self.at += name_length(self.rest());
        let name = self.span_from(start);
        if name.is_empty() {
            return trouble("a loop needs the name of a variable");
        }
        self.skip_lines();
        let words = if self.eat_word(b"in") { Some(self.words()?) } else { None };
        self.skip_blanks();
        self.eat(b";");
        Ok(For { name, words, body: self.for_body()? })
    }

    fn for_arithmetic(&mut self) -> Read<CommandKind> {
        let header = self.arithmetic_word()?;
        self.skip_blanks();
        self.eat(b";");
        Ok(CommandKind::ForArithmetic(ForArithmetic { header, body: self.for_body()? }))
    }

    /// bash and ksh take `{ list; }` in the place of `do list; done`.
    fn for_body(&mut self) -> Read<List> {
        self.skip_lines();
        if !self.eat_word(b"{") {
            return self.do_body();
        }
        let body = self.list();
        self.expect_word(b"}", "this brace is never closed")?;
        Ok(body)
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
        const OPEN: &str = "this `case` is never closed";
        self.at += 4;
        self.skip_blanks();
        let word = self.word()?;
        self.expect_word(b"in", OPEN)?;
        let mut items = Vec::new();
        loop {
            self.skip_lines();
            if self.eat_word(b"esac") {
                return Ok(CommandKind::Case(Case { word, items }));
            }
            if self.at >= self.end {
                return trouble(OPEN);
            }
            items.push(self.case_item()?);
        }
    }

    fn case_item(&mut self) -> Read<CaseItem> {
        self.eat(b"(");
        let mut patterns = Vec::new();
        loop {
            self.skip_blanks();
            patterns.push(self.word()?);
            self.skip_blanks();
            if self.eat(b")") {
                break;
            }
            if !self.eat(b"|") {
                return trouble("a pattern of `case` ends with `)`");
            }
        }
        let body = self.list();
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

    fn function_by_keyword(&mut self) -> Read<CommandKind> {
        self.at += 8;
        self.skip_blanks();
        let start = self.at;
        let word = self.word()?;
        let name = word.span;
        if name.is_empty() {
            self.at = start;
            return trouble("a function needs a name");
        }
        self.skip_blanks();
        // In `function f (a)` the parentheses are the body.
        if let Some(length) = self.empty_parentheses(0) {
            self.at += length;
        }
        self.function_body(name, true)
    }

    /// `@test "name" { … }`: bats makes a function of it.
    fn bats_test(&mut self) -> Read<Option<CommandKind>> {
        let mark = self.mark();
        if self.dialect != Dialect::Bash || !self.eat_word(b"@test") {
            return Ok(None);
        }
        self.skip_blanks();
        let name = self.word()?.span;
        self.skip_blanks();
        if name.is_empty() || !self.looking_at(b"{") {
            self.go_back(&mark);
            return Ok(None);
        }
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
        let body = self.command()?;
        Ok(CommandKind::Function(Box::new(Function { name, keyword, body })))
    }

    fn test_command(&mut self) -> Read<CommandKind> {
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
                return trouble("this `[[` is never closed");
            }
            regex_follows = &self.text[start..self.at] == b"=~";
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
        Ok(CommandKind::Coproc(Box::new(self.command()?)))
    }

    fn simple(&mut self, start: usize, id: super::ast::CommandId) -> Read<Command> {
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
        self.at = end;
        if end == start {
            return trouble("a command was expected here");
        }
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
        if !self.looking_at(b"[") || self.has_failed(start) {
            return None;
        }
        let mark = self.mark();
        let mut parts = Vec::new();
        // `a[1 2` is a word of its own, not an open subscript.
        if self.subscript(&mut parts).is_err() {
            self.fail(&mark);
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
        match self.array()? {
            Part::Array(_, words) => Ok(Value::Array(words)),
            _ => trouble("array elements were expected here"),
        }
    }
}

fn alone(command: Command) -> Statement {
    let span = command.span;
    let first = Pipeline { span, negated: false, commands: vec![command] };
    Statement { span, first, rest: Vec::new(), background: false }
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
