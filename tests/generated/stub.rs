//! Every program that a generated script calls: it notes the call, and fails when it is told to.
//!
//! The test compiles this file by itself with `rustc`, so it uses std only.

use std::env;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::process::exit;

fn main() {
    let mut argv = env::args();
    let path = argv.next().unwrap_or_default();
    let mut name = path.rsplit('/').next().unwrap_or_default().to_owned();
    if name == "rm" {
        name = format!("rm -f {}", argv.last().unwrap_or_default());
    }
    // What writes to it must not be ended early by SIGPIPE, now and then.
    std::io::stdin().read_to_end(&mut Vec::new()).expect("the input can be read");
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let log = variable("STUB_LOG");
    let note = |text: String| {
        let mut file = OpenOptions::new().append(true).open(&log).expect("the log is there");
        file.write_all(text.as_bytes()).expect("the log takes a line");
    };
    note(format!("+{name}\n"));
    if name != variable("STUB_FAIL") {
        return;
    }
    let calls = std::fs::read_to_string(&log).expect("the log is there");
    let run = calls.lines().filter(|line| line.strip_prefix('+') == Some(&name)).count();
    let only = variable("STUB_RUN");
    if only == "0" || only == run.to_string() {
        note("FAILED\n".to_owned());
        exit(variable("STUB_STATUS").parse().unwrap_or(1));
    }
}
