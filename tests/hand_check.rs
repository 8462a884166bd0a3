//! Draws commands at random from scripts that people wrote, each with its surroundings and the engine's answer, for a person
//! to judge one by one. `docs/hand-check.md` holds the verdicts.
//!
//! `HAND_CHECK=dir:dir SEED=1 COUNT=200 cargo test --release --test hand_check -- --ignored --nocapture`
//!
//! Below each directory a folder is a package, and the files that stand in it are one together. Each draw takes a package,
//! then a script of it, then a failure point of that, all equally likely: so a package with many scripts counts no more than
//! one with few. No script is drawn twice, nor one that says the same.
#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
#![allow(clippy::print_stdout, reason = "what is drawn is read by a person")]

mod draw;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use draw::Draw;
use lint_scripts::check::Settings;
use lint_scripts::flow::{Effects, Entry, OnFailure, Trace, Units, trace};
use lint_scripts::shell::{Shebang, detect};
use lint_scripts::text::{Document, LineIndex, Span};

/// How many lines are shown before and after the command.
const BEFORE: u32 = 8;
const AFTER: u32 = 6;

/// The shell scripts below some directories, by package.
fn packages(roots: &str) -> Vec<Vec<PathBuf>> {
    let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for root in roots.split(':').map(Path::new) {
        let mut files = Vec::new();
        collect(root, &mut files);
        for file in files {
            let below = file.strip_prefix(root).unwrap();
            let mut components = below.components();
            let package = components.next().filter(|_| components.next().is_some());
            let package = package.map(|name| name.as_os_str().to_string_lossy()).unwrap_or_default();
            found.entry(format!("{}/{package}", root.display())).or_default().push(file);
        }
    }
    found.into_values().collect()
}

/// Takes a script out of a package.
fn take(packages: &mut Vec<Vec<PathBuf>>, draw: &mut Draw) -> Option<PathBuf> {
    if packages.is_empty() {
        return None;
    }
    let at = draw.below(packages.len());
    let index = draw.below(packages[at].len());
    let path = packages[at].remove(index);
    if packages[at].is_empty() {
        packages.remove(at);
    }
    Some(path)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if fs::read(&path).is_ok_and(|text| is_script(&text)) {
            files.push(path);
        }
    }
}

fn is_script(text: &[u8]) -> bool {
    Shebang::of(text).is_some_and(|shebang| shebang.dialect.is_some())
}

fn read(path: &Path) -> (Units, Trace) {
    let text = fs::read(path).unwrap();
    let document = Arc::new(Document::script(path.display().to_string(), text));
    let dialect = detect(&document.path, &document.text);
    let units = Units::load(&document, dialect, &Settings::default().vocabulary, &|_, _| None);
    let trace = trace(&units);
    (units, trace)
}

struct Sheet<'a> {
    units: &'a Units,
    lines: LineIndex,
}

impl Sheet<'_> {
    fn line(&self, span: Span) -> u32 {
        self.lines.line(span.start)
    }

    fn text(&self, span: Span) -> String {
        String::from_utf8_lossy(self.units.text(span)).lines().next().unwrap_or_default().to_owned()
    }

    fn of(&self, entry: &Entry, answer: &OnFailure) -> String {
        let mut sheet = format!("    {} (shell {})\n", self.text(entry.span), self.units.dialect.name());
        let by = answer.by.map_or("-".to_owned(), |by| format!("{by:?}"));
        let next = answer
            .goes_on_at
            .map_or("-".to_owned(), |span| format!("{} {}", self.line(span), self.text(span)));
        let _ = writeln!(sheet, "    {:?} by {by}, exit {:?}, goes on at {next}", answer.fate, answer.exit);
        self.effects(&mut sheet, "claims", &answer.claims);
        self.effects(&mut sheet, "destroys", &answer.destroys);
        for step in &answer.steps {
            let _ = writeln!(sheet, "    · {}: {}", self.line(step.span), step.message);
        }
        self.surroundings(&mut sheet, self.line(entry.span));
        sheet
    }

    fn effects(&self, sheet: &mut String, kind: &str, effects: &Effects) {
        if effects.is_empty() {
            return;
        }
        let places: Vec<String> =
            effects.iter().map(|effect| format!("{} {}", self.line(effect.span), effect.text)).collect();
        let _ = writeln!(sheet, "    {kind}: {}", places.join(" | "));
    }

    fn surroundings(&self, sheet: &mut String, at: u32) {
        let text = String::from_utf8_lossy(self.units.source(lint_scripts::text::FileId(0))).into_owned();
        let from = at.saturating_sub(BEFORE).max(1);
        let lines = text.lines().enumerate().skip(from as usize - 1).take((at + AFTER - from + 1) as usize);
        for (index, line) in lines {
            let mark = if index + 1 == at as usize { '>' } else { ' ' };
            let _ = writeln!(sheet, "{mark}{:5} {line}", index + 1);
        }
    }
}

#[test]
#[ignore = "a person judges what is drawn"]
fn draw_commands() {
    let number = |name: &str, or: usize| std::env::var(name).map_or(or, |text| text.parse().unwrap());
    let roots = std::env::var("HAND_CHECK").expect("HAND_CHECK names the directories, with : between them");
    let mut packages = packages(&roots);
    let (seed, count) = (number("SEED", 1), number("COUNT", 200));
    let scripts: usize = packages.iter().map(Vec::len).sum();
    println!("{scripts} scripts of {} packages, seed {seed}, {count} commands", packages.len());
    let mut draw = Draw(seed as u64);
    let (mut drawn, mut empty, mut intricate) = (0, 0, 0);
    let mut texts = BTreeSet::new();
    while drawn < count {
        let path = take(&mut packages, &mut draw).expect("there are as many scripts as are to be drawn");
        if !texts.insert(fs::read(&path).unwrap()) {
            continue;
        }
        let (units, trace) = read(&path);
        let points: Vec<(&Entry, &OnFailure)> = trace.failure_points().collect();
        if trace.too_intricate || points.is_empty() {
            intricate += usize::from(trace.too_intricate);
            empty += usize::from(!trace.too_intricate);
            continue;
        }
        drawn += 1;
        let (entry, answer) = points[draw.below(points.len())];
        let sheet = Sheet { lines: LineIndex::new(&units.documents[0].text), units: &units };
        println!("\n=== {drawn}. {}:{}", path.display(), sheet.line(entry.span));
        print!("{}", sheet.of(entry, answer));
    }
    println!(
        "\npassed over: {empty} scripts without a failure point, {intricate} too intricate to be followed"
    );
}
