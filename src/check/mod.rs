//! Floor 5: the one door. Nothing at or below it touches disk, environment or terminal.

use std::sync::Arc;

use jiff::civil::Date;

use crate::diagnostic::{Diagnostic, Edit, Label, Style};
use crate::fix;
use crate::flow::{self, Trace, Units};
use crate::rules::{self, Context, Doubts};
use crate::shell::knowledge::Vocabulary;
use crate::shell::{Dialect, Shebang, detect};
use crate::suppress::{self, Directive, Suppressed, Suppressions};
use crate::syntax::{Script, Unknown};
use crate::text::{Document, FileId, LineIndex, Span};

pub use crate::rules::Selection;

/// What a check depends on besides the text.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The shell to assume instead of the one that the text names.
    pub shell: Option<Dialect>,
    /// Which rules speak.
    pub rules: Selection,
    /// Which of several ways to mend a finding is the first.
    pub style: Style,
    /// What is known of commands and messages.
    pub vocabulary: Arc<Vocabulary>,
    /// Whether comments take findings away.
    pub comments: Comments,
    /// The day by which suppressions expire; `None`: none does.
    pub today: Option<Date>,
}

/// What becomes of comments that disable rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comments {
    /// They do.
    #[default]
    Heard,
    /// They are passed over, for an audit.
    Ignored,
}

impl Default for Settings {
    /// As without any configuration.
    fn default() -> Self {
        Self {
            shell: None,
            rules: Selection::default(),
            style: Style::default(),
            vocabulary: Vocabulary::builtin(),
            comments: Comments::default(),
            today: None,
        }
    }
}

/// How sourced files are asked for: the disk for the command line, open buffers for an editor, nothing in a pure test.
pub trait Sources: Sync {
    /// The text that the script at `from` reads by `. reference`, or `None` where it is not to be had.
    fn sourced(&self, from: &str, reference: &str) -> Option<Arc<Document>>;
}

/// No sourced file is ever found.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoSources;

impl Sources for NoSources {
    fn sourced(&self, _from: &str, _reference: &str) -> Option<Arc<Document>> {
        None
    }
}

/// All that a check found out.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Sorted by place.
    pub findings: Vec<Diagnostic>,
    /// Regions that could not be read, with the cause.
    pub not_checked: Vec<Label>,
    /// What was taken for granted, and comments that were surely meant for the linter and say nothing.
    pub warnings: Vec<Label>,
    /// What the directives took away.
    pub suppressed: Vec<Suppressed>,
    /// The comments that disable rules, in the order of the text.
    pub directives: Vec<Directive>,
    /// All comments of the text.
    pub comments: Vec<Span>,
    /// What happens when each command fails.
    pub trace: Trace,
    /// What is not known of failures, for the promises of fixes.
    pub doubts: Doubts,
    /// The shell that the text was read for.
    pub shell: Option<Dialect>,
    /// The texts that spans point into, by [`FileId`]: the document itself, then the sourced files that were read.
    pub documents: Vec<Arc<Document>>,
}

impl Report {
    /// The text that spans with this id point into.
    pub fn document(&self, file: FileId) -> &Document {
        &self.documents[file.0 as usize]
    }

    /// The hazards that were there before these edits: where they turn an option on that a file may have set which was not
    /// found, none surely was.
    pub(crate) fn hazards_beside(&self, edits: &[Edit]) -> &[Label] {
        let turns_on = |edit: &Edit| ["set -", "shopt -s"].iter().any(|word| edit.content.contains(word));
        let unsure = self.doubts.unknown_options && edits.iter().any(turns_on);
        if unsure { &[] } else { &self.trace.hazards }
    }
}

/// Checks one text: what it finds, with every fix judged by analysing the fixed text.
pub fn check(document: &Arc<Document>, settings: &Settings, sources: &dyn Sources) -> Report {
    let mut report = analyse(document, settings, sources);
    fix::judge(document, settings, sources, &mut report);
    report
}

/// Checks one text, and leaves its fixes as the rules propose them.
pub(crate) fn analyse(document: &Arc<Document>, settings: &Settings, sources: &dyn Sources) -> Report {
    let units = units(document, settings, sources, Units::load);
    let trace = flow::trace(&units);
    report(&units, trace, settings)
}

/// Checks a text that somebody types in like [`analyse`], with what was found for the text as it was before. The texts that it runs
/// are given back for the next time.
pub(crate) fn analyse_typed(
    before: Option<(&Units, &Trace)>,
    document: &Arc<Document>,
    settings: &Settings,
    sources: &dyn Sources,
) -> (Report, Units) {
    let load = if before.is_some() { Units::load_typed } else { Units::load };
    let units = units(document, settings, sources, load);
    let known = before.and_then(|(before, trace)| flow::replayed(before, trace, &units));
    let trace = known.unwrap_or_else(|| flow::trace(&units));
    (report(&units, trace, settings), units)
}

/// What is to be said of a script with these answers.
fn report(units: &Units, trace: Trace, settings: &Settings) -> Report {
    let document = &units.documents[0];
    let comments = &units.script().comments;
    let mut directives = suppress::directives(&document.text, comments);
    if settings.comments == Comments::Ignored {
        directives.directives.clear();
    }
    let suppressions = Suppressions::new(
        &document.text,
        &directives.directives,
        &statements(units.script()),
        settings.today,
    );
    let findings = suppressions.left_of(findings(units, &trace, settings, &suppressions));
    let suppressed = suppressed(units, &trace, settings, &suppressions, &findings);
    let doubts = Doubts::of(&Context::new(units, &trace, &suppressions, &settings.rules));
    let mut warnings = directives.malformed;
    warnings.extend(unread(units, settings));
    if trace.too_intricate {
        let message = "this script has too many ways to be followed: no rule speaks of it".to_owned();
        warnings.push(Label { span: Span::at(FileId(0), 0), message });
    }
    Report {
        not_checked: not_checked(units),
        comments: comments.clone(),
        suppressed,
        directives: directives.directives,
        warnings,
        findings,
        doubts,
        trace,
        shell: Some(units.dialect),
        documents: units.documents.clone(),
    }
}

/// How a text is read with all that it runs.
type Load = fn(&Arc<Document>, Dialect, &Arc<Vocabulary>, &flow::Ask<'_>) -> Units;

fn units(document: &Arc<Document>, settings: &Settings, sources: &dyn Sources, load: Load) -> Units {
    let dialect = settings.shell.unwrap_or_else(|| detect(&document.path, &document.text));
    load(document, dialect, &settings.vocabulary, &|from, reference| sources.sourced(from, reference))
}

/// Asks something of a text as rules see it, whatever its author has judged.
pub(crate) fn look<T>(
    document: &Arc<Document>,
    settings: &Settings,
    sources: &dyn Sources,
    ask: impl FnOnce(&Context<'_>) -> T,
) -> T {
    let units = units(document, settings, sources, Units::load);
    let trace = flow::trace(&units);
    ask(&Context::new(&units, &trace, &Suppressions::new(&[], &[], &[], None), &settings.rules))
}

/// What was taken for granted, or left out, in reading a script.
fn unread(units: &Units, settings: &Settings) -> Vec<Label> {
    let missing = units.not_found.iter().filter(|span| span.file == FileId(0)).map(|span| {
        let name = String::from_utf8_lossy(units.text(*span)).into_owned();
        Label { span: *span, message: format!("{name} was not found: what it sets and defines is not known") }
    });
    let shebang = Shebang::of(units.source(FileId(0))).filter(|_| settings.shell.is_none());
    let foreign = shebang.filter(|shebang| shebang.dialect.is_none()).map(|_| Label {
        span: Span::at(FileId(0), 0),
        message: "the first line names no shell that is known here: the script is read as one for bash"
            .to_owned(),
    });
    missing.chain(foreign).collect()
}

fn findings(
    units: &Units,
    trace: &Trace,
    settings: &Settings,
    suppressions: &Suppressions<'_>,
) -> Vec<Diagnostic> {
    if trace.too_intricate {
        return Vec::new();
    }
    let mut findings = rules::findings(&Context::new(units, trace, suppressions, &settings.rules));
    // A fix that cannot be made in the file is none.
    let fits =
        |edit: &Edit| units.documents[edit.span.file.0 as usize].place(edit.span, &edit.content).is_some();
    for finding in &mut findings {
        finding.fixes.retain(|fix| fix.edits.iter().all(fits));
    }
    findings
}

/// What would be said besides, if nobody had judged anything.
fn suppressed(
    units: &Units,
    trace: &Trace,
    settings: &Settings,
    suppressions: &Suppressions<'_>,
    left: &[Diagnostic],
) -> Vec<Suppressed> {
    if suppressions.is_empty() {
        return Vec::new();
    }
    let all = findings(units, trace, settings, &Suppressions::new(&[], &[], &[], None));
    suppressions.taken(all, left)
}

/// The spans of all statements, with the bodies of their here-documents.
pub(crate) fn statements(script: &Script) -> Vec<Span> {
    let mut lists = vec![&script.body];
    script.each_command(&mut |command| lists.extend(command.lists()));
    let statements = lists.into_iter().flat_map(|list| &list.statements);
    statements
        .map(|statement| {
            let commands = statement.pipelines().flat_map(|pipeline| &pipeline.commands);
            let bodies =
                commands.flat_map(|command| &command.redirects).filter_map(|r| script.here_document(r)?.body);
            bodies.fold(statement.span, Span::to)
        })
        .collect()
}

/// The regions that could not be read, in words; not those that no shell gets to.
fn not_checked(units: &Units) -> Vec<Label> {
    let (script, text) = (units.script(), units.source(FileId(0)));
    let lines = LineIndex::new(text);
    let read = script.unknown.iter().filter(|region| script.is_read_up_to(region.span.start, text));
    read.map(|region| Label { span: region.span, message: unread_words(region, &lines) }).collect()
}

fn unread_words(region: &Unknown, lines: &LineIndex) -> String {
    let line = |offset: u32| lines.line(offset);
    let (first, last) =
        (line(region.span.start), line(region.span.end.saturating_sub(1).max(region.span.start)));
    let place = if first == last { format!("line {first}") } else { format!("lines {first} to {last}") };
    let origin = line(region.at);
    let origin = if origin == first { String::new() } else { format!(" (line {origin})") };
    format!("{place} could not be read: {}{origin}", region.reason)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{NoSources, Settings, check};
    use crate::text::{Document, Host, Piece, SourceMap};

    /// Offsets in the file of the edits that are offered for a text of which each line is indented by two blanks there.
    fn offered(text: &str, host: Option<Host>) -> Vec<(u32, String)> {
        let (mut pieces, mut at) = (Vec::new(), 0);
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let len = line.len() as u32;
            pieces.push(Piece { text: at, file: at + 2 * (index as u32 + 1), len });
            at += len;
        }
        let plain = Document::script("script", text.as_bytes());
        let map = if host.is_some() { SourceMap::Pieces(pieces) } else { SourceMap::Identity };
        let document = Arc::new(Document { map, host, ..plain });
        let report = check(&document, &Settings::default(), &NoSources);
        let edits = report.findings.iter().flat_map(|finding| &finding.fixes).flat_map(|fix| &fix.edits);
        edits.map(|edit| (document.map.span(edit.span).start, edit.content.clone())).collect()
    }

    #[test]
    fn embedded_shell_is_offered_what_fits_into_its_host() {
        let text = "#!/bin/bash\nscp x.tgz h:\nrm x.tgz\necho \"Backup completed!\"\n";
        let whole = offered(text, None);
        assert!(whole.iter().any(|(_, content)| content.contains('\n')), "{whole:?}");
        let host = Host { kind: "github-actions", unit: "job build".to_owned() };
        let embedded = offered(text, Some(host));
        // Behind `scp x.tgz h:`, which stands on the second line.
        let end = text.find("\nrm").unwrap() as u32 + 2 * 2;
        assert!(embedded.iter().any(|(at, _)| *at == end), "{embedded:?}");
        assert!(embedded.iter().all(|(_, content)| !content.contains('\n')), "{embedded:?}");
    }
}
