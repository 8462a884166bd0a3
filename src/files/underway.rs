//! Files on their way to their places: how they are made, and what becomes of those that a killed run has left.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tempfile::{Builder, NamedTempFile};

/// With what their names begin.
pub(super) const PREFIX: &str = ".lint-scripts-";
/// With what their names end.
const SUFFIX: &str = ".underway";
/// How many letters stand between.
const LETTERS: usize = 6;

/// The directories in which what was left has been looked for.
static LOOKED_THROUGH: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Makes one in a directory, and takes away what others have left there. It is locked for as long as it is open, which is no
/// longer than its process lives, however that ends.
pub(super) fn make(directory: &Path) -> io::Result<NamedTempFile> {
    if LOOKED_THROUGH.lock().unwrap_or_else(PoisonError::into_inner).insert(directory.to_owned()) {
        tidy(directory);
    }
    Builder::new().prefix(PREFIX).suffix(SUFFIX).rand_bytes(LETTERS).make_in(directory, create)
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    // As a file that is made in the usual way: who may read it is for the user's umask to say.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o666);
    let file = options.open(path)?;
    // Before it was locked, another run may have taken it for one that was left: then it is made anew.
    if is_held(&file) || !is_at(&file, path) { Err(io::ErrorKind::AlreadyExists.into()) } else { Ok(file) }
}

/// Whether another process has the lock; else it is ours now, on file systems that have locks.
#[cfg(unix)]
fn is_held(file: &File) -> bool {
    matches!(file.try_lock(), Err(fs::TryLockError::WouldBlock))
}

/// Whether the name still is that of the file.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(own), Ok(there)) => (own.dev(), own.ino()) == (there.dev(), there.ino()),
        (_, Err(error)) => error.kind() != io::ErrorKind::NotFound,
        _ => true,
    }
}

/// Elsewhere a lock would keep the file from its place.
#[cfg(not(unix))]
fn is_held(_file: &File) -> bool {
    false
}

#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> bool {
    true
}

/// Removes the files of runs that are over. What cannot be looked at stays.
#[cfg(unix)]
fn tidy(directory: &Path) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()).filter(|path| is_named_so(path)) {
        let is_file = fs::symlink_metadata(&path).is_ok_and(|it| it.is_file());
        if let Some(file) = is_file.then(|| File::open(&path).ok()).flatten()
            && file.try_lock().is_ok()
            && is_at(&file, &path)
        {
            let _ = fs::remove_file(&path);
        }
    }
}

#[cfg(not(unix))]
fn tidy(_directory: &Path) {}

#[cfg(unix)]
fn is_named_so(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let letters = name.and_then(|name| name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX));
    letters.is_some_and(|it| it.len() == LETTERS && it.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs::{self, File};

    use super::make;

    #[test]
    fn what_a_killed_run_has_left_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let names = [
            ".lint-scripts-aB3dE6.underway",
            ".lint-scripts-notes.underway",
            ".lint-scripts-aB3dE6.txt",
            "a.sh",
        ];
        names.iter().for_each(|name| drop(File::create(path(name)).unwrap()));
        let running = File::create(path(".lint-scripts-zzzzzz.underway")).unwrap();
        running.lock().unwrap();
        std::os::unix::fs::symlink("a.sh", path(".lint-scripts-linked.underway")).unwrap();
        let own = make(folder.path()).unwrap();
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert!(!path(names[0]).exists());
        assert!(names[1..].iter().all(|name| path(name).exists()) && own.path().exists());
        assert!(path(".lint-scripts-zzzzzz.underway").exists());
        assert_eq!(left, names.len() - 1 + 3, "the one that runs, the link, and the new one");
    }
}
