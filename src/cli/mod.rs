//! Floor 7: the command line. What is found goes to standard output, all that is said of the run to standard error.

mod args;
mod baseline;
mod cache;
mod config;
mod demo;
mod explain;
mod files;
mod git;
mod init;
mod lint;
mod manual;
mod merge;
mod output;
mod outputs;
mod progress;
mod scan;
mod since;
mod suppressions;
mod trace;
mod uncommitted;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Command};
use output::error;

use crate::guard;
use crate::lsp::{self, End};

/// How a run ended; ordered, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing at or above the severity asked for was found.
    Clean,
    /// Something was.
    Found,
    /// Not everything that was asked for could be done.
    Failed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Clean => Self::SUCCESS,
            Outcome::Found => Self::from(1),
            Outcome::Failed => Self::from(2),
        }
    }
}

/// Runs the program with its arguments, the first of which is its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Outcome {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(usage) => return explain_usage(&usage),
    };
    guard::install();
    match arguments.command {
        Some(Command::Check(lint)) => lint::run(&lint),
        Some(Command::Merge(merge)) => merge::run(&merge),
        Some(Command::Trace(trace)) => trace::run(&trace),
        Some(Command::Explain { rule }) => explain::page(&rule),
        Some(Command::Rules { format }) => explain::list(format),
        Some(Command::Config(config)) => config::show(&config),
        Some(Command::Suppressions(listing)) => suppressions::run(&listing),
        Some(Command::Init(arguments)) => init::run(arguments),
        Some(Command::Demo(arguments)) => demo::run(arguments),
        Some(Command::Lsp { .. }) => serve(),
        Some(Command::Completions { shell }) => manual::completions(shell),
        Some(Command::Man { directory: None }) => manual::page(),
        Some(Command::Man { directory: Some(directory) }) => manual::pages(&directory),
        None => lint::run(&arguments.lint),
    }
}

/// The protocol wants 1 where a client goes without a word.
fn serve() -> Outcome {
    match lsp::run(args::today, cache::pages()) {
        End::Orderly => Outcome::Clean,
        End::Abrupt => Outcome::Found,
    }
}

/// `--help` and `--version` come this way, too.
fn explain_usage(usage: &clap::Error) -> Outcome {
    match (usage.print(), usage.use_stderr()) {
        (_, true) => Outcome::Failed,
        (Err(cause), false) if cause.kind() != std::io::ErrorKind::BrokenPipe => {
            error(&format!("cannot write to standard output: {cause}"));
            Outcome::Failed
        }
        (_, false) => Outcome::Clean,
    }
}
