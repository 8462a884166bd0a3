//! What is wrong with a configuration, and where.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::files::shown;
use crate::text::{LineIndex, nearest};

/// A configuration that cannot be used. Nothing that it governs is checked then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", place(.path, *.at))]
pub struct ConfigError {
    /// The file, as it is shown.
    pub path: PathBuf,
    /// Line and column, 1-based; columns count characters. `None` where it is about the whole file.
    pub at: Option<(u32, u32)>,
    /// What is wrong.
    pub message: String,
}

fn place(path: &Path, at: Option<(u32, u32)>) -> String {
    let path = shown(path);
    at.map_or_else(|| path.clone(), |(line, column)| format!("{path}:{line}:{column}"))
}

impl ConfigError {
    /// About a whole file.
    pub fn whole(path: &Path, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), at: None, message: message.into() }
    }

    /// About some bytes of its text.
    pub(super) fn at(path: &Path, text: &str, bytes: &Range<usize>, message: impl Into<String>) -> Self {
        let position = LineIndex::new(text.as_bytes()).position(text.as_bytes(), bytes.start as u32);
        Self { path: path.to_owned(), at: Some((position.line, position.column)), message: message.into() }
    }

    /// What the reader of TOML says.
    pub(super) fn toml(path: &Path, text: &str, error: &toml::de::Error) -> Self {
        let message = said(error.message());
        match error.span() {
            Some(bytes) => Self::at(path, text, &bytes, message),
            None => Self::whole(path, message),
        }
    }
}

/// The message, with what was probably meant instead of all that would be allowed. The names stand in backticks: first
/// the wrong one, then those that there are.
fn said(message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let Some((wrong, known)) = names.split_first() else { return message.trim().to_owned() };
    let kind = match message.split('`').next() {
        Some("unknown field ") => "key",
        Some("unknown variant ") => "value",
        _ => return message.trim().to_owned(),
    };
    let hint = nearest(wrong, known.iter().copied())
        .map_or_else(|| format!("there are {}", known.join(", ")), |name| format!("did you mean `{name}`?"));
    format!("unknown {kind} `{wrong}`; {hint}")
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn what_was_meant_is_told() {
        let fields = "unknown field `selct`, expected one of `select`, `ignore`";
        assert_eq!(said(fields), "unknown key `selct`; did you mean `select`?");
        let far = "unknown field `q`, expected one of `select`, `ignore`";
        assert_eq!(said(far), "unknown key `q`; there are select, ignore");
        let variant = "unknown variant `eror`, expected one of `info`, `error`";
        assert_eq!(said(variant), "unknown value `eror`; did you mean `error`?");
        assert_eq!(said("missing field `name`"), "missing field `name`");
        assert_eq!(
            said("invalid type: string \"`\", expected a boolean\n"),
            "invalid type: string \"`\", expected a boolean"
        );
    }
}
