//! The reader: a position in a text, and what every part of the grammar needs to move it.

use rustc_hash::FxHashSet;

use super::ast::{CommandId, HereDocument, HereId, List, Script};
use super::atoms::{AtomKind, Atoms};
use super::recovery::{Open, Read, Troubles, joined};
use crate::shell::Dialect;
use crate::text::{FileId, Span};

/// How deep commands and expansions may be nested; what lies deeper is left unread. Scripts that people write stay
/// below twenty; the limit keeps the stack of every walk over the tree small.
pub(super) const MAX_DEPTH: u32 = 100;

/// Where the bytes under the reader come from.
pub(super) enum Origin {
    /// They are the file's own, from this offset on.
    Same(u32),
    /// One backslash level was taken off: for each byte, and one past the end, its offset in the file.
    Unescaped(Vec<u32>),
}

/// A here-document whose body has not been met yet.
#[derive(Clone, Copy)]
pub(super) struct Pending {
    pub(super) id: HereId,
    /// Where the marker stands, quotes and all, in the reader's text.
    pub(super) marker: (usize, usize),
    pub(super) strip_tabs: bool,
}

/// See the module.
pub(super) struct Reader<'a> {
    pub(super) text: &'a [u8],
    /// Offset of the next byte.
    pub(super) at: usize,
    /// Offset after the last byte that may be read.
    pub(super) end: usize,
    pub(super) dialect: Dialect,
    file: FileId,
    origin: Origin,
    atoms: Atoms,
    depth: u32,
    next_id: u32,
    pub(super) pending: Vec<Pending>,
    pub(super) here_documents: Vec<HereDocument>,
    /// What encloses the commands that are being read.
    pub(super) inside: Inside,
    /// What closes the compound commands that are being read.
    pub(super) open: Open,
    pub(super) troubles: Troubles,
    comments: Vec<Span>,
    /// Where a value has been put in by the shell that says this text.
    pub(super) given: FxHashSet<usize>,
}

/// What encloses the commands that are being read, where that changes how they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// The script itself, or backquotes.
    Script,
    /// `$( )`, `<( )`: a `)` may stand after a here-document's end marker.
    Parentheses,
    /// `${ ; }`: a `}` ends it whatever follows.
    Braces,
}

/// What has to be undone when the reader goes back.
pub(super) struct Mark {
    pub(super) at: usize,
    next_id: u32,
    pub(super) pending: Vec<Pending>,
    here_documents: usize,
    unknown: usize,
    comments: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a [u8], file: FileId, origin: Origin, atoms: Atoms, dialect: Dialect) -> Self {
        Self {
            text,
            at: 0,
            end: text.len(),
            dialect,
            file,
            origin,
            atoms,
            depth: 0,
            next_id: 0,
            pending: Vec::new(),
            here_documents: Vec::new(),
            inside: Inside::Script,
            open: Open::default(),
            troubles: Troubles::default(),
            comments: Vec::new(),
            given: FxHashSet::default(),
        }
    }

    /// A reader for text that stands in this one with a level of backslashes taken off. It takes over what has been
    /// read so far, and [`Self::absorb`] takes it back.
    pub(super) fn nested<'b>(&mut self, text: &'b [u8], origins: Vec<u32>) -> Reader<'b> {
        let mut inner = Reader::new(text, self.file, Origin::Unescaped(origins), Atoms::none(), self.dialect);
        inner.next_id = self.next_id;
        inner.depth = self.depth;
        inner.here_documents = std::mem::take(&mut self.here_documents);
        inner.troubles.unknown = std::mem::take(&mut self.troubles.unknown);
        inner.comments = std::mem::take(&mut self.comments);
        inner
    }

    /// Takes over what a nested reader has read.
    pub(super) fn absorb(&mut self, inner: Reader<'_>) {
        self.next_id = inner.next_id;
        self.here_documents = inner.here_documents;
        self.troubles.unknown = inner.troubles.unknown;
        self.comments = inner.comments;
    }

    /// Where the byte at `offset` of the reader's text stands in the file.
    pub(super) fn offset(&self, offset: usize) -> u32 {
        match &self.origin {
            Origin::Same(base) => base + offset as u32,
            Origin::Unescaped(offsets) => offsets[offset],
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let end = match &self.origin {
            // Not where the next byte stands: the backslashes before that one do not belong to the span.
            Origin::Unescaped(offsets) if end > start => offsets[end - 1] + 1,
            _ => self.offset(end),
        };
        Span::new(self.file, self.offset(start), end)
    }

    /// From `start` to where the reader is.
    pub(super) fn span_from(&self, start: usize) -> Span {
        self.span(start, self.at)
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        &self.text[self.at..self.end]
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.byte(0)
    }

    pub(super) fn byte(&self, ahead: usize) -> Option<u8> {
        (self.at + ahead < self.end).then(|| self.text[self.at + ahead])
    }

    pub(super) fn looking_at(&self, bytes: &[u8]) -> bool {
        self.rest().starts_with(bytes)
    }

    /// Moves over `bytes` if they come next.
    pub(super) fn eat(&mut self, bytes: &[u8]) -> bool {
        let found = self.looking_at(bytes);
        if found {
            self.at += bytes.len();
        }
        found
    }

    pub(super) fn atom(&mut self, kind: AtomKind) -> Option<usize> {
        let end = self.atoms.end(self.at, kind)?;
        (end <= self.end).then_some(end)
    }

    pub(super) fn number_from(&mut self, first: CommandId) {
        self.next_id = first.0;
    }

    /// dash and busybox ash know no arrays, no `+=`, no `time` and no `{name}` before a redirection.
    pub(super) fn is_ash(&self) -> bool {
        matches!(self.dialect, Dialect::Dash | Dialect::Busybox)
    }

    /// Reads what stands inside `inside`, with its own here-documents.
    pub(super) fn enclosed<T>(&mut self, inside: Inside, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.inside, inside);
        let outer_open = std::mem::take(&mut self.open);
        let outer_pending = std::mem::take(&mut self.pending);
        let result = read(self);
        self.inside = outer;
        self.open = outer_open;
        let open = std::mem::replace(&mut self.pending, outer_pending);
        // bash reads the body of `$(cat <<E)` after the line on which the substitution ends; ash takes it for empty.
        if !self.is_ash() {
            self.pending.extend(open);
        }
        result
    }

    pub(super) fn new_id(&mut self) -> CommandId {
        let id = CommandId(self.next_id);
        self.next_id += 1;
        id
    }

    /// Runs `read` one level deeper, or refuses where that is too deep.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth == MAX_DEPTH {
            return self.trouble("nested too deeply to be followed");
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    /// Blanks, escaped line ends, and a comment if one follows. Line ends are left.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if self.byte(1) == Some(b'\n') => self.at += 2,
                Some(b'#') => return self.comment(),
                _ => return,
            }
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let line = self.rest();
        let to_line_end = || memchr::memchr(b'\n', line).unwrap_or(line.len());
        self.at =
            self.atoms.end(start, AtomKind::Comment).unwrap_or_else(|| start + to_line_end()).min(self.end);
        let span = self.span_from(start);
        // A comment behind a command is met twice: by who looks for a further word, and by who ends the line.
        if self.comments.last() != Some(&span) {
            self.comments.push(span);
        }
    }

    /// Blanks, comments and line ends, with the here-documents that begin after them.
    pub(super) fn skip_lines(&mut self) {
        loop {
            self.skip_blanks();
            if !self.line_end() {
                return;
            }
        }
    }

    /// Moves over a line end and the here-documents after it, if one comes next.
    pub(super) fn line_end(&mut self) -> bool {
        let found = self.eat(b"\n");
        if found && !self.pending.is_empty() {
            self.here_document_bodies();
        }
        found
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            at: self.at,
            next_id: self.next_id,
            pending: self.pending.clone(),
            here_documents: self.here_documents.len(),
            unknown: self.troubles.unknown.len(),
            comments: self.comments.len(),
        }
    }

    pub(super) fn go_back(&mut self, mark: &Mark) {
        self.at = mark.at;
        self.next_id = mark.next_id;
        self.pending.clone_from(&mark.pending);
        self.here_documents.truncate(mark.here_documents);
        self.troubles.unknown.truncate(mark.unknown);
        self.comments.truncate(mark.comments);
    }

    pub(super) fn finish(self, body: List) -> Script {
        let base = self.offset(0);
        Script {
            body,
            unknown: joined(self.troubles.unknown, self.text, base),
            comments: self.comments,
            here_documents: self.here_documents,
            end_id: self.next_id,
        }
    }
}
