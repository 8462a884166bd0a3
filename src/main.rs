//! The `lint-scripts` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    lint_scripts::cli::run(std::env::args_os()).into()
}
