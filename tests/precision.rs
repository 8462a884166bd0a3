//! Draws findings of the rules that are on by default, in scripts that people wrote, for a person to judge one by one, and
//! holds the table in `docs/precision.md` and the rules' states against the verdicts in `tests/corpus/judged.tsv`.
//!
//! `FINDINGS=DIRECTORY/findings.json SEED=1 COUNT=300 cargo test --test precision draw -- --ignored --nocapture`
//!
//! The file is what `lint-scripts --output-format json .` says in `DIRECTORY/files`. Rules are drawn from in equal shares; one
//! that has fewer findings gives all, and the others share what is left. No finding is drawn twice, nor one that says the same
//! of a script of the same name, since many packages bring copies of one script along. `RULES=one,other` draws from these alone,
//! `AFTER=tests/corpus/judged.tsv` from what has not been judged before.
#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
#![allow(clippy::print_stdout, reason = "what is drawn is read by a person")]

mod draw;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use draw::Draw;
use serde::Deserialize;

/// How many lines are shown before and after each place.
const BEFORE: usize = 6;
const AFTER: usize = 5;

#[derive(Deserialize)]
struct Run {
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    rule: String,
    severity: String,
    message: String,
    path: String,
    start: Place,
    labels: Vec<Label>,
}

#[derive(Deserialize)]
struct Label {
    message: String,
    start: Place,
}

#[derive(Deserialize)]
struct Place {
    path: String,
    line: usize,
}

impl Finding {
    fn place(&self) -> (String, String, usize) {
        (self.rule.clone(), self.path.trim_start_matches("./").to_owned(), self.start.line)
    }
}

/// A line of `tests/corpus/judged.tsv`.
struct Judged<'a> {
    draw: &'a str,
    package: &'a str,
    path: &'a str,
    line: usize,
    rule: &'a str,
    right: bool,
    found: Found,
}

/// Whether the program finds something to this day.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Still,
    /// Where it is asked for: the rule, or the part of a rule that found it, is in preview.
    InPreview,
    NoMore,
}

impl<'a> Judged<'a> {
    fn read(line: &'a str) -> Self {
        let cells: Vec<&str> = line.split('\t').collect();
        let [draw, package, path, at, rule, verdict, found, reason] = cells[..] else { panic!("{line}") };
        assert!(matches!(verdict, "right" | "wrong") && !reason.is_empty(), "{line}");
        let found = match found {
            "still" => Found::Still,
            "preview" => Found::InPreview,
            "no more" => Found::NoMore,
            _ => panic!("{line}"),
        };
        Self { draw, package, path, line: at.parse().unwrap(), rule, right: verdict == "right", found }
    }

    fn place(&self) -> (String, String, usize) {
        (self.rule.to_owned(), format!("{}/{}", self.package, self.path), self.line)
    }
}

/// The findings of each rule, without those that say the same of a script of the same name.
fn by_rule(findings: Vec<Finding>, wanted: &[&str]) -> BTreeMap<String, Vec<Finding>> {
    let mut seen = BTreeSet::new();
    let mut rules: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        let name = finding.path.rsplit("__").next().unwrap().rsplit('/').next().unwrap().to_owned();
        let first = seen.insert((finding.rule.clone(), name, finding.message.clone()));
        if first && (wanted.is_empty() || wanted.contains(&&*finding.rule)) {
            rules.entry(finding.rule.clone()).or_default().push(finding);
        }
    }
    rules
}

/// How many each rule gives: equal shares, and what a rule cannot give is shared by the others.
fn shares(available: &[usize], count: usize) -> Vec<usize> {
    let mut shares = vec![0; available.len()];
    let mut left = count.min(available.iter().sum());
    while left > 0 {
        for (share, available) in shares.iter_mut().zip(available) {
            if left > 0 && *share < *available {
                *share += 1;
                left -= 1;
            }
        }
    }
    shares
}

#[test]
fn what_a_rule_cannot_give_is_shared_by_the_others() {
    assert_eq!(shares(&[2, 50, 50], 12), [2, 5, 5]);
    assert_eq!(shares(&[1, 2], 12), [1, 2]);
}

/// The table of `docs/precision.md`.
fn table(judged: &[Judged<'_>]) -> String {
    let mut rules: BTreeMap<&str, Vec<&Judged<'_>>> = BTreeMap::new();
    for it in judged {
        rules.entry(it.rule).or_default().push(it);
    }
    let row = |name: &str, of: &[&Judged<'_>], shown: Found| {
        let count = |wanted: &dyn Fn(&Judged<'_>) -> bool| {
            let some: Vec<&&Judged<'_>> = of.iter().filter(|it| wanted(it)).collect();
            (some.iter().filter(|it| it.right).count(), some.len())
        };
        let cell =
            |(right, all): (usize, usize)| if all == 0 { String::new() } else { format!("{right} of {all}") };
        // In the order of their numbers.
        let draws: BTreeSet<(usize, &str)> = judged.iter().map(|it| (it.draw.len(), it.draw)).collect();
        let draws: Vec<String> =
            draws.into_iter().map(|(_, draw)| cell(count(&|it| it.draw == draw))).collect();
        let (right, all) = count(&|it| it.found == shown);
        let share = (1000 * right + all / 2).checked_div(all);
        let share = share.map(|share| format!("{}.{} %", share / 10, share % 10)).unwrap_or_default();
        format!("| {name} | {} | {} | {share} |\n", draws.join(" | "), cell((right, all)))
    };
    let all: Vec<&Judged<'_>> = judged.iter().collect();
    let rows = rules.iter().map(|(rule, of)| {
        if of.iter().any(|it| it.found == Found::InPreview) {
            row(&format!("`{rule}` (in preview)"), of, Found::InPreview)
        } else {
            row(&format!("`{rule}`"), of, Found::Still)
        }
    });
    rows.collect::<String>() + &row("all", &all, Found::Still)
}

#[test]
fn the_table_is_what_was_judged() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let judged = fs::read_to_string(root.join("tests/corpus/judged.tsv")).unwrap();
    let judged: Vec<Judged<'_>> = judged.lines().skip(1).map(Judged::read).collect();
    assert!(judged.iter().filter(|it| it.draw == "1").count() >= 300, "the first draw");
    let page = fs::read_to_string(root.join("docs/precision.md")).unwrap();
    let table = table(&judged);
    assert!(page.contains(&table), "docs/precision.md lacks this table:\n{table}");
}

fn show(files: &Path, finding: &Finding) {
    println!("    {}: {}", finding.severity, finding.message);
    for label in &finding.labels {
        println!("    · {}: {}", label.start.line, label.message);
    }
    let text = String::from_utf8_lossy(&fs::read(files.join(&finding.path)).unwrap()).into_owned();
    let lines: Vec<&str> = text.lines().collect();
    let here = finding.labels.iter().map(|label| &label.start).filter(|place| place.path == finding.path);
    let marked: BTreeSet<usize> = here.map(|place| place.line).chain([finding.start.line]).collect();
    let near = |line: &usize| marked.range(line.saturating_sub(AFTER)..=line + BEFORE).next().is_some();
    let mut last = 0;
    for line in (1..=lines.len()).filter(near) {
        if line != last + 1 {
            println!("       ...");
        }
        let mark = if marked.contains(&line) { '>' } else { ' ' };
        println!("{mark}{line:5} {}", lines[line - 1]);
        last = line;
    }
}

#[test]
#[ignore = "a person judges what is drawn"]
fn draw_findings() {
    let number = |name: &str, or: usize| std::env::var(name).map_or(or, |text| text.parse().unwrap());
    let path = std::env::var("FINDINGS").expect("FINDINGS names what lint-scripts has said of the scripts");
    let path = Path::new(&path);
    let wanted = std::env::var("RULES").unwrap_or_default();
    let wanted: Vec<&str> = wanted.split(',').filter(|rule| !rule.is_empty()).collect();
    let run: Run = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let judged = std::env::var("AFTER").map(|path| fs::read_to_string(path).unwrap()).unwrap_or_default();
    let judged: BTreeSet<_> = judged.lines().skip(1).map(|line| Judged::read(line).place()).collect();
    let mut findings = run.findings;
    findings.retain(|finding| !judged.contains(&finding.place()));
    let mut rules = by_rule(findings, &wanted);
    let available: Vec<usize> = rules.values().map(Vec::len).collect();
    let mut draw = Draw(number("SEED", 1) as u64);
    let mut drawn = 0;
    for (findings, share) in rules.values_mut().zip(shares(&available, number("COUNT", 300))) {
        println!("\n##### {}: {share} of {}", findings[0].rule, findings.len());
        for _ in 0..share {
            let finding = findings.remove(draw.below(findings.len()));
            drawn += 1;
            println!("\n=== {drawn} {} {}:{}", finding.rule, finding.path, finding.start.line);
            show(&path.with_file_name("files"), &finding);
        }
    }
}
