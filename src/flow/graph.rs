//! The graph of all runs: a node is a state at a point, an edge is what happens on the way to the next.
//!
//! No node knows which command has failed, only that one has; so all failures that have left the same traces share
//! one way to the end, and what can still come from a node is computed once for all of them.

use rustc_hash::FxHashMap;

use super::answer::By;
use super::engine::How;
use super::program::SiteId;
use crate::text::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct NodeId(pub(super) u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct StateId(pub(super) u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct FrameId(pub(super) u32);

/// Where in the evaluation of a command a node stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Phase {
    /// About to be evaluated.
    Before,
    /// A substitution in its words has run.
    Word(u32),
    /// Its redirections were opened in a process of its own.
    Opened,
    /// Its words are expanded; it runs.
    Run,
    /// It has failed: the single fault.
    Failed,
    /// It has ended.
    After,
    /// The same, after `!`, errexit and traps had their say.
    Settled,
    /// An arm of an `if` or `case`, or one of the answers of what decides about it.
    Arm(u32),
    /// The condition of an `if` or a loop begins.
    Condition,
    /// The body that a condition has led to begins, or what follows it.
    Body,
    /// A pipeline of an and-or list begins.
    ListElement,
    /// `&&` or `||` has passed this pipeline over.
    Skipped,
    /// What `!` stands before begins.
    Negating,
    /// `!` has turned its status round.
    Negated,
    /// It is looked at whether a pipeline has failed.
    Judged(bool),
    /// An option that is not known is taken to be on, or off.
    Decided(bool),
    /// All elements of a pipeline have ended.
    Joined,
    /// A job has been started.
    Started,
    /// A call that is not followed has ended.
    NotFollowed,
    /// What was not read has ended the process.
    UnreadExit,
    /// Other commands than those that are written have run.
    Misprinted,
    /// A loop begins.
    LoopEntered,
    /// The next round of a loop begins.
    NextRound,
    /// An arm of a `case` has ended behind which others are run or tried.
    NextArm,
    /// An error has left the line, with all that was in it.
    LineLeft,
    /// What an earlier round, or arm, has left behind holds for the end of this one.
    Round,
    /// A loop's condition, or its list, leads out of it.
    LoopEnded,
    /// What runs in a frame of its own, so that runs do not meet there, has ended.
    Apart(How),
    /// A loop has been left, in whatever way.
    LoopLeft,
    /// An element of a pipeline has ended.
    Element(u32),
    /// A frame has been entered.
    Entry,
    /// The script has ended.
    End,
    /// A function, or other text that is run here, has ended the process or been left; or errexit, `exit` or `return` does that.
    Left(How),
    /// An error of a builtin or an expansion has ended the process.
    Died,
    /// The action of a trap has ended.
    ErrTrap(How),
    ExitTrap(How),
    /// A function's own EXIT trap is over: its caller's holds again.
    ExitTrapLeft(How),
    ReturnTrap(How),
}

/// A claim or a destroy that runs at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum EffectKind {
    Claim,
    Destroy,
}

/// What happens on an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// What it does to the failure's status; `None` for nothing.
    pub(super) by: Option<By>,
    /// What it is done by.
    pub(super) at: Span,
}

/// Numbers the edges of a graph in the order in which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct EdgeId(pub(super) u32);

#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) to: NodeId,
    pub(super) event: Event,
    /// The next edge from the same node.
    next: Option<EdgeId>,
}

impl Edge {
    /// Whether this is done to the status here, by something that stands in the script.
    pub(super) fn does(&self, by: By) -> bool {
        self.event.by == Some(by) && !self.event.at.is_empty()
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) state: StateId,
    /// The first edge from here, and the last.
    edges: Option<(EdgeId, EdgeId)>,
    /// What the command that runs here does besides.
    pub(super) effect: Option<EffectKind>,
    /// The command that runs here, at nodes in which one starts.
    pub(super) runs: Option<SiteId>,
    /// The script ends here: whether its status can be zero, whether it can be non-zero.
    pub(super) end: Option<(bool, bool)>,
}

/// Identifies a node.
pub(super) type Key = (FrameId, u32, Phase, StateId);

/// How many edges from one node are looked at before one is added. A frame's end has an edge to each of its callers; two
/// edges that are the same do no harm.
const LOOKED_AT: usize = 8;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    edges: Vec<Edge>,
    ids: FxHashMap<Key, NodeId>,
}

impl Graph {
    /// A graph that has room for about as many nodes as these many commands need.
    pub(super) fn with_room_for(commands: usize) -> Self {
        let mut ids = FxHashMap::default();
        ids.reserve(commands * 8);
        Self { nodes: Vec::with_capacity(commands * 8), edges: Vec::with_capacity(commands * 8), ids }
    }

    /// The node of that key; made if it is new.
    pub(super) fn node(&mut self, key: Key) -> NodeId {
        *self.ids.entry(key).or_insert_with(|| {
            let id = NodeId(self.nodes.len() as u32);
            self.nodes.push(Node { state: key.3, edges: None, effect: None, runs: None, end: None });
            id
        })
    }

    pub(super) fn edge(&mut self, from: NodeId, to: NodeId, event: Event) {
        let same = |edge: &Edge| edge.to == to && edge.event == event;
        if from == to || self.edges(from).take(LOOKED_AT).any(|(_, edge)| same(edge)) {
            return;
        }
        let id = EdgeId(self.edges.len() as u32);
        self.edges.push(Edge { to, event, next: None });
        let node = &mut self.nodes[from.0 as usize];
        match &mut node.edges {
            Some((_, last)) => {
                self.edges[last.0 as usize].next = Some(id);
                *last = id;
            }
            None => node.edges = Some((id, id)),
        }
    }

    pub(super) fn get(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }

    /// The edges from a node, in the order in which they were made.
    pub(super) fn edges(&self, from: NodeId) -> impl Iterator<Item = (EdgeId, &Edge)> {
        let first = self.first_edge(from);
        std::iter::successors(first, |id| self.next_edge(*id)).map(|id| (id, &self.edges[id.0 as usize]))
    }

    pub(super) fn first_edge(&self, from: NodeId) -> Option<EdgeId> {
        self.get(from).edges.map(|(first, _)| first)
    }

    pub(super) fn next_edge(&self, edge: EdgeId) -> Option<EdgeId> {
        self.edges[edge.0 as usize].next
    }

    pub(super) fn edge_by_id(&self, id: EdgeId) -> &Edge {
        &self.edges[id.0 as usize]
    }

    pub(super) fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// All nodes.
    pub(super) fn ids(&self) -> impl DoubleEndedIterator<Item = NodeId> + use<> {
        (0..self.nodes.len() as u32).map(NodeId)
    }
}
