//! Floor 0: what a rule says: a diagnostic with its labels, steps and fixes. The words are those of the contracts.

mod fix;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use fix::{Applicability, Edit, Fix, Style};

use crate::text::Span;

/// How bad a finding is; ordered from the mildest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// A failure gets lost.
    Warning,
    /// A failure gets lost, and the script claims success or destroys something.
    Error,
}

impl Severity {
    /// As it is written in configuration and JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// The kebab-case name of a rule, such as `unchecked-pipeline`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct RuleId(pub &'static str);

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// A place and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What happens there, in the present tense.
    pub message: String,
}

/// One finding: what happens, where, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that speaks.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// What happens, in the present tense, with the user's own command in backticks.
    pub message: String,
    /// The place of the finding, and what is said right under it (may be empty).
    pub primary: Label,
    /// The reasons, in the order in which a reader needs them.
    pub labels: Vec<Label>,
    /// The failure's way through the script, in order.
    pub steps: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
    /// The commands of whose lost statuses it speaks: what a fix is to make loud. Of no interest to who reads the finding.
    pub statuses: Vec<Span>,
    /// Ways to mend it, the preferred one first.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// A finding without labels, help or fix yet.
    pub fn new(rule: RuleId, severity: Severity, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            message: message.into(),
            primary: Label { span, message: String::new() },
            labels: Vec::new(),
            steps: Vec::new(),
            help: None,
            statuses: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// What is said right under the place of the finding.
    #[must_use]
    pub fn here(mut self, message: impl Into<String>) -> Self {
        self.primary.message = message.into();
        self
    }

    /// Adds a reason at another place.
    #[must_use]
    pub fn because(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Sets the failure's way.
    #[must_use]
    pub fn steps(mut self, steps: Vec<Label>) -> Self {
        self.steps = steps;
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says of which commands' lost statuses it speaks.
    #[must_use]
    pub fn about(mut self, statuses: impl IntoIterator<Item = Span>) -> Self {
        self.statuses.extend(statuses);
        self
    }

    /// Adds a way to mend it, if there is one.
    #[must_use]
    pub fn fix(mut self, fix: Option<Fix>) -> Self {
        self.fixes.extend(fix);
        self
    }
}
