//! The lines that a finding speaks of, so that a report can show them where the script is not at hand.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Checked;
use super::place::{Places, bytes};
use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// Lines of a finding's own place that are shown at most; the rest of a long loop is not what it is about.
const MOST: u32 = 6;
/// Bytes that are shown of a line at most.
const LONG: usize = 300;

/// One line of a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// 1-based.
    pub line: u32,
    /// Without its end; bytes that are not UTF-8 become U+FFFD, and what is very long is cut.
    pub text: String,
}

/// Those of the finding, its labels and its steps that lie in the finding's own file, in the order of the text.
pub(super) fn of(checked: &Checked, places: &Places<'_>, finding: &Diagnostic) -> Vec<Line> {
    let own = finding.primary.span;
    let spans = finding.labels.iter().chain(&finding.steps).map(|label| label.span);
    let mut numbers: BTreeSet<u32> =
        spans.filter(|span| span.file == own.file).map(|span| places.line(span)).collect();
    let first = places.line(own);
    numbers.extend(first..=places.line(last(own)).min(first + MOST - 1));
    let text = bytes(checked, own.file);
    numbers
        .into_iter()
        .map(|line| Line { line, text: shown(text, places.line_start(own.file, line)) })
        .collect()
}

/// The last byte of a span that has any.
fn last(span: Span) -> Span {
    Span::at(span.file, span.end.saturating_sub(1).max(span.start))
}

/// What is shown of the line that starts at `start`.
fn shown(text: &[u8], start: u32) -> String {
    let rest = text.get(start as usize..).unwrap_or_default();
    let line = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let Some(head) = line.get(..LONG) else { return String::from_utf8_lossy(line).into_owned() };
    let head = String::from_utf8_lossy(head);
    format!("{}…", head.trim_end_matches(char::REPLACEMENT_CHARACTER))
}

#[cfg(test)]
mod tests {
    use super::{LONG, shown};

    #[test]
    fn a_line_has_neither_an_end_nor_an_endless_length() {
        assert_eq!(shown(b"a\r\nb\n", 0), "a");
        assert_eq!(shown(b"a\nb", 2), "b");
        assert_eq!(shown(b"a\n", 2), "");
        assert_eq!(shown(b"\xff", 0), "\u{fffd}");
        let long = "é".repeat(LONG);
        let cut = shown(format!("x{long}\n").as_bytes(), 0);
        assert!(cut.starts_with("xé") && cut.ends_with("é…") && cut.len() <= LONG + 3, "{cut}");
    }
}
