//! What is wrong with a text before any command of it is: bytes and lines that a shell reads otherwise than people do. All of it
//! was seen in bash 5.2, dash 0.5.12, busybox 1.35, ksh 93u+m and mksh R59; most of them go on without a word.

use super::ast::{Command, HereDocument, Part, Pipeline, Redirect, Script, Statement};
use crate::text::{FileId, Span};

/// The first bytes of some texts that were written on Windows: to every shell a part of the first word, so that `#!`
/// behind it is none, and `#` starts no comment.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Carriage returns where a line ends. To every shell each is a part of the word before it, or a word of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarriageReturns {
    /// Before line feeds, in this order: outside of comments, quotes and here-documents.
    BeforeLineFeeds(Vec<Span>),
    /// In the place of line feeds, of which the text has none but at its end: one line, and behind `#!` one comment.
    InsteadOfLineFeeds(Vec<Span>),
}

/// A here-document that goes on to the end of the text: the shell feeds all of that to the command. bash warns, mksh refuses the
/// script, the others say nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenHereDocument {
    /// The redirection.
    pub redirect: Span,
    /// From the line after it to the end.
    pub body: Span,
    /// The line that was meant to close it.
    pub slip: Option<(Span, Slip)>,
    /// Written with `<<-`.
    pub tabs_stripped: bool,
    /// The marker, quotes taken off.
    pub marker: Vec<u8>,
}

/// Why a line does not close a here-document, though it looks as if it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// Blanks before the marker.
    Indented,
    /// Blanks behind it.
    BlanksBehind,
    /// A carriage return behind it.
    CarriageReturn,
    /// The marker in quotes.
    Quoted,
    /// Something else behind it.
    MoreBehind,
}

/// The byte order mark at the start of `text`.
pub fn byte_order_mark(script: &Script, text: &[u8]) -> Option<Span> {
    text.starts_with(BYTE_ORDER_MARK).then(|| Span::new(script.file(), 0, BYTE_ORDER_MARK.len() as u32))
}

/// The first NUL that a shell gets to: not one behind an `exit`, such as in an archive that unpacks itself.
pub fn first_nul(script: &Script, text: &[u8]) -> Option<Span> {
    let at = memchr::memchr(0, text)? as u32;
    script.is_read_up_to(at, text).then(|| Span::new(script.file(), at, at + 1))
}

/// The carriage returns at line ends, if there are any.
pub fn carriage_returns(script: &Script, text: &[u8]) -> Option<CarriageReturns> {
    let offsets = || memchr::memchr_iter(b'\r', text);
    offsets().next()?;
    let span = |at: usize| Span::new(script.file(), at as u32, at as u32 + 1);
    if memchr::memchr(b'\n', text).is_none_or(|at| at + 1 == text.len()) {
        let all: Vec<Span> = offsets().map(span).collect();
        return Some(CarriageReturns::InsteadOfLineFeeds(all));
    }
    let quoted = quoted(script, text);
    let matters = |at: &usize| {
        let before = quoted.partition_point(|span| span.start <= *at as u32);
        // `IFS=` and a carriage return is meant.
        let separates = text[..*at].ends_with(b"IFS=");
        text.get(at + 1) == Some(&b'\n')
            && !separates
            && quoted[..before].last().is_none_or(|span| span.end <= *at as u32)
    };
    let ends: Vec<Span> = offsets().filter(matters).map(span).collect();
    (!ends.is_empty()).then_some(CarriageReturns::BeforeLineFeeds(ends))
}

/// What stands in quotes, here-documents and comments (but not `#!`, where a carriage return counts), the outermost of these,
/// in order.
fn quoted(script: &Script, text: &[u8]) -> Vec<Span> {
    let counts = |span: &Span| span.start == 0 && text.starts_with(b"#!");
    let mut spans: Vec<Span> = script.comments.iter().copied().filter(|span| !counts(span)).collect();
    spans.extend(script.here_documents.iter().filter_map(|document| document.body));
    script.each_command(&mut |command| {
        for part in command.words().flat_map(|word| &word.parts) {
            part.each(&mut |part| spans.extend(quotes(part)));
        }
    });
    spans.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    spans.retain(|span| {
        let outermost = span.end > end;
        end = end.max(span.end);
        outermost
    });
    spans
}

fn quotes(part: &Part) -> Option<Span> {
    match part {
        Part::SingleQuoted(span) | Part::AnsiQuoted(span) | Part::DoubleQuoted(span, _) => Some(*span),
        _ => None,
    }
}

/// The first here-document that is never closed: those behind it are a part of it.
pub fn open_here_document(script: &Script, text: &[u8]) -> Option<OpenHereDocument> {
    let mut found = None;
    script.each_command(&mut |command: &Command| {
        let open = command.redirects.iter().find_map(|redirect| open_at(script, redirect, text));
        if found.is_none() {
            found = open;
        }
    });
    found
}

fn open_at(script: &Script, redirect: &Redirect, text: &[u8]) -> Option<OpenHereDocument> {
    let document = script.here_document(redirect).filter(|document| !document.closed)?;
    let body = document.body?;
    let (marker, _) = super::words::unquoted(redirect.target.source(text));
    Some(OpenHereDocument {
        redirect: redirect.span,
        body,
        slip: slip(document, body, &marker, text),
        tabs_stripped: document.tabs_stripped,
        marker,
    })
}

/// The first line of the body that looks like the end marker's.
fn slip(document: &HereDocument, body: Span, marker: &[u8], text: &[u8]) -> Option<(Span, Slip)> {
    if marker.is_empty() {
        return None;
    }
    let mut start = body.start;
    for line in text[body.range()].split(|&byte| byte == b'\n') {
        let span = Span::new(body.file, start, start + line.len() as u32);
        if let Some(slip) = slip_of_line(line, marker, document.tabs_stripped) {
            return Some((span, slip));
        }
        start += line.len() as u32 + 1;
    }
    None
}

fn slip_of_line(line: &[u8], marker: &[u8], tabs_stripped: bool) -> Option<Slip> {
    let stripped = if tabs_stripped { line.trim_ascii_start() } else { line };
    let trimmed = line.trim_ascii();
    if trimmed == marker {
        let indented = !stripped.starts_with(marker) || tabs_stripped && leading_blank(line);
        return Some(match line.strip_suffix(b"\r") {
            _ if indented => Slip::Indented,
            Some(rest) if rest.ends_with(marker) => Slip::CarriageReturn,
            _ => Slip::BlanksBehind,
        });
    }
    if matches!(trimmed, [b'\'' | b'"', inside @ .., b'\'' | b'"'] if inside == marker) {
        return Some(Slip::Quoted);
    }
    let after = trimmed.strip_prefix(marker)?;
    matches!(after.first(), Some(b';' | b')' | b'|' | b'&' | b'>' | b'<' | b' ' | b'\t'))
        .then_some(Slip::MoreBehind)
}

/// Whether something other than tabs stands before the first word.
fn leading_blank(line: &[u8]) -> bool {
    line.iter().take_while(|byte| byte.is_ascii_whitespace()).any(|&byte| byte != b'\t')
}

impl Script {
    /// The text that the script was read from; texts without a command are documents of their own.
    fn file(&self) -> FileId {
        self.body.statements.first().map_or(FileId(0), |statement| statement.span.file)
    }

    /// Whether a shell reads the text up to `at`: no `exit` that stands alone at top level comes before it.
    pub fn is_read_up_to(&self, at: u32, text: &[u8]) -> bool {
        let ends = |statement: &Statement| {
            let command = statement.only_pipeline().and_then(Pipeline::only_command);
            let name = command.and_then(Command::as_simple).and_then(|simple| simple.words.first());
            !statement.background && name.is_some_and(|name| name.source(text) == b"exit")
        };
        !self.body.statements.iter().take_while(|it| it.span.end <= at).any(ends)
    }
}
