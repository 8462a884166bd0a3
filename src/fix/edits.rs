//! Carrying out edits, and following places through them.

use crate::diagnostic::Edit;
use crate::text::{FileId, Span};

/// `text` after the edits, which all lie in it. `None` when they overlap, run past its end, or cut a character.
pub fn apply(text: &[u8], edits: &[Edit]) -> Option<Vec<u8>> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut fixed = Vec::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in sorted {
        let range = edit.span.range();
        let whole = range.start >= at && range.end <= text.len() && is_boundary(text, range.start);
        if !whole || !is_boundary(text, range.end) {
            return None;
        }
        fixed.extend_from_slice(&text[at..range.start]);
        fixed.extend_from_slice(edit.content.as_bytes());
        at = range.end;
    }
    fixed.extend_from_slice(&text[at..]);
    Some(fixed)
}

/// The edits that do at once what `first` does, and then `second` to the text that comes of it; they fit, one after the other.
pub(super) fn composed(first: &[Edit], second: &[Edit]) -> Vec<Edit> {
    let file = first.iter().chain(second).next().map_or(FileId(0), |edit| edit.span.file);
    let mut pieces = vec![Piece::Kept(0, u32::MAX)];
    for edits in [first, second] {
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        // From the end, so that what is before keeps its places.
        for edit in edits.into_iter().rev() {
            let from = split(&mut pieces, edit.span.start);
            let to = split(&mut pieces, edit.span.end).max(from);
            pieces.splice(from..to, [Piece::New(edit.content.clone())]);
        }
    }
    edits_of(&pieces, file)
}

/// A part of a text that was edited.
enum Piece {
    /// The bytes from and to here of the text before.
    Kept(u32, u32),
    New(String),
}

impl Piece {
    fn len(&self) -> u32 {
        match self {
            Self::Kept(start, end) => end - start,
            Self::New(content) => content.len() as u32,
        }
    }
}

/// The number of the piece that begins at an offset of the edited text, which is split there if it has to be.
fn split(pieces: &mut Vec<Piece>, offset: u32) -> usize {
    let mut start = 0;
    for at in 0..pieces.len() {
        if start == offset {
            return at;
        }
        let inside = offset - start;
        if inside < pieces[at].len() {
            let (left, right) = match &pieces[at] {
                Piece::Kept(from, to) => (Piece::Kept(*from, from + inside), Piece::Kept(from + inside, *to)),
                Piece::New(content) => {
                    let (left, right) = content.split_at(inside as usize);
                    (Piece::New(left.to_owned()), Piece::New(right.to_owned()))
                }
            };
            pieces.splice(at..=at, [left, right]);
            return at + 1;
        }
        start += pieces[at].len();
    }
    pieces.len()
}

/// What was put in, and what is gone, between the pieces that are kept.
fn edits_of(pieces: &[Piece], file: FileId) -> Vec<Edit> {
    let mut edits = Vec::new();
    let (mut at, mut content) = (0, String::new());
    for piece in pieces {
        match piece {
            Piece::New(text) => content.push_str(text),
            Piece::Kept(start, end) => {
                if at != *start || !content.is_empty() {
                    edits.push(Edit::replace(Span::new(file, at, *start), std::mem::take(&mut content)));
                }
                at = *end;
            }
        }
    }
    edits
}

/// Not between the bytes of one UTF-8 character.
fn is_boundary(text: &[u8], at: usize) -> bool {
    text.get(at).is_none_or(|byte| byte & 0b1100_0000 != 0b1000_0000)
}

/// Where the byte at `offset` of the text before stands after the edits. What is inserted at an offset comes before it.
pub(super) fn forward(edits: &[Edit], offset: u32) -> u32 {
    let passed = edits.iter().filter(|edit| edit.span.end <= offset);
    let (added, gone) = passed
        .fold((0, 0), |(added, gone), edit| (added + edit.content.len() as u32, gone + edit.span.len()));
    offset + added - gone
}

/// Where the byte at `offset` of the fixed text stood before; inside what was put in, the place where that went.
pub(super) fn backward(edits: &[Edit], offset: u32) -> u32 {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span.start);
    let (mut added, mut gone) = (0, 0);
    for edit in sorted {
        let start = edit.span.start + added - gone;
        if offset < start {
            break;
        }
        if offset < start + edit.content.len() as u32 {
            return edit.span.start;
        }
        added += edit.content.len() as u32;
        gone += edit.span.len();
    }
    offset + gone - added
}

/// Whether what stands at `offset` of the fixed text was put in by the edits.
pub(super) fn is_new(edits: &[Edit], offset: u32) -> bool {
    forward(edits, backward(edits, offset)) != offset
}

#[cfg(test)]
mod tests {
    use super::{apply, backward, composed, forward, is_new};
    use crate::diagnostic::Edit;
    use crate::text::{FileId, Span};

    #[test]
    fn edits_one_after_the_other_are_the_same_as_at_once() {
        let text = b"local x=$(c) y\nwait\n";
        let first = [edit(0, 6, ""), edit(12, 12, " || exit 1"), edit(15, 19, "")];
        let middle = apply(text, &first).unwrap();
        assert_eq!(middle, b"x=$(c) || exit 1 y\n\n");
        let second =
            [edit(0, 0, "{ "), edit(3, 9, "d"), edit(12, 14, "r"), edit(17, 18, "z"), edit(20, 20, "!")];
        let at_once = apply(text, &composed(&first, &second)).unwrap();
        assert_eq!(at_once, apply(&middle, &second).unwrap());
        assert!(composed(&[], &[]).is_empty());
    }

    fn edit(start: u32, end: u32, content: &str) -> Edit {
        Edit::replace(Span::new(FileId(0), start, end), content)
    }

    #[track_caller]
    fn check(text: &str, edits: &[Edit], expected: Option<&str>) {
        assert_eq!(apply(text.as_bytes(), edits), expected.map(|text| text.as_bytes().to_vec()));
    }

    #[test]
    fn edits_replace_from_the_text_before() {
        check("abc", &[edit(1, 1, "X")], Some("aXbc"));
        check("abc", &[edit(2, 3, "Z"), edit(0, 1, "")], Some("bZ"));
        check("abc", &[edit(0, 2, ""), edit(1, 3, "")], None);
        check("abc", &[edit(2, 9, "")], None);
        check("é", &[edit(1, 1, "X")], None);
    }

    #[test]
    fn places_go_there_and_back() {
        let edits = [edit(2, 2, "XX"), edit(4, 5, "")];
        for offset in [0, 1, 2, 3, 6] {
            assert_eq!(backward(&edits, forward(&edits, offset)), offset);
        }
        assert_eq!(backward(&edits, 3), 2, "inside what was put in");
        assert_eq!([1, 2, 3, 4, 5].map(|offset| is_new(&edits, offset)), [false, true, true, false, false]);
    }
}
