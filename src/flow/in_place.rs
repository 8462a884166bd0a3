//! bash lets a program take the shell's place too early (bash 5.2, `optimize_connection_fork`).
//!
//! Where `.` reads a file in `( … )`, and the last line of the file ends with `&&`, `||` or `;` and one simple command, a
//! program that is called there replaces the subshell. What stands behind `.` is never run (`src.last.subshell`).
//!
//! Where a substitution ends with the call of a function, and this ends with a program, the program replaces the shell of the
//! substitution. The traps that the function has set by then never run (`exit.sub.last.call`).

use rustc_hash::FxHashSet;

use super::engine::{Engine, How, Outcome, Outcomes};
use super::graph::{NodeId, Phase};
use super::program::FunctionInfo;
use super::state::{State, Trap};
use super::units::Units;
use crate::shell::{Opt, Setting, is_bash_builtin};
use crate::syntax::{Command, CommandId, CommandKind, List, Script, Statement};
use crate::text::FileId;

/// The commands that end such a file in this way.
pub(super) fn last_programs(units: &Units) -> FxHashSet<CommandId> {
    units.scripts.iter().filter_map(|script| last_program(script, units)).collect()
}

fn last_program(script: &Script, units: &Units) -> Option<CommandId> {
    let (last, before) = script.body.statements.split_last()?;
    let text = units.source(last.span.file);
    let is_read = last.span.file != FileId(0) && !last.background && ends(&text[last.span.end as usize..]);
    if !is_read || !(is_list(last) || before.last().is_some_and(|before| shares_line(before, last, text))) {
        return None;
    }
    plain_end(last, units).map(|command| command.id)
}

/// The simple command that the statement ends with, if nothing stands around it.
fn plain_end<'a>(statement: &'a Statement, units: &Units) -> Option<&'a Command> {
    let pipeline = statement.pipelines().last()?;
    let command = pipeline.only_command().filter(|_| !pipeline.negated)?;
    let words = &command.as_simple()?.words;
    let is_timed = words.first().is_some_and(|word| units.text(word.span) == b"time");
    (!words.is_empty() && command.redirects.is_empty() && !is_timed).then_some(command)
}

/// The commands that end the bodies of functions; only a trap makes a difference there.
pub(super) fn last_in_functions(functions: &[FunctionInfo<'_>], units: &Units) -> FxHashSet<CommandId> {
    let bodies = functions.iter().filter_map(|info| match &info.definition.body.kind {
        CommandKind::Group(list) => Some(list),
        _ => None,
    });
    bodies.filter_map(|list| last_command(list, units)).collect()
}

fn last_command(list: &List, units: &Units) -> Option<CommandId> {
    let (last, before) = list.statements.split_last()?;
    let is_plain = !last.background && before.last().is_none_or(|before| !before.background);
    // A list of `&&` and `||` is looked into where it is all that there is (`exit.sub.last.call.behind`).
    let is_reached = before.is_empty() || !is_list(last);
    let command = plain_end(last, units).filter(|_| is_plain && is_reached)?;
    command.lists().is_empty().then_some(command.id)
}

fn is_list(statement: &Statement) -> bool {
    !statement.rest.is_empty()
}

fn shares_line(before: &Statement, last: &Statement, text: &[u8]) -> bool {
    let between = &text[before.span.end as usize..last.span.start as usize];
    !before.background && !between.contains(&b'\n')
}

/// Whether the file ends with this line.
fn ends(rest: &[u8]) -> bool {
    let line = rest.strip_suffix(b"\n").unwrap_or(rest);
    let behind = line.trim_ascii_start();
    let behind = behind.strip_prefix(b";").unwrap_or(behind).trim_ascii_start();
    !line.contains(&b'\n') && (behind.is_empty() || behind.starts_with(b"#"))
}

impl Engine<'_> {
    /// Before the commands of `( … )`.
    pub(super) fn enter_parentheses(&self, entry: &mut State) {
        if !self.program.last_programs.is_empty() {
            entry.options = entry.options.with(Opt::Parenthesised, Setting::On);
        }
    }

    /// Before the commands of a substitution.
    pub(super) fn enter_last_call(&mut self, entry: &mut State, body: &List) {
        if !self.program.last_in_functions.is_empty() {
            let replaces = self.shells(entry).last_program_takes_the_place();
            entry.options = entry.options.with(Opt::LastCall, replaces);
            self.last_in_substitutions.extend(last_command(body, self.program.units));
        }
    }

    /// Whether the last program of a function that is called here takes the shell's place.
    pub(super) fn last_call(&self, call: CommandId, before: &State) -> Setting {
        let ends =
            self.last_in_substitutions.contains(&call) || self.program.last_in_functions.contains(&call);
        let replaces = if ends { before.options.get(Opt::LastCall) } else { Setting::Off };
        match (before.exit_trap, before.err_trap) {
            (Trap::None, Trap::None) if !self.program.traps_signals => replaces,
            (Trap::None | Trap::Unknown, Trap::None | Trap::Unknown) => replaces.weakened(),
            _ => Setting::Off,
        }
    }

    /// After a program named `name`: the subshell goes on, or has ended with it.
    pub(super) fn after_program(
        &mut self,
        command: &Command,
        name: &str,
        node: NodeId,
        outcomes: Outcomes,
    ) -> Outcomes {
        if is_bash_builtin(name) {
            return outcomes;
        }
        let replaces = self.state(node).options.get(Opt::LastCall);
        if replaces != Setting::Off && self.program.last_in_functions.contains(&command.id) {
            return self.without_traps(command, replaces, outcomes);
        }
        if !self.program.last_programs.contains(&command.id) {
            return outcomes;
        }
        let ended = |outcome: Outcome| {
            let replaces = match outcome.how {
                How::Next => self.takes_the_place(&self.state(outcome.node)),
                _ => Setting::Off,
            };
            let left = (replaces != Setting::Off).then_some(Outcome { how: How::Exit, ..outcome });
            let stays = (replaces != Setting::On).then_some(outcome);
            left.into_iter().chain(stays)
        };
        outcomes.into_iter().flat_map(ended).collect()
    }

    /// The program has taken the shell's place, and its traps are gone.
    fn without_traps(&mut self, command: &Command, replaces: Setting, outcomes: Outcomes) -> Outcomes {
        let mut out = Outcomes::new();
        for outcome in outcomes {
            let ends = outcome.how == How::Next;
            if ends {
                let node = self.change(outcome.node, command.id, Phase::Left(How::Exit), |state| {
                    (state.exit_trap, state.err_trap) = (Trap::None, Trap::None);
                });
                out.push(Outcome { how: How::Exit, node });
            }
            if !ends || replaces != Setting::On {
                out.push(outcome);
            }
        }
        out
    }

    /// A trap keeps the shell where it is.
    fn takes_the_place(&self, state: &State) -> Setting {
        let is_inside = state.options.is_on(Opt::Parenthesised);
        if !is_inside || state.exit_trap != Trap::None || state.err_trap != Trap::None {
            return Setting::Off;
        }
        let replaces = self.shells(state).last_program_takes_the_place();
        if self.program.traps_signals { replaces.weakened() } else { replaces }
    }
}
