//! What is known of one call of a command, by its arguments.

use std::sync::Arc;

use super::arguments::{Arg, Item, Place, Sorted, Stop, is_assignment, sort};
use super::facts::{
    Alternatives, Answers, CommandFacts, Effect, InnerForm, InnerRules, Input, OperandRules, Passes,
    RefusedWord, When,
};
use super::operands::operand_indexes;
use super::roles::{Role, Roles};

/// `aws s3 cp`, `az storage blob upload`.
const DEEPEST_SUBCOMMAND: usize = 3;

/// What is known of one call of a command.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    pub(super) effect: Effect,
    pub(super) args: Vec<Arg<'a>>,
    pub(super) items: Vec<Item<'a>>,
    /// Where the sorted arguments end: what follows belongs to an inner command.
    end: usize,
    /// How many leading operands are sub-command words.
    pub(super) subcommands: usize,
}

/// A command that is run by another, where it stands among the arguments of that other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inner {
    /// Where its text is.
    pub text: InnerText,
    /// What becomes of its status.
    pub passes: Passes,
    /// It is run any number of times, also after one of them has failed: by `xargs`, `find -exec`.
    pub many: bool,
}

/// Where an inner command's text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InnerText {
    /// The arguments from `start` up to `end` (not included) are its words: `sudo rm x`.
    Words {
        /// The argument that is its name.
        start: usize,
        /// The first argument that is no longer part of it.
        end: usize,
    },
    /// The rest of this argument is a shell script: `bash -c '…'`.
    String(Place),
    /// The arguments from this one on, joined by spaces, are a shell script: `eval`, `ssh host …`.
    Strings {
        /// The first of them.
        from: usize,
    },
}

impl CommandFacts {
    /// What is known of a call with these arguments (the command's name is not among them).
    ///
    /// Linear in the number of arguments, but for the few `when` entries of the command.
    pub fn reading<'a>(&self, args: &[Arg<'a>]) -> Reading<'a> {
        let (guess, subcommands) = self.subcommand(args);
        let mut sorted = self.sort_own(&guess, args, subcommands);
        let mut effect = self.always.clone();
        let mut unsure_of_input = false;
        for when in &self.when {
            match when.fits(args, &sorted.items, effect.operands.as_deref(), subcommands) {
                Fit::Yes => effect.overrule(&when.effect),
                Fit::Unsure => unsure_of_input |= when.effect.input.is_some(),
                Fit::No => {}
            }
        }
        if unsure_of_input && effect.input == Some(Input::Whole) {
            effect.input = Some(Input::Unknown);
        }
        // A flag may have told that an inner command follows after all: `runuser -u x -- cmd`.
        if !effect.sorts_like(&guess) {
            sorted = self.sort_own(&effect, args, subcommands);
        }
        Reading { effect, args: args.to_vec(), items: sorted.items, end: sorted.end, subcommands }
    }

    /// What the sub-command says, and how many operands its words take.
    ///
    /// The sub-command tells which options take a value and whether an inner command follows; only then is it known
    /// which flags belong to this command, and which word is the next sub-command (`docker compose -f x exec`).
    fn subcommand(&self, args: &[Arg<'_>]) -> (Effect, usize) {
        let mut effect = self.always.clone();
        let mut longest = 0;
        if self.when.iter().flat_map(|when| &when.args).all(Alternatives::is_flag) {
            return (effect, longest);
        }
        for _ in 0..=DEEPEST_SUBCOMMAND {
            let items = sort(self, options(&effect), args, Stop::Never).items;
            let mut next = self.always.clone();
            longest = 0;
            for when in &self.when {
                let Some(length) = subcommands(&when.args, args, &items) else { continue };
                longest = longest.max(length);
                if when.is_subcommand() {
                    next.overrule(&when.effect);
                }
            }
            let is_settled = options(&next).len() == options(&effect).len();
            effect = next;
            if is_settled {
                break;
            }
        }
        (effect, longest)
    }

    /// Sorts the arguments that belong to the command itself and not to one that it runs.
    fn sort_own<'a>(&self, effect: &Effect, args: &[Arg<'a>], subcommands: usize) -> Sorted<'a> {
        let stop = match &effect.inner {
            Some(inner) if !inner.after.is_empty() && inner.until.is_empty() => Stop::AtWord(&inner.after),
            Some(inner) if inner.after.is_empty() && inner.takes_operands() => Stop::BehindOperands {
                count: subcommands + inner.skip_operands,
                assignments: inner.assignments,
            },
            _ => Stop::Never,
        };
        sort(self, options(effect), args, stop)
    }
}

impl InnerRules {
    /// Whether the operands behind those to skip are the inner command.
    fn takes_operands(&self) -> bool {
        match self.form {
            InnerForm::Words | InnerForm::Strings => true,
            // `bash -c 'script' name -x`: what follows the script is not for bash.
            InnerForm::String => self.string_flag.is_some(),
            InnerForm::None => false,
        }
    }
}

impl Effect {
    /// Whether all arguments are to this one what they are to another, for the same rules say so.
    fn sorts_like(&self, other: &Self) -> bool {
        same(self.inner.as_ref(), other.inner.as_ref())
            && same(self.options_with_value.as_ref(), other.options_with_value.as_ref())
    }
}

fn same<T>(one: Option<&Arc<T>>, other: Option<&Arc<T>>) -> bool {
    one.map(Arc::as_ptr) == other.map(Arc::as_ptr)
}

fn options(effect: &Effect) -> &[String] {
    effect.options_with_value.as_deref().map_or(&[], Vec::as_slice)
}

/// How many leading operands the sub-command words of `wanted` take; `None` when they do not stand there.
///
/// Leading operands that are not known are passed over: `docker $opts run`.
fn subcommands(wanted: &[Alternatives], args: &[Arg<'_>], items: &[Item<'_>]) -> Option<usize> {
    let words = || wanted.iter().filter(|word| !word.is_flag());
    let mut operands = operand_indexes(items).map(|arg| args[arg]).peekable();
    let mut count = 0;
    if words().next().is_none() {
        return Some(0);
    }
    while operands.next_if(|arg| arg.text().is_none()).is_some() {
        count += 1;
    }
    for word in words() {
        let operand = operands.next()?.text()?;
        word.iter().find(|choice| *choice == operand)?;
        count += 1;
    }
    Some(count)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Yes,
    No,
    /// It hangs on an argument that is not known.
    Unsure,
}

impl When {
    /// Whether sub-command words are its only condition.
    fn is_subcommand(&self) -> bool {
        self.matches.is_none() && !self.args.is_empty() && self.args.iter().all(|word| !word.is_flag())
    }

    fn fits(
        &self,
        args: &[Arg<'_>],
        items: &[Item<'_>],
        operands: Option<&OperandRules>,
        subcommand_words: usize,
    ) -> Fit {
        if !has_flags(&self.args, items) || subcommands(&self.args, args, items).is_none() {
            return Fit::No;
        }
        let Some(pattern) = &self.matches else { return Fit::Yes };
        let own = args.iter().take(end_of(items));
        if own.filter_map(|arg| arg.text()).any(|text| pattern.is_match(text)) {
            return Fit::Yes;
        }
        let script_is_unknown = operands.is_some_and(|rules| {
            rules.scripts(items, subcommand_words).iter().any(|&arg| args[arg].text().is_none())
        });
        if script_is_unknown { Fit::Unsure } else { Fit::No }
    }
}

/// Whether the flags among `wanted` stand there; one that is named twice has to stand there twice.
fn has_flags(wanted: &[Alternatives], items: &[Item<'_>]) -> bool {
    let flags = wanted.iter().filter(|word| word.is_flag());
    flags.clone().all(|flag| {
        let given = items.iter().filter(
            |item| matches!(item, Item::Flag { name, .. } if flag.iter().any(|choice| name.is(choice))),
        );
        given.count() >= flags.clone().filter(|other| *other == flag).count()
    })
}

/// The argument behind the last sorted one.
fn end_of(items: &[Item<'_>]) -> usize {
    let index = |item: &Item<'_>| match item {
        Item::Flag { arg, .. } | Item::Operand(arg) => *arg,
        Item::Value { at, .. } => at.arg,
    };
    items.iter().map(index).max().map_or(0, |last| last + 1)
}

impl Reading<'_> {
    /// What the call is for.
    pub fn roles(&self) -> Roles {
        self.effect.roles.unwrap_or_default()
    }

    /// Whether these sub-command words and flags are there.
    pub(super) fn has_all(&self, wanted: &[Alternatives]) -> bool {
        has_flags(wanted, &self.items) && subcommands(wanted, &self.args, &self.items).is_some()
    }

    /// Whether this flag is there: `-x`, `--long`.
    pub(super) fn has_flag(&self, written: &str) -> bool {
        self.items.iter().any(|item| matches!(item, Item::Flag { name, .. } if name.is(written)))
    }

    /// Whether a non-zero status (which ones: see [`Self::answers`]) is an answer and not a failure.
    pub fn asks(&self) -> bool {
        self.roles().contains(Role::Ask)
    }

    /// The non-zero statuses that are an answer; [`Answers::None`] unless it asks.
    pub fn answers(&self) -> Answers {
        match &self.effect.answers {
            _ if !self.asks() => Answers::None,
            Some(answers) => answers.clone(),
            None => Answers::Any,
        }
    }

    /// Whether it does nothing but print its arguments.
    pub fn only_prints(&self) -> bool {
        self.roles().contains(Role::Print)
    }

    /// Whether it has no failure that a script could care for: `true`, `sleep`.
    pub fn always_succeeds(&self) -> bool {
        self.roles().contains(Role::AlwaysOk)
    }

    /// How much of its standard input it reads when it succeeds.
    pub fn input(&self) -> Input {
        let input = self.effect.input.unwrap_or(Input::Unknown);
        if self.effect.filter != Some(true) {
            return input;
        }
        let files: Vec<Arg<'_>> = self.file_operands().map(|arg| self.args[arg]).collect();
        if files.iter().any(|file| matches!(file, Arg::Text("-" | "/dev/stdin"))) || files.is_empty() {
            input
        } else if files.iter().any(|file| file.text().is_some()) {
            Input::None
        } else {
            // It may be an option, or an empty word that goes away.
            Input::Unknown
        }
    }

    /// The first command that it runs.
    pub fn inner(&self) -> Option<Inner> {
        self.inners().first().copied()
    }

    /// All the commands that it runs, in order: `find -exec a \; -exec b {} +` runs two.
    pub fn inners(&self) -> Vec<Inner> {
        let Some(rules) = &self.effect.inner else { return Vec::new() };
        if !rules.after.is_empty() {
            return self.inners_after(rules);
        }
        self.string_of(rules)
            .or_else(|| self.operands_of(rules))
            .map(|text| Inner { text, passes: rules.passes, many: rules.many })
            .into_iter()
            .collect()
    }

    /// Whether the code that it runs, or prints to be run by `eval`, leaves the shell's options as they are.
    pub fn keeps_options(&self) -> bool {
        self.effect.keeps_options == Some(true)
    }

    /// Whether it fails where it is fed nothing, or data that is cut short: `tar x`.
    pub fn refuses_empty(&self) -> bool {
        self.effect.refuses_empty == Some(true)
    }

    /// Whether it fails where this argument, an operand or the value of an option, is the empty string.
    pub fn refuses_empty_word(&self, arg: usize) -> bool {
        self.refuses(arg).is_some()
    }

    /// Whether it fails where this argument is not there.
    pub fn refuses_missing_word(&self, arg: usize) -> bool {
        self.refuses(arg) == Some(RefusedWord::Missing)
    }

    fn refuses(&self, arg: usize) -> Option<RefusedWord> {
        self.items.iter().find_map(|item| match item {
            Item::Operand(own) if *own == arg => self.effect.refuses_operand,
            Item::Value { at, .. } if at.arg == arg => self.effect.refuses_value,
            _ => None,
        })
    }

    /// Whether it picks what is old, to have it removed.
    pub fn selects_old(&self) -> bool {
        self.effect.selects_old == Some(true)
    }

    /// Whether it ends by itself, and waits for nobody but for what its operands and the commands before it give.
    pub fn ends(&self) -> bool {
        self.effect.ends == Some(true)
    }

    /// What becomes of the status of the script that it reads from its standard input; `None` when it reads none there.
    pub fn fed(&self) -> Option<Passes> {
        let rules = self.effect.inner.as_ref().filter(|rules| rules.fed)?;
        let operands = operand_indexes(&self.items).filter(|arg| self.args[*arg] != Arg::Text("-")).count();
        let reads_input = |item: &Item<'_>| matches!(item, Item::Flag { name, .. } if name.is("-s"));
        let none_else = match rules.form {
            InnerForm::String if rules.string_flag.is_none() => true,
            _ => operands <= self.subcommands + rules.skip_operands || self.items.iter().any(reads_input),
        };
        (none_else && self.inners().is_empty()).then_some(rules.passes)
    }

    fn inners_after(&self, rules: &InnerRules) -> Vec<Inner> {
        let is_after =
            |arg: &Arg<'_>| arg.text().is_some_and(|text| rules.after.iter().any(|word| word == text));
        let mut inners = Vec::new();
        let mut from = 0;
        while let Some(offset) = self.args[from..].iter().position(is_after) {
            let start = from + offset + 1;
            let (end, passes) = self.end_of_inner(rules, start);
            if start < end {
                inners.push(Inner { text: InnerText::Words { start, end }, passes, many: rules.many });
            }
            if rules.until.is_empty() {
                break;
            }
            from = end;
        }
        inners
    }

    fn end_of_inner(&self, rules: &InnerRules, start: usize) -> (usize, Passes) {
        for (index, arg) in self.args.iter().enumerate().skip(start) {
            let Some(text) = arg.text() else { continue };
            if let Some(until) = rules.until.iter().find(|until| until.word == text) {
                return (index, until.passes);
            }
        }
        (self.args.len(), rules.passes)
    }

    fn string_of(&self, rules: &InnerRules) -> Option<InnerText> {
        let in_option = self.items.iter().find_map(|item| match item {
            Item::Value { name, at } if name.is_any(&rules.string_options) => Some(*at),
            _ => None,
        });
        if let Some(at) = in_option {
            return Some(InnerText::String(at));
        }
        let flag = rules.string_flag.as_deref()?;
        self.items.iter().find(|item| matches!(item, Item::Flag { name, .. } if name.is(flag)))?;
        (self.end < self.args.len()).then(|| InnerText::String(Place::whole(self.end)))
    }

    fn operands_of(&self, rules: &InnerRules) -> Option<InnerText> {
        let own = operand_indexes(&self.items).map(|arg| self.args[arg].known());
        let counted = own.filter(|known| !(rules.assignments && is_assignment(known))).count();
        if self.end >= self.args.len() || counted < self.subcommands + rules.skip_operands {
            return None;
        }
        match rules.form {
            InnerForm::Words => Some(InnerText::Words { start: self.end, end: self.args.len() }),
            InnerForm::Strings => Some(InnerText::Strings { from: self.end }),
            InnerForm::String | InnerForm::None => None,
        }
    }
}
