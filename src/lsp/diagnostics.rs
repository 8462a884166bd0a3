//! What was found in a document, as the protocol writes it.

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Position, Range,
};
use xxhash_rust::xxh3::xxh3_64;

use super::snapshot::{Analysis, Snapshot};
use crate::diagnostic::{self as found, Label, Severity};
use crate::rules::is_about_comments;
use crate::text::FileId;

/// The name of the program, as editors show it beside what it finds.
pub const SOURCE: &str = "lint-scripts";

/// The name under which a region is told that could not be read; it is no rule.
const NOT_CHECKED: &str = "not-checked";

/// All that there is to say of a document, with a mark that changes when that does.
pub fn of(snapshot: &Snapshot) -> (Vec<Diagnostic>, String) {
    let items = items(snapshot);
    let text = serde_json::to_vec(&items).unwrap_or_default();
    (items, format!("{:016x}", xxh3_64(&text)))
}

fn items(snapshot: &Snapshot) -> Vec<Diagnostic> {
    if !snapshot.is_linted {
        return Vec::new();
    }
    let analysis = match snapshot.analysis() {
        Ok(analysis) => analysis,
        Err(message) => return vec![trouble(message)],
    };
    let report = analysis.report();
    let findings = analysis.findings().map(|(_, finding)| finding);
    let findings = findings.filter(|finding| finding.primary.span.file == FileId(0));
    let mut items: Vec<Diagnostic> =
        findings.map(|finding| of_finding(snapshot, &analysis, finding)).collect();
    let own = |labels: &'_ [Label]| -> Vec<Label> {
        labels.iter().filter(|label| label.span.file == FileId(0)).cloned().collect()
    };
    items.extend(own(&report.not_checked).iter().map(|region| {
        let code = Some(Code::from(NOT_CHECKED.to_owned()));
        Diagnostic { code, ..plain(snapshot, DiagnosticSeverity::Warning, region) }
    }));
    items.extend(
        own(&report.warnings).iter().map(|label| plain(snapshot, DiagnosticSeverity::Information, label)),
    );
    items.sort_by_key(|item| item.range.start);
    items
}

/// What keeps a whole document from being checked.
fn trouble(message: String) -> Diagnostic {
    let start = Position::default();
    Diagnostic {
        range: Range { start, end: start },
        severity: Some(DiagnosticSeverity::Error),
        source: Some(SOURCE.to_owned()),
        message: message.into(),
        ..Diagnostic::default()
    }
}

fn plain(snapshot: &Snapshot, severity: DiagnosticSeverity, label: &Label) -> Diagnostic {
    Diagnostic {
        range: snapshot.range(label.span),
        severity: Some(severity),
        source: Some(SOURCE.to_owned()),
        message: label.message.clone().into(),
        ..Diagnostic::default()
    }
}

fn of_finding(snapshot: &Snapshot, analysis: &Analysis, finding: &found::Diagnostic) -> Diagnostic {
    let client = &snapshot.session.client;
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    let page = client.code_description.then(|| snapshot.session.pages.of(finding.rule)).flatten();
    Diagnostic {
        range: snapshot.range(finding.primary.span),
        severity: Some(severity(finding.severity)),
        code: Some(finding.rule.0.to_owned().into()),
        code_description: page.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: format!("{}{help}", finding.message).into(),
        tags: (client.tags && is_about_comment(finding)).then(|| vec![DiagnosticTag::Unnecessary]),
        related_information: client.related.then(|| way(snapshot, analysis, finding)),
        ..Diagnostic::default()
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Info => DiagnosticSeverity::Information,
    }
}

/// A comment that does nothing can go.
fn is_about_comment(finding: &found::Diagnostic) -> bool {
    is_about_comments(finding.rule) && !finding.fixes.is_empty()
}

/// The reasons, and the failure's way through the script.
fn way(
    snapshot: &Snapshot,
    analysis: &Analysis,
    finding: &found::Diagnostic,
) -> Vec<DiagnosticRelatedInformation> {
    let told = if finding.steps.is_empty() { &finding.labels } else { &finding.steps };
    let related = |label: &Label| DiagnosticRelatedInformation {
        location: snapshot.location(analysis, label.span),
        message: label.message.clone(),
    };
    told.iter().map(related).collect()
}
