//! Writes random scripts by filling in patterns.
//!
//! Words in capitals stand for something that is written at random:
//!
//! | word | |
//! |---|---|
//! | `CMD` | a command: a program, or a function that is defined already |
//! | `STUB` | a program |
//! | `ASK` | a program whose status is an answer |
//! | `LEAVE` | leaves a loop, a function or the script, or does not |
//! | `CLAIM` | a success message |
//! | `RM` | something is removed |
//! | `COUNTER` | a variable of this pattern's own |
//! | `PLACE` | a directory that may be missing |
//! | `FN` | a function of this pattern's own, which later commands may call |
//! | `LIB` | a file beside the script, to be read with `.` |
//! | `BODY` | statements |
//! | `LOOP` | the same in a loop |
//! | `SUB` | the same in a process of its own |
//! | `BESIDE` | the same where it runs at the same time as other commands |
//! | `INSIDE` | the same in a function |
//!
//! Statements on a line of their own can be taken out one by one; so can the lines of a pattern that has none of these
//! no line that is moved in, and no here-document.

use std::collections::BTreeMap;

use super::families::{FAMILIES, Family};
use super::random::Random;
use super::script::{Node, Script};
use super::shell::{Feature, Shell};

/// Where a statement stands: what may be written there.
#[derive(Clone, Copy, Debug)]
struct Place {
    depth: u32,
    in_function: bool,
    in_loop: bool,
    /// Runs beside other commands: what it prints comes at no certain time.
    is_beside: bool,
}

/// How deep statements stand in each other.
const MAX_DEPTH: u32 = 3;

/// After so many calls only patterns without statements in them are taken.
const MANY_CALLS: u32 = 7;

/// No more calls are written than there are stubs.
pub const MAX_CALLS: u32 = 60;

struct Writer {
    random: Random,
    shell: Shell,
    calls: u32,
    claims: u32,
    removals: u32,
    counters: u32,
    asks: u32,
    /// How the functions are called that are surely defined.
    functions: Vec<String>,
    /// The flags that something may have set.
    flags: Vec<&'static str>,
    /// The names of all functions.
    names: Vec<String>,
    libraries: Vec<(String, Vec<Node>)>,
    places: Vec<String>,
    origins: BTreeMap<String, &'static str>,
}

/// The script of a seed.
pub fn script(seed: u64, shell: Shell) -> Script {
    let mut writer = Writer {
        random: Random::new(seed),
        shell,
        calls: 0,
        claims: 0,
        removals: 0,
        counters: 0,
        asks: 0,
        functions: Vec::new(),
        flags: Vec::new(),
        names: Vec::new(),
        libraries: Vec::new(),
        places: Vec::new(),
        origins: BTreeMap::new(),
    };
    let nodes = writer.whole();
    let flag = writer.random.chance(5).then_some("-e");
    let Writer { libraries, names, places, origins, .. } = writer;
    Script { shell, flag, nodes, libraries, functions: names, places, origins }
}

fn line(text: impl Into<String>) -> Node {
    Node::Line(text.into())
}

impl Writer {
    fn whole(&mut self) -> Vec<Node> {
        let mut nodes = vec![];
        let pipefail = self.shell.has(Feature::Pipefail);
        match self.random.below(10) {
            0..=3 => nodes.push(line("set -e")),
            4..=6 if pipefail => nodes.push(line("set -euo pipefail")),
            4..=6 => nodes.push(line("set -eu")),
            _ => {}
        }
        if pipefail && self.random.chance(8) {
            nodes.push(line("set -o pipefail"));
        }
        if self.shell.has(Feature::Bash) && self.random.chance(12) {
            nodes.push(line(self.random.pick(&["set -E", "shopt -s inherit_errexit", "shopt -s lastpipe"])));
        }
        nodes.extend(["failed=0", "rc=0"].map(line));
        let top = Place { depth: 0, in_function: false, in_loop: false, is_beside: false };
        for _ in 0..self.random.below(3) {
            let wrapper = self.random.pick(WRAPPERS);
            let name = wrapper.split('(').next().unwrap_or_default();
            if !nodes.iter().any(|node| matches!(node, Node::Line(text) if text.starts_with(name))) {
                nodes.push(line(wrapper));
                self.functions.push(format!("{name} STUB"));
                self.names.push(name.to_owned());
            }
        }
        for _ in 0..self.random.below(3) {
            nodes.extend(self.pattern("FN() {\nINSIDE\n}", top));
        }
        let count = 2 + self.random.below(4);
        nodes.extend(self.statements(count, top));
        if self.random.chance(50) {
            nodes.extend(self.pattern("CLAIM", top));
        }
        if self.random.chance(30) {
            let end = self.random.pick(ENDS);
            if self.makes_sense(end) {
                nodes.push(line(end));
            }
        }
        nodes
    }

    fn statements(&mut self, count: u64, place: Place) -> Vec<Node> {
        (0..count).flat_map(|_| self.statement(place)).collect()
    }

    fn statement(&mut self, place: Place) -> Vec<Node> {
        let simple = place.depth >= MAX_DEPTH || self.calls > MANY_CALLS;
        let shell = self.shell;
        let usable = |family: &&Family| family.needs.is_none_or(|feature| shell.has(feature));
        let all: Vec<&Family> = FAMILIES.iter().copied().filter(usable).collect();
        loop {
            let total = all.iter().map(|family| family.weight).sum();
            let mut at = self.random.below(total);
            let chosen = all.iter().find(|family| {
                let here = at < family.weight;
                at = at.saturating_sub(family.weight);
                here
            });
            let Some(family) = chosen else { continue };
            let pattern = self.random.pick(family.patterns);
            let holds_statements = STATEMENTS.iter().any(|(word, _)| pattern.contains(word));
            let prints = pattern.contains("CLAIM") || pattern.contains("RM");
            if !(simple && holds_statements || prints && place.is_beside) && self.makes_sense(pattern) {
                return self.pattern(pattern, place);
            }
        }
    }

    /// A flag is looked at only where something may have set it: of one that never changes, the engine takes a test to be
    /// a switch for the user.
    fn makes_sense(&mut self, pattern: &'static str) -> bool {
        let sets = |flag: &str| {
            let set = |text: String| pattern.contains(&text);
            let by_arithmetic = pattern.contains("((") || pattern.contains("let ");
            set(format!("{flag}=1"))
                || set(format!("{flag}=$"))
                || by_arithmetic && set(format!("{flag} ")) && pattern.contains(['=', '+'])
        };
        let flags = ["failed", "rc"];
        let ready =
            flags.iter().all(|flag| !pattern.contains(flag) || sets(flag) || self.flags.contains(flag));
        self.flags.extend(flags.into_iter().filter(|flag| ready && sets(flag)));
        ready
    }

    /// Fills in a pattern.
    fn pattern(&mut self, pattern: &'static str, place: Place) -> Vec<Node> {
        let mut own = Own::default();
        let is_statements = |text: &str| STATEMENTS.iter().find(|(word, _)| text.trim() == *word);
        if !pattern.lines().any(|text| is_statements(text).is_some()) {
            let whole = pattern.contains("END") || pattern.lines().any(|text| text.starts_with([' ', '\t']));
            let texts: Vec<&'static str> = if whole { vec![pattern] } else { pattern.lines().collect() };
            return texts.into_iter().map(|text| line(self.fill(text, pattern, place, &mut own))).collect();
        }
        let mut parts: Vec<(String, Vec<Node>)> = Vec::new();
        let mut head: Vec<String> = Vec::new();
        for text in pattern.lines() {
            if let Some((_, inner)) = is_statements(text) {
                let inner = inner(place);
                let count = 1 + self.random.below(2);
                let body = self.statements(count, inner);
                parts.push((std::mem::take(&mut head).join("\n"), body));
            } else {
                let filled = self.fill(text, pattern, place, &mut own);
                head.push(filled);
            }
        }
        // A function that is surely there can be called from here on.
        if place.depth == 0 && pattern.starts_with("FN()") {
            self.functions.extend(own.function);
        }
        vec![Node::Block(parts, head.join("\n"))]
    }

    fn fill(&mut self, text: &'static str, pattern: &'static str, place: Place, own: &mut Own) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c.is_ascii_uppercase()) {
            let length = rest[at..].bytes().take_while(u8::is_ascii_uppercase).count();
            let (before, word) = (&rest[..at], &rest[at..at + length]);
            filled.push_str(before);
            match self.word(word, pattern, place, own) {
                Some(text) => filled.push_str(&text),
                None => filled.push_str(word),
            }
            rest = &rest[at + length..];
        }
        filled + rest
    }

    fn word(&mut self, word: &str, pattern: &'static str, place: Place, own: &mut Own) -> Option<String> {
        Some(match word {
            "CMD" => self.command(pattern),
            "STUB" => self.stub(pattern),
            "ASK" => self.ask(pattern),
            // `continue` in a loop that its condition alone ends, or nothing, may go on for ever.
            "LEAVE" if ["while ", "until ", "(( ; ; ))"].iter().any(|head| pattern.contains(head)) => {
                self.leave(pattern, Place { in_loop: false, ..place })
            }
            "LEAVE" => self.leave(pattern, place),
            "CLAIM" => {
                self.claims += 1;
                format!("echo \"backup completed {}\"", self.claims)
            }
            "RM" => {
                self.removals += 1;
                self.note(format!("rm -f m{}", self.removals), pattern)
            }
            "COUNTER" => {
                if own.counter.is_none() {
                    self.counters += 1;
                    own.counter = Some(format!("n{}", self.counters));
                }
                own.counter.clone()?
            }
            "PLACE" => {
                self.places.push(format!("d{}", self.places.len() + 1));
                let name = self.places.last()?.clone();
                self.note(name, pattern)
            }
            "FN" => {
                if own.function.is_none() {
                    self.counters += 1;
                    own.function = Some(format!("f{}", self.counters));
                    self.names.extend(own.function.clone());
                }
                own.function.clone()?
            }
            "LIB" => self.library(place),
            _ => return None,
        })
    }

    fn note(&mut self, call: String, pattern: &'static str) -> String {
        self.origins.insert(call.clone(), pattern);
        call
    }

    fn stub(&mut self, pattern: &'static str) -> String {
        self.calls = (self.calls + 1).min(MAX_CALLS);
        self.note(format!("s{}", self.calls), pattern)
    }

    /// Few, for each doubles the runs.
    fn ask(&mut self, pattern: &'static str) -> String {
        if self.asks == 2 {
            return self.stub(pattern);
        }
        self.asks += 1;
        self.note(format!("grep -q a{} file", self.asks), pattern)
    }

    fn command(&mut self, pattern: &'static str) -> String {
        if !self.functions.is_empty() && self.random.chance(25) {
            let at = self.random.below(self.functions.len() as u64) as usize;
            let call = self.functions[at].clone();
            return match call.strip_suffix(" STUB") {
                Some(wrapper) => format!("{wrapper} {}", self.stub(pattern)),
                None => call,
            };
        }
        self.stub(pattern)
    }

    fn leave(&mut self, pattern: &'static str, place: Place) -> String {
        match self.random.below(10) {
            0 | 1 if place.in_loop => self.random.pick(&["break", "continue"]).into(),
            2..=4 if place.in_function => self
                .random
                .pick(&["return", "return 1", "return 0", "return $rc", "return $?", "return $failed"])
                .into(),
            5 | 6 => self.random.pick(&["exit 1", "exit 0", "exit", "exit $rc", "exit $?"]).into(),
            _ => self.command(pattern),
        }
    }

    fn library(&mut self, place: Place) -> String {
        let name = format!("lib{}.sh", self.libraries.len() + 1);
        // Its place in the list comes first: what it holds may read files of its own.
        self.libraries.push((name.clone(), Vec::new()));
        let at = self.libraries.len() - 1;
        let inside = Place { depth: place.depth + 2, in_function: true, in_loop: false, ..place };
        self.libraries[at].1 = self.statements(2, inside);
        name
    }
}

/// Names that a pattern uses in several places.
#[derive(Default)]
struct Own {
    counter: Option<String>,
    function: Option<String>,
}

type Inner = fn(Place) -> Place;

/// The words that stand for statements, and where these stand.
const STATEMENTS: [(&str, Inner); 5] = [
    ("BODY", |place| Place { depth: place.depth + 1, ..place }),
    ("LOOP", |place| Place { depth: place.depth + 1, in_loop: true, ..place }),
    ("SUB", |place| Place { depth: place.depth + 1, in_loop: false, ..place }),
    ("BESIDE", |place| Place { depth: place.depth + 1, in_loop: false, is_beside: true, ..place }),
    ("INSIDE", |place| Place { depth: place.depth + 1, in_loop: false, in_function: true, ..place }),
];

/// Functions that run what they are given.
const WRAPPERS: &[&str] = &[
    "run() { \"$@\"; }",
    "check() { \"$@\" || failed=1; }",
    "try() { \"$@\" || return $?; }",
    "die_if() { if ! \"$@\"; then exit 1; fi; }",
    "must() { \"$@\" || exit $?; }",
    "quiet() { \"$@\" > /dev/null 2>&1; }",
    "first() { \"$1\"; }",
    "status_of() { \"$@\"; rc=$?; return $rc; }",
];

const ENDS: &[&str] =
    &["exit $failed", "exit $rc", "exit 0", "exit", "[ \"$failed\" -eq 0 ]", "[ \"$rc\" -eq 0 ] || exit 1"];
