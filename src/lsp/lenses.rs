//! What is shown over and beside the commands of a script: counts, hints, the way of a failure.

use gen_lsp_types::{
    CodeLens, Command, DocumentHighlight, DocumentHighlightKind, InlayHint, Position, Range,
};
use serde_json::json;

use super::commands::TRACE;
use super::snapshot::{Analysis, Snapshot, is_at};
use crate::flow::Entry;
use crate::report::{Alarm, Failures, Teller};
use crate::syntax::CommandKind;
use crate::text::{FileId, Span};

/// Over the script, and over each function.
pub fn lenses(snapshot: &Snapshot) -> Vec<CodeLens> {
    let Some(analysis) = wanted(snapshot, snapshot.project.client.code_lenses()) else { return Vec::new() };
    let trace = &analysis.report().trace;
    let lens = |range: Range, failures: Failures| CodeLens {
        range,
        command: Some(Command {
            title: failures.in_short(),
            command: TRACE.to_owned(),
            arguments: Some(vec![json!(snapshot.uri)]),
            ..Command::default()
        }),
        ..CodeLens::default()
    };
    if trace.too_intricate || Failures::of(trace).all == 0 {
        return Vec::new();
    }
    let mut lenses = vec![lens(Range::default(), Failures::of(trace))];
    let units = &analysis.units;
    units.script().each_command(&mut |command| {
        let CommandKind::Function(function) = &command.kind else { return };
        let failures = Failures::within(trace, function.body.span);
        if failures.all > 0 {
            lenses.push(lens(snapshot.range(function.name), failures));
        }
    });
    lenses
}

/// Behind each command whose failure is lost, in a range.
pub fn hints(snapshot: &Snapshot, range: Range) -> Vec<InlayHint> {
    let Some(analysis) = wanted(snapshot, snapshot.project.client.inlay_hints) else { return Vec::new() };
    let (first, last) = (snapshot.offset(range.start), snapshot.offset(range.end));
    let teller = Teller::new(&analysis.checked);
    let is_here =
        |entry: &&Entry| entry.span.file == FileId(0) && first <= entry.span.end && entry.span.start < last;
    let entries = analysis.report().trace.entries.iter().filter(is_here);
    entries
        .filter(|entry| Alarm::of(entry) == Alarm::Silent)
        .map(|entry| InlayHint {
            position: snapshot.range(entry.span).end,
            label: format!("↯ {}", teller.words(entry)).into(),
            padding_left: Some(true),
            ..InlayHint::new(Position::default(), String::new().into(), None, None, None, None, None, None)
        })
        .collect()
}

/// The way of the failure of the command at a position.
pub fn highlights(snapshot: &Snapshot, position: Position) -> Option<Vec<DocumentHighlight>> {
    let analysis = snapshot.linted()?;
    let entry = entry_at(&analysis, snapshot.offset(position))?;
    let mut places: Vec<Span> = vec![entry.span];
    for stop in Teller::new(&analysis.checked).way(entry) {
        if stop.span.file == FileId(0) && !places.contains(&stop.span) {
            places.push(stop.span);
        }
    }
    let kind = |span: &Span| {
        if *span == entry.span { DocumentHighlightKind::Write } else { DocumentHighlightKind::Read }
    };
    let highlight = |span: &Span| DocumentHighlight { range: snapshot.range(*span), kind: Some(kind(span)) };
    (places.len() > 1).then(|| places.iter().map(highlight).collect())
}

fn wanted(snapshot: &Snapshot, is_wanted: bool) -> Option<std::sync::Arc<Analysis>> {
    is_wanted.then(|| snapshot.linted()).flatten()
}

/// The innermost command at an offset of the script.
pub fn entry_at(analysis: &Analysis, offset: u32) -> Option<&Entry> {
    let entries = analysis.report().trace.entries.iter();
    let here = entries.filter(|entry| is_at(entry.span, offset));
    here.min_by_key(|entry| entry.span.len())
}
