//! How a session begins: what the server can do, and what it wants to hear of.

use std::path::PathBuf;

use gen_lsp_types::{
    ChangeNotifications, CodeActionKind, CodeActionOptions, CodeLensOptions, CompletionOptions,
    DiagnosticOptions, DocumentLinkOptions, ExecuteCommandOptions, InitializeResult, PositionEncodingKind,
    SaveOptions, ServerCapabilities, ServerInfo, TextDocumentSyncKind, TextDocumentSyncOptions, Uri,
    WorkspaceFoldersServerCapabilities, WorkspaceOptions,
};
use serde_json::{Value, json};

use super::actions::FIX_ALL;
use super::client::Client;
use super::settings::SECTION;
use super::{commands, diagnostics, uri};

/// What the answer to `initialize` says.
pub fn answer(client: &Client) -> InitializeResult {
    InitializeResult {
        capabilities: capabilities(client),
        server_info: Some(ServerInfo {
            name: "lint-scripts".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

fn capabilities(client: &Client) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Incremental),
        save: Some(SaveOptions { include_text: Some(false) }.into()),
        ..TextDocumentSyncOptions::default()
    };
    let pulled = DiagnosticOptions {
        identifier: Some(diagnostics::SOURCE.to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: true,
        ..DiagnosticOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix, CodeActionKind::from(FIX_ALL.to_owned())]),
        resolve_provider: Some(true),
        ..CodeActionOptions::default()
    };
    let completion = CompletionOptions {
        trigger_characters: Some(vec!["=".to_owned(), ",".to_owned()]),
        ..CompletionOptions::default()
    };
    let commands = ExecuteCommandOptions {
        commands: commands::ALL.map(str::to_owned).to_vec(),
        ..ExecuteCommandOptions::default()
    };
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(ChangeNotifications::from(true)),
    };
    ServerCapabilities {
        position_encoding: Some(PositionEncodingKind::from(client.encoding.name().to_owned())),
        text_document_sync: Some(sync.into()),
        diagnostic_provider: Some(pulled.into()),
        code_action_provider: Some(actions.into()),
        code_lens_provider: Some(CodeLensOptions::default()),
        completion_provider: Some(completion),
        definition_provider: Some(true.into()),
        document_highlight_provider: Some(true.into()),
        document_link_provider: Some(DocumentLinkOptions::default()),
        execute_command_provider: Some(commands),
        hover_provider: Some(true.into()),
        inlay_hint_provider: Some(true.into()),
        workspace: Some(WorkspaceOptions { workspace_folders: Some(folders), ..WorkspaceOptions::default() }),
        ..ServerCapabilities::default()
    }
}

/// The folders that a client has open, as newer and older clients write them.
pub fn folders(params: &Value) -> Vec<PathBuf> {
    let uri = |value: &Value| uri::path(&Uri(value.as_str()?.to_owned()));
    if let Some(folders) = params["workspaceFolders"].as_array() {
        return folders.iter().filter_map(|folder| uri(&folder["uri"])).collect();
    }
    let root = uri(&params["rootUri"]).or_else(|| Some(PathBuf::from(params["rootPath"].as_str()?)));
    root.into_iter().filter(|root| root.is_absolute()).collect()
}

/// What the server wants to hear of, as far as the client can tell it.
pub fn registrations(client: &Client) -> Vec<Value> {
    let mut registrations = Vec::new();
    if client.watches {
        let globs = ["**/*.toml", "**/*.baseline", "**/*.{sh,bash,dash,ash,ksh,mksh}"];
        let watchers: Vec<Value> = globs.iter().map(|glob| json!({"globPattern": glob})).collect();
        registrations.push(json!({
            "id": "files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        }));
    }
    if client.registers_settings {
        registrations.push(json!({
            "id": "settings",
            "method": "workspace/didChangeConfiguration",
            "registerOptions": {"section": SECTION},
        }));
    }
    registrations
}
