//! A remote command in a `while read` loop reads what the loop was to read: the loop ends after one round.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::operands::takes_input;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, Loop, Pipeline, RedirectOperator};

pub static RULE: Rule = Rule {
    id: RuleId("ssh-in-loop-eats-stdin"),
    family: Family::Remote,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/remote/ssh-in-loop-eats-stdin.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for pipeline in cx.all_pipelines() {
        for (index, command) in pipeline.commands.iter().enumerate() {
            let CommandKind::Loop(each) = &command.kind else { continue };
            let Some(read) = reads_input(cx, each).filter(|_| index > 0 || is_fed(command)) else { continue };
            for taker in takers(cx, each) {
                out.add([Topic::Code(taker.span)], report(cx, taker, read));
            }
        }
    }
}

/// The `read` of the loop's condition that reads standard input.
fn reads_input<'a>(cx: &Context<'_>, each: &'a Loop) -> Option<&'a Command> {
    let commands = each.condition.statements.iter().filter_map(|it| it.only_pipeline()?.only_command());
    commands.into_iter().find(|command| {
        let words = cx.literals(command);
        let other = words.iter().flatten().any(|word| word.starts_with("-u"));
        words.first() == Some(&Some("read".to_owned())) && !other && command.redirects.is_empty()
    })
}

fn is_fed(command: &Command) -> bool {
    use RedirectOperator::{HereDocument, HereString, Read};
    command.redirects.iter().any(|redirect| {
        matches!(redirect.operator, Read | HereDocument | HereString) && redirect.descriptor.is_none()
    })
}

/// Commands of the body that read all of its standard input, and are given no other.
fn takers<'a>(cx: &Context<'a>, each: &Loop) -> Vec<&'a Command> {
    let (Some(first), Some(last)) = (each.body.statements.first(), each.body.statements.last()) else {
        return Vec::new();
    };
    let body = first.span.to(last.span);
    let inside = cx.commands().filter(|command| body.contains(command.span));
    inside
        .filter(|command| takes_input(cx, command) && !is_fed(command) && !is_piped_to(cx, command))
        .collect()
}

fn is_piped_to(cx: &Context<'_>, command: &Command) -> bool {
    let behind = |pipeline: &Pipeline| pipeline.commands[1..].iter().any(|it| it.span.contains(command.span));
    cx.pipelines().any(behind)
}

fn report(cx: &Context<'_>, taker: &Command, read: &Command) -> Diagnostic {
    let name = cx.first_word(taker.span);
    let message =
        format!("`{name}` reads the lines that are meant for `read`: the loop ends after its first round");
    Diagnostic::new(RULE.id, RULE.severity, taker.span, message)
        .because(read.span, "this finds nothing left")
        .help(format!("`{name} -n …`, or `< /dev/null` behind it"))
}
