//! The floors of the house: a file imports its own floor and those below it, and the doors to the outside are few.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};

/// By module, its floor.
const FLOORS: [(&str, u8); 18] = [
    ("text", 0),
    ("diagnostic", 0),
    ("guard", 0),
    ("shell", 1),
    ("syntax", 2),
    ("flow", 3),
    ("suppress", 3),
    ("rules", 4),
    ("check", 5),
    ("fix", 5),
    ("host", 5),
    ("cache", 6),
    ("config", 6),
    ("files", 6),
    ("report", 6),
    ("baseline", 6),
    ("cli", 7),
    ("lsp", 7),
];

/// What only some modules may name.
const DOORS: [(&str, &[&str]); 7] = [
    ("tree_sitter", &["syntax", "host"]),
    ("codespan_reporting", &["report"]),
    ("gen_lsp_types", &["lsp"]),
    ("lsp_server", &["lsp"]),
    ("std::fs", &["cache", "config", "files", "cli"]),
    ("std::env", &["config", "files", "cli", "main"]),
    ("std::process", &["cli", "lsp", "main"]),
];

fn floor(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|&(_, floor)| floor)
}

/// What is wrong with the text of one file of `module`, each with its 1-based line.
fn violations(module: &str, text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, code) in production(text) {
        for named in named(&code) {
            match (floor(module), floor(&named)) {
                (Some(own), Some(other)) if other > own => {
                    found.push((line, format!("`{module}` (floor {own}) names `{named}` (floor {other})")));
                }
                (Some(_), None) => found.push((line, format!("`{named}` is no module of the table"))),
                _ => {}
            }
        }
        for (path, allowed) in DOORS {
            if mentions(&code, path) && !allowed.contains(&module) {
                found.push((line, format!("`{module}` names `{path}`")));
            }
        }
    }
    found
}

/// The statements outside comments and tests, which may touch what they like, each with its first line. A `use` over
/// several lines is one.
fn production(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut lines = text.lines().enumerate();
    let mut open = false;
    while let Some((index, line)) = lines.next() {
        if line == "#[cfg(test)]" {
            skip_item(&mut lines);
            continue;
        }
        let code = line.split("//").next().unwrap_or_default().trim();
        match found.last_mut() {
            Some((_, statement)) if open => statement.push_str(code),
            _ => found.push((index + 1, code.to_owned())),
        }
        let statement = &found.last().unwrap().1;
        open = statement.contains("use ") && statement.contains("::{") && !statement.contains(';');
    }
    found
}

/// The item behind a `#[cfg(test)]`: one line, or all up to the brace that closes it.
fn skip_item<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>) {
    let first = lines.find(|(_, line)| !line.starts_with("#["));
    if first.is_some_and(|(_, line)| line.ends_with('{')) {
        lines.find(|(_, line)| *line == "}");
    }
}

/// The modules named by `crate::module`, also in `crate::{a, b}` on one line.
fn named(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, found) in code.match_indices("crate::") {
        let rest = &code[at + found.len()..];
        let Some(group) = rest.strip_prefix('{') else {
            names.push(word(rest));
            continue;
        };
        let mut depth = 0;
        let parts = group.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            c == ',' && depth == 0
        });
        names.extend(parts.map(|part| word(part.trim())));
    }
    names.retain(|name| !name.is_empty() && !name.starts_with(char::is_uppercase));
    names
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Whether `path` stands in `code` as a path: not as part of a longer name. `std::{fs, io}` counts, too.
fn mentions(code: &str, path: &str) -> bool {
    let whole = |at: usize, text: &str| {
        let name = |c: char| c.is_alphanumeric() || c == '_';
        !code[..at].ends_with(name) && !code[at + text.len()..].starts_with(name)
    };
    if code.match_indices(path).any(|(at, text)| whole(at, text)) {
        return true;
    }
    let Some((parent, last)) = path.split_once("::") else { return false };
    let group = code.split_once(&format!("{parent}::{{")).map(|(_, group)| group);
    group.is_some_and(|group| {
        group.split([',', '{', '}', ' ']).any(|part| part == last || part.starts_with(&format!("{last}::")))
    })
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// The module that a file below `src` belongs to.
fn module(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str();
    Path::new(first).file_stem().unwrap().to_string_lossy().into_owned()
}

/// How a file below `src` climbs to the root of the crate.
fn to_root(path: &Path) -> String {
    let depth = path.components().count() - usize::from(path.ends_with("mod.rs"));
    "super::".repeat(depth)
}

/// Whether the module above declares the file for tests only.
fn is_test_module(path: &Path) -> bool {
    let above = fs::read_to_string(path.with_file_name("mod.rs")).unwrap_or_default();
    let name = path.file_stem().unwrap().to_string_lossy();
    above.contains(&format!("#[cfg(test)]\nmod {name};"))
}

#[test]
fn every_file_stays_on_its_floor() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    files.sort();
    assert!(files.len() > 20, "the sources were not found: {files:?}");
    let mut found = Vec::new();
    for path in files.iter().filter(|path| !is_test_module(path)) {
        let relative = path.strip_prefix(&root).unwrap();
        let module = module(relative);
        let known = floor(&module).is_some() || matches!(module.as_str(), "lib" | "main");
        assert!(known, "{} belongs to no floor", relative.display());
        let text = fs::read_to_string(path).unwrap().replace(&to_root(relative), "crate::");
        for (line, what) in violations(&module, &text) {
            found.push(format!("src/{}:{line}: {what}", relative.display()));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_wrong_file_is_detected() {
    let check = |module: &str, text: &str, expected: &[(usize, &str)]| {
        let found = violations(module, text);
        let found: Vec<(usize, &str)> = found.iter().map(|(line, what)| (*line, what.as_str())).collect();
        assert_eq!(found, expected, "{text}");
    };
    let up = "use crate::text::Span;\nuse crate::rules::Rule;\n";
    check("flow", up, &[(2, "`flow` (floor 3) names `rules` (floor 4)")]);
    check("rules", up, &[]);
    check(
        "syntax",
        "use crate::{text::{Span, FileId}, flow};",
        &[(1, "`syntax` (floor 2) names `flow` (floor 3)")],
    );
    check(
        "check",
        "    let x = crate::report::pictures();",
        &[(1, "`check` (floor 5) names `report` (floor 6)")],
    );
    check("text", "use crate::helpers::x;", &[(1, "`helpers` is no module of the table")]);
    check("rules", "use tree_sitter::Node;", &[(1, "`rules` names `tree_sitter`")]);
    check("syntax", "use tree_sitter::Node;\nuse tree_sitter_bash::LANGUAGE;", &[]);
    check("cli", "use codespan_reporting::term;", &[(1, "`cli` names `codespan_reporting`")]);
    check("check", "use std::fs::File;", &[(1, "`check` names `std::fs`")]);
    check("check", "use std::{fs, io};", &[(1, "`check` names `std::fs`")]);
    check("flow", "let x = std::env::var(\"X\");", &[(1, "`flow` names `std::env`")]);
    check("flow", "// std::env, crate::cli\n#[cfg(test)]\nmod tests { use std::fs; }", &[]);
    check(
        "check",
        "use crate::{\n    text::Span,\n    cli,\n};",
        &[(1, "`check` (floor 5) names `cli` (floor 7)")],
    );
    let behind = "#[cfg(test)]\nmod story;\nuse crate::cli;\n#[cfg(test)]\n#[cfg(unix)]\nmod tests {\n    use std::fs;\n}\nuse std::env;";
    check(
        "rules",
        behind,
        &[(3, "`rules` (floor 4) names `cli` (floor 7)"), (9, "`rules` names `std::env`")],
    );
    check("shell", "/// Uses `crate::rules`.\nuse std::fmt;", &[]);
}
