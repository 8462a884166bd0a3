//! bash lets a program take the shell's place too early: where `.` reads a file in `( … )`, and the last line of the file
//! ends with `&&`, `||` or `;` and one simple command, a program that is called there replaces the subshell. What stands
//! behind `.` is never run (`src.last.subshell`; bash 5.2, `optimize_connection_fork`).

use rustc_hash::FxHashSet;

use super::engine::{Engine, How, Outcome, Outcomes};
use super::state::{State, Trap};
use super::units::Units;
use crate::shell::{Opt, Setting, is_bash_builtin};
use crate::syntax::{Command, CommandId, Script, Statement};
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
    let pipeline = last.pipelines().last()?;
    let command = pipeline.only_command().filter(|_| !pipeline.negated)?;
    let words = &command.as_simple()?.words;
    let is_timed = words.first().is_some_and(|word| units.text(word.span) == b"time");
    (!words.is_empty() && command.redirects.is_empty() && !is_timed).then_some(command.id)
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

    /// After a program named `name`: the subshell goes on, or has ended with it.
    pub(super) fn after_program(&self, command: &Command, name: &str, outcomes: Outcomes) -> Outcomes {
        if !self.program.last_programs.contains(&command.id) || is_bash_builtin(name) {
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
