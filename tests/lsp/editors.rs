//! Real editors: each opens the story's script, sees what is found, hovers, and applies all safe fixes.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::client::repository;
use crate::found::run;
use crate::program::{command, finish, project};
use crate::story;

/// The line whose command is hovered over.
const LINE: usize = 7;

/// An editor that is not there is told; where `CI` is set, it has to be there.
fn is_there(editor: &str) -> bool {
    let there =
        Command::new(editor).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !there {
        assert!(std::env::var_os("CI").is_none(), "{editor} is not installed");
        let _ = writeln!(std::io::stderr(), "NOT TESTED: {editor} is not installed");
    }
    there
}

/// What an editor that is set up by a file to copy has seen in a copy of the story, and what it has made of it.
fn seen(editor: &mut Command, setup: &str, root: &TempDir) -> (Value, String) {
    let file = root.path().join("backup.sh");
    // The files to copy name the program as users have it.
    let program = Path::new(env!("CARGO_BIN_EXE_lint-scripts"));
    let others = std::env::var_os("PATH").unwrap();
    let directories =
        [program.parent().unwrap().to_owned()].into_iter().chain(std::env::split_paths(&others));
    editor
        .current_dir(root)
        .env("PATH", std::env::join_paths(directories).unwrap())
        .env("LSP_SETUP", repository("editors").join(setup))
        .env("LSP_FILE", &file)
        .env("LSP_LINE", LINE.to_string())
        .env("HOME", root.path())
        .env("XDG_STATE_HOME", root.path())
        .stdin(Stdio::null());
    let output = editor.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let last = out.lines().rfind(|line| line.starts_with('{'));
    let seen = last.and_then(|line| serde_json::from_str(line).ok());
    let seen = seen.unwrap_or_else(|| panic!("{}\n{out}\n{err}", output.status));
    assert!(output.status.success(), "{out}\n{err}");
    (seen, fs::read_to_string(file).unwrap())
}

/// Line, column and message of what the command line finds.
fn found(root: &TempDir) -> Vec<(u64, u64, String)> {
    let run = run(root, &["backup.sh"]);
    let number = |finding: &Value, key: &str| finding["start"][key].as_u64().unwrap();
    let findings = run["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let message =
                format!("{}\n{}", finding["message"].as_str().unwrap(), finding["help"].as_str().unwrap());
            (number(finding, "line"), number(finding, "column"), message)
        })
        .collect()
}

fn told(seen: &Value) -> Vec<(u64, u64, String)> {
    let found = seen["found"].as_array().unwrap().iter();
    let mut told: Vec<(u64, u64, String)> = found
        .map(|it| {
            let message = it["message"].as_str().unwrap();
            // Emacs puts the source and the rule before it.
            let own = message.strip_prefix("lint-scripts [").and_then(|rest| rest.split_once("]: "));
            let message = own.map_or(message, |(_, message)| message).to_owned();
            (it["line"].as_u64().unwrap(), it["column"].as_u64().unwrap(), message)
        })
        .collect();
    told.sort();
    told
}

/// The story in a project of its own, and what `--fix` makes of it.
fn copies() -> (TempDir, String) {
    let fixed = project(&[("backup.sh", &story::text())]);
    finish(command(&fixed, &["--fix", "--no-cache", "backup.sh"]));
    let text = fs::read_to_string(fixed.path().join("backup.sh")).unwrap();
    assert_ne!(text, story::text());
    (project(&[("backup.sh", &story::text())]), text)
}

#[track_caller]
fn check(seen: &Value, expected: &[(u64, u64, String)]) {
    assert_eq!(told(seen), expected);
    let hover = seen["hover"].as_str().unwrap();
    assert!(
        hover.starts_with("**If `rm` fails**: ignored: goes on at line 8. The script exits 0."),
        "{hover}"
    );
}

#[test]
fn neovim() {
    if !is_there("nvim") {
        return;
    }
    let (root, fixed) = copies();
    let expected = found(&root);
    let script = repository("tests/lsp/nvim.lua");
    let mut editor = Command::new("nvim");
    editor
        .args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c"])
        .arg(format!("luafile {}", script.display()));
    let (seen, text) = seen(&mut editor, "neovim/plugin/lint-scripts.lua", &root);
    check(&seen, &expected);
    assert!(seen["found"].as_array().unwrap().iter().all(|it| it["source"] == "lint-scripts"));
    assert_eq!(text, fixed);
}

/// Where Debian puts the packages that Emacs did not bring along in former times.
fn packages(directory: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(directory)).into_iter().flatten();
    entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()).collect()
}

#[test]
fn emacs() {
    if !is_there("emacs") {
        return;
    }
    let (root, fixed) = copies();
    let expected = found(&root);
    let mut editor = Command::new("emacs");
    editor.args(["-Q", "--batch"]);
    for package in packages("/usr/share/emacs/site-lisp/elpa-src") {
        editor.arg("-L").arg(package);
    }
    editor.arg("-l").arg(repository("tests/lsp/eglot.el"));
    let (seen, text) = seen(&mut editor, "emacs/lint-scripts-eglot.el", &root);
    check(&seen, &expected);
    assert_eq!(text, fixed);
}

/// The files to copy, by how they are written.
fn files(ending: &str) -> Vec<PathBuf> {
    fn gather(directory: &Path, found: &mut Vec<PathBuf>) {
        let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
        for path in entries.filter(|path| !path.ends_with("editors/vscode")) {
            if path.is_dir() { gather(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    gather(&repository("editors"), &mut found);
    found.retain(|path| path.to_str().unwrap().ends_with(ending));
    found
}

/// Whether the command is somewhere in a value: as one list, or as a program and its arguments.
fn starts_the_server(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(starts_the_server),
        Value::Object(entries) => {
            let has = |key: &str, expected: Value| entries.get(key) == Some(&expected);
            let program = has("command", "lint-scripts".into()) || has("path", "lint-scripts".into());
            let arguments = has("args", vec!["lsp"].into()) || has("arguments", vec!["lsp"].into());
            has("command", vec!["lint-scripts", "lsp"].into())
                || (program && arguments)
                || entries.values().any(starts_the_server)
        }
        _ => false,
    }
}

#[test]
fn files_of_settings_are_read_and_start_the_server() {
    let json = files(".json").into_iter().chain(files(".sublime-settings"));
    let json = json.map(|path| (serde_json::from_str::<Value>(&fs::read_to_string(&path).unwrap()), path));
    let toml = files(".toml");
    let toml = toml.into_iter().map(|path| {
        let table = fs::read_to_string(&path).unwrap().parse::<toml::Table>().unwrap();
        (serde_json::to_value(table), path)
    });
    let mut seen = 0;
    for (value, path) in json.chain(toml) {
        let value = value.unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
        assert!(starts_the_server(&value), "{}", path.display());
        seen += 1;
    }
    assert_eq!(seen, 5, "coc, Helix, Zed, Sublime Text, Kate");
}

#[test]
fn the_guide_leads_to_every_file() {
    let guide = fs::read_to_string(repository("editors/README.md")).unwrap();
    let mut seen = 0;
    for path in files("") {
        let name = path.strip_prefix(repository("editors")).unwrap().to_str().unwrap();
        if name != "README.md" {
            assert!(guide.contains(&format!("]({name})")), "editors/README.md does not lead to {name}");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen} files");
}
