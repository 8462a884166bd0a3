//! What can still come from each node: how the script can end, what can be claimed and destroyed, what can become of a
//! failure's status. One pass backwards over the graph, whose loops are taken as one (Tarjan).

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::answer::By;
use super::graph::{EdgeId, EffectKind, Graph, NodeId};
use super::program::SiteId;

/// A set of [`By`].
pub(super) type ByBits = u32;

/// The bit of a reason.
pub(super) fn bit(by: By) -> ByBits {
    1 << by as u32
}

/// A list of effects in the order of the script that shares its tail with others. No two cells are the same, so that two
/// lists of the same effects are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Cell {
    effect: (SiteId, EffectKind),
    rest: List,
}

/// The first cell of a list; `None` for the empty list.
type List = Option<u32>;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Summary {
    cells: Vec<Cell>,
    cell_ids: FxHashMap<Cell, u32>,
    nodes: Vec<NodeSummary>,
    /// By reason, and by node: the nearest edge at which that is done to the failure's status.
    places: FxHashMap<By, Vec<Option<EdgeId>>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct NodeSummary {
    zero: bool,
    nonzero: bool,
    by: ByBits,
    effects: List,
    /// The way to an end with status 0, and to any end.
    towards_zero: Option<Way>,
    towards_end: Option<Way>,
}

/// A shortest way to an end.
#[derive(Clone, Copy, Debug)]
struct Way {
    /// Its next edge.
    edge: EdgeId,
    /// The command that runs last on it.
    last: Option<SiteId>,
    /// The first node on it at whose edge something is done to the failure's status, while something holds that.
    told: Option<NodeId>,
}

/// What the sum takes from the states of the nodes.
pub(super) trait Facts {
    /// Whether something at this node still holds the failure's status.
    fn carries(&self, node: NodeId) -> bool;

    /// Whether anything has failed before this node. Nobody asks for the effects of a run in which all is well.
    fn is_failed(&self, node: NodeId) -> bool;
}

impl Summary {
    /// Whether the script can end with 0 and with another status from here.
    pub(super) fn exits(&self, node: NodeId) -> (bool, bool) {
        let summary = &self.nodes[node.0 as usize];
        (summary.zero, summary.nonzero)
    }

    /// What can become of the failure's status from here, while something still holds it.
    pub(super) fn by(&self, node: NodeId) -> ByBits {
        self.nodes[node.0 as usize].by
    }

    /// The claims and destroys that can run after the failure, from here on, in the order of the script.
    pub(super) fn effects(&self, node: NodeId) -> impl Iterator<Item = (SiteId, EffectKind)> {
        let mut next = self.nodes[node.0 as usize].effects;
        std::iter::from_fn(move || {
            let cell = self.cells[next? as usize];
            next = cell.rest;
            Some(cell.effect)
        })
    }

    /// The next edge of a shortest way to the worst end: one with status 0, if there is one.
    pub(super) fn way(&self, node: NodeId) -> Option<EdgeId> {
        self.worst_way(node).map(|way| way.edge)
    }

    fn worst_way(&self, node: NodeId) -> Option<Way> {
        let summary = &self.nodes[node.0 as usize];
        summary.towards_zero.or(summary.towards_end)
    }

    /// The command that runs last on [`Self::way`].
    pub(super) fn last(&self, node: NodeId) -> Option<SiteId> {
        self.worst_way(node).and_then(|way| way.last)
    }

    /// The next edge of a shortest way to any end.
    pub(super) fn way_to_end(&self, node: NodeId) -> Option<EdgeId> {
        self.nodes[node.0 as usize].towards_end.map(|way| way.edge)
    }

    /// The command that runs last on [`Self::way_to_end`].
    pub(super) fn last_to_end(&self, node: NodeId) -> Option<SiteId> {
        self.nodes[node.0 as usize].towards_end.and_then(|way| way.last)
    }

    /// The first node on [`Self::way`] at whose edge something is done to the failure's status.
    pub(super) fn told(&self, node: NodeId) -> Option<NodeId> {
        self.worst_way(node).and_then(|way| way.told)
    }

    /// The same on [`Self::way_to_end`].
    pub(super) fn told_to_end(&self, node: NodeId) -> Option<NodeId> {
        self.nodes[node.0 as usize].towards_end.and_then(|way| way.told)
    }

    /// The nearest edge from here at which this is done to the failure's status.
    pub(super) fn place(&self, node: NodeId, by: By) -> Option<EdgeId> {
        self.places.get(&by)?[node.0 as usize]
    }

    /// Sums up a graph.
    pub(super) fn of(graph: &Graph, facts: &dyn Facts) -> Self {
        let mut summary = Self { nodes: vec![NodeSummary::default(); graph.nodes.len()], ..Self::default() };
        each_component(graph, &mut |component| {
            crate::guard::still_wanted();
            summary.add(graph, component, facts);
        });
        let before = Predecessors::of(graph);
        summary.find_ways(graph, &before, facts);
        summary.places = places(graph, &before, facts);
        summary
    }

    fn add(&mut self, graph: &Graph, component: &[NodeId], facts: &dyn Facts) {
        let mut joint = NodeSummary::default();
        for &id in component {
            if let Some((zero, nonzero)) = graph.get(id).end {
                joint.zero |= zero;
                joint.nonzero |= nonzero;
            }
            let (failed, carries) = (facts.is_failed(id), facts.carries(id));
            for (_, edge) in graph.edges(id) {
                let to = self.nodes[edge.to.0 as usize];
                joint.zero |= to.zero;
                joint.nonzero |= to.nonzero;
                if failed {
                    joint.effects = self.union(joint.effects, to.effects);
                }
                if carries {
                    joint.by |= edge.event.by.map_or(0, bit) | to.by;
                }
            }
        }
        for &id in component {
            let node = graph.get(id);
            if let (Some(kind), Some(site), true) = (node.effect, node.runs, facts.is_failed(id)) {
                let alone = self.cell(Cell { effect: (site, kind), rest: None });
                joint.effects = self.union(joint.effects, Some(alone));
            }
        }
        for &id in component {
            let by = if facts.carries(id) { joint.by } else { 0 };
            self.nodes[id.0 as usize] = NodeSummary { by, ..joint };
        }
    }

    fn cell(&mut self, cell: Cell) -> u32 {
        *self.cell_ids.entry(cell).or_insert_with(|| {
            self.cells.push(cell);
            self.cells.len() as u32 - 1
        })
    }

    /// Both lists in one. Ways that have parted mostly meet again, so the lists soon come to a tail that they share.
    fn union(&mut self, left: List, right: List) -> List {
        let mut heads = Vec::new();
        let (mut left, mut right) = (left, right);
        let mut tail = loop {
            match (left, right) {
                _ if left == right => break left,
                (None, rest) | (rest, None) => break rest,
                (Some(a), Some(b)) => {
                    let (cell_a, cell_b) = (self.cells[a as usize], self.cells[b as usize]);
                    heads.push(cell_a.effect.min(cell_b.effect));
                    if cell_a.effect <= cell_b.effect {
                        left = cell_a.rest;
                    }
                    if cell_b.effect <= cell_a.effect {
                        right = cell_b.rest;
                    }
                }
            }
        };
        for effect in heads.into_iter().rev() {
            tail = Some(self.cell(Cell { effect, rest: tail }));
        }
        tail
    }

    /// Breadth-first from the ends.
    fn find_ways(&mut self, graph: &Graph, before: &Predecessors, facts: &dyn Facts) {
        let ends = |wanted: fn((bool, bool)) -> bool| {
            graph.ids().filter(|id| graph.get(*id).end.is_some_and(wanted)).collect::<Vec<_>>()
        };
        let nodes = &mut self.nodes;
        let around = Around { graph, before, facts };
        around.ways(ends(|(zero, _)| zero), &mut |node, way| {
            nodes[node.0 as usize].towards_zero = Some(way);
        });
        around.ways(ends(|_| true), &mut |node, way| {
            nodes[node.0 as usize].towards_end = Some(way);
        });
    }
}

/// For each node those that lead to it, with the edges.
struct Predecessors {
    /// By node: where in `found` its own start; those of the last node end where `found` does.
    starts: Vec<u32>,
    found: Vec<(NodeId, EdgeId)>,
}

impl Predecessors {
    fn of(graph: &Graph) -> Self {
        let mut starts = vec![0_u32; graph.nodes.len() + 1];
        for (_, edge) in graph.ids().flat_map(|id| graph.edges(id)) {
            starts[edge.to.0 as usize] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut found = vec![(NodeId(0), EdgeId(0)); graph.edge_count()];
        // Backwards, so that each node's own come out in order.
        for from in graph.ids().rev() {
            let mut own: SmallVec<[(EdgeId, NodeId); 4]> =
                graph.edges(from).map(|(id, edge)| (id, edge.to)).collect();
            while let Some((id, to)) = own.pop() {
                let at = &mut starts[to.0 as usize];
                *at -= 1;
                found[*at as usize] = (from, id);
            }
        }
        Self { starts, found }
    }

    fn of_node(&self, node: NodeId) -> &[(NodeId, EdgeId)] {
        let node = node.0 as usize;
        &self.found[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

/// A graph in which ways are looked for from their ends.
struct Around<'g> {
    graph: &'g Graph,
    before: &'g Predecessors,
    facts: &'g dyn Facts,
}

impl Around<'_> {
    /// Calls `found` with each node that leads to one of the ends, and the way on which it does so soonest.
    fn ways(&self, ends: Vec<NodeId>, found: &mut dyn FnMut(NodeId, Way)) {
        let mut seen = vec![false; self.graph.nodes.len()];
        ends.iter().for_each(|node| seen[node.0 as usize] = true);
        let mut open: VecDeque<(NodeId, Option<SiteId>, Option<NodeId>)> =
            ends.into_iter().map(|node| (node, None, None)).collect();
        while let Some((node, last, told)) = open.pop_front() {
            let last = last.or(self.graph.get(node).runs);
            let told = told.filter(|_| self.facts.carries(node));
            for &(from, edge) in self.before.of_node(node) {
                if !std::mem::replace(&mut seen[from.0 as usize], true) {
                    let done = self.graph.edge_by_id(edge).event.by.is_some();
                    let told = if done { Some(from) } else { told };
                    found(from, Way { edge, last, told });
                    open.push_back((from, last, told));
                }
            }
        }
    }

    /// By node the nearest edge at which this is done to the status, if `sources` are the nodes that have such an edge.
    fn places(&self, by: By, sources: Vec<NodeId>) -> Vec<Option<EdgeId>> {
        let mut places = vec![None; self.graph.nodes.len()];
        let mut distances = vec![u32::MAX; self.graph.nodes.len()];
        for &node in &sources {
            let mut edges = self.graph.edges(node);
            places[node.0 as usize] = edges.find(|(_, edge)| edge.does(by)).map(|(id, _)| id);
            distances[node.0 as usize] = 0;
        }
        let mut open = VecDeque::from(sources);
        while let Some(node) = open.pop_front() {
            let distance = distances[node.0 as usize];
            for &(from, _) in self.before.of_node(node) {
                if distances[from.0 as usize] != u32::MAX || !self.facts.carries(from) {
                    continue;
                }
                let mut nexts = self.graph.edges(from).map(|(_, edge)| edge.to.0 as usize);
                let next = nexts.find(|next| distances[*next] == distance);
                distances[from.0 as usize] = distance + 1;
                places[from.0 as usize] = next.and_then(|next| places[next]);
                open.push_back(from);
            }
        }
        places
    }
}

fn places(graph: &Graph, before: &Predecessors, facts: &dyn Facts) -> FxHashMap<By, Vec<Option<EdgeId>>> {
    let mut sources: FxHashMap<By, Vec<NodeId>> = FxHashMap::default();
    for node in graph.ids() {
        for (_, edge) in graph.edges(node) {
            if let Some(by) = edge.event.by.filter(|by| edge.does(*by)) {
                let known = sources.entry(by).or_default();
                if known.last() != Some(&node) {
                    known.push(node);
                }
            }
        }
    }
    let around = Around { graph, before, facts };
    sources.into_iter().map(|(by, sources)| (by, around.places(by, sources))).collect()
}

/// Calls `visit` with the strongly connected components, each after all that it leads to (Tarjan 1972, with a stack of our
/// own: a script's length must not decide how deep we recurse).
fn each_component(graph: &Graph, visit: &mut dyn FnMut(&[NodeId])) {
    let count = graph.nodes.len();
    let mut walk =
        Walk { graph, index: vec![UNSEEN; count], low: vec![0; count], stack: Vec::new(), next: 0, visit };
    for root in graph.ids() {
        if walk.index[root.0 as usize] == UNSEEN {
            walk.from(root);
        }
    }
}

/// The index of a node that the walk has not come to, and of one whose component is complete.
const UNSEEN: u32 = u32::MAX;
const DONE: u32 = u32::MAX - 1;

struct Walk<'g, 'v> {
    graph: &'g Graph,
    index: Vec<u32>,
    low: Vec<u32>,
    stack: Vec<NodeId>,
    next: u32,
    visit: &'v mut dyn FnMut(&[NodeId]),
}

impl Walk<'_, '_> {
    fn from(&mut self, root: NodeId) {
        let mut calls = vec![(root, self.graph.first_edge(root))];
        self.enter(root);
        while let Some((node, edge)) = calls.last_mut() {
            let at = node.0 as usize;
            if let Some(id) = *edge {
                *edge = self.graph.next_edge(id);
                let to = self.graph.edge_by_id(id).to;
                match self.index[to.0 as usize] {
                    UNSEEN => {
                        self.enter(to);
                        calls.push((to, self.graph.first_edge(to)));
                    }
                    DONE => {}
                    index => self.low[at] = self.low[at].min(index),
                }
            } else {
                calls.pop();
                let low = self.low[at];
                self.leave(at);
                if let Some((parent, _)) = calls.last() {
                    let parent = parent.0 as usize;
                    self.low[parent] = self.low[parent].min(low);
                }
            }
        }
    }

    fn enter(&mut self, node: NodeId) {
        self.index[node.0 as usize] = self.next;
        self.low[node.0 as usize] = self.next;
        self.next += 1;
        self.stack.push(node);
    }

    fn leave(&mut self, at: usize) {
        if self.low[at] != self.index[at] {
            return;
        }
        let own = self.stack.iter().rposition(|member| member.0 as usize == at).unwrap_or(0);
        for member in &self.stack[own..] {
            self.index[member.0 as usize] = DONE;
        }
        (self.visit)(&self.stack[own..]);
        self.stack.truncate(own);
    }
}
