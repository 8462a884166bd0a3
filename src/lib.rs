//! Finds the places where a shell script fails without telling anyone, and fixes them.
//!
//! The one question: *when this command fails, what does the script do?* [`flow`] answers it for every command; rules,
//! fixes and traces are views on the answer. [`check::check`] is the one door. `ARCHITECTURE.md` has the map.

pub mod text;

pub mod diagnostic;

pub mod guard;

pub mod syntax;

pub mod shell;

pub mod flow;

pub mod rules;

pub mod check;

pub mod suppress;

pub mod fix;

pub mod config;

pub mod files;

pub mod cache;

pub mod report;

pub mod baseline;

pub mod lsp;

pub mod cli;
