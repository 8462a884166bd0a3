//! JUnit's report, as Jenkins and most others read it: a suite for each script of which there is something to say, a failed test for
//! each finding. What is only worth knowing is a test that passes and says so.

use std::path::Path;

use askama::Template;

use super::{Format, clean_text, compiler_word, one_line};
use crate::diagnostic::Severity;
use crate::report::told::Told;
use crate::report::{Error, Findings, clean_word};

pub(super) static FORMAT: Format = Format::whole_run("junit", "JUnit's report of tests, for Jenkins and others", write);

fn write(findings: &Findings) -> Vec<u8> {
    let files = findings.told_by_file();
    let found = files.iter().map(|(path, told)| Suite::new(path, told.iter().map(Case::from).collect()));
    let undone = findings.errors.iter().map(|it| Suite::new(&it.path.path, vec![Case::from(it)]));
    let mut suites: Vec<Suite> = found.chain(undone).collect();
    if suites.is_empty() {
        // Jenkins takes a report without any test for a mistake.
        suites.push(Suite::new("lint-scripts", vec![Case::nothing_found()]));
    }
    let mut text = Page { suites }.render().expect("what is written into a string does not fail");
    text.push('\n');
    text.into_bytes()
}

#[derive(Template)]
#[template(path = "junit.xml", config = "src/report/formats/askama.toml")]
struct Page {
    suites: Vec<Suite>,
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    class: String,
    verdict: Verdict,
}

enum Verdict {
    Passed { text: String },
    Failed { kind: &'static str, message: String, text: String },
    NotDone { message: String },
}

impl Page {
    fn tests(&self) -> usize {
        self.suites.iter().map(|suite| suite.cases.len()).sum()
    }

    fn failures(&self) -> usize {
        self.suites.iter().map(Suite::failures).sum()
    }

    fn errors(&self) -> usize {
        self.suites.iter().map(Suite::errors).sum()
    }
}

impl Suite {
    fn new(path: &str, cases: Vec<Case>) -> Self {
        Self { name: clean_word(path), cases }
    }

    fn failures(&self) -> usize {
        self.cases.iter().filter(|case| matches!(case.verdict, Verdict::Failed { .. })).count()
    }

    fn errors(&self) -> usize {
        self.cases.iter().filter(|case| matches!(case.verdict, Verdict::NotDone { .. })).count()
    }
}

impl Case {
    fn nothing_found() -> Self {
        let verdict = Verdict::Passed { text: String::new() };
        Self { name: "nothing found".to_owned(), class: "lint-scripts".to_owned(), verdict }
    }
}

impl From<&Told<'_>> for Case {
    fn from(told: &Told<'_>) -> Self {
        let at = told.start.at;
        let text = format!("{}\n{}", one_line(told), told.help().unwrap_or_default());
        let text = clean_text(text.trim_end());
        Self {
            name: format!("{} at line {}, column {}", told.rule, at.line, at.column),
            class: class(&told.start.path.path),
            verdict: match told.severity {
                Severity::Info => Verdict::Passed { text },
                severity => {
                    Verdict::Failed { kind: compiler_word(severity), message: clean_word(told.message), text }
                }
            },
        }
    }
}

impl From<&Error> for Case {
    fn from(error: &Error) -> Self {
        Self {
            name: "not done".to_owned(),
            class: class(&error.path.path),
            verdict: Verdict::NotDone { message: clean_word(&error.message) },
        }
    }
}

/// The path without its ending, with dots, as classes have them.
fn class(path: &str) -> String {
    clean_word(&Path::new(path).with_extension("").to_string_lossy().replace('/', "."))
}
