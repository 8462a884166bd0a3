//! The `lint-scripts` program.

fn main() {}
