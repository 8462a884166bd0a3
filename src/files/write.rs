//! Writing a fixed script back: whole or not at all, and only over the bytes that were read.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::read::{Content, Fingerprint, read};
use super::{Cause, Failure, underway, written};

/// What becomes of the text that a file held before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Original {
    /// It goes.
    Replaced,
    /// It stays beside the file, with `.orig` behind its name.
    Kept,
}

/// What has become of a file that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// How many other names (hard links) go on naming the old content.
    pub left_behind: u64,
}

/// Puts `text` in the place of the file at `path`, which must still hold what was `read`. The new file is written
/// beside the old one, gets its mode, owner and extended attributes (of which access control lists are some), and takes its
/// place in one step: whatever goes wrong, one of the two is there, whole. `root` is the canonical project directory; a
/// symbolic link is followed within it only.
///
/// # Errors
/// When the file changed meanwhile, is read-only or no regular file, when a symbolic link leaves `root`, when another text
/// was kept beside it before, or when the system refuses. The file is then as it was.
pub fn write(
    path: &Path,
    text: &[u8],
    read: Fingerprint,
    root: &Path,
    original: Original,
) -> Result<Written, Failure> {
    replace(path, text, read, root, original).map_err(|cause| Failure::new(path, cause))
}

/// Makes the file at `path` hold `bytes`, whether or not it is there already: whole, or it stays as it was. For files that
/// belong to lint-scripts; scripts are written by [`write()`].
///
/// # Errors
/// When what is there is no regular file, or the system refuses.
pub fn put(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    put_whole(path, bytes).map_err(|cause| Failure::new(path, cause))
}

fn put_whole(path: &Path, bytes: &[u8]) -> Result<(), Cause> {
    // Through a symbolic link to what it leads to, which keeps its mode and owner.
    let target = match path.canonicalize() {
        Ok(target) => target,
        Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
        Err(error) => return Err(Cause::Unwritable(error)),
    };
    let old = match fs::metadata(&target) {
        Ok(metadata) if !metadata.is_file() => return Err(Cause::NotRegular),
        Ok(metadata) => Some(metadata),
        Err(_) => None,
    };
    let directory = target.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."));
    let mut temporary = beside(directory)?;
    temporary.write_all(bytes).map_err(unwritable)?;
    if let Some(metadata) = &old {
        permitted(&target, metadata)?;
        inherit(temporary.as_file(), &target, metadata).map_err(Cause::Unlike)?;
    }
    temporary.as_file().sync_all().map_err(Cause::Unwritable)?;
    temporary.persist(&target).map_err(|error| Cause::Unwritable(error.error))?;
    sync(directory);
    Ok(())
}

fn beside(directory: &Path) -> Result<tempfile::NamedTempFile, Cause> {
    underway::make(directory).map_err(|error| Cause::NoRoom(bare(error)))
}

fn unwritable(error: io::Error) -> Cause {
    Cause::Unwritable(bare(error))
}

/// Without the path that was tried, whose name says nothing to anybody.
fn bare(error: io::Error) -> io::Error {
    match error.to_string().rsplit_once(" at path ") {
        Some((said, _)) => io::Error::new(error.kind(), said),
        None => error,
    }
}

fn replace(
    path: &Path,
    text: &[u8],
    expected: Fingerprint,
    root: &Path,
    original: Original,
) -> Result<Written, Cause> {
    let target = target(path, root)?;
    let metadata = fs::metadata(&target).map_err(Cause::Unwritable)?;
    if !metadata.is_file() {
        return Err(Cause::NotRegular);
    }
    permitted(&target, &metadata)?;
    let directory = target.parent().ok_or(Cause::NotRegular)?;
    let temporary = like(text, &target, &metadata, directory)?;
    // As late as can be: what is read here is what the rename replaces, but for the moment in between.
    let current = read(&target).map_err(|failure| failure.cause)?;
    if current.fingerprint == Fingerprint::of(text) {
        // Two paths of the run, one a symbolic link, lead to this file.
        return Ok(Written { left_behind: 0 });
    }
    if current.fingerprint != expected {
        return Err(Cause::Changed);
    }
    let kept = match original {
        Original::Kept => keep(&target, &current, &metadata, directory)?,
        Original::Replaced => None,
    };
    if let Err(error) = temporary.persist(&target) {
        // Both hold the same: nothing is lost, and the next try finds the place free.
        kept.map(fs::remove_file);
        return Err(Cause::Unwritable(error.error));
    }
    sync(directory);
    Ok(Written { left_behind: other_names(&metadata) })
}

/// A file with this text, on its way to the place of `target`, and like that but for the text.
fn like(
    text: &[u8],
    target: &Path,
    metadata: &Metadata,
    directory: &Path,
) -> Result<tempfile::NamedTempFile, Cause> {
    let mut temporary = beside(directory)?;
    temporary.write_all(text).map_err(unwritable)?;
    inherit(temporary.as_file(), target, metadata).map_err(Cause::Unlike)?;
    temporary.as_file().sync_all().map_err(Cause::Unwritable)?;
    Ok(temporary)
}

/// Gives the file a second name, which goes on naming it when another has taken the first; a copy where a file can have only
/// one name. The name, unless it holds this text already.
fn keep(
    target: &Path,
    current: &Content,
    metadata: &Metadata,
    directory: &Path,
) -> Result<Option<PathBuf>, Cause> {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".orig");
    let place = target.with_file_name(name);
    let made = match fs::hard_link(target, &place) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            let copy = like(&current.bytes, target, metadata, directory)?;
            copy.persist_noclobber(&place).map(drop).map_err(|error| error.error)
        }
        linked => linked,
    };
    match made {
        Ok(()) => Ok(Some(place)),
        Err(_) if read(&place).is_ok_and(|kept| kept.fingerprint == current.fingerprint) => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Cause::Kept(place)),
        Err(error) => Err(Cause::Unwritable(error)),
    }
}

/// The file that `path` leads to, unless a symbolic link on the way leaves the project.
fn target(path: &Path, root: &Path) -> Result<PathBuf, Cause> {
    let link = fs::symlink_metadata(path).map_err(Cause::Unwritable)?.is_symlink();
    let target = path.canonicalize().map_err(Cause::Unwritable)?;
    if target.starts_with(root) {
        return Ok(target);
    }
    // A file outside that was named without any link is what the user asked for.
    let named_inside = written(&root.join(path)).starts_with(root);
    if link || named_inside { Err(Cause::Outside) } else { Ok(target) }
}

/// A rename asks for rights in the directory only; the file's own say whether it may be changed.
fn permitted(target: &Path, metadata: &Metadata) -> Result<(), Cause> {
    if metadata.permissions().readonly() {
        return Err(Cause::ReadOnly);
    }
    OpenOptions::new().write(true).open(target).map(drop).map_err(Cause::Unwritable)
}

#[cfg(unix)]
fn other_names(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::nlink(metadata).saturating_sub(1)
}

#[cfg(not(unix))]
fn other_names(_metadata: &Metadata) -> u64 {
    0
}

/// Makes `file` like the one that it is to replace.
#[cfg(unix)]
fn inherit(file: &File, old: &Path, metadata: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (metadata.uid(), metadata.gid()) {
        fchown(file, Some(metadata.uid()), Some(metadata.gid()))?;
    }
    // After the owner: changing that clears the set-user-id bit.
    file.set_permissions(metadata.permissions())?;
    // After the mode: an access control list has its bits in it.
    inherit_attributes(file, old)
}

/// Extended attributes; a file system that knows of none has none.
#[cfg(unix)]
fn inherit_attributes(file: &File, old: &Path) -> io::Result<()> {
    use xattr::FileExt;

    let names = match xattr::list(old) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::Unsupported => return Ok(()),
        Err(error) => return Err(error),
    };
    for name in names {
        let Some(value) = xattr::get(old, &name)? else { continue };
        // Some are given by the system, which lets nobody else do it.
        if file.get_xattr(&name)?.as_ref() != Some(&value) {
            file.set_xattr(&name, &value)?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn inherit(file: &File, _old: &Path, metadata: &Metadata) -> io::Result<()> {
    file.set_permissions(metadata.permissions())
}

/// The rename itself survives a power cut only once the directory is on disk. Where that cannot be had, as in a directory
/// that may be written to and not read, the file is written all the same: after a power cut it is the old or the new one.
#[cfg(unix)]
fn sync(directory: &Path) {
    let _ = File::open(directory).and_then(|directory| directory.sync_all());
}

#[cfg(not(unix))]
fn sync(_directory: &Path) {}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs::{self, File, Permissions};
    use std::io::Write;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
    use std::path::{Path, PathBuf};

    use super::{Original, Written, write};
    use crate::files::{Cause, Failure, Fingerprint};

    const OLD: &[u8] = b"echo old\r\n";
    const NEW: &[u8] = b"echo new\r\n";

    struct Project {
        outer: tempfile::TempDir,
        root: PathBuf,
    }

    fn project() -> Project {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().canonicalize().unwrap().join("project");
        fs::create_dir(&root).unwrap();
        Project { outer, root }
    }

    impl Project {
        fn file(&self, name: &str) -> PathBuf {
            let path = self.root.join(name);
            File::create(&path).unwrap().write_all(OLD).unwrap();
            path
        }

        fn write(&self, path: &Path) -> Result<(), Cause> {
            self.written(path).map(drop)
        }

        fn written(&self, path: &Path) -> Result<Written, Cause> {
            self.put(path, Original::Replaced)
        }

        fn put(&self, path: &Path, original: Original) -> Result<Written, Cause> {
            let cause = |failure: Failure| failure.cause;
            write(path, NEW, Fingerprint::of(OLD), &self.root, original).map_err(cause)
        }

        /// Nothing but the named files is left lying about.
        #[track_caller]
        fn holds(&self, names: &[&str]) {
            let entries = fs::read_dir(&self.root).unwrap();
            let mut found: Vec<_> =
                entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            found.sort();
            assert_eq!(found, names);
        }
    }

    #[test]
    fn mode_and_owner_stay() {
        let project = project();
        let path = project.file("a.sh");
        fs::set_permissions(&path, Permissions::from_mode(0o751)).unwrap();
        if chown(&path, Some(12345), Some(23456)).is_err() {
            writeln!(
                std::io::stderr(),
                "SKIPPED in mode_and_owner_stay: only root can give a file away, the owner is not tested"
            )
            .unwrap();
        }
        let before = fs::metadata(&path).unwrap();
        project.write(&path).unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!(fs::read(&path).unwrap(), NEW);
        assert_eq!((after.mode(), after.uid(), after.gid()), (before.mode(), before.uid(), before.gid()));
        project.holds(&["a.sh"]);
    }

    #[test]
    fn extended_attributes_stay() {
        let project = project();
        let path = project.file("a.sh");
        if let Err(error) = xattr::set(&path, "user.comment", b"ours") {
            writeln!(std::io::stderr(), "SKIPPED extended_attributes_stay: {error}").unwrap();
            return;
        }
        project.write(&path).unwrap();
        assert_eq!(xattr::get(&path, "user.comment").unwrap().as_deref(), Some(&b"ours"[..]));
    }

    /// An access control list as the kernel keeps it: version 2, then tag, rights and id of each entry.
    #[test]
    fn an_access_control_list_stays() {
        let entries: [(u16, u16, u32); 5] =
            [(1, 6, u32::MAX), (2, 6, 4711), (4, 4, u32::MAX), (16, 6, u32::MAX), (32, 4, u32::MAX)];
        let mut list = 2_u32.to_le_bytes().to_vec();
        for (tag, rights, id) in entries {
            list.extend(tag.to_le_bytes().into_iter().chain(rights.to_le_bytes()).chain(id.to_le_bytes()));
        }
        let project = project();
        let path = project.file("a.sh");
        if let Err(error) = xattr::set(&path, "system.posix_acl_access", &list) {
            writeln!(std::io::stderr(), "SKIPPED an_access_control_list_stays: {error}").unwrap();
            return;
        }
        project.write(&path).unwrap();
        assert_eq!(xattr::get(&path, "system.posix_acl_access").unwrap(), Some(list));
    }

    #[test]
    fn other_names_of_a_file_are_told() {
        let project = project();
        let path = project.file("a.sh");
        assert_eq!(project.written(&path).unwrap(), Written { left_behind: 0 });
        let path = project.file("b.sh");
        fs::hard_link(&path, project.root.join("c.sh")).unwrap();
        assert_eq!(project.written(&path).unwrap(), Written { left_behind: 1 });
        assert_eq!(fs::read(project.root.join("c.sh")).unwrap(), OLD);
    }

    #[test]
    fn a_file_that_changed_is_left_alone() {
        let project = project();
        let path = project.file("a.sh");
        File::create(&path).unwrap().write_all(b"echo somebody else\n").unwrap();
        assert!(matches!(project.write(&path), Err(Cause::Changed)));
        assert_eq!(fs::read(&path).unwrap(), b"echo somebody else\n");
        project.holds(&["a.sh"]);
    }

    #[test]
    fn a_file_that_holds_the_text_already_is_done() {
        let project = project();
        let path = project.file("a.sh");
        project.write(&path).unwrap();
        let before = fs::metadata(&path).unwrap();
        project.write(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().ino(), before.ino());
        project.holds(&["a.sh"]);
    }

    #[test]
    fn the_original_is_kept_with_all_that_it_was() {
        let project = project();
        let path = project.file("a.sh");
        fs::set_permissions(&path, Permissions::from_mode(0o751)).unwrap();
        let before = fs::metadata(&path).unwrap();
        assert_eq!(project.put(&path, Original::Kept).unwrap(), Written { left_behind: 0 });
        let kept = project.root.join("a.sh.orig");
        assert_eq!((fs::read(&path).unwrap(), fs::read(&kept).unwrap()), (NEW.to_vec(), OLD.to_vec()));
        let after = fs::metadata(&kept).unwrap();
        assert_eq!((after.mode(), after.mtime_nsec()), (before.mode(), before.mtime_nsec()));
        project.holds(&["a.sh", "a.sh.orig"]);
    }

    #[test]
    fn what_was_kept_before_is_not_lost() {
        let project = project();
        let path = project.file("a.sh");
        let kept = project.root.join("a.sh.orig");
        File::create(&kept).unwrap().write_all(b"older\n").unwrap();
        let refused = project.put(&path, Original::Kept);
        assert!(matches!(&refused, Err(Cause::Kept(place)) if *place == kept), "{refused:?}");
        assert_eq!((fs::read(&path).unwrap(), fs::read(&kept).unwrap()), (OLD.to_vec(), b"older\n".to_vec()));
        // As a run leaves it that was killed before the rename.
        fs::remove_file(&kept).unwrap();
        fs::hard_link(&path, &kept).unwrap();
        project.put(&path, Original::Kept).unwrap();
        assert_eq!((fs::read(&path).unwrap(), fs::read(&kept).unwrap()), (NEW.to_vec(), OLD.to_vec()));
        project.holds(&["a.sh", "a.sh.orig"]);
    }

    #[test]
    fn a_link_within_the_project_stays_a_link() {
        let project = project();
        let path = project.file("a.sh");
        symlink("a.sh", project.root.join("link.sh")).unwrap();
        project.write(&project.root.join("link.sh")).unwrap();
        assert!(fs::symlink_metadata(project.root.join("link.sh")).unwrap().is_symlink());
        assert_eq!(fs::read(path).unwrap(), NEW);
    }

    #[test]
    fn a_link_out_of_the_project_is_not_followed() {
        let project = project();
        let outside = project.outer.path().join("outside");
        fs::create_dir(&outside).unwrap();
        File::create(outside.join("b.sh")).unwrap().write_all(OLD).unwrap();
        symlink(outside.join("b.sh"), project.root.join("link.sh")).unwrap();
        symlink(&outside, project.root.join("linked")).unwrap();
        for path in ["link.sh", "linked/b.sh"] {
            assert!(matches!(project.write(&project.root.join(path)), Err(Cause::Outside)), "{path}");
        }
        assert_eq!(fs::read(outside.join("b.sh")).unwrap(), OLD);
        project.write(&outside.join("b.sh")).expect("named without a link, it is meant");
    }

    #[test]
    fn a_read_only_file_is_left_alone() {
        let project = project();
        let path = project.file("a.sh");
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        assert!(matches!(project.write(&path), Err(Cause::ReadOnly)));
        assert_eq!(fs::read(&path).unwrap(), OLD);
    }

    #[test]
    fn a_read_only_directory_is_said() {
        let project = project();
        let path = project.file("a.sh");
        fs::set_permissions(&project.root, Permissions::from_mode(0o555)).unwrap();
        let result = project.write(&path);
        fs::set_permissions(&project.root, Permissions::from_mode(0o755)).unwrap();
        if result.is_ok() {
            writeln!(
                std::io::stderr(),
                "SKIPPED a_read_only_directory_is_said: permissions do not bind root"
            )
            .unwrap();
            return;
        }
        assert!(matches!(result, Err(Cause::NoRoom(_))));
        assert_eq!(fs::read(&path).unwrap(), OLD);
    }

    #[test]
    fn what_is_no_regular_file_is_refused() {
        let project = project();
        fs::create_dir(project.root.join("x.sh")).unwrap();
        assert!(matches!(project.write(&project.root.join("x.sh")), Err(Cause::NotRegular)));
    }
}
