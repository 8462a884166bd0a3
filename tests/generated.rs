//! The engine's answers for random scripts against what the real shells do with them; and the same scripts with their
//! fixes, which must change no run that works.
//!
//! `LINT_SCRIPTS_SEEDS=1000..5000 cargo test --release --test generated bash -- --nocapture` looks at more of them; a range
//! that was broken off is taken up again at the seed that was said last. With `LINT_SCRIPTS_SHOW=vague` or `idle` scripts
//! are shown, made small, whose answers are right and say too little.
//!
//! `LINT_SCRIPTS_SEEDS=1000..5000 cargo test --release --test generated answers -- --ignored --nocapture` runs no script; it
//! gives a number for the answers to each. What a shell does with a script does not change with the engine: where the
//! numbers before and behind a change are the same, a script need not be run again.
#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
#![allow(clippy::disallowed_methods, reason = "scratch files, of which nothing is kept")]
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "what a long run has come to is read by a person"
)]

mod generated {
    pub mod answers;
    pub mod bench;
    pub mod families;
    pub mod fixed;
    pub mod random;
    pub mod script;
    pub mod shell;
    pub mod tally;
    pub mod writer;
}

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use generated::answers;
use generated::bench::Bench;
use generated::fixed::Fixing;
use generated::shell::Shell;
use generated::tally::Tally;
use generated::writer::{self, MAX_CALLS};

/// The seeds of the test-suite.
const SEEDS: Range<u64> = 0..300;

/// The seeds of the scripts that the test-suite fixes.
const FIXED_SEEDS: Range<u64> = 0..200;

/// How many scripts are looked at at a time.
const WORKERS: usize = 2;

/// After so many scripts it is said how far a long run has come.
const TELL: u64 = 500;

fn seeds(otherwise: Range<u64>) -> Range<u64> {
    let Ok(wanted) = std::env::var("LINT_SCRIPTS_SEEDS") else { return otherwise };
    let (from, to) = wanted.split_once("..").expect("LINT_SCRIPTS_SEEDS is `from..to`");
    from.parse().expect("a number")..to.parse().expect("a number")
}

/// Scratch files where they cost least.
fn scratch() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

/// Does something for each seed, with a bench for each worker.
fn each_seed<T: Default + Send>(
    look: impl Fn(&mut T, u64, &Bench) + Sync,
    and: impl Fn(T, T) -> T,
    seeds: Range<u64>,
) -> T {
    let next = AtomicU64::new(seeds.start);
    let worker = || {
        let folder = scratch();
        let names: Vec<String> =
            (1..=MAX_CALLS).map(|n| format!("s{n}")).chain(["rm".into(), "grep".into()]).collect();
        let bench = Bench::new(folder.path(), &names);
        let mut done = T::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return done;
            }
            if seed.is_multiple_of(TELL) {
                println!("seed {seed}");
            }
            look(&mut done, seed, &bench);
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).fold(T::default(), and)
    })
}

/// Says so where a shell is not there, which it must be in CI.
fn is_here(shell: Shell) -> bool {
    let (path, _) = shell.command();
    let here = Path::new(path).exists();
    if !here {
        eprintln!("SKIPPED: {path} is not there");
        assert!(std::env::var_os("CI").is_none(), "{path} is needed here");
    }
    here
}

fn compare(shell: Shell) {
    if !shell.stands_for().iter().all(|shell| is_here(*shell)) {
        return;
    }
    let look = |tally: &mut Tally, seed, bench: &Bench| tally.look_at(seed, shell, bench);
    let tally = each_seed(look, Tally::and, seeds(SEEDS));
    println!("{}", tally.summary());
    assert!(tally.wrong.is_empty(), "{} wrong answers:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
}

#[test]
#[ignore = "compares nothing by itself"]
fn answers_as_numbers() {
    for shell in Shell::ALL {
        for seed in seeds(SEEDS) {
            println!("{shell:?} {seed} {:016x}", answers::digest(&writer::script(seed, shell)));
        }
    }
}

fn fix_all(shell: Shell) {
    if !is_here(shell) {
        return;
    }
    let look = |fixing: &mut Fixing, seed, bench: &Bench| fixing.look_at(seed, shell, bench);
    let fixing = each_seed(look, Fixing::and, seeds(FIXED_SEEDS));
    println!("{}", fixing.summary());
    assert!(fixing.wrong.is_empty(), "{} wrong fixes:\n{}", fixing.wrong.len(), fixing.wrong.join("\n"));
}

#[test]
fn bash_does_what_the_engine_says() {
    compare(Shell::Bash);
}

#[test]
fn dash_does_what_the_engine_says() {
    compare(Shell::Dash);
}

#[test]
fn bash_in_posix_mode_does_what_the_engine_says() {
    compare(Shell::BashPosix);
}

#[test]
fn bash_as_sh_does_what_the_engine_says() {
    compare(Shell::BashAsSh);
}

#[test]
fn busybox_does_what_the_engine_says() {
    compare(Shell::Busybox);
}

#[test]
fn ksh_does_what_the_engine_says() {
    compare(Shell::Ksh);
}

#[test]
fn mksh_does_what_the_engine_says() {
    compare(Shell::Mksh);
}

#[test]
fn fixes_leave_what_works_in_bash() {
    fix_all(Shell::Bash);
}

#[test]
fn fixes_leave_what_works_in_dash() {
    fix_all(Shell::Dash);
}
