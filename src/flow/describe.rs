//! What a command is, by its words and what is known of commands of that name.

use super::answer::Purpose;
use super::program::{FunctionId, Program};
use super::units::Units;
use crate::shell::knowledge::{Arg, InnerText, Input, Passes, Role};
use crate::syntax::{Command, Operation, Part, Redirect, RedirectOperator, Word};
use crate::text::Span;

/// What the engine and the rules ask of a command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Description {
    /// A non-zero status is an answer.
    pub(crate) asks: bool,
    /// Does nothing but print.
    pub(crate) prints: bool,
    /// Cannot fail in a way that a script could care for.
    pub(crate) always_succeeds: bool,
    /// Removes or overwrites something, or runs what does.
    pub(crate) destroys: bool,
    /// Removes or overwrites something by its own hand, and not by a command in its words.
    pub(crate) destroys_itself: bool,
    /// The code that it runs, or prints to be run by `eval`, leaves the shell's options as they are.
    pub(crate) keeps_options: bool,
    /// Whether it reads its input to the end.
    pub(crate) input: Input,
}

impl Description {
    /// What such a command is there for.
    pub(super) fn purpose(&self) -> Purpose {
        match self {
            Self { asks: true, .. } => Purpose::Asks,
            Self { prints: true, .. } => Purpose::Prints,
            Self { always_succeeds: true, .. } => Purpose::Steers,
            _ => Purpose::Works,
        }
    }
}

/// Commands that steer the shell; what they do is not work that could fail.
const CONTROL: [&str; 22] = [
    ":", "true", "false", "exit", "return", "break", "continue", "set", "shopt", "trap", "shift", "local",
    "declare", "typeset", "export", "readonly", "unset", "[", "test", "alias", "getopts", "let",
];

/// How many wrappers may stand one inside the other: `sudo nice timeout 5 cmd`.
const MAX_WRAPPERS: usize = 6;

/// What is known of a word before it is expanded, for the table of commands.
#[derive(Clone, Debug)]
pub(crate) enum Argument {
    Text(String),
    Start(String),
    /// `$OPTIONS`, `"${ssh_args[@]}"`: by its name any number of options, and nothing else.
    Options,
    Unknown,
}

impl Argument {
    fn of(word: &Word, text: &[u8]) -> Self {
        if let Some(literal) = word.literal_str(text) {
            Self::Text(literal)
        } else if let Some(start) = known_start(word, text) {
            Self::Start(start)
        } else if names_options(word, text) {
            Self::Options
        } else {
            Self::Unknown
        }
    }

    pub(crate) fn as_arg(&self) -> Arg<'_> {
        match self {
            Self::Text(text) => Arg::Text(text),
            Self::Start(start) => Arg::Start(start),
            Self::Options => Arg::Start("--"),
            Self::Unknown => Arg::Unknown,
        }
    }
}

/// What is known of the words of a command behind its name.
pub(crate) fn arguments_of(words: &[&Word], text: &[u8]) -> Vec<Argument> {
    words.iter().map(|word| Argument::of(word, text)).collect()
}

/// A list of options is expanded without quotes, or as an array, and called by what it is.
fn names_options(word: &Word, text: &[u8]) -> bool {
    const NAMES: [&str; 4] = ["opt", "arg", "flag", "switch"];
    let splits =
        matches!(word.parts.as_slice(), [Part::Parameter(_)]) || word.source(text).ends_with(b"[@]}\"");
    let source = String::from_utf8_lossy(word.source(text)).to_ascii_lowercase();
    splits && source.contains('$') && NAMES.iter().any(|name| source.contains(name))
}

/// The literal text that a word begins with, where the whole of it is not known.
fn known_start(word: &Word, text: &[u8]) -> Option<String> {
    let first = match word.parts.first()? {
        Part::DoubleQuoted(_, parts) => parts.first()?,
        part => part,
    };
    let Part::Literal(span) = first else { return None };
    std::str::from_utf8(&text[span.range()]).ok().map(str::to_owned)
}

/// Whether a function does nothing but print.
pub(super) fn only_prints(function: FunctionId, program: &Program<'_>) -> bool {
    let body = &program.function(function).definition.body;
    let mut prints = true;
    program.script_of(body).each_command_below(body, &mut |inner| {
        if let Some(simple) = inner.as_simple().filter(|simple| !simple.words.is_empty()) {
            let words: Vec<&Word> = simple.words.iter().collect();
            let description = describe(&words, program.units);
            prints &= description.prints
                || description.always_succeeds
                || description.asks
                || program.literal(words[0]).is_some_and(|name| matches!(&*name, "date" | "tput"));
        }
    });
    prints
}

/// Describes the command that these words are; the first is its name.
pub(crate) fn describe(words: &[&Word], units: &Units) -> Description {
    let mut description = Description::default();
    let mut words = words;
    // `sudo true` does what sudo does; `command echo` does no more than `echo`.
    let mut in_shell = true;
    for depth in 0..MAX_WRAPPERS {
        let Some((first, args)) = words.split_first() else { return description };
        let text = units.source(first.span.file);
        let Some(name) = first.literal_str(text) else {
            description.always_succeeds |= assigns(first, text);
            return description;
        };
        let name = name.rsplit('/').next().unwrap_or_default();
        let args: Vec<Argument> =
            args.iter().map(|word| Argument::of(word, units.source(word.span.file))).collect();
        let args: Vec<Arg<'_>> = args.iter().map(Argument::as_arg).collect();
        let control = CONTROL.contains(&name);
        let Some(facts) = units.vocabulary.commands.command(name) else {
            description.always_succeeds |= control;
            return description;
        };
        let reading = facts.reading(&args);
        description.asks = reading.asks();
        if in_shell {
            description.prints = reading.only_prints();
            description.always_succeeds = reading.always_succeeds() || control;
        }
        in_shell &= matches!(name, "command" | "builtin" | "exec");
        description.destroys_itself |= depth == 0 && reading.roles().contains(Role::Destroy);
        description.destroys |= reading.roles().contains(Role::Destroy);
        description.input = reading.input();
        description.keeps_options = reading.keeps_options();
        let Some(inner) = reading.inner() else { return description };
        let InnerText::Words { start, .. } = inner.text else { return description };
        if inner.passes != Passes::Yes {
            description.asks = false;
            description.destroys |= describe(&words[start + 1..], units).destroys;
            return description;
        }
        words = &words[start + 1..];
    }
    description
}

/// `eval "x_$name=1"`: a word that is an assignment once the outer shell has put in a part of the name.
fn assigns(word: &Word, text: &[u8]) -> bool {
    let given = |part: &Part| matches!(part, Part::Parameter(inner) if inner.operation == Operation::Given);
    let behind = word.parts.iter().skip_while(|part| !given(part)).find(|part| !given(part));
    let Some(Part::Literal(span)) = behind else { return false };
    let name_end = text[span.range()].iter().find(|byte| !byte.is_ascii_alphanumeric() && **byte != b'_');
    name_end == Some(&b'=')
}

/// The words as they are printed, with a blank for what is expanded.
pub(crate) fn spoken<'w>(words: impl IntoIterator<Item = &'w Word>, units: &Units) -> String {
    let mut message = String::new();
    for word in words {
        let text = units.source(word.span.file);
        if word.literal(text).is_some_and(|word| is_option(&word)) {
            continue;
        }
        word.parts.iter().for_each(|part| speak(part, text, &mut message));
        message.push(' ');
    }
    message
}

/// `-n`, `-ne`.
fn is_option(word: &[u8]) -> bool {
    word.strip_prefix(b"-")
        .is_some_and(|letters| letters.len() < 2 || letters.iter().all(|it| b"neE".contains(it)))
}

fn speak(part: &Part, text: &[u8], message: &mut String) {
    let lossy = |span: Span| String::from_utf8_lossy(&text[span.range()]).into_owned();
    match part {
        Part::Literal(span) => message.push_str(lossy(*span).replace("\\n", " ").trim_start_matches('\\')),
        Part::SingleQuoted(span) => message.push_str(lossy(*span).trim_matches('\'')),
        Part::AnsiQuoted(span) => message.push_str(lossy(*span).trim_start_matches('$').trim_matches('\'')),
        Part::DoubleQuoted(_, parts) => parts.iter().for_each(|part| speak(part, text, message)),
        _ => message.push(' '),
    }
}

/// Whether what a command prints reaches somebody, and is not put into a file that is no log. Where it is `kept`, by the script
/// itself or by what it runs in, it must go elsewhere.
pub(super) fn is_heard(command: &Command, kept: bool, units: &Units) -> bool {
    use RedirectOperator::{DuplicateOutput, Write};
    let to_file = written_to(command, units).any(|(operator, target)| {
        let terminal = matches!(target, b"/dev/stderr" | b"/dev/stdout" | b"/dev/tty" | b"/dev/console");
        operator == Write && !terminal
    });
    let elsewhere =
        written_to(command, units).any(|(operator, target)| operator == DuplicateOutput && target != b"1");
    !to_file && !is_thrown_away(command, units) && (!kept || elsewhere)
}

/// Whether nobody reads what a command prints.
pub(super) fn is_thrown_away(command: &Command, units: &Units) -> bool {
    written_to(command, units).any(|(operator, target)| match target {
        b"-" => operator == RedirectOperator::DuplicateOutput,
        _ => target == b"/dev/null",
    })
}

/// How and where to a command's standard output is written.
fn written_to<'u>(
    command: &'u Command,
    units: &'u Units,
) -> impl Iterator<Item = (RedirectOperator, &'u [u8])> {
    use RedirectOperator::{Append, AppendBoth, Clobber, DuplicateOutput, Write, WriteBoth};
    let writes = |redirect: &&Redirect| {
        let standard_output = redirect.descriptor.is_none_or(|span| units.text(span) == b"1");
        let operators = [Append, AppendBoth, Clobber, DuplicateOutput, Write, WriteBoth];
        operators.contains(&redirect.operator) && standard_output
    };
    let place = |redirect: &'u Redirect| (redirect.operator, units.text(redirect.target.span));
    command.redirects.iter().filter(writes).map(place)
}
