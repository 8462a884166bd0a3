//! The extension for VS Code offers what the server has: its settings and its commands.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Map, Value, json};

use crate::client::{Client, able, plain, repository, uri};
use crate::program::project;

/// The settings that are the extension's own.
const OWN: [&str; 5] = ["enable", "path", "importStrategy", "args", "trace.server"];

fn manifest() -> Value {
    serde_json::from_str(&fs::read_to_string(repository("editors/vscode/package.json")).unwrap()).unwrap()
}

/// Name and description of each setting.
fn settings() -> Map<String, Value> {
    let manifest = manifest();
    let properties = manifest["contributes"]["configuration"]["properties"].as_object().unwrap();
    properties
        .iter()
        .map(|(key, it)| (key.strip_prefix("lintScripts.").unwrap().to_owned(), it.clone()))
        .collect()
}

/// Values that the manifest allows.
fn allowed(setting: &Value) -> Vec<Value> {
    let mut values = vec![setting["default"].clone()];
    if let Some(named) = setting["enum"].as_array() {
        values.extend(named.iter().cloned());
        return values;
    }
    let types = &setting["type"];
    let has = |name: &str| types == name || types.as_array().is_some_and(|all| all.contains(&json!(name)));
    values.extend(has("boolean").then_some([json!(true), json!(false)]).into_iter().flatten());
    values.extend(has("string").then(|| json!("lint-scripts.toml")));
    values.extend(has("array").then(|| json!(["unchecked-pipeline"])));
    values
}

/// What the server says of these settings.
fn said_of(settings: &Value) -> Vec<String> {
    let root = project(&[("lint-scripts.toml", "")]);
    let script = uri(&root.path().join("a.sh"));
    let mut client = Client::start_with(root.path(), &plain(), settings);
    client.open(&script, "#!/bin/sh\ntrue\n");
    client.pushed(&script, 1);
    let said = client.kept("window/showMessage");
    let said = said.iter().map(|it| it["params"]["message"].as_str().unwrap().to_owned()).collect();
    client.end();
    said
}

#[test]
fn every_setting_of_the_extension_is_one_that_the_server_takes() {
    assert_eq!(said_of(&json!({"ignroe": []})).len(), 1, "a wrong key is told");
    let mut seen = 0;
    for (key, setting) in settings().into_iter().filter(|(key, _)| !OWN.contains(&key.as_str())) {
        for value in allowed(&setting) {
            seen += 1;
            assert_eq!(said_of(&json!({ &key: value })), [""; 0], "{key}: {value}");
        }
    }
    assert!(seen > 30, "{seen} values");
}

#[test]
fn the_extension_has_every_setting_that_is_documented() {
    let page = fs::read_to_string(repository("docs/editors.md")).unwrap();
    let table = page.split("## Settings").nth(1).unwrap().split("## ").next().unwrap();
    let cells = table.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let documented: BTreeSet<&str> = cells.flat_map(|cell| cell.split(['`', ',', ' '])).collect();
    let documented: BTreeSet<&str> = documented.into_iter().filter(|word| !word.is_empty()).collect();
    let settings = settings();
    let offered: BTreeSet<&str> = settings.keys().map(String::as_str).collect();
    let own: BTreeSet<&str> = OWN.into();
    assert_eq!(&documented | &own, offered);
}

#[test]
fn the_extension_asks_for_commands_that_the_server_has() {
    let root = project(&[]);
    let mut client = Client::new(root.path());
    let params = json!({"processId": null, "rootUri": uri(root.path()), "capabilities": able()});
    let answer = client.request("initialize", &params);
    let has: BTreeSet<&str> = answer["capabilities"]["executeCommandProvider"]["commands"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    let source = fs::read_to_string(repository("editors/vscode/src/extension.ts")).unwrap();
    let asked: BTreeSet<&str> =
        source.split("this.ask(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert_eq!(asked, has);
    let kinds = answer["capabilities"]["codeActionProvider"]["codeActionKinds"].as_array().unwrap();
    let kind = source.split("const kind = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(kinds.contains(&json!(kind)), "{kind}: {kinds:?}");
}
