//! Traces as one page for a browser, which needs nothing else: the source, with the way of each failure drawn over it.
//!
//! Everything that comes from a script is escaped by the templates; `safe` is said only of our own files and of what a
//! template has made.

use askama::Template;

use super::sheet::{Data, Piece, Sheet, Tag, sheets};
use super::{Failures, closing};
use crate::report::Checked;
use crate::report::clean::clean_word;
use crate::report::place::Places;
use crate::text::FileId;

/// One script's part of the page.
#[derive(Debug)]
pub struct PagePart {
    path: String,
    failures: Failures,
    markup: String,
}

impl PagePart {
    /// Of one script.
    pub fn of(checked: &Checked) -> Self {
        let places = Places::new(checked);
        let report = &checked.report;
        let path = clean_word(&report.document(FileId(0)).path);
        let unread = report.not_checked.iter().map(|region| {
            format!("line {} could not be read: {}", places.line(region.span), clean_word(&region.message))
        });
        let data = Data::of(checked, &places);
        let section = Section {
            path: &path,
            shell: report.shell.map(super::shell_word),
            failures: Failures::of(&report.trace),
            closing: closing(checked),
            unread: unread.collect(),
            sheets: sheets(checked, &places),
            data: json(&data),
        };
        Self { failures: section.failures, markup: written(&section), path }
    }

    #[cfg(test)]
    pub(super) fn markup(&self) -> &str {
        &self.markup
    }
}

/// The page of a run; of several scripts, those with the most silent failures come first.
pub fn page(mut parts: Vec<PagePart>, sum: &str, errors: &[String]) -> String {
    parts.sort_by(|a, b| {
        let worst = |part: &PagePart| (part.failures.silent, part.failures.either());
        worst(b).cmp(&worst(a)).then_with(|| a.path.cmp(&b.path))
    });
    let title = match parts.as_slice() {
        [part] => format!("{} – lint-scripts trace", part.path),
        _ => "lint-scripts trace".to_owned(),
    };
    let errors = errors.iter().map(|error| clean_word(error)).collect();
    let page = Page {
        title,
        sum,
        errors,
        parts: &parts,
        css: include_str!("page/page.css"),
        js: include_str!("page/page.js"),
    };
    written(&page)
}

fn written(template: &impl Template) -> String {
    template.render().expect("writing into a string does not fail")
}

fn json(data: &Data) -> String {
    serde_json::to_string(data).expect("numbers, strings and lists become JSON")
}

#[derive(Template)]
#[template(path = "page.html", config = "src/report/trace/page/askama.toml")]
struct Page<'a> {
    title: String,
    sum: &'a str,
    errors: Vec<String>,
    parts: &'a [PagePart],
    css: &'static str,
    js: &'static str,
}

#[derive(Template)]
#[template(path = "section.html", config = "src/report/trace/page/askama.toml")]
struct Section<'a> {
    path: &'a str,
    shell: Option<&'static str>,
    failures: Failures,
    closing: String,
    unread: Vec<String>,
    sheets: Vec<Sheet>,
    data: String,
}
