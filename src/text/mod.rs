//! Floor 0: positions, spans and the texts they point into. Names nothing above it.

mod document;
mod lines;
mod span;

pub use document::{Document, FileId, Host, Piece, SourceMap};
pub use lines::{LineIndex, Position};
pub use span::Span;
