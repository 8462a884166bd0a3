//! The pages of the rules, and the blocks of shell in them.

#![allow(dead_code, reason = "each test crate that includes it uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a page that cannot be read ends the test")]

use std::fs;
use std::path::{Path, PathBuf};

use lint_scripts::shell::Dialect;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Bad,
    Good,
}

/// A code block of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    pub kind: Kind,
    pub shell: Dialect,
    /// The line of its first line, 1-based.
    pub line: usize,
    pub text: String,
}

pub struct Page {
    pub path: PathBuf,
    pub rule: String,
    pub blocks: Vec<Block>,
}

impl Page {
    pub fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        let rule = path.file_stem().unwrap().to_string_lossy().into_owned();
        let blocks = blocks(&text).unwrap_or_else(|trouble| panic!("{}: {trouble}", path.display()));
        Self { path, rule, blocks }
    }

    pub fn place(&self, block: &Block) -> String {
        let path = self.path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
        format!("{}:{}", path.display(), block.line)
    }

    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Block> {
        self.blocks.iter().filter(move |block| block.kind == kind)
    }
}

/// The blocks under `## Bad` and `## Good`, and those that a heading of the third order leads to there.
pub fn blocks(text: &str) -> Result<Vec<Block>, String> {
    let mut found = Vec::new();
    let mut kind = None;
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            kind = match heading {
                "Bad" => Some(Kind::Bad),
                "Good" => Some(Kind::Good),
                _ => None,
            };
        }
        let Some(language) = line.strip_prefix("```") else { continue };
        let body: Vec<&str> =
            lines.by_ref().map(|(_, line)| line).take_while(|line| !line.starts_with("```")).collect();
        let Some(kind) = kind else { continue };
        let shell = Dialect::of_name(language)
            .ok_or_else(|| format!("line {}: no shell: {language:?}", index + 1))?;
        found.push(Block { kind, shell, line: index + 2, text: shown(&(body.join("\n") + "\n")) });
    }
    Ok(found)
}

/// Signs stand for bytes that a page cannot show.
fn shown(text: &str) -> String {
    const SIGNS: [(&str, &str); 4] = [("␠", " "), ("␀", "\0"), ("␍", "\r"), ("⟨BOM⟩", "\u{feff}")];
    SIGNS.iter().fold(text.to_owned(), |text, (sign, bytes)| text.replace(sign, bytes))
}

/// All pages of rules.
pub fn pages() -> Vec<Page> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut paths: Vec<PathBuf> =
        entries(&root).iter().filter(|path| path.is_dir()).flat_map(|path| entries(path)).collect();
    paths
        .retain(|path| path.extension().is_some_and(|ending| ending == "md") && !path.ends_with("README.md"));
    paths.sort();
    assert!(paths.len() >= 4, "the pages were not found: {paths:?}");
    paths.into_iter().map(Page::read).collect()
}

/// Odd cases, which would make a page long: the same form, but bad and good need not both be there.
pub fn odd_cases() -> Vec<Page> {
    let mut paths = entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules"));
    paths.sort();
    paths.into_iter().map(Page::read).collect()
}

pub fn entries(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}
