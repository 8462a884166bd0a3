//! What of a text is shown: all of it, but of a very long line only what lies around the places that matter.

use std::ops::Range;

/// Bytes of a line that are always shown whole; more than any line that a person wrote.
const LONG: usize = 400;
/// Bytes shown before a place and behind it.
const AROUND: usize = 60;
/// Bytes shown of a place that is itself long, from its start.
const HEAD: usize = 100;
const GAP: &str = "…";

/// A text with the middle of its long lines cut out, and the way to its offsets.
#[derive(Debug)]
pub(super) struct Window {
    pub text: String,
    /// What was kept, in order: the range in the source, and where it starts in `text`.
    kept: Vec<(Range<usize>, usize)>,
}

impl Window {
    /// Whether `source` has lines too long to be shown whole.
    pub fn is_needed(source: &str) -> bool {
        source.split_inclusive('\n').any(|line| line.len() > LONG)
    }

    /// Of `source`, with all that is to be seen of `places`.
    pub fn new(source: &str, places: &[Range<usize>]) -> Self {
        let mut window = Self { text: String::new(), kept: Vec::new() };
        let mut start = 0;
        for line in source.split_inclusive('\n') {
            let range = start..start + line.len();
            start = range.end;
            if line.len() <= LONG {
                window.keep(source, range);
                continue;
            }
            let mut shown = range.start;
            for part in parts(&range, places) {
                let part = round(source, part);
                if part.start > shown {
                    window.text.push_str(GAP);
                }
                shown = part.end;
                window.keep(source, part);
            }
            if shown < range.end {
                window.text.push_str(GAP);
                window.keep(source, range.end - usize::from(line.ends_with('\n'))..range.end);
            }
        }
        window
    }

    fn keep(&mut self, source: &str, range: Range<usize>) {
        self.kept.push((range.clone(), self.text.len()));
        self.text.push_str(&source[range]);
    }

    /// Where an offset of the source is in the window; one that was cut out goes to the end of what is kept before it.
    pub fn offset(&self, offset: usize) -> usize {
        let next = self.kept.partition_point(|(range, _)| range.start <= offset);
        let Some((range, at)) = next.checked_sub(1).and_then(|index| self.kept.get(index)) else { return 0 };
        at + (offset - range.start).min(range.len())
    }

    /// The source's offset of an offset in the window.
    pub fn source_offset(&self, offset: usize) -> usize {
        let next = self.kept.partition_point(|(_, at)| *at <= offset);
        let Some((range, at)) = next.checked_sub(1).and_then(|index| self.kept.get(index)) else { return 0 };
        range.start + (offset - at).min(range.len())
    }
}

/// The parts of a long line that are kept: in order, apart from each other, never empty.
fn parts(line: &Range<usize>, places: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    for place in places {
        let holds = |offset: usize| line.start <= offset && offset < line.end;
        if holds(place.start) {
            parts.push(place.start.saturating_sub(AROUND)..place.end.min(place.start + HEAD) + AROUND);
        } else if holds(place.end) {
            parts.push(place.end.saturating_sub(HEAD)..place.end + AROUND);
        }
    }
    if parts.is_empty() {
        parts.push(line.start..line.start + HEAD);
    }
    parts.sort_by_key(|part| part.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for part in parts {
        let part = part.start.max(line.start)..part.end.min(line.end);
        match apart.last_mut() {
            Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
            _ => apart.push(part),
        }
    }
    apart
}

/// Widened to whole characters.
fn round(source: &str, range: Range<usize>) -> Range<usize> {
    source.floor_char_boundary(range.start)..source.ceil_char_boundary(range.end)
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{GAP, LONG, Window};

    fn window(source: &str, place: Range<usize>) -> Window {
        Window::new(source, &Vec::from_iter([place]))
    }

    #[test]
    fn lines_of_usual_length_stay() {
        let source = "one\n\ntwo é\r\nthree";
        let window = window(source, 4..6);
        assert_eq!(window.text, source);
        for offset in 0..=source.len() {
            assert_eq!((window.offset(offset), window.source_offset(offset)), (offset, offset));
        }
    }

    #[test]
    fn a_long_line_is_cut_around_the_places() {
        let source = format!("a\n{}HERE{}\nb\n", "é".repeat(100_000), "x".repeat(LONG));
        let at = source.find("HERE").unwrap();
        let window = window(&source, at..at + 4);
        assert!(window.text.len() < 300, "{}", window.text.len());
        assert!(window.text.starts_with("a\n…é") && window.text.ends_with("x…\nb\n"), "{}", window.text);
        let shown = window.offset(at);
        assert_eq!(&window.text[shown..window.offset(at + 4)], "HERE");
        assert_eq!(window.source_offset(shown), at);
        assert_eq!(window.offset(source.len()), window.text.len());
    }

    #[test]
    fn a_place_as_long_as_the_line_shows_its_start() {
        let source = "x".repeat(200_000);
        let window = window(&source, 0..source.len());
        assert!(window.text.len() < 300);
        assert_eq!(window.offset(0), 0);
        let end = window.offset(source.len());
        assert!(end <= window.text.len() && window.text.is_char_boundary(end));
    }

    #[test]
    fn all_offsets_map_to_characters_in_order() {
        let source = format!("{}\n{}\n", "é🗻".repeat(300), "y".repeat(1000));
        let window = Window::new(&source, &[30..40, 900..1200, 1801..2000]);
        assert!(window.text.contains(GAP));
        let mapped: Vec<usize> = (0..=source.len())
            .filter(|&offset| source.is_char_boundary(offset))
            .map(|offset| window.offset(offset))
            .collect();
        assert!(mapped.is_sorted());
        assert!(mapped.iter().all(|&offset| window.text.is_char_boundary(offset)));
    }
}
