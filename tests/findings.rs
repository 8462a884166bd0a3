//! What is found in each script of the corpus, and how much of what was planted in it.
#![cfg(test)]

mod harness;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use harness::{Fault, Read, Scenario, group, scripts};
use lint_scripts::diagnostic::{Applicability, Diagnostic};
use lint_scripts::flow::{Entry, Exit, Fate, OnFailure};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Planted faults that a finding points at, and those that a finding at least counts: not fewer than these.
const SHOWN: usize = 73;
const COUNTED: usize = 84;

/// All findings of a script, a few lines for each.
fn told(read: &Read) -> String {
    let mut text = String::new();
    for finding in &read.report.findings {
        let (line, column) = read.place(finding.primary.span);
        let severity = format!("{:?}", finding.severity).to_lowercase();
        writeln!(text, "{line}:{column} {severity}[{}] {}", finding.rule, finding.message).unwrap();
        for label in &finding.labels {
            writeln!(text, "    line {}: {}", read.place(label.span).0, label.message).unwrap();
        }
        for fix in &finding.fixes {
            let why = fix.why_unsafe.as_ref().map(|why| format!(" -- {why}")).unwrap_or_default();
            writeln!(text, "    {}: {}{why}", applicability(fix.applicability), fix.title).unwrap();
        }
    }
    text
}

fn applicability(applicability: Applicability) -> &'static str {
    match applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::Display => "display",
    }
}

fn snapshot_name(script: &Path) -> String {
    format!("{}-{}", group(script), script.file_stem().unwrap().to_string_lossy())
}

#[test]
fn findings_are_those_that_were_read_and_judged() {
    let mut names = BTreeSet::new();
    for script in scripts() {
        let read = Read::script(&script);
        assert!(read.report.not_checked.is_empty(), "{}: {:?}", read.name, read.report.not_checked);
        if read.report.findings.is_empty() {
            continue;
        }
        let name = snapshot_name(&script);
        insta::with_settings!({snapshot_path => "../snapshots/findings", prepend_module_to_snapshot => false, omit_expression => true}, {
            insta::assert_snapshot!(name.as_str(), told(&read));
        });
        names.insert(format!("{name}.snap"));
    }
    assert_eq!(
        files(&Path::new(ROOT).join("snapshots/findings")),
        names,
        "snapshots, and scripts with findings"
    );
}

fn files(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// A snapshot that no test asserts is a leftover.
#[test]
fn every_snapshot_has_its_test() {
    let mut sources = Vec::new();
    collect(&Path::new(ROOT).join("src"), "rs", &mut sources);
    collect(&Path::new(ROOT).join("tests"), "rs", &mut sources);
    let code: String = sources.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut snapshots = Vec::new();
    collect(&Path::new(ROOT).join("snapshots"), "snap", &mut snapshots);
    assert!(snapshots.len() > 5, "the snapshots were not found");
    let by_script = Path::new(ROOT).join("snapshots/findings");
    for snapshot in snapshots.iter().filter(|path| !path.starts_with(&by_script)) {
        let name = format!("\"{}\"", snapshot.file_stem().unwrap().to_string_lossy());
        assert!(code.contains(&name), "no test asserts {}", snapshot.display());
    }
    let mut pending = Vec::new();
    collect(Path::new(ROOT), "new", &mut pending);
    assert!(pending.is_empty(), "snapshots that nobody has accepted: {pending:?}");
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let built = path.ends_with("target") || path.ends_with(".git");
        if path.is_dir() && !built {
            collect(&path, ending, found);
        } else if path.extension().is_some_and(|own| own == ending) {
            found.push(path);
        }
    }
}

#[test]
fn scripts_that_tell_of_every_failure_are_clean() {
    let clean: Vec<PathBuf> =
        scripts().into_iter().filter(|script| matches!(group(script), "checked" | "loud")).collect();
    assert!(clean.len() >= 40, "{} scripts", clean.len());
    let alarms: BTreeMap<String, String> = clean
        .iter()
        .filter_map(|script| {
            let name = script.file_name().unwrap().to_string_lossy().into_owned();
            Some((name, alarms(&Read::script(script))?))
        })
        .collect();
    let names: Vec<&str> = alarms.keys().map(String::as_str).collect();
    assert!(names.is_empty(), "{alarms:#?}");
}

fn alarms(read: &Read) -> Option<String> {
    let told = told(read);
    (!told.is_empty()).then(|| format!("{}\n{told}", read.name))
}

/// How far a planted fault is known of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Not,
    /// It is one of those that `missing-strict-mode` counts.
    Counted,
    /// A finding points at it.
    Shown,
}

#[test]
fn planted_faults_are_traced_and_found() {
    let mut known: Vec<Known> = Vec::new();
    let mut unknown = Vec::new();
    for script in scripts().iter().filter(|script| matches!(group(script), "silent" | "story")) {
        let (read, scenario) = (Read::script(script), Scenario::of(script));
        for fault in planted(&scenario) {
            let place = format!("{}:{}: {}", read.name, fault.line, fault.command);
            let state = state_of(&read, fault, &place);
            known.push(state);
            if state == Known::Not {
                unknown.push(place);
            }
        }
    }
    let at_least = |least| known.iter().filter(|state| **state >= least).count();
    let (all, counted, shown) = (known.len(), at_least(Known::Counted), at_least(Known::Shown));
    println!(
        "{all} planted faults: findings point at {shown}, and count {} more; not found:",
        counted - shown
    );
    println!("{}", unknown.join("\n"));
    assert!(all > 100, "{all} planted faults");
    assert!(shown >= SHOWN, "findings point at {shown} of {all}");
    assert!(counted >= COUNTED, "findings point at or count {counted} of {all}");
}

fn planted(scenario: &Scenario) -> impl Iterator<Item = &Fault> {
    scenario.fault.iter().filter(|fault| {
        let lost = fault.exit != "nonzero" || !fault.claims.is_empty();
        let planted = scenario.planted.iter().any(|planted| harness::matches(planted, &fault.command));
        lost && planted
    })
}

/// Asserts that the trace says what the shell did: the script may end with 0, or claims that all went well.
fn state_of(read: &Read, fault: &Fault, place: &str) -> Known {
    let entry = read.entry(fault).unwrap_or_else(|| panic!("{place}: no entry"));
    let answer = entry.on_failure.as_ref().unwrap_or_else(|| panic!("{place}: never runs"));
    let own = entry.name.starts_with('$') || fault.command.split([' ', '/']).next() == Some(&*entry.name);
    // The command that another one runs has no entry of its own; the engine's test looks at those.
    let quiet =
        if fault.exit == "nonzero" { !answer.claims.is_empty() } else { answer.exit != Exit::Nonzero };
    assert!(quiet || !own, "{place}: the trace says {answer:?}");
    let findings = &read.report.findings;
    let counted = |finding: &Diagnostic| finding.rule.0 == "missing-strict-mode" && is_counted(answer);
    if findings.iter().any(|finding| finding.rule.0 != "missing-strict-mode" && shows(finding, entry)) {
        Known::Shown
    } else if findings.iter().any(counted) {
        Known::Counted
    } else {
        Known::Not
    }
}

/// Whether a finding points at a command, by its own place or by a label.
fn shows(finding: &Diagnostic, entry: &Entry) -> bool {
    let mut places = std::iter::once(&finding.primary).chain(&finding.labels);
    places.any(|label| label.span.contains(entry.span))
}

fn is_counted(answer: &OnFailure) -> bool {
    matches!(answer.fate, Fate::Ignored | Fate::Masked) && answer.exit != Exit::Nonzero
}
