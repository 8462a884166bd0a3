//! Messages on standard input and output. A body that is no message is answered, and reading goes on behind it; only where
//! the frame itself is broken there is no telling where the next one begins.

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};

/// No client sends a message of more bytes.
const LONGEST: usize = 1 << 30;
/// How long a client may take to read what was said last.
const PATIENCE: Duration = Duration::from_secs(2);

/// What comes from the client.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// None could be made of what was sent; the answer to it.
    Malformed(Value),
    /// No more will come.
    Closed(Option<String>),
}

/// Reads standard input on a thread of its own, and hands what comes to `take` until that says no.
pub fn reader(take: impl Fn(Incoming) -> bool + Send + 'static) {
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let next = match frame(&mut input) {
                Ok(Some(body)) => message(&body),
                Ok(None) => Incoming::Closed(None),
                Err(cause) => Incoming::Closed(Some(cause.to_string())),
            };
            let ended = matches!(next, Incoming::Closed(_));
            if !take(next) || ended {
                return;
            }
        }
    });
}

/// The body of the next message; `None` at the end of the input.
fn frame(input: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        // A header is short: what is longer is no header.
        if input.by_ref().take(4096).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let header = line.strip_suffix('\n').ok_or_else(|| broken("a header without an end"))?;
        let header = header.trim_end_matches('\r');
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').ok_or_else(|| broken("a header without a colon"))?;
        if name.eq_ignore_ascii_case("Content-Length") {
            let number = value.trim().parse().map_err(|_| broken("a Content-Length that is no number"))?;
            length = Some(number);
        }
    }
    let length: usize = length.ok_or_else(|| broken("no Content-Length"))?;
    if length > LONGEST {
        return Err(broken("a message of more than 1 GiB"));
    }
    let mut body = Vec::new();
    if input.by_ref().take(length as u64).read_to_end(&mut body)? < length {
        return Ok(None);
    }
    Ok(Some(body))
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("what the client sends is no message: {what}"))
}

fn message(body: &[u8]) -> Incoming {
    let refuse = |id: Value, code: ErrorCode, message: String| {
        let error = json!({"code": code as i32, "message": message});
        Incoming::Malformed(json!({"jsonrpc": "2.0", "id": id, "error": error}))
    };
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(cause) => return refuse(Value::Null, ErrorCode::ParseError, format!("this is no JSON: {cause}")),
    };
    let id = value.get("id").cloned().unwrap_or_default();
    // What has a number wants an answer, whatever kind of number it is.
    let message = match (value.get("method"), value.get("id")) {
        (Some(_), Some(_)) => serde_json::from_value(value).map(Message::Request),
        (Some(_), None) => serde_json::from_value(value).map(Message::Notification),
        (None, _) => serde_json::from_value(value).map(Message::Response),
    };
    match message {
        Ok(message) => Incoming::Message(message),
        Err(_) => refuse(id, ErrorCode::InvalidRequest, "this is no message of JSON-RPC 2.0".to_owned()),
    }
}

/// What goes to the client.
#[derive(Debug)]
pub enum Outgoing {
    /// A message.
    Message(Message),
    /// An answer to what was no message.
    Value(Value),
}

/// Writes to standard output on a thread of its own, so that a client which does not read keeps nobody waiting.
#[derive(Debug)]
pub struct Writer {
    sender: Sender<Outgoing>,
    done: Receiver<()>,
    thread: JoinHandle<()>,
}

impl Writer {
    /// Starts the thread.
    pub fn start() -> Self {
        let (sender, receiver) = mpsc::channel();
        let (end, done) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut output = io::stdout().lock();
            // When the client has gone, reading ends, too.
            let _ = receiver.into_iter().try_for_each(|outgoing| write(&mut output, outgoing));
            let _ = end.send(());
        });
        Self { sender, done, thread }
    }

    /// Where to put messages.
    pub fn sender(&self) -> Sender<Outgoing> {
        self.sender.clone()
    }

    /// Waits until everything is written, as long as a client may be expected to take for reading it. All other senders
    /// must be gone.
    pub fn finish(self) {
        drop(self.sender);
        if self.done.recv_timeout(PATIENCE).is_ok() {
            let _ = self.thread.join();
        }
    }
}

fn write(output: &mut impl Write, outgoing: Outgoing) -> io::Result<()> {
    match outgoing {
        Outgoing::Message(message) => message.write(output),
        Outgoing::Value(value) => {
            let body = value.to_string();
            write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
            output.flush()
        }
    }
}

#[cfg(test)]
mod tests {
    use lsp_server::Message;
    use serde_json::Value;

    use super::{Incoming, frame, message};

    #[test]
    fn frames_are_read_one_after_the_other() {
        let text = b"Content-Length: 2\r\n\r\n{}content-length:3\r\nX: y\r\n\r\n[1]";
        let mut input = &text[..];
        assert_eq!(frame(&mut input).unwrap().unwrap(), b"{}");
        assert_eq!(frame(&mut input).unwrap().unwrap(), b"[1]");
        assert!(frame(&mut input).unwrap().is_none());
    }

    #[test]
    fn a_broken_frame_ends_the_reading() {
        for text in [
            &b"X: y\r\n\r\n"[..],
            b"Content-Length: x\r\n\r\n",
            b"hello\r\n",
            b"Content-Length: 4294967296\r\n\r\n",
        ] {
            assert!(frame(&mut &text[..]).is_err(), "{text:?}");
        }
        assert!(frame(&mut &b"Content-Length: 9\r\n\r\n{}"[..]).unwrap().is_none(), "the client has gone");
    }

    #[test]
    fn what_is_no_message_is_answered() {
        let code = |body: &[u8]| match message(body) {
            Incoming::Malformed(answer) => (answer["error"]["code"].as_i64().unwrap(), answer["id"].clone()),
            other => panic!("{other:?}"),
        };
        assert_eq!(code(b"{"), (-32700, Value::Null));
        assert_eq!(code(b"\xff"), (-32700, Value::Null));
        assert_eq!(code(b"[]"), (-32600, Value::Null));
        assert_eq!(code(br#"{"id":1.5,"method":"x"}"#), (-32600, Value::from(1.5)));
        let request = message(br#"{"jsonrpc":"2.0","id":"a","method":"x"}"#);
        assert!(matches!(request, Incoming::Message(Message::Request(_))), "{request:?}");
    }
}
