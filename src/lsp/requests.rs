//! Which function answers which request.

use std::sync::Arc;

use gen_lsp_types::{
    CodeAction, CodeActionParams, CompletionParams, DefinitionParams, DiagnosticServerCancellationData,
    DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentHighlightParams, ExecuteCommandParams,
    FullDocumentDiagnosticReport, HoverParams, InlayHintParams, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
    WorkspaceDiagnosticParams,
};
use lsp_server::{ErrorCode, Request, RequestId, ResponseError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::actions::{self, Delayed};
use super::commands::{self, EXPLAIN, TRACE};
use super::server::{Answer, Event, Server, error, outdated};
use super::snapshot::Snapshot;
use super::workspace::Survey;
use super::{completion, diagnostics, hover, lenses, navigation};

impl Server {
    /// Answers a request, or lets a thread do so.
    pub(super) fn request(&mut self, request: Request) {
        match request.method.as_str() {
            "textDocument/diagnostic" => {
                self.of_document(request, |it, params: DocumentDiagnosticParams| pulled(it, &params));
            }
            "textDocument/hover" => self.of_document(request, |it, params: HoverParams| {
                answer(hover::hover(it, params.text_document_position_params.position))
            }),
            "textDocument/codeAction" => {
                self.of_document(request, |it, params: CodeActionParams| {
                    answer(actions::actions(it, &params))
                });
            }
            "textDocument/codeLens" => self.of_document(request, |it, _: Value| answer(lenses::lenses(it))),
            "textDocument/inlayHint" => {
                self.of_document(request, |it, params: InlayHintParams| {
                    answer(lenses::hints(it, params.range))
                });
            }
            "textDocument/documentHighlight" => {
                self.of_document(request, |it, params: DocumentHighlightParams| {
                    answer(lenses::highlights(it, params.text_document_position_params.position))
                });
            }
            "textDocument/definition" => self.of_document(request, |it, params: DefinitionParams| {
                answer(navigation::definitions(it, params.text_document_position_params.position))
            }),
            "textDocument/documentLink" => {
                self.of_document(request, |it, _: Value| answer(navigation::links(it)));
            }
            "textDocument/completion" => self.of_document(request, |it, params: CompletionParams| {
                answer(completion::completions(it, params.text_document_position_params.position))
            }),
            "codeAction/resolve" => self.resolve(request),
            "workspace/diagnostic" => self.survey(request),
            "workspace/executeCommand" => self.execute(request),
            method => {
                let message = format!("there is no method `{method}`");
                self.refuse(request.id, ErrorCode::MethodNotFound, &message);
            }
        }
    }

    /// Answers from a snapshot of the document that the parameters name.
    fn of_document<P: DeserializeOwned + Send + 'static>(
        &mut self,
        request: Request,
        work: fn(&Snapshot, P) -> Answer,
    ) {
        let uri = request.params["textDocument"]["uri"].as_str().map(Uri::from);
        let stale = if request.method == "textDocument/diagnostic" { asked_too_early } else { outdated };
        let Some((id, params)) = self.params::<P>(request) else { return };
        let Some(snapshot) = uri.and_then(|uri| self.snapshot(&uri)) else {
            return self.refuse(id, ErrorCode::InvalidParams, "this document is not open");
        };
        self.spawn_of(id, &Arc::clone(&snapshot), stale, move || work(&snapshot, params));
    }

    fn resolve(&mut self, request: Request) {
        let Some((id, action)) = self.params::<CodeAction>(request) else { return };
        let Some(data) = action.data.clone() else {
            // There is nothing to be found out.
            return self.spawn(id, move || answer(action));
        };
        let delayed = serde_json::from_value(data).ok();
        let Some(snapshot) = delayed.and_then(|it: Delayed| self.snapshot(&Uri(it.uri))) else {
            return self.refuse(
                id,
                ErrorCode::InvalidParams,
                "this is no action of lint-scripts in an open document",
            );
        };
        self.spawn_of(id, &Arc::clone(&snapshot), outdated, move || {
            actions::resolve(&snapshot, action).map_or_else(|| Err(outdated()), answer)
        });
    }

    fn survey(&mut self, request: Request) {
        let Some((id, params)) = self.params::<WorkspaceDiagnosticParams>(request) else { return };
        let uris: Vec<Uri> = self.documents.keys().cloned().map(Uri).collect();
        let open: Vec<Arc<Snapshot>> = uris.iter().filter_map(|uri| self.snapshot(uri)).collect();
        let survey = Survey {
            projects: self.folder_projects(),
            open,
            session: Arc::clone(&self.session),
            memory: Arc::clone(&self.memory),
            params,
        };
        let notify = self.notifier();
        self.spawn_long(id, move |demand| answer(survey.run(demand, &notify)));
    }

    fn execute(&mut self, request: Request) {
        let Some((id, params)) = self.params::<ExecuteCommandParams>(request) else { return };
        let argument =
            params.arguments.iter().flatten().next().and_then(Value::as_str).unwrap_or_default().to_owned();
        let events = self.events.clone();
        let session = Arc::clone(&self.session);
        let snapshot = self.snapshot(&Uri(argument.clone())).filter(|_| params.command == TRACE);
        let traced = snapshot.clone();
        let work = move || {
            let shown = match params.command.as_str() {
                EXPLAIN => commands::explain(&session, &argument),
                TRACE => traced
                    .ok_or_else(|| "this document is not open".to_owned())
                    .and_then(|snapshot| commands::trace(&snapshot)),
                other => Err(format!("there is no command `{other}`")),
            };
            let shown = shown.map_err(|message| error(ErrorCode::InvalidParams, message))?;
            let text = answer(&shown.text);
            let _ = events.send(Event::Show(shown));
            text
        };
        match snapshot {
            Some(snapshot) => self.spawn_of(id, &snapshot, outdated, work),
            None => self.spawn(id, work),
        }
    }

    fn params<P: DeserializeOwned>(&mut self, request: Request) -> Option<(RequestId, P)> {
        match serde_json::from_value(request.params) {
            Ok(params) => Some((request.id, params)),
            Err(cause) => {
                let message = format!("the parameters of `{}` cannot be read: {cause}", request.method);
                self.refuse(request.id, ErrorCode::InvalidParams, &message);
                None
            }
        }
    }
}

fn answer(value: impl Serialize) -> Answer {
    serde_json::to_value(value).map_err(|cause| error(ErrorCode::InternalError, cause.to_string()))
}

/// The client asks again when it wants to.
fn asked_too_early() -> ResponseError {
    let data = DiagnosticServerCancellationData { retrigger_request: true };
    ResponseError {
        data: serde_json::to_value(data).ok(),
        ..error(ErrorCode::ServerCancelled, "the document has changed since".to_owned())
    }
}

/// Diagnostics that the client asks for; when they are those that it has, it is told so.
fn pulled(snapshot: &Snapshot, params: &DocumentDiagnosticParams) -> Answer {
    let (items, id) = diagnostics::of(snapshot);
    let report: DocumentDiagnosticReport = if params.previous_result_id.as_ref() == Some(&id) {
        RelatedUnchangedDocumentDiagnosticReport {
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
            ..RelatedUnchangedDocumentDiagnosticReport::default()
        }
        .into()
    } else {
        RelatedFullDocumentDiagnosticReport {
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items },
            ..RelatedFullDocumentDiagnosticReport::default()
        }
        .into()
    };
    answer(report)
}
