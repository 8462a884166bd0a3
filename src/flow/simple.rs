//! Simple commands (POSIX 2.9.1): their words are expanded, and then a builtin, a function or a program runs.

use std::rc::Rc;

use smallvec::{SmallVec, smallvec};

use super::answer::By;
use super::describe::Description;
use super::engine::{Body, Engine, Fault, How, Inside, Outcome, Outcomes, going_on};
use super::expand::PARAMETERS;
use super::graph::{EffectKind, Event, NodeId, Phase};
use super::lists::Judged;
use super::plan::Plan;
use super::program::{FunctionId, Repeats, SiteId, is_declaration};
use super::scope::Scope;
use super::state::{Process, State, Status, Taint, Trap, Value};
use super::test::test;
use crate::shell::{Dialect, Opt, Setting, is_bash_builtin};
use crate::syntax::{Assignment, Command, CommandId, CommandKind, Part, Simple, Word};

/// The words of one command.
type Words<'a> = SmallVec<[&'a Word; 8]>;

impl<'a> Engine<'a> {
    pub(super) fn simple(&mut self, command: &'a Command, simple: &'a Simple, from: NodeId) -> Outcomes {
        if simple.words.is_empty() {
            let (ready, mut out) = self.redirects(command, from);
            for node in ready {
                out.extend(self.assign(command, &simple.assignments, node));
            }
            return out;
        }
        let mut out = Outcomes::new();
        for node in self.expand_all(command, simple, from) {
            let state = self.state(node);
            let words = self.resolve(&simple.words, &state);
            out.extend(self.printing_of(command, |engine| engine.run_words(command, &words, node)));
        }
        out
    }

    /// All substitutions in the command, and the redirections.
    fn expand_all(&mut self, command: &'a Command, simple: &'a Simple, from: NodeId) -> Vec<NodeId> {
        let declares =
            self.program.literal(&simple.words[0]).is_some_and(|name| is_declaration(name.as_bytes()));
        let lost = if declares { By::Declaration } else { By::Substitution };
        let words: Vec<&'a Word> =
            simple.words.iter().chain(simple.assignments.iter().flat_map(Assignment::words)).collect();
        let expanded = self.expand(command, &words, from, lost);
        expanded.into_iter().flat_map(|node| self.open_all(command, simple, node)).collect()
    }

    /// The redirections of a command with a name. A program opens them in the process that it becomes: what they start there
    /// is no job of the shell (`bg.procsub.program`).
    fn open_all(&mut self, command: &'a Command, simple: &'a Simple, from: NodeId) -> Vec<NodeId> {
        let before = self.state(from);
        let mut current = vec![from];
        for redirect in &command.redirects {
            current =
                current.into_iter().flat_map(|node| self.expand_redirect(command, redirect, node)).collect();
        }
        let words: Vec<&Word> = simple.words.iter().collect();
        if !self.is_program(&words) {
            return current;
        }
        self.with_jobs_of(&before, command, current)
    }

    /// Whether the words surely name a program.
    fn is_program(&self, words: &[&Word]) -> bool {
        let Some(name) = words.first().and_then(|word| self.program.literal(word)) else { return false };
        match name.as_str() {
            "command" => words.len() > 1 && self.is_program(&words[1..]),
            _ => !is_bash_builtin(&name) && !self.program.is_function_name(name.as_bytes()),
        }
    }

    /// The words with the positional parameters put in, where the call that gives them is known.
    fn resolve(&self, words: &'a [Word], state: &State) -> Words<'a> {
        let Some(arguments) = state.arguments.map(|id| self.argument_list(id)) else {
            return words.iter().collect();
        };
        let mut resolved = Words::new();
        for word in words {
            let text = self.program.units.source(word.span.file);
            match word.variable(text) {
                Some(b"@" | b"*") => resolved.extend(arguments.iter().copied()),
                Some([digit @ b'1'..=b'9']) => {
                    let index = usize::from(digit - b'1');
                    resolved.push(arguments.get(index).copied().unwrap_or(word));
                }
                _ => resolved.push(word),
            }
        }
        if resolved.is_empty() { words.iter().collect() } else { resolved }
    }

    fn run_words(&mut self, command: &'a Command, words: &[&'a Word], node: NodeId) -> Outcomes {
        let state = self.state(node);
        let plan = self.plan(command, words);
        let name = match &plan.name {
            Some(name) => Rc::clone(name),
            None => match words.first().map(|word| self.value(word, &state)) {
                Some(Value::Known(text)) => text.into(),
                _ => return self.unnamed(command, words, node),
            },
        };
        if (plan.names_function || plan.name.is_none())
            && let Some(function) = self.function_named(state.functions, name.as_bytes())
        {
            let outcomes = self.call(command, function, words, node);
            return self.hold_errors(command, node, false, outcomes);
        }
        self.run_named(command, &name, words, node)
    }

    /// `"$tool" file` is a program like others; a lone `$flag` is `true` or `false`, or a command that may do anything.
    fn unnamed(&mut self, command: &'a Command, words: &[&'a Word], node: NodeId) -> Outcomes {
        let mut out = self.program_run_words(command, words, node);
        if words.len() == 1 && self.state(node).taint != Taint::Healthy || self.state(node).ignored {
            out.extend(self.with_status(command, node, Status::Nonzero));
        }
        out
    }

    /// A builtin or a program of that name; functions are passed over, as `command` does.
    pub(super) fn run_named(
        &mut self,
        command: &'a Command,
        name: &str,
        words: &[&'a Word],
        node: NodeId,
    ) -> Outcomes {
        let args = &words[1..];
        match name {
            ":" | "true" | "alias" | "unalias" | "hash" | "umask" | "times" => {
                self.succeed(command, name, args, node)
            }
            "false" => self.with_status(command, node, Status::Known(1)),
            "set" | "shopt" => self.set_options(command, name, args, node),
            "trap" => self.set_trap(command, args, node),
            "exit" => self.exit(command, args, node),
            "return" => self.return_from(command, args, node),
            "break" => self.leave_rounds(command, args, node, How::Break),
            "continue" => self.leave_rounds(command, args, node, How::Continue),
            "local" | "declare" | "typeset" | "export" | "readonly" => {
                self.declare(command, name, args, node)
            }
            "test" | "[" => self.bracket(command, name, args, node),
            "let" => self.let_builtin(command, args, node),
            "shift" => self.shift(command, args, node),
            "unset" | "read" | "getopts" | "mapfile" | "readarray" => {
                self.assign_by_builtin(command, words, node)
            }
            "wait" => self.wait(command, args, node),
            "exec" => self.exec(command, args, node),
            "command" | "builtin" => self.command_builtin(command, words, node),
            "eval" => self.eval(command, words, node),
            "." | "source" => self.source(command, words, node),
            // `ok=1` and then `$ok && …`: there is no such program (`status.command.number`).
            number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                self.with_status(command, node, Status::Known(127))
            }
            _ => {
                let outcomes = self.program_run_words(command, words, node);
                self.after_program(command, name, node, outcomes)
            }
        }
    }

    /// The nodes at which a redirection of a call has failed that has a fate of its own, and whether the function may run.
    fn redirects_of_call(&mut self, command: &'a Command, node: NodeId) -> (Vec<NodeId>, bool) {
        let taint = self.state(node).taint;
        let sites: SmallVec<[SiteId; 2]> =
            command.redirects.iter().filter_map(|redirect| self.program.site_of_redirect(redirect)).collect();
        let failed = sites.iter().flat_map(|site| self.fails(*site, command, node)).collect();
        (failed, !sites.iter().any(|site| taint == Taint::Always(*site)))
    }

    /// The nodes after this site has failed, if it can fail here: in a healthy run it is the single fault; after it, only
    /// the command that failed before may fail again.
    pub(super) fn fails(&mut self, site: SiteId, command: &Command, node: NodeId) -> SmallVec<[NodeId; 2]> {
        let state = self.state(node);
        match state.taint {
            Taint::Healthy => self.first_failure(site, command, node, &state),
            Taint::Always(again) if again == site => {
                let failed = state.after(self.status_of_failure(site, &state));
                let event = self.loss(command, node);
                smallvec![self.step(node, command.id, Phase::Failed, failed, event)]
            }
            Taint::Once | Taint::Always(_) => SmallVec::new(),
        }
    }

    /// The failure that happens once and, where the command can run again, the one that happens each time.
    fn first_failure(
        &mut self,
        site: SiteId,
        command: &Command,
        node: NodeId,
        state: &State,
    ) -> SmallVec<[NodeId; 2]> {
        let mut failed = state.after(self.status_of_failure(site, state));
        failed.taint = Taint::Once;
        let start = self.start_of_fault(site, command, node, failed.clone());
        let mut starts = smallvec![start];
        // What is given to a function to run may be run by it again and again.
        let runner = self.program.site_of(command.id).unwrap_or(site);
        if [site, runner].iter().any(|site| self.program.site(*site).repeats != Repeats::Once) {
            failed.taint = Taint::Always(site);
            starts.push(self.start_of_fault(site, command, node, failed));
        }
        starts
    }

    fn start_of_fault(&mut self, site: SiteId, command: &Command, from: NodeId, failed: State) -> NodeId {
        let node = self.step(from, command.id, Phase::Failed, failed, Event::quiet());
        self.faults.push(Fault { site, start: node });
        node
    }

    /// All nodes at which a command may have failed from here.
    pub(super) fn own_failures(
        &mut self,
        command: &'a Command,
        words: &[&'a Word],
        node: NodeId,
    ) -> Vec<NodeId> {
        let mut sites: SmallVec<[SiteId; 2]> = self.program.site_of(command.id).into_iter().collect();
        // `run pg_dump db` has `pg_dump db` as a command with a fate of its own.
        sites.extend(self.given_site(command, words).filter(|given| !sites.contains(given)));
        if let [_, given] = sites.as_slice() {
            self.given.insert(*given);
        }
        let mut nodes = Vec::new();
        for site in sites {
            nodes.extend(self.fails(site, command, node));
        }
        nodes.sort_unstable();
        nodes.dedup();
        nodes
    }

    /// The command in whose words the first of these stands, if they are not the command's own.
    fn given_site(&self, command: &Command, words: &[&'a Word]) -> Option<SiteId> {
        let own = command.as_simple().map(|simple| simple.words.as_ptr_range()).unwrap_or_default();
        let first: &Word = words.first()?;
        if own.contains(&std::ptr::from_ref(first)) {
            return self.program.site_of(command.id);
        }
        self.program.site_around(first.span)
    }

    /// Whether this command has failed before and fails again: then it cannot succeed.
    fn must_fail(&self, command: &Command, words: &[&'a Word], node: NodeId) -> bool {
        let Taint::Always(again) = self.state(node).taint else { return false };
        self.program.site_of(command.id) == Some(again) || self.given_site(command, words) == Some(again)
    }

    /// A program, or a builtin that is like one.
    pub(super) fn program_run_words(
        &mut self,
        command: &'a Command,
        words: &[&'a Word],
        node: NodeId,
    ) -> Outcomes {
        let plan = self.plan(command, words);
        let description = &plan.description;
        let mut out = going_on(self.own_failures(command, words, node));
        if self.must_fail(command, words, node) {
            return out;
        }
        let inner = &plan.inner;
        let destroys = if inner.is_empty() { description.destroys } else { description.destroys_itself };
        let ran = self.effects(command, words, destroys, node);
        match inner.as_slice() {
            [_, ..] => out.extend(self.run_inner(command, inner, ran)),
            [] if self.hands_on_status(words, description, ran) => {
                let state = self.state(ran).after(Status::ZERO);
                out.extend(self.with_status_looked(command, ran, state, Some(By::Status)));
                out.extend(self.may_end(command, &plan, ran));
            }
            [] => out.extend(self.ends(command, description, ran)),
        }
        out
    }

    /// `report_status ${PIPESTATUS[0]}`: a command that is not followed is given the failure's status to look at.
    fn hands_on_status(&self, words: &[&'a Word], description: &Description, node: NodeId) -> bool {
        let state = self.state(node);
        state.carries_fault()
            && !description.prints
            && words[1..].iter().any(|word| self.value(word, &state).carries_fault())
    }

    /// A command that is not known may be a function of whoever reads the script, or of a file that it reads: given a
    /// failure's status, it may end the script.
    fn may_end(&mut self, command: &Command, plan: &Plan, node: NodeId) -> Option<Outcome> {
        let commands = &self.program.units.vocabulary.commands;
        let is_known = |name: &str| name.contains('/') || commands.command(name).is_some();
        if plan.name.as_deref().is_none_or(is_known) {
            return None;
        }
        let state = self.state(node).after(Status::Any);
        let by = Event { by: Some(By::Status), at: command.span };
        let node = self.step(node, command.id, Phase::UnreadExit, state, by);
        Some(Outcome { how: How::Exit, node })
    }

    fn ends(&mut self, command: &Command, description: &Description, node: NodeId) -> Outcomes {
        let mut out = self.with_status(command, node, Status::ZERO);
        if description.asks {
            out.extend(self.with_status(command, node, Status::Nonzero));
        }
        out
    }

    /// The node at which the command runs, marked with what it claims or destroys.
    fn effects(&mut self, command: &'a Command, words: &[&'a Word], destroys: bool, node: NodeId) -> NodeId {
        let state = self.state(node);
        let effect = if destroys {
            Some(EffectKind::Destroy)
        } else {
            self.claims(command, words, &state).then_some(EffectKind::Claim)
        };
        self.mark_with(command, node, effect)
    }

    /// A node of its own for the command, so that what runs here is known of the path.
    pub(super) fn mark_with(
        &mut self,
        command: &Command,
        node: NodeId,
        effect: Option<EffectKind>,
    ) -> NodeId {
        let ran = self.pass(node, command.id, Phase::Run, Event::quiet());
        if let Some(site) = self.program.site_of(command.id) {
            let node = self.graph.get_mut(ran);
            node.runs = Some(site);
            node.effect = effect;
        }
        ran
    }

    pub(super) fn mark_plain(&mut self, command: &Command, node: NodeId) -> NodeId {
        self.mark_with(command, node, None)
    }

    pub(super) fn with_status(&mut self, command: &Command, node: NodeId, status: Status) -> Outcomes {
        let event = self.loss(command, node);
        let state = self.state(node).after(status);
        going_on([self.step(node, command.id, Phase::After, state, event)])
    }

    /// Like [`Self::with_status`] after the command has looked at `$?`: nothing is lost.
    fn with_status_looked(
        &mut self,
        command: &Command,
        node: NodeId,
        state: State,
        by: Option<By>,
    ) -> Outcomes {
        going_on([self.step(node, command.id, Phase::After, state, Event { by, at: command.span })])
    }

    fn succeed(&mut self, command: &'a Command, name: &str, args: &[&'a Word], node: NodeId) -> Outcomes {
        let (mut out, ran) = self.start_builtin(command, name, args, node);
        out.extend(self.with_status(command, ran, Status::ZERO));
        out
    }

    fn call(
        &mut self,
        command: &'a Command,
        function: FunctionId,
        words: &[&'a Word],
        node: NodeId,
    ) -> Outcomes {
        let info = self.program.function(function);
        let before = self.state(node);
        let (not_opened, opens) = self.redirects_of_call(command, node);
        if !opens {
            return going_on(not_opened);
        }
        let claim = self.claims(command, words, &before).then_some(EffectKind::Claim);
        let ran = self.mark_with(command, node, claim);
        let body = &info.definition.body;
        // What it is given may touch anything.
        let scope = if info.runs_arguments { Rc::new(Scope::Anything) } else { self.scope(body.span) };
        let mut entry = self.enter_function(function, words, &before);
        entry.options = entry.options.with(Opt::LastCall, self.last_call(command.id, &before));
        let entry = scope.narrow(entry, body.span, self.program);
        let entry = self.bounded_entry(Body::Function(function), entry);
        let healthy = entry.is_healthy();
        let outer = self.inside;
        self.inside = Inside { function: true, loops: 0, ..outer };
        let outcomes = self.frame(Body::Function(function), entry.clone(), ran, |engine, node| {
            let outcomes = engine.function_body(body, node);
            engine.return_trap(body, outcomes)
        });
        self.inside = outer;
        // A call fails by what it runs; one that runs its arguments has been given these failures already.
        let own = self.program.site_of(command.id).filter(|site| !self.given.contains(site));
        let failed = own.map(|site| self.fails(site, command, node)).unwrap_or_default();
        let ends = |outcome: &Outcome| matches!(outcome.how, How::Exit | How::Abort);
        // Where what it opens cannot be opened, the function does not run (`redir.call.ends`).
        let may_not_run = command.redirects.iter().any(|redirect| self.program.may_not_open(redirect));
        let comes_back = may_not_run || outcomes.is_empty() || !outcomes.iter().all(ends);
        let mut out = going_on(not_opened);
        if comes_back {
            out.extend(going_on(failed.iter().copied()));
            if own.is_some_and(|site| before.taint == Taint::Always(site)) {
                return out;
            }
        }
        let has_own_options = self.has_own_options(function, &before);
        let outcomes = if has_own_options || before.err_trap != Trap::None {
            self.with_aborting_returns(command, &before, outcomes.iter().copied())
        } else {
            Outcomes::from_slice(&outcomes)
        };
        for outcome in outcomes {
            let how = match outcome.how {
                How::Exit | How::Abort | How::LeaveEval | How::LeaveRegular | How::Stop | How::LeaveLine => {
                    outcome.how
                }
                _ => How::Next,
            };
            let mut state = self.leave_function(function, &before, &entry, outcome);
            scope.restore(&mut state, &before, &entry);
            let leaves_ignored = self.state(outcome.node).ignored && !entry.ignored;
            // Of a text that is left with the function, what ignored errexit still does (`nounset.eval.fn`), and in the
            // EXIT trap of the script, too (`exit.if.fn.trap`).
            let keeps_ignoring = outcome.how == How::Stop || outcome.how == How::Exit && !has_own_options;
            state.ignored |= keeps_ignoring && leaves_ignored;
            state.exempt = outcome.how == How::Return
                && leaves_ignored
                && self.shells(&before).return_out_of_ignored_is_exempt() == Setting::On;
            let edge_from = if healthy { outcome.node } else { ran };
            // All that end this process in the same state end it at one place.
            let (id, phase) = match how {
                How::Next => (command.id, Phase::After),
                _ => (CommandId(0), Phase::Left(how)),
            };
            let node = self.step(edge_from, id, phase, state, Event::quiet());
            for end in self.own_exit_trap(function, command, &before, Outcome { how, node }) {
                out.extend(self.err_trap_of_exit(function, command, &before, end));
            }
        }
        if !comes_back {
            // Other ends are those of the failures inside.
            let as_before = |end: &Outcome| self.state(end.node).is_healthy() == before.is_healthy();
            let ends: Vec<Outcome> = out.iter().copied().filter(as_before).collect();
            out.extend(self.ends_anyway(command, &failed, &ends));
        }
        out
    }

    /// Errexit acts inside of the function on a body that is one command (`err.fn.subshell`).
    fn function_body(&mut self, body: &'a Command, node: NodeId) -> Outcomes {
        let outcomes = self.command(body, node);
        match body.kind {
            CommandKind::Subshell(_) | CommandKind::Test(_) | CommandKind::Arithmetic(_) => {
                self.settle(Judged::from(body), node, &outcomes)
            }
            _ => outcomes,
        }
    }

    /// A call of `usage`, which ends the script whatever fails in it: no caller sees its status.
    fn ends_anyway(&mut self, command: &Command, failed: &[NodeId], ends: &[Outcome]) -> Outcomes {
        let mut out = Outcomes::new();
        for start in failed {
            for end in ends {
                let taint = self.state(*start).taint;
                let state = State { taint, ..(*self.state(end.node)).clone() };
                let by = if state.status.may_be_zero() { By::Status } else { By::End };
                let event = Event { by: (state.process == Process::Main).then_some(by), at: command.span };
                let node = self.step(*start, command.id, Phase::Left(end.how), state, event);
                out.push(Outcome { node, ..*end });
            }
        }
        out
    }

    /// The EXIT trap that a function has of its own. It runs with the caller's options: errexit acts in it where it does at
    /// the call.
    fn own_exit_trap(
        &mut self,
        function: FunctionId,
        command: &Command,
        before: &State,
        left: Outcome,
    ) -> Outcomes {
        if !self.has_own_exit_trap(function, before) {
            return smallvec![left];
        }
        let outer = self.inside;
        self.inside.own_exit_trap = true;
        let ended = self.exit_trap_of(command.id, left);
        self.inside = outer;
        let as_before = |state: &mut State| state.exit_trap = before.exit_trap;
        let restore = |Outcome { how, node }| Outcome {
            how,
            node: self.change(node, command.id, Phase::ExitTrapLeft(how), as_before),
        };
        ended.into_iter().map(restore).collect()
    }

    /// To the ERR trap of ksh, a function written with the word `function` that calls `exit` is a command that has failed.
    fn err_trap_of_exit(
        &mut self,
        function: FunctionId,
        command: &Command,
        before: &State,
        end: Outcome,
    ) -> Outcomes {
        let sees = self.program.function(function).definition.keyword
            && self.shells(before).err_trap_sees_exit_of_keyword_functions() == Setting::On;
        if !sees || end.how != How::Exit || before.ignored || before.err_trap == Trap::None {
            return smallvec![end];
        }
        let (zero, nonzero) = self.branch(end.node, command.id, Phase::Judged, Event::quiet());
        let mut ends: Outcomes = zero.into_iter().map(|node| Outcome { how: How::Exit, node }).collect();
        if let Some(node) = nonzero {
            let trapped = self.err_trap(Judged::from(command), node);
            let exits = |how| if matches!(how, How::Next | How::Return) { How::Exit } else { how };
            ends.extend(trapped.into_iter().map(|end| Outcome { how: exits(end.how), ..end }));
        }
        ends
    }

    fn enter_function(&mut self, function: FunctionId, words: &[&'a Word], before: &State) -> State {
        let info = self.program.function(function);
        let mut entry = State { exempt: false, ..before.clone() };
        entry.options = entry.options.with(Opt::LastExempt, Setting::Off);
        self.set_parameters(&mut entry, &words[1..], before);
        for local in self.program.locals.get(&function).into_iter().flatten() {
            entry.set_variable(*local, Value::Unknown);
        }
        if self.has_own_exit_trap(function, before) {
            entry.exit_trap = Trap::None;
        }
        let starts_without = self.shells(before).keyword_functions_start_without_errexit();
        if info.definition.keyword && starts_without == Setting::On {
            entry.options = entry.options.with(Opt::Errexit, Setting::Off);
            entry.err_trap = Trap::None;
        }
        entry.arguments = if info.runs_arguments { Some(self.intern_arguments(&words[1..])) } else { None };
        if !entry.options.is_on(Opt::Errtrace) && entry.err_trap != Trap::None {
            let inherits = self.shells(before).functions_inherit_err_trap();
            if inherits == Setting::Off && before.is_healthy() {
                self.untraced.extend(entry.err_trap.commands().map(|unit| (unit, function)));
            }
            if self.shells(before).process_ends_with_err_trap_of_caller() != Setting::Off {
                entry.caller_err_trap = before.err_trap;
            }
            entry.err_trap = match inherits {
                Setting::On => entry.err_trap,
                Setting::Off => Trap::None,
                Setting::Unknown => Trap::Unknown,
            };
        }
        entry.return_trap = Trap::None;
        entry
    }

    fn has_own_exit_trap(&self, function: FunctionId, before: &State) -> bool {
        self.program.function(function).definition.keyword
            && self.shells(before).keyword_functions_have_exit_trap() == Setting::On
    }

    fn has_own_options(&self, function: FunctionId, before: &State) -> bool {
        let info = self.program.function(function);
        let shells = self.shells(before);
        info.definition.keyword && shells.keyword_functions_have_options() == Setting::On
            || info.localises_options && shells.has_local_options() == Setting::On
    }

    /// Whether the caller's options come back. Where the function ends the script, the EXIT trap runs with those of the
    /// function (`decl.local.dash.exit`), but in ksh (`decl.fnkw.exit`).
    fn restores_options(&self, function: FunctionId, before: &State, how: How) -> bool {
        let ends = matches!(how, How::Exit | How::Abort);
        self.has_own_options(function, before)
            && (!ends || self.shells(before).exit_restores_options() == Setting::On)
    }

    /// A function shares everything with its caller but its parameters, its locals and, without errtrace, the ERR trap.
    fn leave_function(
        &mut self,
        function: FunctionId,
        before: &State,
        entry: &State,
        left: Outcome,
    ) -> State {
        let ended = self.state(left.node);
        let mut state = State { exempt: false, ignored: before.ignored, ..(*ended).clone() };
        if self.restores_options(function, before, left.how) {
            state.options = before.options;
        }
        let own = self.program.readonly_locals(function);
        state.readonly = ended.readonly & !own | before.readonly & own;
        for option in [Opt::LastExempt, Opt::LastCall] {
            state.options = state.options.restored(option, before.options);
        }
        state.pipe.clear();
        state.arguments = before.arguments;
        for name in PARAMETERS {
            let value = self.named(name, before);
            self.set(&mut state, name, value);
        }
        for local in self.program.locals.get(&function).into_iter().flatten() {
            state.set_variable(*local, before.variable(*local).clone());
        }
        let has_own_trap = self.program.function(function).definition.keyword
            && self.shells(before).keyword_functions_have_err_trap() == Setting::On;
        if has_own_trap || ended.err_trap == entry.err_trap {
            state.err_trap = before.err_trap;
        }
        state.caller_err_trap = before.caller_err_trap;
        if ended.return_trap == entry.return_trap {
            state.return_trap = before.return_trap;
        }
        state
    }

    pub(super) fn double_bracket(
        &mut self,
        command: &'a Command,
        words: &'a [Word],
        from: NodeId,
    ) -> Outcomes {
        let words: Vec<&'a Word> = words.iter().collect();
        if words.iter().any(|word| self.program.text(word.span) == b"=~") && self.dialect == Dialect::Mksh {
            // A syntax error there (`dbl.regex`).
            return self.unknown(command, from);
        }
        let mut out = Outcomes::new();
        for node in self.expand(command, &words, from, By::Substitution) {
            out.extend(self.test_words(command, &words, node));
        }
        out
    }

    fn bracket(&mut self, command: &'a Command, name: &str, args: &[&'a Word], node: NodeId) -> Outcomes {
        let mut out = going_on(self.own_failures(command, args, node));
        let ran = self.mark_plain(command, node);
        let closing = usize::from(name == "[" && !args.is_empty());
        out.extend(self.test_words(command, &args[..args.len() - closing], ran));
        out
    }

    fn test_words(&mut self, command: &Command, words: &[&'a Word], node: NodeId) -> Outcomes {
        let state = self.state(node);
        let mut operands = self.operands(words, &state);
        if !matches!(command.kind, CommandKind::Test(_)) {
            // `[ -n $errors ]` is an error where it holds several words.
            let may_split = |word: &Word| !matches!(word.parts.as_slice(), [Part::DoubleQuoted(..)]);
            for (operand, _) in operands.iter_mut().zip(words).filter(|(_, word)| may_split(word)) {
                if matches!(operand.value, Value::Text | Value::Jobs(_)) {
                    operand.value = Value::Unknown;
                }
            }
        }
        let looked = operands.iter().any(|operand| operand.value.carries_fault());
        let status = test(&operands).status();
        if looked {
            return self.with_status_looked(command, node, state.after(status), Some(By::Status));
        }
        self.with_status(command, node, status)
    }
}
