//! Commands that run others, as they really are: what the shell ends with when the inner command fails, against what the
//! engine says of that inner command.
#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
#![allow(clippy::disallowed_methods, reason = "scratch files, of which nothing is kept")]
#![allow(clippy::print_stderr, reason = "what the machine lacks is said")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use lint_scripts::check::{NoSources, Settings, check};
use lint_scripts::flow::Exit;
use lint_scripts::text::Document;

/// Scripts for bash in which `fails` is a program that exits 3, and all others work.
const SCRIPTS: [&str; 45] = [
    "timeout 5 fails",
    "timeout -k 1 5 fails",
    "nice fails",
    "nice -n 5 fails",
    "env A=b fails",
    "env -u HOME A=b fails",
    "nohup fails",
    "setsid -w fails",
    "stdbuf -oL fails",
    "ionice -c3 fails",
    "flock lock fails",
    "flock lock -c 'fails; true'",
    "flock lock -c fails",
    "xargs fails < /dev/null",
    "printf 'a\\nb\\n' | xargs -n1 fails",
    "printf 'a\\nb\\n' | xargs -I{} sh -c 'fails; true'",
    "find . -maxdepth 0 -exec fails {} \\;",
    "find . -maxdepth 0 -exec fails {} ';'",
    "find . -maxdepth 0 -exec fails {} +",
    "find . -maxdepth 0 -exec true {} \\; -exec fails {} +",
    "find . -maxdepth 0 -exec sh -c 'fails && true' _ {} \\;",
    "find . -maxdepth 0 -exec sh -c 'fails; true' _ {} +",
    "sh -c fails",
    "sh -c 'fails; true'",
    "sh -ec 'fails; true'",
    "bash -euo pipefail -c 'fails | true; true'",
    "bash -c 'fails | true'",
    "x=1; bash -c \"fails $x; true\"",
    "x=1; bash -c \"fails '$x' && true\"",
    "bash <<'E'\nfails\ntrue\nE",
    "bash -e <<'E'\nfails\ntrue\nE",
    "bash -s <<E\nfails $HOME\nE",
    "env A=b bash <<E\nfails \\$A\nE",
    "bash <<< fails",
    "echo 'fails; true' | sh",
    "echo 'fails; true' | sh -e",
    "printf 'fails\\ntrue\\n' | bash -e",
    "cat <<'E' | bash\nfails\nE",
    "eval 'fails; true'",
    "eval fails \"$HOME\"",
    "command fails; true",
    "exec fails",
    "exec nice fails",
    "exec sh -c 'fails; true'",
    "timeout 5 nice env A=b sh -c 'fails'",
];

fn exit_of(script: &str) -> Exit {
    let document = Arc::new(Document::script("wrapper.sh", script.as_bytes().to_vec()));
    let settings = Settings { shell: Some(lint_scripts::shell::Dialect::Bash), ..Settings::default() };
    let report = check(&document, &settings, &NoSources);
    let mut inner = report.trace.entries.iter().filter(|entry| entry.name == "fails");
    // Behind `exec` and `command` the name is that of the builtin.
    let entry = inner.next_back().or_else(|| report.trace.entries.first());
    let answer = entry.unwrap_or_else(|| panic!("{script}: no entry")).on_failure.as_ref();
    answer.unwrap_or_else(|| panic!("{script}: never runs")).exit
}

fn run(folder: &Path, script: &str) -> bool {
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command.args(["-c", script]).current_dir(folder).env("PATH", path);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
}

fn is_there(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

#[test]
fn statuses_are_passed_on_as_they_really_are() {
    let folder = tempfile::tempdir().unwrap();
    let stub = folder.path().join("fails");
    fs::write(&stub, "#!/bin/sh\nexit 3\n").unwrap();
    fs::set_permissions(&stub, fs::Permissions::from_mode(0o755)).unwrap();
    let mut wrong = Vec::new();
    for script in SCRIPTS {
        let name = script.split_whitespace().next().unwrap();
        let builtin = matches!(name, "eval" | "command" | "exec" | "echo" | "printf") || name.contains('=');
        if !builtin && !is_there(name) {
            eprintln!("{name} is missing: {script}");
            assert!(std::env::var_os("CI").is_none(), "{name} is missing");
            continue;
        }
        let seen = if run(folder.path(), script) { Exit::Zero } else { Exit::Nonzero };
        let said = exit_of(script);
        if said != seen {
            wrong.push(format!("{script}: {said:?}, the shell gave {seen:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `$?` is put in by the outer shell, and means nothing to the inner one.
#[test]
fn what_the_outer_shell_puts_in_is_not_guessed() {
    assert_eq!(exit_of("fails; bash -c \"exit $?\""), Exit::Either);
    assert_eq!(exit_of("fails; bash -c 'exit $?'"), Exit::Zero);
}
