//! A text to be checked, and the way back to the file that it came from.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Span;

/// Names one text of a run: the document under the door is 0, sourced files follow in the order of asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub u32);

/// Where in another kind of file a script stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The kind of file, such as `github-actions`.
    pub kind: &'static str,
    /// The place in it, such as `job build, step 3 "Upload"`.
    pub unit: String,
}

/// A shell text and the map from its bytes to those of the file on disk.
#[derive(Clone, Debug)]
pub struct Document {
    /// The path as the user gave it, with `/`; `-` is standard input.
    pub path: String,
    /// The shell text itself.
    pub text: Arc<[u8]>,
    /// How offsets in `text` become offsets in the file.
    pub map: SourceMap,
    /// Set when the text is embedded in another kind of file.
    pub host: Option<Host>,
}

impl Document {
    /// A plain script: the text is the file.
    pub fn script(path: impl Into<String>, text: impl Into<Arc<[u8]>>) -> Self {
        Self { path: path.into(), text: text.into(), map: SourceMap::Identity, host: None }
    }

    /// A plain script of which each line ends as on Windows, read without its carriage returns; `None` when other lines are
    /// in it, too.
    pub fn of_windows(path: impl Into<String>, file: &[u8]) -> Option<Self> {
        let returns: Vec<usize> = memchr::memchr_iter(b'\r', file).collect();
        let feeds = memchr::memchr_iter(b'\n', file);
        if returns.is_empty() || !feeds.eq(returns.iter().map(|at| at + 1)) {
            return None;
        }
        let mut text = Vec::with_capacity(file.len() - returns.len());
        let mut pieces = Vec::with_capacity(returns.len() + 1);
        let mut start = 0;
        // The line feed lies between two pieces: what is put before it comes before the carriage return in the file.
        for end in returns.into_iter().chain([file.len()]) {
            pieces.push(Piece { text: text.len() as u32, file: start as u32, len: (end - start) as u32 });
            text.extend_from_slice(&file[start..end]);
            if end < file.len() {
                text.push(b'\n');
            }
            start = end + 2;
        }
        Some(Self { path: path.into(), text: text.into(), map: SourceMap::Pieces(pieces), host: None })
    }

    /// Where in the file a range of the text can be given this content; `None` where that would change what is not of the
    /// text, or put lines into another kind of file, which may want something before each.
    pub fn place(&self, span: Span, content: &str) -> Option<Span> {
        match self.host {
            None => Some(self.map.span(span)),
            Some(_) => self.map.editable(span).filter(|_| !content.contains('\n')),
        }
    }

    /// The bytes that `span` covers.
    pub fn slice(&self, span: Span) -> &[u8] {
        &self.text[span.range()]
    }
}

/// The way from offsets in a document's text to offsets in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceMap {
    /// The text is the whole file.
    Identity,
    /// The text is put together from pieces of the file, in order: each is the offset in the text where the piece
    /// starts, the offset in the file where it was taken from, and its length in bytes. What lies between two pieces
    /// (a stripped indentation, an escape) has no place of its own in the text.
    Pieces(Vec<Piece>),
}

/// One run of bytes that the text and the file share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Offset of the first byte in the text.
    pub text: u32,
    /// Offset of the same byte in the file.
    pub file: u32,
    /// Number of bytes shared.
    pub len: u32,
}

impl SourceMap {
    /// The file's offset for an offset of the text. An offset between pieces goes to the end of the piece before it.
    pub fn offset(&self, offset: u32) -> u32 {
        let Self::Pieces(pieces) = self else { return offset };
        let next = pieces.partition_point(|piece| piece.text <= offset);
        let Some(piece) = next.checked_sub(1).and_then(|index| pieces.get(index)) else {
            return pieces.first().map_or(0, |piece| piece.file);
        };
        piece.file + (offset - piece.text).min(piece.len)
    }

    /// The text's offset for an offset of the file: the way back. What lies between pieces belongs to the one before it.
    pub fn in_text(&self, offset: u32) -> u32 {
        let Self::Pieces(pieces) = self else { return offset };
        let next = pieces.partition_point(|piece| piece.file <= offset);
        let Some(piece) = next.checked_sub(1).and_then(|index| pieces.get(index)) else { return 0 };
        piece.text + (offset - piece.file).min(piece.len)
    }

    /// The file's range for a range of the text, for showing it.
    pub fn span(&self, span: Span) -> Span {
        let start = self.offset(span.start);
        Span { start, end: self.offset(span.end).max(start), ..span }
    }

    /// The file's range for a range of the text that is to be replaced: `None` where the range crosses bytes that the
    /// text does not hold, since replacing it would delete something that nobody has read.
    pub fn editable(&self, span: Span) -> Option<Span> {
        let mapped = self.span(span);
        let whole = match self {
            Self::Identity => true,
            Self::Pieces(pieces) => {
                pieces.iter().any(|piece| piece.text <= span.start && span.end <= piece.text + piece.len)
            }
        };
        whole.then_some(mapped)
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, FileId, Host, Piece, SourceMap};
    use crate::text::Span;

    fn indented() -> SourceMap {
        // File "  ab\n  cd\n", text "ab\ncd\n".
        SourceMap::Pieces(vec![Piece { text: 0, file: 2, len: 3 }, Piece { text: 3, file: 7, len: 3 }])
    }

    #[test]
    fn pieces_lead_back_to_the_file() {
        let map = indented();
        let offsets: Vec<u32> = (0..=6).map(|offset| map.offset(offset)).collect();
        assert_eq!(offsets, [2, 3, 4, 7, 8, 9, 10]);
        let back: Vec<u32> = (0..=10).map(|offset| map.in_text(offset)).collect();
        assert_eq!(back, [0, 0, 0, 1, 2, 3, 3, 3, 4, 5, 6]);
    }

    #[test]
    fn what_is_embedded_is_changed_within_its_lines() {
        let host = Some(Host { kind: "github-actions", unit: "job build".to_owned() });
        let script = Document::script("a.yml", *b"ab\ncd\n");
        let document = Document { map: indented(), host, ..script.clone() };
        let span = |start, end| Span::new(FileId(0), start, end);
        assert_eq!(document.place(span(3, 5), "x"), Some(span(7, 9)));
        assert_eq!(document.place(span(3, 3), "x "), Some(span(7, 7)));
        assert_eq!(document.place(span(1, 4), ""), None, "the indentation is nobody's to take away");
        assert_eq!(document.place(span(3, 3), "x\n"), None, "it would not be indented");
        assert_eq!(script.place(span(1, 4), "x\n"), Some(span(1, 4)));
    }

    #[test]
    fn line_ends_of_windows_are_left_out_and_found_again() {
        let file = b"ab\r\nc\r\nd";
        let document = Document::of_windows("a.sh", file).unwrap();
        assert_eq!(&*document.text, b"ab\nc\nd");
        let offsets: Vec<u32> = (0..=6).map(|offset| document.map.offset(offset)).collect();
        assert_eq!(offsets, [0, 1, 2, 4, 5, 7, 8]);
        assert_eq!(*Document::of_windows("a.sh", b"a\r\n").unwrap().text, *b"a\n");
        for other in [&b"a\n"[..], b"a\r\nb\n", b"a\rb\r\n", b"a\r", b""] {
            assert!(Document::of_windows("a.sh", other).is_none(), "{other:?}");
        }
    }

    #[test]
    fn an_edit_across_pieces_is_refused() {
        let span = |start, end| Span::new(FileId(0), start, end);
        assert_eq!(indented().editable(span(0, 2)), Some(span(2, 4)));
        assert_eq!(indented().editable(span(1, 5)), None);
        assert_eq!(SourceMap::Identity.editable(span(1, 5)), Some(span(1, 5)));
    }
}
