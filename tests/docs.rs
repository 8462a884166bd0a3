//! What the documents name is there: links, paths, modules, the sections of a rule's page.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use lint_scripts::rules::{ALL, State};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

const SECTIONS: [&str; 6] = ["Why", "Bad", "Good", "Fix", "Limits", "See also"];

/// A document and its text.
struct Page {
    path: PathBuf,
    text: String,
}

impl Page {
    fn shown(&self) -> String {
        self.path.strip_prefix(ROOT).unwrap().display().to_string()
    }

    /// The lines outside code blocks, each with its 1-based number.
    fn prose(&self) -> Vec<(usize, &str)> {
        let mut fence = None;
        let mut found = Vec::new();
        for (index, line) in self.text.lines().enumerate() {
            let ticks = line.bytes().take_while(|&byte| byte == b'`').count();
            match fence {
                None if ticks >= 3 => fence = Some(ticks),
                None => found.push((index + 1, line)),
                Some(open) if ticks >= open && line.len() == ticks => fence = None,
                Some(_) => {}
            }
        }
        assert_eq!(fence, None, "{}: a code block is not closed", self.shown());
        found
    }
}

fn page(path: PathBuf) -> Page {
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Page { path, text }
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn documents_in(directory: &Path) -> Vec<Page> {
    let is_document = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "md");
    entries(directory).into_iter().filter(is_document).map(page).collect()
}

/// The documents at the top of the project.
fn top() -> Vec<Page> {
    let found = documents_in(Path::new(ROOT));
    assert!(found.len() >= 4, "README, ARCHITECTURE, CONTRIBUTING and CHANGELOG are there");
    found
}

/// Everything under `docs`.
fn under_docs() -> Vec<Page> {
    documents_in(&Path::new(ROOT).join("docs"))
}

/// The guide to editors, and the page of the extension for VS Code.
fn under_editors() -> Vec<Page> {
    let directory = Path::new(ROOT).join("editors");
    documents_in(&directory).into_iter().chain(documents_in(&directory.join("vscode"))).collect()
}

/// Everything under `rules`, the pages of rules among it.
fn under_rules() -> Vec<Page> {
    let families = entries(&Path::new(ROOT).join("rules")).into_iter().filter(|path| path.is_dir());
    families.flat_map(|family| documents_in(&family)).collect()
}

fn rules() -> Vec<Page> {
    let pages: Vec<Page> =
        under_rules().into_iter().filter(|page| !page.path.ends_with("README.md")).collect();
    assert!(pages.len() >= 4, "the pages of the four rules are there");
    pages
}

/// The targets of a line's links.
fn links(line: &str) -> Vec<&str> {
    line.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

/// Words in backticks that are paths of this project; those with a gap to fill in (`<name>`) or a pattern are not.
fn paths(line: &str) -> Vec<&str> {
    let quoted = line.split('`').skip(1).step_by(2);
    let roots = ["src/", "tests/", "rules/", ".ci/", ".github/"];
    let is_path = |word: &&str| {
        roots.iter().any(|root| word.starts_with(root)) && !word.contains(['<', '*', ' ', '{', '…'])
    };
    quoted.filter(is_path).collect()
}

/// Files that the guide makes up for its example.
fn is_example(path: &str) -> bool {
    path.contains("copy-without-check") || path.contains("copy_without_check")
}

#[test]
fn links_lead_somewhere() {
    let mut seen = 0;
    let mut broken = Vec::new();
    for page in top().into_iter().chain(under_docs()).chain(under_editors()).chain(under_rules()) {
        for (line, text) in page.prose() {
            for link in links(text).into_iter().filter(|link| !link.starts_with("https://")) {
                seen += 1;
                if !leads_somewhere(&page, link) {
                    broken.push(format!("{}:{line}: {link}", page.shown()));
                }
            }
        }
    }
    assert!(seen > 10, "links are found: {seen}");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn leads_somewhere(page: &Page, link: &str) -> bool {
    let (path, anchor) = link.split_once('#').map_or((link, None), |(path, anchor)| (path, Some(anchor)));
    let own = page.path.parent().unwrap().join(path);
    let target = if path.is_empty() { page.path.clone() } else { own };
    match anchor {
        None => target.exists(),
        Some(anchor) => target.is_file() && anchors(&self::page(target)).contains(anchor),
    }
}

/// The anchors that headings get.
fn anchors(page: &Page) -> BTreeSet<String> {
    let headings = page.prose().into_iter().filter(|(_, line)| line.starts_with('#'));
    let plain = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings
        .map(|(_, line)| line.trim_start_matches('#').trim().to_lowercase().chars().filter(plain).collect())
        .map(|heading: String| heading.replace(' ', "-"))
        .collect()
}

#[test]
fn paths_that_are_named_are_there() {
    let mut seen = 0;
    let mut missing = Vec::new();
    for page in top().into_iter().chain(under_docs()).chain(under_editors()).chain(under_rules()) {
        for (line, text) in page.prose() {
            for path in paths(text).into_iter().filter(|path| !is_example(path)) {
                seen += 1;
                if !Path::new(ROOT).join(path).exists() {
                    missing.push(format!("{}:{line}: {path}", page.shown()));
                }
            }
        }
    }
    assert!(seen > 10, "paths are found: {seen}");
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// The map's table of floors: by module, its floor.
fn mapped() -> BTreeSet<(String, String)> {
    let map = page(Path::new(ROOT).join("ARCHITECTURE.md"));
    let rows = map.prose().into_iter().filter_map(|(_, line)| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
        let [floor, module, _] = cells[..] else { return None };
        let module = module.strip_prefix('`')?.strip_suffix('`')?;
        floor.parse::<u8>().ok()?;
        Some((module.to_owned(), floor.to_owned()))
    });
    rows.collect()
}

#[test]
fn the_map_shows_every_module() {
    let modules: BTreeSet<String> = entries(&Path::new(ROOT).join("src"))
        .into_iter()
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    let shown: BTreeSet<String> = mapped().into_iter().map(|(module, _)| module).collect();
    assert_eq!(shown, modules, "the table of floors in ARCHITECTURE.md, and src");
    let map = page(Path::new(ROOT).join("ARCHITECTURE.md"));
    for module in &modules {
        let opening = format!("**`{module}`.**");
        assert!(map.text.contains(&opening), "ARCHITECTURE.md has no paragraph on `{module}`");
    }
}

#[test]
fn the_map_has_the_floors_that_are_held() {
    let held = fs::read_to_string(Path::new(ROOT).join("tests/floors.rs")).unwrap();
    for (module, floor) in mapped() {
        let entry = format!("(\"{module}\", {floor}),");
        assert!(held.contains(&entry), "tests/floors.rs does not hold `{module}` on floor {floor}");
    }
}

#[test]
fn pages_of_rules_have_one_form() {
    let readme = page(Path::new(ROOT).join("README.md"));
    for page in rules() {
        let name = page.path.file_stem().unwrap().to_string_lossy().into_owned();
        let prose = page.prose();
        let headings = |mark: &str| -> Vec<&str> {
            prose.iter().filter_map(|(_, line)| line.strip_prefix(mark)).collect()
        };
        assert_eq!(headings("# "), [name.as_str()], "{}", page.shown());
        assert_eq!(headings("## "), SECTIONS, "{}", page.shown());
        assert!(readme.text.contains(&format!("]({})", page.shown())), "README.md does not list {name}");
    }
}

#[test]
fn the_readme_says_which_rules_speak() {
    let readme = page(Path::new(ROOT).join("README.md")).text;
    let (_, tables) = readme.split_once("\n| rule | finds |").expect("the rules that are on");
    let (on, preview) = tables.split_once("\n| in preview | finds |").expect("those in preview");
    let (preview, _) = preview.split_once("\n\n").expect("the end of the table");
    for rule in ALL {
        let row = format!("| [`{}`](", rule.id.0);
        let (own, other) = if rule.state == State::Stable { (on, preview) } else { (preview, on) };
        assert!(own.contains(&row), "README.md does not list {} where it belongs", rule.id.0);
        assert!(!other.contains(&row), "README.md lists {} in two tables", rule.id.0);
    }
}

#[test]
fn what_a_line_names() {
    assert_eq!(links("a [b](c.md), [d](https://e) and `f`"), ["c.md", "https://e"]);
    assert_eq!(links("(no link)"), [""; 0]);
    assert_eq!(
        paths("see `src/flow/graph.rs`, `rules/<family>/x.md`, `cargo test` and `tests/*.rs`"),
        ["src/flow/graph.rs"]
    );
}
