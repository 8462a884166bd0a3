//! Short lists that many states have in common.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::rc::Rc;

use rustc_hash::FxHasher;

/// A list that is copied by sharing it, and whose hash is worked out once.
#[derive(Clone, Debug)]
pub(super) struct Shared<T>(Option<Rc<Content<T>>>);

#[derive(Debug)]
struct Content<T> {
    hash: u64,
    items: Vec<T>,
}

impl<T: Clone + Hash> Shared<T> {
    pub(super) fn clear(&mut self) {
        self.0 = None;
    }

    pub(super) fn push(&mut self, item: T) {
        self.change(|items| items.push(item));
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        if !self.iter().all(&keep) {
            self.change(|items| items.retain(&keep));
        }
    }

    /// Changes this list; those that shared it stay as they are.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Vec<T>)) {
        let mut items = self.to_vec();
        change(&mut items);
        *self = items.into();
    }
}

impl<T: Hash> From<Vec<T>> for Shared<T> {
    fn from(items: Vec<T>) -> Self {
        if items.is_empty() {
            return Self(None);
        }
        let mut hasher = FxHasher::default();
        items.hash(&mut hasher);
        Self(Some(Rc::new(Content { hash: hasher.finish(), items })))
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_ref().map_or(&[], |content| &content.items)
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (None, None) => true,
            (Some(left), Some(right)) => {
                Rc::ptr_eq(left, right) || left.hash == right.hash && left.items == right.items
            }
            _ => false,
        }
    }
}

impl<T: Eq> Eq for Shared<T> {}

impl<T> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.0.as_ref().map_or(0, |content| content.hash));
    }
}
