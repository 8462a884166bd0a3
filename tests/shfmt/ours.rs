//! The facts of our reading.

use lint_scripts::syntax::{
    Command, CommandKind, Connector, For, List, Part, Pipeline, Redirect, RedirectOperator, Script, Simple,
    Statement, Value, Word,
};
use lint_scripts::text::Span;

use super::Facts;

/// All facts of `script`, which was read from `text`.
pub fn facts(text: &[u8], script: &Script) -> Facts {
    let mut reading = Reading { text, script, facts: Facts::new() };
    reading.list(&script.body);
    reading.facts
}

struct Reading<'a> {
    text: &'a [u8],
    script: &'a Script,
    facts: Facts,
}

impl Reading<'_> {
    fn add(&mut self, fact: String) {
        self.facts.insert(fact);
    }

    fn spanned(&mut self, kind: &str, span: Span) {
        self.add(format!("{kind} {}..{}", span.start, span.end));
    }

    fn starting(&mut self, kind: &str, span: Span) {
        self.add(format!("{kind} {}", span.start));
    }

    fn list(&mut self, list: &List) {
        let starts: Vec<u32> = list.statements.iter().map(|statement| statement.span.start).collect();
        if let Some(first) = starts.first() {
            self.add(format!("list {first}"));
        }
        for pair in starts.windows(2) {
            self.add(format!("then {} {}", pair[0], pair[1]));
        }
        for statement in &list.statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        if statement.background {
            self.starting("background", statement.span);
        }
        if !statement.rest.is_empty() {
            let mut fact = format!("and-or {}", statement.first.span.start);
            for (connector, pipeline) in &statement.rest {
                let sign = if *connector == Connector::And { "&&" } else { "||" };
                fact.push_str(&format!(" {sign} {}", pipeline.span.start));
            }
            self.add(fact);
        }
        for pipeline in statement.pipelines() {
            self.pipeline(pipeline);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        if pipeline.negated {
            self.starting("not", pipeline.span);
        }
        if pipeline.commands.len() > 1 {
            let starts: Vec<u32> = pipeline.commands.iter().map(|command| command.span.start).collect();
            self.add(format!("pipeline {starts:?}"));
        }
        for command in &pipeline.commands {
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        for redirect in &command.redirects {
            self.redirect(redirect);
        }
        match &command.kind {
            CommandKind::Simple(simple) => self.simple(simple),
            CommandKind::Group(list) => self.enclosing("group", command, list),
            CommandKind::Subshell(list) => self.enclosing("subshell", command, list),
            CommandKind::If(chain) => {
                self.add(format!("if {} of {}", command.span.start, chain.arms.len()));
                for (condition, body) in &chain.arms {
                    self.list(condition);
                    self.list(body);
                }
                chain.otherwise.iter().for_each(|list| self.list(list));
            }
            CommandKind::Loop(each) => {
                self.enclosing(if each.until { "until" } else { "while" }, command, &each.condition);
                self.list(&each.body);
            }
            CommandKind::For(each) => self.for_words("for", command, each),
            CommandKind::Select(each) => self.for_words("select", command, each),
            CommandKind::ForArithmetic(each) => {
                self.starting("for-arithmetic", command.span);
                self.parts_inside(&each.header);
                self.list(&each.body);
            }
            CommandKind::Case(case) => {
                self.add(format!("case {} of {}", command.span.start, case.items.len()));
                self.word(&case.word);
                for item in &case.items {
                    item.patterns.iter().for_each(|pattern| self.word(pattern));
                    self.list(&item.body);
                }
            }
            CommandKind::Function(function) => {
                self.spanned("function", function.name);
                self.command(&function.body);
            }
            CommandKind::Test(words) => {
                self.starting("test", command.span);
                words.iter().for_each(|word| self.parts(&word.parts));
            }
            CommandKind::Arithmetic(word) => {
                self.starting("arithmetic", command.span);
                self.parts_inside(word);
            }
            CommandKind::Coproc(inner) => {
                self.starting("coproc", command.span);
                self.command(inner);
            }
            CommandKind::Unknown => self.spanned("unknown", command.span),
        }
    }

    fn enclosing(&mut self, kind: &str, command: &Command, list: &List) {
        self.starting(kind, command.span);
        self.list(list);
    }

    fn for_words(&mut self, kind: &str, command: &Command, each: &For) {
        self.starting(kind, command.span);
        self.spanned("variable", each.name);
        each.words.iter().flatten().for_each(|word| self.word(word));
        self.list(&each.body);
    }

    fn simple(&mut self, simple: &Simple) {
        let spans = simple
            .assignments
            .iter()
            .map(|assignment| assignment.span)
            .chain(simple.words.iter().map(|word| word.span));
        if let (Some(first), Some(last)) = (spans.clone().next(), spans.last()) {
            self.spanned("command", first.to(last));
        }
        // shfmt reads the operands of `let` as expressions.
        let is_let = simple.words.first().is_some_and(|word| word.source(self.text) == b"let");
        if is_let {
            return simple.words.iter().for_each(|word| self.parts(&word.parts));
        }
        for assignment in &simple.assignments {
            self.spanned("word", assignment.span);
            assignment.index.iter().for_each(|word| self.parts(&word.parts));
            match &assignment.value {
                Value::Scalar(word) => self.parts(&word.parts),
                Value::Array(words) => words.iter().for_each(|word| self.element(word)),
            }
        }
        simple.words.iter().for_each(|word| self.word(word));
    }

    fn parts_inside(&mut self, word: &Word) {
        word.parts.iter().for_each(|part| self.parts(part.inner()));
    }

    fn element(&mut self, word: &Word) {
        self.spanned("element", word.span);
        self.parts(&word.parts);
    }

    fn redirect(&mut self, redirect: &Redirect) {
        let operator = match redirect.operator {
            RedirectOperator::Read => "<",
            RedirectOperator::Write => ">",
            RedirectOperator::Append => ">>",
            RedirectOperator::Clobber => ">|",
            RedirectOperator::ReadWrite => "<>",
            RedirectOperator::DuplicateInput => "<&",
            RedirectOperator::DuplicateOutput => ">&",
            RedirectOperator::WriteBoth => "&>",
            RedirectOperator::AppendBoth => "&>>",
            RedirectOperator::HereDocument => "<<",
            RedirectOperator::HereString => "<<<",
        };
        self.spanned(&format!("redirect {} {operator}", redirect.span.start), redirect.target.span);
        self.parts(&redirect.target.parts);
        let Some(document) = self.script.here_document(redirect) else { return };
        if let Some(body) = document.body.filter(|body| !body.is_empty()) {
            self.starting("body", body);
        }
        self.parts(&document.parts);
    }

    fn word(&mut self, word: &Word) {
        self.spanned("word", word.span);
        self.parts(&word.parts);
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            self.part(part);
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Literal(_) => {}
            Part::SingleQuoted(span) | Part::AnsiQuoted(span) => self.spanned("single", *span),
            Part::DoubleQuoted(span, parts) => {
                self.spanned("double", *span);
                self.parts(parts);
            }
            Part::Parameter(parameter) => {
                self.spanned("parameter", parameter.span);
                self.parts(&parameter.parts);
            }
            Part::Substitution(inner) => {
                self.spanned("substitution", inner.span);
                self.list(&inner.body);
            }
            Part::Process(inner) => {
                self.spanned("process", inner.span);
                self.list(&inner.body);
            }
            Part::Arithmetic(span, parts) => {
                if self.text[span.range()].starts_with(b"$") {
                    self.spanned("expansion", *span);
                }
                self.parts(parts);
            }
            Part::Array(_, words) => words.iter().for_each(|word| self.element(word)),
        }
    }
}
