//! What our reading costs beside the parse of tree-sitter. Counted, not timed:
//!
//! ```sh
//! cargo build --profile bench --bench reading
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/deps/reading-* parse FILE…
//! valgrind --tool=callgrind --callgrind-out-file=/dev/null target/release/deps/reading-* read FILE…
//! ```
//!
//! `parse` is the bare parse with one parser for each file, `read` our reading with that parse in it.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "what goes wrong here ends the measurement")]

use lint_scripts::shell::detect;
use lint_scripts::syntax;
use lint_scripts::text::FileId;

fn main() {
    let mut args = std::env::args().skip(1);
    let mode = args.next().unwrap_or_default();
    let mut seen = 0;
    for file in args {
        let text = std::fs::read(&file).unwrap();
        seen += match mode.as_str() {
            "parse" => bare_parse(&text),
            "read" => syntax::parse(&text, FileId(0), detect(&file, &text)).body.statements.len(),
            _ => 0,
        };
    }
    println!("{seen}");
}

fn bare_parse(text: &[u8]) -> usize {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap().root_node().end_byte()
}
