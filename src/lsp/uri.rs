//! From the addresses of documents to paths, and back.

use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};

/// What a path in an address may hold as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path of a `file:` address on this machine; other documents have none.
pub fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("file://")).map(|_| &uri.0[7..])?;
    let (host, path) = rest.split_at(rest.find('/')?);
    if !host.is_empty() && host != "localhost" {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    native(bytes)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere, not all bytes are a path")]
fn native(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;

    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn native(bytes: Vec<u8>) -> Option<PathBuf> {
    // `/c:/x` is `c:/x`.
    let text = String::from_utf8(bytes).ok()?;
    let drive = text.strip_prefix('/').filter(|rest| rest.get(1..2) == Some(":"));
    Some(PathBuf::from(drive.unwrap_or(&text)))
}

/// The address of a path, which is absolute.
pub fn of(path: &Path) -> Uri {
    let slash = if path.has_root() && cfg!(unix) { "" } else { "/" };
    Uri(format!("file://{slash}{}", encoded(path)))
}

#[cfg(unix)]
fn encoded(path: &Path) -> String {
    percent_encoding::percent_encode(path.as_os_str().as_encoded_bytes(), PLAIN).to_string()
}

#[cfg(not(unix))]
fn encoded(path: &Path) -> String {
    percent_encoding::utf8_percent_encode(&crate::files::shown(path), PLAIN).to_string()
}

/// A name for a document that has no path: what stands behind the scheme, or the last part of it.
pub fn name(uri: &Uri) -> String {
    let rest = uri.0.split_once(':').map_or(&*uri.0, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let last = rest.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    percent_decode_str(last).decode_utf8_lossy().into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use gen_lsp_types::Uri;

    use super::{name, of, path};

    fn of_text(text: &str) -> Uri {
        Uri(text.to_owned())
    }

    #[test]
    fn paths_and_addresses_belong_together() {
        for (text, expected) in [
            ("file:///a/b.sh", "/a/b.sh"),
            ("file:///a%20b/%C3%A9%25.sh", "/a b/é%.sh"),
            ("FILE://localhost/a", "/a"),
        ] {
            assert_eq!(path(&of_text(text)).as_deref(), Some(Path::new(expected)));
        }
        for other in ["untitled:Untitled-1", "git:/a/b.sh?x", "file://host/a", "file:", "", "é", "fil🗻://x"]
        {
            assert_eq!(path(&of_text(other)), None, "{other}");
        }
        assert_eq!(of(Path::new("/a b/é#%.sh")).0, "file:///a%20b/%C3%A9%23%25.sh");
        assert_eq!(path(&of(Path::new("/a b/é#%?.sh"))).as_deref(), Some(Path::new("/a b/é#%?.sh")));
    }

    #[test]
    fn what_has_no_path_has_a_name() {
        assert_eq!(name(&of_text("untitled:Untitled-1")), "Untitled-1");
        assert_eq!(name(&of_text("git:/a/b%20c.sh?%7B%7D")), "b c.sh");
        assert_eq!(name(&of_text("x:")), "");
    }
}
