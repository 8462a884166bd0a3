//! A pipeline that makes, sends or applies something, and whose status does not tell that an earlier command failed.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::{By, Entry};
use crate::rules::artifacts::is_temporary;
use crate::rules::cause::{Cause, within};
use crate::rules::edits;
use crate::rules::noticed::is_looked_at;
use crate::rules::operands::{
    is_fed_elsewhere, is_hushed, passes_on, produces, removes, selects_old, unquoted, written,
};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, Pipeline, Redirect, RedirectOperator};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("unchecked-pipeline"),
    family: Family::Pipelines,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/pipelines/unchecked-pipeline.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let causes = out.open(RULE.id, cx.lost().filter(|cause| cause.is_by(By::Pipeline)));
    for pipeline in cx.pipelines() {
        let Some((last, earlier)) = pipeline.split_last() else { continue };
        let lost: Vec<Cause<'_>> = within(&causes, earlier)
            .filter(|cause| cause.on_failure.at == Some(last.span) && produces(cx, cause.entry))
            .filter(|cause| !lists_own(cx, cause.entry) && !is_hushed(cx, cause.entry))
            .filter(|cause| !keeps_apart(cx, &pipeline.commands, cause.entry))
            .filter(|cause| !lists_old(cx, pipeline, cause.entry))
            .collect();
        let Some(harm) = harm(cx, pipeline).filter(|_| !lost.is_empty()) else { continue };
        let finding = report(cx, pipeline, last.span, &lost, &harm);
        out.add_lost(&lost, finding);
    }
}

/// Whether `find` lists a directory that the script has made for itself, where nothing is out of its reach.
fn lists_own(cx: &Context<'_>, entry: &Entry) -> bool {
    let Some(find) = cx.command(entry).filter(|_| entry.name == "find") else { return false };
    let operand = |command: &Command| command.as_simple()?.words.get(1).map(|word| unquoted(cx, word));
    let entered = || {
        let before = |it: &&Command| it.span.file == entry.span.file && it.span.end <= entry.span.start;
        cx.commands().filter(before).rfind(|it| cx.command_name(it.id).as_deref() == Some("cd"))
    };
    let start = operand(find).filter(|it| it.starts_with(['/', '$']));
    start.or_else(|| operand(entered()?)).is_some_and(|directory| is_temporary(cx, &directory))
}

/// Whether what is old is listed for the script alone: what the list lacks stands in the next one.
fn lists_old(cx: &Context<'_>, pipeline: &Pipeline, entry: &Entry) -> bool {
    let mut files = pipeline.commands.iter().flat_map(|command| written(cx, command));
    cx.command(entry).is_some_and(|command| selects_old(cx, command))
        && files.any(|file| is_temporary(cx, &file))
}

/// Whether a command within a loop or a group puts what it makes elsewhere than into the pipe: `mv` in `while …; done | sort`.
fn keeps_apart(cx: &Context<'_>, elements: &[Command], entry: &Entry) -> bool {
    let is_within = elements.iter().any(|it| it.span.contains(entry.span) && it.as_simple().is_none());
    is_within && cx.command(entry).is_some_and(|command| !written(cx, command).is_empty())
}

/// What becomes of data that is cut short or empty; `None` where it is only looked at.
fn harm(cx: &Context<'_>, pipeline: &Pipeline) -> Option<String> {
    let last = pipeline.commands.last().filter(|last| !removes(cx, last) && !moves_each(cx, last))?;
    let file = pipeline.commands.iter().flat_map(|command| &command.redirects).find(|redirect| {
        let written = matches!(
            redirect.operator,
            RedirectOperator::Write | RedirectOperator::Append | RedirectOperator::Clobber
        );
        let target = cx.text(redirect.target.span);
        let errors = cx.is_errors(redirect);
        written && !errors && !target.starts_with("/dev/")
    });
    if let Some(redirect) = file {
        if is_looked_at(cx, pipeline, &cx.text(redirect.target.span)) {
            return None;
        }
        return Some(format!(
            "`{}` is left empty or cut short, and looks whole",
            cx.text(redirect.target.span)
        ));
    }
    let name = cx.text(last.span).split_whitespace().next().unwrap_or_default().to_owned();
    if passes_on(cx, last) {
        // `tee` without a file is a screen's.
        let copies = written(cx, last);
        let is_seen = |copy: &String| is_looked_at(cx, pipeline, copy);
        if copies.is_empty() || copies.iter().any(is_seen) || sends_messages(cx, pipeline) {
            return None;
        }
    }
    is_fed_elsewhere(cx, last)
        .then(|| format!("`{name}` is given nothing or a part, and takes it for the whole"))
}

/// Whether it moves what it is told of: what it is not told of stays where it is. `xargs mv -t old`
fn moves_each(cx: &Context<'_>, command: &Command) -> bool {
    let names = |word: &Option<String>, name: &str| word.as_deref() == Some(name);
    let words = cx.literals(command);
    words.first().is_some_and(|it| names(it, "xargs")) && words.iter().any(|it| names(it, "mv"))
}

/// Whether the messages of all commands before the last go the way of what they print: it is a log, which tells of a failure.
fn sends_messages(cx: &Context<'_>, pipeline: &Pipeline) -> bool {
    let joins = |it: &Redirect| it.operator == RedirectOperator::DuplicateOutput && cx.is_errors(it);
    let earlier = pipeline.commands.split_last().map(|(_, earlier)| earlier).unwrap_or_default();
    earlier.iter().all(|command| command.redirects.iter().any(joins))
}

fn report(cx: &Context<'_>, pipeline: &Pipeline, last: Span, lost: &[Cause<'_>], harm: &str) -> Diagnostic {
    let names: Vec<String> = lost.iter().map(|cause| format!("`{}`", cause.entry.name)).collect();
    let replaced = cx.text(last).split_whitespace().next().unwrap_or_default().to_owned();
    let message = format!("if {} fails, nothing notices: {harm}", names.join(" or "));
    let mut finding = Diagnostic::new(RULE.id, RULE.severity, pipeline.span, message);
    for cause in lost {
        finding = finding.because(cause.entry.span, "when this fails …");
    }
    finding = finding.because(last, format!("… the status of `{replaced}` replaces its status"));
    finding = finding.steps(lost.first().map(|cause| cause.on_failure.steps.clone()).unwrap_or_default());
    let help = if cx.has_pipefail() {
        "`set -o pipefail` gives a pipeline the status of what failed in it"
    } else {
        "take the pipeline apart, and check each command: this shell has no pipefail"
    };
    finding.help(help).fix(edits::pipefail(cx, pipeline))
}
