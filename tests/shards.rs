//! Large repositories: shards, and what joins them.
#![cfg(test)]

mod program;

use std::fs;

use program::{CLEAN, project, put, run};
use serde_json::json;
use tempfile::TempDir;

const LOSES: &str = "#!/bin/bash\npg_dump mydb | gzip > a.gz\necho 'Backup completed!'\n";
const UNREAD: &str = "#!/bin/sh\nset -e\ncp a b\nif true; then (\n";

/// Scripts with findings, without, and with what could not be read or done, in directories whose order is not that of their bytes.
fn tree() -> TempDir {
    let root = project(&[("lint-scripts.toml", "baseline = \"accepted.json\"\n")]);
    for number in 0..60 {
        let directory = ["a", "a-b", "a/c", "b.d"][number % 4];
        let text = [LOSES, CLEAN, UNREAD, ". ./lib.sh\ncp a b\n"][number / 4 % 4];
        put(&root.path().join(format!("{directory}/{number}.sh")), text.as_bytes());
        put(&root.path().join(format!("{directory}/lib.sh")), b"set -o pipefail\ncp x y | tee z\n");
    }
    put(&root.path().join("a/nul.sh"), b"echo \0\n");
    run(&root, &["--preview", "--write-baseline", "accepted.json", "--exit-zero", "b.d"]).status(0);
    root
}

fn sharded(root: &TempDir, of: u32) -> Vec<String> {
    let shard = |index: u32| {
        let name = format!("shard-{index}.json");
        let (shard, format) = (format!("{index}/{of}"), format!("json={name}"));
        let run = run(root, &["--preview", "--shard", &shard, "--output-format", &format, ".", "gone.sh"]);
        run.says("gone.sh: no such file").status(2);
        name
    };
    (1..=of).map(shard).collect()
}

#[test]
fn shards_merged_are_one_run_to_the_byte() {
    let root = tree();
    let shards = sharded(&root, 8);
    let mut names: Vec<&str> = shards.iter().map(String::as_str).collect();
    for format in ["json", "jsonl", "sarif", "concise", "statistics", "junit", "rdjson", "html", "github"] {
        let whole = run(&root, &["--preview", "--output-format", format, ".", "gone.sh"]).status(2);
        assert!(whole.out.len() > 200, "{format}: {}", whole.out);
        let merged =
            run(&root, &[&["merge", "--output-format", format], names.as_slice()].concat()).status(2);
        assert_eq!(merged.out, whole.out, "{format}");
        let sentence = whole.err.lines().find(|line| line.contains("checked ")).unwrap();
        assert!(merged.err.contains(sentence), "{sentence}\n{}", merged.err);
        names.rotate_left(3);
    }
}

#[test]
fn each_script_is_in_one_shard_however_it_is_named() {
    let root = tree();
    let listed = |arguments: &[&str]| -> Vec<String> {
        let run = run(&root, &[&["--list-files"], arguments].concat());
        run.out.lines().map(str::to_owned).collect()
    };
    let mut all: Vec<String> =
        (1..=3).flat_map(|index| listed(&["--shard", &format!("{index}/3")])).collect();
    all.sort();
    let mut whole = listed(&[]);
    whole.sort();
    assert_eq!(all, whole);
    let relative = listed(&["--shard", "1/3", "a"]);
    let absolute = root.path().canonicalize().unwrap().join("a");
    let named: Vec<String> =
        relative.iter().map(|path| absolute.parent().unwrap().join(path).display().to_string()).collect();
    assert_eq!(listed(&["--shard", "1/3", absolute.to_str().unwrap()]), named);
    run(&root, &["--shard", "4/3"]).status(2).says("not of the form 2/8");
}

#[test]
fn a_shard_without_a_script_is_no_failure() {
    let root = project(&[("a.sh", CLEAN)]);
    let empty: Vec<u32> = (1..=4)
        .filter(|index| {
            let run = run(&root, &["--shard", &format!("{index}/4")]).status(0);
            run.err.contains("checked 0 files")
        })
        .collect();
    assert_eq!(empty.len(), 3);
}

#[test]
fn merging_says_what_it_cannot_read_and_takes_the_rest() {
    let root = project(&[("a.sh", LOSES), ("no.json", "[]"), ("new.json", "")]);
    run(&root, &["--output-format", "json=a.json", "a.sh"]).status(1);
    let document = fs::read_to_string(root.path().join("a.json")).unwrap();
    put(&root.path().join("new.json"), document.replacen("\"version\":1", "\"version\":2", 1).as_bytes());
    run(&root, &["merge", "a.json"]).status(1).says("checked 1 file, 1 script: ");
    run(&root, &["merge", "--exit-zero", "a.json"]).status(0);
    let merged = run(&root, &["merge", "gone.json", "a.json", "no.json", "new.json"]).status(2);
    let errors = &merged.json()["errors"];
    assert_eq!(errors[0]["path"], "gone.json");
    assert_eq!(errors[1], json!({"path": "new.json", "message": "version 2 is not known here, only 1"}));
    assert_eq!(errors[2]["path"], "no.json");
    assert!(!merged.json()["findings"].as_array().unwrap().is_empty());
    merged.says("error: no.json: this is no document of `--output-format json`");
    run(&root, &["merge", "--output-format", "text", "a.json"]).status(2).says("try concise or html");
    run(&root, &["merge", "-o", "a.json", "a.json"]).status(2).says("a.json is to be read");
}

#[test]
fn statistics_count_the_findings_of_each_rule() {
    let root = project(&[("a.sh", LOSES), ("b.sh", LOSES), ("c.sh", CLEAN)]);
    let table = run(&root, &["--statistics"]).status(1).out;
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["findings", "scripts", "fixable", "rule"]);
    assert!(rows.contains(&vec!["2", "2", "2", "unchecked-pipeline"]), "{table}");
    run(&root, &["--statistics", "--output-format", "json"]).status(2).says("only one format");
    run(&root, &["--statistics", "--output-format", "json=a.json"]).status(1).prints("unchecked-pipeline");
    assert_eq!(run(&root, &["--statistics", "c.sh"]).status(0).out, "");
}
