//! A line that the script gives to cron throws away all that its command says: nobody is told when it fails.

use crate::diagnostic::{Diagnostic, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::noticed::feeds;
use crate::rules::operands::written;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::Command;
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("cron-output-discarded"),
    family: Family::Observability,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Never,
    page: include_str!("../../../rules/observability/cron-output-discarded.md"),
    check,
};

/// Ways to throw away what a command says and its errors, without blanks.
const DISCARDS_BOTH: [&str; 4] = [">/dev/null2>&1", "&>/dev/null", ">&/dev/null", "2>/dev/null>/dev/null"];

/// Signs that the line itself tells somebody what has become of it.
const TELLS: [&str; 6] = ["||", "curl", "wget", "logger", "mail", "notify"];

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for command in cx.commands().filter(|command| is_installed(cx, command)) {
        for (place, line) in lines(cx, command) {
            if is_discarded(&line) {
                out.add([Topic::Code(place)], report(place));
            }
        }
    }
}

/// Whether what a command prints or is fed becomes a table of cron: `crontab -`, `> /etc/cron.d/shop`.
fn is_installed(cx: &Context<'_>, command: &Command) -> bool {
    let table = |file: &String| file == "/etc/crontab" || file.starts_with("/etc/cron.d/");
    let installs = |command: &Command| {
        let named = cx.literals(command).iter().flatten().any(|word| word == "crontab");
        named || written(cx, command).iter().any(table)
    };
    let fed = |command: &Command| {
        let mut pipelines = cx.pipelines().filter(|pipeline| feeds(pipeline, command.span));
        pipelines.any(|pipeline| pipeline.commands.last().is_some_and(installs))
    };
    command.as_simple().is_some() && (installs(command) || fed(command))
}

/// The lines of a here-document, each with its place; or what a command prints, as it is written, quotes taken off.
fn lines(cx: &Context<'_>, command: &Command) -> Vec<(Span, String)> {
    if let Some(body) = command.redirects.iter().find_map(|redirect| cx.here_document_span(command, redirect))
    {
        let mut start = body.start;
        let text = cx.text(body);
        let placed = text.split_inclusive('\n').map(|line| {
            let place = Span { start, end: start + line.trim_end().len() as u32, ..body };
            start += line.len() as u32;
            (place, line.to_owned())
        });
        return placed.collect();
    }
    let words = command.as_simple().filter(|_| cx.only_prints(command)).map(|simple| simple.words.as_slice());
    let words = words.and_then(|words| words.get(1..)).unwrap_or_default();
    let words: Vec<String> = words.iter().map(|word| cx.text(word.span).replace(['"', '\''], "")).collect();
    let printed = words.join(" ").replace("\\n", "\n").replace("\\t", " ");
    printed.lines().map(|line| (command.span, line.to_owned())).collect()
}

/// Whether it is a line with a time and a command, of which neither output nor errors are left, and that tells nobody itself.
fn is_discarded(line: &str) -> bool {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let is_time = |field: &&str| {
        field.contains(|c: char| c.is_ascii_digit() || matches!(c, '*' | '$'))
            && field.chars().all(|c| c.is_ascii_alphanumeric() || "*/,-${}_()".contains(c))
    };
    let timed = fields.first().is_some_and(|field| field.starts_with('@'))
        || fields.len() > 5 && fields[..5].iter().all(is_time);
    let joined = fields.concat();
    let tells = TELLS.iter().any(|sign| line.contains(sign));
    timed && !tells && DISCARDS_BOTH.iter().any(|sign| joined.ends_with(sign))
}

fn report(place: Span) -> Diagnostic {
    let message =
        "cron mails what a command says: of this one nothing is left, and nobody hears when it fails";
    Diagnostic::new(RULE.id, RULE.severity, place, message).help(
        "throw away what it says when all is well, `> /dev/null`, and leave it its errors; or keep a log, and tell somebody when it fails",
    )
}
