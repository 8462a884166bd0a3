//! What runs while words are expanded, what becomes of its status, and what words are known to say.

use smallvec::SmallVec;

use super::answer::By;
use super::engine::{Body, Engine, How, Outcome, Outcomes, going_on};
use super::errors::Ends;
use super::graph::{Event, NodeId, Phase};
use super::program::{Program, VariableId};
use super::state::{MANY_ELEMENTS, Process, State, Status, Taint, Value, subshell_state, taint_after};
use super::test::Operand;
use crate::shell::{Opt, Setting, Shells};
use crate::syntax::{
    Assignment, Command, Operation, Parameter, Part, Redirect, Substitution, Value as Source, Word,
};
use crate::text::Span;

/// The positional parameters that are followed, and their number.
pub(super) const PARAMETERS: [&[u8]; 10] = [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9", b"#"];

/// What a word's expansion runs.
enum Run<'a> {
    Substitution(&'a Substitution),
    /// One in `$(( … ))`, and where that stands.
    Operand(&'a Substitution, Span),
    Process(&'a Substitution),
    /// `$(( … ))`, which may assign.
    Arithmetic(Span),
}

impl<'a> Engine<'a> {
    /// Expands words one after the other. The status of a substitution in them is replaced by the command's own, which is
    /// what `lost` says; `$?` stays as it was.
    pub(super) fn expand(
        &mut self,
        command: &'a Command,
        words: &[&'a Word],
        from: NodeId,
        lost: By,
    ) -> Vec<NodeId> {
        self.note_reads(command, words, from);
        let runs = runs_in(words.iter().flat_map(|word| &word.parts));
        let expanded = self.expand_runs(command, &runs, from, lost);
        self.without_missing(command, words.iter().flat_map(|word| &word.parts), expanded)
    }

    /// The same, where `$?` becomes the status of the last substitution.
    pub(super) fn expand_keeping_status(
        &mut self,
        command: &'a Command,
        words: &[&'a Word],
        from: NodeId,
    ) -> Vec<NodeId> {
        self.note_reads(command, words, from);
        let runs = runs_in(words.iter().flat_map(|word| &word.parts));
        let expanded =
            self.each_run(&runs, vec![from], |engine, run, node| engine.keep_run(command, run, node));
        self.without_missing(command, words.iter().flat_map(|word| &word.parts), expanded)
    }

    /// Leaves the nodes at which none of the parameters is missing that must be there: `${x:?}` ends the process, and so
    /// does any unset one under nounset (`qmark.main nounset.or`).
    pub(super) fn without_missing(
        &mut self,
        command: &Command,
        parts: impl Iterator<Item = &'a Part>,
        nodes: Vec<NodeId>,
    ) -> Vec<NodeId> {
        let mut parameters = Vec::new();
        for part in parts {
            part.each(&mut |part| {
                if let Part::Parameter(parameter) = part {
                    parameters.push(parameter);
                }
            });
        }
        if parameters.is_empty() {
            return nodes;
        }
        let mut left = Vec::with_capacity(nodes.len());
        for node in nodes {
            let state = self.state(node);
            if parameters.iter().any(|parameter| self.is_missing(parameter, &state)) {
                let died = state.after(Status::Nonzero);
                let event = self.loss(command, node);
                let event = Event { by: event.by.map(|_| By::Shell), ..event };
                let node = self.step(node, command.id, Phase::Died, died, event);
                let ends = self.missing_parameter_ends(&state);
                let ended = self.end_by_error(command, node, ends);
                self.died.extend(ended);
            } else {
                left.push(node);
            }
        }
        left
    }

    fn is_missing(&self, parameter: &Parameter, state: &State) -> bool {
        let value = self.named(self.program.text(parameter.name), state);
        match parameter.operation {
            Operation::Require => self.is_replaced(parameter, &value),
            Operation::Value | Operation::Length | Operation::Transform => {
                // An empty array has no first element, for which its name stands (`nounset.array.name`).
                let lacks_first =
                    value == Value::Elements(0) && !self.after_name(parameter).starts_with(b"[");
                state.options.is_on(Opt::Nounset) && (value.is_missing(false) || lacks_first)
            }
            _ => false,
        }
    }

    /// Expands the parts of here-documents, and of what is no word.
    pub(super) fn expand_parts(
        &mut self,
        command: &'a Command,
        parts: &'a [Part],
        from: NodeId,
    ) -> Vec<NodeId> {
        let runs = runs_in(parts.iter());
        self.expand_runs(command, &runs, from, By::Substitution)
    }

    fn expand_runs(&mut self, command: &'a Command, runs: &[Run<'a>], from: NodeId, lost: By) -> Vec<NodeId> {
        self.each_run(runs, vec![from], |engine, run, node| engine.expand_run(command, run, node, lost))
    }

    /// Carries out `one` for what is run in words, in order, at each of the nodes that it leads to.
    fn each_run(
        &mut self,
        runs: &[Run<'a>],
        mut nodes: Vec<NodeId>,
        mut one: impl FnMut(&mut Self, &Run<'a>, NodeId) -> Vec<NodeId>,
    ) -> Vec<NodeId> {
        for run in runs {
            let mut next: Vec<NodeId> = nodes.into_iter().flat_map(|node| one(self, run, node)).collect();
            next.sort_unstable();
            next.dedup();
            nodes = next;
        }
        nodes
    }

    /// Runs it; the status of a substitution becomes `$?`.
    fn keep_run(&mut self, command: &'a Command, run: &Run<'a>, from: NodeId) -> Vec<NodeId> {
        match run {
            Run::Substitution(_) | Run::Operand(..) => self.assign_run(command, run, from),
            _ => self.expand_run(command, run, from, By::Substitution),
        }
    }

    fn expand_run(&mut self, command: &'a Command, run: &Run<'a>, from: NodeId, lost: By) -> Vec<NodeId> {
        let before = self.state(from);
        let (substitution, lost, is_job) = match run {
            Run::Substitution(inner) | Run::Operand(inner, _) => (*inner, lost, false),
            Run::Process(inner) => (*inner, By::ProcessSubstitution, true),
            Run::Arithmetic(span) => return vec![self.expand_arithmetic(command, *span, from)],
        };
        let phase = Phase::Word(substitution.span.start);
        let mut next = Vec::new();
        if !is_job && self.may_be_misprinted(substitution, &before) {
            self.expansion_fails(command, from, &before, self.unreadable_text_ends(&before));
        }
        for (edge_from, inner) in self.substitute(substitution, from, is_job) {
            let inner = self.state(inner);
            let mut state = (*before).clone();
            state.taint = taint_after(&before, &inner);
            if is_job {
                state.jobs = self.jobs_after(&before, inner.status);
            }
            let by = (inner.status == Status::Fault).then_some(lost);
            if self.may_lack_operand(run, &inner) {
                self.expansion_fails(command, edge_from, &state, self.wrong_expression_ends(&state));
            }
            next.push(self.step(edge_from, command.id, phase, state, Event { by, at: command.span }));
        }
        next
    }

    /// Runs the commands of a substitution; see [`Engine::process`].
    fn substitute(
        &mut self,
        substitution: &'a Substitution,
        from: NodeId,
        is_process: bool,
    ) -> Vec<(NodeId, NodeId)> {
        let before = self.state(from);
        let mut entry = subshell_state(&before);
        entry.process = Process::Captured;
        entry.options = entry.options.restored(Opt::Parenthesised, before.options);
        if !is_process {
            enter_substitution(&mut entry);
        }
        self.inherit_ignoring(&mut entry);
        let body = &substitution.body;
        self.enter_last_call(&mut entry, body);
        self.process(Body::Substitution(substitution.span), substitution.span, entry, from, |engine, node| {
            let misprinted = engine.misprinted(substitution, node);
            engine.list(body, vec![node]).into_iter().chain(misprinted).collect()
        })
    }

    /// Where errexit is ignored, it may be ignored in a substitution, too (`ctx.subst.or ctx.redir.subst.or
    /// word.procsub.ignored.word word.procsub.ignored.read`).
    fn inherit_ignoring(&self, entry: &mut State) {
        let shells = self.shells(entry);
        let inherits = if self.inside.redirect && !entry.options.is_on(Opt::IgnoredThroughout) {
            shells.redirected_substitution_inherits_ignoring()
        } else {
            shells.substitution_inherits_ignoring()
        };
        entry.inherit_ignoring(inherits);
        let throughout = entry.ignored && self.shells(entry).ignored_text_holds_errexit() == Setting::On;
        let throughout = if throughout { Setting::On } else { Setting::Off };
        entry.options = entry.options.with(Opt::IgnoredThroughout, throughout);
    }

    /// A command of assignments only: its status is that of the last substitution, or 0.
    pub(super) fn assign(
        &mut self,
        command: &'a Command,
        assignments: &'a [Assignment],
        from: NodeId,
    ) -> Outcomes {
        let words: Vec<&'a Word> = assignments.iter().flat_map(Assignment::words).collect();
        self.note_reads(command, &words, from);
        let before = self.state(from);
        let values: Vec<Value> =
            assignments.iter().map(|assignment| self.assigned(assignment, &before)).collect();
        let looks = assignments.iter().any(|a| a.words().any(|word| self.reads_status(word)));
        let event = if looks { Event::quiet() } else { self.loss(command, from) };
        let mut started = before.after(Status::ZERO);
        for (assignment, value) in assignments.iter().zip(values) {
            self.set(&mut started, self.program.text(assignment.name), value);
        }
        let parts = || assignments.iter().flat_map(Assignment::words).flat_map(|word| &word.parts);
        let mut current = self.without_missing(command, parts(), vec![from]);
        for node in &mut current {
            *node = self.step(*node, command.id, Phase::Run, started.clone(), event);
        }
        let array_keeps_status = self.shells(&before).array_keeps_status() == Setting::On;
        for assignment in assignments {
            let keeps = array_keeps_status || !matches!(assignment.value, Source::Array(_));
            let runs = runs_in(assignment.words().flat_map(|word| &word.parts));
            current = self.each_run(&runs, current, |engine, run, node| {
                if keeps {
                    engine.keep_run(command, run, node)
                } else {
                    engine.expand_run(command, run, node, By::Substitution)
                }
            });
        }
        for assignment in assignments {
            let name = self.program.text(assignment.name);
            let parts = assignment.words().flat_map(|word| &word.parts);
            self.give_to_integer(command, name, parts, &current);
        }
        let bits = assignments.iter().map(|a| self.program.readonly_bit(self.program.text(a.name)));
        if before.readonly & bits.fold(0, |all, bit| all | bit) == 0 {
            return going_on(current);
        }
        current.into_iter().flat_map(|node| self.refuse_assignment(command, node)).collect()
    }

    /// A variable that is readonly is assigned to (`decl.readonly.*`).
    pub(super) fn refuse_assignment(&mut self, command: &Command, from: NodeId) -> Outcomes {
        let state = self.state(from);
        let failed =
            state.after(self.shells(&state).status_of_errors().map_or(Status::Nonzero, Status::Known));
        let node = self.step(from, command.id, Phase::Died, failed, Event::quiet());
        let ends = self.refused_assignment_ends(&state);
        self.end_by_error(command, node, ends)
    }

    /// A variable that is declared an integer may be given what is no number (`decl.integer.name`).
    pub(super) fn give_to_integer<'p>(
        &mut self,
        command: &Command,
        name: &[u8],
        parts: impl Iterator<Item = &'p Part>,
        nodes: &[NodeId],
    ) {
        let shells = nodes.first().map(|node| self.shells(&self.state(*node)));
        let evaluates = shells.map_or(Setting::Off, Shells::integers_evaluate_what_they_are_given);
        if evaluates == Setting::Off || !self.program.integers.contains(name) {
            return;
        }
        let (mut letters, mut unknown) = (false, false);
        for part in parts {
            part.each(&mut |part| match part {
                Part::Literal(span) => letters |= has_letters(self.program.text(*span)),
                Part::Substitution(substitution) => {
                    unknown = true;
                    letters |= self.prints_letters(command, substitution);
                }
                Part::Parameter(_) => unknown = true,
                _ => {}
            });
        }
        if letters && unknown {
            nodes.iter().for_each(|node| self.no_integer(command, *node));
        } else if letters {
            nodes.iter().for_each(|node| self.unset_integer(command, *node));
        }
    }

    /// Whether letters are written out among what is printed here, or in a function that is called (`decl.integer.text
    /// decl.integer.call`).
    fn prints_letters(&mut self, command: &Command, substitution: &Substitution) -> bool {
        let program = self.program;
        let scope = self.scope(substitution.span);
        let mut letters = false;
        let mut look = |command: &Command| letters |= writes_letters(command, program);
        program.script_of(command).each_command_in(&substitution.body, &mut look);
        for function in scope.functions().into_iter().flatten() {
            let body = &program.function(function).definition.body;
            program.script_of(body).each_command_below(body, &mut look);
        }
        letters
    }

    /// The expression may be none, or hold a name that is not set.
    fn no_integer(&mut self, command: &Command, node: NodeId) {
        let state = self.state(node);
        self.expansion_fails(command, node, &state, self.wrong_expression_ends(&state));
        self.unset_integer(command, node);
    }

    /// A name in the expression may not be set (`decl.integer.unset`).
    fn unset_integer(&mut self, command: &Command, node: NodeId) {
        let state = self.state(node);
        let must_be_set = self.shells(&state).names_in_integers_must_be_set();
        if state.options.get(Opt::Nounset) != Setting::Off && must_be_set != Setting::Off {
            let node = self.step(node, command.id, Phase::Died, state.after(Status::Nonzero), Event::quiet());
            self.died.push(Outcome { how: How::Exit, node });
        }
    }

    /// One substitution of an assignment: its status becomes the command's, and the one before it is lost
    /// (`asg.two.last`).
    fn assign_run(&mut self, command: &'a Command, run: &Run<'a>, from: NodeId) -> Vec<NodeId> {
        let (Run::Substitution(substitution) | Run::Operand(substitution, _)) = run else {
            return vec![from];
        };
        let before = self.state(from);
        let mut next = Vec::new();
        if self.may_be_misprinted(substitution, &before) {
            self.expansion_fails(command, from, &before, self.unreadable_text_ends(&before));
        }
        for (edge_from, inner) in self.substitute(substitution, from, false) {
            let inner = self.state(inner);
            let by = (before.status == Status::Fault).then_some(By::Substitution);
            let mut state = before.after(inner.status);
            state.taint = taint_after(&before, &inner);
            let phase = Phase::Word(substitution.span.start);
            if self.may_lack_operand(run, &inner) {
                self.expansion_fails(command, edge_from, &state, self.wrong_expression_ends(&state));
            }
            next.push(self.step(edge_from, command.id, phase, state, Event { by, at: command.span }));
        }
        next
    }

    /// What has failed in `$(( $(a) * 2 ))` has perhaps printed nothing, and `* 2` is no expression (`fatal.arith.operand`);
    /// `+ 2` is one (`asg.arith.empty`), and so is nothing at all in most shells.
    fn may_lack_operand(&self, run: &Run<'_>, ended: &State) -> bool {
        let Run::Operand(substitution, expression) = run else { return false };
        if ended.is_healthy() || !ended.status.may_be_nonzero() {
            return false;
        }
        let (operand, file) = (substitution.span, expression.file);
        let before = self.program.text(Span::new(file, expression.start, operand.start));
        let behind = self.program.text(Span::new(file, operand.end, expression.end)).trim_ascii_start();
        let nothing_will_do = self.shells(ended).empty_expression_is_zero() == Setting::On;
        let can_go_on =
            behind.starts_with(b"+") || behind.starts_with(b"-") || behind == b"))" && nothing_will_do;
        !can_go_on || before.trim_ascii_end() != b"$(("
    }

    fn expansion_fails(&mut self, command: &Command, from: NodeId, state: &State, ends: Ends) {
        let by = (state.status == Status::Fault).then_some(By::Shell);
        let event = Event { by, at: command.span };
        let node = self.step(from, command.id, Phase::Died, state.after(Status::Nonzero), event);
        let ended = self.end_by_error(command, node, ends);
        self.died.extend(ended);
    }

    /// Carries out redirections: the nodes where all have worked, and the outcomes where one that belongs to no named
    /// command fails.
    pub(super) fn redirects(&mut self, command: &'a Command, from: NodeId) -> (Vec<NodeId>, Outcomes) {
        let mut out = Outcomes::new();
        let mut current = vec![from];
        for redirect in &command.redirects {
            let mut next = Vec::new();
            for node in current {
                for node in self.expand_redirect(command, redirect, node) {
                    let site = self.program.site_of_redirect(redirect);
                    for failed in site.map(|site| self.fails(site, command, node)).unwrap_or_default() {
                        out.extend(self.redirection_fails(command, failed));
                    }
                    let fails_again = site.is_some_and(|site| self.state(node).taint == Taint::Always(site));
                    next.extend((!fails_again).then_some(node));
                }
            }
            current = next;
        }
        (current, out)
    }

    /// The jobs that the shell knows are those which it knew before.
    pub(super) fn with_jobs_of(
        &mut self,
        before: &State,
        command: &Command,
        nodes: Vec<NodeId>,
    ) -> Vec<NodeId> {
        let restore = |node| {
            if self.state(node).jobs == before.jobs {
                return node;
            }
            self.change(node, command.id, Phase::Opened, |state| state.jobs = before.jobs)
        };
        nodes.into_iter().map(restore).collect()
    }

    pub(super) fn expand_redirect(
        &mut self,
        command: &'a Command,
        redirect: &'a Redirect,
        from: NodeId,
    ) -> Vec<NodeId> {
        let outer = self.inside;
        self.inside.redirect = true;
        let mut nodes = self.expand(command, &[&redirect.target], from, By::Substitution);
        if let Some(body) = self.program.here_document(redirect) {
            nodes =
                nodes.into_iter().flat_map(|node| self.expand_parts(command, &body.parts, node)).collect();
        }
        self.inside = outer;
        nodes
    }

    /// What an assignment makes of its variable.
    fn assigned(&self, assignment: &Assignment, state: &State) -> Value {
        let added = match &assignment.value {
            Source::Scalar(word) => self.value(word, state),
            Source::Array(words) => match words.as_slice() {
                [] => match self.shells(state).empty_parentheses_are_an_array() {
                    Setting::On => Value::Elements(0),
                    Setting::Off => Value::Compound,
                    Setting::Unknown => Value::Unknown,
                },
                [word] if self.is_pipestatus(word) => Value::Statuses(SmallVec::from_slice(&state.pipe)),
                words => self.array_of(words, state),
            },
        };
        if let Some(index) = &assignment.index {
            // What a name stands for without a subscript is its first element.
            let is_first = self.program.text(index.span) == b"0" && !assignment.append;
            return if is_first { added.into_element() } else { Value::Unknown };
        }
        if !assignment.append {
            return added;
        }
        let before = self.named(self.program.text(assignment.name), state);
        match &assignment.value {
            Source::Array(_) => before.and_elements(added),
            Source::Scalar(_) => appended(before, added),
        }
    }

    /// What an array of these words holds: ids of jobs, statuses, or so many words.
    fn array_of(&self, words: &[Word], state: &State) -> Value {
        let values = || words.iter().map(|word| self.value(word, state));
        if let Some(jobs) = Value::jobs_of(values()) {
            return jobs;
        }
        let is_field = |word: &Word| {
            matches!(word.parts.as_slice(), [Part::DoubleQuoted(..) | Part::SingleQuoted(_)])
                || self.program.literal(word).is_some_and(|text| !text.contains(['*', '?', '[', '{']))
        };
        if words.iter().all(|word| self.reads_status(word)) {
            Value::Statuses(values().map(|value| value.as_status()).collect())
        } else if words.iter().all(is_field) && !words.iter().any(|word| self.spreads(word)) {
            Value::Elements(u8::try_from(words.len()).unwrap_or(u8::MAX).min(MANY_ELEMENTS))
        } else {
            Value::Unknown
        }
    }

    /// `"${name[@]}"`, `"$@"`: any number of words.
    fn spreads(&self, word: &Word) -> bool {
        self.program.text(word.span).contains(&b'@')
    }

    /// `"${PIPESTATUS[@]}"`
    fn is_pipestatus(&self, word: &Word) -> bool {
        let source = self.program.text(word.span);
        matches!(source, b"\"${PIPESTATUS[@]}\"" | b"${PIPESTATUS[@]}" | b"${PIPESTATUS[*]}")
    }

    pub(super) fn set(&self, state: &mut State, name: &[u8], value: Value) {
        let array = name.split(|&byte| byte == b'[').next().unwrap_or_default();
        if let Some(id) = self.program.variables.get(array) {
            state.set_variable(*id, if array == name { value } else { Value::Unknown });
        }
    }

    /// Makes words the positional parameters; behind one that may be any number of fields, nothing is known of them.
    pub(super) fn set_parameters(&self, state: &mut State, words: &[&'a Word], before: &State) {
        let single = words.iter().take_while(|word| self.is_single(word, before)).count();
        for index in 0..9_u8 {
            let value = match words.get(usize::from(index)) {
                Some(word) if usize::from(index) < single => self.value(word, before),
                None if single == words.len() => Value::Unset,
                _ => Value::Unknown,
            };
            self.set(state, &[b'1' + index], value);
        }
        let count = (single == words.len()).then(|| Value::Known(words.len().to_string().into()));
        self.set(state, b"#", count.unwrap_or(Value::Unknown));
    }

    pub(super) fn forget_parameters(&self, state: &mut State) {
        for name in PARAMETERS {
            self.set(state, name, Value::Unknown);
        }
    }

    /// Whether a word is one field, whatever the variables in it hold.
    fn is_single(&self, word: &Word, state: &State) -> bool {
        match word.parts.as_slice() {
            [Part::DoubleQuoted(..)] => !self.spreads(word),
            [Part::SingleQuoted(_)] => true,
            _ => match self.value(word, state) {
                Value::Known(text) => !text.is_empty() && !text.contains([' ', '*', '?', '[', '{']),
                value => matches!(value, Value::Fault | Value::Positive | Value::Above),
            },
        }
    }

    pub(super) fn assign_named(
        &mut self,
        command: &Command,
        node: NodeId,
        name: &[u8],
        value: Value,
    ) -> NodeId {
        let Some(&id) = self.program.variables.get(name) else { return node };
        self.change(node, command.id, Phase::Word(id.0.into()), |state| state.set_variable(id, value))
    }

    /// After arithmetic that was not followed: nothing is known of the names in it.
    pub(super) fn forget_names(&mut self, command: &Command, node: NodeId, word: &Word) -> NodeId {
        let source = self.program.text(word.span);
        let ids: Vec<VariableId> = self
            .program
            .variables
            .iter()
            .filter(|(name, _)| super::program::contains(source, name))
            .map(|(_, id)| *id)
            .collect();
        self.change(node, command.id, Phase::Word(u32::MAX), |state| {
            ids.into_iter().for_each(|id| state.set_variable(id, Value::Unknown));
        })
    }

    /// Whether a word reads `$?` or PIPESTATUS.
    pub(super) fn reads_status(&self, word: &Word) -> bool {
        let text = self.program.units.source(word.span.file);
        word.parts.iter().any(|part| {
            super::program::reads(part, b"?", text) || super::program::reads(part, b"PIPESTATUS", text)
        })
    }

    /// What a word says, as far as it matters here.
    pub(super) fn value(&self, word: &Word, state: &State) -> Value {
        if let Some(literal) = self.program.literal(word) {
            return Value::Known(literal.into());
        }
        let [part] = word.parts.as_slice() else { return self.joined(&word.parts, state) };
        self.part_value(part, state)
    }

    /// `$a$b`: positive digits before or after anything keep a text from being `0`.
    fn joined(&self, parts: &[Part], state: &State) -> Value {
        let text = |span: Span| Value::Known(String::from_utf8_lossy(self.program.text(span)).into());
        let values = parts.iter().map(|part| match part {
            Part::Literal(span) => text(*span),
            part => self.part_value(part, state),
        });
        if let Some(jobs) = Value::jobs_of(values.clone()) {
            return jobs;
        }
        if values.clone().any(|value| value.carries_fault()) {
            return Value::Statuses(smallvec::smallvec![Status::Fault]);
        }
        let is_text = |value: &Value| match value {
            Value::Known(text) => !text.is_empty(),
            value => matches!(value, Value::Positive | Value::Above | Value::Text),
        };
        if values.into_iter().any(|value| is_text(&value)) { Value::Text } else { Value::Unknown }
    }

    pub(super) fn part_value(&self, part: &Part, state: &State) -> Value {
        match part {
            Part::Parameter(parameter) => self.parameter(parameter, state),
            Part::DoubleQuoted(_, parts) => match parts.as_slice() {
                [part] => self.part_value(part, state),
                parts => self.joined(parts, state),
            },
            Part::Arithmetic(span, _) => self.arithmetic_value(*span, state),
            _ => Value::Unknown,
        }
    }

    fn parameter(&self, parameter: &Parameter, state: &State) -> Value {
        let name = self.program.text(parameter.name);
        let subscript = self.subscript(parameter);
        let value = match (name, self.named(name, state), subscript) {
            (b"PIPESTATUS", _, _) => at_subscript(&state.pipe, subscript),
            (_, Value::Statuses(statuses), _) => at_subscript(&statuses, subscript),
            (_, value, None) => value,
            (_, jobs @ Value::Jobs(_), Some("@" | "*")) => jobs,
            (_, Value::Jobs(_), Some(index)) => self.job_at(index, state),
            (_, value, Some("0")) => value.into_element(),
            _ => Value::Unknown,
        };
        match parameter.operation {
            Operation::Value | Operation::Require => value,
            Operation::Length if matches!(subscript, Some("@" | "*")) => {
                self.named(name, state).element_count()
            }
            // So many letters.
            Operation::Length if value == Value::Text => Value::Positive,
            Operation::Default | Operation::AssignDefault => {
                if self.is_replaced(parameter, &value) {
                    self.operand(parameter)
                } else {
                    value
                }
            }
            // `${!pids[@]}`: where in the array each job stands.
            Operation::Indirect if matches!(subscript, Some("@" | "*")) => match self.named(name, state) {
                jobs @ Value::Jobs(_) => jobs,
                _ => Value::Unknown,
            },
            Operation::Alternative if self.is_replaced(parameter, &value) => Value::Known("".into()),
            Operation::Alternative if value != Value::Unknown => self.operand(parameter),
            _ => Value::Unknown,
        }
    }

    /// The job at a place that `for i in "${!pids[@]}"` has given to a variable.
    fn job_at(&self, index: &str, state: &State) -> Value {
        let name = index.strip_prefix('$').unwrap_or(index);
        // A bare number is a place itself.
        let is_variable = name != index || !name.starts_with(|c: char| c.is_ascii_digit());
        match self.named(name.as_bytes(), state) {
            job @ Value::Jobs(_) if is_variable => job,
            _ => Value::Unknown,
        }
    }

    /// Whether `${x-…}` or `${x:-…}` takes its word for the value.
    fn is_replaced(&self, parameter: &Parameter, value: &Value) -> bool {
        value.is_missing(self.after_name(parameter).starts_with(b":"))
    }

    /// What stands behind the name in `${name…}`.
    fn after_name(&self, parameter: &Parameter) -> &'a [u8] {
        let text = self.program.text(parameter.span);
        &text[(parameter.name.end - parameter.span.start) as usize..]
    }

    /// The word behind the operator, if it stands there as it is.
    fn operand(&self, parameter: &Parameter) -> Value {
        let rest = self.after_name(parameter);
        let start = rest.iter().take_while(|byte| b":-=+?".contains(byte)).count();
        let word = rest[start..].strip_suffix(b"}").unwrap_or_default();
        let plain = word.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_.-/ ".contains(byte));
        match std::str::from_utf8(word) {
            Ok(word) if plain => Value::Known(word.into()),
            _ => Value::Unknown,
        }
    }

    /// What stands in the brackets of `${name[…]}`.
    fn subscript(&self, parameter: &Parameter) -> Option<&'a str> {
        let source = std::str::from_utf8(self.program.text(parameter.span)).ok()?;
        let (_, rest) = source.split_once('[')?;
        rest.split_once(']').map(|(inside, _)| inside)
    }

    /// The value of `name`, or of `name[index]` as arithmetic has it.
    pub(super) fn named(&self, name: &[u8], state: &State) -> Value {
        if let Some(bracket) = name.iter().position(|&byte| byte == b'[') {
            let (name, subscript) = name.split_at(bracket);
            let subscript = std::str::from_utf8(subscript).ok().map(|text| text.trim_matches(['[', ']']));
            return match (name, self.named(name, state)) {
                (b"PIPESTATUS", _) => at_subscript(&state.pipe, subscript),
                (_, Value::Statuses(statuses)) => at_subscript(&statuses, subscript),
                (_, value) if subscript == Some("0") => value.into_element(),
                _ => Value::Unknown,
            };
        }
        if let [b'#', array @ ..] = name
            && !array.is_empty()
        {
            return self.named(array, state).element_count();
        }
        match (name, self.program.variables.get(name)) {
            (b"?", _) => Value::of_status(state.status),
            (b"!", _) => match state.jobs.last {
                Some(_) if state.jobs.waited => Value::forgotten_job(),
                Some(status) => Value::Jobs(smallvec::smallvec![status]),
                None => Value::Unknown,
            },
            (_, Some(&id)) => state.variable(id).clone(),
            _ => Value::Unknown,
        }
    }

    /// The operands of a test.
    pub(super) fn operands(&self, words: &[&'a Word], state: &State) -> Vec<Operand> {
        let operand = |word: &&'a Word| Operand {
            value: self.value(word, state),
            operator: matches!(word.parts.as_slice(), [Part::Literal(_)]),
        };
        words.iter().map(operand).collect()
    }
}

/// Whether a command prints letters that stand among its words.
fn writes_letters(command: &Command, program: &Program<'_>) -> bool {
    let words = command.simple_words();
    let [name, operands @ ..] = words else { return false };
    matches!(program.text(name.span), b"echo" | b"printf" | b"print")
        && operands.iter().any(|word| has_letters(program.text(word.span)))
}

/// `errors+=" one"`
fn appended(before: Value, added: Value) -> Value {
    let is_text = matches!(&added, Value::Known(text) if !text.is_empty()) || added == Value::Text;
    let otherwise = if is_text { Value::Text } else { Value::Unknown };
    Value::jobs_of([before, added].into_iter()).unwrap_or(otherwise)
}

/// One of the statuses, or all of them in one text.
fn at_subscript(statuses: &[Status], subscript: Option<&str>) -> Value {
    let index = match subscript {
        None => Some(0),
        Some(subscript) => subscript.parse::<usize>().ok(),
    };
    match index {
        Some(index) => statuses.get(index).map_or(Value::Unknown, |status| Value::of_status(*status)),
        None => Value::Statuses(statuses.into()),
    }
}

pub(super) fn has_substitutions(words: &[&Word]) -> bool {
    let runs = runs_in(words.iter().flat_map(|word| &word.parts));
    runs.iter().any(|run| matches!(run, Run::Substitution(_) | Run::Operand(..)))
}

/// bash and busybox switch errexit off in `$( )` unless told otherwise (`sub.errexit.assign`).
fn enter_substitution(entry: &mut State) {
    let setting = match entry.options.get(Opt::InheritErrexit) {
        Setting::On => entry.options.get(Opt::Errexit),
        Setting::Off => Setting::Off,
        Setting::Unknown if entry.options.get(Opt::Errexit) == Setting::Off => Setting::Off,
        Setting::Unknown => Setting::Unknown,
    };
    let cut = setting == Setting::Off && entry.options.errexit() == Setting::On && !entry.ignored;
    if cut {
        entry.options = entry.options.with(Opt::ErrexitCut, Setting::On);
    }
    entry.options = entry.options.with(Opt::Errexit, setting);
    if entry.options.get(Opt::InheritErrexit) != Setting::On {
        entry.options = entry.options.with(Opt::ErrexitHeld, Setting::Off);
    }
}

/// What is run for these parts, in their order.
fn runs_in<'a>(parts: impl Iterator<Item = &'a Part>) -> Vec<Run<'a>> {
    let mut runs = Vec::new();
    for part in parts {
        collect(part, &mut runs);
    }
    runs
}

fn collect<'a>(part: &'a Part, runs: &mut Vec<Run<'a>>) {
    let mut expression: Option<Span> = None;
    part.each(&mut |part| match part {
        Part::Substitution(inner) => runs.push(match expression {
            Some(around) if around.contains(inner.span) => Run::Operand(inner, around),
            _ => Run::Substitution(inner),
        }),
        Part::Process(inner) => runs.push(Run::Process(inner)),
        Part::Arithmetic(span, _) => {
            expression = Some(*span);
            runs.push(Run::Arithmetic(*span));
        }
        _ => {}
    });
}

fn has_letters(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_alphabetic)
}
