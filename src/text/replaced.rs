//! What has become of a text that somebody types in.

use super::{FileId, Span};

/// In a text, the bytes from `start` to `old_end` have given way to others, which reach up to `new_end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The text.
    pub file: FileId,
    /// Where they stand.
    pub start: u32,
    /// Their end, in the text as it was.
    pub old_end: u32,
    /// Their end, in the text as it is.
    pub new_end: u32,
}

impl Replaced {
    /// The smallest replacement that makes `new` of `old`.
    pub fn between(file: FileId, old: &[u8], new: &[u8]) -> Self {
        let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
        let (old_rest, new_rest) = (&old[start..], &new[start..]);
        let same =
            old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
        let end = |text: &[u8]| (text.len() - same) as u32;
        Self { file, start: start as u32, old_end: end(old), new_end: end(new) }
    }

    /// The same with the whole of the tokens that are touched in either text, where `ends` says which bytes lie between tokens.
    #[must_use]
    pub fn with_tokens(mut self, old: &[u8], new: &[u8], ends: impl Fn(u8) -> bool) -> Self {
        let inside = |text: &[u8], at: u32| text.get(at as usize).is_some_and(|&byte| !ends(byte));
        let joins = |text: &[u8], at: u32| at > 0 && inside(text, at - 1) && inside(text, at);
        while joins(old, self.start) || joins(new, self.start) {
            self.start -= 1;
        }
        while joins(old, self.old_end) || joins(new, self.new_end) {
            self.old_end += 1;
            self.new_end += 1;
        }
        self
    }

    /// The bytes that are gone, and those that have come.
    pub fn texts<'t>(&self, old: &'t [u8], new: &'t [u8]) -> [&'t [u8]; 2] {
        let start = self.start as usize;
        [&old[start..self.old_end as usize], &new[start..self.new_end as usize]]
    }

    /// Whether a span of the text as it was lies beside what has been replaced, and does not even touch it.
    pub fn is_apart(&self, old: Span) -> bool {
        old.file != self.file || old.end < self.start || old.start > self.old_end
    }

    /// Whether what stood at `old` stands at `new` as it was.
    pub fn leaves(&self, old: Span, new: Span) -> bool {
        let before = old.file != self.file || old.end <= self.start;
        before && new == old || !before && old.start >= self.old_end && new == self.shifted(old)
    }

    /// Whether what reaches from `old.start` to `old.end` can have come to reach over `new`, with what has changed in it.
    pub fn fits(&self, old: Span, new: Span) -> bool {
        let fits = |old: u32, new: u32| {
            old <= self.start && new == old || old >= self.old_end && new == self.shifted_offset(old)
        };
        old.file == new.file && fits(old.start, new.start) && fits(old.end, new.end)
    }

    /// Where a span that lies [apart](Self::is_apart) is now.
    pub fn moved(&self, old: Span) -> Span {
        if old.file == self.file && old.start > self.old_end { self.shifted(old) } else { old }
    }

    fn shifted(&self, old: Span) -> Span {
        Span { start: self.shifted_offset(old.start), end: self.shifted_offset(old.end), ..old }
    }

    /// Where a byte is that stood behind what has been replaced.
    fn shifted_offset(&self, old: u32) -> u32 {
        old - self.old_end + self.new_end
    }
}

#[cfg(test)]
mod tests {
    use super::Replaced;
    use crate::text::{FileId, Span};

    fn between(old: &str, new: &str) -> Replaced {
        Replaced::between(FileId(0), old.as_bytes(), new.as_bytes())
    }

    #[test]
    fn the_smallest_replacement_is_found() {
        let offsets = |old, new| {
            let replaced = between(old, new);
            (replaced.start, replaced.old_end, replaced.new_end)
        };
        assert_eq!(offsets("ab cd", "ab xcd"), (3, 3, 4));
        assert_eq!(offsets("aa", "aaa"), (2, 2, 3));
        assert_eq!(offsets("aaa", "aa"), (2, 3, 2));
        assert_eq!(offsets("abc", "xyz"), (0, 3, 3));
        assert_eq!(offsets("abc", "abc"), (3, 3, 3));
    }

    #[test]
    fn tokens_are_taken_whole() {
        let texts = |old: &'static str, new: &'static str| {
            let (old_bytes, new_bytes) = (old.as_bytes(), new.as_bytes());
            let replaced = between(old, new).with_tokens(old_bytes, new_bytes, |byte| byte == b' ');
            replaced.texts(old_bytes, new_bytes).map(|text| str::from_utf8(text).unwrap().to_owned())
        };
        assert_eq!(texts("a bc d", "a bxc d"), ["bc", "bxc"]);
        assert_eq!(texts("a b", "a  b"), ["", " "]);
        assert_eq!(texts("a bc", "a b c"), ["bc", "b c"]);
        assert_eq!(texts("a", "a b"), ["", " b"]);
    }

    #[test]
    fn what_lies_beside_moves() {
        let replaced = between("ab cd ef", "ab cxd ef");
        let span = |start, end| Span::new(FileId(0), start, end);
        assert!(replaced.leaves(span(0, 2), span(0, 2)) && replaced.leaves(span(6, 8), span(7, 9)));
        assert!(!replaced.leaves(span(3, 5), span(3, 6)) && replaced.fits(span(3, 5), span(3, 6)));
        assert!(replaced.is_apart(span(0, 2)) && !replaced.is_apart(span(3, 5)));
        assert_eq!(replaced.moved(span(6, 8)), span(7, 9));
    }
}
