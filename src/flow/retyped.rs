//! Answers that are kept while somebody types are those of a run of the engine, whatever is typed and wherever.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Units, replayed, trace};
use crate::shell::Dialect;
use crate::shell::knowledge::Vocabulary;
use crate::text::Document;

/// How often something is typed in each text.
const EDITS: usize = 20;

/// What is typed: parts of words, words that mean something somewhere, and what changes how a text is read.
const PIECES: [&str; 37] = [
    "a", "b", "x", "f", "0", "1", "-", "-v", " --all", ".", "/", "_", "=", " ", "  ", "é", "~", "*", "!",
    "?", " done", " failed", "saved ", " exit", "wait ", " trap", "return ", "mark", "ok", "fail", "#", "$",
    "\"", "'", "\n", "\n    ", "\\",
];

/// A generator of Knuth's, so that a failure comes again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// The scripts of the tests, and the snippets of the table of facts.
fn texts() -> Vec<String> {
    let mut texts = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")];
    while let Some(folder) = open.pop() {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            match path.extension().and_then(|extension| extension.to_str()) {
                _ if path.is_dir() => open.push(path),
                Some("sh") => texts.push(fs::read_to_string(path).unwrap()),
                Some("facts") => texts.extend(snippets(&fs::read_to_string(path).unwrap())),
                _ => {}
            }
        }
    }
    texts
}

fn snippets(facts: &str) -> Vec<String> {
    let one = |fact: &str| {
        let strict = if fact.contains("options: errexit") { "set -e\n" } else { "" };
        let lines = fact.lines().filter_map(|line| line.strip_prefix("    "));
        lines.fold(format!("#!/bin/bash\n{strict}"), |text, line| text + line + "\n")
    };
    facts.split("\n## ").skip(1).map(one).collect()
}

fn load(text: &str, dialect: Dialect, vocabulary: &Arc<Vocabulary>) -> Units {
    let document = Arc::new(Document::script("script.sh", text.as_bytes()));
    let library = "ready() { test -e \"$1\"; }\nlimit=3\n";
    let ask = |_: &str, reference: &str| {
        reference.ends_with("lib.sh").then(|| Arc::new(Document::script("lib.sh", library.as_bytes())))
    };
    Units::load_typed(&document, dialect, vocabulary, &ask)
}

/// A text after an edit that begins in this part of it.
fn typed(text: &str, part: Range<usize>, random: &mut Random) -> String {
    let from = text.floor_char_boundary(part.start + random.below(part.len() + 1));
    let to = text.ceil_char_boundary((from + random.below(3)).min(text.len()));
    let to = if random.below(3) == 0 { to } else { from };
    let piece = if to > from && random.below(2) == 0 { "" } else { PIECES[random.below(PIECES.len())] };
    format!("{}{piece}{}", &text[..from], &text[to..])
}

/// How many of the edits in this part of a text leave the answers, which are held against those of a run.
fn kept(text: &str, part: &Range<usize>, random: &mut Random, vocabulary: &Arc<Vocabulary>) -> usize {
    let mut kept = 0;
    for dialect in [Dialect::Bash, Dialect::Dash] {
        let before = load(text, dialect, vocabulary);
        let known = trace(&before);
        for _ in 0..EDITS / 2 {
            let new = typed(text, part.clone(), random);
            let units = load(&new, dialect, vocabulary);
            if let Some(replayed) = replayed(&before, &known, &units) {
                kept += 1;
                assert_eq!(replayed, trace(&units), "{dialect:?}: {text}\nbecomes\n{new}");
            }
        }
    }
    kept
}

#[test]
fn what_is_kept_is_what_is_found_anew() {
    let vocabulary = Vocabulary::builtin();
    let mut random = Random(2026);
    let (mut all, mut edits) = (0, 0);
    for text in texts() {
        all += kept(&text, &(0..text.len()), &mut random, &vocabulary);
        edits += EDITS;
    }
    assert!(all > edits / 12, "{all} of {edits}");
}

/// What is put behind the names of variables.
const TAILS: [&str; 6] = ["/x", ".tar", "-1", "/limit.b", "é", "/a b"];

/// Where the names of variables are that are expanded without braces.
fn names(text: &str) -> Vec<Range<usize>> {
    let length = |name: &str| name.find(|c: char| c != '_' && !c.is_ascii_alphanumeric());
    let dollars = text.match_indices('$').map(|(dollar, _)| dollar + 1);
    let names = dollars.map(|start| start..length(&text[start..]).map_or(text.len(), |it| start + it));
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn what_is_typed_behind_the_name_of_a_variable_is_kept_where_the_name_stays() {
    let vocabulary = Vocabulary::builtin();
    let mut random = Random(8);
    let (mut all, mut edits) = (0, 0);
    for text in texts() {
        let names = names(&text);
        if names.is_empty() {
            continue;
        }
        let name = names[random.below(names.len())].clone();
        let tail = TAILS[random.below(TAILS.len())];
        let longer = format!("{}{tail}{}", &text[..name.end], &text[name.end..]);
        all += kept(&longer, &(name.start..name.end + tail.len()), &mut random, &vocabulary);
        edits += EDITS;
    }
    assert!(all > edits / 20, "{all} of {edits}");
}
