//! The script that the project was started for, through the real program; what `--fix` makes of it is run in real bash.
#![cfg(test)]

mod harness;

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use harness::{Fault, Scenario, compare_healthy, group, outcome, runs_of, scripts};
use serde_json::Value;
use tempfile::TempDir;

/// What one run of the program gave.
struct Run {
    status: Option<i32>,
    out: String,
    err: String,
}

fn story() -> PathBuf {
    scripts().into_iter().find(|script| group(script) == "story").expect("the story is there")
}

/// A directory with a copy of the story that its group may run.
fn scratch() -> TempDir {
    let root = tempfile::tempdir().unwrap();
    let copy = root.path().join("backup.sh");
    fs::copy(story(), &copy).unwrap();
    fs::set_permissions(&copy, Permissions::from_mode(0o750)).unwrap();
    root
}

fn lint(root: &Path, arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_lint-scripts"))
        .args(arguments)
        .current_dir(root)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn text(root: &TempDir) -> String {
    fs::read_to_string(root.path().join("backup.sh")).unwrap()
}

/// The story, fixed by the program.
fn fixed() -> TempDir {
    let root = scratch();
    let run = lint(root.path(), &["--fix", "backup.sh"]);
    assert!(run.err.contains("applied 1 fix in 1 file"), "{}", run.err);
    root
}

fn findings(root: &Path) -> Vec<Value> {
    let run = lint(root, &["--output-format", "json", "backup.sh"]);
    let document: Value = serde_json::from_str(&run.out).expect("one JSON document");
    assert_eq!(run.status, Some(1), "{}", run.err);
    document["findings"].as_array().unwrap().clone()
}

/// The lines of the labels, each with the bytes that it covers.
fn labels<'a>(finding: &Value, text: &'a str) -> Vec<(u64, &'a str)> {
    let at = |place: &Value| usize::try_from(place["offset"].as_u64().unwrap()).unwrap();
    let labels = finding["labels"].as_array().unwrap().iter();
    labels
        .map(|label| {
            let range = at(&label["start"])..at(&label["end"]);
            (label["start"]["line"].as_u64().unwrap(), &text[range])
        })
        .collect()
}

fn snapshot(name: &str, text: &str) {
    insta::with_settings!({snapshot_path => "../snapshots/story", prepend_module_to_snapshot => false, omit_expression => true}, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn there_are_four_findings() {
    let root = scratch();
    let findings = findings(root.path());
    let found: Vec<(&str, u64, &str)> = findings
        .iter()
        .map(|finding| {
            let line = finding["start"]["line"].as_u64().unwrap();
            (finding["rule"].as_str().unwrap(), line, finding["severity"].as_str().unwrap())
        })
        .collect();
    let expected = [
        ("missing-strict-mode", 1, "warning"),
        ("unchecked-pipeline", 3, "error"),
        ("cleanup-before-verification", 7, "error"),
        ("unconditional-success", 8, "error"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn each_finding_labels_what_fails() {
    let root = scratch();
    let findings = findings(root.path());
    let text = text(&root);
    let lines: Vec<&str> = text.lines().collect();
    let [strict, pipeline, cleanup, claim] = &findings[..] else { panic!("four findings") };
    let says = |finding: &Value, part: &str| {
        let message = finding["message"].as_str().unwrap();
        assert!(message.contains(part), "no {part:?} in {message:?}");
    };
    says(strict, "no `set -euo pipefail`");
    says(strict, "5 of 5 commands can fail in silence");
    says(pipeline, "`pg_dump`");
    assert_eq!(labels(pipeline, &text), [(3, "pg_dump mydb"), (3, "gzip > /tmp/backup.sql.gz")]);
    says(cleanup, "`rm` deletes what `aws` was to carry elsewhere");
    assert_eq!(labels(cleanup, &text), [(5, lines[4])]);
    says(claim, "\"Backup completed!\"");
    assert_eq!(labels(claim, &text), [(3, lines[2]), (5, lines[4]), (7, lines[6])]);
}

#[test]
fn the_pictures() {
    let root = scratch();
    let run = lint(root.path(), &["backup.sh"]);
    assert_eq!(run.status, Some(1));
    snapshot("findings", &format!("{}\n{}", run.out, run.err));
}

/// The faults that the fix is about. The one of `date`, which is lost in an argument, stays.
fn mended(scenario: &Scenario) -> Vec<&Fault> {
    let faults: Vec<&Fault> =
        scenario.fault.iter().filter(|fault| !fault.command.starts_with("date")).collect();
    assert_eq!(faults.len(), 4, "pg_dump, gzip, aws, rm");
    faults
}

#[test]
fn the_fixed_script_is_loud_in_bash() {
    let root = fixed();
    let script = root.path().join("backup.sh");
    let scenario = Scenario::of(&story());
    for fault in mended(&scenario) {
        let runs = runs_of(&script, &scenario, fault);
        assert!(!runs.is_empty(), "{} was run", fault.command);
        let seen = outcome(&scenario, fault, &runs);
        assert_eq!((seen.exit.as_str(), seen.claims.len()), ("nonzero", 0), "when `{}` fails", fault.command);
        let is_removal = fault.command.starts_with("rm ");
        for run in runs {
            let removals = run.calls.iter().filter(|call| call.starts_with("rm ")).count();
            assert_eq!(removals, usize::from(is_removal), "when `{}` fails: {:?}", fault.command, run.calls);
            assert_eq!(run.stdout, "", "when `{}` fails", fault.command);
        }
    }
}

#[test]
fn the_script_as_it_was_is_silent_in_bash() {
    let scenario = Scenario::of(&story());
    for fault in mended(&scenario) {
        let seen = outcome(&scenario, fault, &runs_of(&story(), &scenario, fault));
        assert_eq!((seen.exit.as_str(), seen.claims.len()), ("zero", 1), "when `{}` fails", fault.command);
    }
}

#[test]
fn the_fixed_script_does_the_same_when_nothing_fails() {
    let root = fixed();
    let script = root.path().join("backup.sh");
    assert_eq!(compare_healthy(&story(), &script, &Scenario::of(&story())), Ok(()));
}

#[test]
fn a_second_fix_changes_nothing() {
    let root = fixed();
    let once = text(&root);
    let run = lint(root.path(), &["--fix", "backup.sh"]);
    assert_eq!(text(&root), once);
    assert!(run.err.contains("applied 0 fixes in 0 files"), "{}", run.err);
}

/// `date` inside an argument is masked still, which `trace` says; its rule comes with the rule catalogue.
#[test]
fn nothing_is_left_to_report() {
    let root = fixed();
    let run = lint(root.path(), &["--output-format", "json", "backup.sh"]);
    assert_eq!(run.status, Some(0), "{}", run.err);
    let run = lint(root.path(), &["trace", "--format", "json", "backup.sh"]);
    let document: Value = serde_json::from_str(&run.out).expect("one JSON document");
    let commands = document["files"][0]["commands"].as_array().expect("commands");
    let date = commands.iter().find(|command| command["name"] == "date").expect("`date` has an entry");
    assert_eq!(date["on_failure"]["fate"], "masked");
    assert_eq!(date["on_failure"]["by"], "substitution");
}

#[test]
fn the_patch_is_what_fix_does() {
    let root = scratch();
    let before = text(&root);
    let run = lint(root.path(), &["--diff", "backup.sh"]);
    assert_eq!(text(&root), before, "--diff writes nothing");
    snapshot("diff", &run.out);
    if git(root.path(), &["init", "-q"], "").is_none() {
        return;
    }
    git(root.path(), &["apply", "-"], &run.out);
    assert_eq!(text(&root), text(&fixed()));
}

/// Told from the script alone, in a directory that is empty and stays so.
#[test]
fn the_demo_tells_it() {
    let root = tempfile::tempdir().unwrap();
    let run = lint(root.path(), &["demo"]);
    assert_eq!((run.status, run.err.as_str()), (Some(0), ""));
    snapshot("demo", &run.out);
    let coloured = lint(root.path(), &["demo", "--color", "always"]).out;
    let bare = regex_lite::Regex::new("\u{1b}\\[[0-9;]*m").unwrap().replace_all(&coloured, "").into_owned();
    assert!(coloured.contains('\u{1b}') && bare == run.out, "{coloured}");
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0, "nothing is written");
}

/// What the demo says of the night is what bash does, before and after the fix.
#[test]
fn the_demo_is_true_in_bash() {
    let root = fixed();
    let scenario = Scenario::of(&story());
    let fault = mended(&scenario).into_iter().find(|fault| fault.command.starts_with("aws ")).unwrap();
    let told = lint(root.path(), &["demo"]).out;
    let nights: Vec<&str> = told.split("── ").filter(|part| part.contains(" night")).collect();
    let [before, after] = nights[..] else { panic!("two nights in {told}") };
    let real = |script: &Path| {
        let seen = outcome(&scenario, fault, &runs_of(script, &scenario, fault));
        (seen.exit == "zero", !seen.claims.is_empty(), !seen.destroys.is_empty())
    };
    let said = |night: &str| {
        let zero = night.contains("script exits        0\n");
        assert!(zero != night.contains("script exits        non-zero\n"), "{night}");
        (zero, night.contains("claims: Backup completed!"), night.contains("destroys: rm /tmp/backup.sql.gz"))
    };
    assert_eq!(said(before), real(&story()));
    assert_eq!(said(after), real(&root.path().join("backup.sh")));
    assert_ne!(said(before), said(after));
}

#[test]
fn the_mode_is_kept() {
    let root = fixed();
    let mode = fs::metadata(root.path().join("backup.sh")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o750);
    let left: Vec<_> = fs::read_dir(root.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["backup.sh"], "nothing is left beside it");
}

/// Runs git in a directory that belongs to no other repository; `None`, said loudly, where there is no git.
#[allow(clippy::explicit_write, reason = "a passing test keeps what `eprintln!` says to itself")]
fn git(root: &Path, arguments: &[&str], input: &str) -> Option<()> {
    let child = Command::new("git")
        .args(arguments)
        .current_dir(root)
        .env("GIT_CEILING_DIRECTORIES", root)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env_remove("GIT_DIR")
        .stdin(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        assert!(std::env::var_os("CI").is_none(), "git is missing");
        writeln!(std::io::stderr(), "NOT RUN: git, which applies the patch, is not on this machine").unwrap();
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "git {arguments:?} takes\n{input}");
    Some(())
}
