//! What is promised of a fix: found by analysing the fixed text and comparing what happens in both.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::edits::{backward, forward};
use super::plan::Plan;
use crate::check::{Report, Settings, Sources, statements};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, Label, Style};
use crate::flow::{Entry, EntryKind, Exit, Fate, OnFailure, Standing};
use crate::rules::is_about_comments;
use crate::shell::Dialect;
use crate::suppress::room;
use crate::syntax::parse;
use crate::text::{Document, FileId, LineIndex, Span};

/// What a fix does to a script.
enum Verdict {
    Safe,
    /// Why not: the first line that could behave differently.
    Unsafe(Obstacle),
    /// It mends nothing, reads worse, or makes a failure quieter: it is not offered.
    Dropped,
}

/// What stands in the way of a fix's being safe.
struct Obstacle {
    /// Where in the text before, in bytes; `None` where it is not there, or everywhere.
    at: Option<u32>,
    /// With the line.
    why: String,
}

/// A fix with what is promised of it.
struct Judged {
    fix: Fix,
    /// Where what makes it unsafe stands, in bytes.
    obstacle: Option<u32>,
}

impl Judged {
    fn is_safe(&self) -> bool {
        self.fix.applicability == Applicability::Safe
    }
}

/// How much may be spent on the fixes of one text, as [`weight`] counts it: seconds, on a machine of today. Each fix costs an
/// analysis of the whole text, so that a text with a finding on every line would take more than the square of its length.
const EFFORT: usize = 4_000_000;
/// What one command costs, where one claim or destroy that follows a failure costs 1. Measured.
const COMMAND: usize = 100;

/// Judges every fix of a report. Of several ways to mend one finding the first safe one stays; where none is safe, the
/// first of all. Findings that the effort does not suffice for lose their fixes, and a warning says so.
pub(crate) fn judge(
    document: &Arc<Document>,
    settings: &Settings,
    sources: &dyn Sources,
    report: &mut Report,
) {
    let mut trial = Trial::new(settings, sources, Reach::Proposals);
    trial.judge_until(document, report, |_| false);
    if trial.left_out > 0 {
        let message = format!(
            "the fixes of {} findings were not tried: there are too many in a text of this size",
            trial.left_out
        );
        report.warnings.push(Label { span: Span::at(FileId(0), 0), message });
    }
}

/// These findings of a report whose fixes are as the rules propose them, by number, each with its fixes judged. The first one's are
/// tried however large the text is.
pub fn judge_some(
    document: &Document,
    settings: &Settings,
    sources: &dyn Sources,
    report: &Report,
    findings: &[usize],
) -> Vec<Diagnostic> {
    let mut trial = Trial::new(settings, sources, Reach::Plans);
    let mut last = None;
    let all = &report.findings;
    findings.iter().map(|&index| trial.judge_finding(document, report, all, &all[index], &mut last)).collect()
}

/// How far fixes are looked for. A plan costs several analyses of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those that the rules propose, as they are.
    Proposals,
    /// With all that has to come with them, and those that make heard what no rule proposes anything for.
    Plans,
}

/// Tries fixes out, as long as the effort suffices.
pub(super) struct Trial<'a> {
    settings: &'a Settings,
    sources: &'a dyn Sources,
    reach: Reach,
    /// What may still be spent.
    effort: usize,
    /// How many findings had fixes that were not tried.
    left_out: usize,
}

impl<'a> Trial<'a> {
    pub fn new(settings: &'a Settings, sources: &'a dyn Sources, reach: Reach) -> Self {
        Self { settings, sources, reach, effort: EFFORT, left_out: 0 }
    }

    /// Begins anew with all of the effort.
    pub fn rest(&mut self) {
        self.effort = EFFORT;
        self.left_out = 0;
    }

    /// Whether a fix was not tried because others had taken the effort.
    pub fn is_exhausted(&self) -> bool {
        self.left_out > 0
    }

    /// Judges the fixes of one finding after the other until `enough` says so of one; those behind it stay as they are.
    pub fn judge_until(
        &mut self,
        document: &Arc<Document>,
        report: &mut Report,
        mut enough: impl FnMut(&Diagnostic) -> bool,
    ) {
        let findings = std::mem::take(&mut report.findings);
        let mut judged = Vec::with_capacity(findings.len());
        // One fix often mends several findings.
        let mut last = None;
        for finding in &findings {
            judged.push(self.judge_finding(document, report, &findings, finding, &mut last));
            if judged.last().is_some_and(&mut enough) {
                break;
            }
        }
        judged.extend_from_slice(&findings[judged.len()..]);
        report.findings = judged;
    }

    /// Of each style the first fix that is safe stays, else the first of all.
    fn judge_finding(
        &mut self,
        document: &Document,
        report: &Report,
        findings: &[Diagnostic],
        finding: &Diagnostic,
        last: &mut Option<Tried>,
    ) -> Diagnostic {
        let lines = LineIndex::new(&document.text);
        let case = Case { document, report, findings, finding, lines };
        let mut fixes: Vec<Fix> = Vec::new();
        for style in [self.settings.style, self.settings.style.other()] {
            let own = finding.fixes.iter().filter(|fix| fix.style == style);
            fixes.extend(self.best(&case, style, own, last));
        }
        fixes.sort_by_key(|fix| fix.applicability);
        Diagnostic { fixes, ..finding.clone() }
    }

    fn best<'f>(
        &mut self,
        case: &Case<'_>,
        style: Style,
        own: impl Iterator<Item = &'f Fix>,
        last: &mut Option<Tried>,
    ) -> Option<Fix> {
        let mut best: Option<Judged> = None;
        let mut keep = |judged: Option<Judged>| {
            let safe = judged.as_ref().is_some_and(Judged::is_safe);
            if safe || best.is_none() {
                best = judged;
            }
            safe
        };
        for fix in own {
            // What a person would have to do besides is done with it, where that is safe, too.
            if fix.why_unsafe.is_none() && fix.style == Style::Strict {
                let planned = self.planned(case, fix.edits.clone()).filter(|edits| *edits != fix.edits);
                let title = format!("{}, and what it needs elsewhere", fix.title);
                let whole = planned.map(|edits| Fix { title, edits, ..fix.clone() });
                if whole.is_some_and(|fix| keep(self.judged(case, &fix, Aim::All, last))) {
                    return best.map(|judged| judged.fix);
                }
            }
            if keep(self.judged(case, fix, Aim::All, last)) {
                return best.map(|judged| judged.fix);
            }
        }
        if style == Style::Explicit && self.reach == Reach::Plans {
            keep(self.explicit(case, &case.lost(), last));
        }
        best.map(|judged| judged.fix)
    }

    /// What makes these failures loud, each where it is lost; as many as can be without a change to a run that works, else all.
    fn explicit(&mut self, case: &Case<'_>, all: &[&Entry], last: &mut Option<Tried>) -> Option<Judged> {
        let mut whole = self.heard(case, all, last);
        if whole.as_ref().is_some_and(Judged::is_safe) || case.is_unsafe_anyway() {
            return whole;
        }
        let statements = case.statements();
        let mut part: Vec<&Entry> = all.iter().copied().filter(|entry| !case.is_doubted(entry)).collect();
        let mut obstacle = whole.as_ref().and_then(|judged| judged.obstacle);
        let mut tried = all.len();
        loop {
            part = apart(part, obstacle, &statements);
            if part.len() == tried || part.is_empty() {
                return self.halved(case, &part, last).or(whole);
            }
            tried = part.len();
            let judged = self.heard(case, &part, last);
            if judged.as_ref().is_some_and(Judged::is_safe) {
                return judged;
            }
            obstacle = judged.as_ref().and_then(|judged| judged.obstacle);
            whole = whole.or(judged);
        }
    }

    /// Of these failures as many as can be; halves that are not safe as a whole are halved again.
    fn halved(&mut self, case: &Case<'_>, all: &[&Entry], last: &mut Option<Tried>) -> Option<Judged> {
        let (mut chosen, mut best) = (Vec::new(), None);
        let mut halves = vec![all];
        while let Some(part) = halves.pop() {
            let wanted = [&chosen, part].concat();
            let judged = if part.len() < all.len() { self.heard(case, &wanted, last) } else { None };
            if judged.as_ref().is_some_and(Judged::is_safe) {
                (chosen, best) = (wanted, judged);
            } else if part.len() > 1 {
                let (left, right) = part.split_at(part.len() / 2);
                halves.extend([right, left]);
            }
        }
        best
    }

    fn heard(&mut self, case: &Case<'_>, wanted: &[&Entry], last: &mut Option<Tried>) -> Option<Judged> {
        let edits = self.completed(case, Vec::new(), wanted).filter(|edits| !edits.is_empty())?;
        self.judged(case, &Fix::proposed("end the script where it fails", edits), Aim::Part, last)
    }

    /// The edits with what they need, and with what makes the finding's failures loud.
    fn planned(&mut self, case: &Case<'_>, edits: Vec<Edit>) -> Option<Vec<Edit>> {
        if self.reach == Reach::Proposals {
            return None;
        }
        self.completed(case, edits, &case.lost())
    }

    fn completed(&mut self, case: &Case<'_>, edits: Vec<Edit>, wanted: &[&Entry]) -> Option<Vec<Edit>> {
        if !self.can_afford(case) {
            return None;
        }
        let mut plan =
            Plan::new(case.document, self.settings, self.sources, case.report, wanted.iter().copied());
        let planned = plan.completed(edits);
        self.effort = self.effort.saturating_sub(plan.looks * weight(case.report));
        planned
    }

    /// The first one is tried however large the text is.
    fn can_afford(&mut self, case: &Case<'_>) -> bool {
        let can = self.effort >= weight(case.report) || self.effort == EFFORT;
        self.left_out += usize::from(!can);
        can
    }

    /// The fix with what is promised of it; `None` where it is not to be offered.
    fn judged(&mut self, case: &Case<'_>, fix: &Fix, aim: Aim, last: &mut Option<Tried>) -> Option<Judged> {
        if last.as_ref().is_none_or(|tried| tried.edits != fix.edits) {
            if !self.can_afford(case) {
                return None;
            }
            self.effort = self.effort.saturating_sub(weight(case.report));
            let after = super::fixed(case.document, fix, self.settings, self.sources);
            *last = after.map(|after| Tried { edits: fix.edits.clone(), after });
        }
        let after = &last.as_ref()?.after;
        let lines = &case.lines;
        let comparison = Comparison { before: case.report, findings: case.findings, after, fix, lines };
        match comparison.verdict(case.finding, aim) {
            Verdict::Safe => {
                let fix = Fix { applicability: Applicability::Safe, why_unsafe: None, ..fix.clone() };
                Some(Judged { fix, obstacle: None })
            }
            Verdict::Unsafe(Obstacle { at, why }) => {
                let (applicability, why_unsafe) = (Applicability::Unsafe, Some(why));
                Some(Judged { fix: Fix { applicability, why_unsafe, ..fix.clone() }, obstacle: at })
            }
            Verdict::Dropped => None,
        }
    }
}

/// What a fix is to do to its finding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// Nothing of it is left.
    All,
    /// It speaks of fewer failures than before.
    Part,
}

/// A finding whose fixes are judged.
struct Case<'a> {
    document: &'a Document,
    report: &'a Report,
    findings: &'a [Diagnostic],
    finding: &'a Diagnostic,
    /// The lines of the text before.
    lines: LineIndex,
}

impl<'a> Case<'a> {
    /// The commands of whose lost statuses the finding speaks.
    fn lost(&self) -> Vec<&'a Entry> {
        let entries = self.report.trace.entries.iter();
        entries.filter(|entry| self.finding.statuses.contains(&entry.span)).collect()
    }

    /// All statements of the text.
    fn statements(&self) -> Vec<Span> {
        statements(&parse(&self.document.text, FileId(0), self.report.shell.unwrap_or(Dialect::Bash)))
    }

    /// Whether no fix is safe by which this failure ends something.
    fn is_doubted(&self, entry: &Entry) -> bool {
        let doubts = &self.report.doubts;
        doubts.against(entry.span).is_some() || doubts.eased.contains(&entry.span)
    }

    /// Whether no fix of this text is safe that changes more than comments.
    fn is_unsafe_anyway(&self) -> bool {
        shared(self.report).or_else(|| returns(self.report)).is_some()
    }
}

/// The failures outside of the innermost statement at the obstacle; all of them where that would leave none.
fn apart<'e>(failures: Vec<&'e Entry>, obstacle: Option<u32>, statements: &[Span]) -> Vec<&'e Entry> {
    let Some(at) = obstacle else { return failures };
    let holding = statements.iter().filter(|it| it.start <= at && at < it.end);
    let Some(statement) = holding.max_by_key(|it| it.start) else { return failures };
    let outside: Vec<&Entry> =
        failures.iter().copied().filter(|entry| !statement.contains(entry.span)).collect();
    if outside.is_empty() { failures } else { outside }
}

/// What it costs to analyse a text, known from the analysis that there is.
fn weight(report: &Report) -> usize {
    let effects = |it: &OnFailure| it.claims.len() + it.destroys.len();
    report.trace.entries.iter().map(|entry| COMMAND + entry.on_failure.as_ref().map_or(0, effects)).sum()
}

/// What a text is after these edits.
struct Tried {
    edits: Vec<Edit>,
    after: Report,
}

struct Comparison<'a> {
    before: &'a Report,
    findings: &'a [Diagnostic],
    after: &'a Report,
    fix: &'a Fix,
    /// The lines of the text before.
    lines: &'a LineIndex,
}

impl Comparison<'_> {
    fn verdict(&self, finding: &Diagnostic, aim: Aim) -> Verdict {
        let mended = self.mends(finding, aim);
        let reads_well = self.after.not_checked.len() <= self.before.not_checked.len();
        // A rule that knows its fix to change runs in which all is well says so itself.
        if let (Some(why), true) = (&self.fix.why_unsafe, mended && reads_well) {
            return Verdict::Unsafe(Obstacle { at: None, why: why.clone() });
        }
        let idle = self.changes_comments_only();
        let useful = idle || self.makes_louder();
        if !mended || !reads_well || self.brings_findings() || self.makes_quieter() || !useful {
            return Verdict::Dropped;
        }
        if idle {
            return Verdict::Safe;
        }
        match self
            .new_hazard()
            .or_else(|| self.changes_health())
            .or_else(|| self.lost_recovery())
            .or_else(|| self.doubtful())
            .or_else(|| shared(self.before))
            .or_else(|| returns(self.before))
        {
            Some(why) => Verdict::Unsafe(why),
            None => Verdict::Safe,
        }
    }

    fn mends(&self, finding: &Diagnostic, aim: Aim) -> bool {
        let less = |after: &Diagnostic| {
            aim == Aim::Part && after.statuses.len() < finding.statuses.len() && self.is_rest(finding, after)
        };
        let mut left = self.after.findings.iter().filter(|after| self.is_same(finding, after));
        left.all(less)
    }

    /// Whether a finding speaks of nothing but what another one has spoken of, too.
    fn is_rest(&self, before: &Diagnostic, after: &Diagnostic) -> bool {
        let known = |status: &Span| {
            let start = if status.file == FileId(0) { self.back(status.start) } else { status.start };
            before.statuses.iter().any(|known| known.file == status.file && known.start == start)
        };
        before.rule == after.rule && !after.statuses.is_empty() && after.statuses.iter().all(known)
    }

    fn is_same(&self, before: &Diagnostic, after: &Diagnostic) -> bool {
        before.rule == after.rule && self.back(after.primary.span.start) == before.primary.span.start
    }

    fn back(&self, offset: u32) -> u32 {
        backward(&self.fix.edits, offset)
    }

    fn brings_findings(&self) -> bool {
        let known = |after: &Diagnostic| {
            self.findings.iter().any(|before| self.is_same(before, after) || self.is_rest(before, after))
        };
        // A suppression of what the fix has mended is left over, and the next to go.
        let new = self.after.findings.iter().filter(|after| !known(after));
        new.filter(|after| !is_about_comments(after.rule)).count() > 0
    }

    /// Nothing but comments is taken away or written anew, with the blanks and the line end that go with them.
    fn changes_comments_only(&self) -> bool {
        let text = &self.before.document(FileId(0)).text;
        self.fix.edits.iter().all(|edit| {
            self.before.comments.iter().any(|&comment| {
                let inside = comment.start < edit.span.start && edit.span.end <= comment.end;
                let rewrites = inside && !edit.content.contains(['\n', '\r']);
                let removes = edit.content.is_empty();
                (removes || rewrites) && room(text, comment).is_some_and(|room| room.contains(edit.span))
            })
        })
    }

    /// The entries of both texts that are the same command; one that was moved is known by what it says.
    fn all_pairs(&self) -> Vec<(&Entry, &Entry)> {
        let key = |entry: &Entry, start: u32| (entry.span.file, start, entry.kind == EntryKind::Command);
        let mut after: FxHashMap<_, &Entry> =
            self.after.trace.entries.iter().map(|entry| (key(entry, entry.span.start), entry)).collect();
        let start = |entry: &Entry| match entry.span.file {
            FileId(0) => forward(&self.fix.edits, entry.span.start),
            _ => entry.span.start,
        };
        let mut pairs = Vec::new();
        let mut moved = Vec::new();
        for entry in &self.before.trace.entries {
            let place = key(entry, start(entry));
            match after.get(&place).filter(|after| after.name == entry.name) {
                Some(_) => pairs.extend(after.remove(&place).map(|after| (entry, after))),
                None => moved.push(entry),
            }
        }
        let mut left: Vec<&Entry> = after.into_values().collect();
        left.sort_by_key(|entry| entry.span);
        let text =
            |report: &Report, entry: &Entry| report.document(entry.span.file).slice(entry.span).to_vec();
        for entry in moved {
            let own = text(self.before, entry);
            if let Some(at) = left.iter().position(|after| text(self.after, after) == own) {
                pairs.push((entry, left.remove(at)));
            }
        }
        pairs
    }

    /// Those that work.
    fn pairs(&self) -> Vec<(&Entry, &OnFailure, &OnFailure)> {
        let pairs = self.all_pairs().into_iter().filter(|(entry, _)| entry.works());
        pairs
            .filter_map(|(entry, after)| {
                Some((entry, entry.on_failure.as_ref()?, after.on_failure.as_ref()?))
            })
            .collect()
    }

    /// What runs, or how the script ends, otherwise than before in a run in which nothing fails.
    fn changes_health(&self) -> Option<Obstacle> {
        let pairs = self.all_pairs();
        let known: FxHashSet<Span> = pairs.iter().map(|(_, after)| after.span).collect();
        let leaves = |entry: &&Entry| {
            entry.in_health
                && matches!(entry.name.as_str(), "exit" | "return")
                && !known.contains(&entry.span)
        };
        if let Some((entry, _)) = pairs.iter().find(|(before, after)| before.in_health != after.in_health) {
            let runs = if entry.in_health { "not run any more" } else { "run" };
            let why = format!("`{}` would {runs} where nothing has failed", entry.name);
            return Some(self.obstacle(entry, &why));
        }
        let other_status = |(before, after): &&(&Entry, &Entry)| {
            let is_exit = matches!(before.name.as_str(), "exit" | "return") && before.in_health;
            is_exit
                && self.before.document(before.span.file).slice(before.span)
                    != self.after.document(after.span.file).slice(after.span)
        };
        if let Some((entry, _)) = pairs.iter().find(other_status) {
            return Some(
                self.obstacle(entry, &format!("`{}` runs where nothing has failed, too", entry.name)),
            );
        }
        if let Some(entry) = self.after.trace.entries.iter().find(leaves) {
            return Some(
                self.tell(entry.span, "what is tested here may be an answer, and would now end the script"),
            );
        }
        let (before, after) = (self.before.trace.healthy_exit, self.after.trace.healthy_exit);
        (before != after).then(|| Obstacle {
            at: None,
            why: "line 1: the script would end with another status where nothing has failed".to_owned(),
        })
    }

    fn makes_quieter(&self) -> bool {
        self.quieter().is_some()
    }

    /// A command whose failure is told less than before, or does more harm. What a script removes as it ends with a failure is
    /// no harm: it was written for that.
    fn quieter(&self) -> Option<&Entry> {
        let quieter = |(_, before, after): &(&Entry, &OnFailure, &OnFailure)| {
            let ends = after.fate == Fate::Handled && loudness(after.exit) > loudness(before.exit);
            // Some of the runs that end loud now may be those in which who is told goes on.
            let may_be_less = before.exit == Exit::Either
                && after.exit == Exit::Either
                && before.fate != after.fate
                && after.fate == Fate::Handled;
            loudness(after.exit) < loudness(before.exit)
                || may_be_less
                || after.claims.len() > before.claims.len()
                || after.destroys.len() > before.destroys.len() && !ends
        };
        self.pairs().into_iter().find(quieter).map(|(entry, ..)| entry)
    }

    /// A fix that leaves every failure as silent as it was mends nothing.
    fn makes_louder(&self) -> bool {
        self.pairs().into_iter().any(|(_, before, after)| {
            loudness(after.exit) > loudness(before.exit)
                || is_lost(before.fate) && after.fate == Fate::Handled
                || after.claims.len() < before.claims.len()
                || after.destroys.len() < before.destroys.len()
        })
    }

    /// Something that could end or change a run in which all is well, and could not before.
    fn new_hazard(&self) -> Option<Obstacle> {
        let known = |after: &&Label| {
            let start = self.back(after.span.start);
            !self
                .before
                .hazards_beside(&self.fix.edits)
                .iter()
                .any(|before| before.span.start == start && before.message == after.message)
        };
        let hazard = self.after.trace.hazards.iter().find(known)?;
        Some(self.tell(hazard.span, &hazard.message))
    }

    /// One that stands in the text after.
    fn tell(&self, span: Span, message: &str) -> Obstacle {
        match span.file {
            FileId(0) => self.at(self.back(span.start), message),
            file => Obstacle { at: None, why: format!("{}: {message}", self.after.document(file).path) },
        }
    }

    fn at(&self, start: u32, why: &str) -> Obstacle {
        Obstacle { at: Some(start), why: format!("line {}: {why}", self.lines.line(start)) }
    }

    /// A command of the text before.
    fn obstacle(&self, entry: &Entry, why: &str) -> Obstacle {
        let obstacle = self.at(entry.span.start, why);
        Obstacle { at: obstacle.at.filter(|_| entry.span.file == FileId(0)), ..obstacle }
    }

    /// A failure that the script's author looks at, or keeps for later, and that would now end the script before anybody can.
    /// That it ended non-zero before is not enough: it may have told why, cleaned up, or gone on with the next file.
    fn lost_recovery(&self) -> Option<Obstacle> {
        let before: FxHashSet<Span> = self.all_pairs().into_iter().map(|(_, after)| after.span).collect();
        let leaves = |after: &OnFailure| {
            let next = after.goes_on_at.filter(|next| !before.contains(next));
            let entry = next.and_then(|next| self.after.trace.entries.iter().find(|it| it.span == next));
            entry.is_some_and(|entry| matches!(entry.name.as_str(), "exit" | "return"))
        };
        let lost = |(_, before, after): &(&Entry, &OnFailure, &OnFailure)| {
            let kept = before.fate == Fate::BecomesStatus && self.works_on(before);
            (before.fate == Fate::Handled || kept) && (after.fate == Fate::Aborts || leaves(after))
        };
        let (entry, ..) = self.pairs().into_iter().find(lost)?;
        let why = format!("the failure of `{}` is looked at, and would now end the script first", entry.name);
        Some(self.obstacle(entry, &why))
    }

    /// A failure that ends something now, and that may have been meant to be passed over.
    fn doubtful(&self) -> Option<Obstacle> {
        let doubts = &self.before.doubts;
        self.pairs().into_iter().filter(|(_, before, _)| is_lost(before.fate)).find_map(
            |(entry, _, after)| {
                let is_told = after.fate == Fate::Handled;
                let ends = is_told || after.fate == Fate::Aborts;
                let why = match doubts.against(entry.span) {
                    Some(why) if ends => why,
                    _ if ends && self.still_makes_once(entry) => "fails where what it makes is there already",
                    _ if is_told && doubts.eased.contains(&entry.span) => {
                        "may be meant to fail, for errexit is off"
                    }
                    _ => return None,
                };
                Some(self.obstacle(entry, &format!("`{}` {why}", entry.name)))
            },
        )
    }

    fn still_makes_once(&self, before: &Entry) -> bool {
        let start = forward(&self.fix.edits, before.span.start);
        let is_it = |once: &Span| once.file == before.span.file && once.start == start;
        before.span.file == FileId(0) && self.after.doubts.once.iter().any(is_it)
    }

    /// Whether something runs after the failure besides the end of the script.
    fn works_on(&self, before: &OnFailure) -> bool {
        let entries = &self.before.trace.entries;
        let next = before.goes_on_at.and_then(|next| entries.iter().find(|entry| entry.span == next));
        next.is_some_and(|entry| !matches!(entry.name.as_str(), "exit" | "return"))
    }
}

/// Where CR is no blank, as everywhere but in shells made for Windows, it makes other words of the script's.
fn returns(before: &Report) -> Option<Obstacle> {
    let line = before
        .document(FileId(0))
        .text
        .split(|&byte| byte == b'\n')
        .position(|line| line.ends_with(b"\r"))?;
    let why = format!(
        "line {}: the line ends in CR LF, and most shells take the CR for a part of the last word",
        line + 1
    );
    Some(Obstacle { at: None, why })
}

/// Options and `exit` in a file that others read act on its readers.
fn shared(before: &Report) -> Option<Obstacle> {
    let why = "line 1: this file may be read by another script, which would then change; a program has a `#!` line, and no \
               `return` outside a function";
    (before.trace.standing != Standing::Program).then(|| Obstacle { at: None, why: why.to_owned() })
}

/// What all edits of a run come to that each of its fixes alone has not: nothing, if the engine is right.
pub(super) fn trouble(
    before: &Report,
    after: &Report,
    edits: Vec<Edit>,
    allow: Applicability,
) -> Option<String> {
    let lines = &LineIndex::new(&before.document(FileId(0)).text);
    let fix = &Fix::proposed("all fixes", edits);
    let all = Comparison { before, findings: &before.findings, after, fix, lines };
    if after.not_checked.len() > before.not_checked.len() {
        return Some("a part of the new text cannot be read".to_owned());
    }
    // What a fix that is not safe changes besides was said of it.
    if allow != Applicability::Safe || all.changes_comments_only() {
        return None;
    }
    if let Some(entry) = all.quieter() {
        return Some(format!(
            "line {}: the failure of `{}` gets quieter",
            lines.line(entry.span.start),
            entry.name
        ));
    }
    all.changes_health().map(|obstacle| obstacle.why)
}

pub(super) fn is_lost(fate: Fate) -> bool {
    matches!(fate, Fate::Ignored | Fate::Masked)
}

fn loudness(exit: Exit) -> u8 {
    match exit {
        Exit::Zero => 0,
        Exit::Either => 1,
        Exit::Nonzero => 2,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Reach, Trial, judge};
    use crate::check::{NoSources, Settings, analyse};
    use crate::text::Document;

    #[test]
    fn what_the_effort_does_not_suffice_for_is_not_offered_and_said() {
        let text = "#!/bin/bash\npg_dump a | gzip > a.gz\npg_dump b | gzip > b.gz\necho done\n";
        let document = Arc::new(Document::script("a.sh", text.as_bytes()));
        let (settings, sources) = (Settings::default(), NoSources);
        let mut report = analyse(&document, &settings, &sources);
        let mut trial = Trial { effort: 0, ..Trial::new(&settings, &sources, Reach::Proposals) };
        trial.judge_until(&document, &mut report, |_| false);
        assert!(trial.is_exhausted() && report.findings.len() > 1);
        assert!(report.findings.iter().all(|finding| finding.fixes.is_empty()));

        let mut whole = analyse(&document, &settings, &sources);
        judge(&document, &settings, &sources, &mut whole);
        assert!(whole.warnings.is_empty() && whole.findings.iter().any(|finding| !finding.fixes.is_empty()));
    }
}
