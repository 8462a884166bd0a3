//! How much of real scripts is read: of those that their shell accepts, how many are read whole, and of how many lines of the
//! others nothing is said.
//!
//! Needs a directory of scripts, such as `tests/corpus/collect.sh` makes one:
//!
//! ```sh
//! LINT_SCRIPTS_CORPUS=directory cargo test --release --test whole -- --nocapture
//! ```

#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]

mod corpus;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use corpus::each_script;
use lint_scripts::shell::{Dialect, detect};
use lint_scripts::syntax;
use lint_scripts::text::{FileId, LineIndex};

#[derive(Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    whole: usize,
    /// Of the accepted files that are not read whole: all lines, and those with an unknown region.
    lines: usize,
    unread: usize,
    parts: Vec<String>,
}

#[test]
fn scripts_that_the_shell_accepts_are_read_whole() {
    let Some(tally) = each_script::<Tally>(count) else { return };
    eprintln!(
        "{} files accepted, {} refused; {} read whole; of {} lines in the others {} are unread",
        tally.accepted, tally.refused, tally.whole, tally.lines, tally.unread
    );
    tally.parts.iter().for_each(|part| eprintln!("{part}"));
    assert!(tally.whole * 1000 >= tally.accepted * 995, "fewer than 99.5 % are read whole");
    assert!(tally.unread * 20 <= tally.lines, "more than 5 % of the lines in the others are unread");
}

fn count(file: &Path, tally: &Mutex<Tally>) {
    let text = std::fs::read(file).unwrap();
    let dialect = detect(&file.to_string_lossy(), &text);
    let accepted = is_accepted(file, dialect);
    let script = syntax::parse(&text, FileId(0), dialect);
    let mut tally = tally.lock().unwrap();
    if !accepted {
        tally.refused += 1;
        return;
    }
    tally.accepted += 1;
    if script.unknown.is_empty() {
        tally.whole += 1;
        return;
    }
    let lines = LineIndex::new(&text);
    let unread: BTreeSet<u32> = script
        .unknown
        .iter()
        .flat_map(|region| lines.line(region.span.start)..=lines.line(region.span.end.saturating_sub(1)))
        .collect();
    tally.lines += text.split(|&byte| byte == b'\n').count();
    tally.unread += unread.len();
    let reasons: Vec<String> = script
        .unknown
        .iter()
        .map(|region| format!("  line {}: {}", lines.line(region.span.start), region.reason))
        .collect();
    tally.parts.push(format!("{} ({dialect:?})\n{}", file.display(), reasons.join("\n")));
}

/// What `-n` says: dash for sh, and each shell for itself.
fn is_accepted(file: &Path, dialect: Dialect) -> bool {
    let words: &[&str] = match dialect {
        Dialect::Bash => &["bash"],
        Dialect::Sh | Dialect::Dash => &["dash"],
        Dialect::Busybox => &["busybox", "sh"],
        Dialect::Ksh => &["ksh93"],
        Dialect::Mksh => &["mksh"],
    };
    let status = Command::new(words[0])
        .args(&words[1..])
        .arg("-n")
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.unwrap().success()
}
