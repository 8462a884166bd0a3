//! Floor 1: from bytes to the typed tree. The only floor that names tree-sitter.

mod ast;

pub use ast::*;
