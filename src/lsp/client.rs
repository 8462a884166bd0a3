//! What the client can do. Clients write their capabilities in many ways, so each is asked for by itself: one that cannot be
//! read is one that is not there.

use gen_lsp_types::{MarkupContent, MarkupKind};
use serde_json::Value;

use super::lines::Encoding;

/// What the client has said of itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Client {
    /// How columns are counted.
    pub encoding: Encoding,
    /// It asks for diagnostics, so none are sent unasked.
    pub pulls: bool,
    /// It shows other places beside a diagnostic.
    pub related: bool,
    /// It opens the page behind a diagnostic's code.
    pub code_description: bool,
    /// It knows tags.
    pub tags: bool,
    /// It asks for the edit of an action when that is chosen.
    pub resolves: bool,
    /// Actions may be more than commands.
    pub action_literals: bool,
    /// An edit may say for which version of a document it is.
    pub versioned_edits: bool,
    /// An edit may hold a place to be filled in.
    pub snippets: bool,
    /// It answers when it is asked for settings.
    pub configuration: bool,
    /// It takes `client/registerCapability` for watched files.
    pub watches: bool,
    /// The same for settings.
    pub registers_settings: bool,
    /// It opens a document when it is asked to.
    pub shows_documents: bool,
    /// It can be told to ask for these again.
    pub refreshes: Refreshes,
    /// Hovers may be Markdown.
    pub markdown: bool,
}

/// What can be asked for again.
#[derive(Clone, Copy, Debug, Default)]
pub struct Refreshes {
    /// Diagnostics.
    pub diagnostics: bool,
    /// Code lenses.
    pub lenses: bool,
    /// Inlay hints.
    pub hints: bool,
}

impl Client {
    /// Reads the parameters of `initialize`.
    pub fn new(params: &Value) -> Self {
        let has = |path: &str| capability(params, path).is_some_and(|it| it != &Value::Bool(false));
        let is = |path: &str| capability(params, path) == Some(&Value::Bool(true));
        let list = |path: &str| -> Vec<&str> {
            let list = capability(params, path).and_then(Value::as_array);
            list.into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let either = |name: &str| {
            is(&format!("textDocument/publishDiagnostics/{name}"))
                || is(&format!("textDocument/diagnostic/{name}"))
        };
        let tags = |kind: &str| has(&format!("textDocument/{kind}/tagSupport"));
        Self {
            encoding: Encoding::among(&list("general/positionEncodings")),
            pulls: has("textDocument/diagnostic"),
            related: either("relatedInformation"),
            code_description: either("codeDescriptionSupport"),
            tags: tags("publishDiagnostics") || tags("diagnostic"),
            resolves: list("textDocument/codeAction/resolveSupport/properties").contains(&"edit"),
            action_literals: has("textDocument/codeAction/codeActionLiteralSupport"),
            versioned_edits: is("workspace/workspaceEdit/documentChanges"),
            snippets: is("workspace/workspaceEdit/snippetEditSupport"),
            configuration: is("workspace/configuration"),
            watches: is("workspace/didChangeWatchedFiles/dynamicRegistration"),
            registers_settings: is("workspace/didChangeConfiguration/dynamicRegistration"),
            shows_documents: is("window/showDocument/support"),
            refreshes: Refreshes {
                diagnostics: is("workspace/diagnostics/refreshSupport"),
                lenses: is("workspace/codeLens/refreshSupport"),
                hints: is("workspace/inlayHint/refreshSupport"),
            },
            markdown: list("textDocument/hover/contentFormat").contains(&"markdown"),
        }
    }

    /// A text to be shown, which is written as Markdown.
    pub fn markup(&self, value: String) -> MarkupContent {
        let kind = if self.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
        MarkupContent { kind, value }
    }
}

fn capability<'a>(params: &'a Value, path: &str) -> Option<&'a Value> {
    let all = params.get("capabilities")?;
    path.split('/').try_fold(all, |value, name| value.get(name)).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Client;

    #[test]
    fn odd_capabilities_are_no_capabilities() {
        let of = |capabilities| Client::new(&json!({"capabilities": capabilities}));
        for odd in [
            json!(null),
            json!([]),
            json!(7),
            json!({"textDocument": [], "general": {"positionEncodings": 3}}),
        ] {
            let client = of(odd);
            assert!(!client.pulls && !client.related && client.encoding.name() == "utf-16");
        }
        let client = of(
            json!({"textDocument": {"diagnostic": {}, "publishDiagnostics": {"relatedInformation": true}}}),
        );
        assert!(client.pulls && client.related && !client.tags);
    }
}
