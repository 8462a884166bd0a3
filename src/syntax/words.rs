//! Words as texts: what they say once quotes are taken off, as far as that is known without running anything.

use super::ast::{Operation, Part, Word};
use crate::text::Span;

/// Takes the quotes off `source` as for a here-document's marker, and says whether there were any.
pub(super) fn unquoted(source: &[u8]) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity(source.len());
    let mut quote = None;
    let mut quoted = false;
    let mut at = 0;
    while at < source.len() {
        let byte = source[at];
        match (byte, quote) {
            (b'\'' | b'"', None) => (quote, quoted) = (Some(byte), true),
            (_, Some(open)) if byte == open => quote = None,
            (b'\\', None | Some(b'"')) if source.get(at + 1) == Some(&b'\n') => at += 1,
            (b'\\', None | Some(b'"')) => {
                quoted = true;
                at += 1;
                bytes.extend(source.get(at));
            }
            _ => bytes.push(byte),
        }
        at += 1;
    }
    (bytes, quoted)
}

impl Word {
    /// The bytes of the word in `text`, quotes and all.
    pub fn source<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        &text[self.span.range()]
    }

    /// What the word says when nothing in it is expanded; `None` when something is. Patterns are not expanded here.
    pub fn literal(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.span.len() as usize);
        self.parts.iter().all(|part| part.literal(text, false, &mut bytes)).then_some(bytes)
    }

    /// [`Self::literal`], where it is UTF-8.
    pub fn literal_str(&self, text: &[u8]) -> Option<String> {
        String::from_utf8(self.literal(text)?).ok()
    }

    /// The name of the variable when the word is `$name`, `${name}` or one of these between double quotes.
    pub fn variable<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        let [part] = self.parts.as_slice() else { return None };
        part.variable(text)
    }
}

impl Part {
    /// The whole of the part, quotes and delimiters included.
    pub fn span(&self) -> Span {
        match self {
            Self::Literal(span)
            | Self::SingleQuoted(span)
            | Self::AnsiQuoted(span)
            | Self::DoubleQuoted(span, _)
            | Self::Arithmetic(span, _)
            | Self::Array(span, _) => *span,
            Self::Parameter(parameter) => parameter.span,
            Self::Substitution(inner) | Self::Process(inner) => inner.span,
        }
    }

    fn literal(&self, text: &[u8], quoted: bool, bytes: &mut Vec<u8>) -> bool {
        match self {
            Self::Literal(span) => unescape(&text[span.range()], quoted, bytes),
            Self::SingleQuoted(span) => bytes.extend(&text[span.start as usize + 1..span.end as usize - 1]),
            Self::AnsiQuoted(span) => {
                let inside = &text[span.start as usize + 2..span.end as usize - 1];
                if inside.contains(&b'\\') {
                    return false;
                }
                bytes.extend(inside);
            }
            Self::DoubleQuoted(_, parts) => return parts.iter().all(|part| part.literal(text, true, bytes)),
            _ => return false,
        }
        true
    }

    /// The name of the variable whose value this part is.
    pub fn variable<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Parameter(parameter) => {
                let plain = parameter.operation == Operation::Value && parameter.parts.is_empty();
                plain.then(|| &text[parameter.name.range()])
            }
            Self::DoubleQuoted(_, parts) => {
                let [part] = parts.as_slice() else { return None };
                part.variable(text)
            }
            _ => None,
        }
    }
}

fn unescape(source: &[u8], quoted: bool, bytes: &mut Vec<u8>) {
    match source {
        [b'\\', b'\n'] => {}
        [b'\\', escaped @ ..] if !quoted || matches!(escaped, [b'$' | b'`' | b'"' | b'\\']) => {
            bytes.extend(escaped);
        }
        _ => bytes.extend(source),
    }
}
