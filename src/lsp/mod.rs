//! Floor 7: the language server. One loop takes what the client says, in order; threads answer, each from a snapshot of one
//! document; what comes of them goes back through the loop, which drops what nobody waits for any more.

mod actions;
mod client;
mod commands;
mod completion;
mod diagnostics;
mod documents;
mod edits;
mod hover;
mod lenses;
mod lines;
mod navigation;
mod options;
mod pages;
mod projects;
mod requests;
mod server;
mod settings;
mod snapshot;
mod start;
mod tracing;
mod transport;
mod uri;
mod workspace;

use std::path::PathBuf;
use std::sync::mpsc;

use jiff::civil::Date;

use pages::Pages;
use server::{Event, Server};
use transport::Writer;

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The client said that it would.
    Orderly,
    /// It went without a word.
    Abrupt,
}

/// Serves one client on standard input and output. `today` says by which day suppressions expire, `pages` is a directory for what is
/// shown as a file.
pub fn run(today: fn() -> Date, pages: Option<PathBuf>) -> End {
    let (events, received) = mpsc::channel();
    let writer = Writer::start();
    let server = Server::new(today, Pages::new(pages), writer.sender(), events.clone());
    transport::reader(move |incoming| events.send(Event::Incoming(incoming)).is_ok());
    let end = match server {
        Ok(server) => server.run(&received),
        Err(_) => End::Abrupt,
    };
    writer.finish();
    end
}
