//! `$?` is read after another command has overwritten it.

use rustc_hash::FxHashSet;

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Entry, Reading, Setter, StatusRead};
use crate::rules::findings::Topic;
use crate::rules::operands::{self, always_succeeds};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Command;
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("status-clobbered"),
    family: Family::Handlers,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/handlers/status-clobbered.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let mut read_by = FxHashSet::default();
    for read in cx.trace.status_reads.iter().filter(|read| read.reading == Reading::Status) {
        if !read.after_failure || !cx.decides(read) {
            continue;
        }
        let meant = |setter: &Setter| setter.negated || read.nonzero && !only_states(cx, setter.span);
        let Some(setter) = read.setter.filter(|setter| !meant(setter) && overwrites(cx, read, setter)) else {
            continue;
        };
        let Some(command) = cx.command_by_id(setter.command) else { continue };
        // `[ $? -ne 0 -a $? -ne 1 ]` reads it twice.
        if !read_by.insert((read.command, setter.command)) {
            continue;
        }
        out.add(topics(cx, read, &setter), report(cx, read, command));
    }
}

/// The command before has no failure of its own that could be meant: it does no work, or it has looked at `$?` itself. And
/// before it stands something whose status could be.
fn overwrites(cx: &Context<'_>, read: &StatusRead, setter: &Setter) -> bool {
    let looked = cx.trace.status_reads.iter().any(|other| other.command == setter.command);
    let can_fail = || cx.can_fail(setter.span) && !only_states(cx, setter.span);
    let idle = looked || !setter.tested && (cx.declares(setter.command) || !can_fail());
    if !idle || is_right_side(cx, setter) || is_programs_own(cx, setter) {
        return false;
    }
    let declared = || cx.declares(setter.command) && cx.lost().any(|it| setter.span.contains(it.entry.span));
    let before =
        || cx.setter(setter.command).is_some_and(|it| cx.can_fail(it.span) && !only_cuts(cx, it.span));
    looked || !read.in_health || before() || declared()
}

/// Whether all that can fail in the span is that the day or the like is asked for: no status that anybody means.
fn only_states(cx: &Context<'_>, span: Span) -> bool {
    let mut inside =
        cx.trace.entries.iter().filter(|entry| span.contains(entry.span) && entry.works()).peekable();
    inside.peek().is_some() && inside.all(|entry| operands::only_states(cx, entry)) && !asks(cx, span)
}

/// Whether a command in the span has an answer for its status.
fn asks(cx: &Context<'_>, span: Span) -> bool {
    cx.asking().any(|command| span.contains(command.span))
}

/// Whether all that can fail in the span is that a name is taken apart: no status that anybody means.
fn only_cuts(cx: &Context<'_>, span: Span) -> bool {
    let mut inside =
        cx.trace.entries.iter().filter(|entry| span.contains(entry.span) && entry.works()).peekable();
    let cuts = |entry: &Entry| matches!(entry.name.as_str(), "basename" | "dirname");
    inside.peek().is_some() && inside.all(cuts) && !asks(cx, span)
}

/// Whether the status may be that of the left side of `&&` or `||`, which decides whether the command runs at all.
fn is_right_side(cx: &Context<'_>, setter: &Setter) -> bool {
    cx.statements().any(|statement| {
        let later = statement.rest.iter().map(|(_, pipeline)| pipeline);
        later.into_iter().any(|pipeline| pipeline.span == setter.span)
    })
}

/// Whether the command before is `sleep` or its like: of little use as its status is, `$?` right behind it means that.
fn is_programs_own(cx: &Context<'_>, setter: &Setter) -> bool {
    !cx.declares(setter.command)
        && cx.command_by_id(setter.command).is_some_and(|command| always_succeeds(cx, command))
}

/// The place, and the statuses that a declaration before it has replaced: where those are spoken of, this is said, too.
fn topics(cx: &Context<'_>, read: &StatusRead, setter: &Setter) -> Vec<Topic> {
    let lost = cx.lost().filter(|cause| setter.span.contains(cause.entry.span));
    let lost: Vec<Topic> = lost.map(|cause| Topic::Status(cause.entry.span)).collect();
    if lost.is_empty() { vec![Topic::Code(read.span)] } else { lost }
}

fn report(cx: &Context<'_>, read: &StatusRead, setter: &Command) -> Diagnostic {
    let name = cx.first_word(setter.span);
    let always = if read.nonzero { "" } else { "always 0 here: it is " };
    let message = format!("`$?` is {always}the status of `{name}`, not of what failed before");
    Diagnostic::new(RULE.id, RULE.severity, read.span, message)
        .because(setter.span, "this overwrites the status")
        .help("keep the status at once, `rc=$?`, right behind the command whose status it is")
        .fix(fix(cx, read))
}

/// Where something has surely failed, the number need not be known.
fn fix(cx: &Context<'_>, read: &StatusRead) -> Option<Fix> {
    let leaves = matches!(cx.command_name(read.command)?.as_str(), "exit" | "return");
    let only_after_failure = leaves && !read.in_health;
    let edit = Edit::replace(read.span, "1");
    only_after_failure.then(|| Fix::proposed("a status that says that something failed", vec![edit]))
}
