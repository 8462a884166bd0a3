//! Places that read the status of the command before them, and what they can read.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::answer::{Reading, Setter, StatusRead};
use super::engine::Engine;
use super::graph::{Graph, NodeId};
use super::program::{SiteId, reads};
use super::units::Units;
use crate::syntax::{Command, CommandId, CommandKind, List, Pipeline, Statement, Word};
use crate::text::Span;

/// One reading, in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Read {
    command: CommandId,
    span: Span,
    reading: Reading,
    node: NodeId,
}

impl<'a> Engine<'a> {
    /// Notes that words are expanded in which a status is read.
    pub(super) fn note_reads(&mut self, command: &Command, words: &[&'a Word], node: NodeId) {
        for word in words {
            let text = self.program.units.source(word.span.file);
            let names = |name: &[u8]| word.parts.iter().any(|part| reads(part, name, text));
            let (status, pipe) = (names(b"?"), names(b"PIPESTATUS"));
            let mut note = |reading| {
                self.reads.insert(Read { command: command.id, span: word.span, reading, node });
            };
            if status {
                note(Reading::Status);
            }
            if pipe {
                note(Reading::PipeStatus);
            }
        }
    }

    /// Notes an `exit` or `return` that hands on the last status.
    pub(super) fn note_bare(&mut self, command: &Command, node: NodeId) {
        let read = Read { command: command.id, span: command.span, reading: Reading::Bare, node };
        self.reads.insert(read);
    }
}

/// What each place reads in runs in which nothing fails, or one of the sites that `works` does.
pub(super) fn status_reads(
    engine: &Engine<'_>,
    setters: &FxHashMap<CommandId, Setter>,
    works: &dyn Fn(SiteId) -> bool,
) -> Vec<StatusRead> {
    if engine.reads.is_empty() {
        return Vec::new();
    }
    let starts = engine.faults.iter().filter(|fault| works(fault.site)).map(|fault| fault.start);
    let failed = reachable(&engine.graph, starts.collect());
    let mut found: BTreeMap<(Span, Reading), StatusRead> = BTreeMap::new();
    let mut reads: Vec<&Read> = engine.reads.iter().collect();
    reads.sort_unstable();
    for read in reads {
        let state = engine.state_by_id(engine.graph.get(read.node).state);
        let (in_health, after_failure) = (state.is_healthy(), failed.contains(&read.node));
        if !in_health && !after_failure {
            continue;
        }
        let answer = found.entry((read.span, read.reading)).or_insert_with(|| StatusRead {
            command: read.command,
            span: read.span,
            reading: read.reading,
            zero: false,
            nonzero: false,
            in_health: false,
            after_failure: false,
            of_pipeline: false,
            setter: setters.get(&read.command).copied(),
        });
        let of_pipe = read.reading == Reading::PipeStatus && !state.pipe.is_empty();
        let statuses = if of_pipe { &state.pipe[..] } else { std::slice::from_ref(&state.status) };
        answer.zero |= statuses.iter().all(|status| status.may_be_zero());
        answer.nonzero |= statuses.iter().any(|status| status.may_be_nonzero());
        answer.in_health |= in_health;
        answer.after_failure |= after_failure;
        answer.of_pipeline |= state.pipe.len() > 1;
    }
    found.into_values().collect()
}

fn reachable(graph: &Graph, starts: Vec<NodeId>) -> FxHashSet<NodeId> {
    let mut seen: FxHashSet<NodeId> = starts.iter().copied().collect();
    let mut open = starts;
    while let Some(node) = open.pop() {
        open.extend(graph.edges(node).map(|(_, edge)| edge.to).filter(|to| seen.insert(*to)));
    }
    seen
}

/// For each command the pipeline that has set `$?` when it starts, as the text has it: the one before it in its list, the
/// condition that led to it. None where a loop or a call leads there.
pub(super) fn setters(units: &Units) -> FxHashMap<CommandId, Setter> {
    let mut setters = Setters { by_command: FxHashMap::default() };
    for script in &units.scripts {
        setters.list(&script.body, None);
        script.each_command(&mut |command| {
            if let CommandKind::Function(function) = &command.kind {
                setters.command(&function.body, None);
            }
        });
    }
    setters.by_command
}

struct Setters {
    by_command: FxHashMap<CommandId, Setter>,
}

impl Setters {
    fn list(&mut self, list: &List, entry: Option<Setter>) {
        let mut before = entry;
        for statement in &list.statements {
            before = self.statement(statement, before);
        }
    }

    fn statement(&mut self, statement: &Statement, entry: Option<Setter>) -> Option<Setter> {
        self.pipeline(&statement.first, entry);
        let mut last = &statement.first;
        for (_, pipeline) in &statement.rest {
            self.pipeline(pipeline, set_by(last, true));
            last = pipeline;
        }
        set_by(last, false)
    }

    fn pipeline(&mut self, pipeline: &Pipeline, entry: Option<Setter>) {
        for command in &pipeline.commands {
            self.command(command, entry);
        }
    }

    fn command(&mut self, command: &Command, entry: Option<Setter>) {
        self.by_command.extend(entry.map(|setter| (command.id, setter)));
        match &command.kind {
            CommandKind::Group(list) | CommandKind::Subshell(list) => self.list(list, entry),
            CommandKind::If(chain) => {
                let mut before = entry;
                for (condition, body) in &chain.arms {
                    self.list(condition, before);
                    before = tested(condition);
                    self.list(body, before);
                }
                chain.otherwise.iter().for_each(|body| self.list(body, before));
            }
            CommandKind::Loop(each) => {
                self.list(&each.condition, None);
                self.list(&each.body, tested(&each.condition));
            }
            CommandKind::For(each) | CommandKind::Select(each) => self.list(&each.body, None),
            CommandKind::ForArithmetic(each) => self.list(&each.body, None),
            // What stands before a `case` is seldom what its arms mean.
            CommandKind::Case(case) => case.items.iter().for_each(|item| self.list(&item.body, None)),
            _ => {}
        }
    }
}

fn set_by(pipeline: &Pipeline, tested: bool) -> Option<Setter> {
    let last = pipeline.commands.last()?;
    Some(Setter { span: pipeline.span, command: last.id, negated: pipeline.negated, tested })
}

fn tested(condition: &List) -> Option<Setter> {
    set_by(condition.statements.last()?.pipelines().last()?, true)
}
