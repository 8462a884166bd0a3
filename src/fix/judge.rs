//! What is promised of a fix: found by analysing the fixed text and comparing what happens in both.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::edits::{backward, forward};
use crate::check::{Report, Settings, Sources};
use crate::diagnostic::{Applicability, Diagnostic, Fix, Label};
use crate::flow::{Entry, EntryKind, Exit, Fate, OnFailure, Standing};
use crate::text::{Document, FileId, LineIndex, Span};

/// What a fix does to a script.
enum Verdict {
    Safe,
    /// Why not: the first line that could behave differently.
    Unsafe(String),
    /// It mends nothing, reads worse, or makes a failure quieter: it is not offered.
    Dropped,
}

/// Judges every fix of a report. Of several ways to mend one finding the first safe one stays; where none is safe, the
/// first of all.
pub(crate) fn judge(
    document: &Arc<Document>,
    settings: &Settings,
    sources: &dyn Sources,
    report: &mut Report,
) {
    let findings = std::mem::take(&mut report.findings);
    let judged: Vec<Diagnostic> = findings
        .iter()
        .map(|finding| judge_finding(document, settings, sources, report, &findings, finding))
        .collect();
    report.findings = judged;
}

fn judge_finding(
    document: &Document,
    settings: &Settings,
    sources: &dyn Sources,
    report: &Report,
    findings: &[Diagnostic],
    finding: &Diagnostic,
) -> Diagnostic {
    let mut best: Option<Fix> = None;
    for fix in &finding.fixes {
        let Some((lines, fixed)) = super::fixed(document, fix, settings, sources) else { continue };
        let comparison = Comparison { before: report, findings, after: &fixed, fix, lines };
        match comparison.verdict(finding) {
            Verdict::Safe => {
                best = Some(Fix { applicability: Applicability::Safe, why_unsafe: None, ..fix.clone() });
                break;
            }
            Verdict::Unsafe(why) if best.is_none() => {
                best =
                    Some(Fix { applicability: Applicability::Unsafe, why_unsafe: Some(why), ..fix.clone() });
            }
            Verdict::Unsafe(_) | Verdict::Dropped => {}
        }
    }
    Diagnostic { fixes: best.into_iter().collect(), ..finding.clone() }
}

struct Comparison<'a> {
    before: &'a Report,
    findings: &'a [Diagnostic],
    after: &'a Report,
    fix: &'a Fix,
    /// The lines of the text before.
    lines: LineIndex,
}

impl Comparison<'_> {
    fn verdict(&self, finding: &Diagnostic) -> Verdict {
        let mended = !self.after.findings.iter().any(|after| self.is_same(finding, after));
        let reads_well = self.after.not_checked.len() <= self.before.not_checked.len();
        if !mended || !reads_well || self.brings_findings() || self.makes_quieter() {
            return Verdict::Dropped;
        }
        match self
            .new_hazard()
            .or_else(|| self.lost_recovery())
            .or_else(|| self.shared())
            .or_else(|| self.returns())
        {
            Some(why) => Verdict::Unsafe(why),
            None => Verdict::Safe,
        }
    }

    fn is_same(&self, before: &Diagnostic, after: &Diagnostic) -> bool {
        before.rule == after.rule && self.back(after.primary.span.start) == before.primary.span.start
    }

    fn back(&self, offset: u32) -> u32 {
        backward(&self.fix.edits, offset)
    }

    fn brings_findings(&self) -> bool {
        let known = |after: &Diagnostic| self.findings.iter().any(|before| self.is_same(before, after));
        !self.after.findings.iter().all(known)
    }

    /// The entries of both texts that are the same command.
    fn pairs(&self) -> Vec<(&Entry, &OnFailure, &OnFailure)> {
        let key = |entry: &Entry, start: u32| (entry.span.file, start, entry.kind == EntryKind::Command);
        let after: FxHashMap<_, &Entry> =
            self.after.trace.entries.iter().map(|entry| (key(entry, entry.span.start), entry)).collect();
        let start = |entry: &Entry| match entry.span.file {
            FileId(0) => forward(&self.fix.edits, entry.span.start),
            _ => entry.span.start,
        };
        let entries = self.before.trace.entries.iter().filter(|entry| entry.works);
        entries
            .filter_map(|entry| {
                let after = after.get(&key(entry, start(entry)))?;
                Some((entry, entry.on_failure.as_ref()?, after.on_failure.as_ref()?))
            })
            .collect()
    }

    fn makes_quieter(&self) -> bool {
        self.pairs().into_iter().any(|(_, before, after)| {
            loudness(after.exit) < loudness(before.exit)
                || after.claims.len() > before.claims.len()
                || after.destroys.len() > before.destroys.len()
        })
    }

    /// Something that could end or change a run in which all is well, and could not before.
    fn new_hazard(&self) -> Option<String> {
        let known = |after: &&Label| {
            let start = self.back(after.span.start);
            !self
                .before
                .trace
                .hazards
                .iter()
                .any(|before| before.span.start == start && before.message == after.message)
        };
        let hazard = self.after.trace.hazards.iter().find(known)?;
        Some(self.tell(hazard.span, &hazard.message))
    }

    fn tell(&self, span: Span, message: &str) -> String {
        match span.file {
            FileId(0) => format!("line {}: {message}", self.lines.line(self.back(span.start))),
            file => format!("{}: {message}", self.after.document(file).path),
        }
    }

    /// A failure that the script's author looks at, or keeps for later, and that would now end the script before anybody can.
    /// That it ended non-zero before is not enough: it may have told why, cleaned up, or gone on with the next file.
    fn lost_recovery(&self) -> Option<String> {
        let lost = |(_, before, after): &(&Entry, &OnFailure, &OnFailure)| {
            let kept = before.fate == Fate::BecomesStatus && self.works_on(before);
            (before.fate == Fate::Handled || kept) && after.fate == Fate::Aborts
        };
        let (entry, ..) = self.pairs().into_iter().find(lost)?;
        let line = self.lines.line(entry.span.start);
        Some(format!(
            "line {line}: the failure of `{}` is looked at, and would now end the script first",
            entry.name
        ))
    }

    /// Where CR is no blank, as everywhere but in shells made for Windows, it makes other words of the script's.
    fn returns(&self) -> Option<String> {
        let line = self
            .before
            .document(FileId(0))
            .text
            .split(|&byte| byte == b'\n')
            .position(|line| line.ends_with(b"\r"))?;
        Some(format!(
            "line {}: the line ends in CR LF, and most shells take the CR for a part of the last word",
            line + 1
        ))
    }

    /// Whether something runs after the failure besides the end of the script.
    fn works_on(&self, before: &OnFailure) -> bool {
        let entries = &self.before.trace.entries;
        let next = before.goes_on_at.and_then(|next| entries.iter().find(|entry| entry.span == next));
        next.is_some_and(|entry| !matches!(entry.name.as_str(), "exit" | "return"))
    }

    /// Options and `exit` in a file that others read act on its readers.
    fn shared(&self) -> Option<String> {
        (self.before.trace.standing != Standing::Program).then(|| {
            "line 1: this file may be read by another script, which would then change; a program has a `#!` line, and no \
             `return` outside a function"
                .to_owned()
        })
    }
}

fn loudness(exit: Exit) -> u8 {
    match exit {
        Exit::Zero => 0,
        Exit::Either => 1,
        Exit::Nonzero => 2,
    }
}
