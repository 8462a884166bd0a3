//! What is known of shells, held against the shells on this machine and against the engine: see `tests/facts`.
//!
//! `LINT_SCRIPTS_FACTS="redir err.fn" cargo test --test facts -- --nocapture` looks at those whose names begin so;
//! `LINT_SCRIPTS_SHOW=1` shows where the engine's answer is `either`.
#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
#![allow(clippy::disallowed_methods, reason = "scratch files, of which nothing is kept")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "what was not looked at is said")]

mod facts {
    pub mod question;
    pub mod shells;
    pub mod table;
}

use std::collections::BTreeMap;
use std::sync::Mutex;

use facts::question::{Question, Verdict};
use facts::shells::{Bench, SHELLS, Shell};
use facts::table::{Fact, facts};

/// How many snippets run at a time.
const WORKERS: usize = 2;

/// How often a run that differs from the table is tried again: some hang on the order in which processes run.
const TRIES: usize = 4;

/// How many results the engine is not asked about, with a reason beside each.
const MOST_OUTSIDE: usize = 600;

/// How many of its answers are `either`.
const MOST_VAGUE: usize = 1200;

/// Does `work` for each fact, some at a time.
fn each_fact(facts: &[Fact], work: impl Fn(&Fact, &Bench) + Sync) {
    let next = Mutex::new(facts.iter());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                let bench = Bench::new(folder.path());
                loop {
                    let Some(fact) = next.lock().unwrap().next() else { break };
                    work(fact, &bench);
                }
            });
        }
    });
}

/// The facts whose names begin with one of the words of `LINT_SCRIPTS_FACTS`; without it all.
fn wanted() -> Vec<Fact> {
    let mut facts = facts();
    if let Ok(names) = std::env::var("LINT_SCRIPTS_FACTS") {
        facts.retain(|fact| names.split_whitespace().any(|name| fact.name.starts_with(name)));
    }
    facts
}

fn present() -> Vec<&'static Shell> {
    let (present, missing): (Vec<&Shell>, Vec<&Shell>) = SHELLS.iter().partition(|shell| shell.is_present());
    for shell in missing {
        eprintln!("SKIPPED: {} is not there", shell.name);
        assert!(std::env::var_os("CI").is_none(), "{} is needed here", shell.name);
    }
    present
}

#[test]
fn shells_do_what_the_table_says() {
    let (facts, shells) = (wanted(), present());
    let (runs, differ) = (Mutex::new(0), Mutex::new(Vec::new()));
    each_fact(&facts, |fact, bench| {
        for (names, expected) in &fact.results {
            for shell in shells.iter().filter(|shell| names.iter().any(|name| name == shell.name)) {
                *runs.lock().unwrap() += 1;
                let run = || bench.run(shell, &fact.options, &fact.snippet, |_, seen| seen);
                let mut seen = run();
                for _ in 1..TRIES {
                    if seen == *expected {
                        break;
                    }
                    seen = run();
                }
                if seen != *expected {
                    let line =
                        format!("{} [{}]: {seen:?}, the table has {expected:?}", fact.name, shell.name);
                    differ.lock().unwrap().push(line);
                }
            }
        }
    });
    let (runs, differ) = (runs.into_inner().unwrap(), differ.into_inner().unwrap());
    println!("{} facts, {runs} runs, {} differ from the table", facts.len(), differ.len());
    assert!(differ.is_empty(), "another version of a shell, or a wrong fact:\n{}", differ.join("\n"));
}

/// What the engine's answers come to.
#[derive(Default)]
struct Tally {
    agreed: usize,
    vague: Vec<String>,
    wrong: Vec<String>,
    /// By the reason.
    outside: BTreeMap<String, usize>,
}

impl Tally {
    fn add(&mut self, place: &str, question: &Question, verdict: Verdict) {
        match verdict {
            Verdict::Agreed => self.agreed += 1,
            Verdict::Vague | Verdict::NotReached => self.vague.push(place.to_owned()),
            Verdict::Wrong(what) => self.wrong.push(format!("{place}: {what}\n{}", question.text)),
        }
    }
}

#[test]
fn the_engine_says_what_the_shells_do() {
    let (facts, shells) = (wanted(), present());
    let tally = Mutex::new(Tally::default());
    each_fact(&facts, |fact, bench| {
        for shell in shells
            .iter()
            .filter(|shell| fact.results.iter().any(|(names, _)| names.iter().any(|name| name == shell.name)))
        {
            if let Some(reason) = fact.outside(shell.name) {
                *tally.lock().unwrap().outside.entry(reason.to_owned()).or_default() += 1;
                continue;
            }
            for question in Question::of(fact, shell) {
                let mut asked = vec![(shell.name.to_owned(), question)];
                if shell.is_sh {
                    asked.push((format!("sh as {}", shell.name), asked[0].1.for_sh()));
                }
                let judge = || {
                    bench.run(shell, &[], &asked[0].1.text, |folder, seen| {
                        asked.iter().map(|(_, question)| question.judge(&seen, folder)).collect::<Vec<_>>()
                    })
                };
                let mut verdicts = judge();
                for _ in 1..TRIES {
                    if !verdicts.contains(&Verdict::NotReached) {
                        break;
                    }
                    verdicts = judge();
                }
                let mut tally = tally.lock().unwrap();
                for ((name, question), verdict) in asked.iter().zip(verdicts) {
                    tally.add(&format!("{} [{name}]", fact.name), question, verdict);
                }
            }
        }
    });
    let mut tally = tally.into_inner().unwrap();
    tally.vague.sort();
    tally.wrong.sort();
    println!(
        "{} answers agree, {} are `either`, {} wrong",
        tally.agreed,
        tally.vague.len(),
        tally.wrong.len()
    );
    tally.outside.iter().for_each(|(reason, count)| println!("{count} outside: {reason}"));
    let outside: usize = tally.outside.values().sum();
    println!("{outside} outside in all");
    if std::env::var_os("LINT_SCRIPTS_SHOW").is_some() {
        tally.vague.iter().for_each(|place| println!("either: {place}"));
    }
    assert!(tally.wrong.is_empty(), "{} wrong answers:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
    assert!(outside <= MOST_OUTSIDE, "the engine is asked less than before");
    assert!(tally.vague.len() <= MOST_VAGUE, "the engine says less than before");
}
