//! What is found is what the command line finds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, Unit, able, lines, offset, plain, repository, uri};
use crate::program::{command, finish, project, put};

/// Rule, severity, message, start and end in bytes.
type Finding = (String, String, String, usize, usize);

/// What a server says of a text. Its own remarks on a script have no code; the command line says them elsewhere.
#[track_caller]
pub fn told(text: &str, items: &[Value], unit: Unit) -> BTreeSet<Finding> {
    let coded = items.iter().filter(|item| item.get("code").is_some());
    coded
        .map(|item| {
            let severity = ["error", "warning", "info"]
                [usize::try_from(item["severity"].as_u64().unwrap()).unwrap() - 1];
            let at = |end: &str| offset(text, &item["range"][end], unit);
            let word = |key: &str| item[key].as_str().unwrap().to_owned();
            (word("code"), severity.to_owned(), word("message"), at("start"), at("end"))
        })
        .collect()
}

/// What the command line says, by path.
pub fn by_command_line(run: &Value) -> BTreeMap<String, BTreeSet<Finding>> {
    let mut found: BTreeMap<String, BTreeSet<Finding>> = BTreeMap::new();
    let at = |point: &Value| usize::try_from(point["offset"].as_u64().unwrap()).unwrap();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    for finding in run["findings"].as_array().unwrap() {
        let help = finding["help"].as_str().map(|help| format!("\n{help}")).unwrap_or_default();
        let message = format!("{}{help}", word(&finding["message"]));
        let told = (
            word(&finding["rule"]),
            word(&finding["severity"]),
            message,
            at(&finding["start"]),
            at(&finding["end"]),
        );
        found.entry(word(&finding["path"])).or_default().insert(told);
    }
    for region in run["not_checked"].as_array().unwrap() {
        let (start, end) = (at(&region["start"]), at(&region["end"]));
        let told = ("not-checked".to_owned(), "warning".to_owned(), word(&region["message"]), start, end);
        found.entry(word(&region["start"]["path"])).or_default().insert(told);
    }
    found
}

/// All that the command line finds in a project.
pub fn run(root: &TempDir, arguments: &[&str]) -> Value {
    let run = finish(command(root, &[&["--output-format", "json", "--no-cache"], arguments].concat()));
    assert!(run.status < 2, "{}", run.err);
    run.json()
}

fn scripts(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        match path.extension().and_then(|ending| ending.to_str()) {
            _ if path.is_dir() => scripts(&path, found),
            Some("sh" | "md") => found.push(path),
            _ => {}
        }
    }
}

/// The blocks of a page, each with the ending that says for which shell it is.
fn blocks(page: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let mut open: Option<(&'static str, String)> = None;
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(shell)) => {
                let ending = match shell {
                    "bash" => "bash",
                    "sh" => "sh",
                    "dash" => "dash",
                    "ksh" => "ksh",
                    "mksh" => "mksh",
                    "busybox" => "ash",
                    _ => "txt",
                };
                open = Some((ending, String::new()));
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some((_, text)), None) => {
                let line = line.replace('␠', " ").replace('␍', "\r").replace("⟨BOM⟩", "\u{feff}");
                let _ = writeln!(text, "{line}");
            }
            (None, None) => {}
        }
    }
    found.retain(|(ending, text)| *ending != "txt" && !text.contains('␀'));
    found
}

/// A project with all scripts of the tests and of the rules' pages, in which all rules speak.
fn everything() -> (TempDir, Vec<String>) {
    let root = project(&[("lint-scripts.toml", "preset = \"all\"\npreview = true\n")]);
    let mut files = Vec::new();
    scripts(&repository("tests/scripts"), &mut files);
    scripts(&repository("rules"), &mut files);
    scripts(&repository("tests/rules"), &mut files);
    let mut names = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let text = fs::read_to_string(file).unwrap();
        let own =
            if file.extension().is_some_and(|it| it == "md") { blocks(&text) } else { vec![("sh", text)] };
        for (nth, (ending, text)) in own.into_iter().enumerate() {
            let name = format!("{number:03}/{nth:02}.{ending}");
            put(&root.path().join(&name), text.as_bytes());
            names.push(name);
        }
    }
    assert!(names.len() > 400, "only {} scripts", names.len());
    (root, names)
}

#[test]
fn the_same_is_found_as_by_the_command_line() {
    let (root, names) = everything();
    let expected = by_command_line(&run(&root, &["."]));
    assert!(expected.len() > 250, "only {} scripts with findings", expected.len());
    let mut client = Client::start(root.path(), &able());
    for name in &names {
        let path = root.path().join(name);
        let text = fs::read_to_string(&path).unwrap();
        client.open(&uri(&path), &text);
        let found = told(&text, &client.pull(&uri(&path)), Unit::Utf16);
        let expected = expected.get(name).cloned().unwrap_or_default();
        // A span that ends between a carriage return and its line feed ends at the line's end here.
        let near = |found: &BTreeSet<Finding>| -> BTreeSet<Finding> {
            let end = |at: usize| if text[..at].ends_with('\r') { at - 1 } else { at };
            found
                .iter()
                .cloned()
                .map(|(rule, severity, message, start, last)| {
                    (rule, severity, message, end(start), end(last))
                })
                .collect()
        };
        assert_eq!(near(&found), near(&expected), "{name}:\n{text}");
        client.close(&uri(&path));
    }
    client.end();
}

#[test]
fn the_whole_workspace_is_found_as_by_the_command_line() {
    let (root, names) = everything();
    let expected = by_command_line(&run(&root, &["."]));
    let mut client = Client::start(root.path(), &able());
    let first = root.path().join(&names[0]);
    client.open(&uri(&first), "#!/bin/bash\ntrue\n");
    let whole = json!({"previousResultIds": [], "workDoneToken": "work", "partialResultToken": "part"});
    let end = client.request("workspace/diagnostic", &whole);
    assert_eq!(end["items"], json!([]), "all of it was told on the way");
    let progress: Vec<Value> = client.kept("$/progress").into_iter().map(|it| it["params"].clone()).collect();
    let of = |token: &str| -> Vec<&Value> {
        progress.iter().filter(|it| it["token"] == token).map(|it| &it["value"]).collect()
    };
    let kinds: Vec<&Value> = of("work").iter().map(|value| &value["kind"]).collect();
    assert!(
        kinds.len() > 3 && kinds[0] == "begin" && kinds[1] == "report" && *kinds.last().unwrap() == "end"
    );
    let reports: Vec<Value> =
        of("part").iter().flat_map(|value| value["items"].as_array().unwrap().clone()).collect();
    assert_eq!(reports.len(), names.len());
    let mut ids = Vec::new();
    for report in &reports {
        let path = names.iter().find(|name| report["uri"] == uri(&root.path().join(name))).unwrap();
        let open = *path == names[0];
        let text = if open {
            "#!/bin/bash\ntrue\n".to_owned()
        } else {
            fs::read_to_string(root.path().join(path)).unwrap()
        };
        assert_eq!(report["version"].is_null(), !open);
        assert_eq!(report["kind"], "full");
        let found = told(&text, report["items"].as_array().unwrap(), Unit::Utf16);
        let expected = expected.get(path).cloned().unwrap_or_default();
        assert_eq!(found.len(), if open { 0 } else { expected.len() }, "{path}");
        ids.push(json!({"uri": report["uri"], "value": report["resultId"]}));
    }
    // Nothing has changed but one file.
    put(&root.path().join(&names[7]), b"pg_dump a | gzip > a.gz\n");
    let again = client.request("workspace/diagnostic", &json!({"previousResultIds": ids}));
    let again = again["items"].as_array().unwrap();
    assert_eq!(again.len(), names.len());
    let full: Vec<&Value> = again.iter().filter(|report| report["kind"] == "full").collect();
    assert_eq!(full.len(), 1, "{full:?}");
    assert_eq!(full[0]["uri"], uri(&root.path().join(&names[7])));
    client.end();
}

#[test]
fn a_result_that_is_known_is_not_sent_again() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &able());
    client.open("untitled:x", "#!/bin/bash\npg_dump a | gzip > a.gz\n");
    let ask = |id: &Value| json!({"textDocument": {"uri": "untitled:x"}, "previousResultId": id});
    let first = client.request("textDocument/diagnostic", &ask(&Value::Null));
    assert_eq!((&first["kind"], first["items"].as_array().unwrap().len()), (&json!("full"), 2));
    let same = client.request("textDocument/diagnostic", &ask(&first["resultId"]));
    assert_eq!(same, json!({"kind": "unchanged", "resultId": first["resultId"]}));
    client.replace("untitled:x", 2, "#!/bin/bash\n\npg_dump a | gzip > a.gz\n");
    let moved = client.request("textDocument/diagnostic", &ask(&first["resultId"]));
    assert_eq!(moved["kind"], "full");
    assert_ne!(moved["resultId"], first["resultId"]);
    client.end();
}

#[test]
fn diagnostics_are_sent_to_those_who_do_not_ask() {
    let root = project(&[]);
    let mut client = Client::start(root.path(), &plain());
    client.open("untitled:Untitled-1", "#!/bin/bash\npg_dump a | gzip > a.gz\n");
    let found = client.pushed("untitled:Untitled-1", 1);
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|it| it.get("relatedInformation").is_none() && it.get("tags").is_none()));
    // Somebody types: only the last version is told of.
    for version in 2..30 {
        client.replace(
            "untitled:Untitled-1",
            version,
            &format!("#!/bin/bash\npg_dump a | gzip > a{version}.gz\n"),
        );
    }
    client.replace("untitled:Untitled-1", 30, "#!/bin/bash\ntrue\n");
    assert_eq!(client.pushed("untitled:Untitled-1", 30), [Value::Null; 0]);
    let between = client.kept("textDocument/publishDiagnostics").len();
    assert!(between < 20, "{between} results that nobody wanted");
    client.close("untitled:Untitled-1");
    let gone = client.heard("textDocument/publishDiagnostics");
    assert_eq!((&gone["diagnostics"], gone.get("version")), (&json!([]), None));
    client.end();
}

#[test]
fn a_diagnostic_tells_the_failures_way() {
    let root = project(&[("lib.sh", "save() { pg_dump a | gzip > a.gz; }\n")]);
    let text = "#!/bin/bash\n. ./lib.sh\nsave\necho \"Backup done!\"\n# lint-scripts disable=unchecked-pipeline -- x\ntrue\n";
    let path = uri(&root.path().join("run.sh"));
    let mut client = Client::start(root.path(), &able());
    client.open(&path, text);
    let found = client.pull(&path);
    let of = |rule: &str| found.iter().find(|it| it["code"] == rule).unwrap_or_else(|| panic!("{found:#?}"));
    let claim = of("unconditional-success");
    let way = claim["relatedInformation"].as_array().unwrap();
    assert!(way.len() > 1, "{way:#?}");
    assert!(
        way.iter()
            .any(|it| it["location"]["uri"] == uri(&root.path().canonicalize().unwrap().join("lib.sh")))
    );
    assert_eq!(claim["source"], "lint-scripts");
    let page = claim["codeDescription"]["href"].as_str().unwrap().strip_prefix("file://").unwrap();
    assert!(fs::read_to_string(page).unwrap().starts_with("# unconditional-success\n"));
    assert_eq!(of("unused-suppression")["tags"], json!([1]));
    let page = PathBuf::from(page);
    client.end();
    assert!(!page.exists(), "without a home, nothing is left behind");
}

#[test]
fn pages_stay_where_the_user_keeps_caches() {
    let root = project(&[]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_lint-scripts"));
    command.arg("lsp").env("HOME", root.path().join("home")).env_remove("XDG_CACHE_HOME");
    let mut client = Client::of(command, root.path()).begun(root.path(), &able(), &Value::Null);
    client.open("untitled:x", "#!/bin/bash\npg_dump a | gzip > a.gz\n");
    let page = root.path().join("home/.cache/lint-scripts/pages/unchecked-pipeline.md");
    assert_eq!(client.pull("untitled:x")[1]["codeDescription"]["href"], uri(&page));
    client.hang_up();
    assert_eq!(client.ended(), 1);
    assert!(fs::read_to_string(page).unwrap().starts_with("# unchecked-pipeline\n"));
}

#[test]
fn columns_are_those_that_were_agreed_on() {
    let root = project(&[]);
    let finding = "pg_dump db | gzip > db.gz";
    for (before, end) in
        [("", "\n"), ("\t", "\n"), ("x='é🗻'; ", "\n"), ("\tx=é🗻é; ", "\r\n"), ("x='\r'; ", "\n")]
    {
        let text = format!("#!/bin/bash{end}# é🗻{end}{before}{finding}{end}");
        for (offered, unit) in [
            (json!(["utf-8", "utf-16"]), Unit::Utf8),
            (json!(["utf-16"]), Unit::Utf16),
            (json!(["utf-16", "utf-32"]), Unit::Utf32),
            (json!(null), Unit::Utf16),
        ] {
            let mut capabilities = able();
            capabilities["general"]["positionEncodings"] = offered;
            let mut client = Client::start(root.path(), &capabilities);
            client.open("untitled:x", &text);
            let found = client.pull("untitled:x");
            let pipeline = found.iter().find(|it| it["code"] == "unchecked-pipeline").unwrap();
            let at = text.find(finding).unwrap();
            let line = lines(&text).iter().rposition(|(start, _)| *start <= at).unwrap();
            let column = unit.len(&text[lines(&text)[line].0..at]);
            let expected = json!({"line": line, "character": column});
            assert_eq!(pipeline["range"]["start"], expected, "{unit:?} {text:?}");
            assert_eq!(
                offset(&text, &pipeline["range"]["end"], unit),
                at + finding.len(),
                "{unit:?} {text:?}"
            );
            client.end();
        }
    }
}

#[test]
fn what_is_no_script_of_ours_is_left_alone() {
    let root = project(&[("lint-scripts.toml", "exclude = [\"vendor\"]\n")]);
    let bad = "pg_dump db | gzip > db.gz\n";
    let file = |name: &str| uri(&root.path().join(name));
    let mut client = Client::start(root.path(), &able());
    for (uri, language, text) in [
        (file("vendor/a.sh"), "shellscript", bad.to_owned()),
        (file("a.zsh"), "shellscript", bad.to_owned()),
        (file("b.sh"), "zsh", bad.to_owned()),
        (file("c"), "shellscript", format!("#!/usr/bin/env fish\n{bad}")),
        (file("configure"), "shellscript", format!("#!/bin/sh\n# Generated by GNU Autoconf 2.71.\n{bad}")),
    ] {
        client.open_as(&uri, language, &text);
        assert_eq!(client.pull(&uri), [Value::Null; 0], "{uri}");
    }
    client.open(&file("d.sh"), bad);
    assert!(!client.pull(&file("d.sh")).is_empty());
    client.end();
}
