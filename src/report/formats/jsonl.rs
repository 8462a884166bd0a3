//! What stands in the JSON document, one object on each line: a finding as it is, the rest under its key.

use serde_json::json;

use super::Format;
use crate::report::{Findings, json_line};

pub(super) static FORMAT: Format = Format::whole_run("jsonl", "the same, an object a line", write);

fn write(findings: &Findings) -> Vec<u8> {
    let found = findings.findings.iter().map(json_line);
    let unread = findings.not_checked.iter().map(|region| json_line(&json!({ "not_checked": region })));
    let errors = findings.errors.iter().map(|error| json_line(&json!({ "error": error })));
    let summary = json_line(&json!({ "summary": findings.summary }));
    found.chain(unread).chain(errors).chain([summary]).flatten().collect()
}
