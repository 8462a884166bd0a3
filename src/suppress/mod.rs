//! Floor 3: findings that the author of a script has judged, by comments in it.
//!
//! `# lint-scripts disable=rule[,rule] [until 2027-01-31] [-- reason]` before a command or at the end of a line,
//! `# lint-scripts disable-file=rule` before the first command. `# shellcheck disable=SC2155` for the codes that mean the
//! same as rules of ours.

mod apply;
mod parse;
mod room;
mod shellcheck;

pub use apply::{Judged, Suppressed, Suppressions};
pub use parse::{Directive, Directives, Scope, Voice, directives};
pub use room::room;
