//! The directives for ShellCheck that say something about a script which this linter needs to know as well:
//! <https://www.shellcheck.net/wiki/Directive>.

use crate::text::Span;

/// One key of a `# shellcheck key=value …` comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shellcheck {
    /// `shell=`: the shell that the text is for, as written.
    Shell {
        /// The whole comment.
        span: Span,
        /// The value.
        name: String,
    },
    /// `source=`: the file that the next `.` or `source` reads.
    Source {
        /// The whole comment.
        span: Span,
        /// The value, quotes taken off.
        path: String,
    },
    /// `source-path=`: a directory in which sourced files are looked for, too; `SCRIPTDIR` is the script's own.
    SourcePath {
        /// The whole comment.
        span: Span,
        /// The value, quotes taken off.
        path: String,
    },
}

/// Reads `shell=`, `source=` and `source-path=` among `comments`, the spans of the comments of `text`; other keys are left out.
pub fn shellcheck(text: &[u8], comments: &[Span]) -> Vec<Shellcheck> {
    comments.iter().flat_map(|&span| keys(text, span)).collect()
}

fn keys(text: &[u8], span: Span) -> Vec<Shellcheck> {
    let comment = String::from_utf8_lossy(&text[span.range()]);
    let said = comment.trim_start_matches('#').trim_start().strip_prefix("shellcheck");
    let Some(said) = said.filter(|said| said.starts_with([' ', '\t'])) else { return Vec::new() };
    // A `#` begins a comment in the comment.
    let said = said.split(" #").next().unwrap_or_default();
    let mut keys = Vec::new();
    let mut rest = said.trim_start();
    while let Some((key, after)) = rest.split_once('=') {
        let (value, after) = value(after);
        match key {
            "shell" => keys.push(Shellcheck::Shell { span, name: value.to_owned() }),
            "source" => keys.push(Shellcheck::Source { span, path: value.to_owned() }),
            "source-path" => keys.push(Shellcheck::SourcePath { span, path: value.to_owned() }),
            _ => {}
        }
        rest = after.trim_start();
    }
    keys
}

/// The value in front, and what follows it; quotes hold blanks together.
fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some((value, after)) = text.strip_prefix(quote).and_then(|text| text.split_once(quote)) {
            return (value, after);
        }
    }
    text.split_once(char::is_whitespace).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::{Shellcheck, shellcheck};
    use crate::text::{FileId, Span};

    #[track_caller]
    fn check(comment: &str, expected: &[(&str, &str)]) {
        let span = Span::new(FileId(0), 0, comment.len() as u32);
        let found = shellcheck(comment.as_bytes(), &[span]);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|key| match key {
                Shellcheck::Shell { name, .. } => ("shell", name.as_str()),
                Shellcheck::Source { path, .. } => ("source", path.as_str()),
                Shellcheck::SourcePath { path, .. } => ("source-path", path.as_str()),
            })
            .collect();
        assert_eq!(found, expected, "{comment}");
    }

    #[test]
    fn keys_of_interest() {
        check("# shellcheck shell=dash", &[("shell", "dash")]);
        check("#shellcheck source=lib/a.sh\r", &[("source", "lib/a.sh")]);
        check("# shellcheck disable=SC1091 source=a.sh # why", &[("source", "a.sh")]);
        check("# shellcheck source=\"my lib.sh\" shell='sh'", &[("source", "my lib.sh"), ("shell", "sh")]);
        check("# shellcheck source-path=SCRIPTDIR/lib", &[("source-path", "SCRIPTDIR/lib")]);
        check("# shellcheck disable=SC2086", &[]);
        check("# shellchecker shell=sh", &[]);
        check("# shellcheck", &[]);
    }
}
