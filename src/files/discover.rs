//! From the paths of the command line to the files to be read.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::{DirEntry, WalkBuilder};

use super::read::cause;
use super::recognise::{Kind, kind};
use super::underway;
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
    /// Scripts that were found and are left out, for a program has written them.
    pub generated: Vec<PathBuf>,
}

/// Whether something holds for the file or directory at a path.
pub type Matcher = Arc<dyn Fn(&Path) -> bool + Send + Sync>;

/// How scripts are looked for.
#[derive(Clone)]
pub struct Search {
    /// What is left out.
    pub excluded: Matcher,
    /// Files that are scripts, whatever they look like.
    pub included: Matcher,
    /// What becomes of named paths.
    pub named: Named,
    /// What becomes of hidden files and directories.
    pub hidden: Hidden,
    /// What becomes of that which git ignores.
    pub ignored: Ignored,
}

/// What becomes of a path that is named on the command line, and is one to leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// It is taken: who names it wants it.
    Taken,
    /// It is left out all the same.
    Excluded,
}

/// Where hidden files and directories are looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// In a git repository: there they belong to the project (`.github`, `.husky`), since git does not ignore them.
    /// Elsewhere they hold what programs have put there.
    InRepositories,
    /// Wherever they are.
    Everywhere,
}

/// What becomes of that which git ignores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ignored {
    /// It is left out.
    LeftOut,
    /// It is looked at like all else.
    Taken,
}

impl Search {
    /// Finds the scripts at `paths`. A file that is named is always taken. In a directory, scripts are recognised by the
    /// ending of the name, by the `#!` line, or as hooks of git; what git ignores, what is hidden outside a repository,
    /// what is `excluded` and what a program has written is left out. Symbolic links are not followed.
    pub fn run(&self, paths: &[PathBuf]) -> Discovery {
        let mut discovery = Discovery::default();
        let mut seen = HashSet::new();
        for path in paths {
            if self.leaves_out(path) {
                discovery.excluded.push(path.clone());
                continue;
            }
            for origin in self.at(path, &mut discovery) {
                if seen.insert(origin.clone()) {
                    discovery.origins.push(origin);
                }
            }
        }
        discovery
    }

    /// Whether a path is left out although it is named.
    fn leaves_out(&self, path: &Path) -> bool {
        let generated = || matches!(kind(path), Ok(Kind::Generated)) && !(self.included)(path);
        self.named == Named::Excluded && path != Path::new("-") && ((self.excluded)(path) || generated())
    }

    fn at(&self, path: &Path, discovery: &mut Discovery) -> Vec<Origin> {
        if path == Path::new("-") {
            return vec![Origin::Stdin];
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                let before = discovery.failures.len();
                let found = self.walk(path, discovery);
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

    fn walk(&self, directory: &Path, discovery: &mut Discovery) -> Vec<Origin> {
        let mut found = Vec::new();
        for entry in self.entries(directory) {
            let script = entry
                .map_err(|error| Failure::new(directory, Cause::Walk(error)))
                .and_then(|entry| self.script(entry));
            match script {
                Ok(Some((path, Kind::Script))) => found.push(Origin::File(plain(&path))),
                Ok(Some((path, Kind::Generated))) => discovery.generated.push(plain(&path)),
                Ok(_) => {}
                Err(failure) => discovery.failures.push(failure),
            }
        }
        found
    }

    fn entries(&self, directory: &Path) -> ignore::Walk {
        let (excluded, included) = (Arc::clone(&self.excluded), Arc::clone(&self.included));
        let hidden = self.hidden == Hidden::Everywhere || in_repository(directory);
        WalkBuilder::new(directory)
            .standard_filters(self.ignored == Ignored::LeftOut)
            .hidden(false)
            .ignore(false)
            .sort_by_file_name(std::ffi::OsStr::cmp)
            .filter_entry(move |entry| {
                let seen = hidden || !is_hidden(entry) || included(entry.path());
                entry.depth() == 0 || (entry.file_name() != ".git" && seen && !excluded(entry.path()))
            })
            .build()
    }

    /// The entry's path, when it is a file, with what it is. Symbolic links are not followed: what they lead to is found at
    /// its own place, or lies outside.
    fn script(&self, entry: DirEntry) -> Result<Option<(PathBuf, Kind)>, Failure> {
        let underway = entry.file_name().as_encoded_bytes().starts_with(underway::PREFIX.as_bytes());
        if underway || !entry.file_type().is_some_and(|kind| kind.is_file()) {
            return Ok(None);
        }
        if (self.included)(entry.path()) {
            return Ok(Some((entry.into_path(), Kind::Script)));
        }
        match kind(entry.path()) {
            Ok(kind) => Ok(Some((entry.into_path(), kind))),
            Err(error) => Err(Failure::new(entry.path(), cause(error))),
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Whether a directory lies in the working tree of a git repository.
fn in_repository(directory: &Path) -> bool {
    directory.canonicalize().is_ok_and(|path| path.ancestors().any(|above| above.join(".git").exists()))
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

    use super::{Discovery, Hidden, Ignored, Named, Origin, Search, plain};
    use crate::files::Cause;

    fn search() -> Search {
        Search {
            excluded: Arc::new(|_: &Path| false),
            included: Arc::new(|_: &Path| false),
            named: Named::Taken,
            hidden: Hidden::InRepositories,
            ignored: Ignored::LeftOut,
        }
    }

    fn discover(paths: &[PathBuf]) -> Discovery {
        search().run(paths)
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
            ("b.sh.orig", "#!/bin/sh\n"),
            (".lint-scripts-x1Y2z3", "#!/bin/sh\n"),
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
        let all = Search { ignored: Ignored::Taken, ..search() }.run(&[root.path().to_owned()]);
        assert_eq!(names(root.path(), &all), ["b.sh", "out/a.sh"]);
    }

    #[test]
    fn hidden_files_belong_to_a_repository_and_to_nobody_elsewhere() {
        let files = [(".ci/run.sh", ""), (".cache/x/y.sh", ""), ("a.sh", ""), (".env.sh", "")];
        let outside = tree(&files);
        let paths = [outside.path().to_owned()];
        assert_eq!(names(outside.path(), &discover(&paths)), ["a.sh"]);
        let everywhere = Search { hidden: Hidden::Everywhere, ..search() }.run(&paths);
        let all = [".cache/x/y.sh", ".ci/run.sh", ".env.sh", "a.sh"];
        assert_eq!(names(outside.path(), &everywhere), all);
        let included = Arc::new(|path: &Path| path.ends_with(".env.sh"));
        assert_eq!(names(outside.path(), &Search { included, ..search() }.run(&paths)), [".env.sh", "a.sh"]);
        assert_eq!(names(outside.path(), &discover(&[outside.path().join(".ci")])), [".ci/run.sh"]);
        fs::create_dir(outside.path().join(".git")).unwrap();
        assert_eq!(names(outside.path(), &discover(&paths)), all);
    }

    #[test]
    fn what_a_program_wrote_is_left_out_and_told_unless_it_is_wanted() {
        let written = "#! /bin/sh\n# Guess values.\n# Generated by GNU Autoconf 2.71 for x.\n";
        let root = tree(&[("configure", written), ("sub/configure", written), ("a.sh", "")]);
        let paths = [root.path().to_owned()];
        let discovery = discover(&paths);
        assert_eq!(names(root.path(), &discovery), ["a.sh"]);
        assert_eq!(discovery.generated, [root.path().join("configure"), root.path().join("sub/configure")]);
        let included: super::Matcher = Arc::new(|path: &Path| path.ends_with("sub/configure"));
        let some = Search { included: Arc::clone(&included), ..search() }.run(&paths);
        assert_eq!(names(root.path(), &some), ["a.sh", "sub/configure"]);

        let named = [root.path().join("configure"), root.path().join("sub/configure")];
        assert_eq!(names(root.path(), &discover(&named)), ["configure", "sub/configure"]);
        let forced = Search { named: Named::Excluded, included, ..search() }.run(&named);
        assert_eq!(names(root.path(), &forced), ["sub/configure"]);
        assert_eq!(forced.excluded, named[..1]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_unless_named() {
        use std::os::unix::fs::symlink;

        let outside = tree(&[("x.sh", ""), ("more/y.sh", "")]);
        let root = tree(&[("a.sh", ""), ("sub/b.sh", "")]);
        symlink(outside.path().join("x.sh"), root.path().join("x.sh")).unwrap();
        symlink(outside.path().join("more"), root.path().join("more")).unwrap();
        symlink(root.path(), root.path().join("sub/loop")).unwrap();
        symlink("a.sh", root.path().join("inside.sh")).unwrap();
        symlink("gone", root.path().join("dangling.sh")).unwrap();
        let discovery = discover(&[root.path().to_owned()]);
        assert_eq!(names(root.path(), &discovery), ["a.sh", "sub/b.sh"]);
        assert!(discovery.failures.is_empty());
        let named = [root.path().join("x.sh"), root.path().join("more")];
        assert_eq!(names(root.path(), &discover(&named)), ["x.sh", "more/y.sh"]);
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
        let paths = [root.path().to_owned(), root.path().join("out")];
        let found = |paths: &[PathBuf], named| {
            let excluded = Arc::new(|path: &Path| path.ends_with("out"));
            let discovery = Search { excluded, named, ..search() }.run(paths);
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
