//! A byte order mark at the start of a script: to the shell it is a part of the first word.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::damage::byte_order_mark;
use crate::text::FileId;

pub static RULE: Rule = Rule {
    id: RuleId("byte-order-mark"),
    family: Family::Text,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/text/byte-order-mark.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let text = cx.units.source(FileId(0));
    let Some(mark) = byte_order_mark(cx.units.script(), text) else { return };
    let hides_shebang = text[mark.range().end..].starts_with(b"#!");
    let message = if hides_shebang {
        "a byte order mark hides the `#!` line: the shell takes it for the name of a command"
    } else {
        "a byte order mark stands before the first word, and the shell takes it for a part of that"
    };
    let fix = Fix::unsafe_because(
        "take the byte order mark off",
        vec![Edit::replace(mark, "")],
        "line 1: another shell may run the script, and its first command becomes another one",
    );
    let finding = Diagnostic::new(RULE.id, RULE.severity, mark, message)
        .here("three bytes that no editor shows")
        .help("save the file as UTF-8 without a byte order mark")
        .fix(Some(fix));
    out.add([], finding);
}
