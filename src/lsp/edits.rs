//! From fixes to edits of the client's text.

use std::collections::HashMap;

use gen_lsp_types::{
    DocumentChange, Edit as LspEdit, OptionalVersionedTextDocumentIdentifier, SnippetTextEdit, StringValue,
    TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::snapshot::Snapshot;
use crate::diagnostic::Edit;
use crate::files::restored;
use crate::fix::Fixed;
use crate::text::FileId;

/// The edits of a fix; `None` where one would change what nobody has read, or another file.
pub fn of_fix(snapshot: &Snapshot, edits: &[Edit]) -> Option<Vec<TextEdit>> {
    let one = |edit: &Edit| {
        let span = snapshot.document.map.editable(edit.span).filter(|span| span.file == FileId(0))?;
        let range = snapshot.lines.range(&snapshot.bytes, span.start, span.end);
        Some(TextEdit { range, new_text: with_ends(snapshot, &edit.content) })
    };
    edits.iter().map(one).collect()
}

/// In a text that is read without its carriage returns, what is put in gets them.
fn with_ends(snapshot: &Snapshot, content: &str) -> String {
    if crate::files::ends_otherwise(&snapshot.document) {
        return content.replace('\n', "\r\n");
    }
    content.to_owned()
}

/// The edits that make the fixed text of the snapshot's, line by line, so that the cursor stays where it is. `None` where
/// nothing is to be done, or the fixed text is not UTF-8.
pub fn of_fixed(snapshot: &Snapshot, fixed: Fixed) -> Option<Vec<TextEdit>> {
    let fixed = restored(&snapshot.document, fixed);
    let lines = |text| <[u8]>::split_inclusive(text, |&byte| byte == b'\n').collect::<Vec<&[u8]>>();
    let (old, new) = (lines(&snapshot.bytes), lines(&fixed.text));
    let starts: Vec<u32> = std::iter::once(0)
        .chain(old.iter().scan(0, |at, line| {
            *at += line.len() as u32;
            Some(*at)
        }))
        .collect();
    let mut edits = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &old, &new) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (gone, put) = (op.old_range(), op.new_range());
        let range = snapshot.lines.range(&snapshot.bytes, starts[gone.start], starts[gone.end]);
        let new_text = String::from_utf8(new[put].concat()).ok()?;
        edits.push(TextEdit { range, new_text });
    }
    (!edits.is_empty()).then_some(edits)
}

/// Edits of the snapshot's document, for the client to apply to this version of it alone.
pub fn in_workspace(snapshot: &Snapshot, edits: Vec<TextEdit>) -> WorkspaceEdit {
    if snapshot.session.client.versioned_edits {
        return versioned(snapshot, edits.into_iter().map(LspEdit::TextEdit).collect());
    }
    let changes = HashMap::from([(snapshot.uri.clone(), edits)]);
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}

/// The same, with `placeholder` in the edits for the user to write over, where the client knows of such things.
pub fn with_placeholder(snapshot: &Snapshot, edits: Vec<TextEdit>, placeholder: &str) -> WorkspaceEdit {
    let client = &snapshot.session.client;
    if !(client.snippets && client.versioned_edits) {
        return in_workspace(snapshot, edits);
    }
    let snippet = |edit: TextEdit| {
        let escaped = edit.new_text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}");
        let value = escaped.replacen(placeholder, &format!("${{1:{placeholder}}}"), 1);
        let snippet = StringValue { value };
        LspEdit::SnippetTextEdit(SnippetTextEdit { range: edit.range, snippet, annotation_id: None })
    };
    versioned(snapshot, edits.into_iter().map(snippet).collect())
}

fn versioned(snapshot: &Snapshot, edits: Vec<LspEdit>) -> WorkspaceEdit {
    let text_document = OptionalVersionedTextDocumentIdentifier {
        version: snapshot.version,
        text_document_identifier: TextDocumentIdentifier { uri: snapshot.uri.clone() },
    };
    let change = DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document, edits });
    WorkspaceEdit { document_changes: Some(vec![change]), ..WorkspaceEdit::default() }
}
