//! A command whose failure gets lost: what most findings come from.

use crate::flow::{By, Entry, Exit, Fate, OnFailure};

/// A command that works, and what happens when it fails.
#[derive(Clone, Copy)]
pub struct Cause<'a> {
    /// The command.
    pub entry: &'a Entry,
    /// What happens when it fails.
    pub on_failure: &'a OnFailure,
}

impl Cause<'_> {
    /// The status is lost or overwritten, and the script can end with 0 all the same.
    pub fn is_lost(&self) -> bool {
        matches!(self.on_failure.fate, Fate::Ignored | Fate::Masked) && self.on_failure.exit != Exit::Nonzero
    }

    /// What does it to the status is this.
    pub fn is_by(&self, by: By) -> bool {
        self.on_failure.by == Some(by)
    }
}
