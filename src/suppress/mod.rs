//! Floor 5: findings that the author of a script has judged, by comments in it.
//!
//! `# lint-scripts disable=rule[,rule] [-- reason]` before a command or at the end of a line,
//! `# lint-scripts disable-file=rule` before the first command.

mod apply;
mod parse;

pub use apply::{Applied, Suppressions};
pub use parse::{Directive, Directives, Scope, directives};
