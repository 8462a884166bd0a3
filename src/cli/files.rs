//! `--files-from` and `--list-files`: the files of a run, read from a list and printed as one.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::Outcome;
use super::args::Lint;
use super::output::{Output, on_terminal};
use super::scan::{Scan, Trouble};
use crate::files::{Origin, shown};
use crate::report::clean_word;

/// The paths that the user has named, on the command line or in a list; an error is a sentence for the user.
pub fn named(lint: &Lint) -> Result<Vec<PathBuf>, String> {
    let Some(list) = &lint.files_from else { return Ok(lint.paths.clone()) };
    let bytes =
        bytes(list).map_err(|cause| format!("--files-from {}: cannot be read: {cause}", shown(list)))?;
    let paths = entries(&bytes).map_err(|entry| format!("--files-from {}: {entry}", shown(list)))?;
    if paths.is_empty() && !lint.reading.finding.allow_empty {
        return Err(format!("--files-from {}: the list names no file", shown(list)));
    }
    Ok(paths)
}

fn bytes(list: &Path) -> io::Result<Vec<u8>> {
    if list != Path::new("-") {
        return fs::read(list);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Divided by NULs where there is one, by line ends otherwise. In a list, `-` is a file.
fn entries(list: &[u8]) -> Result<Vec<PathBuf>, String> {
    let end = if list.contains(&0) { 0 } else { b'\n' };
    let entries = list.split(|&byte| byte == end).filter(|entry| !entry.is_empty());
    let path = |entry: &[u8]| match path(entry) {
        Ok(path) if path == Path::new("-") => Ok(PathBuf::from("./-")),
        other => other,
    };
    entries.map(path).collect()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere, not all bytes are a path")]
fn path(entry: &[u8]) -> Result<PathBuf, String> {
    use std::os::unix::ffi::OsStringExt;

    Ok(OsString::from_vec(entry.to_vec()).into())
}

#[cfg(not(unix))]
fn path(entry: &[u8]) -> Result<PathBuf, String> {
    let entry = entry.strip_suffix(b"\r").unwrap_or(entry);
    let text = str::from_utf8(entry).map_err(|_| format!("{}: not UTF-8", String::from_utf8_lossy(entry)))?;
    Ok(OsString::from(text).into())
}

/// Prints which files would be checked, one a line.
pub fn list(scan: &Scan, paths: &[PathBuf]) -> Outcome {
    let (origins, troubles) = scan.found(paths);
    let mut output = Output::default();
    for origin in &origins {
        let mut line = line(origin);
        line.push(b'\n');
        output.print(&line);
    }
    troubles.iter().for_each(Trouble::tell);
    let failed = if troubles.is_empty() { Outcome::Clean } else { Outcome::Failed };
    failed.max(output.outcome())
}

/// To a program, a path goes as it is.
fn line(origin: &Origin) -> Vec<u8> {
    if cfg!(not(unix)) || on_terminal() {
        return clean_word(&origin.shown()).into_bytes();
    }
    origin.path().as_os_str().as_encoded_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::entries;

    #[test]
    fn a_list_is_divided_by_nul_or_by_lines() {
        let paths = |names: &[&str]| Ok(names.iter().map(PathBuf::from).collect::<Vec<_>>());
        assert_eq!(entries(b"a.sh\nb c.sh\n\n"), paths(&["a.sh", "b c.sh"]));
        assert_eq!(entries(b"a.sh\0b\nc.sh\0"), paths(&["a.sh", "b\nc.sh"]));
        assert_eq!(entries(b"-"), paths(&["./-"]));
        assert_eq!(entries(b""), paths(&[]));
    }
}
