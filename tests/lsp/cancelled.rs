//! What nobody waits for any more is not found out to its end.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::client::{Client, able, plain};
use crate::program::project;

const NAME: &str = "untitled:long";
/// Too many to be checked before the client has said its next word.
const LINES: usize = 20_000;

/// A script in which some failures are lost; the first function does as `first` says.
fn long(first: &str) -> String {
    let mut text = format!("#!/bin/bash\nset -eu\nf0() {{\n    {first}\n}}\n");
    for number in 1..LINES / 5 {
        let lost = if number % 500 == 0 { " | gzip" } else { "" };
        let _ =
            write!(text, "f{number}() {{\n    pg_dump a{lost} > \"$1\"\n    rm -f old\n}}\nf{number} b\n");
    }
    text + "f0 b\n"
}

fn session(capabilities: &Value) -> (tempfile::TempDir, Client) {
    let root = project(&[]);
    let mut client = Client::start(root.path(), capabilities);
    client.notify("$/setTrace", &json!({"value": "messages"}));
    (root, client)
}

/// Waits until this is said of a version of the document.
#[track_caller]
fn said(client: &mut Client, version: i64, what: &str) {
    let message = format!("{NAME}, version {version}: its analysis {what}");
    client.wait(|it| it["method"] == "$/logTrace" && it["params"]["message"] == message);
}

/// What has been said of analyses and not been waited for.
fn unheard(client: &Client) -> Vec<String> {
    let all = client.kept("$/logTrace");
    all.into_iter().map(|it| it["params"]["message"].as_str().unwrap().to_owned()).collect()
}

fn ask(client: &mut Client) -> i64 {
    client.ask("textDocument/diagnostic", &json!({"textDocument": {"uri": NAME}}))
}

/// A session that is finding out what is asked of a text, with the number of the question.
fn asked(text: &str) -> (tempfile::TempDir, Client, i64) {
    let (root, mut client) = session(&able());
    client.open(NAME, text);
    let id = ask(&mut client);
    said(&mut client, 1, "begins");
    (root, client, id)
}

/// Each finding's line and rule.
fn told(diagnostics: &[Value]) -> Vec<(u64, String)> {
    let line = |it: &Value| it["range"]["start"]["line"].as_u64().unwrap();
    diagnostics.iter().map(|it| (line(it), it["code"].as_str().unwrap().to_owned())).collect()
}

/// What a session finds that sees nothing but this text.
fn fresh(text: &str) -> Vec<(u64, String)> {
    let (_root, mut client) = session(&able());
    client.open(NAME, text);
    let found = told(&client.pull(NAME));
    assert!(found.len() > 5, "{found:?}");
    found
}

#[test]
fn an_edit_ends_the_check_of_the_text_before() {
    let (_root, mut client) = session(&plain());
    client.open(NAME, &long("true"));
    said(&mut client, 1, "begins");
    let changed = long("pg_dump b | gzip > b.gz");
    client.replace(NAME, 2, &changed);
    let found = client.pushed(NAME, 2);
    said(&mut client, 1, "ends early");
    said(&mut client, 2, "begins");
    said(&mut client, 2, "is done");
    assert_eq!(unheard(&client), [""; 0], "no other analysis was begun or done");
    assert_eq!(
        client.kept("textDocument/publishDiagnostics"),
        [&Value::Null; 0],
        "nothing else was published"
    );
    assert_eq!(told(&found), fresh(&changed));
}

#[test]
fn a_question_about_the_text_before_is_to_be_asked_again() {
    let (_root, mut client, id) = asked(&long("true"));
    let changed = long("pg_dump b | gzip > b.gz");
    client.replace(NAME, 2, &changed);
    let answer = client.answer_to(id);
    assert_eq!(answer["error"]["code"], -32802, "{answer}");
    assert_eq!(answer["error"]["data"]["retriggerRequest"], true, "{answer}");
    said(&mut client, 1, "ends early");
    assert_eq!(told(&client.pull(NAME)), fresh(&changed));
}

#[test]
fn a_cancelled_question_ends_what_nobody_else_waits_for() {
    let text = long("true");
    let (_root, mut client, id) = asked(&text);
    client.notify("$/cancelRequest", &json!({"id": id}));
    assert_eq!(client.answer_to(id)["error"]["code"], -32800);
    said(&mut client, 1, "ends early");

    let (one, other) = (ask(&mut client), ask(&mut client));
    said(&mut client, 1, "begins");
    client.notify("$/cancelRequest", &json!({"id": one}));
    assert_eq!(client.answer_to(one)["error"]["code"], -32800);
    let found = client.answer_to(other)["result"]["items"].as_array().unwrap().clone();
    said(&mut client, 1, "is done");
    assert_eq!(unheard(&client), [""; 0], "it was found out once for the other");
    assert_eq!(told(&found), fresh(&text));
}

#[test]
fn a_shutdown_ends_all() {
    let (_root, mut client, id) = asked(&long("true"));
    assert_eq!(client.call("shutdown", &Value::Null)["result"], Value::Null);
    assert_eq!(client.answer_to(id)["error"]["code"], -32800);
    said(&mut client, 1, "ends early");
    client.notify("exit", &Value::Null);
    assert_eq!(client.ended(), 0);
}

#[test]
fn a_look_at_all_scripts_can_be_ended_in_one() {
    let root = project(&[("long.sh", &long("true"))]);
    let mut client = Client::start(root.path(), &able());
    client.notify("$/setTrace", &json!({"value": "verbose"}));
    let id = client.ask("workspace/diagnostic", &json!({"previousResultIds": []}));
    let of_long = |it: &Value, what: &str| {
        it["params"]["message"]
            .as_str()
            .is_some_and(|it| it.ends_with(&format!("long.sh: its analysis {what}")))
    };
    client.wait(|it| of_long(it, "begins"));
    client.notify("$/cancelRequest", &json!({"id": id}));
    assert_eq!(client.answer_to(id)["error"]["code"], -32800);
    client.wait(|it| of_long(it, "ends early"));
    client.end();
}
