//! `exit` or `return` without a number, after the command that tells of a failure: the status is that command's, 0.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{Reading, StatusRead};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("exit-without-status-after-output"),
    family: Family::Handlers,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
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
        if !cx.only_prints(command) || !cx.units.vocabulary.claims.claims_failure(&cx.message(command)) {
            continue;
        }
        let (word, name) = (cx.text(read.span), cx.first_word(command.span));
        let message = format!("`{word}` after a failure hands on the status of `{name}`, which is 0");
        let finding = Diagnostic::new(RULE.id, RULE.severity, read.span, message)
            .because(command.span, "its status is what counts here")
            .help(format!("`{word} 1`, or keep the status before anything else runs: `rc=$?`"))
            .fix(Some(fix(read, &word)));
        out.add([Topic::Code(read.span)], finding);
    }
}

fn is_always_zero(read: &StatusRead) -> bool {
    read.zero && !read.nonzero
}

fn fix(read: &StatusRead, word: &str) -> Fix {
    let edit = Edit::insert(read.span, read.span.end, " 1");
    Fix::proposed(format!("`{word}` with a status that says that something failed"), vec![edit])
}
