//! A script's structure in one line. The head of `table.txt` says how to read it.

use lint_scripts::syntax::{
    Assignment, CaseEnd, CaseItem, Command, CommandKind, Connector, For, If, List, Part, Pipeline, Redirect,
    RedirectOperator, Script, Simple, Statement, Value, Word,
};
use lint_scripts::text::Span;

/// The structure of `script`, which was read from `text`.
pub fn structure(text: &[u8], script: &Script) -> String {
    Notation { text, script }.list(&script.body)
}

/// `text` on one line.
pub fn escaped(text: &str) -> String {
    const NAMES: [(char, &str); 8] = [
        ('\n', "\\n"),
        ('\t', "\\t"),
        ('\r', "\\r"),
        ('\0', "\\0"),
        ('\x0b', "\\v"),
        ('\x0c', "\\f"),
        ('\u{a0}', "«NBSP»"),
        ('\u{feff}', "«BOM»"),
    ];
    NAMES.iter().fold(text.to_owned(), |text, (character, name)| text.replace(*character, name))
}

struct Notation<'a> {
    text: &'a [u8],
    script: &'a Script,
}

fn form(pieces: &[String]) -> String {
    format!("({})", pieces.join(" "))
}

fn headed(head: &str, pieces: impl IntoIterator<Item = String>) -> String {
    let all: Vec<String> = std::iter::once(head.to_owned()).chain(pieces).collect();
    form(&all)
}

impl Notation<'_> {
    fn source(&self, start: u32, end: u32) -> String {
        escaped(&String::from_utf8_lossy(&self.text[start as usize..end as usize]))
    }

    fn list(&self, list: &List) -> String {
        match list.statements.as_slice() {
            [] => "()".to_owned(),
            [statement] => self.statement(statement),
            all => headed(";", all.iter().map(|statement| self.statement(statement))),
        }
    }

    fn statement(&self, statement: &Statement) -> String {
        let mut out = self.pipeline(&statement.first);
        for (connector, pipeline) in &statement.rest {
            let head = if *connector == Connector::And { "&&" } else { "||" };
            out = headed(head, [out, self.pipeline(pipeline)]);
        }
        if statement.background { headed("&", [out]) } else { out }
    }

    fn pipeline(&self, pipeline: &Pipeline) -> String {
        let out = match pipeline.only_command() {
            Some(command) => self.command(command),
            None => headed("|", pipeline.commands.iter().map(|command| self.command(command))),
        };
        if pipeline.negated { headed("!", [out]) } else { out }
    }

    fn command(&self, command: &Command) -> String {
        let redirects = command.redirects.iter().map(|redirect| self.redirect(redirect));
        if let CommandKind::Simple(simple) = &command.kind {
            return self.simple(simple, redirects.collect());
        }
        let out = self.kind(&command.kind);
        if command.redirects.is_empty() {
            return out;
        }
        headed("with", std::iter::once(out).chain(redirects))
    }

    fn kind(&self, kind: &CommandKind) -> String {
        match kind {
            CommandKind::Group(list) => headed("group", [self.list(list)]),
            CommandKind::Subshell(list) => headed("sub", [self.list(list)]),
            CommandKind::If(chain) => self.if_chain(chain),
            CommandKind::Loop(each) => {
                let head = if each.until { "until" } else { "while" };
                headed(head, [self.list(&each.condition), self.list(&each.body)])
            }
            CommandKind::For(each) => self.for_words("for", each),
            CommandKind::Select(each) => self.for_words("select", each),
            CommandKind::ForArithmetic(each) => {
                headed("for", [format!("(({}))", self.word(&each.header)), self.list(&each.body)])
            }
            CommandKind::Case(case) => {
                let items = case.items.iter().map(|item| self.case_item(item));
                headed("case", std::iter::once(self.word(&case.word)).chain(items))
            }
            CommandKind::Function(function) => {
                let head = if function.keyword { "function" } else { "fn" };
                let name = self.source(function.name.start, function.name.end);
                headed(head, [name, self.command(&function.body)])
            }
            CommandKind::Test(words) => headed("[[", words.iter().map(|word| self.word(word))),
            CommandKind::Arithmetic(word) => headed("((", [self.word(word).trim().to_owned()]),
            CommandKind::Coproc(inner) => headed("coproc", [self.command(inner)]),
            CommandKind::Simple(_) | CommandKind::Unknown => "¿".to_owned(),
        }
    }

    fn if_chain(&self, chain: &If) -> String {
        let mut pieces = Vec::new();
        for (index, (condition, body)) in chain.arms.iter().enumerate() {
            pieces.extend((index > 0).then(|| "elif".to_owned()));
            pieces.extend([self.list(condition), self.list(body)]);
        }
        if let Some(list) = &chain.otherwise {
            pieces.extend(["else".to_owned(), self.list(list)]);
        }
        headed("if", pieces)
    }

    fn for_words(&self, head: &str, each: &For) -> String {
        let mut pieces = vec![self.source(each.name.start, each.name.end)];
        if let Some(words) = &each.words {
            let words: Vec<String> = words.iter().map(|word| self.word(word)).collect();
            pieces.push(form(&words));
        }
        pieces.push(self.list(&each.body));
        headed(head, pieces)
    }

    fn case_item(&self, item: &CaseItem) -> String {
        let patterns: Vec<String> = item.patterns.iter().map(|pattern| self.word(pattern)).collect();
        let end = match item.end {
            CaseEnd::Break => "",
            CaseEnd::FallThrough => " ;&",
            CaseEnd::GoOn => " ;;&",
        };
        format!("({} {}{end})", patterns.join("|"), self.list(&item.body))
    }

    fn simple(&self, simple: &Simple, redirects: Vec<String>) -> String {
        let mut pieces: Vec<String> =
            simple.assignments.iter().map(|assignment| self.assignment(assignment)).collect();
        pieces.extend(simple.words.iter().map(|word| self.word(word)));
        pieces.extend(redirects);
        if pieces.len() == 1 && simple.words.len() == 1 { pieces.remove(0) } else { form(&pieces) }
    }

    fn assignment(&self, assignment: &Assignment) -> String {
        let mut out = self.source(assignment.name.start, assignment.name.end);
        if let Some(index) = &assignment.index {
            out.push_str(&format!("[{}]", self.word(index)));
        }
        out.push_str(if assignment.append { ":+=" } else { ":=" });
        match &assignment.value {
            Value::Scalar(word) => out.push_str(&self.word(word)),
            Value::Array(words) => {
                let words: Vec<String> = words.iter().map(|word| self.word(word)).collect();
                out.push_str(&form(&words));
            }
        }
        out
    }

    fn redirect(&self, redirect: &Redirect) -> String {
        let descriptor = redirect.descriptor.map_or(String::new(), |span| self.source(span.start, span.end));
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
            RedirectOperator::HereDocument if self.strips_tabs(redirect) => "<<-",
            RedirectOperator::HereDocument => "<<",
            RedirectOperator::HereString => "<<<",
        };
        format!("{descriptor}{operator}{}{}", self.word(&redirect.target), self.here_document(redirect))
    }

    fn strips_tabs(&self, redirect: &Redirect) -> bool {
        self.script.here_document(redirect).is_some_and(|document| document.tabs_stripped)
    }

    fn here_document(&self, redirect: &Redirect) -> String {
        let Some(document) = self.script.here_document(redirect) else { return String::new() };
        let body = document.body.map_or(String::new(), |span| self.with_commands(span, &document.parts));
        format!("\"{body}\"{}", if document.closed { "" } else { "…" })
    }

    fn word(&self, word: &Word) -> String {
        self.with_commands(word.span, &word.parts)
    }

    /// The source of `span`, with the structure of the substitutions in it in their place.
    fn with_commands(&self, span: Span, parts: &[Part]) -> String {
        let mut holes = Vec::new();
        parts.iter().for_each(|part| part.each(&mut |part| self.hole(part, &mut holes)));
        let mut out = String::new();
        let mut at = span.start;
        for (hole, structure) in holes {
            out.push_str(&self.source(at, hole.start));
            out.push_str(&structure);
            at = hole.end;
        }
        out + &self.source(at, span.end)
    }

    fn hole(&self, part: &Part, holes: &mut Vec<(Span, String)>) {
        match part {
            Part::Substitution(inner) => holes.push((inner.span, format!("$[{}]", self.list(&inner.body)))),
            Part::Process(inner) => holes.push((inner.span, format!("<[{}]", self.list(&inner.body)))),
            _ => {}
        }
    }
}
