//! The engine's answers against what the real shell did: every call site of every script under `tests/scripts`.

mod harness;

use harness::{Fault, Read, Scenario, scripts};
use lint_scripts::flow::{Entry, Exit, OnFailure};

/// What the answers of all scripts come to.
#[derive(Default)]
struct Tally {
    faults: usize,
    wrong: Vec<String>,
    /// `either` where the shell always gave one answer.
    vague: Vec<String>,
    listed: usize,
    /// Claims and destroys that were listed and ran in no run.
    idle: Vec<String>,
    /// What a person calls a claim or a destroy, and the table of commands does not.
    unrecognised: Vec<String>,
    /// Commands inside the words of another: `find -exec`, `xargs`.
    inner: usize,
}

/// Whether the engine takes this for a claim or a destroy anywhere.
fn is_known(read: &Read, effect: &str) -> bool {
    let answers = read.report.trace.entries.iter().filter_map(|entry| entry.on_failure.as_ref());
    let mut effects = answers.flat_map(|answer| answer.claims.iter().chain(&answer.destroys));
    effects.any(|known| alike(&known.text, effect))
}

/// Whether what was seen to run had run before the failing command: the answer is about what still runs.
fn is_before(read: &Read, failing: &Entry, effect: &str) -> bool {
    let line = read.lines.line(failing.span.start) as usize;
    if RUN_LATER_THAN_WRITTEN.iter().any(|(name, at)| read.name.ends_with(name) && *at == line) {
        return true;
    }
    let places: Vec<u32> = read
        .report
        .trace
        .entries
        .iter()
        .filter(|entry| entry.id != failing.id && alike(&read.text(entry), effect))
        .map(|entry| entry.span.start)
        .collect();
    // A command's own earlier rounds come before its failure.
    places.iter().all(|start| *start < failing.span.start)
}

impl Tally {
    fn add(&mut self, read: &Read, fault: &Fault) {
        self.faults += 1;
        let place = format!("{}:{}: {}", read.name, fault.line, fault.command);
        let Some(entry) = read.entry(fault) else { return self.wrong.push(format!("{place}: no entry")) };
        if entry.name != fault.command.split([' ', '/']).next().unwrap_or_default()
            && !entry.name.starts_with('$')
        {
            self.inner += 1;
            return;
        }
        let Some(answer) = &entry.on_failure else { return self.wrong.push(format!("{place}: never runs")) };
        self.exit(&place, fault, answer);
        let claims: Vec<&str> = answer.claims.iter().map(|claim| claim.text.as_str()).collect();
        let destroys: Vec<&str> = answer.destroys.iter().map(|destroy| destroy.text.as_str()).collect();
        let later = |effect: &&String| !is_before(read, entry, effect);
        let (known, unknown): (Vec<&String>, Vec<&String>) = fault
            .claims
            .iter()
            .chain(&fault.destroys)
            .filter(later)
            .partition(|effect| is_known(read, effect));
        self.unrecognised.extend(unknown.into_iter().map(|effect| format!("{}: {effect}", read.name)));
        let seen = |effects: &[String]| {
            effects.iter().filter(|effect| known.contains(effect)).cloned().collect::<Vec<_>>()
        };
        self.effects(&place, "claim", &seen(&fault.claims), &claims);
        self.effects(&place, "destroy", &seen(&fault.destroys), &destroys);
    }

    fn exit(&mut self, place: &str, fault: &Fault, answer: &OnFailure) {
        match (fault.exit.as_str(), answer.exit) {
            ("zero", Exit::Zero) | ("nonzero", Exit::Nonzero) | ("either", Exit::Either) => {}
            (seen, Exit::Either) => self.vague.push(format!("{place}: either, the shell gave {seen}")),
            (seen, said) => self.wrong.push(format!("{place}: {said:?}, the shell gave {seen}")),
        }
    }

    fn effects(&mut self, place: &str, kind: &str, seen: &[String], said: &[&str]) {
        self.listed += said.len();
        for effect in seen.iter().filter(|effect| !said.iter().any(|text| alike(text, effect))) {
            self.wrong.push(format!("{place}: {kind} not listed: {effect}"));
        }
        let recorded = said.iter().filter(|text| **text != "exit 0");
        for text in recorded.filter(|text| !seen.iter().any(|effect| alike(text, effect))) {
            self.idle.push(format!("{place}: {kind} never ran: {text}"));
        }
    }
}

/// Whether the words of the script are those of the run, but for what was expanded or is left open by a pattern.
fn alike(said: &str, seen: &str) -> bool {
    let literal = |word: &&str| !word.contains(['$', '"', '\'', '*', '`', '(', '{']);
    let mut said_words = said.split_whitespace().filter(literal);
    let mut seen_words = seen.split_whitespace().filter(literal);
    let same_start = said_words.next().is_some_and(|word| Some(word) == seen_words.next());
    let covered =
        |mut words: Box<dyn Iterator<Item = &str> + '_>, text: &str| words.all(|word| text.contains(word));
    said.contains(seen)
        || same_start && (covered(Box::new(said_words), seen) || covered(Box::new(seen_words), said))
}

/// Where the failing command stands below what has run before it: in a trap or a function that is called after.
const RUN_LATER_THAN_WRITTEN: [(&str, usize); 4] = [
    ("exit-trap-verdict.sh", 4),
    ("trap-keeps-status.sh", 7),
    ("verified-retention.sh", 3),
    ("for-words.sh", 3),
];

#[test]
fn answers_are_what_the_shells_do() {
    let mut tally = Tally::default();
    for script in scripts() {
        let read = Read::script(&script);
        for fault in &Scenario::of(&script).fault {
            tally.add(&read, fault);
        }
    }
    println!("{} faults, {} wrong, {} vague", tally.faults, tally.wrong.len(), tally.vague.len());
    println!("{} effects listed, {} idle", tally.listed, tally.idle.len());
    tally.unrecognised.sort();
    tally.unrecognised.dedup();
    println!("{} not recognised, {} inside other commands", tally.unrecognised.len(), tally.inner);
    for line in tally.vague.iter().chain(&tally.idle).chain(&tally.unrecognised) {
        println!("{line}");
    }
    assert!(tally.faults > 400, "the corpus has shrunk");
    assert!(tally.wrong.is_empty(), "{} wrong answers:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
}
