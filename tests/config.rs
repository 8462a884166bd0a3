//! Configuration as a project uses it: the program run in directories with `lint-scripts.toml`, the schema, the documents.
#![cfg(test)]

mod program;

use std::fs;
use std::path::{Path, PathBuf};

use program::{CLEAN, project, run};
use serde_json::{Value, json};
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Found by `unchecked-pipeline` and `missing-strict-mode`.
const BAD: &str = "#!/bin/bash\npg_dump db | gzip > db.gz\n";

/// The rules that speak of a script.
fn rules(project: &TempDir, arguments: &[&str]) -> Vec<String> {
    let mut words = vec!["--output-format", "json"];
    words.extend(arguments);
    let document = run(project, &words).json();
    let findings = document["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_configuration_selects_and_the_command_line_overrules_it() {
    let project = project(&[("a.sh", BAD), ("lint-scripts.toml", "ignore = ['unchecked-pipeline']\n")]);
    assert_eq!(rules(&project, &["a.sh"]), ["missing-strict-mode"]);
    assert_eq!(rules(&project, &["--preset", "explicit", "a.sh"]), [""; 0]);
    assert_eq!(rules(&project, &["--select", "pipelines", "a.sh"]), ["unchecked-pipeline"]);
    assert_eq!(
        rules(&project, &["--extend-select", "pipelines", "a.sh"]),
        ["missing-strict-mode", "unchecked-pipeline"]
    );
    assert_eq!(rules(&project, &["--isolated", "a.sh"]), ["missing-strict-mode", "unchecked-pipeline"]);
    assert_eq!(rules(&project, &["--config", "lint-scripts.toml", "a.sh"]), ["missing-strict-mode"]);
}

#[test]
fn severities_decide_the_exit_status() {
    let text = "[severity]\nstrict-mode = 'info'\nunchecked-pipeline = 'info'\n";
    let project = project(&[("a.sh", BAD), ("lint-scripts.toml", text)]);
    let told = run(&project, &["a.sh"]).status(0).says("2 info");
    assert!(
        told.out.contains("info[unchecked-pipeline]") || told.out.contains("note[unchecked-pipeline]"),
        "{}",
        told.out
    );
    run(&project, &["--fail-on", "info", "a.sh"]).status(1);
}

#[test]
fn a_mistake_is_an_error_and_what_it_does_not_govern_is_still_checked() {
    let project = project(&[
        ("a.sh", BAD),
        ("b.sh", CLEAN),
        ("sub/c.sh", BAD),
        ("sub/lint-scripts.toml", "preset = 'strict'\n\nignor = []\n"),
    ]);
    let told = run(&project, &[]).status(2);
    let told = told.says("error: sub/lint-scripts.toml:3:1: unknown key `ignor`; did you mean `ignore`?");
    told.says("checked 2 files").prints("unchecked-pipeline").says("not checked or not done: 1 path");
    let document = run(&project, &["--output-format", "json"]).status(2).json();
    let message = "line 3, column 1: unknown key `ignor`; did you mean `ignore`?";
    assert_eq!(document["errors"], json!([{"path": "sub/lint-scripts.toml", "message": message}]));
    run(&project, &["--exit-zero"]).status(2);
    run(&project, &["trace", "sub/c.sh"]).status(2).says("sub/lint-scripts.toml:3:1");
    run(&project, &["config", "sub/c.sh"]).status(2).says("sub/lint-scripts.toml:3:1");
    run(&project, &["--isolated"]).status(1);
    run(&project, &["--config", "sub/lint-scripts.toml"]).status(2).says("sub/lint-scripts.toml:3:1");
    run(&project, &["--config", "gone.toml"]).status(2).says("gone.toml: cannot be read");
    run(&project, &["--config", "sub"]).status(2).says("sub: cannot be read");
    run(&project, &["--config", "x", "--isolated"]).status(2).says("cannot be used with");
    run(&project, &["--preset", "recomended"]).status(2).says("there is no preset `recomended`");
    run(&project, &["--exclude", "[x"]).status(2).says("--exclude: `[x`: no pattern");
}

#[test]
fn what_is_excluded_is_left_out_unless_named() {
    let project = project(&[
        ("a.sh", CLEAN),
        ("vendor/b.sh", BAD),
        ("gen/c.sh", BAD),
        ("lint-scripts.toml", "exclude = ['vendor']\n"),
    ]);
    run(&project, &["--exclude", "gen"]).status(0).says("checked 1 file");
    run(&project, &["--exclude", "gen", "--isolated"]).status(1).says("checked 2 files");
    run(&project, &["vendor/b.sh"]).status(1).says("checked 1 file");
    let told = run(&project, &["--force-exclude", "vendor/b.sh"]).status(0);
    told.says("warning: vendor/b.sh: excluded, not checked").says("checked 0 files");
    run(&project, &["--force-exclude", "a.sh", "vendor"]).status(0).says("checked 1 file");
    run(&project, &["--force-exclude", "gone.sh"]).status(2);
    run(&project, &["--exclude", "*.sh"]).status(2).says("this directory holds no shell script");
}

#[test]
fn a_projects_own_commands_and_words_count() {
    let script = "#!/bin/bash\nmy-upload /srv/x remote\nrm /srv/x\nshout 'Ship it'\n";
    let text = "log-functions = ['shout']\nsuccess-words = ['ship it']\n\n[[command]]\nname = 'my-upload'\nroles = ['transfer']\noperands = { sources = 'all-but-last' }\n";
    let project = project(&[("a.sh", script), ("lint-scripts.toml", text)]);
    let with = rules(&project, &["a.sh"]);
    for rule in ["cleanup-before-verification", "unconditional-success"] {
        assert!(with.iter().any(|name| name == rule), "{with:?}");
    }
    assert!(rules(&project, &["--isolated", "a.sh"]).is_empty(), "of what is not known nothing is said");
    run(&project, &["trace", "a.sh"]).status(0).prints("claims: Ship it");
}

#[test]
fn settings_are_shown() {
    let text = "extend = 'team/base.toml'\nignore = ['strict-mode', 'cleanup']\nbaseline = 'accepted'\n";
    let project = project(&[
        ("lint-scripts.toml", text),
        (
            "team/base.toml",
            "select = ['unchecked-pipeline', 'missing-strict-mode']\n[severity]\npipelines = 'warning'\n",
        ),
    ]);
    let told = run(&project, &["config", "bin/a.sh"]).status(0);
    program::snapshot("config", "config-text", &told.out);
    let document =
        run(&project, &["config", "--format", "json", "bin/a.sh", "--shell", "dash"]).status(0).json();
    let expected = json!({
        "version": 1, "path": "bin/a.sh", "files": ["lint-scripts.toml", "team/base.toml"], "excluded": false,
        "baseline": "accepted", "shell": "dash", "rules": [{"name": "unchecked-pipeline", "severity": "warning"}],
    });
    assert_eq!(document, expected);
}

/// The TOML blocks of a document.
fn blocks(path: &str) -> Vec<String> {
    let text = fs::read_to_string(Path::new(ROOT).join(path)).unwrap();
    let parts = text.split("```toml\n").skip(1);
    parts.map(|part| part.split("```").next().unwrap().to_owned()).collect()
}

fn documented() -> Vec<String> {
    let found: Vec<String> =
        ["README.md", "docs/configuration.md"].iter().flat_map(|path| blocks(path)).collect();
    assert!(found.len() >= 2, "the examples were not found");
    found
}

#[test]
fn the_documents_show_what_works() {
    for text in documented() {
        let project =
            project(&[("sub/lint-scripts.toml", &text), ("lint-scripts.toml", ""), ("sub/a.sh", CLEAN)]);
        run(&project, &["config", "sub/a.sh"]).status(0).prints("sub/lint-scripts.toml");
    }
}

#[test]
fn every_key_is_documented_and_shown() {
    let schema = Value::from(lint_scripts::config::schema());
    let text = fs::read_to_string(Path::new(ROOT).join("docs/configuration.md")).unwrap();
    for key in schema["properties"].as_object().unwrap().keys() {
        assert!(
            text.contains(&format!("`{key}`")) || text.contains(&format!("[{key}]")),
            "docs/configuration.md does not tell of `{key}`"
        );
    }
}

fn schema_path() -> PathBuf {
    Path::new(ROOT).join("docs/lint-scripts.schema.json")
}

#[test]
fn the_schema_is_current() {
    let schema = serde_json::to_string_pretty(&lint_scripts::config::schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        program::put(&schema_path(), schema.as_bytes());
    }
    let published = fs::read_to_string(schema_path()).unwrap();
    assert!(
        published == schema,
        "UPDATE=1 cargo test --test config writes docs/lint-scripts.schema.json anew"
    );
}

#[test]
fn the_schema_allows_what_is_documented_and_little_else() {
    let schema = Value::from(lint_scripts::config::schema());
    let validate = |text: &str| {
        let value: Value = toml::from_str(text).unwrap();
        program::schema::trouble(&schema, &schema, &value)
    };
    for text in documented() {
        assert_eq!(validate(&text), None, "{text}");
    }
    let wrong = [
        "selct = []",
        "select = 'a'",
        "preview = 1",
        "preset = 'lax'",
        "severity = { a = 'bad' }",
        "command = [{ roles = [] }]",
        "command = [{ name = 'a', roles = ['carry'] }]",
        "command = [{ name = 'a', when = [{ arg = [] }] }]",
        "per-file-ignores = { 'x' = 'y' }",
    ];
    for text in wrong {
        assert!(validate(text).is_some(), "{text}");
    }
}
