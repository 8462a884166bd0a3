//! From comments to directives.

use crate::diagnostic::Label;
use crate::text::Span;

/// How far a directive reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The line that it ends.
    Line,
    /// The command that follows, whole.
    NextCommand,
    /// The whole text.
    File,
}

/// A comment that takes findings away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The comment, from `#`.
    pub span: Span,
    /// The rules as they are written, each with its place; never empty.
    pub rules: Vec<(String, Span)>,
    /// How far it reaches.
    pub scope: Scope,
    /// What stands after `--`.
    pub reason: Option<String>,
}

/// All that the comments of a text say to the linter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directives {
    /// In the order of the text.
    pub directives: Vec<Directive>,
    /// Comments that were surely meant as a directive and are none, with the cause. They suppress nothing.
    pub malformed: Vec<Label>,
}

/// Reads the directives among `comments`, the spans of the comments of `text` in order.
pub fn directives(text: &[u8], comments: &[Span]) -> Directives {
    let mut found = Directives::default();
    for &span in comments {
        match directive(text, span) {
            Some(Ok(directive)) => found.directives.push(directive),
            Some(Err(message)) => found.malformed.push(Label { span, message }),
            None => {}
        }
    }
    found
}

fn directive(text: &[u8], span: Span) -> Option<Result<Directive, String>> {
    let comment = String::from_utf8_lossy(&text[span.range()]);
    let said = comment.trim_start_matches('#').trim_start().strip_prefix("lint-scripts")?;
    if !said.starts_with([' ', '\t', ':']) {
        return None;
    }
    let said = said.trim_start_matches([' ', '\t', ':']);
    let (scope, names) = if let Some(names) = said.strip_prefix("disable=") {
        (if ends_line(text, span) { Scope::Line } else { Scope::NextCommand }, names)
    } else if let Some(names) = said.strip_prefix("disable-file=") {
        (Scope::File, names)
    } else {
        let meant = said.starts_with("disable") || said.starts_with("ignore");
        return meant
            .then(|| Err("this is no directive: write `disable=rule` or `disable-file=rule`".to_owned()));
    };
    let before = comment.len() - names.len();
    let (names, reason) = split_reason(names);
    let rules = rules(names, Span { start: span.start + before as u32, ..span });
    if rules.is_empty() {
        return Some(Err("this directive names no rule".to_owned()));
    }
    let reason = reason.filter(|reason| !reason.is_empty()).map(str::to_owned);
    Some(Ok(Directive { span, rules, scope, reason }))
}

/// The names, and what stands behind a `--` that is a word of its own.
fn split_reason(names: &str) -> (&str, Option<&str>) {
    let blank = |part: &str, end: fn(&str) -> Option<char>| end(part).is_none_or(char::is_whitespace);
    let splits = names.match_indices("--").map(|(at, dashes)| (&names[..at], &names[at + dashes.len()..]));
    let mut words = splits.filter(|(before, after)| {
        blank(before, |s| s.chars().next_back()) && blank(after, |s| s.chars().next())
    });
    words.next().map_or((names, None), |(before, after)| (before, Some(after.trim())))
}

/// Whether something other than blanks stands before the comment on its line.
fn ends_line(text: &[u8], comment: Span) -> bool {
    let before = &text[..comment.start as usize];
    let line = before.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    line.iter().any(|byte| !byte.is_ascii_whitespace())
}

fn rules(names: &str, at: Span) -> Vec<(String, Span)> {
    let mut rules = Vec::new();
    let mut offset = at.start;
    for name in names.split_inclusive([',', ' ', '\t', '\r']) {
        let rule = name.trim_end_matches([',', ' ', '\t', '\r']);
        if !rule.is_empty() {
            rules.push((rule.to_owned(), Span { start: offset, end: offset + rule.len() as u32, ..at }));
        }
        offset += name.len() as u32;
    }
    rules
}

#[cfg(test)]
pub(super) mod tests {
    use super::{Directives, Scope, directives};
    use crate::text::{FileId, Span};

    /// Comments as the syntax floor gives them, for lines that hold `#` in no other place.
    pub(crate) fn comments(text: &str) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            if let Some(at) = line.find('#') {
                let end = start + line.trim_end_matches('\n').len();
                spans.push(Span::new(FileId(0), (start + at) as u32, end as u32));
            }
            start += line.len();
        }
        spans
    }

    fn read(text: &str) -> Directives {
        directives(text.as_bytes(), &comments(text))
    }

    #[track_caller]
    fn check(text: &str, scope: Scope, rules: &[&str], reason: Option<&str>) {
        let found = read(text);
        assert_eq!(found.malformed, []);
        let [directive] = found.directives.as_slice() else { panic!("{found:?}") };
        assert_eq!(directive.scope, scope);
        assert_eq!(directive.reason.as_deref(), reason);
        let names: Vec<&str> = directive.rules.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, rules);
        for (name, span) in &directive.rules {
            assert_eq!(&text[span.range()], name);
        }
    }

    #[test]
    fn directives_in_all_places() {
        check("# lint-scripts disable=a-b\nls\n", Scope::NextCommand, &["a-b"], None);
        check("  # lint-scripts disable=a,b -- why not\n", Scope::NextCommand, &["a", "b"], Some("why not"));
        check("ls # lint-scripts disable=a -- x -- y", Scope::Line, &["a"], Some("x -- y"));
        check("ls\n#lint-scripts: disable=a, b\r\n", Scope::NextCommand, &["a", "b"], None);
        check("é=1 # lint-scripts disable=a--b -- é\n", Scope::Line, &["a--b"], Some("é"));
        check("#!/bin/sh\n# lint-scripts disable-file=a --\n", Scope::File, &["a"], None);
    }

    #[test]
    fn other_comments_are_left_alone() {
        for text in ["# lint-scripts finds this\n", "# lint-scripts-x disable=a\n", "# disable=a\n", "#\n"] {
            assert_eq!(read(text), Directives::default(), "{text}");
        }
    }

    #[test]
    fn a_broken_directive_is_not_silent() {
        for text in
            ["# lint-scripts disable= -- x\n", "# lint-scripts disable a\n", "# lint-scripts ignore=a\n"]
        {
            let found = read(text);
            assert_eq!((found.directives.len(), found.malformed.len()), (0, 1), "{text}");
        }
    }
}
