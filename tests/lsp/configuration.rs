//! Configuration files, settings of the client, folders, files that others change.

use serde_json::{Value, json};

use crate::client::{Client, able, plain, uri};
use crate::program::{project, put};

const SCRIPT: &str = "#!/bin/bash\npg_dump a | gzip > a.gz\n";

fn codes(found: &[Value]) -> Vec<&str> {
    found.iter().map(|it| it["code"].as_str().unwrap_or("-")).collect()
}

#[test]
fn a_changed_configuration_is_heard_of() {
    let root = project(&[]);
    let script = uri(&root.path().join("a.sh"));
    let mut client = Client::start(root.path(), &able());
    client.open(&script, SCRIPT);
    assert_eq!(codes(&client.pull(&script)), ["missing-strict-mode", "unchecked-pipeline"]);
    let watched = client.heard("client/registerCapability");
    assert_eq!(watched["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    let path = root.path().join("lint-scripts.toml");
    put(&path, b"ignore = [\"strict-mode\"]\n[severity]\nunchecked-pipeline = \"info\"\n");
    let changes = json!({"changes": [{"uri": uri(&path), "type": 1}]});
    client.notify("workspace/didChangeWatchedFiles", &changes);
    client.heard("workspace/diagnostic/refresh");
    let found = client.pull(&script);
    assert_eq!(codes(&found), ["unchecked-pipeline"]);
    assert_eq!(found[0]["severity"], 3);
    put(&path, b"ignroe = []\n");
    client.notify("workspace/didChangeWatchedFiles", &changes);
    let found = client.pull(&script);
    let message = found[0]["message"].as_str().unwrap();
    assert!(found.len() == 1 && message.contains("lint-scripts.toml:1:1: unknown key `ignroe`"), "{message}");
    assert_eq!(found[0]["severity"], 1);
    client.end();
}

#[test]
fn without_watched_files_saving_is_the_time_to_look() {
    let root = project(&[]);
    let (script, path) = (uri(&root.path().join("a.sh")), root.path().join("lint-scripts.toml"));
    let mut client = Client::start(root.path(), &plain());
    client.open(&script, SCRIPT);
    assert_eq!(client.pushed(&script, 1).len(), 2);
    put(&path, b"ignore = [\"strict-mode\"]\n");
    client.notify("textDocument/didSave", &json!({"textDocument": {"uri": script}}));
    assert_eq!(codes(&client.pushed(&script, 1)), ["unchecked-pipeline"]);
    put(&path, b"select = []\n");
    client.notify("textDocument/didSave", &json!({"textDocument": {"uri": uri(&path)}}));
    assert_eq!(client.pushed(&script, 1), [Value::Null; 0]);
    client.end();
}

#[test]
fn settings_of_the_client_lie_over_the_files() {
    let root = project(&[("lint-scripts.toml", "ignore = [\"strict-mode\"]\n")]);
    let script = uri(&root.path().join("a.sh"));
    let mut client = Client::start_with(root.path(), &able(), &json!({"ignore": ["unchecked-pipeline"]}));
    client.open(&script, SCRIPT);
    assert_eq!(client.pull(&script), [Value::Null; 0]);
    let settings = json!({"settings": {"lintScripts": {"extendSelect": ["missing-strict-mode"]}}});
    client.notify("workspace/didChangeConfiguration", &settings);
    assert_eq!(codes(&client.pull(&script)), ["missing-strict-mode", "unchecked-pipeline"]);
    let wrong = json!({"settings": {"lintScripts": {"ignore": ["no-such-rule"]}}});
    client.notify("workspace/didChangeConfiguration", &wrong);
    let said = client.heard("window/showMessage");
    assert!(said["message"].as_str().unwrap().contains("no-such-rule"), "{said}");
    assert_eq!(codes(&client.pull(&script)), ["unchecked-pipeline"]);
    client.end();
}

#[test]
fn settings_are_asked_for_folder_by_folder() {
    let root = project(&[]);
    let script = uri(&root.path().join("a.sh"));
    let mut capabilities = able();
    capabilities["workspace"]["configuration"] = json!(true);
    let mut client = Client::start(root.path(), &capabilities);
    client.settings = json!({"select": ["missing-strict-mode"]});
    let asked = client.heard("workspace/configuration");
    assert_eq!(asked["items"][0], json!({"section": "lintScripts"}));
    assert_eq!(asked["items"][1]["scopeUri"], uri(root.path()));
    client.open(&script, SCRIPT);
    assert_eq!(codes(&client.pull(&script)), ["missing-strict-mode"]);
    client.settings = Value::Null;
    client.notify("workspace/didChangeConfiguration", &json!({"settings": null}));
    client.heard("workspace/configuration");
    client.end();
}

#[test]
fn each_folder_has_its_own_configuration() {
    let one = project(&[("lint-scripts.toml", "ignore = [\"strict-mode\"]\n")]);
    let other = project(&[("lint-scripts.toml", "ignore = [\"pipelines\"]\n")]);
    let mut client = Client::start(one.path(), &able());
    let scripts = [uri(&one.path().join("a.sh")), uri(&other.path().join("a.sh"))];
    let added = json!([{"uri": uri(other.path()), "name": "other"}]);
    client.notify("workspace/didChangeWorkspaceFolders", &json!({"event": {"added": added, "removed": []}}));
    for (script, expected) in scripts.iter().zip(["unchecked-pipeline", "missing-strict-mode"]) {
        client.open(script, SCRIPT);
        assert_eq!(codes(&client.pull(script)), [expected]);
    }
    put(&other.path().join("b.sh"), SCRIPT.as_bytes());
    let whole = json!({"previousResultIds": []});
    let told = |client: &mut Client| {
        client.request("workspace/diagnostic", &whole)["items"].as_array().unwrap().len()
    };
    assert_eq!(told(&mut client), 3);
    client.notify("workspace/didChangeWorkspaceFolders", &json!({"event": {"added": [], "removed": added}}));
    assert_eq!(told(&mut client), 2, "only what is open of it");
    client.end();
}

#[test]
fn what_is_typed_in_a_sourced_file_counts_before_it_is_saved() {
    let root = project(&[("lib.sh", "set -o pipefail\n")]);
    let (script, library) = (uri(&root.path().join("run.sh")), uri(&root.path().join("lib.sh")));
    let text = "#!/bin/bash\nset -e\n. ./lib.sh\npg_dump a | gzip > a.gz\n";
    for capabilities in [able(), plain()] {
        let pulls = capabilities["textDocument"]["diagnostic"].is_object();
        let mut client = Client::start(root.path(), &capabilities);
        client.open(&script, text);
        if pulls {
            assert_eq!(client.pull(&script), [Value::Null; 0]);
        } else {
            assert_eq!(client.pushed(&script, 1), [Value::Null; 0]);
        }
        client.open(&library, "set -u\n");
        let found = if pulls { client.pull(&script) } else { client.pushed(&script, 1) };
        assert!(codes(&found).contains(&"unchecked-pipeline"), "{found:#?}");
        client.close(&library);
        let found = if pulls { client.pull(&script) } else { client.pushed(&script, 1) };
        assert_eq!(found, [Value::Null; 0], "on disk it is as it was");
        client.end();
    }
}

#[test]
fn a_baseline_counts_here_too() {
    let root = project(&[("a.sh", SCRIPT)]);
    let written = crate::program::command(&root, &["--write-baseline", "lint-scripts.baseline", "."]);
    crate::program::finish(written).status(0);
    put(&root.path().join("lint-scripts.toml"), b"baseline = \"lint-scripts.baseline\"\n");
    let script = uri(&root.path().join("a.sh"));
    let mut client = Client::start(root.path(), &able());
    client.open(&script, SCRIPT);
    assert_eq!(client.pull(&script), [Value::Null; 0]);
    client.replace(&script, 2, &format!("{SCRIPT}pg_dump new | gzip > new.gz\n"));
    assert_eq!(codes(&client.pull(&script)), ["unchecked-pipeline"]);
    client.end();
}
