//! `lint-scripts init`, on the real binary.
#![cfg(test)]

mod program;

use std::fs;

use program::{CLEAN, project, put, run};

const WRONG: &str = "#!/bin/bash\nset -eu\npg_dump a | gzip > a.gz\n";
const LOOSE: &str = "#!/bin/bash\ncp a b\nrm a\n";

fn read(root: &tempfile::TempDir, name: &str) -> String {
    fs::read_to_string(root.path().join(name)).unwrap()
}

#[test]
fn a_first_configuration_fits_what_is_there() {
    let root = project(&[
        ("bin/a.sh", WRONG),
        ("tests/t.sh", LOOSE),
        ("spec/s.sh", CLEAN),
        ("vendor/v.sh", WRONG),
        ("lib/sub/m.sh", WRONG),
        (".gitmodules", "[submodule \"sub\"]\n\tpath = lib/sub\n"),
    ]);
    let first = run(&root, &["init"]).status(0);
    program::snapshot("init", "first", &first.out);
    program::snapshot("init", "config", &read(&root, "lint-scripts.toml"));
    assert_eq!(run(&root, &["--list-files"]).status(0).out, "bin/a.sh\nspec/s.sh\ntests/t.sh\n");
    let found = run(&root, &["--output-format", "json"]).status(1).json();
    let rules: Vec<&str> =
        found["findings"].as_array().unwrap().iter().map(|it| it["rule"].as_str().unwrap()).collect();
    assert!(rules.contains(&"unchecked-pipeline") && !rules.contains(&"missing-strict-mode"), "{rules:?}");
    assert!(first.out.contains(&format!("see the {} findings in 3 scripts", rules.len())), "{}", first.out);
}

#[test]
fn a_baseline_accepts_what_is_there() {
    let root = project(&[("a.sh", WRONG), ("b.sh", LOOSE)]);
    run(&root, &["init", "--baseline"]).status(0).says("accepted").prints("only what is new");
    assert!(read(&root, "lint-scripts.toml").contains("baseline = \"lint-scripts.baseline\"\n"));
    assert!(read(&root, "lint-scripts.baseline").contains("unchecked-pipeline"));
    run(&root, &[]).status(0).says("in the baseline");
    put(&root.path().join("c.sh"), WRONG.as_bytes());
    run(&root, &[]).status(1).prints("c.sh:3:1");
}

#[test]
fn nothing_is_written_over_unless_that_is_said() {
    for name in ["lint-scripts.toml", ".lint-scripts.toml"] {
        let root = project(&[("a.sh", WRONG), (name, "preset = \"strict@1\"\n")]);
        run(&root, &["init"]).status(2).says(&format!("{name} holds here already; --force writes {name}"));
        assert_eq!(read(&root, name), "preset = \"strict@1\"\n");
        run(&root, &["init", "--force"]).status(0).prints(&format!("wrote {name}: preset recommended@1"));
        assert!(read(&root, name).contains("recommended@1"));
    }
    let root = project(&[("a.sh", WRONG), ("lint-scripts.baseline", "mine\n")]);
    run(&root, &["init", "--baseline"]).status(2).says("lint-scripts.baseline is there already");
    assert!(!root.path().join("lint-scripts.toml").exists());
    run(&root, &["init"]).status(0);
}

#[test]
fn what_holds_from_above_is_said() {
    let root = project(&[("sub/a.sh", WRONG), ("lint-scripts.toml", "")]);
    let in_sub = |words: &[&str]| {
        let mut command = program::command(&root, words);
        command.current_dir(root.path().join("sub"));
        program::finish(command)
    };
    in_sub(&["init"]).status(2).says("lint-scripts.toml holds here already");
    in_sub(&["init", "--force"]).status(0);
    assert!(root.path().join("sub/lint-scripts.toml").exists());
}

#[test]
fn without_a_script_nothing_is_written() {
    let root = project(&[("README", "")]);
    run(&root, &["init"]).status(2).says("no shell script below this directory");
    assert!(!root.path().join("lint-scripts.toml").exists());
}

#[test]
fn what_could_not_be_checked_is_said() {
    let root = project(&[("a.sh", WRONG), ("nul.sh", "echo \0\n")]);
    run(&root, &["init"]).status(2).says("error: nul.sh: binary file").prints("wrote lint-scripts.toml");
}
