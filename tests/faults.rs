//! What can go wrong with files while scripts are fixed: nothing is lost, what happened is said, and the others are done.
#![cfg(test)]
#![cfg(target_os = "linux")]

mod program;

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use program::{Run, command, finish, project, put, run};
use tempfile::TempDir;

const STORY: &str = include_str!("scripts/story/backup.sh");
const PROGRAM: &str = env!("CARGO_BIN_EXE_lint-scripts");
/// Nobody's user and group.
const NOBODY: u32 = 65534;

fn text(root: &TempDir, name: &str) -> String {
    fs::read_to_string(root.path().join(name)).unwrap()
}

/// What the story is after its fix.
fn fixed() -> String {
    let root = project(&[("a.sh", STORY)]);
    run(&root, &["--fix", "a.sh"]).status(0);
    text(&root, "a.sh")
}

/// The names in a directory, sorted: nothing is left lying about.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Says that a test is not run, and why; where `CI` is set, that is a failure.
fn skip(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}");
    eprintln!("SKIPPED: {why}");
}

/// The command by which this user, or root, gets mounts of its own; `None` where neither may.
fn with_own_mounts(directory: &Path) -> Option<&'static [&'static str]> {
    let ways: [&[&str]; 2] = [&["unshare", "-rm"], &["sudo", "-n", "unshare", "-m"]];
    let mounts = |way: &&&[&str]| {
        let mut mount = Command::new(way[0]);
        mount.args(&way[1..]).args(["mount", "-t", "tmpfs", "none"]).arg(directory);
        mount.output().is_ok_and(|output| output.status.success())
    };
    ways.iter().find(mounts).copied()
}

/// Fixes a script on a full disk, made by mounting with `options`, and one beside it.
fn on_a_full_disk(options: &str) -> Option<(TempDir, Run)> {
    let root = project(&[("b.sh", STORY), ("story", STORY)]);
    let directory = root.path().join("full");
    fs::create_dir(&directory).unwrap();
    let Some(way) = with_own_mounts(&directory) else {
        skip("nobody may mount a disk here, so that none is full");
        return None;
    };
    let steps = format!(
        "mount -t tmpfs -o {options} none full && cp story full/a.sh || exit 9
         for name in 1 2 3 4 5 6 7 8 9; do cat /dev/zero > full/$name; done 2> /dev/null
         \"$1\" --fix-only --no-cache full/a.sh b.sh
         status=$?
         rm -f full/? && cp -a full after && exit \"$status\""
    );
    let mut command = Command::new(way[0]);
    command.args(&way[1..]).args(["sh", "-c", &steps, "sh", PROGRAM]).current_dir(&root);
    Some((root, finish(command)))
}

#[test]
fn a_full_disk_keeps_the_old_file_and_the_others_are_done() {
    let told = [
        ("size=64k", "error: full/a.sh: not written: No space left on device (os error 28)\n"),
        (
            "nr_inodes=4",
            "error: full/a.sh: not written: no file can be made in its directory: No space left on device (os error 28)\n",
        ),
    ];
    for (options, said) in told {
        let Some((root, run)) = on_a_full_disk(options) else { return };
        run.status(2).says(said).says("applied 1 fix in 1 file").says("not checked or not done: 1 path");
        assert_eq!(names(&root.path().join("after")), ["a.sh"], "{options}");
        assert_eq!(text(&root, "after/a.sh"), STORY);
        assert_eq!(text(&root, "b.sh"), fixed());
    }
}

/// The program for a user whom permissions bind. Root gives all in `root` away to nobody, and becomes that user.
fn bound(root: &TempDir, arguments: &[&str]) -> Command {
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return command(root, arguments);
    }
    let [user, group] = ["reuid", "regid"].map(|option| format!("--{option}={NOBODY}"));
    let mut command = Command::new("setpriv");
    command.args([&user, &group, "--clear-groups"]).arg(reachable(root)).args(arguments);
    command.current_dir(root).stdin(Stdio::null());
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command
}

/// The program where everybody may run it.
fn reachable(root: &TempDir) -> PathBuf {
    let own = Path::new(PROGRAM);
    let open = |directory: &Path| fs::metadata(directory).is_ok_and(|it| it.mode() & 0o005 == 0o005);
    if own.ancestors().all(open) {
        return own.to_owned();
    }
    let copy = root.path().join("lint-scripts");
    fs::copy(own, &copy).unwrap();
    copy
}

fn give_away(path: &Path) {
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
}

#[test]
fn missing_permissions_are_told_file_by_file_and_the_others_are_done() {
    let root = project(&[]);
    let scripts = ["blind/a.sh", "foreign.sh", "open.sh", "read-only.sh", "secret.sh", "shut/a.sh"];
    for name in scripts {
        put(&root.path().join(name), STORY.as_bytes());
    }
    for name in ["", "blind", "shut", "blind/a.sh", "open.sh", "read-only.sh", "secret.sh", "shut/a.sh"] {
        give_away(&root.path().join(name));
    }
    let modes =
        [("shut", 0o555), ("blind", 0o333), ("read-only.sh", 0o444), ("secret.sh", 0), ("foreign.sh", 0o666)];
    let set = |name, mode| fs::set_permissions(root.path().join(name), Permissions::from_mode(mode)).unwrap();
    modes.iter().for_each(|&(name, mode)| set(name, mode));
    let run = finish(bound(&root, &[&["--fix-only", "--no-cache"], &scripts[..]].concat()));
    ["shut", "blind"].into_iter().for_each(|name| set(name, 0o755));
    set("secret.sh", 0o644);
    let is_foreign = fs::metadata(root.path().join("foreign.sh")).unwrap().uid()
        != fs::metadata(root.path().join("open.sh")).unwrap().uid();
    let said = [
        ("read-only.sh", "not written: the file is read-only"),
        ("secret.sh", "cannot be read: Permission denied (os error 13)"),
        ("shut/a.sh", "not written: no file can be made in its directory: Permission denied (os error 13)"),
        (
            "foreign.sh",
            "not written: its owner, mode or attributes could not be kept: Operation not permitted (os error 1)",
        ),
    ];
    let said: Vec<_> = said.into_iter().filter(|(name, _)| is_foreign || *name != "foreign.sh").collect();
    let run = run.status(2).says(&format!("not checked or not done: {} paths", said.len()));
    for (name, message) in said {
        assert!(run.err.contains(&format!("error: {name}: {message}\n")), "{name}: {}", run.err);
        assert_eq!(text(&root, name), STORY, "{name}");
    }
    for name in ["open.sh", "blind/a.sh"] {
        assert_eq!(text(&root, name), fixed(), "{name}: a directory that cannot be read can be written to");
    }
    for directory in ["blind", "shut"] {
        assert_eq!(names(&root.path().join(directory)), ["a.sh"]);
    }
}

/// Waits until something is so.
fn until(what: &str, mut so: impl FnMut() -> bool) {
    for _ in 0..6000 {
        if so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("{what} was waited for in vain");
}

/// Fixes `a.sh` and `b.sh`, and does `meanwhile` when the first one was read and is about to be written.
fn with_a_pause(meanwhile: impl FnOnce(&TempDir)) -> Option<(TempDir, Run)> {
    let root = project(&[("a.sh", STORY), ("b.sh", STORY)]);
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=fsync",
        "-e",
        "inject=fsync:signal=STOP:when=1",
    ]);
    strace.args([PROGRAM, "--fix-only", "--no-cache", "a.sh", "b.sh"]).current_dir(&root);
    strace.env_clear().env("PATH", std::env::var_os("PATH").unwrap()).env("RAYON_NUM_THREADS", "1");
    let Ok(process) = strace.stdin(Stdio::null()).stderr(Stdio::piped()).spawn() else {
        skip("there is no strace to make the program wait");
        return None;
    };
    let children = format!("/proc/{0}/task/{0}/children", process.id());
    let mut child = String::new();
    let mut stopped = || {
        child = fs::read_to_string(&children).unwrap().trim().to_owned();
        let status = fs::read_to_string(format!("/proc/{child}/status")).unwrap_or_default();
        let waits = status.lines().any(|line| line.starts_with("State:\tT") || line.starts_with("State:\tt"));
        waits && names(root.path()).iter().any(|name| name.starts_with(".lint-scripts-"))
    };
    let mut ended = false;
    until("the first file", || {
        ended = !Path::new(&format!("/proc/{}/exe", process.id())).exists() || fs::read(&children).is_err();
        ended || stopped()
    });
    meanwhile(&root);
    Command::new("kill").args(["-CONT", &child]).status().unwrap();
    let output = process.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    if ended || err.contains("ptrace") {
        skip(&format!("strace cannot trace here: {err}"));
        return None;
    }
    Some((root, Run { status: output.status.code().unwrap(), out: String::new(), err }))
}

/// What is said, what somebody else does, and what `a.sh` holds then.
type Meanwhile<'a> = (&'a str, &'a dyn Fn(&TempDir), Option<&'a str>);

#[test]
fn a_file_that_is_replaced_meanwhile_is_left_alone() {
    const CHANGED: &str = "not written: the file changed while it was being checked";
    let edited = format!("{STORY}# and more\n");
    let rename = |root: &TempDir, other: &Path| fs::rename(other, root.path().join("a.sh")).unwrap();
    let cases: [Meanwhile<'_>; 5] = [
        (CHANGED, &|root| put(&root.path().join("a.sh"), edited.as_bytes()), Some(&edited)),
        (
            CHANGED,
            &|root| {
                let other = root.path().join("other");
                put(&other, edited.as_bytes());
                rename(root, &other);
            },
            Some(&edited),
        ),
        (CHANGED, &|root| put(&root.path().join("a.sh"), b""), Some("")),
        ("no such file or directory", &|root| fs::remove_file(root.path().join("a.sh")).unwrap(), None),
        (
            "Is a directory",
            &|root| {
                fs::remove_file(root.path().join("a.sh")).unwrap();
                fs::create_dir(root.path().join("a.sh")).unwrap();
            },
            None,
        ),
    ];
    for (said, meanwhile, left) in cases {
        let Some((root, run)) = with_a_pause(meanwhile) else { return };
        run.status(2).says("error: a.sh: ").says(said).says("applied 1 fix in 1 file");
        assert_eq!(fs::read_to_string(root.path().join("a.sh")).ok().as_deref(), left, "{said}");
        assert_eq!(text(&root, "b.sh"), fixed());
        let names = names(root.path());
        assert!(names.iter().all(|name| name == "a.sh" || name == "b.sh"), "{said}: {names:?}");
    }
}

#[test]
fn loops_of_links_end_and_one_file_by_many_names_is_fixed_once() {
    let root = project(&[("bin/a.sh", STORY)]);
    let link = |to: &str, name: &str| symlink(to, root.path().join(name)).unwrap();
    link("one.sh", "two.sh");
    link("two.sh", "one.sh");
    link("self.sh", "self.sh");
    link("..", "bin/up");
    link("bin/a.sh", "link.sh");
    for name in ["one.sh", "self.sh"] {
        run(&root, &["--fix", name]).status(2).says(&format!("error: {name}: ")).says("symbolic links");
    }
    let all = ["--fix", "--no-cache", "link.sh", ".", "bin/up/bin/a.sh", "bin/a.sh", "self.sh"];
    run(&root, &all).status(2).says("not checked or not done: 1 path");
    assert_eq!(text(&root, "bin/a.sh"), fixed());
    for name in ["link.sh", "one.sh", "two.sh", "self.sh", "bin/up"] {
        assert!(fs::symlink_metadata(root.path().join(name)).unwrap().is_symlink(), "{name}");
    }
    assert_eq!(names(&root.path().join("bin")), ["a.sh", "up"]);
}

#[test]
fn ten_megabytes_and_bytes_that_are_no_text_stay_as_they_are() {
    let data: Vec<u8> = (0..10_000_000_u32)
        .map(|at| if at % 100 == 99 { b'\n' } else { 0x80 | (at.wrapping_mul(31) >> 3) as u8 })
        .collect();
    let parts: [&[u8]; 5] = [
        b"#!/bin/bash\n# caf\xe9\n",
        b"pg_dump db | gzip > db.gz\ncat > data <<'END'\n",
        &data,
        b"END\necho \"Backup completed!\" \xff",
        b" # no newline",
    ];
    let root = project(&[]);
    let path = root.path().join(OsStr::from_bytes(b"caf\xe9.sh"));
    put(&path, &parts.concat());
    run(&root, &["--fix-only", "--no-cache", "."]).status(0).says("applied 1 fix in 1 file");
    let after = fs::read(&path).unwrap();
    let added = &b"set -euo pipefail\n\n"[..];
    let expected = [&[parts[0], added], &parts[1..]].concat().concat();
    assert!(after == expected, "{} bytes, where {} were expected", after.len(), expected.len());
}
