//! Failures that get lost in a shell which the script starts, near or far: what the rules about such shells share.

use super::cause::{Cause, names, severity};
use super::operands::{only_looks, runs_far_away};
use super::{Context, Findings, Rule};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::flow::{By, Entry, Errexit, Fate};
use crate::syntax::Command;
use crate::text::{FileId, Span};

/// How a shell gets what it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// In the words of a command that runs it far away: `ssh host 'a; b'`.
    Far,
    /// In the words of a shell: `bash -c 'a; b'`.
    Near,
    /// On its standard input: `ssh host <<EOF`.
    Fed,
}

/// A shell whose own status is looked at, and in which failures get lost all the same.
pub(super) struct Nested<'a> {
    /// The command that starts it.
    pub(super) entry: &'a Entry,
    /// What is lost in it.
    pub(super) causes: Vec<Cause<'a>>,
    /// The first byte of what it runs.
    start: Span,
}

/// The shells that get their commands in this way and lose failures.
pub(super) fn losing<'a>(cx: &Context<'a>, rule: &Rule, way: Way, out: &mut Findings<'_>) -> Vec<Nested<'a>> {
    let mut found = Vec::new();
    for unit in cx.units.nested() {
        let Some(holder) = unit.holder.and_then(|holder| cx.command_by_id(holder)) else { continue };
        if way_of(cx, holder, unit.is_fed) != Some(way) || unit.span.file != FileId(0) {
            continue;
        }
        let Some(entry) = noticed(cx, holder) else { continue };
        let lost = cx.lost().filter(|cause| {
            unit.commands.contains(&cause.entry.id.0)
                && is_lost_inside(cause, unit.span)
                && !only_looks(cx, cause.entry)
        });
        let causes = out.open(rule.id, lost);
        if let Some(start) = unit.start.filter(|_| !causes.is_empty()) {
            found.push(Nested { entry, causes, start });
        }
    }
    found
}

/// `None` for what runs in the script's own shell.
fn way_of(cx: &Context<'_>, holder: &Command, fed: bool) -> Option<Way> {
    match cx.command_name(holder.id).as_deref() {
        Some("eval" | "trap" | "." | "source") => None,
        _ if fed => Some(Way::Fed),
        _ if runs_far_away(cx, holder) => Some(Way::Far),
        _ => Some(Way::Near),
    }
}

/// The entry of a command whose failure comes to something.
fn noticed<'a>(cx: &Context<'a>, holder: &Command) -> Option<&'a Entry> {
    let entry = cx.entry_by_id(holder.id)?;
    let it = entry.on_failure.as_ref()?;
    let stops = it.fate == Fate::Aborts && it.errexit != Errexit::Unknown;
    (stops || matches!(it.fate, Fate::Handled | Fate::BecomesStatus)).then_some(entry)
}

/// Whether it is a later command of the same shell that takes the status away.
fn is_lost_inside(cause: &Cause<'_>, unit: Span) -> bool {
    cause.is_by(By::NextCommand) && cause.on_failure.at.is_some_and(|at| unit.contains(at))
}

impl Nested<'_> {
    /// The finding at the command that starts the shell.
    pub(super) fn report(&self, cx: &Context<'_>, rule: &Rule, message: &str, help: &str) -> Diagnostic {
        let message = message.replace("{names}", &names(&self.causes));
        let finding =
            Diagnostic::new(rule.id, severity(cx, rule.severity, &self.causes), self.entry.span, message)
                .help(help)
                .steps(self.causes[0].on_failure.steps.clone())
                .fix(self.strict(cx));
        cx.label_causes(finding, &self.causes, |name| format!("when `{name}` fails, this shell goes on"))
    }

    /// `set -e` before the first of its commands.
    fn strict(&self, cx: &Context<'_>) -> Option<Fix> {
        let source = cx.units.source(self.start.file);
        let before = source[..self.start.start as usize].last()?;
        let end = match before {
            b'\'' | b'"' => "; ",
            b'\n' => "\n",
            _ => return None,
        };
        let edit = Edit::insert(self.start, self.start.start, format!("set -e{end}"));
        let title = "let the shell end at the first failure: `set -e`";
        let why = "what fails in it without harm ends it from then on";
        Some(Fix::unsafe_because(title, vec![edit], why))
    }
}
