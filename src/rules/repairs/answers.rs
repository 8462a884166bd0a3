//! Answers, readers and unset variables, which strict options would take for failures.

use crate::diagnostic::Edit;
use crate::rules::Context;
use crate::rules::operands::{asks, end};
use crate::syntax::{Command, CommandKind, Operation, Parameter, Part, Pipeline};
use crate::text::Span;

pub(super) fn calm(cx: &Context<'_>, at: Span) -> Option<Vec<Edit>> {
    if let Some(parameter) = parameter(cx, at) {
        return default(cx, parameter);
    }
    if let Some(pipeline) = cx.all_pipelines().find(|pipeline| pipeline.span == at)
        && let Some(edits) = answer(cx, pipeline)
    {
        return Some(edits);
    }
    reader(cx, cx.command_at(at)?)
}

fn parameter<'a>(cx: &Context<'a>, at: Span) -> Option<&'a Parameter> {
    let mut found = None;
    for command in cx.commands() {
        let script = &cx.units.scripts[cx.units.unit_of(command.id).0 as usize];
        let here = command.redirects.iter().filter_map(|redirect| script.here_document(redirect));
        let words = command.words().flat_map(|word| &word.parts);
        for part in words.chain(here.flat_map(|it| &it.parts)) {
            part.each(&mut |part| {
                if let Part::Parameter(parameter) = part
                    && parameter.span == at
                {
                    found = Some(&**parameter);
                }
            });
        }
    }
    found
}

/// `$x` becomes `${x:-}`, which is the same, set or unset.
fn default(cx: &Context<'_>, parameter: &Parameter) -> Option<Vec<Edit>> {
    let name = cx.text(parameter.name);
    let text = cx.text(parameter.span);
    let plain = text == format!("${name}") || text == format!("${{{name}}}");
    (parameter.operation == Operation::Value && plain)
        .then(|| vec![Edit::replace(parameter.span, format!("${{{name}:-}}"))])
}

fn answer(cx: &Context<'_>, pipeline: &Pipeline) -> Option<Vec<Edit>> {
    let statement = cx.statements().find(|it| it.span == pipeline.span)?;
    let last = pipeline.commands.last().filter(|_| !pipeline.negated && !statement.background)?;
    let is_read =
        cx.trace.status_reads.iter().filter_map(|read| read.setter).any(|it| it.span == pipeline.span);
    if is_read {
        return None;
    }
    if let Some(edit) = arithmetic(cx, last) {
        return Some(vec![edit]);
    }
    let asked = asks(cx, last) || assigned_answer(cx, last);
    asked.then(|| vec![Edit::insert(pipeline.span, pipeline.span.end, " || [ $? -eq 1 ]")])
}

/// `n=$(grep -c x file)`
fn assigned_answer(cx: &Context<'_>, command: &Command) -> bool {
    let assigns = command.as_simple().is_some_and(|simple| simple.words.is_empty());
    let inside = cx.trace.entries.iter().filter(|entry| command.span.contains(entry.span));
    let last = inside.max_by_key(|entry| entry.span.end).and_then(|entry| cx.command(entry));
    assigns && last.is_some_and(|it| asks(cx, it))
}

/// `((i++))` becomes `i=$((i + 1))`, any other one an argument of `:`, which is true whatever it comes to.
fn arithmetic(cx: &Context<'_>, command: &Command) -> Option<Edit> {
    let text = cx.text(command.span);
    let inside = if matches!(command.kind, CommandKind::Arithmetic(_)) {
        text.strip_prefix("((")?.strip_suffix("))")?
    } else if cx.command_name(command.id).as_deref() == Some("let") && command.redirects.is_empty() {
        text.strip_prefix("let")?
    } else {
        return None;
    };
    let expression = inside.trim().trim_matches(['"', '\'']).trim();
    if let Some((name, sign)) = counted(expression) {
        return Some(Edit::replace(command.span, format!("{name}=$(({name} {sign} 1))")));
    }
    let double = matches!(command.kind, CommandKind::Arithmetic(_)) && command.redirects.is_empty();
    double.then(|| Edit::insert(command.span, command.span.start, ": $"))
}

/// The variable that is counted up or down by one.
fn counted(expression: &str) -> Option<(&str, char)> {
    let up = expression.strip_suffix("++").or_else(|| expression.strip_prefix("++"));
    let down = || expression.strip_suffix("--").or_else(|| expression.strip_prefix("--"));
    let (name, sign) = up.map(|name| (name, '+')).or_else(|| Some((down()?, '-')))?;
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| !c.is_ascii_digit());
    is_name.then_some((name, sign))
}

/// A reader that leaves early is made to read all, where that comes to an end: `head -n 1` becomes `sed -n 1p`, `grep -q x`
/// becomes `grep x >/dev/null`.
fn reader(cx: &Context<'_>, command: &Command) -> Option<Vec<Edit>> {
    let pipeline = cx.pipelines().find(|it| it.commands.iter().any(|own| own.id == command.id))?;
    let writers = pipeline.commands.split(|own| own.id == command.id).next()?;
    if !end(cx, writers) {
        return None;
    }
    let words = cx.literals(command);
    let simple = command.as_simple().filter(|simple| simple.assignments.is_empty())?;
    let literal = |at: usize| words.get(at).and_then(Option::as_deref);
    match (literal(0), literal(1), literal(2), words.len()) {
        (Some("head"), lines, number, 1..=3) => {
            let lines = head_lines(lines, number, words.len())?;
            let range = if lines == 1 { "1p".to_owned() } else { format!("1,{lines}p") };
            let end = simple.words.last()?.span.end;
            Some(vec![Edit::replace(Span { end, ..simple.words[0].span }, format!("sed -n {range}"))])
        }
        (Some("grep"), Some("-q"), _, 3..) if command.redirects.is_empty() => Some(vec![
            Edit::replace(Span { start: simple.words[0].span.end, ..simple.words[1].span }, ""),
            Edit::insert(command.span, command.span.end, " >/dev/null"),
        ]),
        _ => None,
    }
}

/// How many lines `head` takes.
fn head_lines(first: Option<&str>, second: Option<&str>, words: usize) -> Option<u32> {
    match (first, second, words) {
        (None, None, 1) => Some(10),
        (Some("-n"), Some(number), 3) => number.parse().ok(),
        (Some(option), None, 2) => {
            option.strip_prefix("-n").or_else(|| option.strip_prefix('-'))?.parse().ok()
        }
        _ => None,
    }
    .filter(|lines| *lines > 0)
}
