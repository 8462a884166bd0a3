//! Floor 1: from bytes to the typed tree. The only floor that names tree-sitter.
//!
//! [`parse`] reads a script. Tokens that no context changes come from tree-sitter ([`atoms`]); lists, pipelines,
//! redirections, compound commands and expansions are built over them by the shell's own grammar, since the tree of
//! tree-sitter-bash is wrong, without an error node, in the very shapes that decide what becomes of a failure.

mod ast;
mod atoms;
mod grammar;
mod kinds;
mod reader;
mod redirect;
mod word;
mod words;

pub use ast::*;

use crate::shell::Dialect;
use crate::text::FileId;
use atoms::Atoms;
use reader::{Origin, Reader};

/// Reads a whole text. Never fails: what cannot be read is in [`Script::unknown`].
pub fn parse(text: &[u8], file: FileId, dialect: Dialect) -> Script {
    let mut reader = Reader::new(text, file, Origin::Same(0), Atoms::of(text), dialect);
    let body = reader.all_commands();
    reader.finish(body)
}
