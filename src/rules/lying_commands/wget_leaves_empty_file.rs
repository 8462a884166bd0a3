//! `wget -O file` makes the file before anything has come, and leaves it there when nothing comes.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::cause::{explained, severity};
use crate::rules::edits;
use crate::rules::operands::{unquoted, written};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("wget-leaves-empty-file"),
    family: Family::LyingCommands,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Work,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/lying-commands/wget-leaves-empty-file.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let lost = cx.lost().filter(|cause| cause.entry.name == "wget");
    for cause in out.open(RULE.id, lost) {
        let Some(command) = cx.command(cause.entry) else { continue };
        let named = written(cx, command).into_iter().find(|path| path != "-" && !path.starts_with("/dev/"));
        let Some(file) = named.filter(|file| !is_weighed(cx, file)) else { continue };
        let message = format!("when `wget` fails, `{file}` is there all the same, empty or cut short");
        let finding =
            Diagnostic::new(RULE.id, severity(cx, RULE.severity, &[cause]), cause.entry.span, message)
                .help("`wget -O … || exit 1`, or remove the file where it fails")
                .fix(edits::or_exit(cx, command.span));
        out.add_lost(&[cause], explained(finding, &[cause]));
    }
}

/// Whether a test asks for what is in the file: `[ -s file ]`.
fn is_weighed(cx: &Context<'_>, file: &str) -> bool {
    cx.commands().any(|command| {
        let words: Vec<String> = command.words().map(|word| unquoted(cx, word)).collect();
        cx.is_test(command) && words.iter().any(|word| word == "-s") && words.iter().any(|word| word == file)
    })
}
