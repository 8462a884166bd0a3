//! From names to what they name: functions, also in sourced files, and these files themselves.

use gen_lsp_types::{DocumentLink, Location, Position};

use super::snapshot::{Snapshot, is_at};
use crate::flow::Units;
use crate::syntax::{Command, CommandKind};
use crate::text::{FileId, Span};

/// Where the function that is called at a position is defined, or the file that is sourced there.
pub fn definitions(snapshot: &Snapshot, position: Position) -> Vec<Location> {
    let Some(analysis) = snapshot.linted() else { return Vec::new() };
    let units = &analysis.units;
    let offset = snapshot.offset(position);
    let is_here = |span: Span| is_at(span, offset);
    if let Some((_, file)) = sourced(units).into_iter().find(|(word, _)| is_here(*word)) {
        return vec![snapshot.location(&analysis, Span::at(file.file, 0))];
    }
    let mut called = None;
    each(units, &mut |command| {
        let name = command.as_simple().and_then(|simple| simple.words.first()).map(|word| word.span);
        called = name.filter(|span| is_here(*span)).or(called);
    });
    let Some(called) = called.map(|span| units.text(span).to_vec()) else { return Vec::new() };
    let mut found = Vec::new();
    each(units, &mut |command| {
        if let CommandKind::Function(function) = &command.kind
            && units.text(function.name) == called
        {
            found.push(snapshot.location(&analysis, function.name));
        }
    });
    found
}

/// The files that a script sources.
pub fn links(snapshot: &Snapshot) -> Vec<DocumentLink> {
    let Some(analysis) = snapshot.linted() else { return Vec::new() };
    let units = &analysis.units;
    let own = sourced(units).into_iter().filter(|(word, _)| word.file == FileId(0));
    own.map(|(word, file)| DocumentLink {
        range: snapshot.range(word),
        target: Some(snapshot.location(&analysis, Span::at(file.file, 0)).uri),
        ..DocumentLink::default()
    })
    .collect()
}

/// The words that name a file which is read, each with that file.
fn sourced(units: &Units) -> Vec<(Span, Span)> {
    let mut found = Vec::new();
    each(units, &mut |command| {
        for word in command.simple_words() {
            let file = units.at_word(word.span).map(|unit| units.span(unit));
            found.extend(file.filter(|file| file.file != word.span.file).map(|file| (word.span, file)));
        }
    });
    found
}

fn each<'a>(units: &'a Units, visit: &mut dyn FnMut(&'a Command)) {
    units.scripts.iter().for_each(|script| script.each_command(visit));
}
