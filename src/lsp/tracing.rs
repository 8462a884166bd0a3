//! `$/logTrace`: what the server does, for clients that want to know.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;

use lsp_server::Notification;
use serde_json::{Value, json};

use super::transport::Outgoing;

/// Where that is said, if at all.
#[derive(Clone, Debug)]
pub struct TraceLog {
    is_on: Arc<AtomicBool>,
    outgoing: Sender<Outgoing>,
}

impl TraceLog {
    /// Nothing is said yet.
    pub fn new(outgoing: Sender<Outgoing>) -> Self {
        Self { is_on: Arc::default(), outgoing }
    }

    /// Takes a value of `trace`.
    pub fn set(&self, value: &Value) {
        self.is_on.store(matches!(value.as_str(), Some("messages" | "verbose")), Ordering::Relaxed);
    }

    /// Says something.
    pub fn say(&self, message: impl FnOnce() -> String) {
        if self.is_on.load(Ordering::Relaxed) {
            let params = json!({"message": message()});
            // When the client has gone, reading ends, and the loop with it.
            let _ = self
                .outgoing
                .send(Outgoing::Message(Notification::new("$/logTrace".to_owned(), params).into()));
        }
    }
}
