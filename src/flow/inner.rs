//! Commands that stand in the words of another, or are fed to it: `sudo cmd`, `find -exec`, `bash -c '…'`,
//! `ssh host <<EOF`. Each runs in a process of its own, and what becomes of its status is the other's affair.

use smallvec::SmallVec;

use super::answer::By;
use super::engine::{Body, Engine, Outcomes, going_on, push_new};
use super::graph::{Event, NodeId, Phase};
use super::program::UnitId;
use super::state::{State, Status, Trap, subshell_state, taint_after};
use crate::shell::Options;
use crate::shell::knowledge::Passes;
use crate::syntax::{Command, Word};

/// The units that one command runs, in order.
pub(super) type InnerUnits = SmallVec<[UnitId; 1]>;

impl<'a> Engine<'a> {
    /// What stands in the words behind the first, or is fed to it. What a unit holds in turn is not among it.
    pub(super) fn inner_units(&self, words: &[&'a Word]) -> InnerUnits {
        let units = self.program.units;
        let mut found = InnerUnits::new();
        for word in words.iter().skip(1) {
            let Some(unit) = units.at_word(word.span) else { continue };
            if !found.iter().any(|outer| units.span(*outer).contains(word.span)) {
                found.push(unit);
            }
        }
        found.extend(words.first().and_then(|word| units.fed_to(word.span)));
        found
    }

    /// Runs them one after the other.
    pub(super) fn run_inner(&mut self, command: &'a Command, units: &[UnitId], node: NodeId) -> Outcomes {
        let asked = self.state(node);
        let event = self.loss(command, node);
        let started = self.step(node, command.id, Phase::Element(0), asked.after(Status::ZERO), event);
        let mut current = vec![started];
        for (index, unit) in units.iter().enumerate() {
            let phase = Phase::Element(index as u32 + 1);
            let mut next = Vec::new();
            for from in current {
                for end in self.rounds_of(command, *unit, phase, from, &asked) {
                    push_new(&mut next, end);
                }
            }
            current = next;
        }
        let ended: Vec<NodeId> = current
            .into_iter()
            .map(|node| {
                let state = (*self.state(node)).clone();
                self.step(node, command.id, Phase::After, state, Event::quiet())
            })
            .collect();
        going_on(ended)
    }

    /// The ends of one unit; where it may run many times, also of a further run after one that failed.
    fn rounds_of(
        &mut self,
        command: &'a Command,
        unit: UnitId,
        phase: Phase,
        from: NodeId,
        asked: &State,
    ) -> Vec<NodeId> {
        let mut ends = self.round_of(command, unit, phase, from, asked);
        if self.program.units.inner(unit).many && self.state(from).is_healthy() {
            for end in ends.clone() {
                if !self.state(end).is_healthy() {
                    for again in self.round_of(command, unit, phase, end, asked) {
                        push_new(&mut ends, again);
                    }
                }
            }
        }
        ends
    }

    fn round_of(
        &mut self,
        command: &'a Command,
        unit: UnitId,
        phase: Phase,
        from: NodeId,
        asked: &State,
    ) -> Vec<NodeId> {
        let before = self.state(from);
        let inner = self.program.units.inner(unit);
        let entry = if inner.is_words { of_words(asked, &before) } else { of_shell(inner.options, &before) };
        let span = self.program.units.span(unit);
        let body = &self.program.script(unit).body;
        let outer = std::mem::replace(&mut self.dialect, inner.dialect);
        let ended =
            self.process(Body::Inner(unit), span, entry, from, |engine, node| engine.list(body, vec![node]));
        self.dialect = outer;
        let mut ends = Vec::new();
        for (edge_from, end) in ended {
            let end = self.state(end);
            let mut state = before.after(passed_on(inner.passes, before.status, end.status));
            state.taint = taint_after(&before, &end);
            let dropped = end.status == Status::Fault && state.status != Status::Fault;
            let event = Event { by: dropped.then_some(By::Wrapper), at: command.span };
            push_new(&mut ends, self.step(edge_from, command.id, phase, state, event));
        }
        ends
    }
}

/// A program that is run by another: its words were expanded by the shell, whose functions and options it does not know.
fn of_words(asked: &State, before: &State) -> State {
    let mut entry = subshell_state(asked);
    entry.options = Options::default();
    (entry.err_trap, entry.caller_err_trap) = (Trap::None, Trap::None);
    entry.functions = 0;
    entry.taint = before.taint;
    entry
}

/// Another shell, with nothing of this one (`opt.child.c`).
fn of_shell(options: Options, before: &State) -> State {
    let mut entry = State::start(options);
    entry.taint = before.taint;
    entry.process = before.process.of_subshell();
    entry
}

/// The wrapper's status after a command that it ran, if it was `so_far` before.
fn passed_on(passes: Passes, so_far: Status, ended: Status) -> Status {
    match (passes, ended) {
        (Passes::No, _) | (Passes::Any, Status::Known(0)) => so_far,
        (Passes::Any, Status::Known(_) | Status::Nonzero) if so_far != Status::Fault => Status::Nonzero,
        (Passes::Any, Status::Any) if so_far != Status::ZERO => so_far,
        (Passes::Yes | Passes::Any, _) => ended,
    }
}
