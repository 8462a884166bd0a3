//! Which findings the directives of a text take away.

use std::cell::RefCell;

use super::{Directive, Scope};
use crate::diagnostic::{Diagnostic, Label, RuleId};
use crate::text::{LineIndex, Span};

/// The directives of one text with the bytes that each governs.
#[derive(Debug)]
pub struct Suppressions<'a> {
    directives: &'a [Directive],
    /// By directive; `None` where nothing is governed.
    regions: Vec<Option<Span>>,
    /// By directive and rule: whether it has taken something away.
    used: RefCell<Vec<Vec<bool>>>,
}

/// What is left, and which directives did nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// The findings that no directive takes away, in their order.
    pub findings: Vec<Diagnostic>,
    /// How many were taken away.
    pub suppressed: usize,
    /// Rules of directives that suppressed nothing, as positions in `directives` and in the directive's `rules`.
    /// Unknown names are not among them.
    pub unused: Vec<(usize, usize)>,
    /// Names in directives that are no rule's, with their places.
    pub unknown: Vec<(String, Span)>,
    /// `disable-file=` after the first command, and `disable=` before nothing: they govern nothing.
    pub misplaced: Vec<Span>,
}

impl Applied {
    /// What the author of the directives has to be told, in the order of the text: none of it may stay unsaid, for a
    /// directive that does nothing looks like one that does.
    pub fn warnings(&self) -> Vec<Label> {
        let unknown = self.unknown.iter().map(|(name, span)| (*span, format!("there is no rule `{name}`")));
        let misplaced = "this directive governs nothing: `disable-file=` goes before the first command, `disable=` \
                         before a command or behind it on its line";
        let misplaced = self.misplaced.iter().map(|&span| (span, misplaced.to_owned()));
        let mut labels: Vec<Label> =
            unknown.chain(misplaced).map(|(span, message)| Label { span, message }).collect();
        labels.sort_by_key(|label| label.span);
        labels
    }
}

impl<'a> Suppressions<'a> {
    /// Works out what each directive governs in `text`. `commands` are the spans of the statements at every depth, in
    /// any order; where the bodies of here-documents count as part of a command, its span has to include them.
    pub fn new(text: &[u8], directives: &'a [Directive], commands: &[Span]) -> Self {
        let lines = LineIndex::new(text);
        let first = commands.iter().map(|command| command.start).min();
        let region = |directive: &Directive| match directive.scope {
            Scope::Line => Some(line(&lines, text, directive.span)),
            Scope::NextCommand => next(commands, directive.span),
            Scope::File if first.is_some_and(|first| first < directive.span.start) => None,
            Scope::File => Some(Span { start: 0, end: text.len() as u32, ..directive.span }),
        };
        let regions = directives.iter().map(region).collect();
        let used = directives.iter().map(|directive| vec![false; directive.rules.len()]).collect();
        Self { directives, regions, used: RefCell::new(used) }
    }

    /// Whether a directive takes away what `rule` says of `place`; that directive then counts as used. For a label, too:
    /// a cause that its author has judged is not held against the commands that follow from it.
    pub fn cover(&self, rule: RuleId, place: Span) -> bool {
        let mut covered = false;
        for (index, directive) in self.directives.iter().enumerate() {
            if !self.regions[index].is_some_and(|region| holds_start(region, place)) {
                continue;
            }
            for (nth, _) in directive.rules.iter().enumerate().filter(|(_, (name, _))| name == rule.0) {
                self.used.borrow_mut()[index][nth] = true;
                covered = true;
            }
        }
        covered
    }

    /// Takes away the findings that start in what a directive with their rule's name governs. `known` tells whether
    /// there is a rule of a name.
    pub fn apply(self, findings: Vec<Diagnostic>, known: impl Fn(&str) -> bool) -> Applied {
        let before = findings.len();
        let findings: Vec<_> =
            findings.into_iter().filter(|finding| !self.cover(finding.rule, finding.primary.span)).collect();
        let mut applied = Applied { suppressed: before - findings.len(), findings, ..Applied::default() };
        let used = self.used.into_inner();
        for (index, directive) in self.directives.iter().enumerate() {
            if self.regions[index].is_none() {
                applied.misplaced.push(directive.span);
            }
            for (nth, (name, span)) in directive.rules.iter().enumerate() {
                if !known(name) {
                    applied.unknown.push((name.clone(), *span));
                } else if !used[index][nth] {
                    applied.unused.push((index, nth));
                }
            }
        }
        applied
    }
}

/// A finding of no bytes at the end of the text still lies in the file.
fn holds_start(region: Span, place: Span) -> bool {
    region.file == place.file
        && region.start <= place.start
        && (place.start < region.end || (place.is_empty() && place.start == region.end))
}

fn line(lines: &LineIndex, text: &[u8], comment: Span) -> Span {
    let number = lines.line(comment.start);
    let start = lines.start(number);
    let end = text[comment.end as usize..].iter().position(|&byte| byte == b'\n');
    Span { start, end: end.map_or(text.len() as u32, |at| comment.end + at as u32), ..comment }
}

/// The command that starts first behind the comment; of those that start together, the outermost.
fn next(commands: &[Span], comment: Span) -> Option<Span> {
    let behind = commands.iter().filter(|command| command.start >= comment.end);
    behind.min_by_key(|command| (command.start, std::cmp::Reverse(command.end))).copied()
}

#[cfg(test)]
mod tests {
    use super::{Applied, Suppressions};
    use crate::diagnostic::{Diagnostic, RuleId, Severity};
    use crate::suppress::directives;
    use crate::suppress::parse::tests::comments;
    use crate::text::{FileId, Span};

    /// The span of the nth occurrence of `part`.
    fn span(text: &str, part: &str, nth: usize) -> Span {
        let (start, _) = text.match_indices(part).nth(nth).expect("the part is in the text");
        Span::new(FileId(0), start as u32, (start + part.len()) as u32)
    }

    fn apply(text: &str, commands: &[Span], findings: &[(&'static str, Span)]) -> Applied {
        let read = directives(text.as_bytes(), &comments(text));
        let finding = |&(rule, span)| Diagnostic::new(RuleId(rule), Severity::Warning, span, "");
        Suppressions::new(text.as_bytes(), &read.directives, commands)
            .apply(findings.iter().map(finding).collect(), |name| matches!(name, "a" | "b"))
    }

    #[test]
    fn before_a_command_all_of_it_is_meant() {
        let text = "# lint-scripts disable=a\nif x; then\n  one\nfi\none\n";
        let commands = [
            span(text, "if x; then\n  one\nfi", 0),
            span(text, "one", 0),
            span(text, "one", 1),
            span(text, "x", 0),
        ];
        let applied = apply(text, &commands, &[("a", commands[1]), ("b", commands[1]), ("a", commands[2])]);
        let left: Vec<_> =
            applied.findings.iter().map(|finding| (finding.rule.0, finding.primary.span)).collect();
        assert_eq!(left, [("b", commands[1]), ("a", commands[2])]);
        assert_eq!(applied.suppressed, 1);
        assert_eq!((applied.unused, applied.unknown, applied.misplaced), (vec![], vec![], vec![]));
    }

    #[test]
    fn at_the_end_of_a_line_the_line_is_meant() {
        let text = "one\none # lint-scripts disable=a\none\n";
        let commands = [span(text, "one", 0), span(text, "one", 1), span(text, "one", 2)];
        let applied = apply(text, &commands, &commands.map(|command| ("a", command)));
        let left: Vec<_> = applied.findings.iter().map(|finding| finding.primary.span).collect();
        assert_eq!(left, [commands[0], commands[2]]);
    }

    #[test]
    fn a_files_directive_stands_before_the_first_command() {
        let early = "# lint-scripts disable-file=a\none\n";
        let one = span(early, "one", 0);
        assert_eq!(apply(early, &[one], &[("a", one)]).suppressed, 1);

        let late = "one\n# lint-scripts disable-file=a\n";
        let one = span(late, "one", 0);
        let applied = apply(late, &[one], &[("a", one)]);
        assert_eq!(applied.suppressed, 0);
        assert_eq!(applied.misplaced, [span(late, "# lint-scripts disable-file=a", 0)]);
    }

    #[test]
    fn what_suppresses_nothing_or_names_no_rule_is_told() {
        let text = "# lint-scripts disable=a,b,c\none\n";
        let one = span(text, "one", 0);
        let applied = apply(text, &[one], &[("b", one)]);
        assert_eq!(applied.unused, [(0, 0)]);
        let c =
            Span::new(FileId(0), text.find(",c").unwrap() as u32 + 1, text.find(",c").unwrap() as u32 + 2);
        assert_eq!(applied.unknown, [("c".to_owned(), c)]);
        let warnings = applied.warnings();
        assert_eq!(warnings.len(), 1);
        assert_eq!((warnings[0].span, warnings[0].message.as_str()), (c, "there is no rule `c`"));
    }

    #[test]
    fn a_directive_before_nothing_is_misplaced() {
        let text = "one\n# lint-scripts disable=a\n";
        let applied = apply(text, &[span(text, "one", 0)], &[]);
        assert_eq!(applied.misplaced.len(), 1);
        assert_eq!(applied.warnings().len(), 1);
    }
}
