//! What fixes do to random scripts: what works goes on as before, what is loud stays loud, and how much of what was silent
//! is loud afterwards.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use lint_scripts::check::{Report, Selection, Settings, Sources, check};
use lint_scripts::diagnostic::{Applicability, Diagnostic};
use lint_scripts::fix::{Fixed, fix};
use lint_scripts::flow::{By, Errexit, Fate};
use lint_scripts::rules::ALL;
use lint_scripts::text::Document;

use super::answers::{Said, answers};
use super::bench::{Bench, Run};
use super::script::Script;
use super::shell::Shell;
use super::writer::script;

/// How many kinds are named in a table of the summary.
const NAMED: usize = 40;

/// How often runs that differ are made again.
const TRIES: usize = 5;

/// Failures that were silent: all, those of which a finding speaks, and those that are loud after the safe fixes, and after
/// the unsafe ones, too; and those that, loud or not, the script's own code for failures hears of then.
#[derive(Clone, Copy, Default)]
struct Silent {
    all: usize,
    found: usize,
    safe: usize,
    with_unsafe: usize,
    heard: usize,
    heard_with_unsafe: usize,
}

impl Silent {
    fn and(self, other: Self) -> Self {
        Self {
            all: self.all + other.all,
            found: self.found + other.found,
            safe: self.safe + other.safe,
            with_unsafe: self.with_unsafe + other.with_unsafe,
            heard: self.heard + other.heard,
            heard_with_unsafe: self.heard_with_unsafe + other.heard_with_unsafe,
        }
    }
}

/// What the fixes of many scripts come to.
#[derive(Default)]
pub struct Fixing {
    scripts: usize,
    /// In which something is found.
    found: usize,
    /// To which safe fixes were applied.
    fixed: usize,
    /// What must not be, with the scripts that show it.
    pub wrong: Vec<String>,
    /// Failures that the script's author has not thrown away on purpose, by what makes them silent, and by the pattern in
    /// which they stand.
    silent: BTreeMap<(String, &'static str), Silent>,
}

/// The files beside a script.
struct Beside<'a>(&'a [(String, String)]);

impl Sources for Beside<'_> {
    fn sourced(&self, _from: &str, reference: &str) -> Option<Arc<Document>> {
        let name = reference.trim_start_matches("./");
        let (_, text) = self.0.iter().find(|(known, _)| known == name)?;
        Some(document(name, text.as_bytes()))
    }
}

fn document(name: &str, text: &[u8]) -> Arc<Document> {
    Arc::new(Document::script(name.to_owned(), text.to_vec()))
}

/// A script with the runs that are compared.
struct Subject<'a> {
    script: &'a Script,
    bench: &'a Bench,
    text: String,
    files: Vec<(String, String)>,
    /// Runs without a failure: where all questions are answered yes, and where all are answered no.
    working: Vec<Run>,
    /// By the call that fails.
    failing: BTreeMap<String, Run>,
}

impl<'a> Subject<'a> {
    fn new(script: &'a Script, bench: &'a Bench) -> Self {
        let text = script.text();
        bench.place(script, &text);
        let working = bench.working(script);
        let failing = working[0].distinct_calls().into_iter();
        let failing = failing.map(|call| (call.clone(), bench.failing(script, &call))).collect();
        Self { script, bench, text, files: script.files(), working, failing }
    }

    fn fix(&self, text: &[u8], allow: Applicability) -> Fixed {
        fix(&document("script", text), &settings(), &Beside(&self.files), allow)
    }

    /// What is found in it as it is.
    fn check(&self) -> Report {
        check(&document("script", self.text.as_bytes()), &settings(), &Beside(&self.files))
    }

    /// The failing runs of the script with another text.
    fn failing_with(&self, text: &[u8]) -> BTreeMap<&str, Run> {
        self.bench.place(self.script, &String::from_utf8_lossy(text));
        self.failing.keys().map(|call| (call.as_str(), self.bench.failing(self.script, call))).collect()
    }

    /// How the runs that work have become others. Commands of one pipeline run beside each other, and note their calls in
    /// one order or another: texts whose runs differ run again, a few times, until they agree. Where even the script as it
    /// was does not keep to one order, the calls are compared without it.
    fn changes(&self, text: &[u8]) -> Vec<String> {
        let mut changes = changes_between(&self.working, &self.working_with(text));
        let mut keeps_order = true;
        for _ in 0..TRIES {
            if changes.is_empty() {
                return changes;
            }
            let before = self.working_with(self.text.as_bytes());
            let after = self.working_with(text);
            keeps_order &= changes_between(&self.working, &before).is_empty();
            let are_alike = || before.iter().zip(&after).all(|(before, after)| before.is_like(after));
            changes = changes_between(&before, &after);
            if !keeps_order && are_alike() {
                return Vec::new();
            }
        }
        changes
    }

    /// The working runs of the script with another text.
    fn working_with(&self, text: &[u8]) -> Vec<Run> {
        self.bench.place(self.script, &String::from_utf8_lossy(text));
        self.bench.working(self.script)
    }

    /// What safe fixes have done that they must not.
    fn troubles(&self, fixed: &Fixed, after: &BTreeMap<&str, Run>) -> Vec<String> {
        let mut troubles = fixed.refused.clone();
        troubles.extend(self.changes(&fixed.text).iter().map(|what| format!("a run that works: {what}")));
        for (call, before) in &self.failing {
            if before.has_failed() && before.status != 0 && after[call.as_str()].status == 0 {
                troubles.push(format!("the failure of {call} has become silent"));
            }
        }
        let again = self.fix(&fixed.text, Applicability::Safe);
        troubles.extend(again.applied.iter().map(|fix| format!("applied a second time: {}", fix.fix.title)));
        troubles
    }
}

fn changes_between(before: &[Run], after: &[Run]) -> Vec<String> {
    before.iter().zip(after).filter_map(|(before, after)| before.change(after)).collect()
}

/// The rules that speak without being asked to; all, where `LINT_SCRIPTS_RULES=all` asks for them.
fn settings() -> Settings {
    let all = std::env::var("LINT_SCRIPTS_RULES").is_ok_and(|rules| rules == "all");
    let rules = if all { Selection::of(ALL.iter().map(|rule| rule.id)) } else { Selection::default() };
    Settings { rules, ..Settings::default() }
}

/// A failure of work that nobody has looked at, and nobody has thrown away by `|| true`. An answer is no failure.
fn is_meant_to_be_heard(said: &Said) -> bool {
    said.works && !matches!(said.fate, None | Some(Fate::Swallowed | Fate::Handled))
}

/// What makes a failure silent, in words.
fn construct(said: &Said) -> String {
    let by = match said.by {
        Some(By::NextCommand) | None => String::new(),
        Some(by) => format!(" by {by:?}").to_lowercase(),
    };
    let (fate, errexit) = (said.fate.unwrap_or(Fate::Ignored), said.errexit.unwrap_or(Errexit::Unknown));
    format!("{fate:?}{by}, errexit {errexit:?}").to_lowercase()
}

/// The findings that speak of the command's status.
fn about<'r>(said: &Said, report: &'r Report) -> impl Iterator<Item = &'r Diagnostic> {
    let span = said.span;
    report.findings.iter().filter(move |finding| finding.statuses.contains(&span))
}

impl Fixing {
    pub fn and(mut self, other: Self) -> Self {
        self.scripts += other.scripts;
        self.found += other.found;
        self.fixed += other.fixed;
        self.wrong.extend(other.wrong);
        for (place, silent) in other.silent {
            let own = self.silent.entry(place).or_default();
            *own = own.and(silent);
        }
        self
    }

    pub fn look_at(&mut self, seed: u64, shell: Shell, bench: &Bench) {
        let script = script(seed, shell);
        self.scripts += 1;
        bench.with_places(&script, || self.fix(seed, &script, bench));
    }

    fn fix(&mut self, seed: u64, script: &Script, bench: &Bench) {
        let subject = Subject::new(script, bench);
        let safe = subject.fix(subject.text.as_bytes(), Applicability::Safe);
        if safe.applied.is_empty() && safe.report.findings.is_empty() {
            return;
        }
        self.found += 1;
        let after = subject.failing_with(&safe.text);
        if !safe.applied.is_empty() {
            self.fixed += 1;
            let troubles = subject.troubles(&safe, &after);
            if !troubles.is_empty() {
                let text = String::from_utf8_lossy(&safe.text).into_owned();
                let told =
                    format!("seed {seed}: {}\n{}--- fixed\n{text}", troubles.join("; "), script.shown());
                println!("Wrong: {told}");
                self.wrong.push(told);
            }
        }
        let all = subject.fix(subject.text.as_bytes(), Applicability::Unsafe);
        let after_all = subject.failing_with(&all.text);
        self.count(&subject, &after, &after_all);
        if std::env::var("LINT_SCRIPTS_SHOW").is_ok_and(|wanted| wanted == "silent") {
            show_silent(seed, &subject, &after_all, &all.text);
        }
    }

    fn count(&mut self, subject: &Subject<'_>, safe: &BTreeMap<&str, Run>, all: &BTreeMap<&str, Run>) {
        let said = answers(subject.script);
        let found = subject.check();
        for (call, before) in &subject.failing {
            let Some(said) = said.get(call).filter(|said| is_meant_to_be_heard(said)) else { continue };
            if !before.has_failed() || before.status != 0 {
                continue;
            }
            let loud = |after: &BTreeMap<&str, Run>| usize::from(after[call.as_str()].status != 0);
            let heard = |after: &BTreeMap<&str, Run>| usize::from(is_heard(before, &after[call.as_str()]));
            let pattern = subject.script.origins.get(call).copied().unwrap_or_default();
            let own = self.silent.entry((construct(said), pattern)).or_default();
            let found = usize::from(about(said, &found).next().is_some());
            *own = own.and(Silent {
                all: 1,
                found,
                safe: loud(safe),
                with_unsafe: loud(all),
                heard: heard(safe),
                heard_with_unsafe: heard(all),
            });
        }
    }

    /// The figures, and the patterns in which most is left.
    pub fn summary(&self) -> String {
        let all = self.silent.values().copied().fold(Silent::default(), Silent::and);
        let share = |part: usize| {
            let share = 1_000 * part / all.all.max(1);
            format!("{}.{} %", share / 10, share % 10)
        };
        let mut text = format!(
            "{} scripts, {} with findings, {} fixed, {} wrong\n{} silent failures, of which findings speak of {} ({}), \
             safe fixes make loud {} ({}), with the unsafe ones {} ({}); loud, or heard by the script's own handlers, {} \
             ({}), with the unsafe ones {} ({})\n",
            self.scripts,
            self.found,
            self.fixed,
            self.wrong.len(),
            all.all,
            all.found,
            share(all.found),
            all.safe,
            share(all.safe),
            all.with_unsafe,
            share(all.with_unsafe),
            all.heard,
            share(all.heard),
            all.heard_with_unsafe,
            share(all.heard_with_unsafe),
        );
        text.push_str("silent  found   safe  unsafe  heard  why\n");
        text.push_str(&table(
            self.silent.iter().map(|((construct, _), silent)| (construct.clone(), *silent)),
        ));
        text.push_str("silent  found   safe  unsafe  heard  where\n");
        let patterns = self.silent.iter();
        text.push_str(&table(patterns.map(|((_, pattern), silent)| (pattern.replace('\n', " ⏎ "), *silent))));
        text
    }
}

/// Whether a failure that was silent is loud now, or makes the script do something that it did not do before: what its author
/// wrote for failures.
fn is_heard(before: &Run, after: &Run) -> bool {
    after.status != 0 || !after.distinct_calls().is_subset(&before.distinct_calls())
}

/// The failures that are silent still, with the text, and what was found in it as it was.
fn show_silent(seed: u64, subject: &Subject<'_>, after: &BTreeMap<&str, Run>, text: &[u8]) {
    let said = answers(subject.script);
    let report = subject.check();
    let is_silent = |call: &str, run: &Run| {
        let before = &subject.failing[call];
        run.has_failed() && before.status == 0 && !is_heard(before, run)
    };
    let mut silent = Vec::new();
    for (call, run) in after {
        let Some(said) = said.get(*call).filter(|said| is_meant_to_be_heard(said)) else { continue };
        if is_silent(call, run) {
            silent.push(format!("{call} ({}, {})", construct(said), spoken(said, &report)));
        }
    }
    if !silent.is_empty() {
        let (before, after) = (subject.script.shown(), String::from_utf8_lossy(text).into_owned());
        println!("Silent: seed {seed}: {}\n{before}--- fixed\n{after}", silent.join(", "));
    }
}

/// The rules whose findings speak of a command's status, and whether they have a fix.
fn spoken(said: &Said, report: &Report) -> String {
    let named = |finding: &Diagnostic| {
        format!("{}, {}", finding.rule, if finding.fixes.is_empty() { "no fix" } else { "a fix" })
    };
    let spoken: Vec<String> = about(said, report).map(named).collect();
    if spoken.is_empty() { "not found".to_owned() } else { spoken.join("; ") }
}

/// A line for each kind, those first of which most is left.
fn table(kinds: impl Iterator<Item = (String, Silent)>) -> String {
    let mut sums: BTreeMap<String, Silent> = BTreeMap::new();
    for (kind, silent) in kinds {
        let own = sums.entry(kind).or_default();
        *own = own.and(silent);
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by_key(|(_, silent)| std::cmp::Reverse((silent.all - silent.heard_with_unsafe, silent.all)));
    let mut text = String::new();
    for (kind, silent) in sums.into_iter().take(NAMED) {
        let Silent { all, found, safe, with_unsafe, heard_with_unsafe, .. } = silent;
        writeln!(text, "{all:6} {found:6} {safe:6} {with_unsafe:7} {heard_with_unsafe:6}  {kind}")
            .expect("a String takes all that is written to it");
    }
    text
}
