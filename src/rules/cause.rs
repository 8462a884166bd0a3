//! A command whose failure gets lost: what most findings come from.

use super::Context;
use super::operands::{asks, only_looks, only_removes, produces};
use crate::diagnostic::{Diagnostic, Severity};
use crate::flow::{By, Effect, Entry, Exit, Fate, OnFailure};
use crate::syntax::Command;
use crate::text::Span;

/// A command that works, and what happens when it fails.
#[derive(Clone, Copy)]
pub struct Cause<'a> {
    /// The command.
    pub entry: &'a Entry,
    /// What happens when it fails.
    pub on_failure: &'a OnFailure,
}

impl Cause<'_> {
    /// The status is lost or overwritten, and the script can end with 0 all the same.
    pub fn is_lost(&self) -> bool {
        matches!(self.on_failure.fate, Fate::Ignored | Fate::Masked) && self.on_failure.exit != Exit::Nonzero
    }

    /// What does it to the status is this.
    pub fn is_by(&self, by: By) -> bool {
        self.on_failure.by == Some(by)
    }
}

/// Those that stand within a span, of causes in the order of the text.
pub fn within<'a>(causes: &[Cause<'a>], span: Span) -> impl Iterator<Item = Cause<'a>> {
    let before = |cause: &Cause<'_>| {
        let own = cause.entry.span;
        (own.file, own.start) < (span.file, span.start)
    };
    let from = causes.partition_point(before);
    let inside =
        move |cause: &&Cause<'_>| cause.entry.span.file == span.file && cause.entry.span.start < span.end;
    causes[from..].iter().take_while(inside).filter(move |cause| span.contains(cause.entry.span)).copied()
}

/// Effects in the order of the text, each once.
pub fn each_once<'a>(effects: impl Iterator<Item = &'a Effect>) -> Vec<&'a Effect> {
    let mut effects: Vec<&Effect> = effects.collect();
    effects.sort_by_key(|effect| effect.span);
    effects.dedup_by_key(|effect| effect.span);
    effects
}

/// How bad it is that these statuses are lost: what a rule usually says of it, and an error where success is claimed or
/// something destroyed (other than a temporary file) after the failure of a command that does more than look.
pub fn severity(cx: &Context<'_>, usual: Severity, causes: &[Cause<'_>]) -> Severity {
    let weighs = |cause: &&Cause<'_>| !only_looks(cx, cause.entry) && !only_removes(cx, cause.entry);
    let temporary =
        |destroy: &Effect| ["tmp", "temp"].iter().any(|it| destroy.text.to_lowercase().contains(it));
    let harms = causes.iter().filter(weighs).any(|cause| {
        let (claims, destroys) = (&cause.on_failure.claims, &cause.on_failure.destroys);
        claims.iter().any(|claim| !claim.text.starts_with("exit")) || !destroys.iter().all(temporary)
    });
    if harms { usual.max(Severity::Error) } else { usual }
}

/// Whether a lost status is worth a finding of its own: the command, behind its wrappers, does more than to ask or look, and the script is one that wants to
/// end where something fails, or the command is known to make or carry something. Of others, the script as a whole is to be
/// spoken of.
pub fn weighs(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let asks = cx.command(cause.entry).is_some_and(|command| asks(cx, command));
    !asks && !only_looks(cx, cause.entry) && (cx.trace.errexit_on || produces(cx, cause.entry))
}

/// The commands at which statuses get lost, in the order of the text, each with the causes that it loses.
pub fn lost_at<'a>(cx: &Context<'a>, causes: &[Cause<'a>]) -> Vec<(&'a Command, Vec<Cause<'a>>)> {
    let mut places: Vec<_> = causes.iter().filter_map(|cause| cause.on_failure.at).collect();
    places.sort_unstable();
    places.dedup();
    let lost =
        |place| causes.iter().filter(move |cause| cause.on_failure.at == Some(place)).copied().collect();
    places.into_iter().filter_map(|place| Some((cx.command_at(place)?, lost(place)))).collect()
}

/// The names of commands, as in "`a` or `b`"; each once.
pub fn names(causes: &[Cause<'_>]) -> String {
    let mut names: Vec<String> = causes.iter().map(|cause| format!("`{}`", cause.entry.name)).collect();
    names.dedup();
    names.join(" or ")
}

/// Shows which commands fail, what the first of them comes to, and the way there.
pub fn explained(mut finding: Diagnostic, causes: &[Cause<'_>]) -> Diagnostic {
    for cause in causes {
        finding = finding.because(cause.entry.span, "when this fails …");
    }
    let Some(first) = causes.first() else { return finding };
    finding = match (first.on_failure.destroys.first(), first.on_failure.goes_on_at) {
        (Some(destroy), _) => finding.because(destroy.span, "… this runs all the same"),
        (None, Some(next)) if !next.contains(first.entry.span) => finding.because(next, "… this runs next"),
        _ => finding,
    };
    finding.steps(first.on_failure.steps.clone())
}
