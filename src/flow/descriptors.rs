//! File descriptors that `exec` opens. Where it cannot, and the shell goes on (`redir.exec.lost`), a command that is given the
//! descriptor later on may find none.

use super::engine::{Engine, Outcome, Outcomes, going_on};
use super::graph::{NodeId, Phase};
use super::program::Program;
use super::state::Status;
use crate::shell::{Opt, Setting};
use crate::syntax::{Command, CommandKind, Redirect, RedirectOperator};

/// The first that is nobody's: 0, 1 and 2 are there from the start.
const FIRST: u32 = 3;

impl<'a> Engine<'a> {
    /// After an `exec` that has failed: `exec 3< file`.
    pub(super) fn lacks_descriptor(&mut self, command: &Command, outcomes: Outcomes) -> Outcomes {
        if !command.redirects.iter().any(|redirect| opened(redirect, self.program).is_some()) {
            return outcomes;
        }
        let lacks = |mut outcome: Outcome| {
            outcome.node = self.change(outcome.node, command.id, Phase::Settled, |state| {
                state.options = state.options.with(Opt::LacksDescriptor, Setting::On);
            });
            outcome
        };
        outcomes.into_iter().map(lacks).collect()
    }

    /// How a command may fail because a descriptor is not there.
    pub(super) fn without_descriptor(&mut self, command: &'a Command, from: NodeId) -> Outcomes {
        let before = self.state(from);
        if !before.options.is_on(Opt::LacksDescriptor) || !self.is_given_descriptor(command) {
            return Outcomes::new();
        }
        let event = self.loss(command, from);
        let failed = self.step(from, command.id, Phase::Failed, before.after(Status::Nonzero), event);
        match command.kind {
            CommandKind::Simple(_) => going_on([failed]),
            _ => self.redirection_fails(command, failed),
        }
    }

    /// `cmd >&3`, `flock 9`, `read -u 3 line`
    fn is_given_descriptor(&self, command: &Command) -> bool {
        let is_one = |text: &[u8]| self.program.descriptors.contains(text);
        let duplicates = command.redirects.iter().any(|redirect| {
            matches!(redirect.operator, RedirectOperator::DuplicateInput | RedirectOperator::DuplicateOutput)
                && is_one(self.program.text(redirect.target.span))
        });
        let words = command.simple_words();
        duplicates || words.iter().skip(1).any(|word| is_one(self.program.text(word.span)))
    }
}

/// The descriptor that a redirection opens a file for, where that is not one of the first three.
pub(super) fn opened<'a>(redirect: &Redirect, program: &Program<'a>) -> Option<&'a [u8]> {
    let text = program.text(redirect.descriptor?);
    let number: u32 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (redirect.opens_file() && number >= FIRST).then_some(text)
}
