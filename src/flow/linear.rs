//! What it costs to follow a script grows as the script does, whatever its shape.

use std::sync::Arc;

use super::engine::Engine;
use super::program::Program;
use super::shapes::SHAPES;
use super::units::Units;
use crate::shell::Dialect;
use crate::shell::knowledge::Vocabulary;
use crate::text::Document;

/// How much is done to follow a script: nodes that are made, and steps that lead to them.
fn work(text: String) -> usize {
    let document = Arc::new(Document::script("x", text.into_bytes()));
    let units = Units::load(&document, Dialect::Bash, &Vocabulary::builtin(), &|_, _| None);
    let program = Program::new(&units);
    let mut engine = Engine::new(&program);
    engine.run();
    engine.graph.nodes.len() + engine.graph.edge_count()
}

#[test]
fn work_grows_as_the_script_does() {
    for (name, shape) in SHAPES {
        // Both long enough that no more variables are followed in the one than in the other.
        let (short, long) = (work(shape(240)), work(shape(1200)));
        // A tenth more than five times as much, for what is at the ends.
        assert!(2 * long <= 11 * short, "{name}: {short} for 240 commands, {long} for 1200");
    }
}
