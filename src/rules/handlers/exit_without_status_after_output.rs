//! `exit` or `return` without a number, after the command that tells of a failure: the status is that command's, 0.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Exit, Fate, Reading, StatusRead};
use crate::rules::before::list_around;
use crate::rules::cause::Cause;
use crate::rules::findings::Topic;
use crate::rules::operands::is_deadly;
use crate::rules::work::is_work;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, List, Redirect};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("exit-without-status-after-output"),
    family: Family::Handlers,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/handlers/exit-without-status-after-output.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let bare = cx.trace.status_reads.iter().filter(|read| read.reading == Reading::Bare);
    for read in bare.filter(|read| is_always_zero(read) && !read.in_health) {
        let setter = read.setter.filter(|setter| !setter.tested);
        let Some(command) = setter.and_then(|setter| cx.command_by_id(setter.command)) else { continue };
        if !cx.only_prints(command) {
            continue;
        }
        let failures = failures_before(cx, read.span);
        let heard = |cause: &Cause<'_>| cause.on_failure.exit == Exit::Nonzero;
        // The message notes it, too.
        let is_heard = !failures.is_empty() && failures.iter().all(heard);
        if is_heard || !tells_of_failure(cx, command, read.span, &failures) {
            continue;
        }
        let (word, name) = (cx.text(read.span), cx.first_word(command.span));
        let message = format!("`{word}` after a failure hands on the status of `{name}`, which is 0");
        let finding = Diagnostic::new(RULE.id, RULE.severity, read.span, message)
            .because(command.span, "its status is what counts here")
            .help(format!("`{word} 1`, or keep the status before anything else runs: `rc=$?`"))
            .fix(fix(cx, read, &word));
        out.add([Topic::Code(read.span)], finding);
    }
}

/// The failures that lead into the branch in which the `exit` stands.
fn failures_before<'a>(cx: &Context<'a>, exit: Span) -> Vec<Cause<'a>> {
    let Some(branch) = list_around(cx, exit) else { return Vec::new() };
    let leads_here = |cause: &Cause<'_>| {
        let next = cause.on_failure.goes_on_at.filter(|_| cause.on_failure.fate == Fate::Handled);
        next.is_some_and(|next| branch.statements.iter().any(|statement| statement.span.contains(next)))
    };
    cx.causes().filter(leads_here).collect()
}

/// Whether the message says that something failed, or is an error message where work has failed, whatever its words.
fn tells_of_failure(cx: &Context<'_>, message: &Command, exit: Span, failures: &[Cause<'_>]) -> bool {
    let claims = &cx.units.vocabulary.claims;
    let branch = list_around(cx, exit).map(|list| list.statements.as_slice()).unwrap_or_default();
    let shrugs = || branch.iter().any(|statement| claims.shrugs(&cx.text(statement.span)));
    let to_errors = |redirect: &Redirect| {
        matches!(cx.text(redirect.span).replace(' ', "").as_str(), ">&2" | "1>&2" | ">/dev/stderr")
    };
    let of_work = |cause: &Cause<'_>| cause.on_failure.exit == Exit::Zero && is_work(cx, cause.entry);
    let follows = || failures.iter().any(of_work) || is_kept_status(cx, exit) || is_in_deadly(cx, exit);
    claims.claims_failure(&cx.message(message))
        || message.redirects.iter().any(to_errors) && follows() && !shrugs()
}

/// Whether the `exit` stands in a branch that is taken where a status was not 0: `if [ $? -ne 0 ]; then`.
fn is_kept_status(cx: &Context<'_>, exit: Span) -> bool {
    let chains =
        cx.commands().filter_map(|it| if let CommandKind::If(chain) = &it.kind { Some(chain) } else { None });
    let holds = |list: &List| list.statements.iter().any(|statement| statement.span == exit);
    let asks = |condition: &List| {
        let text: String = condition.statements.iter().map(|statement| cx.text(statement.span)).collect();
        ["$?", "PIPESTATUS"].iter().any(|sign| text.contains(sign))
            && ["-ne 0", "!= 0", "-gt 0"].iter().any(|sign| text.contains(sign))
    };
    chains.flat_map(|chain| &chain.arms).any(|(condition, body)| holds(body) && asks(condition))
}

/// Whether the `exit` stands in a function that is to end the script: `die() { echo "$*" >&2; exit; }`.
fn is_in_deadly(cx: &Context<'_>, exit: Span) -> bool {
    let mut around = cx.functions().iter().filter(|function| function.body.span.contains(exit));
    cx.text(exit) == "exit" && around.any(|function| is_deadly(&cx.text(function.name)))
}

fn is_always_zero(read: &StatusRead) -> bool {
    read.zero && !read.nonzero
}

/// None where errexit is on and a function is left: its author may want to go on, and the status would end the script.
fn fix(cx: &Context<'_>, read: &StatusRead, word: &str) -> Option<Fix> {
    let ends = word != "return" || !cx.trace.errexit_on;
    let edit = Edit::insert(read.span, read.span.end, " 1");
    ends.then(|| Fix::proposed(format!("`{word}` with a status that says that something failed"), vec![edit]))
}
