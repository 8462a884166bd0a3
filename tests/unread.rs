//! What is said of commands around a region that cannot be read: nothing definite of what runs through it.

use std::sync::Arc;

use lint_scripts::check::{NoSources, Report, Settings, check};
use lint_scripts::flow::Exit;
use lint_scripts::text::Document;

fn report(text: &str) -> Report {
    let document = Arc::new(Document::script("script.sh", text.as_bytes()));
    check(&document, &Settings::default(), &NoSources)
}

/// Holds what is said of the exit status, command by command, each called by its name.
#[track_caller]
fn answers(text: &str, expected: &[(&str, Exit)]) {
    let report = report(text);
    assert!(!report.not_checked.is_empty(), "all of it was read: {text}");
    for (name, exit) in expected {
        let entry = report.trace.entries.iter().find(|entry| entry.name == *name);
        let answer = entry.and_then(|entry| entry.on_failure.as_ref());
        assert_eq!(answer.map(|answer| answer.exit), Some(*exit), "`{name}` in {text}");
    }
}

#[test]
fn what_ends_before_it_is_definite() {
    answers("set -e\na || exit 3\nb\nc ;; d\n", &[("a", Exit::Nonzero), ("b", Exit::Nonzero)]);
}

#[test]
fn what_runs_through_it_is_not() {
    answers("set -e\na || true\nb &\nif c\nd\n", &[("a", Exit::Either), ("b", Exit::Either)]);
    answers("f() { a || true; b ;; c; }\nf\nd || exit 1\n", &[("a", Exit::Either)]);
}

/// It may have turned errexit on or off.
#[test]
fn options_behind_it_are_not_known() {
    answers("set -e\nx ;; y\na\nexit 0\n", &[("a", Exit::Either)]);
    answers(
        "set -e\nx ;; y\na || exit 1\nset -e\nb\nexit 0\n",
        &[("a", Exit::Nonzero), ("b", Exit::Nonzero)],
    );
}

#[test]
fn no_rule_speaks_of_what_runs_through_it() {
    let through =
        "pg_dump app > /srv/app.sql\naws s3 cp /srv/app.sql s3://b/\nx ;; y\nrm /srv/app.sql\necho done\n";
    let found: Vec<_> = report(through).findings.into_iter().map(|finding| finding.rule.0).collect();
    assert!(found.is_empty(), "{found:?}");
    assert!(!report(&through.replace("x ;; y\n", "")).findings.is_empty());
}
