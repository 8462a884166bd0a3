//! Floor 6: what a project wants: `lint-scripts.toml`, the files that it extends, and what the command line says over them.

mod error;
mod file;
mod find;
mod patterns;
mod proposal;
mod read;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

pub use error::ConfigError;
pub use file::schema;
pub use find::{Configs, Origin, Overrides};
pub use proposal::Proposal;

use crate::rules::Choice;
use crate::shell::knowledge::Vocabulary;
use patterns::Patterns;

/// What a configuration file and those that it extends say together.
#[derive(Clone, Debug)]
pub struct Config {
    /// The files, the nearest first; empty without any.
    pub files: Vec<PathBuf>,
    /// What they say of rules, the nearest last.
    pub choices: Vec<Choice>,
    /// The file of accepted findings.
    pub baseline: Option<PathBuf>,
    /// What is known of commands and messages.
    pub vocabulary: Arc<Vocabulary>,
    exclude: Vec<Patterns>,
    include: Vec<Patterns>,
    per_file: Vec<(Patterns, Choice)>,
}

impl Default for Config {
    /// What holds where there is no configuration.
    fn default() -> Self {
        Self {
            files: Vec::new(),
            choices: Vec::new(),
            baseline: None,
            vocabulary: Vocabulary::builtin(),
            exclude: Vec::new(),
            include: Vec::new(),
            per_file: Vec::new(),
        }
    }
}
