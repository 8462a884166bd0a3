//! Claims that all went well, which are made when it did not, too: what the rules about them share.

use rustc_hash::FxHashSet;

use super::before::{is_asked_again, list_around, runs_before};
use super::cause::{Cause, each_once};
use super::excused::declines_errexit;
use super::findings::Findings;
use super::noticed::{branch_on_evidence, feeds_removal, is_compared, step_on_evidence};
use super::operands::{
    is_deadly, is_hushed, is_known, loop_removes, may_be_a_function, only_looks, only_shows, prepares,
    produces, unquoted,
};
use super::refused::is_refused;
use super::step::Step;
use super::subject::{Subject, called_in};
use super::traps_set::tidied;
use super::{Context, Rule};
use crate::diagnostic::Diagnostic;
use crate::flow::{By, Effect, Entry, Exit, Fate};
use crate::syntax::{Command, CommandKind, Connector};
use crate::text::Span;

/// In what way something is claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// By a message.
    Message,
    /// By a file whose name says it: `touch backup.done`.
    Marker,
    /// By a request to a monitor.
    Ping,
}

/// A claim and the failures after which it is made.
pub(super) struct Unearned<'a> {
    pub(super) claim: &'a Effect,
    pub(super) causes: Vec<Cause<'a>>,
}

/// The claims that are made although something has failed of which they speak.
pub(super) fn unearned<'a>(cx: &Context<'a>, rule: &Rule, out: &Findings<'_>) -> Vec<Unearned<'a>> {
    if declines_errexit(cx) {
        return Vec::new();
    }
    let judged = |cause: &Cause<'_>| {
        let span = cause.entry.span;
        out.is_suppressed(rule.id, span)
            || only_looks(cx, cause.entry)
            || is_deadly(&cause.entry.name)
            || is_left_alone(cx, cause)
            || is_compared(cx, span)
            || is_refused(cx, span)
    };
    let silent = out.silent(cx).into_iter().chain(cx.causes().filter(|cause| is_dropped(cx, cause)));
    let causes: Vec<Cause<'_>> = silent.filter(|cause| !judged(cause)).collect();
    let claims = each_once(causes.iter().flat_map(|cause| &cause.on_failure.claims));
    let calls = calls(cx, &claims);
    let tidied = tidied(cx);
    let mut found = Vec::new();
    for claim in claims {
        // A bare `exit 0` says little to people; rules about final statuses speak of it.
        let is_exit = claim.text == "exit 0" || claim.text.starts_with("exit ");
        if is_exit || is_code(&claim.text) || is_made_by(cx, claim, &calls) || !may_end_zero(cx, claim) {
            continue;
        }
        let subject = Subject::of(cx, claim.span);
        let reaches = |cause: &&Cause<'_>| {
            cause.on_failure.claims.iter().any(|c| c.span == claim.span)
                && subject.holds(cause.entry.span)
                && !leaves(cx, cause, claim)
        };
        let mut causes: Vec<Cause<'_>> = causes.iter().filter(reaches).copied().collect();
        // What is claimed by what was seen of the work is no lie about it.
        let seen = step_on_evidence(cx, claim.span).or_else(|| branch_on_evidence(cx, claim.span));
        if let Some(branch) = seen {
            causes.retain(|cause| branch.contains(cause.entry.span));
        }
        if let Some(step) = Step::of(cx, claim.span, &claim.text) {
            causes.retain(|cause| step.holds(cx, cause.entry.span));
        }
        // What the message says in its own words is no work of which it speaks.
        let substitutions = cx.substitutions().iter().filter(|inner| claim.span.contains(**inner));
        let words: Vec<Span> = substitutions.flat_map(|inner| called_in(cx, *inner)).collect();
        causes.retain(|cause| !words.iter().any(|body| body.contains(cause.entry.span)));
        // What is tidied up in the end is no work either.
        causes.retain(|cause| {
            !tidied.iter().any(|body| body.contains(cause.entry.span) && body.contains(claim.span))
        });
        causes.retain(|cause| !is_asked_again(cx, cause.entry.span, claim.span));
        // What came out of the work has been held against what is wanted.
        let compared = comparisons(cx, claim.span).map(|it| it.start).max();
        causes.retain(|cause| compared.is_none_or(|at| cause.entry.span.start > at));
        // Only what has surely run before the claim is what it speaks of.
        if causes.iter().any(|cause| belies(cx, cause, claim)) {
            found.push(Unearned { claim, causes });
        }
    }
    found
}

/// The claims of which each is the first that some work is passed over for: what is claimed further on tells of no other root
/// cause.
pub(super) fn first_lies<'a>(cx: &Context<'a>, mut claims: Vec<Unearned<'a>>) -> Vec<Unearned<'a>> {
    claims.sort_by_key(|it| it.claim.span);
    let mut told = FxHashSet::default();
    claims.retain(|it| {
        let is_new = |cause: &&Cause<'_>| !told.contains(&cause.entry.span);
        let is_first = it.causes.iter().filter(is_new).any(|cause| belies(cx, cause, it.claim));
        if is_first {
            // What stands behind it comes before it in another round alone.
            let places = it.causes.iter().map(|cause| cause.entry.span);
            told.extend(places.filter(|place| *place < it.claim.span));
        }
        is_first
    });
    claims
}

/// Whether the cause is work that has surely run before the claim: only of that does it speak.
fn belies(cx: &Context<'_>, cause: &Cause<'_>, claim: &Effect) -> bool {
    is_work(cx, cause) && runs_before(cx, cause.entry.span, claim.span)
}

/// Whether it is a job that the script never waits for, and the message before it says that something is started: a daemon goes
/// on by itself.
fn is_left_alone(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let span = cause.entry.span;
    let before = list_around(cx, span).into_iter().flat_map(|list| &list.statements);
    let before = before.filter(|it| it.span.end <= span.start);
    let messages = before.filter_map(|it| it.only_pipeline()?.only_command()).filter(|it| cx.only_prints(it));
    let starts = || messages.last().is_some_and(|it| cx.message(it).to_lowercase().contains("start"));
    cause.is_by(By::Background) && !cx.waits() && starts()
}

/// The comparisons before a claim that end the script where they find a difference: `diff out.tsv ref/out.tsv || exit 1`.
fn comparisons<'a>(cx: &'a Context<'_>, claim: Span) -> impl Iterator<Item = Span> + 'a {
    let compares = |it: &&Entry| matches!(it.name.as_str(), "diff" | "cmp");
    let is_heard = |it: &&Entry| it.on_failure.as_ref().is_some_and(|it| it.exit == Exit::Nonzero);
    let before = move |it: &&Entry| it.span.file == claim.file && it.span.end <= claim.start;
    cx.trace.entries.iter().filter(compares).filter(before).filter(is_heard).map(|it| it.span)
}

/// Whether a text is that of a script which is written: `while …; do …; done`.
fn is_code(text: &str) -> bool {
    [";do ", "; do "].iter().any(|sign| text.contains(sign))
}

/// Whether a status has been tested, and is dropped all the same: `a && b` is a statement, or the function is left of which
/// the caller drops the status.
fn is_dropped(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let handled = cause.on_failure.fate == Fate::Handled && cause.on_failure.exit == Exit::Zero;
    handled && (cause.is_by(By::Test) && is_chained(cx, cause) || hands_on(cx, cause))
}

/// Whether the command stands before `&&` in a list of which nobody looks at the status.
fn is_chained(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let span = cause.entry.span;
    cx.statements().filter(|it| it.span.contains(span)).any(|statement| {
        let ands = statement.rest.iter().all(|(connector, _)| *connector == Connector::And);
        let last = statement.rest.last().filter(|_| ands && !statement.background);
        last.is_some_and(|(_, last)| span.end <= last.span.start) && !cx.is_tested(statement.span)
    })
}

/// Whether the function is left with a status that tells of the failure.
fn hands_on(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    cause.is_by(By::Test) && returns_at_once(cx, cause) || cause.is_by(By::Status) && returns_it(cx, cause)
}

/// Whether the function around ends with `return "$rc"`.
fn returns_it(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let around = cx.functions().iter().filter(|function| function.body.span.contains(cause.entry.span));
    let lists = around.flat_map(|function| function.body.lists());
    lists.filter_map(|list| list.statements.last()).any(|last| {
        let text = cx.text(last.span);
        text.strip_prefix("return ").is_some_and(|status| status.trim_start_matches('"').starts_with('$'))
    })
}

/// Whether the failure is answered by `return` with a status that says so.
fn returns_at_once(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let Some(next) = cause.on_failure.goes_on_at else { return false };
    let returns = |span| {
        let text = cx.text(span);
        let mut words = text.split_whitespace();
        words.next() == Some("return") && words.next() != Some("0")
    };
    let branch = list_around(cx, next).map(|list| list.statements.as_slice()).unwrap_or_default();
    let apart = !branch.iter().any(|statement| statement.span.contains(cause.entry.span));
    returns(next) || apart && branch.last().is_some_and(|last| returns(last.span))
}

/// Whether the failure ends the call in which the claim is made: what another call claims is its own.
fn leaves(cx: &Context<'_>, cause: &Cause<'_>, claim: &Effect) -> bool {
    let span = cause.entry.span;
    let both = |body: Span| body.contains(span) && body.contains(claim.span);
    hands_on(cx, cause) && cx.functions().iter().any(|function| both(function.body.span))
}

/// Whether it is work that people are told of: a command known to make, carry or check something, or one that is not known.
/// What only makes room for it is not, nor `kill`, which fails where the process has ended already, nor what is only asked for a value, unless a declaration or another substitution masks
/// its status, nor what lists things to be removed, nor that of which nobody wants to hear.
fn is_work(cx: &Context<'_>, cause: &Cause<'_>) -> bool {
    let entry = cause.entry;
    let unknown = !is_known(cx, entry) && !may_be_a_function(cx, entry);
    let asked = cx.is_substituted(entry.span)
        && (cause.on_failure.fate == Fate::Ignored || cause.is_by(By::Pipeline));
    let lists = cx.pipelines().any(|pipeline| feeds_removal(cx, pipeline, entry.span))
        || cx.commands().any(|command| lists_removals(cx, command, entry.span));
    !asked
        && !lists
        && !is_hushed(cx, entry)
        && !only_finds(cx, entry)
        && !matches!(entry.name.as_str(), "kill" | "pkill" | "killall")
        && !prepares(cx, entry)
        && (produces(cx, entry) || unknown)
}

/// Whether `find` lists or removes, and nothing takes what it prints.
fn only_finds(cx: &Context<'_>, entry: &Entry) -> bool {
    let is_taken = || cx.processes().iter().any(|process| process.contains(entry.span));
    entry.name == "find" && (only_shows(cx, entry) && !is_taken() || lists_here(cx, entry))
}

/// Whether `find` lists the directory that it stands in, where nothing is out of its reach.
fn lists_here(cx: &Context<'_>, find: &Entry) -> bool {
    let words = cx.command(find).map(|it| cx.literals(it)).unwrap_or_default();
    let start = words.get(1).cloned().flatten();
    let acts =
        words.iter().flatten().any(|word| matches!(word.as_str(), "-exec" | "-execdir" | "-ok" | "-delete"));
    !acts && start.is_some_and(|it| it == "." || it.starts_with(['-', '(']))
}

/// Whether what the command at the span prints is what a loop removes: `for old in $(find …); do rm "$old"; done`.
fn lists_removals(cx: &Context<'_>, outer: &Command, span: Span) -> bool {
    let CommandKind::For(each) = &outer.kind else { return false };
    let in_body = each.body.statements.iter().any(|it| it.span.contains(span));
    outer.span.contains(span) && !in_body && loop_removes(cx, each)
}

/// In what way it is claimed.
pub(super) fn kind(cx: &Context<'_>, claim: &Effect) -> Kind {
    let entry = cx.entry_at(claim.span);
    let Some(command) = entry.and_then(|entry| cx.command(entry)).filter(|_| !is_printed(cx, claim)) else {
        return Kind::Message;
    };
    let claims = &cx.units.vocabulary.claims;
    let words = texts(cx, command);
    if words.iter().any(|word| claims.is_ping_url(word)) {
        Kind::Ping
    } else if words.iter().any(|word| claims.is_marker_path(word)) {
        Kind::Marker
    } else {
        Kind::Message
    }
}

/// The words behind the name and the targets of redirections.
fn texts(cx: &Context<'_>, command: &Command) -> Vec<String> {
    let operands = command.as_simple().into_iter().flat_map(|simple| simple.words.iter().skip(1));
    let targets = command.redirects.iter().map(|redirect| &redirect.target);
    operands.chain(targets).map(|word| unquoted(cx, word)).collect()
}

/// A message after which the script always fails is no claim of success.
fn may_end_zero(cx: &Context<'_>, claim: &Effect) -> bool {
    cx.trace.entries.iter().any(|entry| entry.span == claim.span && entry.may_end_zero)
}

/// The functions of the script by calls of which it claims something.
fn calls<'a>(cx: &Context<'a>, claims: &[&Effect]) -> Vec<&'a str> {
    let entries = cx.trace.entries.iter().filter(|entry| entry.is_function);
    entries
        .filter(|entry| claims.iter().any(|c| c.span == entry.span))
        .map(|entry| entry.name.as_str())
        .collect()
}

/// Whether the claim is what one of these functions prints: the call is what the script says, in full.
fn is_made_by(cx: &Context<'_>, claim: &Effect, functions: &[&str]) -> bool {
    cx.functions().iter().any(|function| {
        function.body.span.contains(claim.span)
            && functions.iter().any(|name| cx.text(function.name) == *name)
    })
}

/// Whether it is made by words, and not by what a command does.
pub(super) fn is_printed(cx: &Context<'_>, claim: &Effect) -> bool {
    claim.text != cx.text(claim.span)
}

impl Unearned<'_> {
    /// The finding with its reasons, help and fix.
    pub(super) fn explained(&self, cx: &Context<'_>, finding: Diagnostic) -> Diagnostic {
        let finding = finding
            .here("this claims success")
            .help("make the claim only where the work before it has succeeded");
        let mut finding = cx.label_causes(finding, &self.causes, |name| {
            format!("when `{name}` fails, the claim is still made")
        });
        let worst = self.causes.iter().max_by_key(|cause| cause.on_failure.destroys.len());
        finding.steps = worst.map(|cause| cause.on_failure.steps.clone()).unwrap_or_default();
        finding.fix(cx.exit_after(&self.causes, "end the script where the work fails"))
    }
}
