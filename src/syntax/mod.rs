//! Floor 1: from bytes to the typed tree. The only floor that names tree-sitter.
//!
//! [`parse`] reads a script. Tokens that no context changes come from tree-sitter ([`atoms`]); lists, pipelines,
//! redirections, compound commands and expansions are built over them by the shell's own grammar, since the tree of
//! tree-sitter-bash is wrong, without an error node, in the very shapes that decide what becomes of a failure.

mod ast;
mod atoms;
mod compound;
pub mod damage;
mod expansion;
mod grammar;
mod kinds;
mod reader;
mod recovery;
mod redirect;
#[cfg(test)]
mod robust;
mod said;
mod same;
mod shellcheck;
mod simple;
mod walk;
mod word;
mod words;

pub use ast::*;
pub use said::{PutIn, Said};
pub use same::{Change, Comparison, Touched};
pub use shellcheck::{Shellcheck, shellcheck};

use crate::shell::Dialect;
use crate::text::FileId;
use atoms::Atoms;
use reader::{Origin, Reader};

/// Reads a whole text. Never fails: what cannot be read is in [`Script::unknown`].
pub fn parse(text: &[u8], file: FileId, dialect: Dialect) -> Script {
    parse_from(text, file, dialect, CommandId(0))
}

/// Reads what a script says as a script of its own: a trap's action, an operand of `eval` or `bash -c`. Command ids go on
/// from `first`; spans lead to where the bytes stand in the file.
pub fn parse_said(said: &Said, dialect: Dialect, first: CommandId) -> Script {
    let origin = match said.verbatim_from() {
        Some(start) => Origin::Same(start),
        None => Origin::Unescaped(said.origins.clone()),
    };
    let mut reader = Reader::new(&said.bytes, said.file(), origin, Atoms::none(), dialect);
    reader.number_from(first);
    reader.given.clone_from(&said.given);
    let body = reader.all_commands();
    reader.finish(body)
}

/// Reads a whole text like [`parse`], with command ids from `first` on.
pub fn parse_from(text: &[u8], file: FileId, dialect: Dialect, first: CommandId) -> Script {
    read(text, file, dialect, first, Atoms::of(text))
}

fn read(text: &[u8], file: FileId, dialect: Dialect, first: CommandId, atoms: Atoms) -> Script {
    let mut reader = Reader::new(text, file, Origin::Same(0), atoms, dialect);
    reader.number_from(first);
    let body = reader.all_commands();
    reader.finish(body)
}

/// Reads a whole text like [`parse_from`] and with the same result, every byte by the reader itself. That takes a sixth of the
/// time: for a text that somebody types in.
pub fn parse_without_atoms(text: &[u8], file: FileId, dialect: Dialect, first: CommandId) -> Script {
    read(text, file, dialect, first, Atoms::none())
}
