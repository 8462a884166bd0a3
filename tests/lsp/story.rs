//! The script that the project was started for.

use std::fs;
use std::path::PathBuf;

use crate::client::repository;

pub fn path() -> PathBuf {
    repository("tests/scripts/story/backup.sh")
}

pub fn text() -> String {
    fs::read_to_string(path()).unwrap()
}
