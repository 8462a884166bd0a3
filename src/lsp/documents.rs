//! The documents that are open in the editor.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::lines::{Encoding, Lines};
use super::projects::Project;
use super::snapshot::{Session, Snapshot, State};
use super::uri;
use crate::files::{Kind, LineEnds, kind_of_open};
use crate::guard::{Demand, Wish};

/// Languages for which editors take a shell's mode, and which are read by no shell that is known here.
const OTHER_LANGUAGES: [&str; 8] = ["zsh", "fish", "csh", "tcsh", "bats", "powershell", "toml", "json"];

/// One of them.
pub struct OpenDocument {
    /// Where it belongs.
    pub uri: Uri,
    /// Its file; canonical, where there is one.
    pub path: Option<PathBuf>,
    language: String,
    version: i32,
    text: String,
    lines: Lines,
    /// The text as it is.
    pub snapshot: Arc<Snapshot>,
    /// When it is to be checked.
    pub due: Option<Instant>,
    /// It is being checked.
    pub running: Option<Wish>,
}

/// What a client has said of a document.
pub struct Opened {
    /// Its address.
    pub uri: Uri,
    /// The client's name for its language.
    pub language: String,
    /// The client's number for its text.
    pub version: i32,
    /// The text.
    pub text: String,
}

impl OpenDocument {
    /// A document that was opened just now.
    pub fn new(opened: Opened, project: Arc<Project>, session: Arc<Session>) -> Self {
        let Opened { uri, language, version, text } = opened;
        let lines = Lines::new(text.as_bytes(), session.client.encoding);
        let path = uri::path(&uri).map(|path| path.canonicalize().unwrap_or(path));
        let snapshot = snapshot(&uri, &language, Some(version), &text, &lines, project, session);
        Self {
            uri,
            path,
            language,
            version,
            text,
            lines,
            snapshot: Arc::new(snapshot),
            due: None,
            running: None,
        }
    }

    /// Carries out the client's changes, one after the other.
    pub fn change(&mut self, version: i32, changes: Vec<TextDocumentContentChangeEvent>) {
        for change in changes {
            self.apply(change);
        }
        self.version = version;
        let project = Arc::clone(&self.snapshot.project);
        self.renew(project);
    }

    fn apply(&mut self, change: TextDocumentContentChangeEvent) {
        match change {
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                let text = self.text.as_bytes();
                let start = self.lines.offset(text, change.range.start);
                let end = self.lines.offset(text, change.range.end);
                let (start, end) = (start.min(end), end.max(start));
                self.text.replace_range(start as usize..end as usize, &change.text);
                self.lines.edit(self.text.as_bytes(), start, end - start, change.text.len() as u32);
            }
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                self.text = change.text;
                self.lines = Lines::new(self.text.as_bytes(), self.snapshot.session.client.encoding);
            }
        }
    }

    /// Forgets what is known of the text: something on which that depended is another.
    pub fn renew(&mut self, project: Arc<Project>) {
        self.snapshot.supersede();
        let session = Arc::clone(&self.snapshot.session);
        let version = Some(self.version);
        let state = self.snapshot.state.next();
        let next = snapshot(&self.uri, &self.language, version, &self.text, &self.lines, project, session);
        self.snapshot = Arc::new(Snapshot { state, ..next });
    }
}

fn snapshot(
    uri: &Uri,
    language: &str,
    version: Option<i32>,
    text: &str,
    lines: &Lines,
    project: Arc<Project>,
    session: Arc<Session>,
) -> Snapshot {
    let path = uri::path(uri).map_or_else(|| uri::name(uri), |path| project.relative(&path));
    let bytes: Arc<[u8]> = text.as_bytes().into();
    let is_linted = !OTHER_LANGUAGES.contains(&language) && is_linted(&project, Path::new(&path), &bytes);
    let document = LineEnds::HERE.script(path, &bytes);
    let (uri, lines) = (uri.clone(), lines.clone());
    Snapshot {
        uri,
        version,
        document: Arc::new(document),
        bytes,
        lines,
        project,
        session,
        is_linted,
        state: State::default(),
    }
}

/// What a search of the project would leave out is left out here, too.
fn is_linted(project: &Project, path: &Path, bytes: &[u8]) -> bool {
    let is_script = match kind_of_open(path, bytes) {
        Kind::Script => true,
        Kind::Generated => project.is_included(path),
        Kind::Other => false,
    };
    is_script && !project.is_excluded(path)
}

/// A file of a project that is not open, looked at because somebody wants to hear of all.
pub fn closed(
    path: &Path,
    bytes: Arc<[u8]>,
    encoding: Encoding,
    project: Arc<Project>,
    session: Arc<Session>,
    demand: Demand,
) -> Snapshot {
    let document = LineEnds::HERE.script(project.relative(path), &bytes);
    Snapshot {
        uri: uri::of(path),
        version: None,
        document: Arc::new(document),
        lines: Lines::new(&bytes, encoding),
        bytes,
        project,
        session,
        is_linted: true,
        state: State::wanted_by(demand),
    }
}
