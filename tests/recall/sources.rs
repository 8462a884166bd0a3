//! Scripts in which failures are heard: those of the suite that are said to be right, and some that were written to be changed.

use std::fs;
use std::path::Path;

use lint_scripts::shell::{Dialect, detect};

use crate::book::{Kind, Page, entries, odd_cases, pages};
use crate::harness::{Scenario, scripts};

/// A correct script.
pub struct Source {
    /// Where it is written.
    pub name: String,
    pub text: String,
    pub scenario: Scenario,
}

/// All of them that bash can run.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = |name: &str| {
        let mut found = entries(&root.join(name));
        found.sort();
        found
    };
    let good = pages().into_iter().chain(odd_cases()).flat_map(|page| of_page(&page));
    let suite = scripts().into_iter().filter(|path| is_right(path));
    let own = folder("tests/recall/scripts").into_iter().chain(folder("tests/idioms"));
    let files = suite.chain(own).filter(|path| path.extension().is_some_and(|ending| ending == "sh"));
    good.chain(files.map(|path| of_file(root, &path))).filter(is_for_bash).collect()
}

fn is_right(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name).unwrap();
    folder == "loud" || folder == "checked"
}

/// What runs in bash, or in any shell.
fn is_for_bash(source: &Source) -> bool {
    let first = source.text.lines().next().unwrap_or_default();
    let names = ["bash", "sh"].iter().any(|shell| first.split(['/', ' ']).any(|word| word == *shell));
    names && matches!(detect(&source.name, source.text.as_bytes()), Dialect::Bash | Dialect::Sh)
}

/// What is to run on another host, as another user or in a container is run, too.
fn far() -> Scenario {
    Scenario { env: [("STUB_FAR".to_owned(), "yes".to_owned())].into(), ..Scenario::default() }
}

fn of_page(page: &Page) -> Vec<Source> {
    page.of(Kind::Good)
        .map(|block| Source {
            name: page.place(block),
            text: with_first_line(&block.text, block.shell),
            scenario: far(),
        })
        .collect()
}

fn with_first_line(text: &str, shell: Dialect) -> String {
    if text.starts_with("#!") { text.to_owned() } else { format!("#!/usr/bin/env {}\n{text}", shell.name()) }
}

/// A description may stand beside it.
fn of_file(root: &Path, path: &Path) -> Source {
    let described = path.with_extension("toml").exists();
    Source {
        name: path.strip_prefix(root).unwrap().display().to_string(),
        text: with_first_line(&fs::read_to_string(path).unwrap(), Dialect::Bash),
        scenario: if described { Scenario::of(path) } else { far() },
    }
}
