//! A document as it is at one moment, for threads to work on. What is found out about it is found out once.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use gen_lsp_types::{Location, Position, Range, Uri};
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::client::Client;
use super::lines::Lines;
use super::projects::Project;
use super::tracing::TraceLog;
use super::uri;
use crate::check::{Report, Settings, Sources, analyse_typed};
use crate::diagnostic::Diagnostic;
use crate::files::Fingerprint;
use crate::fix::judge_some;
use crate::flow::Units;
use crate::guard::{Demand, cancellable, guarded};
use crate::report::Checked;
use crate::text::{Document, FileId, Span};

/// What is the same for all documents.
#[derive(Debug)]
pub struct Session {
    /// What the client can do.
    pub client: Client,
    /// The day by which suppressions expire.
    pub today: fn() -> Date,
    /// Where rules are explained.
    pub pages: Arc<super::pages::Pages>,
    /// What a client hears that wants to know what goes on.
    pub log: TraceLog,
}

/// One text of a document.
pub struct Snapshot {
    /// What the client calls it.
    pub uri: Uri,
    /// The client's number for it.
    pub version: Option<i32>,
    /// The script, as the command line would read it.
    pub document: Arc<Document>,
    /// The text that the client has, or the file.
    pub bytes: Arc<[u8]>,
    /// The lines of that text.
    pub lines: Lines,
    /// Where it belongs.
    pub project: Arc<Project>,
    /// What is the same for all.
    pub session: Arc<Session>,
    /// Whether it is a script of ours at all.
    pub is_linted: bool,
    /// What becomes of it.
    pub state: State,
}

/// What becomes of a snapshot.
#[derive(Default)]
pub struct State {
    demand: Demand,
    analysis: OnceLock<Result<Arc<Analysis>, String>>,
    /// What is known of the text as it was before, until this one is analysed.
    before: Mutex<Option<Arc<Analysis>>>,
}

impl State {
    /// Of a snapshot that is looked at for the sake of this alone.
    pub fn wanted_by(demand: Demand) -> Self {
        Self { demand, ..Self::default() }
    }

    /// Of a snapshot that takes the place of this one.
    pub fn next(&self) -> Self {
        let known = self.analysis.get().and_then(|analysis| analysis.as_ref().ok()).cloned();
        Self { before: Mutex::new(known.or_else(|| self.before().clone())), ..Self::default() }
    }

    fn before(&self) -> MutexGuard<'_, Option<Arc<Analysis>>> {
        self.before.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of a snapshot.
pub struct Analysis {
    /// What the check depended on.
    pub settings: Settings,
    /// The report, of which the fixes are as the rules propose them.
    pub checked: Checked,
    /// The findings that are shown, by number.
    pub shown: Vec<usize>,
    /// The lines of the texts, by file, where they were asked for.
    lines: Vec<OnceLock<Lines>>,
    /// The sourced files that it has asked for, with what it was given.
    pub asked: Vec<Asked>,
    judged: Mutex<FxHashMap<usize, Diagnostic>>,
    /// The texts that the script runs, with their trees.
    pub units: Units,
    /// What its commands pass over in silence.
    pub lies: OnceLock<Arc<Vec<Diagnostic>>>,
}

impl Snapshot {
    /// There is a newer one: nothing more is found out of this one.
    pub fn supersede(&self) {
        self.state.demand.end();
    }

    /// Who wants to hear of it.
    pub fn demand(&self) -> &Demand {
        &self.state.demand
    }

    /// What is known of it, found out at the first time, for all who want it; an error is a sentence for the user. When nobody does any
    /// more, whoever finds it out is [cancelled](crate::guard::Cancelled).
    pub fn analysis(&self) -> Result<Arc<Analysis>, String> {
        self.state.analysis.get_or_init(|| self.traced(|| self.crash_told())).clone()
    }

    fn crash_told(&self) -> Result<Arc<Analysis>, String> {
        guarded(|| self.state.demand.meet(|| self.analyse())).unwrap_or_else(|said| {
            Err(format!("not checked, lint-scripts crashed on it; please report this: {said}"))
        })
    }

    /// Does some work, and says so.
    fn traced<T>(&self, work: impl FnOnce() -> T) -> T {
        let say = |what: &str| {
            let version = self.version.map(|version| format!(", version {version}")).unwrap_or_default();
            self.session.log.say(|| format!("{}{version}: {what}", self.uri.0));
        };
        say("its analysis begins");
        match cancellable(work) {
            Ok(result) => {
                say("its analysis is done");
                result
            }
            Err(cancelled) => {
                say("its analysis ends early");
                cancelled.unwind()
            }
        }
    }

    /// The same of a script of ours that could be checked.
    pub fn linted(&self) -> Option<Arc<Analysis>> {
        self.is_linted.then(|| self.analysis().ok()).flatten()
    }

    /// What has kept it from being analysed.
    pub fn trouble(&self) -> Option<&str> {
        self.state.analysis.get()?.as_ref().err().map(String::as_str)
    }

    /// The script's path, as its project writes it.
    pub fn path(&self) -> &Path {
        Path::new(&self.document.path)
    }

    fn analyse(&self) -> Result<Arc<Analysis>, String> {
        let mut settings = self.project.settings(self.path())?;
        settings.today = Some((self.session.today)());
        let sources = Recording { project: &self.project, asked: Mutex::default() };
        let before = self.state.before().clone();
        let known = before.as_ref().map(|before| (&before.units, &before.checked.report.trace));
        let (report, units) = analyse_typed(known, &self.document, &settings, &sources);
        *self.state.before() = None;
        let checked = Checked { path: self.path().to_owned(), bytes: Arc::clone(&self.bytes), report };
        let shown = self.project.shown(&checked);
        let lines = checked.report.documents.iter().map(|_| OnceLock::new()).collect();
        Ok(Arc::new(Analysis {
            settings,
            shown,
            lines,
            asked: sources.asked.into_inner().unwrap_or_else(PoisonError::into_inner),
            checked,
            judged: Mutex::default(),
            units,
            lies: OnceLock::new(),
        }))
    }

    /// The offset in the script of a position of the client.
    pub fn offset(&self, position: Position) -> u32 {
        self.document.map.in_text(self.lines.offset(&self.bytes, position))
    }

    /// The client's range for a span of the script's own text.
    pub fn range(&self, span: Span) -> Range {
        let span = self.document.map.span(span);
        self.lines.range(&self.bytes, span.start, span.end)
    }

    /// Whether a span of the script's own text touches a range of the client, or begins on a line of it: a cursor is at a
    /// finding anywhere on its line.
    pub fn touches(&self, span: Span, range: Range) -> bool {
        let own = self.range(span);
        let lines = range.start.line..=range.end.line;
        own.start <= range.end && range.start <= own.end || lines.contains(&own.start.line)
    }

    /// Where a span of any text is that the check has read.
    pub fn location(&self, analysis: &Analysis, span: Span) -> Location {
        if span.file == FileId(0) {
            return Location { uri: self.uri.clone(), range: self.range(span) };
        }
        let document = analysis.checked.report.document(span.file);
        let span = document.map.span(span);
        // Only the script itself has bytes beside its text: other files are read as they will run, line by line the same.
        let lines = analysis.lines[span.file.0 as usize]
            .get_or_init(|| Lines::new(&document.text, self.session.client.encoding));
        let range = lines.range(&document.text, span.start, span.end);
        Location { uri: uri::of(&self.project.absolute(&document.path)), range }
    }

    /// Whether a file that it sources is another by now.
    pub fn is_outdated(&self) -> bool {
        let Some(Ok(analysis)) = self.state.analysis.get() else { return false };
        analysis.asked.iter().any(|asked| asked.is_outdated(&self.project))
    }

    /// These findings with their fixes judged, each once.
    pub fn judged(&self, analysis: &Analysis, findings: &[usize]) -> Vec<Diagnostic> {
        let mut known = analysis.judged.lock().unwrap_or_else(PoisonError::into_inner);
        let missing: Vec<usize> =
            findings.iter().copied().filter(|finding| !known.contains_key(finding)).collect();
        let report = &analysis.checked.report;
        let judged = judge_some(&self.document, &analysis.settings, &*self.project, report, &missing);
        known.extend(missing.into_iter().zip(judged));
        findings.iter().filter_map(|finding| known.get(finding).cloned()).collect()
    }
}

/// Whether a cursor at this offset of the script is at the span.
pub fn is_at(span: Span, offset: u32) -> bool {
    span.file == FileId(0) && span.start <= offset && offset <= span.end
}

/// What a script has asked for by `.`, and the mark of what it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    from: String,
    reference: String,
    given: Option<Fingerprint>,
}

impl Asked {
    /// Whether it would be given something else now.
    pub fn is_outdated(&self, project: &Project) -> bool {
        let document = project.sourced(&self.from, &self.reference);
        self.given != document.map(|document| Fingerprint::of(&document.text))
    }
}

/// The files of a project; what is asked for is kept.
struct Recording<'a> {
    project: &'a Project,
    asked: Mutex<Vec<Asked>>,
}

impl Sources for Recording<'_> {
    fn sourced(&self, from: &str, reference: &str) -> Option<Arc<Document>> {
        let document = self.project.sourced(from, reference);
        let given = document.as_ref().map(|document| Fingerprint::of(&document.text));
        let asked = Asked { from: from.to_owned(), reference: reference.to_owned(), given };
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(asked);
        document
    }
}

impl Analysis {
    /// What was found out.
    pub fn report(&self) -> &Report {
        &self.checked.report
    }

    /// The findings that are shown, with their numbers.
    pub fn findings(&self) -> impl Iterator<Item = (usize, &Diagnostic)> {
        self.shown.iter().map(|&index| (index, &self.checked.report.findings[index]))
    }
}
