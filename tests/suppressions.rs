//! Comments that disable rules, as the program hears, writes and lists them.
#![cfg(test)]

mod program;

use std::fs;

use program::{command, finish, project, run, snapshot, with_input};
use serde_json::json;
use tempfile::TempDir;

const PIPELINE: &str = "pg_dump db | gzip > db.gz";

/// A script in which the pipeline is all that is found, behind this comment.
fn script(comment: &str) -> String {
    format!("#!/bin/bash\nset -e\n{PIPELINE} {comment}\n")
}

fn one(comment: &str) -> TempDir {
    project(&[("a.sh", &script(comment))])
}

#[test]
fn a_suppression_with_a_reason_is_heard_and_counted() {
    let project = one("# lint-scripts disable=unchecked-pipeline -- made again each hour");
    run(&project, &["a.sh"]).status(0).says("nothing found, 1 suppressed\n");
    let document = run(&project, &["--output-format", "json", "a.sh"]).status(0).json();
    assert_eq!(document["summary"]["suppressed"], 1);
    let told = run(&project, &["--ignore-suppressions", "a.sh"]).status(1).prints("unchecked-pipeline");
    told.says("checked 1 file, 1 script: 1 error\n");
}

#[test]
fn what_is_wrong_with_a_suppression_is_a_finding() {
    let check = |comment: &str, rules: &[&str]| {
        let project = one(comment);
        let document = run(&project, &["--output-format", "json", "a.sh"]).status(1).json();
        let findings = document["findings"].as_array().unwrap().iter();
        let found: Vec<&str> = findings.map(|finding| finding["rule"].as_str().unwrap()).collect();
        assert_eq!(found, rules, "{comment}");
    };
    check("# lint-scripts disable=unchecked-pipeline", &["suppression-without-reason"]);
    check("# lint-scripts disable=nosuch -- why", &["unchecked-pipeline", "suppression-of-unknown-rule"]);
    check("# lint-scripts disable=pipelines -- why", &["unchecked-pipeline", "suppression-of-unknown-rule"]);
    check("# lint-scripts disable=missing-strict-mode -- why", &["unchecked-pipeline", "unused-suppression"]);
    let expired = "# lint-scripts disable=unchecked-pipeline until 2020-01-01 -- why";
    check(expired, &["unchecked-pipeline", "expired-suppression"]);
    let unread = one("# lint-scripts disable=unchecked-pipeline until soon -- why");
    run(&unread, &["a.sh"])
        .status(1)
        .says("warning: a.sh:3: `until` wants a day")
        .prints("unchecked-pipeline");
}

#[test]
fn a_suppression_holds_to_the_end_of_its_last_day() {
    let project = one("# lint-scripts disable=unchecked-pipeline until 2027-01-31 -- the new host");
    run(&project, &["--today", "2027-01-31", "a.sh"]).status(0);
    run(&project, &["--today", "2027-02-01", "a.sh"])
        .status(1)
        .prints("expired-suppression")
        .prints("was disabled until 2027-01-31, and speaks again");
    run(&project, &["--today", "yesterday", "a.sh"]).status(2).says("--today");
}

#[test]
fn what_is_judged_at_a_command_is_not_held_against_others_and_what_is_for_the_file_is() {
    let text = |comment: &str| format!("#!/bin/bash\n{comment}\ncp a b\necho done\n");
    let count = |comment: &str| {
        let project = project(&[("a.sh", &text(comment))]);
        run(&project, &["--output-format", "json", "a.sh"]).json()["findings"].as_array().unwrap().len()
    };
    assert_eq!(count("# a comment"), 2, "the claim, and the missing options");
    assert_eq!(count("# lint-scripts disable-file=missing-strict-mode -- sourced"), 1, "the claim");
    assert_eq!(count("# lint-scripts disable=missing-strict-mode -- a copy for looks"), 0);
}

#[test]
fn rules_that_were_not_asked_are_not_held_against_a_suppression() {
    let project = one("# lint-scripts disable=unchecked-pipeline -- why");
    run(&project, &["--select", "missing-strict-mode,suppressions", "a.sh"])
        .status(0)
        .says("nothing found\n");
    let preview = one("# lint-scripts disable=unchecked-pipeline -- why");
    run(&preview, &["--ignore", "pipelines,missing-pipefail", "a.sh"]).status(0);
}

#[test]
fn an_unused_suppression_is_removed_safely() {
    let text = "#!/bin/bash\nset -euo pipefail\n# lint-scripts disable=unchecked-pipeline -- why\ncp a b\n\
                cp c d   # lint-scripts disable=unchecked-pipeline,unconditional-success -- why\n";
    let project = project(&[("a.sh", text)]);
    run(&project, &["a.sh"]).status(1).says("2 can be fixed by --fix");
    run(&project, &["--fix", "a.sh"]).status(0).says("applied 2 fixes");
    let fixed = fs::read_to_string(project.path().join("a.sh")).unwrap();
    assert_eq!(fixed, "#!/bin/bash\nset -euo pipefail\ncp a b\ncp c d\n");
}

#[test]
fn a_fix_may_leave_a_suppression_over_and_then_it_goes_too() {
    let text = "#!/bin/bash\npg_dump db | gzip > db.gz # lint-scripts disable=unchecked-pipeline -- why\ncp a b\ncp c d\n";
    let project = project(&[("a.sh", text)]);
    run(&project, &["--fix", "a.sh"]).status(0).says("nothing left");
    let fixed = fs::read_to_string(project.path().join("a.sh")).unwrap();
    assert_eq!(fixed, "#!/bin/bash\nset -euo pipefail\n\npg_dump db | gzip > db.gz\ncp a b\ncp c d\n");
}

#[test]
fn comments_for_shellcheck_are_heard_and_counted() {
    let text = format!("#!/bin/bash\nset -e\n# shellcheck disable=SC2086,SC2312\n{PIPELINE}\n{PIPELINE}\n");
    let project = project(&[("a.sh", &text)]);
    let told = run(&project, &["a.sh"]).status(1);
    told.says("1 error, 1 suppressed (1 by comments for ShellCheck)");
    let document = run(&project, &["--output-format", "json", "a.sh"]).json();
    assert_eq!(document["summary"]["suppressed_by_shellcheck"], 1);
    assert_eq!(document["findings"][0]["start"]["line"], 5);
    run(&project, &["--ignore-suppressions", "a.sh"]).status(1).says("2 errors\n");
}

#[test]
fn suppressions_are_written_and_heard() {
    let text = format!("#!/bin/sh\ncp a b\n{PIPELINE}\necho done\n");
    let project = project(&[("a.sh", &text), ("b.sh", program::CLEAN)]);
    let told = run(&project, &["--add-suppressions", "as it always was"]).status(0);
    told.says("nothing left, 3 suppressed").says("added 3 suppressions in 1 file");
    let written = fs::read_to_string(project.path().join("a.sh")).unwrap();
    snapshot("suppressions", "added", &written);
    run(&project, &[]).status(0).says("nothing found, 3 suppressed");
    let again = run(&project, &["--add-suppressions", "again"]).status(0);
    again.says("added 0 suppressions in 0 files");
    assert_eq!(fs::read_to_string(project.path().join("a.sh")).unwrap(), written);
}

#[test]
fn suppressions_go_to_a_script_on_standard_input() {
    let project = project(&[]);
    let told = with_input(&project, &["--add-suppressions", "why", "-"], script("").as_bytes()).status(0);
    assert!(told.out.contains("# lint-scripts disable=unchecked-pipeline -- why\npg_dump"), "{}", told.out);
}

#[test]
fn a_reason_is_one_line_and_is_there() {
    let project = one("");
    for reason in ["", "  ", "a\nb", "a\u{1b}"] {
        run(&project, &["--add-suppressions", reason]).status(2).says("--add-suppressions wants a reason");
    }
    run(&project, &["--add-suppressions", "x", "--fix"]).status(2).says("cannot be used with");
    run(&project, &["--add-suppressions", "x", "--ignore-suppressions"]).status(2);
    run(&project, &["--add-suppressions", "x", "-", "--output-format", "json"]).status(2).says("choose one");
    assert_eq!(fs::read_to_string(project.path().join("a.sh")).unwrap(), script(""), "nothing is written");
}

#[test]
fn accepted_failures_are_listed_with_their_reasons() {
    let project = project(&[
        (
            "a.sh",
            &script("# lint-scripts disable=unchecked-pipeline until 2199-01-31 -- made again each hour"),
        ),
        (
            "b.sh",
            &format!(
                "#!/bin/bash\n# lint-scripts disable-file=missing-strict-mode\ncp a b\n# shellcheck disable=SC2312 # fine\n{PIPELINE}\n"
            ),
        ),
        ("c.sh", program::CLEAN),
    ]);
    let told = run(&project, &["suppressions"]).status(0).says("3 suppressions");
    snapshot("suppressions", "listed", &told.out);
    let document = run(&project, &["suppressions", "--format", "json", "a.sh", "gone.sh"]).status(2).json();
    assert_eq!(document["errors"][0]["path"], "gone.sh");
    let message = &document["suppressions"][0]["findings"][0]["message"];
    let expected = json!({
        "path": "a.sh", "line": 3, "rules": ["unchecked-pipeline"], "scope": "line", "reason": "made again each hour",
        "until": "2199-01-31", "shellcheck": false,
        "findings": [{"rule": "unchecked-pipeline", "line": 3, "message": message}],
    });
    assert_eq!(document["suppressions"], json!([expected]));
    assert!(message.as_str().unwrap().contains("pg_dump"));
    let clean = finish(command(&project, &["suppressions", "c.sh"])).status(0).says("0 suppressions");
    assert_eq!(clean.out, "");
}
