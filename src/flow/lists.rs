//! Lists, and-or lists and pipelines of one command (POSIX 2.9.3): what runs, and what errexit makes of a status.

use std::rc::Rc;

use smallvec::SmallVec;

use super::answer::{AbortingAnswer, By};
use super::engine::{Engine, How, Outcome, Outcomes, distinct, going_on, push_new, split};
use super::graph::{Event, NodeId, Phase};
use super::hazards::{Hazard, HazardKind};
use super::program::Repeats;
use super::state::{Process, State, Status, Taint, Trap};
use crate::shell::{Opt, Options, Setting};
use crate::syntax::{Command, CommandId, Connector, List, Pipeline, Statement};
use crate::text::Span;

/// What errexit and the ERR trap look at: a pipeline, or the body of a function where it is no list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    pub(super) first: CommandId,
    pub(super) last: CommandId,
    /// The number of its elements.
    pub(super) elements: usize,
    pub(super) span: Span,
}

impl From<&Pipeline> for Judged {
    fn from(pipeline: &Pipeline) -> Self {
        let elements = pipeline.commands.len();
        let (first, last) = (pipeline.commands[0].id, pipeline.commands[elements - 1].id);
        Self { first, last, elements, span: pipeline.span }
    }
}

impl From<&Command> for Judged {
    fn from(command: &Command) -> Self {
        Self { first: command.id, last: command.id, elements: 1, span: command.span }
    }
}

impl<'a> Engine<'a> {
    pub(super) fn top_level(&mut self, list: &'a List, entry: NodeId) -> Outcomes {
        let mut out = Outcomes::new();
        let mut current = vec![entry];
        // Where an error has left the line: taken up by the statement that begins the next.
        let mut line_left = Vec::new();
        for (index, statement) in list.statements.iter().enumerate() {
            let previous = index.checked_sub(1).map(|index| &list.statements[index]);
            if previous.is_some_and(|previous| self.is_lines_apart(previous, statement)) {
                current.append(&mut line_left);
            }
            let index = index as u32;
            let mut ended = Outcomes::new();
            let next = self.statements(statement, current, &mut ended);
            for outcome in ended {
                match outcome.how {
                    How::LeaveLine => line_left.push(self.leave_line(statement, outcome.node)),
                    _ => out.push(outcome),
                }
            }
            current = next.into_iter().map(|node| self.forget_repeats(node, statement, index)).collect();
        }
        out.extend(going_on(current.into_iter().chain(line_left)));
        distinct(out)
    }

    fn is_lines_apart(&self, statement: &Statement, next: &Statement) -> bool {
        let between = Span::new(statement.span.file, statement.span.end, next.span.start);
        self.program.text(between).contains(&b'\n')
    }

    fn leave_line(&mut self, statement: &Statement, node: NodeId) -> NodeId {
        let outside = |state: &mut State| (state.ignored, state.exempt) = (false, false);
        self.change(node, statement.first.commands[0].id, Phase::LineLeft, outside)
    }

    /// A command that will not run again cannot fail again.
    fn forget_repeats(&mut self, node: NodeId, statement: &Statement, index: u32) -> NodeId {
        let Taint::Always(site) = self.state(node).taint else { return node };
        let over = match self.program.site(site).repeats {
            Repeats::InCalls(last) => last <= index,
            Repeats::Once | Repeats::InLoop(_) => true,
        };
        if !over {
            return node;
        }
        self.change(node, statement.first.commands[0].id, Phase::Settled, |state| state.taint = Taint::Once)
    }

    pub(super) fn list(&mut self, list: &'a List, from: Vec<NodeId>) -> Outcomes {
        let is_exempt = |node: &NodeId| self.state(*node).options.is_on(Opt::LastExempt);
        let (exempt, from): (Vec<NodeId>, Vec<NodeId>) = from.into_iter().partition(is_exempt);
        let mut out = self.list_with_exempt_end(list, exempt);
        let mut current = from;
        for statement in &list.statements {
            current = self.statements(statement, current, &mut out);
        }
        out.extend(going_on(current));
        distinct(out)
    }

    /// A list whose end errexit leaves alone.
    fn list_with_exempt_end(&mut self, list: &'a List, from: Vec<NodeId>) -> Outcomes {
        let [first @ .., last] = list.statements.as_slice() else { return going_on(from) };
        let mut out = Outcomes::new();
        let mut current = from;
        if !first.is_empty() {
            current = self.set_last_exempt(first, current, Setting::Off);
            for statement in first {
                current = self.statements(statement, current, &mut out);
            }
            current = self.set_last_exempt(std::slice::from_ref(last), current, Setting::On);
        }
        let current = self.statements(last, current, &mut out);
        out.extend(going_on(current));
        out
    }

    fn set_last_exempt(&mut self, before: &[Statement], nodes: Vec<NodeId>, setting: Setting) -> Vec<NodeId> {
        let id = before[0].first.commands[0].id;
        let set = |state: &mut State| state.options = state.options.with(Opt::LastExempt, setting);
        nodes.into_iter().map(|node| self.change(node, id, Phase::Round, set)).collect()
    }

    /// The list between `if` and `then`, `while` and `do`: errexit is ignored in it, and only its last command decides.
    pub(super) fn condition(&mut self, list: &'a List, from: NodeId, owner: CommandId) -> Outcomes {
        let from = self.change(from, owner, Phase::Condition, |state| state.ignored = true);
        let outer = std::mem::replace(&mut self.in_condition, false);
        let mut out = Outcomes::new();
        let mut current = vec![from];
        for statement in &list.statements {
            current = self.statements(statement, current, &mut out);
            self.in_condition = true;
        }
        self.in_condition = outer;
        out.extend(going_on(current));
        distinct(out)
    }

    fn statements(&mut self, statement: &'a Statement, from: Vec<NodeId>, out: &mut Outcomes) -> Vec<NodeId> {
        let mut next = Vec::new();
        for node in from {
            let outcomes = self.statement(statement, node);
            split(&outcomes, out).into_iter().for_each(|node| push_new(&mut next, node));
        }
        next
    }

    pub(super) fn statement(&mut self, statement: &'a Statement, from: NodeId) -> Outcomes {
        if self.exhausted {
            return going_on([from]);
        }
        if statement.background {
            return self.background(statement, from);
        }
        self.and_or(statement, from)
    }

    pub(super) fn and_or(&mut self, statement: &'a Statement, from: NodeId) -> Outcomes {
        if statement.rest.is_empty() {
            return self.pipeline(&statement.first, from).iter().copied().collect();
        }
        let ignored = self.state(from).ignored;
        let mut out = Outcomes::new();
        let mut open = self.element_of_list(&statement.first, from, true, &mut out);
        for (index, (connector, pipeline)) in statement.rest.iter().enumerate() {
            let last = index + 1 == statement.rest.len();
            let mut next = Vec::new();
            for node in open {
                let (run, skip) = self.connect(node, *connector, pipeline, index as u32);
                if let Some(skip) = skip {
                    push_new(&mut next, skip);
                }
                if let Some(run) = run {
                    let ran = self.element_of_list(pipeline, run, !last || ignored, &mut out);
                    ran.into_iter().for_each(|node| push_new(&mut next, node));
                }
            }
            open = next;
        }
        let id = statement.first.commands[0].id;
        let settled =
            open.into_iter().map(|node| self.change(node, id, Phase::Settled, |s| s.ignored = ignored));
        let settled: Vec<NodeId> = settled.collect();
        out.extend(going_on(settled));
        out
    }

    fn element_of_list(
        &mut self,
        pipeline: &'a Pipeline,
        from: NodeId,
        ignored: bool,
        out: &mut Outcomes,
    ) -> Vec<NodeId> {
        let id = pipeline.commands[0].id;
        let from = self.change(from, id, Phase::ListElement, |state| state.ignored = ignored);
        let outcomes = self.pipeline(pipeline, from);
        split(&outcomes, out)
    }

    /// Where `&&` or `||` leads from here: to the pipeline after it, past it, or both.
    fn connect(
        &mut self,
        node: NodeId,
        connector: Connector,
        pipeline: &Pipeline,
        index: u32,
    ) -> (Option<NodeId>, Option<NodeId>) {
        let id = pipeline.commands[0].id;
        let (zero, nonzero) = self.branch(node, id, arm(index * 2), self.tested_by(pipeline, connector));
        let (run, skip) = match connector {
            Connector::And => (zero, nonzero),
            Connector::Or => (nonzero, zero),
        };
        let skip = skip.map(|node| self.change(node, id, Phase::Skipped, |state| state.exempt = true));
        (run, skip)
    }

    fn tested_by(&self, pipeline: &Pipeline, connector: Connector) -> Event {
        let nothing = |command: &Command| {
            let words = command.simple_words();
            let [word, ..] = words else { return false };
            matches!(self.program.literal(word).as_deref(), Some("true" | ":"))
        };
        let swallows = connector == Connector::Or && pipeline.only_command().is_some_and(nothing);
        Event { by: Some(if swallows { By::Swallow } else { By::Test }), at: pipeline.span }
    }

    /// Splits a node by whether its status is zero. The event happens if it is the failure's status that is looked at.
    pub(super) fn branch(
        &mut self,
        node: NodeId,
        id: CommandId,
        phase: impl Fn(bool) -> Phase,
        event: Event,
    ) -> (Option<NodeId>, Option<NodeId>) {
        let state = self.state(node);
        let event = if state.status == Status::Fault { event } else { Event::quiet() };
        let mut arm_of = |zero: bool, status: Status| {
            let state = State { status, ..(*state).clone() };
            self.step(node, id, phase(zero), state, event)
        };
        match state.status {
            Status::Known(0) => (Some(arm_of(true, Status::ZERO)), None),
            Status::Any => (Some(arm_of(true, Status::ZERO)), Some(arm_of(false, Status::Nonzero))),
            status => (None, Some(arm_of(false, status))),
        }
    }

    pub(super) fn branch_on(
        &mut self,
        node: NodeId,
        id: CommandId,
        arm: u32,
        at: Span,
    ) -> (Option<NodeId>, Option<NodeId>) {
        self.branch(node, id, self::arm(arm), Event { by: Some(By::Test), at })
    }

    /// One pipeline, with `!`, errexit and the ERR trap.
    fn pipeline(&mut self, pipeline: &'a Pipeline, from: NodeId) -> Rc<[Outcome]> {
        let id = pipeline.commands[0].id;
        let state = self.bounded(id, (*self.state(from)).clone());
        let node = self.step(from, id, Phase::Before, state, Event::quiet());
        if let Some(known) = self.memo.get(&node) {
            return Rc::clone(known);
        }
        *self.states_before.entry((self.frame, id)).or_default() += 1;
        let outcomes = if pipeline.negated {
            self.negation(pipeline, node, Status::negated)
        } else {
            self.positive(pipeline, node)
        };
        let outcomes = self.settle(Judged::from(pipeline), node, &outcomes);
        let outcomes: Rc<[Outcome]> = outcomes.into_vec().into();
        self.memo.insert(node, Rc::clone(&outcomes));
        outcomes
    }

    fn positive(&mut self, pipeline: &'a Pipeline, node: NodeId) -> Outcomes {
        match pipeline.only_command() {
            Some(command) => self.command(command, node),
            None => self.elements(pipeline, node),
        }
    }

    /// A pipeline behind `!`, which makes something of its status.
    fn negation(&mut self, pipeline: &'a Pipeline, node: NodeId, turn: fn(Status) -> Status) -> Outcomes {
        let id = pipeline.commands[0].id;
        let before = self.state(node);
        let mut out = Outcomes::new();
        for node in self.negating(node, id) {
            let decided = self.state(node).options;
            let outer = self.inside;
            self.inside.negated |= self.shells(&before).negation_precedes_err_trap_of_eval() == Setting::On;
            let outcomes = self.positive(pipeline, node);
            self.inside = outer;
            let mut left = Outcomes::new();
            let ended = split(&outcomes, &mut left);
            out.extend(left.into_iter().flat_map(|left| self.left_by_negated(pipeline, left, turn)));
            for node in ended {
                let options = self.state(node).options.undecided(Opt::Errexit, before.options, decided);
                let options = options.restored(Opt::ErrexitInDoubt, before.options);
                let node = self.negated(pipeline, node, before.ignored, options, turn);
                out.push(Outcome { how: How::Next, node });
            }
        }
        out
    }

    /// What leaves a function or a round of a loop out of what `!` stands before, which in some shells turns the status
    /// round all the same.
    fn left_by_negated(
        &mut self,
        pipeline: &Pipeline,
        left: Outcome,
        turn: fn(Status) -> Status,
    ) -> SmallVec<[Outcome; 2]> {
        let shells = self.shells(&self.state(left.node));
        let turns = match left.how {
            How::Break(_) | How::Continue(_) => shells.negation_turns_what_leaves_rounds(),
            How::Return => shells.negation_turns_what_leaves_functions(),
            _ => Setting::Off,
        };
        let mut out = SmallVec::new();
        if turns != Setting::On {
            out.push(left);
        }
        if turns != Setting::Off {
            let State { ignored, options, .. } = *self.state(left.node);
            let node = self.negated(pipeline, left.node, ignored, options, turn);
            out.push(Outcome { node, ..left });
        }
        out
    }

    /// A job. In bash `!` in front of one that is a single pipeline turns nothing round; errexit is ignored there all the
    /// same (`wait.bg.not`).
    pub(super) fn job(&mut self, statement: &'a Statement, node: NodeId) -> Outcomes {
        let pipeline = statement.only_pipeline().filter(|pipeline| pipeline.negated);
        let Some(pipeline) = pipeline else { return self.and_or(statement, node) };
        let unturned = self.shells(&self.state(node)).job_loses_negation();
        let mut out = Outcomes::new();
        if unturned != Setting::Off {
            out.extend(self.negation(pipeline, node, |status| status));
        }
        if unturned != Setting::On {
            out.extend(self.and_or(statement, node));
        }
        out
    }

    /// `!` has errexit ignored; bash leaves it, and with it the ERR trap, alone where errexit is off when it comes to `!`
    /// (5.2, `execute_command_internal`).
    fn negating(&mut self, node: NodeId, id: CommandId) -> Vec<NodeId> {
        let live = self.shells(&self.state(node)).negation_leaves_errexit_off_alone();
        let decided =
            if live == Setting::Off { vec![node] } else { self.decide_option(node, id, Opt::Errexit) };
        let ignore = |node: NodeId| {
            let is_off = self.state(node).options.errexit() == Setting::Off;
            self.change(node, id, Phase::Negating, |state| {
                let outside = std::mem::replace(&mut state.ignored, true);
                if is_off && !outside {
                    state.inherit_ignoring(live.negated());
                }
            })
        };
        decided.into_iter().map(ignore).collect()
    }

    fn negated(
        &mut self,
        pipeline: &Pipeline,
        node: NodeId,
        ignored: bool,
        options: Options,
        turn: fn(Status) -> Status,
    ) -> NodeId {
        let state = self.state(node);
        let status = turn(state.status);
        let by = (state.status == Status::Fault && status != Status::Fault).then_some(By::Test);
        let state = State { status, exempt: true, ignored, options, ..(*state).clone() };
        self.step(node, pipeline.commands[0].id, Phase::Negated, state, Event { by, at: pipeline.span })
    }

    /// The commands of a subshell. In bash a subshell that is nothing but `! pipeline` turns its status round itself:
    /// errexit is live in the pipeline, and what it ends is turned round, too (5.2, `execute_in_subshell`).
    pub(super) fn subshell_body(&mut self, list: &'a List, node: NodeId) -> Outcomes {
        let only = match list.statements.as_slice() {
            [only] if !only.background => only.only_pipeline().filter(|pipeline| pipeline.negated),
            _ => None,
        };
        let state = self.state(node);
        let turns = self.shells(&state).subshell_turns_status_round();
        let mut out = Outcomes::new();
        if let Some(pipeline) = only.filter(|_| turns != Setting::Off) {
            out.extend(self.turned_subshell(pipeline, node));
            if turns == Setting::On {
                return out;
            }
        }
        out.extend(self.list(list, vec![node]));
        out
    }

    fn turned_subshell(&mut self, pipeline: &'a Pipeline, node: NodeId) -> Outcomes {
        let ignored = self.state(node).ignored;
        let outcomes = self.positive(pipeline, node);
        let outcomes = self.settle(Judged::from(pipeline), node, &outcomes);
        let turned = outcomes.into_iter().map(|outcome| match outcome.how {
            How::Next | How::Abort => {
                let options = self.state(outcome.node).options;
                let node = self.negated(pipeline, outcome.node, ignored, options, Status::negated);
                Outcome { how: How::Next, node }
            }
            _ => outcome,
        });
        turned.collect()
    }

    /// Lets the ERR trap and errexit act on what a pipeline that began at `start` ended with.
    pub(super) fn settle(&mut self, judged: Judged, start: NodeId, outcomes: &[Outcome]) -> Outcomes {
        let before = self.state(start);
        let mut out = Outcomes::new();
        for node in split(outcomes, &mut out) {
            let settled = self.settle_one(judged, &before, node);
            out.extend(settled);
        }
        out
    }

    pub(super) fn settle_one(&mut self, judged: Judged, before: &State, node: NodeId) -> Outcomes {
        let node = self.exempted(judged, node);
        let state = self.state(node);
        let failed = state.status.may_be_nonzero() && !state.exempt && !state.ignored;
        let watched = state.options.errexit() != Setting::Off || state.err_trap != Trap::None;
        if !failed || !watched {
            return going_on([node]);
        }
        if state.is_healthy() && state.options.errexit() != Setting::Off {
            let live = state.options.errexit() == Setting::On;
            let sure = live && !state.status.may_be_zero();
            self.aborting_answers.insert(AbortingAnswer { command: judged.last, sure, live });
        }
        let (zero, nonzero) = self.branch(node, judged.first, Phase::Judged, Event::quiet());
        let mut out = going_on(zero);
        if let Some(node) = nonzero {
            let missed = self.misses_err_trap(judged, before, &state);
            let mut after_trap = if missed == Setting::Off { Outcomes::new() } else { going_on([node]) };
            if missed != Setting::On {
                after_trap.extend(self.err_trap(judged, node));
            }
            for node in split(&after_trap, &mut out) {
                out.extend(self.errexit(judged, node));
            }
        }
        out
    }

    /// Whether the ERR trap leaves this alone, that fails under it.
    fn misses_err_trap(&self, judged: Judged, before: &State, state: &State) -> Setting {
        let shells = self.shells(before);
        if before.err_trap == Trap::None && shells.err_trap_misses_command_that_sets_it() == Setting::On {
            return Setting::On;
        }
        let may_end_process = state.process != Process::Main
            && state.err_trap != Trap::None
            && self.program.last_pipelines.contains(&judged.first);
        // It may be the last of a list in the midst of others.
        if may_end_process { shells.err_trap_misses_end_of_process().weakened() } else { Setting::Off }
    }

    fn exempted(&mut self, judged: Judged, node: NodeId) -> NodeId {
        if !self.state(node).options.is_on(Opt::LastExempt) {
            return node;
        }
        self.change(node, judged.first, Phase::Round, |state| state.exempt = true)
    }

    /// Where a pipeline fails by pipefail, `$?` in the EXIT trap may be another in ksh (`exit.pipefail.status`).
    fn hide_from_exit_trap(&mut self, judged: Judged, node: NodeId) -> NodeId {
        if self.inside.started_in_eval {
            return self.change(node, judged.first, Phase::Settled, |state| state.exit_trap = Trap::None);
        }
        let state = self.state(node);
        if state.exit_trap == Trap::None || !self.misses_status_of_pipeline(judged, &state) {
            return node;
        }
        self.hide_status_from_exit_trap(judged.first, node)
    }

    /// Whether what has failed here is a pipeline, or a subshell that errexit may have ended at one, and what `$?` is in a
    /// trap then may be another (`exit.pipefail.status exit.pipe.status.sub`).
    pub(super) fn misses_status_of_pipeline(&mut self, judged: Judged, state: &State) -> bool {
        if self.shells(state).traps_miss_status_of_pipeline() != Setting::On {
            return false;
        }
        let is_off = state.options.get(Opt::Pipefail) == Setting::Off;
        if judged.elements > 1 {
            return !is_off;
        }
        state.options.errexit() != Setting::Off
            && self.is_subshell(judged.span)
            && self.may_say(judged.span, &[b"|"])
            && (!is_off || self.may_say(judged.span, &[b"pipefail"]))
    }

    /// Whether a subshell stands here, or the call of a function that is one.
    fn is_subshell(&mut self, span: Span) -> bool {
        let program = self.program;
        let opens = |span: Span| program.text(span).starts_with(b"(");
        let scope = self.scope(span);
        opens(span)
            || scope.functions().is_none_or(|mut functions| {
                functions.any(|id| opens(program.function(id).definition.body.span))
            })
    }

    fn errexit(&mut self, judged: Judged, node: NodeId) -> Outcomes {
        let state = self.state(node);
        let mut out = Outcomes::new();
        if state.options.errexit() != Setting::Off {
            // In a subshell or a job it ends that process only; what becomes of its status is said where it arrives.
            let own = state.process == Process::Main;
            let by = (own && state.status == Status::Fault).then_some(By::Errexit);
            if state.is_healthy() {
                self.hazards.insert(Hazard { at: judged.span, kind: HazardKind::Answer });
            }
            let event = Event { by, at: judged.span };
            let node = self.hide_from_exit_trap(judged, node);
            // All that end this process in the same state end it at one place.
            let how = if self.inside.lone_eval { How::LeaveEval } else { How::Abort };
            let aborted = self.pass(node, CommandId(0), Phase::Left(how), event);
            out.push(Outcome { how, node: aborted });
        }
        if state.options.errexit() != Setting::On {
            out.push(Outcome { how: How::Next, node });
        }
        out
    }
}

fn arm(first: u32) -> impl Fn(bool) -> Phase {
    move |zero| Phase::Arm(first + u32::from(zero))
}
