//! One page for a browser, which needs nothing else and runs no program: findings by file, each with the lines that it speaks of, light
//! or dark as the reader has it.
//!
//! Everything that comes from a script is escaped by the template; only our own style is not.

use askama::Template;

use super::Format;
use crate::diagnostic::Applicability;
use crate::report::record::{Finding, Remedy};
use crate::report::told::Told;
use crate::report::{Findings, clean_word};

pub(super) static FORMAT: Format = Format::whole_run("html", "one page for a browser, which needs nothing else", write);

fn write(findings: &Findings) -> Vec<u8> {
    let files = findings.told_by_file();
    let summary = findings.summary;
    let page = Page {
        errors: summary.findings.error,
        warnings: summary.findings.warning,
        infos: summary.findings.info,
        scripts: summary.scripts,
        files: files.iter().map(|(path, told)| File::new(path, told)).collect(),
        undone: findings
            .errors
            .iter()
            .map(|it| clean_word(&format!("{}: {}", it.path.path, it.message)))
            .collect(),
        css: include_str!("html/page.css"),
    };
    page.render().expect("what is written into a string does not fail").into_bytes()
}

#[derive(Template)]
#[template(path = "html/page.html", config = "src/report/formats/askama.toml")]
struct Page {
    errors: usize,
    warnings: usize,
    infos: usize,
    scripts: usize,
    files: Vec<File>,
    undone: Vec<String>,
    css: &'static str,
}

struct File {
    path: String,
    items: Vec<Item>,
}

struct Item {
    kind: &'static str,
    rule: String,
    line: u32,
    column: u32,
    message: String,
    help: Option<String>,
    lines: Vec<Line>,
    /// The failure's way, in words.
    way: Vec<Step>,
    fixes: Vec<String>,
}

struct Line {
    number: u32,
    text: String,
    /// Lines are left out before this one.
    gap: bool,
    /// The finding itself stands here.
    own: bool,
}

struct Step {
    line: u32,
    message: String,
}

impl File {
    fn new(path: &str, told: &[Told<'_>]) -> Self {
        Self { path: clean_word(path), items: told.iter().map(Item::from).collect() }
    }
}

impl From<&Told<'_>> for Item {
    fn from(told: &Told<'_>) -> Self {
        let way = told.way().into_iter();
        Self {
            kind: told.severity.word(),
            rule: told.rule.to_owned(),
            line: told.start.at.line,
            column: told.start.at.column,
            message: clean_word(told.message),
            help: told.help().map(clean_word),
            lines: told.finding.map(lines).unwrap_or_default(),
            way: way.map(|(at, _, said)| Step { line: at.at.line, message: clean_word(said) }).collect(),
            fixes: told.finding.iter().flat_map(|finding| &finding.fixes).map(offer).collect(),
        }
    }
}

fn lines(finding: &Finding) -> Vec<Line> {
    let (first, last) = (finding.start.at.line, finding.end.at.line);
    let mut before = None;
    let line = |line: &crate::report::source::Line| {
        let gap = before.is_some_and(|before| before + 1 < line.line);
        before = Some(line.line);
        Line {
            number: line.line,
            text: clean_word(&line.text.replace('\t', "    ")),
            gap,
            own: (first..=last).contains(&line.line),
        }
    };
    finding.source.iter().map(line).collect()
}

fn offer(fix: &Remedy) -> String {
    let promise = match fix.applicability {
        Applicability::Safe => "safe",
        Applicability::Unsafe => "unsafe",
        Applicability::Display => "by hand",
    };
    let why = fix.why_unsafe.as_ref().map_or_else(String::new, |why| format!(": {why}"));
    clean_word(&format!("{} ({promise}{why})", fix.title))
}
