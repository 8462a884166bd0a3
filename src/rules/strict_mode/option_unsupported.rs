//! An option or a trap that the script's shell does not know.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::flow::Fate;
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::Dialect;
use crate::syntax::Command;

pub static RULE: Rule = Rule {
    id: RuleId("option-unsupported"),
    family: Family::StrictMode,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/strict-mode/option-unsupported.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    // A script that asks which shell it runs in knows what it does.
    let source = String::from_utf8_lossy(cx.units.source(crate::text::FileId(0)));
    if ["BASH_VERSION", "ZSH_VERSION", "KSH_VERSION"].iter().any(|name| source.contains(name)) {
        return;
    }
    for command in cx.commands() {
        let Some((what, comes_to, severity)) = unsupported(cx, command).filter(|_| !is_guarded(cx, command))
        else {
            continue;
        };
        let shell = cx.dialect().name();
        let message = format!("`{what}` is not known to {shell}: {comes_to}");
        let finding = Diagnostic::new(RULE.id, severity, command.span, message)
            .help("name bash in the first line, or do without");
        out.add([Topic::Code(command.span)], finding);
    }
}

/// What the shell does not know, and what it does then (`pf.support pf.support.euo err.sh fix.inherit.old`).
fn unsupported(cx: &Context<'_>, command: &Command) -> Option<(String, &'static str, Severity)> {
    let words = cx.literals(command);
    let words: Vec<&str> = words.iter().map(|word| word.as_deref().unwrap_or_default()).collect();
    let (name, args) = words.split_first()?;
    let dash = matches!(cx.dialect(), Dialect::Sh | Dialect::Dash);
    match *name {
        "set" if dash && args.contains(&"pipefail") && args[0].starts_with(['-', '+']) => {
            let sure = cx.dialect() == Dialect::Dash;
            let severity = if sure { Severity::Error } else { Severity::Warning };
            Some(("pipefail".to_owned(), "where sh is dash 0.5.12, the script ends here with 2", severity))
        }
        "shopt" if cx.dialect() != Dialect::Bash => Some((
            "shopt".to_owned(),
            "the command is not found, and the option stays off",
            Severity::Warning,
        )),
        "trap" if dash && args.len() > 1 && args[1..].contains(&"ERR") => {
            Some(("ERR".to_owned(), "the trap is refused, and never runs", Severity::Warning))
        }
        _ => None,
    }
}

/// In a test, or with its message thrown away: the author knows.
fn is_guarded(cx: &Context<'_>, command: &Command) -> bool {
    let entry = cx.entry_by_id(command.id);
    let looked = entry
        .and_then(|entry| entry.on_failure.as_ref())
        .is_some_and(|it| matches!(it.fate, Fate::Handled | Fate::Swallowed));
    looked || !command.redirects.is_empty() || cx.is_tested(command.span)
}
