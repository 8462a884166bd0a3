//! How many mutants were heard, by rule and mutator.

use std::collections::BTreeMap;
use std::fmt;

use super::mutators::Mutator;

/// For each rule that a mutator is aimed at first: how many of a thousand of its mutants are heard, at least, with room for a page
/// or two that bring another of the misses that are known. It may rise and not fall.
pub const RECORDED: &[(&str, usize)] = &[
    // Those that speak without being asked to; of what pipefail would tell, `pipeline-value-unchecked` speaks, too. `missing-strict-mode` leaves out on purpose what changes a service or is asked
    // for and compared: see docs/precision.md.
    ("assignment-status-dead-under-e", 1000),
    ("cleanup-before-verification", 950),
    ("missing-pipefail", 1000),
    ("missing-strict-mode", 770),
    ("status-clobbered", 980),
    ("unchecked-pipeline", 970),
    ("unconditional-success", 930),
    // Those in preview.
    ("and-chain-not-checked", 920),
    ("argument-substitution-masks", 1000),
    ("arithmetic-aborts", 1000),
    ("background-unwaited", 550),
    ("bare-wait", 1000),
    ("condition-disables-errexit", 690),
    ("declare-masks-status", 970),
    ("die-does-not-die", 1000),
    ("exit-out-of-range", 1000),
    ("exit-status-after-negation", 1000),
    ("exit-without-status-after-output", 690),
    ("exit-zero-on-failure", 540),
    ("final-exit-zero", 470),
    ("find-exec-status-lost", 1000),
    ("for-substitution-masks", 1000),
    ("function-status-is-last-command", 1000),
    ("handler-continues", 510),
    ("logged-and-continued", 640),
    ("missing-inherit-errexit", 1000),
    ("multi-substitution-assignment", 1000),
    ("option-set-too-late", 970),
    ("option-typo", 1000),
    ("remote-sequence-unchecked", 1000),
    ("success-marker-after-failure", 1000),
    ("tee-hides-status", 1000),
    ("trap-forces-success", 1000),
    ("verification-result-ignored", 1000),
    ("wait-loop-keeps-last", 1000),
];

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    heard: usize,
    all: usize,
}

impl Count {
    /// How many of a thousand are heard.
    fn share(self) -> usize {
        1000 * self.heard / self.all.max(1)
    }
}

#[derive(Debug, Default)]
pub struct Tally {
    counts: BTreeMap<(&'static str, &'static str), Count>,
    /// Mutants to be read by a person.
    pub shown: Vec<String>,
    /// Scripts that are of no use here, and why.
    pub unfit: Vec<String>,
}

impl Tally {
    pub fn add(&mut self, mutator: &'static Mutator, heard: bool) {
        let count = self.counts.entry((mutator.rules[0], mutator.name)).or_default();
        count.all += 1;
        count.heard += usize::from(heard);
    }

    pub fn and(mut self, other: Self) -> Self {
        for (key, count) in other.counts {
            let own = self.counts.entry(key).or_default();
            own.all += count.all;
            own.heard += count.heard;
        }
        self.shown.extend(other.shown);
        self.unfit.extend(other.unfit);
        self
    }

    fn by_rule(&self) -> BTreeMap<&'static str, Count> {
        let mut rules: BTreeMap<&str, Count> = BTreeMap::new();
        for ((rule, _), count) in &self.counts {
            let own = rules.entry(rule).or_default();
            own.all += count.all;
            own.heard += count.heard;
        }
        rules
    }

    /// What is worse than it was recorded, and what is not recorded.
    pub fn troubles(&self, recorded: &[(&str, usize)]) -> Vec<String> {
        let rules = self.by_rule();
        let share = |rule| rules.get(rule).map_or(0, |count| count.share());
        let fell = recorded.iter().filter(|(rule, least)| share(rule) < *least);
        let fell = fell.map(|(rule, least)| format!("{rule}: {} of 1000, it was {least}", share(rule)));
        let known = |rule: &str| recorded.iter().any(|(known, _)| *known == rule);
        let new = rules.keys().filter(|rule| !known(rule)).map(|rule| format!("{rule}: not recorded"));
        fell.chain(new).collect()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.unfit.iter().chain(&self.shown) {
            writeln!(f, "{line}")?;
        }
        for ((rule, mutator), count) in &self.counts {
            writeln!(f, "{:4} of {:4}  {rule:34} {mutator}", count.heard, count.all)?;
        }
        writeln!(f)?;
        for (rule, count) in self.by_rule() {
            let tenths = count.share();
            writeln!(f, "{:4} of {:4}  {:3}.{} %  {rule}", count.heard, count.all, tenths / 10, tenths % 10)?;
        }
        let all: usize = self.counts.values().map(|count| count.all).sum();
        let heard: usize = self.counts.values().map(|count| count.heard).sum();
        writeln!(f, "{heard:4} of {all:4}  all")
    }
}
