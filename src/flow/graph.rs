//! The graph of all runs: a node is a state at a point, an edge is what happens on the way to the next.
//!
//! No node knows which command has failed, only that one has; so all failures that have left the same traces share
//! one way to the end, and what can still come from a node is computed once for all of them.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::answer::By;
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
    /// Its words are expanded; it runs.
    Run,
    /// It has failed: the single fault.
    Failed,
    /// It has ended.
    After,
    /// The same, after `!`, errexit and traps had their say.
    Settled,
    /// The head of a loop, or an arm of an `if` or `case`.
    Arm(u32),
    /// An element of a pipeline has ended.
    Element(u32),
    /// A frame has been entered.
    Entry,
    /// The process or function has ended this way.
    Left(u8),
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

#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    pub(super) to: NodeId,
    pub(super) event: Event,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) state: StateId,
    pub(super) edges: SmallVec<[Edge; 2]>,
    pub(super) effect: Option<(EffectKind, SiteId)>,
    /// The command that runs here, at nodes in which one starts.
    pub(super) runs: Option<SiteId>,
    /// The script ends here: whether its status can be zero, whether it can be non-zero.
    pub(super) end: Option<(bool, bool)>,
}

/// Identifies a node.
pub(super) type Key = (FrameId, u32, Phase, StateId);

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    ids: FxHashMap<Key, NodeId>,
}

impl Graph {
    /// The node of that key; made if it is new.
    pub(super) fn node(&mut self, key: Key) -> NodeId {
        *self.ids.entry(key).or_insert_with(|| {
            let id = NodeId(self.nodes.len() as u32);
            self.nodes.push(Node {
                state: key.3,
                edges: SmallVec::new(),
                effect: None,
                runs: None,
                end: None,
            });
            id
        })
    }

    pub(super) fn edge(&mut self, from: NodeId, to: NodeId, event: Event) {
        let edges = &mut self.nodes[from.0 as usize].edges;
        if from != to && !edges.iter().any(|edge| edge.to == to && edge.event == event) {
            edges.push(Edge { to, event });
        }
    }

    pub(super) fn get(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(super) fn get_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }
}
