//! Which parameters may be read while they are unset, where nounset is on: nothing is followed but the order of the text,
//! so that what is not found here is surely set.

use rustc_hash::FxHashSet;

use super::units::Units;
use crate::diagnostic::Label;
use crate::shell::Dialect;
use crate::syntax::{
    Assignment, Command, CommandKind, List, Operation, Parameter, Part, Script, Statement, Value, Word,
};
use crate::text::Span;

/// Set by every shell, or by whatever starts one. `$!` is not before the first job.
const ALWAYS_SET: [&[u8]; 15] = [
    b"?", b"#", b"@", b"*", b"-", b"$", b"0", b"_", b"HOME", b"IFS", b"LINENO", b"OPTIND", b"PATH", b"PPID",
    b"PWD",
];

/// Set by bash. FUNCNAME is not outside functions.
const SET_BY_BASH: [&[u8]; 8] = [
    b"BASH_SOURCE",
    b"BASH_VERSINFO",
    b"BASH_VERSION",
    b"EUID",
    b"HOSTNAME",
    b"PIPESTATUS",
    b"RANDOM",
    b"UID",
];

/// Elements that are there whatever has run before.
const SET_ELEMENTS: [&[u8]; 3] = [b"BASH_SOURCE[0]", b"BASH_VERSINFO[0]", b"PIPESTATUS[0]"];

/// What compares numbers in `[[ ]]`: a name there is read as `$((name))` is.
const COMPARES_NUMBERS: [&[u8]; 6] = [b"-eq", b"-ne", b"-lt", b"-le", b"-gt", b"-ge"];

/// The places where a parameter is read that may be unset, in the order of the text.
pub(super) fn unset_reads(units: &Units) -> Vec<Label> {
    let script = units.script();
    let mut survey = Survey { units, script, unset: unset_names(units), found: Vec::new() };
    let mut set = Names::default();
    set.extend(ALWAYS_SET);
    if units.dialect == Dialect::Bash {
        set.extend(SET_BY_BASH);
    }
    survey.list(&script.body, &mut set);
    survey.found.sort_by_key(|label| label.span);
    survey.found
}

/// The names that are set at a point, and how to go back to an earlier one.
#[derive(Default)]
struct Names<'a> {
    set: FxHashSet<&'a [u8]>,
    /// In the order in which they were added.
    added: Vec<&'a [u8]>,
}

impl<'a> Names<'a> {
    fn insert(&mut self, name: &'a [u8]) {
        if self.set.insert(name) {
            self.added.push(name);
        }
    }

    fn extend(&mut self, names: impl IntoIterator<Item = &'a [u8]>) {
        names.into_iter().for_each(|name| self.insert(name));
    }

    fn contains(&self, name: &[u8]) -> bool {
        self.set.contains(name)
    }

    /// Forgets what is set in a part of the script that may be passed over, or runs in a process of its own.
    fn within(&mut self, part: impl FnOnce(&mut Self)) {
        let before = self.added.len();
        part(self);
        for name in self.added.drain(before..) {
            self.set.remove(name);
        }
    }
}

struct Survey<'a> {
    units: &'a Units,
    script: &'a Script,
    /// Unset somewhere; when that is, is not followed.
    unset: FxHashSet<&'a [u8]>,
    found: Vec<Label>,
}

fn unset_names(units: &Units) -> FxHashSet<&[u8]> {
    let mut names = FxHashSet::default();
    for script in units.texts() {
        script.each_command(&mut |command| {
            let words = command.simple_words();
            let texts = words.iter().map(|word| units.text(word.span));
            if texts.clone().next() == Some(b"unset") {
                names.extend(texts.skip(1));
            }
        });
    }
    names
}

impl<'a> Survey<'a> {
    fn list(&mut self, list: &'a List, set: &mut Names<'a>) {
        list.statements.iter().for_each(|statement| self.statement(statement, set));
    }

    fn statement(&mut self, statement: &'a Statement, set: &mut Names<'a>) {
        // What stands after `&&` or `||` may be passed over, and an element of a pipeline is a process of its own.
        let surely = !statement.background && statement.first.commands.len() == 1;
        if surely {
            self.command(&statement.first.commands[0], set);
        }
        set.within(|set| {
            let passed_over = statement.pipelines().skip(usize::from(surely));
            passed_over
                .flat_map(|pipeline| &pipeline.commands)
                .for_each(|command| self.command(command, set));
        });
        if statement.background {
            set.insert(b"!");
        }
    }

    fn command(&mut self, command: &'a Command, set: &mut Names<'a>) {
        command.words().for_each(|word| self.word(word, set));
        for redirect in &command.redirects {
            let parts =
                self.script.here_document(redirect).map(|body| body.parts.as_slice()).unwrap_or_default();
            parts.iter().for_each(|part| self.part(part, set));
        }
        match &command.kind {
            CommandKind::Simple(simple) => {
                if simple.words.is_empty() {
                    let filled = simple.assignments.iter().filter(|assignment| !is_empty_array(assignment));
                    set.extend(filled.map(|assignment| self.units.text(assignment.name)));
                }
                if simple.words.first().is_some_and(|word| self.units.text(word.span) == b"let") {
                    simple.words[1..].iter().for_each(|word| self.arithmetic(word.span, &word.parts, set));
                }
                self.assigned_by(&simple.words, set);
            }
            CommandKind::Group(list) => self.list(list, set),
            CommandKind::For(each) | CommandKind::Select(each) => {
                set.within(|set| {
                    set.insert(self.units.text(each.name));
                    self.list(&each.body, set);
                });
            }
            CommandKind::Subshell(list) => set.within(|set| self.list(list, set)),
            CommandKind::If(chain) => {
                set.within(|set| {
                    for (condition, body) in &chain.arms {
                        self.list(condition, set);
                        set.within(|set| self.list(body, set));
                    }
                    chain.otherwise.iter().for_each(|list| self.list(list, set));
                });
            }
            CommandKind::Loop(each) => {
                set.within(|set| {
                    self.list(&each.condition, set);
                    self.list(&each.body, set);
                });
            }
            CommandKind::ForArithmetic(each) => set.within(|set| self.list(&each.body, set)),
            CommandKind::Case(case) => {
                case.items.iter().for_each(|item| set.within(|set| self.list(&item.body, set)));
            }
            CommandKind::Function(function) => set.within(|set| self.command(&function.body, set)),
            CommandKind::Coproc(inner) => set.within(|set| self.command(inner, set)),
            CommandKind::Test(_) => self.compared_numbers(command.span, set),
            CommandKind::Arithmetic(_) | CommandKind::Unknown => {}
        }
    }

    /// `read x`, `local x=1`, `export x=1`: the words name variables that are set afterwards.
    fn assigned_by(&self, words: &'a [Word], set: &mut Names<'a>) {
        let Some(first) = words.first() else { return };
        match self.units.text(first.span) {
            b"read" | b"mapfile" | b"readarray" | b"getopts" => {
                set.extend(words[1..].iter().map(|word| self.units.text(word.span)));
                set.extend([&b"REPLY"[..], b"OPTARG", b"MAPFILE"]);
            }
            b"local" | b"declare" | b"typeset" | b"export" | b"readonly" => {
                let with_value = |word: &'a Word| {
                    let source = self.units.text(word.span);
                    source.iter().position(|&byte| byte == b'=').map(|at| &source[..at])
                };
                set.extend(words[1..].iter().filter_map(with_value));
            }
            _ => {}
        }
    }

    fn word(&mut self, word: &'a Word, set: &mut Names<'a>) {
        word.parts.iter().for_each(|part| self.part(part, set));
    }

    fn part(&mut self, part: &'a Part, set: &mut Names<'a>) {
        match part {
            Part::Parameter(parameter) => self.parameter(parameter, set),
            Part::Substitution(inner) => set.within(|set| self.list(&inner.body, set)),
            Part::Process(inner) => {
                set.within(|set| self.list(&inner.body, set));
                set.insert(b"!");
            }
            Part::Array(_, words) => words.iter().for_each(|word| self.word(word, set)),
            Part::Arithmetic(span, parts) => self.arithmetic(*span, parts, set),
            _ => {}
        }
        part.inner().iter().for_each(|part| self.part(part, set));
    }

    fn parameter(&mut self, parameter: &'a Parameter, set: &mut Names<'a>) {
        let defaulted = matches!(
            parameter.operation,
            Operation::Given
                | Operation::Default
                | Operation::AssignDefault
                | Operation::Alternative
                | Operation::Require
        );
        if defaulted {
            return;
        }
        let tail = Span { start: parameter.name.end, ..parameter.span };
        let name = self.units.text(parameter.name);
        let is_set = match self.units.text(tail) {
            // bash 4.4 and later: no elements is no error.
            [b'[', b'@' | b'*', b']', ..] if parameter.operation == Operation::Value => {
                self.units.dialect == Dialect::Bash || self.is_set(name, set)
            }
            [b'[', b'@' | b'*', b']', ..] => self.is_set(name, set),
            [b'[', ..] => {
                let element = Span { start: parameter.name.start, ..parameter.span };
                SET_ELEMENTS.iter().any(|known| self.units.text(element).strip_suffix(b"}") == Some(known))
            }
            [b':', ..] => {
                self.arithmetic(tail, &parameter.parts, set);
                self.is_set(name, set)
            }
            _ => self.is_set(name, set),
        };
        if !is_set {
            self.report(parameter.span, name);
        }
    }

    fn is_set(&self, name: &[u8], set: &Names<'a>) -> bool {
        set.contains(name) && !self.unset.contains(name)
    }

    fn report(&mut self, span: Span, name: &[u8]) {
        let name = String::from_utf8_lossy(name);
        let message = format!("`${name}` may be unset, and would now end the script");
        self.found.push(Label { span, message });
    }

    /// Names in an arithmetic expression need no `$`. dash, busybox and mksh take an unset one for 0.
    fn arithmetic(&mut self, span: Span, parts: &[Part], set: &mut Names<'a>) {
        if !self.minds_unset_numbers() {
            return;
        }
        let mut expanded: Vec<Span> = Vec::new();
        for part in parts {
            part.each(&mut |part| match part {
                Part::Parameter(parameter) => expanded.push(parameter.span),
                Part::Substitution(inner) => expanded.push(inner.span),
                _ => {}
            });
        }
        set.within(|set| {
            for name in names(self.units.text(span), span) {
                let text = self.units.text(name);
                let after = self.units.text(Span { start: name.end, ..span }).trim_ascii_start();
                if expanded.iter().any(|part| part.contains(name)) {
                    continue;
                }
                if after.starts_with(b"=") && !after.starts_with(b"==") {
                    set.insert(text);
                } else if !self.is_set(text, set) || after.starts_with(b"[") {
                    self.report(name, text);
                }
            }
        });
    }

    fn minds_unset_numbers(&self) -> bool {
        matches!(self.units.dialect, Dialect::Bash | Dialect::Ksh)
    }

    fn compared_numbers(&mut self, brackets: Span, set: &mut Names<'a>) {
        let text = self.units.text(brackets);
        let words: Vec<&[u8]> = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).collect();
        let operators = (0..words.len()).filter(|at| COMPARES_NUMBERS.contains(&words[*at]));
        let operands = operators.flat_map(|at| [at.checked_sub(1), Some(at + 1)]).flatten();
        for operand in operands.filter_map(|at| words.get(at)) {
            let is_name = operand.iter().all(|byte| is_in_name(*byte)) && !operand[0].is_ascii_digit();
            if is_name && self.minds_unset_numbers() && !self.is_set(operand, set) {
                self.report(brackets, operand);
            }
        }
    }
}

fn is_empty_array(assignment: &Assignment) -> bool {
    matches!(&assignment.value, Value::Array(words) if words.is_empty())
}

fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The names in an arithmetic text; digits with letters (`0x1f`, `16#ff`) are numbers.
fn names(text: &[u8], span: Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|byte| is_in_name(**byte) || **byte == b'#').count();
        let start = span.start + at as u32;
        if length > 0 && !text[at].is_ascii_digit() && text[at] != b'#' {
            found.push(Span { start, end: start + length as u32, ..span });
        }
        at += length.max(1);
    }
    found
}
