//! Diagnostics of all scripts of all folders, also of those that are not open.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gen_lsp_types::{
    Diagnostic, FullDocumentDiagnosticReport, ProgressToken, UnchangedDocumentDiagnosticReport, Uri,
    WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};
use serde_json::{Value, json};

use super::documents::closed;
use super::projects::Project;
use super::snapshot::{Asked, Session, Snapshot};
use super::{diagnostics, uri};
use crate::files::{Fingerprint, Origin, read};
use crate::guard::{Demand, cancellable};
use crate::report::count;

/// How many documents are told of at once.
const PORTION: usize = 32;

/// What is known of scripts that are not open.
pub type Memory = Arc<Mutex<HashMap<PathBuf, Known>>>;

/// What was found in one, and what that depended on.
#[derive(Clone, Debug)]
pub struct Known {
    project: Arc<Project>,
    fingerprint: Fingerprint,
    asked: Vec<Asked>,
    found: (Vec<Diagnostic>, String),
}

/// One look at everything.
pub struct Survey {
    /// The folders.
    pub projects: Vec<Arc<Project>>,
    /// The documents that are open.
    pub open: Vec<Arc<Snapshot>>,
    /// What is the same for all.
    pub session: Arc<Session>,
    /// What earlier looks have found out.
    pub memory: Memory,
    /// What the client asks.
    pub params: WorkspaceDiagnosticParams,
}

/// One document's part.
enum Script {
    Open(Arc<Snapshot>),
    Closed(PathBuf, Arc<Project>),
}

impl Survey {
    /// Looks at one script after the other, as long as somebody wants it, and sends what the client wants to hear meanwhile by
    /// `notify`.
    pub fn run(&self, demand: &Demand, notify: &dyn Fn(&'static str, Value)) -> WorkspaceDiagnosticReport {
        let scripts = self.scripts();
        let work = Progress { token: self.params.work_done_progress_params.work_done_token.clone(), notify };
        let partial =
            Progress { token: self.params.partial_result_params.partial_result_token.clone(), notify };
        work.say(&json!({"kind": "begin", "title": "lint-scripts", "cancellable": true, "percentage": 0}));
        let before: HashMap<&Uri, &String> =
            self.params.previous_result_ids.iter().map(|id| (&id.uri, &id.value)).collect();
        let mut items = Vec::new();
        for (index, script) in scripts.iter().enumerate() {
            if !demand.is_there() {
                break;
            }
            // An open document that is another by now is told of by itself.
            items.extend(cancellable(|| self.report(script, &before, demand)).ok().flatten());
            if (index + 1) % PORTION == 0 {
                let message = format!("{} of {}", index + 1, count(scripts.len(), "script"));
                let percentage = (index + 1) * 100 / scripts.len();
                work.say(&json!({"kind": "report", "message": message, "percentage": percentage}));
                if partial.token.is_some() {
                    partial.say(&json!({"items": std::mem::take(&mut items)}));
                }
            }
        }
        if partial.token.is_some() && !items.is_empty() {
            partial.say(&json!({"items": std::mem::take(&mut items)}));
        }
        work.say(&json!({"kind": "end", "message": count(scripts.len(), "script")}));
        WorkspaceDiagnosticReport { items }
    }

    fn scripts(&self) -> Vec<Script> {
        let mut scripts: Vec<Script> = self.open.iter().cloned().map(Script::Open).collect();
        let open: Vec<PathBuf> = self.open.iter().filter_map(|open| uri::path(&open.uri)).collect();
        for project in &self.projects {
            let Some(search) = project.search() else { continue };
            let found = search.run(std::slice::from_ref(&project.root)).origins;
            let paths = found.into_iter().filter_map(|origin| match origin {
                Origin::File(path) => Some(path),
                Origin::Stdin => None,
            });
            let unseen = paths.filter(|path| !open.contains(path));
            scripts.extend(unseen.map(|path| Script::Closed(path, Arc::clone(project))));
        }
        scripts
    }

    fn report(
        &self,
        script: &Script,
        before: &HashMap<&Uri, &String>,
        demand: &Demand,
    ) -> Option<WorkspaceDocumentDiagnosticReport> {
        let (uri, version, (items, id)) = match script {
            Script::Open(snapshot) => {
                let _wish = snapshot.demand().wish();
                (snapshot.uri.clone(), snapshot.version, diagnostics::of(snapshot))
            }
            Script::Closed(path, project) => (uri::of(path), None, self.found(path, project, demand)?),
        };
        if before.get(&uri) == Some(&&id) {
            let report = UnchangedDocumentDiagnosticReport { result_id: id };
            return Some(
                WorkspaceUnchangedDocumentDiagnosticReport {
                    uri,
                    version,
                    unchanged_document_diagnostic_report: report,
                }
                .into(),
            );
        }
        let report = FullDocumentDiagnosticReport { result_id: Some(id), items };
        Some(
            WorkspaceFullDocumentDiagnosticReport { uri, version, full_document_diagnostic_report: report }
                .into(),
        )
    }

    fn found(
        &self,
        path: &Path,
        project: &Arc<Project>,
        demand: &Demand,
    ) -> Option<(Vec<Diagnostic>, String)> {
        let content = read(path).ok()?;
        if let Some(known) = self.known(path).filter(|known| {
            Arc::ptr_eq(&known.project, project)
                && known.fingerprint == content.fingerprint
                && !known.asked.iter().any(|asked| asked.is_outdated(project))
        }) {
            return Some(known.found);
        }
        let (project, session) = (Arc::clone(project), Arc::clone(&self.session));
        let encoding = session.client.encoding;
        let snapshot = closed(path, content.bytes, encoding, Arc::clone(&project), session, demand.clone());
        let found = diagnostics::of(&snapshot);
        let asked = snapshot.analysis().map(|analysis| analysis.asked.clone()).unwrap_or_default();
        let known = Known { project, fingerprint: content.fingerprint, asked, found: found.clone() };
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), known);
        Some(found)
    }

    fn known(&self, path: &Path) -> Option<Known> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }
}

/// Somebody who wants to hear how far it is.
struct Progress<'a> {
    token: Option<ProgressToken>,
    notify: &'a dyn Fn(&'static str, Value),
}

impl Progress<'_> {
    fn say(&self, value: &Value) {
        if let Some(token) = &self.token {
            (self.notify)("$/progress", json!({"token": token, "value": value}));
        }
    }
}
