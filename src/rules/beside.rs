//! What a script does beside its work, whose failure is not to end that: it tells of it, or tidies up; and what it does though it
//! may fail, as what is done with its error messages shows.

use super::Context;
use super::artifacts::is_temporary;
use super::before::list_around;
use super::operands::{is_deadly, only_looks, plain, unquoted, written};
use super::traps_set::{signal_traps, tidied};
use crate::syntax::{Command, CommandKind, List, Pipeline, Redirect, RedirectOperator};
use crate::text::Span;

/// Commands that tell somebody.
const TELL: [&str; 6] = ["mail", "mailx", "sendmail", "logger", "wall", "notify-send"];

/// Commands that print what they are given.
const PRINT: [&str; 3] = ["echo", "printf", "date"];

/// Commands that ask the machine for what it has, loaded or plugged in, or set it.
const ASK_MACHINE: [&str; 20] = [
    "modprobe",
    "sysctl",
    "modinfo",
    "lsmod",
    "lspci",
    "lsusb",
    "lshw",
    "lscpu",
    "lsblk",
    "dmesg",
    "dmidecode",
    "sensors",
    "ifconfig",
    "iwconfig",
    "netstat",
    "ss",
    "glxinfo",
    "xrandr",
    "xset",
    "nvidia-smi",
];

/// How many commands that append to one file, one after the other, make a report of it.
const PARTS: usize = 3;

/// What a script does on its way out.
const LET_GO: [&str; 8] = ["rm", "rmdir", "kill", "stty", "tput", "cd", "popd", "umount"];

/// A command that its author may want to be passed over where it fails, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// With its redirections.
    pub span: Span,
    /// What it is, of `it`.
    pub why: &'static str,
}

/// Those of a script.
pub(super) fn beside(cx: &Context<'_>) -> Vec<Beside> {
    let tests: Vec<(Span, String)> =
        cx.commands().filter(|it| cx.is_test(it)).map(|it| (it.span, plain(&cx.text(it.span)))).collect();
    let written = cx.commands().flat_map(|it| written(cx, it)).collect();
    let loops = cx.commands().filter_map(|command| match &command.kind {
        CommandKind::For(each) => Some((format!("${}", cx.text(each.name)), command.span)),
        _ => None,
    });
    let loops = loops.collect();
    let mut script = Script { cx, tests, written, loops, ways_out: ways_out(cx), weighed: Vec::new() };
    script.weighed = cx.all_pipelines().filter(|it| script.is_weighed(it)).map(|it| it.span).collect();
    let found = cx.commands().filter(|command| command.as_simple().is_some()).filter_map(|command| {
        let why = script.why(command)?;
        Some(Beside { span: command.span, why })
    });
    found.collect()
}

/// Where the commands of traps stand, and those of functions that end the script with a status which they are given.
fn ways_out(cx: &Context<'_>) -> Vec<Span> {
    let hands_on = |list: &List| {
        let last = list.statements.last().and_then(|it| it.only_pipeline()?.only_command());
        last.is_some_and(|last| {
            cx.command_name(last.id).as_deref() == Some("exit") && cx.text(last.span).contains('$')
        })
    };
    let functions = cx.functions().iter().filter_map(|function| match &function.body.kind {
        CommandKind::Group(list) => hands_on(list).then_some(function.body.span),
        _ => None,
    });
    let traps = signal_traps(cx).into_iter().filter_map(|trap| trap.span());
    functions.chain(traps).chain(tidied(cx)).collect()
}

/// A script, and what is looked up in it for each command.
struct Script<'c, 'a> {
    cx: &'c Context<'a>,
    /// The text of its tests, quotes taken off.
    tests: Vec<(Span, String)>,
    /// The files that it writes, quotes taken off.
    written: Vec<String>,
    /// Each `for` with its variable, as that is expanded.
    loops: Vec<(String, Span)>,
    /// See [`ways_out`].
    ways_out: Vec<Span>,
    /// The pipelines of which it asks afterwards whether they have written anything.
    weighed: Vec<Span>,
}

impl Script<'_, '_> {
    fn why(&self, command: &Command) -> Option<&'static str> {
        let why = if self.is_looked_at(command) {
            "may fail, for the script asks whether it has printed anything"
        } else if self.weighed.iter().any(|pipeline| pipeline.contains(command.span)) {
            "may fail, for the script asks whether it has written anything"
        } else if self.runs_each(command) {
            "is one program of several, and the others would not run"
        } else if self.shows(command) {
            "only shows something, and what comes behind it is shown without it, too"
        } else if self.tells(command) {
            "only tells of the work, which goes on without it"
        } else if self.tidies(command) {
            "only tidies up, and the work goes on without it"
        } else if self.removes_unseen(command) {
            "may fail, for nothing shows that what it removes is there"
        } else if self.cx.command_name(command.id).is_some_and(|name| is_deadly(&name)) {
            "is to end the script by itself"
        } else if self.adds(command) {
            "adds one part of several, and what comes behind it is added without it, too"
        } else if self.is_named(command, &["umount"]) {
            "fails where nothing is mounted"
        } else if self.is_named(command, &["kill", "pkill", "killall"]) {
            "fails where the process has ended already"
        } else if self.is_named(command, &ASK_MACHINE) {
            "may fail for what this machine does not have"
        } else if self.may_fail(command) {
            "may fail, for something else is done with its error messages"
        } else {
            return None;
        };
        Some(why)
    }

    /// Whether nothing is run but a substitution, and what it gives is asked for: `x=$(c)` and `[ -z "$x" ]`.
    fn is_looked_at(&self, command: &Command) -> bool {
        let Some(simple) = command.as_simple().filter(|simple| simple.words.is_empty()) else { return false };
        simple.assignments.iter().any(|assignment| {
            let name = self.cx.text(assignment.name);
            let substitutes = self.cx.text(assignment.span).contains(['`', '(']);
            substitutes && self.is_asked_for(&format!("${name}"), &["-z", "-n"])
        })
    }

    /// Whether a command does nothing but write to where the script writes.
    fn shows(&self, command: &Command) -> bool {
        let cx = self.cx;
        let looks = cx.entry_by_id(command.id).is_some_and(|entry| {
            let brings = matches!(entry.name.as_str(), "." | "source" | "eval");
            !entry.is_function && !brings && only_looks(cx, entry)
        });
        let is_read = || {
            let feeds = |span: Span| span.contains(command.span);
            cx.is_substituted(command.span)
                || cx.pipelines().any(|it| it.commands.len() > 1 && feeds(it.span))
        };
        let prints_here_document = || {
            let has_one = command.redirects.iter().any(|it| it.operator == RedirectOperator::HereDocument);
            has_one && self.is_named(command, &["cat"]) && self.operands(command).is_empty()
        };
        let stays = command.redirects.iter().all(|it| !it.opens_file());
        (looks && command.redirects.is_empty() || stays && prints_here_document()) && !is_read()
    }

    /// Whether a command is the variable of a loop, as in `for hook in hooks/*; do "$hook"; done`.
    fn runs_each(&self, command: &Command) -> bool {
        let name = command.as_simple().and_then(|simple| simple.words.first());
        let name = name.map(|word| plain(&self.cx.text(word.span))).unwrap_or_default();
        let runs = |(variable, span): &(String, Span)| {
            let base = name.rsplit('/').next().unwrap_or_default();
            base == variable && span.contains(command.span)
        };
        self.loops.iter().any(runs)
    }

    /// Whether a command appends what it prints to a file to which at least two others do, next to it: each is a part of a report.
    fn adds(&self, command: &Command) -> bool {
        let Some(file) = self.appended(command) else { return false };
        let next = |it: &&Command| self.appended(it).as_ref() == Some(&file);
        !self.is_named(command, &PRINT)
            && list_around(self.cx, command.span).is_some_and(|list| {
                let commands = list.statements.iter().filter_map(|it| it.only_pipeline()?.only_command());
                commands.filter(|it| !self.is_named(it, &PRINT)).filter(next).count() >= PARTS
            })
    }

    /// The file to which a command appends what it prints.
    fn appended(&self, command: &Command) -> Option<String> {
        let appends = |it: &&Redirect| it.operator == RedirectOperator::Append && self.cx.is_output(it);
        command.redirects.iter().find(appends).map(|it| unquoted(self.cx, &it.target))
    }

    /// Whether a pipeline writes a file of which a test behind it asks whether there is anything in it.
    fn is_weighed(&self, pipeline: &Pipeline) -> bool {
        let redirects = pipeline.commands.iter().flat_map(|command| &command.redirects);
        let files = redirects
            .filter(|it| it.opens_file() && it.operator != RedirectOperator::Read && self.cx.is_output(it));
        files.map(|it| unquoted(self.cx, &it.target)).any(|file| {
            let asks = |(span, test): &(Span, String)| {
                span.start >= pipeline.span.end && asks_for(test, &file, &["-s"])
            };
            self.tests.iter().any(asks)
        })
    }

    fn tells(&self, command: &Command) -> bool {
        let logs = command.redirects.iter().any(|redirect| {
            let target = self.cx.text(redirect.target.span).to_ascii_lowercase();
            redirect.operator == RedirectOperator::Append && target.contains("log")
        });
        self.is_named(command, &TELL) || logs && self.is_named(command, &PRINT)
    }

    /// Whether a command removes temporary files alone, which may not be there: none that the script has written by that name; or
    /// takes something away when the script ends.
    fn tidies(&self, command: &Command) -> bool {
        let removed = self.operands(command);
        let in_way_out = || self.ways_out.iter().any(|body| body.contains(command.span));
        self.is_named(command, &["rm"])
            && !removed.is_empty()
            && removed.iter().all(|name| is_temporary(self.cx, name) && !self.written.contains(name))
            || in_way_out() && self.is_named(command, &LET_GO)
    }

    /// Whether `rm` without `-f` names something of which nothing before it speaks.
    fn removes_unseen(&self, command: &Command) -> bool {
        let words = command.as_simple().map(|simple| simple.words.as_slice()).unwrap_or_default();
        let options =
            || words.iter().map(|word| self.cx.text(word.span)).filter(|text| text.starts_with('-'));
        let forced = options().any(|text| text == "--force" || !text.starts_with("--") && text.contains('f'));
        if forced || !self.is_named(command, &["rm"]) {
            return false;
        }
        let before = |it: &&Command| it.as_simple().is_some() && it.span.end <= command.span.start;
        let texts: Vec<String> =
            self.cx.commands().filter(before).map(|it| plain(&self.cx.text(it.span))).collect();
        let mut names = self.operands(command);
        names.retain(|name| name.contains(|c: char| c.is_ascii_alphanumeric()));
        names.iter().any(|name| !texts.iter().any(|text| text.contains(name.as_str())))
    }

    /// The operands of a command, quotes taken off.
    fn operands(&self, command: &Command) -> Vec<String> {
        let words = command.as_simple().map(|simple| simple.words.as_slice()).unwrap_or_default();
        let names = words.iter().skip(1).map(|word| unquoted(self.cx, word));
        names.filter(|text| !text.starts_with('-')).collect()
    }

    fn may_fail(&self, command: &Command) -> bool {
        let both = [RedirectOperator::WriteBoth, RedirectOperator::AppendBoth];
        let errors = |redirect: &&Redirect| self.cx.is_errors(redirect) || both.contains(&redirect.operator);
        command.redirects.iter().filter(errors).filter(|redirect| redirect.opens_file()).any(|redirect| {
            let name = unquoted(self.cx, &redirect.target);
            name == "/dev/null" || self.is_asked_for(&name, &["-s"])
        })
    }

    /// Whether a test with one of these options names a file or a value.
    fn is_asked_for(&self, name: &str, options: &[&str]) -> bool {
        self.tests.iter().any(|(_, test)| asks_for(test, name, options))
    }

    fn is_named(&self, command: &Command, names: &[&str]) -> bool {
        let word = command.as_simple().and_then(|simple| simple.words.first());
        let word = word.map(|word| self.cx.text(word.span));
        word.is_some_and(|word| names.contains(&word.rsplit('/').next().unwrap_or_default()))
    }
}

fn asks_for(test: &str, name: &str, options: &[&str]) -> bool {
    let words: Vec<&str> = test.split_whitespace().collect();
    words.windows(2).any(|pair| options.contains(&pair[0]) && pair[1] == name)
}
