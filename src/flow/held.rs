//! The commands that a simple command holds in its words, or is fed: `sudo cmd`, `bash -c '…'`, `trap '…' EXIT`,
//! `ssh host <<EOF`, `echo '…' | sh`.

use rustc_hash::FxHashMap;

use super::describe::arguments_of;
use crate::shell::knowledge::{Arg, Inner, InnerText, Knowledge, Passes};
use crate::shell::{Dialect, Options};
use crate::syntax::{
    Command, CommandId, CommandKind, Operation, Parameter, Part, Parts, Pipeline, PutIn, Redirect,
    RedirectOperator, Said, Script, Simple, Word, parse_said,
};
use crate::text::Span;

/// How many wrappers may stand one inside the other: `sudo nice timeout 5 cmd`.
const MAX_WRAPPERS: usize = 6;

/// Commands that are held by another.
#[derive(Debug)]
pub(super) struct Held {
    /// The word whose first byte they are known by.
    pub(super) key: Key,
    pub(super) text: HeldText,
    pub(super) inner: InnerShell,
    /// The command that runs them.
    pub(super) holder: CommandId,
}

/// See [`Held::key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The word that holds or names them.
    Word(Span),
    /// The name of the shell that is fed with them.
    Fed(Span),
}

#[derive(Debug)]
pub(super) enum HeldText {
    /// Text that a shell reads.
    Said(Said),
    /// Words that are run as they are, without a shell.
    Words(Box<Command>),
}

/// How held commands run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InnerShell {
    /// What reads them.
    pub(crate) dialect: Dialect,
    /// What it starts with.
    pub(crate) options: Options,
    /// What becomes of their status.
    pub(crate) passes: Passes,
    /// They run any number of times, and again after they have failed.
    pub(crate) many: bool,
    /// No shell reads them, so that no function or builtin is meant.
    pub(crate) is_words: bool,
}

impl InnerShell {
    /// A text that the shell of `dialect` runs in its own process, or in one with no flags.
    pub(super) fn plain(dialect: Dialect) -> Self {
        let options = Options::initial(dialect);
        Self { dialect, options, passes: Passes::Yes, many: false, is_words: false }
    }
}

/// The names of all functions that are defined anywhere, and whether they may run what they are given.
pub(super) type Functions = FxHashMap<Vec<u8>, bool>;

/// What is looked at while the commands of one script are searched.
pub(super) struct Search<'a> {
    /// The text in which the script's words stand.
    pub(super) text: &'a [u8],
    pub(super) script: &'a Script,
    pub(super) dialect: Dialect,
    pub(super) functions: &'a Functions,
    pub(super) known: &'a Knowledge,
    /// What has been put into the script's text by who says it.
    pub(super) put_in: &'a PutIn,
}

impl Search<'_> {
    /// What a command holds.
    pub(super) fn held_by(&self, command: &Command) -> Vec<Held> {
        let Some(simple) = command.as_simple() else { return Vec::new() };
        let words: Vec<&Word> = simple.words.iter().collect();
        let mut held = self.held_in(command.id, &words);
        held.extend(self.fed_by_redirect(command, &words));
        held
    }

    /// What the elements of a pipeline feed to the shell behind them.
    pub(super) fn fed_in(&self, pipeline: &Pipeline) -> Vec<Held> {
        let pairs = pipeline.commands.windows(2).filter(|pair| input_of(&pair[1], self.text).is_none());
        pairs.filter_map(|pair| self.fed(pair[1].id, &words_of(&pair[1]), self.said_by(&pair[0])?)).collect()
    }

    fn held_in(&self, holder: CommandId, words: &[&Word]) -> Vec<Held> {
        let Some(name) = words.first().and_then(|word| word.literal_str(self.text)) else {
            return Vec::new();
        };
        match name.as_str() {
            "trap" => self.trap(holder, words).into_iter().collect(),
            // These run what follows in the shell itself.
            "exec" | "command" | "builtin" => {
                let flags = words[1..].iter().take_while(|word| self.starts_with_dash(word)).count();
                self.held_in(holder, &words[1 + flags..])
            }
            name => match self.functions.get(name.as_bytes()) {
                Some(true) => self.given_to_function(holder, words),
                Some(false) => Vec::new(),
                None => self.held_by_call(holder, words),
            },
        }
    }

    fn starts_with_dash(&self, word: &Word) -> bool {
        word.source(self.text).starts_with(b"-")
    }

    fn trap(&self, holder: CommandId, words: &[&Word]) -> Option<Held> {
        let dashes = words.get(1)?.literal(self.text).is_some_and(|word| word == b"--");
        let action = words.get(1 + usize::from(dashes))?;
        let resets = action.literal(self.text).is_some_and(|word| &*word == b"-");
        if resets || words.len() <= 2 + usize::from(dashes) {
            return None;
        }
        let inner = InnerShell { many: true, ..InnerShell::plain(self.dialect) };
        Self::said(holder, Said::by_words(&[action], self.text, self.put_in)?, Key::Word(action.span), inner)
    }

    /// `run sudo sh -c '…'`: a function may run what it is given.
    fn given_to_function(&self, holder: CommandId, words: &[&Word]) -> Vec<Held> {
        let is_wrapper = |word: &&Word| {
            let name = word.literal_str(self.text)?;
            let facts = self.known.command(base(&name))?;
            facts.runs_others().then_some(())
        };
        let Some(start) = words.iter().skip(1).position(|word| is_wrapper(word).is_some()) else {
            return Vec::new();
        };
        self.held_in(holder, &words[start + 1..])
    }

    fn held_by_call(&self, holder: CommandId, words: &[&Word]) -> Vec<Held> {
        let (_, inners) = self.runs(words).unwrap_or_default();
        inners.into_iter().filter_map(|inner| self.held_as(holder, words, inner)).collect()
    }

    /// What a call runs: the status of what it is fed, where it reads commands, and those in its words.
    fn runs(&self, words: &[&Word]) -> Option<(Option<Passes>, Vec<Inner>)> {
        let name = words.first()?.literal_str(self.text)?;
        let facts = self.known.command(base(&name)).filter(|facts| facts.runs_others())?;
        let texts = arguments_of(&words[1..], self.text);
        let args: Vec<Arg<'_>> = texts.iter().map(super::describe::Argument::as_arg).collect();
        let reading = facts.reading(&args);
        Some((reading.fed(), reading.inners()))
    }

    fn held_as(&self, holder: CommandId, words: &[&Word], inner: Inner) -> Option<Held> {
        let args = &words[1..];
        let mut shell = self.shell_of(words);
        (shell.passes, shell.many) = (inner.passes, inner.many);
        match inner.text {
            InnerText::String(place) => {
                let word = args.get(place.arg)?;
                let said = Said::by_words(&[word], self.text, self.put_in)?.without_start(place.start);
                Self::said(holder, said, Key::Word(word.span), shell)
            }
            InnerText::Strings { from } => {
                let word = args.get(from)?;
                Self::said(
                    holder,
                    Said::by_words(&args[from..], self.text, self.put_in)?,
                    Key::Word(word.span),
                    shell,
                )
            }
            InnerText::Words { start, end } => {
                let words: Vec<Word> = args.get(start..end)?.iter().map(|word| expanded(word)).collect();
                let key = Key::Word(words.first()?.span);
                shell.is_words = true;
                Some(Held { key, text: HeldText::Words(Box::new(alone(words))), inner: shell, holder })
            }
        }
    }

    fn said(holder: CommandId, said: Said, key: Key, inner: InnerShell) -> Option<Held> {
        (!said.begins_unknown()).then_some(Held { key, text: HeldText::Said(said), inner, holder })
    }

    /// The shell that the words start, with the options of its own flags and nothing of the outer one's (`opt.child.c`).
    fn shell_of(&self, words: &[&Word]) -> InnerShell {
        let name = words[0].literal_str(self.text).unwrap_or_default();
        let Some(dialect) = Dialect::of_name(base(&name)) else { return InnerShell::plain(self.dialect) };
        let texts: Vec<Option<String>> = words[1..].iter().map(|word| word.literal_str(self.text)).collect();
        let flags: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        InnerShell { options: Options::initial(dialect).after_set(&flags), ..InnerShell::plain(dialect) }
    }

    fn fed_by_redirect(&self, command: &Command, words: &[&Word]) -> Option<Held> {
        self.fed(command.id, words, self.text_of(input_of(command, self.text)?)?)
    }

    /// What is fed to the shell that stands in these words, behind its wrappers.
    fn fed(&self, holder: CommandId, words: &[&Word], said: Said) -> Option<Held> {
        self.fed_behind(holder, words, said, MAX_WRAPPERS)
    }

    fn fed_behind(&self, holder: CommandId, words: &[&Word], said: Said, depth: usize) -> Option<Held> {
        let depth = depth.checked_sub(1)?;
        let (fed, inners) = self.runs(words)?;
        if let Some(passes) = fed {
            let shell = InnerShell { passes, ..self.shell_of(words) };
            return Self::said(holder, said, Key::Fed(words[0].span), shell);
        }
        match inners.first()?.text {
            InnerText::Words { start, end } => {
                self.fed_behind(holder, words.get(start + 1..=end)?, said, depth)
            }
            InnerText::String(place) => {
                self.fed_in_text(holder, words.get(place.arg + 1..place.arg + 2)?, said, depth)
            }
            InnerText::Strings { from } => self.fed_in_text(holder, words.get(from + 1..)?, said, depth),
        }
    }

    /// `ssh host 'cd dir && bash -s' <<EOF`: the last command of the text is what reads.
    fn fed_in_text(&self, holder: CommandId, words: &[&Word], said: Said, depth: usize) -> Option<Held> {
        let text = parse_said(&Said::by_words(words, self.text, self.put_in)?, self.dialect, CommandId(0));
        let last = text.body.statements.last()?.pipelines().last()?.only_command()?;
        self.fed_behind(holder, &words_of(last), said, depth)
    }

    fn text_of(&self, redirect: &Redirect) -> Option<Said> {
        match redirect.operator {
            RedirectOperator::HereDocument => {
                Said::by_here_document(self.script.here_document(redirect)?, self.text, self.put_in)
            }
            RedirectOperator::HereString => Said::by_words(&[&redirect.target], self.text, self.put_in),
            _ => None,
        }
    }

    /// What a command prints, where its words tell: `cat <<EOF`, `echo '…'`, `printf '…\n'`.
    fn said_by(&self, command: &Command) -> Option<Said> {
        let words = words_of(command);
        let (name, args) = words.split_first()?;
        match name.literal_str(self.text)?.as_str() {
            "cat" if args.is_empty() => self.text_of(input_of(command, self.text)?),
            "echo" => {
                let flags = args.iter().take_while(|word| self.starts_with_dash(word)).count();
                let said = Said::by_words(&args[flags..], self.text, self.put_in)?;
                // Which escapes an echo knows differs from shell to shell.
                (!said.holds_backslash()).then_some(said)
            }
            "printf" => match args {
                [format] => Said::by_words(&[format], self.text, self.put_in)?.printed(),
                [format, word] if matches!(&*format.literal(self.text)?, b"%s\\n" | b"%s") => {
                    Said::by_words(&[word], self.text, self.put_in)
                }
                _ => None,
            },
            _ => None,
        }
    }
}

fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn words_of(command: &Command) -> Vec<&Word> {
    command.as_simple().map(|simple| simple.words.iter().collect()).unwrap_or_default()
}

/// The redirection that is a command's standard input in the end.
fn input_of<'c>(command: &'c Command, text: &[u8]) -> Option<&'c Redirect> {
    let reads = |redirect: &&Redirect| {
        let operator = matches!(
            redirect.operator,
            RedirectOperator::Read
                | RedirectOperator::ReadWrite
                | RedirectOperator::DuplicateInput
                | RedirectOperator::HereDocument
                | RedirectOperator::HereString
        );
        operator && redirect.descriptor.is_none_or(|span| &text[span.range()] == b"0")
    };
    command.redirects.iter().rfind(reads)
}

/// A command of these words, its number still open.
fn alone(words: Vec<Word>) -> Command {
    let span = words[0].span.to(words[words.len() - 1].span);
    let kind = CommandKind::Simple(Simple { assignments: Vec::new(), words });
    Command { span, kind, redirects: Vec::new(), id: CommandId(0) }
}

/// The word as the command that runs it gets it: what stands in substitutions has run before, and is no part of it.
fn expanded(word: &Word) -> Word {
    let parts: Parts = word.parts.iter().map(expanded_part).collect();
    Word { span: word.span, parts }
}

fn expanded_part(part: &Part) -> Part {
    let mut runs = false;
    part.each(&mut |part| runs |= matches!(part, Part::Substitution(_) | Part::Process(_)));
    match part {
        Part::DoubleQuoted(span, parts) => {
            Part::DoubleQuoted(*span, parts.iter().map(expanded_part).collect())
        }
        _ if runs => given(part),
        _ => part.clone(),
    }
}

fn given(part: &Part) -> Part {
    let span = part.span();
    let name = Span { end: span.start, ..span };
    Part::Parameter(Box::new(Parameter { span, name, operation: Operation::Given, parts: Vec::new() }))
}
