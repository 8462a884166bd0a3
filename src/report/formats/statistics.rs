//! How often each rule speaks, the most frequent first.

use std::collections::{BTreeMap, BTreeSet};

use super::Format;
use crate::diagnostic::Applicability;
use crate::report::Findings;
use crate::report::told::Told;

pub(super) static FORMAT: Format = Format::whole_run("statistics", "how often each rule speaks", write);

#[derive(Default)]
struct Count<'a> {
    findings: usize,
    fixable: usize,
    scripts: BTreeSet<&'a str>,
}

fn write(findings: &Findings) -> Vec<u8> {
    let told = findings.told();
    let mut counts: BTreeMap<&str, Count<'_>> = BTreeMap::new();
    for told in &told {
        let count = counts.entry(told.rule).or_default();
        count.findings += 1;
        count.fixable += usize::from(is_fixable(told));
        count.scripts.insert(&told.start.path.path);
    }
    let mut rows: Vec<(&str, Count<'_>)> = counts.into_iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(count.findings));
    if rows.is_empty() {
        return Vec::new();
    }
    let heading = format!("{:>8}  {:>7}  {:>7}  rule\n", "findings", "scripts", "fixable");
    let row = |(name, count): &(&str, Count<'_>)| {
        format!("{:>8}  {:>7}  {:>7}  {name}\n", count.findings, count.scripts.len(), count.fixable)
    };
    (heading + &rows.iter().map(row).collect::<String>()).into_bytes()
}

fn is_fixable(told: &Told<'_>) -> bool {
    let mut fixes = told.finding.iter().flat_map(|finding| &finding.fixes);
    fixes.any(|fix| fix.applicability != Applicability::Display)
}
