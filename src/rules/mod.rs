//! Floor 4: one file per rule, each a view on the engine's answers.
//!
//! A new rule is a file here, a word in the list below, and a page `rules/<family>/<name>.md`.

mod context;
mod operands;
mod subject;

use crate::diagnostic::{Diagnostic, RuleId, Severity};

pub use context::Context;

/// A rule: what the command line and the documentation show, and what it does.
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// Its usual severity.
    pub severity: Severity,
    /// The release that brought it.
    pub since: &'static str,
    /// Its page, as in `rules/<family>/<name>.md`.
    pub page: &'static str,
    /// Looks at a script and says what it finds.
    pub check: fn(&Context<'_>, &mut Vec<Diagnostic>),
}

macro_rules! rules {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// All rules, by family and name.
        pub static ALL: &[&Rule] = &[$(&$name::RULE),*];
    };
}

rules![missing_strict_mode, unchecked_pipeline, unconditional_success, cleanup_before_verification];

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id.0 == name).copied()
}
