//! Where a document belongs: the folder from whose point of view its path is written and its configuration is found, as if
//! the command line ran there.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::settings::Settings as ClientSettings;
use crate::baseline::{Baseline, Entry, Matching};
use crate::check::{Settings, Sources};
use crate::config::Configs;
use crate::files::{DiskSources, Hidden, Ignored, LineEnds, Named, Search, read, shown, written};
use crate::report::Checked;
use crate::text::Document;

/// The texts that are open in the editor, by canonical path: they go before what is on disk.
pub type Buffers = Arc<RwLock<HashMap<PathBuf, Arc<[u8]>>>>;

/// A folder with its configurations.
#[derive(Debug)]
pub struct Project {
    /// Absolute.
    pub root: PathBuf,
    /// What the user has set for it.
    pub client: ClientSettings,
    configs: Result<Arc<Configs>, String>,
    /// `None` where the folder is not on this machine.
    sources: Option<DiskSources>,
    buffers: Buffers,
    /// By path, as far as they could be read.
    baselines: Mutex<HashMap<PathBuf, Option<Baseline>>>,
}

impl Project {
    /// Of the folder at `root`, which is absolute.
    pub fn new(root: &Path, client: ClientSettings, buffers: Buffers) -> Self {
        let configs = Configs::new(root, &client.origin(), client.overrides());
        let sources = DiskSources::within(root).ok();
        Self {
            root: root.to_owned(),
            configs: configs.map(Arc::new).map_err(|error| error.to_string()),
            sources: sources.map(|it| if client.external_sources { it.everywhere() } else { it }),
            client,
            buffers,
            baselines: Mutex::default(),
        }
    }

    /// The path of a file as the command line would write it here.
    pub fn relative(&self, path: &Path) -> String {
        shown(path.strip_prefix(&self.root).unwrap_or(path))
    }

    /// The file of a document that a check has read.
    pub fn absolute(&self, document: &str) -> PathBuf {
        let root = self.sources.as_ref().map_or(&*self.root, DiskSources::root);
        written(&root.join(document))
    }

    /// What the check of a script depends on; an error is a sentence for the user.
    pub fn settings(&self, path: &Path) -> Result<Settings, String> {
        let configs = self.configs.as_ref().map_err(Clone::clone)?;
        configs.settings(path).map_err(|error| error.to_string())
    }

    /// Whether a project leaves a file out.
    pub fn is_excluded(&self, path: &Path) -> bool {
        self.configs.as_ref().is_ok_and(|configs| configs.is_excluded(path))
    }

    /// Whether a project takes a file for a script, whatever it looks like.
    pub fn is_included(&self, path: &Path) -> bool {
        self.configs.as_ref().is_ok_and(|configs| configs.is_included(path))
    }

    /// How the project's scripts are looked for; `None` where its configuration cannot be used.
    pub fn search(&self) -> Option<Search> {
        let configs = self.configs.as_ref().ok()?;
        let (excluding, including) = (Arc::clone(configs), Arc::clone(configs));
        Some(Search {
            excluded: Arc::new(move |path: &Path| excluding.is_excluded(path)),
            included: Arc::new(move |path: &Path| including.is_included(path)),
            named: Named::Excluded,
            hidden: Hidden::InRepositories,
            ignored: Ignored::LeftOut,
        })
    }

    /// Which findings of a script are shown: not those that a baseline accepts. By their number in the report.
    pub fn shown(&self, checked: &Checked) -> Vec<usize> {
        let all = 0..checked.report.findings.len();
        let accepted = self.accepted(checked);
        let Some((file, baseline)) = accepted else { return all.collect() };
        let Ok(configs) = &self.configs else { return all.collect() };
        let path = configs.relative(&checked.path, file.parent().unwrap_or(Path::new("")));
        let mut matching = Matching::new(baseline);
        all.filter(|&index| {
            !matching.accepts(Entry::new(&path, &checked.report, &checked.report.findings[index]))
        })
        .collect()
    }

    fn accepted(&self, checked: &Checked) -> Option<(PathBuf, Baseline)> {
        let file = self.configs.as_ref().ok()?.of(&checked.path).ok()?.baseline.clone()?;
        let mut known = self.baselines.lock().unwrap_or_else(PoisonError::into_inner);
        let baseline = known.entry(file.clone()).or_insert_with(|| baseline(&file)).clone()?;
        Some((file, baseline))
    }
}

fn baseline(file: &Path) -> Option<Baseline> {
    let bytes = read(file).ok()?.bytes;
    Baseline::parse(str::from_utf8(&bytes).ok()?).ok()
}

impl Sources for Project {
    fn sourced(&self, from: &str, reference: &str) -> Option<Arc<Document>> {
        let sources = self.sources.as_ref()?;
        let document = sources.sourced(from, reference)?;
        let buffers = self.buffers.read().unwrap_or_else(PoisonError::into_inner);
        match buffers.get(&self.absolute(&document.path)) {
            Some(open) => Some(Arc::new(LineEnds::HERE.script(document.path.clone(), open))),
            None => Some(document),
        }
    }
}
