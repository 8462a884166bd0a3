//! Statuses that ksh93u+m mistakes for others.
//!
//! What `exit` or `return` leaves in a substitution is a jump within the shell's own process. Where such a substitution has
//! prepared a program (`/bin/true <<< "$(exit)"`, `v=$(exit 0) a`), the shell takes that program, or any other that it runs
//! later, for one that works, now and then: in `/bin/true <<< "$(exit)"; /bin/false; echo $?` 603 runs of 2,400 printed 0. It
//! is all the same to builtins and to calls, and so is a substitution that comes to its end.

use super::engine::Engine;
use super::program::{Program, SiteId, contains};
use super::state::{State, Status};
use crate::shell::{Setting, is_bash_builtin};
use crate::syntax::{Assignment, Command, Part, Simple};
use crate::text::Span;

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
        if let Some(known) = self.prepares_by_jump {
            return known;
        }
        let program = self.program;
        let found = program.commands().any(|command| self.is_prepared_by_jump(command));
        self.prepares_by_jump = Some(found);
        found
    }

    /// Whether a substitution that may be left by a jump stands in what is assigned for this program, or in its redirections.
    fn is_prepared_by_jump(&mut self, command: &Command) -> bool {
        let program = self.program;
        let Some(simple) = command.as_simple().filter(|simple| runs_program(simple, program)) else {
            return false;
        };
        let targets = command.redirects.iter().map(|redirect| &redirect.target);
        let words = simple.assignments.iter().flat_map(Assignment::words).chain(targets);
        let bodies = command.redirects.iter().filter_map(|redirect| program.here_document(redirect));
        let mut spans = Vec::new();
        for part in words.flat_map(|word| &word.parts).chain(bodies.flat_map(|body| &body.parts)) {
            part.each(&mut |part| spans.extend(substituted(part)));
        }
        spans.into_iter().any(|span| self.may_jump(span))
    }

    /// Whether the text at `span`, or what is called there, may end with `exit` or `return`.
    fn may_jump(&mut self, span: Span) -> bool {
        let reads =
            [&b"eval"[..], b". ", b"source"].iter().any(|word| contains(self.program.text(span), word));
        reads || self.may_say(span, &[b"exit", b"return"])
    }
}

/// Whether the command is no builtin and no call.
fn runs_program(simple: &Simple, program: &Program) -> bool {
    simple.words.first().is_some_and(|word| {
        program
            .literal(word)
            .is_none_or(|name| !is_bash_builtin(&name) && !program.is_function_name(name.as_bytes()))
    })
}

fn substituted(part: &Part) -> Option<Span> {
    let Part::Substitution(inner) = part else { return None };
    Some(inner.span)
}
