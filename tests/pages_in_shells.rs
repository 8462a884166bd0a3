//! What the pages of the rules call bad is bad: in the real shell, a failure in it goes unnoticed. And what a safe fix makes of
//! it works as before, and hides less.
#![cfg(test)]

mod book;
mod harness;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use book::{Block, Kind, Page, odd_cases, pages};
use harness::{Fault, Scenario, compare_healthy, outcome, put, run_healthy, runs_of, shell_is_here};
use lint_scripts::check::{NoSources, Report, Selection, Settings, check};
use lint_scripts::diagnostic::{Applicability, Severity};
use lint_scripts::fix::fix;
use lint_scripts::rules::find;
use lint_scripts::shell::Dialect;
use lint_scripts::text::Document;
use tempfile::TempDir;

/// Rules whose harm is not that a command fails and the script ends with 0, and what it is instead.
const NOT_BY_STATUS: [(&str, &str); 26] = [
    ("and-or-as-if", "something is removed"),
    ("answer-command-aborts", "a run in which all is well is ended"),
    ("curl-silent-without-show-error", "the message is missing"),
    ("error-to-stdout", "the message is not where one looks for it"),
    ("overwrite-last-good-copy", "the old copy is gone"),
    ("signal-exit-zero", "the script ends with 0 after a signal"),
    ("unreachable-handler", "what was written for the failure does not run"),
    ("weak-verification", "the test is true whatever was written"),
    ("artifact-never-verified", "the only copy may be cut short"),
    ("cron-output-discarded", "nobody is told what happens in another process"),
    ("sigpipe-under-pipefail", "a run in which all is well is ended, or an answer is turned over"),
    ("trap-deletes-artifact", "the script ends with an error, and what it has made is gone"),
    ("trap-loses-status", "the script ends with 0 after a signal, or goes on"),
    ("verification-after-destruction", "the script ends with an error, and what it was made of is gone"),
    ("arithmetic-aborts", "a run in which all is well is ended"),
    ("assignment-status-dead-under-e", "the script ends, and what was written for the failure does not run"),
    ("continue-on-error-flag", "the status is 0 although the command failed"),
    ("destructive-after-unchecked-cd", "`cd` is no command that a stub could stand for"),
    ("missing-errtrace", "with `set -e` the script ends, and the trap's message is missing"),
    ("option-only-in-shebang", "the options are gone where the script is run in another way"),
    ("option-unsupported", "the script ends at once, or goes on without the option"),
    ("ssh-in-loop-eats-stdin", "rounds are left out"),
    ("trailing-and-in-function", "a run in which all is well is ended"),
    ("trap-replaces-trap", "what was to be cleaned up is left behind although all is well"),
    ("trap-uses-out-of-scope-local", "what was to be cleaned up is left behind although all is well"),
    ("truncating-self-redirect", "the file is empty although all is well"),
];

/// Whether the rule is about failures that a stub can have: those about the text itself and about comments are not, and
/// commands that tell nothing of their failures are 0 when they fail.
fn is_about_failures(page: &Page) -> bool {
    let family = find(&page.rule).expect("every page has its rule").family;
    let listed = NOT_BY_STATUS.iter().any(|(rule, _)| *rule == page.rule);
    !listed && !matches!(family.name(), "text" | "suppressions" | "lying-commands")
}

/// Whether the odd cases of a rule are run as well: what is said without being asked for is to be surely so.
fn speaks_unasked(page: &Page) -> bool {
    Selection::default().iter().any(|rule| rule.0 == page.rule)
}

/// Whether all that fails in the report is `cd`, which no stub can stand for.
fn is_about_cd(script: &Script, report: &Report) -> bool {
    let places = report.findings.iter().flat_map(|finding| &finding.labels);
    let mut failing = places.map(|label| &script.text[label.span.start as usize..label.span.end as usize]);
    failing.next().is_some_and(|text| text.starts_with(b"cd "))
}

/// A script in a folder of its own, as the harness wants it.
struct Script {
    path: PathBuf,
    text: Vec<u8>,
    _folder: TempDir,
}

impl Script {
    fn new(text: &[u8], shell: Dialect) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.sh");
        let mut whole = Vec::new();
        if !text.starts_with(b"#!") {
            let name = if shell == Dialect::Busybox { "busybox sh" } else { shell.name() };
            whole.extend(format!("#!/usr/bin/env {name}\n").bytes());
        }
        whole.extend(text);
        put(&path, &whole);
        Self { path, text: whole, _folder: folder }
    }

    fn report(&self, page: &Page) -> Report {
        check(&self.document(), &settings(page), &NoSources)
    }

    fn document(&self) -> Arc<Document> {
        Arc::new(Document::script("page.sh", self.text.as_slice()))
    }
}

fn settings(page: &Page) -> Settings {
    let rule = find(&page.rule).expect("every page has its rule");
    Settings { rules: Selection::of([rule.id]), ..Settings::default() }
}

/// What the report knows of claims and destroys, for the harness to look for.
fn scenario(report: &Report) -> Scenario {
    let answers = report.trace.entries.iter().filter_map(|entry| entry.on_failure.as_ref());
    let mut claims: Vec<String> = answers
        .flat_map(|it| &it.claims)
        .map(|claim| claim.text.clone())
        .filter(|it| !it.contains("exit"))
        .collect();
    claims.sort();
    claims.dedup();
    // What is to run on another host, as another user or in a container is run, too.
    let env = [("STUB_FAR".to_owned(), "yes".to_owned())].into();
    Scenario { claims, concurrent: true, env, ..Scenario::default() }
}

/// The calls of a script whose failure goes unnoticed: it ends with 0, or says that all is well.
fn silent(script: &Script, scenario: &Scenario) -> Vec<String> {
    let mut calls = run_healthy(&script.path, scenario, &scenario.answers()[0]).calls;
    calls.sort();
    calls.dedup();
    let status = asked_for(&script.text);
    let goes_unnoticed = |call: &String| {
        let fault = Fault { command: call.clone(), status, ..Fault::default() };
        let seen = outcome(scenario, &fault, &runs_of(&script.path, scenario, &fault));
        matches!(seen.exit.as_str(), "zero" | "either") || !seen.claims.is_empty()
    };
    calls.into_iter().filter(goes_unnoticed).collect()
}

/// Whether the mended script says something of a call's failure, by a handler of its own, that it did not say before.
fn is_told(before: &Script, mended: &Script, scenario: &Scenario, call: &str) -> bool {
    let fault = Fault { command: call.to_owned(), status: asked_for(&before.text), ..Fault::default() };
    let said = |script: &Script| -> Vec<String> {
        runs_of(&script.path, scenario, &fault).into_iter().map(|run| run.stdout + &run.stderr).collect()
    };
    let known = said(before).join("\n");
    let is_new = |line: &str| known.lines().all(|other| other != line);
    let after = said(mended);
    !after.is_empty() && after.iter().all(|text| text.lines().any(is_new))
}

/// The failing status for which a script looks by its number; whatever it does about others is not what it is about.
fn asked_for(text: &[u8]) -> Option<i32> {
    let text = String::from_utf8_lossy(text);
    let numbers = text.split("-eq ").skip(1).filter_map(|rest| rest.split(' ').next()?.parse().ok());
    numbers.filter(|number| *number > 1).last()
}

#[test]
fn what_is_called_bad_hides_failures() {
    let mut shown = 0;
    let mut troubles = Vec::new();
    let odd = odd_cases().into_iter().filter(speaks_unasked);
    for page in pages().into_iter().chain(odd).filter(is_about_failures) {
        for block in page.of(Kind::Bad) {
            let script = Script::new(block.text.as_bytes(), block.shell);
            if !shell_is_here(&script.path) {
                continue;
            }
            let report = script.report(&page);
            if report.findings.iter().all(|finding| finding.severity == Severity::Info) {
                continue;
            }
            shown += 1;
            troubles.extend(block_troubles(&page, block, &script, &report));
        }
    }
    println!("{shown} bad blocks were run with each of their commands failing in turn");
    assert!(shown > 40, "{shown} blocks");
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}

fn block_troubles(page: &Page, block: &Block, script: &Script, report: &Report) -> Vec<String> {
    let place = page.place(block);
    let scenario = scenario(report);
    let before = silent(script, &scenario);
    if before.is_empty() && is_about_cd(script, report) {
        return Vec::new();
    }
    if before.is_empty() {
        return vec![format!("{place}: no failure goes unnoticed")];
    }
    let fixed = fix(&script.document(), &settings(page), &NoSources, Applicability::Safe);
    // Where the shell itself finds fault with the bench (a directory that is missing there), not all is well.
    let healthy = run_healthy(&script.path, &scenario, &scenario.answers()[0]);
    if fixed.applied.is_empty() || healthy.stderr.contains("./script.sh: ") {
        return Vec::new();
    }
    let mended = Script::new(&fixed.text, block.shell);
    let mut troubles: Vec<String> = compare_healthy(&script.path, &mended.path, &scenario)
        .err()
        .into_iter()
        .map(|it| format!("{place}: {it}"))
        .collect();
    let mut after = silent(&mended, &scenario);
    after.retain(|call| !is_told(script, &mended, &scenario, call));
    if after.len() >= before.len() || !after.iter().all(|call| before.contains(call)) {
        troubles.push(format!("{place}: silent before the fix {before:?}, after it {after:?}"));
    }
    troubles
}

#[test]
fn what_is_left_out_is_there() {
    for (rule, why) in NOT_BY_STATUS {
        assert!(find(rule).is_some() && !why.is_empty(), "{rule}");
    }
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").exists());
}

#[test]
fn a_run_in_which_all_is_well_is_ended() {
    for page in pages().iter().filter(|page| matches!(&*page.rule, "arithmetic-aborts")) {
        for block in page.of(Kind::Bad) {
            let script = Script::new(block.text.as_bytes(), block.shell);
            let scenario = Scenario::default();
            let run = run_healthy(&script.path, &scenario, &scenario.answers()[0]);
            assert_ne!(run.status, 0, "{}: {run:?}", page.place(block));
        }
    }
}
