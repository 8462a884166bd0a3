//! Floor 3: for each command, what the script does when it fails, and why.

mod answer;
mod arithmetic;
mod builtins;
mod compound;
mod describe;
mod descriptors;
mod engine;
mod errors;
mod expand;
mod function_sets;
mod graph;
mod hazards;
mod held;
mod in_place;
mod inner;
#[cfg(test)]
mod linear;
mod lists;
mod misprinted;
mod mistaken;
mod nounset;
mod numbers;
mod pipelines;
mod plan;
mod program;
mod reads;
mod replay;
#[cfg(test)]
mod retyped;
mod scope;
#[cfg(test)]
mod shapes;
mod shared;
mod simple;
mod sourced;
mod standing;
mod state;
mod summary;
mod test;
mod trace;
mod traps;
mod units;
mod variables;

pub use answer::{
    AbortingAnswer, By, Effect, Effects, Entry, EntryKind, Errexit, Exit, Fate, OnFailure, Purpose, Reading,
    Setter, StatusRead, Trace, Untraced,
};
pub(crate) use describe::{arguments_of, spoken};
pub(crate) use replay::replayed;
pub use standing::Standing;
pub use trace::trace;
pub use units::{Ask, Units};
