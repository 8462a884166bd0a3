//! Checkstyle's report: files, and in each what is wrong with it.

use askama::Template;

use super::{Format, clean_text};
use crate::report::told::Told;
use crate::report::{Findings, clean_word};

pub(super) static FORMAT: Format = Format::whole_run("checkstyle", "Checkstyle's report", write);

fn write(findings: &Findings) -> Vec<u8> {
    let files = findings.told_by_file();
    let found = files.iter().map(|(path, told)| File::new(path, told.iter().map(Error::from).collect()));
    let undone = findings.errors.iter().map(|error| File::new(&error.path.path, vec![Error::from(error)]));
    let page = Page { files: found.chain(undone).collect() };
    page.render().expect("what is written into a string does not fail").into_bytes()
}

#[derive(Template)]
#[template(path = "checkstyle.xml", config = "src/report/formats/askama.toml")]
struct Page {
    files: Vec<File>,
}

struct File {
    name: String,
    errors: Vec<Error>,
}

struct Error {
    line: u32,
    column: u32,
    severity: &'static str,
    message: String,
    rule: String,
}

impl File {
    fn new(path: &str, errors: Vec<Error>) -> Self {
        Self { name: clean_word(path), errors }
    }
}

impl From<&Told<'_>> for Error {
    fn from(told: &Told<'_>) -> Self {
        Self {
            line: told.start.at.line,
            column: told.start.at.column,
            severity: told.severity.word(),
            message: clean_text(&told.message_and_help()),
            rule: told.rule.to_owned(),
        }
    }
}

impl From<&crate::report::Error> for Error {
    /// What could not be done is of no line.
    fn from(error: &crate::report::Error) -> Self {
        let message = clean_word(&error.message);
        Self { line: 1, column: 1, severity: "error", message, rule: "not-done".to_owned() }
    }
}
