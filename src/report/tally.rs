//! What the reports of a run add up to.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::Checked;
use crate::diagnostic::{Applicability, Diagnostic, Severity};
use crate::suppress::{Suppressed, Voice};

/// Counts over all scripts of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Files that were read and checked.
    pub files: usize,
    /// Scripts in them.
    pub scripts: usize,
    /// Findings by severity.
    pub findings: Severities,
    /// Findings that a directive took away.
    pub suppressed: usize,
    /// Those of them that a comment for ShellCheck took away.
    pub suppressed_by_shellcheck: usize,
    /// Findings that a baseline took away.
    pub baselined: usize,
    /// Regions that could not be read.
    pub not_checked: usize,
    /// Findings with a fix.
    pub fixable: Fixable,
}

/// How many findings there are of each severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severities {
    /// Errors.
    pub error: usize,
    /// Warnings.
    pub warning: usize,
    /// The rest.
    pub info: usize,
}

/// How many findings have a fix; each counts once, by the best promise among its fixes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixable {
    /// With a safe one.
    pub safe: usize,
    /// With none but unsafe ones.
    pub r#unsafe: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.scripts += other.scripts;
        self.findings.error += other.findings.error;
        self.findings.warning += other.findings.warning;
        self.findings.info += other.findings.info;
        self.suppressed += other.suppressed;
        self.suppressed_by_shellcheck += other.suppressed_by_shellcheck;
        self.baselined += other.baselined;
        self.not_checked += other.not_checked;
        self.fixable.safe += other.fixable.safe;
        self.fixable.r#unsafe += other.fixable.r#unsafe;
    }
}

impl Tally {
    /// Counts the report on one more file.
    pub fn add(&mut self, checked: &Checked) {
        let report = &checked.report;
        self.files += 1;
        self.scripts += 1;
        self.suppressed += report.suppressed.len();
        let foreign = |suppressed: &&Suppressed| report.directives[suppressed.by].voice == Voice::Shellcheck;
        self.suppressed_by_shellcheck += report.suppressed.iter().filter(foreign).count();
        self.not_checked += report.not_checked.len();
        for finding in &report.findings {
            self.findings.count(finding.severity);
            self.fixable.count(finding);
        }
    }
}

impl Severities {
    fn count(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.error += 1,
            Severity::Warning => self.warning += 1,
            Severity::Info => self.info += 1,
        }
    }
}

impl Fixable {
    /// A fix that only shows the way counts as none.
    fn count(&mut self, finding: &Diagnostic) {
        match finding.fixes.iter().map(|fix| fix.applicability).min() {
            Some(Applicability::Safe) => self.safe += 1,
            Some(Applicability::Unsafe) => self.r#unsafe += 1,
            Some(Applicability::Display) | None => {}
        }
    }
}

/// A number of things, in words: `1 fix`, `2 fixes`.
pub fn count(number: usize, word: &str) -> String {
    let ending = match (number, word) {
        (1, _) | (_, "info") => "",
        (_, "fix") => "es",
        _ => "s",
    };
    format!("{number} {word}{ending}")
}
