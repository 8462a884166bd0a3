//! What commands are for, what their statuses mean and what becomes of their operands, from `rules/commands/*.toml`;
//! and by what words a script tells that all went well, from `rules/claims.toml`.

mod arguments;
mod claims;
mod facts;
mod lies;
mod operands;
mod reading;
mod roles;

#[cfg(test)]
mod tests;

use std::sync::{Arc, LazyLock};

use include_dir::{Dir, include_dir};
use rustc_hash::FxHashMap;
use thiserror::Error;

pub use arguments::{Arg, Place};
pub use claims::Claims;
pub use facts::{Answers, CommandEntry, CommandFacts, Input, Passes};
pub use lies::{Lie, Streams};
pub use operands::Operands;
pub use reading::{Inner, InnerText, Reading};
pub use roles::{Role, Roles};

/// All that is known of commands and messages in a run: what is built in, and what the project says of its own.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// What commands are for.
    pub commands: Knowledge,
    /// By what a script tells success.
    pub claims: Claims,
    /// What the project has said of its own, as text: where this is equal, all is.
    pub own: String,
}

impl Vocabulary {
    /// What is built in.
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: LazyLock<Arc<Vocabulary>> = LazyLock::new(|| {
            let (commands, claims) = (Knowledge::builtin().clone(), Claims::builtin().clone());
            Arc::new(Vocabulary { commands, claims, own: String::new() })
        });
        Arc::clone(&BUILTIN)
    }
}

static COMMANDS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/commands");

/// What is known of commands.
#[derive(Clone, Debug, Default)]
pub struct Knowledge {
    commands: Vec<CommandFacts>,
    /// Of names and aliases.
    by_name: FxHashMap<String, usize>,
}

/// A table of commands that cannot be used.
#[derive(Debug, Error)]
pub enum KnowledgeError {
    /// Not TOML, an unknown key or a value of the wrong kind; the message names line and column.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// The same name or alias stands twice in one text.
    #[error("the command `{0}` is described twice")]
    Twice(String),
}

impl Knowledge {
    /// The facts that are built in.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Knowledge> = LazyLock::new(|| {
            builtin_texts().fold(Knowledge::default(), |known, text| {
                known.with(text).expect("a test parses every built-in table")
            })
        });
        &BUILTIN
    }

    /// These facts, and over them those of `text`: a command of the same name is replaced, or with
    /// `extend = true` keeps what `text` does not speak of.
    ///
    /// # Errors
    ///
    /// When `text` is not a table of commands in the form that `rules/commands/README.md` describes, or describes a
    /// command twice.
    pub fn with(&self, text: &str) -> Result<Self, KnowledgeError> {
        let file: facts::File = toml::from_str(text)?;
        self.with_entries(file.command)
    }

    /// As [`Self::with`], of entries that have been read.
    ///
    /// # Errors
    ///
    /// When a command is described twice.
    pub fn with_entries(
        &self,
        entries: impl IntoIterator<Item = CommandEntry>,
    ) -> Result<Self, KnowledgeError> {
        let mut known = self.clone();
        let first_new = known.commands.len();
        for entry in entries {
            let names: Vec<String> = entry.names().map(str::to_owned).collect();
            let extends = entry.extend;
            let mut command = CommandFacts::from(entry);
            if let Some(base) = self.command(&command.name).filter(|_| extends) {
                command = base.extended(command);
            }
            let index = known.commands.len();
            known.commands.push(command);
            for name in names {
                if known.by_name.get(&name).is_some_and(|&old| old >= first_new) {
                    return Err(KnowledgeError::Twice(name));
                }
                known.by_name.insert(name, index);
            }
        }
        Ok(known)
    }

    /// What is known of the command with this base name (no directory), also by an alias.
    pub fn command(&self, name: &str) -> Option<&CommandFacts> {
        self.by_name.get(name).map(|&index| &self.commands[index])
    }
}

fn builtin_texts() -> impl Iterator<Item = &'static str> {
    let tables = COMMANDS.files().filter(|file| file.path().extension().is_some_and(|ext| ext == "toml"));
    tables.map(|file| file.contents_utf8().expect("a test reads every built-in table as UTF-8"))
}
