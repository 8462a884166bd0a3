//! What somebody sees who waits: a bar on a terminal, and a new run after each change.
#![cfg(test)]
#![cfg(unix)]

mod program;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use program::{CLEAN, command, project, put, run};
use tempfile::TempDir;

fn many() -> TempDir {
    let root = project(&[]);
    (0..60).for_each(|number| put(&root.path().join(format!("{number}.sh")), CLEAN.as_bytes()));
    root
}

/// What the program writes to a terminal. A machine without `script` says so, and fails where `CI` is set.
fn on_a_terminal(root: &TempDir, arguments: &str) -> Option<String> {
    let line = format!("{} {arguments}", env!("CARGO_BIN_EXE_lint-scripts"));
    let mut script = Command::new("script");
    script.args(["-qec", &line, "/dev/null"]).current_dir(root).stdin(Stdio::null());
    script.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("TERM", "xterm");
    let Ok(output) = script.output() else {
        assert!(std::env::var_os("CI").is_none(), "there is no `script` to make a terminal");
        eprintln!("SKIPPED: there is no `script` to make a terminal");
        return None;
    };
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_terminal_shows_how_far_the_run_is() {
    let root = many();
    let Some(shown) = on_a_terminal(&root, ".") else { return };
    assert!(shown.contains(" of 60 scripts, ") && shown.contains("/s"), "{shown:?}");
    let behind = shown.rsplit("lint-scripts: ").next().unwrap();
    assert!(behind.starts_with("checked 60 files") && !behind.contains("scripts, 0"), "{shown:?}");
    let few = on_a_terminal(&root, "1.sh").unwrap();
    assert!(!few.contains(" of 1 scripts"), "{few:?}");
}

#[test]
fn nothing_else_does() {
    let run = run(&many(), &["."]).status(0);
    assert_eq!(run.err, "lint-scripts: checked 60 files, 60 scripts: nothing found\n");
}

#[test]
fn each_change_is_followed_by_a_run() {
    let root = project(&[("a.sh", CLEAN)]);
    let arguments = ["--watch", "--output-format", "json=report.json", "."];
    let mut process =
        command(&root, &arguments).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
    let mut until = |part: &str| {
        let line = lines.find(|line| line.contains(part));
        assert!(line.is_some(), "the program has ended before it said {part:?}");
    };
    until("checked 1 file, 1 script: nothing found");
    until("watching for changes");
    put(&root.path().join("a.sh"), b"#!/bin/bash\npg_dump a | gzip > b\n");
    until("1 error, 1 warning");
    until("watching for changes");
    put(&root.path().join("b.sh"), CLEAN.as_bytes());
    until("checked 2 files");
    process.kill().unwrap();
    process.wait().unwrap();
    run(&root, &["--watch", "-"]).status(2).says("standard input is none");
    run(&root, &["--watch", "--fix"]).status(2).says("cannot be used with");
}
