//! What cannot be read: how much is given up for it, and where reading goes on.
//!
//! A command that cannot be read is given up alone. Reading goes on at the next separator, closing word or line end that
//! the same grammar expects; of a compound command that is never closed, only the head is given up.

use rustc_hash::FxHashMap;

use super::ast::{
    Command, CommandId, CommandKind, HereDocument, HereId, Operation, Parameter, Part, Parts, Unknown, Word,
};
use super::reader::{Mark, Pending, Reader};
use super::word::ends_word;

/// How many bytes may be read in vain, per byte of the text and in any text, before the rest is given up. Each failure
/// costs a second look at what was taken for something else, so without a limit the time would be quadratic.
const WASTE_PER_BYTE: usize = 8;
const WASTE_IN_ANY: usize = 1 << 20;

const CLOSES_LOST: &str = "what this closes could not be read";
const CLOSES_NOTHING: &str = "nothing is open that this could close";

/// Why something could not be read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trouble {
    /// In words.
    pub(super) reason: &'static str,
    /// Where: the quote that is never closed, the word that does not fit. An offset in the file.
    pub(super) at: u32,
}

pub(super) type Read<T> = Result<T, Trouble>;

/// What was tried at a place: one of these may start where another does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Tried {
    /// A compound command.
    Compound,
    /// `((` or `$((` as arithmetic.
    Arithmetic,
    /// `a[` as a name with a subscript.
    Subscript,
}

/// What ends a list. Each is expected by what is open around the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closer {
    Then,
    Elif,
    Else,
    Fi,
    Do,
    Done,
    Esac,
    /// `;;`, `;&`, `;;&`, `;|`
    Item,
    Brace,
    Parenthesis,
}

impl Closer {
    pub(super) const OF_IF: &'static [Self] = &[Self::Then, Self::Elif, Self::Else, Self::Fi];
    pub(super) const OF_LOOP: &'static [Self] = &[Self::Do, Self::Done];
    pub(super) const OF_ITEM: &'static [Self] = &[Self::Esac, Self::Item];
    pub(super) const OF_BRACED_ITEM: &'static [Self] = &[Self::Brace, Self::Item];
    pub(super) const OF_GROUP: &'static [Self] = &[Self::Brace];
    pub(super) const OF_PARENTHESES: &'static [Self] = &[Self::Parenthesis];

    /// The reserved word that closes something.
    pub(super) fn of_word(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"then" => Self::Then,
            b"elif" => Self::Elif,
            b"else" => Self::Else,
            b"fi" => Self::Fi,
            b"do" => Self::Do,
            b"done" => Self::Done,
            b"esac" => Self::Esac,
            b"}" => Self::Brace,
            _ => return None,
        })
    }
}

/// How often each closer is expected.
pub(super) type Open = [u32; 10];

/// What has gone wrong so far.
#[derive(Default)]
pub(super) struct Troubles {
    pub(super) unknown: Vec<Unknown>,
    /// What was tried in vain is not tried again.
    failed: FxHashMap<(usize, Tried), Trouble>,
    /// Bytes read in vain.
    waste: usize,
    /// A compound command was given up: what closes it is still to come.
    lost_heads: bool,
}

impl Reader<'_> {
    /// The failure to read what stands here.
    pub(super) fn trouble<T>(&self, reason: &'static str) -> Read<T> {
        self.trouble_at(self.at, reason)
    }

    /// The failure to read something, because of what stands at `at`.
    pub(super) fn trouble_at<T>(&self, at: usize, reason: &'static str) -> Read<T> {
        Err(Trouble { reason, at: self.offset(at.min(self.end)) })
    }

    /// Runs `read` while `closers` are expected.
    pub(super) fn expecting<T>(&mut self, closers: &[Closer], read: impl FnOnce(&mut Self) -> T) -> T {
        closers.iter().for_each(|&closer| self.open[closer as usize] += 1);
        let result = read(self);
        closers.iter().for_each(|&closer| self.open[closer as usize] -= 1);
        result
    }

    pub(super) fn expects(&self, closer: Closer) -> bool {
        self.open[closer as usize] > 0
    }

    /// Goes back to `mark`: what starts there is not what it was taken for.
    pub(super) fn fail(&mut self, mark: &Mark, tried: Tried, trouble: Trouble) {
        self.troubles.waste += self.at.saturating_sub(mark.at);
        self.troubles.failed.insert((mark.at, tried), trouble);
        self.go_back(mark);
    }

    /// Why what starts at `at` is not this, if it was tried before.
    pub(super) fn failed(&self, at: usize, tried: Tried) -> Option<Trouble> {
        self.troubles.failed.get(&(at, tried)).copied()
    }

    /// Goes back to `mark` and leaves the command that starts there unread.
    pub(super) fn give_up(&mut self, mark: &Mark, trouble: Trouble) -> Command {
        let announced = self.announced_on_line(mark);
        self.fail(mark, Tried::Compound, trouble);
        for pending in announced {
            let id = HereId(self.here_documents.len() as u32);
            self.here_documents.push(HereDocument::default());
            self.pending.push(Pending { id, ..pending });
        }
        let id = self.new_id();
        if self.troubles.waste > WASTE_IN_ANY + WASTE_PER_BYTE * self.text.len() {
            self.at = self.end;
        } else if self.compound_starts() {
            self.troubles.lost_heads = true;
            self.skip_head();
        } else {
            self.skip_spoiled();
        }
        self.unread_command(mark.at, id, trouble)
    }

    /// Goes back to `mark` and leaves a pattern of `case` unread, up to the first parenthesis on its line.
    pub(super) fn unread_pattern(&mut self, mark: &Mark, trouble: Trouble) -> Read<Word> {
        self.troubles.waste += self.at.saturating_sub(mark.at);
        self.go_back(mark);
        let line = &self.rest()[..self.to_line_end()];
        let Some(length) = memchr::memchr(b')', line) else { return Err(trouble) };
        let part = self.leave_unread(mark.at, mark.at + length, trouble);
        let span = self.span(mark.at, mark.at + length);
        self.at += length + 1;
        Ok(Word { span, parts: Parts::from_elem(part, 1) })
    }

    /// Leaves unread what stands here and closes nothing that is open.
    pub(super) fn stray_closer(&mut self) -> Command {
        let reason = if self.troubles.lost_heads { CLOSES_LOST } else { CLOSES_NOTHING };
        let trouble = Trouble { reason, at: self.offset(self.at) };
        let start = self.at;
        let operator = self.rest().iter().take_while(|byte| b";&|".contains(byte)).count();
        self.at += if operator > 0 { operator } else { self.word_length().max(1) };
        let id = self.new_id();
        self.unread_command(start, id, trouble)
    }

    /// Leaves unread what stands between a command's end and the next separator.
    pub(super) fn unread_rest(&mut self) -> Command {
        let start = self.at;
        let trouble = Trouble { reason: "this cannot follow a command", at: self.offset(start) };
        self.skip_spoiled();
        let id = self.new_id();
        self.unread_command(start, id, trouble)
    }

    fn unread_command(&mut self, start: usize, id: CommandId, trouble: Trouble) -> Command {
        let span = self.span_from(start);
        self.troubles.unknown.push(Unknown { span, reason: trouble.reason, at: trouble.at });
        Command { span, kind: CommandKind::Unknown, redirects: Vec::new(), id }
    }

    /// Notes a region that could not be read, in a command that could. In its place stands an expansion of which nothing is
    /// known.
    pub(super) fn leave_unread(&mut self, start: usize, end: usize, trouble: Trouble) -> Part {
        let span = self.span(start, end);
        self.troubles.unknown.push(Unknown { span, reason: trouble.reason, at: trouble.at });
        let name = self.span(start, start);
        Part::Parameter(Box::new(Parameter {
            span,
            name,
            operation: Operation::Transform,
            parts: Vec::new(),
        }))
    }

    /// The head of a compound command that is never closed: its first line, or the bracket that opens it.
    fn skip_head(&mut self) {
        if matches!(self.peek(), Some(b'{')) || self.looking_at(b"(") && !self.looking_at(b"((") {
            self.at += 1;
            return;
        }
        self.skip_spoiled();
        let mark = self.mark();
        self.eat(b";");
        self.skip_lines();
        let opens_body =
            matches!(self.closer_here(), Some(closer @ (Closer::Then | Closer::Do)) if !self.expects(closer));
        if opens_body {
            self.at += self.word_length();
        } else {
            self.go_back(&mark);
        }
    }

    /// To the next separator outside of quotes and parentheses; to the line's end where one of these is never closed.
    fn skip_spoiled(&mut self) {
        if self.closer_here().is_some_and(|closer| self.expects(closer)) {
            return;
        }
        let start = self.at;
        let mut level = 0_u32;
        let mut first_line_end = None;
        while let Some(byte) = self.peek() {
            if level == 0 && self.resumes_at(byte, start) {
                break;
            }
            match byte {
                b'(' => level += 1,
                b')' => level = level.saturating_sub(1),
                b'\n' => first_line_end = first_line_end.or(Some(self.at)),
                _ => {}
            }
            self.skip_piece(byte);
        }
        if level > 0 {
            self.troubles.waste += self.at - start;
            self.at = first_line_end.unwrap_or(self.at);
        }
        while self.at > start
            && matches!(self.text[self.at - 1], b' ' | b'\t')
            && !self.is_escaped(self.at - 1)
        {
            self.at -= 1;
        }
    }

    /// Whether `byte`, which comes next in what is spoiled from `start` on, stands outside of it again.
    fn resumes_at(&self, byte: u8, start: usize) -> bool {
        match byte {
            b'\n' => true,
            b';' | b'&' | b'|' => !self.is_part_of_redirection(),
            b')' => self.expects(Closer::Parenthesis),
            b'}' => self.at > start && self.closes_brace(start),
            b'#' => self.at > start && ends_word(self.text[self.at - 1]),
            _ => false,
        }
    }

    /// Over a quoted string, an escaped byte or another one; to the line's end where a quote is never closed.
    fn skip_piece(&mut self, byte: u8) {
        let after = match byte {
            b'\'' | b'"' | b'`' => self.closing_quote(byte),
            b'\\' => Some(self.at + 2),
            _ => Some(self.at + 1),
        };
        if let Some(after) = after {
            self.at = after.min(self.end);
        } else {
            self.troubles.waste += self.end - self.at;
            self.at += self.to_line_end();
        }
    }

    fn is_escaped(&self, at: usize) -> bool {
        at > 0 && self.text[at - 1] == b'\\'
    }

    /// `>&`, `<&`, `&>`, `>|`
    fn is_part_of_redirection(&self) -> bool {
        let before = self.at.checked_sub(1).map(|at| self.text[at]);
        match self.peek() {
            Some(b'&') => matches!(before, Some(b'<' | b'>')) || self.byte(1) == Some(b'>'),
            Some(b'|') => before == Some(b'>'),
            _ => false,
        }
    }

    /// A `}` that ends `${ …; }`, or stands where a command could.
    fn closes_brace(&self, start: usize) -> bool {
        let before = self.text[start..self.at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        self.expects(Closer::Brace) && matches!(before, Some(b';' | b'&' | b'\n'))
    }

    /// Where what follows the closing quote starts.
    fn closing_quote(&self, quote: u8) -> Option<usize> {
        let mut at = self.at + 1;
        while at < self.end {
            match self.text[at] {
                b'\\' if quote != b'\'' => at += 1,
                byte if byte == quote => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
        None
    }

    fn to_line_end(&self) -> usize {
        let rest = self.rest();
        memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }

    fn word_length(&self) -> usize {
        let rest = self.rest();
        rest.iter().position(|&byte| ends_word(byte)).unwrap_or(rest.len())
    }

    /// The here-documents whose bodies follow the line that is given up: these are no commands.
    fn announced_on_line(&mut self, mark: &Mark) -> Vec<Pending> {
        let on_one_line = self.text.get(mark.at..self.at).is_some_and(|read| !read.contains(&b'\n'));
        if on_one_line && self.pending.len() > mark.pending.len() {
            self.pending.split_off(mark.pending.len())
        } else {
            Vec::new()
        }
    }
}

/// Regions between which there are only blanks and separators are one, with the reason of the first; line ends may be
/// between them, too, where the reason is the same. `base` is the place of `text` in its file.
pub(super) fn joined(unknown: Vec<Unknown>, text: &[u8], base: u32) -> Vec<Unknown> {
    let mut all: Vec<Unknown> = Vec::with_capacity(unknown.len());
    for region in unknown {
        let closes = region.reason == CLOSES_LOST || region.reason == CLOSES_NOTHING;
        match all.last_mut() {
            Some(last) if follows(last, &region, closes || last.reason == region.reason, text, base) => {
                last.span.end = last.span.end.max(region.span.end);
            }
            _ => all.push(region),
        }
    }
    all
}

fn follows(last: &Unknown, region: &Unknown, across_lines: bool, text: &[u8], base: u32) -> bool {
    let between = |byte: &u8| matches!(byte, b' ' | b'\t' | b';') || across_lines && *byte == b'\n';
    gap(last, region, text, base).is_some_and(|gap| gap.iter().all(between))
}

fn gap<'a>(before: &Unknown, after: &Unknown, text: &'a [u8], base: u32) -> Option<&'a [u8]> {
    let start = before.span.end.checked_sub(base)?;
    let end = after.span.start.checked_sub(base)?;
    text.get(start as usize..end as usize)
}
