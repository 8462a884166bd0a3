//! Floor 2: what is known of shells and commands: dialects, options, what a command's status means.

mod dialect;
pub mod knowledge;

pub use dialect::Dialect;
