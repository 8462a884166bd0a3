//! Options that stand in the `#!` line alone are gone when the script is run by `bash script`.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};
use crate::syntax::Pipeline;

pub static RULE: Rule = Rule {
    id: RuleId("option-only-in-shebang"),
    family: Family::StrictMode,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::only(&[Preset::Strict], 1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/strict-mode/option-only-in-shebang.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let Some(head) = cx.head() else { return };
    let line = cx.text(head);
    let Some(options) = options(&line).filter(|_| cx.is_program() && cx.causes().next().is_some()) else {
        return;
    };
    let sets = cx.units.script().body.statements.iter().any(|statement| {
        let command = statement.only_pipeline().and_then(Pipeline::only_command);
        command.is_some_and(|command| cx.command_name(command.id).as_deref() == Some("set"))
    });
    if sets {
        return;
    }
    let message = format!(
        "`{options}` holds only where the script is run by its own name: `bash script` does not see it"
    );
    let finding = Diagnostic::new(RULE.id, RULE.severity, head, message)
        .help(format!("`set {options}` as the first command"));
    out.add([Topic::Code(head)], finding);
}

/// The options behind the shell's name that turn errexit on.
fn options(line: &str) -> Option<&str> {
    let (_, options) = line.strip_prefix("#!")?.trim().split_once([' ', '\t'])?;
    let options = options.trim();
    let letters = options.strip_prefix('-').filter(|rest| rest.chars().all(|c| c.is_ascii_lowercase()))?;
    letters.contains('e').then_some(options)
}
