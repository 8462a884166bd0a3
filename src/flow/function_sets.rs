//! Which functions are defined at a point. A script defines them one after the other, so a set is the one before it and a
//! definition; no set is ever copied.

use rustc_hash::FxHashMap;

use super::program::FunctionId;

/// All sets that were met. The first, 0, is empty.
pub(super) struct FunctionSets {
    sets: Vec<Set>,
    /// By what they hold.
    known: FxHashMap<u64, u32>,
    /// The sets that a definition has led to.
    led_to: FxHashMap<FunctionId, Vec<u32>>,
}

#[derive(Clone, Copy)]
struct Set {
    before: u32,
    /// A set further back, so that the way back is short (Myers 1983).
    jump: u32,
    /// How many definitions lead here.
    depth: u32,
    /// Of what it holds, in whatever order it was defined.
    hash: u64,
}

impl Default for FunctionSets {
    fn default() -> Self {
        let empty = Set { before: 0, jump: 0, depth: 0, hash: 0 };
        Self { sets: vec![empty], known: FxHashMap::from_iter([(0, 0)]), led_to: FxHashMap::default() }
    }
}

impl FunctionSets {
    /// The set after `function` was defined; `same_name` are all definitions of that name.
    pub(super) fn define(&mut self, set: u32, function: FunctionId, same_name: &[FunctionId]) -> u32 {
        let replaced = self.defined(set, same_name);
        if replaced == Some(function) {
            return set;
        }
        let before = self.sets[set as usize];
        let hash = before.hash ^ replaced.map_or(0, mark) ^ mark(function);
        if let Some(known) = self.known.get(&hash) {
            return *known;
        }
        let jump = self.sets[before.jump as usize];
        let even = before.depth - jump.depth == jump.depth - self.sets[jump.jump as usize].depth;
        let jump = if even && before.depth > 0 { jump.jump } else { set };
        let id = self.sets.len() as u32;
        self.sets.push(Set { before: set, jump, depth: before.depth + 1, hash });
        self.known.insert(hash, id);
        self.led_to.entry(function).or_default().push(id);
        id
    }

    /// Which of these definitions of one name holds in a set: the latest.
    pub(super) fn defined(&self, set: u32, same_name: &[FunctionId]) -> Option<FunctionId> {
        let led_to = |function: &FunctionId| self.led_to.get(function).into_iter().flatten();
        let all = same_name.iter().flat_map(|function| led_to(function).map(move |id| (*id, *function)));
        let (_, function) =
            all.filter(|(id, _)| self.comes_from(set, *id)).max_by_key(|(id, _)| self.depth(*id))?;
        Some(function)
    }

    fn depth(&self, set: u32) -> u32 {
        self.sets[set as usize].depth
    }

    fn comes_from(&self, mut set: u32, origin: u32) -> bool {
        let depth = self.depth(origin);
        while self.depth(set) > depth {
            let jump = self.sets[set as usize].jump;
            set = if self.depth(jump) >= depth { jump } else { self.sets[set as usize].before };
        }
        set == origin
    }
}

/// Bits that no other function has, so that those of a set, taken together, tell it from all others (splitmix64).
fn mark(function: FunctionId) -> u64 {
    let mut bits = (u64::from(function.0) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::{FunctionId, FunctionSets};

    #[test]
    fn the_latest_definition_holds() {
        let (first, second, other) = (FunctionId(0), FunctionId(1), FunctionId(2));
        let name = [first, second];
        let mut sets = FunctionSets::default();
        let one = sets.define(0, first, &name);
        let both = sets.define(one, other, &[other]);
        let replaced = sets.define(both, second, &name);
        assert_eq!(sets.defined(0, &name), None);
        assert_eq!(sets.defined(both, &name), Some(first));
        assert_eq!(sets.defined(replaced, &name), Some(second));
        assert_eq!(sets.defined(replaced, &[other]), Some(other));
        let back = sets.define(replaced, first, &name);
        assert_eq!(back, both, "the same functions are the same set");
    }

    #[test]
    fn sets_that_are_defined_in_another_order_are_one() {
        let all: Vec<FunctionId> = (0..100).map(FunctionId).collect();
        let mut sets = FunctionSets::default();
        let forwards = all.iter().fold(0, |set, id| sets.define(set, *id, &[*id]));
        let backwards = all.iter().rev().fold(0, |set, id| sets.define(set, *id, &[*id]));
        assert_eq!(forwards, backwards);
        assert!(all.iter().all(|id| sets.defined(forwards, &[*id]) == Some(*id)));
    }
}
