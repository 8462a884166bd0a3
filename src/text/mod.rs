//! Floor 0: positions, spans and the texts they point into. Names nothing above it.

mod document;
mod lines;
mod nearest;
mod replaced;
mod span;

pub use document::{Document, FileId, Host, Piece, SourceMap};
pub use lines::{LineIndex, Position};
pub use nearest::nearest;
pub use replaced::Replaced;
pub use span::Span;
