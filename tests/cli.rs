//! The program as its users meet it: run as a process, with a clean environment.
#![cfg(test)]

mod program;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;

use program::{CLEAN, command, finish, project, put, run, with_input};
use serde_json::{Value, json};

#[test]
fn a_clean_script_gives_0_and_is_counted() {
    let root = project(&[("a.sh", CLEAN), ("b.sh", CLEAN), ("README", "no script")]);
    for arguments in [&[][..], &["."], &["check"], &["check", "."], &["a.sh", "./b.sh", "a.sh"]] {
        let run = run(&root, arguments).status(0).says("checked 2 files, 2 scripts: nothing found");
        assert_eq!(run.out, "");
    }
}

#[test]
fn nothing_to_check_gives_2_unless_allowed() {
    let root = project(&[("README", "no script"), ("x.sh/README", "no script"), ("a/a.sh", CLEAN)]);
    run(&root, &["x.sh"]).status(2).says("error: x.sh: this directory holds no shell script");
    run(&root, &["--allow-empty", "x.sh"]).status(0).says("checked 0 files, 0 scripts");
    run(&root, &["trace", "x.sh"]).status(2).says("error: x.sh: ");
    run(&root, &["x.sh", "a"]).status(0).says("warning: x.sh: ").says("checked 1 file, 1 script");
    run(&root, &["--allow-empty", "gone"]).status(2).says("error: gone: no such file or directory");
}

#[test]
fn what_cannot_be_read_does_not_keep_the_others_from_being_checked() {
    let root = project(&[("a.sh", CLEAN), ("nul.sh", "echo \0\n")]);
    let both = ["gone.sh", "nul.sh", "a.sh"];
    run(&root, &both)
        .status(2)
        .says("error: gone.sh: no such file or directory")
        .says("error: nul.sh: binary file")
        .says("checked 1 file, 1 script")
        .says("not checked or not done: 2 paths");
    run(&root, &["--exit-zero", "gone.sh", "a.sh"]).status(2);
    let document = run(&root, &["--output-format", "json", "gone.sh", "nul.sh", "a.sh"]).status(2).json();
    assert_eq!(document["errors"][0], json!({"path": "gone.sh", "message": "no such file or directory"}));
    assert_eq!(document["errors"][1]["path"], "nul.sh");
    assert_eq!(document["summary"]["files"], 1);
}

#[test]
fn json_has_the_shape_of_the_contract() {
    let root = project(&[("a.sh", CLEAN)]);
    let run = run(&root, &["--output-format", "json"]).status(0).says("checked 1 file");
    let expected = json!({
        "version": 1, "findings": [], "errors": [], "not_checked": [],
        "summary": {
            "files": 1, "scripts": 1, "findings": {"error": 0, "warning": 0, "info": 0}, "suppressed": 0,
            "suppressed_by_shellcheck": 0,
            "baselined": 0, "not_checked": 0, "fixable": {"safe": 0, "unsafe": 0},
        },
    });
    assert_eq!(run.json(), expected);
    assert!(run.out.ends_with("}\n"));
}

#[test]
fn traces_are_printed() {
    let root = project(&[("a.sh", CLEAN), ("b.sh", CLEAN)]);
    run(&root, &["trace", "b.sh", "a.sh"]).status(0).prints("b.sh");
    let document = run(&root, &["trace", "--format", "json", "b.sh", "."]).status(0).json();
    assert_eq!(document["version"], 1);
    let paths: Vec<&Value> = document["files"].as_array().unwrap().iter().map(|file| &file["path"]).collect();
    assert_eq!(paths, ["b.sh", "a.sh"]);
    run(&root, &["trace"]).status(2).says("PATHS");
}

#[test]
fn a_line_is_told_step_by_step() {
    let root = project(&[("a.sh", "#!/bin/sh\ncp a b\n\nrm a\n"), ("b.sh", CLEAN), ("d:7", "cp a b\n")]);
    for words in [&["--line", "2", "a.sh"][..], &["a.sh:2"]] {
        let told = run(&root, &[&["trace"], words].concat()).status(0).prints("when `cp` fails");
        assert!(told.out.contains("1. `cp` fails") && !told.out.contains("when `rm` fails"), "{}", told.out);
    }
    let hint = "no command stands on line 3: the nearest starts on line 2 or 4";
    run(&root, &["trace", "a.sh:3"]).status(2).says(hint);
    run(&root, &["trace", "d:7"]).status(0).prints("of 1 failure");
    run(&root, &["trace", "a.sh:2", "b.sh"]).status(2).says("a line is told of one script");
    run(&root, &["trace", "--line", "2", "."]).status(2).says("a line is told of one script");
    run(&root, &["trace", "--line", "2", "--format", "json", "a.sh"]).status(2).says("--format text only");
    run(&root, &["trace", "--line", "0", "a.sh"]).status(2).says("--line");
    run(&root, &["trace", "gone.sh:2"]).status(2).says("gone.sh: no such file");
}

#[test]
fn the_share_of_loud_failures_is_a_gate() {
    let half = "#!/bin/sh\ncp a b\ncp c d || exit 1\n";
    let root = project(&[("a.sh", half), ("b.sh", "set -e\ncp a b\ncp b c\n"), ("c.sh", CLEAN)]);
    run(&root, &["trace", "--fail-under", "50", "a.sh"]).status(0).says("1 of 2 failures are loud: 50.0 %");
    run(&root, &["trace", "--fail-under", "50.1", "a.sh"]).status(1).says("asks for 50.1 %");
    run(&root, &["trace", "--fail-under", "75%", "."]).status(0).says("3 of 4 failures are loud: 75.0 %");
    run(&root, &["trace", "--fail-under", "76", "."])
        .status(1)
        .prints("3 scripts: 3 of 4 failures stop their script; 1 is silent");
    run(&root, &["trace", "--fail-under", "100", "c.sh"])
        .status(0)
        .says("nothing is held against --fail-under");
    run(&root, &["trace", "--fail-under", "0", "c.sh", "gone.sh"]).status(2).says("gone.sh");
    for bad in ["101", "-1", "NaN", "x", ""] {
        run(&root, &["trace", &format!("--fail-under={bad}"), "a.sh"])
            .status(2)
            .says("not a number from 0 to 100");
    }
    put(&root.path().join("broken.sh"), b"set -e\ncp a b\nif true; then (\n");
    run(&root, &["trace", "--fail-under", "10", "broken.sh"]).status(1).says("may fail in silence");
}

#[test]
fn a_trace_as_json_has_the_shape_of_the_contract() {
    let text = "#!/bin/bash\n. ./lib.sh\ncp a b | gzip > c\n{ ls; } > d\nrm \"é\" $(work)\necho \"backup completed\"\nexit 0\nmv x y\n";
    let lib = "work() { tar c a; }\n";
    let root = project(&[("a.sh", text), ("lib.sh", lib)]);
    let document = run(&root, &["trace", "--format", "json", "a.sh"]).status(0).json();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<String>>().join(" ");
    assert_eq!(keys(&document), "errors files not_checked version");
    let file = &document["files"][0];
    assert_eq!(keys(file), "commands failure_points loud parsed path shell");
    let heads = [&file["path"], &file["shell"], &file["parsed"], &file["loud"], &file["failure_points"]];
    assert_eq!(heads.map(Value::to_string).join(" "), r#""a.sh" "bash" "whole" 0 8"#);
    let commands = file["commands"].as_array().unwrap();
    let mut before = (String::new(), 0);
    for command in commands {
        assert_eq!(keys(command), "column end kind line name on_failure path start text");
        let path = command["path"].as_str().unwrap();
        let source = if path == "a.sh" { text } else { lib };
        let at = |end: &str| command[end].as_u64().unwrap() as usize;
        assert_eq!(command["text"], source[at("start")..at("end")], "offsets are bytes of the file");
        let lines = source[..at("start")].rsplit('\n').collect::<Vec<&str>>();
        let place =
            (command["line"].as_u64().unwrap() as usize, command["column"].as_u64().unwrap() as usize);
        assert_eq!(place, (lines.len(), lines[0].chars().count() + 1));
        let here = (path.to_owned(), at("start"));
        assert!(
            before <= here,
            "entries stand in the order of the files and of the text: {before:?}, {here:?}"
        );
        before = here;
        let on_failure = &command["on_failure"];
        if command["name"] == "mv" {
            assert!(on_failure.is_null(), "nothing reaches it");
            continue;
        }
        assert_eq!(keys(on_failure), "by claims destroys exit fate goes_on_at steps");
        let lists = ["claims", "destroys", "steps"].map(|list| on_failure[list].as_array().unwrap().clone());
        for said in lists.iter().flatten() {
            assert_eq!(keys(said), "column line offset path text");
        }
        if !on_failure["goes_on_at"].is_null() {
            assert_eq!(keys(&on_failure["goes_on_at"]), "column line offset path");
        }
    }
    let kinds: Vec<String> = commands.iter().map(|it| format!("{} {}", it["kind"], it["name"])).collect();
    assert!(kinds.contains(&r#""redirection" ">""#.to_owned()), "{kinds:?}");
}

#[test]
fn a_trace_goes_to_a_file_when_asked() {
    let root = project(&[("a.sh", "cp a b\n")]);
    let run_to = |words: &[&str]| run(&root, &[&["trace", "a.sh"], words].concat());
    let told = run_to(&["-o", "out.txt"]).status(0);
    assert_eq!(told.out, "");
    let written = fs::read_to_string(root.path().join("out.txt")).unwrap();
    assert!(written.starts_with("a.sh (") && !written.contains('\u{1b}'), "{written}");
    run_to(&["-o", "gone/out.txt"]).status(2).says("cannot write to gone/out.txt: ");
    run_to(&["-o", "a.sh"]).status(2).says("--output-file names a script");
    assert_eq!(fs::read_to_string(root.path().join("a.sh")).unwrap(), "cp a b\n");
}

#[test]
fn a_trace_names_the_file_of_a_sourced_line() {
    let root = project(&[
        ("main.sh", "#!/bin/bash\n. ./lib.sh\nwork\n"),
        ("lib.sh", "set -e\nwork() { cp a b; }\n"),
    ]);
    let run = run(&root, &["trace", "main.sh"]).status(0).prints("lib.sh:2  cp a b");
    assert!(run.out.contains("\n       3  work"), "{}", run.out);
}

#[test]
fn bad_words_give_2_and_a_hint() {
    let root = project(&[("a.sh", CLEAN)]);
    run(&root, &["--unsafe-fixs"]).status(2).says("--unsafe-fixes");
    run(&root, &["--select", "no-such-rule"]).status(2).says("there is no rule `no-such-rule`");
    run(&root, &["--ignore", "no-such-rule"]).status(2).says("there is no rule `no-such-rule`");
    run(&root, &["explain", "no-such-rule"]).status(2).says("there is no rule `no-such-rule`");
    run(&root, &["--shell", "fish"]).status(2).says("fish");
    run(&root, &["--unsafe-fixes"]).status(2).says("--unsafe-fixes needs --fix or --diff");
    run(&root, &["--diff", "--output-format", "json"]).status(2).says("choose one");
    run(&root, &["--fix", "-", "--output-format", "json"]).status(2).says("choose one");
}

#[test]
fn a_first_word_that_names_a_subcommand_is_one() {
    let root = project(&[("rules", CLEAN), ("trace", CLEAN)]);
    let listed = run(&root, &["rules", "--format", "json"]).status(0).json();
    assert_eq!(listed["version"], 1);
    assert!(listed["rules"].is_array());
    run(&root, &["./rules"]).status(0).says("checked 1 file");
    run(&root, &["./rules", "trace"]).status(0).says("checked 2 files");
}

#[test]
fn standard_input_is_checked_and_fixed() {
    let root = project(&[]);
    let run = with_input(&root, &["-"], CLEAN.as_bytes()).status(0).says("checked 1 file, 1 script");
    assert_eq!(run.out, "");
    let crlf = b"true  # nothing\r\n# to do";
    let run = with_input(&root, &["--fix", "-"], crlf).status(0);
    assert_eq!(run.out.as_bytes(), crlf, "a script with nothing to fix comes back as it was");
    with_input(&root, &["-"], b"\0").status(2).says("error: -: binary file");
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    let root = project(&[]);
    let mut command = command(&root, &["--fix", "-"]);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let long = "# a comment of some length\n".repeat(20_000);
    child.stdin.take().unwrap().write_all(long.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(!said.contains("error") && !said.contains("panicked"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_under_standard_output_is_said() {
    let root = project(&[("a.sh", CLEAN)]);
    for arguments in [&["--output-format", "json"][..], &["trace", "a.sh"], &["rules", "--format", "json"]] {
        let mut command = command(&root, arguments);
        command.stdout(File::options().write(true).open("/dev/full").unwrap()).stderr(Stdio::piped());
        let output = command.spawn().unwrap().wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("cannot write to standard output"), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_not_utf8_is_read_and_named() {
    use std::os::unix::ffi::OsStrExt;

    let root = project(&[]);
    let name = OsStr::from_bytes(b"\xff\x1b[2J.sh");
    put(&root.path().join(name), CLEAN.as_bytes());
    let document = run(&root, &["trace", "--format", "json", "."]).status(0).json();
    assert_eq!(document["files"][0]["path"], "\u{fffd}\u{1b}[2J.sh");
    assert_eq!(document["files"][0]["path_base64"], "/xtbMkouc2g=");

    fs::remove_file(root.path().join(name)).unwrap();
    let mut gone = command(&root, &["--output-format", "json"]);
    gone.arg(name);
    let gone = finish(gone).status(2).says("\u{fffd}\u{fffd}[2J.sh: no such file");
    assert_eq!(gone.json()["errors"][0]["path_base64"], "/xtbMkouc2g=");
    assert!(!gone.err.contains('\u{1b}'), "{:?}", gone.err);
}

#[test]
fn nothing_is_written_where_nothing_is_fixed() {
    let root = project(&[("a.sh", CLEAN)]);
    let before = fs::metadata(root.path().join("a.sh")).unwrap().modified().unwrap();
    run(&root, &["--fix"]).status(0).says("applied 0 fixes in 0 files");
    let run = run(&root, &["--diff"]).status(0).says("would apply 0 fixes");
    assert_eq!(run.out, "");
    assert_eq!(fs::metadata(root.path().join("a.sh")).unwrap().modified().unwrap(), before);
}

#[test]
fn help_is_short_and_grouped() {
    let root = project(&[]);
    let run = run(&root, &["--help"]).status(0);
    assert_eq!(run.err, "");
    insta::with_settings!({snapshot_path => "../snapshots/cli", prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!("help", run.out);
    });
}

#[test]
fn the_version_is_told() {
    let root = project(&[]);
    run(&root, &["--version"]).status(0).prints(concat!("lint-scripts ", env!("CARGO_PKG_VERSION")));
}
