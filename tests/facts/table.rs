//! The table of facts: what a snippet does in each shell.
//!
//! A file holds the facts of one topic. A fact has a name, lines with more about it, the snippet (four blanks before each
//! line), and one line for each result that was seen, with the shells that gave it:
//!
//! ```text
//! ## comp.for.first.fails
//! note: only the last round counts
//! options: errexit nounset           on the shell's command line
//! fault: cd /nonexistent             the command that fails, where it is none of the stubs `fail` and `fail4`
//! outside ksh: reason                why the engine is not asked about it; without shells: about all of them
//!     for i in 1 2; do fail; done
//!     mark end
//! bash dash: 3, silent
//! ksh: 0, speaks, end
//! ```
//!
//! A result is the exit status (or `signal N`), whether anything was written on standard error, and the marks that were
//! made, in order.

use std::fs;
use std::path::Path;

/// What one run of a snippet came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub status: String,
    pub speaks: bool,
    pub marks: String,
}

/// A snippet, and what was seen of it.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    pub name: String,
    pub options: Vec<String>,
    /// The text of the command whose failure is asked about.
    pub fault: Option<String>,
    /// Shells (empty: all), and why the engine is not asked.
    pub outside: Vec<(Vec<String>, String)>,
    pub snippet: String,
    /// Shells, and what was seen in each of them.
    pub results: Vec<(Vec<String>, Seen)>,
}

impl Fact {
    /// Why the engine is not asked what this does in `shell`.
    pub fn outside(&self, shell: &str) -> Option<&str> {
        let is_meant = |shells: &[String]| shells.is_empty() || shells.iter().any(|other| other == shell);
        self.outside.iter().find(|(shells, _)| is_meant(shells)).map(|(_, reason)| reason.as_str())
    }
}

/// All facts, in the order of the files' names.
pub fn facts() -> Vec<Fact> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/facts");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "facts"));
    paths.sort();
    paths.iter().flat_map(|path| read(&fs::read_to_string(path).unwrap())).collect()
}

fn read(text: &str) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            facts.push(Fact { name: name.to_owned(), ..Fact::default() });
        } else if !line.is_empty() && !line.starts_with("# ") {
            facts.last_mut().expect("a fact begins with its name").add(line);
        }
    }
    facts
}

impl Fact {
    fn add(&mut self, line: &str) {
        if let Some(code) = line.strip_prefix("    ") {
            self.snippet.push_str(code);
            self.snippet.push('\n');
            return;
        }
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (head, rest) = line.split_once(": ").unwrap_or_else(|| panic!("{}: {line}", self.name));
        match head.split_once(' ').map_or(head, |(word, _)| word) {
            "note" => {}
            "options" => self.options = words(rest),
            "fault" => self.fault = Some(rest.to_owned()),
            "outside" => self.outside.push((words(&head["outside".len()..]), rest.to_owned())),
            _ => {
                let mut parts = rest.splitn(3, ", ");
                let status = parts.next().expect("a status").to_owned();
                let speaks = parts.next() == Some("speaks");
                let marks = parts.next().unwrap_or_default().replace("\\n", "\n");
                self.results.push((words(head), Seen { status, speaks, marks }));
            }
        }
    }
}
