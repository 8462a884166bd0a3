//! From the paths of the command line to the files to be read.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::{DirEntry, WalkBuilder};

use super::read::cause;
use super::recognise::is_script;
use super::{Cause, Failure, shown};

/// Where a text comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Standard input, written `-`.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Origin {
    /// The path as reports show it.
    pub fn shown(&self) -> String {
        shown(self.path())
    }

    /// The path; `-` for standard input.
    pub fn path(&self) -> &Path {
        match self {
            Self::Stdin => Path::new("-"),
            Self::File(path) => path,
        }
    }
}

/// What was found at the paths of the command line.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Each once: in the order of the paths given, and by name within a directory.
    pub origins: Vec<Origin>,
    /// Paths that could not be looked at.
    pub failures: Vec<Failure>,
    /// Directories that were given and hold no script.
    pub empty: Vec<PathBuf>,
    /// Files and directories that were given and are left out.
    pub excluded: Vec<PathBuf>,
}

/// Whether the file or directory at a path is left out.
pub type Excluded = Arc<dyn Fn(&Path) -> bool + Send + Sync>;

/// What becomes of a path that is named on the command line, and is one to leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is taken: who names it wants it.
    Taken,
    /// It is left out all the same.
    Excluded,
}

/// Finds the scripts at `paths`. A file that is named is always taken; in a directory, scripts are recognised by the
/// ending of the name and by the `#!` line; files that git ignores and those that are `excluded` are left out, hidden ones
/// are not.
pub fn discover(paths: &[PathBuf], excluded: &Excluded, named: Named) -> Discovery {
    let mut discovery = Discovery::default();
    let mut seen = HashSet::new();
    for path in paths {
        if named == Named::Excluded && path != Path::new("-") && excluded(path) {
            discovery.excluded.push(path.clone());
            continue;
        }
        for origin in at(path, excluded, &mut discovery) {
            if seen.insert(origin.clone()) {
                discovery.origins.push(origin);
            }
        }
    }
    discovery
}

fn at(path: &Path, excluded: &Excluded, discovery: &mut Discovery) -> Vec<Origin> {
    if path == Path::new("-") {
        return vec![Origin::Stdin];
    }
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let before = discovery.failures.len();
            let found = walk(path, excluded, discovery);
            if found.is_empty() && discovery.failures.len() == before {
                discovery.empty.push(path.to_owned());
            }
            found
        }
        Ok(_) => vec![Origin::File(plain(path))],
        Err(error) => {
            discovery.failures.push(Failure::new(path, cause(error)));
            Vec::new()
        }
    }
}

fn walk(directory: &Path, excluded: &Excluded, discovery: &mut Discovery) -> Vec<Origin> {
    let excluded = Arc::clone(excluded);
    let walk = WalkBuilder::new(directory)
        .hidden(false)
        .ignore(false)
        .sort_by_file_name(std::ffi::OsStr::cmp)
        .filter_entry(move |entry| {
            entry.file_name() != ".git" && (entry.depth() == 0 || !excluded(entry.path()))
        })
        .build();
    let mut found = Vec::new();
    for entry in walk {
        match entry.map_err(|error| Failure::new(directory, Cause::Walk(error))).and_then(script) {
            Ok(Some(path)) => found.push(Origin::File(plain(&path))),
            Ok(None) => {}
            Err(failure) => discovery.failures.push(failure),
        }
    }
    found
}

/// The entry's path when it is a script. Symbolic links are not followed: what they lead to is found at its own place,
/// or lies outside.
fn script(entry: DirEntry) -> Result<Option<PathBuf>, Failure> {
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return Ok(None);
    }
    match is_script(entry.path()) {
        Ok(true) => Ok(Some(entry.into_path())),
        Ok(false) => Ok(None),
        Err(error) => Err(Failure::new(entry.path(), cause(error))),
    }
}

/// Without `./` in front, so that a file has one name however it was reached. `./-` keeps it: `-` is standard input.
fn plain(path: &Path) -> PathBuf {
    match path.strip_prefix(".") {
        Ok(rest) if rest != Path::new("-") && rest != Path::new("") => rest.to_owned(),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Write;
    use std::path::{Path, PathBuf};
    use std::sync::Arc;

    use super::{Discovery, Excluded, Named, Origin, plain};
    use crate::files::Cause;

    fn discover(paths: &[PathBuf]) -> Discovery {
        let excluded: Excluded = Arc::new(|_: &Path| false);
        super::discover(paths, &excluded, Named::Taken)
    }

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
        }
        root
    }

    fn names(root: &Path, discovery: &Discovery) -> Vec<String> {
        let relative =
            |origin: &Origin| origin.path().strip_prefix(root).unwrap().to_string_lossy().into_owned();
        discovery.origins.iter().map(relative).collect()
    }

    #[test]
    fn scripts_are_found_by_name_and_by_first_line() {
        let root = tree(&[
            ("b.sh", "echo"),
            ("a.bash", "echo"),
            ("c.zsh", "echo"),
            ("d.bats", "#!/usr/bin/env bats"),
            ("python.sh", "#!/usr/bin/env python3"),
            ("tool", "#!/bin/sh\n"),
            ("README", "echo"),
            (".hidden/run", "#!/usr/bin/env bash\n"),
            (".git/hooks/x.sh", "echo"),
            ("sub/k.ksh", "echo"),
        ]);
        let discovery = discover(&[root.path().to_owned()]);
        assert_eq!(names(root.path(), &discovery), [".hidden/run", "a.bash", "b.sh", "sub/k.ksh", "tool"]);
        assert!(discovery.failures.is_empty());
    }

    #[test]
    fn what_git_ignores_is_left_out_unless_named() {
        let root = tree(&[(".git/HEAD", ""), (".gitignore", "out/\n"), ("out/a.sh", ""), ("b.sh", "")]);
        assert_eq!(names(root.path(), &discover(&[root.path().to_owned()])), ["b.sh"]);
        assert_eq!(names(root.path(), &discover(&[root.path().join("out/a.sh")])), ["out/a.sh"]);
    }

    #[test]
    fn a_named_file_is_taken_whatever_it_is_and_only_once() {
        let root = tree(&[("notes.txt", "hello"), ("x.sh", "")]);
        let paths = [root.path().join("notes.txt"), root.path().to_owned(), root.path().join("x.sh")];
        assert_eq!(names(root.path(), &discover(&paths)), ["notes.txt", "x.sh"]);
    }

    #[test]
    fn what_is_excluded_is_left_out_unless_named() {
        let root = tree(&[("out/a.sh", ""), ("b.sh", "")]);
        let excluded: Excluded = Arc::new(|path: &Path| path.ends_with("out"));
        let paths = [root.path().to_owned(), root.path().join("out")];
        let found = |paths: &[PathBuf], named| {
            let discovery = super::discover(paths, &excluded, named);
            (names(root.path(), &discovery), discovery.excluded.len())
        };
        assert_eq!(found(&paths[..1], Named::Taken), (vec!["b.sh".to_owned()], 0));
        assert_eq!(found(&paths[1..], Named::Taken), (vec!["out/a.sh".to_owned()], 0));
        assert_eq!(found(&paths[1..], Named::Excluded), (vec![], 1));
    }

    #[test]
    fn a_directory_named_like_a_script_is_a_directory() {
        let root = tree(&[("x.sh/readme", "nothing")]);
        let discovery = discover(&[root.path().join("x.sh")]);
        assert_eq!(discovery.empty, [root.path().join("x.sh")]);
        assert!(discovery.origins.is_empty());
    }

    #[test]
    fn a_missing_path_does_not_hide_the_others() {
        let root = tree(&[("x.sh", "")]);
        let discovery = discover(&[root.path().join("none"), root.path().join("x.sh")]);
        assert_eq!(names(root.path(), &discovery), ["x.sh"]);
        assert!(matches!(discovery.failures[0].cause, Cause::Missing));
    }

    #[test]
    fn a_file_has_one_name() {
        assert_eq!(plain(Path::new("./a/b.sh")), PathBuf::from("a/b.sh"));
        assert_eq!(plain(Path::new("./-")), PathBuf::from("./-"));
        assert_eq!(plain(Path::new("../x.sh")), PathBuf::from("../x.sh"));
    }
}
