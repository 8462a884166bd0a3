//! `lint-scripts completions` and `lint-scripts man`: what packages install, made from the definition of the command line.

use std::fs;
use std::io;
use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use super::Outcome;
use super::args::Arguments;
use super::output::{Output, error};
use crate::files::shown;

/// Prints what a shell reads to complete the command line.
pub fn completions(shell: Shell) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "lint-scripts", &mut text);
    print(&text)
}

/// Prints the manual page of the program.
pub fn page() -> Outcome {
    let mut text = Vec::new();
    clap_mangen::Man::new(Arguments::command()).render(&mut text).expect("memory takes what is written");
    print(&text)
}

/// Writes the manual pages of the program and its subcommands into a directory.
pub fn pages(directory: &Path) -> Outcome {
    match write(directory) {
        Ok(()) => Outcome::Clean,
        Err(cause) => {
            error(&format!("{}: cannot be written: {cause}", shown(directory)));
            Outcome::Failed
        }
    }
}

fn write(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    clap_mangen::generate_to(Arguments::command().disable_help_subcommand(true), directory)
}

fn print(text: &[u8]) -> Outcome {
    let mut output = Output::default();
    output.print(text);
    output.outcome()
}
