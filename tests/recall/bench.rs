//! What real shells do with a script and its mutants when one command fails.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::LazyLock;

use regex_lite::Regex;
use tempfile::TempDir;

use super::mutators::functions;
use super::sources::Source;
use crate::harness::{Failing, Fault, Run, Scenario, put, run_faulty, run_healthy};

/// How many lines before a change belong to it: what it does to a handler, it does to the command before.
const BEFORE: usize = 2;

/// What a mutator does to the runs of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Harm {
    /// A failure is silent: the script ends with 0, or claims success.
    Silent,
    /// What was written for a failure does not run.
    Unheard,
    /// A run in which all is well ends with a failure.
    Ends,
}

/// A correct script, and what became of its failures so far.
pub struct Original<'a> {
    source: &'a Source,
    calls: BTreeSet<String>,
    faults: RefCell<BTreeMap<String, Rc<Run>>>,
}

impl<'a> Original<'a> {
    /// `None` where a run in which all is well does not end with 0.
    pub fn new(source: &'a Source) -> Option<Self> {
        let run = healthy(&source.text, &source.scenario);
        let calls = run.calls.iter().cloned().collect();
        (run.status == 0).then(|| Self { source, calls, faults: RefCell::default() })
    }

    /// The calls of a mutant whose failure does the harm, which it did not before.
    pub fn newly_silent(&self, mutant: &str, harm: Harm) -> Vec<String> {
        let scenario = &self.source.scenario;
        if harm == Harm::Ends {
            let well = healthy(mutant, scenario).status == 0;
            return if well { Vec::new() } else { vec!["all is well".to_owned()] };
        }
        let mattering = self.near(mutant).into_iter().filter(|call| matters(call));
        let newly = |call: &&String| {
            let after = faulty(mutant, scenario, call);
            !after.failed.is_empty() && does(harm, &self.faulty(call), &after)
        };
        mattering.filter(newly).cloned().collect()
    }

    /// The calls that stand where the mutant was changed; all where none does, as where an option was changed.
    fn near(&self, mutant: &str) -> Vec<&String> {
        let [old, new] = [&*self.source.text, mutant].map(|text| text.lines().collect::<Vec<_>>());
        let same = |pair: &(&&str, &&str)| pair.0 == pair.1;
        let head = old.iter().zip(&new).take_while(same).count();
        let tail = old.iter().rev().zip(new.iter().rev()).take_while(same).count();
        let from = head.saturating_sub(BEFORE);
        let lines = [&old, &new].map(|text| text.get(from..text.len() - tail).unwrap_or_default().join(" "));
        let words: BTreeSet<&str> = lines
            .iter()
            .flat_map(|text| text.split(|c: char| c.is_whitespace() || "()\"'`;".contains(c)))
            .collect();
        let stands = |call: &&String| words.contains(call.split(' ').next().unwrap());
        let function = functions(&self.source.text).iter().any(|name| words.contains(name));
        let near: Vec<&String> = self.calls.iter().filter(stands).collect();
        if near.is_empty() || function { self.calls.iter().collect() } else { near }
    }

    fn faulty(&self, call: &str) -> Rc<Run> {
        let known = self.faults.borrow().get(call).cloned();
        known.unwrap_or_else(|| {
            let run = Rc::new(faulty(&self.source.text, &self.source.scenario, call));
            self.faults.borrow_mut().insert(call.to_owned(), Rc::clone(&run));
            run
        })
    }
}

fn does(harm: Harm, before: &Run, after: &Run) -> bool {
    match harm {
        Harm::Silent => {
            let ends_well = after.status == 0 && before.status != 0;
            let old = claims(before);
            ends_well || claims(after).iter().any(|claim| !old.contains(claim))
        }
        Harm::Unheard => {
            let heard: BTreeSet<&str> =
                done(after).chain(after.stderr.lines()).chain(after.stdout.lines()).collect();
            let mut was = done(before).chain(before.stderr.lines()).chain(before.stdout.lines());
            after.status != 0 && was.any(|it| !heard.contains(it))
        }
        Harm::Ends => unreachable!("no command has to fail for it"),
    }
}

/// Whether somebody misses what a call was to do. The rules leave out on purpose, as their pages say, what only looks, prepares,
/// removes or marks: its failure leaves nothing behind that is taken for work.
fn matters(call: &str) -> bool {
    let idle = [
        "basename", "cat", "chmod", "chown", "cut", "date", "dirname", "find", "head", "hostname", "ls",
        "mkdir", "mktemp", "readlink", "rm", "rmdir", "sed", "sleep", "sort", "tail", "touch", "tr", "uname",
        "wc",
    ];
    !idle.contains(&call.split(' ').next().unwrap())
}

/// The calls that did what they were to do.
fn done(run: &Run) -> impl Iterator<Item = &str> {
    run.calls.iter().enumerate().filter(|(at, _)| !run.failed.contains(at)).map(|(_, call)| call.as_str())
}

/// What a run has printed that tells a reader that all went well.
fn claims(run: &Run) -> Vec<String> {
    run.stdout.lines().filter(|line| is_claim(line)).map(str::to_owned).collect()
}

/// Whether a line tells that all went well.
pub fn is_claim(line: &str) -> bool {
    static CLAIM: LazyLock<Regex> = LazyLock::new(|| {
        let words = "done|completed?|success\\w*|finished|ok|ready|(?:up|down)loaded|deployed|installed|shipped|saved|stored|\
                     published|released|restored|synced|archived|updated|migrated|built|verified|imported|renewed";
        Regex::new(&format!(r"(?i)\b(?:{words})\b")).unwrap()
    });
    static DOUBT: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?i)\b(?:not|no|fail\w*|error\w*|cannot|already)\b").unwrap());
    CLAIM.is_match(line) && !DOUBT.is_match(line)
}

fn healthy(text: &str, scenario: &Scenario) -> Run {
    on_disk(text, |path| run_healthy(path, scenario, &BTreeMap::new()))
}

fn faulty(text: &str, scenario: &Scenario, call: &str) -> Run {
    let fault = Fault { command: call.to_owned(), ..Fault::default() };
    on_disk(text, |path| run_faulty(path, scenario, &BTreeMap::new(), &fault, Failing::All))
}

fn on_disk<T>(text: &str, look: impl Fn(&std::path::Path) -> T) -> T {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutant.sh");
    put(&path, text.as_bytes());
    look(&path)
}
