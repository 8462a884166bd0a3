//! Scripts with changes that git does not have yet: fixes get mixed up with them, and cannot be taken back alone.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::git::{self, git};

/// The files of the working directory's checkout that were changed, or are new, and not committed.
#[derive(Debug, Default)]
pub struct Uncommitted {
    /// Canonical.
    files: HashSet<PathBuf>,
}

impl Uncommitted {
    /// As it is now; none outside a checkout. An error is a sentence for the user.
    pub fn now() -> Result<Self, String> {
        let here = Path::new(".").canonicalize().unwrap_or_default();
        if !here.ancestors().any(|above| above.join(".git").exists()) {
            return Ok(Self::default());
        }
        Self::asked().map_err(|message| {
            format!("it is not known whether the scripts have changes that are not committed: {message}")
        })
    }

    fn asked() -> Result<Self, String> {
        let top = git::top()?;
        let status =
            ["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules"];
        Ok(Self {
            files: entries(&git(&status)?).filter_map(|it| top.join(it).canonicalize().ok()).collect(),
        })
    }

    /// Whether what the file holds is nowhere else.
    pub fn holds(&self, path: &Path) -> bool {
        !self.files.is_empty() && path.canonicalize().is_ok_and(|path| self.files.contains(&path))
    }
}

/// The paths of `git status --porcelain -z`: two letters and a blank stand before each.
fn entries(status: &[u8]) -> impl Iterator<Item = PathBuf> {
    git::fields(status).filter_map(|entry| entry.get(3..)).map(git::path)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::entries;

    #[test]
    fn paths_stand_behind_their_letters() {
        let found: Vec<PathBuf> = entries(b" M a b.sh\0?? new.sh\0A  dir/c\n.sh\0").collect();
        assert_eq!(found, ["a b.sh", "new.sh", "dir/c\n.sh"].map(PathBuf::from));
        assert_eq!(entries(b"").count(), 0);
    }
}
