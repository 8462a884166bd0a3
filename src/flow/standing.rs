//! Whether a script is a program, or a part of one that others read.

use rustc_hash::FxHashSet;

use super::units::Units;
use crate::shell::Shebang;
use crate::shell::knowledge::Vocabulary;
use crate::syntax::{Command, CommandId, CommandKind, Operation, Part};
use crate::text::FileId;

/// What login programs, shells and desktops set.
const ENVIRONMENT: [&[u8]; 22] = [
    b"HOME",
    b"PATH",
    b"USER",
    b"LOGNAME",
    b"SHELL",
    b"TERM",
    b"LANG",
    b"PWD",
    b"OLDPWD",
    b"EDITOR",
    b"VISUAL",
    b"PAGER",
    b"DISPLAY",
    b"TMPDIR",
    b"MAIL",
    b"HOSTNAME",
    b"UID",
    b"EUID",
    b"PPID",
    b"RANDOM",
    b"LINENO",
    b"CI",
];

/// How the names begin that bash, getopts, desktops, remote shells and the runners of CI set.
const ENVIRONMENTS: [&[u8]; 10] =
    [b"BASH", b"OPT", b"XDG_", b"LC_", b"SSH_", b"SUDO_", b"GITHUB_", b"CI_", b"TRAVIS_", b"PIPE"];

/// What a script is to others. A part lives with the options of its reader: it should not set its own, nor `exit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Standing {
    /// Run by itself, as its first line says.
    Program,
    /// Nothing tells.
    #[default]
    Unclear,
    /// Read by another script: it returns at its top level, or calls functions that only a reader can have defined; or no
    /// first line says that it is a program, and it reads variables that only a reader can have set.
    Part,
}

/// What the script of these units is.
pub(super) fn standing(units: &Units) -> Standing {
    let survey = Survey::of(units);
    if survey.returns || survey.borrows && !survey.reads {
        Standing::Part
    } else if is_started_by_a_shell(units.source(FileId(0))) {
        Standing::Program
    } else if borrows_variables(units) {
        Standing::Part
    } else {
        Standing::Unclear
    }
}

/// Whether a variable in capitals is read and named in no other way, not even in a comment, that is none of the environment.
fn borrows_variables(units: &Units) -> bool {
    let named = named(units.source(FileId(0)));
    let mut borrows = false;
    units.script().each_command(&mut |command| {
        for part in command.words().flat_map(|word| &word.parts) {
            part.each(&mut |part| {
                if let Part::Parameter(it) = part
                    && it.operation == Operation::Value
                {
                    let name = units.text(it.name);
                    borrows |= is_capital(name) && !is_given(name) && !named.contains(name);
                }
            });
        }
    });
    borrows
}

/// The names in a text that are no expansions.
fn named(text: &[u8]) -> FxHashSet<&[u8]> {
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let mut names = FxHashSet::default();
    let mut at: usize = 0;
    for word in text.split(|byte| !in_name(byte)) {
        let before = at.checked_sub(1).map(|before| text[before]);
        if !word.is_empty() && !matches!(before, Some(b'$' | b'{')) {
            names.insert(word);
        }
        at += word.len() + 1;
    }
    names
}

fn is_capital(name: &[u8]) -> bool {
    let is_one = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
    name.first().is_some_and(u8::is_ascii_uppercase) && name.iter().all(is_one)
}

fn is_given(name: &[u8]) -> bool {
    ENVIRONMENT.contains(&name) || ENVIRONMENTS.iter().any(|prefix| name.starts_with(prefix))
}

/// The very first bytes name a shell; a byte order mark before them keeps the system from seeing that.
fn is_started_by_a_shell(text: &[u8]) -> bool {
    text.starts_with(b"#!") && Shebang::of(text).is_some_and(|shebang| shebang.dialect.is_some())
}

#[derive(Default)]
struct Survey {
    /// `return` stands outside a function.
    returns: bool,
    /// A function is called that is nowhere defined.
    borrows: bool,
    /// Another file is read: functions may come from there.
    reads: bool,
}

impl Survey {
    fn of(units: &Units) -> Self {
        let mut survey = Self::default();
        let (in_functions, defined) = functions(units);
        for script in units.texts() {
            script.each_command(&mut |command| {
                let name = command.as_simple().and_then(|simple| simple.words.first());
                let name = name.and_then(|word| word.literal_str(units.source(word.span.file)));
                match name.as_deref() {
                    Some("return") => {
                        survey.returns |= !in_functions.contains(&command.id) && is_own(command);
                    }
                    Some("." | "source") => survey.reads = true,
                    Some(name) => {
                        survey.borrows |=
                            !defined.contains(name.as_bytes()) && is_function_like(name, &units.vocabulary);
                    }
                    None => {}
                }
            });
        }
        survey
    }
}

fn is_own(command: &Command) -> bool {
    command.span.file == FileId(0)
}

/// The commands that stand in functions, and the functions' names.
fn functions(units: &Units) -> (FxHashSet<CommandId>, FxHashSet<&[u8]>) {
    let (mut inside, mut names) = (FxHashSet::default(), FxHashSet::default());
    for script in units.texts() {
        script.each_command(&mut |command| {
            let CommandKind::Function(function) = &command.kind else { return };
            names.insert(units.text(function.name));
            if inside.contains(&command.id) {
                return;
            }
            script.each_command_below(&function.body, &mut |inner| {
                inside.insert(inner.id);
            });
        });
    }
    (inside, names)
}

/// A name as people give it to functions and not to programs: `LogText`, `set_sysctl`, `info`.
fn is_function_like(name: &str, known: &Vocabulary) -> bool {
    let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let mixed = name.bytes().skip(1).any(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let logs = name != "logger" && known.claims.is_log_function(name);
    plain && (mixed || logs) && known.commands.command(name).is_none()
}
