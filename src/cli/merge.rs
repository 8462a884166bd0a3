//! `lint-scripts merge`: what the shards of a run have found, as one run would have told it.

use std::fs;
use std::path::Path;

use super::Outcome;
use super::args::Merge;
use super::lint::counts;
use super::output::{error, say};
use super::outputs::{Destination, Outputs, arranged, usual};
use super::scan::Trouble;
use crate::report::formats::Way;
use crate::report::{Colour, Findings};

/// Joins what several runs have written as JSON.
pub fn run(merge: &Merge) -> Outcome {
    match destinations(merge) {
        Ok(destinations) => join(merge, &destinations),
        Err(message) => {
            error(&message);
            Outcome::Failed
        }
    }
}

/// Pictures are drawn from scripts, which are not here.
fn destinations(merge: &Merge) -> Result<Vec<Destination>, String> {
    let needs_scripts = |it: &Destination| matches!(it.format.way, Way::EachScript(_));
    let mut destinations = merge.output_format.clone();
    if let Some(text) = destinations.iter().find(|it| needs_scripts(it)) {
        let name = text.format.name;
        return Err(format!(
            "--output-format {name} shows the scripts, which are not at hand: try concise or html"
        ));
    }
    if destinations.is_empty() {
        destinations = usual(|name| std::env::var(name).ok());
        destinations.retain(|it| !needs_scripts(it));
    }
    if destinations.is_empty() {
        destinations.push("json".parse()?);
    }
    arranged(destinations, merge.output_file.as_deref(), &merge.files)
}

fn join(merge: &Merge, destinations: &[Destination]) -> Outcome {
    let mut all = Findings::default();
    for path in &merge.files {
        match read(path) {
            Ok(findings) => all.join(findings),
            Err(message) => {
                Trouble::whole(path, message.as_str()).tell();
                all.fail(path, message);
            }
        }
    }
    all.sort();
    let outcome = match merge.verdict.of(all.summary()) {
        _ if all.has_errors() => Outcome::Failed,
        outcome => outcome,
    };
    let written = Outputs::new(destinations, Colour::Off, Colour::Off).write(&all);
    say(&counts(all.summary()));
    outcome.max(written)
}

fn read(path: &Path) -> Result<Findings, String> {
    let text = fs::read(path).map_err(|cause| format!("cannot be read: {cause}"))?;
    Findings::parse(&text)
}
