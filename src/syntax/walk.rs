//! Walks over a tree that has been read.

use std::slice;

use super::ast::{
    Assignment, Command, CommandKind, HereDocument, List, Part, Pipeline, Redirect, Script, Simple, Value,
    Word,
};

impl Script {
    /// Calls `visit` with every command of the script, an outer one before those inside it: bodies, conditions,
    /// substitutions in words, redirections and here-documents, functions.
    pub fn each_command<'a>(&'a self, visit: &mut dyn FnMut(&'a Command)) {
        Walk { here_documents: &self.here_documents }.list(&self.body, visit);
    }

    /// The here-document of a redirection of this script.
    pub fn here_document(&self, redirect: &Redirect) -> Option<&HereDocument> {
        self.here_documents.get(redirect.here_document?.0 as usize)
    }

    /// Calls `visit` with every command in `list`, which is a part of this script.
    pub fn each_command_in<'a>(&'a self, list: &'a List, visit: &mut dyn FnMut(&'a Command)) {
        Walk { here_documents: &self.here_documents }.list(list, visit);
    }
}

impl Script {
    /// Calls `visit` with every pipeline of the script, in bodies, substitutions and functions, too.
    pub fn each_pipeline<'a>(&'a self, visit: &mut dyn FnMut(&'a Pipeline)) {
        for list in self.lists() {
            list.statements.iter().flat_map(super::Statement::pipelines).for_each(&mut *visit);
        }
    }

    /// The lists of the script, those in bodies, substitutions and functions, too.
    pub fn lists(&self) -> Vec<&List> {
        let mut lists = vec![&self.body];
        self.each_command(&mut |command| lists.extend(command.lists()));
        lists
    }

    /// Calls `visit` with `command`, which is a part of this script, and with every command in it.
    pub fn each_command_below<'a>(&'a self, command: &'a Command, visit: &mut dyn FnMut(&'a Command)) {
        Walk { here_documents: &self.here_documents }.command(command, visit);
    }
}

impl Command {
    /// The words that stand in the command itself, not in commands inside it, in the order of their expansion.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.kind.words().chain(self.redirects.iter().map(|redirect| &redirect.target))
    }

    /// The lists that stand right in the command: bodies, conditions, and those of substitutions in its words.
    pub fn lists(&self) -> Vec<&List> {
        let mut lists = self.kind.lists();
        for part in self.words().flat_map(|word| &word.parts) {
            part.each(&mut |part| {
                if let Part::Substitution(inner) | Part::Process(inner) = part {
                    lists.push(&inner.body);
                }
            });
        }
        lists
    }

    /// The words of the simple command that this is, its name first; none of another command.
    pub fn simple_words(&self) -> &[Word] {
        self.as_simple().map(|simple| simple.words.as_slice()).unwrap_or_default()
    }

    /// The simple command that this is.
    pub fn as_simple(&self) -> Option<&Simple> {
        match &self.kind {
            CommandKind::Simple(simple) => Some(simple),
            _ => None,
        }
    }
}

impl Assignment {
    /// The words of the value and of the subscript.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        let values = match &self.value {
            Value::Scalar(word) => slice::from_ref(word),
            Value::Array(words) => words.as_slice(),
        };
        self.index.iter().chain(values)
    }
}

impl CommandKind {
    /// The lists that it is made of, in the order of the text: bodies and conditions.
    pub fn lists(&self) -> Vec<&List> {
        match self {
            Self::Group(list) | Self::Subshell(list) => vec![list],
            Self::If(chain) => chain
                .arms
                .iter()
                .flat_map(|(condition, body)| [condition, body])
                .chain(&chain.otherwise)
                .collect(),
            Self::Loop(each) => vec![&each.condition, &each.body],
            Self::For(each) | Self::Select(each) => vec![&each.body],
            Self::ForArithmetic(each) => vec![&each.body],
            Self::Case(case) => case.items.iter().map(|item| &item.body).collect(),
            _ => Vec::new(),
        }
    }

    /// The words that stand in it, those of redirections left out.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        let (assignments, words): (&[Assignment], &[Word]) = match self {
            Self::Simple(simple) => (&simple.assignments, &simple.words),
            Self::For(each) | Self::Select(each) => (&[], each.words.as_deref().unwrap_or_default()),
            Self::ForArithmetic(each) => (&[], slice::from_ref(&each.header)),
            Self::Case(case) => (&[], slice::from_ref(&case.word)),
            Self::Test(words) => (&[], words),
            Self::Arithmetic(word) => (&[], slice::from_ref(word)),
            _ => (&[], &[]),
        };
        assignments.iter().flat_map(Assignment::words).chain(words)
    }
}

impl Part {
    /// Whether the part, or one inside it, is such a one.
    pub fn any(&self, mut is: impl FnMut(&Part) -> bool) -> bool {
        let mut found = false;
        self.each(&mut |part| found |= is(part));
        found
    }

    /// The parts inside this one.
    pub fn inner(&self) -> &[Part] {
        match self {
            Self::DoubleQuoted(_, parts) | Self::Arithmetic(_, parts) => parts,
            Self::Parameter(parameter) => &parameter.parts,
            _ => &[],
        }
    }

    /// Calls `visit` with this part and those inside it, but not with what stands in substitutions.
    pub fn each<'a>(&'a self, visit: &mut dyn FnMut(&'a Part)) {
        visit(self);
        if let Self::Array(_, words) = self {
            words.iter().flat_map(|word| &word.parts).for_each(|part| part.each(visit));
        }
        self.inner().iter().for_each(|part| part.each(visit));
    }
}

struct Walk<'a> {
    here_documents: &'a [HereDocument],
}

impl<'a> Walk<'a> {
    fn list(&self, list: &'a List, visit: &mut dyn FnMut(&'a Command)) {
        for command in list.statements.iter().flat_map(super::Statement::pipelines).flat_map(|p| &p.commands)
        {
            self.command(command, visit);
        }
    }

    fn command(&self, command: &'a Command, visit: &mut dyn FnMut(&'a Command)) {
        visit(command);
        for part in command.words().flat_map(|word| &word.parts) {
            self.part(part, visit);
        }
        let bodies = command.redirects.iter().filter_map(|redirect| redirect.here_document);
        for part in
            bodies.filter_map(|id| self.here_documents.get(id.0 as usize)).flat_map(|body| &body.parts)
        {
            self.part(part, visit);
        }
        self.inside(&command.kind, visit);
    }

    fn inside(&self, kind: &'a CommandKind, visit: &mut dyn FnMut(&'a Command)) {
        match kind {
            CommandKind::Group(list) | CommandKind::Subshell(list) => self.list(list, visit),
            CommandKind::If(chain) => {
                for (condition, body) in &chain.arms {
                    self.list(condition, visit);
                    self.list(body, visit);
                }
                chain.otherwise.iter().for_each(|list| self.list(list, visit));
            }
            CommandKind::Loop(each) => {
                self.list(&each.condition, visit);
                self.list(&each.body, visit);
            }
            CommandKind::For(each) | CommandKind::Select(each) => self.list(&each.body, visit),
            CommandKind::ForArithmetic(each) => self.list(&each.body, visit),
            CommandKind::Case(case) => {
                for item in &case.items {
                    item.patterns.iter().flat_map(|word| &word.parts).for_each(|part| self.part(part, visit));
                    self.list(&item.body, visit);
                }
            }
            CommandKind::Function(function) => self.command(&function.body, visit),
            CommandKind::Coproc(inner) => self.command(inner, visit),
            CommandKind::Simple(_)
            | CommandKind::Test(_)
            | CommandKind::Arithmetic(_)
            | CommandKind::Unknown => {}
        }
    }

    fn part(&self, part: &'a Part, visit: &mut dyn FnMut(&'a Command)) {
        part.each(&mut |part| {
            if let Part::Substitution(inner) | Part::Process(inner) = part {
                self.list(&inner.body, visit);
            }
        });
    }
}
