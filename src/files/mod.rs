//! Floor 6: where scripts come from and go to: finding them, reading them, writing them back.

mod checkout;
mod discover;
mod read;
mod recognise;
mod shard;
mod sources;
mod underway;
mod write;

use std::path::{Component, Path, PathBuf};

pub use checkout::{LineEnds, ends_otherwise, restored};
pub use discover::{Discovery, Hidden, Ignored, Matcher, Named, Origin, Search};
pub use read::{Content, Fingerprint, read, read_stdin};
pub use recognise::{Kind, kind_of_open};
pub use shard::Shard;
pub use sources::DiskSources;
pub use write::{Original, Written, put, write};

/// What went wrong with one path. All other paths are still done.
#[derive(Debug, thiserror::Error)]
#[error("{}: {cause}", shown(.path))]
pub struct Failure {
    /// The path as it was given or found.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub cause: Cause,
}

impl Failure {
    /// `cause` at `path`.
    pub fn new(path: impl Into<PathBuf>, cause: Cause) -> Self {
        Self { path: path.into(), cause }
    }
}

/// Why a path could not be found, read or written.
#[derive(Debug, thiserror::Error)]
pub enum Cause {
    /// There is nothing of that name.
    #[error("no such file or directory")]
    Missing,
    /// A directory was given, and nothing in it is recognised as a script.
    #[error("this directory holds no shell script")]
    NoScript,
    /// A directory could not be walked through.
    #[error("cannot be walked: {0}")]
    Walk(ignore::Error),
    /// The bytes could not be had.
    #[error("cannot be read: {0}")]
    Unreadable(std::io::Error),
    /// Offsets are 32 bits wide.
    #[error("larger than 4 GiB, the limit for one file")]
    TooLarge,
    /// No shell takes NUL bytes in a script.
    #[error("binary file (it holds NUL bytes), not a shell script")]
    Binary,
    /// What is on disk is not what the fix was computed for.
    #[error("not written: the file changed while it was being checked")]
    Changed,
    /// A symbolic link leads out of the project.
    #[error("not written: it is reached through a symbolic link that leaves the working directory")]
    Outside,
    /// A device, a pipe, a directory.
    #[error("not written: it is not a regular file")]
    NotRegular,
    /// The file's mode forbids writing for everyone.
    #[error("not written: the file is read-only")]
    ReadOnly,
    /// Another text was kept at the place for the original; it may be the only copy.
    #[error("not written: {} is there already, and holds something else", shown(.0))]
    Kept(PathBuf),
    /// No file can be made beside the one that is to be replaced.
    #[error("not written: no file can be made in its directory: {0}")]
    NoRoom(std::io::Error),
    /// The new file cannot be given what the old one has; somebody could then no longer read or run it, or could now.
    #[error("not written: its owner, mode or attributes could not be kept: {0}")]
    Unlike(std::io::Error),
    /// The disk or the permissions say no; the file is as it was.
    #[error("not written: {0}")]
    Unwritable(std::io::Error),
}

/// A path as it is shown, with `/` between its parts; bytes that are not UTF-8 become U+FFFD.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

/// `path` with `.` and `..` worked out as they are written, links not looked at.
pub fn written(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => _ = plain.pop(),
            other => plain.push(other),
        }
    }
    plain
}
