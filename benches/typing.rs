//! What it costs to type: from a keystroke to its diagnostics, beside a whole run of the command line on the same file.
//!
//! ```sh
//! cargo bench --bench typing
//! ```
//!
//! Instructions are counted by callgrind: those of sessions in which something is typed, less those of a session in which nothing is,
//! divided by the number of keystrokes, over those of the run. What is typed stands in the middle of a script of 5,000 lines: an
//! option and an operand of a command, a message, a comment, a new command. Where something is found, the run judges fixes, which an
//! editor asks for later; where nothing is, both do the same but for what is kept from one keystroke to the next. Milliseconds are those of this machine, and reported only. Memory is what the server holds after many edits, over what it held
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
/// What is typed: what it is, a text on its line, the text before which it is put there (at the end of the line where there is none),
/// and itself.
const TYPED: [Typed; 5] = [
    ("an option", "tar -cf", " -cf", " --verbose"),
    ("an operand", "aws s3 cp", ".tar\" \"s3", "-of-many"),
    ("a message", "is saved", " is saved", " of them"),
    ("a comment", "# Packs", "", " Again."),
    ("a command", "rm -rf", "", "\n    sync -f /srv/data"),
];
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
        let none = session(root.path(), &text, TYPED[0], 0);
        let (mut all, mut keys) = (0, 0);
        println!("  instructions: {run} for a run");
        for typed in TYPED {
            let count = typed.3.len();
            let cost = session(root.path(), &text, typed, count) - none;
            let keystroke = cost / count as u64;
            println!("    {keystroke} for a keystroke in {}: {:.2}", typed.0, ratio(keystroke, run));
            all += cost;
            keys += count as u64;
        }
        println!("    {} for one on the average: {:.2}", all / keys, ratio(all / keys, run));
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

/// How many a session takes in which somebody types so much of something.
fn session(root: &Path, text: &str, typed: Typed, keystrokes: usize) -> u64 {
    let mut command = valgrind(root);
    command.args(["lsp", "--stdio"]);
    let mut client = Client::of(command, root).begun(root, &able(), &Value::Null);
    let mut typist = Typist::new(&mut client, text, typed);
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
    let mut typist = Typist::new(&mut client, text, TYPED[0]);
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
    let mut typist = Typist::new(&mut client, text, TYPED[0]);
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

/// See [`TYPED`].
type Typed = (&'static str, &'static str, &'static str, &'static str);

/// Somebody who types a text in the middle of the script, and takes it away again.
struct Typist<'a> {
    client: &'a mut Client,
    version: usize,
    line: usize,
    column: usize,
    text: &'static str,
    written: usize,
}

impl<'a> Typist<'a> {
    fn new(client: &'a mut Client, script: &str, (_, on, before, text): Typed) -> Self {
        let mut lines = script.lines().enumerate().skip(LINES / 2);
        let (line, found) = lines.find(|(_, line)| line.contains(on)).unwrap();
        let column = if before.is_empty() { found.len() } else { found.find(before).unwrap() };
        client.open(NAME, script);
        client.pull(NAME);
        Self { client, version: 1, line, column, text, written: 0 }
    }

    /// Where the next character of the text goes.
    fn end(&self) -> Value {
        match self.text[..self.written].rsplit_once('\n') {
            Some((_, last)) => json!({"line": self.line + 1, "character": last.len()}),
            None => json!({"line": self.line, "character": self.column + self.written}),
        }
    }

    fn edit(&mut self) {
        let (start, end) = (json!({"line": self.line, "character": self.column}), self.end());
        let change = if self.written == self.text.len() {
            self.written = 0;
            json!({"range": {"start": start, "end": end}, "text": ""})
        } else {
            self.written += 1;
            json!({"range": {"start": end, "end": end}, "text": &self.text[self.written - 1..self.written]})
        };
        self.version += 1;
        self.client.change(NAME, i64::try_from(self.version).unwrap(), &json!([change]));
    }

    /// An edit, and what is found then.
    fn press(&mut self) {
        self.edit();
        self.client.pull(NAME);
    }
}
