//! Our reading of real scripts against that of an independent parser, fact by fact: where each command, word, pipeline,
//! list, negation, redirection, compound command, function, substitution and expansion starts and ends.
//!
//! Needs a directory of scripts and `shfmt` 3.6 or later:
//!
//! ```sh
//! LINT_SCRIPTS_CORPUS=directory cargo test --release --test shfmt -- --nocapture
//! ```

#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
#![allow(
    clippy::needless_for_each,
    clippy::format_push_string,
    reason = "one line for one thing that is written"
)]

mod corpus;
#[path = "shfmt/ours.rs"]
mod ours;
#[path = "shfmt/theirs.rs"]
mod theirs;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;

use corpus::each_script;
use lint_scripts::shell::{Dialect, detect};
use lint_scripts::syntax;
use lint_scripts::text::FileId;

/// A statement about the structure of a text, such as `command 4..9`.
type Facts = BTreeSet<String>;

type Cause = (&'static str, fn(&str, &Place<'_>) -> bool);

/// Why the two readings of a line may differ: seen from the fact's kind, and from the line with what stands before it.
/// Each cause was looked at; the shell agrees with ours.
const CAUSES: [Cause; 8] = [
    // shfmt counts offsets in such a text after it has taken the backslashes off.
    ("a backslash in backquotes", |kind, place| {
        has(place.line, "\\") && (has(place.line, "`") || kind == "parameter" && has(place.line, "\\$"))
    }),
    // Between double quotes and in a here-document single quotes in an operand are plain characters to sh, and what
    // stands between them is expanded by bash, too: `y=1; echo "${x='$y'}"` prints `'1'`.
    ("single quotes in an operand", |kind, place| {
        matches!(kind, "single" | "parameter") && has(place.line, "'") && has(place.line, "${")
    }),
    // shfmt does not look into a pattern list.
    ("quotes and expansions in a pattern list", |kind, place| {
        !is_structure(kind) && ["@(", "!(", "?(", "*(", "+("].iter().any(|open| has(place.line, open))
    }),
    // shfmt counts the escaped line end to the last word.
    ("an escaped line end right after a word", |kind, place| {
        matches!(kind, "word" | "parameter") && place.line.ends_with(b"\\")
    }),
    // In POSIX mode shfmt takes the dollar sign for a plain character; bash run as sh does not.
    ("$\" in sh", |kind, place| kind == "double" && has(place.line, "$\"")),
    // shfmt takes the first line of the here-document for an operand of `let`.
    ("a here-document before `let`", |_, place| has(place.before, "|| let ") || has(place.line, "|| let ")),
    // shfmt takes the end marker's line for the body of an empty `<<-` document; all five shells print nothing of it.
    ("an empty here-document with `<<-`", |kind, place| {
        let marker = place.line.trim_ascii();
        let before = place.before.strip_suffix(b"\n").unwrap_or_default();
        let opens = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
        kind == "body" && !marker.is_empty() && has(opens, &format!("<<-{}", String::from_utf8_lossy(marker)))
    }),
    // shfmt 3.6 writes `a=1[[ b ]]` for `a=1 # c \`, line end, `[[ b ]]`.
    ("a comment that ends with a backslash", |_, place| {
        let before = place.before.strip_suffix(b"\n").unwrap_or_default();
        [place.line, before].iter().any(|text| has(text, "#") && text.ends_with(b"\\"))
    }),
];

/// Where a fact stands.
struct Place<'a> {
    line: &'a [u8],
    /// The text before the line, as far as matters.
    before: &'a [u8],
}

/// Whether facts of this kind tell what becomes of a failure.
fn is_structure(kind: &str) -> bool {
    !matches!(kind, "word" | "element" | "single" | "double" | "parameter" | "expansion")
}

fn has(line: &[u8], text: &str) -> bool {
    memchr::memmem::find(line, text.as_bytes()).is_some()
}

#[derive(Default)]
struct Tally {
    files: usize,
    refused: usize,
    unknown: usize,
    facts: usize,
    excused: BTreeMap<&'static str, usize>,
    troubles: Vec<String>,
}

#[test]
fn real_scripts_are_read_as_shfmt_reads_them() {
    let named = std::env::var_os("LINT_SCRIPTS_CORPUS").is_some();
    if named && !theirs::is_here() {
        assert!(std::env::var_os("CI").is_none(), "shfmt is not on this machine");
        eprintln!("SKIPPED: shfmt is not on this machine");
        return;
    }
    let Some(tally) = each_script::<Tally>(compare) else { return };
    eprintln!(
        "{} files, {} facts; shfmt refused {}; {} with unknown regions; excused: {:?}",
        tally.files, tally.facts, tally.refused, tally.unknown, tally.excused
    );
    assert!(
        tally.troubles.is_empty(),
        "{} files differ:\n{}",
        tally.troubles.len(),
        tally.troubles.join("\n")
    );
}

fn compare(file: &Path, tally: &Mutex<Tally>) {
    let text = std::fs::read(file).unwrap();
    let dialect = detect(&file.to_string_lossy(), &text);
    let script = syntax::parse(&text, FileId(0), dialect);
    let theirs = theirs::facts(&text, dialect);
    let mut guard = tally.lock().unwrap();
    let tally = &mut *guard;
    tally.files += 1;
    tally.unknown += usize::from(!script.unknown.is_empty());
    let Some(theirs) = theirs else {
        tally.refused += 1;
        return;
    };
    let ours = ours::facts(&text, &script);
    tally.facts += ours.len();
    let differing: Vec<(char, &String)> = ours
        .difference(&theirs)
        .map(|fact| ('+', fact))
        .chain(theirs.difference(&ours).map(|fact| ('-', fact)))
        .collect();
    let mut open = Vec::new();
    for (side, fact) in differing {
        let place = place_of(&text, fact);
        let kind = fact.split(' ').next().unwrap_or_default();
        match CAUSES.iter().find(|(_, holds)| holds(kind, &place)) {
            Some((cause, _)) => *tally.excused.entry(*cause).or_default() += 1,
            None => open.push(format!("  {side} {fact}: {}", String::from_utf8_lossy(place.line))),
        }
    }
    if !open.is_empty() {
        open.truncate(6);
        tally.troubles.push(format!("{} ({dialect:?})\n{}", file.display(), open.join("\n")));
    }
}

/// The line in which the fact's first number lies.
fn place_of<'a>(text: &'a [u8], fact: &str) -> Place<'a> {
    let digits = fact.split(|c: char| !c.is_ascii_digit()).find(|digits| !digits.is_empty()).unwrap();
    let offset = digits.parse::<usize>().unwrap().min(text.len());
    let start = text[..offset].iter().rposition(|&byte| byte == b'\n').map_or(0, |index| index + 1);
    let length = text[start..].iter().position(|&byte| byte == b'\n').unwrap_or(text.len() - start);
    Place { line: &text[start..start + length], before: &text[start.saturating_sub(250)..start] }
}

/// The language that shfmt is told.
fn language(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Bash | Dialect::Ksh => "bash",
        Dialect::Mksh => "mksh",
        Dialect::Sh | Dialect::Dash | Dialect::Busybox => "posix",
    }
}
