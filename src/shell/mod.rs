//! Floor 2: what is known of shells and commands: dialects, options, what a command's status means.

mod builtins;
mod dialect;
pub mod knowledge;
mod options;
mod other_shells;
mod shells;
mod spelling;

pub use builtins::is_bash_builtin;
pub use dialect::{Dialect, Shebang, detect};
pub use options::{Opt, Options, Setting};
pub use other_shells::OtherShell;
pub use shells::Shells;
pub use spelling::{Misspelt, MisspeltKind, misspelt_set, misspelt_shopt};
