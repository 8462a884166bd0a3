//! Statuses that ksh93u+m mistakes for others.
//!
//! What `exit`, `return`, a call of a function or the end of `( … )` leaves in a substitution is a jump within the shell's
//! own process. Where such a substitution has prepared a program (`/bin/true <<< "$(f)"`, `v=$(exit 0) a`), the shell takes
//! that program, or any other that it runs later, for one that works, now and then: in `/bin/true <<< "$(f)"; /bin/false; echo $?`
//! 27 runs of 60 printed 0.

use super::engine::Engine;
use super::program::{Program, SiteId};
use super::state::{State, Status};
use crate::shell::{Setting, is_bash_builtin};
use crate::syntax::{Assignment, Command, CommandKind, Part};

impl Engine<'_> {
    /// The status of a command that fails here. That of a builtin is never mistaken.
    pub(super) fn status_of_failure(&mut self, site: SiteId, state: &State) -> Status {
        let mistaken = !is_bash_builtin(&self.program.site(site).name)
            && (self.inside.mistaken
                || self.shells(state).mistakes_statuses_behind_substitutions() != Setting::Off
                    && self.prepares_by_jump());
        if mistaken { Status::Any } else { Status::Fault }
    }

    fn prepares_by_jump(&mut self) -> bool {
        let program = self.program;
        *self
            .prepares_by_jump
            .get_or_insert_with(|| program.commands().any(|command| is_prepared_by_jump(command, program)))
    }
}

/// Whether a substitution that may be left by a jump stands in what is assigned for this command, or in its redirections.
fn is_prepared_by_jump(command: &Command, program: &Program) -> bool {
    let Some(simple) = command.as_simple().filter(|simple| !simple.words.is_empty()) else { return false };
    let targets = command.redirects.iter().map(|redirect| &redirect.target);
    let words = simple.assignments.iter().flat_map(Assignment::words).chain(targets);
    let bodies = command.redirects.iter().filter_map(|redirect| program.here_document(redirect));
    let mut parts = words.flat_map(|word| &word.parts).chain(bodies.flat_map(|body| &body.parts));
    parts.any(|part| part.any(|part| may_be_left_by_jump(part, command, program)))
}

fn may_be_left_by_jump(part: &Part, command: &Command, program: &Program) -> bool {
    let Part::Substitution(inner) = part else { return false };
    let mut jumps = false;
    program.script_of(command).each_command_in(&inner.body, &mut |inner| jumps |= may_jump(inner, program));
    jumps
}

fn may_jump(command: &Command, program: &Program) -> bool {
    let name = match &command.kind {
        CommandKind::Subshell(_) => return true,
        CommandKind::Simple(simple) => simple.words.first(),
        _ => None,
    };
    name.is_some_and(|word| {
        program.literal(word).is_none_or(|name| {
            matches!(name.as_str(), "exit" | "return" | "eval" | "." | "source")
                || program.is_function_name(name.as_bytes())
        })
    })
}
