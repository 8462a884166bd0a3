//! The file of accepted findings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::check::Report;
use crate::diagnostic::Diagnostic;
use crate::report::{fingerprint, own_text};

/// The first line: what the file is.
const HEAD: &str = r#"{"lint-scripts":"baseline","version":1}"#;
const VERSION: u32 = 1;

/// How many characters of a finding's text are shown, for those who read the file.
const SHOWN: usize = 100;

/// Accepted findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// By fingerprint.
    entries: BTreeMap<String, Entry>,
}

/// Accepted findings with the same rule, path and text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The path, from the directory of the baseline.
    pub path: String,
    /// The rule's name.
    pub rule: String,
    /// The beginning of the finding's own text.
    pub text: String,
    /// How many there are.
    pub count: u32,
    /// The fingerprint of the first of them, with this path.
    pub fingerprint: String,
}

/// Why a text is no baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Malformed {
    /// 1-based.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

#[derive(Deserialize)]
struct Head {
    #[serde(rename = "lint-scripts")]
    kind: String,
    version: u32,
}

impl Entry {
    /// One finding of the script at `path`.
    pub fn new(path: &str, report: &Report, finding: &Diagnostic) -> Self {
        let text = String::from_utf8_lossy(own_text(report, finding));
        let line = text.trim_start().lines().next().unwrap_or_default();
        Self {
            path: path.to_owned(),
            rule: finding.rule.0.to_owned(),
            text: line.trim_end().chars().take(SHOWN).collect(),
            count: 1,
            fingerprint: fingerprint(path, report, finding),
        }
    }
}

impl Baseline {
    /// Reads what [`Self::text`] writes. Where merging has left an entry twice, the greater count holds.
    ///
    /// # Errors
    /// When the text is no baseline, or one of a version that is not known.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut lines = (1..).zip(text.strip_prefix('\u{feff}').unwrap_or(text).lines());
        let (_, first) = lines.next().unwrap_or((1, ""));
        let malformed = |line, message: &str| Malformed { line, message: message.to_owned() };
        let head: Head =
            serde_json::from_str(first).map_err(|_| malformed(1, "this is no baseline of lint-scripts"))?;
        if head.kind != "baseline" || head.version != VERSION {
            return Err(malformed(1, "this baseline is of a kind or version that is not known here"));
        }
        let mut baseline = Self::default();
        for (line, text) in lines.filter(|(_, text)| !text.trim().is_empty()) {
            if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| text.starts_with(mark)) {
                return Err(malformed(
                    line,
                    "a merge was left unfinished here: keep the lines of both sides",
                ));
            }
            let entry: Entry = serde_json::from_str(text)
                .map_err(|error| malformed(line, &format!("this is no accepted finding: {error}")))?;
            let known = baseline.entries.entry(entry.fingerprint.clone()).or_insert_with(|| entry.clone());
            known.count = known.count.max(entry.count);
        }
        Ok(baseline)
    }

    /// The file: sorted by path, rule and text.
    pub fn text(&self) -> String {
        let mut entries: Vec<&Entry> = self.entries.values().collect();
        entries.sort();
        let line = |entry: &&Entry| serde_json::to_string(entry).map(|line| line + "\n").unwrap_or_default();
        [HEAD.to_owned() + "\n"].into_iter().chain(entries.iter().map(line)).collect()
    }

    /// Accepts one more.
    pub fn add(&mut self, entry: Entry) {
        match self.entries.get_mut(&entry.fingerprint) {
            Some(known) => known.count += entry.count,
            None => drop(self.entries.insert(entry.fingerprint.clone(), entry)),
        }
    }

    /// What is accepted, by fingerprint.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    /// How many findings are accepted.
    pub fn len(&self) -> usize {
        self.entries.values().map(|entry| entry.count as usize).sum()
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many findings of an entry's kind are accepted.
    pub fn count(&self, entry: &Entry) -> u32 {
        self.entries.get(&entry.fingerprint).map_or(0, |known| known.count)
    }
}

#[cfg(test)]
mod tests {
    use super::{Baseline, Entry};

    fn entry(path: &str, count: u32, fingerprint: &str) -> Entry {
        Entry {
            path: path.to_owned(),
            rule: "a-rule".to_owned(),
            text: "cmd \"é\"".to_owned(),
            count,
            fingerprint: fingerprint.to_owned(),
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_sorted() {
        let mut baseline = Baseline::default();
        for (path, print) in [("b.sh", "1"), ("a.sh", "2"), ("b.sh", "1")] {
            baseline.add(entry(path, 1, print));
        }
        let text = baseline.text();
        let expected = "{\"lint-scripts\":\"baseline\",\"version\":1}\n\
            {\"path\":\"a.sh\",\"rule\":\"a-rule\",\"text\":\"cmd \\\"é\\\"\",\"count\":1,\"fingerprint\":\"2\"}\n\
            {\"path\":\"b.sh\",\"rule\":\"a-rule\",\"text\":\"cmd \\\"é\\\"\",\"count\":2,\"fingerprint\":\"1\"}\n";
        assert_eq!(text, expected);
        assert_eq!(Baseline::parse(&text), Ok(baseline.clone()));
        assert_eq!(Baseline::parse(&format!("\u{feff}{}", text.replace('\n', "\r\n"))), Ok(baseline.clone()));
        assert_eq!((baseline.len(), baseline.count(&entry("b.sh", 1, "1"))), (3, 2));
        let merged = text + "\n" + &serde_json::to_string(&entry("b.sh", 1, "1")).unwrap();
        assert_eq!(Baseline::parse(&merged), Ok(baseline));
    }

    #[test]
    fn what_is_no_baseline_is_told() {
        let head = "{\"lint-scripts\":\"baseline\",\"version\":1}\n";
        for (text, line, message) in [
            ("", 1, "no baseline"),
            ("#!/bin/bash\n", 1, "no baseline"),
            ("{\"version\":1}\n", 1, "no baseline"),
            ("{\"lint-scripts\":\"baseline\",\"version\":2}\n", 1, "not known here"),
            (&format!("{head}<<<<<<< HEAD\n"), 2, "merge"),
            (&format!("{head}\n\n{{\"path\":1}}\n"), 4, "no accepted finding"),
        ] {
            let error = Baseline::parse(text).unwrap_err();
            assert!(error.line == line && error.message.contains(message), "{text}: {error}");
        }
        assert!(Baseline::parse(head).unwrap().is_empty());
    }
}
