//! What the options of a shell cover, and what not: in general, and in this script.

use std::fmt::Write as _;

use super::snapshot::{Analysis, Snapshot, is_at};
use crate::flow::{By, Fate};
use crate::report::{Alarm, Failures, Teller, clean_word, count};
use crate::shell::{Opt, Options, Setting};
use crate::syntax::{Command, Simple};
use crate::text::{FileId, LineIndex, Span};

/// How many commands are named that an option does not reach.
const MAX_NAMED: usize = 8;

/// An option, as its users know it, and what is to be known of it.
struct Known {
    option: Opt,
    name: &'static str,
    covers: &'static str,
    leaves: &'static str,
}

const KNOWN: [Known; 6] = [
    Known {
        option: Opt::Errexit,
        name: "errexit (`set -e`)",
        covers: "the shell ends with the status of the first command that fails.",
        leaves: "what fails in a condition (`if`, `while`, before `&&` and `||`, behind `!`) and in all that is called from there; \
                 in a pipeline before its last command; in a substitution that stands in the words of a command, or behind `local`, \
                 `export` and their like; in the background; in a process substitution.",
    },
    Known {
        option: Opt::Pipefail,
        name: "pipefail",
        covers: "the status of a pipeline is that of the last command in it which fails, and not that of its last command.",
        leaves: "whether anybody looks at that status: by itself it ends nothing. A writer whose reader has gone (`yes | head`) fails, too.",
    },
    Known {
        option: Opt::Nounset,
        name: "nounset (`set -u`)",
        covers: "expanding a variable that was never set ends the shell.",
        leaves: "variables that are set and empty, and `${x:-}`.",
    },
    Known {
        option: Opt::Errtrace,
        name: "errtrace (`set -E`)",
        covers: "functions, substitutions and subshells inherit the ERR trap.",
        leaves: "all that errexit leaves out: where that is ignored, the trap does not run either.",
    },
    Known {
        option: Opt::InheritErrexit,
        name: "inherit_errexit",
        covers: "errexit holds in command substitutions, too.",
        leaves: "the status of the substitution itself: in the words of a command nobody looks at it.",
    },
    Known {
        option: Opt::Lastpipe,
        name: "lastpipe",
        covers: "the last command of a pipeline runs in the shell itself, so that what it sets stays.",
        leaves: "the statuses of the commands before it.",
    },
];

/// What is told of the options that the command at an offset sets.
pub fn told(snapshot: &Snapshot, analysis: &Analysis, offset: u32) -> Option<(Span, String)> {
    let units = &analysis.units;
    let mut found = None;
    units.script().each_command(&mut |command| {
        if let Some(simple) = command.as_simple().filter(|_| is_at(command.span, offset)) {
            found =
                changes(simple, &snapshot.document.text).map(|changes| (command, changes)).or(found.take());
        }
    });
    let (command, changes): (&Command, Changes) = found?;
    let mut text = String::new();
    for (known, setting) in changes {
        let turns = if setting == Setting::On { "on" } else { "off" };
        let _ = write!(text, "**{}**, turned {turns}\n\n", known.name);
        let _ = write!(text, "When it is on, {}\n\nIt does not cover {}\n\n", known.covers, known.leaves);
        if known.option == Opt::Errexit && setting == Setting::On {
            text.push_str(&here(analysis));
        }
    }
    Some((command.span, text.trim_end().to_owned()))
}

type Changes = Vec<(&'static Known, Setting)>;

/// What `set` and `shopt` change, whatever was set before.
fn changes(simple: &Simple, text: &[u8]) -> Option<Changes> {
    let words: Vec<Option<String>> = simple.words.iter().map(|word| word.literal_str(text)).collect();
    let words: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
    let (name, args) = words.split_first()?;
    let after: fn(Options, &[Option<&str>]) -> Options = match *name {
        Some("set") => Options::after_set,
        Some("shopt") => Options::after_shopt,
        _ => return None,
    };
    let all = |setting| KNOWN.iter().fold(Options::default(), |all, known| all.with(known.option, setting));
    let changed = |known: &'static Known| {
        let on = after(all(Setting::Off), args).get(known.option) == Setting::On;
        let off = after(all(Setting::On), args).get(known.option) == Setting::Off;
        on.then_some((known, Setting::On)).or(off.then_some((known, Setting::Off)))
    };
    let changes: Changes = KNOWN.iter().filter_map(changed).collect();
    (!changes.is_empty()).then_some(changes)
}

/// What errexit comes to in this script.
fn here(analysis: &Analysis) -> String {
    let trace = &analysis.report().trace;
    let all = Failures::of(trace).all;
    let ended = trace
        .failure_points()
        .filter(|(_, it)| it.fate == Fate::Aborts && it.by == Some(By::Errexit))
        .count();
    let teller = Teller::new(&analysis.checked);
    let lost: Vec<_> = trace
        .failure_points()
        .map(|(entry, _)| entry)
        .filter(|entry| entry.span.file == FileId(0) && Alarm::of(entry) == Alarm::Silent)
        .collect();
    let mut text = format!("In this script it ends {ended} of {}.", count(all, "failure"));
    if lost.is_empty() {
        return text + " None is lost in silence.\n\n";
    }
    let lines = LineIndex::new(&analysis.report().document(FileId(0)).text);
    text.push_str(" These are lost all the same:\n\n");
    for entry in lost.iter().take(MAX_NAMED) {
        let line = lines.line(entry.span.start);
        let _ = writeln!(
            text,
            "- line {line}: `{}`, {}",
            clean_word(&entry.name),
            clean_word(&teller.words(entry))
        );
    }
    if lost.len() > MAX_NAMED {
        let _ = writeln!(text, "- and {} more", lost.len() - MAX_NAMED);
    }
    text + "\n"
}
