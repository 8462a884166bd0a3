//! What happens if this fails, and the other answers about places in a script.

use serde_json::{Value, json};

use crate::client::{Client, able, plain, uri};
use crate::program::project;
use crate::story;

const NAME: &str = "untitled:x";

fn opened(text: &str) -> (tempfile::TempDir, Client) {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &able());
    client.open(NAME, text);
    (root, client)
}

fn hover(client: &mut Client, line: u32, character: u32) -> String {
    let hover = client.at("textDocument/hover", NAME, line, character);
    hover["contents"]["value"].as_str().unwrap_or_else(|| panic!("{hover}")).to_owned()
}

#[test]
fn a_hover_tells_what_happens_if_this_fails() {
    let (_root, mut client) = opened(&story::text());
    let told = hover(&mut client, 2, 3);
    let expected = "**If `pg_dump` fails**: lost in the pipeline. The script exits 0.\n\n\
        1. `pg_dump` fails — [line 3](untitled:x#L3)\n\
        2. the pipeline's status is that of `gzip`, which replaces it — [line 3](untitled:x#L3)\n\
        3. the script goes on: `aws` runs — [line 5](untitled:x#L5)\n\
        4. `rm` can still run, and destroys — [line 7](untitled:x#L7)\n\
        5. `echo` can still run, and claims success — [line 8](untitled:x#L8)\n\
        6. the script exits 0 — [line 8](untitled:x#L8)";
    assert_eq!(told, expected);
    // The innermost command counts.
    let date = story::text().lines().nth(4).unwrap().find("date").unwrap();
    assert!(
        hover(&mut client, 4, u32::try_from(date).unwrap())
            .starts_with("**If `date` fails**: lost in the substitution")
    );
    assert_eq!(hover(&mut client, 7, 2), "**`echo`**: only prints");
    assert_eq!(client.at("textDocument/hover", NAME, 3, 2), Value::Null);
    client.replace(NAME, 2, "#!/bin/bash\nset -e\ncp a b\n");
    assert!(
        hover(&mut client, 2, 0)
            .starts_with("**If `cp` fails**: stops the script. The script exits non-zero.")
    );
    client.end();
}

#[test]
fn a_hover_tells_of_lies() {
    let (_root, mut client) = opened("#!/bin/bash\nset -e\ncurl -o x http://example.org/x\n");
    assert!(hover(&mut client, 2, 1).contains("**And its status lies**: "));
    client.end();
}

#[test]
fn a_hover_on_options_tells_what_they_cover() {
    let (_root, mut client) = opened(
        "#!/bin/bash\nset -eu -o pipefail\nif ! cp a b; then true; fi\nx() { local y=$(cat z); }\nx\nset +e\nshopt -s inherit_errexit\nset -x\n",
    );
    let told = hover(&mut client, 1, 1);
    for part in [
        "**errexit (`set -e`)**, turned on",
        "**pipefail**",
        "**nounset (`set -u`)**",
        "It does not cover",
        "In this script it ends ",
    ] {
        assert!(told.contains(part), "no {part:?} in {told}");
    }
    assert!(told.contains("- line 4: `cat`, lost in the declaration"), "{told}");
    assert!(hover(&mut client, 5, 4).starts_with("**errexit (`set -e`)**, turned off"));
    assert!(hover(&mut client, 6, 4).starts_with("**inherit_errexit**, turned on"));
    client.end();
}

#[test]
fn a_hover_on_a_suppression_tells_what_it_hides() {
    let (_root, mut client) = opened(
        "#!/bin/bash\nset -e\n# lint-scripts disable=unchecked-pipeline,tee-hides-status -- so be it\npg_dump a | gzip > a.gz\n",
    );
    let told = hover(&mut client, 2, 70);
    assert!(told.starts_with("This comment hides:\n\n- **unchecked-pipeline**: "), "{told}");
    assert!(hover(&mut client, 2, 30).starts_with("# unchecked-pipeline\n"));
    assert!(hover(&mut client, 2, 50).starts_with("# tee-hides-status\n"));
    client.replace(NAME, 2, "#!/bin/bash\n# lint-scripts disable=unchecked-pipeline until 2020-01-01 -- x\npg_dump a | gzip > a.gz\n");
    assert!(hover(&mut client, 1, 5).contains("expired"));
    client.end();
}

#[test]
fn an_older_client_gets_plain_text() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &plain());
    client.open(NAME, &story::text());
    let told = client.at("textDocument/hover", NAME, 6, 1);
    assert_eq!(told["contents"]["kind"], "plaintext");
    assert!(told["contents"]["value"].as_str().unwrap().contains("1. `rm` fails — line 7"));
    client.end();
}

#[test]
fn lenses_count_failures() {
    let text = "#!/bin/bash\nload() {\n  pg_dump a | gzip > a.gz\n  cp a b || exit 1\n}\nidle() { true; }\nload\naws s3 cp a b\n";
    let (_root, mut client) = opened(text);
    let lenses = client.request("textDocument/codeLens", &json!({"textDocument": {"uri": NAME}}));
    let told: Vec<(u64, &str)> = lenses
        .as_array()
        .unwrap()
        .iter()
        .map(|lens| {
            (lens["range"]["start"]["line"].as_u64().unwrap(), lens["command"]["title"].as_str().unwrap())
        })
        .collect();
    assert_eq!(told, [(0, "5 commands · 3 fail in silence"), (1, "3 commands · 2 fail in silence")]);
    let table = client.request("workspace/executeCommand", &lenses[0]["command"]);
    assert!(table.as_str().unwrap().contains("lost in the pipeline"), "{table}");
    let shown = client.heard("window/showDocument");
    assert!(shown["uri"].as_str().unwrap().ends_with(".trace.txt"), "{shown}");
    client.end();
    let root = project(&[]);
    let mut quiet = Client::start_with(root.path(), &able(), &json!({"codeLenses": false}));
    quiet.open(NAME, text);
    assert_eq!(quiet.request("textDocument/codeLens", &json!({"textDocument": {"uri": NAME}})), json!([]));
    quiet.end();
}

#[test]
fn hints_stand_where_a_failure_is_lost_when_they_are_wanted() {
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 4, "character": 0}});
    let ask = json!({"textDocument": {"uri": NAME}, "range": range});
    let (_root, mut client) = opened(&story::text());
    assert_eq!(client.request("textDocument/inlayHint", &ask), json!([]), "off unless they are asked for");
    client.end();
    let root = project(&[]);
    let mut client = Client::start_with(root.path(), &able(), &json!({"inlayHints": true}));
    client.open(NAME, &story::text());
    let hints = client.request("textDocument/inlayHint", &ask);
    let told: Vec<(&Value, &Value)> =
        hints.as_array().unwrap().iter().map(|it| (&it["position"], &it["label"])).collect();
    let at = |line: u32, character: u32| json!({"line": line, "character": character});
    let expected =
        [(at(2, 12), json!("↯ lost in the pipeline")), (at(2, 19), json!("↯ ignored: goes on at line 5"))];
    assert_eq!(told, expected.iter().map(|(at, label)| (at, label)).collect::<Vec<_>>());
    client.end();
}

#[test]
fn the_way_of_a_failure_is_highlighted() {
    let (_root, mut client) = opened(&story::text());
    let highlights = client.at("textDocument/documentHighlight", NAME, 6, 1);
    let lines: Vec<&Value> =
        highlights.as_array().unwrap().iter().map(|it| &it["range"]["start"]["line"]).collect();
    assert_eq!(lines, [6, 7]);
    assert_eq!(client.at("textDocument/documentHighlight", NAME, 3, 1), Value::Null);
    client.end();
}

#[test]
fn functions_and_files_are_found_across_source() {
    let root = project(&[("lib/log.sh", "log() { logger \"$@\"; }\ndie() { exit 1; }\n")]);
    let name = uri(&root.path().join("run.sh"));
    let library = uri(&root.path().canonicalize().unwrap().join("lib/log.sh"));
    let mut client = Client::start(root.path(), &able());
    client.open(&name, "#!/bin/bash\n. \"$(dirname \"$0\")/lib/log.sh\"\nown() { log x; }\nown\ndie\nls\n");
    let at = |location: &Value| (location["uri"].clone(), location["range"]["start"].clone());
    let mut found = |line: u32, character: u32| -> Vec<(Value, Value)> {
        let found = client.at("textDocument/definition", &name, line, character);
        found.as_array().unwrap().iter().map(at).collect()
    };
    let place = |uri: &str, line: u32| (json!(uri), json!({"line": line, "character": 0}));
    assert_eq!(found(2, 9), [place(&library, 0)]);
    assert_eq!(found(3, 1), [place(&name, 2)]);
    assert_eq!(found(4, 0), [place(&library, 1)]);
    assert_eq!(found(1, 5), [place(&library, 0)]);
    assert_eq!(found(5, 0), []);
    let links = client.request("textDocument/documentLink", &json!({"textDocument": {"uri": name}}));
    assert_eq!(links.as_array().unwrap().len(), 1);
    assert_eq!(links[0]["target"], json!(library));
    assert_eq!(links[0]["range"]["start"], json!({"line": 1, "character": 2}));
    client.end();
}

#[test]
fn names_of_rules_are_completed_in_comments() {
    let (_root, mut client) = opened(
        "ls  # lint-scripts disable=unch\n# lint-scripts \n# lint-scripts disable=a, b -- un\nls un\n",
    );
    let mut labels = |line: u32, character: u32| -> Vec<String> {
        let items = client.at("textDocument/completion", NAME, line, character);
        let items = items.as_array().unwrap();
        items.iter().map(|item| item["label"].as_str().unwrap().to_owned()).collect()
    };
    assert!(labels(0, 31).contains(&"unchecked-pipeline".to_owned()));
    assert_eq!(labels(1, 15), ["disable=", "disable-file="]);
    assert_eq!(labels(2, 33), [""; 0]);
    assert_eq!(labels(3, 5), [""; 0]);
    let items = client.at("textDocument/completion", NAME, 0, 31);
    let item = items.as_array().unwrap().iter().find(|item| item["label"] == "unchecked-pipeline").unwrap();
    let expected = json!({"start": {"line": 0, "character": 27}, "end": {"line": 0, "character": 31}});
    assert_eq!(item["textEdit"]["range"], expected);
    assert!(item["detail"].as_str().unwrap().contains("pipeline"));
    client.end();
}

#[test]
fn odd_places_are_answered() {
    let (_root, mut client) = opened("");
    for (line, character) in
        [(0, 0), (0, 9), (9, 0), (u32::from(u16::MAX), 1), (2_147_483_647, 2_147_483_647)]
    {
        for text in ["", "\n", "é🗻", "'", "if", "\r", "# lint-scripts disable=", "x=$((\n", "<<E\n"] {
            client.replace(NAME, 2, text);
            for method in ["hover", "definition", "documentHighlight", "completion"] {
                client.at(&format!("textDocument/{method}"), NAME, line, character);
            }
            let range =
                json!({"start": {"line": line, "character": character}, "end": {"line": 0, "character": 0}});
            client.actions(NAME, &range, None);
            client.request("textDocument/inlayHint", &json!({"textDocument": {"uri": NAME}, "range": range}));
        }
    }
    client.end();
}
