//! A NUL in a script: some shells refuse it, others leave it out without a word.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::Dialect;
use crate::syntax::damage::first_nul;
use crate::text::FileId;

pub static RULE: Rule = Rule {
    id: RuleId("nul-byte"),
    family: Family::Text,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/text/nul-byte.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let text = cx.units.source(FileId(0));
    let Some(nul) = first_nul(cx.units.script(), text) else { return };
    // Seen: bash 5.2 looks for one up to the first line end, ksh 93u+m anywhere; both then exit with 126.
    let on_first_line = cx.lines.line(nul.start) == 1;
    let message = match cx.dialect() {
        Dialect::Bash if on_first_line => {
            "a NUL on the first line: bash takes the script for a program, and refuses it"
        }
        Dialect::Ksh => "a NUL: ksh takes the script for a program, and refuses it",
        _ => "a NUL: the shell leaves it out, and reads what stands around it as one word",
    };
    let finding = Diagnostic::new(RULE.id, RULE.severity, nul, message)
        .here("a byte that no editor shows")
        .help("look how it came there: the file may be damaged, or written in UTF-16");
    out.add([], finding);
}
