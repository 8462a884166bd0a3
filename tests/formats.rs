//! Each output format, held against its schema or read as its consumer reads it. XML wants `xmllint`.
#![cfg(test)]

mod program;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Stdio};

use program::{command, finish, project, put, run};
use serde_json::Value;
use tempfile::TempDir;

const STORY: &str = include_str!("scripts/story/backup.sh");
/// Places that the ways to count columns tell apart, a line of two commands, and a fix on it.
const WIDE: &str = "#!/bin/bash\n: 'é🗻'; pg_dump mydb | gzip > \"é.gz\"\necho 'Backup completed!'\n";
const BROKEN: &str = "#!/bin/sh\nset -e\ncp a b\nif true; then (\n";
/// Does what it can to break out.
const HOSTILE_NAME: &str = "d/a b;c]d,e%f&g<h>\"'i##[error]\u{1b}.sh";
const HOSTILE: &str = "#!/bin/bash\ncp \"</script>]]>&amp; %0A::error::x\" '##vso[task.complete]' | tee \u{7}\u{202e}x\nrm a\necho \"Backup completed!\"\n";

/// All kinds of things to tell: findings of all severities, text that means something to each format, a region that cannot be read, a
/// path that is not there.
fn tree() -> TempDir {
    let files = [("backup.sh", STORY), ("d/wide.sh", WIDE), (HOSTILE_NAME, HOSTILE), ("broken.sh", BROKEN)];
    let root = project(&files);
    put(&root.path().join("lint-scripts.toml"), b"[severity]\nunchecked-pipeline = \"info\"\n");
    root
}

const ARGUMENTS: [&str; 3] = ["--preview", ".", "gone.sh"];

fn written(root: &TempDir, format: &str) -> String {
    let run = run(root, &[&["--output-format", format], ARGUMENTS.as_slice()].concat()).status(2);
    run.says("gone.sh: no such file").out
}

fn json(root: &TempDir, format: &str) -> Value {
    serde_json::from_str(&written(root, format)).unwrap()
}

fn schema(name: &str) -> jsonschema::Validator {
    let path = format!("{}/tests/schemas/{name}", env!("CARGO_MANIFEST_DIR"));
    jsonschema::validator_for(&serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()).unwrap()
}

#[track_caller]
fn is_valid(schema: &jsonschema::Validator, value: &Value) {
    let wrong: Vec<String> =
        schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// Rule, path and line of everything that is told, sorted.
type Places = Vec<(String, String, u64)>;

/// As the JSON document has them: every other format tells no more and no less.
fn expected(root: &TempDir) -> Places {
    let document = json(root, "json");
    let place = |point: &Value, rule: &str| {
        (rule.to_owned(), text(&point["path"]).to_owned(), point["line"].as_u64().unwrap())
    };
    let findings = list(&document["findings"]).iter().map(|it| place(&it["start"], text(&it["rule"])));
    let unread = list(&document["not_checked"]).iter().map(|it| place(&it["start"], "not-checked"));
    let places: Places = findings.chain(unread).collect();
    assert!(places.len() > 10, "{places:?}");
    sorted(places)
}

fn sorted(mut places: Places) -> Places {
    places.sort();
    places
}

/// The offset of a line and column in a text, each step of which `measure` counts.
fn offset(text: &str, line: u64, column: u64, measure: fn(char) -> usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
    let mut counted = 1;
    for (at, c) in text[start..].char_indices() {
        if counted >= column as usize {
            return start + at;
        }
        counted += measure(c);
    }
    text.len()
}

#[test]
fn sarif_is_valid_and_tells_the_way_of_the_failure() {
    let root = tree();
    let document = json(&root, "sarif");
    is_valid(&schema("sarif-2.1.0.json"), &document);
    let run = &document["runs"][0];
    let results = list(&run["results"]);
    let rules = list(&run["tool"]["driver"]["rules"]);
    let mut places = Places::new();
    for result in results {
        assert_eq!(rules[result["ruleIndex"].as_u64().unwrap() as usize]["id"], result["ruleId"]);
        let place = &result["locations"][0]["physicalLocation"];
        let path = percent_decoded(text(&place["artifactLocation"]["uri"]));
        places.push((
            text(&result["ruleId"]).to_owned(),
            path,
            place["region"]["startLine"].as_u64().unwrap(),
        ));
    }
    assert_eq!(sorted(places), expected(&root));
    assert!(
        rules
            .iter()
            .filter(|rule| rule["id"] != "not-checked")
            .all(|rule| { text(&rule["help"]["markdown"]).starts_with(&format!("# {}", text(&rule["id"]))) })
    );
    let levels: BTreeSet<&str> = results.iter().map(|result| text(&result["level"])).collect();
    assert_eq!(levels, BTreeSet::from(["error", "note", "warning"]));
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    assert_eq!(
        run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"],
        "no such file or directory"
    );
    let pipeline = results.iter().find(|result| {
        result["ruleId"] == "unchecked-pipeline"
            && result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "backup.sh"
    });
    let way = list(&pipeline.unwrap()["codeFlows"][0]["threadFlows"][0]["locations"]);
    let told: Vec<&str> = way.iter().map(|step| text(&step["location"]["message"]["text"])).collect();
    assert_eq!(told[0], "`pg_dump` fails");
    assert!(told.len() > 2, "{told:?}");
}

fn percent_decoded(uri: &str) -> String {
    percent_encoding::percent_decode_str(uri).decode_utf8().unwrap().into_owned()
}

#[test]
fn columns_lead_to_the_bytes_that_a_fix_replaces() {
    let root = tree();
    let findings = json(&root, "json");
    let wide = |value: &Value, path: &str| value.pointer(path).is_some_and(|path| path == "d/wide.sh");
    let edits: BTreeSet<(usize, usize, String)> = list(&findings["findings"])
        .iter()
        .filter(|finding| finding["path"] == "d/wide.sh")
        .flat_map(|finding| list(&finding["fixes"][0]["edits"]))
        .map(|edit| {
            let at = |end: &str| edit[end].as_u64().unwrap() as usize;
            (at("start"), at("end"), text(&edit["content"]).to_owned())
        })
        .collect();
    assert!(edits.iter().any(|(start, ..)| *start > WIDE.find('🗻').unwrap()), "{edits:?}");

    let sarif = json(&root, "sarif");
    let results = list(&sarif["runs"][0]["results"]).iter();
    let here = results.filter(|it| wide(it, "/locations/0/physicalLocation/artifactLocation/uri"));
    let replaced = here.flat_map(|it| list(&it["fixes"][0]["artifactChanges"][0]["replacements"]));
    let in_sarif: BTreeSet<(usize, usize, String)> = replaced
        .map(|it| {
            let region = &it["deletedRegion"];
            let number = |name: &str| region[name].as_u64().unwrap();
            let start = offset(WIDE, number("startLine"), number("startColumn"), |_| 1);
            let end = offset(WIDE, number("endLine"), number("endColumn"), |_| 1);
            (start, end, text(&it["insertedContent"]["text"]).to_owned())
        })
        .collect();
    assert_eq!(in_sarif, edits);

    let rdjson = json(&root, "rdjson");
    let here = list(&rdjson["diagnostics"]).iter().filter(|it| wide(it, "/location/path"));
    let suggested: BTreeSet<(usize, usize, String)> = here
        .flat_map(|it| list(&it["suggestions"]))
        .map(|it| {
            let at = |end: &str| {
                let number = |name: &str| it["range"][end][name].as_u64().unwrap();
                offset(WIDE, number("line"), number("column"), char::len_utf8)
            };
            (at("start"), at("end"), text(&it["text"]).to_owned())
        })
        .collect();
    assert_eq!(suggested, edits);
}

#[test]
fn rdjson_is_valid() {
    let root = tree();
    let schema = schema("rdformat.json");
    let document = json(&root, "rdjson");
    is_valid(&schema, &document);
    let lines: Vec<Value> =
        written(&root, "rdjsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.iter().for_each(|line| is_valid(&schema, line));
    assert_eq!(list(&document["diagnostics"]), lines);
    let place = |it: &Value| {
        let at = &it["location"];
        let line = at["range"]["start"]["line"].as_u64().unwrap();
        (text(&it["code"]["value"]).to_owned(), text(&at["path"]).to_owned(), line)
    };
    assert_eq!(sorted(lines.iter().map(place).collect()), expected(&root));
}

#[test]
fn gitlab_is_valid_and_no_two_fingerprints_are_equal() {
    let root = tree();
    let document = json(&root, "gitlab");
    is_valid(&schema("gitlab-code-quality.json"), &document);
    let issues = list(&document);
    let prints: BTreeSet<&str> = issues.iter().map(|issue| text(&issue["fingerprint"])).collect();
    assert_eq!(prints.len(), issues.len());
    let place = |it: &Value| {
        let at = &it["location"];
        let line = at["positions"]["begin"]["line"].as_u64().unwrap();
        (text(&it["check_name"]).to_owned(), text(&at["path"]).to_owned(), line)
    };
    assert_eq!(sorted(issues.iter().map(place).collect()), expected(&root));
}

#[test]
fn json_lines_hold_what_the_document_holds() {
    let root = tree();
    let document = json(&root, "json");
    let lines: Vec<Value> =
        written(&root, "jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let behind = |key: &str| lines.iter().filter_map(|line| line.get(key)).cloned().collect::<Vec<Value>>();
    let findings: Vec<Value> = lines.iter().filter(|line| line.get("rule").is_some()).cloned().collect();
    assert_eq!(list(&document["findings"]), findings);
    assert_eq!(list(&document["not_checked"]), behind("not_checked"));
    assert_eq!(list(&document["errors"]), behind("error"));
    assert_eq!([document["summary"].clone()].as_slice(), behind("summary"));
}

#[test]
fn concise_lines_are_those_of_gcc() {
    let root = tree();
    let form = regex_lite::Regex::new(r"^(.+?):(\d+):\d+: (?:error|warning|note): .+ \[(.+?)\]$").unwrap();
    let read = |line: &str| {
        let parts = form.captures(line).unwrap_or_else(|| panic!("{line}"));
        (parts[3].to_owned(), parts[1].replace('\u{fffd}', "\u{1b}"), parts[2].parse().unwrap())
    };
    assert_eq!(sorted(written(&root, "concise").lines().map(read).collect()), expected(&root));
}

/// Runs `xmllint` on a document. A machine without it says so, and fails where `CI` is set.
fn xmllint(document: &str, arguments: &[&str]) -> Option<String> {
    let root = project(&[("report.xml", document)]);
    let mut xmllint = Command::new("xmllint");
    xmllint.args(arguments).arg("report.xml").current_dir(&root).stdin(Stdio::null());
    let Ok(output) = xmllint.output() else {
        assert!(std::env::var_os("CI").is_none(), "there is no xmllint to read XML with");
        eprintln!("SKIPPED: there is no xmllint to read XML with");
        return None;
    };
    assert!(output.status.success(), "{}\n{document}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap())
}

fn is_valid_xml(document: &str, schema: &str) {
    let schema = format!("{}/tests/schemas/{schema}", env!("CARGO_MANIFEST_DIR"));
    xmllint(document, &["--noout", "--schema", &schema]);
}

/// The values of attributes, in the order of the document.
fn attributes(document: &str, path: &str) -> Option<Vec<String>> {
    let found = xmllint(document, &["--xpath", path])?;
    Some(
        found
            .lines()
            .filter_map(|line| Some(line.split_once("=\"")?.1.strip_suffix('"')?.to_owned()))
            .collect(),
    )
}

#[test]
fn junit_is_valid_and_each_finding_is_a_test() {
    let root = tree();
    let document = written(&root, "junit");
    is_valid_xml(&document, "junit-10.xsd");
    let Some(names) = attributes(&document, "//testcase/@name") else { return };
    let mut told: Vec<(String, u64)> = names
        .iter()
        .filter_map(|name| {
            let (rule, place) = name.split_once(" at line ")?;
            Some((rule.to_owned(), place.split_once(',')?.0.parse().unwrap()))
        })
        .collect();
    told.sort();
    let mut rules: Vec<(String, u64)> =
        expected(&root).into_iter().map(|(rule, _, line)| (rule, line)).collect();
    rules.sort();
    assert_eq!(told, rules);
    let failed = attributes(&document, "//failure/@type").unwrap();
    assert!(failed.len() < told.len(), "what is only worth knowing is no failure");
    assert_eq!(attributes(&document, "//error/@message").unwrap(), ["no such file or directory"]);
}

#[test]
fn junit_of_a_clean_run_has_a_test_that_passed() {
    let root = project(&[("a.sh", program::CLEAN)]);
    let document = run(&root, &["--output-format", "junit"]).status(0).out;
    is_valid_xml(&document, "junit-10.xsd");
    let Some(names) = attributes(&document, "//testcase/@name") else { return };
    assert_eq!(names, ["nothing found"]);
}

#[test]
fn checkstyle_is_valid() {
    let root = tree();
    let document = written(&root, "checkstyle");
    is_valid_xml(&document, "checkstyle.xsd");
    let (Some(rules), Some(lines)) =
        (attributes(&document, "//error/@source"), attributes(&document, "//error/@line"))
    else {
        return;
    };
    let told = rules.iter().zip(&lines).map(|(rule, line)| {
        (rule.strip_prefix("lint-scripts.").unwrap().to_owned(), line.parse::<u64>().unwrap())
    });
    let mut told: Vec<(String, u64)> = told.filter(|(rule, _)| rule != "not-done").collect();
    told.sort();
    let mut rules: Vec<(String, u64)> =
        expected(&root).into_iter().map(|(rule, _, line)| (rule, line)).collect();
    rules.sort();
    assert_eq!(told, rules);
}

/// A workflow command as GitHub's runner reads it, which undoes the escapes last to first.
fn workflow_command(line: &str) -> Option<(String, BTreeMap<String, String>, String)> {
    let data = |text: &str| text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
    let property = |text: &str| data(&text.replace("%2C", ",").replace("%3A", ":"));
    let (head, message) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
    let properties = pairs.map(|(key, value)| (key.to_owned(), property(value))).collect();
    Some((name.to_owned(), properties, data(message)))
}

#[test]
fn github_reads_each_annotation() {
    let root = tree();
    let written = written(&root, "github");
    let mut places = Places::new();
    let mut errors = Vec::new();
    for line in written.lines() {
        let (name, properties, message) = workflow_command(line).unwrap_or_else(|| panic!("{line}"));
        assert!(matches!(name.as_str(), "error" | "warning" | "notice"), "{line}");
        assert!(!message.is_empty());
        match properties.get("line") {
            Some(line) => {
                let path = properties["file"].replace('\u{fffd}', "\u{1b}");
                places.push((properties["title"].clone(), path, line.parse().unwrap()));
            }
            None => errors.push(properties["file"].clone()),
        }
    }
    assert_eq!(sorted(places), expected(&root));
    assert_eq!(errors, ["gone.sh"]);
}

#[test]
fn what_github_does_not_show_stands_in_the_log_and_in_the_summary() {
    let names: Vec<String> = (0..15).map(|number| format!("##[error]{number:02}.sh")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), STORY)).collect();
    let root = project(&files);
    let summary = tempfile::NamedTempFile::new().unwrap();
    put(summary.path(), b"before\n");
    let mut command = command(&root, &[]);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", summary.path());
    let run = finish(command).status(1);
    let commands: Vec<String> = run.out.lines().filter_map(workflow_command).map(|(name, ..)| name).collect();
    let count = |name: &str| commands.iter().filter(|it| *it == name).count();
    assert_eq!((count("error"), count("warning"), count("group"), count("endgroup")), (10, 10, 1, 1));
    let plain: Vec<&str> = run.out.lines().filter(|line| workflow_command(line).is_none()).collect();
    assert_eq!(plain.len(), 15 * 4 - 20);
    assert!(plain.iter().all(|line| !line.contains("##[")), "a path is no command: {}", plain[0]);
    let summary = fs::read_to_string(summary.path()).unwrap();
    assert!(
        summary.starts_with("before\n### lint-scripts\n\n15 scripts checked: 45 errors, 15 warnings\n"),
        "{summary}"
    );
    assert_eq!(summary.lines().filter(|line| line.starts_with("| error |")).count(), 45);
}

#[test]
fn azure_reads_each_issue() {
    let root = tree();
    let unescaped = |text: &str| {
        let text = text.replace("%0A", "\n").replace("%0D", "\r").replace("%5D", "]").replace("%3B", ";");
        text.replace("%AZP25", "%")
    };
    let mut places = Places::new();
    for line in written(&root, "azure").lines() {
        let (head, message) = line.strip_prefix("##vso[task.logissue ").unwrap().split_once(']').unwrap();
        assert!(!message.is_empty());
        let pairs = head.split(';').filter_map(|pair| pair.split_once('='));
        let properties: BTreeMap<&str, String> = pairs.map(|(key, value)| (key, unescaped(value))).collect();
        assert!(matches!(properties["type"].as_str(), "error" | "warning"));
        let path = properties["sourcepath"].replace('\u{fffd}', "\u{1b}");
        match properties.get("linenumber") {
            Some(line) => places.push((properties["code"].clone(), path, line.parse().unwrap())),
            None => assert_eq!(path, "gone.sh"),
        }
    }
    assert_eq!(sorted(places), expected(&root));
}

#[test]
fn several_formats_in_one_run() {
    let root = project(&[("backup.sh", STORY)]);
    let arguments = ["--output-format", "text", "--output-format", "sarif=report.sarif", "backup.sh"];
    let pictures = run(&root, &arguments).status(1).prints("error[unchecked-pipeline]").out;
    let sarif = fs::read_to_string(root.path().join("report.sarif")).unwrap();
    assert_eq!(run(&root, &["--output-format=sarif", "backup.sh"]).status(1).out, sarif);
    assert_eq!(run(&root, &["backup.sh"]).status(1).out, pictures);
    run(&root, &["--output-file", "report.txt", "backup.sh"]).status(1);
    assert_eq!(fs::read_to_string(root.path().join("report.txt")).unwrap(), pictures);
    let fixed = ["--fix", "--output-format=json=left.json", "-"];
    let fixed = program::with_input(&root, &fixed, STORY.as_bytes()).status(0);
    assert!(fixed.out.contains("set -euo pipefail"));
    assert!(fs::read_to_string(root.path().join("left.json")).unwrap().contains("\"findings\":[]"));

    run(&root, &["--output-format", "json", "--output-format", "html"]).status(2).says("only one format");
    run(&root, &["--output-format", "jsom"]).status(2).says("did you mean `json`?");
    run(&root, &["--output-file", "no/such/directory", "backup.sh"])
        .status(2)
        .says("cannot write to no/such");
    run(&root, &["--diff", "--output-format", "sarif", "backup.sh"]).status(2).says("choose one");
}

#[test]
fn the_ci_system_decides_where_nobody_does() {
    let root = project(&[("backup.sh", STORY)]);
    let with = |name: &str, value: &str, arguments: &[&str]| {
        let mut command = command(&root, arguments);
        command.env(name, value);
        finish(command).status(1).out
    };
    assert!(with("GITHUB_ACTIONS", "true", &["backup.sh"]).starts_with("::error file=backup.sh"));
    assert!(with("TF_BUILD", "True", &["backup.sh"]).starts_with("##vso[task.logissue type="));
    assert!(with("GITLAB_CI", "true", &["backup.sh"]).contains("error[unchecked-pipeline]"));
    let report = fs::read_to_string(root.path().join("gl-code-quality-report.json")).unwrap();
    assert_eq!(report, run(&root, &["--output-format", "gitlab", "backup.sh"]).status(1).out);
    let asked = with("GITHUB_ACTIONS", "true", &["--output-format", "concise", "backup.sh"]);
    assert!(asked.starts_with("backup.sh:1:1: warning: "));
    assert!(with("GITHUB_ACTIONS", "true", &["--diff", "backup.sh"]).starts_with("--- a/backup.sh"));
}
