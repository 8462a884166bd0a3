//! Which parameters may be read while they are unset, where nounset is on: nothing is followed but the order of the text,
//! so that what is not found here is surely set.

use rustc_hash::FxHashSet;

use super::units::Units;
use crate::diagnostic::Label;
use crate::syntax::{
    Assignment, Command, CommandKind, Connector, List, Operation, Part, Script, Statement, Word,
};

/// Set by every shell, or by whatever starts one.
const ALWAYS_SET: [&[u8]; 24] = [
    b"?",
    b"#",
    b"@",
    b"*",
    b"-",
    b"$",
    b"0",
    b"!",
    b"_",
    b"HOME",
    b"IFS",
    b"LINENO",
    b"OPTIND",
    b"PATH",
    b"PPID",
    b"PWD",
    b"BASH_SOURCE",
    b"BASH_VERSION",
    b"EUID",
    b"FUNCNAME",
    b"HOSTNAME",
    b"PIPESTATUS",
    b"RANDOM",
    b"UID",
];

/// The places where a parameter is read that may be unset, in the order of the text.
pub(super) fn unset_reads(units: &Units) -> Vec<Label> {
    let mut survey = Survey { units, script: units.script(), found: Vec::new() };
    let mut set: Names<'_> = ALWAYS_SET.into_iter().collect();
    survey.list(&units.script().body, &mut set);
    survey.found.sort_by_key(|label| label.span);
    survey.found
}

type Names<'a> = FxHashSet<&'a [u8]>;

struct Survey<'a> {
    units: &'a Units,
    script: &'a Script,
    found: Vec<Label>,
}

impl<'a> Survey<'a> {
    fn list(&mut self, list: &'a List, set: &mut Names<'a>) {
        list.statements.iter().for_each(|statement| self.statement(statement, set));
    }

    fn statement(&mut self, statement: &'a Statement, set: &mut Names<'a>) {
        let mut reached = set.clone();
        for (index, pipeline) in statement.pipelines().enumerate() {
            // What stands after `||` may be passed over, and an element of a pipeline is a process of its own.
            let surely = !statement.background
                && pipeline.commands.len() == 1
                && statement.rest.iter().take(index).all(|(connector, _)| *connector == Connector::And)
                && index == 0;
            for command in &pipeline.commands {
                self.command(command, if surely { set } else { &mut reached });
            }
            if surely {
                reached.clone_from(set);
            }
        }
    }

    fn command(&mut self, command: &'a Command, set: &mut Names<'a>) {
        command.words().into_iter().for_each(|word| self.word(word, set));
        for redirect in &command.redirects {
            let parts =
                self.script.here_document(redirect).map(|body| body.parts.as_slice()).unwrap_or_default();
            parts.iter().for_each(|part| self.part(part, set));
        }
        match &command.kind {
            CommandKind::Simple(simple) => {
                if simple.words.is_empty() {
                    set.extend(simple.assignments.iter().map(|a: &Assignment| self.units.text(a.name)));
                }
                self.assigned_by(&simple.words, set);
            }
            CommandKind::Group(list) => self.list(list, set),
            CommandKind::For(each) | CommandKind::Select(each) => {
                let mut inside = set.clone();
                inside.insert(self.units.text(each.name));
                self.list(&each.body, &mut inside);
            }
            CommandKind::Subshell(list) => self.list(list, &mut set.clone()),
            CommandKind::If(chain) => {
                let mut inside = set.clone();
                for (condition, body) in &chain.arms {
                    self.list(condition, &mut inside);
                    self.list(body, &mut inside.clone());
                }
                chain.otherwise.iter().for_each(|list| self.list(list, &mut inside.clone()));
            }
            CommandKind::Loop(each) => {
                let mut inside = set.clone();
                self.list(&each.condition, &mut inside);
                self.list(&each.body, &mut inside);
            }
            CommandKind::ForArithmetic(each) => self.list(&each.body, &mut set.clone()),
            CommandKind::Case(case) => {
                case.items.iter().for_each(|item| self.list(&item.body, &mut set.clone()))
            }
            CommandKind::Function(function) => self.command(&function.body, &mut set.clone()),
            CommandKind::Coproc(inner) => self.command(inner, &mut set.clone()),
            CommandKind::Test(_) | CommandKind::Arithmetic(_) | CommandKind::Unknown => {}
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

    fn word(&mut self, word: &'a Word, set: &Names<'a>) {
        word.parts.iter().for_each(|part| self.part(part, set));
    }

    fn part(&mut self, part: &'a Part, set: &Names<'a>) {
        match part {
            Part::Parameter(parameter) => {
                let name = self.units.text(parameter.name);
                let defaulted = matches!(
                    parameter.operation,
                    Operation::Default
                        | Operation::AssignDefault
                        | Operation::Alternative
                        | Operation::Require
                );
                if !defaulted && !set.contains(name) {
                    let name = String::from_utf8_lossy(name);
                    let message = format!("`${name}` may be unset, and would now end the script");
                    self.found.push(Label { span: parameter.span, message });
                }
            }
            Part::Substitution(inner) | Part::Process(inner) => self.list(&inner.body, &mut set.clone()),
            Part::Array(_, words) => words.iter().for_each(|word| self.word(word, set)),
            _ => {}
        }
        part.inner().iter().for_each(|part| self.part(part, set));
    }
}
