//! Fixes that are chosen together with what they need: a status that is lost in several places is handed on at each, and
//! what an option would take for a failure is said to be an answer.

use std::sync::Arc;

use super::edits::{apply, composed, forward, is_new};
use super::judge::is_lost;
use crate::check::{Report, Settings, Sources, look};
use crate::diagnostic::{Edit, Label};
use crate::flow::{Entry, Exit, Fate};
use crate::rules::Context;
use crate::rules::repairs::{self, Heard, Repair};
use crate::text::{Document, FileId, Span};

/// How often the text is looked at again; each time every status gets one step further.
const MAX_ROUNDS: usize = 10;

/// A fix in the making.
pub(super) struct Plan<'a> {
    document: &'a Document,
    settings: &'a Settings,
    sources: &'a dyn Sources,
    /// What is known of the text.
    report: &'a Report,
    /// The statuses that are to be heard, and how far out each was looked at.
    wanted: Vec<Wanted<'a>>,
    /// How often the text was analysed.
    pub(super) looks: usize,
}

struct Wanted<'a> {
    entry: &'a Entry,
    tried: usize,
    /// Code of the script's author looks at the status that it is handed now.
    is_told: bool,
    given_up: bool,
}

impl<'a> Plan<'a> {
    /// To make the failures of these entries of the text loud.
    pub(super) fn new(
        document: &'a Document,
        settings: &'a Settings,
        sources: &'a dyn Sources,
        report: &'a Report,
        wanted: impl Iterator<Item = &'a Entry>,
    ) -> Self {
        let wanted =
            wanted.map(|entry| Wanted { entry, tried: 0, is_told: false, given_up: false }).collect();
        Self { document, settings, sources, report, wanted, looks: 0 }
    }

    /// These edits with all that has to come with them.
    pub(super) fn completed(&mut self, edits: Vec<Edit>) -> Option<Vec<Edit>> {
        let all = self.wanted.len();
        let planned = self.rounds(edits.clone())?;
        // What was done for those that could not be made loud is taken back.
        self.wanted.retain(|wanted| !wanted.given_up);
        if self.wanted.len() == all {
            return Some(planned);
        }
        self.wanted.iter_mut().for_each(|wanted| (wanted.tried, wanted.is_told) = (0, false));
        self.rounds(edits)
    }

    fn rounds(&mut self, mut edits: Vec<Edit>) -> Option<Vec<Edit>> {
        for _ in 0..MAX_ROUNDS {
            let text = apply(&self.document.text, &edits)?;
            let fixed = Arc::new(Document { text: text.into(), ..self.document.clone() });
            self.looks += 1;
            let (settings, sources) = (self.settings, self.sources);
            let more = look(&fixed, settings, sources, |cx| self.next(cx, &edits));
            if more.is_empty() {
                break;
            }
            apply(&fixed.text, &more)?;
            edits = composed(&edits, &more);
        }
        Some(edits)
    }

    /// What fails in a second run, which nobody looked at before, and which would end the script now.
    fn made_once<'c>(&self, cx: &Context<'c>, edits: &[Edit]) -> Vec<&'c Entry> {
        let once = &self.report.doubts.once;
        let fate = |entry: &Entry| entry.on_failure.as_ref().map(|it| it.fate);
        let before = self.report.trace.entries.iter();
        let before = before.filter(|it| once.contains(&it.span) && fate(it).is_some_and(is_lost));
        let after = before.filter_map(|entry| find(cx, entry, edits, &self.document.text));
        after.filter(|it| matches!(fate(it), Some(Fate::Aborts | Fate::Handled))).collect()
    }

    /// What is to be done next to the text after `edits`.
    fn next(&mut self, cx: &Context<'_>, edits: &[Edit]) -> Vec<Edit> {
        let mut step = Step::default();
        let known = self.report.hazards_beside(edits);
        for hazard in cx.trace.hazards.iter().filter(|hazard| !is_known(known, hazard, edits)) {
            step.take(repairs::calm(cx, hazard).map(Repair::from));
        }
        for once in self.made_once(cx, edits) {
            step.take(repairs::repeatable(cx, once).map(Repair::from));
        }
        for wanted in self.wanted.iter_mut().filter(|wanted| !wanted.given_up) {
            let Some(entry) = find(cx, wanted.entry, edits, &self.document.text) else { continue };
            let Some(on_failure) = entry.on_failure.as_ref().filter(|it| it.exit != Exit::Nonzero) else {
                continue;
            };
            // An `exit` that was put behind it has not ended the script, but a process of its own.
            let is_handled = on_failure.fate == Fate::Handled && !edits.is_empty();
            let is_ours = on_failure.goes_on_at.is_some_and(|next| is_new(edits, next.start));
            let tried = wanted.tried + usize::from(is_handled);
            let heard = match (is_handled, is_ours) {
                (false, _) => Heard::Nowhere,
                (true, true) => Heard::ByExit(tried),
                (true, false) => Heard::ByAuthor,
            };
            let repair = repairs::hear(cx, entry, heard);
            wanted.given_up = repair.is_none() && !wanted.is_told;
            let is_told = repair.as_ref().is_some_and(|repair| repair.is_told);
            if step.take(repair) {
                (wanted.tried, wanted.is_told) = (tried, wanted.is_told || is_told);
            }
        }
        step.edits
    }
}

/// The edits of one round, none of which touches another.
#[derive(Default)]
struct Step {
    edits: Vec<Edit>,
    names: Vec<String>,
}

impl Step {
    /// Whether a repair is a part of the step now.
    fn take(&mut self, repair: Option<Repair>) -> bool {
        let Some(Repair { mut edits, names, .. }) = repair else { return false };
        let is_new = |edit: &Edit| !self.edits.contains(edit);
        if !edits.iter().any(is_new) {
            return true;
        }
        edits.retain(is_new);
        let touches = |edit: &Edit| self.edits.iter().any(|other| meet(edit.span, other.span));
        if names.iter().any(|name| self.names.contains(name)) || edits.iter().any(touches) {
            return false;
        }
        self.names.extend(names);
        self.edits.extend(edits);
        true
    }
}

fn meet(one: Span, other: Span) -> bool {
    one.start <= other.end && other.start <= one.end
}

fn is_known(known: &[Label], hazard: &Label, edits: &[Edit]) -> bool {
    known
        .iter()
        .any(|known| known.message == hazard.message && forward(edits, known.span.start) == hazard.span.start)
}

/// The entry of a command in the text after the edits; one that was moved is known by what it says.
pub(super) fn find<'c>(cx: &Context<'c>, entry: &Entry, edits: &[Edit], text: &[u8]) -> Option<&'c Entry> {
    let entries = &cx.trace.entries;
    let start =
        if entry.span.file == FileId(0) { forward(edits, entry.span.start) } else { entry.span.start };
    let at = |it: &&Entry| {
        it.span.file == entry.span.file
            && it.span.start == start
            && it.kind == entry.kind
            && it.name == entry.name
    };
    entries.iter().find(at).or_else(|| {
        let same = |it: &&Entry| {
            it.kind == entry.kind
                && it.name == entry.name
                && cx.units.text(it.span) == &text[entry.span.range()]
        };
        entries.iter().filter(|_| entry.span.file == FileId(0)).find(same)
    })
}
