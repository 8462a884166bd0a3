//! What the specification says of sessions, and of those that go wrong.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::client::{Client, able, plain, uri};
use crate::program::project;

const SCRIPT: &str = "#!/bin/bash\npg_dump db | gzip > db.gz\n";

fn code(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_default()
}

#[test]
fn a_session_begins_once_and_ends_in_order() {
    let root = project(&[]);
    let mut client = Client::new(root.path());
    assert_eq!(code(&client.call("textDocument/hover", &json!({}))), -32002);
    assert_eq!(code(&client.call("shutdown", &Value::Null)), -32002);
    client.notify("textDocument/didOpen", &json!({}));
    let begin = json!({"processId": null, "rootUri": null, "capabilities": {}});
    assert_eq!(client.request("initialize", &begin)["capabilities"]["positionEncoding"], "utf-16");
    assert_eq!(code(&client.call("initialize", &begin)), -32600);
    client.notify("initialized", &json!({}));
    assert_eq!(code(&client.call("textDocument/rename", &json!({}))), -32601);
    assert_eq!(code(&client.call("$/unknown", &json!({}))), -32601);
    client.notify("$/unknown", &json!({}));
    client.notify("textDocument/unknown", &json!([1]));
    assert_eq!(code(&client.call("textDocument/hover", &json!({"textDocument": 7}))), -32602);
    assert_eq!(client.call("shutdown", &Value::Null)["result"], Value::Null);
    assert_eq!(code(&client.call("textDocument/hover", &json!({}))), -32600);
    client.notify("exit", &Value::Null);
    assert_eq!(client.ended(), 0);
}

#[test]
fn an_exit_without_a_shutdown_is_1() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &able());
    client.notify("exit", &Value::Null);
    assert_eq!(client.ended(), 1);
    let mut new = Client::new(root.path());
    new.notify("exit", &Value::Null);
    assert_eq!(new.ended(), 1);
}

#[test]
fn a_client_that_dies_takes_the_server_along() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &plain());
    client.open("untitled:x", SCRIPT);
    client.hang_up();
    assert_eq!(client.ended(), 1);
    let mut new = Client::new(root.path());
    new.hang_up();
    assert_eq!(new.ended(), 1);
    // In the middle of a message.
    let mut broken = Client::start(root.path(), &plain());
    broken.raw(b"Content-Length: 100\r\n\r\n{");
    broken.hang_up();
    assert_eq!(broken.ended(), 1);
}

#[test]
fn what_is_no_message_is_answered_and_the_session_goes_on() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &able());
    for (body, expected) in [
        (&b"{\"jsonrpc\":"[..], -32700),
        (b"\xff\xfe", -32700),
        (b"", -32700),
        (b"[]", -32600),
        (b"7", -32600),
        (b"{}", -32600),
        (br#"{"jsonrpc":"2.0","id":null,"method":"shutdown"}"#, -32600),
    ] {
        client.raw(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        client.raw(body);
        let answer = client.wait(|message| message.get("error").is_some());
        assert_eq!((code(&answer), &answer["id"]), (expected, &Value::Null), "{}", body.escape_ascii());
    }
    // Other headers, and a body in two pieces.
    client.open("untitled:x", SCRIPT);
    assert_eq!(client.pull("untitled:x").len(), 2);
    client.end();
    let mut lost = Client::start(root.path(), &able());
    lost.raw(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(lost.ended(), 1, "where a frame is broken there is no telling where the next one begins");
}

#[test]
fn what_nobody_waits_for_is_not_answered_twice() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &able());
    let mut long = "#!/bin/bash\n".to_owned();
    for number in 0..300 {
        let _ = writeln!(long, "pg_dump db{number} | gzip > {number}.gz");
    }
    client.open("untitled:long", &long);
    let ids: Vec<i64> = (0..20)
        .map(|_| client.ask("textDocument/diagnostic", &json!({"textDocument": {"uri": "untitled:long"}})))
        .collect();
    let last = *ids.last().unwrap();
    client.notify("$/cancelRequest", &json!({"id": last}));
    client.notify("$/cancelRequest", &json!({"id": 4711}));
    let answer = client.answer_to(last);
    assert_eq!(code(&answer), -32800, "{answer}");
    for id in &ids[..19] {
        assert!(client.answer_to(*id)["result"]["items"].is_array());
    }
    assert_eq!(
        client
            .request("textDocument/codeLens", &json!({"textDocument": {"uri": "untitled:long"}}))
            .as_array()
            .unwrap()
            .len(),
        1
    );
    client.end();
}

#[test]
fn a_request_about_an_unknown_document_is_refused() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &able());
    let unknown = json!({"textDocument": {"uri": "untitled:none"}, "position": {"line": 0, "character": 0}});
    assert_eq!(code(&client.call("textDocument/hover", &unknown)), -32602);
    client.change("untitled:none", 2, &json!([{"text": "x"}]));
    client.close("untitled:none");
    client.open("untitled:x", SCRIPT);
    client.open("untitled:x", "true\n");
    assert_eq!(client.pull("untitled:x"), [Value::Null; 0], "opened twice, it is what was said last");
    client.end();
}

#[test]
fn a_thousand_documents_can_be_open() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &plain());
    let name = |number: usize| uri(&root.path().join(format!("{number}.sh")));
    for number in 0..1000 {
        client.open(&name(number), SCRIPT);
    }
    for number in 0..1000 {
        assert_eq!(client.pushed(&name(number), 1).len(), 2, "{number}");
    }
    client.replace(&name(500), 2, "true\n");
    assert_eq!(client.pushed(&name(500), 2), [Value::Null; 0]);
    client.end();
}

#[test]
fn a_document_of_ten_megabytes_keeps_nothing_waiting() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &able());
    let mut large = "#!/bin/bash\n".to_owned();
    while large.len() < 10_000_000 {
        large.push_str("# a comment that goes on and on, and says nothing é🗻\n");
    }
    large.push_str("pg_dump db | gzip > db.gz\n");
    client.open("untitled:large", &large);
    client.open("untitled:small", SCRIPT);
    assert_eq!(client.pull("untitled:small").len(), 2);
    let last = large.lines().count() - 1;
    let place = json!({"line": last, "character": 0});
    client.change("untitled:large", 2, &json!([{"range": {"start": place, "end": place}, "text": "x=1; "}]));
    let found = client.pull("untitled:large");
    let pipeline = found.iter().find(|it| it["code"] == "unchecked-pipeline").unwrap();
    assert_eq!(pipeline["range"]["start"], json!({"line": last, "character": 5}));
    client.end();
}
