//! Follows a program through all its runs, by structure, and leaves the graph of them.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};

use super::answer::{AbortingAnswer, By};
use super::describe::is_thrown_away;
use super::function_sets::FunctionSets;
use super::graph::{Event, FrameId, Graph, Key, NodeId, Phase, StateId};
use super::hazards::Hazard;
use super::plan::Plan;
use super::program::{FunctionId, Program, SiteId, UnitId, VariableId, contains};
use super::reads::Read;
use super::scope::{Scope, Scopes};
use super::state::{
    ArgumentsId, Jobs, Process, State, Status, Taint, Trap, Value, subshell_state, taint_after,
};
use super::summary::Facts;
use crate::shell::{Dialect, Opt, Setting, Shells};
use crate::syntax::{Command, CommandId, CommandKind, List, Word};
use crate::text::Span;

/// How many nodes a program may have for each of its commands, and how many besides. Beyond, fewer states are told apart;
/// a script that then needs twice as many is too intricate to follow.
const NODES_PER_COMMAND: usize = 60;
const SPARE_NODES: usize = 20_000;

/// How many states may be told apart before one pipeline, in one frame. Beyond, the values of flags are forgotten, and
/// beyond twice as many, that a failure may repeat itself: then its answer is `either`.
const MAX_STATES: u32 = 32;

/// The same for the entries of one frame's body.
const MAX_ENTRIES: u32 = 64;

/// How many of either, once the program has proved intricate.
const FEW_STATES: u32 = 1;

/// How deep calls may be nested; beyond it, and in recursion, a call may end in any way.
const MAX_CALLS: u32 = 50;

/// How an evaluation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum How {
    /// The next command runs.
    Next,
    /// Leaves this many loops.
    Break(u8),
    /// Goes on with the next round of the loop this many levels up.
    Continue(u8),
    /// Leaves the function or the sourced file.
    Return,
    /// Leaves the text that `eval` runs, with the functions that it has called.
    LeaveEval,
    /// Leaves the text that a regular builtin reads, `source` or one behind `command`, with all that is in it; else ends
    /// the process.
    LeaveRegular,
    /// Leaves the text that is read here, or the last element of a pipeline, with all that is in it; else ends the process.
    Stop,
    /// Goes on with the next line of the script, or of the text that is read here; else ends the process.
    LeaveLine,
    /// Ends the process.
    Exit,
    /// errexit ends the process.
    Abort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Outcome {
    pub(super) how: How,
    pub(super) node: NodeId,
}

pub(super) type Outcomes = SmallVec<[Outcome; 2]>;

/// What stands around a command and is in no state, though what the command does depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Inside {
    pub(super) function: bool,
    pub(super) sourced_file: bool,
    /// Whether this is text that a regular builtin reads, `source` or one behind `command`, which holds errors.
    pub(super) regular: Setting,
    /// The text of an `eval` which errexit ends, and not the shell.
    pub(super) lone_eval: bool,
    /// Behind `!`, where its turn comes before that of the ERR trap of such a text.
    pub(super) negated: bool,
    /// The text of an `eval`.
    pub(super) eval: bool,
    /// The same, or a process that was started in it: there errexit may end a file that is read, too
    /// (`err.source.or.eval err.source.or.sub.eval`).
    pub(super) under_eval: bool,
    /// A process that was started in the text of an `eval`: errexit ends it without its EXIT trap.
    pub(super) started_in_eval: bool,
    /// Among the words of a redirection.
    pub(super) redirect: bool,
    /// What is printed is thrown away.
    pub(super) unheard: bool,
    /// In how many loops that `break` can leave.
    pub(super) loops: u32,
    /// The last element of a pipeline, where the shell itself runs that.
    pub(super) last_element: bool,
    /// A process in which the shell may take a program that has failed for one that has not.
    pub(super) mistaken: bool,
    /// The EXIT trap that a function has of its own.
    pub(super) own_exit_trap: bool,
}

impl Inside {
    /// Whether there is something that `return` leaves.
    pub(super) fn returns(self) -> bool {
        self.function || self.sourced_file
    }
}

type FrameKey = (Body, StateId, Inside);

/// What a frame is entered for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Body {
    Function(FunctionId),
    /// A subshell.
    Subshell(CommandId),
    /// An element of a pipeline, a co-process; the command may be a subshell itself.
    Element(CommandId),
    /// The last element of a pipeline, where the script's own shell runs it.
    LastElement(CommandId),
    /// The condition of a loop.
    Condition(CommandId),
    /// A job: by its first command.
    Job(CommandId),
    /// A substitution: by its first byte.
    Substitution(Span),
    /// The text in a word, or a file named by it.
    Unit(Span),
    /// Commands that another program or shell runs.
    Inner(UnitId),
    /// The action of the EXIT trap, or of the ERR trap.
    Trap(UnitId),
}

/// One fault: this site fails, and the run is then at this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fault {
    pub(super) site: SiteId,
    pub(super) start: NodeId,
}

/// See the module.
pub(super) struct Engine<'a> {
    pub(super) program: &'a Program<'a>,
    pub(super) graph: Graph,
    pub(super) faults: Vec<Fault>,
    pub(super) hazards: FxHashSet<Hazard>,
    /// errexit is on, or may be, somewhere.
    pub(super) errexit_seen: bool,
    /// errexit is surely on somewhere.
    pub(super) errexit_on: bool,
    /// nounset is on somewhere.
    pub(super) nounset_seen: bool,
    /// The script was too intricate: answers say nothing definite.
    pub(super) exhausted: bool,
    /// Where statuses are read.
    pub(super) reads: FxHashSet<Read>,
    /// Pipelines at which errexit ends a healthy run.
    pub(super) aborting_answers: FxHashSet<AbortingAnswer>,
    /// Traps, and functions in which they do not hold.
    pub(super) untraced: FxHashSet<(UnitId, FunctionId)>,
    /// Commands that end substitutions which were entered.
    pub(super) last_in_substitutions: FxHashSet<CommandId>,
    /// Whether a jump prepares a program anywhere (module `mistaken`); found out where it is asked for.
    pub(super) prepares_by_jump: Option<bool>,
    /// Sites of which only some failures were followed.
    pub(super) vague: FxHashSet<SiteId>,
    /// How many states have come before each pipeline.
    pub(super) states_before: FxHashMap<(FrameId, CommandId), u32>,
    /// With how many states each body has been entered; a function that runs what it is given, for each list of words.
    entries: FxHashMap<(Body, Option<ArgumentsId>), u32>,
    /// In a condition list, after its first command.
    pub(super) in_condition: bool,
    /// What the shell reads that runs the commands.
    pub(super) dialect: Dialect,
    pub(super) inside: Inside,
    /// Where the expansion of a command's words has ended the process, to be taken up with the command's outcomes.
    pub(super) died: Outcomes,
    /// Calls whose own words are run as a command by the function that is called.
    pub(super) given: FxHashSet<SiteId>,
    /// By command, for those that have run with their own words.
    pub(super) plans: Vec<Option<Rc<Plan>>>,
    pub(super) argument_plans: FxHashMap<ArgumentsId, Rc<Plan>>,
    /// Whether functions do nothing but print.
    pub(super) printing: FxHashMap<FunctionId, bool>,
    arguments: Vec<Vec<&'a Word>>,
    argument_ids: FxHashMap<Vec<Span>, ArgumentsId>,
    scopes: Scopes,
    states: Vec<Rc<State>>,
    /// By state, whether it holds the failure's status.
    carrying: Vec<bool>,
    state_ids: FxHashMap<Rc<State>, StateId>,
    pub(super) memo: FxHashMap<NodeId, Rc<[Outcome]>>,
    /// `None` while a frame is being computed.
    frames: FxHashMap<FrameKey, Option<Rc<[Outcome]>>>,
    frame_entries: FxHashMap<FrameKey, NodeId>,
    pub(super) frame: FrameId,
    frame_count: u32,
    calls: u32,
    function_sets: FunctionSets,
    budget: usize,
}

/// The nodes of the outcomes that go on; the others are added to `out`, which may then hold some of them twice.
pub(super) fn split(outcomes: &[Outcome], out: &mut Outcomes) -> Vec<NodeId> {
    let mut next = Vec::new();
    for outcome in outcomes {
        if outcome.how == How::Next {
            push_new(&mut next, outcome.node);
        } else {
            out.push(*outcome);
        }
    }
    next
}

/// So few are compared with each other; of more a set is made.
const FEW: usize = 8;

/// The outcomes in their order, each of them once.
pub(super) fn distinct(mut outcomes: Outcomes) -> Outcomes {
    if outcomes.len() <= FEW {
        let mut kept = Outcomes::new();
        outcomes.retain(|outcome| {
            let new = !kept.contains(outcome);
            kept.extend(new.then_some(*outcome));
            new
        });
    } else {
        let mut seen = FxHashSet::default();
        outcomes.retain(|outcome| seen.insert(*outcome));
    }
    outcomes
}

pub(super) fn push_new(nodes: &mut Vec<NodeId>, node: NodeId) {
    if !nodes.contains(&node) {
        nodes.push(node);
    }
}

pub(super) fn going_on(nodes: impl IntoIterator<Item = NodeId>) -> Outcomes {
    nodes.into_iter().map(|node| Outcome { how: How::Next, node }).collect()
}

impl<'a> Engine<'a> {
    pub(super) fn new(program: &'a Program<'a>) -> Self {
        let commands = program.units.end_id().0 as usize;
        Self {
            program,
            graph: Graph::with_room_for(commands),
            faults: Vec::new(),
            hazards: FxHashSet::default(),
            errexit_seen: false,
            errexit_on: false,
            nounset_seen: false,
            exhausted: false,
            reads: FxHashSet::default(),
            aborting_answers: FxHashSet::default(),
            untraced: FxHashSet::default(),
            last_in_substitutions: FxHashSet::default(),
            prepares_by_jump: None,
            vague: FxHashSet::default(),
            states_before: FxHashMap::default(),
            entries: FxHashMap::default(),
            in_condition: false,
            dialect: program.units.dialect,
            inside: Inside::default(),
            died: Outcomes::new(),
            given: FxHashSet::default(),
            plans: vec![None; commands],
            argument_plans: FxHashMap::default(),
            printing: FxHashMap::default(),
            arguments: Vec::new(),
            argument_ids: FxHashMap::default(),
            scopes: Scopes::default(),
            states: Vec::new(),
            carrying: Vec::new(),
            state_ids: FxHashMap::default(),
            memo: FxHashMap::default(),
            frames: FxHashMap::default(),
            frame_entries: FxHashMap::default(),
            frame: FrameId(0),
            frame_count: 1,
            calls: 0,
            function_sets: FunctionSets::default(),
            budget: SPARE_NODES + NODES_PER_COMMAND * commands,
        }
    }

    /// Follows the whole program.
    pub(super) fn run(&mut self) {
        let program = self.program;
        let start = State::start(program.units.initial);
        self.errexit_on = start.options.errexit() == Setting::On;
        let id = self.intern(start);
        let entry = self.graph.node((self.frame, 0, Phase::Entry, id));
        let outcomes = self.top_level(&program.units.script().body, entry);
        let ended = self.leave_process(&outcomes);
        for node in ended {
            let status = self.state(node).status;
            let by = (status == Status::Fault).then_some(By::End);
            let at = Span::at(crate::text::FileId(0), 0);
            let end = self.pass(node, CommandId(0), Phase::End, Event { by, at });
            self.graph.get_mut(end).end = Some((status.may_be_zero(), status.may_be_nonzero()));
        }
    }

    pub(super) fn state(&self, node: NodeId) -> Rc<State> {
        Rc::clone(&self.states[self.graph.get(node).state.0 as usize])
    }

    /// The shells that may be running here.
    pub(super) fn shells(&self, state: &State) -> Shells {
        Shells::of(self.dialect, state.options)
    }

    pub(super) fn state_by_id(&self, id: StateId) -> &State {
        &self.states[id.0 as usize]
    }

    /// Goes from a node to the same state at a point of a command.
    pub(super) fn pass(&mut self, from: NodeId, command: CommandId, phase: Phase, event: Event) -> NodeId {
        let id = self.graph.get(from).state;
        self.step_to(from, command, phase, id, event)
    }

    fn intern(&mut self, state: State) -> StateId {
        if let Some(&id) = self.state_ids.get(&state) {
            return id;
        }
        let id = StateId(self.states.len() as u32);
        let state = Rc::new(state);
        self.carrying.push(state.carries_fault());
        self.states.push(Rc::clone(&state));
        self.state_ids.insert(state, id);
        id
    }

    /// Goes from a node to a state at a point of a command.
    pub(super) fn step(
        &mut self,
        from: NodeId,
        command: CommandId,
        phase: Phase,
        state: State,
        event: Event,
    ) -> NodeId {
        self.errexit_seen |= state.process == Process::Main && state.options.errexit() != Setting::Off;
        self.nounset_seen |= state.options.get(Opt::Nounset) == Setting::On;
        let id = self.intern(state);
        self.step_to(from, command, phase, id, event)
    }

    fn step_to(
        &mut self,
        from: NodeId,
        command: CommandId,
        phase: Phase,
        id: StateId,
        event: Event,
    ) -> NodeId {
        let key: Key = (self.frame, command.0, phase, id);
        let to = self.graph.node(key);
        self.graph.edge(from, to, event);
        if self.graph.nodes.len() > 2 * self.budget {
            self.exhausted = true;
        }
        to
    }

    /// Goes to the same state changed by `change`; stays where it is if that changes nothing.
    pub(super) fn change(
        &mut self,
        from: NodeId,
        command: CommandId,
        phase: Phase,
        change: impl FnOnce(&mut State),
    ) -> NodeId {
        let before = self.state(from);
        let mut state = (*before).clone();
        change(&mut state);
        if state == *before { from } else { self.step(from, command, phase, state, Event::quiet()) }
    }

    /// The state, coarser where too many have come here already.
    pub(super) fn bounded(&mut self, id: CommandId, state: State) -> State {
        let known = self.states_before.get(&(self.frame, id)).copied().unwrap_or(0);
        let most = if self.is_intricate() { FEW_STATES } else { MAX_STATES };
        self.coarser(state, known >= most, known >= 2 * most)
    }

    fn is_intricate(&self) -> bool {
        self.graph.nodes.len() > self.budget
    }

    fn coarser(&mut self, mut state: State, forget_flags: bool, forget_repeats: bool) -> State {
        if forget_flags {
            // What is not set, or empty, ends the script where it is wanted: that is no flag, of which both ways can be
            // followed.
            let ends =
                |id: &VariableId, value: &Value| value.is_missing(true) && self.program.required.contains(id);
            state.variables.retain(|(id, value)| value.carries_fault() || ends(id, value));
        }
        if forget_repeats && let Taint::Always(site) = state.taint {
            self.vague.insert(site);
            state.taint = Taint::Once;
        }
        state
    }

    /// The state with which a frame is entered, coarser where it was entered with too many others.
    pub(super) fn bounded_entry(&mut self, body: Body, entry: State) -> State {
        let known = self.entries.get(&(body, entry.arguments)).copied().unwrap_or(0);
        let most = if self.is_intricate() { FEW_STATES } else { MAX_ENTRIES };
        self.coarser(entry, known >= most, known >= most)
    }

    /// Runs a process of its own. For each way in which it ends: the node that leads on, and the node with its status.
    pub(super) fn process(
        &mut self,
        body: Body,
        span: Span,
        entry: State,
        from: NodeId,
        run: impl FnOnce(&mut Self, NodeId) -> Outcomes,
    ) -> Vec<(NodeId, NodeId)> {
        let healthy = entry.is_healthy();
        let mut entry = self.scope(span).narrow(entry, span, self.program);
        entry.jobs = Jobs::default();
        let entry = self.bounded_entry(body, entry);
        let outer = self.inside;
        let passes_over = self.shells(&entry).errexit_in_eval_passes_exit_trap_over() == Setting::On;
        let started_in_eval = outer.started_in_eval || outer.eval && passes_over;
        self.inside = Inside {
            lone_eval: false,
            eval: false,
            redirect: false,
            started_in_eval,
            own_exit_trap: false,
            ..outer
        };
        let outcomes = self.frame(body, entry, from, |engine, node| {
            let outcomes = run(engine, node);
            going_on(engine.leave_process(&outcomes))
        });
        self.inside = outer;
        outcomes.iter().map(|outcome| (if healthy { outcome.node } else { from }, outcome.node)).collect()
    }

    /// What the text at `span` can touch.
    pub(super) fn scope(&mut self, span: Span) -> Rc<Scope> {
        let program = self.program;
        Rc::clone(self.scopes.entry(span).or_insert_with(|| Rc::new(Scope::of(span, program))))
    }

    /// Whether one of these stands in the text at `span`, or in what may be called there.
    pub(super) fn may_say(&mut self, span: Span, words: &[&[u8]]) -> bool {
        let program = self.program;
        let says = |span: Span| words.iter().any(|word| contains(program.text(span), word));
        let scope = self.scope(span);
        let Some(mut functions) = scope.functions() else { return true };
        says(span) || functions.any(|id| says(program.function(id).definition.body.span))
    }

    /// What is remembered of jobs after one more was started; nothing, in a program that never waits.
    pub(super) fn jobs_after(&self, before: &State, status: Status) -> Jobs {
        if self.program.waits { before.jobs.and_started(status) } else { Jobs::default() }
    }

    /// A body in a frame of its own, computed once for each state in which it is entered.
    ///
    /// What happens after a failure *inside* a healthy frame goes on at every place from which the frame was entered, for
    /// the failure may happen in any of these calls; so there the caller links the frame's end to its own next node. A
    /// frame that is entered after the failure is passed by a link from the call itself: coming from one caller, no run
    /// returns to another.
    pub(super) fn frame(
        &mut self,
        body: Body,
        entry: State,
        from: NodeId,
        run: impl FnOnce(&mut Self, NodeId) -> Outcomes,
    ) -> Rc<[Outcome]> {
        let id = self.intern(entry);
        let key = (body, id, self.inside);
        match self.frames.get(&key) {
            Some(Some(known)) => {
                let (known, entry) = (Rc::clone(known), self.frame_entries[&key]);
                self.graph.edge(from, entry, Event::quiet());
                return known;
            }
            // What it claims and destroys, the call does that is under way.
            Some(None) => {
                let entry = self.frame_entries[&key];
                self.graph.edge(from, entry, Event::quiet());
                return self.anything(from);
            }
            None if self.calls == MAX_CALLS => return self.anything(from),
            None => {}
        }
        self.frames.insert(key, None);
        let arguments = self.states[id.0 as usize].arguments;
        *self.entries.entry((body, arguments)).or_default() += 1;
        let outer = std::mem::replace(&mut self.frame, FrameId(self.frame_count));
        let outer_condition = std::mem::replace(&mut self.in_condition, false);
        self.frame_count += 1;
        self.calls += 1;
        let entry = self.graph.node((self.frame, 0, Phase::Entry, id));
        self.graph.edge(from, entry, Event::quiet());
        self.frame_entries.insert(key, entry);
        let outcomes: Rc<[Outcome]> = run(self, entry).into_vec().into();
        self.calls -= 1;
        self.frame = outer;
        self.in_condition = outer_condition;
        self.frames.insert(key, Some(Rc::clone(&outcomes)));
        outcomes
    }

    /// A part of a command in a frame of its own. What is to be remembered of the time before it (the status of a loop's
    /// body while the condition runs) is in no state of the part; so a run that must remember meets no other there.
    pub(super) fn apart(
        &mut self,
        body: Body,
        id: CommandId,
        entry: State,
        from: NodeId,
        run: impl FnOnce(&mut Self, NodeId) -> Outcomes,
    ) -> Outcomes {
        let healthy = entry.is_healthy();
        let outcomes = self.frame(body, entry, from, run);
        let mut out = Outcomes::new();
        for Outcome { how, node } in outcomes.iter().copied() {
            let edge_from = if healthy { node } else { from };
            let state = self.graph.get(node).state;
            let node = self.step_to(edge_from, id, Phase::Apart(how), state, Event::quiet());
            out.push(Outcome { how, node });
        }
        out
    }

    /// A call that is not followed: it may end with any status.
    fn anything(&mut self, from: NodeId) -> Rc<[Outcome]> {
        let state = self.state(from).after(Status::Any);
        let node = self.step(from, CommandId(0), Phase::NotFollowed, state, Event::quiet());
        Rc::new([Outcome { how: How::Next, node }])
    }

    /// The ends of a process, its EXIT trap included.
    fn leave_process(&mut self, outcomes: &[Outcome]) -> Vec<NodeId> {
        let mut ended = Outcomes::new();
        for outcome in outcomes {
            for node in self.bring_err_trap_back(outcome.node) {
                ended.extend(going_on(self.exit_trap(node)));
            }
        }
        distinct(ended).into_iter().map(|outcome| outcome.node).collect()
    }

    /// At the end of a process that a function has started, its EXIT trap is run with the ERR trap of the call.
    fn bring_err_trap_back(&mut self, node: NodeId) -> SmallVec<[NodeId; 2]> {
        let state = self.state(node);
        let traps = [state.exit_trap, state.caller_err_trap];
        if traps.contains(&Trap::None) || state.err_trap != Trap::None {
            return smallvec![node];
        }
        let back = |state: &mut State| state.err_trap = state.caller_err_trap;
        let changed = self.change(node, CommandId(0), Phase::Settled, back);
        let surely = self.shells(&state).process_ends_with_err_trap_of_caller() == Setting::On;
        if surely { smallvec![changed] } else { smallvec![changed, node] }
    }

    pub(super) fn intern_arguments(&mut self, words: &[&'a Word]) -> ArgumentsId {
        let key: Vec<Span> = words.iter().map(|word| word.span).collect();
        let next = ArgumentsId(self.arguments.len() as u32);
        let id = *self.argument_ids.entry(key).or_insert(next);
        if id == next {
            self.arguments.push(words.to_vec());
        }
        id
    }

    pub(super) fn argument_list(&self, id: ArgumentsId) -> &[&'a Word] {
        &self.arguments[id.0 as usize]
    }

    pub(super) fn define_function(&mut self, set: u32, function: FunctionId) -> u32 {
        let name = self.program.function(function).name;
        self.function_sets.define(set, function, self.program.functions_named(name))
    }

    pub(super) fn function_named(&self, set: u32, name: &[u8]) -> Option<FunctionId> {
        self.function_sets.defined(set, self.program.functions_named(name))
    }

    /// A command of any kind.
    pub(super) fn command(&mut self, command: &'a Command, from: NodeId) -> Outcomes {
        let outer = std::mem::take(&mut self.died);
        let mut out = stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.command_here(command, from));
        out.extend(std::mem::replace(&mut self.died, outer));
        out
    }

    fn command_here(&mut self, command: &'a Command, from: NodeId) -> Outcomes {
        crate::guard::still_wanted();
        let mut out = self.without_descriptor(command, from);
        if let CommandKind::Simple(simple) = &command.kind {
            out.extend(self.simple(command, simple, from));
            return out;
        }
        let (mut ready, failed) = self.redirects(command, from);
        out.extend(failed);
        if matches!(command.kind, CommandKind::Subshell(_)) {
            ready = self.with_jobs_of(&self.state(from), command, ready);
        }
        for node in ready {
            let outcomes = self.printing_of(command, |engine| engine.compound(command, node));
            out.extend(self.hold_errors(command, from, true, outcomes));
        }
        out
    }

    /// What a command runs behind its redirections.
    pub(super) fn printing_of(
        &mut self,
        command: &Command,
        run: impl FnOnce(&mut Self) -> Outcomes,
    ) -> Outcomes {
        let outer = self.inside.unheard;
        self.inside.unheard |= is_thrown_away(command, self.program.units);
        let outcomes = run(self);
        self.inside.unheard = outer;
        outcomes
    }

    pub(super) fn compound(&mut self, command: &'a Command, node: NodeId) -> Outcomes {
        match &command.kind {
            CommandKind::Simple(_) => going_on([node]),
            CommandKind::Group(list) => self.list(list, vec![node]),
            CommandKind::Subshell(list) => self.subshell(command, list, node),
            CommandKind::If(chain) => self.if_chain(command, chain, node),
            CommandKind::Loop(each) => self.while_loop(command, each, node),
            CommandKind::For(each) => self.for_loop(command, each, node),
            CommandKind::Select(each) => self.select_loop(command, each, node),
            CommandKind::ForArithmetic(each) => self.for_arithmetic(command, each, node),
            CommandKind::Case(case) => self.case(command, case, node),
            CommandKind::Function(_) => self.function_definition(command, node),
            CommandKind::Test(words) => self.double_bracket(command, words, node),
            CommandKind::Arithmetic(word) => self.arithmetic_command(command, word, node),
            CommandKind::Coproc(inner) => self.coproc(command, inner, node),
            CommandKind::Unknown => self.unknown(command, node),
        }
    }

    fn subshell(&mut self, command: &'a Command, list: &'a List, from: NodeId) -> Outcomes {
        let before = self.state(from);
        let mut entry = subshell_state(&before);
        // In a substitution, text that is read in `( … )` is as outside of it (`err.eval.subst.subshell`).
        entry.options = entry.options.with(Opt::IgnoredThroughout, Setting::Off);
        self.enter_parentheses(&mut entry);
        self.forget_action(&mut entry);
        let ended = self.process(Body::Subshell(command.id), command.span, entry, from, |engine, node| {
            engine.subshell_body(list, node)
        });
        self.take_status(command, &before, ended)
    }

    /// After a process has ended: the state as it was before, with the status of the process.
    fn take_status(&mut self, command: &Command, before: &State, ended: Vec<(NodeId, NodeId)>) -> Outcomes {
        let mut next = Vec::new();
        for (edge_from, inner) in ended {
            let inner = self.state(inner);
            let mut state = before.after(inner.status);
            state.taint = taint_after(before, &inner);
            push_new(&mut next, self.step(edge_from, command.id, Phase::After, state, Event::quiet()));
        }
        going_on(next)
    }

    fn function_definition(&mut self, command: &'a Command, from: NodeId) -> Outcomes {
        let mut state = self.state(from).after(Status::ZERO);
        if let Some(function) = self.program.function_defined_by(command.id) {
            state.functions = self.define_function(state.functions, function);
        }
        self.overwrite(command, from, state)
    }

    /// A region that could not be read may do anything: handle a failure, set options, end the script. So a run in which
    /// something has failed is followed no further than to here, and what comes behind is followed with options unknown.
    /// In a process of its own it can do no more than end that in any way.
    pub(super) fn unknown(&mut self, command: &Command, from: NodeId) -> Outcomes {
        let before = self.state(from);
        let mut state = before.after(Status::Any);
        let by = (before.status == Status::Fault).then_some(By::Unread);
        let event = Event { by, at: command.span };
        if !before.is_healthy() && before.process == Process::Main {
            let end = self.step(from, command.id, Phase::After, state, event);
            self.graph.get_mut(end).end = Some((true, true));
            return Outcomes::new();
        }
        self.errexit_seen = true;
        state.variables.clear();
        state.options =
            state.options.with(Opt::Errexit, Setting::Unknown).with(Opt::Pipefail, Setting::Unknown);
        let next = self.step(from, command.id, Phase::After, state.clone(), event);
        let exit = self.step(from, command.id, Phase::UnreadExit, state, event);
        smallvec![Outcome { how: How::Next, node: next }, Outcome { how: How::Exit, node: exit }]
    }

    /// Goes on with a status that replaces the one before; if that was the failure's and nobody has looked at it, it is
    /// lost here.
    pub(super) fn overwrite(&mut self, command: &Command, from: NodeId, state: State) -> Outcomes {
        let event = self.loss(command, from);
        going_on([self.step(from, command.id, Phase::After, state, event)])
    }

    /// What happens to the failure's status, if `$?` holds it, when `command` runs without having looked at it.
    pub(super) fn loss(&self, command: &Command, from: NodeId) -> Event {
        let lost = self.state(from).status == Status::Fault;
        let by = if self.in_condition { By::Condition } else { By::NextCommand };
        Event { by: lost.then_some(by), at: command.span }
    }
}

impl Facts for Engine<'_> {
    fn carries(&self, node: NodeId) -> bool {
        self.carrying[self.graph.get(node).state.0 as usize]
    }

    fn is_failed(&self, node: NodeId) -> bool {
        !self.state_by_id(self.graph.get(node).state).is_healthy()
    }
}

impl Event {
    /// Nothing happens to the failure's status.
    pub(super) fn quiet() -> Self {
        Self { by: None, at: Span::at(crate::text::FileId(0), 0) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::flow::{Units, trace};
    use crate::shell::Dialect;
    use crate::shell::knowledge::Vocabulary;
    use crate::text::Document;

    /// Seed 92015464 of the generated scripts, which has more states than are told apart.
    const MANY_STATES: &str = r#"
failed=0
rc=0
status_of() { "$@"; rc=$?; return $rc; }
f1() {
    if grep -q a1 file; then
        s2 &
        if wait $!; then status_of s3; else s4; fi
    else
        f2() { s5 || failed=1; }
    fi
}
f3() {
    exit 4 | s6
    for x in a b; do for y in c; do f1 || break 2; done; done && echo "backup completed"
}
[ \( x = x \) -a ! y = x ] && f3
n4=; s7 && n4=1; ( : "${n4:?}" ) || f3
"#;

    #[test]
    fn what_is_empty_and_must_not_be_is_known_beyond_the_bound_of_states() {
        let document = Arc::new(Document::script("run.sh", MANY_STATES.as_bytes().to_vec()));
        let units = Units::load(&document, Dialect::Bash, &Vocabulary::builtin(), &|_: &str, _: &str| None);
        let trace = trace(&units);
        let last = trace.entries.iter().find(|entry| entry.name == "s7").unwrap();
        assert!(!last.failure().unwrap().claims.is_empty());
    }
}
