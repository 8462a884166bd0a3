//! Findings of a run, held against those that are accepted.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{Baseline, Entry};
use crate::rules::{Selection, find};

/// A baseline, and what of it a run has come upon.
#[derive(Clone, Debug, Default)]
pub struct Matching {
    baseline: Baseline,
    /// By fingerprint: how many were found.
    found: FxHashMap<String, u32>,
    /// By path of the scripts that were checked: the rules that were asked.
    checked: BTreeMap<String, Selection>,
    /// All that was found.
    now: Baseline,
}

impl Matching {
    /// Nothing is found yet.
    pub fn new(baseline: Baseline) -> Self {
        Self { baseline, ..Self::default() }
    }

    /// The script at `path` is checked by these rules.
    pub fn check(&mut self, path: &str, rules: &Selection) {
        self.checked.insert(path.to_owned(), rules.clone());
    }

    /// Whether a finding is accepted. Of several with the same rule, path and text, so many are as the baseline counts.
    pub fn accepts(&mut self, entry: Entry) -> bool {
        let found = self.found.entry(entry.fingerprint.clone()).or_default();
        *found += 1;
        let accepted = *found <= self.baseline.count(&entry);
        self.now.add(entry);
        accepted
    }

    /// How many accepted findings there are no more: of scripts that were checked by their rule, and of those that are
    /// `gone`.
    pub fn mended(&self, gone: impl Fn(&str) -> bool) -> usize {
        let left = |entry: &Entry| {
            let found = self.found.get(&entry.fingerprint).copied().unwrap_or(0);
            entry.count.saturating_sub(found) as usize
        };
        let entries = self.baseline.entries().filter(|entry| self.is_judged(entry, &gone));
        entries.map(left).sum()
    }

    /// The baseline that accepts what was found, and what was accepted and not looked at in this run.
    pub fn renewed(&self, gone: impl Fn(&str) -> bool) -> Baseline {
        let mut renewed = self.now.clone();
        for entry in self.baseline.entries().filter(|entry| !self.is_judged(entry, &gone)) {
            if renewed.count(entry) == 0 {
                renewed.add(entry.clone());
            }
        }
        renewed
    }

    fn is_judged(&self, entry: &Entry, gone: impl Fn(&str) -> bool) -> bool {
        match (self.checked.get(&entry.path), find(&entry.rule)) {
            (Some(rules), Some(rule)) => rules.allows(rule.id),
            // A rule that is no more finds nothing.
            (Some(_), None) => true,
            (None, _) => gone(&entry.path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Matching;
    use crate::baseline::{Baseline, Entry};
    use crate::diagnostic::RuleId;
    use crate::rules::Selection;

    fn entry(path: &str, rule: &str, count: u32) -> Entry {
        let fingerprint = format!("{path} {rule}");
        Entry { path: path.to_owned(), rule: rule.to_owned(), text: String::new(), count, fingerprint }
    }

    fn matching(entries: &[(&str, &str, u32)]) -> Matching {
        let mut baseline = Baseline::default();
        entries.iter().for_each(|(path, rule, count)| baseline.add(entry(path, rule, *count)));
        Matching::new(baseline)
    }

    const PIPELINE: &str = "unchecked-pipeline";
    const OPTIONS: &str = "missing-strict-mode";

    #[test]
    fn so_many_are_accepted_as_there_were() {
        let mut matching = matching(&[("a.sh", PIPELINE, 2)]);
        matching.check("a.sh", &Selection::default());
        let found: Vec<bool> = (0..3).map(|_| matching.accepts(entry("a.sh", PIPELINE, 1))).collect();
        assert_eq!(found, [true, true, false]);
        assert!(!matching.accepts(entry("b.sh", PIPELINE, 1)));
        assert_eq!(matching.mended(|_| false), 0);
        assert_eq!(matching.renewed(|_| false).len(), 4);
    }

    #[test]
    fn only_what_was_looked_at_is_mended() {
        let all = [
            ("a.sh", PIPELINE, 2),
            ("a.sh", OPTIONS, 1),
            ("b.sh", PIPELINE, 4),
            ("gone.sh", PIPELINE, 8),
            ("a.sh", "old-rule", 16),
        ];
        let mut matching = matching(&all);
        matching.check("a.sh", &Selection::of([RuleId(PIPELINE)]));
        assert!(matching.accepts(entry("a.sh", PIPELINE, 1)));
        assert_eq!(matching.mended(|path| path == "gone.sh"), 1 + 8 + 16);
        assert_eq!(matching.renewed(|path| path == "gone.sh").len(), 1 + 1 + 4);
    }
}
