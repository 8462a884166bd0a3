//! Compound commands (POSIX 2.9.4): what they run, and the status that they end with.

use rustc_hash::FxHashSet;

use super::answer::By;
use super::engine::{Body, Engine, How, Outcome, Outcomes, going_on, push_new, split};
use super::expand::has_substitutions;
use super::graph::{Event, NodeId, Phase};
use super::program::Repeats;
use super::state::{State, Status, Taint, Value};
use super::test::Truth;
use crate::shell::{Dialect, Opt, Setting};
use crate::syntax::{Case, CaseEnd, Command, For, If, List, Loop, Part, Pipeline, Statement, Word};

/// Where the head of a loop leads: into the body, out of the loop, or to the head of the next round.
#[derive(Default)]
pub(super) struct Rounds {
    pub(super) again: Vec<NodeId>,
    pub(super) left: Vec<NodeId>,
    pub(super) next: Vec<NodeId>,
}

/// The values that a loop goes through.
struct Listed {
    values: Vec<Value>,
    /// Each stands for one or several that are alike.
    repeat: bool,
}

/// Loops over so many words as they stand there are followed round by round, where the word matters.
const MAX_COUNTED: usize = 8;

impl<'a> Engine<'a> {
    pub(super) fn if_chain(&mut self, command: &'a Command, chain: &'a If, from: NodeId) -> Outcomes {
        let ignored = self.state(from).ignored;
        let mut out = Outcomes::new();
        let mut open = vec![from];
        for (index, (condition, body)) in chain.arms.iter().enumerate() {
            let mut no = Vec::new();
            for node in open {
                let outcomes = self.condition(condition, node, command.id);
                for node in split(&outcomes, &mut out) {
                    let (zero, nonzero) = self.branch_on(node, command.id, index as u32 * 2, command.span);
                    no.extend(nonzero);
                    if let Some(node) = zero {
                        let node = self.set_ignored(command, node, ignored);
                        out.extend(self.list(body, vec![node]));
                    }
                }
            }
            open = no;
        }
        for node in open {
            let node = self.set_ignored(command, node, ignored);
            out.extend(match &chain.otherwise {
                Some(list) => self.list(list, vec![node]),
                // The condition's status is gone (`comp.if.false`).
                None => self.quiet_status(command, node, Status::ZERO),
            });
        }
        out
    }

    fn set_ignored(&mut self, command: &Command, node: NodeId, ignored: bool) -> NodeId {
        self.change(node, command.id, Phase::Body, |state| state.ignored = ignored)
    }

    fn quiet_status(&mut self, command: &Command, node: NodeId, status: Status) -> Outcomes {
        let state = self.state(node).after(status);
        going_on([self.step(node, command.id, Phase::After, state, Event::quiet())])
    }

    /// A loop's status is that of its last body, or 0 (`comp.while.body.status comp.while.false`); at its head, `$?`
    /// stands for it.
    pub(super) fn while_loop(&mut self, command: &'a Command, each: &'a Loop, from: NodeId) -> Outcomes {
        let entered = self.loop_entry(command, from);
        self.rounds(command, &each.body, entered, |engine, head, out| {
            let mut before = (*engine.state(head)).clone();
            if head == entered {
                (before.status, before.exempt) = (Status::ZERO, false);
            }
            let decided = if before.status == Status::ZERO {
                engine.decide_round(command, each, head, &before)
            } else {
                let entry = (*engine.state(head)).clone();
                engine.apart(Body::Condition(command.id), command.id, entry, head, |engine, head| {
                    engine.decide_round(command, each, head, &before)
                })
            };
            let mut ways = Rounds::default();
            for outcome in decided {
                match outcome.how {
                    How::Next => ways.again.push(outcome.node),
                    _ => ways.next.extend(engine.after_body(command, outcome, &mut ways.left, out)),
                }
            }
            ways
        })
    }

    /// Runs a loop's condition: the body is next, or the loop is left.
    fn decide_round(
        &mut self,
        command: &'a Command,
        each: &'a Loop,
        head: NodeId,
        before: &State,
    ) -> Outcomes {
        let mut out = Outcomes::new();
        let outcomes = self.condition(&each.condition, head, command.id);
        for node in split(&outcomes, &mut out) {
            let (zero, nonzero) = self.branch_on(node, command.id, 0, command.span);
            let (on, off) = if each.until { (nonzero, zero) } else { (zero, nonzero) };
            out.extend(going_on(on.map(|node| self.set_ignored(command, node, before.ignored))));
            let left = off.map(|node| self.loop_status(command, node, before));
            out.extend(left.map(|node| Outcome { how: How::Break(1), node }));
        }
        out
    }

    /// The head keeps the status of the body before; the first time there is none.
    pub(super) fn loop_entry(&mut self, command: &Command, from: NodeId) -> NodeId {
        self.pass(from, command.id, Phase::LoopEntered, Event::quiet())
    }

    fn loop_status(&mut self, command: &Command, node: NodeId, head: &State) -> NodeId {
        let state = self.state(node);
        let left =
            State { status: head.status, exempt: head.exempt, ignored: head.ignored, ..(*state).clone() };
        self.step(node, command.id, Phase::LoopEnded, left, Event::quiet())
    }

    pub(super) fn for_loop(&mut self, command: &'a Command, each: &'a For, from: NodeId) -> Outcomes {
        let words: Vec<&'a Word> = each.words.iter().flatten().collect();
        let fixed = each.words.is_some() && words.iter().all(|word| self.is_one_field(word));
        let name = self.program.text(each.name);
        let mut out = Outcomes::new();
        let first = each.body.statements.first().into_iter();
        for node in self.expand_before(command, first, &words, from) {
            if let Some(listed) = self.listed(&words, name, node) {
                out.extend(self.over_listed(command, each, &listed, node));
                continue;
            }
            let node = self.assign_named(command, node, name, Value::Unknown);
            let words_failed = self.keeps_status_of_words(&words, from, node);
            let entered = self.loop_entry(command, node);
            let never = words.is_empty() && each.words.is_some();
            let outcomes = self.rounds(command, &each.body, entered, |engine, head, _| {
                let first = head == entered;
                let again = !(never || fixed && words.len() == 1 && !first);
                Rounds {
                    again: if again { vec![head] } else { Vec::new() },
                    left: if first && fixed && !never {
                        Vec::new()
                    } else {
                        let head = engine.end_of_rounds(command, head, first);
                        let failed = first && words_failed;
                        vec![if failed { engine.status_of_words(command, head) } else { head }]
                    },
                    ..Rounds::default()
                }
            });
            out.extend(outcomes);
        }
        out
    }

    /// Whether a substitution in a compound command's words has failed, whose status may become its own.
    fn keeps_status_of_words(&self, words: &[&'a Word], before: NodeId, expanded: NodeId) -> bool {
        let (before, expanded) = (self.state(before), self.state(expanded));
        let may_fail_again = || matches!(expanded.taint, Taint::Always(_)) && has_substitutions(words);
        self.shells(&before).empty_compound_keeps_status_of_words() == Setting::On
            && (before.taint != expanded.taint || may_fail_again())
    }

    /// The status of a compound command of which nothing was run, and on which errexit does not act
    /// (`comp.for.word.fails.e comp.case.word.nomatch.e`).
    fn status_of_words(&mut self, command: &Command, node: NodeId) -> NodeId {
        let state = State { exempt: true, ..self.state(node).after(Status::Any) };
        self.step(node, command.id, Phase::LoopEnded, state, Event::quiet())
    }

    /// `select` asks until it is left, or until its input ends: then its status is 1, on which errexit acts in mksh alone
    /// (`comp.select.eof comp.select.eof.n`).
    pub(super) fn select_loop(&mut self, command: &'a Command, each: &'a For, from: NodeId) -> Outcomes {
        let words: Vec<&'a Word> = each.words.iter().flatten().collect();
        let name = self.program.text(each.name);
        let mut out = Outcomes::new();
        for node in self.expand(command, &words, from, By::Substitution) {
            let node = self.assign_named(command, node, name, Value::Unknown);
            let entered = self.loop_entry(command, node);
            out.extend(self.rounds(command, &each.body, entered, |engine, head, _| {
                let exempt = engine.dialect != Dialect::Mksh;
                let ended = State { exempt, ..engine.state(head).after(Status::Known(1)) };
                let event = engine.loss(command, head);
                let left = engine.step(head, command.id, Phase::LoopEnded, ended, event);
                Rounds { again: vec![head], left: vec![left], ..Rounds::default() }
            }));
        }
        out
    }

    /// The values that a loop goes through one by one, where they are known: `for status in "${PIPESTATUS[@]}"`,
    /// `for pid in $pids`, `for attempt in 1 2 3`.
    fn listed(&self, words: &[&'a Word], name: &[u8], node: NodeId) -> Option<Listed> {
        let state = self.state(node);
        if let [word] = words {
            match self.value(word, &state) {
                Value::Statuses(statuses) => {
                    let values = statuses.iter().map(|status| Value::of_status(*status)).collect();
                    return Some(Listed { values, repeat: false });
                }
                Value::Jobs(statuses) => {
                    let job = |status: &Status| Value::Jobs(smallvec::smallvec![*status]);
                    return Some(Listed { values: statuses.iter().map(job).collect(), repeat: true });
                }
                _ => {}
            }
        }
        let fixed = !words.is_empty() && words.iter().all(|word| self.is_one_field(word));
        let counts = fixed && words.len() <= MAX_COUNTED && self.program.variables.contains_key(name);
        let known = |word: &&'a Word| self.value(word, &state);
        counts.then(|| Listed { values: words.iter().map(known).collect(), repeat: false })
    }

    /// One round for each value, one after the other.
    fn over_listed(
        &mut self,
        command: &'a Command,
        each: &'a For,
        listed: &Listed,
        from: NodeId,
    ) -> Outcomes {
        let name = self.program.text(each.name);
        let mut out = Outcomes::new();
        let mut left = Vec::new();
        let mut open = vec![self.loop_entry(command, from)];
        self.inside.loops += 1;
        for value in &listed.values {
            let mut ended = Vec::new();
            let mut seen: Vec<NodeId> = Vec::new();
            while !open.is_empty() && !self.exhausted {
                let rounds: Vec<NodeId> = open.drain(..).filter(|node| !seen.contains(node)).collect();
                seen.extend(&rounds);
                let heads: Vec<NodeId> = rounds
                    .into_iter()
                    .map(|node| self.assign_named(command, node, name, value.clone()))
                    .collect();
                for outcome in self.list(&each.body, heads) {
                    let Some(node) = self.after_body(command, outcome, &mut left, &mut out) else { continue };
                    push_new(&mut ended, node);
                    if listed.repeat {
                        push_new(&mut open, node);
                    }
                }
            }
            open = ended;
        }
        self.inside.loops -= 1;
        left.extend(open);
        let ended: Vec<NodeId> = left.into_iter().map(|node| self.leave_loop(command, node, from)).collect();
        out.extend(going_on(ended));
        out
    }

    pub(super) fn end_of_rounds(&mut self, command: &Command, head: NodeId, first: bool) -> NodeId {
        if !first {
            return head;
        }
        let event = self.loss(command, head);
        let state = self.state(head).after(Status::ZERO);
        self.step(head, command.id, Phase::LoopEnded, state, event)
    }

    fn is_one_field(&self, word: &Word) -> bool {
        self.program
            .literal(word)
            .is_some_and(|text| !text.is_empty() && !text.contains(['*', '?', '[', '{']))
    }

    /// Runs a body until nothing new comes to the loop's head.
    pub(super) fn rounds(
        &mut self,
        command: &'a Command,
        body: &'a List,
        entered: NodeId,
        mut decide: impl FnMut(&mut Self, NodeId, &mut Outcomes) -> Rounds,
    ) -> Outcomes {
        let mut out = Outcomes::new();
        let mut left = Vec::new();
        let mut seen: FxHashSet<NodeId> = [entered].into_iter().collect();
        let mut open = vec![entered];
        self.inside.loops += 1;
        // All that have come to the head go through the body together: they soon are few states.
        while !open.is_empty() {
            let (mut again, mut next) = (Vec::new(), Vec::new());
            for head in std::mem::take(&mut open) {
                let ways = decide(self, head, &mut out);
                left.extend(ways.left);
                again.extend(ways.again);
                next.extend(ways.next);
                if self.exhausted {
                    left.push(head);
                }
            }
            if self.exhausted {
                break;
            }
            let mut heads = next;
            for outcome in self.list(body, again) {
                heads.extend(self.after_body(command, outcome, &mut left, &mut out));
            }
            open.extend(heads.into_iter().filter(|head| seen.insert(*head)));
        }
        self.inside.loops -= 1;
        left.sort_unstable();
        left.dedup();
        let left = left.into_iter().map(|node| self.leave_loop(command, node, entered));
        out.extend(going_on(left));
        out
    }

    /// Where the end of a body leads: to the head again, or out of the loop.
    fn after_body(
        &mut self,
        command: &Command,
        outcome: Outcome,
        left: &mut Vec<NodeId>,
        out: &mut Outcomes,
    ) -> Option<NodeId> {
        match outcome.how {
            How::Next | How::Continue(1) => Some(self.next_round(command, outcome.node)),
            How::Break(1) => {
                left.push(outcome.node);
                None
            }
            how => {
                let how = match how {
                    How::Continue(levels) => How::Continue(levels - 1),
                    How::Break(levels) => How::Break(levels - 1),
                    other => other,
                };
                out.push(Outcome { how, node: outcome.node });
                None
            }
        }
    }

    fn next_round(&mut self, command: &Command, node: NodeId) -> NodeId {
        let state = self.exempting_later(node);
        self.step(node, command.id, Phase::NextRound, state, Event::quiet())
    }

    /// The state behind a round or an arm with which others follow: what it has exempted may go for them, too.
    fn exempting_later(&self, node: NodeId) -> State {
        let mut state = (*self.state(node)).clone();
        if state.exempt && self.shells(&state).round_exempts_later_ones() == Setting::On {
            state.options = state.options.with(Opt::LastExempt, Setting::On);
        }
        state
    }

    fn leave_loop(&mut self, command: &Command, node: NodeId, entered: NodeId) -> NodeId {
        let node = self.leave_rounds_behind(command, node, entered);
        self.forget_repeats_of_loop(command, node)
    }

    /// What one of the rounds, or arms, has exempted goes for the whole command, and through it for the loop around it.
    fn leave_rounds_behind(&mut self, command: &Command, node: NodeId, entered: NodeId) -> NodeId {
        let outside = self.state(entered).options.get(Opt::LastExempt);
        self.change(node, command.id, Phase::Round, |state| {
            state.exempt |= state.options.is_on(Opt::LastExempt);
            state.options = state.options.with(Opt::LastExempt, outside);
        })
    }

    /// A command of a loop that has been left will not run again, unless its function is called again.
    fn forget_repeats_of_loop(&mut self, command: &Command, node: NodeId) -> NodeId {
        let Taint::Always(site) = self.state(node).taint else { return node };
        if self.program.site(site).repeats != Repeats::InLoop(command.id) {
            return node;
        }
        self.change(node, command.id, Phase::LoopLeft, |state| state.taint = Taint::Once)
    }

    pub(super) fn case(&mut self, command: &'a Command, case: &'a Case, from: NodeId) -> Outcomes {
        let mut out = Outcomes::new();
        // Patterns are expanded in turn until one matches; they all are here, for they seldom run anything.
        let words: Vec<&'a Word> =
            std::iter::once(&case.word).chain(case.items.iter().flat_map(|item| &item.patterns)).collect();
        let firsts = case.items.iter().filter_map(|item| item.body.statements.first());
        for node in self.expand_before(command, firsts, &words, from) {
            let failed = self.keeps_status_of_words(&words, from, node);
            let unmatched = if failed { Status::Any } else { Status::ZERO };
            let outcomes = self.case_arms(command, case, node, unmatched);
            for ended in split(&outcomes, &mut out) {
                let node = self.leave_rounds_behind(command, ended, node);
                out.push(Outcome { how: How::Next, node });
            }
        }
        out
    }

    /// The status of the words' last substitution is what `$?` is in an arm, or a round, in some shells, and what it was before
    /// in others (`case.word.status.* for.word.status.*`). Where none of the `firsts` asks, the statements that may come next,
    /// that it is lost in the substitution is all there is to say.
    fn expand_before(
        &mut self,
        command: &'a Command,
        firsts: impl Iterator<Item = &'a Statement>,
        words: &[&'a Word],
        from: NodeId,
    ) -> Vec<NodeId> {
        let before = self.state(from);
        let sees = self.shells(&before).status_of_words_is_seen_within();
        if !has_substitutions(words) || sees == Setting::Off {
            return self.expand(command, words, from, By::Substitution);
        }
        if !self.ask_for_status(firsts) {
            let nodes = self.expand(command, words, from, By::Substitution);
            return nodes.into_iter().map(|node| self.lose_status(command, node)).collect();
        }
        let mut nodes = self.expand_keeping_status(command, words, from);
        if sees == Setting::Unknown || has_defaults(words) {
            for node in &mut nodes {
                if self.state(*node).status != before.status {
                    *node = self.change(*node, command.id, Phase::Run, |state| state.status = Status::Any);
                }
            }
        }
        nodes
    }

    fn lose_status(&mut self, command: &Command, node: NodeId) -> NodeId {
        let state = self.state(node);
        if state.status == Status::ZERO {
            return node;
        }
        let event = self.loss(command, node);
        self.step(node, command.id, Phase::Run, state.after(Status::ZERO), event)
    }

    /// Whether one of the statements looks at `$?`, be it in a function that it calls.
    fn ask_for_status(&mut self, mut statements: impl Iterator<Item = &'a Statement>) -> bool {
        statements.any(|first| {
            let only = first.only_pipeline().and_then(Pipeline::only_command).and_then(Command::as_simple);
            let is_bare = only.is_some_and(|simple| {
                matches!(simple.words.as_slice(), [word] if matches!(self.program.text(word.span), b"exit" | b"return"))
            });
            is_bare || self.may_say(first.span, &[b"$?", b"${?"])
        })
    }

    /// `unmatched` is the status when no pattern matches.
    fn case_arms(
        &mut self,
        command: &'a Command,
        case: &'a Case,
        node: NodeId,
        unmatched: Status,
    ) -> Outcomes {
        let state = self.state(node);
        let value = self.value(&case.word, &state);
        let event = if value.carries_fault() {
            Event { by: Some(By::Status), at: case.word.span }
        } else {
            Event::quiet()
        };
        let idle = if event.by.is_some() { event } else { self.loss(command, node) };
        let mut out = Outcomes::new();
        let mut none_matches = true;
        let mut fallen = Vec::new();
        // After `;;&` the patterns below are tried too.
        let mut going_on_testing = Vec::new();
        for (index, item) in case.items.iter().enumerate() {
            let matches = self.matches(&value, &item.patterns);
            let truth = if none_matches { matches } else { Truth::False };
            let mut entries = std::mem::take(&mut fallen);
            if matches != Truth::False {
                entries.extend(&going_on_testing);
            }
            if matches == Truth::True {
                going_on_testing.clear();
            }
            if truth != Truth::False {
                // That of an arm in which nothing stands is that of no arm (`comp.case.empty.arm`).
                let (inside, event) = if item.body.statements.is_empty() {
                    (without_arm(&state, unmatched), idle)
                } else {
                    ((*state).clone(), event)
                };
                entries.push(self.step(node, command.id, Phase::Arm(index as u32), inside, event));
            }
            none_matches &= truth != Truth::True;
            let outcomes = self.list(&item.body, entries);
            let later = match item.end {
                CaseEnd::FallThrough => &mut fallen,
                CaseEnd::GoOn => &mut going_on_testing,
                CaseEnd::Break => {
                    out.extend(outcomes);
                    continue;
                }
            };
            for ended in split(&outcomes, &mut out) {
                let state = self.exempting_later(ended);
                later.push(self.step(ended, command.id, Phase::NextArm, state, Event::quiet()));
            }
        }
        out.extend(going_on(fallen.into_iter().chain(going_on_testing)));
        if none_matches {
            let state = without_arm(&state, unmatched);
            out.extend(going_on([self.step(node, command.id, Phase::After, state, idle)]));
        }
        out
    }

    fn matches(&self, value: &Value, patterns: &[Word]) -> Truth {
        patterns.iter().fold(Truth::False, |so_far, pattern| so_far.or(self.matches_one(value, pattern)))
    }

    fn matches_one(&self, value: &Value, pattern: &Word) -> Truth {
        let Some(pattern) = self.program.literal(pattern) else { return Truth::Either };
        if pattern == "*" {
            return Truth::True;
        }
        super::test::matches(value, &pattern)
    }
}

/// Behind a `case` of which nothing was run.
fn without_arm(state: &State, status: Status) -> State {
    State { exempt: status == Status::Any, ..state.after(status) }
}

/// Whether `${v:-$(cmd)}` stands there, which may not run what is in it (`case.word.status.unused`).
fn has_defaults(words: &[&Word]) -> bool {
    let is_substitution = |part: &Part| matches!(part, Part::Substitution(_));
    let is_default = |part: &Part| matches!(part, Part::Parameter(_)) && part.any(is_substitution);
    words.iter().flat_map(|word| &word.parts).any(|part| part.any(is_default))
}
