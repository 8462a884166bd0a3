//! Carrying out edits, and following places through them.

use crate::diagnostic::Edit;

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

#[cfg(test)]
mod tests {
    use super::{apply, backward, forward};
    use crate::diagnostic::Edit;
    use crate::text::{FileId, Span};

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
    }
}
