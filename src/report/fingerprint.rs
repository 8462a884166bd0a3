//! What a finding is known by, wherever it stands in its file.

use std::collections::HashMap;

use xxhash_rust::xxh3::Xxh3Default;

use crate::check::Report;
use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// Counts the findings of a run that have the same rule, path and text.
#[derive(Clone, Debug, Default)]
pub struct Fingerprints {
    equals: HashMap<u64, u32>,
}

impl Fingerprints {
    /// Of the rule, the path, the finding's own text and its number among those where all these are equal: it stays
    /// when lines are added or taken away elsewhere. Written as 16 hexadecimal digits.
    pub fn next(&mut self, path: &str, report: &Report, finding: &Diagnostic) -> String {
        let hash = kind(path, report, finding);
        let ordinal = self.equals.entry(hash.digest()).or_default();
        let print = numbered(hash, *ordinal);
        *ordinal += 1;
        print
    }
}

/// The fingerprint of the first finding with this rule, path and text.
pub fn fingerprint(path: &str, report: &Report, finding: &Diagnostic) -> String {
    numbered(kind(path, report, finding), 0)
}

/// The finding's own text: the bytes of its place.
pub fn own_text<'a>(report: &'a Report, finding: &Diagnostic) -> &'a [u8] {
    let span: Span = finding.primary.span;
    report.document(span.file).text.get(span.range()).unwrap_or_default()
}

fn kind(path: &str, report: &Report, finding: &Diagnostic) -> Xxh3Default {
    let mut hash = Xxh3Default::new();
    for part in [finding.rule.0.as_bytes(), path.as_bytes(), own_text(report, finding)] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash
}

fn numbered(mut hash: Xxh3Default, ordinal: u32) -> String {
    hash.update(&ordinal.to_le_bytes());
    format!("{:016x}", hash.digest())
}
