//! Workflow commands of GitHub Actions, which it shows as annotations, and a summary of the job in Markdown.
//! <https://docs.github.com/actions/reference/workflow-commands>
//!
//! GitHub shows ten annotations of each kind for a step and drops the others without a word. So the worst become commands, and the
//! rest stand in the log, and in the summary.

use std::fmt::Write as _;

use super::{Aside, Format, Way, clean_text, one_line};
use crate::diagnostic::Severity;
use crate::report::told::Told;
use crate::report::{Findings, clean_word, count, record};

pub(super) static FORMAT: Format = Format {
    name: "github",
    about: "annotations of GitHub Actions, and a summary of the job",
    way: Way::WholeRun(write),
    aside: Some(Aside { variable: "GITHUB_STEP_SUMMARY", write: summary }),
};

/// Annotations of one kind that GitHub shows for a step.
const SHOWN: usize = 10;
/// GitHub drops a summary of more than 1 MiB as a whole.
const SUMMARY: usize = 1000 * 1000;

fn write(findings: &Findings) -> Vec<u8> {
    let told = findings.told();
    let mut lines: Vec<String> = findings.errors.iter().take(SHOWN).map(error).collect();
    let mut rest: Vec<&Told<'_>> = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let room = if severity == Severity::Error { SHOWN - lines.len() } else { SHOWN };
        let mut these = told.iter().filter(|told| told.severity == severity);
        lines.extend(these.by_ref().take(room).map(annotation));
        rest.extend(these);
    }
    if !rest.is_empty() {
        lines.push(format!("::group::{} more, beyond what GitHub shows as annotations", rest.len()));
        lines.extend(rest.into_iter().map(|told| unheard(&one_line(told))));
        lines.push("::endgroup::".to_owned());
    }
    lines.into_iter().map(|line| line + "\n").collect::<String>().into_bytes()
}

/// GitHub looks at columns only where start and end are on one line.
fn annotation(told: &Told<'_>) -> String {
    let kind = kind(told.severity);
    let path = property(&told.start.path.path);
    let (start, end) = (told.start.at, told.end.at);
    let columns = if start.line == end.line {
        format!(",col={},endColumn={}", start.column, end.column)
    } else {
        String::new()
    };
    let (line, last, rule) = (start.line, end.line, property(told.rule));
    let message = data(&told.message_and_help());
    format!("::{kind} file={path},line={line},endLine={last}{columns},title={rule}::{message}")
}

fn kind(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

fn error(error: &record::Error) -> String {
    format!("::error file={},title=not done::{}", property(&error.path.path), data(&error.message))
}

fn data(text: &str) -> String {
    clean_text(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A line that no runner takes for a command, whatever a path or a script has put into it: one that starts with `::` is one, and
/// `##[` is one wherever it stands.
fn unheard(line: &str) -> String {
    format!(" {}", line.trim_start()).replacen(" ::", " : :", 1).replace("##[", "## [")
}

/// The job's summary, in Markdown.
fn summary(findings: &Findings) -> Vec<u8> {
    let told = findings.told();
    let mut text = format!("### lint-scripts\n\n{}\n", sentence(findings));
    if !told.is_empty() {
        text.push_str("\n| | where | what |\n|---|---|---|\n");
    }
    for (number, row) in told.iter().map(row).enumerate() {
        if text.len() + row.len() > SUMMARY {
            let _ = write!(text, "\nand {} more\n", told.len() - number);
            break;
        }
        text.push_str(&row);
    }
    for error in findings.errors.iter().take(100) {
        let _ = write!(text, "\n- not done: {}: {}", cell(&error.path.path), cell(&error.message));
    }
    text.push('\n');
    text.into_bytes()
}

fn sentence(findings: &Findings) -> String {
    let summary = findings.summary;
    let found = summary.findings;
    let kinds = [("error", found.error), ("warning", found.warning), ("note", found.info)];
    let counts: Vec<String> =
        kinds.iter().filter(|(_, number)| *number > 0).map(|(word, number)| count(*number, word)).collect();
    let found = if counts.is_empty() { "nothing found".to_owned() } else { counts.join(", ") };
    format!("{} checked: {found}", count(summary.scripts, "script"))
}

fn row(told: &Told<'_>) -> String {
    let place = format!("{}:{}", told.start.path.path, told.start.at.line);
    format!("| {} | {} | {} ({}) |\n", kind(told.severity), cell(&place), cell(told.message), told.rule)
}

/// Text in a cell of a table, in which no sign means anything to Markdown.
fn cell(text: &str) -> String {
    let special = |c: char| c.is_ascii_punctuation() && !matches!(c, '.' | ',' | '/' | '-' | '\'' | '"');
    let escape = |c: char| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        c if special(c) => format!("\\{c}"),
        c => c.to_string(),
    };
    clean_word(text).chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::{cell, data, property, summary, unheard};
    use crate::report::{Findings, story};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(property("a:b,c%d\ne\u{1b}"), "a%3Ab%2Cc%25d%0Ae\u{fffd}");
        assert_eq!(data("50%: x, y"), "50%25: x, y");
    }

    #[test]
    fn no_path_becomes_a_command() {
        assert_eq!(unheard("::error::x.sh:1:1: note"), " : :error::x.sh:1:1: note");
        assert_eq!(unheard("a##[set-env]b.sh:1:1: note"), " a## [set-env]b.sh:1:1: note");
        assert_eq!(unheard("a.sh:1:1: note"), " a.sh:1:1: note");
    }

    #[test]
    fn a_cell_shows_its_text_as_it_is() {
        assert_eq!(cell("`a | b` <img> *x* & [y](z)"), r"\`a \| b\` &lt;img\> \*x\* &amp; \[y\]\(z\)");
    }

    #[test]
    fn a_summary_that_github_would_drop_is_cut() {
        let mut findings = Findings::default();
        let mut checked = story::checked();
        checked.report.findings.iter_mut().for_each(|finding| finding.message = "*".repeat(500));
        (0..500).for_each(|_| findings.add(&checked));
        let summary = summary(&findings);
        assert!((900_000..1024 * 1024).contains(&summary.len()), "{}", summary.len());
        let text = String::from_utf8(summary).unwrap();
        let rows = text.lines().filter(|line| line.starts_with("| error") || line.starts_with("| warn")).count();
        assert!(text.contains(&format!("\nand {} more\n", 1500 - rows)), "{rows}");
    }
}
