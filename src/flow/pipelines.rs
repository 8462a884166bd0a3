//! Commands that run beside each other: the elements of a pipeline, jobs, co-processes.

use super::answer::By;
use super::engine::{Body, Engine, How, Outcome, Outcomes, going_on, push_new, split};
use super::graph::{Event, NodeId, Phase};
use super::lists::Judged;
use super::state::{Bare, Process, State, Status, Taint, Trap, subshell_state, taint_after};
use crate::shell::{Opt, Setting};
use crate::syntax::{Command, CommandId, CommandKind, Pipeline, Statement};
use crate::text::Span;

/// How many elements of a pipeline are looked at beside the one that fails.
const MAX_BESIDE: usize = 16;

impl<'a> Engine<'a> {
    /// A command that is joined by `|`: each element in a process of its own.
    pub(super) fn elements(&mut self, pipeline: &'a Pipeline, from: NodeId) -> Outcomes {
        let id = pipeline.commands[0].id;
        let mut out = Outcomes::new();
        let pipefail = self.state(from).options.get(Opt::Pipefail);
        for from in self.decide_option(from, id, Opt::Pipefail) {
            if self.state(from).is_healthy() {
                self.note_readers(pipeline, self.state(from).options);
            }
            let event = self.loss(&pipeline.commands[0], from);
            let status = self.state(from).status;
            let started = self.state(from).after(Status::ZERO);
            let started = self.step(from, id, Phase::Element(0), started, event);
            let mut current = vec![started];
            for index in 0..pipeline.commands.len() {
                let mut next = Vec::new();
                for node in current {
                    let ended = self.element(pipeline, index, status, node, &mut out);
                    ended.into_iter().for_each(|node| push_new(&mut next, node));
                }
                current = next;
            }
            let decided = self.state(from).options.get(Opt::Pipefail);
            let as_before = |state: &mut State| {
                // The last element may have set it, where the shell itself runs that (`pipe.last.sets`).
                if state.options.get(Opt::Pipefail) == decided {
                    state.options = state.options.with(Opt::Pipefail, pipefail);
                }
            };
            let ended: Vec<NodeId> =
                current.into_iter().map(|node| self.change(node, id, Phase::Joined, as_before)).collect();
            out.extend(going_on(ended));
        }
        out
    }

    /// Two nodes where an option is unknown, one each for on and off.
    pub(super) fn decide_option(&mut self, node: NodeId, id: CommandId, option: Opt) -> Vec<NodeId> {
        if self.state(node).options.get(option) != Setting::Unknown {
            return vec![node];
        }
        let mut with = |setting| {
            self.change(node, id, Phase::Decided(setting == Setting::On), |state| {
                state.options = state.options.with(option, setting);
            })
        };
        vec![with(Setting::On), with(Setting::Off)]
    }

    /// `status` is the last one before the pipeline.
    fn element(
        &mut self,
        pipeline: &'a Pipeline,
        index: usize,
        status: Status,
        from: NodeId,
        out: &mut Outcomes,
    ) -> Vec<NodeId> {
        let command = &pipeline.commands[index];
        let last = index + 1 == pipeline.commands.len();
        let before = self.state(from);
        let starts_anew = index > 0 && self.shells(&before).later_elements_start_with_zero() == Setting::On;
        let status = if starts_anew { Status::ZERO } else { status };
        let in_shell = last
            && (before.options.is_on(Opt::Lastpipe) || self.shells(&before).has_lastpipe() == Setting::On);
        let ended: Vec<(NodeId, NodeId)> = if in_shell {
            let outcomes = self.settled_last_element(pipeline, status, from);
            split(&outcomes, out).into_iter().map(|node| (node, node)).collect()
        } else {
            let mut entry = self.process_of(command, &before.after(status));
            entry.process = if last { before.process.of_subshell() } else { Process::Captured };
            let outer = self.inside;
            self.inside.mistaken |= outer.last_element;
            let ended = self.process(Body::Element(command.id), command.span, entry, from, |engine, node| {
                let outcomes = engine.command(command, node);
                let outcomes = engine.settle_element(pipeline, command, node, outcomes);
                engine.forget_exit_trap(command, outcomes)
            });
            self.inside = outer;
            ended
        };
        let mut next = Vec::new();
        for (edge_from, inner) in ended {
            let event = self.element_event(pipeline, index, inner, &before);
            let mut state = self.element_state(&before, inner, in_shell);
            if in_shell
                && (self.may_hide_redirection(command, &state)
                    || self.may_miss_element(command, &before, &state)
                    || self.may_forget_elements(command, &state, inner))
            {
                state.status = Status::Any;
            }
            let fails_here = before.is_healthy() && !state.is_healthy();
            let node = self.step(edge_from, command.id, Phase::Element(index as u32 + 1), state, event);
            if fails_here {
                self.run_beside(&pipeline.commands[..index], status, node);
            }
            push_new(&mut next, node);
        }
        next
    }

    /// The ends of a process that is one command: bash does not run an EXIT trap there where that is a compound command.
    fn forget_exit_trap(&mut self, command: &Command, outcomes: Outcomes) -> Outcomes {
        let forgets = matches!(
            command.kind,
            CommandKind::If(_)
                | CommandKind::Loop(_)
                | CommandKind::For(_)
                | CommandKind::ForArithmetic(_)
                | CommandKind::Case(_)
                | CommandKind::Select(_)
        );
        if !forgets {
            return outcomes;
        }
        let mut out = Outcomes::new();
        for outcome in outcomes {
            let state = self.state(outcome.node);
            let forgotten = self.shells(&state).compound_process_forgets_exit_trap();
            if state.exit_trap == Trap::None || forgotten != Setting::On {
                out.push(outcome);
            }
            if state.exit_trap != Trap::None && forgotten != Setting::Off {
                let forget = |state: &mut State| state.exit_trap = Trap::None;
                let node = self.change(outcome.node, command.id, Phase::Settled, forget);
                out.push(Outcome { node, ..outcome });
            }
        }
        out
    }

    /// Where an element has set an ERR trap, as a call can, the trap looks at the element itself in some shells.
    fn settle_element(
        &mut self,
        pipeline: &'a Pipeline,
        command: &'a Command,
        start: NodeId,
        outcomes: Outcomes,
    ) -> Outcomes {
        let before = self.state(start);
        let traps = self.shells(&before).element_meets_its_own_err_trap() == Setting::On;
        if !traps || command.as_simple().is_none() {
            return outcomes;
        }
        let mut out = Outcomes::new();
        for node in split(&outcomes, &mut out) {
            let has_set = self.state(node).err_trap != before.err_trap;
            out.extend(if has_set {
                self.settle_one(Judged::from(pipeline), &before, node)
            } else {
                going_on([node])
            });
        }
        out
    }

    /// What a command starts with that is a process by itself.
    fn process_of(&self, command: &Command, before: &State) -> State {
        let mut entry = subshell_state(before);
        entry.options = entry.options.with(Opt::IgnoredThroughout, Setting::Off);
        if command.as_simple().is_none() {
            self.forget_action(&mut entry);
        }
        let words = command.simple_words();
        let name = words.first().and_then(|word| self.program.literal(word));
        let reads_text = matches!(name.as_deref(), Some("eval" | "." | "source" | "command"));
        if reads_text {
            entry.inherit_ignoring(self.shells(before).reading_process_inherits_ignoring());
        }
        entry
    }

    fn list_process(&self, before: &State) -> State {
        let mut entry = subshell_state(before);
        self.forget_action(&mut entry);
        entry
    }

    /// A compound command that is a process of its own may not know that it stands in the action of a trap.
    pub(super) fn forget_action(&self, entry: &mut State) {
        match self.shells(entry).compound_process_forgets_action() {
            Setting::On => entry.bare = Bare::default(),
            Setting::Off => {}
            Setting::Unknown => entry.bare = entry.bare.in_doubt(),
        }
    }

    /// In the script's own shell, where no state remembers how the elements before it have ended.
    fn last_element(&mut self, command: &'a Command, status: Status, from: NodeId) -> Outcomes {
        let before = self.state(from);
        if before.status == status && before.pipe.iter().all(|status| *status == Status::ZERO) {
            return self.command(command, from);
        }
        let entry = before.after(status);
        self.apart(Body::LastElement(command.id), command.id, entry, from, |engine, node| {
            engine.command(command, node)
        })
    }

    /// The ERR trap looks at such an element by itself, which `!` in front of the pipeline does not keep it from
    /// (`err.not.lastpipe`).
    fn settled_last_element(&mut self, pipeline: &'a Pipeline, status: Status, from: NodeId) -> Outcomes {
        let mut command = &pipeline.commands[pipeline.commands.len() - 1];
        let outer = self.inside;
        if self.shells(&self.state(from)).mistakes_statuses_in_pipelines() != Setting::Off {
            command = without_braces(command);
            self.inside.last_element = true;
            self.inside.mistaken |= self.reads_text(command);
        }
        let mut outcomes = self.last_element(command, status, from);
        self.inside = outer;
        let before = self.state(from);
        for outcome in outcomes.iter_mut().filter(|outcome| matches!(outcome.how, How::Stop | How::Next)) {
            outcome.how = How::Next;
            if self.may_mistake_status(command, &before, &self.state(outcome.node)) {
                let lose = |state: &mut State| state.status = Status::Any;
                outcome.node = self.change(outcome.node, command.id, Phase::Settled, lose);
            }
        }
        self.settle(Judged::from(pipeline), from, &outcomes)
    }

    fn may_hide_redirection(&self, command: &Command, state: &State) -> bool {
        let hides = self.shells(state).err_trap_hides_redirection_in_pipeline() == Setting::On;
        hides
            && state.err_trap != Trap::None
            && state.status == Status::Fault
            && !command.redirects.is_empty()
    }

    /// Whether the shell may take another status for that of such an element, which errexit then does not see either
    /// (`pipe.last.assign.e`).
    fn may_mistake_status(&self, command: &Command, before: &State, state: &State) -> bool {
        self.shells(state).mistakes_statuses_in_pipelines() != Setting::Off
            && (may_lose_value(command, state)
                || self.may_mistake_text(command, before, state)
                || self.may_mistake_call(command, state))
    }

    /// Whether this is a call in which an ERR trap has run, the status of whose program is then taken for that of the call
    /// (`pipe.last.call.err`).
    fn may_mistake_call(&self, command: &Command, state: &State) -> bool {
        let name = command.as_simple().and_then(|simple| self.program.literal(simple.words.first()?));
        let calls = name.is_some_and(|name| self.program.is_function_name(name.as_bytes()));
        calls && state.err_trap != Trap::None && !state.ignored && state.status.may_be_nonzero()
    }

    /// Whether this may have set an EXIT trap in a process of its own, where pipefail may then miss an element before:
    /// `v=$(/bin/false | trap true EXIT)` is 0 now and then, and so is `( /bin/false | f )` where `f` sets one
    /// (`pf.last.trap`).
    fn may_miss_element(&mut self, command: &Command, before: &State, state: &State) -> bool {
        self.shells(state).mistakes_statuses_in_pipelines() != Setting::Off
            && self.program.sets_traps
            && before.process != Process::Main
            && state.status.may_be_nonzero()
            && state.options.get(Opt::Pipefail) != Setting::Off
            && self.may_say(command.span, &[b"trap"])
    }

    /// Whether a substitution in such an element has run a program, behind which the shell no longer knows the elements that
    /// have not ended yet: under pipefail `{ sleep 1; false; } | v=$(date)` is 0 (`pf.last.substitution`).
    fn may_forget_elements(&mut self, command: &Command, state: &State, inner: NodeId) -> bool {
        self.shells(state).mistakes_statuses_in_pipelines() != Setting::Off
            && state.options.get(Opt::Pipefail) != Setting::Off
            && state.status.may_be_nonzero()
            && self.state(inner).status == Status::ZERO
            && !matches!(command.kind, CommandKind::Subshell(_))
            && self.may_say(command.span, &[b"$(", b"`"])
    }

    /// Whether this is text that is read, whose status there is another one where a program in it has failed: `eval "a || b"`
    /// ends with that of `a` (`pipe.last.eval`), and errexit goes on behind `a` in `eval "a; b"` (`pipe.last.eval.e`).
    fn may_mistake_text(&self, command: &Command, before: &State, state: &State) -> bool {
        let fails_here = before.taint != state.taint || matches!(state.taint, Taint::Always(_));
        fails_here && self.reads_text(command)
    }

    fn reads_text(&self, command: &Command) -> bool {
        let mut words = command.simple_words().iter();
        let mut name = words.next().and_then(|word| self.program.literal(word));
        if name.as_deref() == Some("command") {
            name = words.next().and_then(|word| self.program.literal(word));
        }
        matches!(name.as_deref(), Some("eval" | "." | "source"))
    }

    /// The elements before the one that has failed run at the same time: what they claim and destroy still happens.
    fn run_beside(&mut self, commands: &'a [Command], status: Status, node: NodeId) {
        for command in commands.iter().rev().take(MAX_BESIDE) {
            let mut entry = self.process_of(command, &self.state(node).after(status));
            entry.process = Process::Captured;
            self.process(Body::Element(command.id), command.span, entry, node, |engine, node| {
                engine.command(command, node)
            });
        }
    }

    fn element_event(&self, pipeline: &Pipeline, index: usize, inner: NodeId, before: &State) -> Event {
        let last = pipeline.commands.len() - 1;
        let lost =
            self.state(inner).status == Status::Fault && index < last && !before.options.is_on(Opt::Pipefail);
        Event { by: lost.then_some(By::Pipeline), at: pipeline.commands[last].span }
    }

    /// The status of a pipeline so far: of its last element or, with pipefail, the rightmost that is not zero.
    fn element_state(&self, before: &State, inner: NodeId, in_shell: bool) -> State {
        let inner = self.state(inner);
        let mut state = if in_shell { (*inner).clone() } else { before.clone() };
        state.taint = taint_after(before, &inner);
        (state.exempt, state.ignored) = (false, before.ignored);
        state.pipe.clone_from(&before.pipe);
        if self.program.reads_pipestatus {
            state.pipe.push(inner.status);
        }
        let keep = before.options.is_on(Opt::Pipefail) && inner.status == Status::ZERO;
        state.status = if keep { before.status } else { inner.status };
        state
    }

    pub(super) fn background(&mut self, statement: &'a Statement, from: NodeId) -> Outcomes {
        let before = self.state(from);
        let id = statement.first.commands[0].id;
        let only = statement.only_pipeline().and_then(Pipeline::only_command);
        let mut entry = match only {
            Some(command) => self.process_of(command, &before),
            None => self.list_process(&before),
        };
        entry.inherit_ignoring(self.shells(&before).job_inherits_ignoring());
        let ended = self.process(Body::Job(id), statement.span, entry, from, |engine, node| {
            let outcomes = engine.job(statement, node);
            match only {
                Some(command) => engine.forget_exit_trap(command, outcomes),
                None => outcomes,
            }
        });
        self.started(&before, ended, id, Phase::Started, statement.span)
    }

    pub(super) fn coproc(&mut self, command: &'a Command, inner: &'a Command, from: NodeId) -> Outcomes {
        let before = self.state(from);
        let mut entry = subshell_state(&before);
        entry.process = Process::Captured;
        let ended = self.process(Body::Element(inner.id), inner.span, entry, from, |engine, node| {
            engine.command(inner, node)
        });
        let started = self.started(&before, ended, command.id, Phase::After, command.span);
        // bash 5.2 reads `coproc a` in `$( )` as `coproc COPROC a`, and there is no such program (`bg.coproc.subst`).
        if before.process != Process::Captured || inner.as_simple().is_none() {
            return started;
        }
        let forget = |state: &mut State| state.jobs.last = Some(Status::Any);
        let forgotten = |Outcome { how, node }| Outcome {
            how,
            node: self.change(node, command.id, Phase::Settled, forget),
        };
        started.into_iter().map(forgotten).collect()
    }

    /// After a job was started: status 0 at once, whatever becomes of the job.
    fn started(
        &mut self,
        before: &State,
        ended: Vec<(NodeId, NodeId)>,
        id: CommandId,
        phase: Phase,
        at: Span,
    ) -> Outcomes {
        let mut next = Vec::new();
        for (edge_from, job) in ended {
            let job = self.state(job);
            let mut state = before.after(Status::ZERO);
            state.taint = taint_after(before, &job);
            state.jobs = self.jobs_after(before, job.status);
            let by = (job.status == Status::Fault).then_some(By::Background);
            push_new(&mut next, self.step(edge_from, id, phase, state, Event { by, at }));
        }
        going_on(next)
    }
}

/// Whether this is `v=$(a)`, whose status is 0 there where one program is all that the substitution runs
/// (`pipe.last.assign`).
fn may_lose_value(command: &Command, state: &State) -> bool {
    state.status == Status::Fault && is_assignment(command)
}

fn is_assignment(command: &Command) -> bool {
    command.as_simple().is_some_and(|simple| simple.words.is_empty() && !simple.assignments.is_empty())
}

/// The command for which ksh takes a group that holds nothing else.
fn without_braces(command: &Command) -> &Command {
    let mut inner = command;
    while let CommandKind::Group(list) = &inner.kind
        && inner.redirects.is_empty()
        && let [statement] = list.statements.as_slice()
        && let Some(pipeline) = statement.only_pipeline()
        && let Some(only) = pipeline.only_command().filter(|_| !pipeline.negated)
    {
        inner = only;
    }
    inner
}
