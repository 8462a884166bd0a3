//! The pages of rules as files, for editors to open. The project has no home on the web yet.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use gen_lsp_types::Uri;
use tempfile::TempDir;

use super::uri;
use crate::diagnostic::RuleId;
use crate::files::put;
use crate::rules;

/// A directory that lives as long as the server, and the pages that were asked for.
#[derive(Debug, Default)]
pub struct Pages {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    directory: Option<TempDir>,
    /// By name of the file; `None` where it could not be written.
    files: BTreeMap<String, Option<Uri>>,
}

impl Pages {
    /// The page of a rule.
    pub fn of(&self, rule: RuleId) -> Option<Uri> {
        let page = rules::find(rule.0)?.page;
        self.once(&format!("{rule}.md"), page.as_bytes())
    }

    /// A file of that name which holds this text, written anew.
    pub fn show(&self, name: &str, text: &[u8]) -> Option<Uri> {
        self.lock().write(name, text)
    }

    fn once(&self, name: &str, text: &[u8]) -> Option<Uri> {
        let mut kept = self.lock();
        if let Some(known) = kept.files.get(name) {
            return known.clone();
        }
        let written = kept.write(name, text);
        kept.files.insert(name.to_owned(), written.clone());
        written
    }

    /// Removes all files.
    pub fn close(&self) {
        *self.lock() = Kept::default();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn write(&mut self, name: &str, text: &[u8]) -> Option<Uri> {
        if self.directory.is_none() {
            self.directory = tempfile::Builder::new().prefix("lint-scripts-").tempdir().ok();
        }
        let path = self.directory.as_ref()?.path().join(name);
        put(&path, text).ok()?;
        Some(uri::of(&path))
    }
}
