//! Half-open byte ranges.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::FileId;

/// A half-open range of bytes in one text. Lines and columns exist only at the edge, in [`super::LineIndex`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The text that the offsets count in.
    pub file: FileId,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte; never less than `start`.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end` of `file`.
    ///
    /// # Panics
    /// When `end` lies before `start`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        assert!(start <= end, "a span runs forwards");
        Self { file, start, end }
    }

    /// The empty span at `offset`.
    pub fn at(file: FileId, offset: u32) -> Self {
        Self { file, start: offset, end: offset }
    }

    /// From the first byte of `self` to the last of `other`, which lies in the same file and not before it.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        debug_assert_eq!(self.file, other.file, "a span lies in one file");
        Self { file: self.file, start: self.start, end: other.end.max(self.start) }
    }

    /// Number of bytes.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether there is no byte between start and end.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies within `self`, in the same file.
    pub fn contains(self, other: Self) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// The range, to index the text's bytes with.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl std::fmt::Debug for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}..{}", self.file.0, self.start, self.end)
    }
}
