//! What can still come from each node: how the script can end, what can be claimed and destroyed, what can become of a
//! failure's status. One pass backwards over the graph, whose loops are taken as one (Tarjan).

use super::answer::By;
use super::graph::{EffectKind, Graph, NodeId};
use super::program::SiteId;

/// A set of [`By`].
pub(super) type ByBits = u32;

/// The bit of a reason.
pub(super) fn bit(by: By) -> ByBits {
    1 << by as u32
}

/// A list of effects that shares its tail with others; newer effects have higher numbers and come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    number: u32,
    effect: (EffectKind, SiteId),
    rest: Option<u32>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Summary {
    cells: Vec<Cell>,
    nodes: Vec<NodeSummary>,
    effect_count: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct NodeSummary {
    zero: bool,
    nonzero: bool,
    by: ByBits,
    effects: Option<u32>,
    /// The way to an end with status 0, and to any end.
    towards_zero: Option<Way>,
    towards_end: Option<Way>,
}

/// A shortest way to an end.
#[derive(Clone, Copy, Debug)]
struct Way {
    /// Its next edge.
    edge: u32,
    /// The command that runs last on it.
    last: Option<SiteId>,
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

    /// The claims and destroys that can run from here on, each site once, in the order of the script.
    pub(super) fn effects(&self, node: NodeId) -> Vec<(EffectKind, SiteId)> {
        let mut effects = Vec::new();
        let mut next = self.nodes[node.0 as usize].effects;
        while let Some(cell) = next {
            let cell = self.cells[cell as usize];
            effects.push(cell.effect);
            next = cell.rest;
        }
        effects.sort_unstable_by_key(|(kind, site)| (*site, *kind));
        effects.dedup();
        effects
    }

    /// The next edge of a shortest way to the worst end: one with status 0, if there is one.
    pub(super) fn way(&self, node: NodeId) -> Option<usize> {
        self.worst_way(node).map(|way| way.edge as usize)
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
    pub(super) fn way_to_end(&self, node: NodeId) -> Option<usize> {
        self.nodes[node.0 as usize].towards_end.map(|way| way.edge as usize)
    }

    /// The command that runs last on [`Self::way_to_end`].
    pub(super) fn last_to_end(&self, node: NodeId) -> Option<SiteId> {
        self.nodes[node.0 as usize].towards_end.and_then(|way| way.last)
    }

    /// Sums up a graph; `carries` tells whether a node's state still holds the failure's status.
    pub(super) fn of(graph: &Graph, carries: &dyn Fn(NodeId) -> bool) -> Self {
        let mut summary = Self { nodes: vec![NodeSummary::default(); graph.nodes.len()], ..Self::default() };
        for component in components(graph) {
            summary.add(graph, &component, carries);
        }
        summary.find_ways(graph);
        summary
    }

    fn add(&mut self, graph: &Graph, component: &[NodeId], carries: &dyn Fn(NodeId) -> bool) {
        let mut joint = NodeSummary::default();
        for &id in component {
            let node = graph.get(id);
            if let Some((zero, nonzero)) = node.end {
                joint.zero |= zero;
                joint.nonzero |= nonzero;
            }
            for edge in &node.edges {
                let to = self.nodes[edge.to.0 as usize];
                joint.zero |= to.zero;
                joint.nonzero |= to.nonzero;
                joint.effects = self.union(joint.effects, to.effects);
            }
        }
        for &id in component {
            if let Some(effect) = graph.get(id).effect {
                joint.effects = Some(self.push(effect, joint.effects));
            }
        }
        joint.by = self.reasons(graph, component, carries);
        for &id in component {
            self.nodes[id.0 as usize] = NodeSummary { by: if carries(id) { joint.by } else { 0 }, ..joint };
        }
    }

    fn reasons(&self, graph: &Graph, component: &[NodeId], carries: &dyn Fn(NodeId) -> bool) -> ByBits {
        let carrying = component.iter().filter(|id| carries(**id));
        let edges = carrying.flat_map(|id| &graph.get(*id).edges);
        edges.fold(0, |bits, edge| bits | edge.event.by.map_or(0, bit) | self.nodes[edge.to.0 as usize].by)
    }

    fn push(&mut self, effect: (EffectKind, SiteId), rest: Option<u32>) -> u32 {
        self.effect_count += 1;
        self.cell(self.effect_count, effect, rest)
    }

    fn cell(&mut self, number: u32, effect: (EffectKind, SiteId), rest: Option<u32>) -> u32 {
        self.cells.push(Cell { number, effect, rest });
        self.cells.len() as u32 - 1
    }

    /// Both lists in one. Ways that have parted mostly meet again, so the lists soon come to a tail that they share.
    fn union(&mut self, left: Option<u32>, right: Option<u32>) -> Option<u32> {
        let mut heads = Vec::new();
        let (mut left, mut right) = (left, right);
        let mut tail = loop {
            match (left, right) {
                _ if left == right => break left,
                (None, rest) | (rest, None) => break rest,
                (Some(a), Some(b)) => {
                    let (cell_a, cell_b) = (self.cells[a as usize], self.cells[b as usize]);
                    if cell_a.number >= cell_b.number {
                        heads.push(cell_a);
                        left = cell_a.rest;
                    }
                    if cell_b.number >= cell_a.number {
                        if cell_b.number > cell_a.number {
                            heads.push(cell_b);
                        }
                        right = cell_b.rest;
                    }
                }
            }
        };
        // Where one list is a part of the other, nothing new is made.
        for cell in heads.into_iter().rev() {
            tail = Some(self.cell(cell.number, cell.effect, tail));
        }
        tail
    }

    /// Breadth-first from the ends.
    fn find_ways(&mut self, graph: &Graph) {
        let before = predecessors(graph);
        let ends = |wanted: fn((bool, bool)) -> bool| {
            let ids = (0..graph.nodes.len() as u32).map(NodeId);
            ids.filter(|id| graph.get(*id).end.is_some_and(wanted)).collect::<Vec<_>>()
        };
        for (node, way) in ways(graph, &before, ends(|(zero, _)| zero)) {
            self.nodes[node].towards_zero = Some(way);
        }
        for (node, way) in ways(graph, &before, ends(|_| true)) {
            self.nodes[node].towards_end = Some(way);
        }
    }
}

/// For each node the nodes that lead to it, with the number of the edge.
fn predecessors(graph: &Graph) -> Vec<Vec<(u32, u32)>> {
    let mut before = vec![Vec::new(); graph.nodes.len()];
    for (from, node) in graph.nodes.iter().enumerate() {
        for (index, edge) in node.edges.iter().enumerate() {
            before[edge.to.0 as usize].push((from as u32, index as u32));
        }
    }
    before
}

fn ways(graph: &Graph, before: &[Vec<(u32, u32)>], ends: Vec<NodeId>) -> Vec<(usize, Way)> {
    let mut found = Vec::new();
    let mut seen = vec![false; graph.nodes.len()];
    let mut open: std::collections::VecDeque<(NodeId, Option<SiteId>)> =
        ends.into_iter().map(|id| (id, None)).collect();
    open.iter().for_each(|(node, _)| seen[node.0 as usize] = true);
    while let Some((node, last)) = open.pop_front() {
        let last = last.or(graph.get(node).runs);
        for &(from, edge) in &before[node.0 as usize] {
            if !std::mem::replace(&mut seen[from as usize], true) {
                found.push((from as usize, Way { edge, last }));
                open.push_back((NodeId(from), last));
            }
        }
    }
    found
}

/// The strongly connected components, each after all that it leads to (Tarjan 1972, with a stack of our own: a script's
/// length must not decide how deep we recurse).
fn components(graph: &Graph) -> Vec<Vec<NodeId>> {
    let count = graph.nodes.len();
    let mut walk = Walk {
        index: vec![u32::MAX; count],
        low: vec![0; count],
        on_stack: vec![false; count],
        stack: Vec::new(),
        next: 0,
        found: Vec::new(),
    };
    for root in 0..count as u32 {
        if walk.index[root as usize] == u32::MAX {
            walk.from(graph, root);
        }
    }
    walk.found
}

struct Walk {
    index: Vec<u32>,
    low: Vec<u32>,
    on_stack: Vec<bool>,
    stack: Vec<u32>,
    next: u32,
    found: Vec<Vec<NodeId>>,
}

impl Walk {
    fn from(&mut self, graph: &Graph, root: u32) {
        let mut calls = vec![(root, 0_usize)];
        self.enter(root);
        while let Some((node, edge)) = calls.last_mut() {
            let (at, edges) = (*node, &graph.nodes[*node as usize].edges);
            if let Some(next) = edges.get(*edge) {
                *edge += 1;
                let to = next.to.0;
                if self.index[to as usize] == u32::MAX {
                    self.enter(to);
                    calls.push((to, 0));
                } else if self.on_stack[to as usize] {
                    self.low[at as usize] = self.low[at as usize].min(self.index[to as usize]);
                }
            } else {
                calls.pop();
                self.leave(at);
                if let Some((parent, _)) = calls.last() {
                    self.low[*parent as usize] = self.low[*parent as usize].min(self.low[at as usize]);
                }
            }
        }
    }

    fn enter(&mut self, node: u32) {
        self.index[node as usize] = self.next;
        self.low[node as usize] = self.next;
        self.next += 1;
        self.stack.push(node);
        self.on_stack[node as usize] = true;
    }

    fn leave(&mut self, node: u32) {
        if self.low[node as usize] != self.index[node as usize] {
            return;
        }
        let mut component = Vec::new();
        while let Some(member) = self.stack.pop() {
            self.on_stack[member as usize] = false;
            component.push(NodeId(member));
            if member == node {
                break;
            }
        }
        self.found.push(component);
    }
}
