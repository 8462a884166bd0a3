//! Sourced files from disk.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::checkout::LineEnds;
use super::read::read;
use super::shown;
use crate::check::Sources;
use crate::text::Document;

/// More than any library of shell functions; a sourced data file is not worth the time.
const LIMIT: u64 = 4 * 1024 * 1024;

/// Looks for a sourced file beside the script that names it, then in the working directory, and never outside the
/// project: what a script names must not make the linter read the rest of the machine.
#[derive(Clone, Debug)]
pub struct DiskSources {
    /// Canonical; sourced files lie in it.
    root: PathBuf,
    reach: Reach,
}

/// Where sourced files may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Below the root.
    Project,
    /// Wherever a script names them; somebody has asked for that.
    Everywhere,
}

impl DiskSources {
    /// Sourced files lie below `root`, usually the working directory.
    ///
    /// # Errors
    /// When `root` does not exist.
    pub fn within(root: &Path) -> std::io::Result<Self> {
        Ok(Self { root: root.canonicalize()?, reach: Reach::Project })
    }

    /// The same, but sourced files are read wherever they lie.
    #[must_use]
    pub fn everywhere(self) -> Self {
        Self { reach: Reach::Everywhere, ..self }
    }

    /// The canonical directory that no sourced file lies outside of.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn read(&self, candidate: &Path) -> Option<Document> {
        let path = candidate.canonicalize().ok()?;
        let name = match (path.strip_prefix(&self.root), self.reach) {
            (Ok(name), _) => name,
            (Err(_), Reach::Everywhere) => &path,
            (Err(_), Reach::Project) => return None,
        };
        let metadata = fs::metadata(&path).ok()?;
        if !metadata.is_file() || metadata.len() > LIMIT {
            return None;
        }
        Some(LineEnds::HERE.script(shown(name), &read(&path).ok()?.bytes))
    }
}

impl Sources for DiskSources {
    fn sourced(&self, from: &str, reference: &str) -> Option<Arc<Document>> {
        let from = self.root.join(from);
        let beside = from.parent().unwrap_or(&self.root).join(reference);
        let document = self.read(&beside).or_else(|| self.read(&self.root.join(reference)))?;
        Some(Arc::new(document))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Write;

    use super::{DiskSources, LIMIT};
    use crate::check::Sources;

    #[test]
    fn the_scripts_directory_comes_first_and_nothing_outside_is_read() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("project");
        fs::create_dir_all(root.join("bin")).unwrap();
        for (path, text) in
            [("bin/lib.sh", "beside"), ("lib.sh", "root"), ("only.sh", "only"), ("../secret.sh", "secret")]
        {
            File::create(root.join(path)).unwrap().write_all(text.as_bytes()).unwrap();
        }
        File::create(root.join("huge.sh")).unwrap().set_len(LIMIT + 1).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(outer.path().join("secret.sh"), root.join("link.sh")).unwrap();

        let sources = DiskSources::within(&root).unwrap();
        let get = |reference: &str| {
            let document = sources.sourced("bin/run.sh", reference)?;
            Some((document.path.clone(), String::from_utf8_lossy(&document.text).into_owned()))
        };
        let found = |path: &str, text: &str| Some((path.to_owned(), text.to_owned()));
        assert_eq!(get("lib.sh"), found("bin/lib.sh", "beside"));
        assert_eq!(get("./lib.sh"), found("bin/lib.sh", "beside"));
        assert_eq!(get("../lib.sh"), found("lib.sh", "root"));
        assert_eq!(get("only.sh"), found("only.sh", "only"));
        let absolute = root.canonicalize().unwrap().join("only.sh");
        assert_eq!(get(absolute.to_str().unwrap()), found("only.sh", "only"));
        for refused in ["../../secret.sh", "link.sh", "huge.sh", "bin", "none.sh", ""] {
            assert_eq!(get(refused), None, "{refused}");
        }
        let everywhere = sources.everywhere();
        let outside = everywhere.sourced("bin/run.sh", "../../secret.sh").unwrap();
        assert_eq!(&*outside.text, b"secret");
        assert!(outside.path.starts_with('/'), "{}", outside.path);
    }
}
