//! `--baseline` and `--write-baseline`: accepted findings, from and to a file.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::output::say;
use super::scan::Trouble;
use crate::baseline::{Baseline, Entry, Matching};
use crate::config::Configs;
use crate::files::{put, shown};
use crate::report::{Checked, count};
use crate::rules::Selection;

/// What is to be done with baselines in a run.
#[derive(Clone, Debug)]
pub enum Plan {
    /// Those of the configurations are used.
    Configured,
    /// This one is used, for all scripts.
    Use(PathBuf),
    /// This one is written anew; where it may only shrink, what is new is told.
    Write(PathBuf, Growth),
}

/// Whether a baseline may accept more than it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// Whatever is found.
    Allowed,
    /// Nothing new.
    Refused,
}

/// The baselines of a run.
pub struct Baselines {
    plan: Plan,
    configs: Arc<Configs>,
    /// By path of the file, as the configuration or the user names it.
    read: BTreeMap<PathBuf, Matching>,
    troubles: Vec<Trouble>,
}

impl Baselines {
    /// A baseline that the user names is read here; an error is a sentence for him.
    pub fn new(plan: Plan, configs: Arc<Configs>) -> Result<Self, Trouble> {
        let mut read = BTreeMap::new();
        if let Plan::Use(path) | Plan::Write(path, _) = &plan {
            let baseline = match (load(path), &plan) {
                (Ok(Some(baseline)), _) => baseline,
                (Ok(None), Plan::Write(..)) => Baseline::default(),
                (Ok(None), _) => return Err(missing(path)),
                (Err(trouble), _) => return Err(trouble),
            };
            read.insert(path.clone(), Matching::new(baseline));
        }
        Ok(Self { plan, configs, read, troubles: Vec::new() })
    }

    /// Takes away what is accepted, and gives how many there were.
    pub fn apply(&mut self, checked: &mut Checked, rules: &Selection) -> usize {
        let Some(file) = self.file(&checked.path) else { return 0 };
        let path = self.configs.relative(&checked.path, file.parent().unwrap_or(Path::new("")));
        let accepts_all = matches!(self.plan, Plan::Write(_, Growth::Allowed));
        let Some(matching) = self.matching(&file) else { return 0 };
        matching.check(&path, rules);
        let findings = std::mem::take(&mut checked.report.findings);
        let before = findings.len();
        let entry = |finding| Entry::new(&path, &checked.report, finding);
        let accepted: Vec<bool> =
            findings.iter().map(|finding| matching.accepts(entry(finding)) || accepts_all).collect();
        let new = findings.into_iter().zip(accepted).filter(|(_, accepted)| !accepted);
        checked.report.findings = new.map(|(finding, _)| finding).collect();
        before - checked.report.findings.len()
    }

    /// The file that a script's findings are held against.
    fn file(&self, script: &Path) -> Option<PathBuf> {
        match &self.plan {
            Plan::Use(path) | Plan::Write(path, _) => Some(path.clone()),
            Plan::Configured => self.configs.of(script).ok()?.baseline.clone(),
        }
    }

    /// Reads each file once; one that cannot be read accepts nothing, and that is told.
    fn matching(&mut self, file: &Path) -> Option<&mut Matching> {
        if !self.read.contains_key(file) {
            let baseline = load(file).and_then(|baseline| baseline.ok_or_else(|| missing(file)));
            let baseline = baseline.unwrap_or_else(|trouble| {
                let path = self.configs.shortened(&trouble.path);
                self.troubles.push(Trouble { path, ..trouble });
                Baseline::default()
            });
            self.read.insert(file.to_owned(), Matching::new(baseline));
        }
        self.read.get_mut(file)
    }

    /// Tells what was mended, or writes the file; gives what could not be done. `new` findings are those left.
    pub fn end(&mut self, new: usize) -> Vec<Trouble> {
        for (file, matching) in &self.read {
            let directory = file.parent().unwrap_or(Path::new("")).to_owned();
            let gone = |path: &str| path != "-" && !self.configs.exists(&directory, path);
            let name = shown(&self.configs.shortened(file));
            let mended = count(matching.mended(gone), "finding");
            match self.plan {
                Plan::Write(_, Growth::Refused) if new > 0 => {
                    let message = format!("not written: it would grow by {}", count(new, "finding"));
                    self.troubles.push(Trouble::whole(file, message));
                }
                Plan::Write(..) => {
                    let baseline = matching.renewed(gone);
                    match put(file, baseline.text().as_bytes()) {
                        Ok(()) => say(&format!(
                            "{name}: {} accepted, {mended} mended",
                            count(baseline.len(), "finding")
                        )),
                        Err(failure) => self.troubles.push(failure.into()),
                    }
                }
                _ if matching.mended(gone) > 0 => {
                    say(&format!(
                        "{name}: {mended} mended since it was written; --write-baseline {name} lets it shrink"
                    ));
                }
                _ => {}
            }
        }
        std::mem::take(&mut self.troubles)
    }
}

fn missing(path: &Path) -> Trouble {
    Trouble::whole(path, "there is no such baseline; --write-baseline writes it")
}

/// The baseline in a file; `None` where there is no file.
fn load(path: &Path) -> Result<Option<Baseline>, Trouble> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(Trouble::whole(path, format!("the baseline cannot be read: {cause}"))),
    };
    Baseline::parse(&text).map(Some).map_err(|malformed| Trouble {
        path: path.to_owned(),
        at: Some((malformed.line as u32, 1)),
        message: malformed.message,
    })
}
