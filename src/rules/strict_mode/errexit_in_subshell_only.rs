//! `set -e` stands in a subshell: it ends only that, and nobody looks at the subshell's status.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::flow::{By, Errexit, Fate};
use crate::rules::cause::{Cause, explained, names, severity};
use crate::rules::options_set::sets_errexit;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};
use crate::syntax::{Command, CommandKind};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("errexit-in-subshell-only"),
    family: Family::StrictMode,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1).but_not(Preset::Explicit),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/strict-mode/errexit-in-subshell-only.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for set in cx.commands().filter(|command| sets_errexit(cx, command, '-')) {
        let Some(process) = process_around(cx, set.span) else { continue };
        let passed_over = cx.lost().filter(|cause| ends_only(cause, process, set.span));
        let causes = out.open(RULE.id, passed_over);
        if causes.is_empty() {
            continue;
        }
        let first = names(&causes[..causes.len().min(3)]);
        let message = format!(
            "`{}` ends only this subshell when {first} fails: the script goes on and exits 0",
            cx.text(set.span)
        );
        let finding = Diagnostic::new(RULE.id, severity(cx, RULE.severity, &causes), set.span, message)
            .help(
                "turn errexit on for the whole script, or look at `$?` behind the subshell: as a condition, or before \
                 `||`, the subshell would not mind its own `set -e`",
            )
            .fix(look_at_status(cx, process));
        out.add_lost(&causes, explained(finding, &causes));
    }
}

/// The narrowest subshell or substitution around a place.
fn process_around(cx: &Context<'_>, place: Span) -> Option<Span> {
    let is_subshell = |command: &&Command| matches!(command.kind, CommandKind::Subshell(_));
    let subshells = cx.commands().filter(is_subshell).map(|command| command.span);
    let around = subshells.chain(cx.substitutions().iter().copied()).filter(|span| span.contains(place));
    around.min_by_key(|span| span.len())
}

/// Whether errexit ends the subshell at this command, and whatever stands behind the subshell overwrites its status.
fn ends_only(cause: &Cause<'_>, process: Span, set: Span) -> bool {
    let it = cause.on_failure;
    let place = cause.entry.span;
    it.fate == Fate::Ignored
        && it.errexit == Errexit::Live
        && matches!(it.by, Some(By::NextCommand | By::End))
        && process.contains(place)
        && place.start > set.end
}

/// A look at `$?` behind a subshell that is a statement of its own: behind `||` its errexit would be ignored.
fn look_at_status(cx: &Context<'_>, process: Span) -> Option<Fix> {
    let statement = cx.top_statement(process)?;
    let subshell = statement.only_pipeline()?.only_command()?;
    let alone = subshell.span == process && !statement.background && cx.stands_alone(statement.span);
    if !alone || !cx.is_program() || cx.has_carriage_returns() {
        return None;
    }
    let edit = Edit::insert(statement.span, statement.span.end, "\n[ $? -eq 0 ] || exit 1");
    Some(Fix::proposed("end the script where the subshell fails", vec![edit]))
}
