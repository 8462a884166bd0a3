//! Text that a script says and that a shell then reads as commands: the operand of `eval` or `bash -c`, the action of a
//! trap, a here-document that is fed to a shell. Quotes and backslashes are taken off, and each byte knows where it
//! stands in the file.

use rustc_hash::{FxHashMap, FxHashSet};

use super::ast::{HereDocument, Part, Word};
use crate::text::{FileId, Span};

/// What stands in a text for a value that the saying shell puts in before the text is read. Two bytes, so that one map of
/// bytes tells both ends of what it stands for.
const GIVEN: &[u8; 2] = b"$_";

/// See the module.
#[derive(Clone, Debug)]
pub struct Said {
    pub(super) bytes: Vec<u8>,
    /// For each byte, and one past the end, its offset in the file.
    pub(super) origins: Vec<u32>,
    /// Where values are put in that are not known: offsets in `bytes`.
    pub(super) given: FxHashSet<usize>,
    /// From the first byte of the file that it is taken from to the last.
    pub span: Span,
    /// What the values stand for that are put in, here and in the text that this one stands in.
    pub put_in: PutIn,
}

/// By the first byte of what is put in by a saying shell, the byte behind the last.
pub type PutIn = FxHashMap<u32, u32>;

impl Said {
    /// What words say, joined by blanks as `eval` and `ssh` join them. `None` where an escape of `$'…'` is too uncommon
    /// to be followed. `outer` is what has been put into the text that the words stand in.
    pub fn by_words(words: &[&Word], text: &[u8], outer: &PutIn) -> Option<Self> {
        let (first, last) = (words.first()?, words.last()?);
        let mut saying = Saying::new(text, first.span.to(last.span), outer);
        for (index, word) in words.iter().enumerate() {
            if index > 0 {
                saying.push(b' ', words[index - 1].span.end);
            }
            saying.parts(&word.parts, false)?;
        }
        Some(saying.said())
    }

    /// The body of a here-document as the command gets it; `None` where it is not there.
    pub fn by_here_document(document: &HereDocument, text: &[u8], outer: &PutIn) -> Option<Self> {
        let body = document.body?;
        let mut saying = Saying::new(text, body, outer);
        saying.strips_tabs = document.tabs_stripped;
        if document.quoted {
            saying.plain(body);
        } else {
            saying.parts(&document.parts, true)?;
        }
        Some(saying.said())
    }

    /// What `printf` prints of it as its format; `None` where it asks for operands or knows an escape that is not followed.
    pub fn printed(self) -> Option<Self> {
        if self.bytes.contains(&b'%') {
            return None;
        }
        let mut printed =
            Self { bytes: Vec::new(), origins: Vec::new(), given: FxHashSet::default(), ..self };
        let mut at = 0;
        while at < self.bytes.len() {
            if self.given.contains(&at) {
                printed.given.insert(printed.bytes.len());
            }
            let (byte, length) = match &self.bytes[at..] {
                [b'\\', letter, ..] => (control(*letter)?, 2),
                [byte, ..] => (*byte, 1),
                [] => break,
            };
            printed.bytes.push(byte);
            printed.origins.push(self.origins[at]);
            at += length;
        }
        printed.origins.extend(self.origins.last());
        Some(printed)
    }

    /// The same without its first bytes: `--command=` before the commands.
    #[must_use]
    pub fn without_start(mut self, length: usize) -> Self {
        let length = length.min(self.bytes.len());
        self.bytes.drain(..length);
        self.origins.drain(..length);
        self.given = self.given.iter().filter_map(|at| at.checked_sub(length)).collect();
        self
    }

    /// Whether nothing is known of how it begins: it may hold any commands. `$name=value` is taken for an assignment.
    pub fn begins_unknown(&self) -> bool {
        let blank = self.bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let Some(behind) = self.bytes.get(blank + GIVEN.len()..).filter(|_| self.given.contains(&blank))
        else {
            return false;
        };
        let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let name = behind.iter().take_while(in_name).count();
        behind.get(name) != Some(&b'=')
    }

    /// Whether a backslash is left in it.
    pub fn holds_backslash(&self) -> bool {
        self.bytes.contains(&b'\\')
    }

    /// Where it starts in the file, if it stands there byte for byte.
    pub(super) fn verbatim_from(&self) -> Option<u32> {
        let start = *self.origins.first()?;
        self.origins.iter().enumerate().all(|(at, origin)| *origin == start + at as u32).then_some(start)
    }

    pub(super) fn file(&self) -> FileId {
        self.span.file
    }
}

struct Saying<'t> {
    text: &'t [u8],
    bytes: Vec<u8>,
    origins: Vec<u32>,
    given: FxHashSet<usize>,
    strips_tabs: bool,
    span: Span,
    put_in: PutIn,
}

impl<'t> Saying<'t> {
    fn new(text: &'t [u8], span: Span, outer: &PutIn) -> Self {
        Self {
            text,
            bytes: Vec::new(),
            origins: Vec::new(),
            given: FxHashSet::default(),
            strips_tabs: false,
            span,
            put_in: outer.clone(),
        }
    }

    fn said(mut self) -> Said {
        let end = self.origins.last().map_or(self.span.start, |last| last + 1);
        self.origins.push(end);
        Said {
            bytes: self.bytes,
            origins: self.origins,
            given: self.given,
            span: self.span,
            put_in: self.put_in,
        }
    }

    fn push(&mut self, byte: u8, origin: u32) {
        let stripped = self.strips_tabs && byte == b'\t' && self.bytes.last().is_none_or(|b| *b == b'\n');
        if !stripped {
            self.bytes.push(byte);
            self.origins.push(origin);
        }
    }

    fn plain(&mut self, span: Span) {
        let mut at = span.start;
        while at < span.end {
            // What stands between quotes here was put in by a shell further out, which does not see them.
            if let Some(&end) = self.put_in.get(&at) {
                self.put_in(Span { start: at, end, ..span });
                at = end;
            } else {
                self.push(self.text[at as usize], at);
                at += 1;
            }
        }
    }

    fn parts(&mut self, parts: &[Part], quoted: bool) -> Option<()> {
        parts.iter().try_for_each(|part| self.part(part, quoted))
    }

    fn part(&mut self, part: &Part, quoted: bool) -> Option<()> {
        match part {
            Part::Literal(span) => self.literal(*span, quoted),
            Part::SingleQuoted(span) => self.plain(Span::new(span.file, span.start + 1, span.end - 1)),
            Part::AnsiQuoted(span) => self.ansi(*span)?,
            Part::DoubleQuoted(_, parts) => self.parts(parts, true)?,
            Part::Parameter(parameter) => self.put_in(parameter.span),
            Part::Substitution(inner) | Part::Process(inner) => self.put_in(inner.span),
            Part::Arithmetic(span, _) | Part::Array(span, _) => self.put_in(*span),
        }
        Some(())
    }

    fn literal(&mut self, span: Span, quoted: bool) {
        let start = span.start;
        match &self.text[span.range()] {
            [b'\\', b'\n'] => {}
            [b'\\', escaped, ..] if !quoted || matches!(escaped, b'$' | b'`' | b'"' | b'\\') => {
                self.plain(Span { start: start + 1, ..span });
            }
            _ => self.plain(span),
        }
    }

    fn ansi(&mut self, span: Span) -> Option<()> {
        let mut at = span.start as usize + 2;
        while at < span.end as usize - 1 {
            let (byte, length) = match &self.text[at..] {
                [b'\\', letter, ..] => (control(*letter)?, 2),
                [byte, ..] => (*byte, 1),
                [] => break,
            };
            self.push(byte, at as u32);
            at += length;
        }
        Some(())
    }

    fn put_in(&mut self, span: Span) {
        self.given.insert(self.bytes.len());
        self.put_in.insert(span.start, span.end);
        self.bytes.extend(GIVEN);
        self.origins.extend([span.start, span.end - 1]);
    }
}

/// What the usual escapes of `$'…'` and `printf` stand for.
fn control(letter: u8) -> Option<u8> {
    Some(match letter {
        b'n' => b'\n',
        b't' => b'\t',
        b'\\' | b'\'' | b'"' => letter,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{PutIn, Said};
    use crate::shell::Dialect;
    use crate::syntax::{CommandId, CommandKind, parse, parse_said};
    use crate::text::FileId;

    /// The commands that stand in the operands of the first command of `text`, as they stand in `text`.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let script = parse(text.as_bytes(), FileId(0), Dialect::Bash);
        let command = &script.body.statements[0].first.commands[0];
        let CommandKind::Simple(simple) = &command.kind else { panic!("{text}") };
        let document = command.redirects.first().and_then(|redirect| script.here_document(redirect));
        let said = match document {
            Some(document) => Said::by_here_document(document, text.as_bytes(), &PutIn::default()),
            None => Said::by_words(
                &simple.words[1..].iter().collect::<Vec<_>>(),
                text.as_bytes(),
                &PutIn::default(),
            ),
        };
        let inner = parse_said(&said.unwrap(), Dialect::Bash, CommandId(50));
        let mut found = Vec::new();
        inner.each_command(&mut |command| {
            if command.as_simple().is_some() {
                found.push(&text[command.span.range()]);
            }
        });
        assert!(inner.unknown.is_empty(), "{text}: {:?}", inner.unknown);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn commands_stand_where_they_are_written() {
        check("eval 'a b; c'", &["a b", "c"]);
        check("eval a \"b; c\"", &["a \"b", "c"]);
        check("eval \"a \\\"x y\\\" | b \\$z\"", &["a \\\"x y\\\"", "b \\$z"]);
        check("eval \"a $x; b\"", &["a $x", "b"]);
        check("eval \"a $(date -d \"now; x\"); b\"", &["a $(date -d \"now; x\")", "b"]);
        check("eval 'a '\"$x\"'; b'", &["a '\"$x", "b"]);
        check("eval $'a\\nb'", &["a", "b"]);
        check("sh <<'E'\na $x\nb\nE\n", &["a $x", "b"]);
        check("sh <<-E\n\ta $x\n\t\tb \\$y\n\tE\n", &["a $x", "b \\$y"]);
        check("eval \"a \\$(b; c)\"", &["a \\$(b; c)", "b", "c"]);
    }

    #[test]
    fn what_is_put_in_is_not_read_again() {
        let text = "eval \"a $x \\$y\"";
        let script = parse(text.as_bytes(), FileId(0), Dialect::Bash);
        let words = &script.body.statements[0].first.commands[0].as_simple().unwrap().words;
        let said = Said::by_words(&[&words[1]], text.as_bytes(), &PutIn::default()).unwrap();
        let inner = parse_said(&said, Dialect::Bash, CommandId(0));
        let inner = &inner.body.statements[0].first.commands[0].as_simple().unwrap().words;
        assert_eq!(inner[1].variable(text.as_bytes()), None);
        assert_eq!(inner[2].variable(text.as_bytes()), Some(&b"y"[..]));
    }

    #[test]
    fn a_text_that_begins_with_a_value_may_be_anything() {
        let begins_unknown = |text: &str| {
            let script = parse(text.as_bytes(), FileId(0), Dialect::Bash);
            let words = &script.body.statements[0].first.commands[0].as_simple().unwrap().words;
            Said::by_words(&words[1..].iter().collect::<Vec<_>>(), text.as_bytes(), &PutIn::default())
                .unwrap()
                .begins_unknown()
        };
        assert!(begins_unknown("eval \"$x\""));
        assert!(begins_unknown("eval \" $x; y\""));
        assert!(!begins_unknown("eval \"a $x\""));
        assert!(!begins_unknown("eval \"$x=1\""));
        assert!(!begins_unknown("eval ${x}_y='$z'"));
    }

    #[test]
    fn a_format_is_printed() {
        let text = "printf 'a\\nb\\n'";
        let script = parse(text.as_bytes(), FileId(0), Dialect::Bash);
        let words = &script.body.statements[0].first.commands[0].as_simple().unwrap().words;
        let said =
            Said::by_words(&[&words[1]], text.as_bytes(), &PutIn::default()).unwrap().printed().unwrap();
        assert_eq!(said.bytes, b"a\nb\n");
        assert_eq!(said.origins, [8, 9, 11, 12, 14]);
    }
}
