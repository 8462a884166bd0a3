//! What our reading, and the engine, cost beside the parse of tree-sitter. Counted, not timed:
//!
//! ```sh
//! cargo build --profile bench --bench reading
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/deps/reading-* parse FILE…
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/deps/reading-* read FILE…
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/deps/reading-* trace FILE…
//! ```
//!
//! `parse` is the bare parse with one parser for each file, `read` our reading with that parse in it, `trace` that and
//! the engine with all its answers. A file named `@list` stands for the files that it names, one on a line. `print SHAPE
//! COUNT` writes a script of that many commands, to be traced: cost must grow as the script does. The shapes are listed
//! in `SHAPES`.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what goes wrong here ends the measurement")]

use std::sync::Arc;

use lint_scripts::flow::{self, Units};
use lint_scripts::shell::detect;
use lint_scripts::shell::knowledge::Vocabulary;
use lint_scripts::syntax;
use lint_scripts::text::{Document, FileId};

#[path = "../src/flow/shapes.rs"]
mod shapes;

fn main() {
    let mut args = std::env::args().skip(1);
    let mode = args.next().unwrap_or_default();
    if mode == "print" {
        let (name, count) = (args.next().unwrap(), args.next().unwrap().parse().unwrap());
        let (_, shape) = shapes::SHAPES.iter().find(|(known, _)| *known == name).unwrap();
        print!("{}", shape(count));
        return;
    }
    let mut seen = 0;
    for file in args.flat_map(files) {
        let text = std::fs::read(&file).unwrap();
        seen += match mode.as_str() {
            "parse" => bare_parse(&text),
            "read" => syntax::parse(&text, FileId(0), detect(&file, &text)).body.statements.len(),
            "trace" => trace(&file, text),
            _ => 0,
        };
    }
    println!("{seen}");
}

fn files(arg: String) -> Vec<String> {
    match arg.strip_prefix('@') {
        Some(list) => std::fs::read_to_string(list).unwrap().lines().map(str::to_owned).collect(),
        None => vec![arg],
    }
}

fn trace(file: &str, text: Vec<u8>) -> usize {
    let dialect = detect(file, &text);
    let document = Arc::new(Document::script(file, text));
    let units = Units::load(&document, dialect, &Vocabulary::builtin(), &|_, _| None);
    flow::trace(&units).entries.len()
}

fn bare_parse(text: &[u8]) -> usize {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap().root_node().end_byte()
}
