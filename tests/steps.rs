//! What people deploy, build and install with is work: a script that goes on behind it, and ends with 0, is spoken of.
#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lint_scripts::check::{NoSources, Settings, check};
use lint_scripts::text::Document;

#[test]
fn steps_are_missed_where_they_fail() {
    let steps = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/steps.txt");
    let steps = fs::read_to_string(steps).unwrap();
    assert!(steps.lines().count() >= 80, "the steps were not found");
    let passed_over: Vec<&str> = steps.lines().filter(|step| !is_missed(step)).collect();
    assert_eq!(passed_over, [""; 0], "steps of which nothing is said");
}

fn is_missed(step: &str) -> bool {
    let text = format!("#!/bin/bash\n{step}\nsystemctl restart shop\n");
    let report =
        check(&Arc::new(Document::script("deploy", text.into_bytes())), &Settings::default(), &NoSources);
    report.findings.iter().any(|finding| finding.rule.0 == "missing-strict-mode")
}
