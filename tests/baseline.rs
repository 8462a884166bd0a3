//! What is new: baselines, and the lines that git calls changed.
#![cfg(test)]

mod program;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use program::{command, finish, project, put, run, snapshot, with_input};
use tempfile::TempDir;

const FILE: &str = "accepted.jsonl";

/// A script with so many pipelines, which are all that is found in it.
fn script(pipelines: &[&str]) -> String {
    let mut text = "#!/bin/bash\nset -e\n".to_owned();
    pipelines.iter().for_each(|name| writeln!(text, "pg_dump {name} | gzip > {name}.gz").unwrap());
    text
}

fn edit(project: &TempDir, path: &str, text: &str) {
    put(&project.path().join(path), text.as_bytes());
}

fn read(project: &TempDir, path: &str) -> String {
    fs::read_to_string(project.path().join(path)).unwrap()
}

#[test]
fn only_what_is_new_counts() {
    let project = project(&[("a.sh", &script(&["a", "b"])), ("sub/b.sh", &script(&["a"]))]);
    let told = run(&project, &["--write-baseline", FILE]).status(0);
    let told = told
        .says("nothing found, 3 in the baseline")
        .says("accepted.jsonl: 3 findings accepted, 0 findings mended");
    assert_eq!(told.out, "");
    snapshot("baseline", "file", &read(&project, FILE));
    run(&project, &["--baseline", FILE]).status(0).says("nothing found, 3 in the baseline");

    // Lines above wake nothing; the same text once more is new.
    edit(&project, "a.sh", &script(&["a", "b", "b"]).replace("set -e", "# comment\n\nset -e\n"));
    let told = run(&project, &["--baseline", FILE]).status(1).says("1 error, 3 in the baseline");
    told.prints("a.sh:8:1");
    let document = run(&project, &["--baseline", FILE, "--output-format", "json"]).status(1).json();
    assert_eq!(document["summary"]["baselined"], 3);
    assert_eq!(document["findings"].as_array().unwrap().len(), 1);
    assert_eq!(document["summary"]["findings"]["error"], 1);
    run(&project, &[]).status(1).says("4 errors\n");
}

#[test]
fn paths_are_those_from_the_baseline() {
    let project = project(&[("a.sh", &script(&["a"])), ("sub/b.sh", &script(&["a"]))]);
    run(&project, &["--write-baseline", FILE]).status(0);
    for arguments in [vec!["./sub/../a.sh"], vec!["sub"], vec!["./"]] {
        run(&project, &[&["--baseline", FILE][..], &arguments].concat()).status(0);
    }
    let absolute = project.path().join("a.sh");
    run(&project, &["--baseline", FILE, absolute.to_str().unwrap()]).status(0);
    let mut inside = command(&project, &["--baseline", "../accepted.jsonl", "b.sh", "../a.sh"]);
    inside.current_dir(project.path().join("sub"));
    finish(inside).status(0).says("2 in the baseline");
}

#[test]
fn what_was_mended_is_told_and_leaves_the_file() {
    let project =
        project(&[("a.sh", &script(&["a", "b"])), ("b.sh", &script(&["a"])), ("c.sh", &script(&["a"]))]);
    run(&project, &["--write-baseline", FILE]).status(0);
    edit(&project, "a.sh", &script(&["a"]));
    fs::rename(project.path().join("c.sh"), project.path().join("d.sh")).unwrap();
    let told = run(&project, &["--baseline", FILE]).status(1).prints("d.sh:3:1");
    told.says("accepted.jsonl: 2 findings mended since it was written");
    // What was not looked at is not mended.
    let told = run(&project, &["--baseline", FILE, "b.sh"]).status(0);
    told.says("1 finding mended since");
    let told = run(&project, &["--baseline", FILE, "--select", "missing-strict-mode", "a.sh"]).status(0);
    told.says("1 finding mended since");
    run(&project, &["--write-baseline", FILE, "a.sh"])
        .status(0)
        .says("2 findings accepted, 2 findings mended");
    let left = read(&project, FILE);
    assert!(left.contains("\"b.sh\"") && left.contains("\"a.sh\"") && !left.contains("\"c.sh\""), "{left}");
}

#[test]
fn a_ratchet_refuses_to_grow() {
    let project = project(&[("a.sh", &script(&["a", "b"]))]);
    let ratchet = ["--write-baseline", FILE, "--ratchet"];
    run(&project, &ratchet).status(2).says("error: accepted.jsonl: not written: it would grow by 2 findings");
    assert!(!project.path().join(FILE).exists());
    run(&project, &ratchet[..2]).status(0);
    edit(&project, "a.sh", &script(&["a", "c"]));
    let before = read(&project, FILE);
    let told = run(&project, &ratchet).status(2).says("not written: it would grow by 1 finding");
    told.prints("pg_dump c");
    assert_eq!(read(&project, FILE), before);
    run(&project, &[&ratchet[..], &["--exit-zero"]].concat()).status(2);
    edit(&project, "a.sh", &script(&["a"]));
    run(&project, &ratchet).status(0).says("1 finding accepted, 1 finding mended");
}

#[test]
fn a_file_that_is_no_baseline_is_told_and_not_written_over() {
    let project = project(&[
        ("a.sh", &script(&["a"])),
        ("half.jsonl", "{\"lint-scripts\":\"baseline\",\"version\":1}\n<<<<<<< HEAD\n"),
    ]);
    run(&project, &["--baseline", "gone.jsonl"])
        .status(2)
        .says("error: gone.jsonl: there is no such baseline");
    run(&project, &["--baseline", "a.sh"])
        .status(2)
        .says("error: a.sh:1:1: this is no baseline of lint-scripts");
    run(&project, &["--baseline", "half.jsonl"])
        .status(2)
        .says("half.jsonl:2:1: a merge was left unfinished here");
    run(&project, &["--write-baseline", "a.sh"]).status(2).says("a.sh:1:1: this is no baseline");
    assert_eq!(read(&project, "a.sh"), script(&["a"]));
    run(&project, &["--baseline", "."]).status(2).says("the baseline cannot be read");
    run(&project, &["--write-baseline", "no/such/dir"]).status(2).says("error: no/such/dir: not written");
    run(&project, &["--ratchet"]).status(2).says("--write-baseline");
    run(&project, &["--write-baseline", FILE, "--fix"]).status(2).says("cannot be used with");
}

#[test]
fn a_configuration_may_name_the_baseline() {
    let project = project(&[
        ("sub/a.sh", &script(&["a"])),
        ("b.sh", &script(&["a"])),
        ("sub/lint-scripts.toml", "baseline = 'known.jsonl'\n"),
    ]);
    let told = run(&project, &[])
        .status(2)
        .says("error: sub/known.jsonl: there is no such baseline; --write-baseline writes it");
    told.says("2 errors");
    run(&project, &["--write-baseline", "sub/known.jsonl", "sub"]).status(0);
    run(&project, &["sub"]).status(0).says("nothing found, 1 in the baseline");
    run(&project, &[]).status(1).says("1 error, 1 in the baseline");
    run(&project, &["--isolated", "sub"]).status(1);
}

#[test]
fn ten_thousand_findings_are_no_trouble() {
    let names: Vec<String> = (0..500).map(|number| format!("db{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let files: Vec<(String, String)> =
        (0..20).map(|number| (format!("{number}.sh"), script(&names))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    // One script is checked; the others lie in the baseline only.
    let project = project(&files[..1]);
    let mut text = "{\"lint-scripts\":\"baseline\",\"version\":1}\n".to_owned();
    for number in 0..10_000 {
        writeln!(text, "{{\"path\":\"x/{number}.sh\",\"rule\":\"unchecked-pipeline\",\"text\":\"t\",\"count\":1,\"fingerprint\":\"{number:016x}\"}}").unwrap();
    }
    edit(&project, FILE, &text);
    run(&project, &["--baseline", FILE]).status(1).says("500 errors").says("10000 findings mended since");
    run(&project, &["--write-baseline", FILE]).status(0).says("500 findings accepted, 10000 findings mended");
    assert_eq!(read(&project, FILE).lines().count(), 501);
}

#[cfg(target_os = "linux")]
#[test]
fn a_script_whose_path_is_not_utf8_is_accepted() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let project = project(&[]);
    put(&project.path().join(OsStr::from_bytes(b"\xff.sh")), script(&["a"]).as_bytes());
    run(&project, &["--write-baseline", FILE]).status(0).says("1 finding accepted");
    run(&project, &["--baseline", FILE]).status(0).says("1 in the baseline");
}

/// Runs git as nobody in particular.
#[track_caller]
fn git(directory: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=a",
            "-c",
            "user.email=a@b",
            "-c",
            "init.defaultBranch=main",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .current_dir(directory)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git is here");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository with one commit, called `start`.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let project = project(files);
    git(project.path(), &["init", "-q"]);
    git(project.path(), &["add", "-A"]);
    git(project.path(), &["commit", "-q", "-m", "x"]);
    git(project.path(), &["tag", "start"]);
    project
}

#[test]
fn only_changed_lines_count() {
    let project = repository(&[("a.sh", &script(&["a", "b"])), ("sub/b c.sh", &script(&["a"]))]);
    run(&project, &["--since", "HEAD"]).status(0).says("nothing found, 3 on unchanged lines");
    edit(&project, "a.sh", &script(&["a", "new", "b"]));
    edit(&project, "new.sh", &script(&["x"]));
    let told = run(&project, &["--since", "HEAD"]).status(1).says("2 errors, 3 on unchanged lines");
    told.prints("a.sh:4:1").prints("new.sh:3:1");
    git(project.path(), &["add", "-A"]);
    git(project.path(), &["mv", "sub/b c.sh", "sub/ä.sh"]);
    run(&project, &["--since", "start"]).status(1).says("2 errors, 3 on unchanged lines");
    git(project.path(), &["commit", "-q", "-m", "y"]);
    run(&project, &["--since", "HEAD"]).status(0).says("5 on unchanged lines");
    run(&project, &["--since", "start"]).status(1).says("2 errors, 3 on unchanged lines");
    let mut inside = command(&project, &["--since", "start", "../a.sh", "."]);
    inside.current_dir(project.path().join("sub"));
    finish(inside).status(1).says("1 error, 3 on unchanged lines");
    with_input(&project, &["--since", "start", "-"], script(&["x"]).as_bytes()).status(1);
}

#[test]
fn a_changed_cause_counts() {
    let before =
        "#!/bin/bash\n# lint-scripts disable-file=missing-strict-mode -- a test\ncp a b\necho done\n";
    let project = repository(&[("a.sh", before)]);
    run(&project, &["--since", "start"]).status(0).says("1 on unchanged lines");
    edit(&project, "a.sh", &before.replace("cp a b", "cp a c"));
    run(&project, &["--since", "start"]).status(1).prints("unconditional-success");
}

#[test]
fn what_others_have_changed_does_not_count() {
    let project = repository(&[("a.sh", &script(&["a"])), ("b.sh", &script(&["a"]))]);
    git(project.path(), &["checkout", "-q", "-b", "other"]);
    edit(&project, "b.sh", &script(&["b"]));
    git(project.path(), &["commit", "-q", "-a", "-m", "theirs"]);
    git(project.path(), &["checkout", "-q", "main"]);
    edit(&project, "a.sh", &script(&["mine"]));
    run(&project, &["--since", "other"]).status(1).says("1 error, 1 on unchanged lines");
}

#[test]
fn what_git_cannot_say_is_told() {
    let project = project(&[("a.sh", &script(&["a"]))]);
    run(&project, &["--since", "HEAD"])
        .status(2)
        .says("error: --since: git rev-parse failed: not a git repository");
    let mut none = command(&project, &["--since", "HEAD"]);
    none.env("PATH", "/nonexistent");
    finish(none).status(2).says("error: --since: git cannot be run: ");
    let there = repository(&[("a.sh", &script(&["a"]))]);
    run(&there, &["--since", "no-such"])
        .status(2)
        .says("error: --since: git knows no revision `no-such` here");
    run(&there, &["--since", ""]).status(2).says("knows no revision");
    run(&there, &["--since=--output=x"]).status(2).says("is no git revision");
    run(&there, &["--since", "HEAD", "--fix"]).status(2).says("cannot be used with");
}

#[test]
fn a_shallow_clone_without_a_common_commit_is_told() {
    let origin = repository(&[("a.sh", &script(&["a"]))]);
    git(origin.path(), &["checkout", "-q", "-b", "topic"]);
    edit(&origin, "a.sh", &script(&["b"]));
    git(origin.path(), &["commit", "-q", "-a", "-m", "topic"]);
    git(origin.path(), &["checkout", "-q", "main"]);
    edit(&origin, "c.sh", &script(&["c"]));
    git(origin.path(), &["add", "-A"]);
    git(origin.path(), &["commit", "-q", "-m", "main"]);
    let holder = project(&[]);
    let url = format!("file://{}", origin.path().display());
    git(holder.path(), &["clone", "-q", "--depth", "1", "--no-single-branch", &url, "."]);
    let told = run(&holder, &["--since", "origin/topic"]).status(2);
    told.says("no commit that both `origin/topic` and HEAD come from").says("git fetch --unshallow");
    git(holder.path(), &["fetch", "-q", "--unshallow"]);
    run(&holder, &["--since", "origin/topic"]).status(1).says("1 error");
}
