//! Arithmetic commands and loops: `(( … ))`, `let`, `for (( … ))`.

use super::answer::By;
use super::arithmetic::{Names, evaluate, truth};
use super::compound::Rounds;
use super::engine::{Engine, Outcome, Outcomes, going_on};
use super::graph::{Event, NodeId, Phase};
use super::state::{State, Value};
use super::test::Truth;
use crate::shell::Setting;
use crate::syntax::{Command, ForArithmetic, Part, Word};
use crate::text::Span;

/// Up to here counters are known exactly.
const EXACT: i64 = 4;

/// The variables as they are in a state, which assignments change.
pub(super) struct Variables<'e, 'a> {
    pub(super) engine: &'e Engine<'a>,
    pub(super) state: State,
    /// Something has been assigned.
    pub(super) changed: bool,
}

impl<'e, 'a> Variables<'e, 'a> {
    pub(super) fn of(engine: &'e Engine<'a>, state: &State) -> Self {
        Self { engine, state: state.clone(), changed: false }
    }
}

impl Names for Variables<'_, '_> {
    fn get(&self, name: &str) -> Value {
        self.engine.named(name.as_bytes(), &self.state)
    }

    fn set(&mut self, name: &str, value: Value) {
        self.changed = true;
        self.engine.set(&mut self.state, name.as_bytes(), counted(value));
    }
}

impl<'a> Engine<'a> {
    pub(super) fn arithmetic_command(
        &mut self,
        command: &'a Command,
        word: &'a Word,
        from: NodeId,
    ) -> Outcomes {
        let mut out = Outcomes::new();
        for node in self.expand_arithmetic_word(command, word, from) {
            let source = String::from_utf8_lossy(self.program.text(word.span)).into_owned();
            for outcome in self.evaluated(command, &[source], node) {
                let exempt = self.shells(&self.state(node)).arithmetic_is_exempt() == Setting::On;
                let node =
                    self.change(outcome.node, command.id, Phase::Judged(true), |state| state.exempt = exempt);
                out.push(Outcome { how: outcome.how, node });
            }
        }
        out
    }

    /// What is expanded in `(( … ))` before it is evaluated, which is not done here.
    fn expand_arithmetic_word(&mut self, command: &'a Command, word: &'a Word, from: NodeId) -> Vec<NodeId> {
        self.note_reads(command, &[word], from);
        let mut nodes = vec![from];
        for part in &word.parts {
            let inside = match part {
                Part::Arithmetic(_, inside) => inside.as_slice(),
                part => std::slice::from_ref(part),
            };
            nodes = nodes.into_iter().flat_map(|node| self.expand_parts(command, inside, node)).collect();
        }
        nodes
    }

    pub(super) fn let_builtin(&mut self, command: &'a Command, args: &[&'a Word], node: NodeId) -> Outcomes {
        let mut out = going_on(self.own_failures(command, args, node));
        let known: Option<Vec<String>> = args.iter().map(|word| self.program.literal(word)).collect();
        let texts =
            args.iter().map(|word| String::from_utf8_lossy(self.program.text(word.span)).into_owned());
        let sources = known.unwrap_or_else(|| texts.collect());
        out.extend(self.evaluated(command, &sources, node));
        out
    }

    /// The status says whether the last value is zero (`blt.let.multi`).
    fn evaluated(&mut self, command: &Command, sources: &[String], node: NodeId) -> Outcomes {
        let before = self.state(node);
        let looked = sources.iter().any(|source| self.names_fault(source, &before));
        let mut variables = Variables::of(self, &before);
        let mut answer = Truth::Either;
        for source in sources {
            answer = truth(&evaluate(source, &mut variables));
        }
        let state = State { variables: variables.state.variables, ..before.after(answer.status()) };
        let event =
            if looked { Event { by: Some(By::Status), at: command.span } } else { self.loss(command, node) };
        going_on([self.step(node, command.id, Phase::After, state, event)])
    }

    fn names_fault(&self, source: &str, state: &State) -> bool {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_?[]".contains(c);
        source.split(|c| !is_name(c)).any(|name| self.named(name.as_bytes(), state).carries_fault())
    }

    /// `$(( … ))`: its value, or nothing known where it assigns, for it has been carried out before.
    pub(super) fn arithmetic_value(&self, span: Span, state: &State) -> Value {
        let mut variables = Variables::of(self, state);
        let value = evaluate(&inside(self.program.text(span)), &mut variables);
        if variables.changed { Value::Unknown } else { counted(value) }
    }

    /// Carries out what `$(( … ))` assigns.
    pub(super) fn expand_arithmetic(&mut self, command: &Command, span: Span, node: NodeId) -> NodeId {
        let before = self.state(node);
        let mut variables = Variables::of(self, &before);
        evaluate(&inside(self.program.text(span)), &mut variables);
        let state = variables.state;
        self.change(node, command.id, Phase::Word(span.start), |after| *after = state)
    }

    pub(super) fn for_arithmetic(
        &mut self,
        command: &'a Command,
        each: &'a ForArithmetic,
        from: NodeId,
    ) -> Outcomes {
        let source = String::from_utf8_lossy(self.program.text(each.header.span)).into_owned();
        let source = source.trim_start_matches("((").trim_end_matches("))").to_owned();
        let parts: Vec<&str> = source.split(';').collect();
        let [begin, test, step] = parts.as_slice() else { return self.unknown_rounds(command, each, from) };
        let mut out = Outcomes::new();
        for node in self.expand_arithmetic_word(command, &each.header, from) {
            let (node, _) = self.carry_out(command, begin, node, Phase::LoopEntered);
            let entered = self.loop_entry(command, node);
            out.extend(self.rounds(command, &each.body, entered, |engine, head, _| {
                let first = head == entered;
                let node =
                    if first { head } else { engine.carry_out(command, step, head, Phase::Condition).0 };
                let (node, value) = engine.carry_out(command, test, node, Phase::Body);
                // Without a test a loop goes on for ever.
                let truth = if test.trim().is_empty() { Truth::True } else { truth(&value) };
                let again = if truth == Truth::False { Vec::new() } else { vec![node] };
                let left = match truth {
                    Truth::True => Vec::new(),
                    _ => vec![engine.end_of_rounds(command, node, first)],
                };
                Rounds { again, left, ..Rounds::default() }
            }));
        }
        out
    }

    /// Evaluates an expression between commands.
    fn carry_out(&mut self, command: &Command, source: &str, node: NodeId, phase: Phase) -> (NodeId, Value) {
        let before = self.state(node);
        let mut variables = Variables::of(self, &before);
        let value = evaluate(source, &mut variables);
        let state = variables.state;
        (self.change(node, command.id, phase, |after| *after = state), value)
    }

    fn unknown_rounds(&mut self, command: &'a Command, each: &'a ForArithmetic, from: NodeId) -> Outcomes {
        let mut out = Outcomes::new();
        for node in self.expand_arithmetic_word(command, &each.header, from) {
            let node = self.forget_names(command, node, &each.header);
            let entered = self.loop_entry(command, node);
            out.extend(self.rounds(command, &each.body, entered, |engine, head, _| Rounds {
                again: vec![head],
                left: vec![engine.end_of_rounds(command, head, head == entered)],
                ..Rounds::default()
            }));
        }
        out
    }
}

/// Of a counter that goes on rising no more is known than that it has risen, or states would never come to an end.
fn counted(value: Value) -> Value {
    match &value {
        Value::Known(text) if text.parse().is_ok_and(|number: i64| number > EXACT) => Value::Positive,
        _ => value,
    }
}

/// The expression in `$(( … ))` or `$[ … ]`.
fn inside(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text).into_owned();
    let inner = text.strip_prefix("$((").and_then(|rest| rest.strip_suffix("))"));
    let inner = inner.or_else(|| text.strip_prefix("$[").and_then(|rest| rest.strip_suffix(']')));
    inner.unwrap_or(&text).to_owned()
}
