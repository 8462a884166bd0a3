//! From byte offsets to the lines and columns that people and editors count.

/// A place as a person counts it; both numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column, in Unicode scalar values; a byte that is not UTF-8 counts as one.
    pub column: u32,
}

/// Bytes of a line between two places whose columns are kept.
const STRIDE: u32 = 4096;

/// Where the lines of a text start. A line ends after `\n`; a `\r` before it belongs to the line.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// In order, offsets within very long lines, with the scalar values before them on their line: so the cost of a
    /// column does not grow with the line.
    columns: Vec<(u32, u32)>,
}

impl LineIndex {
    /// Reads `text` once and notes where its lines start.
    pub fn new(text: &[u8]) -> Self {
        let newlines = memchr::memchr_iter(b'\n', text);
        let starts: Vec<u32> = std::iter::once(0).chain(newlines.map(|at| at as u32 + 1)).collect();
        let ends = starts.iter().skip(1).copied().chain([text.len() as u32]);
        let long = starts.iter().zip(ends).filter(|(start, end)| end - *start > STRIDE);
        let columns = long.flat_map(|(&start, end)| columns(text, start, end)).collect();
        Self { starts, columns }
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
        let start = self.start(line);
        let known = self.columns[..self.columns.partition_point(|(at, _)| *at <= offset)].last();
        let (from, before) = known.copied().filter(|(at, _)| *at >= start).unwrap_or((start, 0));
        let rest = &text[from as usize..(offset as usize).min(text.len())];
        Position { line, column: before + scalars(rest) + 1 }
    }
}

/// Scalar values, and bytes that are not UTF-8.
fn scalars(text: &[u8]) -> u32 {
    let count: usize =
        text.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum();
    count as u32
}

/// Offsets in a long line at which a character starts, about [`STRIDE`] apart, with what stands before them.
fn columns(text: &[u8], start: u32, end: u32) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let (mut from, mut before) = (start, 0);
    while end - from > STRIDE {
        let to = character_start(text, from + STRIDE);
        before += scalars(&text[from as usize..to as usize]);
        found.push((to, before));
        from = to;
    }
    found
}

/// `offset`, or the start of the character that it lies in.
fn character_start(text: &[u8], offset: u32) -> u32 {
    let near = &text[..offset as usize];
    let continued = text[offset as usize] & 0xc0 == 0x80;
    let back = near.iter().rev().take(3).position(|byte| byte & 0xc0 != 0x80);
    match back {
        Some(back) if continued => offset - back as u32 - 1,
        _ => offset,
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

    #[test]
    fn columns_of_long_lines_are_those_of_short_ones() {
        let line: Vec<u8> = "é🗻x"
            .as_bytes()
            .iter()
            .chain(b"\xff\x80\x80\x80\x80\xf0\x9f")
            .copied()
            .cycle()
            .take(30_000)
            .collect();
        let text = [b"first\n".as_slice(), &line, b"\nlast"].concat();
        let index = LineIndex::new(&text);
        assert!(index.columns.len() >= 6);
        for offset in (6..text.len() as u32 - 5).step_by(7) {
            let before = super::scalars(&text[6..offset as usize]);
            assert_eq!(index.position(&text, offset), Position { line: 2, column: before + 1 }, "{offset}");
        }
        assert_eq!(index.position(&text, text.len() as u32).column, 5);
    }
}
