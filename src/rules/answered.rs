//! What becomes of the answer of a server that `curl` takes for what was asked for.

use super::lies::Liar;
use super::operands::{carries, only_looks, only_shows, plain, prepares, unquoted, written};
use super::refused::is_heard;
use super::{Context, Rule};
use crate::diagnostic::Diagnostic;
use crate::flow::{Entry, Fate};
use crate::syntax::Command;

/// Whether nothing notices an error that the server answers: it stays in a file at which no command looks, or it is said to
/// something that was sent.
pub(super) fn is_kept(cx: &Context<'_>, liar: &Liar<'_>) -> bool {
    let files = files(cx, liar.command);
    if files.is_empty() {
        return sends(cx, liar.command) && !is_taken(cx, liar.command);
    }
    !files.iter().any(|file| is_looked_at(cx, liar.command, file))
}

/// The finding at the command, with what it means, and the option that tells of such an answer.
pub(super) fn told(cx: &Context<'_>, rule: &Rule, liar: &Liar<'_>, message: String) -> Diagnostic {
    let name = &liar.entry.name;
    Diagnostic::new(rule.id, rule.severity, liar.entry.span, message)
        .here("the text of the error is then taken for what was asked for")
        .help(format!("`{name} -f …`, or `--fail-with-body` where the text of the error is wanted"))
        .fix(liar.made_honest(cx))
}

/// Whether the answer is the value of a substitution, or what the next command of a pipeline is fed.
fn is_taken(cx: &Context<'_>, command: &Command) -> bool {
    let before = cx
        .pipelines()
        .filter_map(|pipeline| pipeline.commands.split_last())
        .any(|(_, before)| before.iter().any(|it| it.span.contains(command.span)));
    before || cx.is_substituted(command.span)
}

/// The files in which the answer is kept.
fn files(cx: &Context<'_>, command: &Command) -> Vec<String> {
    let mut files = written(cx, command);
    let words = command.simple_words();
    if words.iter().any(|word| keeps_name(&unquoted(cx, word))) {
        let urls = words.iter().map(|word| unquoted(cx, word)).filter(|word| !word.starts_with('-'));
        files.extend(urls.filter_map(|url| Some(url.rsplit_once('/')?.1.to_owned())));
    }
    files.retain(|file| !file.is_empty());
    files
}

/// Whether a word asks that the file have the name that it has at the server: `-O`, `-fsSLO`.
fn keeps_name(word: &str) -> bool {
    let flags = word.strip_prefix('-').filter(|flags| !flags.starts_with(['-', 'X', 'H', 'd', 'F', 'u']));
    let flags = flags.filter(|flags| flags.chars().all(|flag| flag.is_ascii_alphabetic()));
    flags.is_some_and(|flags| flags.contains('O')) || word.starts_with("--remote-name")
}

/// Whether something is sent to the server, by a method or a form of its own.
fn sends(cx: &Context<'_>, command: &Command) -> bool {
    const LONG: [&str; 6] = ["--data", "--json", "--form", "--upload-file", "--request", "--url-query"];
    command.simple_words().iter().map(|word| unquoted(cx, word)).any(|word| {
        let short = word.strip_prefix('-').filter(|flags| !flags.starts_with('-'));
        LONG.iter().any(|long| word.starts_with(long))
            || short.is_some_and(|flags| flags.starts_with(['d', 'F', 'T', 'X']))
    })
}

/// Whether a command behind it names the file, and would tell of a text of another kind: what it makes of that is a value, or it
/// does more than to move, to mark or to show it, and its failure is heard.
fn is_looked_at(cx: &Context<'_>, command: &Command, file: &str) -> bool {
    let file = plain(file);
    let behind = cx.trace.entries.iter().filter(|entry| {
        entry.span.file == command.span.file && entry.span.start >= command.span.end && !entry.is_function
    });
    behind.filter(|entry| plain(&cx.text(entry.span)).contains(&file)).any(|entry| {
        let moves = matches!(entry.name.as_str(), "mv" | "cp" | "ln" | "install" | "rm");
        let is_handled = || entry.on_failure.as_ref().is_some_and(|it| it.fate == Fate::Handled);
        let acts = || !moves && !carries(cx, entry) && !prepares(cx, entry) && tells(cx, entry);
        let refuses = || acts() && (is_heard(entry) || is_handled());
        cx.is_substituted(entry.span) || refuses()
    })
}

/// Whether a command does more with a file than to see that it is there, or to show it.
fn tells(cx: &Context<'_>, entry: &Entry) -> bool {
    let tests = cx.command(entry).is_some_and(|command| cx.is_test(command));
    !tests && !only_looks(cx, entry) && !only_shows(cx, entry)
}
