//! Runs generated scripts in the real shell, in a directory of their own and with stubs as the only programs.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Read;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::script::Script;
use super::shell::Shell;

/// How long a script may run. Some never end: in ksh a `>(program)` that reads to the end may wait for the shell, and the shell
/// for it.
const LONGEST: Duration = Duration::from_secs(20);

/// How many of a command's runs are made to fail one by one.
const RUNS: usize = 3;

/// The statuses with which commands fail: one in each script.
const STATUSES: [&str; 4] = ["3", "1", "127", "255"];

/// Programs that are what they are.
const PROGRAMS: [&str; 8] = [
    "/bin/bash",
    "/bin/sh",
    "/usr/bin/dirname",
    "/usr/bin/env",
    "/usr/bin/nice",
    "/usr/bin/nohup",
    "/usr/bin/printf",
    "/usr/bin/timeout",
];

/// What was seen when one command failed: in all of its runs, and in each of the first.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub zero: bool,
    pub nonzero: bool,
    /// Claims and destroys after the failure.
    pub effects: BTreeSet<String>,
    /// Those beside it, which may as well have come after it: with jobs, and in ksh, the order is left to chance, nobody
    /// knows when a file was written to, and what the runs with a directory and without have in common is before it or after.
    pub beside: BTreeSet<String>,
}

/// A directory with the stubs, in which one script after the other runs.
pub struct Bench {
    folder: PathBuf,
    /// How many runs there were.
    runs: Cell<u64>,
}

/// What is made to happen in a run.
#[derive(Clone, Copy, Debug, Default)]
struct Wish<'a> {
    /// The call that fails; one that names a directory fails because the directory is away.
    failing: &'a str,
    /// Which of its runs fails; 0 for all.
    only: usize,
    /// The asking call that answers no; `*` for all of them.
    no: &'a str,
    /// Each stub prints a word.
    prints: bool,
}

/// What a script did.
pub struct Run {
    pub status: i32,
    /// What was printed and which calls there were, in order.
    log: Vec<String>,
    /// What it has written into files, without its order.
    written: Vec<String>,
    errors: String,
    /// Whether something ran beside something else, so that the order is left to chance.
    beside: bool,
}

impl Bench {
    /// Compiles the stub, and links it under `names`.
    pub fn new(folder: &Path, names: &[String]) -> Self {
        let bin = folder.join("bin");
        fs::create_dir_all(&bin).unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generated/stub.rs");
        let stub = folder.join("stub");
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        // A program that needs no other file starts in half the time.
        let made = Command::new(rustc)
            .args(["-O", "--edition", "2024", "-C", "target-feature=+crt-static", "-C", "panic=abort", "-o"])
            .arg(&stub)
            .arg(source)
            .status()
            .expect("rustc runs");
        assert!(made.success(), "the stub does not compile");
        for name in names {
            fs::hard_link(&stub, bin.join(name)).unwrap();
        }
        for program in PROGRAMS {
            let name = Path::new(program).file_name().unwrap();
            std::os::unix::fs::symlink(program, bin.join(name)).unwrap();
        }
        fs::create_dir(folder.join("work")).unwrap();
        Self { folder: folder.to_owned(), runs: Cell::new(0) }
    }

    /// What happens when each command that a run without failures reaches fails; `None` where a run does not end.
    pub fn faults(&self, script: &Script) -> Option<BTreeMap<String, Seen>> {
        self.place(script, &script.text());
        self.with_places(script, || self.faults_of(script))
    }

    /// Puts a script, with this text, where it runs.
    pub fn place(&self, script: &Script, text: &str) {
        let work = self.folder.join("work");
        fs::write(work.join("script"), text).unwrap();
        for (name, text) in script.files() {
            fs::write(work.join(name), text).unwrap();
        }
    }

    /// Does something while the directories are there that a script names.
    pub fn with_places<T>(&self, script: &Script, act: impl FnOnce() -> T) -> T {
        let directories = script.directories();
        directories.iter().for_each(|name| self.make_directory(name));
        let done = act();
        let work = self.folder.join("work");
        directories.iter().for_each(|name| fs::remove_dir_all(work.join(name)).unwrap());
        done
    }

    /// The runs in which nothing fails: with every question answered yes, and with every one answered no.
    pub fn working(&self, script: &Script) -> Vec<Run> {
        let run = |no| self.run(script, Wish { no, ..Wish::default() }).expect("the script ends");
        ["", "*"].into_iter().map(run).collect()
    }

    /// A run in which a call fails each time.
    pub fn failing(&self, script: &Script, call: &str) -> Run {
        self.run(script, Wish { failing: call, ..Wish::default() }).expect("the script ends")
    }

    fn faults_of(&self, script: &Script) -> Option<BTreeMap<String, Seen>> {
        let mut all = BTreeMap::new();
        let healthy = self.run(script, Wish::default())?;
        let asks: BTreeSet<&str> = healthy.calls().filter(|call| call.starts_with("grep")).collect();
        self.faults_beside(script, Wish::default(), &healthy, &mut all)?;
        let singly = asks.iter().filter(|_| asks.len() > 1);
        let no = (!asks.is_empty()).then_some(&"*").into_iter().chain(singly);
        let mut wishes: Vec<Wish<'_>> = no.map(|no| Wish { no, ..Wish::default() }).collect();
        if takes_output(script) {
            wishes.push(Wish { prints: true, ..Wish::default() });
        }
        for wish in wishes {
            let healthy = self.run(script, wish)?;
            self.faults_beside(script, wish, &healthy, &mut all)?;
        }
        Some(all)
    }

    /// The faults of the run that is `healthy`.
    fn faults_beside(
        &self,
        script: &Script,
        wish: Wish<'_>,
        healthy: &Run,
        all: &mut BTreeMap<String, Seen>,
    ) -> Option<()> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        healthy.calls().for_each(|call| *counts.entry(call).or_default() += 1);
        for (call, count) in counts {
            let seen = all.entry(call.to_owned()).or_default();
            let before = done_before(call, healthy, script.shell);
            let always = self.run(script, Wish { failing: call, only: 0, ..wish })?;
            // What is tried again runs more than once only when it fails.
            let count = always.calls().filter(|other| *other == call).count().max(count);
            // What is printed is one word, and makes no more rounds.
            let rounds = if count > 1 && !wish.prints { count.min(RUNS) } else { 0 };
            seen.add(&always, &before);
            for only in 1..=rounds {
                seen.add(&self.run(script, Wish { failing: call, only, ..wish })?, &before);
            }
        }
        // The calls come in no certain order, so that two runs cannot be compared.
        let directories = if runs_beside(script) { Vec::new() } else { script.directories() };
        for name in &directories {
            fs::remove_dir_all(self.folder.join("work").join(name)).unwrap();
            let run = self.run(script, wish);
            self.make_directory(name);
            let run = run?;
            // What makes no difference at all was perhaps not reached.
            if !run.is_like(healthy) {
                all.entry(name.clone()).or_default().add_parted(&run, healthy, script.shell);
            }
        }
        Some(())
    }

    /// A directory with something in it that can be read with `.`, and a program; after `cd` the others are still found.
    fn make_directory(&self, name: &str) {
        let path = self.folder.join("work").join(name);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("in"), ":\n").unwrap();
        std::os::unix::fs::symlink(self.folder.join("stub"), path.join("tool")).unwrap();
        for other in (1..=9).flat_map(|number| [format!("d{number}"), format!("lib{number}.sh")]) {
            std::os::unix::fs::symlink(Path::new("..").join(&other), path.join(&other)).unwrap();
        }
    }

    /// What a run has left in the file `out` of a directory.
    fn written_in(&self, name: &str) -> Vec<String> {
        let path = self.folder.join("work").join(name).join("out");
        let Ok(text) = fs::read_to_string(&path) else { return Vec::new() };
        fs::remove_file(&path).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// `None` where it does not end.
    fn run(&self, script: &Script, wish: Wish<'_>) -> Option<Run> {
        // A job of the run before may still be writing into its own.
        let log = self.folder.join(format!("log{}", self.runs.replace(self.runs.get() + 1)));
        fs::write(&log, "").unwrap();
        let (shell, fixed) = script.shell.command();
        let output = OpenOptions::new().append(true).open(&log).unwrap();
        // The other end is closed when the last job has ended: what it notes belongs to this run.
        let (mut jobs, end) = std::io::pipe().unwrap();
        let mut child = Command::new(shell)
            .arg0(script.shell.name())
            .args(fixed)
            .args(script.flag)
            .arg("./script")
            .env_clear()
            .env("PATH", self.folder.join("bin"))
            .env("STUB_LOG", &log)
            .env("STUB_FAIL", wish.failing)
            .env("STUB_RUN", wish.only.to_string())
            .env("STUB_STATUS", STATUSES[script.nodes.len() % STATUSES.len()])
            .env("STUB_NO", wish.no)
            .env("STUB_PRINTS", if wish.prints { "true" } else { "" })
            .current_dir(self.folder.join("work"))
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(end)
            .process_group(0)
            .spawn()
            .unwrap_or_else(|error| panic!("{shell} does not run: {error}"));
        let (ended, end) = mpsc::channel();
        thread::spawn(move || {
            let mut errors = Vec::new();
            jobs.read_to_end(&mut errors).unwrap();
            // Nobody waits for it any more where it has taken too long.
            let _ = ended.send(errors);
        });
        let errors = end.recv_timeout(LONGEST);
        if errors.is_err() {
            let group = format!("-{}", child.id());
            assert!(Command::new("kill").args(["-KILL", "--", &group]).status().unwrap().success());
        }
        let status = child.wait().unwrap();
        let errors = errors.ok()?;
        let lines = fs::read_to_string(&log).unwrap().lines().map(str::to_owned).collect();
        fs::remove_file(&log).unwrap();
        let written = script.directories().iter().flat_map(|name| self.written_in(name)).collect();
        Some(Run {
            status: status.code().expect("ended by itself"),
            log: lines,
            written,
            errors: String::from_utf8_lossy(&errors).into_owned(),
            beside: runs_beside(script),
        })
    }
}

/// Whether there is a job, a co-process or a process substitution.
fn runs_beside(script: &Script) -> bool {
    let text = script.shown();
    [" & ", " &\n", ">(", "<(", "coproc "].iter().any(|mark| text.contains(mark))
}

/// Whether it matters what a stub prints, and any word will do.
fn takes_output(script: &Script) -> bool {
    let text = script.shown();
    let is_stub = |rest: &str| rest.starts_with('s') && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    let takes = |start: &str| text.match_indices(start).any(|(at, _)| is_stub(&text[at + start.len()..]));
    let spoils = ["/dev/null$(", "; echo 0)", "; echo 1)", "; echo .)"];
    ["$(", "`", "<("].iter().any(|start| takes(start)) && !spoils.iter().any(|mark| text.contains(mark))
}

/// What a healthy run has done once, before it comes to the call. ksh waits for the last element of a pipeline alone: the
/// others may do such things later.
fn done_before<'a>(call: &str, healthy: &'a Run, shell: Shell) -> Vec<&'a String> {
    if shell != Shell::Ksh {
        return Vec::new();
    }
    let is_once = |entry: &&String| healthy.log.iter().filter(|other| other == entry).count() == 1;
    let before = healthy.log.iter().take_while(|entry| entry.strip_prefix('+') != Some(call));
    before.filter(is_once).collect()
}

/// In whatever order.
fn are_the_same(left: &[String], right: &[String]) -> bool {
    let sorted = |log: &[String]| {
        let mut log = log.to_vec();
        log.sort();
        log
    };
    sorted(left) == sorted(right)
}

impl Run {
    /// Whether the same was done, in whatever order: jobs run beside what follows them.
    pub fn is_like(&self, other: &Self) -> bool {
        self.status == other.status
            && are_the_same(&self.log, &other.log)
            && are_the_same(&self.written, &other.written)
    }

    /// What this run has done otherwise than another; places in the script may have moved.
    pub fn change(&self, after: &Self) -> Option<String> {
        if self.status != after.status {
            return Some(format!("it ended with {} and ends with {}", self.status, after.status));
        }
        let same = self.written == after.written
            && if self.beside { self.is_like(after) } else { self.log == after.log };
        if !same {
            return Some(format!("it did {:?} and does {:?}", self.log, after.log));
        }
        let (before, after) = (without_places(&self.errors), without_places(&after.errors));
        (before != after).then(|| format!("it complained {before:?} and complains {after:?}"))
    }

    /// Whether the stub that was to fail has run.
    pub fn has_failed(&self) -> bool {
        self.log.iter().any(|entry| entry == "FAILED")
    }

    pub fn distinct_calls(&self) -> BTreeSet<String> {
        self.calls().map(str::to_owned).collect()
    }

    fn calls(&self) -> impl Iterator<Item = &str> {
        self.log.iter().filter_map(|entry| entry.strip_prefix('+'))
    }
}

/// A message of the shell without the line that it names.
fn without_places(errors: &str) -> String {
    errors.split(|c: char| c.is_ascii_digit()).collect::<Vec<_>>().join("")
}

impl Seen {
    /// What was seen in another shell, too.
    pub fn add_all(&mut self, other: Self) {
        self.zero |= other.zero;
        self.nonzero |= other.nonzero;
        self.effects.extend(other.effects);
        self.beside.extend(other.beside);
    }

    /// A run in which a stub was to fail. It says nothing where the shell has not come to it: `wait` in ksh may not know
    /// its own job, so that errexit ends one run before the call and not another.
    /// What the healthy run has done `before` the call is not what comes after.
    fn add(&mut self, run: &Run, before: &[&String]) {
        if run.has_failed() {
            let is_late = |entry: &&String| before.contains(entry);
            let after = run.log.iter().skip_while(|entry| *entry != "FAILED");
            self.note(run.status, after.filter(|entry| !is_late(entry)));
            self.beside.extend(effects(run.log.iter().filter(|entry| run.beside || is_late(entry))));
            self.beside.extend(effects(run.written.iter()));
        }
    }

    /// A run in which something else has failed: what it has done is what comes after the two runs part.
    fn add_parted(&mut self, run: &Run, healthy: &Run, shell: Shell) {
        let same = run.log.iter().zip(&healthy.log).take_while(|(left, right)| left == right).count();
        // The elements of a pipeline note their calls in any order. ksh waits for the last of them alone: others may do so
        // behind what comes after it.
        let chance = |count: &usize| {
            let mut pairs = run.log.iter().zip(&healthy.log).take(*count);
            are_the_same(&run.log[..*count], &healthy.log[..*count])
                && (shell == Shell::Ksh || pairs.all(|(left, right)| left == right || !is_effect(left)))
        };
        let shared = run.log.len().min(healthy.log.len());
        let same = (same..=shared).rev().find(chance).unwrap_or(same);
        self.note(run.status, run.log[same..].iter());
        self.beside.extend(effects(run.log[..same].iter().chain(&run.written)));
    }

    fn note<'a>(&mut self, status: i32, entries: impl Iterator<Item = &'a String>) {
        self.zero |= status == 0;
        self.nonzero |= status != 0;
        self.effects.extend(effects(entries));
    }
}

/// The claims and destroys among what was done.
fn effects<'a>(entries: impl Iterator<Item = &'a String>) -> impl Iterator<Item = String> {
    let effects = entries.filter(|entry| is_effect(entry));
    effects.map(|entry| entry.trim_start_matches('+').to_owned())
}

fn is_effect(entry: &str) -> bool {
    entry.starts_with("backup completed") || entry.starts_with("+rm")
}
