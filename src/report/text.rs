//! Findings as pictures of the script, for people.

use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic as Picture, Label as Mark, LabelStyle, Severity as Kind};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use codespan_reporting::term::{Config, emit_to_write_style};

use super::Checked;
use super::clean::{clean_lines, clean_word};
use super::place::{Places, bytes};
use super::window::Window;
use crate::diagnostic::{Applicability, Diagnostic, Fix, Label, Severity};
use crate::text::{FileId, LineIndex, Span};

/// Whether escape sequences for colour are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// With.
    On,
    /// Without.
    Off,
}

/// A line above a part of what is shown.
pub fn heading(title: &str, colour: Colour) -> String {
    match colour {
        Colour::On => format!("\u{1b}[1m── {title}\u{1b}[0m"),
        Colour::Off => format!("── {title}"),
    }
}

/// The findings of one script and the regions that were not checked, one picture each with an empty line behind it.
pub fn pictures(checked: &Checked, colour: Colour) -> Vec<u8> {
    let places = Places::new(checked);
    let findings = checked.report.findings.iter().map(|finding| picture(finding, &places));
    let sketches: Vec<Sketch<'_>> = findings.chain(checked.report.not_checked.iter().map(unread)).collect();
    draw_all(checked, &sketches, colour)
}

/// The sketches, one picture each with an empty line behind it.
pub(super) fn draw_all(checked: &Checked, sketches: &[Sketch<'_>], colour: Colour) -> Vec<u8> {
    let places = Places::new(checked);
    match colour {
        Colour::On => draw(checked, &places, sketches, Ansi::new(Vec::new())).into_inner(),
        Colour::Off => draw(checked, &places, sketches, NoColor::new(Vec::new())).into_inner(),
    }
}

fn draw<W: WriteColor>(checked: &Checked, places: &Places<'_>, sketches: &[Sketch<'_>], mut out: W) -> W {
    let files = (0..checked.report.documents.len() as u32).map(|file| Shown::new(checked, FileId(file)));
    let files: Vec<Shown<'_>> = files.collect();
    for sketch in sketches {
        emit(&mut out, places, &files, sketch);
    }
    out
}

fn unread(region: &Label) -> Sketch<'_> {
    Sketch {
        kind: Kind::Warning,
        code: Some("not-checked"),
        message: "this part could not be read, and nothing is said of it".to_owned(),
        marks: vec![(LabelStyle::Primary, region)],
        notes: Vec::new(),
    }
}

/// A picture whose places still count in the report's texts.
pub(super) struct Sketch<'a> {
    pub kind: Kind,
    pub code: Option<&'a str>,
    pub message: String,
    pub marks: Vec<(LabelStyle, &'a Label)>,
    pub notes: Vec<String>,
}

fn picture<'a>(finding: &'a Diagnostic, places: &Places<'_>) -> Sketch<'a> {
    let kind = match finding.severity {
        Severity::Error => Kind::Error,
        Severity::Warning => Kind::Warning,
        Severity::Info => Kind::Note,
    };
    let primary = (LabelStyle::Primary, &finding.primary);
    let secondary = finding.labels.iter().map(|label| (LabelStyle::Secondary, label));
    let help = finding.help.iter().map(|help| format!("help: {help}"));
    let fixes = finding.fixes.iter().map(|fix| offer(fix, places));
    Sketch {
        kind,
        code: Some(finding.rule.0),
        message: finding.message.clone(),
        marks: std::iter::once(primary).chain(secondary).collect(),
        notes: help.chain(fixes).collect(),
    }
}

/// What a fix does and promises, in one line.
fn offer(fix: &Fix, places: &Places<'_>) -> String {
    let promise = match fix.applicability {
        Applicability::Safe => "fix (safe)",
        Applicability::Unsafe => "fix (unsafe)",
        Applicability::Display => "fix (by hand)",
    };
    let reason = fix.why_unsafe.as_ref().map_or_else(String::new, |reason| format!(" — {reason}"));
    let lines: Vec<u32> = fix.edits.iter().map(|edit| places.line(edit.span)).collect();
    let at = match (lines.iter().min(), lines.iter().max()) {
        (Some(first), Some(last)) if first == last => format!(" (line {first})"),
        (Some(first), Some(last)) => format!(" (lines {first}-{last})"),
        _ => String::new(),
    };
    format!("{promise}: {}{at}{reason}", fix.title)
}

fn emit<W: WriteColor>(out: &mut W, places: &Places<'_>, files: &[Shown<'_>], sketch: &Sketch<'_>) {
    let spans: Vec<Span> = sketch.marks.iter().map(|(_, label)| places.in_file(label.span)).collect();
    let views = Views::new(files, &spans);
    let marks = sketch.marks.iter().zip(&spans).map(|((style, label), &span)| {
        Mark::new(*style, span.file, views.range(span)).with_message(clean_word(&label.message))
    });
    let mut picture = Picture::new(sketch.kind)
        .with_message(clean_word(&sketch.message))
        .with_labels(marks.collect())
        .with_notes(sketch.notes.iter().map(|note| clean_word(note)).collect());
    picture.code = sketch.code.map(str::to_owned);
    // Writing into memory does not fail, and every span was moved into its text.
    let written = emit_to_write_style(out, &Config::default(), &views, &picture);
    debug_assert!(written.is_ok(), "a picture was not drawn: {written:?}");
}

/// A file as it may be shown; offsets count the same bytes in it as in the file itself.
struct Shown<'a> {
    name: String,
    bytes: &'a [u8],
    source: String,
    lines: LineIndex,
    /// Some lines are too long to be shown whole.
    long: bool,
}

impl<'a> Shown<'a> {
    fn new(checked: &'a Checked, file: FileId) -> Self {
        let bytes = bytes(checked, file);
        let name = clean_word(&checked.report.document(file).path);
        let source = clean_lines(bytes);
        let long = Window::is_needed(&source);
        Self { name, bytes, source, lines: LineIndex::new(bytes), long }
    }
}

/// The files as one picture shows them.
struct Views<'a> {
    files: &'a [Shown<'a>],
    /// By file; none where all of it can be shown.
    cuts: Vec<Option<Cut>>,
}

/// A file without the middle of its long lines.
struct Cut {
    window: Window,
    lines: LineIndex,
}

impl<'a> Views<'a> {
    fn new(files: &'a [Shown<'a>], spans: &[Span]) -> Self {
        let cut = |(index, file): (usize, &Shown<'_>)| {
            let here = spans.iter().filter(|span| span.file.0 as usize == index);
            let ranges: Vec<Range<usize>> = here.map(|span| whole(&file.source, span.range())).collect();
            let window = (file.long && !ranges.is_empty()).then(|| Window::new(&file.source, &ranges))?;
            let lines = LineIndex::new(window.text.as_bytes());
            Some(Cut { window, lines })
        };
        Self { files, cuts: files.iter().enumerate().map(cut).collect() }
    }

    fn range(&self, span: Span) -> Range<usize> {
        let file = span.file.0 as usize;
        let range = whole(&self.files[file].source, span.range());
        match &self.cuts[file] {
            Some(cut) => cut.window.offset(range.start)..cut.window.offset(range.end),
            None => range,
        }
    }

    fn shown(&self, file: FileId) -> Result<(&Shown<'a>, Option<&Cut>), Error> {
        let shown = self.files.get(file.0 as usize).ok_or(Error::FileMissing)?;
        Ok((shown, self.cuts[file.0 as usize].as_ref()))
    }

    /// The text that the picture shows, and its lines.
    fn text(&self, file: FileId) -> Result<(&str, &LineIndex), Error> {
        Ok(match self.shown(file)? {
            (_, Some(cut)) => (&cut.window.text, &cut.lines),
            (shown, None) => (&shown.source, &shown.lines),
        })
    }
}

/// Moved into the text and onto its characters.
fn whole(source: &str, range: Range<usize>) -> Range<usize> {
    let start = source.floor_char_boundary(range.start);
    start..source.ceil_char_boundary(range.end).max(start)
}

impl<'a> Files<'a> for Views<'a> {
    type FileId = FileId;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, file: FileId) -> Result<&'a str, Error> {
        Ok(&self.shown(file)?.0.name)
    }

    fn source(&'a self, file: FileId) -> Result<&'a str, Error> {
        Ok(self.text(file)?.0)
    }

    fn line_index(&'a self, file: FileId, offset: usize) -> Result<usize, Error> {
        Ok(self.text(file)?.1.line(offset as u32) as usize - 1)
    }

    fn line_range(&'a self, file: FileId, index: usize) -> Result<Range<usize>, Error> {
        let (text, lines) = self.text(file)?;
        let start = lines.start(index as u32 + 1) as usize;
        let end = text[start..].find('\n').map_or(text.len(), |at| start + at + 1);
        Ok(start..end)
    }

    /// The column in the file, though the picture may show less of the line, and other characters.
    fn column_number(&'a self, file: FileId, _index: usize, offset: usize) -> Result<usize, Error> {
        let (shown, cut) = self.shown(file)?;
        let offset = cut.map_or(offset, |cut| cut.window.source_offset(offset));
        Ok(shown.lines.position(shown.bytes, offset as u32).column as usize)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use super::{Colour, pictures};
    use crate::check::Report;
    use crate::diagnostic::{Diagnostic, Label, RuleId, Severity};
    use crate::report::{Checked, story};
    use crate::text::{Document, FileId, Span};

    fn shown(checked: &Checked) -> String {
        String::from_utf8(pictures(checked, Colour::Off)).unwrap()
    }

    /// A report that says something of `part` of a text.
    fn about(text: &[u8], part: &[u8]) -> Checked {
        let start =
            text.windows(part.len()).position(|window| window == part).expect("the part is in the text");
        let span = Span::new(FileId(0), start as u32, (start + part.len()) as u32);
        let document = Document::script("a.sh", text);
        let finding = Diagnostic::new(RuleId("a-rule"), Severity::Warning, span, "\u{1b}[2Jsaid of it")
            .here("here\u{7}");
        let report = Report {
            findings: vec![finding],
            documents: vec![Arc::new(document.clone())],
            ..Report::default()
        };
        Checked { path: PathBuf::from("a.sh"), bytes: document.text, report }
    }

    #[test]
    fn the_story() {
        insta::with_settings!({snapshot_path => "../../snapshots/report", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("story-text", shown(&story::checked()));
        });
    }

    #[test]
    fn hostile_texts() {
        let long = format!("echo start; {}NEEDLE{}\n", "x".repeat(100_000), "y".repeat(100_000));
        let cases: [(&str, &[u8], &[u8]); 7] = [
            ("escapes", b"ls\necho '\x1b[31m' NEEDLE \xe2\x80\xae\n", b"NEEDLE"),
            ("latin-controls", "\u{9b}\u{e0041} NEEDLE".as_bytes(), b"NEEDLE"),
            ("not-utf8", b"echo \xff\xfe NEEDLE \xc3\n", b"NEEDLE"),
            ("crlf", b"ls\r\n\techo\tNEEDLE\r\nls\r\n", b"NEEDLE"),
            ("long-line", long.as_bytes(), b"NEEDLE"),
            (
                "many-lines",
                b"for x; do\r\n  one\r\n  two\r\ndone\r\n",
                b"for x; do\r\n  one\r\n  two\r\ndone",
            ),
            ("no-last-newline", b"NEEDLE", b"NEEDLE"),
        ];
        let mut all = String::new();
        for (name, text, part) in cases {
            let picture = shown(&about(text, part));
            assert!(picture.chars().all(|c| c == '\n' || !c.is_control()), "{name}: {picture:?}");
            all.extend([name, "\n", &picture, "\n"]);
        }
        insta::with_settings!({snapshot_path => "../../snapshots/report", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("hostile-texts", all);
        });
    }

    #[test]
    fn colour_is_only_written_when_asked_for() {
        let checked = story::checked();
        assert!(pictures(&checked, Colour::On).contains(&0x1b));
        assert!(!pictures(&checked, Colour::Off).contains(&0x1b));
    }

    #[test]
    fn spans_beyond_the_text_do_not_harm() {
        let mut checked = about(b"echo \xff\n", b"echo");
        checked.report.findings[0].primary.span = Span::new(FileId(0), 6, 60);
        checked
            .report
            .not_checked
            .push(Label { span: Span::new(FileId(0), 7, 7), message: "why".to_owned() });
        assert!(shown(&checked).contains("not-checked"));
    }
}
