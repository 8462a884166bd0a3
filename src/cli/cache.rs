//! Where the cache lies: in the user's own directory, and never in a checkout. Whoever sends a change could put there what is
//! to be found in it.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3Default;

use super::args::Caching;
use super::output::warning;
use crate::cache::{Cache, own_directory};
use crate::files::shown;

/// The cache of a run over these paths; an error is a sentence for the user.
pub fn open(asked: &Caching, paths: &[PathBuf]) -> Result<Cache, String> {
    let usual = || usual(|name| env::var_os(name));
    let directory = if asked.no_cache { None } else { asked.cache_dir.clone().or_else(usual) };
    let Some(directory) = directory else { return Ok(Cache::default()) };
    if let Some(checkout) =
        checkouts(paths).into_iter().find(|checkout| real(&directory).starts_with(checkout))
    {
        let (cache, checkout) = (shown(&directory), shown(&checkout));
        let why =
            format!("{cache} lies in {checkout}, where a change under review could bring a cache of its own");
        if asked.cache_dir.is_some() {
            return Err(format!("--cache-dir {why}"));
        }
        warning(&format!("no cache is used: {why}"));
        return Ok(Cache::default());
    }
    match build() {
        Ok(build) => Ok(Cache::at(directory, build)),
        Err(cause) => {
            warning(&format!("no cache is used: lint-scripts cannot read its own program: {cause}"));
            Ok(Cache::default())
        }
    }
}

/// Where an editor finds the pages of rules; old ones go when the cache is tidied.
pub fn pages() -> Option<PathBuf> {
    let directory = usual(|name| env::var_os(name))?.join("pages");
    own_directory(&directory).ok()?;
    Some(directory)
}

/// As the XDG Base Directory Specification has it; on Windows in the local data of applications. Who has no home has no cache.
fn usual(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else {
        absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))
    };
    Some(base?.join("lint-scripts"))
}

/// The checkouts that the working directory and the paths are in: up to a `.git`, or the directory itself without one.
fn checkouts(paths: &[PathBuf]) -> Vec<PathBuf> {
    let here = PathBuf::from(".");
    let directory = |path: &PathBuf| match path.canonicalize() {
        Ok(path) if path.is_dir() => Some(path),
        Ok(path) => path.parent().map(Path::to_owned),
        Err(_) => None,
    };
    let top = |directory: PathBuf| {
        let top = directory.ancestors().find(|it| it.join(".git").symlink_metadata().is_ok());
        top.map_or_else(|| directory.clone(), Path::to_owned)
    };
    paths.iter().chain([&here]).filter_map(directory).map(top).collect()
}

/// The path without symbolic links, as far as there is anything at it.
fn real(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let there = absolute.ancestors().find_map(|it| Some((it, it.canonicalize().ok()?)));
    there.map_or_else(
        || absolute.clone(),
        |(part, real)| match absolute.strip_prefix(part) {
            Ok(rest) if rest != Path::new("") => real.join(rest),
            _ => real,
        },
    )
}

/// What tells this build from all others: another one may find other things.
fn build() -> io::Result<u64> {
    let mut file = File::open(env::current_exe()?)?;
    let mut hash = Xxh3Default::new();
    let mut chunk = vec![0; 1 << 20];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hash.digest()),
            count => hash.update(&chunk[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::PathBuf;

    use super::usual;

    #[cfg(unix)]
    #[test]
    fn the_cache_lies_where_the_user_keeps_caches() {
        let of = |set: &[(&str, &str)]| {
            let value =
                |name: &str| set.iter().find(|(it, _)| *it == name).map(|(_, value)| OsString::from(value));
            usual(value)
        };
        let at = |path: &str| Some(PathBuf::from(path));
        assert_eq!(of(&[("HOME", "/home/a")]), at("/home/a/.cache/lint-scripts"));
        assert_eq!(of(&[("HOME", "/home/a"), ("XDG_CACHE_HOME", "/c")]), at("/c/lint-scripts"));
        assert_eq!(of(&[("HOME", "/home/a"), ("XDG_CACHE_HOME", "c")]), at("/home/a/.cache/lint-scripts"));
        assert_eq!(of(&[]), None);
    }
}
