//! What a run has to say of places in scripts, in the order in which every format says it.

use xxhash_rust::xxh3::xxh3_64;

use super::record::{Finding, Findings, Point, Region};
use crate::diagnostic::Severity;

/// The name under which a region that could not be read is told; it is no rule.
pub(super) const NOT_CHECKED: &str = "not-checked";

/// A finding, or a region that could not be read: nobody should take silence about it for praise.
pub(super) struct Told<'a> {
    pub rule: &'a str,
    pub severity: Severity,
    pub message: &'a str,
    pub fingerprint: String,
    pub start: &'a Point,
    pub end: &'a Point,
    /// All that there is to say of a finding.
    pub finding: Option<&'a Finding>,
}

impl<'a> From<&'a Finding> for Told<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            rule: &finding.rule,
            severity: finding.severity,
            message: &finding.message,
            fingerprint: finding.fingerprint.clone(),
            start: &finding.start,
            end: &finding.end,
            finding: Some(finding),
        }
    }
}

impl<'a> From<&'a Region> for Told<'a> {
    fn from(region: &'a Region) -> Self {
        let text = [NOT_CHECKED, &region.start.path.path, &region.message].join("\0");
        Self {
            rule: NOT_CHECKED,
            severity: Severity::Warning,
            message: &region.message,
            fingerprint: format!("{:016x}", xxh3_64(text.as_bytes())),
            start: &region.start,
            end: &region.end,
            finding: None,
        }
    }
}

impl Told<'_> {
    /// What to do about it.
    pub fn help(&self) -> Option<&str> {
        self.finding?.help.as_deref()
    }

    /// The message and what to do, for a place that takes one text.
    pub fn message_and_help(&self) -> String {
        let help = self.help().map(|help| format!("\n{help}"));
        format!("{}{}", self.message, help.unwrap_or_default())
    }

    /// The failure's way to the finding: its steps, or else what the labels say, and the place itself.
    pub fn way(&self) -> Vec<(&Point, &Point, &str)> {
        let Some(finding) = self.finding else { return Vec::new() };
        if !finding.steps.is_empty() {
            return finding.steps.iter().map(Region::told).collect();
        }
        if finding.labels.is_empty() {
            return Vec::new();
        }
        let here = if finding.here.is_empty() { &finding.message } else { &finding.here };
        let last = (&finding.start, &finding.end, here.as_str());
        finding.labels.iter().map(Region::told).chain([last]).collect()
    }
}

impl Region {
    pub(super) fn told(&self) -> (&Point, &Point, &str) {
        (&self.start, &self.end, &self.message)
    }
}

impl Findings {
    /// All that is told, by file and place.
    pub(super) fn told(&self) -> Vec<Told<'_>> {
        let findings = self.findings.iter().map(Told::from);
        let mut told: Vec<Told<'_>> = findings.chain(self.not_checked.iter().map(Told::from)).collect();
        told.sort_by_key(|told| (told.start.path.order(), told.start.offset));
        told
    }

    /// The same, file by file.
    pub(super) fn told_by_file(&self) -> Vec<(String, Vec<Told<'_>>)> {
        let mut files: Vec<(String, Vec<Told<'_>>)> = Vec::new();
        for told in self.told() {
            let path = &told.start.path.path;
            match files.last_mut() {
                Some((last, here)) if last == path => here.push(told),
                _ => files.push((path.clone(), vec![told])),
            }
        }
        files
    }
}
