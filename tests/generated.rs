//! The engine's answers for random scripts against what the real shells do with them.
//!
//! `LINT_SCRIPTS_SEEDS=1000..5000 cargo test --release --test generated -- --nocapture` looks at more of them.
#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
#![allow(clippy::disallowed_methods, reason = "scratch files, of which nothing is kept")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a long run has come to is read by a person"
)]

mod generated {
    pub mod script;
    pub mod shell;
}

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::thread::ScopedJoinHandle;

use generated::script::{Script, Shell, script};
use generated::shell::{Bench, Seen};
use lint_scripts::check::{NoSources, Settings, check};
use lint_scripts::flow::{Entry, Exit};
use lint_scripts::text::Document;

const SEEDS: Range<u64> = 0..150;

/// How many scripts are looked at at a time.
const WORKERS: usize = 2;

/// How often a script is made smaller before it is shown.
const SHRINKS: usize = 60;

/// What the answers come to.
#[derive(Default)]
struct Tally {
    faults: usize,
    wrong: Vec<String>,
    vague: usize,
    /// Seeds of scripts with an answer `either` where the shell gave one.
    vague_seeds: Vec<(u64, String)>,
    effects: usize,
    idle: usize,
}

/// What the engine says of a command.
struct Said {
    exit: Option<Exit>,
    effects: BTreeSet<String>,
}

fn read(script: &Script) -> BTreeMap<String, Said> {
    let text = script.text();
    let document = Arc::new(Document::script("generated.sh".to_owned(), text.clone().into_bytes()));
    let report = check(&document, &Settings::default(), &NoSources);
    let said = |entry: &Entry| {
        let mut effects = BTreeSet::new();
        if let Some(answer) = &entry.on_failure {
            effects.extend(answer.claims.iter().chain(&answer.destroys).map(|effect| effect.text.clone()));
            effects.remove("exit 0");
        }
        Said { exit: entry.on_failure.as_ref().map(|answer| answer.exit), effects }
    };
    let text_of = |entry: &Entry| match &*entry.name {
        "rm" => String::from_utf8_lossy(document.slice(entry.span)).into_owned(),
        name => name.to_owned(),
    };
    let mut all: BTreeMap<String, Said> = BTreeMap::new();
    // `run s1`, `command s1`: what runs its words has the entry.
    for entry in &report.trace.entries {
        let text = String::from_utf8_lossy(document.slice(entry.span)).into_owned();
        if let Some(word) = text.split_whitespace().nth(1).filter(|word| is_stub(word)) {
            all.insert(word.to_owned(), said(entry));
        }
    }
    all.extend(report.trace.entries.iter().map(|entry| (text_of(entry), said(entry))));
    all
}

fn is_stub(word: &str) -> bool {
    word.strip_prefix('s').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What is wrong with an answer, if something is.
fn mistake(said: Option<&Said>, seen: &Seen) -> Option<String> {
    let Some(said) = said else { return Some("no entry".to_owned()) };
    match said.exit {
        None => return Some("never runs, and it did".to_owned()),
        Some(Exit::Zero) if seen.nonzero => return Some("zero, the shell gave nonzero".to_owned()),
        Some(Exit::Nonzero) if seen.zero => return Some("nonzero, the shell gave zero".to_owned()),
        Some(_) => {}
    }
    let missing: Vec<&String> = seen.effects.difference(&said.effects).collect();
    (!missing.is_empty()).then(|| format!("not listed, and ran: {missing:?}"))
}

/// The mistakes in the answers for one script, by the name of the failing command.
fn mistakes(script: &Script, bench: &Bench) -> BTreeMap<String, String> {
    let said = read(script);
    let seen = bench.faults(script);
    seen.iter().filter_map(|(name, seen)| Some((name.clone(), mistake(said.get(name), seen)?))).collect()
}

/// The smallest script in which the same mistake is made.
fn shrunk(script: Script, name: &str, what: &str, bench: &Bench) -> Script {
    let kind = |what: &str| what.split(',').next().unwrap_or_default().to_owned();
    let mut smallest = script;
    for _ in 0..SHRINKS {
        let still = |smaller: &Script| {
            mistakes(smaller, bench).get(name).is_some_and(|other| kind(other) == kind(what))
        };
        match smallest.smaller().into_iter().find(still) {
            Some(smaller) => smallest = smaller,
            None => break,
        }
    }
    smallest
}

impl Tally {
    fn and(mut self, other: Self) -> Self {
        self.faults += other.faults;
        self.wrong.extend(other.wrong);
        self.vague += other.vague;
        self.vague_seeds.extend(other.vague_seeds);
        self.effects += other.effects;
        self.idle += other.idle;
        self
    }

    fn look_at(&mut self, seed: u64, shell: Shell, bench: &Bench) {
        let whole = script(seed, shell);
        let said = read(&whole);
        for (name, seen) in bench.faults(&whole) {
            self.faults += 1;
            if let Some(what) = mistake(said.get(&name), &seen) {
                let smallest = shrunk(whole.clone(), &name, &what, bench);
                let what = mistakes(&smallest, bench).remove(&name).unwrap_or(what);
                self.wrong.push(format!("seed {seed}: {name}: {what}\n{}", smallest.text()));
                println!("{}", self.wrong.last().unwrap());
                return;
            }
            let said = &said[&name];
            if said.exit == Some(Exit::Either) && seen.zero != seen.nonzero {
                self.vague += 1;
                self.vague_seeds.push((seed, name.clone()));
            }
            self.effects += said.effects.len();
            self.idle += said.effects.difference(&seen.effects).count();
        }
    }
}

fn look_at_all(seeds: &[u64], shell: Shell) -> Tally {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> =
        (1..=90).map(|n| format!("s{n}")).chain(std::iter::once("rm".to_owned())).collect();
    let bench = Bench::new(folder.path(), &names);
    let mut tally = Tally::default();
    seeds.iter().for_each(|seed| tally.look_at(*seed, shell, &bench));
    tally
}

fn seeds() -> Range<u64> {
    let Ok(wanted) = std::env::var("LINT_SCRIPTS_SEEDS") else { return SEEDS };
    let (from, to) = wanted.split_once("..").expect("LINT_SCRIPTS_SEEDS is `from..to`");
    from.parse().expect("a number")..to.parse().expect("a number")
}

fn compare(shell: Shell, path: &str) {
    if !Path::new(path).exists() {
        eprintln!("SKIPPED: {path} is not there");
        assert!(std::env::var_os("CI").is_none(), "{path} is needed here");
        return;
    }
    let all: Vec<u64> = seeds().collect();
    let parts = all.chunks(all.len().div_ceil(WORKERS).max(1));
    let tally = std::thread::scope(|scope| {
        let workers: Vec<_> = parts.map(|part| scope.spawn(move || look_at_all(part, shell))).collect();
        let join = |worker: ScopedJoinHandle<'_, Tally>| worker.join().expect("the worker does not panic");
        workers.into_iter().map(join).fold(Tally::default(), Tally::and)
    });
    println!("{} faults, {} wrong, {} vague", tally.faults, tally.wrong.len(), tally.vague);
    println!("{} effects listed, {} idle", tally.effects, tally.idle);
    if std::env::var_os("LINT_SCRIPTS_VAGUE").is_some() {
        tally.vague_seeds.iter().for_each(|(seed, name)| println!("vague: seed {seed}: {name}"));
    }
    assert!(tally.wrong.is_empty(), "{} wrong answers:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
}

#[test]
fn bash_does_what_the_engine_says() {
    compare(Shell::Bash, "/bin/bash");
}

#[test]
fn dash_does_what_the_engine_says() {
    compare(Shell::Dash, "/bin/dash");
}
