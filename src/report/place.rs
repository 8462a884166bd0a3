//! From spans to places in files.

use std::path::Path;

use super::Checked;
use crate::text::{FileId, LineIndex, Position, Span};

/// Finds the lines and columns of one report's spans, in the files that its texts come from.
pub(super) struct Places<'a> {
    checked: &'a Checked,
    /// By file.
    lines: Vec<LineIndex>,
}

/// A place in a file.
pub(super) struct Place<'a> {
    pub path: &'a str,
    /// Set when `path` is not all of the truth: the bytes of a path that is not UTF-8.
    pub raw: Option<&'a Path>,
    pub position: Position,
    /// 1-based column, in bytes.
    pub byte_column: u32,
    /// Bytes into the file.
    pub offset: u32,
}

impl<'a> Places<'a> {
    pub fn new(checked: &'a Checked) -> Self {
        let files = 0..checked.report.documents.len() as u32;
        let lines = files.map(|file| LineIndex::new(bytes(checked, FileId(file)))).collect();
        Self { checked, lines }
    }

    pub fn start(&self, span: Span) -> Place<'a> {
        self.place(span.file, self.in_file(span).start)
    }

    pub fn end(&self, span: Span) -> Place<'a> {
        self.place(span.file, self.in_file(span).end)
    }

    /// The range in the file on disk.
    pub fn in_file(&self, span: Span) -> Span {
        self.checked.report.document(span.file).map.span(span)
    }

    pub fn line(&self, span: Span) -> u32 {
        self.start(span).position.line
    }

    /// Offset of the first byte of a 1-based line.
    pub fn line_start(&self, file: FileId, line: u32) -> u32 {
        self.lines[file.0 as usize].start(line)
    }

    fn place(&self, file: FileId, offset: u32) -> Place<'a> {
        let checked = self.checked;
        let lines = &self.lines[file.0 as usize];
        let position = lines.position(bytes(checked, file), offset);
        let byte_column = offset - lines.start(position.line) + 1;
        let raw =
            (file == FileId(0)).then_some(checked.path.as_path()).filter(|path| path.to_str().is_none());
        Place { path: &checked.report.document(file).path, raw, position, byte_column, offset }
    }
}

/// The bytes of the file that a text comes from. Only the text under the door can be embedded in another file; what it
/// sources are plain scripts.
pub(super) fn bytes(checked: &Checked, file: FileId) -> &[u8] {
    if file == FileId(0) { &checked.bytes } else { &checked.report.document(file).text }
}
