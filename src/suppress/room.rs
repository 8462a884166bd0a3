//! The room that a comment takes up.

use crate::text::Span;

/// The bytes that can go together with a comment without changing what runs: its line, where it has one of its own, else
/// the blanks before it. `None` for a `#!` line, which is a comment only to the shell.
pub fn room(text: &[u8], comment: Span) -> Option<Span> {
    let said = &text[comment.range()];
    if comment.start == 0 && said.starts_with(b"#!") {
        return None;
    }
    let before = &text[..comment.start as usize];
    let line = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let own = before[line..].iter().all(|byte| matches!(byte, b' ' | b'\t'));
    // Behind an escaped line end, the line after this one would become a part of the one before.
    let continued = before[..line].ends_with(b"\\\n") || before[..line].ends_with(b"\\\r\n");
    if own && !continued {
        let next = text[comment.end as usize..].iter().position(|&byte| byte == b'\n');
        let end = next.map_or(text.len(), |at| comment.end as usize + at + 1);
        return Some(Span { start: line as u32, end: end as u32, ..comment });
    }
    let mut start =
        comment.start - before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count() as u32;
    if text[..start as usize].ends_with(b"\\") {
        // The first blank is escaped, and a part of the word before.
        start = (start + 1).min(comment.start);
    }
    let end = comment.end - u32::from(said.ends_with(b"\r"));
    Some(Span { start, end, ..comment })
}

#[cfg(test)]
mod tests {
    use super::room;
    use crate::suppress::parse::tests::comments;

    /// What is left of a text without its first comment.
    #[track_caller]
    fn check(text: &str, left: Option<&str>) {
        let room = room(text.as_bytes(), comments(text)[0]);
        let found =
            room.map(|room| format!("{}{}", &text[..room.start as usize], &text[room.end as usize..]));
        assert_eq!(found.as_deref(), left, "{text:?}");
    }

    #[test]
    fn a_comment_goes_with_its_line_or_its_blanks() {
        check("a\n# x\nb\n", Some("a\nb\n"));
        check("a\n  # x", Some("a\n"));
        check("a  # x\nb\n", Some("a\nb\n"));
        check("a # x\r\nb\r\n", Some("a\r\nb\r\n"));
        check("# x\r\nb\r\n", Some("b\r\n"));
        check("#!/bin/sh\nb\n", None);
        check(" #!/bin/sh\nb\n", Some("b\n"));
        check("a;# x\n", Some("a;\n"));
    }

    #[test]
    fn an_escape_stays_what_it_is() {
        check("a \\\n# x\nb\n", Some("a \\\n\nb\n"));
        check("a\\  # x\nb\n", Some("a\\ \nb\n"));
    }
}
