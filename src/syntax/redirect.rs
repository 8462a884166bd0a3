//! Redirections and here-documents (POSIX 2.7).

use super::ast::{HereDocument, HereId, Redirect, RedirectOperator};
use super::reader::{Inside, Pending, Reader};
use super::recovery::Read;
use super::word::{Place, name_length};
use super::words::unquoted;
use crate::shell::Dialect;

/// Longest first, so that none hides another.
const OPERATORS: [(&[u8], RedirectOperator); 11] = [
    (b"<<<", RedirectOperator::HereString),
    (b"<<", RedirectOperator::HereDocument),
    (b"<>", RedirectOperator::ReadWrite),
    (b"<&", RedirectOperator::DuplicateInput),
    (b"<", RedirectOperator::Read),
    (b"&>>", RedirectOperator::AppendBoth),
    (b"&>", RedirectOperator::WriteBoth),
    (b">>", RedirectOperator::Append),
    (b">&", RedirectOperator::DuplicateOutput),
    (b">|", RedirectOperator::Clobber),
    (b">", RedirectOperator::Write),
];

/// How many here-documents may wait for their bodies: at one more bash says that the maximum is exceeded, and ends.
const MAX_PENDING: usize = 16;

/// What ends a here-document.
struct Marker {
    /// With quotes taken off.
    bytes: Vec<u8>,
    quoted: bool,
    strip_tabs: bool,
}

impl Reader<'_> {
    /// The redirection that starts here, if one does.
    pub(super) fn redirect(&mut self) -> Read<Option<Redirect>> {
        if !matches!(self.peek(), Some(b'<' | b'>' | b'&' | b'{' | b'0'..=b'9')) {
            return Ok(None);
        }
        let start = self.at;
        let descriptor_length = self.descriptor_length();
        self.at += descriptor_length;
        let descriptor = (descriptor_length > 0).then(|| self.span_from(start));
        let Some(operator) = self.redirect_operator() else {
            self.at = start;
            return Ok(None);
        };
        if operator == RedirectOperator::HereString && !self.dialect.has_here_strings() {
            return self.trouble_at(start, "this shell knows no here-strings");
        }
        let strip_tabs = operator == RedirectOperator::HereDocument && self.eat(b"-");
        self.skip_blanks();
        let target_start = self.at;
        let target = self.word()?;
        if target.span.is_empty() {
            return self.trouble("a redirection needs a file");
        }
        let here_document = if operator == RedirectOperator::HereDocument {
            Some(self.announce(target_start, strip_tabs)?)
        } else {
            None
        };
        Ok(Some(Redirect { span: self.span_from(start), descriptor, operator, target, here_document }))
    }

    /// Length of the digits or the `{name}` that stand right before an operator.
    fn descriptor_length(&self) -> usize {
        let rest = self.rest();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let length = match rest.first() {
            Some(b'{') if self.dialect.has_named_descriptor() => match name_length(&rest[1..]) {
                0 => 0,
                name if rest.get(name + 1) == Some(&b'}') => name + 2,
                _ => 0,
            },
            // `a 10>f`: dash, ksh and mksh know no descriptor of two digits, and hand `10` to the command.
            _ if digits > 1 && self.dialect.has_single_digit_descriptors() => 0,
            _ => digits,
        };
        if matches!(rest.get(length), Some(b'<' | b'>')) { length } else { 0 }
    }

    fn redirect_operator(&mut self) -> Option<RedirectOperator> {
        let at_operator = match self.peek() {
            Some(b'<' | b'>') => !self.is_process_substitution(),
            Some(b'&') => self.byte(1) == Some(b'>') && self.dialect.has_redirect_both(),
            _ => false,
        };
        if !at_operator {
            return None;
        }
        let (text, operator) = OPERATORS.into_iter().find(|(text, _)| self.looking_at(text))?;
        self.at += text.len();
        Some(operator)
    }

    fn announce(&mut self, marker_start: usize, strip_tabs: bool) -> Read<HereId> {
        if self.pending.len() >= MAX_PENDING {
            return self.trouble_at(marker_start, "too many here-documents on one line");
        }
        let id = HereId(self.here_documents.len() as u32);
        self.here_documents.push(HereDocument { tabs_stripped: strip_tabs, ..HereDocument::default() });
        self.pending.push(Pending { id, marker: (marker_start, self.at), strip_tabs });
        Ok(id)
    }

    /// The bodies of the here-documents that were announced on the line that has just ended.
    pub(super) fn here_document_bodies(&mut self) {
        for pending in std::mem::take(&mut self.pending) {
            let body = self.here_document_body(&pending);
            self.here_documents[pending.id.0 as usize] = body;
        }
    }

    fn here_document_body(&mut self, pending: &Pending) -> HereDocument {
        let start = self.at;
        let (marker, quoted) = unquoted(&self.text[pending.marker.0..pending.marker.1]);
        let marker = Marker { bytes: marker, quoted, strip_tabs: pending.strip_tabs };
        let (end, after) = self.find_marker(&marker);
        let closed = after.is_some();
        let parts = if quoted { Vec::new() } else { self.expanded_body(start, end) };
        self.at = after.unwrap_or(end);
        HereDocument {
            body: Some(self.span(start, end)),
            closed,
            parts,
            quoted,
            tabs_stripped: pending.strip_tabs,
        }
    }

    /// Where the line of the end marker starts, and where what follows it does.
    fn find_marker(&self, marker: &Marker) -> (usize, Option<usize>) {
        let mut line_start = self.at;
        let mut continued = false;
        while line_start < self.end {
            let rest = &self.text[line_start..self.end];
            let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let line = &rest[..length];
            if let Some(marker_end) = self.marker_end(line, marker).filter(|_| !continued) {
                let line_end = usize::from(marker_end == length);
                return (line_start, Some((line_start + marker_end + line_end).min(self.end)));
            }
            // POSIX 2.7.4: in a body that is expanded, an escaped line end joins two lines.
            let backslashes = line.iter().rev().take_while(|&&byte| byte == b'\\').count();
            continued = !marker.quoted && backslashes % 2 == 1;
            line_start += length + 1;
        }
        (self.end, None)
    }

    /// Where in its line the end marker ends, if the line is the marker's.
    fn marker_end(&self, line: &[u8], marker: &Marker) -> Option<usize> {
        let tabs = if marker.strip_tabs { line.iter().take_while(|&&byte| byte == b'\t').count() } else { 0 };
        let after = line[tabs..].strip_prefix(marker.bytes.as_slice())?;
        // bash (make_here_document), ksh and mksh: in a substitution, a line with the marker first and `)` in it ends the
        // body.
        let closes_substitution = || {
            self.inside == Inside::Parentheses
                && self.takes_parenthesis_after_marker()
                && after.contains(&b')')
        };
        (after.is_empty() || closes_substitution()).then_some(line.len() - after.len())
    }

    fn takes_parenthesis_after_marker(&self) -> bool {
        matches!(self.dialect, Dialect::Bash | Dialect::Ksh | Dialect::Mksh)
    }

    fn expanded_body(&mut self, start: usize, end: usize) -> Vec<super::ast::Part> {
        let outer_end = std::mem::replace(&mut self.end, end);
        self.at = start;
        let mark = self.mark();
        // What cannot be read in a body is an error of the expansion, not of the grammar; the words around it stand.
        let parts = match self.parts_until(Place::HereDocument) {
            Ok(parts) => parts,
            Err(trouble) => {
                self.go_back(&mark);
                vec![self.leave_unread(start, end, trouble)]
            }
        };
        self.end = outer_end;
        parts
    }
}
