//! The cache: what has not changed is not checked again, what has is, and nothing else.
#![cfg(test)]

mod program;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use program::{Run, command, finish, project, put, run};
use serde_json::Value;
use tempfile::TempDir;
use xxhash_rust::xxh3::xxh3_64;

const LOSES: &str = "#!/bin/bash\npg_dump mydb | gzip > a.gz\n";
const CONFIG: &str = "preset = \"recommended\"\n";

/// Scripts that each lose something, one with a suppression that expires, two that source others, one of which is not there.
fn tree() -> TempDir {
    let until = "#!/bin/bash\n# lint-scripts disable=unchecked-pipeline until 2026-06-30 -- known\npg_dump a | gzip > a.gz\ncp a b\nrm a\n";
    project(&[
        ("lint-scripts.toml", CONFIG),
        ("plain.sh", LOSES),
        ("dir/plain.sh", LOSES),
        ("until.sh", until),
        ("dir/sources.sh", "#!/bin/bash\n. ./lib.sh\npg_dump mydb | gzip > a.gz\n"),
        ("lib.sh", "log() { echo \"$1\"; }\ncp a b | tee c\n"),
        ("misses.sh", "#!/bin/bash\n. ./later.sh\npg_dump mydb | gzip > a.gz\n"),
    ])
}

const ALL: [&str; 6] = ["dir/plain.sh", "dir/sources.sh", "lib.sh", "misses.sh", "plain.sh", "until.sh"];

struct Cached {
    root: TempDir,
    cache: TempDir,
}

impl Cached {
    /// A tree that has been checked once, with entries that show themselves.
    fn new(arguments: &[&str]) -> Self {
        let cached = Self { root: tree(), cache: tempfile::tempdir().unwrap() };
        cached.run(arguments);
        assert_eq!(cached.entries().len(), ALL.len());
        cached.entries().iter().for_each(|entry| mark(entry));
        assert_eq!(cached.anew(arguments), BTreeSet::new(), "all of it comes from the cache");
        cached
    }

    fn entries(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for directory in
            fs::read_dir(&self.cache).unwrap().map(|it| it.unwrap().path()).filter(|it| it.is_dir())
        {
            found.extend(fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()));
        }
        found
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let cache = self.cache.path().to_str().unwrap();
        let usual = ["--preview", "--today", "2026-06-01", "--output-format", "json", "--cache-dir", cache];
        // What is said later holds.
        let today = arguments.contains(&"--today");
        let usual = if today { [&usual[..1], &usual[3..]].concat() } else { usual.to_vec() };
        command(&self.root, &[usual.as_slice(), arguments].concat())
    }

    /// What a run without any cache says.
    fn without(&self) -> String {
        let usual = self.command(&[]);
        let words: Vec<&str> = usual.get_args().map(|word| word.to_str().unwrap()).collect();
        run(&self.root, &[&words[..words.len() - 2], &["--no-cache"]].concat()).out
    }

    fn run(&self, arguments: &[&str]) -> Run {
        finish(self.command(arguments))
    }

    /// The scripts that are checked anew.
    fn anew(&self, arguments: &[&str]) -> BTreeSet<String> {
        paths(&self.run(arguments).json(), |message| message != "cached")
    }

    fn put(&self, path: &str, text: &str) {
        put(&self.root.path().join(path), text.as_bytes());
    }
}

fn paths(document: &Value, are: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let findings = document["findings"].as_array().unwrap().iter();
    let these = findings.filter(|finding| are(finding["message"].as_str().unwrap()));
    these.map(|finding| finding["path"].as_str().unwrap().to_owned()).collect()
}

/// Makes an entry show that it was used, with the checksum that it then has.
fn mark(entry: &Path) {
    let bytes = fs::read(entry).unwrap();
    let mut value: Value = serde_json::from_slice(&bytes[8..]).unwrap();
    let findings = value["findings"].as_array_mut().unwrap();
    assert!(!findings.is_empty(), "{value}");
    findings.iter_mut().for_each(|finding| finding["message"] = "cached".into());
    let text = serde_json::to_vec(&value).unwrap();
    put(entry, &[xxh3_64(&text).to_le_bytes().as_slice(), &text].concat());
}

#[track_caller]
fn invalidates(change: impl Fn(&Cached), arguments: &[&str], expected: &[&str]) {
    let cached = Cached::new(&[]);
    change(&cached);
    let expected: BTreeSet<String> = expected.iter().map(|path| (*path).to_owned()).collect();
    assert_eq!(cached.anew(arguments), expected);
}

#[test]
fn a_text_that_changes_is_checked_anew_and_no_other() {
    invalidates(|_| (), &[], &[]);
    invalidates(|it| it.put("plain.sh", &format!("{LOSES}true\n")), &[], &["plain.sh"]);
    invalidates(|it| it.put("new.sh", LOSES), &[], &["new.sh"]);
    invalidates(
        |it| fs::rename(it.root.path().join("plain.sh"), it.root.path().join("moved.sh")).unwrap(),
        &[],
        &["moved.sh"],
    );
}

#[test]
fn a_sourced_file_that_changes_appears_or_goes_takes_its_readers_along() {
    let lib = "log() { exit 1; }\ncp a b | tee d\n";
    invalidates(|it| it.put("lib.sh", lib), &[], &["dir/sources.sh", "lib.sh"]);
    invalidates(|it| fs::remove_file(it.root.path().join("lib.sh")).unwrap(), &[], &["dir/sources.sh"]);
    invalidates(|it| it.put("later.sh", "cp x y | tee z\n"), &[], &["later.sh", "misses.sh"]);
    invalidates(|it| it.put("dir/lib.sh", lib), &[], &["dir/lib.sh", "dir/sources.sh"]);
}

#[test]
fn settings_that_change_take_along_what_they_govern() {
    let config =
        |more: &'static str| move |it: &Cached| it.put("lint-scripts.toml", &format!("{CONFIG}{more}"));
    invalidates(config("ignore = [\"option-typo\"]\n"), &[], &ALL);
    invalidates(config("[severity]\nunchecked-pipeline = \"warning\"\n"), &[], &ALL);
    invalidates(config("success-words = [\"done\"]\n"), &[], &ALL);
    invalidates(config("[[command]]\nname = \"up\"\nroles = [\"transfer\"]\n"), &[], &ALL);
    invalidates(config("# a remark\nexclude = [\"none\"]\n"), &[], &[]);
    invalidates(|_| (), &["--ignore", "option-typo"], &ALL);
    invalidates(|_| (), &["--shell", "dash"], &ALL);
    invalidates(|_| (), &["--ignore-suppressions"], &ALL);
}

#[test]
fn ignores_for_one_file_are_of_that_file_alone() {
    let change = |it: &Cached| {
        it.put(
            "lint-scripts.toml",
            &format!("{CONFIG}[per-file-ignores]\n\"dir/plain.sh\" = [\"tee-hides-status\"]\n"),
        );
    };
    invalidates(change, &[], &["dir/plain.sh"]);
}

#[test]
fn a_day_matters_only_where_a_suppression_ends() {
    invalidates(|_| (), &["--today", "2026-06-30"], &[]);
    invalidates(|_| (), &["--today", "2026-07-01"], &["until.sh"]);
}

#[test]
fn another_build_finds_for_itself() {
    let cached = Cached::new(&[]);
    let other = cached.cache.path().join("lint-scripts");
    // Written by a process of its own: what another test starts meanwhile would inherit a file that is open here for writing,
    // and no file runs that anybody may write to (ETXTBSY).
    let write = ["-c", "cp \"$0\" \"$1\" && printf x >> \"$1\"", env!("CARGO_BIN_EXE_lint-scripts")];
    assert!(Command::new("sh").args(write).arg(&other).status().unwrap().success());
    let usual = cached.command(&[]);
    let mut command = Command::new(&other);
    command.args(usual.get_args()).current_dir(&cached.root);
    let document = finish(command).json();
    assert_eq!(paths(&document, |message| message != "cached").len(), ALL.len());
    assert!(paths(&document, |message| message == "cached").is_empty());
}

#[test]
fn what_is_damaged_is_no_entry() {
    let cached = Cached::new(&[]);
    let right = cached.without();
    for damage in [b"".as_slice(), b"1234567", b"12345678{}", b"\0"] {
        cached.entries().iter().for_each(|entry| put(entry, damage));
        assert_eq!(cached.run(&[]).out, right);
        assert_eq!(cached.run(&[]).out, right, "and is written anew");
    }
    for entry in cached.entries() {
        let bytes = fs::read(&entry).unwrap();
        put(&entry, &bytes[..bytes.len() - 1]);
    }
    assert_eq!(cached.run(&[]).out, right);
}

#[test]
fn a_run_from_the_cache_says_what_a_run_without_says() {
    let (root, cache) = (tree(), tempfile::tempdir().unwrap());
    put(&root.path().join("broken.sh"), b"#!/bin/sh\nset -e\ncp a b\nif true; then (\n");
    let cache = cache.path().to_str().unwrap();
    for format in ["text", "json", "sarif"] {
        let arguments = ["--preview", "--today", "2026-06-01", "--output-format", format];
        let without = run(&root, &[arguments.as_slice(), &["--no-cache"]].concat()).status(1);
        for _ in 0..2 {
            let with = run(&root, &[arguments.as_slice(), &["--cache-dir", cache]].concat()).status(1);
            assert_eq!((&with.out, &with.err), (&without.out, &without.err), "{format}");
        }
    }
}

#[test]
fn processes_share_it() {
    let cached = Cached { root: tree(), cache: tempfile::tempdir().unwrap() };
    let alone = cached.without();
    let running: Vec<_> = (0..8)
        .map(|_| {
            cached
                .command(&[])
                .stdout(std::process::Stdio::piped())
                .stderr(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for process in running {
        assert_eq!(String::from_utf8(process.wait_with_output().unwrap().stdout).unwrap(), alone);
    }
    assert_eq!(cached.entries().len(), ALL.len());
    assert_eq!(cached.run(&[]).out, alone);
}

#[test]
fn no_cache_lies_in_a_checkout() {
    let root = tree();
    put(&root.path().join(".git/HEAD"), b"");
    run(&root, &["--cache-dir", "dir/cache"]).status(2).says("--cache-dir dir/cache lies in ");
    run(&root, &["--cache-dir", "../none/../gone", "plain.sh"]).status(1);
    let with_home = |home: &Path| {
        let mut command = command(&root, &["plain.sh"]);
        command.env("HOME", home);
        finish(command).status(1)
    };
    with_home(&root.path().join("dir")).says("warning: no cache is used: ");
    assert!(!root.path().join("dir/.cache").exists());
    let home = tempfile::tempdir().unwrap();
    with_home(home.path());
    assert!(home.path().join(".cache/lint-scripts/CACHEDIR.TAG").exists());
    // From below the top of the checkout, it is still the same checkout.
    let mut below = command(&root, &["--cache-dir", "../cache", "plain.sh"]);
    below.current_dir(root.path().join("dir"));
    finish(below).status(2).says("lies in ");
}

#[test]
fn a_cache_that_cannot_be_written_changes_nothing_else() {
    let root = tree();
    let file = tempfile::NamedTempFile::new().unwrap();
    let cache = file.path().join("cache");
    let run = run(&root, &["--cache-dir", cache.to_str().unwrap(), "plain.sh"]).status(1);
    run.says("warning: ").says("the cache cannot be written").says("checked 1 file");
}
