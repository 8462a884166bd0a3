//! What is read from each shape of the shell's grammar, and that the real shell runs what was read.

#![allow(clippy::unwrap_used, reason = "what goes wrong here ends the test")]
#![allow(
    clippy::needless_for_each,
    clippy::format_push_string,
    reason = "one line for one thing that is written"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "scripts for the shells are written to folders of the test's own"
)]

#[path = "structure/notation.rs"]
mod notation;
#[path = "structure/shell.rs"]
mod shell;

use std::sync::Mutex;

use lint_scripts::shell::Dialect;
use lint_scripts::syntax;
use lint_scripts::text::FileId;

const TABLE: &str = include_str!("structure/table.txt");

const SHELLS: [&str; 5] = ["bash", "dash", "busybox", "ksh93", "mksh"];

/// A line of the table.
struct Shape {
    line: usize,
    shell: &'static str,
    source: &'static str,
    structure: &'static str,
    runs: Option<&'static str>,
}

impl Shape {
    fn of(line: usize, text: &'static str) -> Self {
        let mut columns = text.split('⇒');
        let first = columns.next().unwrap();
        let structure = columns.next().unwrap_or_else(|| panic!("line {line} has no structure")).trim();
        let runs = columns.next().map(str::trim);
        let shell = SHELLS.into_iter().find(|shell| first.starts_with(&format!("{shell}: ")));
        let source = shell.map_or(first, |shell| &first[shell.len() + 2..]);
        Self { line, shell: shell.unwrap_or("bash"), source: source.trim_end(), structure, runs }
    }

    fn dialect(&self) -> Dialect {
        Dialect::of_name(self.shell).unwrap()
    }

    fn text(&self) -> Vec<u8> {
        unescaped(self.source)
    }
}

/// Takes off `\n`, `\t`, `\r`, `\0`, `\xHH` and `\s` (a blank); other backslashes stand for themselves.
fn unescaped(source: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = source.as_bytes();
    while let Some(&byte) = rest.first() {
        let (value, length) = match rest {
            [b'\\', b'n', ..] => (b'\n', 2),
            [b'\\', b't', ..] => (b'\t', 2),
            [b'\\', b'r', ..] => (b'\r', 2),
            [b'\\', b's', ..] => (b' ', 2),
            [b'\\', b'0', ..] => (0, 2),
            [b'\\', b'x', high, low, ..] => {
                let digits = String::from_utf8(vec![*high, *low]).unwrap();
                (u8::from_str_radix(&digits, 16).unwrap(), 4)
            }
            _ => (byte, 1),
        };
        bytes.push(value);
        rest = &rest[length..];
    }
    bytes
}

fn shapes() -> Vec<Shape> {
    let lines = TABLE.lines().enumerate();
    let shapes: Vec<Shape> = lines
        .filter(|(_, line)| !line.is_empty() && !line.starts_with("--"))
        .map(|(index, line)| Shape::of(index + 1, line))
        .collect();
    assert!(shapes.len() >= 300, "{} shapes, at least 300 are wanted", shapes.len());
    shapes
}

#[track_caller]
fn check(troubles: &[String]) {
    assert!(troubles.is_empty(), "{} shapes:\n{}", troubles.len(), troubles.join("\n"));
}

#[test]
fn each_shape_is_read_as_the_table_says() {
    let troubles: Vec<String> = shapes().iter().filter_map(misread).collect();
    check(&troubles);
}

fn misread(shape: &Shape) -> Option<String> {
    let text = shape.text();
    let script = syntax::parse(&text, FileId(0), shape.dialect());
    let found = notation::structure(&text, &script);
    let marked = !script.unknown.is_empty() && !found.contains('¿');
    let found = if marked { found + " ¿" } else { found };
    let source = shape.source;
    (found != shape.structure)
        .then(|| format!("line {}: {source}\n  wanted {}\n  found  {found}", shape.line, shape.structure))
}

#[test]
fn real_shells_run_what_was_read() {
    let stage = shell::Stage::new();
    let mut here = shapes();
    for name in SHELLS {
        if shell::path_of(name).is_none() {
            assert!(std::env::var_os("CI").is_none(), "{name} is not on this machine");
            eprintln!("SKIPPED: the shapes of {name}, which is not on this machine");
            here.retain(|shape| shape.shell != name);
        }
    }
    let next = Mutex::new(here.iter());
    let troubles = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(shape) = next.lock().unwrap().next() else { return };
                    let trouble = run_otherwise(&stage, shape);
                    troubles.lock().unwrap().extend(trouble);
                }
            });
        }
    });
    check(&troubles.into_inner().unwrap());
}

/// `-` in the third column: this shell cannot confirm the shape, for the reason above the line.
fn run_otherwise(stage: &shell::Stage, shape: &Shape) -> Option<String> {
    let wanted = shape.runs.unwrap_or_default().replace("\\s", " ");
    if wanted == "-" {
        return None;
    }
    let outcome = stage.run(shape.shell, &shape.text());
    let unreadable = shape.structure.contains('¿');
    let same = outcome.runs == wanted && outcome.syntax_error == unreadable;
    (!same).then(|| {
        let (line, source, complaint) = (shape.line, shape.source, outcome.complaint);
        format!("line {line}: {source}\n  wanted {wanted}\n  ran    {}\n  {complaint}", outcome.runs)
    })
}
