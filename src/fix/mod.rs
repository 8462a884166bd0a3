//! Floor 5: fixes. What the rules propose is judged by analysing the fixed text; fixes of one text are chosen as a set.

mod accept;
mod edits;
mod judge;
mod plan;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::check::{Report, Settings, Sources, analyse};
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix, RuleId};
use crate::text::Document;

pub use accept::{accept, accept_some};
pub use edits::apply;
use edits::composed;
pub(crate) use judge::judge;
pub use judge::judge_some;
use judge::{Reach, Trial};

/// How many fixes one text may be given, one after the other; more means that rules quarrel.
const MAX_ROUNDS: usize = 200;

/// A fix that was applied, with the rule whose finding it mends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The rule.
    pub rule: RuleId,
    /// The fix.
    pub fix: Fix,
}

/// A text after its fixes.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The fixed text; the document's own when nothing was applied.
    pub text: Vec<u8>,
    /// In the order in which they were chosen.
    pub applied: Vec<Applied>,
    /// Why fixes that could have been applied were not.
    pub refused: Vec<String>,
    /// What the fixed text still has.
    pub report: Report,
}

/// Applies the fixes up to `allow` that make nothing quieter: after each the whole text is analysed again, and the next is
/// chosen from what is then found.
pub fn fix(
    document: &Arc<Document>,
    settings: &Settings,
    sources: &dyn Sources,
    allow: Applicability,
) -> Fixed {
    fix_some(document, settings, sources, allow, &|_| true)
}

/// The same, with fixes of those findings alone that are `wanted`.
pub fn fix_some(
    document: &Arc<Document>,
    settings: &Settings,
    sources: &dyn Sources,
    allow: Applicability,
    wanted: &dyn Fn(&Diagnostic) -> bool,
) -> Fixed {
    let mut current = Arc::clone(document);
    let mut applied: Vec<Applied> = Vec::new();
    let mut refused = FxHashSet::default();
    let mut trial = Trial::new(settings, sources, Reach::Plans);
    let mut edits: Vec<Edit> = Vec::new();
    let mut first = None;
    let report = loop {
        let mut report = analyse(&current, settings, sources);
        if first.is_none() {
            first = Some(report.clone());
        }
        let mut next = None;
        // What could not be tried in a round is tried in the next one, and not first in the next run.
        trial.rest();
        // The findings after the chosen one are looked at again in the next round, in the text as it then is.
        trial.judge_until(&current, &mut report, |finding| {
            let is_wanted = applied.len() < MAX_ROUNDS && wanted(finding);
            next = is_wanted.then(|| choose(finding, allow, &refused)).flatten();
            next.is_some()
        });
        let Some(next) = next else { break report };
        refused.insert((next.rule, next.fix.clone()));
        if let Some(text) = apply(&current.text, &next.fix.edits) {
            current = Arc::new(Document { text: text.into(), ..(*current).clone() });
            edits = composed(&edits, &next.fix.edits);
            applied.push(next);
        }
    };
    if let Some(before) = first.filter(|_| !applied.is_empty())
        && let Some(trouble) = judge::trouble(&before, &report, edits, allow)
    {
        let refused = vec![refusal(&applied, &trouble)];
        return Fixed { text: document.text.to_vec(), applied: Vec::new(), refused, report: before };
    }
    let mut left = Vec::new();
    if applied.len() == MAX_ROUNDS {
        left.push(quarrel(&applied));
    }
    if trial.is_exhausted() {
        left.push("not every fix was tried: there are too many findings in a text of this size".to_owned());
    }
    Fixed { text: current.text.to_vec(), applied, refused: left, report }
}

/// The finding's first fix that may be applied.
fn choose(finding: &Diagnostic, allow: Applicability, refused: &FxHashSet<(RuleId, Fix)>) -> Option<Applied> {
    let allowed =
        |fix: &&Fix| fix.applicability <= allow && !refused.contains(&(finding.rule, (*fix).clone()));
    finding.fixes.iter().find(allowed).map(|fix| Applied { rule: finding.rule, fix: fix.clone() })
}

/// Each fix was shown to be right, and all of them together are not: that is a bug.
fn refusal(applied: &[Applied], trouble: &str) -> String {
    let fixes: Vec<String> =
        applied.iter().map(|applied| format!("{}: {}", applied.rule, applied.fix.title)).collect();
    format!(
        "nothing was changed, for the fixes do not go together, which is a bug; please report it with the script and this \
         text: {trouble} ({})",
        fixes.join("; ")
    )
}

fn quarrel(applied: &[Applied]) -> String {
    let mut rules: Vec<&str> = applied.iter().rev().take(10).map(|applied| applied.rule.0).collect();
    rules.sort_unstable();
    rules.dedup();
    format!("fixes do not settle after {MAX_ROUNDS} rounds; these rules quarrel: {}", rules.join(", "))
}

/// The text after a fix, analysed but not judged; `None` when the fix does not fit.
fn fixed(document: &Document, fix: &Fix, settings: &Settings, sources: &dyn Sources) -> Option<Report> {
    let text = apply(&document.text, &fix.edits)?;
    let fixed = Arc::new(Document { text: text.into(), ..document.clone() });
    Some(analyse(&fixed, settings, sources))
}
