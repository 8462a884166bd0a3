//! What a command reads, writes and removes, as the table of commands says.

use super::Context;
use super::noticed::feeds;
use crate::flow::Entry;
use crate::shell::knowledge::{Arg, CommandFacts, InnerText, Input, Operands, Place, Reading, Role, Roles};
use crate::syntax::{Command, CommandKind, For, Pipeline, Redirect, RedirectOperator, Word};
use crate::text::Span;

/// How many wrappers may stand before the command that does the work.
const MAX_WRAPPERS: usize = 4;

/// Whether a command makes or brings data, so that its failure leaves a hole; a mere filter does not.
pub(super) fn produces(cx: &Context<'_>, entry: &Entry) -> bool {
    let Some(command) = cx.command(entry) else { return false };
    let Some((roles, _)) = read(cx, command) else { return false };
    let making =
        [Role::Produce, Role::Build, Role::Transfer, Role::Deploy, Role::Verify, Role::MutateService];
    roles.contains_any(&making) || carries_out_file(cx, command)
}

/// Whether a command carries out what is in a file, or puts it where it lasts: `psql shop < dump.sql`.
fn carries_out_file(cx: &Context<'_>, command: &Command) -> bool {
    keeps_input(cx, command) && is_fed_by_redirection(cx, command)
}

/// Whether a command's standard input is a file or a here-document.
pub(super) fn is_fed_by_redirection(cx: &Context<'_>, command: &Command) -> bool {
    use RedirectOperator::{HereDocument, HereString, Read};
    command.redirects.iter().any(|redirect| {
        matches!(redirect.operator, Read | HereDocument | HereString)
            && redirect.descriptor.is_none()
            && cx.text(redirect.target.span) != "/dev/null"
    })
}

/// Whether a command carries what it is fed somewhere that lasts: another host, a database, a shell.
pub(super) fn is_fed_elsewhere(cx: &Context<'_>, command: &Command) -> bool {
    if !matches!(command.kind, CommandKind::Simple(_)) {
        return false;
    }
    let Some((roles, _)) = read(cx, command) else { return false };
    roles.contains_any(&[Role::Transfer, Role::Deploy, Role::MutateService]) || keeps_input(cx, command)
}

/// Whether a command carries out what it is fed, or puts it where it lasts.
fn keeps_input(cx: &Context<'_>, command: &Command) -> bool {
    let name = command.as_simple().and_then(|simple| cx.literal(simple.words.first()?)).unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or_default();
    cx.units.vocabulary.commands.command(name).is_some_and(|facts| facts.keeps_input)
}

/// Whether a command with these roles does something to the world, whatever it prints.
fn acts(roles: Roles) -> bool {
    roles.contains_any(&[
        Role::Build,
        Role::Transfer,
        Role::Deploy,
        Role::Verify,
        Role::MutateService,
        Role::Destroy,
        Role::RunOther,
    ])
}

/// Whether a command does nothing but look: it filters, tells something, or brings in the functions of another file.
pub(super) fn only_looks(cx: &Context<'_>, entry: &Entry) -> bool {
    let Some(command) = cx.command(entry) else { return false };
    if matches!(entry.name.as_str(), "." | "source" | "eval")
        || cx.units.vocabulary.claims.is_log_function(&entry.name)
        || tells_of_itself(cx, command)
    {
        return true;
    }
    let Some((roles, operands)) = read(cx, command) else { return false };
    let writes = operands.changes
        || carries_out_file(cx, command)
        || command.redirects.iter().any(|redirect| {
            matches!(
                redirect.operator,
                RedirectOperator::Write | RedirectOperator::Append | RedirectOperator::Clobber
            ) && !cx.text(redirect.target.span).starts_with("/dev/")
        });
    let looks = roles.contains(Role::Inform) || roles.contains(Role::Transform);
    looks && !writes && !roles.contains(Role::Produce) && !acts(roles)
}

/// Whether a command is one that without operands tells how things are, or is asked for its version.
fn tells_of_itself(cx: &Context<'_>, command: &Command) -> bool {
    const WITHOUT_OPERANDS: [&str; 5] = ["mount", "swapon", "ifconfig", "route", "losetup"];
    let words = behind_wrappers(cx, command).unwrap_or_default();
    match words {
        [name] => {
            let name = unquoted(cx, name);
            WITHOUT_OPERANDS.contains(&name.rsplit('/').next().unwrap_or_default())
        }
        [_, option] => unquoted(cx, option) == "--version",
        _ => false,
    }
}

/// Whether a command tells what every machine knows, as the day: it looks at nothing that its words name.
pub(super) fn only_states(cx: &Context<'_>, entry: &Entry) -> bool {
    let Some(command) = cx.command(entry) else { return false };
    let words = command.simple_words();
    let is_option = |word: &Word| cx.text(word.span).starts_with(['-', '+']);
    let informs = read(cx, command).is_some_and(|(roles, _)| roles.contains(Role::Inform));
    informs && command.redirects.is_empty() && words.iter().skip(1).all(is_option)
}

/// Whether a command that makes data shows it, and puts it nowhere: `pip freeze`, `kubectl get pods`.
pub(super) fn only_shows(cx: &Context<'_>, entry: &Entry) -> bool {
    let span = entry.span;
    let shows = cx.command(entry).is_some_and(|command| {
        written(cx, command).is_empty()
            && read(cx, command).is_some_and(|(roles, operands)| {
                roles.contains(Role::Produce) && !operands.changes && !acts(roles)
            })
    });
    let kept = |outer: &Command| !written(cx, outer).is_empty();
    shows
        && !cx.is_substituted(span)
        && !cx.pipelines().any(|pipeline| feeds(pipeline, span) && !is_shown_behind(cx, pipeline, span))
        && !cx.outer_commands(span).any(kept)
}

/// Whether what a command prints goes through filters alone to where the script writes: `( …; df; … ) | expand`.
pub(super) fn is_shown_behind(cx: &Context<'_>, pipeline: &Pipeline, span: Span) -> bool {
    let behind = pipeline.commands.iter().skip_while(|it| !it.span.contains(span)).skip(1);
    let filters = |it: &Command| {
        let roles = read(cx, it).map(|(roles, _)| roles);
        roles.is_some_and(|roles| roles.contains(Role::Transform) && !acts(roles)) && !keeps_input(cx, it)
            || copies_input(cx, it)
    };
    let mut behind = behind.map(|it| filters(it) && written(cx, it).is_empty());
    behind.all(|shows| shows) && !cx.is_substituted(pipeline.span)
}

/// Whether all that a command does is to print: `echo`, or a log function by its name.
pub(super) fn only_prints(cx: &Context<'_>, command: &Command) -> bool {
    let name = command.as_simple().and_then(|simple| cx.literal(simple.words.first()?));
    read(cx, command).is_some_and(|(roles, _)| roles.contains(Role::Print))
        || name.is_some_and(|name| cx.units.vocabulary.claims.is_log_function(&name))
}

/// Whether a command passes on what it is fed, and puts a copy elsewhere: `tee log`.
pub(super) fn copies_input(cx: &Context<'_>, command: &Command) -> bool {
    passes_on(cx, command) && read(cx, command).is_some_and(|(_, operands)| operands.changes)
}

/// Whether a command passes on what it is fed, with a copy elsewhere or without: `tee`.
pub(super) fn passes_on(cx: &Context<'_>, command: &Command) -> bool {
    let working =
        [Role::Produce, Role::Build, Role::Transfer, Role::Deploy, Role::MutateService, Role::Destroy];
    let passes = |roles: Roles| roles.contains(Role::Transform) && !roles.contains_any(&working);
    let reads_all = || inmost(cx, command, |reading, _| reading.input()) == Some(Input::Whole);
    keeps_input(cx, command) && read(cx, command).is_some_and(|(roles, _)| passes(roles)) && reads_all()
}

/// Names of functions that are to end the script.
const DEADLY: [&str; 12] = [
    "die",
    "fail",
    "abort",
    "bail",
    "panic",
    "fatal",
    "error_exit",
    "exit_error",
    "err_exit",
    "exit_on_error",
    "exit_with_error",
    "die_with",
];

/// Whether a command is to end the script, by its name.
pub(super) fn is_deadly(name: &str) -> bool {
    DEADLY.contains(&name.to_lowercase().as_str())
}

/// Whether a command's messages are thrown away: nobody wants to hear of its failure.
pub(super) fn hushes_errors(cx: &Context<'_>, command: &Command) -> bool {
    let errors = |redirect: &&Redirect| {
        matches!(redirect.operator, RedirectOperator::WriteBoth) || cx.is_errors(redirect)
    };
    command.redirects.iter().filter(errors).any(|redirect| cx.text(redirect.target.span) == "/dev/null")
}

/// Whether nobody wants to hear of a failure: the messages are thrown away. `dd` tells of its success where others tell of a
/// failure.
pub(super) fn is_hushed(cx: &Context<'_>, entry: &Entry) -> bool {
    entry.name != "dd" && cx.command(entry).is_some_and(|command| hushes_errors(cx, command))
}

/// Whether `-f` stands among the options: `rm -rf`.
pub(super) fn is_forced(cx: &Context<'_>, command: &Command) -> bool {
    has_flag(cx, command, &['f'], "--force")
}

/// Whether one of the letters, or the long word, stands among the options of the command that does the work.
pub(super) fn has_flag(cx: &Context<'_>, command: &Command, letters: &[char], long: &str) -> bool {
    let words = behind_wrappers(cx, command).unwrap_or_default();
    let mut options = words.iter().map(|word| unquoted(cx, word)).filter(|text| text.starts_with('-'));
    options.any(|text| text == long || !text.starts_with("--") && text.contains(letters))
}

/// `make clean`, `make uninstall`: what is not taken away stays, and nothing is missing.
pub(super) fn clears(cx: &Context<'_>, command: Span) -> bool {
    const WORDS: [&str; 5] = ["clean", "distclean", "maintainer-clean", "mrproper", "uninstall"];
    cx.text(command).split_whitespace().skip(1).last().is_some_and(|word| WORDS.contains(&word))
}

/// The files that a command reads by its operands, as written, quotes taken off.
pub(super) fn read_files(cx: &Context<'_>, command: &Command) -> Vec<String> {
    read(cx, command).map(|(_, operands)| operands.sources.clone()).unwrap_or_default()
}

/// The files that a command writes, by its operands and its output.
pub(super) fn written(cx: &Context<'_>, command: &Command) -> Vec<String> {
    use RedirectOperator::{Append, AppendBoth, Clobber, Write, WriteBoth};
    let output = |redirect: &&Redirect| {
        matches!(redirect.operator, Write | Append | Clobber | WriteBoth | AppendBoth)
            && cx.is_output(redirect)
            && cx.is_file(redirect)
    };
    let redirected = command.redirects.iter().filter(output).map(|redirect| unquoted(cx, &redirect.target));
    let operands = read(cx, command).map(|(_, operands)| operands.written.as_slice()).unwrap_or_default();
    redirected.chain(operands.iter().cloned()).collect()
}

/// Whether a command fails where it is fed nothing: its status is an answer to what stands before it in a pipeline.
pub(super) fn refuses_empty(cx: &Context<'_>, command: &Command) -> bool {
    inmost(cx, command, |reading, _| reading.refuses_empty()) == Some(true)
}

/// Whether a command fails where a word in which the value stands alone, or behind an option's name, comes out empty: one in
/// quotes stays, another one goes away.
pub(super) fn wants(cx: &Context<'_>, command: &Command, value: &str) -> bool {
    let refused = inmost(cx, command, |reading, words| {
        words.iter().enumerate().any(|(arg, word)| {
            let text = unquoted(cx, word);
            let option = text.strip_prefix("--").and_then(|option| option.split_once('='));
            let stays = option.is_some() || cx.text(word.span).starts_with('"');
            option.map_or(text.as_str(), |(_, value)| value) == value
                && if stays { reading.refuses_empty_word(arg) } else { reading.refuses_missing_word(arg) }
        })
    });
    refused == Some(true)
}

/// Whether the file that `.` reads is known to leave the shell's options as they are.
pub(super) fn keeps_options(cx: &Context<'_>, command: &Command) -> bool {
    inmost(cx, command, |reading, _| reading.keeps_options()) == Some(true)
}

/// Whether a command may have enough before it has read all that it is fed: `head`, `grep -q`.
pub(super) fn stops_early(cx: &Context<'_>, command: &Command) -> bool {
    inmost(cx, command, |reading, _| reading.input() == Input::Early) == Some(true)
}

/// Whether a command may have more to say than a pipe holds: it makes data, brings it from elsewhere, or tells what is in it.
pub(super) fn writes_much(cx: &Context<'_>, command: &Command) -> bool {
    read(cx, command).is_some_and(|(roles, _)| {
        roles.contains_any(&[Role::Produce, Role::Transfer, Role::Verify])
            && !roles.contains_any(&[Role::Ask, Role::Inform])
    })
}

/// Whether a command picks what is old, to have it removed: `find -mtime`, `restic forget`.
pub(super) fn selects_old(cx: &Context<'_>, command: &Command) -> bool {
    inmost(cx, command, |reading, _| reading.selects_old()) == Some(true)
}

/// Whether the commands of a pipeline all end by themselves, however much of it is read: `find | sort`, and not `yes`.
pub(super) fn end(cx: &Context<'_>, commands: &[Command]) -> bool {
    let ends = |command: &Command| {
        inmost(cx, command, |reading, words| {
            let device = words.iter().any(|word| cx.text(word.span).contains("/dev/"));
            (reading.ends() && !device).then(|| reading.input())
        })
        .flatten()
    };
    let inputs: Option<Vec<Input>> = commands.iter().map(ends).collect();
    inputs.is_some_and(|inputs| inputs.first() == Some(&Input::None))
}

/// Whether a command makes data out of something else than its input.
pub(super) fn makes(cx: &Context<'_>, entry: &Entry) -> bool {
    let read = cx.command(entry).and_then(|command| read(cx, command));
    read.is_some_and(|(roles, _)| roles.contains(Role::Produce) && !roles.contains(Role::Ask))
}

/// Whether a command puts something in place: it builds, installs or unpacks it, brings a new state to where it is used, or
/// changes a file where it is (`gzip dump.sql`).
pub(super) fn puts_in_place(cx: &Context<'_>, entry: &Entry) -> bool {
    let Some(command) = cx.command(entry) else { return false };
    let read = read(cx, command);
    let puts = |roles: Roles, operands: &Texts| {
        roles.contains_any(&[Role::Build, Role::Deploy])
            || roles.contains(Role::Transform) && operands.changes && !copies_input(cx, command)
    };
    read.is_some_and(|(roles, operands)| puts(roles, operands)) || carries_out_file(cx, command)
}

/// Whether a command makes room for others, or sets a mark.
pub(super) fn prepares(cx: &Context<'_>, entry: &Entry) -> bool {
    let read = cx.command(entry).and_then(|command| read(cx, command));
    read.is_some_and(|(roles, _)| roles.contains(Role::Prepare))
}

/// Whether a command brings something from elsewhere.
pub(super) fn carries(cx: &Context<'_>, entry: &Entry) -> bool {
    let read = cx.command(entry).and_then(|command| read(cx, command));
    read.is_some_and(|(roles, _)| roles.contains(Role::Transfer))
}

/// Whether a command runs what it is fed as a script: `sh`, `sudo bash -s`.
pub(super) fn runs_input(cx: &Context<'_>, command: &Command) -> bool {
    inmost(cx, command, |reading, _| reading.fed().is_some()) == Some(true)
}

/// A word as it is written, quotes taken off, so that `"$f"` and `$f` are the same.
pub(super) fn unquoted(cx: &Context<'_>, word: &Word) -> String {
    cx.literal(word).unwrap_or_else(|| plain(&cx.text(word.span)))
}

/// A text without quotes and braces, so that `"${f}"` and `$f` are the same.
pub(super) fn plain(text: &str) -> String {
    text.replace(['"', '\'', '{', '}'], "")
}

/// Whether the failure of a command says that something else is wrong: `nginx -t`, `sha256sum -c`.
pub(super) fn verifies(cx: &Context<'_>, entry: &Entry) -> bool {
    let read = cx.command(entry).and_then(|command| read(cx, command));
    read.is_some_and(|(roles, _)| roles.contains(Role::Verify) && !roles.contains(Role::Ask))
}

/// Whether a command hands its standard input to another one far away, whether that wants it or not: `ssh host uptime`.
pub(super) fn takes_input(cx: &Context<'_>, command: &Command) -> bool {
    let words = command.simple_words();
    let Some((name, rest)) = words.split_first() else { return false };
    let facts =
        cx.literal(name).and_then(|name| cx.units.vocabulary.commands.command(name.rsplit('/').next()?));
    let literals: Vec<Option<String>> = rest.iter().map(|word| cx.literal(word)).collect();
    let args: Vec<Arg<'_>> =
        literals.iter().map(|text| text.as_deref().map_or(Arg::Unknown, Arg::Text)).collect();
    facts.filter(|facts| facts.keeps_input).is_some_and(|facts| {
        let reading = facts.reading(&args);
        let remote = reading.inner().is_some_and(|inner| matches!(inner.text, InnerText::Strings { .. }));
        remote && reading.input() != Input::None
    })
}

/// Whether a command runs another one far away, named by its words: `ssh host uptime`.
pub(super) fn runs_far_away(cx: &Context<'_>, command: &Command) -> bool {
    let words = command.simple_words();
    let Some((name, rest)) = words.split_first() else { return false };
    let Some(name) = cx.literal(name) else { return false };
    let facts = cx.units.vocabulary.commands.command(name.rsplit('/').next().unwrap_or_default());
    let literals: Vec<Option<String>> = rest.iter().map(|word| cx.literal(word)).collect();
    let args: Vec<Arg<'_>> =
        literals.iter().map(|text| text.as_deref().map_or(Arg::Unknown, Arg::Text)).collect();
    facts.filter(|facts| facts.keeps_input).is_some_and(|facts| {
        let inner = facts.reading(&args).inner().map(|inner| inner.text);
        matches!(inner, Some(InnerText::Strings { .. }))
    })
}

/// Whether a command's non-zero status is an answer.
pub(super) fn asks(cx: &Context<'_>, command: &Command) -> bool {
    may_ask(cx, command) && read(cx, command).is_some_and(|(roles, _)| roles.contains(Role::Ask))
}

/// Whether a command prints all lines but some: `grep -v`.
pub(super) fn leaves_out(cx: &Context<'_>, command: &Command) -> bool {
    let words = cx.literals(command);
    let has = |flag: char, long: &str| {
        words.iter().flatten().any(|word| {
            let short = word.strip_prefix('-').filter(|flags| !flags.starts_with(['-', 'e', 'f']));
            word == long || short.is_some_and(|flags| flags.contains(flag))
        })
    };
    let name = cx.command_name(command.id);
    matches!(name.as_deref(), Some("grep" | "egrep" | "fgrep"))
        && has('v', "--invert-match")
        && !has('q', "--quiet")
}

/// Whether there is a call of that command which asks. Of most there is none, and nothing has to be known of their words.
fn may_ask(cx: &Context<'_>, command: &Command) -> bool {
    let name = command.as_simple().and_then(|simple| cx.literal(simple.words.first()?));
    let facts = name.and_then(|name| cx.units.vocabulary.commands.command(name.rsplit('/').next()?));
    facts.is_some_and(CommandFacts::may_ask)
}

/// Whether the table says what the command is for: what `make` runs, it does not. One whose name is expanded may be any.
pub(super) fn is_known(cx: &Context<'_>, entry: &Entry) -> bool {
    let roles = cx.command(entry).and_then(|command| read(cx, command)).map(|(roles, _)| roles);
    entry.name.contains('$') || roles.is_some_and(|roles| !roles.contains(Role::RunOther))
}

/// Whether the name may be that of a function which a file defines that is read along and was not found.
pub(super) fn may_be_a_function(cx: &Context<'_>, entry: &Entry) -> bool {
    !cx.units.not_found.is_empty() && is_unknown_name(cx, entry)
}

/// Whether the table does not know the command, which is named by no path.
pub(super) fn is_unknown_name(cx: &Context<'_>, entry: &Entry) -> bool {
    let word = cx.command(entry).and_then(|command| command.as_simple()?.words.first());
    let known = cx.units.vocabulary.commands.command(&entry.name).is_some();
    !known && word.is_some_and(|word| !cx.text(word.span).contains('/'))
}

/// Whether all that becomes of what a pipeline prints is that somebody sees it, and its last command does no more than to show.
pub(super) fn is_only_shown(cx: &Context<'_>, pipeline: &Pipeline) -> bool {
    let simple = |command: &Command| {
        !keeps_input(cx, command)
            && read(cx, command).is_some_and(|(roles, _)| !roles.contains(Role::Prepare) && !acts(roles))
    };
    // `env` alone tells what is in it.
    let tells =
        |command: &Command| command.as_simple().is_some_and(|it| it.words.len() == 1 && wraps(cx, &it.words));
    let only_tells = |command: &Command| simple(command) && written(cx, command).is_empty();
    let shows = |command: &Command| {
        let called = cx
            .functions()
            .iter()
            .find(|function| cx.command_name(command.id) == Some(cx.text(function.name)));
        let in_body = |it: &&Command| called.is_some_and(|function| function.body.span.contains(it.span));
        match called {
            Some(_) => cx.commands().filter(in_body).filter(|it| it.as_simple().is_some()).all(only_tells),
            // `tee` without a file is a screen's.
            None => simple(command) || tells(command) || copies_input(cx, command),
        }
    };
    let kept = |command: &Command| !written(cx, command).is_empty();
    pipeline.commands.iter().all(shows)
        && !cx.is_substituted(pipeline.span)
        && !pipeline.commands.iter().any(kept)
        && !cx.outer_commands(pipeline.span).any(kept)
}

/// Whether a command runs what the table does not know: a program by its path, what `make` is told, or the file of a redirection.
pub(super) fn runs_program(cx: &Context<'_>, entry: &Entry) -> bool {
    let Some(command) = cx.command(entry) else { return false };
    let words = command.simple_words();
    match read(cx, command) {
        // `env` alone runs nothing.
        Some((roles, _)) => roles.contains(Role::RunOther) && (words.len() > 1 || !wraps(cx, words)),
        None => words.first().is_none_or(|name| cx.text(name.span).contains('/')),
    }
}

/// Whether a command is there to run another, which its words name.
fn wraps(cx: &Context<'_>, words: &[Word]) -> bool {
    let name = words.first().and_then(|word| cx.literal(word)).unwrap_or_default();
    cx.units.vocabulary.commands.command(&name).is_some_and(CommandFacts::wraps)
}

/// Whether a command's status is 0 whatever happens: `:`, `sleep`.
pub(super) fn always_succeeds(cx: &Context<'_>, command: &Command) -> bool {
    read(cx, command).is_some_and(|(roles, _)| roles.contains(Role::AlwaysOk))
}

/// Whether all that a command does is to remove something.
pub(super) fn only_removes(cx: &Context<'_>, entry: &Entry) -> bool {
    cx.command(entry).is_some_and(|command| removes(cx, command))
}

/// The same of a command. What it is fed by others, as `xargs rm` is, stays where they fail.
pub(super) fn removes(cx: &Context<'_>, command: &Command) -> bool {
    if command.as_simple().is_some() {
        return destroys(cx, command);
    }
    all_remove(cx, |it| command.span.contains(it.span))
}

/// Whether the loop removes what stands in its words.
pub(super) fn loop_removes(cx: &Context<'_>, each: &For) -> bool {
    all_remove(cx, |it| each.body.statements.iter().any(|statement| statement.span.contains(it.span)))
}

/// Whether these commands remove something, and besides only ask and tell.
fn all_remove(cx: &Context<'_>, among: impl Fn(&Command) -> bool) -> bool {
    let inside = || cx.commands().filter(|it| among(it) && it.as_simple().is_some());
    // `if $is_old "$file"; then`: the name does not tell, but its place does.
    let is_asked = |it: &Command| cx.command_name(it.id).is_none() && cx.is_tested(it.span);
    let clears = |it: &Command| cx.command_name(it.id).as_deref() == Some("rmdir");
    let idle = |it: &Command| {
        asks(cx, it)
            || only_prints(cx, it)
            || always_succeeds(cx, it)
            || cx.is_test(it)
            || is_asked(it)
            || clears(it)
    };
    inside().any(|it| destroys(cx, it)) && inside().all(|it| destroys(cx, it) || idle(it))
}

fn destroys(cx: &Context<'_>, command: &Command) -> bool {
    read(cx, command)
        .is_some_and(|(roles, _)| roles.contains(Role::Destroy) && !roles.contains(Role::Transfer))
}

/// What a command that carries things elsewhere reads; `None` for other commands.
pub(super) fn sources(cx: &Context<'_>, entry: &Entry) -> Option<Vec<String>> {
    let command = cx.command(entry)?;
    let (roles, operands) = read(cx, command)?;
    roles.contains(Role::Transfer).then(|| operands.sources.clone())
}

/// What a command removes.
pub(super) fn removed(cx: &Context<'_>, entry: &Entry) -> Vec<String> {
    cx.command(entry)
        .and_then(|command| read(cx, command))
        .map(|(_, operands)| operands.removed.clone())
        .unwrap_or_default()
}

/// Whether removing `path` removes `source`, too: it is the same, or holds it. `dir/*` is what `dir` holds.
pub(super) fn is_within(source: &str, path: &str) -> bool {
    let (source, path) = (held(source), held(path));
    !path.is_empty()
        && (source == path || source.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
}

fn held(path: &str) -> &str {
    path.trim_end_matches("/*").trim_end_matches('/')
}

/// What is known of the command that does the work, behind its wrappers.
pub(super) struct Read {
    roles: Roles,
    operands: Texts,
}

struct Texts {
    sources: Vec<String>,
    written: Vec<String>,
    removed: Vec<String>,
    /// Files are written or removed.
    changes: bool,
}

/// The roles and the operands of the command that does the work, behind its wrappers.
fn read<'c>(cx: &'c Context<'_>, command: &Command) -> Option<(Roles, &'c Texts)> {
    let read = cx.read(command, || {
        inmost(cx, command, |reading, words| Read {
            roles: reading.roles(),
            operands: texts(cx, words, &reading.operands()),
        })
    });
    read.map(|read| (read.roles, &read.operands))
}

/// What `ask` makes of what is known of the command that does the work, behind its wrappers, and of the words behind its name.
fn inmost<T>(cx: &Context<'_>, command: &Command, ask: impl Fn(&Reading<'_>, &[Word]) -> T) -> Option<T> {
    let (name, rest) = behind_wrappers(cx, command)?.split_first()?;
    reading(cx, name, rest, |reading| ask(reading, rest))
}

/// The words of the command that does the work: `rm x` of `sudo -n rm x`.
pub(super) fn behind_wrappers<'a>(cx: &Context<'_>, command: &'a Command) -> Option<&'a [Word]> {
    let mut words = command.as_simple()?.words.as_slice();
    for _ in 0..MAX_WRAPPERS {
        let (name, rest) = words.split_first()?;
        let inner = reading(cx, name, rest, |reading| {
            let inner = reading.inner().filter(|_| !reading.selects_old());
            inner.and_then(|inner| match inner.text {
                InnerText::Words { start, .. } => Some(start),
                _ => None,
            })
        });
        match inner.flatten() {
            Some(start) => words = rest.get(start..)?,
            None => return Some(words),
        }
    }
    None
}

/// What `ask` makes of what is known of a command of this name and these words.
fn reading<T>(
    cx: &Context<'_>,
    name: &Word,
    rest: &[Word],
    ask: impl FnOnce(&Reading<'_>) -> T,
) -> Option<T> {
    let name = cx.literal(name)?;
    let facts = cx.units.vocabulary.commands.command(name.rsplit('/').next()?)?;
    let literals: Vec<Option<String>> = rest.iter().map(|word| cx.literal(word)).collect();
    let args: Vec<Arg<'_>> =
        literals.iter().map(|text| text.as_deref().map_or(Arg::Unknown, Arg::Text)).collect();
    Some(ask(&facts.reading(&args)))
}

fn texts(cx: &Context<'_>, words: &[Word], operands: &Operands) -> Texts {
    let text = |places: &[Place]| places.iter().filter_map(|place| operand(cx, words, place)).collect();
    let changes = !operands.destinations.is_empty() || !operands.removed.is_empty();
    Texts {
        sources: text(&operands.sources),
        written: text(&operands.destinations),
        removed: text(&operands.removed),
        changes,
    }
}

/// The operand as it is written, quotes taken off, so that `"$f"` and `$f` are the same.
fn operand(cx: &Context<'_>, words: &[Word], place: &Place) -> Option<String> {
    let word = words.get(place.arg)?;
    let text = unquoted(cx, word);
    let text = text.get(place.start..)?.to_owned();
    (!text.is_empty() && text != "-").then_some(text)
}
