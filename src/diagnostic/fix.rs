//! Edits and what is promised of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Span;

/// What a fix promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Every run in which each command does its work stays the same, to the byte.
    Safe,
    /// Probably what the author wants, but a run that works today could change.
    Unsafe,
    /// Shows the way; a person has to fill something in.
    Display,
}

/// A replacement of some bytes by others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// The bytes that go; empty for an insertion.
    pub span: Span,
    /// What comes in their place.
    pub content: String,
}

impl Edit {
    /// Puts `content` at `offset` of the file that `span` lies in.
    pub fn insert(span: Span, offset: u32, content: impl Into<String>) -> Self {
        Self { span: Span::at(span.file, offset), content: content.into() }
    }

    /// Puts `content` in the place of `span`.
    pub fn replace(span: Span, content: impl Into<String>) -> Self {
        Self { span, content: content.into() }
    }
}

/// In which way failures are made loud, where there are several.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// By options, which hold for the whole file.
    #[default]
    Strict,
    /// By a word at each command.
    Explicit,
}

impl Style {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Strict => Self::Explicit,
            Self::Explicit => Self::Strict,
        }
    }
}

impl std::str::FromStr for Style {
    /// A sentence for the user.
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "strict" => Ok(Self::Strict),
            "explicit" => Ok(Self::Explicit),
            _ => Err(format!("there is no style `{word}`; there are strict, explicit")),
        }
    }
}

/// One way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fix {
    /// What is promised.
    pub applicability: Applicability,
    /// What it does, in the imperative: `turn on pipefail`.
    pub title: String,
    /// For an unsafe fix: the command and the line that could behave differently.
    pub why_unsafe: Option<String>,
    /// In which way it goes about it.
    pub style: Style,
    /// Sorted by start, not overlapping, all in one file.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix whose promise is not yet shown: the chooser of fixes decides by analysing the fixed text.
    pub fn proposed(title: impl Into<String>, mut edits: Vec<Edit>) -> Self {
        edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
        Self {
            applicability: Applicability::Unsafe,
            title: title.into(),
            why_unsafe: None,
            style: Style::Explicit,
            edits,
        }
    }

    /// A fix that sets an option.
    pub fn option(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { style: Style::Strict, ..Self::proposed(title, edits) }
    }

    /// A fix that changes what the script does, by what it is for: nothing has to be shown but that it mends the finding.
    pub fn unsafe_because(title: impl Into<String>, edits: Vec<Edit>, why: impl Into<String>) -> Self {
        Self { why_unsafe: Some(why.into()), ..Self::proposed(title, edits) }
    }
}
