//! A cache does not grow for ever: what nobody has asked for in a month goes.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, SystemTime};

/// By this file, programs that make backups know a cache: <https://bford.info/cachedir/>. Its age is that of the last tidying.
const TAG: &str = "CACHEDIR.TAG";
const SIGNATURE: &[u8] = b"Signature: 8a477f597d28d172789f06886806bc55\n# What lint-scripts has found out.\n";

const DAY: Duration = Duration::from_hours(24);
const MONTH: Duration = Duration::from_hours(30 * 24);

/// Makes the directory, for its owner alone.
pub(super) fn prepare(directory: &Path) -> io::Result<()> {
    let tag = directory.join(TAG);
    if tag.exists() {
        return Ok(());
    }
    own_directory(directory)?;
    File::create(tag)?.write_all(SIGNATURE)
}

/// Makes a directory, and those that it lies in, for the user alone.
///
/// # Errors
/// When the system refuses.
pub fn own_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

/// Notes that an entry is of use; once a day is enough.
pub(super) fn used(path: &Path) {
    if is_older(path, DAY) {
        // Who may not write here does not tidy either.
        let _ = touch(path);
    }
}

/// Takes away what has long been of no use; once a day. Whatever goes wrong, an entry too many does no harm.
pub(super) fn tidy(directory: &Path) {
    let tag = directory.join(TAG);
    if !is_older(&tag, DAY) || touch(&tag).is_err() {
        return;
    }
    for parent in fs::read_dir(directory).into_iter().flatten().flatten() {
        for entry in fs::read_dir(parent.path()).into_iter().flatten().flatten() {
            if is_older(&entry.path(), MONTH) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

fn is_older(path: &Path, age: Duration) -> bool {
    let modified = fs::metadata(path).and_then(|metadata| metadata.modified());
    let own = modified.ok().and_then(|modified| SystemTime::now().duration_since(modified).ok());
    own.is_some_and(|own| own > age)
}

fn touch(path: &Path) -> io::Result<()> {
    File::options().append(true).open(path)?.set_modified(SystemTime::now())
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::SystemTime;

    use super::{DAY, MONTH, TAG, prepare, tidy, used};

    #[test]
    fn what_nobody_has_asked_for_in_a_month_goes_and_it_is_looked_for_once_a_day() {
        let cache = tempfile::tempdir().unwrap();
        prepare(cache.path()).unwrap();
        let age = |name: &str, age| {
            let file = File::options().append(true).create(true).open(cache.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        };
        std::fs::create_dir(cache.path().join("ab")).unwrap();
        let is_there = |name: &str| cache.path().join(name).exists();
        for name in ["ab/old", "ab/used"] {
            age(name, MONTH * 2);
        }
        age("ab/new", DAY * 2);
        used(&cache.path().join("ab/used"));
        tidy(cache.path());
        assert!(is_there("ab/old"), "the cache was tidied today");
        age(TAG, DAY * 2);
        tidy(cache.path());
        assert!(!is_there("ab/old") && is_there("ab/used") && is_there("ab/new"));
    }
}
