//! From byte offsets to the lines and columns that people and editors count.

/// A place as a person counts it; both numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in Unicode scalar values; a byte that is not UTF-8 counts as one.
    pub column: u32,
}

/// Where the lines of a text start. A line ends after `\n`; a `\r` before it belongs to the line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads `text` once and notes where its lines start.
    pub fn new(text: &[u8]) -> Self {
        let newlines = text.iter().enumerate().filter(|&(_, &byte)| byte == b'\n');
        let starts = std::iter::once(0).chain(newlines.map(|(at, _)| at as u32 + 1)).collect();
        Self { starts }
    }

    /// The 1-based line in which `offset` lies.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// Offset of the first byte of a 1-based line; the last line's start when there is no such line.
    pub fn start(&self, line: u32) -> u32 {
        let index = (line.max(1) as usize - 1).min(self.starts.len() - 1);
        self.starts[index]
    }

    /// Line and column of `offset` in `text`, the text that this index was made of.
    pub fn position(&self, text: &[u8], offset: u32) -> Position {
        let line = self.line(offset);
        let before = &text[self.start(line) as usize..(offset as usize).min(text.len())];
        let scalars: usize =
            before.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
        Position { line, column: scalars as u32 + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::{LineIndex, Position};

    #[track_caller]
    fn check(text: &[u8], offset: u32, line: u32, column: u32) {
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, offset), Position { line, column });
    }

    #[test]
    fn counts_scalars_from_one() {
        check(b"", 0, 1, 1);
        check(b"ab\ncd", 3, 2, 1);
        check(b"ab\ncd", 5, 2, 3);
        check("é🗻x".as_bytes(), 6, 1, 3);
        check(b"\xff\xfex", 2, 1, 3);
        check(b"a\r\nb", 3, 2, 1);
    }
}
