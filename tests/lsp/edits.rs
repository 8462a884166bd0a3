//! Whoever types ends with what a fresh run finds.

use serde_json::{Value, json};

use crate::client::{Client, Unit, able, lines};
use crate::found::told;
use crate::program::project;
use crate::story;

const EDITS: usize = 2000;
const EVERY: usize = 50;
/// How many words are typed, and taken away again, with a look at each keystroke.
const KEYED: usize = 60;

/// What is typed: words of scripts, broken ones, and what columns are easily miscounted over.
const PIECES: [&str; 30] = [
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "é",
    "🗻",
    "é🗻\n",
    "\"",
    "'",
    "$(",
    ")",
    "`",
    "if ",
    "fi\n",
    "{ ",
    "}\n",
    "|",
    " || true",
    "# lint-scripts disable=unchecked-pipeline -- é\n",
    "set -e\n",
    "set -o pipefail\n",
    "<<E\n",
    "E\n",
    "pg_dump a | gzip > a.gz\n",
    "rm -rf \"$x\"\n",
    "echo \"done 🗻\"\n",
    "f() { cp a b; }\n",
    "f\n",
    "\\",
];

/// A generator of Knuth's, so that a failure comes again.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// The position of an offset, which stands at the start of a character and within no line end.
fn position(text: &str, offset: usize) -> Value {
    let lines = lines(text);
    let line = lines.iter().rposition(|(start, _)| *start <= offset).unwrap();
    json!({"line": line, "character": Unit::Utf16.len(&text[lines[line].0..offset])})
}

fn somewhere(random: &mut Random, text: &str, from: usize) -> usize {
    let at = text.floor_char_boundary(from + random.below(text.len() - from + 1)).max(from);
    let splits_end = text[..at].ends_with('\r') && text[at..].starts_with('\n');
    if splits_end { at + 1 } else { at }
}

/// One change, as the client has made it in its own text.
fn edit(random: &mut Random, text: &mut String) -> Value {
    // The first line says whether it is a script at all; it is rarely the one that is typed in.
    let body = if random.below(50) == 0 { 0 } else { text.find('\n').map_or(0, |at| at + 1) };
    let start = somewhere(random, text, body);
    let near = (start + random.below(20)).min(text.len());
    let end = if random.below(2) == 0 {
        start
    } else {
        somewhere(random, &text[..text.floor_char_boundary(near).max(start)], start)
    };
    let splits_end = text[..end].ends_with('\r') && text[end..].starts_with('\n');
    let end = if splits_end { end + 1 } else { end };
    let new = if random.below(4) == 0 { "" } else { PIECES[random.below(PIECES.len())] };
    let range = json!({"start": position(text, start), "end": position(text, end)});
    text.replace_range(start..end, new);
    json!({"range": range, "text": new})
}

#[test]
fn two_thousand_edits_end_with_what_a_fresh_run_finds() {
    let root = project(&[("lint-scripts.toml", "preset = \"all\"\npreview = true\n")]);
    let mut client = Client::start(root.path(), &able());
    let mut random = Random(2026);
    let mut text = story::text();
    let mut before = text.clone();
    client.open("untitled:typed", &text);
    let (mut compared, mut seen) = (0, 0);
    for number in 1..=EDITS {
        let version = i64::try_from(number).unwrap() + 1;
        match random.below(40) {
            // Undone.
            0 => {
                std::mem::swap(&mut text, &mut before);
                client.replace("untitled:typed", version, &text);
            }
            // Begun again, so that it stays a script.
            1 => {
                before = std::mem::replace(&mut text, story::text());
                client.replace("untitled:typed", version, &text);
            }
            several => {
                before.clone_from(&text);
                let count = if several == 2 { 3 } else { 1 };
                let changes: Vec<Value> = (0..count).map(|_| edit(&mut random, &mut text)).collect();
                client.change("untitled:typed", version, &json!(changes));
            }
        }
        if number % EVERY == 0 {
            let typed = client.pull("untitled:typed");
            let name = format!("untitled:fresh{number}");
            client.open(&name, &text);
            let fresh = client.pull(&name);
            client.close(&name);
            assert_eq!(typed, fresh_of(&fresh, &name), "after {number} edits: {text:?}");
            // The command line is told what is a script; the server sees for itself.
            if text.starts_with("#!/bin/bash\n") {
                let found = told(&text, &typed, Unit::Utf16);
                assert_eq!(found, by_command_line(&root, &text), "after {number} edits: {text:?}");
                compared += 1;
                seen += found.len();
            }
        }
    }
    assert!(compared >= EDITS / EVERY / 2 && seen > compared, "{seen} findings in {compared} texts");
    client.end();
}

/// What is typed at the ends of words, a character at a time: what leaves the script to the engine as it is, and what does not.
const TYPED: [&str; 11] = [
    "ly",
    "-1.b",
    " --all",
    "/é🗻",
    " of them",
    " done",
    " failed",
    " exit 0",
    " $x\"",
    " # set -e",
    " || true",
];

/// Besides the story: comments, messages and operands in functions and conditions, a trap, a pipeline that is passed over.
const MORE: &str = r#"
# Puts a copy of what was saved away. It is kept for a month.
keep() {
    local from=$1
    # lint-scripts disable=unchecked-pipeline -- the list may be short
    ls "$from" | head -n 3
    if ! cp -a "$from" /srv/copies; then
        echo "Could not keep $from" >&2
        return 1
    fi
    find /srv/copies -mtime +30 -delete
    cp -a "$from/list.txt" /srv/copies/$from-1.bak > "/tmp/$from.log"
    echo "Copy of $from is done"
}
trap 'rm -f /tmp/list' EXIT
tar -cf - /srv/data | gzip > /srv/data.tgz
keep /srv/data.tgz && logger -t backup 'all saved'
keep "$(basename /srv/more.tgz)"
"#;

/// Where words end, as far as they stand behind the first line.
fn word_ends(text: &str) -> Vec<usize> {
    let is_in_word = |c: char| c.is_ascii_alphanumeric();
    let first = text.find('\n').unwrap();
    let ends = text.char_indices().zip(text.chars().skip(1).chain(['\n']));
    ends.filter(|((at, c), next)| *at > first && is_in_word(*c) && !is_in_word(*next))
        .map(|((at, _), _)| at + 1)
        .collect()
}

#[test]
fn every_keystroke_ends_with_what_a_fresh_run_finds() {
    let root = project(&[("lint-scripts.toml", "preset = \"all\"\npreview = true\n")]);
    let mut client = Client::start(root.path(), &able());
    let mut random = Random(8);
    let mut text = story::text() + MORE;
    client.open("untitled:typed", &text);
    let mut version = 1;
    for _ in 0..KEYED {
        let ends = word_ends(&text);
        let start = ends[random.below(ends.len())];
        let typed = TYPED[random.below(TYPED.len())];
        let mut at = start;
        let keys = typed.chars().map(Some).chain(typed.chars().map(|_| None));
        for key in keys {
            let (from, new) = match key {
                Some(c) => (at, c.to_string()),
                None => (at - text[..at].chars().next_back().unwrap().len_utf8(), String::new()),
            };
            let range = json!({"start": position(&text, from), "end": position(&text, at)});
            text.replace_range(from..at, &new);
            at = from + new.len();
            version += 1;
            client.change("untitled:typed", version, &json!([{"range": range, "text": new}]));
            let typed = client.pull("untitled:typed");
            let name = format!("untitled:fresh{version}");
            client.open(&name, &text);
            let fresh = client.pull(&name);
            client.close(&name);
            assert_eq!(typed, fresh_of(&fresh, &name), "after {version} versions: {text:?}");
        }
        assert_eq!(at, start, "all is deleted again");
    }
    client.end();
}

/// The same diagnostics, of the document that was typed.
fn fresh_of(items: &[Value], name: &str) -> Vec<Value> {
    let text = serde_json::to_string(items).unwrap().replace(name, "untitled:typed");
    serde_json::from_str(&text).unwrap()
}

/// What the program finds in a text on its standard input.
fn by_command_line(
    root: &tempfile::TempDir,
    text: &str,
) -> std::collections::BTreeSet<(String, String, String, usize, usize)> {
    use crate::program::{command, finish, put};
    use std::fs::File;

    put(&root.path().join("typed"), text.as_bytes());
    let mut command = command(root, &["--output-format", "json", "--no-cache", "-"]);
    command.stdin(File::open(root.path().join("typed")).unwrap());
    let run = finish(command).json();
    let end =
        |at: usize| if text[..at].ends_with('\r') && text[at..].starts_with('\n') { at - 1 } else { at };
    let found = crate::found::by_command_line(&run).remove("-").unwrap_or_default();
    found
        .into_iter()
        .map(|(rule, severity, message, start, last)| (rule, severity, message, end(start), end(last)))
        .collect()
}
