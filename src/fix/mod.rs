//! Floor 5: fixes. What the rules propose is judged by analysing the fixed text; fixes of one text are chosen as a set.

mod edits;
mod judge;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::check::{Report, Settings, Sources, analyse, check};
use crate::diagnostic::{Applicability, Fix, RuleId};
use crate::text::{Document, LineIndex};

pub use edits::apply;
pub(crate) use judge::judge;

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
    let mut current = Arc::clone(document);
    let mut applied: Vec<Applied> = Vec::new();
    let mut refused = FxHashSet::default();
    let report = loop {
        let report = check(&current, settings, sources);
        let Some(next) = choose(&report, allow, &refused) else { break report };
        if applied.len() == MAX_ROUNDS {
            break report;
        }
        refused.insert((next.rule, next.fix.clone()));
        if let Some(text) = apply(&current.text, &next.fix.edits) {
            current = Arc::new(Document { text: text.into(), ..(*current).clone() });
            applied.push(next);
        }
    };
    let quarrel = (applied.len() == MAX_ROUNDS).then(|| quarrel(&applied));
    Fixed { text: current.text.to_vec(), applied, refused: quarrel.into_iter().collect(), report }
}

/// The first fix that may be applied.
fn choose(report: &Report, allow: Applicability, refused: &FxHashSet<(RuleId, Fix)>) -> Option<Applied> {
    let fixes =
        report.findings.iter().flat_map(|finding| finding.fixes.iter().map(|fix| (finding.rule, fix)));
    let mut allowed =
        fixes.filter(|(rule, fix)| fix.applicability <= allow && !refused.contains(&(*rule, (*fix).clone())));
    allowed.next().map(|(rule, fix)| Applied { rule, fix: fix.clone() })
}

fn quarrel(applied: &[Applied]) -> String {
    let mut rules: Vec<&str> = applied.iter().rev().take(10).map(|applied| applied.rule.0).collect();
    rules.sort_unstable();
    rules.dedup();
    format!("fixes do not settle after {MAX_ROUNDS} rounds; these rules quarrel: {}", rules.join(", "))
}

/// The text after a fix, analysed but not judged; `None` when the fix does not fit.
fn fixed(
    document: &Document,
    fix: &Fix,
    settings: &Settings,
    sources: &dyn Sources,
) -> Option<(LineIndex, Report)> {
    let text = apply(&document.text, &fix.edits)?;
    let lines = LineIndex::new(&document.text);
    let fixed = Arc::new(Document { text: text.into(), ..document.clone() });
    Some((lines, analyse(&fixed, settings, sources)))
}
