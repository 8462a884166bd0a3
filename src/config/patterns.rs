//! Patterns of paths, relative to the directory of the file that says them.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns that one directory's files are held against.
#[derive(Clone, Debug)]
pub(super) struct Patterns {
    /// Absolute.
    directory: PathBuf,
    globs: GlobSet,
}

impl Patterns {
    /// These patterns, relative to `directory`, which is absolute.
    ///
    /// # Errors
    /// The number of the pattern that is none, and why.
    pub fn new<'a>(
        directory: &Path,
        patterns: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, (usize, String)> {
        let mut globs = GlobSetBuilder::new();
        for (index, pattern) in patterns.into_iter().enumerate() {
            for glob in spelled_out(pattern).map_err(|message| (index, message))? {
                let glob = GlobBuilder::new(&glob).literal_separator(true).build();
                globs.add(glob.map_err(|error| (index, format!("no pattern: {}", error.kind())))?);
            }
        }
        let globs = globs.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self { directory: directory.to_owned(), globs })
    }

    /// Whether the file or directory at this absolute path is meant, by itself or by a directory above it.
    pub fn matches(&self, path: &Path) -> bool {
        path.strip_prefix(&self.directory).is_ok_and(|path| self.globs.is_match(path))
    }
}

/// The globs that a pattern stands for: what is meant, and all that is below it.
fn spelled_out(pattern: &str) -> Result<Vec<String>, String> {
    let plain = pattern.strip_prefix("./").unwrap_or(pattern);
    let (plain, anchored) = plain.strip_prefix('/').map_or((plain, false), |rest| (rest, true));
    let plain = plain.strip_suffix('/').unwrap_or(plain);
    if plain.is_empty() || plain == "." {
        return Err("an empty pattern means nothing".to_owned());
    }
    if pattern.starts_with('!') {
        return Err(
            "nothing is taken back by `!` here; a name that begins with it is written `[!]…`".to_owned()
        );
    }
    if plain.split('/').any(|part| part == "..") {
        return Err("a pattern cannot lead out of the directory of the file that says it".to_owned());
    }
    let start = if plain.contains('/') || anchored { "" } else { "**/" };
    Ok(vec![format!("{start}{plain}"), format!("{start}{plain}/**")])
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Patterns;

    #[track_caller]
    fn check(pattern: &str, matched: &[&str], others: &[&str]) {
        let patterns = Patterns::new(Path::new("/project"), [pattern]).unwrap();
        for path in matched {
            assert!(patterns.matches(&Path::new("/project").join(path)), "{pattern} and {path}");
        }
        for path in others {
            assert!(!patterns.matches(&Path::new("/project").join(path)), "{pattern}, not {path}");
        }
    }

    #[test]
    fn names_paths_and_what_is_below_them() {
        check("vendor", &["vendor", "vendor/a.sh", "x/vendor/b/c.sh"], &["vendored/a.sh", "a.sh"]);
        check("vendor/", &["vendor/a.sh"], &["vendors"]);
        check("/vendor", &["vendor/a.sh"], &["x/vendor/a.sh"]);
        check("*.gen.sh", &["a.gen.sh", "x/y/a.gen.sh"], &["a.sh"]);
        check("bin/*.sh", &["bin/a.sh", "bin/a.sh/x"], &["bin/x/a.sh", "x/bin/a.sh"]);
        check("bin/**", &["bin/a.sh", "bin/x/a.sh"], &["bin"]);
        check("./bin/a.sh", &["bin/a.sh"], &["a.sh"]);
        check("{a,b}.sh", &["a.sh", "x/b.sh"], &["c.sh"]);
        check("[[]x].sh", &["[x].sh"], &["x.sh"]);
        check("a b/*", &["a b/c"], &["a/b"]);
        check("*", &["a", "b/c"], &[]);
    }

    #[test]
    fn elsewhere_nothing_is_meant() {
        let patterns = Patterns::new(Path::new("/project"), ["*.sh"]).unwrap();
        assert!(!patterns.matches(Path::new("/other/a.sh")));
        assert!(!patterns.matches(Path::new("/project2/a.sh")));
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for (wrong, why) in [
            ("", "empty"),
            (".", "empty"),
            ("!a", "taken back"),
            ("/", "empty"),
            ("../x", "lead out"),
            ("a/../b", "lead out"),
            ("[a", "no pattern"),
            ("{a", "no pattern"),
        ] {
            let (index, message) = Patterns::new(Path::new("/p"), ["ok", wrong]).unwrap_err();
            assert!(index == 1 && message.contains(why), "{wrong}: {index} {message}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_utf8_is_matched() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;

        let patterns = Patterns::new(Path::new("/p"), ["*.sh"]).unwrap();
        assert!(patterns.matches(&Path::new("/p").join(OsStr::from_bytes(b"\xff.sh"))));
    }
}
