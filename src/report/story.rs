//! The script that started the project, with a report on it as rules would give it: for the tests of this floor.

use std::path::PathBuf;
use std::sync::Arc;

use super::Checked;
use crate::check::{NoSources, Report, Settings, analyse};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Label, RuleId, Severity, Style};
use crate::flow::{By, Effect, Effects, Entry, EntryKind, Errexit, Exit, Fate, OnFailure, Purpose, Trace};
use crate::shell::Dialect;
use crate::syntax::CommandId;
use crate::text::{Document, FileId, Span};

pub(crate) const TEXT: &str = "#!/bin/bash
# \"Production-grade\" backup script
pg_dump mydb | gzip > /tmp/backup.sql.gz
# Upload to S3 (what could go wrong?)
aws s3 cp /tmp/backup.sql.gz s3://backups/$(date +%Y%m%d).sql.gz
# Clean up
rm /tmp/backup.sql.gz
echo \"Backup completed!\" # This line was a lie
";

fn span(part: &str) -> Span {
    let start = TEXT.find(part).expect("the part is in the story") as u32;
    Span::new(FileId(0), start, start + part.len() as u32)
}

fn label(part: &str, message: &str) -> Label {
    Label { span: span(part), message: message.to_owned() }
}

const DUMP: &str = "pg_dump mydb";
const GZIP: &str = "gzip";
const UPLOAD: &str = "aws s3 cp /tmp/backup.sql.gz s3://backups/$(date +%Y%m%d).sql.gz";
const DATE: &str = "date +%Y%m%d";
const REMOVE: &str = "rm /tmp/backup.sql.gz";
const CLAIM: &str = "echo \"Backup completed!\"";

pub(crate) fn checked() -> Checked {
    let document = Document::script("backup.sh", TEXT.as_bytes());
    let bytes = Arc::clone(&document.text);
    let report = Report {
        findings: findings(),
        trace: trace(),
        shell: Some(Dialect::Bash),
        documents: vec![Arc::new(document)],
        ..Report::default()
    };
    Checked { path: PathBuf::from("backup.sh"), bytes, report }
}

/// A text with the engine's own answers.
pub(crate) fn traced(text: &str) -> Checked {
    let document = Arc::new(Document::script("backup.sh", text.as_bytes()));
    let report = analyse(&document, &Settings::default(), &NoSources);
    Checked { path: PathBuf::from("backup.sh"), bytes: Arc::clone(&document.text), report }
}

fn findings() -> Vec<Diagnostic> {
    let strict = Fix {
        style: Style::Strict,
        applicability: Applicability::Safe,
        title: "turn on strict mode".to_owned(),
        why_unsafe: None,
        edits: vec![Edit::insert(span(DUMP), span(DUMP).start, "set -euo pipefail\n\n")],
    };
    let unsafe_strict = Fix {
        applicability: Applicability::Unsafe,
        why_unsafe: Some(
            "line 5: `aws` exits 2 when nothing is to be copied, and would now end the script".to_owned(),
        ),
        ..strict.clone()
    };
    vec![
        Diagnostic::new(
            RuleId("missing-strict-mode"),
            Severity::Warning,
            span("#!/bin/bash"),
            "without `set -euo pipefail`, 4 commands of this script can fail in silence",
        )
        .fix(Some(strict)),
        Diagnostic::new(
            RuleId("unchecked-pipeline"),
            Severity::Error,
            span(DUMP),
            "if `pg_dump` fails, nothing notices: the archive is empty and valid",
        )
        .here("when this fails …")
        .because(span(GZIP), "… this command's status 0 replaces its status")
        .steps(vec![label(DUMP, "pg_dump exits non-zero"), label(GZIP, "gzip's status 0 replaces it")])
        .help("set `pipefail`, or test `PIPESTATUS`")
        .fix(Some(unsafe_strict)),
        Diagnostic::new(
            RuleId("unconditional-success"),
            Severity::Error,
            span(CLAIM),
            "\"Backup completed!\" is printed when the backup failed",
        )
        .here("prints, and the script exits 0")
        .because(span(DUMP), "when this fails …")
        .because(span(UPLOAD), "or this …")
        .because(span(REMOVE), "or this …"),
    ]
}

fn effect(part: &str, text: &str) -> Effect {
    Effect { span: span(part), text: text.to_owned() }
}

fn entry(id: u32, part: &str, on_failure: OnFailure) -> Entry {
    let name = part.split(' ').next().unwrap_or_default().to_owned();
    Entry {
        in_health: true,
        id: CommandId(id),
        kind: EntryKind::Command,
        span: span(part),
        name,
        purpose: Purpose::Works,
        is_function: false,
        is_reached: true,
        is_handed_on: false,
        may_end_zero: true,
        on_failure: Some(on_failure),
    }
}

fn lost(fate: Fate, by: By, next: Option<&str>, removes: bool) -> OnFailure {
    OnFailure {
        fate,
        by: Some(by),
        at: None,
        forced: None,
        errexit: Errexit::Off,
        exit: Exit::Zero,
        goes_on_at: next.map(span),
        claims: [effect(CLAIM, "Backup completed!")].into_iter().collect(),
        destroys: removes.then(|| effect(REMOVE, REMOVE)).into_iter().collect(),
        steps: vec![label(CLAIM, "runs all the same")],
    }
}

fn trace() -> Trace {
    let ends = OnFailure {
        fate: Fate::BecomesStatus,
        by: Some(By::End),
        at: None,
        forced: None,
        errexit: Errexit::Off,
        exit: Exit::Nonzero,
        goes_on_at: None,
        claims: Effects::default(),
        destroys: Effects::default(),
        steps: Vec::new(),
    };
    let claim = Entry { purpose: Purpose::Prints, ..entry(6, CLAIM, ends) };
    Trace {
        standing: crate::flow::Standing::Program,
        entries: vec![
            entry(1, DUMP, lost(Fate::Masked, By::Pipeline, Some(UPLOAD), true)),
            entry(2, GZIP, lost(Fate::Ignored, By::NextCommand, Some(UPLOAD), true)),
            entry(3, UPLOAD, lost(Fate::Ignored, By::NextCommand, Some(REMOVE), true)),
            entry(4, DATE, lost(Fate::Masked, By::Substitution, Some(UPLOAD), true)),
            entry(5, REMOVE, lost(Fate::Ignored, By::NextCommand, Some(CLAIM), false)),
            claim,
        ],
        ..Trace::default()
    }
}
