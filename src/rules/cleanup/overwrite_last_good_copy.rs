//! A command that can fail writes straight over the last good copy of what it makes.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::operands::{makes, read_files, removed, unquoted};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Preset, Presets, Rule, State};
use crate::syntax::{Pipeline, Redirect, RedirectOperator};

pub static RULE: Rule = Rule {
    id: RuleId("overwrite-last-good-copy"),
    family: Family::Cleanup,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::only(&[Preset::Cron], 1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/cleanup/overwrite-last-good-copy.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    if !cx.is_program() {
        return;
    }
    for pipeline in cx.all_pipelines() {
        let entries =
            cx.trace.entries.iter().filter(|entry| pipeline.commands.iter().any(|it| it.id == entry.id));
        let Some(maker) = entries.into_iter().find(|entry| entry.on_failure.is_some() && makes(cx, entry))
        else {
            continue;
        };
        let Some(redirect) = kept(cx, pipeline) else { continue };
        let (name, path) = (&maker.name, unquoted(cx, &redirect.target));
        let message = format!(
            "`{path}` is emptied before `{name}` has made anything: when that fails, no copy is left"
        );
        let finding = Diagnostic::new(RULE.id, RULE.severity, redirect.span, message)
            .because(maker.span, "when this fails …")
            .help("write to another name beside it, and `mv` it into place when all has worked");
        out.add([Topic::Destroy(redirect.span)], finding);
    }
}

/// Where the output goes: to a file that has the same name in every run, and that the script itself does not use up.
fn kept<'a>(cx: &Context<'a>, pipeline: &'a Pipeline) -> Option<&'a Redirect> {
    let last = pipeline.commands.last()?;
    let writes = |redirect: &&Redirect| {
        let operator = matches!(redirect.operator, RedirectOperator::Write | RedirectOperator::Clobber);
        operator && cx.is_output(redirect) && cx.is_file(redirect)
    };
    let redirect = last.redirects.iter().find(writes)?;
    let path = cx.literal(&redirect.target)?;
    let lasts = path.starts_with('/')
        && !["/tmp", "/var/tmp", "/run", "/proc", "/sys"].iter().any(|it| path.starts_with(it));
    let used_up = |path: &String| {
        let entries = cx.trace.entries.iter();
        let removes = entries.into_iter().any(|entry| removed(cx, entry).contains(path));
        removes || cx.commands().any(|command| read_files(cx, command).contains(path))
    };
    (lasts && !used_up(&path)).then_some(redirect)
}
