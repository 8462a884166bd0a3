//! How many failures are found that a small change makes silent. Correct scripts are changed as people change them: a guard is
//! left out, a mask is added, a claim leaves its condition. Real bash runs both, with each of their commands failing in turn.
//! Where a failure is silent that was not before, the rule that the change is aimed at has to speak, or another one that names
//! the command.
//!
//! `cargo test --test recall -- --nocapture` shows the table and what is missed; with `LINT_SCRIPTS_SHOW=mutants` each mutant.
#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
#![allow(clippy::print_stdout, reason = "the table is read by a person")]

mod book;
mod harness;
mod recall {
    pub mod bench;
    pub mod mutators;
    pub mod previews;
    pub mod sources;
    pub mod spoken;
    pub mod tally;
}

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use recall::bench::Original;
use recall::mutators::{MUTATORS, Mutator};
use recall::previews::PREVIEWS;
use recall::sources::{Source, sources};
use recall::spoken::{Heard, is_quiet, spoken};
use recall::tally::{RECORDED, Tally};

/// How many scripts are looked at at a time.
const WORKERS: usize = 2;

/// All mutants of a script by which a failure becomes silent, and whether a rule says so.
fn look_at(source: &Source, tally: &mut Tally) {
    let Some(original) = Original::new(source) else {
        tally.unfit.push(format!("{}: does not end with 0 where all is well", source.name));
        return;
    };
    for mutator in MUTATORS.iter().chain(PREVIEWS) {
        let mutants = (mutator.make)(&source.text);
        if mutants.is_empty() {
            continue;
        }
        if !is_quiet(source, mutator) {
            tally.unfit.push(format!("{}: has findings before `{}`", source.name, mutator.name));
            continue;
        }
        for mutant in mutants {
            judge(source, &original, mutator, &mutant, tally);
        }
    }
}

fn judge(
    source: &Source,
    original: &Original<'_>,
    mutator: &'static Mutator,
    mutant: &str,
    tally: &mut Tally,
) {
    let silent = original.newly_silent(mutant, mutator.harm);
    let Heard { counted, heard } = spoken(mutator, mutant, &silent);
    if counted.is_empty() {
        return;
    }
    tally.add(mutator, heard);
    let show = std::env::var("LINT_SCRIPTS_SHOW").is_ok_and(|it| it == "mutants");
    if !heard || show {
        let word = if heard { "heard" } else { "missed" };
        tally.shown.push(format!(
            "{word}: {}: {}: {}\n{mutant}",
            mutator.name,
            source.name,
            counted.join(", ")
        ));
    }
}

/// Scratch files where they cost least.
fn in_memory() {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::env::override_temp_dir(memory).unwrap();
    }
}

#[test]
fn what_a_change_makes_silent_is_found() {
    in_memory();
    let sources = sources();
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut tally = Tally::default();
        while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
            look_at(source, &mut tally);
        }
        tally
    };
    let tally = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).fold(Tally::default(), Tally::and)
    });
    println!("{tally}");
    assert_eq!(tally.troubles(RECORDED), [""; 0]);
}
