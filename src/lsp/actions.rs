//! What can be done about what was found.

use std::cell::Cell;

use gen_lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, CodeActionParams, Command, Range, TextEdit, WorkspaceEdit,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::commands::EXPLAIN;
use super::snapshot::{Analysis, Snapshot};
use super::{diagnostics, edits};
use crate::diagnostic::{Applicability, Diagnostic, Fix};
use crate::fix::{accept_some, fix, fix_some};
use crate::rules::is_about_comments;
use crate::text::FileId;

/// The kind of the action that applies all safe fixes.
pub const FIX_ALL: &str = "source.fixAll.lint-scripts";

/// How many edits are made for clients that do not ask for them one by one: each takes several analyses.
const AT_ONCE: usize = 4;

/// What stands in a new suppression until its author has said why.
const PLACEHOLDER: &str = "TODO: say why this failure does no harm";

/// An action whose edit is made when it is chosen.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delayed {
    /// The document.
    pub uri: String,
    version: Option<i32>,
    what: What,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum What {
    /// All safe fixes.
    FixAll,
    /// The safe fixes of one rule.
    FixRule(String),
    /// A comment that disables a rule where it found this, by the number of the finding.
    Suppress(usize),
}

/// The actions for a range, those that mend something first.
pub fn actions(snapshot: &Snapshot, params: &CodeActionParams) -> Vec<CodeAction> {
    if !snapshot.session.client.action_literals {
        return Vec::new();
    }
    let Some(analysis) = snapshot.linted() else { return Vec::new() };
    let left = Cell::new(AT_ONCE);
    let offer = Offer { snapshot, analysis: &analysis, context: &params.context, left };
    let all = offer.wants(FIX_ALL).then(|| offer.fix_all()).flatten();
    let mut actions = if offer.wants("quickfix") { offer.quick_fixes(params.range) } else { Vec::new() };
    actions.extend(all);
    actions
}

struct Offer<'a> {
    snapshot: &'a Snapshot,
    analysis: &'a Analysis,
    context: &'a CodeActionContext,
    /// How many edits may still be made at once.
    left: Cell<usize>,
}

impl Offer<'_> {
    /// Whether actions of this kind are asked for: the kind itself, or one that it belongs to.
    fn wants(&self, kind: &str) -> bool {
        let Some(only) = &self.context.only else { return true };
        only.iter().any(|wanted| {
            let wanted = String::from(wanted.clone());
            wanted.is_empty()
                || kind.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    fn quick_fixes(&self, range: Range) -> Vec<CodeAction> {
        let here: Vec<usize> = self
            .analysis
            .findings()
            .filter(|(_, finding)| finding.primary.span.file == FileId(0))
            .filter(|(_, finding)| self.snapshot.touches(finding.primary.span, range))
            .map(|(index, _)| index)
            .collect();
        let judged = self.snapshot.judged(self.analysis, &here);
        let found = || here.iter().copied().zip(&judged);
        let mut actions: Vec<CodeAction> = judged
            .iter()
            .flat_map(|finding| finding.fixes.iter().filter_map(|fix| self.fix(finding, fix)))
            .collect();
        // At one place one fix is the preferred one.
        let mut preferred = actions.iter_mut().filter(|action| action.is_preferred == Some(true));
        preferred.next();
        preferred.for_each(|action| action.is_preferred = None);
        let mut named: Vec<&str> = Vec::new();
        for finding in &judged {
            if !named.contains(&finding.rule.0) {
                named.push(finding.rule.0);
                actions.extend(self.fix_rule(finding));
            }
        }
        actions.extend(found().filter_map(|(index, finding)| self.suppress(index, finding)));
        actions.extend(named.into_iter().map(explain));
        actions
    }

    fn fix(&self, finding: &Diagnostic, fix: &Fix) -> Option<CodeAction> {
        let edits = edits::of_fix(self.snapshot, &fix.edits)?;
        let safe = fix.applicability == Applicability::Safe;
        let reason = fix.why_unsafe.as_deref().unwrap_or("a run that works could change");
        let title = if safe { fix.title.clone() } else { format!("{} (unsafe: {reason})", fix.title) };
        Some(CodeAction {
            title,
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: self.told(finding),
            is_preferred: safe.then_some(true),
            edit: Some(edits::in_workspace(self.snapshot, edits)),
            ..CodeAction::default()
        })
    }

    /// The diagnostics of the client that an action is about.
    fn told(&self, finding: &Diagnostic) -> Option<Vec<gen_lsp_types::Diagnostic>> {
        let range = self.snapshot.range(finding.primary.span);
        let is_meant = |told: &&gen_lsp_types::Diagnostic| {
            let named =
                matches!(&told.code, Some(gen_lsp_types::Code::String(code)) if code == finding.rule.0);
            let ours = told.source.as_deref() == Some(diagnostics::SOURCE);
            named && ours && told.range == range
        };
        let told: Vec<_> = self.context.diagnostics.iter().filter(is_meant).cloned().collect();
        (!told.is_empty()).then_some(told)
    }

    fn fix_rule(&self, finding: &Diagnostic) -> Option<CodeAction> {
        let alike =
            self.analysis.findings().filter(|(_, it)| it.rule == finding.rule && !it.fixes.is_empty());
        let what = What::FixRule(finding.rule.0.to_owned());
        let title = format!("Apply all safe fixes of {} in this file", finding.rule);
        (alike.count() > 1).then(|| self.delayed(title, CodeActionKind::QuickFix, what)).flatten()
    }

    fn suppress(&self, index: usize, finding: &Diagnostic) -> Option<CodeAction> {
        if is_about_comments(finding.rule) {
            return None;
        }
        let title = format!("Accept this failure: disable {} here, and say why", finding.rule);
        let action = self.delayed(title, CodeActionKind::QuickFix, What::Suppress(index))?;
        Some(CodeAction { diagnostics: self.told(finding), ..action })
    }

    fn fix_all(&self) -> Option<CodeAction> {
        let can = self
            .analysis
            .findings()
            .any(|(_, finding)| !(finding.fixes.is_empty() && finding.statuses.is_empty()));
        let kind = CodeActionKind::from(FIX_ALL.to_owned());
        can.then(|| self.delayed("Apply all safe fixes of lint-scripts".to_owned(), kind, What::FixAll))
            .flatten()
    }

    /// An action whose edit takes a while to find out; `None` where it is found out now, and there is none.
    fn delayed(&self, title: String, kind: CodeActionKind, what: What) -> Option<CodeAction> {
        let action = CodeAction { title, kind: Some(kind), ..CodeAction::default() };
        if !self.snapshot.session.client.resolves {
            self.left.set(self.left.get().checked_sub(1)?);
            let edit = self.snapshot.edit(self.analysis, &what)?;
            return Some(CodeAction { edit: Some(edit), ..action });
        }
        let delayed = Delayed { uri: self.snapshot.uri.0.clone(), version: self.snapshot.version, what };
        Some(CodeAction { data: serde_json::to_value(delayed).ok(), ..action })
    }
}

fn explain(rule: &str) -> CodeAction {
    let title = format!("Explain {rule}");
    let command = Command {
        title: title.clone(),
        command: EXPLAIN.to_owned(),
        arguments: Some(vec![json!(rule)]),
        ..Command::default()
    };
    CodeAction {
        title,
        kind: Some(CodeActionKind::QuickFix),
        command: Some(command),
        ..CodeAction::default()
    }
}

/// The action with its edit; `None` when the document is another by now.
pub fn resolve(snapshot: &Snapshot, mut action: CodeAction) -> Option<CodeAction> {
    let delayed: Delayed = serde_json::from_value(action.data.clone().unwrap_or(Value::Null)).ok()?;
    if delayed.version != snapshot.version {
        return None;
    }
    let analysis = snapshot.analysis().ok()?;
    action.edit = Some(snapshot.edit(&analysis, &delayed.what).unwrap_or_default());
    Some(action)
}

impl Snapshot {
    /// What an action changes; `None` where that is nothing.
    fn edit(&self, analysis: &Analysis, what: &What) -> Option<WorkspaceEdit> {
        let (document, settings, sources) = (&self.document, &analysis.settings, &*self.project);
        let fixed = match what {
            What::FixAll => fix(document, settings, sources, Applicability::Safe),
            What::FixRule(rule) => {
                fix_some(document, settings, sources, Applicability::Safe, &|finding| finding.rule.0 == rule)
            }
            What::Suppress(index) => {
                let meant = analysis.report().findings.get(*index)?;
                let edits = self.suppression(analysis, meant)?;
                return Some(edits::with_placeholder(self, edits, PLACEHOLDER));
            }
        };
        Some(edits::in_workspace(self, edits::of_fixed(self, fixed)?))
    }

    fn suppression(&self, analysis: &Analysis, meant: &Diagnostic) -> Option<Vec<TextEdit>> {
        let is_meant =
            |finding: &Diagnostic| finding.rule == meant.rule && finding.primary.span == meant.primary.span;
        let accepted =
            accept_some(&self.document, &analysis.settings, &*self.project, PLACEHOLDER, &is_meant);
        let all: Vec<_> = accepted.applied.into_iter().flat_map(|applied| applied.fix.edits).collect();
        if all.is_empty() {
            return None;
        }
        edits::of_fix(self, &all)
    }
}
