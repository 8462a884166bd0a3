//! A client that speaks to the real program, and knows nothing but the protocol.
#![allow(dead_code, reason = "the benchmark uses a part of it")]

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// Nothing that is asked here takes as long, on any machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A session with the server.
pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Value>,
    /// What has come and was not asked for.
    kept: VecDeque<Value>,
    asked: i64,
    /// What `workspace/configuration` is answered with.
    pub settings: Value,
}

/// What a modern client can do.
pub fn able() -> Value {
    json!({
        "general": {"positionEncodings": ["utf-16"]},
        "window": {"showDocument": {"support": true}, "workDoneProgress": true},
        "workspace": {
            "workspaceEdit": {"documentChanges": true},
            "diagnostics": {"refreshSupport": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
        "textDocument": {
            "diagnostic": {},
            "publishDiagnostics": {
                "relatedInformation": true,
                "codeDescriptionSupport": true,
                "tagSupport": {"valueSet": [1, 2]},
            },
            "codeAction": {
                "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["", "quickfix", "source"]}},
                "resolveSupport": {"properties": ["edit"]},
            },
            "hover": {"contentFormat": ["markdown"]},
        },
    })
}

/// The same client, some years ago: it waits for diagnostics and knows nothing of what is new.
pub fn plain() -> Value {
    json!({"textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": [""]}}}}})
}

/// The address of a path.
pub fn uri(path: &Path) -> String {
    let escape = |byte: u8| match byte {
        b'/' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    format!("file://{}", path.to_str().unwrap().bytes().map(escape).collect::<String>())
}

impl Client {
    /// A server that was told nothing yet.
    pub fn new(root: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lint-scripts"));
        command.args(["lsp", "--stdio"]);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        Self::of(command, root)
    }

    /// Of a server that is started in this way.
    pub fn of(mut command: Command, root: &Path) -> Self {
        let mut child = command
            .current_dir(root)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let (sender, output) = mpsc::channel();
        let mut from = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            while let Some(message) = read(&mut from) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, output, kept: VecDeque::new(), asked: 0, settings: Value::Null }
    }

    /// A session in a directory.
    pub fn start(root: &Path, capabilities: &Value) -> Self {
        Self::start_with(root, capabilities, &Value::Null)
    }

    /// The same, with settings of the user's.
    pub fn start_with(root: &Path, capabilities: &Value, settings: &Value) -> Self {
        Self::new(root).begun(root, capabilities, settings)
    }

    /// The session has begun.
    pub fn begun(mut self, root: &Path, capabilities: &Value, settings: &Value) -> Self {
        let folders = json!([{"uri": uri(root), "name": "project"}]);
        let params = json!({
            "processId": std::process::id(),
            "rootUri": uri(root),
            "workspaceFolders": folders,
            "capabilities": capabilities,
            "initializationOptions": settings,
        });
        let answer = self.request("initialize", &params);
        assert_eq!(answer["serverInfo"]["name"], "lint-scripts");
        self.notify("initialized", &json!({}));
        self
    }

    /// Sends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks, and gives the number of the question.
    pub fn ask(&mut self, method: &str, params: &Value) -> i64 {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Asks, and gives the whole answer.
    pub fn call(&mut self, method: &str, params: &Value) -> Value {
        let id = self.ask(method, params);
        self.answer_to(id)
    }

    /// Asks, and gives the result.
    #[track_caller]
    pub fn request(&mut self, method: &str, params: &Value) -> Value {
        let answer = self.call(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    pub fn answer_to(&mut self, id: i64) -> Value {
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// The next notification or question of this method.
    pub fn heard(&mut self, method: &str) -> Value {
        self.wait(|message| message["method"] == method)["params"].clone()
    }

    /// The first message for which this holds. Questions are answered on the way.
    #[track_caller]
    pub fn wait(&mut self, is_meant: impl Fn(&Value) -> bool) -> Value {
        if let Some(index) = self.kept.iter().position(&is_meant) {
            return self.kept.remove(index).unwrap();
        }
        loop {
            let message = self.output.recv_timeout(PATIENCE).expect("the server answers");
            if message.get("id").is_some() && message.get("method").is_some() {
                let result = match message["method"].as_str() {
                    Some("workspace/configuration") => {
                        let items = message["params"]["items"].as_array().unwrap();
                        json!(vec![self.settings.clone(); items.len()])
                    }
                    _ => Value::Null,
                };
                self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}));
            }
            if is_meant(&message) {
                return message;
            }
            self.kept.push_back(message);
        }
    }

    /// What has come so far of this method.
    pub fn kept(&self, method: &str) -> Vec<&Value> {
        self.kept.iter().filter(|message| message["method"] == method).collect()
    }

    pub fn open(&mut self, uri: &str, text: &str) {
        self.open_as(uri, "shellscript", text);
    }

    pub fn open_as(&mut self, uri: &str, language: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        self.notify("textDocument/didOpen", &json!({"textDocument": document}));
    }

    /// The whole text is another.
    pub fn replace(&mut self, uri: &str, version: i64, text: &str) {
        self.change(uri, version, &json!([{"text": text}]));
    }

    pub fn change(&mut self, uri: &str, version: i64, changes: &Value) {
        let document = json!({"uri": uri, "version": version});
        self.notify("textDocument/didChange", &json!({"textDocument": document, "contentChanges": changes}));
    }

    pub fn close(&mut self, uri: &str) {
        self.notify("textDocument/didClose", &json!({"textDocument": {"uri": uri}}));
    }

    /// Asks for the diagnostics of a document; again, when it has changed meanwhile.
    #[track_caller]
    pub fn pull(&mut self, uri: &str) -> Vec<Value> {
        let report = self.request("textDocument/diagnostic", &json!({"textDocument": {"uri": uri}}));
        report["items"].as_array().unwrap().clone()
    }

    /// The diagnostics that are sent for this version of a document.
    pub fn pushed(&mut self, uri: &str, version: i64) -> Vec<Value> {
        let is_meant = |message: &Value| {
            let params = &message["params"];
            message["method"] == "textDocument/publishDiagnostics"
                && params["uri"] == uri
                && params["version"] == version
        };
        self.wait(is_meant)["params"]["diagnostics"].as_array().unwrap().clone()
    }

    /// Asks about a place in a document.
    #[track_caller]
    pub fn at(&mut self, method: &str, uri: &str, line: u32, character: u32) -> Value {
        let position = json!({"line": line, "character": character});
        self.request(method, &json!({"textDocument": {"uri": uri}, "position": position}))
    }

    /// The actions for a range, with their edits.
    #[track_caller]
    pub fn actions(&mut self, uri: &str, range: &Value, only: Option<&str>) -> Vec<Value> {
        let diagnostics = self.pull(uri);
        let mut context = json!({"diagnostics": diagnostics});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
        let actions = self.request("textDocument/codeAction", &params);
        let actions = actions.as_array().unwrap().clone();
        actions
            .into_iter()
            .map(|action| match action.get("data") {
                Some(_) => self.request("codeAction/resolve", &action),
                None => action,
            })
            .collect()
    }

    /// No more is said.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// How the server ends.
    #[track_caller]
    pub fn ended(&mut self) -> i32 {
        for _ in 0..PATIENCE.as_millis() / 10 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().expect("it ends by itself");
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("the server does not end");
    }

    /// The number of the server's process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Ends the session as one should.
    #[track_caller]
    pub fn end(mut self) {
        assert_eq!(self.call("shutdown", &Value::Null)["result"], Value::Null);
        self.notify("exit", &Value::Null);
        assert_eq!(self.ended(), 0);
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse().unwrap(),
            Some(other) => panic!("the server sends {other:?}"),
            None => break,
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    let message: Value = serde_json::from_slice(&body).expect("the server sends JSON");
    assert_eq!(message["jsonrpc"], "2.0");
    Some(message)
}

/// The text with what an edit of a workspace makes of it.
#[track_caller]
pub fn edited(text: &str, uri: &str, edit: &Value) -> String {
    let edits = match edit.get("documentChanges") {
        Some(changes) => {
            assert_eq!(changes[0]["textDocument"]["uri"], uri);
            changes[0]["edits"].as_array().unwrap()
        }
        None => edit["changes"][uri].as_array().unwrap(),
    };
    let mut all: Vec<(usize, usize, &str)> = edits
        .iter()
        .map(|edit| {
            let offset = |end: &str| offset(text, &edit["range"][end], Unit::Utf16);
            (offset("start"), offset("end"), edit["newText"].as_str().unwrap())
        })
        .collect();
    all.sort_by_key(|(start, end, _)| std::cmp::Reverse((*start, *end)));
    let mut edited = text.to_owned();
    for (start, end, new) in all {
        edited.replace_range(start..end, new);
    }
    edited
}

/// What columns are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Utf8,
    Utf16,
    Utf32,
}

impl Unit {
    pub fn len(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Utf32 => text.chars().count(),
        }
    }
}

/// The lines of a text, as the protocol has them, each with its offset and without its end.
pub fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut lines = Vec::new();
    let mut start = 0;
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let ends = match bytes[at] {
            b'\r' if bytes.get(at + 1) == Some(&b'\n') => 2,
            b'\r' | b'\n' => 1,
            _ => {
                at += 1;
                continue;
            }
        };
        lines.push((start, &text[start..at]));
        at += ends;
        start = at;
    }
    lines.push((start, &text[start..]));
    lines
}

/// The offset in bytes of a position, which must be one.
#[track_caller]
pub fn offset(text: &str, position: &Value, unit: Unit) -> usize {
    let line = usize::try_from(position["line"].as_u64().unwrap()).unwrap();
    let wanted = usize::try_from(position["character"].as_u64().unwrap()).unwrap();
    let (start, line) = lines(text)[line];
    let ends = line.char_indices().map(|(at, _)| at).chain([line.len()]);
    // A span may end behind the carriage return of its line, which to the protocol is its end.
    let within = ends.into_iter().find(|at| unit.len(&line[..*at]) >= wanted).unwrap_or(line.len());
    start + within
}

/// A file below the root of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
