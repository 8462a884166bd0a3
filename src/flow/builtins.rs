//! The builtins that change what becomes of a failure: options, traps, `exit`, `return`, `wait`, `eval`, `.`.

use smallvec::{SmallVec, smallvec};

use super::answer::By;
use super::describe::describe;
use super::engine::{Body, Engine, How, Outcome, Outcomes, going_on, split};
use super::graph::{EffectKind, Event, NodeId, Phase};
use super::lists::Judged;
use super::program::{declared_name, makes_readonly};
use super::state::{Jobs, Process, State, Status, Trap, Value};
use crate::shell::{Dialect, Opt, Setting};
use crate::syntax::{Command, CommandId, List, Part, Pipeline, Word};
use crate::text::FileId;

/// How text is entered that is run in this shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entered {
    /// With errexit ignored in it, or not, as outside.
    Plainly,
    /// With errexit held, see [`State::hold_errexit`].
    Held,
}

impl<'a> Engine<'a> {
    /// The builtin's own failure, then the builtin.
    pub(super) fn start_builtin(
        &mut self,
        command: &'a Command,
        name: &str,
        args: &[&'a Word],
        node: NodeId,
    ) -> (Outcomes, NodeId) {
        let mut out = Outcomes::new();
        for failed in self.own_failures(command, args, node) {
            out.extend(self.builtin_fails(command, name, args, failed));
        }
        (out, self.mark_plain(command, node))
    }

    pub(super) fn zero(
        &mut self,
        command: &Command,
        node: NodeId,
        change: impl FnOnce(&mut State),
    ) -> Outcomes {
        let event = self.loss(command, node);
        let mut state = self.state(node).after(Status::ZERO);
        change(&mut state);
        going_on([self.step(node, command.id, Phase::After, state, event)])
    }

    pub(super) fn set_options(
        &mut self,
        command: &'a Command,
        name: &str,
        args: &[&'a Word],
        node: NodeId,
    ) -> Outcomes {
        let (mut out, ran) = self.start_builtin(command, name, args, node);
        let text = |word: &&'a Word| self.program.literal(word).or_else(|| self.leading_flags(word));
        let texts: Vec<Option<String>> = args.iter().map(text).collect();
        let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        let before = self.state(ran).options;
        let mut after = if name == "set" { before.after_set(&texts) } else { before.after_shopt(&texts) };
        if after.get(Opt::Pipefail) == Setting::On && before.get(Opt::Pipefail) != Setting::On {
            match self.dialect {
                // dash 0.5.12 ends the script here (`pf.support`).
                Dialect::Dash => return self.ends_with_error(command, ran, out),
                Dialect::Sh => {
                    out = self.ends_with_error(command, ran, out);
                    after = after.with(Opt::Pipefail, Setting::Unknown);
                }
                _ => {}
            }
        }
        // Not read off the states: there an option that is not known is taken to be on for a while.
        self.errexit_on |= self.state(ran).process == Process::Main && after.errexit() == Setting::On;
        let before = self.state(ran);
        let mut state = before.after(Status::ZERO);
        state.options = after;
        if name == "set" {
            self.set_operands(&mut state, &texts, args, &before);
        }
        let looks = args.iter().any(|word| self.reads_status(word));
        let event = if looks { Event::quiet() } else { self.loss(command, ran) };
        out.extend(going_on([self.step(ran, command.id, Phase::After, state, event)]));
        out
    }

    /// What is sure of `-e$flags`: the letters before what is expanded (`opt.set.expanded`).
    fn leading_flags(&self, word: &Word) -> Option<String> {
        let Some(Part::Literal(first)) = word.parts.first() else { return None };
        let text = String::from_utf8_lossy(self.program.text(*first)).into_owned();
        let is_sure = text.starts_with('-') && !text.contains('o') && text.len() > 1;
        is_sure.then_some(text)
    }

    /// `set -- a b`, and `set errexit`, which sets `$1`.
    fn set_operands(&self, state: &mut State, texts: &[Option<&str>], args: &[&'a Word], before: &State) {
        let dashes = texts.iter().position(|text| *text == Some("--"));
        let first = dashes.map_or(0, |index| index + 1);
        if dashes.is_some() || texts.first().is_some_and(|text| !is_flag(*text)) {
            state.arguments = None;
            self.set_parameters(state, &args[first..], before);
            return;
        }
        let other = texts.iter().any(|text| !is_flag(*text));
        if other && !texts.iter().any(|text| text.is_some_and(names_option)) {
            self.forget_parameters(state);
        }
    }

    fn ends_with_error(&mut self, command: &Command, node: NodeId, mut out: Outcomes) -> Outcomes {
        let state = self.state(node).after(Status::Known(2));
        let node = self.step(node, command.id, Phase::Died, state, Event::quiet());
        out.push(Outcome { how: How::Exit, node });
        out
    }

    /// The status that an operand of `exit` or `return` gives, or the last one without it.
    fn operand_status(&self, args: &[&'a Word], how: How, state: &State) -> (Status, bool) {
        let Some(word) = args.first() else {
            return (bare(how, state).unwrap_or(state.status), true);
        };
        let value = self.value(word, state);
        (value.as_status(), value.carries_fault() || self.reads_status(word))
    }

    pub(super) fn exit(&mut self, command: &'a Command, args: &[&'a Word], node: NodeId) -> Outcomes {
        let state = self.state(node);
        let says_zero =
            args.first().and_then(|word| self.program.literal(word)).is_some_and(|text| text == "0");
        let claims = says_zero && state.process == Process::Main;
        let mut out = Outcomes::new();
        if args.len() > 1 {
            let refuses = self.shells(&state).exit_refuses_two_operands();
            if refuses != Setting::Off {
                out.extend(self.refused(command, node, Status::Known(1)));
            }
            if refuses == Setting::On {
                return out;
            }
        }
        out.extend(self.end_with_operand(command, args, node, How::Exit, claims));
        out
    }

    pub(super) fn return_from(&mut self, command: &'a Command, args: &[&'a Word], node: NodeId) -> Outcomes {
        let mut out = self.end_with_operand(command, args, node, How::Return, false);
        let shells = self.shells(&self.state(node));
        let is_inside = self.inside.returns();
        if is_inside {
            return out;
        }
        // Unless the script is read by another.
        if shells.return_at_top_level_goes_on() != Setting::Off {
            out.extend(self.refused(command, node, Status::Known(2)));
        }
        if shells.return_at_top_level_is_fatal() != Setting::Off {
            out = self.ends_with_error(command, node, out);
        }
        out
    }

    /// The ways in which a frame is left, where dash and busybox have the ERR trap and errexit act on `return` itself. Where
    /// the command that has led into the frame does not ignore it, that comes to the same.
    pub(super) fn with_aborting_returns(
        &mut self,
        command: &'a Command,
        before: &State,
        outcomes: impl Iterator<Item = Outcome>,
    ) -> Outcomes {
        let acts = self.shells(before).errexit_acts_on_return();
        let mut out = Outcomes::new();
        for outcome in outcomes {
            let ended = self.state(outcome.node);
            let is_met = outcome.how == How::Return
                && acts != Setting::Off
                && !ended.ignored
                && ended.status.may_be_nonzero();
            if !is_met {
                out.push(outcome);
                continue;
            }
            let sure = acts == Setting::On && !ended.status.may_be_zero();
            if ended.err_trap == Trap::None {
                out.extend(self.aborting_return(outcome, sure));
                continue;
            }
            for trapped in self.err_trap(Judged::from(command), outcome.node) {
                match trapped.how {
                    How::Next => {
                        out.extend(self.aborting_return(Outcome { how: How::Return, ..trapped }, sure));
                    }
                    _ => out.push(trapped),
                }
            }
            if !sure {
                out.push(outcome);
            } else if !self.is_one_command(ended.err_trap) {
                out.extend(self.aborting_return(outcome, sure));
            }
        }
        out
    }

    /// Of any other action busybox runs the first command only (`err.return.file.list`).
    fn is_one_command(&self, action: Trap) -> bool {
        let unit = action.commands();
        let body = unit.map(|unit| self.program.script(unit).body.statements.as_slice());
        let [statement] = body.unwrap_or_default() else { return false };
        let command = statement.only_pipeline().and_then(Pipeline::only_command);
        command.is_some_and(|command| command.as_simple().is_some())
    }

    /// Whether this is the first command of a file that is read.
    fn begins_file(&self, command: &Command) -> bool {
        let first = self.program.script_of(command).body.statements.first();
        command.span.file != FileId(0) && first.is_some_and(|first| first.span.start == command.span.start)
    }

    fn aborting_return(&self, outcome: Outcome, sure: bool) -> SmallVec<[Outcome; 2]> {
        let abort = Outcome { how: How::Abort, ..outcome };
        match self.state(outcome.node).options.errexit() {
            Setting::Off => smallvec![outcome],
            Setting::On if sure => smallvec![abort],
            _ => smallvec![abort, outcome],
        }
    }

    /// The builtin does nothing but complain.
    fn refused(&mut self, command: &'a Command, node: NodeId, status: Status) -> Outcomes {
        let ran = self.mark_plain(command, node);
        let event = self.loss(command, ran);
        let state = self.state(ran).after(status);
        going_on([self.step(ran, command.id, Phase::After, state, event)])
    }

    fn end_with_operand(
        &mut self,
        command: &'a Command,
        args: &[&'a Word],
        node: NodeId,
        how: How,
        claims: bool,
    ) -> Outcomes {
        let mut out: Outcomes = Outcomes::new();
        for node in self.own_failures(command, args, node) {
            let fatal = match how {
                How::Return => self.shells(&self.state(node)).wrong_operand_is_fatal(),
                _ => Setting::Off,
            };
            if fatal != Setting::Off {
                out.extend(self.die(command, node));
            }
            if fatal != Setting::On {
                out.push(Outcome { how, node });
            }
        }
        let ran = self.mark_with(command, node, claims.then_some(EffectKind::Claim));
        let state = self.state(ran);
        if args.is_empty() && bare(how, &state).is_none() {
            self.note_bare(command, ran);
        }
        let (status, looked) = self.operand_status(args, how, &state);
        let large = args.first().is_some_and(|word| self.is_large_number(word));
        let keeps =
            large && how == How::Return && self.shells(&state).return_keeps_large_numbers() != Setting::Off;
        let is_zero_as_own = how == How::Exit
            && status == Status::Nonzero
            && self.program.returns_large_numbers
            && self.shells(&state).return_keeps_large_numbers() != Setting::Off;
        let status = match status {
            // 257 is kept, and still is no 0 where its lowest bits are taken.
            Status::Known(1..) if keeps => Status::Nonzero,
            _ if keeps || is_zero_as_own => Status::Any,
            status => status,
        };
        let forgets = how == How::Return
            && args.is_empty()
            && self.begins_file(command)
            && self.shells(&state).return_at_start_of_file_is_zero() == Setting::On;
        let status = if forgets { Status::ZERO } else { status };
        let mut left = state.after(status);
        if large && how == How::Exit && self.shells(&state).exit_trap_sees_large_numbers() != Setting::Off {
            left.trapped = Some(Status::Any);
        }
        if args.first().is_some_and(|word| self.is_refused_number(word)) {
            // Some shells end with an error, others take a part of the number.
            let any = self.step(ran, command.id, Phase::UnreadExit, state.after(Status::Any), Event::quiet());
            out.push(Outcome { how: How::Exit, node: any });
            out.push(Outcome { how, node: any });
            return out;
        }
        let event = if looked { Event::quiet() } else { self.loss(command, ran) };
        // All that end the frame in the same state end it at one place.
        let node = self.step(ran, CommandId(0), Phase::Left(how), left, event);
        out.push(Outcome { how, node });
        out
    }

    /// Below zero, or too large for many a shell.
    fn is_refused_number(&self, word: &Word) -> bool {
        let number = self.program.literal(word).and_then(|text| text.parse::<i128>().ok());
        number.is_some_and(|number| !(0..=i128::from(i32::MAX)).contains(&number))
    }

    /// More than a status can hold.
    fn is_large_number(&self, word: &Word) -> bool {
        self.program.literal(word).is_some_and(|text| text.parse::<u32>().is_ok_and(|number| number > 255))
    }

    pub(super) fn leave_rounds(
        &mut self,
        command: &'a Command,
        args: &[&'a Word],
        node: NodeId,
        how: fn(u8) -> How,
    ) -> Outcomes {
        // `break 0` is an error; shells leave one loop or all, or none.
        let levels =
            args.first().and_then(|word| self.program.literal(word)?.parse().ok()).unwrap_or(1).max(1);
        let (mut out, ran) = self.start_builtin(command, "break", args, node);
        let ended = self.zero(command, ran, |_| {});
        if self.inside.loops == 0 {
            // Nothing to be left: the script goes on (`blt.break.outside`).
            out.extend(ended);
            return out;
        }
        out.extend(ended.into_iter().map(|outcome| Outcome { how: how(levels), ..outcome }));
        out
    }

    /// `local rc=$?`: the words are assignments.
    pub(super) fn declare(
        &mut self,
        command: &'a Command,
        name: &str,
        args: &[&'a Word],
        node: NodeId,
    ) -> Outcomes {
        let (mut out, ran) = self.start_builtin(command, name, args, node);
        let before = self.state(ran);
        let given = args.iter().copied().filter(|word| self.program.text(word.span).contains(&b'='));
        let hides = self.hides_readonly(name, &before);
        if before.readonly & self.readonly_bits(given) != 0 && hides != Setting::On {
            out.extend(self.refuse_declaration(command, ran));
            if hides == Setting::Off {
                return out;
            }
        }
        let looks = args.iter().any(|word| self.reads_status(word));
        let mut state = before.after(Status::ZERO);
        for word in args {
            if let Some((name, value)) = self.declared(word, &before) {
                self.set(&mut state, name, value);
                // The name and the `=` are no part of what is given.
                self.give_to_integer(command, name, word.parts.iter().skip(1), &[ran]);
            }
        }
        let event = if looks { Event::quiet() } else { self.loss(command, ran) };
        for state in self.without_bare_locals(args, state) {
            for state in self.with_readonly(command, name, args, state) {
                out.extend(going_on([self.step(ran, command.id, Phase::After, state, event)]));
            }
        }
        out
    }

    /// Whether the variable that a declaration names is another than the one that is readonly, which it hides.
    fn hides_readonly(&self, name: &str, state: &State) -> Setting {
        let is_own = !matches!(name, "export" | "readonly");
        if is_own { self.shells(state).readonly_can_be_hidden() } else { Setting::Off }
    }

    /// In bash `readonly v=2` is a builtin that fails, where `v=2` is an error (`asg.readonly.again`).
    fn refuse_declaration(&mut self, command: &'a Command, node: NodeId) -> Outcomes {
        let fails = self.shells(&self.state(node)).readonly_declaration_fails();
        let mut out = Outcomes::new();
        if fails != Setting::Off {
            out.extend(self.with_status(command, node, Status::Known(1)));
        }
        if fails != Setting::On {
            out.extend(self.refuse_assignment(command, node));
        }
        out
    }

    fn readonly_bits<'w>(&self, operands: impl Iterator<Item = &'w Word>) -> u32 {
        let bit = |word: &Word| self.program.readonly_bit(declared_name(self.program.text(word.span)));
        operands.map(bit).fold(0, |all, bit| all | bit)
    }

    /// After `readonly v` and `local -r v`; `local v` hides the caller's (`decl.readonly.*`). What a function of ksh with the
    /// keyword declares is not seen by those that it calls.
    fn with_readonly(
        &self,
        command: &Command,
        name: &str,
        operands: &[&Word],
        mut state: State,
    ) -> SmallVec<[State; 2]> {
        let bits = self.readonly_bits(operands.iter().copied());
        let owner = self.program.owner_of(command.id).map(|id| self.program.function(id).definition);
        let is_unseen = owner.is_some_and(|function| function.keyword)
            && self.shells(&state).keyword_functions_hide_variables() != Setting::Off;
        if bits == 0 || is_unseen {
            return smallvec![state];
        }
        let words = operands.iter().map(|word| self.program.text(word.span));
        let words: Vec<&[u8]> = std::iter::once(name.as_bytes()).chain(words).collect();
        if makes_readonly(&words) {
            state.readonly |= bits;
            return smallvec![state];
        }
        let hidden = State { readonly: state.readonly & !bits, ..state.clone() };
        match self.hides_readonly(name, &state) {
            Setting::On if owner.is_some() => smallvec![hidden],
            Setting::Unknown if owner.is_some() && hidden != state => smallvec![hidden, state],
            _ => smallvec![state],
        }
    }

    /// `local x` leaves `x` unset, or lets it be what the caller sees.
    fn without_bare_locals(&self, operands: &[&Word], state: State) -> SmallVec<[State; 2]> {
        let bare: Vec<&&Word> = operands.iter().filter(|word| self.program.is_bare_local(word)).collect();
        let unsets = self.shells(&state).bare_local_is_unset();
        if bare.is_empty() || unsets == Setting::Off {
            return smallvec![state];
        }
        let mut unset = state.clone();
        bare.iter().for_each(|word| self.set(&mut unset, self.program.text(word.span), Value::Unset));
        if unsets == Setting::On { smallvec![unset] } else { smallvec![unset, state] }
    }

    fn declared(&self, word: &Word, state: &State) -> Option<(&'a [u8], Value)> {
        let source = self.program.text(word.span);
        let equals = source.iter().position(|&byte| byte == b'=')?;
        let name = &source[..equals];
        let value = match word.parts.as_slice() {
            [Part::Literal(_)] => Value::Known(String::from_utf8_lossy(&source[equals + 1..]).into()),
            [Part::Literal(start), part] if start.len() as usize == equals + 1 => {
                self.part_value(part, state)
            }
            _ => Value::Unknown,
        };
        Some((name, value))
    }

    pub(super) fn shift(&mut self, command: &'a Command, args: &[&'a Word], node: NodeId) -> Outcomes {
        let (mut out, ran) = self.start_builtin(command, "shift", args, node);
        let count = match args.first() {
            None => Some(1),
            Some(word) => self.program.literal(word).and_then(|text| text.parse::<usize>().ok()),
        };
        let before = self.state(ran);
        let enough =
            before.arguments.zip(count).is_some_and(|(id, count)| self.argument_list(id).len() >= count);
        if before.is_healthy() && !before.ignored && !enough {
            self.note_shift(command, before.options);
        }
        let arguments = match (before.arguments, count) {
            (Some(id), Some(count)) => {
                let words: Vec<&'a Word> = self.argument_list(id).iter().copied().skip(count).collect();
                Some(self.intern_arguments(&words))
            }
            _ => None,
        };
        let shifted = |index: u8| match count {
            Some(count) if usize::from(index) + count <= 9 => {
                self.named(&[b'0' + index + count as u8], &before)
            }
            _ => Value::Unknown,
        };
        let values: Vec<Value> = (1..=9).map(shifted).collect();
        let mut state = before.after(Status::ZERO);
        state.arguments = arguments;
        for (index, value) in (1..=9_u8).zip(values) {
            self.set(&mut state, &[b'0' + index], value);
        }
        let all = match self.named(b"#", &before) {
            Value::Known(all) => all.parse::<usize>().ok(),
            _ => None,
        };
        let left = all.zip(count).and_then(|(all, count)| all.checked_sub(count));
        self.set(&mut state, b"#", left.map_or(Value::Unknown, |left| Value::Known(left.to_string().into())));
        let event = self.loss(command, ran);
        out.extend(going_on([self.step(ran, command.id, Phase::After, state, event)]));
        out
    }

    /// `read x`: nothing is known of the variable afterwards; `unset x`: that it is not set.
    pub(super) fn assign_by_builtin(
        &mut self,
        command: &'a Command,
        words: &[&'a Word],
        node: NodeId,
    ) -> Outcomes {
        let names: Vec<String> = words[1..].iter().filter_map(|word| self.program.literal(word)).collect();
        let unsets = self.program.literal(words[0]).is_some_and(|name| name == "unset");
        let value = if unsets { Value::Unset } else { Value::Unknown };
        let node = self.change(node, command.id, Phase::Word(u32::MAX - 1), |state| {
            for name in &names {
                let array = name.split('[').next().unwrap_or_default();
                if let Some(id) = self_variable(self.program, array) {
                    state.set_variable(id, if array == name { value.clone() } else { Value::Unknown });
                }
            }
        });
        let name = self.program.literal(words[0]).unwrap_or_default();
        let mut out = Outcomes::new();
        for outcome in self.program_run_words(command, words, node) {
            if self.state(outcome.node).status == Status::Fault && outcome.how == How::Next {
                out.extend(self.builtin_fails(command, &name, &words[1..], outcome.node));
            } else {
                out.push(outcome);
            }
        }
        if !unsets && names.iter().any(|name| self.program.integers.contains(name.as_bytes())) {
            out.extend(self.integer_is_refused(command, node));
        }
        out
    }

    /// What was read into an integer was no expression.
    fn integer_is_refused(&mut self, command: &Command, node: NodeId) -> Outcomes {
        let before = self.state(node);
        let event = self.loss(command, node);
        let node = self.step(node, command.id, Phase::Died, before.after(Status::Nonzero), event);
        let leaves = self.shells(&before).wrong_integer_leaves_line();
        let mut out = Outcomes::new();
        if leaves != Setting::Off {
            out.push(Outcome { how: How::LeaveLine, node });
        }
        if leaves != Setting::On {
            out.push(Outcome { how: How::Next, node });
        }
        out
    }

    /// `wait` without operands is 0 (`wait.noarg`), with some the status of the last (`wait.two`), with `-n` that of the
    /// job which ends next.
    pub(super) fn wait(&mut self, command: &'a Command, args: &[&'a Word], node: NodeId) -> Outcomes {
        let (mut out, ran) = self.start_builtin(command, "wait", args, node);
        let state = self.state(ran);
        let next = args.first().is_some_and(|word| self.program.text(word.span) == b"-n");
        let operands = &args[usize::from(next)..];
        let failed = state.jobs.any_failed();
        let (status, by) = match operands.last() {
            Some(last) => (self.job_status(last, &state), None),
            // In the shell's own last element that may be an element before it: `a | { b & wait -n; }`, under lastpipe.
            None if next && state.options.get(Opt::Lastpipe) != Setting::Off => (Status::Any, None),
            None if next => (next_status(state.jobs), None),
            None => (Status::ZERO, failed.then_some(By::Background)),
        };
        let mut after = state.after(status);
        // `wait -n` may still find one that has ended before (`wait.n.after.wait`).
        if operands.is_empty() && !next && !self.program.waits_for_next {
            let last = state.jobs.last.filter(|_| self.program.names_jobs);
            after.jobs = Jobs { last, earlier: None, ..after.jobs };
        }
        self.forget_waited(operands, next, &mut after);
        let event = match by {
            Some(by) if state.status != Status::Fault => Event { by: Some(by), at: command.span },
            _ => self.loss(command, ran),
        };
        // Which job an operand names is not always known: it may be the one that failed.
        let statuses = match status {
            Status::Any if failed => vec![Status::ZERO, Status::Fault],
            status => vec![status],
        };
        for status in statuses {
            let state = State { status, ..after.clone() };
            out.extend(going_on([self.step(ran, command.id, Phase::After, state, event)]));
        }
        out
    }

    /// What was waited for is forgotten at once, or at some time, by all shells but bash (`wait.twice`).
    fn forget_waited(&self, operands: &[&'a Word], next: bool, state: &mut State) {
        let shells = self.shells(state);
        if operands.is_empty() && !next && shells.wait_forgets_all_jobs() != Setting::Off {
            state.forget_jobs();
        }
        if shells.wait_forgets_its_job() == Setting::Off {
            return;
        }
        for word in operands {
            let Some(name) = word.variable(self.program.units.source(word.span.file)) else { continue };
            if matches!(self.named(name, state), Value::Jobs(_)) {
                state.jobs.waited = true;
                self.set(state, name, Value::forgotten_job());
            }
        }
    }

    /// The status of the job that a word names.
    fn job_status(&self, word: &Word, state: &State) -> Status {
        let upset = self.program.substitutes_processes
            && self.shells(state).process_substitutions_upset_wait() != Setting::Off;
        let beside = self.inside.last_element && state.options.get(Opt::Pipefail) != Setting::Off;
        let loses = (state.process == Process::Captured || beside)
            && self.shells(state).loses_jobs_in_pipelines() != Setting::Off;
        let status = match (self.value(word, state), self.program.text(word.span)) {
            (Value::Jobs(statuses), _) => statuses.last().copied().unwrap_or(Status::Any),
            (_, b"%%" | b"%+") => state.jobs.last.unwrap_or(Status::Any),
            _ if state.jobs.any_failed() => Status::Any,
            // There was no job: `wait` is given a name that is none.
            (_, b"\"$!\"") => Status::Any,
            _ => Status::ZERO,
        };
        // A job that is not known any more has 127, which is a failure, too.
        if (upset || loses) && status != Status::Fault { Status::Any } else { status }
    }

    pub(super) fn exec(&mut self, command: &'a Command, args: &[&'a Word], node: NodeId) -> Outcomes {
        if args.is_empty() {
            let (failed, ran) = self.start_builtin(command, "exec", args, node);
            let mut out = self.lacks_descriptor(command, failed);
            out.extend(self.zero(command, ran, |_| {}));
            return out;
        }
        let mut out = Outcomes::new();
        for outcome in self.program_run_words(command, args, node) {
            let state = self.state(outcome.node);
            let is_own = state.status == Status::Fault && state.exit_trap != Trap::None;
            if is_own && self.shells(&state).exit_trap_runs_after_failed_exec() != Setting::Off {
                // It may not have been there to take the shell's place.
                out.push(Outcome { how: How::Exit, node: outcome.node });
            }
            // The program takes the shell's place: no EXIT trap is left to run (`exit.exec`).
            let node =
                self.change(outcome.node, command.id, Phase::Settled, |state| state.exit_trap = Trap::None);
            out.push(Outcome { how: How::Exit, node });
        }
        out
    }

    pub(super) fn command_builtin(
        &mut self,
        command: &'a Command,
        words: &[&'a Word],
        node: NodeId,
    ) -> Outcomes {
        let flag =
            words.get(1).and_then(|word| self.program.literal(word)).filter(|text| text.starts_with('-'));
        let rest = match flag.as_deref() {
            Some("-p" | "--") => &words[2..],
            Some(_) => return self.program_run_words(command, words, node),
            None => &words[1..],
        };
        let name = rest.first().and_then(|word| self.program.literal(word));
        let is_builtin =
            words.first().and_then(|word| self.program.literal(word)).as_deref() == Some("builtin");
        let Some(name) = name else { return self.program_run_words(command, words, node) };
        let ignores = is_builtin && runs_commands(&name) && self.state(node).ignored;
        let forgets = if ignores { self.forgets_ignoring(node) } else { Setting::Off };
        let mut out = Outcomes::new();
        if forgets != Setting::Off {
            out.extend(self.behind_builtin(command, &name, rest, node));
        }
        if forgets != Setting::On {
            out.extend(self.run_named(command, &name, rest, node));
        }
        out
    }

    /// Whether `builtin` forgets here that errexit is ignored: not in the text of an `eval` where it is throughout
    /// (`ctx.builtin.command.eval`).
    fn forgets_ignoring(&self, node: NodeId) -> Setting {
        let state = self.state(node);
        let forgets = self.shells(&state).builtin_forgets_ignoring();
        if state.options.is_on(Opt::IgnoredThroughout) { forgets.weakened() } else { forgets }
    }

    /// `builtin eval text`, `builtin command program`: bash forgets that errexit is ignored, and lets it act in what runs
    /// (`ctx.builtin.eval ctx.builtin.command`).
    fn behind_builtin(
        &mut self,
        command: &'a Command,
        name: &str,
        words: &[&'a Word],
        node: NodeId,
    ) -> Outcomes {
        let live = self.change(node, command.id, Phase::Body, |state| state.ignored = false);
        let outcomes = self.run_named(command, name, words, live);
        let mut out = Outcomes::new();
        for node in split(&outcomes, &mut out) {
            let state = self.state(node);
            let errexit = state.options.errexit();
            let acts = name == "command" && errexit != Setting::Off && state.status.may_be_nonzero();
            if acts {
                let by = (state.status == Status::Fault).then_some(By::Errexit);
                let event = Event { by, at: command.span };
                let node = self.pass(node, command.id, Phase::Left(How::Abort), event);
                out.push(Outcome { how: How::Abort, node });
            }
            if !acts || errexit != Setting::On || state.status.may_be_zero() {
                let ignored = |state: &mut State| state.ignored = true;
                out.extend(going_on([self.change(node, command.id, Phase::Body, ignored)]));
            }
        }
        out
    }

    pub(super) fn eval(&mut self, command: &'a Command, words: &[&'a Word], node: NodeId) -> Outcomes {
        match words.get(1) {
            Some(word) if self.program.units.at_word(word.span).is_some() => {
                let ignored = self.state(node).ignored;
                let outcomes = self.read_here(command, "eval", word, node);
                outcomes
                    .into_iter()
                    .flat_map(|outcome| self.exit_in_eval(command, ignored, outcome))
                    .collect()
            }
            _ => self.unread_text(command, words, node),
        }
    }

    /// `exit` in the text of an `eval`, where what ends the EXIT trap leaves no more than that.
    fn exit_in_eval(&mut self, command: &Command, ignored: bool, outcome: Outcome) -> Outcomes {
        let state = self.state(outcome.node);
        let holds = self.shells(&state).eval_holds_error_of_exit_trap() == Setting::On;
        if !holds || outcome.how != How::Exit || state.exit_trap == Trap::None {
            return smallvec![outcome];
        }
        let outer = self.inside;
        self.inside.lone_eval = false;
        let mut ended = self.exit_action(command.id, outcome);
        self.inside = outer;
        for aborted in ended.iter_mut().filter(|outcome| outcome.how == How::Abort) {
            let as_before = |state: &mut State| (state.ignored, state.exempt) = (ignored, false);
            let node = self.change(aborted.node, command.id, Phase::Left(How::Abort), as_before);
            *aborted = Outcome { how: How::Next, node };
        }
        ended
    }

    /// `eval "$text"` may change any option: `eval "$(set +o)"` even switches errexit off (`opt.restore.plus.o`).
    fn unread_text(&mut self, command: &'a Command, words: &[&'a Word], node: NodeId) -> Outcomes {
        if self.prints_settings(words) {
            return self.program_run_words(command, words, node);
        }
        self.note_unread(command, self.state(node).options);
        let outcomes = self.program_run_words(command, words, node);
        let mut out = Outcomes::new();
        for node in split(&outcomes, &mut out) {
            let unknown = |state: &mut State| {
                for option in [Opt::Errexit, Opt::Pipefail] {
                    state.options = state.options.with(option, Setting::Unknown);
                }
            };
            let ran = self.state(node).status != Status::Fault;
            out.extend(going_on([if ran {
                self.change(node, command.id, Phase::Settled, unknown)
            } else {
                node
            }]));
        }
        out
    }

    /// `eval "$(ssh-agent)"`: what the command prints is known to set variables and nothing else.
    fn prints_settings(&self, words: &[&'a Word]) -> bool {
        let [_, word] = words else { return false };
        let mut parts = word.parts.as_slice();
        if let [Part::DoubleQuoted(_, inside)] = parts {
            parts = inside;
        }
        let [Part::Substitution(inner)] = parts else { return false };
        let [statement] = inner.body.statements.as_slice() else { return false };
        let simple = statement.only_pipeline().and_then(Pipeline::only_command).and_then(Command::as_simple);
        simple.is_some_and(|simple| {
            describe(&simple.words.iter().collect::<Vec<_>>(), self.program.units).keeps_options
        })
    }

    pub(super) fn source(&mut self, command: &'a Command, words: &[&'a Word], node: NodeId) -> Outcomes {
        let Some(word) = words.get(1) else { return self.program_run_words(command, words, node) };
        if self.program.units.at_word(word.span).is_some() {
            let name = self.program.literal(words[0]).unwrap_or_default();
            return self.read_here(command, &name, word, node);
        }
        let keeps_options = self.plan(command, words).description.keeps_options;
        self.note_unread(command, self.state(node).options);
        let outcomes = self.program_run_words(command, words, node);
        let mut out = Outcomes::new();
        let name = self.program.literal(words[0]).unwrap_or_default();
        for node in split(&outcomes, &mut out) {
            if self.state(node).status == Status::Fault {
                out.extend(self.builtin_fails(command, &name, &words[1..], node));
            }
            // The file may be there, and its last command may be what fails.
            let node = self.change(node, command.id, Phase::Settled, |state| {
                if !keeps_options {
                    state.options = state.options.after_unknown_code();
                }
            });
            for left in self.leave_unread_file(command, node) {
                if !out.contains(&left) {
                    out.push(left);
                }
            }
        }
        out
    }

    /// The RETURN trap runs behind a file that was not read, too; where errexit is ignored, it is held there
    /// (`dbg.return.trap.source.or`).
    fn leave_unread_file(&mut self, command: &'a Command, node: NodeId) -> Outcomes {
        let before = self.state(node);
        if before.return_trap == Trap::None {
            return going_on([node]);
        }
        let mut out = Outcomes::new();
        for &entered in self.ways_in(&before) {
            let hold = |state: &mut State| match entered {
                Entered::Held => state.hold_errexit(),
                Entered::Plainly => {}
            };
            let inside = self.change(node, command.id, Phase::Body, hold);
            for Outcome { how, node } in self.return_trap(command, going_on([inside])) {
                let node = self.change(node, command.id, Phase::Left(how), |state| {
                    state.release_errexit(&before);
                    state.ignored = before.ignored;
                });
                out.push(Outcome { how, node });
            }
        }
        out
    }

    /// How other text is entered here that is run in this shell.
    fn ways_in(&self, state: &State) -> &'static [Entered] {
        let ignored = state.ignored && !state.options.is_on(Opt::IgnoredThroughout);
        let holds = if ignored { self.shells(state).ignored_text_holds_errexit() } else { Setting::Off };
        match holds {
            Setting::On => &[Entered::Held],
            Setting::Off => &[Entered::Plainly],
            Setting::Unknown => &[Entered::Held, Entered::Plainly],
        }
    }

    /// Runs other text in this shell: `eval '…'`, `. file`.
    fn read_here(&mut self, command: &'a Command, name: &str, word: &'a Word, node: NodeId) -> Outcomes {
        let (mut out, ran) = self.start_builtin(command, name, &[], node);
        let Some(unit) = self.program.units.at_word(word.span) else { return out };
        let body = &self.program.script(unit).body;
        for &entered in self.ways_in(&self.state(ran)) {
            out.extend(self.read_list(command, name, word, body, ran, entered));
        }
        out
    }

    fn read_list(
        &mut self,
        command: &'a Command,
        name: &str,
        word: &'a Word,
        body: &'a List,
        ran: NodeId,
        entered: Entered,
    ) -> Outcomes {
        let before = self.state(ran);
        let mut entry = (*before).clone();
        entry.options = entry.options.with(Opt::LastExempt, Setting::Off);
        let shells = self.shells(&before);
        let is_eval = name == "eval";
        let inherits =
            if is_eval { shells.eval_inherits_ignoring() } else { shells.sourced_file_inherits_ignoring() };
        match entered {
            Entered::Held => entry.hold_errexit(),
            Entered::Plainly => entry.inherit_ignoring(inherits),
        }
        let (healthy, ignored) = (entry.is_healthy(), entry.ignored);
        let keeps_ignoring = shells.return_out_of_ignored_is_exempt() == Setting::On;
        let outer = self.inside;
        self.inside.sourced_file |= !is_eval;
        let holds_errors = match name {
            _ if self.stands_behind_command(command) => shells.command_holds_errors(),
            "source" => shells.source_holds_errors(),
            _ => Setting::Off,
        };
        if holds_errors != Setting::Off {
            self.inside.regular = holds_errors;
        }
        let is_lone = before.ignored
            && shells.eval_inherits_ignoring() == Setting::Off
            && (is_eval || outer.under_eval);
        self.inside.lone_eval |= is_lone;
        self.inside.eval |= is_eval;
        self.inside.under_eval |= is_eval;
        let outcomes = self.frame(Body::Unit(word.span), entry, ran, |engine, node| {
            let outcomes = engine.list(body, vec![node]);
            if is_eval {
                return outcomes;
            }
            // The file is left by then: `return` finds nothing to leave (`dbg.return.trap.err.return`).
            engine.inside.sourced_file = outer.sourced_file;
            engine.return_trap(command, outcomes)
        });
        self.inside = outer;
        let mut out = Outcomes::new();
        for outcome in self.with_aborting_returns(command, &before, outcomes.iter().copied()) {
            let how = match outcome.how {
                How::Return if !is_eval => How::Next,
                How::LeaveEval if is_eval || is_lone => How::Next,
                How::LeaveRegular if holds_errors != Setting::Off => How::Next,
                How::Stop | How::LeaveLine => How::Next,
                how => how,
            };
            let mut state = (*self.state(outcome.node)).clone();
            // What ignores errexit where a parameter was missing still does where its file is left (`qmark.eval.or`).
            let leaves_ignored = match outcome.how {
                How::Stop | How::LeaveRegular => true,
                How::Return => !is_eval && !ignored,
                _ => false,
            };
            state.exempt = keeps_ignoring && leaves_ignored && state.ignored;
            // So it is in an EXIT trap that runs from here (`exit.if.eval.trap`).
            let ends = matches!(how, How::Exit | How::Abort);
            if !ends {
                state.ignored = before.ignored;
            }
            for option in [Opt::ErrexitInDoubt, Opt::LastExempt] {
                state.options = state.options.restored(option, before.options);
            }
            // An EXIT trap that runs from here finds it held, too.
            if entered == Entered::Held && !ends {
                state.release_errexit(&before);
                if how == How::Return {
                    state.options = state.options.with(Opt::Errexit, before.options.get(Opt::Errexit));
                }
            }
            let edge_from = if healthy { outcome.node } else { ran };
            let phase = if how == How::Next { Phase::After } else { Phase::Left(how) };
            let node = self.step(edge_from, command.id, phase, state, Event::quiet());
            out.push(Outcome { how, node });
        }
        out
    }
}

/// Of the job that ends next: which one that is, nobody can tell.
fn next_status(jobs: Jobs) -> Status {
    match (jobs.last, jobs.earlier) {
        (Some(last), None) => last,
        (Some(_), _) if !jobs.any_failed() => Status::ZERO,
        _ => Status::Any,
    }
}

/// `-o pipefail`, `-euo pipefail`: the word behind it is no operand.
fn names_option(flag: &str) -> bool {
    flag.starts_with(['-', '+']) && flag.ends_with('o')
}

fn is_flag(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.starts_with(['-', '+']))
}

fn self_variable(program: &super::program::Program<'_>, name: &str) -> Option<super::program::VariableId> {
    program.variables.get(name.as_bytes()).copied()
}

/// Whether this builtin runs commands that it is given.
fn runs_commands(name: &str) -> bool {
    matches!(name, "eval" | "." | "source" | "command")
}

/// What `exit` or `return` without an operand gives in the action of a trap, where that is not the status of the last command.
fn bare(how: How, state: &State) -> Option<Status> {
    match how {
        How::Return => state.bare.returned,
        _ => state.bare.exit,
    }
}
