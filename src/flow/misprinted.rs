//! Substitutions of which bash 5.2 runs another text than the one that is written.
//!
//! It reads the commands of a `$( )`, prints them again, and runs what it has printed. Behind a here-document the printer forgets
//! one `;` (5.2.15; `sub.reprint.*`): where a substitution holds `cat << E`, its body and, in one line, `echo a; echo b`, what
//! runs is `echo a echo b`. A line break is always kept; so are functions, and what stands between backquotes.

use super::engine::{Engine, Outcomes, going_on};
use super::graph::{NodeId, Phase};
use super::program::Program;
use super::state::{State, Status};
use crate::shell::Setting;
use crate::syntax::{Command, CommandKind, List, Pipeline, Substitution};
use crate::text::Span;

impl Engine<'_> {
    /// Whether the shell may change the text of this substitution before it runs it. What it makes of it may be no text that it
    /// can read, and then the error is that of the command around it.
    pub(super) fn may_be_misprinted(&self, substitution: &Substitution, state: &State) -> bool {
        self.shells(state).substitution_loses_separators() != Setting::Off
            && loses_separator(substitution, self.program)
    }

    /// The ends of such a substitution that runs other commands than those that are written: nothing is known of these.
    pub(super) fn misprinted(&mut self, substitution: &Substitution, from: NodeId) -> Outcomes {
        let before = self.state(from);
        let may_be_misprinted = self.may_be_misprinted(substitution, &before);
        let Some(first) = first_command(&substitution.body).filter(|_| may_be_misprinted) else {
            return Outcomes::new();
        };
        let event = self.loss(first, from);
        going_on([self.step(from, first.id, Phase::Misprinted, before.after(Status::Any), event)])
    }
}

fn loses_separator(substitution: &Substitution, program: &Program) -> bool {
    let mut printer = Printer { program, state: Pending::Nothing, loses: false };
    if program.text(substitution.span).starts_with(b"`") {
        return false;
    }
    printer.list(&substitution.body);
    printer.loses
}

fn first_command(list: &List) -> Option<&Command> {
    list.statements.first()?.first.commands.first()
}

/// What of a here-document the printer has still to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pending {
    Nothing,
    /// It is printed at the next operator, separator or end of a list.
    Body,
    /// It has been printed, and the next separator is left out.
    Separator,
}

/// Goes over commands in the order in which bash prints them (`print_cmd.c` of 5.2).
struct Printer<'a> {
    program: &'a Program<'a>,
    state: Pending,
    loses: bool,
}

impl Printer<'_> {
    fn list(&mut self, list: &List) {
        let mut statements = list.statements.iter().peekable();
        while let Some(statement) = statements.next() {
            self.pipeline(&statement.first);
            for (_, pipeline) in &statement.rest {
                self.print_body();
                self.pipeline(pipeline);
            }
            if let Some(next) = statements.peek() {
                let Span { file, end, .. } = statement.span;
                let between = self.program.text(Span::new(file, end, next.span.start));
                self.separator(between.trim_ascii_start().starts_with(b";"));
            }
        }
        self.print_body();
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        for (index, command) in pipeline.commands.iter().enumerate() {
            if index > 0 {
                self.print_body();
            }
            self.command(command);
        }
    }

    fn command(&mut self, command: &Command) {
        if !matches!(command.kind, CommandKind::Function(_)) {
            command.kind.lists().into_iter().for_each(|list| self.list(list));
        }
        if command.redirects.iter().any(|redirect| redirect.here_document.is_some()) {
            self.state = Pending::Body;
        }
    }

    fn print_body(&mut self) {
        if self.state == Pending::Body {
            self.state = Pending::Separator;
        }
    }

    fn separator(&mut self, is_semicolon: bool) {
        self.loses |= self.state == Pending::Separator && is_semicolon;
        self.state = match self.state {
            Pending::Body => Pending::Separator,
            _ => Pending::Nothing,
        };
    }
}
