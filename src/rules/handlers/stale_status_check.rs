//! `$?` is compared where it is no longer the status that is meant: a test before has looked at it, or it is that of a compound
//! command, which has passed over the failure.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Reading, Setter, StatusRead};
use crate::rules::cause::Cause;
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, Connector};
use crate::text::{FileId, Span};

pub static RULE: Rule = Rule {
    id: RuleId("stale-status-check"),
    family: Family::Handlers,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/handlers/stale-status-check.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let reads = || cx.trace.status_reads.iter().filter(|read| read.reading == Reading::Status);
    for read in reads().filter(|read| is_compared(cx, read)) {
        let Some(setter) = read.setter.filter(|setter| !setter.negated) else { continue };
        let first = reads().find(|first| first.command == setter.command && is_compared(cx, first));
        if let Some(first) = first.filter(|first| read.nonzero && !says_the_same(cx, first, read)) {
            out.add([Topic::Code(read.span)], second_test(cx, first, read));
        } else if let Some(cause) = passed_over(cx, read, &setter) {
            out.add([Topic::Code(read.span)], behind_compound(cx, read, &setter, &cause));
        }
    }
}

/// Whether the status is compared with a number, and not kept or handed on.
fn is_compared(cx: &Context<'_>, read: &StatusRead) -> bool {
    cx.command_by_id(read.command)
        .is_some_and(|command| cx.is_test(command) || matches!(command.kind, CommandKind::Arithmetic(_)))
}

/// `-eq 0` and then `-ne 0`: whoever comes to the second has come there by the first, and it is true.
fn says_the_same(cx: &Context<'_>, first: &StatusRead, second: &StatusRead) -> bool {
    let is_any = |read: &StatusRead, signs: &[&str]| {
        let command = cx.command_by_id(read.command).map_or(read.span, |command| command.span);
        let text = cx.text(command).replace(['"', '\''], "");
        signs.iter().any(|sign| text.contains(sign))
    };
    is_any(first, &["-eq 0", "= 0", "== 0"]) && is_any(second, &["-ne 0", "!= 0", "-gt 0", "> 0", "-ge 1"])
}

fn second_test(cx: &Context<'_>, first: &StatusRead, read: &StatusRead) -> Diagnostic {
    let test = cx.command_by_id(first.command).map_or(first.span, |command| command.span);
    let message =
        format!("`$?` is the status of `{}` here, not the one that this test has looked at", cx.text(test));
    Diagnostic::new(RULE.id, RULE.severity, read.span, message)
        .because(test, "this looks at the status, and has one of its own")
        .help("keep the status before the first test, `rc=$?`, and compare `$rc`")
        .fix(kept(cx, first, read))
}

/// A command whose failure leads here, where the status is 0 all the same: what stands before has handled it, and has ended well.
fn passed_over<'a>(cx: &Context<'a>, read: &StatusRead, setter: &Setter) -> Option<Cause<'a>> {
    let always_zero = read.zero && !read.nonzero && read.after_failure;
    let place = whole(cx, setter).filter(|_| always_zero && !setter.tested)?;
    cx.causes().find(|cause| place.contains(cause.entry.span) && cause.on_failure.goes_on_at.is_some())
}

/// The compound command whose status it is, or the list of which it is that of the right side of `||`.
fn whole(cx: &Context<'_>, setter: &Setter) -> Option<Span> {
    let command = cx.command_by_id(setter.command)?;
    let compound = matches!(
        command.kind,
        CommandKind::If(_) | CommandKind::Loop(_) | CommandKind::For(_) | CommandKind::ForArithmetic(_)
    );
    if compound {
        return Some(command.span);
    }
    let statements = cx.statements();
    let mut lists = statements.filter(|statement| {
        let last = statement.rest.last();
        last.is_some_and(|(connector, last)| *connector == Connector::Or && last.span == setter.span)
    });
    lists.next().map(|statement| statement.span)
}

fn behind_compound(cx: &Context<'_>, read: &StatusRead, setter: &Setter, cause: &Cause<'_>) -> Diagnostic {
    let (name, last) = (&cause.entry.name, cx.first_word(setter.span));
    let message =
        format!("`$?` is always 0 here, also when `{name}` has failed: it is the status of `{last}`");
    Diagnostic::new(RULE.id, RULE.severity, read.span, message)
        .because(cause.entry.span, "when this fails …")
        .because(
            Span { end: setter.span.start + last.len() as u32, ..setter.span },
            "… this has the status 0",
        )
        .help("look at the failure where it is noticed first")
        .steps(cause.on_failure.steps.clone())
}

/// `rc=$?` before the tests of one `if`, and `$rc` in them.
fn kept(cx: &Context<'_>, first: &StatusRead, read: &StatusRead) -> Option<Fix> {
    let chain = cx.commands().find(|command| {
        matches!(command.kind, CommandKind::If(_))
            && command.span.contains(first.span)
            && command.span.contains(read.span)
    })?;
    let name = free_name(cx)?;
    let line = cx.indent(chain.span);
    let alone = chain.span.file == FileId(0) && line.bytes().all(|byte| matches!(byte, b' ' | b'\t'));
    if !alone || cx.has_carriage_returns() {
        return None;
    }
    let mut edits = vec![Edit::insert(chain.span, chain.span.start, format!("{name}=$?\n{line}"))];
    for read in tests(cx, chain, read) {
        edits.push(Edit::replace(read.span, cx.text(read.span).replace("$?", &format!("${name}"))));
    }
    Some(Fix::proposed("keep the status before the first test", edits))
}

/// The conditions of an `if` that look at `$?`, up to one and those behind it.
fn tests<'a>(cx: &Context<'a>, chain: &Command, last: &StatusRead) -> Vec<&'a StatusRead> {
    let CommandKind::If(arms) = &chain.kind else { return Vec::new() };
    let conditions = || arms.arms.iter().flat_map(|(condition, _)| &condition.statements);
    let tested = |read: &&StatusRead| {
        read.reading == Reading::Status && conditions().any(|statement| statement.span.contains(read.span))
    };
    let found: Vec<&StatusRead> = cx.trace.status_reads.iter().filter(tested).collect();
    if found.iter().any(|read| read.span == last.span) { found } else { Vec::new() }
}

/// A name that the script has no other use for.
fn free_name(cx: &Context<'_>) -> Option<&'static str> {
    let text = String::from_utf8_lossy(cx.units.source(FileId(0)));
    ["rc", "status"].into_iter().find(|name| {
        !text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).any(|word| word == *name)
    })
}
