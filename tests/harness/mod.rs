//! Runs shell scripts in real shells in which every external command is a stub that can be told to fail.
//!
//! A script stands beside a description (`backup.sh`, `backup.toml`): what counts as a claim or a destruction in it,
//! which commands only ask, what lies in the directory it starts in, and, for each command, what the real shell did
//! when that command failed. To add a script, write it and the upper part of its description, run the test
//! `scripts_are_true` with `RECORD=1`, and read what was recorded.
//!
//! A run is hermetic: a fresh directory, and no command but the stubs on PATH.

#![allow(dead_code, unused_imports, reason = "each test crate that includes the harness uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a harness that cannot work ends the test")]

mod glob;
mod read;
mod record;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use serde::Deserialize;
use tempfile::TempDir;

pub use glob::matches;
pub use read::Read;
pub use record::record;

/// What is known of a script, from the file beside it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// Words that tell someone that all is well: a part of what is printed, a call (a pattern, when it has a `*`), or
    /// `> path` for a file that is made or changed.
    pub claims: Vec<String>,
    /// Calls (patterns) that remove or overwrite something, or `> path`.
    pub destroys: Vec<String>,
    /// Calls (patterns) of which the script was written to lose the failure.
    pub planted: Vec<String>,
    /// Calls (patterns) in loud scripts whose failure is of no consequence: best effort, or only printing.
    pub harmless: Vec<String>,
    /// Calls (patterns) in loud scripts before which a claim has been made, true by then.
    pub after_claim: Vec<String>,
    /// Calls (patterns) that are tried again: the failure of one run may be made good.
    pub retried: Vec<String>,
    /// Calls (patterns) whose non-zero status is an answer.
    pub asks: Vec<String>,
    /// Files outside the starting directory that the script leaves behind; they are removed.
    pub outside: Vec<PathBuf>,
    /// Arguments of the script.
    pub args: Vec<String>,
    /// Jobs run side by side: the order of the calls is not fixed.
    pub concurrent: bool,
    /// Environment beside PATH, HOME and TMPDIR.
    pub env: BTreeMap<String, String>,
    /// Files in the starting directory, and their contents; a name that ends with `/` is a directory.
    pub files: BTreeMap<String, String>,
    /// What calls (patterns) print.
    pub prints: BTreeMap<String, String>,
    /// Lines (1-based) of call sites, where the words alone do not tell.
    pub lines: BTreeMap<String, usize>,
    /// Builtins that fail when a path is missing: the text of the command, and the path.
    pub missing: BTreeMap<String, String>,
    /// What really happens, for every call site.
    pub fault: Vec<Fault>,
}

/// One command fails, and what the real shell makes of it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fault {
    /// The call, a pattern over all its words; for a builtin its text.
    pub command: String,
    /// Where it stands, 1-based.
    pub line: usize,
    /// The status of the failing command.
    pub status: Option<i32>,
    /// The path that is taken away to make a builtin fail.
    pub missing: Option<String>,
    /// `zero`, `nonzero`, `either` when that depends on the answers of asking commands or on which of its runs fails, or
    /// `unreached` when it never runs.
    pub exit: String,
    /// Those claims of the script that appear in at least one such run.
    pub claims: Vec<String>,
    /// Those destructions of the script that run in at least one such run.
    pub destroys: Vec<String>,
}

/// Which of the runs of a call fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    All,
    /// 1-based.
    Only(usize),
}

/// What one run of a script did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Exit status; 128 + n after signal n.
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
    /// The calls in order, the scratch directory written as `~`.
    pub calls: Vec<String>,
    /// What each call read.
    pub inputs: Vec<String>,
    /// Those calls that failed as planned, by their place in `calls`.
    pub failed: BTreeSet<usize>,
    /// Files of the scratch directory after the run, with their contents.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Scenario {
    /// Reads the description that stands beside a script.
    pub fn of(script: &Path) -> Self {
        let path = script.with_extension("toml");
        let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// All answers that the asking commands can give together, the one in which each says yes first.
    pub fn answers(&self) -> Vec<Answers> {
        let mut all = vec![BTreeMap::new()];
        for ask in &self.asks {
            let with_no = all.iter().cloned().map(|mut answers| {
                answers.insert(ask.clone(), 1);
                answers
            });
            let with_no: Vec<_> = with_no.collect();
            all.extend(with_no);
        }
        all
    }

    pub fn is_asking(&self, call: &str) -> bool {
        any(&self.asks, call)
    }
}

/// Whether a call fits one of the patterns.
pub fn any(patterns: &[String], call: &str) -> bool {
    patterns.iter().any(|p| matches(p, call))
}

/// Runs a script under its scenario with nothing failing.
pub fn run_healthy(script: &Path, scenario: &Scenario, answers: &Answers) -> Run {
    let mut bench = Bench::new(script, scenario);
    bench.answer(answers);
    bench.run(scenario)
}

/// Answers of asking commands: the call (a pattern), and its status.
pub type Answers = BTreeMap<String, i32>;

/// Runs a script under its scenario with one command failing.
pub fn run_faulty(
    script: &Path,
    scenario: &Scenario,
    answers: &Answers,
    fault: &Fault,
    failing: Failing,
) -> Run {
    let mut bench = Bench::new(script, scenario);
    bench.answer(answers);
    match &fault.missing {
        Some(path) => bench.take_away(path),
        None => bench.fail(fault, failing),
    }
    bench.run(scenario)
}

/// All runs in which the command fails: under each set of answers, in all its runs and, when there are several, in each
/// alone. Empty when the command is never reached.
pub fn runs_of(script: &Path, scenario: &Scenario, fault: &Fault) -> Vec<Run> {
    let answers = scenario.answers();
    let runs = answers.iter().flat_map(|answers| runs_under(script, scenario, answers, fault));
    runs.filter(|run| fault.missing.is_some() || !run.failed.is_empty()).collect()
}

fn runs_under(script: &Path, scenario: &Scenario, answers: &Answers, fault: &Fault) -> Vec<Run> {
    let run = |failing| run_faulty(script, scenario, answers, fault, failing);
    let times = |run: &Run| run.calls.iter().filter(|call| matches(&fault.command, call)).count();
    let all = run(Failing::All);
    // A command that is tried again runs several times only because it fails; one in a chain only when it does not.
    let count = times(&all).max(times(&run_healthy(script, scenario, answers)));
    let alone = (1..=count).filter(|_| count > 1).map(|n| run(Failing::Only(n)));
    std::iter::once(all).chain(alone).collect()
}

/// What a fault came to: the same words as in the description.
pub fn outcome(scenario: &Scenario, fault: &Fault, runs: &[Run]) -> Fault {
    let zero = runs.iter().filter(|r| r.status == 0).count();
    let exit = if runs.is_empty() {
        "unreached"
    } else if zero == runs.len() {
        "zero"
    } else if zero == 0 {
        "nonzero"
    } else {
        "either"
    };
    let happened = |wanted: &&String| runs.iter().any(|r| happens(scenario, r, wanted));
    Fault {
        exit: exit.into(),
        claims: scenario.claims.iter().filter(happened).cloned().collect(),
        destroys: scenario.destroys.iter().filter(happened).cloned().collect(),
        ..fault.clone()
    }
}

/// Whether a claim or a destruction, as the description writes it, is seen in a run. A call that fails as planned does
/// not count: it has neither told nor removed anything.
pub fn happens(scenario: &Scenario, run: &Run, wanted: &str) -> bool {
    if let Some(path) = wanted.strip_prefix("> ") {
        let before = scenario.files.get(path).map(String::as_bytes);
        return run.files.get(path).map(Vec::as_slice) != before;
    }
    let mut done = run.calls.iter().enumerate().filter(|(at, _)| !run.failed.contains(at));
    let called = done.any(|(_, call)| matches(wanted, call));
    called || run.stdout.contains(wanted) || run.stderr.contains(wanted)
}

/// Whether every failing run of the script ends non-zero and claims nothing.
pub fn is_loud(script: &Path, scenario: &Scenario, fault: &Fault) -> bool {
    let seen = outcome(scenario, fault, &runs_of(script, scenario, fault));
    seen.exit == "nonzero" && seen.claims.is_empty()
}

/// Compares two versions of a script where nothing fails, under each set of answers.
///
/// # Errors
///
/// The first thing that differs: exit status, what is printed, the calls and what they read, the files left.
pub fn compare_healthy(original: &Path, fixed: &Path, scenario: &Scenario) -> Result<(), String> {
    for answers in scenario.answers() {
        let [before, after] =
            [original, fixed].map(|script| ordered(run_healthy(script, scenario, &answers), scenario));
        if before != after {
            return Err(format!("with answers {answers:?}:\nbefore {before:#?}\nafter {after:#?}"));
        }
    }
    Ok(())
}

fn ordered(mut run: Run, scenario: &Scenario) -> Run {
    if scenario.concurrent {
        run.calls.sort();
        run.inputs.sort();
    }
    run.stderr = without_line_numbers(&run.stderr);
    run
}

/// The shell's own messages name the line, which moves when lines are added above it. Those of the script count to the byte.
fn without_line_numbers(stderr: &str) -> String {
    let mut texts = stderr.split("./script.sh: line ");
    let mut kept = texts.next().unwrap_or_default().to_owned();
    for text in texts {
        kept.push_str("./script.sh: line N");
        kept.push_str(text.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    kept
}

/// Every script of the corpus, sorted.
pub fn scripts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
    let groups = entries(&root);
    let mut found: Vec<PathBuf> = groups.iter().flat_map(|group| entries(group)).collect();
    found.retain(|path| path.extension().is_some_and(|e| e == "sh"));
    found.sort();
    found
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The folder a script lies in: `silent`, `loud`, `checked`, `story`.
pub fn group(script: &Path) -> &str {
    script.parent().and_then(Path::file_name).and_then(|n| n.to_str()).unwrap()
}

/// Whether the shell that the script asks for is on this machine. When it is not, that is said; in CI it fails the test.
#[allow(clippy::explicit_write, reason = "a passing test keeps what `eprintln!` says to itself")]
pub fn shell_is_here(script: &Path) -> bool {
    let (shell, _) = interpreter(&fs::read_to_string(script).unwrap());
    if find_program(&shell).is_some() {
        return true;
    }
    assert!(std::env::var_os("CI").is_none(), "{shell} is missing");
    writeln!(std::io::stderr(), "NOT RUN: {} needs {shell}, which is not on this machine", script.display())
        .unwrap();
    false
}

/// The shell of the first line and its options; `sh` is dash, the sharpest reading of it.
fn interpreter(text: &str) -> (String, Vec<String>) {
    let line = text
        .lines()
        .next()
        .and_then(|l| l.strip_prefix("#!"))
        .expect("the scripts of the corpus have a first line");
    let mut words = line.split_whitespace().filter(|w| *w != "-S" && !w.ends_with("/env"));
    let shell = words.next().and_then(|w| w.rsplit('/').next()).expect("a shell is named");
    let shell = if shell == "sh" { "dash" } else { shell };
    (shell.to_owned(), words.map(str::to_owned).collect())
}

fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// The stub, compiled once for each test process.
static STUB: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("stub");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/harness/stub.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    // A program that needs no other file starts in half the time.
    let options = ["-O", "--edition", "2024", "-C", "target-feature=+crt-static", "-C", "panic=abort", "-o"];
    let built = Command::new(rustc).args(options).arg(&program).arg(&source).status();
    assert!(built.unwrap().success(), "the stub does not compile");
    (folder, program)
});

/// A directory in which one run takes place.
struct Bench {
    folder: TempDir,
    script: String,
    interpreter: (String, Vec<String>),
    plan: String,
}

impl Bench {
    fn new(script: &Path, scenario: &Scenario) -> Self {
        let text = fs::read_to_string(script).unwrap();
        // The same name for the script and for its fixed copy, because `$0` is printed.
        let bench = Self {
            folder: tempfile::tempdir().unwrap(),
            script: "./script.sh".into(),
            interpreter: interpreter(&text),
            plan: String::new(),
        };
        for folder in ["work", "bin", "work/home"] {
            fs::create_dir(bench.path(folder)).unwrap();
        }
        put(&bench.path("work/script.sh"), text.as_bytes());
        bench.lay_out(scenario);
        bench.link_stubs(&text, scenario);
        bench.with_prints(scenario)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn lay_out(&self, scenario: &Scenario) {
        for (name, text) in &scenario.files {
            let path = self.path("work").join(name);
            if name.ends_with('/') {
                fs::create_dir_all(path).unwrap();
            } else {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                put(&path, text.as_bytes());
            }
        }
    }

    /// Every word of the script becomes a command, so that none need be listed; builtins, functions and keywords win
    /// over PATH in any case. The shells themselves are real.
    fn link_stubs(&self, text: &str, scenario: &Scenario) {
        let sourced = scenario.files.values().map(String::as_str);
        let words: BTreeSet<&str> = std::iter::once(text).chain(sourced).flat_map(words).collect();
        for word in words {
            let target = match word {
                "sh" => find_program("dash").or_else(|| find_program("bash")).unwrap(),
                "bash" | "dash" => find_program(word).unwrap_or_else(|| STUB.1.clone()),
                _ => STUB.1.clone(),
            };
            let link = self.path("bin").join(word);
            // Where upper and lower case are the same to the file system, `DB` and `db` are one command.
            if !link.is_symlink() {
                symlink(target, link).unwrap();
            }
        }
    }

    fn with_prints(mut self, scenario: &Scenario) -> Self {
        for (call, text) in &scenario.prints {
            self.plan("print", call, &text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t"));
        }
        self
    }

    /// One entry of the plan that the stubs read: `kind TAB pattern TAB value…`.
    fn plan(&mut self, kind: &str, call: &str, value: &str) {
        writeln!(self.plan, "{kind}\t{call}\t{value}").unwrap();
    }

    fn answer(&mut self, answers: &Answers) {
        for (call, status) in answers {
            // `command -v` is a builtin: it says no when there is no such command.
            match call.strip_prefix("command -v ") {
                Some(name) if *status != 0 => fs::remove_file(self.path("bin").join(name)).unwrap(),
                _ => self.plan("answer", call, &status.to_string()),
            }
        }
    }

    fn fail(&mut self, fault: &Fault, failing: Failing) {
        let nth = match failing {
            Failing::All => 0,
            Failing::Only(n) => n,
        };
        self.plan("fail", &fault.command, &format!("{}\t{nth}", fault.status.unwrap_or(1)));
    }

    fn take_away(&self, path: &str) {
        let path = self.path("work").join(path);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
    }

    fn run(&self, scenario: &Scenario) -> Run {
        let (shell, options) = &self.interpreter;
        let work = self.path("work");
        put(&self.path("plan"), self.plan.as_bytes());
        put(&self.path("log"), b"");
        let output = Command::new(find_program(shell).unwrap_or_else(|| panic!("{shell} is missing")))
            .args(options)
            .arg(&self.script)
            .args(&scenario.args)
            .current_dir(&work)
            .env_clear()
            .envs(&scenario.env)
            .env("PATH", self.path("bin"))
            .env("HOME", work.join("home"))
            .env("TMPDIR", &work)
            .env("STUB_ROOT", &work)
            .env("STUB_PLAN", self.path("plan"))
            .env("STUB_LOG", self.path("log"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        for path in &scenario.outside {
            let _ = fs::remove_file(path);
        }
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&*work.to_string_lossy(), "~");
        let log = fs::read_to_string(self.path("log")).unwrap();
        let entries: Vec<Vec<&str>> = log.lines().map(|line| line.split('\t').collect()).collect();
        let column = |n: usize| entries.iter().map(|entry| entry[n].to_owned()).collect::<Vec<_>>();
        Run {
            status: status_of(output.status),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            calls: column(0),
            inputs: column(1),
            failed: (0..entries.len()).filter(|at| entries[*at][2] == "failed").collect(),
            // A script may have removed it.
            files: if work.exists() { files_under(&work, &work) } else { BTreeMap::new() },
        }
    }
}

fn status_of(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().unwrap_or_else(|| 128 + status.signal().expect("ended by a signal"))
}

fn files_under(root: &Path, folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for path in entries(folder) {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
        if path.is_symlink() {
            files.insert(name, fs::read_link(&path).unwrap().to_string_lossy().into_owned().into_bytes());
        } else if path.is_dir() {
            files.extend(files_under(root, &path));
        } else if name != "script.sh" {
            files.insert(name, fs::read(&path).unwrap());
        }
    }
    files
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let in_a_name = |c: char| c.is_ascii_alphanumeric() || "_-.+".contains(c);
    let words = text.split(move |c| !in_a_name(c));
    words.filter(|w| w.starts_with(|c: char| c.is_ascii_alphabetic()) && w.len() < 60)
}

/// Writes a file.
pub fn put(path: &Path, bytes: &[u8]) {
    File::create(path).and_then(|mut file| file.write_all(bytes)).unwrap();
}
