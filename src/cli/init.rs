//! `lint-scripts init`: a first configuration, by what is in the working directory.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Parser;

use super::Outcome;
use super::args::{Arguments, Init, Lint};
use super::lint;
use super::output::{Output, error};
use super::scan::{Scan, Trouble};
use crate::check::{Settings, check};
use crate::config::Proposal;
use crate::files::{Content, LineEnds, Origin, put, shown};
use crate::report::{Checked, Tally, clean_word, count};

const CONFIG: &str = "lint-scripts.toml";
const BASELINE: &str = "lint-scripts.baseline";

/// Writes a configuration, and a baseline where one is wanted, and says what was done and what is next.
pub fn run(arguments: Init) -> Outcome {
    match init(arguments) {
        Ok(outcome) => outcome,
        Err(message) => {
            error(&message);
            Outcome::Failed
        }
    }
}

fn init(arguments: Init) -> Result<Outcome, String> {
    let target = target(arguments)?;
    let proposal = Proposal { baseline: arguments.baseline.then(|| BASELINE.to_owned()), ..proposal()? };
    put(&target, proposal.text().as_bytes()).map_err(|failure| failure.to_string())?;
    let mut lines = vec![format!("wrote {}: preset {}", shown(&target), proposal.preset)];
    lines.extend(told("not checked, it comes from elsewhere", &proposal.exclude));
    lines.extend(told("tests, where missing-strict-mode does not speak", &proposal.tests));
    let (next, outcome) = if arguments.baseline { accepted(&target)? } else { found(&target)? };
    let mut output = Output::default();
    output.print(format!("{}\n\nnext:\n{}", lines.join("\n"), steps(&next)).as_bytes());
    Ok(outcome.max(output.outcome()))
}

/// The file to be written, when nothing speaks against it.
fn target(arguments: Init) -> Result<PathBuf, String> {
    let hidden = PathBuf::from(format!(".{CONFIG}"));
    let target = if hidden.exists() { hidden } else { PathBuf::from(CONFIG) };
    if arguments.force {
        return Ok(target);
    }
    let lint = options(&[])?;
    let configs = lint.reading.configs(lint.rules.choice()?, &lint.comments)?;
    let config = configs.of(Path::new("script")).map_err(|error| error.to_string())?;
    if let Some(file) = config.files.first() {
        let file = shown(&configs.shortened(file));
        return Err(format!("{file} holds here already; --force writes {} all the same", shown(&target)));
    }
    if arguments.baseline && Path::new(BASELINE).exists() {
        return Err(format!("{BASELINE} is there already; --force writes it anew"));
    }
    Ok(target)
}

/// What the scripts below the working directory suggest.
fn proposal() -> Result<Proposal, String> {
    let (origins, _) = scan(&options(&["--isolated"])?)?.found(&[PathBuf::from(".")]);
    if origins.is_empty() {
        return Err("there is no shell script below this directory; nothing was written".to_owned());
    }
    let scripts: Vec<PathBuf> = origins.iter().map(|origin| origin.path().to_owned()).collect();
    // Without one, there are no submodules.
    let modules = fs::read_to_string(".gitmodules").unwrap_or_default();
    let proposal = Proposal::new(&scripts, &modules);
    let in_tests =
        |script: &&PathBuf| !proposal.excludes(script) && Proposal::test_directory(script).is_some();
    let in_tests: Vec<PathBuf> = scripts.iter().filter(in_tests).cloned().collect();
    let tests = without_options(&in_tests, &proposal)?;
    Ok(Proposal { tests, ..proposal })
}

/// The directories of those tests that the preset would ask for options.
fn without_options(tests: &[PathBuf], proposal: &Proposal) -> Result<BTreeSet<String>, String> {
    let preset = proposal.preset.to_string();
    let mut directories = BTreeSet::new();
    each(&options(&["--isolated", "--preset", &preset])?, tests, |checked| {
        let mut findings = checked.report.findings.iter();
        if findings.any(|finding| finding.rule.0 == "missing-strict-mode") {
            directories.extend(Proposal::test_directory(&checked.path));
        }
    })?;
    Ok(directories)
}

/// What is next where everything is to be seen, and whether all could be checked.
fn found(target: &Path) -> Result<(Vec<Step>, Outcome), String> {
    let mut tally = Tally::default();
    let lint = options(&["--allow-empty"])?;
    let troubles = each(&lint, &lint.paths, |checked| tally.add(&checked))?;
    troubles.iter().for_each(Trouble::tell);
    let findings = tally.findings.error + tally.findings.warning + tally.findings.info;
    let see = format!("see the {} in {}", count(findings, "finding"), count(tally.scripts, "script"));
    let mut next = vec![Step::new("lint-scripts", see)];
    if tally.fixable.safe > 0 {
        next.push(Step::new(
            "lint-scripts --fix",
            format!("apply the {} that are safe", count(tally.fixable.safe, "fix")),
        ));
    }
    if findings > 0 {
        next.push(Step::new("lint-scripts init --baseline --force", "accept what is left for now"));
    }
    next.push(Step::new(format!("git add {}", shown(target)), "keep it with the project"));
    let failed = if troubles.is_empty() { Outcome::Clean } else { Outcome::Failed };
    Ok((next, failed))
}

/// Writes the baseline; what is next then, and whether all could be checked.
fn accepted(target: &Path) -> Result<(Vec<Step>, Outcome), String> {
    let outcome = lint::run(&options(&["--allow-empty", "--write-baseline", BASELINE])?);
    let next = vec![
        Step::new("lint-scripts", "only what is new is found from now on"),
        Step::new("lint-scripts --fix", "apply the safe fixes, also of what is accepted"),
        Step::new(format!("git add {} {BASELINE}", shown(target)), "keep them with the project"),
    ];
    Ok((next, outcome))
}

/// A command, and what it is for.
struct Step {
    command: String,
    purpose: String,
}

impl Step {
    fn new(command: impl Into<String>, purpose: impl Into<String>) -> Self {
        Self { command: command.into(), purpose: purpose.into() }
    }
}

fn steps(next: &[Step]) -> String {
    let width = next.iter().map(|step| step.command.len()).max().unwrap_or(0);
    let lines: Vec<String> =
        next.iter().map(|Step { command, purpose }| format!("  {command:width$}  {purpose}\n")).collect();
    lines.concat()
}

fn told(what: &str, paths: &BTreeSet<String>) -> Option<String> {
    let paths: Vec<String> = paths.iter().map(|path| clean_word(path)).collect();
    (!paths.is_empty()).then(|| format!("  {what}: {}", paths.join(", ")))
}

/// Checks the scripts at `paths`; gives what could not be done.
fn each(lint: &Lint, paths: &[PathBuf], take: impl FnMut(Checked)) -> Result<Vec<Trouble>, String> {
    let scan = scan(lint)?;
    let work = |origin: &Origin, content: Content, settings: &Settings| {
        let document = Arc::new(LineEnds::HERE.script(origin.shown(), &content.bytes));
        let report = check(&document, settings, &scan.sources);
        Checked { path: origin.path().to_owned(), bytes: content.bytes, report }
    };
    Ok(scan.each(paths, work, take))
}

fn scan(lint: &Lint) -> Result<Scan, String> {
    Scan::new(&lint.reading, lint.rules.choice()?, &lint.comments)
}

/// As if they had been given on the command line.
fn options(words: &[&str]) -> Result<Lint, String> {
    let words = ["lint-scripts"].iter().chain(words);
    Arguments::try_parse_from(words).map(|arguments| arguments.lint).map_err(|error| error.to_string())
}
