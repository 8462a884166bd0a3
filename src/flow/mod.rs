//! Floor 3: for each command, what the script does when it fails, and why.

mod answer;

pub use answer::{By, Effect, Entry, EntryKind, Exit, Fate, OnFailure, Trace};
