//! From comments to directives.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::shellcheck::accepted;
use crate::diagnostic::Label;
use crate::text::Span;

/// How far a directive reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// The line that it ends.
    Line,
    /// The command that follows, whole.
    NextCommand,
    /// The whole text.
    File,
}

/// Whose words a directive is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Voice {
    /// `# lint-scripts disable=…`.
    Own,
    /// `# shellcheck disable=…`, for codes that mean the same as rules of ours.
    Shellcheck,
}

/// A comment that takes findings away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directive {
    /// The comment, from `#`.
    pub span: Span,
    /// Whose words it is written in.
    pub voice: Voice,
    /// The rules, each with the place of the word for it; never empty.
    pub rules: Vec<(String, Span)>,
    /// How far it reaches.
    pub scope: Scope,
    /// What stands after `--`; behind a `#` in a comment for ShellCheck.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
}

impl Directive {
    /// Whether its last day lies before this one; without a day nothing expires.
    pub fn has_expired(&self, today: Option<Date>) -> bool {
        self.until.zip(today).is_some_and(|(until, today)| until < today)
    }
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
            None => found.directives.extend(accepted(text, span)),
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
    // A `#` begins a comment in the comment.
    let names = names.split(" #").next().unwrap_or_default();
    let (names, until) = match split_until(names) {
        Ok(split) => split,
        Err(message) => return Some(Err(message)),
    };
    let rules = rules(names, Span { start: span.start + before as u32, ..span });
    if rules.is_empty() {
        return Some(Err("this directive names no rule".to_owned()));
    }
    let reason = reason.filter(|reason| !reason.is_empty()).map(str::to_owned);
    Some(Ok(Directive { span, voice: Voice::Own, rules, scope, reason, until }))
}

/// The names, and the day that stands behind an `until`.
fn split_until(names: &str) -> Result<(&str, Option<Date>), String> {
    let mut words = names.match_indices("until").filter(|(at, word)| {
        let (before, after) = (&names[..*at], &names[at + word.len()..]);
        before.ends_with([' ', '\t']) && (after.is_empty() || after.starts_with(char::is_whitespace))
    });
    let Some((at, word)) = words.next() else { return Ok((names, None)) };
    let day = names[at + word.len()..].trim();
    // The form is asked for, as others are read by other people in another way.
    let date = day.parse::<Date>().ok().filter(|date| date.to_string() == day);
    let message = || {
        format!("`until` wants a day such as `2027-01-31`, not `{day}`: this directive suppresses nothing")
    };
    Ok((&names[..at], Some(date.ok_or_else(message)?)))
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
        check("ls # lint-scripts disable=a # why not", Scope::Line, &["a"], None);
        check("ls # lint-scripts disable=a -- see #12", Scope::Line, &["a"], Some("see #12"));
    }

    #[test]
    fn a_directive_may_hold_for_some_time_only() {
        let read = |text: &str| read(text);
        let found = read("ls # lint-scripts disable=a,b until 2027-01-31 -- why\n");
        let [directive] = found.directives.as_slice() else { panic!("{found:?}") };
        assert_eq!(directive.until, Some(jiff::civil::date(2027, 1, 31)));
        assert_eq!((directive.rules.len(), directive.reason.as_deref()), (2, Some("why")));
        assert_eq!(read("ls # lint-scripts disable=a -- until 2027-01-31").directives[0].until, None);
        for wrong in ["2027-02-30", "31.1.2027", "2027-1-31", "", "2027-01-31T10:00", "tomorrow"] {
            let found = read(&format!("ls # lint-scripts disable=a until {wrong} -- why\n"));
            assert_eq!((found.directives.len(), found.malformed.len()), (0, 1), "{wrong}");
        }
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
