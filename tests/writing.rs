//! The options under which fixes are written or shown, and what git makes of it.
#![cfg(test)]

mod program;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use program::{CLEAN, Run, project, put, run, with_input};
use tempfile::TempDir;

const STORY: &str = include_str!("scripts/story/backup.sh");
/// Something is found that no fix mends.
const UNFIXED: &str = "#!/bin/bash\nset -euo pipefail\nx=$(true)\nif [ $? -ne 0 ]; then\n  echo failed\nfi\n";

fn text(root: &TempDir, name: &str) -> String {
    fs::read_to_string(root.path().join(name)).unwrap()
}

/// Runs git; `false`, said loudly, where there is none.
fn git(directory: &Path, arguments: &[&str], input: &[u8]) -> bool {
    let name = ["-c", "user.name=A", "-c", "user.email=a@b", "-c", "core.autocrlf=false"];
    let mut git = Command::new("git");
    git.args(name).args(arguments).current_dir(directory).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let Ok(mut child) = git.env_remove("GIT_DIR").stdin(Stdio::piped()).spawn() else {
        assert!(std::env::var_os("CI").is_none(), "git is missing");
        eprintln!("SKIPPED: there is no git on this machine");
        return false;
    };
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), input).unwrap();
    assert!(child.wait().unwrap().success(), "git {arguments:?}: {}", String::from_utf8_lossy(input));
    true
}

#[test]
fn only_fixing_says_nothing_of_what_is_left() {
    let root = project(&[("a.sh", STORY), ("b.sh", UNFIXED), ("c.sh", CLEAN)]);
    run(&root, &["b.sh"]).status(1);
    let shown = run(&root, &["--diff", "--fix-only"]).status(1).says("would apply 1 fix in 1 file");
    assert!(shown.out.starts_with("--- a/a.sh\n+++ b/a.sh\n@@"), "{}", shown.out);
    run(&root, &["--diff", "--fix-only", "--exit-zero"]).status(0);
    assert_eq!(text(&root, "a.sh"), STORY);
    let fixed = run(&root, &["--fix-only"]).status(0).says("1 error left").says("applied 1 fix in 1 file");
    assert_eq!(fixed.out, "");
    assert_ne!(text(&root, "a.sh"), STORY);
    run(&root, &["--diff", "--fix-only"]).status(0).says("would apply 0 fixes");
    run(&root, &["--fix"]).status(1).prints("b.sh");
    run(&root, &["--fix-only", "gone.sh", "a.sh"]).status(2).says("gone.sh: no such file");
    run(&root, &["--fix-only", "--output-format", "json"]).status(2).says("cannot be used with");
    let from_input = with_input(&root, &["--fix-only", "-"], STORY.as_bytes()).status(0);
    assert_eq!(from_input.out, text(&root, "a.sh"));
    assert!(!from_input.err.contains("warning["), "{}", from_input.err);
}

#[test]
fn only_what_is_selected_is_fixed() {
    let root = project(&[("a.sh", STORY)]);
    let changed = |rule: &str| {
        put(&root.path().join("a.sh"), STORY.as_bytes());
        run(&root, &["--fix", "--select", rule]).status(0).says("applied 1 fix");
        let after = text(&root, "a.sh");
        after.lines().filter(|line| !STORY.contains(line)).map(str::to_owned).collect::<Vec<_>>()
    };
    let claimed = changed("unconditional-success");
    let (option, ends) = claimed.split_first().unwrap();
    assert_eq!((option.as_str(), ends.len()), ("set -o pipefail", 3), "{claimed:?}");
    assert!(ends.iter().all(|line| line.ends_with(" || exit 1")), "{claimed:?}");
    let removed = changed("cleanup-before-verification");
    assert!(removed.len() == 1 && removed[0].starts_with("aws s3 cp "), "{removed:?}");
}

#[test]
fn failures_are_made_loud_in_the_wanted_style() {
    let root =
        project(&[("a.sh", STORY), ("b/a.sh", STORY), ("b/lint-scripts.toml", "fix-style = 'explicit'\n")]);
    let explicit = STORY.lines().map(|line| match line.split(' ').next() {
        Some("pg_dump") => format!("set -o pipefail\n\n{line} || exit 1\n"),
        Some("aws" | "rm") => format!("{line} || exit 1\n"),
        _ => format!("{line}\n"),
    });
    let explicit: String = explicit.collect();
    let fixed = |arguments: &[&str]| {
        let run = run(&root, &[&["--diff", "--fix-only"], arguments].concat()).status(1);
        run.out.lines().filter(|line| line.starts_with('+') && !line.starts_with("+++")).count()
    };
    assert_eq!(fixed(&["a.sh"]), fixed(&["--fix-style", "strict", "b/a.sh"]));
    run(&root, &["--fix", "b/a.sh"]).status(0);
    run(&root, &["--fix", "--fix-style", "explicit", "a.sh"]).status(0);
    assert_eq!(text(&root, "b/a.sh"), text(&root, "a.sh"));
    assert_eq!(text(&root, "a.sh"), explicit);
    run(&root, &["--fix-style", "loud", "a.sh"]).status(2).says("there are strict, explicit");
}

#[test]
fn the_original_is_kept_if_wanted() {
    let root = project(&[("a.sh", STORY), ("b.sh", CLEAN)]);
    let names = || {
        let entries = fs::read_dir(&root).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    run(&root, &["--backup"]).status(2).says("--backup needs --fix");
    run(&root, &["--backup", "--fix", "--diff"]).status(2).says("--backup needs --fix");
    run(&root, &["--fix", "--backup"]).status(0);
    assert_eq!(names(), ["a.sh", "a.sh.orig", "b.sh"]);
    assert_eq!(text(&root, "a.sh.orig"), STORY);
    run(&root, &[]).status(0).says("checked 2 files");
    // Another original is not written over: it may be the only one.
    put(&root.path().join("a.sh"), format!("{STORY}# edited\n").as_bytes());
    run(&root, &["--fix", "--backup"])
        .status(2)
        .says("a.sh.orig is there already, and holds something else")
        .says("not checked or not done: 1 path");
    assert_eq!(text(&root, "a.sh.orig"), STORY);
    assert_eq!(text(&root, "a.sh"), format!("{STORY}# edited\n"));
    run(&root, &["--add-suppressions", "as it is", "--backup", "a.sh"]).status(2).says("a.sh.orig");
    fs::remove_file(root.path().join("a.sh.orig")).unwrap();
    run(&root, &["--add-suppressions", "as it is", "--backup", "a.sh"]).status(0);
    assert_eq!(text(&root, "a.sh.orig"), format!("{STORY}# edited\n"));
}

#[cfg(unix)]
#[test]
fn a_file_stays_what_it_is_but_for_its_text() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

    let root = project(&[("bin/a.sh", STORY)]);
    let path = root.path().join("bin/a.sh");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o4751)).unwrap();
    symlink("bin/a.sh", root.path().join("link.sh")).unwrap();
    fs::hard_link(&path, root.path().join("other")).unwrap();
    let before = fs::metadata(&path).unwrap();
    run(&root, &["--fix", "link.sh"]).status(0).says(
        "warning: link.sh: the file had another name (a hard link), which still names what it was before",
    );
    let after = fs::metadata(&path).unwrap();
    assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
    assert!(fs::symlink_metadata(root.path().join("link.sh")).unwrap().is_symlink());
    assert_eq!(text(&root, "other"), STORY);
    assert_ne!(text(&root, "bin/a.sh"), STORY);
}

#[test]
fn changes_that_are_not_committed_are_told_once() {
    let root = project(&[("a b.sh", STORY), ("b.sh", STORY), ("c.sh", STORY), ("dir/d.sh", STORY)]);
    let fix = |arguments: &[&str]| run(&root, &[&["--fix"], arguments].concat()).status(0);
    let told = |run: &Run| run.err.matches("uncommitted").count();
    let said = |number: &str| format!("warning: {number} had uncommitted changes before");
    if !git(root.path(), &["init", "-q"], b"") {
        return;
    }
    assert_eq!(told(&fix(&["b.sh"]).says(&said("1 file"))), 1, "before the first commit, nothing is");
    git(root.path(), &["add", "."], b"");
    git(root.path(), &["commit", "-qm", "all"], b"");
    assert_eq!(told(&fix(&["c.sh"])), 0);
    git(root.path(), &["checkout", "-q", "."], b"");
    for name in ["a b.sh", "dir/d.sh", "new.sh"] {
        put(&root.path().join(name), format!("{STORY}# {name}\n").as_bytes());
    }
    assert_eq!(told(&run(&root, &["--diff"])), 0, "nothing is written");
    assert_eq!(told(&fix(&["."]).says(&said("3 files")).says("applied 4 fixes in 4 files")), 1);
    assert_eq!(told(&fix(&["."])), 0, "nothing was written");
    git(root.path(), &["commit", "-qam", "fixed"], b"");
    assert!(text(&root, "a b.sh").contains("# a b.sh\n") && text(&root, "a b.sh").contains("pipefail"));
}

#[test]
fn a_checkout_that_git_does_not_read_is_told() {
    let root = project(&[("a.sh", STORY), (".git/HEAD", "no checkout")]);
    run(&root, &["--fix"]).status(0).says("it is not known whether").says("applied 1 fix");
}

/// What `--diff` prints and `git apply` does is what `--fix` does: from the top, and from a directory below it.
#[test]
fn git_applies_what_diff_prints() {
    let plain = STORY.replace("# Upload", "# \u{e9}: Upload");
    let scripts = [
        ("a.sh", plain.clone()),
        ("dir/with blank.sh", plain.clone()),
        ("dir/\u{e9}t\u{e9}.sh", plain.clone()),
        ("dir/tab\t\"quoted\" \\ name.sh", plain.clone()),
        ("dir/no-final-newline.sh", plain.trim_end().to_owned()),
        ("dir/crlf.sh", plain.replace('\n', "\r\n")),
        ("dir/crlf no final newline.sh", plain.trim_end().replace('\n', "\r\n")),
        ("dir/clean.sh", CLEAN.to_owned()),
    ];
    let [patched, fixed] = [project(&[]), project(&[])];
    for (name, text) in &scripts {
        put(&patched.path().join(name), text.as_bytes());
        put(&fixed.path().join(name), text.as_bytes());
    }
    // The line ends of crlf.sh are mended by an unsafe fix.
    run(&fixed, &["--fix-only", "--unsafe-fixes"]).status(0);
    if !git(patched.path(), &["init", "-q"], b"") {
        return;
    }
    let below = project(&[]);
    let diff = |directory: &Path, paths: &[&str]| {
        let mut command = program::command(&below, &["--diff", "--fix-only", "--unsafe-fixes"]);
        program::finish({
            command.args(paths).current_dir(directory);
            command
        })
        .status(1)
        .out
    };
    let top = diff(patched.path(), &["a.sh"]);
    git(patched.path(), &["apply"], top.as_bytes());
    let dir = patched.path().join("dir");
    let rest = diff(&dir, &["."]);
    git(&dir, &["apply"], rest.as_bytes());
    for (name, before) in &scripts {
        assert_eq!(text(&patched, name), text(&fixed, name), "{name}");
        assert_eq!(text(&fixed, name) == *before, *name == "dir/clean.sh", "{name}");
    }
}
