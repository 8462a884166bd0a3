//! Accepting what is found: comments that disable each rule where it speaks, with a reason.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::edits::{apply, forward};
use super::{Applied, Fixed};
use crate::check::{Report, Settings, Sources, analyse, statements};
use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId};
use crate::rules::is_about_comments;
use crate::shell::Dialect;
use crate::syntax::parse;
use crate::text::{Document, FileId, LineIndex, Span};

/// A place where a comment may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Spot {
    /// On a line of its own below the `#!` line, for the whole file.
    File(u32),
    /// On a line of its own above the line that starts here.
    Above(u32),
    /// Behind what ends here.
    Behind(u32),
}

/// Disables each rule where it finds something, by comments that give `reason`, which is one line. Comments go only where
/// the analysis of the new text shows that they are heard and that nothing else has changed; `refused` tells of the rest.
pub fn accept(document: &Arc<Document>, settings: &Settings, sources: &dyn Sources, reason: &str) -> Fixed {
    accept_some(document, settings, sources, reason, &|_| true)
}

/// The same for those findings alone that are `meant`.
pub fn accept_some(
    document: &Arc<Document>,
    settings: &Settings,
    sources: &dyn Sources,
    reason: &str,
    meant: &dyn Fn(&Diagnostic) -> bool,
) -> Fixed {
    let before = analyse(document, settings, sources);
    let spots = Spots::new(document, &before);
    // By finding: where its comment may go, the best place first.
    let mut wanted: Vec<(&Diagnostic, Vec<Spot>)> = before
        .findings
        .iter()
        .filter(|finding| !is_about_comments(finding.rule) && meant(finding))
        .map(|finding| (finding, spots.of(finding.primary.span)))
        .collect();
    loop {
        let edits = spots.edits(&wanted, reason);
        let text = apply(&document.text, &edits).unwrap_or_else(|| document.text.to_vec());
        let after = Arc::new(Document { text: text.into(), ..(**document).clone() });
        let report = analyse(&after, settings, sources);
        let mut settled = true;
        for (finding, spots) in &mut wanted {
            let heard = is_same_program(&before, &report, edits.len()) && !speaks(&report, finding, &edits);
            if !heard && !spots.is_empty() {
                spots.remove(0);
                settled = false;
            }
        }
        // What followed from a cause that is accepted now needs no comment of its own.
        if settled {
            let count = wanted.len();
            wanted.retain(|(finding, spots)| spots.is_empty() || is_taken(&report, finding, &edits));
            settled = wanted.len() == count;
        }
        if settled {
            return fixed(&after, report, &wanted, edits);
        }
    }
}

fn is_taken(report: &Report, finding: &Diagnostic, edits: &[Edit]) -> bool {
    let start = forward(edits, finding.primary.span.start);
    report
        .suppressed
        .iter()
        .map(|suppressed| &suppressed.finding)
        .any(|taken| taken.rule == finding.rule && taken.primary.span.start == start)
}

fn fixed(after: &Document, report: Report, wanted: &[(&Diagnostic, Vec<Spot>)], edits: Vec<Edit>) -> Fixed {
    let refused = wanted.iter().filter(|(_, spots)| spots.is_empty()).map(|(finding, _)| {
        format!("no place was found for a comment that disables `{}`: {}", finding.rule, finding.message)
    });
    let applied = edits.into_iter().map(|edit| Applied {
        rule: wanted.first().map_or(RuleId(""), |(finding, _)| finding.rule),
        fix: Fix::proposed("accept what is found", vec![edit]),
    });
    Fixed { text: after.text.to_vec(), applied: applied.collect(), refused: refused.collect(), report }
}

/// Whether all new comments are read as such, and nothing else is read in another way.
fn is_same_program(before: &Report, after: &Report, added: usize) -> bool {
    after.directives.len() == before.directives.len() + added
        && after.not_checked.len() == before.not_checked.len()
        && after.trace.entries.len() == before.trace.entries.len()
}

fn speaks(report: &Report, finding: &Diagnostic, edits: &[Edit]) -> bool {
    let start = forward(edits, finding.primary.span.start);
    report.findings.iter().any(|after| after.rule == finding.rule && after.primary.span.start == start)
}

/// What is known of the places in a text.
struct Spots<'a> {
    text: &'a [u8],
    dialect: Dialect,
    lines: LineIndex,
    statements: Vec<Span>,
    comments: &'a [Span],
    /// How many regions cannot be read.
    unknown: usize,
}

impl<'a> Spots<'a> {
    fn new(document: &'a Document, report: &'a Report) -> Self {
        let dialect = report.shell.unwrap_or(Dialect::Bash);
        let script = parse(&document.text, FileId(0), dialect);
        Self {
            text: &document.text,
            dialect,
            lines: LineIndex::new(&document.text),
            statements: statements(&script),
            comments: &report.comments,
            unknown: script.unknown.len(),
        }
    }

    /// The places where a comment may govern what is found at `place`, the best one first.
    fn of(&self, place: Span) -> Vec<Spot> {
        let line = self.lines.line(place.start);
        if self.comments.iter().any(|comment| comment.start <= place.start && place.start < comment.end) {
            let below = self.lines.start(line + 1);
            return if below > place.start { vec![Spot::File(below)] } else { Vec::new() };
        }
        let holding = self.statements.iter().filter(|statement| {
            statement.file == FileId(0) && statement.start <= place.start && place.start <= statement.end
        });
        let innermost =
            holding.filter(|statement| self.begins_line(statement.start)).max_by_key(|it| it.start);
        let above =
            innermost.map(|statement| Spot::Above(self.lines.start(self.lines.line(statement.start))));
        let behind = Some(Spot::Behind(self.line_end(line)));
        // A comment above a compound command would govern all that is in it.
        let is_compound = innermost.is_some_and(|outer| {
            self.statements.iter().any(|inner| outer.contains(*inner) && inner != outer)
        });
        let order = if is_compound { [behind, above] } else { [above, behind] };
        order.into_iter().flatten().filter(|spot| self.is_read(*spot)).collect()
    }

    /// Whether a comment there is read as one, and the rest as before: it is not behind an escaped line end, in a string or
    /// in a comment that is there already.
    fn is_read(&self, spot: Spot) -> bool {
        let Some(text) = apply(self.text, &[self.edit(spot, "rule", "reason")]) else { return false };
        let after = parse(&text, FileId(0), self.dialect);
        after.comments.len() == self.comments.len() + 1
            && after.unknown.len() == self.unknown
            && statements(&after).len() == self.statements.len()
    }

    fn begins_line(&self, offset: u32) -> bool {
        let start = self.lines.start(self.lines.line(offset));
        self.text[start as usize..offset as usize].iter().all(|byte| matches!(byte, b' ' | b'\t'))
    }

    /// The end of what stands on a line, without the line end.
    fn line_end(&self, line: u32) -> u32 {
        let start = self.lines.start(line) as usize;
        let rest = self.text[start..].split(|&byte| byte == b'\n').next().unwrap_or_default();
        (start + rest.strip_suffix(b"\r").unwrap_or(rest).len()) as u32
    }

    /// One comment for each place, which disables all rules that go there.
    fn edits(&self, wanted: &[(&Diagnostic, Vec<Spot>)], reason: &str) -> Vec<Edit> {
        let mut rules: BTreeMap<Spot, Vec<&str>> = BTreeMap::new();
        for (finding, spots) in wanted {
            let Some(spot) = spots.first() else { continue };
            let names = rules.entry(*spot).or_default();
            if !names.contains(&finding.rule.0) {
                names.push(finding.rule.0);
            }
        }
        let mut edits: Vec<Edit> =
            rules.iter().map(|(spot, names)| self.edit(*spot, &names.join(","), reason)).collect();
        edits.sort_by_key(|edit| edit.span.start);
        edits
    }

    fn edit(&self, spot: Spot, names: &str, reason: &str) -> Edit {
        let end = if self.text.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
        let (offset, content) = match spot {
            Spot::File(at) => (at, format!("# lint-scripts disable-file={names} -- {reason}{end}")),
            Spot::Above(at) => {
                let rest = &self.text[at as usize..];
                let indent = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                let indent = String::from_utf8_lossy(&rest[..indent]);
                (at, format!("{indent}# lint-scripts disable={names} -- {reason}{end}"))
            }
            Spot::Behind(at) => (at, format!("  # lint-scripts disable={names} -- {reason}")),
        };
        Edit::insert(Span::at(FileId(0), 0), offset, content)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::accept;
    use crate::check::{NoSources, Settings, analyse};
    use crate::rules::Selection;
    use crate::text::Document;

    fn document(text: &str) -> Arc<Document> {
        Arc::new(Document::script("a.sh", text.as_bytes()))
    }

    #[track_caller]
    fn check(rules: &[&'static str], text: &str, expected: &str) {
        let rules = Selection::of(rules.iter().map(|rule| crate::diagnostic::RuleId(rule)));
        let settings = Settings { rules, ..Settings::default() };
        assert!(
            !analyse(&document(text), &settings, &NoSources).findings.is_empty(),
            "nothing is found in {text}"
        );
        let fixed = accept(&document(text), &settings, &NoSources, "so be it");
        assert_eq!(String::from_utf8_lossy(&fixed.text), expected);
        assert_eq!(fixed.refused, [""; 0]);
        assert!(fixed.report.findings.is_empty());
        let again = accept(&document(expected), &settings, &NoSources, "so be it");
        assert_eq!(String::from_utf8_lossy(&again.text), expected, "a second time changes nothing");
    }

    const PIPELINE: &[&str] = &["unchecked-pipeline"];

    #[test]
    fn a_comment_goes_above_its_command() {
        check(
            PIPELINE,
            "#!/bin/bash\npg_dump db | gzip > db.gz\n",
            "#!/bin/bash\n# lint-scripts disable=unchecked-pipeline -- so be it\npg_dump db | gzip > db.gz\n",
        );
        check(
            PIPELINE,
            "#!/bin/bash\nif true; then\n\tpg_dump db |\n\t\tgzip > db.gz\nfi\n",
            "#!/bin/bash\nif true; then\n\t# lint-scripts disable=unchecked-pipeline -- so be it\n\tpg_dump db |\n\t\tgzip > db.gz\nfi\n",
        );
        check(
            PIPELINE,
            "#!/bin/bash\r\npg_dump db | gzip > db.gz\r\n",
            "#!/bin/bash\r\n# lint-scripts disable=unchecked-pipeline -- so be it\r\npg_dump db | gzip > db.gz\r\n",
        );
    }

    #[test]
    fn where_that_governs_too_much_it_goes_behind() {
        check(
            PIPELINE,
            "#!/bin/bash\nif true; then pg_dump db | gzip > db.gz; fi",
            "#!/bin/bash\nif true; then pg_dump db | gzip > db.gz; fi  # lint-scripts disable=unchecked-pipeline -- so be it",
        );
    }

    #[test]
    fn where_it_is_not_heard_behind_it_goes_above() {
        check(
            PIPELINE,
            "#!/bin/bash\nif true; then pg_dump db | gzip > db.gz; fi # as ever\n",
            "#!/bin/bash\n# lint-scripts disable=unchecked-pipeline -- so be it\nif true; then pg_dump db | gzip > db.gz; fi # as ever\n",
        );
    }

    #[test]
    fn a_comment_goes_neither_into_a_string_nor_behind_an_escape() {
        check(
            PIPELINE,
            "#!/bin/bash\nif true; then pg_dump \\\n    db | gzip > \"a\nb\"; fi\n",
            "#!/bin/bash\n# lint-scripts disable=unchecked-pipeline -- so be it\nif true; then pg_dump \\\n    db | gzip > \"a\nb\"; fi\n",
        );
        check(
            PIPELINE,
            "#!/bin/bash\ntrue && \\\n    pg_dump db | gzip > db.gz\n",
            "#!/bin/bash\n# lint-scripts disable=unchecked-pipeline -- so be it\ntrue && \\\n    pg_dump db | gzip > db.gz\n",
        );
    }

    #[test]
    fn what_is_about_the_file_goes_to_its_head() {
        check(
            &["missing-strict-mode"],
            "#!/bin/bash\n# what it does\ncp a b\ncp c d\n",
            "#!/bin/bash\n# lint-scripts disable-file=missing-strict-mode -- so be it\n# what it does\ncp a b\ncp c d\n",
        );
    }
}
