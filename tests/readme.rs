//! What the README shows is what the program does. `UPDATE=1 cargo test --test readme` writes the blocks anew.
#![cfg(test)]

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// What the comment right before a block says of it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Claim {
    /// `<!-- output: lint-scripts ARGUMENTS -->`: what the program prints.
    Output(Vec<String>),
    /// `<!-- file: PATH -->`: what the file holds.
    File(String),
    /// `<!-- command: NAME -->`: a command that `.ci/run` takes from here.
    Command(String),
    /// `<!-- walk: NAME -->`: a part of the way that `packaging/checks/examples.py` follows.
    Walk(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    claim: Claim,
    /// 1-based line of the comment.
    line: usize,
    /// 0-based lines of the text between the fences.
    lines: std::ops::Range<usize>,
    text: String,
}

fn blocks(readme: &str) -> Vec<Block> {
    let lines: Vec<&str> = readme.lines().collect();
    let claims = lines.iter().enumerate().filter_map(|(index, line)| Some((index, claim(line)?)));
    claims.map(|(index, claim)| block(&lines, index, claim)).collect()
}

fn claim(line: &str) -> Option<Claim> {
    let comment = line.strip_prefix("<!-- ")?.strip_suffix(" -->")?;
    match comment.split_once(": ") {
        Some(("output", command)) => {
            let words = command.strip_prefix("lint-scripts ").expect("only this program is run");
            Some(Claim::Output(words.split(' ').map(str::to_owned).collect()))
        }
        Some(("file", path)) => Some(Claim::File(path.to_owned())),
        Some(("command", name)) => Some(Claim::Command(name.to_owned())),
        Some(("walk", name)) => Some(Claim::Walk(name.to_owned())),
        _ => panic!("`{line}` says nothing that is known"),
    }
}

fn block(lines: &[&str], comment: usize, claim: Claim) -> Block {
    let start = comment + 2;
    let fence = lines.get(comment + 1).is_some_and(|line| line.starts_with("```"));
    assert!(fence, "line {}: no block follows the comment", comment + 1);
    let length = lines[start..].iter().position(|&line| line == "```").expect("the block is closed");
    let text = lines[start..start + length].iter().flat_map(|line| [line, "\n"]).collect();
    Block { claim, line: comment + 1, lines: start..start + length, text }
}

/// What should stand in the block; `None` where nothing but a reader can tell.
fn truth(claim: &Claim) -> Option<String> {
    match claim {
        Claim::Output(arguments) => Some(output(arguments)),
        Claim::File(path) => Some(fs::read_to_string(Path::new(ROOT).join(path)).unwrap()),
        Claim::Command(_) | Claim::Walk(_) => None,
    }
}

/// What the program prints to a reader without a terminal.
fn output(arguments: &[String]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_lint-scripts"))
        .args(arguments)
        .current_dir(ROOT)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let status = output.status.code();
    assert!(matches!(status, Some(0 | 1)), "{arguments:?} ends with {status:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn readme_path() -> PathBuf {
    Path::new(ROOT).join("README.md")
}

fn readme() -> String {
    fs::read_to_string(readme_path()).unwrap()
}

/// The README with the true text in each block.
fn renewed(readme: &str) -> String {
    let mut lines: Vec<String> = readme.lines().map(str::to_owned).collect();
    for block in blocks(readme).into_iter().rev() {
        if let Some(truth) = truth(&block.claim) {
            lines.splice(block.lines, truth.lines().map(str::to_owned));
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

#[test]
fn what_the_readme_shows_is_what_happens() {
    if std::env::var_os("UPDATE").is_some() {
        let renewed = renewed(&readme());
        File::create(readme_path()).unwrap().write_all(renewed.as_bytes()).unwrap();
    }
    let wrong: Vec<String> = blocks(&readme()).iter().filter_map(trouble).collect();
    assert!(wrong.is_empty(), "{}\nUPDATE=1 cargo test --test readme writes them anew", wrong.join("\n"));
}

fn trouble(block: &Block) -> Option<String> {
    let truth = truth(&block.claim)?;
    let line = block.line;
    // The program prints nothing when it finds nothing, and a README that shows nothing shows no product.
    if truth.trim().is_empty() {
        return Some(format!("README.md:{line}: there is nothing to show"));
    }
    (truth != block.text).then(|| format!("README.md:{line}: shown is\n{}\nand true is\n{truth}", block.text))
}

#[test]
fn the_first_screen_is_the_product() {
    let claims: Vec<Claim> = blocks(&readme()).into_iter().map(|block| block.claim).collect();
    let story = "tests/scripts/story/backup.sh";
    let output = |words: &[&str]| Claim::Output(words.iter().map(|&word| word.to_owned()).collect());
    let first = [Claim::File(story.to_owned()), output(&[story]), output(&["--diff", story])];
    assert_eq!(claims.get(..3), Some(first.as_slice()));
}

/// Exactly two commands set the project up, and CI runs both, as they stand there.
#[test]
fn the_commands_are_those_that_ci_runs() {
    let readme = readme();
    let commands: Vec<(String, String)> = blocks(&readme)
        .into_iter()
        .filter_map(|block| match block.claim {
            Claim::Command(name) => Some((name, block.text)),
            _ => None,
        })
        .collect();
    let names: Vec<&str> = commands.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["install", "test"]);
    let ci = fs::read_to_string(Path::new(ROOT).join(".ci/run")).unwrap();
    for (name, text) in &commands {
        assert_eq!(text.lines().count(), 1, "`{name}` is one line");
        let taken = format!("readme_command {name})");
        assert!(
            ci.lines().any(|line| line.contains(&taken)),
            ".ci/run does not take `{name}` from the README"
        );
        assert!(!ci.contains(text.trim()), ".ci/run repeats `{name}` instead of taking it from the README");
    }
}

#[test]
fn a_newcomers_walk_has_two_parts_at_most_and_is_followed() {
    let walked =
        blocks(&readme()).into_iter().filter(|block| block.claim == Claim::Walk("github".to_owned())).count();
    assert!((1..=2).contains(&walked), "{walked} parts");
    let follower = fs::read_to_string(Path::new(ROOT).join("packaging/checks/examples.py")).unwrap();
    assert!(follower.contains("<!-- walk: github -->"));
}

#[test]
fn a_wrong_block_is_told() {
    let text = "# title\n\n<!-- file: LICENSE-MIT -->\n```text\nnot the licence\n```\nbehind\n";
    let found = blocks(text);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].line, found[0].lines.clone(), found[0].text.as_str()),
        (3, 4..5, "not the licence\n")
    );
    assert!(trouble(&found[0]).is_some_and(|message| message.starts_with("README.md:3: shown is\nnot")));
    let renewed = renewed(text);
    assert!(renewed.starts_with("# title\n") && renewed.ends_with("\n```\nbehind\n"), "{renewed}");
    assert_eq!(blocks(&renewed).iter().find_map(trouble), None);
    let empty = "<!-- file: LICENSE-MIT -->\n```text\n```\n";
    assert!(blocks(empty).iter().any(|block| trouble(block).is_some()), "an empty block is wrong");
}
