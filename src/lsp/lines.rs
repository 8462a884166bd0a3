//! From byte offsets to the lines and columns of the protocol, and back. Here, a lone carriage return ends a line, too.

use gen_lsp_types::{Position, Range};

/// Units in which columns are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// What holds where nothing else was agreed on.
    #[default]
    Utf16,
    /// Scalar values.
    Utf32,
}

impl Encoding {
    /// The best of those that a client offers.
    pub fn among(offered: &[&str]) -> Self {
        let best = [("utf-8", Self::Utf8), ("utf-32", Self::Utf32)];
        best.into_iter().find(|(name, _)| offered.contains(name)).map_or(Self::Utf16, |(_, it)| it)
    }

    /// As the protocol writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn of_char(self, c: char) -> u32 {
        match self {
            Self::Utf8 => c.len_utf8() as u32,
            Self::Utf16 => c.len_utf16() as u32,
            Self::Utf32 => 1,
        }
    }

    /// The length of some text. A byte that is not UTF-8 is one unit.
    fn len(self, text: &[u8]) -> u32 {
        if self == Self::Utf8 || text.is_ascii() {
            return text.len() as u32;
        }
        let chunks = text.utf8_chunks();
        chunks
            .map(|chunk| {
                let valid: u32 = chunk.valid().chars().map(|c| self.of_char(c)).sum();
                valid + chunk.invalid().len() as u32
            })
            .sum()
    }
}

/// Bytes of a line between two places whose columns are kept.
const STRIDE: u32 = 4096;

/// Where the lines of a text start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<u32>,
    encoding: Encoding,
    /// In order, offsets within very long lines with the units before them, so that a column costs no more there.
    columns: Vec<(u32, u32)>,
}

impl Lines {
    /// Reads `text` once.
    pub fn new(text: &[u8], encoding: Encoding) -> Self {
        let mut starts = vec![0];
        push_starts(text, 0, &mut starts);
        let mut lines = Self { starts, encoding, columns: Vec::new() };
        lines.measure(text);
        lines
    }

    /// The lines of `text`, in which `old` bytes from `start` on have become `new` ones. What lies further off is not looked
    /// at.
    pub fn edit(&mut self, text: &[u8], start: u32, old: u32, new: u32) {
        // A carriage return and a line feed may have met, or been torn apart: the lines beside count as touched.
        let first = self.starts.partition_point(|&it| it <= start).saturating_sub(2);
        let kept = (self.starts.partition_point(|&it| it <= start + old) + 1).min(self.starts.len());
        let moved = |it: &u32| it + new - old;
        let tail: Vec<u32> = self.starts[kept..].iter().map(moved).collect();
        let from = self.starts[first] as usize;
        let to = tail.first().map_or(text.len(), |&start| start as usize);
        self.starts.truncate(first + 1);
        push_starts(&text[from..to], from as u32, &mut self.starts);
        // The start of the first line behind is both its own and the end of the touched ones.
        if tail.first() == self.starts.last() {
            self.starts.pop();
        }
        self.starts.extend(tail);
        self.measure(text);
    }

    fn measure(&mut self, text: &[u8]) {
        self.columns.clear();
        if self.encoding == Encoding::Utf8 {
            return;
        }
        let ends = self.starts.iter().skip(1).copied().chain([text.len() as u32]);
        for (&start, end) in self.starts.iter().zip(ends).filter(|(start, end)| end - **start > STRIDE) {
            let (mut from, mut before) = (start, 0);
            while end - from > STRIDE {
                let to = character_start(text, from + STRIDE);
                before += self.encoding.len(&text[from as usize..to as usize]);
                self.columns.push((to, before));
                from = to;
            }
        }
    }

    /// Where `offset` is.
    pub fn position(&self, text: &[u8], offset: u32) -> Position {
        let offset = offset.min(text.len() as u32);
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let start = self.starts[line];
        let known = self.columns[..self.columns.partition_point(|(at, _)| *at <= offset)].last();
        let (from, before) = known.copied().filter(|(at, _)| *at >= start).unwrap_or((start, 0));
        let column = before + self.encoding.len(&text[from as usize..offset as usize]);
        Position { line: line as u32, character: column }
    }

    /// The offset of a position. Behind the end of a line it is that end, behind the last line the end of the text, and
    /// within a character its start.
    pub fn offset(&self, text: &[u8], position: Position) -> u32 {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return text.len() as u32 };
        let end = self.starts.get(line + 1).map_or(text.len(), |&next| {
            let next = next as usize;
            next - if text[..next].ends_with(b"\r\n") { 2 } else { 1 }
        });
        let here = self.columns.partition_point(|(at, _)| *at < start);
        let mine = self.columns[here..]
            .iter()
            .take_while(|(at, before)| (*at as usize) < end && *before <= position.character);
        let (from, before) = mine.last().copied().unwrap_or((start, 0));
        from + self.bytes(&text[from as usize..end], position.character - before)
    }

    /// The bytes of `text` that are so many units.
    fn bytes(&self, text: &[u8], mut units: u32) -> u32 {
        let mut at = 0;
        for chunk in text.utf8_chunks() {
            for c in chunk.valid().chars() {
                let width = self.encoding.of_char(c);
                if units < width {
                    return at;
                }
                units -= width;
                at += c.len_utf8() as u32;
            }
            let invalid = units.min(chunk.invalid().len() as u32);
            at += invalid;
            units -= invalid;
            if units == 0 {
                break;
            }
        }
        at
    }

    /// A range of offsets.
    pub fn range(&self, text: &[u8], start: u32, end: u32) -> Range {
        Range { start: self.position(text, start), end: self.position(text, end) }
    }
}

/// Where lines start in a part of a text that begins at `from`, its own start left out.
fn push_starts(part: &[u8], from: u32, starts: &mut Vec<u32>) {
    for at in memchr::memchr2_iter(b'\n', b'\r', part) {
        // In the middle of a pair no line starts.
        if part[at] == b'\n' || part.get(at + 1) != Some(&b'\n') {
            starts.push(from + at as u32 + 1);
        }
    }
}

/// `offset`, or the start of the character that it lies in.
fn character_start(text: &[u8], offset: u32) -> u32 {
    let is_inside = |at: &u32| text[*at as usize] & 0xc0 == 0x80;
    (0..4).map(|back| offset - back).find(|at| !is_inside(at)).unwrap_or(offset)
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::Position;

    use super::{Encoding, Lines};

    const ALL: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    #[test]
    fn the_best_encoding_is_chosen() {
        let chosen = |offered: &[&str]| Encoding::among(offered).name();
        assert_eq!(chosen(&[]), "utf-16");
        assert_eq!(chosen(&["utf-16"]), "utf-16");
        assert_eq!(chosen(&["utf-16", "utf-32", "utf-8"]), "utf-8");
        assert_eq!(chosen(&["utf-16", "utf-32"]), "utf-32");
        assert_eq!(chosen(&["utf-7"]), "utf-16");
    }

    #[test]
    fn columns_are_counted_in_each_encoding() {
        let text = "\té🗻x\r\ny\rz\n".as_bytes();
        let columns = ALL.map(|encoding| Lines::new(text, encoding).position(text, 7).character);
        assert_eq!(columns, [7, 4, 3]);
        for encoding in ALL {
            let lines = Lines::new(text, encoding);
            assert_eq!(lines.starts.len(), 4);
            assert_eq!(lines.position(text, 10), Position { line: 1, character: 0 });
            assert_eq!(lines.position(text, 12), Position { line: 2, character: 0 });
            for (offset, _) in str::from_utf8(text).unwrap().char_indices().filter(|(at, _)| *at != 9) {
                let position = lines.position(text, offset as u32);
                assert_eq!(lines.offset(text, position), offset as u32, "{encoding:?}");
            }
        }
    }

    #[test]
    fn positions_outside_are_brought_in() {
        let text = "é🗻\r\nab".as_bytes();
        let lines = Lines::new(text, Encoding::Utf16);
        let offset = |line, character| lines.offset(text, Position { line, character });
        assert_eq!(offset(0, 99), 6, "the end of the line");
        assert_eq!(offset(0, 2), 2, "within a character");
        assert_eq!(offset(1, 99), 10);
        assert_eq!(offset(7, 0), 10);
        assert_eq!(offset(u32::MAX, u32::MAX), 10);
    }

    #[test]
    fn long_lines_are_measured_like_short_ones() {
        let line = "é🗻x".repeat(5000);
        let text = [b"first\n", line.as_bytes(), b"\nlast"].concat();
        for encoding in ALL {
            let lines = Lines::new(&text, encoding);
            for (offset, _) in line.char_indices().step_by(97) {
                let before = encoding.len(&line.as_bytes()[..offset]);
                let position = Position { line: 1, character: before };
                assert_eq!(lines.position(&text, offset as u32 + 6), position);
                assert_eq!(lines.offset(&text, position), offset as u32 + 6);
            }
        }
    }

    #[test]
    fn edited_lines_are_those_of_the_text() {
        let pieces = ["\r", "\n", "\r\n", "a", "é", "ab\ncd", ""];
        let mut seed = 7_u64;
        let mut random = move |below: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let mut text = "one\r\ntwo\nthree".to_owned();
        let mut lines = Lines::new(text.as_bytes(), Encoding::Utf16);
        for _ in 0..20_000 {
            let boundary = |at: usize| text.floor_char_boundary(at);
            let start = boundary(random(text.len() + 1));
            let end = boundary((start + random(6)).min(text.len())).max(start);
            let piece = pieces[random(pieces.len())];
            text.replace_range(start..end, piece);
            lines.edit(text.as_bytes(), start as u32, (end - start) as u32, piece.len() as u32);
            assert_eq!(lines, Lines::new(text.as_bytes(), Encoding::Utf16), "{text:?}");
            if text.len() > 60 {
                text.clear();
                lines = Lines::new(b"", Encoding::Utf16);
            }
        }
    }
}
