//! Nothing from a script, a path or a message reaches a terminal as it is: escape sequences would act, and direction
//! marks would show another text than the one that runs (CVE-2021-42574).

/// The text of a script, for showing: lines and tabs stay, whatever acts on a terminal and whatever is not UTF-8 is
/// replaced by as many bytes, so that offsets hold.
pub fn clean_lines(bytes: &[u8]) -> String {
    let mut clean = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        let mut rest = chunk.valid().chars().peekable();
        while let Some(c) = rest.next() {
            match c {
                '\n' | '\t' => clean.push(c),
                '\r' if rest.peek() == Some(&'\n') => clean.push(' '),
                _ if acts(c) => clean.push_str(stand_in(c.len_utf8())),
                _ => clean.push(c),
            }
        }
        clean.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    clean
}

/// A path, a name or a message, for showing on one line.
pub fn clean_word(text: &str) -> String {
    let replace = |c: char| match c {
        '\n' | '\t' | '\r' => ' ',
        _ if acts(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    text.chars().map(replace).collect()
}

/// Controls of ASCII and Latin-1, line separators, direction marks, and the tags that no terminal shows.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn stand_in(bytes: usize) -> &'static str {
    match bytes {
        1 => "?",
        2 => "??",
        3 => "\u{fffd}",
        _ => "\u{fffd}?",
    }
}

#[cfg(test)]
mod tests {
    use super::{clean_lines, clean_word};

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        let clean = clean_lines(bytes);
        assert_eq!(clean, expected);
        assert_eq!(clean.len(), bytes.len());
    }

    #[test]
    fn what_acts_is_replaced_by_as_many_bytes() {
        check(b"a\tb\r\nc\n", "a\tb \nc\n");
        check(b"a\rb\r", "a?b?");
        check(b"\x1b[31mred\x07", "?[31mred?");
        check(b"\xff\xc3 \xe2\x82", "?? ??");
        check("é🗻".as_bytes(), "é🗻");
        check("a\u{202e}b\u{9b}c\u{61c}".as_bytes(), "a\u{fffd}b??c??");
        check("\u{e0041}".as_bytes(), "\u{fffd}?");
    }

    #[test]
    fn a_word_stays_on_its_line() {
        assert_eq!(clean_word("a\nb\t\u{1b}[0m\u{2066}é"), "a b \u{fffd}[0m\u{fffd}é");
    }
}
