//! Every script of the corpus is run in the real shell, with nothing failing and with each of its commands failing, and
//! does what is written beside it.

#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]

mod harness;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use harness::{Fault, Scenario, any, group, outcome, run_healthy, runs_of, scripts, shell_is_here};

const AT_LEAST: [(&str, usize); 4] = [("silent", 38), ("loud", 20), ("checked", 15), ("story", 1)];

/// How often a script with jobs may run until it does what is written beside it.
const TRIES: usize = 5;

#[test]
fn corpus_is_large_enough() {
    let all = scripts();
    for (name, least) in AT_LEAST {
        let found = all.iter().filter(|script| group(script) == name).count();
        assert!(found >= least, "{found} scripts in {name}, at least {least} are wanted");
    }
}

#[test]
fn scripts_do_what_is_written_beside_them() {
    let all: Vec<PathBuf> = scripts().into_iter().filter(|script| shell_is_here(script)).collect();
    if std::env::var_os("RECORD").is_some() {
        let open = for_each(&all, &harness::record);
        assert!(open.is_empty(), "{}", open.join("\n"));
    }
    let troubles = for_each(&all, &troubles_of);
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}

const FIXED: &str = r#"#!/bin/bash
set -euo pipefail
# "Production-grade" backup script
pg_dump mydb | gzip > /tmp/backup.sql.gz
day=$(date +%Y%m%d)
aws s3 cp /tmp/backup.sql.gz "s3://backups/$day.sql.gz"
rm /tmp/backup.sql.gz
echo "Backup completed!"
"#;

#[test]
fn a_good_fix_is_told_from_a_bad_one() {
    let story = scripts().into_iter().find(|script| group(script) == "story").unwrap();
    let scenario = Scenario::of(&story);
    let folder = tempfile::tempdir().unwrap();
    let versions = [
        FIXED.to_owned(),
        FIXED.replace("rm /tmp", "rm -f /tmp"),
        FIXED.replace("set -euo pipefail", "set -eu"),
    ];
    let [good, changed, broken] = ["good.sh", "changed.sh", "broken.sh"].map(|name| folder.path().join(name));
    for (path, text) in [&good, &changed, &broken].into_iter().zip(&versions) {
        harness::put(path, text.as_bytes());
    }
    assert_eq!(harness::compare_healthy(&story, &good, &scenario), Ok(()));
    assert!(harness::compare_healthy(&story, &changed, &scenario).is_err(), "`rm -f` is another call");
    for fault in &scenario.fault {
        assert!(!harness::is_loud(&story, &scenario, fault), "{} of the story", fault.command);
        assert!(harness::is_loud(&good, &scenario, fault), "{} of the fixed story", fault.command);
    }
    let dump = scenario.fault.iter().find(|fault| fault.command.starts_with("pg_dump")).unwrap();
    assert!(!harness::is_loud(&broken, &scenario, dump), "without pipefail the dump's failure is lost");
}

/// Looks at the scripts on a few threads; gives all troubles, sorted.
fn for_each(scripts: &[PathBuf], look: &(dyn Fn(&Path) -> Vec<String> + Sync)) -> Vec<String> {
    let queue = Mutex::new(scripts.iter());
    let troubles = Mutex::new(Vec::new());
    let work = || {
        loop {
            let Some(script) = queue.lock().unwrap().next() else { return };
            let found = look(script);
            let named = found.into_iter().map(|trouble| {
                format!("{}: {trouble}", script.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display())
            });
            troubles.lock().unwrap().extend(named);
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(4);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut troubles = troubles.into_inner().unwrap();
    troubles.sort();
    troubles
}

fn troubles_of(script: &Path) -> Vec<String> {
    let scenario = Scenario::of(script);
    let mut troubles = healthy_troubles(script, &scenario);
    for fault in &scenario.fault {
        troubles.extend(lasting_troubles(script, &scenario, fault));
    }
    troubles.extend(match group(script) {
        "loud" | "checked" => quiet_faults(&scenario),
        _ => planted_faults(&scenario),
    });
    troubles
}

/// With nothing failing a script ends well, and each of its calls is written down.
fn healthy_troubles(script: &Path, scenario: &Scenario) -> Vec<String> {
    let mut troubles = Vec::new();
    let mut calls = BTreeSet::new();
    for (round, answers) in scenario.answers().iter().enumerate() {
        let run = run_healthy(script, scenario, answers);
        if round == 0 && run.status != 0 {
            troubles.push(format!("ends with {} though nothing fails: {}", run.status, run.stderr));
        }
        if round == 0 {
            let unseen = scenario.claims.iter().filter(|claim| !harness::happens(scenario, &run, claim));
            troubles.extend(unseen.map(|claim| format!("claim {claim:?} never appears")));
        }
        calls.extend(run.calls);
    }
    let covered = |call: &str| {
        scenario.is_asking(call) || scenario.fault.iter().any(|f| harness::matches(&f.command, call))
    };
    troubles.extend(calls.iter().filter(|call| !covered(call)).map(|call| format!("no entry for `{call}`")));
    troubles
}

/// Jobs come to the same call in no certain order, and which of them fails may be another one each time.
fn lasting_troubles(script: &Path, scenario: &Scenario, fault: &Fault) -> Vec<String> {
    let has_jobs = std::fs::read_to_string(script).unwrap().contains(" &\n");
    let mut troubles = fault_troubles(script, scenario, fault);
    for _ in 1..TRIES {
        if troubles.is_empty() || !has_jobs {
            break;
        }
        troubles = fault_troubles(script, scenario, fault);
    }
    troubles
}

fn fault_troubles(script: &Path, scenario: &Scenario, fault: &Fault) -> Vec<String> {
    let runs = runs_of(script, scenario, fault);
    let seen = outcome(scenario, fault, &runs);
    let place = format!("line {}, `{}`", fault.line, fault.command);
    let mut troubles = Vec::new();
    if any(&scenario.retried, &fault.command) && runs.first().is_some_and(|run| run.status == 0) {
        troubles.push(format!("{place}: never succeeds, and still the script ends with 0"));
    }
    if seen.exit != fault.exit {
        troubles.push(format!("{place}: ends {}, not {}", seen.exit, fault.exit));
    }
    if seen.claims != fault.claims {
        troubles.push(format!("{place}: claims {:?}, not {:?}", seen.claims, fault.claims));
    }
    if seen.destroys != fault.destroys {
        troubles.push(format!("{place}: destroys {:?}, not {:?}", seen.destroys, fault.destroys));
    }
    troubles
}

/// Faults of a loud script that are not loud.
fn quiet_faults(scenario: &Scenario) -> Vec<String> {
    let excused = |fault: &&Fault| any(&scenario.harmless, &fault.command);
    let retried = |fault: &Fault| fault.exit == "either" && any(&scenario.retried, &fault.command);
    let unclaimed = |fault: &Fault| fault.claims.is_empty() || any(&scenario.after_claim, &fault.command);
    let loud = |fault: &Fault| fault.exit == "nonzero" && unclaimed(fault);
    let quiet = scenario.fault.iter().filter(|f| !excused(f) && !loud(f) && !retried(f));
    quiet.map(|f| format!("line {}, `{}` is not loud", f.line, f.command)).collect()
}

/// Failures that the script was written to lose, but does not.
fn planted_faults(scenario: &Scenario) -> Vec<String> {
    let lost = |fault: &&Fault| fault.exit != "nonzero" || !fault.claims.is_empty();
    let lost: Vec<&Fault> = scenario.fault.iter().filter(lost).collect();
    let missed =
        scenario.planted.iter().filter(|planted| !lost.iter().any(|f| harness::matches(planted, &f.command)));
    let mut troubles: Vec<String> =
        missed.map(|planted| format!("planted `{planted}` is not silent")).collect();
    if scenario.planted.is_empty() {
        troubles.push("nothing is planted".into());
    }
    troubles
}
