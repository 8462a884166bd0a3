//! Which findings the directives of a text take away.

use std::cell::RefCell;

use jiff::civil::Date;

use super::{Directive, Scope, Voice};
use crate::diagnostic::{Diagnostic, RuleId};
use crate::text::{LineIndex, Span};

/// The directives of one text with the bytes that each governs.
#[derive(Debug)]
pub struct Suppressions<'a> {
    directives: &'a [Directive],
    today: Option<Date>,
    /// By directive; `None` where nothing is governed.
    regions: Vec<Option<Span>>,
    /// By directive: whether it is one for the file.
    whole: Vec<bool>,
    /// By directive and rule: whether it has taken something away.
    used: RefCell<Vec<Vec<bool>>>,
}

/// A finding that a directive took away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// What would have been said.
    pub finding: Diagnostic,
    /// The first of the directives that take it away, by its position.
    pub by: usize,
}

impl<'a> Suppressions<'a> {
    /// Works out what each directive governs in `text`. `commands` are the spans of the statements at every depth, in
    /// any order; where the bodies of here-documents count as part of a command, its span has to include them. What has
    /// expired before `today` governs nothing; without a day nothing expires.
    pub fn new(text: &[u8], directives: &'a [Directive], commands: &[Span], today: Option<Date>) -> Self {
        let lines = LineIndex::new(text);
        let first = commands.iter().map(|command| command.start).min();
        let is_late = |directive: &Directive| first.is_some_and(|first| first < directive.span.start);
        let all = |directive: &Directive| Span { start: 0, end: text.len() as u32, ..directive.span };
        // To ShellCheck, what stands before the first command is about the file.
        let is_whole = |directive: &Directive| match directive.voice {
            Voice::Own => directive.scope == Scope::File,
            Voice::Shellcheck => !is_late(directive),
        };
        let region = |directive: &Directive| match directive.scope {
            _ if is_whole(directive) => (!is_late(directive)).then(|| all(directive)),
            Scope::Line => Some(line(&lines, text, directive.span)),
            Scope::NextCommand | Scope::File => next(commands, directive.span),
        };
        let regions = directives.iter().map(region).collect();
        let whole = directives.iter().map(is_whole).collect();
        let used = directives.iter().map(|directive| vec![false; directive.rules.len()]).collect();
        Self { directives, today, regions, whole, used: RefCell::new(used) }
    }

    /// Whether a directive takes away what `rule` says of `place`; that directive then counts as used.
    pub fn cover(&self, rule: RuleId, place: Span) -> bool {
        let mut covered = false;
        for (index, nth) in self.covering(rule, place) {
            self.used.borrow_mut()[index][nth] = true;
            covered = true;
        }
        covered
    }

    /// Whether a directive on the command at `place` itself, not one for the file, takes away what `rule` says of it: its
    /// author has looked at this failure, and it is not held against the commands that follow from it either.
    pub fn judges(&self, rule: RuleId, place: Span) -> bool {
        let mut judged = false;
        for (index, nth) in self.covering(rule, place) {
            if !self.whole[index] {
                self.used.borrow_mut()[index][nth] = true;
                judged = true;
            }
        }
        judged
    }

    /// The directives that govern `place` and name `rule`, each with the number of the name.
    fn covering(&self, rule: RuleId, place: Span) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (index, directive) in self.directives.iter().enumerate() {
            let governs = self.regions[index].is_some_and(|region| holds_start(region, place));
            if governs && !self.is_expired(directive) {
                let named = directive.rules.iter().enumerate().filter(|(_, (name, _))| name == rule.0);
                found.extend(named.map(|(nth, _)| (index, nth)));
            }
        }
        found
    }

    /// Those of the `findings` that start in nothing that a directive with their rule's name governs.
    pub fn left_of(&self, findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
        findings.into_iter().filter(|finding| !self.cover(finding.rule, finding.primary.span)).collect()
    }

    /// What the directives have taken away: those of `all`, the findings that there would be without them, which are not
    /// `left`, each with the first directive that was used on it or on one of its causes. What only followed from a cause
    /// that is judged is not among them.
    pub fn taken(&self, all: Vec<Diagnostic>, left: &[Diagnostic]) -> Vec<Suppressed> {
        let is_left = |finding: &Diagnostic| {
            left.iter().any(|it| (it.rule, it.primary.span) == (finding.rule, finding.primary.span))
        };
        let gone = all.into_iter().filter(|finding| !is_left(finding));
        gone.filter_map(|finding| Some(Suppressed { by: self.used_on(&finding)?, finding })).collect()
    }

    fn used_on(&self, finding: &Diagnostic) -> Option<usize> {
        let places = std::iter::once(&finding.primary).chain(&finding.labels);
        let covering = places.flat_map(|label| self.covering(finding.rule, label.span));
        let used = self.used.borrow();
        let mut by = covering.filter(|&(index, nth)| used[index][nth]).map(|(index, _)| index);
        by.next()
    }

    /// Whether there is no directive.
    pub fn is_empty(&self) -> bool {
        self.directives.is_empty()
    }

    /// The directives in the words of lint-scripts, in the order of the text.
    pub fn own(&self) -> impl Iterator<Item = Judged<'a, '_>> {
        let own = self.directives.iter().enumerate().filter(|(_, directive)| directive.voice == Voice::Own);
        own.map(|(index, directive)| Judged { directive, index, suppressions: self })
    }

    fn is_expired(&self, directive: &Directive) -> bool {
        directive.has_expired(self.today)
    }
}

/// A directive, and what has become of it.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a, 's> {
    /// The directive.
    pub directive: &'a Directive,
    index: usize,
    suppressions: &'s Suppressions<'a>,
}

impl Judged<'_, '_> {
    /// What it governs: `None` for a `disable-file=` after the first command, and a `disable=` before nothing.
    pub fn region(&self) -> Option<Span> {
        self.suppressions.regions[self.index]
    }

    /// Whether its last day has passed: it governs nothing any more.
    pub fn is_expired(&self) -> bool {
        self.suppressions.is_expired(self.directive)
    }

    /// Whether its nth rule has had something to take away so far.
    pub fn is_used(&self, nth: usize) -> bool {
        self.suppressions.used.borrow()[self.index][nth]
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
    use jiff::civil::date;

    use super::Suppressions;
    use crate::diagnostic::{Diagnostic, RuleId, Severity};
    use crate::suppress::directives;
    use crate::suppress::parse::tests::comments;
    use crate::text::{FileId, Span};

    /// The span of the nth occurrence of `part`.
    fn span(text: &str, part: &str, nth: usize) -> Span {
        let (start, _) = text.match_indices(part).nth(nth).expect("the part is in the text");
        Span::new(FileId(0), start as u32, (start + part.len()) as u32)
    }

    /// What is left of findings of these rules at these places.
    fn left(text: &str, commands: &[Span], findings: &[(&'static str, Span)]) -> Vec<(&'static str, Span)> {
        let read = directives(text.as_bytes(), &comments(text));
        let today = Some(date(2026, 6, 1));
        let suppressions = Suppressions::new(text.as_bytes(), &read.directives, commands, today);
        let finding = |&(rule, span)| Diagnostic::new(RuleId(rule), Severity::Warning, span, "");
        let all: Vec<Diagnostic> = findings.iter().map(finding).collect();
        let left = suppressions.left_of(all.clone());
        assert_eq!(left.len() + suppressions.taken(all, &left).len(), findings.len());
        left.iter().map(|finding| (finding.rule.0, finding.primary.span)).collect()
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
        let found = [("a", commands[1]), ("b", commands[1]), ("a", commands[2])];
        assert_eq!(left(text, &commands, &found), found[1..]);
    }

    #[test]
    fn at_the_end_of_a_line_the_line_is_meant() {
        let text = "one\none # lint-scripts disable=a\none\n";
        let commands = [span(text, "one", 0), span(text, "one", 1), span(text, "one", 2)];
        let found = commands.map(|command| ("a", command));
        assert_eq!(left(text, &commands, &found), [found[0], found[2]]);
    }

    #[test]
    fn a_files_directive_stands_before_the_first_command() {
        for (text, rest) in
            [("# lint-scripts disable-file=a\none\n", 0), ("one\n# lint-scripts disable-file=a\n", 1)]
        {
            let one = span(text, "one", 0);
            assert_eq!(left(text, &[one], &[("a", one)]).len(), rest, "{text}");
        }
    }

    #[test]
    fn a_directive_for_shellcheck_holds_as_it_does_there() {
        let rule = "declare-masks-status";
        let text = "# shellcheck disable=SC2155\none\none\n";
        let commands = [span(text, "one", 0), span(text, "one", 1)];
        assert_eq!(left(text, &commands, &commands.map(|command| (rule, command))), [], "for the file");
        let text = "two\n# shellcheck disable=SC2155\none\none\n";
        let commands = [span(text, "two", 0), span(text, "one", 0), span(text, "one", 1)];
        let found = commands.map(|command| (rule, command));
        assert_eq!(left(text, &commands, &found), [found[0], found[2]]);
    }

    #[test]
    fn what_has_expired_takes_nothing_away() {
        for (until, rest) in [("2026-05-31", 1), ("2026-06-01", 0), ("2026-06-02", 0)] {
            let text = format!("one # lint-scripts disable=a until {until} -- why\n");
            let one = span(&text, "one", 0);
            assert_eq!(left(&text, &[one], &[("a", one)]).len(), rest, "{until}");
        }
    }

    #[test]
    fn what_was_used_is_known() {
        let text = "# lint-scripts disable=a,b,c\none # lint-scripts disable=a\n# lint-scripts disable=a\n";
        let one = span(text, "one", 0);
        let read = directives(text.as_bytes(), &comments(text));
        let suppressions = Suppressions::new(text.as_bytes(), &read.directives, &[one], None);
        assert!(suppressions.cover(RuleId("a"), one) && !suppressions.cover(RuleId("d"), one));
        let states: Vec<(bool, Vec<bool>)> = suppressions
            .own()
            .map(|judged| {
                let rules = judged.directive.rules.len();
                (judged.region().is_some(), (0..rules).map(|nth| judged.is_used(nth)).collect())
            })
            .collect();
        let expected = [(true, vec![true, false, false]), (true, vec![true]), (false, vec![false])];
        assert_eq!(states, expected);
    }
}
