//! A command reads a file that its own redirection empties first.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::operands::{read_files, unquoted};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, Pipeline, Redirect, RedirectOperator};

pub static RULE: Rule = Rule {
    id: RuleId("truncating-self-redirect"),
    family: Family::Cleanup,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/cleanup/truncating-self-redirect.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for pipeline in cx.all_pipelines() {
        let simple = |command: &&Command| matches!(command.kind, CommandKind::Simple(_));
        let Some(last) = pipeline.commands.last().filter(simple) else { continue };
        for redirect in last.redirects.iter().filter(|redirect| empties(cx, redirect)) {
            let path = unquoted(cx, &redirect.target);
            if let Some(reader) = reader(cx, pipeline, &path) {
                let name = cx.first_word(reader.span);
                let message = format!("`{path}` is empty before `{name}` reads it");
                let finding = Diagnostic::new(RULE.id, RULE.severity, pipeline.span, message)
                    .because(redirect.span, "the shell opens this first, and empties it")
                    .help("write to another file, and move it into place when that has worked");
                out.add([Topic::Destroy(redirect.span)], finding);
            }
        }
    }
}

fn empties(cx: &Context<'_>, redirect: &Redirect) -> bool {
    let writes = matches!(redirect.operator, RedirectOperator::Write | RedirectOperator::Clobber);
    let output = cx.is_output(redirect);
    // A terminal is read and written by one name, and cannot be emptied.
    let terminal =
        ["tty", "/dev/", "console"].iter().any(|name| cx.text(redirect.target.span).contains(name));
    writes && output && !terminal && cx.is_file(redirect)
}

/// The command of the pipeline that reads the file at that path.
fn reader<'a>(cx: &Context<'_>, pipeline: &'a Pipeline, path: &str) -> Option<&'a Command> {
    let by_redirect = |command: &Command| {
        let mut reads =
            command.redirects.iter().filter(|redirect| redirect.operator == RedirectOperator::Read);
        reads.any(|redirect| unquoted(cx, &redirect.target) == path)
    };
    let reads =
        |command: &Command| by_redirect(command) || read_files(cx, command).iter().any(|file| file == path);
    pipeline.commands.iter().find(|command| reads(command))
}
