//! What a check asks for on its way.

use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::check::Sources;
use crate::text::Document;

/// A question for a sourced file, and what the answer was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ask {
    pub from: String,
    pub reference: String,
    /// The path and the mark of what was found.
    pub found: Option<(String, String)>,
}

impl Ask {
    pub fn new(from: &str, reference: &str, found: Option<&Document>) -> Self {
        let found = found.map(|document| (document.path.clone(), mark(&document.text)));
        Self { from: from.to_owned(), reference: reference.to_owned(), found }
    }
}

/// Nobody can write two texts with the same mark.
fn mark(text: &[u8]) -> String {
    blake3::hash(text).to_string()
}

/// Passes questions on, and notes them.
pub(super) struct Recorder<'a> {
    sources: &'a dyn Sources,
    asked: Mutex<Vec<Ask>>,
}

impl<'a> Recorder<'a> {
    pub fn new(sources: &'a dyn Sources) -> Self {
        Self { sources, asked: Mutex::default() }
    }

    /// Each question with each of its answers, in the order of asking.
    pub fn asked(self) -> Vec<Ask> {
        self.asked.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sources for Recorder<'_> {
    fn sourced(&self, from: &str, reference: &str) -> Option<Arc<Document>> {
        let found = self.sources.sourced(from, reference);
        let ask = Ask::new(from, reference, found.as_deref());
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        if !asked.contains(&ask) {
            asked.push(ask);
        }
        found
    }
}
