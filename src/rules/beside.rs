//! What a script does beside its work, whose failure is not to end that: it tells of it, or tidies up; and what it does though it
//! may fail, as what is done with its error messages shows.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::Context;
use super::artifacts::is_temporary;
use super::assigned::names;
use super::before::list_around;
use super::operands::{
    behind_wrappers, carries, clears, is_deadly, is_forced, is_shown_behind, is_unknown_name, makes,
    only_looks, only_prints, only_shows, plain, selects_old, unquoted, written,
};
use super::traps_set::{signal_traps, tidied};
use crate::flow::Entry;
use crate::syntax::{
    Command, CommandId, CommandKind, List, Pipeline, Redirect, RedirectOperator, Statement, Word,
};
use crate::text::Span;

/// Commands that tell somebody.
const TELL: [&str; 6] = ["mail", "mailx", "sendmail", "logger", "wall", "notify-send"];

/// Commands that print what they are given.
const PRINT: [&str; 3] = ["echo", "printf", "date"];

/// Commands that ask the machine for what it has, loaded or plugged in, or set it.
const ASK_MACHINE: [&str; 23] = [
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
    "stty",
    "tput",
    "tty",
];

/// How commands begin that take something away, and fail where it is not there.
const TAKE_AWAY: [&[&str]; 42] = [
    &["umount"],
    &["rmdir"],
    &["apt", "remove"],
    &["apt", "purge"],
    &["apt-get", "remove"],
    &["apt-get", "purge"],
    &["yum", "remove"],
    &["dnf", "remove"],
    &["adb", "uninstall"],
    &["brew", "uninstall"],
    &["brew", "remove"],
    &["brew", "unlink"],
    &["helm", "uninstall"],
    &["docker", "rm"],
    &["docker", "rmi"],
    &["docker", "stop"],
    &["docker", "kill"],
    &["docker", "network", "rm"],
    &["docker", "volume", "rm"],
    &["podman", "rm"],
    &["podman", "stop"],
    &["kubectl", "delete"],
    &["git", "remote", "rm"],
    &["git", "remote", "remove"],
    &["git", "branch", "-D"],
    &["git", "tag", "-d"],
    &["ip", "link", "del"],
    &["ip", "link", "delete"],
    &["ip", "addr", "del"],
    &["ip", "route", "del"],
    &["brctl", "delbr"],
    &["virsh", "destroy"],
    &["virsh", "undefine"],
    &["losetup", "-d"],
    &["dmsetup", "remove"],
    &["crontab", "-r"],
    &["dropdb"],
    &["dropuser"],
    &["userdel"],
    &["groupdel"],
    &["swapoff"],
    &["rmmod"],
];

/// Commands that make data of how the machine does, for others to read.
const SHOW_STATE: [&str; 6] = ["ip", "iptables", "ip6tables", "ebtables", "arptables", "ss"];

/// How many commands that append to one file, one after the other, make a report of it; and how many programs that write into
/// one directory make a collection of that.
const PARTS: usize = 3;

/// The same for programs that write into the directory in which the script stands.
const PARTS_HERE: usize = 5;

/// How many commands that only show something make a report of a script that runs no more others.
const SECTIONS: usize = 4;

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
    let words = cx.commands().filter_map(|it| Some((it.id, behind_wrappers(cx, it)?))).collect();
    let mut script = Script {
        cx,
        words,
        tests,
        written,
        loops,
        ways_out: ways_out(cx),
        weighed: Vec::new(),
        branches: branches(cx),
        collections: Vec::new(),
        is_report: false,
    };
    script.weighed = cx.all_pipelines().filter(|it| script.is_weighed(it)).map(|it| it.span).collect();
    script.collections = script.gathered();
    script.is_report = script.mostly_shows();
    let found = cx.commands().filter(|command| command.as_simple().is_some()).filter_map(|command| {
        let why = script.why(command)?;
        Some(Beside { span: command.span, why })
    });
    found.collect()
}

/// See [`Script::branches`].
fn branches(cx: &Context<'_>) -> Vec<Span> {
    cx.commands().flat_map(bodies).filter_map(span_of).collect()
}

/// The lists of an `if` or a `case` of which one run takes one, or none.
fn bodies(command: &Command) -> Vec<&List> {
    match &command.kind {
        CommandKind::If(chain) => chain.arms.iter().map(|(_, body)| body).chain(&chain.otherwise).collect(),
        CommandKind::Case(case) => case.items.iter().map(|item| &item.body).collect(),
        _ => Vec::new(),
    }
}

fn span_of(list: &List) -> Option<Span> {
    Some(list.statements.first()?.span.to(list.statements.last()?.span))
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

/// What may be asked of a command, and why it is let go where that is so.
type Doubt<S> = (fn(&S, &Command) -> bool, &'static str);

/// A script, and what is looked up in it for each command.
struct Script<'c, 'a> {
    cx: &'c Context<'a>,
    /// The words of its commands, without what these are wrapped in: each is asked for them many times.
    words: FxHashMap<CommandId, &'c [Word]>,
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
    /// The bodies of `if` and `case`, which may be passed over.
    branches: Vec<Span>,
    /// The directories that several programs write into, of which nothing is read.
    collections: Vec<String>,
    /// Most of what it runs only shows something.
    is_report: bool,
}

impl Script<'_, '_> {
    fn why(&self, command: &Command) -> Option<&'static str> {
        Self::doubts().into_iter().find(|(is_meant, _)| is_meant(self, command)).map(|(_, why)| why)
    }

    /// What a command may be, and how that is said of it.
    fn doubts() -> [Doubt<Self>; 22] {
        [
            (Self::is_looked_at, "may fail, for the script asks whether it has printed anything"),
            (Self::is_part_of_weighed, "may fail, for the script asks whether it has written anything"),
            (Self::is_looked_for, "may fail, for the script asks whether its file is there"),
            (Self::may_be_replaced, "may fail, for the script may take another value in place of this one"),
            (Self::clears_old, "only removes what is old, and the work goes on without it"),
            (Self::runs_each, "is one program of several, and the others would not run"),
            (Self::runs_hooks, "fails where one of several hooks does"),
            (Self::shows, "only shows something, and what comes behind it is shown without it, too"),
            (Self::is_section, "shows one part of a report, and the others would not be shown"),
            (Self::tells, "only tells of the work, which goes on without it"),
            (Self::tidies, "only tidies up, and the work goes on without it"),
            (Self::removes_unseen, "may fail, for nothing shows that what it removes is there"),
            (Self::ends_script, "is to end the script by itself"),
            (Self::adds, "adds one part of several, and what comes behind it is added without it, too"),
            (Self::collects, "adds one file of several, and what comes behind it is added without it, too"),
            (Self::takes_away, "fails where there is nothing to take away"),
            (Self::signals, "fails where the process has ended already"),
            (Self::asks_machine, "may fail for what this machine does not have"),
            (Self::checks, "only checks something, for what it makes goes to /dev/null"),
            (Self::is_spelled_for_another, "fails in other systems than that for which it is spelled"),
            (Self::leaves_rest, "may leave to apt what the packages need"),
            (Self::may_fail, "may fail, for something else is done with its error messages"),
        ]
    }

    /// See [`Script::is_report`].
    fn mostly_shows(&self) -> bool {
        let runs = |it: &&Command| {
            let prints = only_prints(self.cx, it) || self.is_function_that_prints(it);
            it.as_simple().is_some_and(|simple| !simple.words.is_empty()) && !prints && !self.cx.is_test(it)
        };
        let (shown, others): (Vec<&Command>, Vec<&Command>) =
            self.cx.commands().filter(runs).partition(|it| self.shows(it));
        shown.len() >= SECTIONS && shown.len() >= others.len()
    }

    /// Whether a function of the script prints, and does nothing else.
    fn is_function_that_prints(&self, command: &Command) -> bool {
        let name = self.cx.command_name(command.id);
        let called = self.cx.functions().iter().find(|it| name == Some(self.cx.text(it.name)));
        called.is_some_and(|function| {
            let inside = self.cx.commands().filter(|it| function.body.span.contains(it.span));
            inside.filter(|it| it.as_simple().is_some()).all(|it| only_prints(self.cx, it))
        })
    }

    /// Whether a command of which nothing is known, or which makes data and keeps none, writes to where a report does.
    fn is_section(&self, command: &Command) -> bool {
        let prints = self.cx.entry_by_id(command.id).is_some_and(|entry| {
            is_unknown_name(self.cx, entry) || makes(self.cx, entry) && written(self.cx, command).is_empty()
        });
        self.is_report
            && prints
            && !self.cx.is_substituted(command.span)
            && !command.redirects.iter().any(Redirect::opens_file)
    }

    /// See [`Script::collections`].
    fn gathered(&self) -> Vec<String> {
        let mut writers: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
        for command in self.cx.commands().filter(|it| !self.is_named(it, &PRINT)) {
            let name = self.plain_words(command).first().cloned();
            if let Some((file, name)) = self.shown_in(command).zip(name) {
                match file.rsplit_once('/') {
                    Some((directory, _)) if directory.contains('$') => {
                        writers.entry(directory.to_owned()).or_default().push((name, file));
                    }
                    None if !file.contains('$') => {
                        writers.entry(String::new()).or_default().push((name, file));
                    }
                    _ => {}
                }
            }
        }
        let parts = |directory: &str| if directory.is_empty() { PARTS_HERE } else { PARTS };
        writers.retain(|directory, written| written.len() >= parts(directory));
        if writers.is_empty() {
            return Vec::new();
        }
        let simple = self.cx.commands().filter(|it| it.as_simple().is_some());
        let texts: Vec<String> = simple.map(|it| plain(&self.cx.text(it.span))).collect();
        let is_read = |file: &str| texts.iter().filter(|text| text.contains(file)).count() > 1;
        let programs = |written: &[(String, String)]| {
            let unread = written.iter().filter(|(_, file)| !is_read(file));
            unread.map(|(name, _)| name.as_str()).collect::<BTreeSet<_>>().len()
        };
        let gathers = |(directory, it): &(String, Vec<(String, String)>)| programs(it) >= parts(directory);
        writers.into_iter().filter(gathers).map(|(directory, _)| directory).collect()
    }

    fn is_part_of_weighed(&self, command: &Command) -> bool {
        self.weighed.iter().any(|pipeline| pipeline.contains(command.span))
    }

    fn ends_script(&self, command: &Command) -> bool {
        self.cx.command_name(command.id).is_some_and(|name| is_deadly(&name))
    }

    fn signals(&self, command: &Command) -> bool {
        self.is_named(command, &["kill", "pkill", "killall"])
    }

    fn asks_machine(&self, command: &Command) -> bool {
        self.is_named(command, &ASK_MACHINE)
    }

    fn takes_away(&self, command: &Command) -> bool {
        let words = self.plain_words(command);
        let name = words.first().map(|name| name.rsplit('/').next().unwrap_or_default());
        let begins = TAKE_AWAY.iter().any(|begin| {
            name == Some(begin[0]) && begin[1..].iter().eq(words.iter().skip(1).take(begin.len() - 1))
        });
        begins || clears(self.cx, command.span)
    }

    /// Whether what a command makes is thrown away: `msgfmt -c -o /dev/null it.po`, `cp it /dev/null`.
    fn checks(&self, command: &Command) -> bool {
        let words = self.plain_words(command);
        let goes = |pair: &[String]| pair[0].starts_with('-') && pair[1] == "/dev/null";
        words.windows(2).any(goes) || words.last().is_some_and(|last| last == "/dev/null")
    }

    /// `sed -i .bak s/a/b/ f` and `sed -i '' s/a/b/ f` of BSD: elsewhere the second word is no suffix.
    fn is_spelled_for_another(&self, command: &Command) -> bool {
        let words = self.plain_words(command);
        let pairs = || words.windows(2);
        self.is_named(command, &["sed"])
            && pairs().any(|pair| pair[0] == "-i" && (pair[1].is_empty() || pair[1].starts_with('.')))
    }

    /// `dpkg -i`, and an `apt-get -f install` behind it that brings what is missing.
    fn leaves_rest(&self, command: &Command) -> bool {
        let mends = |it: &Command| {
            let words = self.plain_words(it);
            let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
            has(&["apt", "apt-get"]) && has(&["-f", "-fy", "-yf", "--fix-broken"]) && has(&["install"])
        };
        self.is_named(command, &["dpkg"])
            && self.plain_words(command).iter().any(|word| matches!(word.as_str(), "-i" | "--install"))
            && self.cx.commands().any(|it| it.span.start > command.span.end && mends(it))
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

    /// Whether the next statement asks whether the file is there that a command makes by itself: `wget -O list "$url"` and
    /// `if [ -f list ]`. What a redirection opens is there in any case.
    fn is_looked_for(&self, command: &Command) -> bool {
        let opened: Vec<String> = command.redirects.iter().map(|it| unquoted(self.cx, &it.target)).collect();
        let files = written(self.cx, command).into_iter().filter(|file| !opened.contains(file));
        let Some(next) = self.statement_behind(command) else { return false };
        files.into_iter().any(|file| {
            let mut tests = self.tests.iter().filter(|(span, _)| next.span.contains(*span));
            tests.any(|(_, test)| asks_for(test, &file, &["-f", "-e", "-s", "-r"]))
        })
    }

    /// The statement behind the one that is a command and nothing else.
    fn statement_behind(&self, command: &Command) -> Option<&Statement> {
        let list = list_around(self.cx, command.span)?;
        let at = list.statements.iter().position(|it| it.span == command.span)?;
        list.statements.get(at + 1)
    }

    /// Whether what a substitution gives may be replaced by the next statement: `tag=$(git describe)` and
    /// `if [ -n "$1" ]; then tag=$1; fi`.
    fn may_be_replaced(&self, command: &Command) -> bool {
        let cx = self.cx;
        let Some(name) = assigned_alone(cx, command) else { return false };
        let substitutes = cx.text(command.span).contains(['`', '(']);
        let next = self.statement_behind(command).filter(|_| substitutes);
        let bodies = next.and_then(|it| it.only_pipeline()?.only_command()).map(bodies).unwrap_or_default();
        let replaces = |statement: &Statement| {
            let command = statement.only_pipeline().and_then(Pipeline::only_command);
            let assigned = command.and_then(|it| assigned_alone(cx, it));
            assigned.is_some_and(|it| it == name) && !names(&cx.text(statement.span), &name)
        };
        bodies.into_iter().flat_map(|body| &body.statements).any(replaces)
    }

    /// Whether a command removes what is old, and work comes behind it: `duplicity cleanup` before the backup.
    fn clears_old(&self, command: &Command) -> bool {
        let behind = |it: &&Entry| it.span.file == command.span.file && it.span.start >= command.span.end;
        let works = |it: &Entry| {
            let other = self.cx.command(it).is_some_and(|it| !selects_old(self.cx, it));
            other && carries(self.cx, it)
        };
        selects_old(self.cx, command)
            && !self.is_named(command, &["find"])
            && self.cx.trace.entries.iter().filter(behind).any(works)
    }

    /// Whether a command does nothing but write to where the script writes.
    fn shows(&self, command: &Command) -> bool {
        let cx = self.cx;
        let looks = cx.entry_by_id(command.id).is_some_and(|entry| {
            let brings = matches!(entry.name.as_str(), "." | "source" | "eval");
            let shows_state = || self.is_named(command, &SHOW_STATE) && only_shows(cx, entry);
            !entry.is_function && !brings && (only_looks(cx, entry) || shows_state())
        });
        let is_read = || {
            let feeds = |span: Span| span.contains(command.span);
            cx.is_substituted(command.span)
                || cx.pipelines().any(|it| {
                    it.commands.len() > 1 && feeds(it.span) && !is_shown_behind(cx, it, command.span)
                })
        };
        let prints_here_document = || {
            let has_one = command.redirects.iter().any(|it| it.operator == RedirectOperator::HereDocument);
            has_one && self.is_named(command, &["cat"]) && self.operands(command).is_empty()
        };
        let stays = command.redirects.iter().all(|it| !it.opens_file());
        stays && (looks || prints_here_document()) && !is_read()
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

    fn runs_hooks(&self, command: &Command) -> bool {
        self.is_named(command, &["run-parts"])
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

    /// Whether `rm` without `-f` names something of which nothing speaks that has surely run before.
    fn removes_unseen(&self, command: &Command) -> bool {
        if !self.is_named(command, &["rm"]) || is_forced(self.cx, command) {
            return false;
        }
        let has_run = |it: &&Command| {
            it.as_simple().is_some()
                && it.span.end <= command.span.start
                && !self.is_named(it, &["rm"])
                && self
                    .branches
                    .iter()
                    .all(|branch| !branch.contains(it.span) || branch.contains(command.span))
        };
        let texts: Vec<String> =
            self.cx.commands().filter(has_run).map(|it| plain(&self.cx.text(it.span))).collect();
        let mut names = self.operands(command);
        names.retain(|name| name.contains(|c: char| c.is_ascii_alphanumeric()));
        names.iter().any(|name| !texts.iter().any(|text| speaks_of(text, name)))
    }

    /// Whether a command writes, or copies, into a directory that other programs write into as well: what is gathered there is
    /// read by nobody here.
    fn collects(&self, command: &Command) -> bool {
        let words = self.plain_words(command);
        let copied = || words.last().filter(|_| self.is_named(command, &["cp", "mkdir"])).cloned();
        let makes = self.is_named(command, &["mkdir"]);
        let holds = |directory: &String, target: &str| match target.strip_prefix(directory.as_str()) {
            Some(rest) if directory.is_empty() => !rest.contains('/'),
            Some(rest) => rest.is_empty() && !makes || rest.starts_with('/'),
            None => false,
        };
        let target = self.shown_in(command).or_else(copied);
        target.is_some_and(|target| self.collections.iter().any(|directory| holds(directory, &target)))
    }

    /// The file that a program writes by a redirection of its output.
    fn shown_in(&self, command: &Command) -> Option<String> {
        let writes = |it: &&Redirect| it.operator == RedirectOperator::Write && self.cx.is_output(it);
        command.redirects.iter().find(writes).map(|it| unquoted(self.cx, &it.target))
    }

    fn words_of(&self, command: &Command) -> &[Word] {
        self.words.get(&command.id).copied().unwrap_or_default()
    }

    /// The words of a command, without what it is wrapped in, quotes taken off.
    fn plain_words(&self, command: &Command) -> Vec<String> {
        self.words_of(command).iter().map(|word| unquoted(self.cx, word)).collect()
    }

    /// The operands of a command, quotes taken off.
    fn operands(&self, command: &Command) -> Vec<String> {
        self.plain_words(command).into_iter().skip(1).filter(|text| !text.starts_with('-')).collect()
    }

    fn may_fail(&self, command: &Command) -> bool {
        self.is_silenced(command) || self.handles_errors(command)
    }

    /// `c > /dev/null 2>&1`: nobody wants to hear of it, whatever comes of it.
    fn is_silenced(&self, command: &Command) -> bool {
        let target = |it: &Redirect| unquoted(self.cx, &it.target);
        let mut redirects = command.redirects.iter();
        let kinds = [RedirectOperator::Write, RedirectOperator::Append];
        let writes = |it: &Redirect| kinds.contains(&it.operator) && self.cx.is_output(it);
        let joins = |it: &Redirect| it.operator == RedirectOperator::DuplicateOutput && self.cx.is_errors(it);
        redirects.any(|it| writes(it) && target(it) == "/dev/null")
            && redirects.any(|it| joins(it) && target(it) == "1")
    }

    /// Whether the messages of a command are thrown away, or asked for.
    fn handles_errors(&self, command: &Command) -> bool {
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
        let word = self.words_of(command).first().map(|word| self.cx.text(word.span));
        word.is_some_and(|word| names.contains(&word.rsplit('/').next().unwrap_or_default()))
    }
}

/// The variable that a command assigns, where it does nothing else.
fn assigned_alone(cx: &Context<'_>, command: &Command) -> Option<String> {
    let simple = command.as_simple().filter(|simple| simple.words.is_empty())?;
    let [assignment] = simple.assignments.as_slice() else { return None };
    Some(cx.text(assignment.name))
}

/// Whether a name stands in a text, and is not the beginning of another.
fn speaks_of(text: &str, name: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "._-/".contains(c));
    text.match_indices(name).any(|(at, _)| ends(&text[at + name.len()..]))
}

/// Whether a test, quotes taken off, asks by one of these options for the file or the value of this name.
pub(super) fn asks_for(test: &str, name: &str, options: &[&str]) -> bool {
    let words: Vec<&str> = test.split_whitespace().collect();
    words.windows(2).any(|pair| options.contains(&pair[0]) && pair[1] == name)
}
