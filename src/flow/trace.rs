//! From the graph to the answers: for each site what becomes of its failure.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::answer::{
    By, Effect, Effects, Entry, EntryKind, Errexit, Exit, Fate, OnFailure, Purpose, Trace, Untraced,
};
use super::describe::{describe, spoken};
use super::engine::Engine;
use super::graph::{EffectKind, Node, NodeId};
use super::program::{Program, SiteId};
use super::summary::{Facts, Summary, bit};
use super::units::Units;
use crate::diagnostic::Label;
use crate::shell::knowledge::Passes;
use crate::shell::{Opt, Setting};
use crate::syntax::{Command, CommandId, Redirect, RedirectOperator, Word};
use crate::text::Span;

/// How many steps of a failure's way are told.
const MAX_STEPS: usize = 24;

/// Reasons by the fate that they bring, in the order in which fates are named: the first that fits.
const REASONS: [(Fate, &[By]); 6] = [
    (Fate::Aborts, &[By::Errexit, By::ErrTrap, By::Shell]),
    (Fate::Handled, &[By::Status, By::Test, By::Unread]),
    (Fate::Swallowed, &[By::Swallow, By::ExitTrap]),
    (
        Fate::Masked,
        &[
            By::Pipeline,
            By::Declaration,
            By::Substitution,
            By::ProcessSubstitution,
            By::Background,
            By::Condition,
            By::Wrapper,
        ],
    ),
    (Fate::BecomesStatus, &[By::End]),
    (Fate::Ignored, &[By::NextCommand]),
];

/// What happens when each command of a program fails.
pub fn trace(units: &Units) -> Trace {
    let program = Program::new(units);
    let mut engine = Engine::new(&program);
    engine.run();
    let summary = Summary::of(&engine.graph, &engine);
    let reached = engine.graph.nodes.iter().filter_map(|node| node.runs).collect();
    let nodes = engine.graph.nodes.iter().enumerate().map(|(index, node)| (NodeId(index as u32), node.runs));
    let in_health = in_health(&engine);
    let ends_zero = nodes.filter(|(id, _)| summary.exits(*id).0).filter_map(|(_, runs)| runs).collect();
    let answers = Answers {
        engine: &engine,
        program: &program,
        summary: &summary,
        reached,
        in_health,
        ends_zero,
        effects: RefCell::default(),
    };
    let mut starts: FxHashMap<SiteId, Vec<NodeId>> = FxHashMap::default();
    for fault in &engine.faults {
        starts.entry(fault.site).or_default().push(fault.start);
    }
    let entry = |index: usize| {
        let site = SiteId(index as u32);
        answers.entry(site, starts.get(&site).map(Vec::as_slice).unwrap_or_default())
    };
    let mut hazards = super::hazards::tell(&engine.hazards, units);
    if engine.nounset_seen {
        hazards.extend(super::nounset::unset_reads(units));
    }
    let entries: Vec<Entry> = (0..program.sites.len()).map(entry).collect();
    let works = |site: SiteId| {
        let entry = &entries[site.0 as usize];
        entry.works() && !entry.is_function
    };
    let setters = super::reads::setters(units);
    Trace {
        status_reads: super::reads::status_reads(&engine, &setters, &works),
        setters,
        aborting_answers: sorted(engine.aborting_answers.iter().copied()),
        untraced: sorted(engine.untraced.iter().map(|(trap, function)| Untraced {
            trap: units.span(*trap),
            function: program.function(*function).definition.body.span,
        })),
        entries,
        healthy_exit: healthy_exit(&engine),
        hazards,
        errexit_seen: engine.errexit_seen,
        errexit_on: engine.errexit_on,
        standing: super::standing::standing(units),
        too_intricate: engine.exhausted,
        variables: sorted(program.variables.keys().map(|name| name.to_vec())),
    }
}

fn healthy_nodes<'e>(engine: &'e Engine<'_>) -> impl Iterator<Item = &'e Node> {
    engine.graph.nodes.iter().filter(|node| engine.state_by_id(node.state).is_healthy())
}

fn in_health(engine: &Engine<'_>) -> FxHashSet<SiteId> {
    healthy_nodes(engine).filter_map(|node| node.runs).collect()
}

fn healthy_exit(engine: &Engine<'_>) -> Option<Exit> {
    let ends = healthy_nodes(engine).filter_map(|node| node.end);
    let (zero, nonzero) = ends.reduce(|(zero, nonzero), end| (zero | end.0, nonzero | end.1))?;
    Some(match (zero, nonzero) {
        (true, false) => Exit::Zero,
        (false, true) => Exit::Nonzero,
        _ => Exit::Either,
    })
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items
}

struct Answers<'e, 'a> {
    engine: &'e Engine<'a>,
    program: &'e Program<'a>,
    summary: &'e Summary,
    /// Sites that run in some run, be it only after a failure.
    reached: FxHashSet<SiteId>,
    /// Sites that run in some run in which nothing fails.
    in_health: FxHashSet<SiteId>,
    /// Sites from which the script can end with 0.
    ends_zero: FxHashSet<SiteId>,
    /// What has been told of claims and destroys, since many failures reach the same.
    effects: RefCell<FxHashMap<(SiteId, bool), Arc<Effect>>>,
}

impl Answers<'_, '_> {
    fn entry(&self, id: SiteId, starts: &[NodeId]) -> Entry {
        crate::guard::still_wanted();
        let site = self.program.site(id);
        let words: Vec<&Word> = self
            .program
            .command(site.command)
            .filter(|_| site.kind == EntryKind::Command)
            .and_then(|command| command.as_simple())
            .map(|simple| simple.words.iter().collect())
            .unwrap_or_default();
        let purpose = match site.kind {
            EntryKind::Redirection if site.harmless => Purpose::Steers,
            EntryKind::Redirection => Purpose::Works,
            EntryKind::Command => match self.purpose(site.command, &words) {
                Purpose::Prints if self.writes_a_file(site.command) => Purpose::Works,
                purpose => purpose,
            },
        };
        Entry {
            id: site.command,
            kind: site.kind,
            span: site.span,
            name: site.name.clone(),
            purpose,
            is_function: site.kind == EntryKind::Command
                && self.program.is_function_name(site.name.as_bytes()),
            is_handed_on: self.is_handed_on(site.command),
            in_health: self.in_health.contains(&id),
            may_end_zero: self.ends_zero.contains(&id),
            is_reached: !starts.is_empty() || self.reached.contains(&id),
            on_failure: self.on_failure(id, starts),
        }
    }

    fn purpose(&self, command: CommandId, words: &[&Word]) -> Purpose {
        match &self.engine.plans[command.0 as usize] {
            Some(plan) => plan.description.purpose(),
            None => describe(words, self.program.units).purpose(),
        }
    }

    /// `echo x > file`: what it prints is kept.
    fn writes_a_file(&self, command: CommandId) -> bool {
        use RedirectOperator::{Append, AppendBoth, Clobber, Write, WriteBoth};
        let writes = |redirect: &Redirect| {
            matches!(redirect.operator, Write | WriteBoth | Append | AppendBoth | Clobber)
                && !self.program.text(redirect.target.span).starts_with(b"/dev/")
        };
        self.program.command(command).is_some_and(|command| command.redirects.iter().any(writes))
    }

    fn is_handed_on(&self, command: CommandId) -> bool {
        let unit = self.program.units.inner(self.program.units.unit_of(command));
        unit.is_words && unit.passes != Passes::No
    }

    /// The worst of what can happen: zero before either before non-zero, then the fate that comes later in the list.
    fn on_failure(&self, site: SiteId, starts: &[NodeId]) -> Option<OnFailure> {
        let exit = starts.iter().map(|start| self.exit(*start)).reduce(worst_exit)?;
        let shown = starts
            .iter()
            .copied()
            .min_by_key(|start| (self.exit(*start), std::cmp::Reverse(self.fate(*start).0)))?;
        let (fate, by) = self.fate(shown);
        let mut claims = Vec::new();
        let mut destroys = Vec::new();
        for (effect, kind) in starts.iter().flat_map(|start| self.summary.effects(*start)) {
            match kind {
                EffectKind::Claim => claims.push(effect),
                EffectKind::Destroy => destroys.push(effect),
            }
        }
        Some(OnFailure {
            fate,
            by,
            at: by.and_then(|by| self.place_of(shown, by)),
            forced: self.place_of(shown, By::ExitTrap),
            errexit: self.errexit_at(shown),
            exit: if self.engine.exhausted || self.engine.vague.contains(&site) {
                Exit::Either
            } else {
                exit
            },
            goes_on_at: self.goes_on_at(shown, site),
            claims: self.shown(claims, true),
            destroys: self.shown(destroys, false),
            steps: self.steps(shown, site, exit),
        })
    }

    fn exit(&self, start: NodeId) -> Exit {
        match self.summary.exits(start) {
            (true, false) => Exit::Zero,
            (false, true) => Exit::Nonzero,
            _ => Exit::Either,
        }
    }

    fn fate(&self, start: NodeId) -> (Fate, Option<By>) {
        let reasons = self.summary.by(start);
        let found = REASONS.iter().find_map(|(fate, all)| {
            all.iter().find(|by| reasons & bit(**by) != 0).map(|by| (*fate, Some(*by)))
        });
        found.unwrap_or((Fate::Ignored, None))
    }

    fn errexit_at(&self, start: NodeId) -> Errexit {
        let state = self.engine.state_by_id(self.engine.graph.get(start).state);
        match state.options.errexit() {
            Setting::On if state.ignored => Errexit::Ignored,
            Setting::On => Errexit::Live,
            Setting::Off if state.options.is_on(Opt::ErrexitCut) => Errexit::OffInSubstitution,
            Setting::Off => Errexit::Off,
            Setting::Unknown => Errexit::Unknown,
        }
    }

    /// The nearest place at which this is done to the status.
    fn place_of(&self, start: NodeId, by: By) -> Option<Span> {
        let edge = self.summary.place(start, by)?;
        Some(self.engine.graph.edge_by_id(edge).event.at)
    }

    fn shown(&self, mut sites: Vec<SiteId>, claims: bool) -> Effects {
        sites.sort_unstable();
        sites.dedup();
        Effects(sites.into_iter().map(|site| self.effect(site, claims)).collect())
    }

    fn effect(&self, id: SiteId, claim: bool) -> Arc<Effect> {
        let mut effects = self.effects.borrow_mut();
        Arc::clone(effects.entry((id, claim)).or_insert_with(|| Arc::new(self.tell_effect(id, claim))))
    }

    fn tell_effect(&self, id: SiteId, claim: bool) -> Effect {
        let site = self.program.site(id);
        let units = self.program.units;
        let command = self.program.command(site.command).filter(|_| claim);
        let message = command.and_then(|command| message_of(&site.name, command, units));
        Effect { span: site.span, text: message.unwrap_or_else(|| own_text(site.span, units)) }
    }

    /// The first command that runs after the failing one, on the way that is shown.
    fn goes_on_at(&self, start: NodeId, site: SiteId) -> Option<Span> {
        let mut at = start;
        for _ in 0..MAX_STEPS * 8 {
            let edge = self.engine.graph.edge_by_id(self.summary.way(at)?);
            at = edge.to;
            if let Some(next) = self.engine.graph.get(at).runs.filter(|next| *next != site) {
                return Some(self.program.site(next).span);
            }
        }
        None
    }

    /// The way from the failure to the end, as far as the status is remembered.
    fn steps(&self, start: NodeId, site: SiteId, exit: Exit) -> Vec<Label> {
        let failing = self.program.site(site);
        let mut steps = vec![Label { span: failing.span, message: format!("`{}` fails", failing.name) }];
        let nonzero = exit == Exit::Nonzero;
        let told = |node| if nonzero { self.summary.told_to_end(node) } else { self.summary.told(node) };
        let mut next = told(start);
        while let Some(at) = next.filter(|_| steps.len() < MAX_STEPS) {
            let way = if nonzero { self.summary.way_to_end(at) } else { self.summary.way(at) };
            let Some(edge) = way.map(|edge| self.engine.graph.edge_by_id(edge)) else { break };
            if let Some(by) = edge.event.by {
                let span = if edge.event.at.is_empty() { failing.span } else { edge.event.at };
                steps.push(Label { span, message: self.words(by, span) });
            }
            next = told(edge.to).filter(|_| self.engine.carries(edge.to));
        }
        let end = match exit {
            Exit::Zero => "the script exits 0",
            Exit::Nonzero => "the script exits non-zero",
            Exit::Either => "the script may exit 0",
        };
        let last = if nonzero { self.summary.last_to_end(start) } else { self.summary.last(start) };
        let span = self.program.site(last.unwrap_or(site)).span;
        steps.push(Label { span, message: end.to_owned() });
        steps
    }

    fn words(&self, by: By, span: Span) -> String {
        let text = self.program.text(span);
        let name = String::from_utf8_lossy(text.split(u8::is_ascii_whitespace).next().unwrap_or_default())
            .into_owned();
        match by {
            By::Errexit => "`set -e` ends the shell here".to_owned(),
            By::ErrTrap => "the ERR trap ends the shell".to_owned(),
            By::Shell => "an error of this builtin ends the shell".to_owned(),
            By::Pipeline => format!("the pipeline's status is that of `{name}`, which replaces it"),
            By::Declaration => format!("the status of `{name}` itself, 0, replaces it"),
            By::Substitution => format!("it is lost in a substitution: the status of `{name}` replaces it"),
            By::ProcessSubstitution => "nobody sees the status of a process substitution".to_owned(),
            By::Background => "a job in the background has status 0 at once".to_owned(),
            By::Condition => format!("only the last command of the condition decides: `{name}` replaces it"),
            By::Wrapper => format!("`{name}` drops the status of what it runs"),
            By::Test => "its status is tested here".to_owned(),
            By::Status => "its status is looked at here".to_owned(),
            By::Unread => "what comes here could not be read, and may look at its status".to_owned(),
            By::Swallow => "`|| true` throws the status away".to_owned(),
            By::NextCommand => format!("nobody looks at the status; `{name}` runs next"),
            By::End => "its status is the script's own".to_owned(),
            By::ExitTrap => "a trap ends the script with 0".to_owned(),
        }
    }
}

/// What a claim of a command with this name says, without the command that says it.
pub(super) fn message_of(name: &str, command: &Command, units: &Units) -> Option<String> {
    let words = &command.as_simple()?.words;
    let says = !matches!(name, "exit" | "touch" | "curl" | "wget");
    let operands: Vec<&Word> = words.iter().skip(1).collect();
    says.then(|| spoken(operands, units).trim().to_owned()).filter(|message| !message.is_empty())
}

/// What stands at a place.
pub(super) fn own_text(span: Span, units: &Units) -> String {
    String::from_utf8_lossy(units.text(span)).into_owned()
}

fn worst_exit(left: Exit, right: Exit) -> Exit {
    if left == right { left } else { Exit::Either }
}
