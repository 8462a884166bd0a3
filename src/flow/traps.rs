//! The RETURN trap of bash: its action runs when a function, or a file that is read with `.`, is left.

use super::engine::{Body, Engine, How, Outcome, Outcomes};
use super::graph::{Event, Phase};
use super::state::{State, Trap};
use crate::syntax::Command;

impl Engine<'_> {
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
