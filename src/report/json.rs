//! Findings as one JSON document, as the contracts write it. Fields are only ever added within a version.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;

use super::place::{Place, Places};
use super::tally::Tally;
use super::{Checked, Fingerprints};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Label, Severity};
use crate::text::FileId;

/// The version of both documents, findings and traces.
pub(super) const VERSION: u32 = 1;

/// The findings of a run.
#[expect(clippy::struct_field_names, reason = "the names are those of the contract")]
#[derive(Debug, Serialize)]
pub struct Findings {
    version: u32,
    findings: Vec<Finding>,
    errors: Vec<Error>,
    not_checked: Vec<Region>,
    summary: Tally,
    #[serde(skip)]
    fingerprints: Fingerprints,
}

impl Default for Findings {
    fn default() -> Self {
        Self {
            version: VERSION,
            findings: Vec::new(),
            errors: Vec::new(),
            not_checked: Vec::new(),
            summary: Tally::default(),
            fingerprints: Fingerprints::default(),
        }
    }
}

impl Findings {
    /// Adds what was found in one script, the only one of its file.
    pub fn add(&mut self, checked: &Checked) {
        let places = Places::new(checked);
        let report = &checked.report;
        for finding in &report.findings {
            let path = &report.document(finding.primary.span.file).path;
            let fingerprint = self.fingerprints.next(path, report, finding);
            self.findings.push(Finding::new(checked, &places, finding, fingerprint));
        }
        self.not_checked.extend(report.not_checked.iter().map(|label| Region::new(&places, label)));
        self.summary.add(checked);
    }

    /// Adds what could not be done.
    pub fn fail(&mut self, path: &Path, message: impl Into<String>) {
        self.errors.push(Error::new(path, message));
    }

    /// Counts findings that a baseline took away.
    pub fn baselined(&mut self, number: usize) {
        self.summary.baselined += number;
    }
}

/// A path with its bytes beside it, when these are not UTF-8.
#[derive(Debug, Serialize)]
pub(super) struct PathText {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path_base64: Option<String>,
}

impl PathText {
    pub fn new(path: &str, raw: Option<&Path>) -> Self {
        let encode = |raw: &Path| BASE64_STANDARD.encode(raw.as_os_str().as_encoded_bytes());
        Self { path: path.to_owned(), path_base64: raw.map(encode) }
    }

    /// The path of a whole file.
    pub fn of(path: &Path) -> Self {
        Self::new(&path.to_string_lossy(), Some(path).filter(|path| path.to_str().is_none()))
    }
}

/// A place in a file.
#[derive(Debug, Serialize)]
pub(super) struct Point {
    #[serde(flatten)]
    path: PathText,
    line: u32,
    column: u32,
    offset: u32,
}

impl From<Place<'_>> for Point {
    fn from(place: Place<'_>) -> Self {
        Self {
            path: PathText::new(place.path, place.raw),
            line: place.position.line,
            column: place.position.column,
            offset: place.offset,
        }
    }
}

#[derive(Debug, Serialize)]
struct Finding {
    rule: &'static str,
    severity: Severity,
    message: String,
    help: Option<String>,
    url: Option<String>,
    fingerprint: String,
    #[serde(flatten)]
    path: PathText,
    start: Point,
    end: Point,
    host: Option<Host>,
    labels: Vec<Region>,
    steps: Vec<Region>,
    fixes: Vec<Remedy>,
}

impl Finding {
    fn new(checked: &Checked, places: &Places<'_>, finding: &Diagnostic, fingerprint: String) -> Self {
        let span = finding.primary.span;
        let start = places.start(span);
        let host = &checked.report.document(FileId(0)).host;
        Self {
            rule: finding.rule.0,
            severity: finding.severity,
            message: finding.message.clone(),
            help: finding.help.clone(),
            url: None,
            fingerprint,
            path: PathText::new(start.path, start.raw),
            start: start.into(),
            end: places.end(span).into(),
            host: host.as_ref().map(|host| Host { kind: host.kind, unit: host.unit.clone() }),
            labels: finding.labels.iter().map(|label| Region::new(places, label)).collect(),
            steps: finding.steps.iter().map(|step| Region::new(places, step)).collect(),
            fixes: finding.fixes.iter().map(|fix| Remedy::new(places, fix)).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Host {
    kind: &'static str,
    unit: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Region {
    start: Point,
    end: Point,
    message: String,
}

impl Region {
    pub fn new(places: &Places<'_>, label: &Label) -> Self {
        let message = label.message.clone();
        Self { start: places.start(label.span).into(), end: places.end(label.span).into(), message }
    }
}

#[derive(Debug, Serialize)]
struct Remedy {
    applicability: Applicability,
    title: String,
    why_unsafe: Option<String>,
    edits: Vec<Change>,
}

impl Remedy {
    fn new(places: &Places<'_>, fix: &Fix) -> Self {
        let change = |edit: &Edit| {
            let start = places.start(edit.span);
            Change {
                path: PathText::new(start.path, start.raw),
                start: start.offset,
                end: places.end(edit.span).offset,
                content: edit.content.clone(),
            }
        };
        Self {
            applicability: fix.applicability,
            title: fix.title.clone(),
            why_unsafe: fix.why_unsafe.clone(),
            edits: fix.edits.iter().map(change).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Change {
    #[serde(flatten)]
    path: PathText,
    start: u32,
    end: u32,
    content: String,
}

/// Something that could not be done.
#[derive(Debug, Serialize)]
pub struct Error {
    #[serde(flatten)]
    path: PathText,
    message: String,
}

impl Error {
    /// `message` about `path`.
    pub fn new(path: &Path, message: impl Into<String>) -> Self {
        Self { path: PathText::of(path), message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::Findings;
    use crate::check::Report;
    use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, RuleId, Severity};
    use crate::report::{Checked, story};
    use crate::text::{Document, FileId, Host, Piece, SourceMap, Span};

    fn value(checked: &[Checked]) -> Value {
        let mut findings = Findings::default();
        for checked in checked {
            findings.add(checked);
        }
        serde_json::to_value(findings).unwrap()
    }

    #[test]
    fn the_story() {
        let mut findings = Findings::default();
        findings.add(&story::checked());
        findings.fail(&PathBuf::from("gone.sh"), "no such file or directory");
        insta::with_settings!({snapshot_path => "../../snapshots/report", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("story-json", serde_json::to_string_pretty(&findings).unwrap());
        });
    }

    fn twice(text: &str) -> Checked {
        let document = Document::script("a.sh", text.as_bytes());
        let findings = text.match_indices("cmd").map(|(at, part)| {
            let span = Span::new(FileId(0), at as u32, (at + part.len()) as u32);
            Diagnostic::new(RuleId("a-rule"), Severity::Info, span, "")
        });
        let report = Report {
            findings: findings.collect(),
            documents: vec![Arc::new(document.clone())],
            ..Report::default()
        };
        Checked { path: PathBuf::from("a.sh"), bytes: document.text, report }
    }

    #[test]
    fn fingerprints_tell_equals_apart_and_outlive_other_lines() {
        let prints = |text: &str| -> Vec<String> {
            let value = value(&[twice(text)]);
            let findings = value["findings"].as_array().unwrap();
            findings.iter().map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect()
        };
        let before = prints("cmd\ncmd\n");
        assert_ne!(before[0], before[1]);
        assert_eq!(before, prints("echo new\n\n  cmd; cmd\n"));
        // Pinned: baselines of users hold these.
        assert_eq!(before[0], PINNED);
    }

    const PINNED: &str = "0a05162d4151f5d8";

    #[test]
    fn columns_count_characters_and_offsets_bytes() {
        let value = value(&[twice("x\n🗻é cmd\n")]);
        let start = &value["findings"][0]["start"];
        assert_eq!(start, &json!({"path": "a.sh", "line": 2, "column": 4, "offset": 9}));
    }

    #[test]
    fn embedded_shell_points_into_its_host() {
        // In the file, the text is indented by two blanks behind a line of YAML.
        let file = b"run: |\n  ls\n  cmd\n";
        let map =
            SourceMap::Pieces(vec![Piece { text: 0, file: 9, len: 3 }, Piece { text: 3, file: 14, len: 4 }]);
        let host = Some(Host { kind: "github-actions", unit: "job build, step 1".to_owned() });
        let document = Document { path: "ci.yml".into(), text: (*b"ls\ncmd\n").into(), map, host };
        let span = Span::new(FileId(0), 3, 6);
        let fix =
            Fix { applicability: Applicability::Safe, ..Fix::proposed("do", vec![Edit::replace(span, "x")]) };
        let finding = Diagnostic::new(RuleId("a-rule"), Severity::Error, span, "").fix(Some(fix));
        let report =
            Report { findings: vec![finding], documents: vec![Arc::new(document)], ..Report::default() };
        let value = value(&[Checked { path: PathBuf::from("ci.yml"), bytes: (*file).into(), report }]);
        let finding = &value["findings"][0];
        assert_eq!(finding["start"], json!({"path": "ci.yml", "line": 3, "column": 3, "offset": 14}));
        assert_eq!(finding["end"]["offset"], 17);
        assert_eq!(finding["host"], json!({"kind": "github-actions", "unit": "job build, step 1"}));
        let edit = json!({"path": "ci.yml", "start": 14, "end": 17, "content": "x"});
        assert_eq!(finding["fixes"][0]["edits"], json!([edit]));
        assert_eq!(value["summary"]["fixable"], json!({"safe": 1, "unsafe": 0}));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_utf8_has_its_bytes_beside_it() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let mut checked = twice("cmd\n");
        checked.path = PathBuf::from(OsStr::from_bytes(b"\xff.sh"));
        let mut document = Document::clone(&checked.report.documents[0]);
        document.path = "\u{fffd}.sh".to_owned();
        checked.report.documents = vec![Arc::new(document)];
        let value = value(&[checked]);
        let finding = &value["findings"][0];
        for place in [finding, &finding["start"], &finding["end"]] {
            assert_eq!(place["path"], "\u{fffd}.sh");
            assert_eq!(place["path_base64"], "/y5zaA==");
        }
    }
}
