//! `lint-scripts demo`: the script that the project was started for, on the night on which it failed, before and after its fix.
//! What is said of it is found out while it is said.

use std::path::PathBuf;
use std::sync::Arc;

use super::Outcome;
use super::args::Demo;
use super::output::{Output, colour};
use crate::check::{NoSources, Report, Settings, check};
use crate::diagnostic::Applicability;
use crate::fix::fix;
use crate::report::{Checked, Colour, Failures, aftermath, heading, patch, pictures, story};
use crate::text::Document;

const SCRIPT: &str = include_str!("demo/backup.sh");
const NAME: &str = "backup.sh";
/// The command that fails that night, for its keys are no longer good.
const FAILING: &str = "aws";

/// Tells the story. Nothing is read, run or written.
pub fn run(demo: Demo) -> Outcome {
    let mut output = Output::default();
    output.print(&told(SCRIPT, FAILING, colour(demo.color)));
    output.outcome()
}

/// The story of a script in which one command fails.
fn told(script: &str, failing: &str, colour: Colour) -> Vec<u8> {
    let (document, settings) = (Arc::new(Document::script(NAME, script.as_bytes())), Settings::default());
    let before = checked(Arc::clone(&document.text), check(&document, &settings, &NoSources));
    let fixed = fix(&document, &settings, &NoSources, Applicability::Safe);
    let patch = patch(&before.path, &before.bytes, &fixed.text);
    let after = checked(fixed.text.into(), fixed.report);
    let parts: [(&str, Vec<u8>); 5] = [
        ("The script", script.into()),
        ("The night on which the keys were rotated", night(&before, failing, colour)),
        ("What lint-scripts finds", pictures(&before, colour)),
        ("What --fix changes", patch),
        ("The same night again", night(&after, failing, colour)),
    ];
    let part = |(title, text): &(&str, Vec<u8>)| {
        let text = text.trim_ascii_end();
        [format!("{}\n\n", heading(title, colour)).as_bytes(), text, b"\n"].concat()
    };
    parts.iter().map(part).collect::<Vec<Vec<u8>>>().join(&b'\n')
}

fn checked(bytes: Arc<[u8]>, report: Report) -> Checked {
    Checked { path: PathBuf::from(NAME), bytes, report }
}

/// What the script does when that command fails, and what of its failures would be noticed.
fn night(checked: &Checked, failing: &str, colour: Colour) -> Vec<u8> {
    let trace = &checked.report.trace;
    let entries = trace.entries.iter().filter(|entry| entry.name == failing);
    let mut text = Vec::new();
    for entry in entries {
        text.extend(story(checked, entry, colour));
        text.extend(aftermath(checked, entry).into_bytes());
    }
    text.extend(format!("\n{}\n", Failures::of(trace).sentence("this script")).into_bytes());
    text
}

#[cfg(test)]
mod tests {
    use super::{FAILING, SCRIPT, told};
    use crate::report::Colour;

    fn plain(script: &str, failing: &str) -> String {
        String::from_utf8(told(script, failing, Colour::Off)).unwrap()
    }

    #[test]
    fn the_script_is_the_one_that_real_shells_run() {
        assert_eq!(SCRIPT, include_str!("../../tests/scripts/story/backup.sh"));
    }

    /// Another script, another story: nothing of it is kept ready.
    #[test]
    fn what_is_told_is_found_out() {
        let loud = "#!/bin/bash\nset -euo pipefail\nrsync -a a/ host:b/\nrm -r a\necho \"Moved!\"\n";
        let story = plain(loud, "rsync");
        assert!(
            story.contains("when `rsync` fails — stops the script — the script exits non-zero"),
            "{story}"
        );
        assert_eq!(story.matches("3 of 3").count() + story.matches("2 of 2").count(), 2, "{story}");
        assert!(!story.contains("error[") && !story.contains("@@"), "{story}");
        let other = plain(SCRIPT, "pg_dump");
        assert!(other.contains("when `pg_dump` fails — lost in the pipeline"), "{other}");
        assert!(!other.contains("when `aws` fails — "), "{other}");
    }

    #[test]
    fn colour_is_only_written_when_asked_for() {
        assert!(!plain(SCRIPT, FAILING).contains('\u{1b}'));
        let coloured = told(SCRIPT, FAILING, Colour::On);
        assert!(coloured.starts_with(b"\x1b[1m"));
    }
}
