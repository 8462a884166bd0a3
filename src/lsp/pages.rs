//! The pages of rules as files, for editors to open. The project has no home on the web yet.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use gen_lsp_types::Uri;
use tempfile::TempDir;

use super::uri;
use crate::diagnostic::RuleId;
use crate::files::put;
use crate::rules;

/// A directory, and the pages that were asked for.
#[derive(Debug, Default)]
pub struct Pages {
    /// Where they are kept; without such a place, in a directory that lives as long as the server.
    place: Option<PathBuf>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    temporary: Option<TempDir>,
    /// By name of the file; `None` where it could not be written.
    files: BTreeMap<String, Option<Uri>>,
}

impl Pages {
    /// In this directory, which is there.
    pub fn new(place: Option<PathBuf>) -> Self {
        Self { place, kept: Mutex::default() }
    }

    /// The page of a rule.
    pub fn of(&self, rule: RuleId) -> Option<Uri> {
        let page = rules::find(rule.0)?.page;
        self.once(&format!("{rule}.md"), page.as_bytes())
    }

    /// A file of that name which holds this text, written anew.
    pub fn show(&self, name: &str, text: &[u8]) -> Option<Uri> {
        self.write(&mut self.lock(), name, text)
    }

    fn once(&self, name: &str, text: &[u8]) -> Option<Uri> {
        let mut kept = self.lock();
        if let Some(known) = kept.files.get(name) {
            return known.clone();
        }
        let written = self.write(&mut kept, name, text);
        kept.files.insert(name.to_owned(), written.clone());
        written
    }

    fn write(&self, kept: &mut Kept, name: &str, text: &[u8]) -> Option<Uri> {
        if self.place.is_none() && kept.temporary.is_none() {
            kept.temporary = tempfile::Builder::new().prefix("lint-scripts-").tempdir().ok();
        }
        let temporary = || kept.temporary.as_ref().map(TempDir::path);
        let path = self.place.as_deref().or_else(temporary)?.join(name);
        put(&path, text).ok()?;
        Some(uri::of(&path))
    }

    /// Removes what nobody keeps.
    pub fn close(&self) {
        *self.lock() = Kept::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
