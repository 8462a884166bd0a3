//! What is not known of a script, and would have to be for a fix to be safe: which failures may be meant to be passed over, and
//! which options may be on.

use super::Context;
use super::beside::{Beside, asks_for, beside};
use super::operands::{is_unknown_name, keeps_options, plain, unquoted, written};
use super::options_set::sets_errexit;
use super::traps_set::exit_traps;
use crate::flow::{Entry, Errexit, Standing};
use crate::syntax::{Assignment, Command, List, Pipeline, Statement, Word};
use crate::text::Span;

/// What holds something, and what lets go of it: how the commands begin.
const HELD: [(&[&str], &[&str]); 4] = [
    (&["mount"], &["umount"]),
    // A terminal is given back as it was.
    (&["stty"], &["stty"]),
    (&["swapon"], &["swapoff"]),
    (&["systemctl", "stop"], &["systemctl", "start"]),
];

/// What refuses to make what is there already: how the commands begin, and the option with which they do not refuse. Facts:
/// `fix.mkdir.exists.after`, `fix.ln.exists.after`; the manuals of the others.
const REFUSES: [(&[&str], Lenient); 24] = [
    (&["mkdir"], Some(("--parents", 'p'))),
    (&["ln"], FORCE),
    (&["gzip"], FORCE),
    (&["bzip2"], FORCE),
    (&["xz"], FORCE),
    (&["groupadd"], FORCE),
    (&["mkfifo"], None),
    (&["mknod"], None),
    (&["useradd"], None),
    (&["createdb"], None),
    (&["git", "clone"], None),
    (&["git", "remote", "add"], None),
    (&["hg", "clone"], None),
    (&["createuser"], None),
    (&["adduser"], None),
    (&["addgroup"], None),
    (&["docker", "network", "create"], None),
    (&["ip", "link", "add"], None),
    (&["ip", "addr", "add"], None),
    (&["brctl", "addbr"], None),
    (&["zfs", "create"], None),
    (&["aws", "s3", "mb"], None),
    (&["restic", "init"], None),
    (&["borg", "init"], None),
];
const FORCE: Lenient = Some(("--force", 'f'));

/// The option with which a command does not refuse, in long and as a letter.
type Lenient = Option<(&'static str, char)>;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doubts {
    /// Commands that may be functions of files that were not read: their status may be an answer.
    pub strangers: Vec<Span>,
    /// Commands behind a `set +e`.
    pub eased: Vec<Span>,
    /// Each `mkdir` without `-p` and the like, which fail where what they make is there already, as from the second run on.
    pub once: Vec<Span>,
    /// Statements between a `mount` and its `umount`, which would not come any more.
    pub holding: Vec<Span>,
    /// Commands beside the work.
    pub beside: Vec<Beside>,
    /// A file was not read that may have set any option: what could end a run then is no less so where the option is surely on.
    pub unknown_options: bool,
}

impl Doubts {
    /// Those of a script.
    pub fn of(cx: &Context<'_>) -> Self {
        let works = || cx.trace.entries.iter().filter(|entry| entry.works());
        let unread: Vec<(&Command, String)> = cx.commands().filter_map(|it| unread_file(cx, it)).collect();
        let has_functions = reads_functions(cx);
        let toggles: Vec<&Command> =
            cx.commands().filter(|it| sets_errexit(cx, it, '+') || sets_errexit(cx, it, '-')).collect();
        let is_eased = |entry: &&Entry| {
            let is_off = entry.on_failure.as_ref().is_some_and(|it| it.errexit == Errexit::Off);
            let before =
                toggles.iter().rev().find(|it| it.span.file == entry.span.file && it.span < entry.span);
            is_off && before.is_some_and(|it| sets_errexit(cx, it, '+'))
        };
        Self {
            strangers: works().filter(|it| has_functions && is_stranger(cx, it)).map(|it| it.span).collect(),
            eased: works().filter(is_eased).map(|it| it.span).collect(),
            once: works().filter(|it| makes_once(cx, it)).map(|it| it.span).collect(),
            holding: holding(cx),
            beside: beside(cx),
            unknown_options: unread.iter().any(|(command, _)| !keeps_options(cx, command)),
        }
    }

    /// Why a failure of the command there may be meant to be passed over, to be said behind its name; or what would go
    /// wrong where it ended the script.
    pub fn against(&self, command: Span) -> Option<&str> {
        let beside = || self.beside.iter().find(|it| it.span.contains(command));
        if self.strangers.contains(&command) {
            Some("may be a function of a file that was not read, and its status an answer")
        } else if self.holding.iter().any(|held| held.contains(command)) {
            Some("would leave held what is let go of behind it")
        } else {
            beside().map(|it| it.why)
        }
    }
}

/// Whether the name may be that of a function of any file that was not read: of the system's, too, or of one that reads this
/// script as a part of itself.
pub(super) fn may_come_from_elsewhere(cx: &Context<'_>, entry: &Entry) -> bool {
    is_unknown_name(cx, entry) && (cx.trace.standing == Standing::Part || reads_functions(cx))
}

/// Whether functions may come from a file that was not read.
fn reads_functions(cx: &Context<'_>) -> bool {
    cx.commands().filter_map(|it| unread_file(cx, it)).any(|(_, path)| !holds_settings(&path))
}

/// The path of a file that a command has the shell read, where it was not read here.
fn unread_file<'a>(cx: &Context<'_>, command: &'a Command) -> Option<(&'a Command, String)> {
    let mut words =
        command.as_simple()?.words.iter().skip_while(|word| is_one_of(cx, word, &["command", "builtin"]));
    let reads = words.next().is_some_and(|word| is_one_of(cx, word, &[".", "source"]));
    let operand = words.find(|word| reads && !is_one_of(cx, word, &["--"]))?;
    let path = cx.text(operand.span);
    (cx.units.at_word(operand.span).is_none() && path != "/dev/null").then_some((command, path))
}

fn is_one_of(cx: &Context<'_>, word: &Word, texts: &[&str]) -> bool {
    texts.contains(&cx.text(word.span).as_str())
}

/// Whether a file is one of settings by its place.
fn holds_settings(path: &str) -> bool {
    let path = path.trim_matches(['"', '\'']);
    let places = ["/etc/default/", "/etc/sysconfig/", "/etc/conf.d/"];
    let endings = ["-release", ".conf", "/bin/activate"];
    places.iter().any(|place| path.starts_with(place)) || endings.iter().any(|ending| path.ends_with(ending))
}

/// Whether nothing is known by the command's name, which is that of no program in a certain place.
fn is_stranger(cx: &Context<'_>, entry: &Entry) -> bool {
    let word = cx.command(entry).and_then(|command| command.as_simple()?.words.first());
    let is_name = word.is_some_and(|word| !cx.text(word.span).contains(['/', '$']));
    is_name && !entry.is_function && cx.units.vocabulary.commands.command(&entry.name).is_none()
}

fn makes_once(cx: &Context<'_>, entry: &Entry) -> bool {
    let Some(command) = cx.command(entry) else { return false };
    let texts = cx.literals(command);
    let begins = |words: &[&str]| {
        texts.len() > words.len() && texts.iter().zip(words).all(|(text, word)| text.as_deref() == Some(word))
    };
    let Some((words, option)) = REFUSES.iter().find(|(words, _)| begins(words)) else { return false };
    let passes_over = |text: &String| {
        let letters = text.strip_prefix('-').filter(|letters| !letters.starts_with('-'));
        option.is_some_and(|(long, short)| text == long || letters.is_some_and(|it| it.contains(short)))
    };
    // Without an operand, as in a pipeline, nothing is made.
    let operands = &texts[words.len()..];
    let has_operand = operands.iter().any(|text| text.as_ref().is_none_or(|text| !text.starts_with('-')));
    has_operand && !operands.iter().flatten().any(passes_over) && !is_made_anew(cx, command)
}

/// Whether what is named last in a command is removed before it, or has a name that is another one in each run.
fn is_made_anew(cx: &Context<'_>, command: &Command) -> bool {
    let name = |word: &Word| cx.text(word.span).replace('"', "");
    let Some(made) = command.as_simple().and_then(|simple| simple.words.last()).map(name) else {
        return false;
    };
    let is_before = |it: &&Command| it.span.file == command.span.file && it.span.end < command.span.start;
    cx.commands().filter(is_before).filter_map(Command::as_simple).any(|simple| {
        let removes = simple.words.first().is_some_and(|word| is_one_of(cx, word, &["rm"]));
        let makes = |assignment: &Assignment| {
            let text = cx.text(assignment.span);
            let (name, value) = text.split_once('=').unwrap_or_default();
            let path = [format!("${name}"), format!("${{{name}}}")];
            let is_within = path.iter().any(|path| made == *path || made.starts_with(&format!("{path}/")));
            is_within && ["mktemp", "$(date", "`date", "$$"].iter().any(|own| value.contains(own))
        };
        removes && simple.words.iter().any(|word| name(word) == made) || simple.assignments.iter().any(makes)
    })
}

/// See [`Doubts::holding`]. Where a trap is set for the end, that lets go.
fn holding(cx: &Context<'_>) -> Vec<Span> {
    let mut between = Vec::new();
    // Most scripts name none of them, and this is asked at each keystroke.
    let is_named = |word: &str| {
        let mut texts = cx.units.documents.iter().map(|document| &document.text);
        texts.any(|text| memchr::memmem::find(text, word.as_bytes()).is_some())
    };
    for (hold, release) in HELD.iter().filter(|(_, release)| is_named(release[0])) {
        let begins = |statement: &Statement, words: &[&str]| {
            let commands = statement.pipelines().flat_map(|pipeline: &Pipeline| &pipeline.commands);
            commands.map(|it| cx.literals(it)).any(|texts| {
                texts.len() >= words.len()
                    && texts.iter().zip(words).all(|(text, word)| text.as_deref() == Some(word))
            })
        };
        for list in cx.all_lists() {
            let statements = &list.statements;
            let Some(last) = statements.iter().rposition(|it| begins(it, release)) else { continue };
            let Some(first) = statements[..last].iter().position(|it| begins(it, hold)) else { continue };
            between.extend(statements[first + 1..=last].iter().map(|statement| statement.span));
        }
    }
    between.extend(cx.all_lists().flat_map(|list| locked(cx, list)));
    if !between.is_empty() && !exit_traps(cx).is_empty() {
        between.clear();
    }
    between
}

/// The statements of a list from a lock file's being made to its removal: a test before has asked for it.
fn locked(cx: &Context<'_>, list: &List) -> Vec<Span> {
    let statements = &list.statements;
    let names = |statement: &Statement, programs: &[&str]| -> Vec<String> {
        let commands = statement.pipelines().flat_map(|pipeline| &pipeline.commands);
        let simple = commands.filter_map(Command::as_simple);
        let wanted = simple.filter(|it| it.words.first().is_some_and(|word| is_one_of(cx, word, programs)));
        wanted.flat_map(|it| it.words.iter().skip(1).map(|word| unquoted(cx, word))).collect()
    };
    let asks = |name: &str, before: u32| {
        let tests = cx.commands().filter(|it| it.span.end <= before && cx.is_test(it));
        tests.map(|it| plain(&cx.text(it.span))).any(|test| asks_for(&test, name, &["-f", "-e", "-d"]))
    };
    let removed = statements
        .iter()
        .enumerate()
        .flat_map(|(last, it)| names(it, &["rm", "rmdir"]).into_iter().map(move |name| (last, name)));
    let mut held = Vec::new();
    for (last, name) in removed.filter(|(_, name)| !name.starts_with('-')) {
        let makes = |it: &Statement| {
            let commands = it.pipelines().flat_map(|pipeline| &pipeline.commands);
            names(it, &["touch"]).contains(&name)
                || name.to_lowercase().contains("lock") && names(it, &["mkdir"]).contains(&name)
                || commands.filter(|it| cx.only_prints(it)).any(|it| written(cx, it).contains(&name))
        };
        let first = statements[..last].iter().position(makes);
        if let Some(first) = first.filter(|&first| asks(&name, statements[first].span.start)) {
            held.extend(statements[first + 1..=last].iter().map(|statement| statement.span));
        }
    }
    held
}
