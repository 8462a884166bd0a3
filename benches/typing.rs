//! What it costs to type: from a keystroke to its diagnostics, beside a whole run of the command line on the same file.
//!
//! ```sh
//! cargo bench --bench typing
//! ```
//!
//! Instructions are counted by callgrind: those of sessions with a few keystrokes, less those of a session with none, divided by
//! the number of keystrokes, over those of the run. A keystroke is made in a command in the middle of a script of 5,000 lines. Where
//! something is found, the run judges fixes, which an editor asks for later; where nothing is, both do the same.
//! Milliseconds are those of this machine, and reported only. Memory is what the server holds after many edits, over what it held
//! after a few.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what goes wrong here ends the measurement")]

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

#[path = "../tests/lsp/client.rs"]
mod client;

use client::{Client, able};

const PROGRAM: &str = env!("CARGO_BIN_EXE_lint-scripts");
const NAME: &str = "untitled:typed";
/// Lines of the scripts.
const LINES: usize = 5_000;
/// Keystrokes whose instructions are counted.
const COUNTED: usize = 2;
/// Keystrokes that are timed.
const TIMED: usize = 100;

fn main() {
    let root = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("some failures are lost", script("set -eu", 50)),
        ("nothing is found", script("set -euo pipefail", 50)),
    ] {
        let path = root.path().join("script.sh");
        File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        println!("{name}: {} lines, {} findings", text.lines().count(), findings(root.path(), &text));
        let run = instructions(&mut run(root.path(), &path));
        let (none, some) = (session(root.path(), &text, 0), session(root.path(), &text, COUNTED));
        let keystroke = (some - none) / COUNTED as u64;
        println!(
            "  instructions: {keystroke} for a keystroke, {run} for a run: {:.2}",
            ratio(keystroke, run)
        );
        let times = timed(root.path(), &text);
        let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_millis();
        println!("  milliseconds: median {}, p99 {}", at(50), at(99));
        println!("  memory after 2,000 edits over that after 100: {:.2}", memory(root.path(), &text));
    }
}

#[expect(clippy::cast_precision_loss, reason = "it is shown with two digits")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// A function of the scripts, which are made of many of these.
const FUNCTION: &str = r#"# Packs part NUMBER, and carries it away.
pack_NUMBER() {
    local source=/srv/data/NUMBER target
    target=$(mktemp -d)
    if [ ! -d "$source" ]; then
        printf 'nothing in %s\n' "$source" >&2
        return 0
    fi
    for file in "$source"/*.db; do
        pg_dump "$file" > "$target/${file##*/}"
    done
    tar -cf "$target/NUMBER.tar" -C "$source" .
    aws s3 cp "$target/NUMBER.tar" "s3://backups/NUMBER.tar"
    rm -rf "$target"
    echo "part NUMBER is saved"
}

"#;

/// A script of that many lines. In one of so many functions, a failure is lost.
fn script(options: &str, one_of: usize) -> String {
    let mut text = format!("#!/bin/bash\n{options}\nshopt -s inherit_errexit\n");
    let mut calls = String::new();
    let lost = FUNCTION.replace("\"$file\" >", "\"$file\" | gzip >");
    let height = FUNCTION.lines().count() + 1;
    for number in 0..LINES / height {
        let function = if number % one_of == one_of - 1 { &lost } else { FUNCTION };
        text.push_str(&function.replace("NUMBER", &number.to_string()));
        let _ = writeln!(calls, "pack_{number}");
    }
    text + &calls
}

fn run(root: &Path, script: &Path) -> Command {
    let mut command = valgrind(root);
    command.args(["--no-cache", "--isolated", "--exit-zero"]).arg(script);
    command
}

fn valgrind(root: &Path) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-file=counted"]).arg(PROGRAM);
    command.current_dir(root).env_remove("HOME").env_remove("XDG_CACHE_HOME");
    command
}

/// How many a command takes.
fn instructions(command: &mut Command) -> u64 {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    counted(Path::new(command.get_current_dir().unwrap()))
}

fn counted(root: &Path) -> u64 {
    let log = fs::read_to_string(root.join("counted")).unwrap();
    let line = log.lines().find(|line| line.contains("Collected :")).unwrap();
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

/// How many a session takes in which somebody types so much.
fn session(root: &Path, text: &str, keystrokes: usize) -> u64 {
    let mut command = valgrind(root);
    command.args(["lsp", "--stdio"]);
    let mut client = Client::of(command, root).begun(root, &able(), &Value::Null);
    let mut typist = Typist::new(&mut client, text);
    for _ in 0..keystrokes {
        typist.press();
    }
    client.end();
    counted(root)
}

fn findings(root: &Path, text: &str) -> usize {
    let mut client = Client::start(root, &able());
    client.open(NAME, text);
    let found = client.pull(NAME).len();
    client.end();
    found
}

/// How long each takes, in order.
fn timed(root: &Path, text: &str) -> Vec<Duration> {
    let mut client = Client::start(root, &able());
    let mut typist = Typist::new(&mut client, text);
    let mut times: Vec<Duration> = (0..TIMED)
        .map(|_| {
            let start = Instant::now();
            typist.press();
            start.elapsed()
        })
        .collect();
    times.sort();
    client.end();
    times
}

/// What is held after 2,000 edits, over what was after 100. Of the first, each is looked at before the next one comes, so that all
/// threads of the server have worked; later, many come at once.
fn memory(root: &Path, text: &str) -> f64 {
    let mut client = Client::start(root, &able());
    let process = client.process();
    let mut typist = Typist::new(&mut client, text);
    let mut after = |edits: usize| {
        while typist.version < edits {
            let is_seen = typist.version < 100 || typist.version.is_multiple_of(20);
            if is_seen { typist.press() } else { typist.edit() }
        }
        typist.press();
        resident(process)
    };
    let (few, many) = (after(100), after(2_000));
    client.end();
    ratio(many, few)
}

/// Kilobytes that a process holds.
fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Somebody who types an option into a command in the middle of the script, and takes it away again.
struct Typist<'a> {
    client: &'a mut Client,
    version: usize,
    line: usize,
    column: usize,
    written: usize,
}

impl<'a> Typist<'a> {
    fn new(client: &'a mut Client, text: &str) -> Self {
        let middle = LINES / 2;
        let (line, command) =
            text.lines().enumerate().skip(middle).find(|(_, line)| line.contains("tar -cf")).unwrap();
        let column = command.find(" -cf").unwrap();
        client.open(NAME, text);
        client.pull(NAME);
        Self { client, version: 1, line, column, written: 0 }
    }

    fn edit(&mut self) {
        let word = " --verbose";
        let at = |column: usize| json!({"line": self.line, "character": column});
        let end = self.column + self.written;
        let change = if self.written == word.len() {
            json!({"range": {"start": at(self.column), "end": at(end)}, "text": ""})
        } else {
            json!({"range": {"start": at(end), "end": at(end)}, "text": &word[self.written..=self.written]})
        };
        self.written = if self.written == word.len() { 0 } else { self.written + 1 };
        self.version += 1;
        self.client.change(NAME, i64::try_from(self.version).unwrap(), &json!([change]));
    }

    /// An edit, and what is found then.
    fn press(&mut self) {
        self.edit();
        self.client.pull(NAME);
    }
}
