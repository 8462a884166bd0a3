//! The ways to write what was found, one file each.
//!
//! A new one is a file with a `FORMAT` in it, a word in the list below, and a section in `docs/output-formats.md`.

use super::told::Told;
use super::{Checked, Colour, Findings};
use crate::diagnostic::Severity;

/// A way to write what was found.
pub struct Format {
    /// Its name on the command line.
    pub name: &'static str,
    /// What reads it, in a few words.
    pub about: &'static str,
    /// How it is written.
    pub way: Way,
    /// What is said besides to a program that asks for it.
    pub aside: Option<Aside>,
}

/// What one script's findings are written by.
pub type DrawScript = fn(&Checked, Colour) -> Vec<u8>;

/// What the findings of a run are written by.
pub type WriteRun = fn(&Findings) -> Vec<u8>;

/// When and from what a format is written.
#[derive(Clone, Copy)]
pub enum Way {
    /// From each script and its report, as soon as it is done.
    EachScript(DrawScript),
    /// From all that was found, at the end of the run.
    WholeRun(WriteRun),
}

/// What is added to the end of a file that an environment variable names.
#[derive(Clone, Copy)]
pub struct Aside {
    /// The variable.
    pub variable: &'static str,
    /// What is added.
    pub write: WriteRun,
}

impl Format {
    const fn whole_run(name: &'static str, about: &'static str, write: WriteRun) -> Self {
        Self { name, about, way: Way::WholeRun(write), aside: None }
    }
}

macro_rules! formats {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// All formats, in the order in which they are listed.
        pub static ALL: &[&Format] = &[$(&$name::FORMAT),*];
    };
}

formats![
    text, concise, statistics, json, jsonl, sarif, github, gitlab, azure, junit, checkstyle, rdjson, rdjsonl,
    html,
];

/// The format of that name.
pub fn find(name: &str) -> Option<&'static Format> {
    ALL.iter().copied().find(|format| format.name == name)
}

/// As compilers call it, and SARIF.
fn compiler_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// `path:line:column: severity: message [rule]`.
fn one_line(told: &Told<'_>) -> String {
    let (path, at) = (&told.start.path.path, told.start.at);
    let kind = compiler_word(told.severity);
    super::clean_word(&format!("{path}:{}:{}: {kind}: {} [{}]", at.line, at.column, told.message, told.rule))
}

/// A message of several lines, without what acts on a terminal, or what no document of XML may hold, not even as a reference.
fn clean_text(text: &str) -> String {
    text.split('\n').map(super::clean_word).collect::<Vec<String>>().join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ALL, find};

    #[test]
    fn each_format_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = ALL.iter().map(|format| format.name).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(names.iter().all(|name| find(name).is_some_and(|format| !format.about.is_empty())));
    }
}
