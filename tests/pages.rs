//! The pages of the rules are true: each block under `## Bad` has the findings that it marks and no others, each block under
//! `## Good` has none from any rule, and what is fixed stays fixed.
#![cfg(test)]

mod book;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use book::{Block, Kind, Page, blocks, odd_cases, pages};
use lint_scripts::check::{NoSources, Report, Selection, Settings, check};
use lint_scripts::diagnostic::{Applicability, Diagnostic, RuleId};
use lint_scripts::fix::fix;
use lint_scripts::rules::{ALL, Fixes, Focus, find};
use lint_scripts::shell::Dialect;
use lint_scripts::text::{Document, LineIndex};

/// What a block says of itself: `# error: 9 [rule] "part of the message"`, of which all but `# error` may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Mark {
    line: usize,
    column: Option<usize>,
    rule: String,
    part: String,
}

/// A comment that begins with a mark speaks of the line above: behind `#!` there is no room for one.
fn marks(text: &str, own: &str) -> Vec<Mark> {
    let place = |(line, number): (&str, usize)| if line.starts_with("# error") { number - 1 } else { number };
    let lines = text.lines().zip(1..).map(|line| (line.0, place(line)));
    lines
        .flat_map(|(line, number)| line.split("# error").skip(1).map(move |rest| mark(rest, number, own)))
        .collect()
}

fn mark(rest: &str, line: usize, own: &str) -> Mark {
    let rest = rest.strip_prefix(':').unwrap_or_default().trim();
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    let between = |open: char, close: char| {
        rest.split_once(open).and_then(|(_, rest)| rest.split_once(close)).map(|(inner, _)| inner.to_owned())
    };
    Mark {
        line,
        column: rest[..digits].parse().ok(),
        rule: between('[', ']').unwrap_or_else(|| own.to_owned()),
        part: between('"', '"').unwrap_or_default(),
    }
}

fn document(text: &[u8]) -> Arc<Document> {
    Arc::new(Document::script("example", text))
}

fn settings(block: &Block, rules: Selection) -> Settings {
    let today = Some(jiff::civil::date(2026, 6, 1));
    Settings { shell: Some(block.shell), rules, today, ..Settings::default() }
}

/// What all rules say of a block, those in preview among them.
fn report(block: &Block) -> Report {
    let all = Selection::of(ALL.iter().map(|rule| rule.id));
    check(&document(block.text.as_bytes()), &settings(block, all), &NoSources)
}

#[test]
fn every_rule_has_its_page_and_every_page_its_rule() {
    let pages = pages();
    let shown: Vec<&str> = pages.iter().map(|page| page.rule.as_str()).collect();
    let unique: BTreeSet<&str> = shown.iter().copied().collect();
    assert_eq!(shown.len(), unique.len(), "a rule has one page");
    assert_eq!(unique, ALL.iter().map(|rule| rule.id.0).collect::<BTreeSet<_>>());
    for page in &pages {
        let rule = find(&page.rule).unwrap();
        assert_eq!(rule.page, fs::read_to_string(&page.path).unwrap(), "{} is compiled in", page.rule);
        let folder = page.path.parent().unwrap().file_name().unwrap().to_string_lossy();
        assert_eq!(rule.family.name(), folder, "the family of {}", page.rule);
        assert!(find(&folder).is_none(), "{folder}: a family, and a rule");
    }
    for page in odd_cases() {
        assert!(find(&page.rule).is_some(), "{} is no rule's", page.path.display());
    }
}

/// How many cases a rule has at least that speaks without being asked to.
const CASES: usize = 12;

#[test]
fn rules_that_speak_unasked_have_many_cases() {
    let mut cases: BTreeMap<String, usize> = BTreeMap::new();
    for page in pages().into_iter().chain(odd_cases()) {
        *cases.entry(page.rule).or_default() += page.blocks.len();
    }
    let unasked = Selection::default();
    let few = unasked.iter().filter(|rule| cases[rule.0] < CASES).map(|rule| rule.0);
    let few: Vec<String> = few.map(|rule| format!("{rule}: {}", cases[rule])).collect();
    assert_eq!(few, [""; 0], "cases of each, of which {CASES} are wanted");
}

#[test]
fn blocks_find_what_they_mark() {
    let mut troubles = Vec::new();
    for page in pages() {
        for kind in [Kind::Bad, Kind::Good] {
            assert!(page.of(kind).count() > 0, "{}: no block is {kind:?}", page.path.display());
        }
        troubles.extend(page_troubles(&page));
    }
    troubles.extend(odd_cases().iter().flat_map(page_troubles));
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}

fn page_troubles(page: &Page) -> Vec<String> {
    let named = |block| move |trouble| format!("{}: {trouble}", page.place(block));
    page.blocks
        .iter()
        .flat_map(|block| block_troubles(block, &page.rule).into_iter().map(named(block)))
        .collect()
}

fn block_troubles(block: &Block, rule: &str) -> Vec<String> {
    let marks = marks(&block.text, rule);
    let report = report(block);
    let mut troubles: Vec<String> =
        report.not_checked.iter().map(|region| format!("cannot be read: {}", region.message)).collect();
    match block.kind {
        Kind::Bad if !marks.iter().any(|mark| mark.rule == rule) => {
            troubles.push("marks no error".to_owned());
        }
        Kind::Good if !marks.is_empty() => troubles.push("a good block marks an error".to_owned()),
        _ => {}
    }
    let lines = LineIndex::new(block.text.as_bytes());
    let mut open = marks;
    for finding in &report.findings {
        match open.iter().position(|mark| fits(mark, finding, &lines)) {
            Some(at) => drop(open.remove(at)),
            None => troubles.push(format!("not marked: {}", told(finding, &lines))),
        }
    }
    troubles.extend(open.iter().map(|mark| format!("marked and not found: {mark:?}")));
    troubles
}

fn fits(mark: &Mark, finding: &Diagnostic, lines: &LineIndex) -> bool {
    let (line, column) = place(finding, lines);
    mark.line == line
        && mark.column.is_none_or(|wanted| wanted == column)
        && mark.rule == finding.rule.0
        && finding.message.contains(&mark.part)
}

/// Line and column in bytes, 1-based; the blocks are ASCII.
fn place(finding: &Diagnostic, lines: &LineIndex) -> (usize, usize) {
    let start = finding.primary.span.start;
    let line = lines.line(start);
    (line as usize, (start - lines.start(line)) as usize + 1)
}

fn told(finding: &Diagnostic, lines: &LineIndex) -> String {
    let (line, column) = place(finding, lines);
    format!("{line}:{column} [{}] {}", finding.rule, finding.message)
}

#[test]
fn what_a_page_fixes_stays_fixed() {
    for page in pages() {
        let rule = find(&page.rule).unwrap();
        let mended = page.of(Kind::Bad).filter(|block| is_mended(&page, block, rule.id)).count();
        let (path, fixes) = (page.path.display(), rule.fixes == Fixes::Sometimes);
        assert_eq!(mended > 0, fixes, "{path}: bad blocks that are mended by a fix of their own");
    }
}

/// Whether the rule's own fixes mend all that it finds in the block.
fn is_mended(page: &Page, block: &Block, rule: RuleId) -> bool {
    // Of comments that disable other rules nothing can be said without these.
    let about_comments = find(rule.0).is_some_and(|rule| rule.focus == Focus::Suppression);
    let others = ALL.iter().map(|rule| rule.id).filter(|_| about_comments);
    let settings = settings(block, Selection::of(others.chain([rule])));
    let before = document(block.text.as_bytes());
    let fixed = fix(&before, &settings, &NoSources, Applicability::Unsafe);
    let place = page.place(block);
    assert_eq!(fixed.refused, [""; 0], "{place}");
    if fixed.applied.is_empty() {
        return false;
    }
    let again = fix(&document(&fixed.text), &settings, &NoSources, Applicability::Unsafe);
    assert_eq!(again.text, fixed.text, "{place}: a second run changes something");
    assert!(again.applied.is_empty(), "{place}: a second run applies something");
    assert_ne!(fixed.text, block.text.as_bytes(), "{place}");
    fixed.report.findings.is_empty()
}

#[test]
fn a_wrong_page_is_told() {
    let page = "# r\n\n## Bad\n\n```bash\nset -e\na | b  # error\n```\n\n## Good\n\n```sh\ntrue\n```\n## Fix\n\n```diff\n+x\n```\n";
    let found = blocks(page).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].kind, found[0].line, found[0].shell), (Kind::Bad, 6, Dialect::Bash));
    assert_eq!((found[1].kind, found[1].text.as_str(), found[1].shell), (Kind::Good, "true\n", Dialect::Sh));
    assert!(blocks("## Bad\n```fish\n```\n").is_err(), "a language that is no shell");
    let both = marks("x\ny # error # error: 9 [other] \"is lost\"\n", "own");
    assert_eq!(marks("#!/bin/sh\n# error\n", "own")[0].line, 1, "it speaks of the line above");
    let own = Mark { line: 2, rule: "own".to_owned(), ..Mark::default() };
    let other = Mark { line: 2, column: Some(9), rule: "other".to_owned(), part: "is lost".to_owned() };
    assert_eq!(both, [own, other]);
    let check = |kind, text: &str, expected: usize| {
        let block = Block { kind, shell: Dialect::Bash, line: 1, text: text.to_owned() };
        let troubles = block_troubles(&block, "missing-strict-mode");
        assert_eq!(troubles.len(), expected, "{text}: {troubles:?}");
    };
    let right = "cp a /srv  # error\nnpm ci\n";
    check(Kind::Bad, right, 0);
    check(Kind::Bad, &right.replace("# error", ""), 2);
    check(Kind::Bad, &right.replace("# error", "# error: 2"), 2);
    check(Kind::Bad, &right.replace("# error", "# error: 1 [missing-strict-mode] \"1 of 2\""), 0);
    check(Kind::Bad, &right.replace("# error", "# error: [no-rule]"), 3);
    check(Kind::Good, right, 1);
    check(Kind::Good, "set -e\ncd /srv\n", 0);
    check(Kind::Bad, "set -e\ncd /srv  # error\n", 1);
}
