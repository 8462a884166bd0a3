//! Bytes from disk, with a mark by which a later write knows that they are still the same.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::{Cause, Failure};

/// In bytes; a larger script that holds NULs is one with an archive in it.
const NUL_LIMIT: usize = 1 << 20;

/// Offsets are `u32`, and the one after the last byte must fit, too.
const LIMIT: usize = u32::MAX as usize;

/// What was read from one path.
#[derive(Clone, Debug)]
pub struct Content {
    /// The bytes as they are.
    pub bytes: Arc<[u8]>,
    /// Tells whether the file still holds these bytes.
    pub fingerprint: Fingerprint,
}

/// Identifies a content; equal for equal bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    len: usize,
    hash: u64,
}

impl Fingerprint {
    /// The mark of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self { len: bytes.len(), hash: xxh3_64(bytes) }
    }
}

/// Reads the file at `path`; devices and pipes, too.
///
/// # Errors
/// When there is no such file, it cannot be read, is over 4 GiB, or is not a script and holds a NUL byte.
pub fn read(path: &Path) -> Result<Content, Failure> {
    open(path).and_then(take).map_err(|cause| Failure::new(path, cause))
}

/// Reads standard input to its end; its path is `-`.
///
/// # Errors
/// As [`read`].
pub fn read_stdin() -> Result<Content, Failure> {
    take(io::stdin().lock()).map_err(|cause| Failure::new("-", cause))
}

pub(super) fn cause(error: io::Error) -> Cause {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Cause::Missing,
        _ => Cause::Unreadable(error),
    }
}

/// A regular file tells its size before it is read.
fn open(path: &Path) -> Result<File, Cause> {
    let file = File::open(path).map_err(cause)?;
    let metadata = file.metadata().map_err(cause)?;
    if metadata.len() >= LIMIT as u64 {
        return Err(Cause::TooLarge);
    }
    Ok(file)
}

/// Stops at the first NUL byte, unless it is in a small script that starts with `#!`: of an endless device no more than that is
/// read.
fn take(mut from: impl Read) -> Result<Content, Cause> {
    let mut bytes: Vec<u8> = Vec::new();
    let mut holds_nul = false;
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let count = match from.read(&mut chunk) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Cause::Unreadable(error)),
        };
        holds_nul |= chunk[..count].contains(&0);
        let start = if bytes.is_empty() { &chunk[..count] } else { &bytes };
        if holds_nul && !(start.starts_with(b"#!") && bytes.len() + count <= NUL_LIMIT) {
            return Err(Cause::Binary);
        }
        if bytes.len() + count >= LIMIT {
            return Err(Cause::TooLarge);
        }
        bytes.extend_from_slice(&chunk[..count]);
    }
    let fingerprint = Fingerprint::of(&bytes);
    Ok(Content { bytes: bytes.into(), fingerprint })
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::{Cause, LIMIT, read, take};

    #[test]
    fn bytes_come_as_they_are() {
        let content = take(&b"\xff\r\n"[..]).unwrap();
        assert_eq!(&*content.bytes, b"\xff\r\n");
    }

    #[test]
    fn a_nul_byte_ends_the_reading() {
        assert!(matches!(take(io::repeat(0)), Err(Cause::Binary)));
    }

    #[test]
    fn a_script_may_hold_nul_bytes_if_it_is_small() {
        let with =
            |zeros: u64| take(io::Read::chain(&b"#!/bin/sh\n"[..], io::Read::take(io::repeat(0), zeros)));
        assert_eq!(with(3).unwrap().bytes.len(), 13);
        assert!(matches!(with(2 << 20), Err(Cause::Binary)));
    }

    #[test]
    fn a_sparse_file_over_the_limit_is_not_taken_for_a_script() {
        // A file of 4 GiB without a NUL would have to be written; a sparse one is all NUL.
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(LIMIT as u64 + 1).unwrap();
        assert!(matches!(read(file.path()).unwrap_err().cause, Cause::TooLarge));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let failure = read(Path::new("no/such/file.sh")).unwrap_err();
        assert_eq!(failure.to_string(), "no/such/file.sh: no such file or directory");
    }

    #[test]
    fn a_directory_is_not_a_file() {
        let directory = tempfile::tempdir().unwrap();
        assert!(matches!(read(directory.path()).unwrap_err().cause, Cause::Unreadable(_)));
    }
}
