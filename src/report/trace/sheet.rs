//! The source as the page shows it: lines cut into pieces, places counted as a browser counts them.

use std::ops::Range;

use rustc_hash::FxHashMap;
use serde::Serialize;

use super::{Alarm, exit_word, way, words};
use crate::flow::Entry;
use crate::report::Checked;
use crate::report::clean::{clean_lines, clean_word};
use crate::report::place::{Places, bytes};
use crate::shell::Dialect;
use crate::syntax::parse;
use crate::text::{FileId, Span};

/// One text: the script, or one that it sources.
pub(super) struct Sheet {
    pub number: u32,
    pub name: String,
    pub lines: Vec<Line>,
}

/// One line of it.
pub(super) struct Line {
    /// 1-based.
    pub number: usize,
    /// The worst of the commands on it.
    pub alarm: Alarm,
    /// What happens when these fail, for print.
    pub words: String,
    pub pieces: Vec<Piece>,
}

/// What a line is put together from. What is opened on a line is closed on it.
pub(super) enum Piece {
    Open(Tag),
    Close,
    Text(String),
}

/// What is marked in a text.
#[derive(Clone, Copy)]
pub(super) enum Tag {
    /// A command, by its number in the trace.
    Command(u32, Alarm),
    Comment,
}

/// The sheets that hold commands, the script's own first.
pub(super) fn sheets(checked: &Checked, places: &Places<'_>) -> Vec<Sheet> {
    let mut by_file: FxHashMap<FileId, Vec<Mark>> = FxHashMap::default();
    for (index, entry) in checked.report.trace.entries.iter().enumerate() {
        let span = places.in_file(entry.span);
        let mark = Mark { range: span.range(), tag: Tag::Command(index as u32, Alarm::of(entry)) };
        by_file.entry(span.file).or_default().push(mark);
    }
    let files = (0..checked.report.documents.len() as u32).map(FileId);
    let sheet = |file: FileId| {
        let marks = by_file.remove(&file).unwrap_or_default();
        let needed = file == FileId(0) || !marks.is_empty();
        needed.then(|| Sheet::new(checked, places, file, marks))
    };
    files.filter_map(sheet).collect()
}

/// A place that is marked in a text.
struct Mark {
    range: Range<usize>,
    tag: Tag,
}

fn comments(checked: &Checked, places: &Places<'_>, file: FileId) -> Vec<Mark> {
    let script =
        parse(&checked.report.document(file).text, file, checked.report.shell.unwrap_or(Dialect::Bash));
    let mark = |span: &Span| Mark { range: places.in_file(*span).range(), tag: Tag::Comment };
    script.comments.iter().map(mark).collect()
}

impl Sheet {
    fn new(checked: &Checked, places: &Places<'_>, file: FileId, mut marks: Vec<Mark>) -> Self {
        let text = clean_lines(bytes(checked, file));
        marks.extend(comments(checked, places, file));
        marks.sort_by_key(|mark| (mark.range.start, std::cmp::Reverse(mark.range.end)));
        let mut marks = marks.into_iter().peekable();
        let mut open: Vec<Mark> = Vec::new();
        let mut lines = Vec::new();
        let mut start = 0;
        for source in text.split('\n') {
            let mut line = Line::new(lines.len() + 1);
            let mut at = start;
            let end = start + source.len();
            line.pieces.extend(open.iter().map(|mark| Piece::Open(mark.tag)));
            loop {
                let closes = open.last().map_or(usize::MAX, |mark| mark.range.end);
                let opens = marks.peek().map_or(usize::MAX, |mark| mark.range.start);
                let next = text.floor_char_boundary(closes.min(opens).min(end)).max(at);
                if next > at {
                    line.pieces.push(Piece::Text(text[at..next].to_owned()));
                    at = next;
                }
                if closes <= end && closes <= opens {
                    open.pop();
                    line.pieces.push(Piece::Close);
                } else if opens <= end
                    && let Some(mut mark) = marks.next()
                {
                    // What reaches out of the command that it stands in is shown as far as that goes.
                    mark.range.end = mark.range.end.min(closes);
                    line.tell(checked, places, mark.tag);
                    line.pieces.push(Piece::Open(mark.tag));
                    open.push(mark);
                } else {
                    break;
                }
            }
            line.pieces.extend(open.iter().map(|_| Piece::Close));
            lines.push(line);
            start = end + 1;
        }
        if text.ends_with('\n') {
            lines.pop();
        }
        let name = clean_word(&checked.report.document(file).path);
        Self { number: file.0, name, lines }
    }
}

impl Line {
    fn new(number: usize) -> Self {
        Self { number, alarm: Alarm::None, words: String::new(), pieces: Vec::new() }
    }

    /// Adds a command that starts on this line.
    fn tell(&mut self, checked: &Checked, places: &Places<'_>, tag: Tag) {
        let Tag::Command(command, alarm) = tag else { return };
        self.alarm = self.alarm.min(alarm);
        let entry = &checked.report.trace.entries[command as usize];
        if alarm != Alarm::None {
            let comma = if self.words.is_empty() { "" } else { "; " };
            let name = clean_word(&entry.name);
            self.words.extend([comma, &name, ": ", &words(checked, places, entry)]);
        }
    }
}

/// What the page's own program works with: for each command its way. Places and texts are numbers, for ways have most
/// of them in common.
#[derive(Serialize)]
pub(super) struct Data {
    /// Sheet, line and column of the start, line and column of the end; lines count from 1, columns are UTF-16 units
    /// from 0, which is how a browser counts in a text.
    places: Vec<[u32; 5]>,
    texts: Vec<String>,
    commands: Vec<Told>,
}

/// One command.
#[derive(Serialize)]
struct Told {
    name: String,
    alarm: &'static str,
    words: String,
    exit: Option<&'static str>,
    place: u32,
    /// Kind, place, text.
    stops: Vec<(u8, u32, u32)>,
}

impl Data {
    /// Of one script.
    pub(super) fn of(checked: &Checked, places: &Places<'_>) -> Self {
        let (mut spans, mut texts) = (Numbers::default(), Numbers::default());
        let mut tell = |entry: &Entry| {
            let working = entry.failure();
            let stops = working.map(|on_failure| way(checked, entry.span, on_failure)).unwrap_or_default();
            Told {
                name: clean_word(&entry.name),
                alarm: Alarm::of(entry).word(),
                words: words(checked, places, entry),
                exit: working.map(|on_failure| exit_word(on_failure.exit)),
                place: spans.of(places.in_file(entry.span)),
                stops: stops
                    .into_iter()
                    .map(|stop| {
                        (
                            stop.kind as u8,
                            spans.of(places.in_file(stop.span)),
                            texts.of(clean_word(&stop.text)),
                        )
                    })
                    .collect(),
            }
        };
        let commands = checked.report.trace.entries.iter().map(&mut tell).collect();
        Self { places: counted(checked, &spans.list), texts: texts.list, commands }
    }
}

/// Numbers things in the order in which they first come.
struct Numbers<T> {
    list: Vec<T>,
    known: FxHashMap<T, u32>,
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self { list: Vec::new(), known: FxHashMap::default() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Numbers<T> {
    fn of(&mut self, thing: T) -> u32 {
        let next = self.list.len() as u32;
        *self.known.entry(thing).or_insert_with_key(|thing| {
            self.list.push(thing.clone());
            next
        })
    }
}

/// The spans in lines and columns; one pass over each text, however long its lines are.
fn counted(checked: &Checked, spans: &[Span]) -> Vec<[u32; 5]> {
    let mut ends: Vec<(FileId, u32)> =
        spans.iter().flat_map(|span| [(span.file, span.start), (span.file, span.end)]).collect();
    ends.sort_unstable();
    ends.dedup();
    let mut known: FxHashMap<(FileId, u32), (u32, u32)> = FxHashMap::default();
    for part in ends.chunk_by(|a, b| a.0 == b.0) {
        let text = clean_lines(bytes(checked, part[0].0));
        let (mut at, mut line, mut column) = (0, 1, 0);
        for &(file, offset) in part {
            let to = text.floor_char_boundary(offset as usize);
            for c in text[at..to].chars() {
                (line, column) =
                    if c == '\n' { (line + 1, 0) } else { (line, column + c.len_utf16() as u32) };
            }
            at = to;
            known.insert((file, offset), (line, column));
        }
    }
    let place = |span: &Span| {
        let (start, end) = (known[&(span.file, span.start)], known[&(span.file, span.end)]);
        [span.file.0, start.0, start.1, end.0, end.1]
    };
    spans.iter().map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::{Data, Piece, Sheet, Tag, sheets};
    use crate::report::clean::clean_lines;
    use crate::report::place::Places;
    use crate::report::story;
    use crate::report::trace::PagePart;

    const TEXTS: [&str; 7] = [
        story::TEXT,
        "",
        "cp a b",
        "cp \"$(date \\\n  +%Y)\" b # why\r\nrm a\r\n\r\n",
        "eval 'cp a b; rm \"$(ls)\"'\nbash -c 'x\ny'; cat <<E\n$(z)\nE\n",
        "cp 漢字 🗻 \u{202e}\u{7} | tee é; f() { rm a; }; f; f\n# \u{1b}[2J",
        "if x; then\n\tcp a b &\nfi; for i in $(seq 3); do rm $i; done && trap 'rm t' EXIT\n",
    ];

    fn with(text: &str, look: impl FnOnce(Vec<Sheet>, Data)) {
        let checked = story::traced(text);
        let places = Places::new(&checked);
        look(sheets(&checked, &places), Data::of(&checked, &places));
    }

    #[test]
    fn pieces_are_the_text_and_marks_close_on_their_line() {
        for text in TEXTS {
            let clean = clean_lines(text.as_bytes());
            let expected: Vec<&str> = clean.strip_suffix('\n').unwrap_or(&clean).split('\n').collect();
            with(text, |sheets, _| {
                let mut lines = Vec::new();
                for line in &sheets[0].lines {
                    let mut depth = 0;
                    let mut shown = String::new();
                    for piece in &line.pieces {
                        match piece {
                            Piece::Open(_) => depth += 1,
                            Piece::Close => depth -= 1,
                            Piece::Text(text) => shown.push_str(text),
                        }
                        assert!(depth >= 0, "{text:?}");
                    }
                    assert_eq!(depth, 0, "{text:?}");
                    lines.push(shown);
                }
                assert_eq!(lines, expected);
            });
        }
    }

    #[test]
    fn every_command_is_marked_at_its_place() {
        for text in TEXTS {
            with(text, |sheets, data| {
                for (command, told) in data.commands.iter().enumerate() {
                    let [_, line, column, ..] = data.places[told.place as usize];
                    let line = &sheets[0].lines[line as usize - 1];
                    let mut before = 0;
                    let found = line.pieces.iter().any(|piece| match piece {
                        Piece::Open(Tag::Command(number, _)) => {
                            *number as usize == command && before == column
                        }
                        Piece::Text(text) => {
                            before += text.encode_utf16().count() as u32;
                            false
                        }
                        _ => false,
                    });
                    assert!(found, "{:?} in {text:?}", told.name);
                }
            });
        }
    }

    #[test]
    fn markup_holds_nothing_of_the_script_but_text() {
        let text = "cp '</script><img src=x>' \"&lt;\" '--></div>' | tee \"<b data-c='0'>\"\n";
        let markup = PagePart::of(&story::traced(text)).markup().to_owned();
        assert!(
            !markup.contains("<img") && !markup.contains("</script") && !markup.contains("-->"),
            "{markup}"
        );
        let opened = markup.matches("<b ").count();
        assert_eq!((opened, markup.matches("</b>").count()), (2, 2), "{markup}");
    }
}
