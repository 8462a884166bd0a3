//! Runs a snippet in a real shell in which every command is a stub that writes down how it was called.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::notation::escaped;

/// Writes down its variable `x` if it has one, its name, its arguments, and what it read; says its name; fails if that
/// is a capital letter.
const STUB: &str = r#"#!/bin/sh
name=${0##*/}
line=${x+x=$x }$name
for argument; do line="$line $argument"; done
read=$(/bin/cat 2>/dev/null)
[ -z "$read" ] || line="$line <$read"
printf '%s\0' "$line" >>"$LOG"
echo "$name"
case $name in [A-Z]) exit 1 ;; esac
"#;

/// What a shell made of a snippet.
pub struct Outcome {
    /// The stubs' lines, in order.
    pub runs: String,
    /// The shell found no command in a part of the text.
    pub syntax_error: bool,
    /// What it said.
    pub complaint: String,
}

/// A place with stubs in it.
pub struct Stage {
    folder: TempDir,
}

impl Stage {
    /// Stubs named by single letters.
    pub fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let stub = folder.path().join("stub");
        fs::write(&stub, STUB).unwrap();
        fs::set_permissions(&stub, fs::Permissions::from_mode(0o755)).unwrap();
        let names = folder.path().join("bin");
        fs::create_dir(&names).unwrap();
        for letter in ('a'..='z').chain('A'..='Z') {
            std::os::unix::fs::symlink(&stub, names.join(letter.to_string())).unwrap();
        }
        Self { folder }
    }

    /// Runs `text` in `shell`.
    pub fn run(&self, shell: &str, text: &[u8]) -> Outcome {
        let place = tempfile::tempdir_in(self.folder.path()).unwrap();
        let script = place.path().join("script");
        let log = place.path().join("log");
        fs::write(&script, text).unwrap();
        // What waits for something that never comes is ended, and fails the comparison.
        let output = Command::new(path_of("timeout").unwrap())
            .arg("20")
            .arg(path_of(shell).unwrap())
            .args((shell == "busybox").then_some("sh"))
            .arg(&script)
            .env_clear()
            .env("PATH", self.folder.path().join("bin"))
            .env("LOG", &log)
            .env("LC_ALL", "C.UTF-8")
            .current_dir(place.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        let words = [
            "syntax error",
            "Syntax error",
            "unexpected EOF",
            "unexpected end",
            "no closing quote",
            "here document",
        ];
        Outcome {
            runs: runs(&log),
            syntax_error: words.iter().any(|word| complaint.contains(word)),
            complaint,
        }
    }
}

/// Where the shell is on this machine.
pub fn path_of(shell: &str) -> Option<PathBuf> {
    ["/bin", "/usr/bin", "/usr/local/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(shell))
        .find(|path| path.exists())
}

fn runs(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<String> = text.split_terminator('\0').map(escaped).collect();
    lines.join(", ")
}
