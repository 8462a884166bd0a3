//! Every program that a generated script calls: it notes the call, and fails or answers as it is told to.
//!
//! The test compiles this file by itself with `rustc`, so it uses std only.

use std::env;
use std::fs::OpenOptions;
use std::io::{Read, Seek, Write};
use std::process::exit;

fn main() {
    let argv: Vec<String> = env::args().collect();
    let name = argv[0].rsplit('/').next().unwrap_or_default();
    // A name like `s7` says which call this is; for others, such as `rm -f m3`, the operands do.
    let is_numbered = name.starts_with('s') && name[1..].bytes().all(|byte| byte.is_ascii_digit());
    let call = if is_numbered { name.to_owned() } else { [&[name.to_owned()], &argv[1..]].concat().join(" ") };
    // What writes to it must not be ended early by SIGPIPE, now and then.
    std::io::stdin().read_to_end(&mut Vec::new()).ok();
    // A call that nothing makes fail: only its directory can be away.
    if name == "tool" {
        return;
    }
    let variable = |name: &str| env::var(name).unwrap_or_default();
    let log = variable("STUB_LOG");
    // Where the log ends after this note: what runs at the same time writes behind it.
    let note = |text: String| {
        let mut file = OpenOptions::new().append(true).open(&log).expect("the log is there");
        file.write_all(text.as_bytes()).expect("the log takes a line");
        file.stream_position().expect("the log has a position") as usize
    };
    let end = note(format!("+{call}\n"));
    let word = variable("STUB_PRINTS");
    if is_numbered && !word.is_empty() {
        // Nobody may be there to read it.
        writeln!(std::io::stdout(), "{word}").ok();
    }
    if call == variable("STUB_FAIL") {
        let calls = std::fs::read_to_string(&log).expect("the log is there");
        let run = calls[..end].lines().filter(|line| line.strip_prefix('+') == Some(&call)).count();
        let only = variable("STUB_RUN");
        if only == "0" || only == run.to_string() {
            note("FAILED\n".to_owned());
            exit(variable("STUB_STATUS").parse().unwrap_or(1));
        }
    }
    let no = variable("STUB_NO");
    if name == "grep" && (no == "*" || no == call) {
        exit(1);
    }
}
