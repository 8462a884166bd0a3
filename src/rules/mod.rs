//! Floor 4: one file per rule, each a view on the engine's answers.

use crate::diagnostic::{RuleId, Severity};

/// A rule as the command line and the documentation show it.
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// Its usual severity.
    pub severity: Severity,
    /// The release that brought it.
    pub since: &'static str,
    /// Its page, as in `rules/<family>/<name>.md`.
    pub page: &'static str,
}

/// All rules, by family and name.
pub static ALL: &[Rule] = &[];

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id.0 == name)
}
