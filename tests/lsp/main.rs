//! The language server, as editors meet it: the real program, by the protocol.
#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "a test that cannot speak to the server ends")]

mod actions;
mod answers;
mod cancelled;
mod client;
mod configuration;
mod editors;
mod edits;
mod extension;
mod found;
mod hygiene;
#[path = "../program/mod.rs"]
mod program;
mod story;
