//! Floor 6: what earlier runs have found out, so that what has not changed is not checked again.
//!
//! An entry is named by all that a check depends on and that is known before it: the build, the settings, the path and the
//! text. What a check has asked for on its way (sourced files, whether they were there or not) stands in the entry, and is asked
//! again before the entry counts. So nothing has to be thrown away when something changes: the entry is not found, or does not fit.
//!
//! Entries are files, each put in place whole by a rename. Processes that share a directory at worst do the same work twice.

mod entry;
mod record;
mod tidy;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::check::{Report, Settings, Sources, check};
use crate::text::Document;

use entry::Entry;
use record::Recorder;

pub use tidy::own_directory;

/// A directory of entries, or none.
#[derive(Debug, Default)]
pub struct Cache {
    directory: Option<PathBuf>,
    /// Tells builds apart that could find different things.
    build: u64,
    /// Why an entry could not be written; once is enough.
    trouble: OnceLock<String>,
}

impl Cache {
    /// One in this directory, which is made when there is something to put there.
    pub fn at(directory: PathBuf, build: u64) -> Self {
        Self { directory: Some(directory), build, trouble: OnceLock::new() }
    }

    /// Checks a text, or gives what an earlier check has found in it. The answers of the engine are not kept: a report from
    /// here has no trace.
    pub fn check(&self, document: &Arc<Document>, settings: &Settings, sources: &dyn Sources) -> Report {
        let Some(directory) = &self.directory else { return check(document, settings, sources) };
        let path = entry::path(directory, self.build, document, settings);
        if let Some(report) = found(&path, document, settings, sources) {
            return report;
        }
        let recorder = Recorder::new(sources);
        let report = check(document, settings, &recorder);
        let entry = Entry::new(&report, recorder.asked(), settings.today);
        if let Err(cause) = put(directory, &path, &entry.bytes()) {
            // What cannot be kept is found again.
            let _ = self.trouble.set(cause.to_string());
        }
        report
    }

    /// Ends a run: takes away what nobody has asked for in a long time, and gives what is to be said about the cache.
    pub fn end(&self) -> Option<String> {
        let directory = self.directory.as_deref()?;
        tidy::tidy(directory);
        let cause = self.trouble.get()?;
        Some(format!("{}: the cache cannot be written: {cause}", directory.display()))
    }
}

/// What an entry says, if there is one and it fits.
fn found(
    path: &Path,
    document: &Arc<Document>,
    settings: &Settings,
    sources: &dyn Sources,
) -> Option<Report> {
    let entry = Entry::read(&fs::read(path).ok()?)?;
    let report = entry.report(document, settings.today, sources)?;
    tidy::used(path);
    Some(report)
}

/// Puts an entry in its place, whole. It may be lost in a power cut, so nothing waits for the disk.
fn put(directory: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    tidy::prepare(directory)?;
    let parent = path.parent().unwrap_or(directory);
    fs::create_dir_all(parent)?;
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    file.write_all(bytes)?;
    file.persist(path)?;
    Ok(())
}
