//! What can be done about what was found.

use std::fs;

use serde_json::{Value, json};

use crate::client::{Client, able, edited, plain, repository, uri};
use crate::program::{command, finish, project, put};
use crate::story;

const NAME: &str = "untitled:x";

fn whole() -> Value {
    json!({"start": {"line": 0, "character": 0}, "end": {"line": 10_000, "character": 0}})
}

fn line(line: usize) -> Value {
    json!({"start": {"line": line, "character": 0}, "end": {"line": line, "character": 0}})
}

fn titled<'a>(actions: &'a [Value], part: &str) -> &'a Value {
    let titles: Vec<&Value> = actions.iter().map(|action| &action["title"]).collect();
    actions
        .iter()
        .find(|action| action["title"].as_str().unwrap().contains(part))
        .unwrap_or_else(|| panic!("no {part:?} among {titles:#?}"))
}

/// A session with one document.
fn opened(text: &str) -> (tempfile::TempDir, Client) {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &able());
    client.open(NAME, text);
    (root, client)
}

#[test]
fn fix_all_is_what_the_command_line_does() {
    let mut files: Vec<_> = ["loud", "silent", "checked", "story"]
        .iter()
        .flat_map(|group| fs::read_dir(repository(&format!("tests/scripts/{group}"))).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sh"))
        .collect();
    files.sort();
    let root = project(&[]);
    let mut client = Client::start(root.path(), &able());
    let mut changed = 0;
    for (number, file) in files.iter().enumerate() {
        let path = root.path().join(format!("{number}.sh"));
        let text = fs::read_to_string(file).unwrap();
        put(&path, text.as_bytes());
        let name = uri(&path);
        client.open(&name, &text);
        let actions = client.actions(&name, &whole(), Some("source.fixAll"));
        assert!(actions.len() < 2);
        let fixed = actions.first().map_or_else(
            || text.clone(),
            |action| {
                assert_eq!(action["kind"], "source.fixAll.lint-scripts");
                if action["edit"] == json!({}) { text.clone() } else { edited(&text, &name, &action["edit"]) }
            },
        );
        client.close(&name);
        finish(command(&root, &["--fix", "--no-cache", path.to_str().unwrap()]));
        assert_eq!(fixed, fs::read_to_string(&path).unwrap(), "{}", file.display());
        changed += usize::from(fixed != text);
    }
    assert!(changed > 10, "only {changed} of {} scripts were changed", files.len());
    client.end();
}

#[test]
fn the_story_is_fixed_finding_by_finding() {
    let text = story::text();
    let (_root, mut client) = opened(&text);
    let actions = client.actions(NAME, &line(2), Some("quickfix"));
    let first = &actions[0];
    assert_eq!(first["title"], "turn on pipefail, and end the script when the pipeline fails");
    assert_eq!((&first["isPreferred"], &first["kind"]), (&json!(true), &json!("quickfix")));
    assert_eq!(first["diagnostics"][0]["code"], "unchecked-pipeline");
    let version = &first["edit"]["documentChanges"][0]["textDocument"]["version"];
    assert_eq!(version, 1);
    let fixed = edited(&text, NAME, &first["edit"]);
    assert!(
        fixed.contains("set -o pipefail\npg_dump mydb | gzip > /tmp/backup.sql.gz || exit 1\n"),
        "{fixed}"
    );
    client.replace(NAME, 2, &fixed);
    assert!(client.pull(NAME).iter().all(|it| it["code"] != "unchecked-pipeline"));
    let preferred = client.actions(NAME, &whole(), None);
    let preferred = preferred.iter().filter(|action| action["isPreferred"] == true).count();
    assert_eq!(preferred, 1, "one is preferred at one place");
    assert!(client.actions(NAME, &line(3), Some("quickfix")).is_empty(), "there is nothing on that line");
    assert!(client.actions(NAME, &whole(), Some("refactor")).is_empty());
    assert!(client.actions(NAME, &whole(), Some("source.organizeImports")).is_empty());
    client.end();
}

#[test]
fn an_unsafe_fix_says_why_and_is_not_preferred() {
    let (_root, mut client) = opened("#!/bin/bash\ngrep -q x y\ncp a b\nrm a\n");
    let actions = client.actions(NAME, &line(0), Some("quickfix"));
    let action = titled(&actions, "(unsafe: ");
    assert!(action.get("isPreferred").is_none());
    assert!(action["title"].as_str().unwrap().contains("line 2: "), "{action}");
    client.end();
}

#[test]
fn all_findings_of_a_rule_are_fixed_together() {
    let text = "#!/bin/bash\nset -e\npg_dump a | gzip > a.gz\ncp x y\npg_dump b | gzip > b.gz\ntrue\nlocal_copy() { local x=$(cat a); echo \"$x\"; }\nlocal_copy\n";
    let (_root, mut client) = opened(text);
    let actions = client.actions(NAME, &line(2), Some("quickfix"));
    let fixed = edited(text, NAME, &titled(&actions, "Apply all safe fixes of unchecked-pipeline")["edit"]);
    client.replace(NAME, 2, &fixed);
    let left = client.pull(NAME);
    assert!(left.iter().all(|it| it["code"] != "unchecked-pipeline"), "{fixed}");
    assert!(fixed.contains("local x=$(cat a)"), "what other rules find is left alone");
    client.end();
}

#[test]
fn a_failure_is_accepted_with_a_reason_to_fill_in() {
    let text = "#!/bin/bash\nset -e\nif true; then\n\tpg_dump a | gzip > a.gz\nfi\n";
    let (_root, mut client) = opened(text);
    let actions = client.actions(NAME, &line(3), Some("quickfix"));
    let action = titled(&actions, "disable unchecked-pipeline here");
    let accepted = edited(text, NAME, &action["edit"]);
    let comment = "\t# lint-scripts disable=unchecked-pipeline -- TODO: say why this failure does no harm\n";
    assert_eq!(accepted, text.replace("\tpg_dump", &format!("{comment}\tpg_dump")));
    client.replace(NAME, 2, &accepted);
    assert_eq!(client.pull(NAME), [Value::Null; 0]);
    // The failure is mended, and the comment left over.
    client.replace(NAME, 3, &accepted.replace("set -e", "set -eo pipefail"));
    let found = client.pull(NAME);
    assert_eq!(found[0]["code"], "unused-suppression");
    let actions = client.actions(NAME, &line(3), Some("quickfix"));
    assert_eq!(actions[0]["isPreferred"], true);
    let without = edited(&accepted.replace("set -e", "set -eo pipefail"), NAME, &actions[0]["edit"]);
    assert_eq!(without, text.replace("set -e", "set -eo pipefail"));
    client.end();
}

#[test]
fn a_client_that_knows_snippets_gets_a_place_to_fill_in() {
    let root = project(&[]);
    let mut capabilities = able();
    capabilities["workspace"]["workspaceEdit"]["snippetEditSupport"] = json!(true);
    let mut client = Client::start(root.path(), &capabilities);
    client.open(NAME, "#!/bin/bash\nset -e\npg_dump a | gzip > ${x}.gz\n");
    let actions = client.actions(NAME, &line(2), Some("quickfix"));
    let edit = &titled(&actions, "disable unchecked-pipeline here")["edit"]["documentChanges"][0]["edits"][0];
    let snippet = edit["snippet"]["value"].as_str().unwrap();
    assert_eq!(
        snippet,
        "# lint-scripts disable=unchecked-pipeline -- ${1:TODO: say why this failure does no harm}\n"
    );
    client.end();
}

#[test]
fn an_older_client_gets_its_edits_at_once() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &plain());
    let text = story::text();
    client.open(NAME, &text);
    let params = json!({"textDocument": {"uri": NAME}, "range": whole(), "context": {"diagnostics": []}});
    let actions = client.request("textDocument/codeAction", &params);
    let all =
        actions.as_array().unwrap().iter().find(|it| it["kind"] == "source.fixAll.lint-scripts").unwrap();
    assert!(all["edit"]["changes"][NAME].is_array() && all.get("data").is_none());
    assert!(edited(&text, NAME, &all["edit"]).contains("set -euo pipefail\n"));
    client.end();
}

#[test]
fn an_action_of_a_text_that_has_changed_is_refused() {
    let (_root, mut client) = opened(&story::text());
    let params = json!({"textDocument": {"uri": NAME}, "range": whole(), "context": {"diagnostics": []}});
    let actions = client.request("textDocument/codeAction", &params);
    let delayed =
        actions.as_array().unwrap().iter().find(|action| action.get("data").is_some()).unwrap().clone();
    client.replace(NAME, 2, "true\n");
    assert_eq!(client.call("codeAction/resolve", &delayed)["error"]["code"], -32801);
    client.end();
}

#[test]
fn a_rule_is_explained() {
    let (_root, mut client) = opened(&story::text());
    let actions = client.actions(NAME, &line(2), Some("quickfix"));
    let command = &titled(&actions, "Explain unchecked-pipeline")["command"];
    let page = client.request("workspace/executeCommand", command);
    assert_eq!(page, fs::read_to_string(repository("rules/pipelines/unchecked-pipeline.md")).unwrap());
    let shown = client.heard("window/showDocument");
    let path = shown["uri"].as_str().unwrap().strip_prefix("file://").unwrap();
    assert_eq!(page, fs::read_to_string(path).unwrap());
    let wrong = json!({"command": "lint-scripts.explain", "arguments": ["unchecked-pipelin"]});
    let error = client.call("workspace/executeCommand", &wrong)["error"].clone();
    assert!(error["message"].as_str().unwrap().contains("unchecked-pipeline"), "{error}");
    let unknown = json!({"command": "rm"});
    assert_eq!(client.call("workspace/executeCommand", &unknown)["error"]["code"], -32602);
    client.end();
}
