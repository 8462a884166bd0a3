//! What a run has found, as data that needs neither the scripts nor this process any more: what every format but the
//! pictures is written from, and what `merge` reads. It is the JSON of the contracts; fields are only ever added within a version.

use std::borrow::Cow;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};

use super::place::{Place, Places};
use super::tally::Tally;
use super::{Checked, Fingerprints, source};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Label, Severity};
use crate::text::FileId;

/// The version of both documents, findings and traces.
pub(super) const VERSION: u32 = 1;

/// The findings of a run.
#[expect(clippy::struct_field_names, reason = "the names are those of the contract")]
#[derive(Debug, Serialize, Deserialize)]
pub struct Findings {
    version: u32,
    pub(super) findings: Vec<Finding>,
    pub(super) errors: Vec<Error>,
    pub(super) not_checked: Vec<Region>,
    pub(super) summary: Tally,
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

    /// What all the findings add up to.
    pub fn summary(&self) -> &Tally {
        &self.summary
    }

    /// Whether something could not be done.
    pub fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Reads the JSON document of a run; an error is a sentence for the user.
    ///
    /// # Errors
    /// When it is none, or one of a version that is not known.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let findings: Self = serde_json::from_slice(text)
            .map_err(|cause| format!("this is no document of `--output-format json`: {cause}"))?;
        if findings.version != VERSION {
            return Err(format!("version {} is not known here, only {VERSION}", findings.version));
        }
        Ok(findings)
    }

    /// Adds what another run has found, in other scripts.
    pub fn join(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.not_checked.extend(other.not_checked);
        self.errors.extend(other.errors);
        self.summary += other.summary;
    }

    /// Puts all in the order of the paths; what is of one path stays as it is. What could not be done is told once, however many
    /// have met with it.
    pub fn sort(&mut self) {
        self.findings.sort_by(|a, b| a.path.order().cmp(b.path.order()));
        self.not_checked.sort_by(|a, b| a.start.path.order().cmp(b.start.path.order()));
        self.errors.sort_by(|a, b| (a.path.order(), &a.message).cmp(&(b.path.order(), &b.message)));
        self.errors.dedup();
    }
}

/// A path with its bytes beside it, when these are not UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct PathText {
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path_base64: Option<String>,
}

impl PathText {
    pub fn new(path: &str, raw: Option<&Path>) -> Self {
        let encode = |raw: &Path| BASE64_STANDARD.encode(raw.as_os_str().as_encoded_bytes());
        Self { path: path.to_owned(), path_base64: raw.map(encode) }
    }

    /// Paths are ordered as a walk through their directories comes upon them.
    pub fn order(&self) -> &Path {
        Path::new(&self.path)
    }

    /// The path of a whole file.
    pub fn of(path: &Path) -> Self {
        Self::new(&path.to_string_lossy(), Some(path).filter(|path| path.to_str().is_none()))
    }
}

/// A place in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Point {
    #[serde(flatten)]
    pub path: PathText,
    #[serde(flatten)]
    pub at: At,
    pub offset: u32,
}

/// A place in a text, as people and programs count.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct At {
    pub line: u32,
    /// In Unicode scalar values.
    pub column: u32,
    /// In bytes, where that is another number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    byte_column: Option<u32>,
}

impl At {
    /// The column in bytes, from 1.
    pub fn byte_column(&self) -> u32 {
        self.byte_column.unwrap_or(self.column)
    }
}

impl From<&Place<'_>> for At {
    fn from(place: &Place<'_>) -> Self {
        let column = place.position.column;
        let byte_column = Some(place.byte_column).filter(|&bytes| bytes != column);
        Self { line: place.position.line, column, byte_column }
    }
}

impl From<Place<'_>> for Point {
    fn from(place: Place<'_>) -> Self {
        Self { path: PathText::new(place.path, place.raw), at: At::from(&place), offset: place.offset }
    }
}

/// One finding.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Finding {
    pub rule: Cow<'static, str>,
    pub severity: Severity,
    pub message: String,
    pub help: Option<String>,
    pub url: Option<String>,
    pub fingerprint: String,
    #[serde(flatten)]
    pub path: PathText,
    pub start: Point,
    pub end: Point,
    /// What is said right under the place; may be empty.
    #[serde(default)]
    pub here: String,
    pub host: Option<Host>,
    pub labels: Vec<Region>,
    pub steps: Vec<Region>,
    pub fixes: Vec<Remedy>,
    /// The lines of the finding's own file that it speaks of.
    #[serde(default)]
    pub source: Vec<source::Line>,
}

impl Finding {
    fn new(checked: &Checked, places: &Places<'_>, finding: &Diagnostic, fingerprint: String) -> Self {
        let span = finding.primary.span;
        let start = places.start(span);
        let host = &checked.report.document(FileId(0)).host;
        let regions = |labels: &[Label]| labels.iter().map(|label| Region::new(places, label)).collect();
        Self {
            rule: finding.rule.0.into(),
            severity: finding.severity,
            message: finding.message.clone(),
            help: finding.help.clone(),
            url: None,
            fingerprint,
            path: PathText::new(start.path, start.raw),
            start: start.into(),
            end: places.end(span).into(),
            here: finding.primary.message.clone(),
            host: host.as_ref().map(|host| Host { kind: host.kind.into(), unit: host.unit.clone() }),
            labels: regions(&finding.labels),
            steps: regions(&finding.steps),
            fixes: finding.fixes.iter().map(|fix| Remedy::new(places, fix)).collect(),
            source: source::of(checked, places, finding),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Host {
    pub kind: Cow<'static, str>,
    pub unit: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Region {
    pub start: Point,
    pub end: Point,
    pub message: String,
}

impl Region {
    pub fn new(places: &Places<'_>, label: &Label) -> Self {
        let message = label.message.clone();
        Self { start: places.start(label.span).into(), end: places.end(label.span).into(), message }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Remedy {
    pub applicability: Applicability,
    pub title: String,
    pub why_unsafe: Option<String>,
    pub edits: Vec<Change>,
}

impl Remedy {
    fn new(places: &Places<'_>, fix: &Fix) -> Self {
        Self {
            applicability: fix.applicability,
            title: fix.title.clone(),
            why_unsafe: fix.why_unsafe.clone(),
            edits: fix.edits.iter().map(|edit| Change::new(places, edit)).collect(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Change {
    #[serde(flatten)]
    pub path: PathText,
    pub start: u32,
    pub end: u32,
    pub content: String,
    /// The same range in lines and columns.
    pub range: Range,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Range {
    pub start: At,
    pub end: At,
}

impl Change {
    fn new(places: &Places<'_>, edit: &Edit) -> Self {
        let (start, end) = (places.start(edit.span), places.end(edit.span));
        Self {
            path: PathText::new(start.path, start.raw),
            start: start.offset,
            end: end.offset,
            content: edit.content.clone(),
            range: Range { start: At::from(&start), end: At::from(&end) },
        }
    }
}

/// Something that could not be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    #[serde(flatten)]
    pub(super) path: PathText,
    pub(super) message: String,
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
        assert_eq!(start, &json!({"path": "a.sh", "line": 2, "column": 4, "byte_column": 8, "offset": 9}));
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
        let range = json!({"start": {"line": 3, "column": 3}, "end": {"line": 3, "column": 6}});
        let edit = json!({"path": "ci.yml", "start": 14, "end": 17, "content": "x", "range": range});
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
