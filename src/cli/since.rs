//! `--since`: which lines were changed since a git revision. Git itself is asked.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::git::{self, git, line, path};
use crate::diagnostic::{Diagnostic, Label};
use crate::report::Checked;
use crate::text::{FileId, LineIndex};

/// The lines that were changed.
#[derive(Debug)]
pub struct Changed {
    /// By canonical path; of a new file all are.
    files: HashMap<PathBuf, Lines>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Lines {
    All,
    Some(Ranges),
}

/// 1-based lines.
type Ranges = Vec<RangeInclusive<u32>>;

impl Changed {
    /// What the working tree has changed since it left the history of `revision`; an error is a sentence for the user.
    pub fn since(revision: &str) -> Result<Self, String> {
        Self::of(revision).map_err(|message| format!("--since: {message}"))
    }

    fn of(revision: &str) -> Result<Self, String> {
        if revision.starts_with('-') {
            return Err(format!("`{revision}` is no git revision"));
        }
        let top = git::top()?;
        let commit = commit(revision)?;
        let base = base(revision, &commit)?;
        let raw = [
            "diff",
            "--raw",
            "-z",
            "--patch",
            "--unified=0",
            "--find-renames",
            "--no-color",
            "--no-ext-diff",
            "--no-textconv",
        ];
        let prefixes = ["--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules", &base, "--"];
        let diff = git(&[&raw[..], &prefixes].concat())?;
        let mut files: HashMap<PathBuf, Lines> =
            changed(&diff)?.into_iter().map(|(path, lines)| (top.join(path), Lines::Some(lines))).collect();
        let listing = ["-C", text(&top)?, "ls-files", "--others", "--exclude-standard", "-z"];
        for name in git::fields(&git(&listing)?) {
            files.insert(top.join(path(name)), Lines::All);
        }
        Ok(Self {
            files: files
                .into_iter()
                .map(|(path, lines)| (path.canonicalize().unwrap_or(path), lines))
                .collect(),
        })
    }

    /// Takes away the findings that have neither their place nor one of their causes on a changed line, and gives how many
    /// there were. Standard input has no history: all of it is new.
    pub fn keep(&self, checked: &mut Checked) -> usize {
        if checked.path == Path::new("-") {
            return 0;
        }
        let before = checked.report.findings.len();
        let none = Lines::Some(Vec::new());
        let path = checked.path.canonicalize().unwrap_or_else(|_| checked.path.clone());
        let lines = self.files.get(&path).unwrap_or(&none);
        let index = LineIndex::new(&checked.report.document(FileId(0)).text);
        checked.report.findings.retain(|finding| lines.touch(&index, finding));
        before - checked.report.findings.len()
    }
}

impl Lines {
    fn touch(&self, index: &LineIndex, finding: &Diagnostic) -> bool {
        let Self::Some(changed) = self else { return true };
        let places = std::iter::once(&finding.primary).chain(&finding.labels);
        let mut own = places.filter(|label| label.span.file == FileId(0));
        own.any(|Label { span, .. }| {
            let (first, last) = (index.line(span.start), index.line(span.end.max(span.start + 1) - 1));
            changed.iter().any(|lines| *lines.start() <= last && first <= *lines.end())
        })
    }
}

/// The commit that a revision names.
fn commit(revision: &str) -> Result<String, String> {
    let name = format!("{revision}^{{commit}}");
    let found = git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name]);
    found.map(|bytes| line(&bytes)).map_err(|_| format!("git knows no revision `{revision}` here"))
}

/// The last commit that both the revision and what is checked out come from.
fn base(revision: &str, commit: &str) -> Result<String, String> {
    git(&["merge-base", commit, "HEAD"]).map(|bytes| line(&bytes)).map_err(|_| {
        format!(
            "git knows no commit that both `{revision}` and HEAD come from; in a shallow clone, fetch more of \
             the history (`git fetch --unshallow`)"
        )
    })
}

fn text(path: &Path) -> Result<&str, String> {
    path.to_str().ok_or_else(|| "the path of this repository is not UTF-8".to_owned())
}

/// By path, the changed lines: from what `git diff --raw -z --patch --unified=0` prints, first a record for each file
/// (`:mode mode id id STATUS`, its path, for a renamed one both), then their patches in the same order.
fn changed(diff: &[u8]) -> Result<Vec<(PathBuf, Ranges)>, String> {
    let mut paths = Vec::new();
    let mut rest = diff;
    while rest.first() == Some(&b':') {
        let record = field(&mut rest);
        let status = record.rsplit(|&byte| byte == b' ').next().and_then(|word| word.first()).copied();
        let mut name = field(&mut rest);
        if matches!(status, Some(b'R' | b'C')) {
            name = field(&mut rest);
        }
        // What is not merged has a record of its own, and no lines.
        if status != Some(b'U') {
            paths.push(path(name));
        }
    }
    let patches = patches(rest.strip_prefix(b"\0").unwrap_or(rest));
    if paths.len() != patches.len() {
        return Err(format!("git told of {} files and showed {}", paths.len(), patches.len()));
    }
    Ok(paths.into_iter().zip(patches).collect())
}

/// Up to the next NUL, which is taken away.
fn field<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let end = rest.iter().position(|&byte| byte == 0).unwrap_or(rest.len());
    let field = &rest[..end];
    *rest = rest.get(end + 1..).unwrap_or_default();
    field
}

/// The lines that each patch adds. Every line of a changed text has a sign before it, so that these words begin none.
fn patches(text: &[u8]) -> Vec<Ranges> {
    let mut patches = Vec::new();
    for line in text.split(|&byte| byte == b'\n') {
        if line.starts_with(b"diff --git ") {
            patches.push(Vec::new());
        } else if line.starts_with(b"@@ ") {
            let lines = String::from_utf8_lossy(line).split(' ').nth(2).and_then(added);
            if let (Some(patch), Some(lines)) = (patches.last_mut(), lines) {
                patch.push(lines);
            }
        }
    }
    patches
}

/// `+12,3` are three lines from 12 on; `+12,0` is none, for lines were only taken away.
fn added(range: &str) -> Option<RangeInclusive<u32>> {
    let (start, count) = range.strip_prefix('+')?.split_once(',').map_or((&range[1..], "1"), |split| split);
    let (start, count): (u32, u32) = (start.parse().ok()?, count.parse().ok()?);
    (count > 0).then(|| start..=start + count - 1)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{added, changed};

    #[test]
    fn added_lines_are_read() {
        assert_eq!(added("+12,3"), Some(12..=14));
        assert_eq!(added("+7"), Some(7..=7));
        assert_eq!(added("+7,0"), None);
        assert_eq!(added("-7,2"), None);
    }

    #[test]
    fn a_diff_is_read_by_file() {
        let diff = b":100644 100644 a b M\0a b.sh\0:100644 100644 a b R090\0old.sh\0new.sh\0:000000 100644 0 b A\0c.sh\0\0\
diff --git a/a b.sh b/a b.sh\n--- a/a b.sh\n+++ b/a b.sh\n@@ -1 +1,2 @@ x\n-diff --git \n+@@ -1 +9 @@\n+y\n@@ -9,2 +10,0 @@\n-a\n-b\n\
diff --git a/old.sh b/new.sh\nsimilarity index 90%\n@@ -3 +3 @@\n-a\n+b\ndiff --git a/c.sh b/c.sh\n@@ -0,0 +1,4 @@\n+a\n";
        let expected = [("a b.sh", vec![1..=2]), ("new.sh", vec![3..=3]), ("c.sh", vec![1..=4])];
        assert_eq!(changed(diff), Ok(expected.map(|(path, lines)| (PathBuf::from(path), lines)).into()));
        assert_eq!(changed(b""), Ok(Vec::new()));
        assert!(changed(b":1 1 a b M\0a\0\0").is_err());
    }
}
