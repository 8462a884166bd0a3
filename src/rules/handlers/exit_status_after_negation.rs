//! The status is read after `if ! command`, where it is 0 whatever the command's was.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Reading, StatusRead};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("exit-status-after-negation"),
    family: Family::Handlers,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/handlers/exit-status-after-negation.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let reads = cx.trace.status_reads.iter().filter(|read| read.reading == Reading::Status);
    for read in reads.filter(|read| read.zero && !read.nonzero) {
        let Some(setter) = read.setter.filter(|setter| setter.negated && setter.tested) else { continue };
        if !cx.decides(read) {
            continue;
        }
        let name =
            cx.command_by_id(setter.command).map(|command| cx.first_word(command.span)).unwrap_or_default();
        let message = format!("`$?` is 0 here: the status is that of `! {name}`, which has just been true");
        let finding = Diagnostic::new(RULE.id, RULE.severity, read.span, message)
            .because(setter.span, "`!` makes 0 of the status that is wanted")
            .help(format!("`if {name} …; then :; else rc=$?; …`, or `{name} … || exit`"))
            .fix(fix(cx, read));
        out.add([Topic::Code(read.span)], finding);
    }
}

/// What leaves the function or the script, leaves it because something failed.
fn fix(cx: &Context<'_>, read: &StatusRead) -> Option<Fix> {
    let name = cx.command_name(read.command).filter(|name| matches!(name.as_str(), "exit" | "return"))?;
    Some(Fix::proposed(format!("`{name} 1`"), vec![Edit::replace(read.span, "1")]))
}
