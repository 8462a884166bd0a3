//! Runs generated scripts in the real shell, in a directory of their own and with stubs as the only programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::script::{Script, Shell};

/// How many of a command's runs are made to fail one by one.
const RUNS: usize = 3;

/// What was seen when one command failed: in all of its runs, and in each of the first.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub zero: bool,
    pub nonzero: bool,
    /// Claims and destroys after the failure.
    pub effects: BTreeSet<String>,
}

/// A directory with the stubs.
pub struct Bench {
    folder: PathBuf,
}

struct Run {
    status: i32,
    log: Vec<String>,
}

impl Bench {
    /// Compiles the stub, and links it under `names`.
    pub fn new(folder: &Path, names: &[String]) -> Self {
        let bin = folder.join("bin");
        fs::create_dir_all(&bin).unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/generated/stub.rs");
        let stub = folder.join("stub");
        if !stub.exists() {
            let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
            let made = Command::new(rustc)
                .args(["-O", "--edition", "2024", "-o"])
                .arg(&stub)
                .arg(source)
                .status()
                .expect("rustc runs");
            assert!(made.success(), "the stub does not compile");
        }
        for name in names {
            fs::hard_link(&stub, bin.join(name)).unwrap();
        }
        Self { folder: folder.to_owned() }
    }

    /// What happens when each command that a healthy run reaches fails.
    pub fn faults(&self, script: &Script) -> BTreeMap<String, Seen> {
        let path = self.folder.join("script");
        fs::write(&path, script.text()).unwrap();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for entry in &self.run(script, "", 0).log {
            if let Some(name) = entry.strip_prefix('+') {
                *counts.entry(name.to_owned()).or_default() += 1;
            }
        }
        let seen = |(name, count): (String, usize)| {
            let all = if count > 1 { count.min(RUNS) } else { 0 };
            let mut seen = Seen::default();
            (0..=all).for_each(|only| seen.add(&self.run(script, &name, only)));
            (name, seen)
        };
        counts.into_iter().map(seen).collect()
    }

    fn run(&self, script: &Script, failing: &str, only: usize) -> Run {
        let log = self.folder.join("log");
        fs::write(&log, "").unwrap();
        let (shell, name) = match script.shell {
            Shell::Bash => ("/bin/bash", "bash"),
            Shell::Dash => ("/bin/dash", "dash"),
        };
        let output = OpenOptions::new().append(true).open(&log).unwrap();
        let status = Command::new(shell)
            .arg(self.folder.join("script"))
            .env_clear()
            .env("PATH", self.folder.join("bin"))
            .env("STUB_LOG", &log)
            .env("STUB_FAIL", failing)
            .env("STUB_RUN", only.to_string())
            .env("STUB_STATUS", "3")
            .current_dir(self.folder.join("bin"))
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(Stdio::null())
            .status()
            .unwrap_or_else(|error| panic!("{name} does not run: {error}"));
        let log = fs::read_to_string(&log).unwrap().lines().map(str::to_owned).collect();
        Run { status: status.code().expect("ended by itself"), log }
    }
}

impl Seen {
    fn add(&mut self, run: &Run) {
        self.zero |= run.status == 0;
        self.nonzero |= run.status != 0;
        let after = run.log.iter().skip_while(|entry| *entry != "FAILED");
        let effects = after.filter(|entry| entry.starts_with("backup completed") || entry.starts_with("+rm"));
        self.effects.extend(effects.map(|entry| entry.trim_start_matches('+').to_owned()));
    }
}
