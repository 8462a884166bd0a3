//! The repository states one version: that of Cargo.toml.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const VERSION: &str = env!("CARGO_PKG_VERSION");
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|cause| panic!("{name}: {cause}"))
}

/// The files below these directories of the repository, and those at its root.
fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for directory in ["", ".ci", ".github", "docs", "editors", "packaging"] {
        gather(&root().join(directory), directory.is_empty(), &mut found);
    }
    found.sort();
    found
}

fn gather(directory: &Path, only_here: bool, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let made = path.file_name().is_some_and(|name| name == "node_modules" || name == "target");
        match path.is_dir() {
            true if only_here || made => {}
            true => gather(&path, false, found),
            false => found.push(path),
        }
    }
}

/// What stands behind each occurrence of `mark` in a text, as far as it looks like a version.
fn behind<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    let version = |rest: &'a str| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        rest[..end].trim_end_matches('.')
    };
    text.match_indices(mark)
        .map(|(at, _)| version(&text[at + mark.len()..]))
        .filter(|found| !found.is_empty())
        .collect()
}

#[test]
fn manifests_state_the_version_of_the_crate_or_none() {
    let mut seen = 0;
    for path in files() {
        let name = path.strip_prefix(root()).unwrap();
        let own = match path.file_name().and_then(|name| name.to_str()) {
            Some("package.json") => {
                let manifest: serde_json::Value =
                    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
                manifest["version"].as_str().map(str::to_owned)
            }
            Some("pyproject.toml") => {
                let manifest: toml::Table = fs::read_to_string(&path).unwrap().parse().unwrap();
                manifest["project"].get("version").map(|version| version.as_str().unwrap().to_owned())
            }
            _ => continue,
        };
        seen += 1;
        assert!(
            own.as_deref().is_none_or(|own| own == VERSION),
            "{}: {own:?}, not {VERSION}",
            name.display()
        );
    }
    assert!(seen >= 2, "{seen} manifests");
}

#[test]
fn the_lock_file_and_the_program_state_the_version_of_the_crate() {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    let own = packages.iter().find(|package| package["name"].as_str() == Some("lint-scripts")).unwrap();
    assert_eq!(own["version"].as_str(), Some(VERSION));
    let told = Command::new(env!("CARGO_BIN_EXE_lint-scripts")).arg("--version").output().unwrap();
    assert_eq!(String::from_utf8(told.stdout).unwrap(), format!("lint-scripts {VERSION}\n"));
}

#[test]
fn the_changelog_has_a_place_for_the_version() {
    let changelog = read("CHANGELOG.md");
    let released = format!("## [{VERSION}]");
    let coming = format!("What becomes {VERSION}");
    assert!(
        changelog.contains(&released) || changelog.contains(&coming),
        "neither {released:?} nor {coming:?}"
    );
}

#[test]
fn images_and_toolchains_are_of_the_stated_rust_version() {
    let mut seen = 0;
    for path in files() {
        let Ok(text) = fs::read_to_string(&path) else { continue };
        for mark in ["FROM rust:", "cimg/rust:", "toolchain install "] {
            for found in behind(&text, mark) {
                seen += 1;
                assert_eq!(found, RUST, "{}: {mark}{found}", path.display());
            }
        }
    }
    assert!(seen >= 2, "{seen} mentions");
}

#[test]
fn a_version_is_read_up_to_its_end() {
    assert_eq!(behind("FROM rust:1.95-alpine\nFROM rust:alpine", "FROM rust:"), ["1.95"]);
    assert_eq!(behind("x 1.2.3. y", "x "), ["1.2.3"]);
}
