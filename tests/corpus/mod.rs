//! A directory of real scripts, named by `LINT_SCRIPTS_CORPUS`, which `collect.sh` beside this file can make.

#![allow(clippy::print_stderr, reason = "what is skipped is said loudly")]

use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// How many scripts are looked at at a time.
const WORKERS: usize = 2;

/// Looks at each script, and gives what was counted; nothing, and that loudly, where no directory is named.
pub fn each_script<T: Default + Send>(look_at: impl Fn(&Path, &Mutex<T>) + Sync) -> Option<T> {
    let Some(corpus) = std::env::var_os("LINT_SCRIPTS_CORPUS") else {
        eprintln!("SKIPPED: LINT_SCRIPTS_CORPUS names no directory of scripts");
        return None;
    };
    let files = files_below(Path::new(&corpus));
    assert!(!files.is_empty(), "no file below LINT_SCRIPTS_CORPUS");
    let tally = Mutex::new(T::default());
    let next = Mutex::new(files.iter());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some(file) = next.lock().unwrap().next() else { return };
                    look_at(file, &tally);
                }
            });
        }
    });
    Some(tally.into_inner().unwrap())
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}
