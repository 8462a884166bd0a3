//! The loop, and what it remembers: documents, folders, who waits for what.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use gen_lsp_types::{
    Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, MessageType, PublishDiagnosticsParams, Uri,
};
use jiff::civil::Date;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response, ResponseError};
use rayon::ThreadPool;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::client::Client;
use super::commands::Shown;
use super::documents::{OpenDocument, Opened};
use super::pages::Pages;
use super::projects::{Buffers, Project};
use super::settings::{SECTION, Settings};
use super::snapshot::{Session, Snapshot};
use super::tracing::TraceLog;
use super::transport::{Incoming, Outgoing};
use super::workspace::Memory;
use super::{End, diagnostics, start, uri};
use crate::guard::{Demand, Wish, cancellable, guarded};

/// How long nothing must have been typed before a document is checked.
const QUIET: Duration = Duration::from_millis(80);
/// Deeply nested scripts make for deep recursion; only what is used of this is ever taken.
const STACK: usize = 64 * 1024 * 1024;

/// What the loop waits for.
pub enum Event {
    /// The client says something.
    Incoming(Incoming),
    /// A thread has an answer.
    Answered(Response),
    /// A thread has checked a document; `None` if that has ended early.
    Checked(Arc<Snapshot>, Option<Vec<Diagnostic>>),
    /// Something is to be shown to the user.
    Show(Shown),
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing is known of the client.
    New,
    /// It may ask.
    Open,
    /// It has asked to end.
    ShutDown,
}

/// What a question to the client is about.
enum Question {
    /// The settings for these folders; for all documents outside them, `None`.
    Settings(Vec<Option<PathBuf>>),
    /// Something whose answer says nothing.
    Other,
}

/// What an answer is made of, on a thread.
pub type Answer = Result<Value, ResponseError>;

/// The server.
pub struct Server {
    phase: Phase,
    pub(super) session: Arc<Session>,
    outgoing: Sender<Outgoing>,
    pub(super) events: Sender<Event>,
    pool: ThreadPool,
    /// For what takes long, so that nobody waits for it who types.
    background: ThreadPool,
    /// By address.
    pub(super) documents: BTreeMap<String, OpenDocument>,
    buffers: Buffers,
    folders: Vec<PathBuf>,
    /// By folder; `None` for all others.
    settings: HashMap<Option<PathBuf>, Settings>,
    projects: HashMap<PathBuf, Arc<Project>>,
    pub(super) memory: Memory,
    /// The requests that wait for an answer.
    pending: HashMap<RequestId, Wish>,
    questions: HashMap<RequestId, Question>,
    asked: i32,
}

impl Server {
    /// A server that has not heard of its client.
    ///
    /// # Errors
    /// When no threads can be started.
    pub fn new(
        today: fn() -> Date,
        pages: Pages,
        outgoing: Sender<Outgoing>,
        events: Sender<Event>,
    ) -> Result<Self, rayon::ThreadPoolBuildError> {
        let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
        let threads = std::thread::available_parallelism().map_or(2, |count| count.get().clamp(2, 8));
        let log = TraceLog::new(outgoing.clone());
        let session = Session { client: Client::default(), today, pages: Arc::new(pages), log };
        Ok(Self {
            phase: Phase::New,
            session: Arc::new(session),
            outgoing,
            events,
            pool: pool(threads)?,
            background: pool(1)?,
            documents: BTreeMap::new(),
            buffers: Buffers::default(),
            folders: Vec::new(),
            settings: HashMap::new(),
            projects: HashMap::new(),
            memory: Memory::default(),
            pending: HashMap::new(),
            questions: HashMap::new(),
            asked: 0,
        })
    }

    /// Serves until the client ends the session, or has gone.
    pub fn run(mut self, events: &Receiver<Event>) -> End {
        let end = loop {
            let event = match self.next_due() {
                None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(due) => events.recv_timeout(due.saturating_duration_since(Instant::now())),
            };
            match event {
                Ok(event) => {
                    if let Some(end) = self.take(event) {
                        break end;
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break End::Abrupt,
            }
            self.check_due();
        };
        self.session.pages.close();
        end
    }

    fn take(&mut self, event: Event) -> Option<End> {
        match event {
            Event::Incoming(Incoming::Closed(why)) => {
                if let Some(why) = why {
                    self.log(MessageType::Error, &why);
                }
                return Some(if self.phase == Phase::ShutDown { End::Orderly } else { End::Abrupt });
            }
            Event::Incoming(Incoming::Malformed(answer)) => drop(self.outgoing.send(Outgoing::Value(answer))),
            Event::Incoming(Incoming::Message(message)) => return self.hear(message),
            Event::Answered(response) => {
                if self.pending.remove(&response.id).is_some() {
                    self.send(response.into());
                }
            }
            Event::Checked(snapshot, found) => self.publish_checked(&snapshot, found),
            Event::Show(shown) => self.show(shown),
        }
        None
    }

    fn hear(&mut self, message: Message) -> Option<End> {
        match message {
            Message::Notification(notification) if notification.method == "exit" => {
                return Some(if self.phase == Phase::ShutDown { End::Orderly } else { End::Abrupt });
            }
            Message::Notification(notification) => {
                let method = notification.method.clone();
                if self.phase == Phase::Open
                    && let Err(said) = guarded(|| self.notified(notification))
                {
                    self.log(MessageType::Error, &format!("lint-scripts crashed over {method}: {said}"));
                }
            }
            Message::Request(request) => self.asked(request),
            Message::Response(response) => self.answered(response),
        }
        None
    }

    fn asked(&mut self, request: Request) {
        match (self.phase, request.method.as_str()) {
            (Phase::New, "initialize") => self.initialize(request),
            (Phase::New, _) => {
                let message = "the session begins with `initialize`";
                self.refuse(request.id, ErrorCode::ServerNotInitialized, message);
            }
            (Phase::Open, "initialize") => {
                self.refuse(request.id, ErrorCode::InvalidRequest, "the session has begun already");
            }
            (Phase::Open, "shutdown") => {
                self.phase = Phase::ShutDown;
                self.let_go();
                self.send(Response::new_ok(request.id, Value::Null).into());
            }
            (Phase::Open, _) => self.request(request),
            (Phase::ShutDown, _) => {
                self.refuse(request.id, ErrorCode::InvalidRequest, "the session is shut down");
            }
        }
    }

    fn initialize(&mut self, request: Request) {
        let session = Session {
            client: Client::new(&request.params),
            today: self.session.today,
            pages: Arc::clone(&self.session.pages),
            log: self.session.log.clone(),
        };
        session.log.set(&request.params["trace"]);
        self.session = Arc::new(session);
        self.folders = start::folders(&request.params);
        self.set(None, &request.params["initializationOptions"]);
        self.phase = Phase::Open;
        self.send(Response::new_ok(request.id, start::answer(&self.session.client)).into());
    }

    fn notified(&mut self, notification: Notification) {
        let params = notification.params;
        match notification.method.as_str() {
            "initialized" => self.begin(),
            "$/cancelRequest" => self.cancel(&params),
            "$/setTrace" => self.session.log.set(&params["value"]),
            "textDocument/didOpen" => self.with(params, Self::open),
            "textDocument/didChange" => self.with(params, Self::change),
            "textDocument/didClose" => self.with(params, |server, params| server.close(&params)),
            "textDocument/didSave" => self.with(params, |server, params| server.save(&params)),
            "workspace/didChangeConfiguration" if self.session.client.configuration => self.ask_settings(),
            "workspace/didChangeConfiguration" => {
                self.set(None, &params["settings"]);
                self.renew_all();
            }
            "workspace/didChangeWatchedFiles" => self.files_changed(&params),
            "workspace/didChangeWorkspaceFolders" => self.folders_changed(&params["event"]),
            _ => {}
        }
    }

    /// Does something with the parameters of a notification; those that cannot be read are told, as nobody can be answered.
    fn with<P: DeserializeOwned>(&mut self, params: Value, work: fn(&mut Self, P)) {
        match serde_json::from_value(params) {
            Ok(params) => work(self, params),
            Err(cause) => self.log(MessageType::Error, &format!("a notification cannot be read: {cause}")),
        }
    }

    fn begin(&mut self) {
        let registrations = start::registrations(&self.session.client);
        if !registrations.is_empty() {
            let params = json!({"registrations": registrations});
            self.ask("client/registerCapability", params, Question::Other);
        }
        if self.session.client.configuration {
            self.ask_settings();
        }
    }

    fn cancel(&mut self, params: &Value) {
        let Ok(id) = serde_json::from_value::<RequestId>(params["id"].clone()) else { return };
        if self.pending.remove(&id).is_some() {
            self.refuse(id, ErrorCode::RequestCanceled, "nobody waits for this any more");
        }
    }

    /// Ends all that is under way.
    fn let_go(&mut self) {
        for document in self.documents.values_mut() {
            document.due = None;
            document.running = None;
        }
        for id in std::mem::take(&mut self.pending).into_keys() {
            self.refuse(id, ErrorCode::RequestCanceled, "the session is shut down");
        }
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let opened = params.text_document;
        let project = self.project_of(&opened.uri);
        let opened = Opened {
            uri: opened.uri,
            language: String::from(opened.language_id),
            version: opened.version,
            text: opened.text,
        };
        let mut document = OpenDocument::new(opened, project, Arc::clone(&self.session));
        document.due = Some(Instant::now());
        self.remember_text(&document);
        self.documents.insert(document.uri.0.clone(), document);
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let id = params.text_document;
        let uri = &id.text_document_identifier.uri;
        let Some(document) = self.documents.get_mut(&uri.0) else {
            return self
                .log(MessageType::Warning, &format!("a change of a document that is not open: {}", uri.0));
        };
        document.change(id.version, params.content_changes);
        document.due = Some(Instant::now() + QUIET);
        let document = &self.documents[&uri.0];
        self.remember_text(document);
    }

    fn remember_text(&self, document: &OpenDocument) {
        let Some(path) = &document.path else { return };
        let mut buffers = self.buffers.write().unwrap_or_else(PoisonError::into_inner);
        buffers.insert(path.clone(), Arc::clone(&document.snapshot.bytes));
    }

    fn close(&mut self, params: &DidCloseTextDocumentParams) {
        let Some(document) = self.documents.remove(&params.text_document.uri.0) else { return };
        document.snapshot.supersede();
        if let Some(path) = &document.path {
            self.buffers.write().unwrap_or_else(PoisonError::into_inner).remove(path);
        }
        if !self.session.client.pulls {
            self.publish(document.uri, None, Vec::new());
        }
        self.renew_outdated();
    }

    /// Without watched files, this is when configurations and sourced files are looked at again.
    fn save(&mut self, params: &DidSaveTextDocumentParams) {
        if self.session.client.watches {
            return;
        }
        if is_configuration(&params.text_document.uri) {
            return self.renew_all();
        }
        self.projects.clear();
        self.renew(&params.text_document.uri);
        self.renew_outdated();
    }

    fn files_changed(&mut self, params: &Value) {
        let changes = params["changes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let uris = changes.iter().filter_map(|change| change["uri"].as_str()).map(Uri::from);
        if uris.into_iter().any(|uri| is_configuration(&uri)) {
            return self.renew_all();
        }
        self.renew_outdated();
        self.refresh();
    }

    fn folders_changed(&mut self, event: &Value) {
        let paths = |key: &str| -> Vec<PathBuf> { start::folders(&json!({"workspaceFolders": event[key]})) };
        let gone = paths("removed");
        self.folders.retain(|folder| !gone.contains(folder));
        for folder in paths("added") {
            if !self.folders.contains(&folder) {
                self.folders.push(folder);
            }
        }
        self.renew_all();
        if self.session.client.configuration {
            self.ask_settings();
        }
    }

    /// The project that a document belongs to.
    fn project_of(&mut self, uri: &Uri) -> Arc<Project> {
        let path = uri::path(uri);
        let holds = |folder: &&PathBuf| path.as_ref().is_none_or(|path| path.starts_with(folder));
        let folder = self.folders.iter().filter(holds).max_by_key(|folder| match path {
            Some(_) => folder.as_os_str().len(),
            // What has no path belongs to the first folder.
            None => 0,
        });
        let beside = || path.as_ref().and_then(|path| path.parent()).map(Path::to_owned);
        let here = || std::path::absolute(".").unwrap_or_default();
        let root = folder.cloned().or_else(beside).unwrap_or_else(here);
        self.project_at(&root)
    }

    fn project_at(&mut self, root: &Path) -> Arc<Project> {
        let settings = self.settings.get(&Some(root.to_owned())).or_else(|| self.settings.get(&None));
        let settings = settings.cloned().unwrap_or_default();
        let buffers = &self.buffers;
        let new = || Arc::new(Project::new(root, settings, Arc::clone(buffers)));
        Arc::clone(self.projects.entry(root.to_owned()).or_insert_with(new))
    }

    /// The projects of all folders.
    pub(super) fn folder_projects(&mut self) -> Vec<Arc<Project>> {
        self.folders.clone().into_iter().map(|folder| self.project_at(&folder)).collect()
    }

    fn ask_settings(&mut self) {
        let folders: Vec<Option<PathBuf>> =
            std::iter::once(None).chain(self.folders.iter().cloned().map(Some)).collect();
        let item = |folder: &Option<PathBuf>| match folder {
            Some(folder) => json!({"scopeUri": uri::of(folder), "section": SECTION}),
            None => json!({"section": SECTION}),
        };
        let items: Vec<Value> = folders.iter().map(item).collect();
        self.ask("workspace/configuration", json!({"items": items}), Question::Settings(folders));
    }

    fn answered(&mut self, response: Response) {
        let Some(Question::Settings(folders)) = self.questions.remove(&response.id) else { return };
        let Ok(Value::Array(values)) = response.response_result else { return };
        for (folder, value) in folders.into_iter().zip(values) {
            // What was said in the beginning holds where nothing is said now.
            if !value.is_null() {
                self.set(folder, &value);
            }
        }
        self.renew_all();
    }

    fn set(&mut self, folder: Option<PathBuf>, value: &Value) {
        let settings = Settings::read(value).unwrap_or_else(|message| {
            self.say(MessageType::Error, &message);
            Settings::default()
        });
        self.settings.insert(folder, settings);
    }

    /// Forgets all that depends on configurations.
    fn renew_all(&mut self) {
        self.projects.clear();
        let uris: Vec<Uri> = self.documents.keys().cloned().map(Uri).collect();
        for uri in uris {
            self.renew(&uri);
        }
        self.refresh();
    }

    /// Forgets what was found out from files that are others by now.
    fn renew_outdated(&mut self) {
        let outdated = self.documents.values().filter(|document| document.snapshot.is_outdated());
        let outdated: Vec<Uri> = outdated.map(|document| document.uri.clone()).collect();
        outdated.iter().for_each(|uri| self.renew(uri));
    }

    fn renew(&mut self, uri: &Uri) {
        let project = self.project_of(uri);
        let Some(document) = self.documents.get_mut(&uri.0) else { return };
        document.renew(project);
        document.due = Some(Instant::now());
    }

    /// Lets the client ask again for what may be another answer now.
    fn refresh(&mut self) {
        let can = self.session.client.refreshes;
        let methods = [
            ("workspace/diagnostic/refresh", can.diagnostics && self.session.client.pulls),
            ("workspace/codeLens/refresh", can.lenses),
            ("workspace/inlayHint/refresh", can.hints),
        ];
        for (method, _) in methods.into_iter().filter(|(_, can)| *can) {
            self.ask(method, Value::Null, Question::Other);
        }
    }

    /// A document as it is, and as what it sources is.
    pub(super) fn snapshot(&mut self, uri: &Uri) -> Option<Arc<Snapshot>> {
        if self.documents.get(&uri.0)?.snapshot.is_outdated() {
            self.renew(uri);
        }
        Some(Arc::clone(&self.documents.get(&uri.0)?.snapshot))
    }

    fn next_due(&self) -> Option<Instant> {
        self.documents.values().filter(|document| document.running.is_none()).filter_map(|it| it.due).min()
    }

    /// Checks what nobody has typed in for a while. Clients that ask for diagnostics do so when they want them.
    fn check_due(&mut self) {
        let now = Instant::now();
        for document in self.documents.values_mut() {
            if document.running.is_some() || document.due.is_none_or(|due| due > now) {
                continue;
            }
            document.due = None;
            if self.session.client.pulls {
                continue;
            }
            let (snapshot, events) = (Arc::clone(&document.snapshot), self.events.clone());
            document.running = Some(snapshot.demand().wish());
            self.pool.spawn(move || {
                let found = cancellable(|| guarded(|| diagnostics::of(&snapshot).0).unwrap_or_default());
                let _ = events.send(Event::Checked(snapshot, found.ok()));
            });
        }
    }

    /// Sends what was found, unless the document is another by now.
    fn publish_checked(&mut self, snapshot: &Arc<Snapshot>, found: Option<Vec<Diagnostic>>) {
        let Some(document) = self.documents.get_mut(&snapshot.uri.0) else { return };
        document.running = None;
        let Some(found) = found else { return };
        if !Arc::ptr_eq(&document.snapshot, snapshot) || self.phase != Phase::Open {
            return;
        }
        if let Some(message) = snapshot.trouble() {
            self.log(MessageType::Error, &format!("{}: {message}", snapshot.document.path));
        }
        self.publish(snapshot.uri.clone(), snapshot.version, found);
        self.renew_outdated();
    }

    fn publish(&self, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
        let params = PublishDiagnosticsParams { uri, version, diagnostics };
        self.notify("textDocument/publishDiagnostics", params);
    }

    fn show(&mut self, shown: Shown) {
        match shown.uri.filter(|_| self.session.client.shows_documents) {
            Some(uri) => {
                let params = json!({"uri": uri, "takeFocus": true});
                self.ask("window/showDocument", params, Question::Other);
            }
            None => self.say(MessageType::Info, &shown.short),
        }
    }

    /// Answers a request on a thread. A panic is an error and a line in the log.
    pub(super) fn spawn(&mut self, id: RequestId, work: impl FnOnce() -> Answer + Send + 'static) {
        let job = self.job(id, Demand::default(), outdated, move |_| work());
        self.pool.spawn_fifo(job);
    }

    /// The same for what is answered from a document; when that is another before there is an answer, the client hears so by `stale`.
    pub(super) fn spawn_of(
        &mut self,
        id: RequestId,
        snapshot: &Snapshot,
        stale: fn() -> ResponseError,
        work: impl FnOnce() -> Answer + Send + 'static,
    ) {
        let job = self.job(id, Demand::part_of(snapshot.demand()), stale, move |_| work());
        self.pool.spawn_fifo(job);
    }

    /// The same for what takes long.
    pub(super) fn spawn_long(
        &mut self,
        id: RequestId,
        work: impl FnOnce(&Demand) -> Answer + Send + 'static,
    ) {
        let job = self.job(id, Demand::default(), outdated, work);
        self.background.spawn_fifo(job);
    }

    fn job(
        &mut self,
        id: RequestId,
        demand: Demand,
        stale: fn() -> ResponseError,
        work: impl FnOnce(&Demand) -> Answer + Send + 'static,
    ) -> impl FnOnce() + Send + 'static {
        self.pending.insert(id.clone(), demand.wish());
        let (events, outgoing) = (self.events.clone(), self.outgoing.clone());
        move || {
            let answer = cancellable(|| guarded(|| demand.meet(|| work(&demand))));
            let result = answer.unwrap_or_else(|_| Ok(Err(stale()))).unwrap_or_else(|said| {
                let message = format!("lint-scripts crashed; please report this: {said}");
                log(&outgoing, MessageType::Error, &message);
                Err(error(ErrorCode::InternalError, message))
            });
            let _ = events.send(Event::Answered(Response { id, response_result: result }));
        }
    }

    /// What sends a notification from a thread.
    pub(super) fn notifier(&self) -> impl Fn(&'static str, Value) + Send + use<> {
        let outgoing = self.outgoing.clone();
        move |method, params| notify(&outgoing, method, params)
    }

    fn ask(&mut self, method: &str, params: Value, question: Question) {
        let id = RequestId::from(self.asked);
        self.asked += 1;
        self.questions.insert(id.clone(), question);
        self.send(Request { id, method: method.to_owned(), params }.into());
    }

    pub(super) fn refuse(&self, id: RequestId, code: ErrorCode, message: &str) {
        self.send(Response { id, response_result: Err(error(code, message.to_owned())) }.into());
    }

    fn send(&self, message: Message) {
        // When the client has gone, reading ends, and the loop with it.
        let _ = self.outgoing.send(Outgoing::Message(message));
    }

    fn notify(&self, method: &str, params: impl serde::Serialize) {
        notify(&self.outgoing, method, params);
    }

    /// Tells the user.
    fn say(&self, kind: MessageType, message: &str) {
        self.notify(
            "window/showMessage",
            json!({"type": kind, "message": format!("lint-scripts: {message}")}),
        );
    }

    fn log(&self, kind: MessageType, message: &str) {
        log(&self.outgoing, kind, message);
    }
}

/// Says something to those who look for what went wrong: in the client's log, and on standard error.
fn log(outgoing: &Sender<Outgoing>, kind: MessageType, message: &str) {
    let _ = writeln!(std::io::stderr(), "lint-scripts: {message}");
    notify(outgoing, "window/logMessage", json!({"type": kind, "message": message}));
}

fn notify(outgoing: &Sender<Outgoing>, method: &str, params: impl serde::Serialize) {
    // When the client has gone, reading ends, and the loop with it.
    let _ = outgoing.send(Outgoing::Message(Notification::new(method.to_owned(), params).into()));
}

/// An answer that is none.
pub fn error(code: ErrorCode, message: String) -> ResponseError {
    ResponseError { code: code as i32, message, data: None }
}

/// The client asks again when it wants to.
pub fn outdated() -> ResponseError {
    error(ErrorCode::ContentModified, "the document has changed since".to_owned())
}

/// Whether what a file says may be about others.
fn is_configuration(uri: &Uri) -> bool {
    [".toml", ".baseline"].iter().any(|ending| uri.0.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use jiff::civil::date;
    use lsp_server::{ErrorCode, Message, RequestId};
    use serde_json::Value;

    use super::{Event, Server};
    use crate::guard;
    use crate::lsp::pages::Pages;
    use crate::lsp::transport::Outgoing;

    #[test]
    fn a_crash_is_an_error_and_a_line_in_the_log() {
        guard::install();
        let (outgoing, said) = mpsc::channel();
        let (events, received) = mpsc::channel();
        let mut server = Server::new(|| date(2026, 1, 1), Pages::default(), outgoing, events).unwrap();
        let mut answer = |number: i32, work: fn() -> Value| {
            server.spawn(RequestId::from(number), move || Ok(work()));
            let Event::Answered(response) = received.recv().unwrap() else { panic!("it is an answer") };
            assert_eq!(response.id, RequestId::from(number));
            response.response_result
        };
        let error = answer(1, || panic!("a hover broke")).unwrap_err();
        assert_eq!(error.code, ErrorCode::InternalError as i32);
        assert!(error.message.contains("a hover broke"), "{}", error.message);
        let Outgoing::Message(Message::Notification(logged)) = said.recv().unwrap() else {
            panic!("it is a notification")
        };
        assert_eq!(logged.method, "window/logMessage");
        assert!(logged.params["message"].as_str().unwrap().contains("a hover broke"));
        assert_eq!(answer(2, || Value::Bool(true)).unwrap(), true, "the next one is answered as before");
    }
}
