//! Traces as one JSON document, as the contracts write it, written script by script: nothing of it is held.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::{Failures, source};
use crate::flow::{By, Effect, Entry, EntryKind, Exit, Fate, OnFailure};
use crate::report::Checked;
use crate::report::place::Places;
use crate::report::record::{Error, PathText, Point, Region, VERSION};
use crate::shell::Dialect;
use crate::text::Span;

/// The document of a run: its head, the scripts as they come, its tail.
#[derive(Debug, Default)]
pub struct TraceDocument {
    begun: bool,
    not_checked: Vec<Region>,
}

/// One script's part of the document.
#[derive(Debug)]
pub struct TracePart {
    text: Vec<u8>,
    not_checked: Vec<Region>,
}

impl TracePart {
    /// Of one script.
    pub fn of(checked: &Checked) -> Self {
        let places = Places::new(checked);
        let not_checked = checked.report.not_checked.iter();
        Self {
            text: json(&File::new(checked, &places)),
            not_checked: not_checked.map(|label| Region::new(&places, label)).collect(),
        }
    }
}

impl TraceDocument {
    /// What to write for the next script.
    pub fn add(&mut self, part: TracePart) -> Vec<u8> {
        let mut text = if self.begun { b",".to_vec() } else { head() };
        self.begun = true;
        text.extend(part.text);
        self.not_checked.extend(part.not_checked);
        text
    }

    /// What to write at the end.
    pub fn end(self, errors: &[Error]) -> Vec<u8> {
        let mut text = if self.begun { Vec::new() } else { head() };
        text.extend(b"],\"errors\":");
        text.extend(json(&errors));
        text.extend(b",\"not_checked\":");
        text.extend(json(&self.not_checked));
        text.extend(b"}\n");
        text
    }
}

fn head() -> Vec<u8> {
    format!("{{\"version\":{VERSION},\"files\":[").into_bytes()
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("numbers, strings and lists become JSON")
}

#[derive(Serialize)]
struct File<'a> {
    #[serde(flatten)]
    path: PathText,
    shell: Option<Dialect>,
    parsed: Parsed,
    loud: usize,
    failure_points: usize,
    commands: Commands<'a>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Parsed {
    Whole,
    Partly,
}

impl<'a> File<'a> {
    fn new(checked: &'a Checked, places: &'a Places<'a>) -> Self {
        let report = &checked.report;
        let failures = Failures::of(&report.trace);
        Self {
            path: PathText::of(&checked.path),
            shell: report.shell,
            parsed: if report.not_checked.is_empty() { Parsed::Whole } else { Parsed::Partly },
            loud: failures.loud,
            failure_points: failures.all,
            commands: Commands { checked, places },
        }
    }
}

/// Each is made when it is written: together they are far longer than the script.
struct Commands<'a> {
    checked: &'a Checked,
    places: &'a Places<'a>,
}

impl Serialize for Commands<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = &self.checked.report.trace.entries;
        let mut list = serializer.serialize_seq(Some(entries.len()))?;
        for entry in entries {
            list.serialize_element(&Command::new(self.checked, self.places, entry))?;
        }
        list.end()
    }
}

#[derive(Serialize)]
struct Command<'a> {
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    #[serde(flatten)]
    path: PathText,
    kind: EntryKind,
    name: &'a str,
    text: String,
    on_failure: Option<Failure<'a>>,
}

impl<'a> Command<'a> {
    fn new(checked: &Checked, places: &'a Places<'a>, entry: &'a Entry) -> Self {
        let start = places.start(entry.span);
        Self {
            start: start.offset,
            end: places.end(entry.span).offset,
            line: start.position.line,
            column: start.position.column,
            path: PathText::new(start.path, start.raw),
            kind: entry.kind,
            name: &entry.name,
            text: source(checked, entry.span),
            on_failure: entry.on_failure.as_ref().map(|on_failure| Failure::new(places, on_failure)),
        }
    }
}

#[derive(Serialize)]
struct Failure<'a> {
    fate: Fate,
    by: Option<By>,
    exit: Exit,
    goes_on_at: Option<Point>,
    claims: Vec<Said<'a>>,
    destroys: Vec<Said<'a>>,
    steps: Vec<Said<'a>>,
}

impl<'a> Failure<'a> {
    fn new(places: &Places<'_>, on_failure: &'a OnFailure) -> Self {
        let effect = |effect: &'a Effect| Said::new(places, effect.span, &effect.text);
        Self {
            fate: on_failure.fate,
            by: on_failure.by,
            exit: on_failure.exit,
            goes_on_at: on_failure.goes_on_at.map(|next| places.start(next).into()),
            claims: on_failure.claims.iter().map(effect).collect(),
            destroys: on_failure.destroys.iter().map(effect).collect(),
            steps: on_failure.steps.iter().map(|it| Said::new(places, it.span, &it.message)).collect(),
        }
    }
}

#[derive(Serialize)]
struct Said<'a> {
    #[serde(flatten)]
    at: Point,
    text: &'a str,
}

impl<'a> Said<'a> {
    fn new(places: &Places<'_>, span: Span, text: &'a str) -> Self {
        Self { at: places.start(span).into(), text }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use serde_json::Value;

    use super::{TraceDocument, TracePart};
    use crate::diagnostic::Label;
    use crate::report::{Checked, Error, story};
    use crate::text::{FileId, Span};

    fn document(all: &[Checked], errors: &[Error]) -> Value {
        let mut document = TraceDocument::default();
        let mut text = Vec::new();
        for checked in all {
            text.extend(document.add(TracePart::of(checked)));
        }
        text.extend(document.end(errors));
        assert!(text.ends_with(b"}\n"));
        serde_json::from_slice(&text).unwrap()
    }

    #[test]
    fn the_story() {
        let errors = [Error::new(Path::new("gone.sh"), "no such file or directory")];
        let document = document(&[story::checked()], &errors);
        insta::with_settings!({snapshot_path => "../../../snapshots/report", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("story-trace", serde_json::to_string_pretty(&document).unwrap());
        });
    }

    #[test]
    fn of_no_script_and_of_several() {
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
        let all = ["errors", "files", "not_checked", "version"].map(str::to_owned).into();
        for count in 0..3 {
            let document = document(&vec![story::checked(); count], &[]);
            assert_eq!(keys(&document), all);
            assert_eq!(document["files"].as_array().unwrap().len(), count);
        }
    }

    #[test]
    fn what_could_not_be_read_is_there() {
        let mut checked = story::checked();
        checked
            .report
            .not_checked
            .push(Label { span: Span::new(FileId(0), 3, 5), message: "unreadable".to_owned() });
        let document = document(&[checked], &[]);
        assert_eq!(document["files"][0]["parsed"], "partly");
        assert_eq!(document["not_checked"][0]["message"], "unreadable");
        assert_eq!(document["not_checked"][0]["start"]["offset"], 3);
    }
}
