//! Traps: setting them, and their actions when a command fails (ERR), when the shell ends (EXIT), and when a function or a
//! file that is read with `.` is left (RETURN, in bash).

use smallvec::{SmallVec, smallvec};

use super::answer::By;
use super::engine::{Body, Engine, How, Outcome, Outcomes, going_on};
use super::graph::{Event, NodeId, Phase};
use super::lists::Judged;
use super::state::{Bare, State, Status, Trap};
use crate::shell::{Opt, Setting, Shells};
use crate::syntax::{Command, CommandId, Word};

/// The name of a condition without the prefix that signals may have, in capitals.
fn condition(name: &str) -> String {
    name.trim_start_matches("SIG").to_ascii_uppercase()
}

impl<'a> Engine<'a> {
    pub(super) fn set_trap(&mut self, command: &'a Command, args: &[&'a Word], node: NodeId) -> Outcomes {
        let (mut out, ran) = self.start_builtin(command, "trap", args, node);
        let dashes =
            args.first().and_then(|word| self.program.literal(word)).is_some_and(|text| text == "--");
        let args = &args[usize::from(dashes)..];
        let Some((action, signals)) = args.split_first() else {
            out.extend(self.zero(command, ran, |_| {}));
            return out;
        };
        let names = signals.iter().filter_map(|word| self.program.literal(word));
        let names: Vec<String> = names.map(|name| condition(&name)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let trap = match (self.program.literal(action).as_deref(), self.program.units.at_word(action.span)) {
            (Some("-"), _) | (Some(""), None) => Trap::None,
            (_, Some(unit)) => Trap::Commands(unit),
            _ => Trap::Unknown,
        };
        let shells = self.shells(&self.state(ran));
        let known = |wanted: Setting| move |name: &&str| shells.knows_condition(name) == wanted;
        if !names.iter().any(known(Setting::Off)) {
            out.extend(self.zero(command, ran, |state| state.set_traps(&names, trap)));
        }
        if !names.iter().all(known(Setting::On)) {
            out.extend(self.refuse_condition(command, &names, trap, ran));
        }
        out
    }

    /// `trap` fails, having set what stands before the condition that the shell does not know, or all that it does know.
    fn refuse_condition(&mut self, command: &Command, names: &[&str], trap: Trap, node: NodeId) -> Outcomes {
        let shells = self.shells(&self.state(node));
        let is_known = |name: &&str| shells.knows_condition(name) == Setting::On;
        let before = names.iter().take_while(|name| is_known(name)).count();
        let behind: Vec<&str> = names[before..].iter().copied().filter(is_known).collect();
        let set = self.change(node, command.id, Phase::Body, |state| {
            let is_sure = shells.last_program_escapes_refused_trap() == Setting::Off;
            state.set_traps(&names[..before], if is_sure { trap } else { Trap::Unknown });
            match shells.stops_at_unknown_condition() {
                Setting::On => {}
                Setting::Off => state.set_traps(&behind, trap),
                Setting::Unknown => state.set_traps(&behind, Trap::Unknown),
            }
        });
        self.with_status(command, set, Status::Known(1))
    }

    /// The ERR trap's action, where one is set; afterwards the status is again what it was.
    pub(super) fn err_trap(&mut self, judged: Judged, node: NodeId) -> Outcomes {
        let state = self.state(node);
        let id = judged.first;
        let unit = match state.err_trap {
            Trap::None => return going_on([node]),
            Trap::Unknown => {
                let state = state.after(Status::Any);
                let exit = self.step(node, id, Phase::ErrTrap(How::Exit), state, Event::quiet());
                return smallvec![Outcome { how: How::Next, node }, Outcome { how: How::Exit, node: exit }];
            }
            Trap::Commands(unit) => unit,
        };
        let mut entry = State { err_trap: Trap::None, ..(*state).clone() };
        entry.options = entry.options.with(Opt::LastExempt, Setting::Off);
        if self.misses_status_of_pipeline(judged, &state) || self.inside.negated && self.inside.lone_eval {
            entry.status = Status::Any;
        }
        entry.bare = self.bare_in_err_trap(&state, entry.status);
        let healthy = entry.is_healthy();
        let body = &self.program.script(unit).body;
        let outcomes =
            self.frame(Body::Trap(unit), entry, node, |engine, node| engine.list(body, vec![node]));
        let mut out = Outcomes::new();
        for outcome in self.left_by_action(&state, &outcomes) {
            let inner = self.state(outcome.node);
            let mut after = State { bare: state.bare, trapped: state.trapped, ..(*inner).clone() };
            after.options = after.options.restored(Opt::LastExempt, state.options);
            let mut event = Event::quiet();
            let how = outcome.how;
            if how == How::Return {
                after.status = match self.shells(&state).return_in_err_trap_keeps_status() {
                    Setting::Off => after.status,
                    Setting::On => state.status,
                    Setting::Unknown => Status::Any,
                };
            }
            if how == How::Next {
                after.status = self.status_behind_err_trap(&state, inner.status);
                after.exempt = false;
                if state.status == Status::Fault && after.status != Status::Fault {
                    event = Event { by: Some(By::ErrTrap), at: judged.span };
                }
                let shells = self.shells(&state);
                let leaves = match state.trapped {
                    Some(_) => shells.err_trap_leaves_status_in_exit_trap(),
                    None => shells.err_trap_leaves_status_for_exit(),
                };
                if let Some(left) = kept(leaves, state.status) {
                    after.trapped = Some(left);
                    after.bare.exit = Some(left);
                    after.bare.returned = after.bare.returned.map(|_| left);
                } else if shells.err_trap_in_exit_trap_keeps_status_of_that() != Setting::Off {
                    // At times it is that of the last command from here (`exit.err.return.later.call`).
                    after.bare.returned = after.bare.returned.map(|_| Status::Any);
                }
                if shells.exit_trap_sees_status_of_err_trap() == Setting::On {
                    after.trapped = after.trapped.or(last_seen(&state, inner.status));
                }
            } else if state.status == Status::Fault {
                event = Event { by: Some(By::ErrTrap), at: judged.span };
            }
            if outcome.how == How::Exit
                && after.exit_trap != Trap::None
                && self.loses_status_of_err_trap(&state)
            {
                // Where the `eval` is ignored, errexit ends no more than that (`err.exit.exittrap.eval`).
                let errexit = if self.inside.lone_eval { Setting::Off } else { state.options.errexit() };
                lose_exit_of_err_trap(errexit, &mut after);
            }
            let edge_from = if healthy { outcome.node } else { node };
            for err_trap in self.err_traps_behind(how, &state) {
                let after = State { err_trap, ..after.clone() };
                let node = self.step(edge_from, id, Phase::ErrTrap(how), after, event);
                out.push(Outcome { how, node });
            }
        }
        out
    }

    fn bare_in_err_trap(&self, before: &State, status: Status) -> Bare {
        let shells = self.shells(before);
        if before.trapped.is_some() && shells.err_trap_in_exit_trap_keeps_status_of_that() == Setting::On {
            return before.bare;
        }
        Bare {
            exit: kept(shells.exit_in_err_trap_keeps_status(), status),
            returned: kept(shells.return_in_action_keeps_status(), status),
        }
    }

    /// The ERR trap behind its own action. Where `exit` has led out of that into an EXIT trap, it may not run again.
    fn err_traps_behind(&self, how: How, before: &State) -> SmallVec<[Trap; 2]> {
        let again = match how {
            How::Exit => self.shells(before).err_trap_runs_within_itself(),
            _ => Setting::On,
        };
        match again {
            Setting::On => smallvec![before.err_trap],
            Setting::Off => smallvec![Trap::None],
            Setting::Unknown => smallvec![before.err_trap, Trap::None],
        }
    }

    /// What the action of an ERR trap leaves. `return` outside functions is said to be wrong in bash, and does nothing; an
    /// error that leaves the line leaves the action only; and in ksh `exit` does, in the EXIT trap of a shell without errexit.
    fn left_by_action(&self, before: &State, outcomes: &[Outcome]) -> Outcomes {
        let shells = self.shells(before);
        let is_inside = self.inside.returns();
        let returns = match shells.return_at_top_level_goes_on() {
            _ if is_inside => Setting::Off,
            // `exit` may have been called in a function, which `return` leaves then (`exit.fn.err.return`).
            _ if before.trapped.is_some() => Setting::Unknown,
            goes_on => goes_on,
        };
        let exits = match before.options.errexit() {
            // Out of that of a function it ends the script (`trap.fnkw.exit.err.status`).
            _ if before.trapped.is_none() || self.inside.own_exit_trap => Setting::Off,
            Setting::On => Setting::Off,
            Setting::Off => shells.exit_of_err_trap_leaves_action_in_exit_trap(),
            Setting::Unknown => shells.exit_of_err_trap_leaves_action_in_exit_trap().weakened(),
        };
        let mut out = Outcomes::new();
        for outcome in outcomes {
            let stays = match outcome.how {
                How::Return => returns,
                How::Exit => exits,
                How::LeaveLine => Setting::On,
                _ => Setting::Off,
            };
            if stays != Setting::Off {
                out.push(Outcome { how: How::Next, ..*outcome });
            }
            if stays != Setting::On {
                out.push(*outcome);
            }
        }
        out
    }

    /// The status that errexit looks at when the ERR trap's action has ended with `last`.
    fn status_behind_err_trap(&self, before: &State, last: Status) -> Status {
        let in_exit_trap = before.trapped.is_some();
        let takes_last = self.shells(before).errexit_in_exit_trap_takes_status_of_err_trap();
        if !in_exit_trap || takes_last == Setting::Off {
            return before.status;
        }
        match before.options.errexit() {
            Setting::Off => before.status,
            Setting::On if takes_last == Setting::On => last,
            _ => Status::Any,
        }
    }

    fn loses_status_of_err_trap(&self, state: &State) -> bool {
        self.shells(state).exit_of_err_trap_is_lost_in_exit_trap() != Setting::Off
    }

    /// What has failed here is not, or not surely, what `$?` is in the EXIT trap.
    pub(super) fn hide_status_from_exit_trap(&mut self, id: CommandId, node: NodeId) -> NodeId {
        self.change(node, id, Phase::Settled, |state| state.trapped = Some(Status::Any))
    }

    /// The EXIT trap's action, where one is set. Its own last status counts for nothing (`exit.ok.last.keeps`), unless it
    /// calls `exit` or errexit ends it.
    pub(super) fn exit_trap(&mut self, node: NodeId) -> Vec<NodeId> {
        let ended = self.exit_trap_of(CommandId(0), Outcome { how: How::Exit, node });
        ended.into_iter().map(|outcome| outcome.node).collect()
    }

    /// The EXIT trap that runs at this end of the script, or of a function that has one of its own; `id` is the call.
    pub(super) fn exit_trap_of(&mut self, id: CommandId, end: Outcome) -> Outcomes {
        let mut ended = self.exit_action(id, end);
        for outcome in ended.iter_mut().filter(|outcome| matches!(outcome.how, How::Abort | How::Stop)) {
            outcome.how = How::Exit;
        }
        ended
    }

    /// The same, where it is told what has ended the action.
    pub(super) fn exit_action(&mut self, id: CommandId, end: Outcome) -> Outcomes {
        let node = end.node;
        let state = self.state(node);
        let unit = match state.exit_trap {
            Trap::None => return smallvec![end],
            Trap::Unknown => {
                let any = State { exit_trap: Trap::None, ..state.after(Status::Any) };
                let node = self.step(node, id, Phase::ExitTrap(end.how), any, Event::quiet());
                return smallvec![Outcome { node, ..end }];
            }
            Trap::Commands(unit) => unit,
        };
        let inherits = state.options.is_on(Opt::IgnoredThroughout)
            || self.shells(&state).exit_trap_inherits_ignoring() == Setting::On;
        // Which number a status is hardly matters to a trap.
        let status = if matches!(state.status, Status::Known(1..)) { Status::Nonzero } else { state.status };
        let shells = self.shells(&state);
        let differs = [shells.traps_miss_status_of_pipeline(), shells.exit_trap_sees_large_numbers()]
            .contains(&Setting::On);
        let is_hidden = state.trapped == Some(Status::Any) && differs;
        let status = if is_hidden { Status::Any } else { status };
        let sees_last = shells.exit_trap_sees_status_of_err_trap() == Setting::On;
        let last = state.trapped.filter(|_| sees_last);
        let mut entry = State {
            exit_trap: Trap::None,
            status: last.unwrap_or(status),
            trapped: Some(status),
            bare: bare_in_exit_trap(shells, status),
            ignored: state.ignored && inherits,
            exempt: false,
            options: state.options.with(Opt::LastExempt, Setting::Off),
            ..(*state).clone()
        };
        // Those of the function that calls `exit`, or of the script.
        self.forget_parameters(&mut entry);
        let span = self.program.units.span(unit);
        let scope = self.scope(span);
        let entry = scope.narrow(entry, span, self.program);
        let entry = self.bounded_entry(Body::Trap(unit), entry);
        let healthy = entry.is_healthy();
        let body = &self.program.script(unit).body;
        let outcomes =
            self.frame(Body::Trap(unit), entry.clone(), node, |engine, node| engine.list(body, vec![node]));
        let err_trap_leaves_status = shells.err_trap_leaves_status_for_exit() != Setting::Off;
        let mut ended = Outcomes::new();
        for outcome in outcomes.iter() {
            let inner = self.state(outcome.node);
            let mut after = State { bare: state.bare, trapped: state.trapped, ..(*inner).clone() };
            scope.restore(&mut after, &state, &entry);
            let ends = matches!(outcome.how, How::Exit | How::Abort | How::Stop);
            if !ends {
                (after.exempt, after.ignored) = (state.exempt, state.ignored);
                after.status = match (outcome.how, inner.trapped) {
                    // Out of an ERR trap in a function that has called `exit` (`exit.fn.err.return`).
                    (How::Return, _) if state.err_trap != Trap::None => Status::Any,
                    (_, Some(left)) if err_trap_leaves_status && inner.trapped != entry.trapped => left,
                    _ => state.status,
                };
            }
            let forced = state.status == Status::Fault && after.status == Status::ZERO;
            let event = Event { by: forced.then_some(By::ExitTrap), at: span };
            let edge_from = if healthy { outcome.node } else { node };
            let how = if ends { outcome.how } else { end.how };
            let node = self.step(edge_from, id, Phase::ExitTrap(how), after, event);
            ended.push(Outcome { how, node });
        }
        ended
    }

    /// After `body`, the action of the RETURN trap that is set there; a function has none but its own. The status stays what
    /// it was (`dbg.return.trap.status`), but errexit acts on what fails in the action (`dbg.return.trap.fail.e`).
    pub(super) fn return_trap(&mut self, body: &Command, outcomes: Outcomes) -> Outcomes {
        let mut out = Outcomes::new();
        for outcome in outcomes {
            if matches!(outcome.how, How::Exit | How::Abort) {
                out.push(outcome);
            } else {
                out.extend(self.return_action(body, outcome));
            }
        }
        out
    }

    fn return_action(&mut self, body: &Command, left: Outcome) -> Outcomes {
        let state = self.state(left.node);
        let Trap::Commands(unit) = state.return_trap else { return Outcomes::from_elem(left, 1) };
        // What ignores errexit outside does not reach into actions (`ctx.trap.usr1.if`).
        let entry = State { return_trap: Trap::None, ignored: false, exempt: false, ..(*state).clone() };
        let healthy = entry.is_healthy();
        let list = &self.program.script(unit).body;
        let outcomes =
            self.frame(Body::Trap(unit), entry, left.node, |engine, node| engine.list(list, vec![node]));
        let mut out = Outcomes::new();
        for outcome in outcomes.iter() {
            let inner = self.state(outcome.node);
            let ends = matches!(outcome.how, How::Exit | How::Abort);
            let how = if ends { outcome.how } else { left.how };
            let mut after =
                State { return_trap: state.return_trap, ignored: state.ignored, ..(*inner).clone() };
            if !ends {
                after.status = state.status;
                after.exempt = state.exempt;
            }
            let from = if healthy { outcome.node } else { left.node };
            let node = self.step(from, body.id, Phase::ReturnTrap(how), after, Event::quiet());
            out.push(Outcome { how, node });
        }
        out
    }
}

fn bare_in_exit_trap(shells: Shells, status: Status) -> Bare {
    Bare {
        exit: kept(shells.exit_in_exit_trap_keeps_status(), status),
        returned: kept(shells.return_in_action_keeps_status(), status),
    }
}

/// The status with which an action was entered, where that is kept.
fn kept(keeps: Setting, status: Status) -> Option<Status> {
    match keeps {
        Setting::On => Some(status),
        Setting::Off => None,
        Setting::Unknown => Some(Status::Any),
    }
}

/// mksh, where `exit` in an ERR trap should lead to the EXIT trap: under errexit it does not, and else the status is lost.
fn lose_exit_of_err_trap(errexit: Setting, after: &mut State) {
    match errexit {
        Setting::On => after.exit_trap = Trap::None,
        Setting::Off => after.status = Status::Any,
        Setting::Unknown => (after.exit_trap, after.status) = (Trap::Unknown, Status::Any),
    }
}

/// What an ERR trap's action, having ended with `last`, leaves as `$?` to the EXIT trap that errexit comes to next.
fn last_seen(before: &State, last: Status) -> Option<Status> {
    match before.options.errexit() {
        _ if before.exit_trap == Trap::None => None,
        Setting::On => Some(last),
        Setting::Unknown => Some(Status::Any),
        Setting::Off => None,
    }
}
