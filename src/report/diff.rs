//! Fixes as a patch that `git apply` and `patch -p1` take.

use std::path::Path;

use similar::{Algorithm, TextDiff};

use super::clean::clean_lines;

/// A unified diff from `old` to `new` of the file at `path`, byte for byte; empty when they are equal.
pub fn patch(path: &Path, old: &[u8], new: &[u8]) -> Vec<u8> {
    let lines = |text| <[u8]>::split_inclusive(text, |&byte| byte == b'\n').collect::<Vec<&[u8]>>();
    let (before, after) = (lines(old), lines(new));
    let diff = TextDiff::configure().algorithm(Algorithm::Myers).diff_slices(&before, &after);
    let mut written = Vec::new();
    for hunk in diff.unified_diff().iter_hunks() {
        if written.is_empty() {
            written.extend(format!("--- {}\n+++ {}\n", name('a', path), name('b', path)).bytes());
        }
        written.extend(format!("{}\n", hunk.header()).bytes());
        for change in hunk.iter_changes() {
            written.extend(change.tag().to_string().bytes());
            written.extend(change.value());
            if !change.value().ends_with(b"\n") {
                written.extend(b"\n\\ No newline at end of file\n");
            }
        }
    }
    written
}

/// The same for a terminal: what would act on it is replaced, so this one cannot be applied.
pub fn patch_for_terminal(path: &Path, old: &[u8], new: &[u8]) -> Vec<u8> {
    clean_lines(&patch(path, old, new)).into_bytes()
}

/// The name in a patch's header, as git writes it: quoted where it holds what a header cannot, and with a tab behind it
/// where a blank would seem to end it.
fn name(side: char, path: &Path) -> String {
    let Some(path) = path.to_str() else { return quoted(side, path.as_os_str().as_encoded_bytes()) };
    let path = path.replace(std::path::MAIN_SEPARATOR, "/");
    let path = if path == "-" { "stdin" } else { path.trim_start_matches("./").trim_start_matches('/') };
    if path.chars().any(|c| c.is_control() || matches!(c, '"' | '\\')) {
        return quoted(side, path.as_bytes());
    }
    let tab = if path.contains(' ') { "\t" } else { "" };
    format!("{side}/{path}{tab}")
}

fn quoted(side: char, path: &[u8]) -> String {
    let path: String = path.iter().copied().map(quote).collect();
    format!("\"{side}/{path}\"")
}

fn quote(byte: u8) -> String {
    match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::Write;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use super::{patch, patch_for_terminal};

    #[track_caller]
    fn applies(path: impl AsRef<Path>, old: &[u8], new: &[u8]) {
        let path = path.as_ref();
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        File::create(&file).unwrap().write_all(old).unwrap();
        let git = |arguments: &[&str]| {
            let mut child = Command::new("git")
                .args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn"])
                .args(arguments)
                .current_dir(&directory)
                .env("GIT_CEILING_DIRECTORIES", directory.path().parent().unwrap())
                .stdin(Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(&patch(path, old, new)).unwrap();
            assert!(child.wait().unwrap().success(), "{}", String::from_utf8_lossy(&patch(path, old, new)));
        };
        git(&["--check"]);
        git(&[]);
        assert_eq!(fs::read(&file).unwrap(), new, "{}", path.display());
    }

    #[test]
    fn git_applies_the_patch() {
        if Command::new("git").arg("--version").output().is_err() {
            assert!(std::env::var_os("CI").is_none(), "git is missing");
            writeln!(std::io::stderr(), "SKIPPED git_applies_the_patch: there is no git on this machine")
                .unwrap();
            return;
        }
        applies("a.sh", b"one\ntwo\n", b"one\nset -e\ntwo\n");
        applies("dir/a b.sh", b"one\ntwo\n", b"one\nset -e\ntwo\n");
        applies("a\"b\\c\td.sh", b"one\n", b"two\n");
        applies("\u{e9}.sh", b"one\n", b"two\n");
        #[cfg(target_os = "linux")]
        applies(
            <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"a \xff.sh"),
            b"one\n",
            b"two\n",
        );
        applies("a.sh", b"one\ntwo", b"one\ntwo\n");
        applies("a.sh", b"one\ntwo\n", b"one\ntwo");
        applies("a.sh", b"one\r\ntwo\r\n", b"one\r\nx\r\ntwo\r\n");
        applies("a.sh", b"one\rx\ntwo\r", b"one\rx\nthree\r");
        applies("a.sh", b"\xff\x1b\n", b"\xfe\x1b\n");
        applies("a.sh", b"one\n", b"");
        let many: Vec<u8> = (0..100).flat_map(|line| format!("line {line}\n").into_bytes()).collect();
        let changed =
            String::from_utf8(many.clone()).unwrap().replace("line 7\n", "").replace("line 90\n", "x\ny\n");
        applies("a.sh", &many, changed.as_bytes());
    }

    #[test]
    fn no_change_gives_no_patch() {
        assert_eq!(patch(Path::new("a.sh"), b"same\n", b"same\n"), b"");
    }

    #[test]
    fn a_terminal_gets_no_escapes() {
        let shown = String::from_utf8(patch_for_terminal(Path::new("-"), b"\x1b[2J\n", b"x\n")).unwrap();
        assert_eq!(shown, "--- a/stdin\n+++ b/stdin\n@@ -1 +1 @@\n-?[2J\n+x\n");
    }
}
