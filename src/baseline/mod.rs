//! Floor 6: findings that were there before and are accepted, in a file that lies with the project.
//!
//! The file holds a line of JSON for each finding, known by its rule, its path and its own text, and not by its line: what
//! is edited elsewhere wakes nothing. Lines stand in a fixed order and do not depend on one another, so that two branches
//! can be merged.

mod file;
mod matching;

pub use file::{Baseline, Entry, Malformed};
pub use matching::Matching;
