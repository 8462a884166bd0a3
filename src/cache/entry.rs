//! One entry: a report without what nobody asks for later, and what it rests on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::record::Ask;
use crate::check::{Report, Settings, Sources};
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::rules;
use crate::shell::Dialect;
use crate::suppress::{Directive, Suppressed};
use crate::text::Document;

/// Where the entry of a check stands. The name holds all that the check depends on before it begins. The hash is one for which
/// nobody can write a second text: who sends a change must not choose the report on it.
pub(super) fn path(directory: &Path, build: u64, document: &Document, settings: &Settings) -> PathBuf {
    let mut hash = blake3::Hasher::new();
    let mut add = |part: &[u8]| {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(&build.to_le_bytes());
    add(document.path.as_bytes());
    add(&document.text);
    add(format!("{:?}{:?}", document.map, document.host).as_bytes());
    add(format!("{:?}{:?}{:?}", settings.shell, settings.comments, settings.style).as_bytes());
    for rule in settings.rules.iter() {
        add(rule.0.as_bytes());
        add(settings.rules.severity(rule).map_or("", Severity::word).as_bytes());
    }
    add(settings.vocabulary.own.as_bytes());
    let name = hash.finalize().to_string();
    directory.join(&name[..2]).join(&name[2..])
}

/// What is kept of a check.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Entry {
    asked: Vec<Ask>,
    today: Option<Date>,
    shell: Option<Dialect>,
    findings: Vec<Finding>,
    not_checked: Vec<Label>,
    warnings: Vec<Label>,
    suppressed: Vec<(Finding, usize)>,
    directives: Vec<Directive>,
    /// The paths of the sourced files that spans point into, in their order.
    sourced: Vec<String>,
}

/// A diagnostic, with the rule by its name.
#[derive(Debug, Serialize, Deserialize)]
struct Finding {
    rule: String,
    severity: Severity,
    message: String,
    primary: Label,
    labels: Vec<Label>,
    steps: Vec<Label>,
    help: Option<String>,
    fixes: Vec<Fix>,
}

impl From<&Diagnostic> for Finding {
    fn from(finding: &Diagnostic) -> Self {
        let Diagnostic { rule, severity, message, primary, labels, steps, help, fixes, statuses: _ } =
            finding.clone();
        Self { rule: rule.0.to_owned(), severity, message, primary, labels, steps, help, fixes }
    }
}

impl Finding {
    /// As the rule said it; `None` when there is no such rule.
    fn diagnostic(self) -> Option<Diagnostic> {
        let Self { rule, severity, message, primary, labels, steps, help, fixes } = self;
        let rule = rules::find(&rule)?.id;
        Some(Diagnostic {
            rule,
            severity,
            message,
            primary,
            labels,
            steps,
            help,
            fixes,
            statuses: Vec::new(),
        })
    }
}

impl Entry {
    pub fn new(report: &Report, asked: Vec<Ask>, today: Option<Date>) -> Self {
        let suppressed = report.suppressed.iter().map(|it| (Finding::from(&it.finding), it.by));
        Self {
            asked,
            today,
            shell: report.shell,
            findings: report.findings.iter().map(Finding::from).collect(),
            not_checked: report.not_checked.clone(),
            warnings: report.warnings.clone(),
            suppressed: suppressed.collect(),
            directives: report.directives.clone(),
            sourced: report.documents.iter().skip(1).map(|document| document.path.clone()).collect(),
        }
    }

    /// With a checksum in front: a file that is cut short or damaged is no entry.
    pub fn bytes(&self) -> Vec<u8> {
        let text = serde_json::to_vec(self).expect("numbers, strings and lists become JSON");
        let mut bytes = xxh3_64(&text).to_le_bytes().to_vec();
        bytes.extend(text);
        bytes
    }

    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (sum, text) = bytes.split_first_chunk()?;
        if u64::from_le_bytes(*sum) != xxh3_64(text) {
            return None;
        }
        serde_json::from_slice(text).ok()
    }

    /// The report, if all that was asked for has the answer that it had, and the same suppressions have expired.
    pub fn report(
        self,
        document: &Arc<Document>,
        today: Option<Date>,
        sources: &dyn Sources,
    ) -> Option<Report> {
        if self.directives.iter().any(|it| it.has_expired(self.today) != it.has_expired(today)) {
            return None;
        }
        let mut answers: Vec<Arc<Document>> = Vec::new();
        for ask in &self.asked {
            let found = sources.sourced(&ask.from, &ask.reference);
            if Ask::new(&ask.from, &ask.reference, found.as_deref()) != *ask {
                return None;
            }
            answers.extend(found);
        }
        let sourced = self.sourced.iter().map(|path| answers.iter().find(|it| it.path == *path).cloned());
        let documents = [Some(Arc::clone(document))].into_iter().chain(sourced).collect::<Option<_>>()?;
        let suppressed = self.suppressed.into_iter();
        let suppressed =
            suppressed.map(|(finding, by)| Some(Suppressed { finding: finding.diagnostic()?, by }));
        Some(Report {
            findings: self.findings.into_iter().map(Finding::diagnostic).collect::<Option<_>>()?,
            not_checked: self.not_checked,
            warnings: self.warnings,
            suppressed: suppressed.collect::<Option<_>>()?,
            directives: self.directives,
            shell: self.shell,
            documents,
            ..Report::default()
        })
    }
}
