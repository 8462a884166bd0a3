//! What an error of the shell itself does to it: of a builtin that is given what it refuses, of a redirection that cannot
//! be made. In many shells some of these end the shell, whatever `||` or `if` stands around them (POSIX 2.8.1).

use smallvec::{SmallVec, smallvec};

use super::answer::By;
use super::engine::{Engine, How, Outcome, Outcomes, going_on};
use super::graph::{Event, NodeId, Phase};
use super::lists::Judged;
use super::state::{State, Trap};
use crate::shell::{Opt, Setting};
use crate::syntax::{Command, CommandKind, Operation, Part, Redirect, Word};

/// The special builtins (POSIX 2.14) whose errors are followed.
const SPECIAL: [&str; 14] = [
    ":", ".", "break", "continue", "eval", "exec", "exit", "export", "readonly", "return", "set", "shift",
    "trap", "unset",
];

/// The ways in which an error may end what is around it.
pub(super) type Ends = SmallVec<[How; 2]>;

impl<'a> Engine<'a> {
    /// After an own failure of the builtin `name`: the shell goes on, or it ends, or either.
    pub(super) fn builtin_fails(
        &mut self,
        command: &'a Command,
        name: &str,
        args: &[&'a Word],
        failed: NodeId,
    ) -> Outcomes {
        let fatal = self.is_fatal(command, name, args, &self.state(failed));
        let mut out = Outcomes::new();
        if fatal != Setting::Off {
            out.extend(self.die(command, failed));
        }
        if fatal != Setting::On {
            out.extend(going_on([failed]));
        }
        out
    }

    fn is_fatal(&self, command: &Command, name: &str, args: &[&'a Word], state: &State) -> Setting {
        if self.stands_behind_command(command) {
            return Setting::Off;
        }
        let shells = self.shells(state);
        if command.redirects.iter().any(Redirect::opens_file) {
            return match name {
                "local" => shells.wrong_operand_is_fatal(),
                // Without operands they print: the file may have been opened, and been full (`out.export.full`).
                "set" | "export" | "readonly" | "trap" if args.is_empty() => {
                    shells.special_redirection_is_fatal().weakened()
                }
                name if SPECIAL.contains(&name) => shells.special_redirection_is_fatal(),
                _ => Setting::Off,
            };
        }
        match name {
            ":" if args.iter().any(|word| requires(word)) => Setting::On,
            // `exec 2>&1` where 1 is closed (`redir.exec.dup`).
            ":" | "exec" if !command.redirects.is_empty() => shells.special_redirection_is_fatal(),
            "." => shells.missing_file_is_fatal(),
            "source" => shells.missing_source_is_fatal(),
            "break" | "continue" => shells.wrong_break_is_fatal(),
            "shift" if args.first().is_some_and(|word| self.is_no_number(word)) => {
                shells.wrong_operand_is_fatal()
            }
            "shift" => shells.short_shift_is_fatal(),
            "set" => shells.wrong_option_is_fatal(),
            "export" | "readonly" => shells.wrong_export_is_fatal(),
            "local" | "unset" => shells.wrong_operand_is_fatal(),
            _ => Setting::Off,
        }
    }

    /// Whether `command` in front takes the special out of a builtin (`redir.command.colon`).
    pub(super) fn stands_behind_command(&self, command: &Command) -> bool {
        let words = command.simple_words();
        words.first().and_then(|word| self.program.literal(word)).as_deref() == Some("command")
    }

    fn is_no_number(&self, word: &Word) -> bool {
        self.program.literal(word).is_some_and(|text| text.parse::<u32>().is_err())
    }

    /// Ends the shell, or what of it such an error ends.
    pub(super) fn die(&mut self, command: &Command, node: NodeId) -> Outcomes {
        let state = (*self.state(node)).clone();
        let event = Event { by: Some(By::Shell), at: command.span };
        let is_expansion = command.words().any(requires);
        let ends = if is_expansion { self.missing_parameter_ends(&state) } else { self.error_ends(&state) };
        let node = self.step(node, command.id, Phase::Died, state, event);
        self.end_by_error(command, node, ends)
    }

    /// Ends in these ways what is around an error.
    pub(super) fn end_by_error(&mut self, command: &Command, node: NodeId, ends: Ends) -> Outcomes {
        let mut out = Outcomes::new();
        for how in ends {
            match how {
                How::Exit => out.extend(self.exit_by_error(command, node)),
                _ => out.push(Outcome { how, node }),
            }
        }
        out
    }

    /// Ends the shell. Under errexit mksh runs the ERR trap before, where there is no EXIT trap (`err.fatal`).
    fn exit_by_error(&mut self, command: &Command, node: NodeId) -> Outcomes {
        let state = self.state(node);
        let traps = state.exit_trap == Trap::None
            && state.err_trap != Trap::None
            && self.shells(&state).errors_run_err_trap() == Setting::On;
        let errexit = if traps { state.options.errexit() } else { Setting::Off };
        let mut out = Outcomes::new();
        if errexit != Setting::On {
            let node = self.hide_error_from_exit_trap(command, node);
            // As errexit does it, and not `exit`: `( ! command )` turns the status round (`redir.subshell.negated.fn`).
            let turns = self.shells(&state).subshell_turns_status_round() != Setting::Off;
            out.push(Outcome { how: if turns { How::Abort } else { How::Exit }, node });
        }
        if errexit != Setting::Off {
            let trapped = self.err_trap(Judged::from(command), node);
            out.extend(trapped.into_iter().map(|outcome| Outcome { how: How::Exit, ..outcome }));
        }
        out
    }

    /// In ksh, `$?` in the EXIT trap is that of the command before the error (`exit.error.status`).
    fn hide_error_from_exit_trap(&mut self, command: &Command, node: NodeId) -> NodeId {
        let state = self.state(node);
        if state.exit_trap == Trap::None || self.shells(&state).exit_trap_misses_errors() != Setting::On {
            return node;
        }
        self.hide_status_from_exit_trap(command.id, node)
    }

    /// What a parameter ends that is missing and must be there.
    pub(super) fn missing_parameter_ends(&self, state: &State) -> Ends {
        let stops = self.shells(state).missing_parameter_leaves_text() == Setting::On;
        if stops { smallvec![How::Stop] } else { self.error_ends(state) }
    }

    /// What an arithmetic expansion ends that is no expression.
    pub(super) fn wrong_expression_ends(&self, state: &State) -> Ends {
        match self.shells(state).wrong_expression_leaves_line() {
            Setting::On => smallvec![How::LeaveLine],
            Setting::Unknown => smallvec![How::LeaveLine, How::Exit],
            Setting::Off => self.missing_parameter_ends(state),
        }
    }

    /// What an assignment to a readonly variable ends (`decl.readonly.local.or`); in the text of `eval`, no more than the line
    /// (`decl.readonly.eval.e`).
    pub(super) fn refused_assignment_ends(&self, state: &State) -> Ends {
        if self.inside.eval { self.wrong_expression_ends(state) } else { self.unreadable_text_ends(state) }
    }

    /// The same of a substitution whose text cannot be read (`sub.reprint.error`): under errexit more than the line of the
    /// script, also where that is ignored.
    pub(super) fn unreadable_text_ends(&self, state: &State) -> Ends {
        let ends = self.wrong_expression_ends(state);
        match state.options.get(Opt::Errexit) {
            Setting::On => {
                ends.into_iter().map(|how| if how == How::LeaveLine { How::Exit } else { how }).collect()
            }
            Setting::Unknown if ends.contains(&How::LeaveLine) => smallvec![How::LeaveLine, How::Exit],
            _ => ends,
        }
    }

    /// After a command with redirections, which `before` has led into: an error in it may have ended nothing else.
    pub(super) fn hold_errors(
        &mut self,
        command: &Command,
        before: NodeId,
        exempt: bool,
        outcomes: Outcomes,
    ) -> Outcomes {
        let before = self.state(before);
        if command.redirects.is_empty() || self.shells(&before).redirections_hold_errors() != Setting::On {
            return outcomes;
        }
        let held = |outcome: Outcome| match outcome.how {
            How::Stop => {
                let node = self.change(outcome.node, command.id, Phase::Left(How::Stop), |state| {
                    (state.ignored, state.exempt) = (before.ignored, exempt);
                });
                Outcome { how: How::Next, node }
            }
            _ => outcome,
        };
        outcomes.into_iter().map(held).collect()
    }

    /// What an error ends that would end the shell. Where mksh leaves the function only, it still ends with an EXIT trap or
    /// under errexit, wherever that is ignored.
    fn error_ends(&self, state: &State) -> Ends {
        match self.inside.regular {
            Setting::Off => self.shell_ends(state),
            Setting::On => smallvec![How::LeaveRegular],
            Setting::Unknown => smallvec![How::LeaveRegular, How::Exit],
        }
    }

    fn shell_ends(&self, state: &State) -> Ends {
        let is_inside = self.inside.returns();
        if !is_inside || self.shells(state).errors_leave_function() != Setting::On {
            return smallvec![How::Exit];
        }
        match (state.exit_trap, state.options.get(Opt::Errexit)) {
            (Trap::Commands(_), _) | (_, Setting::On) => smallvec![How::Exit],
            (Trap::None, Setting::Off) => smallvec![How::Return],
            _ => smallvec![How::Exit, How::Return],
        }
    }

    /// After a redirection of anything but a named command has failed.
    pub(super) fn redirection_fails(&mut self, command: &Command, failed: NodeId) -> Outcomes {
        let shells = self.shells(&self.state(failed));
        let exempt = match command.kind {
            CommandKind::Simple(_) => Setting::Off,
            CommandKind::Subshell(_) => shells.subshell_redirection_is_exempt(),
            _ => shells.compound_redirection_is_exempt(),
        };
        let exempted = |engine: &mut Self| {
            engine.change(failed, command.id, Phase::Settled, |state| state.exempt = true)
        };
        match exempt {
            Setting::Off => going_on([failed]),
            Setting::On => going_on([exempted(self)]),
            Setting::Unknown => {
                let other = exempted(self);
                smallvec![Outcome { how: How::Next, node: failed }, Outcome { how: How::Next, node: other }]
            }
        }
    }
}

/// `${name:?message}`
fn requires(word: &Word) -> bool {
    let is_it = |part: &Part| matches!(part, Part::Parameter(it) if it.operation == Operation::Require);
    word.parts.iter().any(|part| part.any(is_it))
}
