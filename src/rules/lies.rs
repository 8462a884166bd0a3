//! Commands that pass over failures of which the script would take notice: what the rules about lying commands share.

use super::{Context, Rule};
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::flow::{Entry, Errexit, Fate, OnFailure, arguments_of};
use crate::rules::findings::{Findings, Topic};
use crate::rules::operands::is_fed_by_redirection;
use crate::shell::knowledge::{Arg, Lie, Streams};
use crate::syntax::{Command, CommandKind, Part, Pipeline, Redirect, RedirectOperator, Word};
use crate::text::FileId;

/// A command that says nothing of a failure.
pub(super) struct Liar<'a> {
    /// Its answers.
    pub(super) entry: &'a Entry,
    /// What would happen if it told of the failure.
    pub(super) on_failure: &'a OnFailure,
    /// The command.
    pub(super) command: &'a Command,
    /// The words that would make it honest.
    pub(super) honest: Option<&'a str>,
}

/// The commands that tell this lie. With what its arguments do not tell, none does.
pub(super) fn liars<'a>(cx: &Context<'a>, lie: Lie) -> Vec<Liar<'a>> {
    let works = cx.trace.failure_points().filter(|(entry, _)| !entry.is_function);
    works
        .filter_map(|(entry, on_failure)| {
            let command = cx.command(entry)?;
            let honest = told_by(cx, command, lie)?;
            Some(Liar { entry, on_failure, command, honest })
        })
        .collect()
}

impl Liar<'_> {
    /// Whether a failure that it told of would come to something: what is lost anyway is another matter.
    pub(super) fn would_be_noticed(&self) -> bool {
        let it = self.on_failure;
        match it.fate {
            Fate::Aborts => it.errexit != Errexit::Unknown,
            fate => matches!(fate, Fate::Handled | Fate::BecomesStatus),
        }
    }

    /// The option that makes it honest, put behind its name.
    pub(super) fn made_honest(&self, cx: &Context<'_>) -> Option<Fix> {
        let honest = self.honest?;
        let name = self.command.as_simple()?.words.first()?.span;
        let alone = name.file == FileId(0) && cx.text(name).ends_with(&self.entry.name);
        let edits = vec![Edit::insert(name, name.end, format!(" {honest}"))];
        let why = format!(
            "`{}` may have failed without a word up to now, and ends the script then",
            self.entry.name
        );
        alone.then(|| Fix::unsafe_because(format!("`{} {honest}`", self.entry.name), edits, why))
    }
}

/// Adds what `finding` says, if anything, of each command that tells this lie although its failure would be noticed.
pub(super) fn report<F: Into<Option<Diagnostic>>>(
    cx: &Context<'_>,
    rule: &Rule,
    lie: Lie,
    out: &mut Findings<'_>,
    finding: impl Fn(&Liar<'_>) -> F,
) {
    for liar in liars(cx, lie).iter().filter(|liar| liar.would_be_noticed()) {
        let Some(finding) = finding(liar).into() else { continue };
        debug_assert_eq!(finding.rule, rule.id);
        out.add([Topic::Code(liar.entry.span)], finding);
    }
}

/// `None` where it does not tell this lie; else the words that would keep it from that, if there are any.
#[expect(clippy::option_option, reason = "no lie, a lie, a lie that words keep it from")]
fn told_by<'a>(cx: &Context<'a>, command: &Command, lie: Lie) -> Option<Option<&'a str>> {
    let words: Vec<&Word> = command.as_simple()?.words.iter().collect();
    let (name, rest) = words.split_first()?;
    let name = cx.literal(name)?;
    let facts = cx.units.vocabulary.commands.command(name.rsplit('/').next()?)?;
    if rest.iter().any(|word| may_be_options(cx, word)) {
        return None;
    }
    let arguments = arguments_of(rest, cx.units.source(command.span.file));
    let args: Vec<Arg<'_>> = arguments.iter().map(|argument| argument.as_arg()).collect();
    let around = around(cx, command);
    let text = around.iter().find_map(|outer| here_document(cx, outer));
    let fed = text.is_some() || around.iter().any(|outer| is_fed(cx, outer));
    let read = around.iter().any(|outer| is_read(cx, outer)) || cx.is_substituted(command.span);
    let lies = facts.lies(&args, Streams { fed, text: text.as_deref(), read });
    lies.into_iter().find(|(told, _)| *told == lie).map(|(_, honest)| honest)
}

/// The command and those in whose words it stands: what is redirected is `sudo`'s, and so the inner command's.
fn around<'a>(cx: &Context<'a>, command: &Command) -> Vec<&'a Command> {
    let holds =
        |outer: &&Command| matches!(outer.kind, CommandKind::Simple(_)) && outer.span.contains(command.span);
    let substituted = |outer: &Command| {
        cx.substitutions()
            .iter()
            .any(|inner| outer.span.contains(*inner) && inner.contains(command.span) && *inner != outer.span)
    };
    cx.commands().filter(holds).filter(|outer| !substituted(outer)).collect()
}

/// Standard input is a file, a here-document or a pipe.
fn is_fed(cx: &Context<'_>, command: &Command) -> bool {
    let behind = |pipeline: &Pipeline| pipeline.commands[1..].iter().any(|it| it.id == command.id);
    is_fed_by_redirection(cx, command) || cx.pipelines().any(behind)
}

/// Standard output goes to a file or a pipe.
fn is_read(cx: &Context<'_>, command: &Command) -> bool {
    use RedirectOperator::{Append, AppendBoth, Clobber, Write, WriteBoth};
    let kept = |redirect: &Redirect| {
        matches!(redirect.operator, Write | Append | Clobber | WriteBoth | AppendBoth)
            && cx.is_output(redirect)
            && cx.is_file(redirect)
    };
    let before = |pipeline: &Pipeline| {
        pipeline.commands.split_last().is_some_and(|(_, before)| before.iter().any(|it| it.id == command.id))
    };
    command.redirects.iter().any(kept) || cx.pipelines().any(before)
}

fn here_document(cx: &Context<'_>, command: &Command) -> Option<String> {
    let body = |redirect: &Redirect| match redirect.operator {
        RedirectOperator::HereDocument => cx.here_document(command, redirect),
        RedirectOperator::HereString => Some(cx.text(redirect.target.span)),
        _ => None,
    };
    command.redirects.iter().find_map(body)
}

/// Whether a word may turn out to be options: it is expanded without quotes, or as a list, and the script does not say
/// what it is.
fn may_be_options(cx: &Context<'_>, word: &Word) -> bool {
    let text = cx.text(word.span);
    if text.contains("$@") || text.contains("$*") || text.contains("[@]") || text.contains("[*]") {
        return true;
    }
    match word.parts.first() {
        Some(Part::Parameter(parameter)) => {
            let values = cx.values_of(&cx.text(parameter.name));
            let option =
                |value: &String| value.starts_with('-') || value.contains(" -") || value.starts_with('$');
            values.is_empty() || values.iter().any(option)
        }
        Some(Part::Substitution(_)) => true,
        _ => false,
    }
}
