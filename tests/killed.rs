//! What becomes of scripts when a run that fixes them is killed, or when the system refuses one of its calls. `strace` does
//! both, at each call of the real program from the moment on at which the first file is about to be written.
#![cfg(test)]
#![cfg(target_os = "linux")]

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use program::{CLEAN, command, project, put, run};
use tempfile::TempDir;

const STORY: &str = include_str!("scripts/story/backup.sh");
/// Those that are fixed.
const SCRIPTS: [&str; 2] = ["a.sh", "b.sh"];
/// They are read before, so that the thread that writes has made more calls of a kind than the others: `strace` counts
/// the calls of each thread, and must not meet another one first.
const BEFORE: usize = 50;
/// They have to do with memory, threads and time; the names of threads' own calls differ from run to run.
const OTHERS: &str =
    "trace=!sched_yield,futex,mmap,munmap,mremap,mprotect,brk,madvise,clock_nanosleep,sched_getaffinity";

fn scripts() -> TempDir {
    let root = project(&SCRIPTS.map(|name| (name, STORY)));
    (0..BEFORE).for_each(|number| put(&root.path().join(before(number)), CLEAN.as_bytes()));
    root
}

fn before(number: usize) -> String {
    format!("{number:02}.sh")
}

/// Fixes all scripts under `strace` with these options.
fn traced(root: &TempDir, options: &[impl AsRef<std::ffi::OsStr>]) -> std::io::Result<Output> {
    let program = env!("CARGO_BIN_EXE_lint-scripts");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq"]).args(options).args([program, "--fix-only", "--backup"]);
    // By name: a directory would be looked through first, and each script in it opened.
    strace.arg("--no-cache").args((0..BEFORE).map(before)).args(SCRIPTS);
    strace.current_dir(root).stdin(Stdio::null());
    strace.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("RAYON_NUM_THREADS", "1");
    strace.output()
}

/// What `strace` is told in order to do something at one call.
fn injected(name: &str, what: &str) -> [String; 6] {
    let [trace, inject] = [format!("trace={name}"), format!("inject={name}:{what}")];
    ["-o".to_owned(), "/dev/null".to_owned(), "-e".to_owned(), trace, "-e".to_owned(), inject]
}

/// One call of the thread that writes: its name, and how many of this name it has made by then.
type Call = (String, usize);

/// The calls from the first file that is about to be written on. A machine without a `strace` that can trace says so, and
/// fails where `CI` is set.
fn calls() -> Option<Vec<Call>> {
    let root = scripts();
    let log = root.path().join("log");
    let traced = traced(&root, &["-o", log.to_str().unwrap(), "-e", OTHERS]);
    if !traced.as_ref().is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "strace cannot trace: {traced:?}");
        eprintln!("SKIPPED: strace cannot trace here: {traced:?}");
        return None;
    }
    let log = fs::read_to_string(log).unwrap();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let (mut calls, mut writer) = (Vec::new(), None);
    for (thread, call) in log.lines().filter_map(|line| line.split_once(' ')) {
        let Some((name, arguments)) = call.trim_start().split_once('(') else { continue };
        if !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
            continue;
        }
        *counts.entry((thread, name)).or_default() += 1;
        if arguments.contains("/.lint-scripts-") {
            writer.get_or_insert(thread);
        }
        let nth = counts[&(thread, name)];
        let first = counts.iter().all(|(&(other, it), &count)| other == thread || it != name || count < nth);
        if writer == Some(thread) && first {
            calls.push((name.to_owned(), nth));
        }
    }
    // Behind the last file there is only the end of the thread, which the end of the process may forestall.
    let last = calls.iter().rposition(|(name, _)| name == "close").expect("files are closed");
    calls.truncate(last + 1);
    for name in ["openat", "write", "fchmod", "fsync", "linkat"] {
        assert!(calls.iter().any(|(it, _)| it == name), "no {name} in {calls:?}\n{log}");
    }
    Some(calls)
}

fn fixed() -> String {
    let root = project(&[("a.sh", STORY)]);
    run(&root, &["--fix", "a.sh"]).status(0);
    fs::read_to_string(root.path().join("a.sh")).unwrap()
}

/// What the directory holds besides the scripts that were only read.
fn held(root: &TempDir) -> BTreeMap<String, String> {
    let entries = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let file = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (!name.starts_with(|c: char| c.is_ascii_digit())).then(|| (name, fs::read_to_string(path).unwrap()))
    };
    entries.filter_map(file).collect()
}

/// Each script is as it was or as it should be, and in the latter case there is what it was; gives the scripts that are
/// as they were.
#[track_caller]
fn whole(held: &BTreeMap<String, String>, fixed: &str, when: &str) -> Vec<&'static str> {
    for name in SCRIPTS {
        let (now, original) = (&held[name], held.get(&format!("{name}.orig")));
        assert!(now == STORY || now == fixed, "{when}: {name} is\n{now}");
        assert!(now == STORY || original.is_some(), "{when}: the original of {name} is gone");
        assert!(original.is_none_or(|text| text == STORY), "{when}: the original of {name} is {original:?}");
    }
    SCRIPTS.into_iter().filter(|name| held[*name] == STORY).collect()
}

/// The next run does what is left, and takes nothing that lies about for a script.
#[track_caller]
fn finish(root: &TempDir, fixed: &str, when: &str) {
    let again = run(root, &["--fix", "--backup", "--no-cache", "."]).status(0);
    assert!(
        again.err.contains(&format!("checked {} files", BEFORE + SCRIPTS.len())),
        "{when}: {}",
        again.err
    );
    let held = held(root);
    assert_eq!(whole(&held, fixed, when), [""; 0], "{when}");
    let underway: Vec<_> = held.keys().filter(|name| name.starts_with(".lint-scripts-")).collect();
    assert!(underway.is_empty(), "{when}: left lying about: {underway:?}");
}

#[test]
fn killed_at_any_call_a_file_is_the_old_one_or_the_new_one() {
    let Some(calls) = calls() else { return };
    let fixed = fixed();
    let mut left = [0; SCRIPTS.len() + 1];
    for (name, nth) in &calls {
        let when = format!("killed at {name} {nth}");
        let root = scripts();
        let output = traced(&root, &injected(name, &format!("signal=KILL:when={nth}"))).unwrap();
        assert_eq!(output.status.signal(), Some(9), "{when}: {output:?}");
        left[whole(&held(&root), &fixed, &when).len()] += 1;
        finish(&root, &fixed, &when);
    }
    println!("killed at {} calls: {left:?} with that many files as they were", calls.len());
    assert!(left.iter().all(|&times| times > 0), "each state was met: {left:?}");
}

#[test]
fn a_call_that_the_system_refuses_loses_nothing_and_is_told() {
    let Some(calls) = calls() else { return };
    let fixed = fixed();
    let mut refused = 0;
    for (name, nth) in &calls {
        let when = format!("{name} {nth} gives ENOSPC");
        let root = scripts();
        let output = traced(&root, &injected(name, &format!("error=ENOSPC:when={nth}"))).unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let held = held(&root);
        let left = whole(&held, &fixed, &when);
        assert!(left.len() <= 1, "{when}: the others are done: {said}");
        for script in &left {
            // The thread that tells of it is refused its first write, too.
            assert!(name == "write" || said.contains(&format!("error: {script}: ")), "{when}: {said}");
        }
        assert_eq!(output.status.code(), Some(if left.is_empty() { 0 } else { 2 }), "{when}: {said}");
        let known = |name: &String| SCRIPTS.contains(&name.trim_end_matches(".orig"));
        assert!(held.keys().all(known), "{when}: {:?}", held.keys());
        refused += left.len();
        finish(&root, &fixed, &when);
    }
    println!("refused at {} calls: in {refused} runs a file stayed as it was", calls.len());
    assert!(refused > 5);
}

/// With as many threads as there are, and at moments at which no call need be made. What holds, holds whatever the moment.
#[test]
fn killed_at_some_moment_each_file_is_the_old_one_or_the_new_one() {
    const FILES: usize = 60;
    let fixed = fixed();
    let mut halfway = 0;
    for round in 0..80 {
        let root = project(&[]);
        (0..FILES).for_each(|number| put(&root.path().join(format!("{number}.sh")), STORY.as_bytes()));
        let mut command = command(&root, &["--fix-only", "--no-cache", "."]);
        let mut process = command.stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(4 * round));
        process.kill().unwrap();
        process.wait().unwrap();
        let (mut old, mut new) = (0, 0);
        for number in 0..FILES {
            let text = fs::read_to_string(root.path().join(format!("{number}.sh"))).unwrap();
            assert!(text == STORY || text == fixed, "round {round}: {number}.sh is\n{text}");
            old += usize::from(text == STORY);
            new += usize::from(text == fixed);
        }
        halfway += usize::from(old > 0 && new > 0);
    }
    println!("in {halfway} rounds some files were fixed and others not");
}
