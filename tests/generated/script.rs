//! A generated script as a tree, parts of which can be taken out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::shell::Shell;

/// A part of a script that can be taken out by itself.
#[derive(Clone, Debug)]
pub enum Node {
    Line(String),
    /// Heads with what stands below each, and the end.
    Block(Vec<(String, Vec<Node>)>, String),
}

/// A script with something taken out is again one of these.
#[derive(Clone, Debug)]
pub struct Script {
    pub shell: Shell,
    /// The one flag that may stand on the `#!` line.
    pub flag: Option<&'static str>,
    pub nodes: Vec<Node>,
    /// Files that the script reads with `.`, by name.
    pub libraries: Vec<(String, Vec<Node>)>,
    /// The names of its functions.
    pub functions: Vec<String>,
    /// Directories whose absence makes a redirection, `cd` or `.` fail.
    pub places: Vec<String>,
    /// By the name of a call: the pattern by which it was written.
    pub origins: BTreeMap<String, &'static str>,
}

impl Script {
    pub fn text(&self) -> String {
        let (_, fixed) = self.shell.command();
        let mut text = format!("#!{}", self.shell.name());
        for flag in fixed.iter().chain(&self.flag) {
            write!(text, " {flag}").expect("a String takes all that is written to it");
        }
        text.push('\n');
        render(&self.nodes, 0, &mut text);
        text
    }

    /// The text of each file that it reads.
    pub fn files(&self) -> Vec<(String, String)> {
        let file = |(name, nodes): &(String, Vec<Node>)| {
            let mut text = String::new();
            render(nodes, 0, &mut text);
            (name.clone(), text)
        };
        self.libraries.iter().map(file).collect()
    }

    /// The directories of which something is still left.
    pub fn directories(&self) -> Vec<String> {
        let text = self.shown();
        self.places.iter().filter(|name| text.contains(name.as_str())).cloned().collect()
    }

    /// All of it, for people.
    pub fn shown(&self) -> String {
        let mut shown = self.text();
        for (name, text) in self.files() {
            if shown.contains(&name) {
                write!(
                    shown,
                    "--- {name}
{text}"
                )
                .expect("a String takes all that is written to it");
            }
        }
        shown
    }

    /// Every script that is smaller by one step, and still defines the functions that it calls and the flags that it reads.
    pub fn smaller(&self) -> Vec<Self> {
        let mut all = self.smaller_by_one();
        all.retain(Self::defines_what_it_calls);
        all
    }

    fn defines_what_it_calls(&self) -> bool {
        let text = self.shown();
        let words = || text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let calls = words().filter(|word| self.functions.iter().any(|name| name == word));
        let flags = ["failed", "rc"].into_iter().filter(|flag| words().any(|word| word == *flag));
        calls.into_iter().all(|name| text.contains(&format!("{name}() ")))
            && flags.into_iter().all(|flag| text.contains(&format!("\n{flag}=0\n")))
    }

    fn smaller_by_one(&self) -> Vec<Self> {
        let mut all: Vec<Self> =
            smaller(&self.nodes).into_iter().map(|nodes| Self { nodes, ..self.clone() }).collect();
        if self.flag.is_some() {
            all.push(Self { flag: None, ..self.clone() });
        }
        for at in 0..self.libraries.len() {
            for nodes in smaller(&self.libraries[at].1) {
                let mut copy = self.clone();
                copy.libraries[at].1 = nodes;
                all.push(copy);
            }
        }
        all
    }
}

fn render(nodes: &[Node], depth: usize, text: &mut String) {
    for node in nodes {
        match node {
            Node::Line(line) => put(line, depth, text),
            Node::Block(parts, end) => {
                for (head, body) in parts {
                    put(head, depth, text);
                    render(body, depth + 1, text);
                    if body.is_empty() {
                        put(":", depth + 1, text);
                    }
                }
                put(end, depth, text);
            }
        }
    }
}

/// What is of several lines, such as a here-document, keeps its own margins.
fn put(line: &str, depth: usize, text: &mut String) {
    writeln!(text, "{}{line}", "    ".repeat(depth)).expect("a String takes all that is written to it");
}

fn smaller(nodes: &[Node]) -> Vec<Vec<Node>> {
    let mut all = Vec::new();
    for at in 0..nodes.len() {
        let with = |replacement: Vec<Node>| {
            let mut copy = nodes.to_vec();
            copy.splice(at..=at, replacement);
            copy
        };
        all.push(with(Vec::new()));
        let Node::Block(parts, end) = &nodes[at] else { continue };
        all.push(with(parts.iter().flat_map(|(_, body)| body.clone()).collect()));
        for (part, (head, body)) in parts.iter().enumerate() {
            for body in smaller(body) {
                let mut parts = parts.clone();
                parts[part] = (head.clone(), body);
                all.push(with(vec![Node::Block(parts, end.clone())]));
            }
        }
    }
    all
}
