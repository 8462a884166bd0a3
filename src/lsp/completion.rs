//! Names of rules in comments that disable them.

use gen_lsp_types::{CompletionItem, CompletionItemKind, CompletionItemTextEdit, Position, TextEdit};

use super::snapshot::Snapshot;
use crate::report::summary_of;
use crate::rules;
use crate::text::{FileId, Span};

/// What may stand behind `# lint-scripts`.
const WORDS: [(&str, &str); 2] = [
    ("disable=", "accepts what these rules find in the next command, or on this line"),
    ("disable-file=", "accepts what these rules find in the file; before its first command"),
];

/// What may be written at a position.
pub fn completions(snapshot: &Snapshot, position: Position) -> Vec<CompletionItem> {
    let offset = snapshot.offset(position);
    let text = &snapshot.document.text[..(offset as usize).min(snapshot.document.text.len())];
    let line = text.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
    let Some(said) = directive(&String::from_utf8_lossy(line)) else { return Vec::new() };
    let word = said.rsplit([' ', '\t', ',', '=']).next().unwrap_or_default();
    let span = Span::new(FileId(0), offset - word.len() as u32, offset);
    let item = |label: &str, detail: String, kind| CompletionItem {
        label: label.to_owned(),
        detail: Some(detail),
        kind: Some(kind),
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
            range: snapshot.range(span),
            new_text: label.to_owned(),
        })),
        ..CompletionItem::default()
    };
    match said.split_once('=') {
        None => WORDS
            .iter()
            .map(|&(word, says)| item(word, says.to_owned(), CompletionItemKind::Keyword))
            .collect(),
        // The reason is for the user to say.
        Some((_, names)) if names.contains("--") || names.trim().contains(' ') => Vec::new(),
        Some(_) => rules::ALL
            .iter()
            .map(|rule| item(rule.id.0, summary_of(rule.page), CompletionItemKind::EnumMember))
            .collect(),
    }
}

/// What stands behind `# lint-scripts` in a line that ends here.
fn directive(line: &str) -> Option<String> {
    let (_, said) = line.rsplit_once('#')?;
    let said = said.trim_start().strip_prefix("lint-scripts")?;
    said.starts_with([' ', '\t', ':']).then(|| said.trim_start_matches([' ', '\t', ':']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::directive;

    #[test]
    fn only_words_to_the_linter_are_completed() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(directive("ls  # lint-scripts disable=un"), some("disable=un"));
        assert_eq!(directive("#lint-scripts: "), some(""));
        for other in ["ls", "# lint-script disable=", "# lint-scripts-x", "# else", "lint-scripts disable="] {
            assert_eq!(directive(other), None, "{other}");
        }
    }
}
