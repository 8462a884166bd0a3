//! What happens if this fails: told at the command under the cursor; and at options what they cover, at comments what they
//! hide, at names of rules their pages.

use std::fmt::Write as _;
use std::sync::Arc;

use gen_lsp_types::{Hover, Position};

use super::lenses::entry_at;
use super::options;
use super::snapshot::{Analysis, Snapshot, is_at};
use crate::check::{Selection, Settings, analyse};
use crate::diagnostic::{Diagnostic, Label};
use crate::flow::Entry;
use crate::report::{Teller, clean_word};
use crate::rules::{self, Family};
use crate::suppress::Directive;
use crate::text::{FileId, Span};

/// What is told at a position.
pub fn hover(snapshot: &Snapshot, position: Position) -> Option<Hover> {
    let analysis = snapshot.linted()?;
    let offset = snapshot.offset(position);
    let (span, text) = of_directive(&analysis, offset)
        .or_else(|| options::told(snapshot, &analysis, offset))
        .or_else(|| of_command(snapshot, &analysis, offset))?;
    let contents = snapshot.session.client.markup(text).into();
    Some(Hover { contents, range: Some(snapshot.range(span)) })
}

fn of_directive(analysis: &Analysis, offset: u32) -> Option<(Span, String)> {
    let directives = &analysis.report().directives;
    let (index, directive) =
        directives.iter().enumerate().find(|(_, directive)| is_at(directive.span, offset))?;
    let named = directive.rules.iter().find(|(_, at)| is_at(*at, offset));
    if let Some((rule, (_, at))) = named.and_then(|named| Some((rules::find(&named.0)?, named))) {
        return Some((*at, rule.page.to_owned()));
    }
    Some((directive.span, hidden(analysis, index, directive)))
}

/// What a comment hides.
fn hidden(analysis: &Analysis, index: usize, directive: &Directive) -> String {
    let taken = analysis.report().suppressed.iter().filter(|suppressed| suppressed.by == index);
    let taken: Vec<String> =
        taken.map(|it| format!("- **{}**: {}", it.finding.rule, clean_word(&it.finding.message))).collect();
    if !taken.is_empty() {
        return format!("This comment hides:\n\n{}", taken.join("\n"));
    }
    if directive.has_expired(analysis.settings.today) {
        return "This comment has expired: it hides nothing any more.".to_owned();
    }
    "This comment hides no finding of its own.".to_owned()
}

fn of_command(snapshot: &Snapshot, analysis: &Analysis, offset: u32) -> Option<(Span, String)> {
    let entry = entry_at(analysis, offset)?;
    let teller = Teller::new(&analysis.checked);
    let words = teller.words(entry);
    let name = clean_word(&entry.name);
    let Some(end) = teller.end(entry) else {
        return Some((entry.span, format!("**`{name}`**: {words}")));
    };
    let mut text = format!("**If `{name}` fails**: {}. The script {end}.\n", clean_word(&words));
    for (number, stop) in teller.way(entry).iter().enumerate() {
        let _ = write!(
            text,
            "\n{}. {}{}",
            number + 1,
            clean_word(&stop.message),
            place(snapshot, analysis, stop)
        );
    }
    for finding in snapshot.lies(analysis).iter().filter(|it| it.primary.span.contains(entry.span)) {
        let _ = write!(text, "\n\n**And its status lies**: {}", clean_word(&finding.message));
    }
    for (_, finding) in analysis.findings().filter(|(_, it)| is_about(it, entry)) {
        let _ = write!(text, "\n\n**{}**: {}", finding.rule, clean_word(&finding.message));
    }
    Some((entry.span, text))
}

fn is_about(finding: &Diagnostic, entry: &Entry) -> bool {
    finding.primary.span == entry.span
}

/// ` — line 8`, as a link where that helps.
fn place(snapshot: &Snapshot, analysis: &Analysis, stop: &Label) -> String {
    let location = snapshot.location(analysis, stop.span);
    let line = location.range.start.line + 1;
    let name = match stop.span.file {
        FileId(0) => String::new(),
        file => format!("{}:", clean_word(&analysis.report().document(file).path)),
    };
    if snapshot.session.client.markdown {
        let uri = location.uri.0.replace('(', "%28").replace(')', "%29");
        return format!(" — [{name}line {line}]({uri}#L{line})");
    }
    format!(" — {name}line {line}")
}

impl Snapshot {
    /// What the rules about commands whose status says less than it seems would find, whether or not they are asked.
    fn lies(&self, analysis: &Analysis) -> Arc<Vec<Diagnostic>> {
        let find = || {
            let about = rules::ALL.iter().filter(|rule| rule.family == Family::LyingCommands);
            let rules = Selection::of(about.map(|rule| rule.id));
            let settings = Settings { rules, ..analysis.settings.clone() };
            Arc::new(analyse(&self.document, &settings, &*self.project).findings)
        };
        Arc::clone(analysis.lies.get_or_init(find))
    }
}
