//! SARIF 2.1.0: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>, with what GitHub's code scanning asks for. The way
//! of a failure through the script is a code flow.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Format, compiler_word};
use crate::diagnostic::{Applicability, Severity};
use crate::report::record::{At, Change, Error, Point, Remedy};
use crate::report::told::{NOT_CHECKED, Told};
use crate::report::{Findings, json_line, summary_of};
use crate::rules::{self, Rule, State};

pub(super) static FORMAT: Format = Format::whole_run("sarif", "SARIF 2.1.0, for code scanning", write);

/// What stands in the path of an address as it is.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

fn write(findings: &Findings) -> Vec<u8> {
    let told = findings.told();
    let mut names: Vec<&str> = told.iter().map(|told| told.rule).collect();
    names.sort_unstable();
    names.dedup();
    let index: BTreeMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let version = env!("CARGO_PKG_VERSION");
    json_line(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "lint-scripts",
                "version": version,
                "semanticVersion": version,
                "rules": names.iter().map(|name| descriptor(name)).collect::<Vec<Value>>(),
            }},
            "automationDetails": { "id": "lint-scripts/" },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": findings.errors.is_empty(),
                "toolExecutionNotifications": findings.errors.iter().map(notification).collect::<Vec<Value>>(),
            }],
            "results": told.iter().map(|told| result(told, index[told.rule])).collect::<Vec<Value>>(),
        }],
    }))
}

/// What is to be known of a rule.
fn descriptor(name: &str) -> Value {
    let Some(rule) = rules::find(name) else {
        let text = if name == NOT_CHECKED {
            "A part of a script could not be read, and nothing is said of it."
        } else {
            "A rule of another version of lint-scripts."
        };
        return json!({ "id": name, "shortDescription": { "text": text } });
    };
    let summary = summary_of(rule.page);
    json!({
        "id": name,
        "name": name,
        "shortDescription": { "text": summary },
        "fullDescription": { "text": summary },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": compiler_word(rule.severity) },
        "properties": {
            "tags": [rule.family.name()],
            "precision": precision(rule),
            "problem.severity": problem(rule.severity),
        },
    })
}

fn precision(rule: &Rule) -> &'static str {
    if rule.state == State::Stable { "high" } else { "medium" }
}

/// As code scanning calls it.
fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}

fn result(told: &Told<'_>, rule: usize) -> Value {
    let mut result = json!({
        "ruleId": told.rule,
        "ruleIndex": rule,
        "level": compiler_word(told.severity),
        "message": { "text": told.message_and_help() },
        "locations": [location(told.start, told.end, None)],
        "partialFingerprints": { "lintScripts/v1": told.fingerprint },
    });
    let way: Vec<Value> = told
        .way()
        .into_iter()
        .map(|(start, end, message)| json!({ "location": location(start, end, Some(message)) }))
        .collect();
    if !way.is_empty() {
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": way }] }]);
    }
    let Some(finding) = told.finding else { return result };
    if !finding.labels.is_empty() {
        let labels = finding.labels.iter().map(|label| location(&label.start, &label.end, Some(&label.message)));
        result["relatedLocations"] = labels.collect();
    }
    let fixes: Vec<Value> = finding.fixes.iter().filter_map(fix).collect();
    if !fixes.is_empty() {
        result["fixes"] = fixes.into();
    }
    result
}

fn location(start: &Point, end: &Point, message: Option<&str>) -> Value {
    let mut location = json!({ "physicalLocation": {
        "artifactLocation": artifact(&start.path.path),
        "region": region(start.at, end.at),
    }});
    if let Some(message) = message {
        location["message"] = json!({ "text": message });
    }
    location
}

fn region(start: At, end: At) -> Value {
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// An absolute path is an address of its own, any other is below the root of the checkout.
fn artifact(path: &str) -> Value {
    let encoded = utf8_percent_encode(path, PATH).to_string();
    if path.starts_with('/') {
        json!({ "uri": format!("file://{encoded}") })
    } else {
        json!({ "uri": encoded, "uriBaseId": "%SRCROOT%" })
    }
}

/// One that can be applied as it stands.
fn fix(fix: &Remedy) -> Option<Value> {
    let promise = match (fix.applicability, &fix.why_unsafe) {
        (Applicability::Safe, _) => "safe".to_owned(),
        (Applicability::Unsafe, None) => "unsafe".to_owned(),
        (Applicability::Unsafe, Some(why)) => format!("unsafe: {why}"),
        (Applicability::Display, _) => return None,
    };
    let path = fix.edits.first().map(|edit| artifact(&edit.path.path))?;
    Some(json!({
        "description": { "text": format!("{} ({promise})", fix.title) },
        "artifactChanges": [{
            "artifactLocation": path,
            "replacements": fix.edits.iter().map(replacement).collect::<Vec<Value>>(),
        }],
    }))
}

fn replacement(edit: &Change) -> Value {
    json!({
        "deletedRegion": region(edit.range.start, edit.range.end),
        "insertedContent": { "text": edit.content },
    })
}

fn notification(error: &Error) -> Value {
    json!({
        "level": "error",
        "message": { "text": error.message },
        "locations": [{ "physicalLocation": { "artifactLocation": artifact(&error.path.path) } }],
    })
}
