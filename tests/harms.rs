//! What the pages of some rules call bad does harm that is no lost status: shown in the real shell, by what it is instead.
#![cfg(test)]

mod book;
mod harness;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use book::{Block, Kind, Page, pages};
use harness::{Failing, Fault, Run, Scenario, put, run_faulty, run_healthy};
use lint_scripts::shell::Dialect;
use tempfile::TempDir;

/// The bad blocks of a rule's page; at least two, so that no test runs through for there is nothing to look at.
fn bad(rule: &str) -> Vec<(String, Block)> {
    let page: Page = pages().into_iter().find(|page| page.rule == rule).unwrap();
    let blocks: Vec<_> = page.of(Kind::Bad).map(|block| (page.place(block), block.clone())).collect();
    assert!(blocks.len() > 1, "{rule}");
    blocks
}

fn shell(block: &Block) -> &'static str {
    if block.shell == Dialect::Bash { "bash" } else { "dash" }
}

/// Runs a block in a folder of its own, where each of these commands is a small script.
fn run_with(block: &Block, commands: &[(&str, &str)]) -> Output {
    let folder: TempDir = tempfile::tempdir().unwrap();
    let script = folder.path().join("page.sh");
    put(&script, block.text.as_bytes());
    for (name, text) in commands {
        let path = folder.path().join(name);
        put(&path, format!("#!/bin/sh\n{text}\n").as_bytes());
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let mut command = Command::new(shell(block));
    command.arg(&script).current_dir(folder.path()).env("PATH", path).output().unwrap()
}

#[test]
fn a_script_that_is_broken_off_ends_with_0() {
    let nothing = ["rm", "mv", "mkdir", "scp"].map(|name| (name, ":"));
    let told_to_end = ["pg_dump", "make"].map(|name| (name, "kill -TERM \"$PPID\""));
    let commands = [&nothing[..], &told_to_end].concat();
    for (place, block) in bad("trap-loses-status").into_iter().chain(bad("signal-exit-zero")) {
        let signal = block.text.replace("INT  #", "INT TERM  #");
        let output = run_with(&Block { text: signal, ..block }, &commands);
        assert_eq!(output.status.code(), Some(0), "{place}: {output:?}");
    }
}

#[test]
fn what_comes_of_it_depends_on_how_much_there_is_to_write() {
    let found = "echo 'fix: TABLE orders'";
    let more = format!("{found}; while :; do echo more; done");
    let outcome = |block: &Block, text: &str| {
        let writers = ["find", "pg_dump", "git"].map(|name| (name, text));
        let output = run_with(block, &[&writers[..], &[("gzip", ":")]].concat());
        (output.status.code(), output.stdout)
    };
    for (place, block) in bad("sigpipe-under-pipefail") {
        let short = outcome(&block, found);
        assert_eq!(short.0, Some(0), "{place}");
        assert_ne!(outcome(&block, &more), short, "{place}");
    }
}

/// What a block does when the first of its calls fails that begins like one of these.
fn when_fails(block: &Block, beginnings: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("page.sh");
    put(&script, format!("#!/usr/bin/env {}\n{}", shell(block), block.text).as_bytes());
    let scenario = Scenario { files: [("backup/".to_owned(), String::new())].into(), ..Scenario::default() };
    let answers = &scenario.answers()[0];
    let healthy = run_healthy(&script, &scenario, answers);
    let begins = |call: &&String| beginnings.iter().any(|it| call.starts_with(it));
    match healthy.calls.iter().find(begins) {
        Some(call) => {
            let fault = Fault { command: call.clone(), ..Fault::default() };
            run_faulty(Path::new(&script), &scenario, answers, &fault, Failing::All)
        }
        // The test that fails is the shell's own.
        None => healthy,
    }
}

#[test]
fn the_script_ends_with_an_error_and_has_removed_what_there_was() {
    let transfers: &[&str] = &["aws s3", "rsync", "scp"];
    let checks: &[&str] = &["gzip -t", "tar -t"];
    for (rule, fails) in [("trap-deletes-artifact", transfers), ("verification-after-destruction", checks)] {
        for (place, block) in bad(rule) {
            let run = when_fails(&block, fails);
            let removed = run.calls.iter().any(|call| call.starts_with("rm ") || call.contains("-delete"));
            assert!(run.status != 0 && removed, "{place}: {run:?}");
        }
    }
}
