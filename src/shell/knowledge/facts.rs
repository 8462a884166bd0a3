//! The shape of `rules/commands/*.toml`; `rules/commands/README.md` documents it for contributors.

use std::sync::Arc;

use regex_lite::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

use super::lies::LieEntry;
use super::roles::{Role, Roles};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub command: Vec<CommandEntry>,
}

/// What a command is for, and what its words and its status mean; documented in `rules/commands/README.md`.
// Repeats the fields of `Effect`, for serde's `flatten` lets unknown keys pass.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandEntry {
    pub(super) name: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    #[serde(default)]
    pub(super) extend: bool,
    long_single_dash: Option<bool>,
    bundled_first: Option<bool>,
    keeps_input: Option<bool>,
    roles: Option<Roles>,
    answers: Option<Answers>,
    input: Option<Input>,
    filter: Option<bool>,
    keeps_options: Option<bool>,
    selects_old: Option<bool>,
    ends: Option<bool>,
    refuses_empty: Option<bool>,
    refuses_operand: Option<RefusedWord>,
    refuses_value: Option<RefusedWord>,
    options_with_value: Option<Vec<String>>,
    operands: Option<OperandRules>,
    inner: Option<InnerRules>,
    #[serde(default)]
    when: Vec<WhenEntry>,
    #[serde(default)]
    lie: Vec<LieEntry>,
}

/// What changes with the arguments.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhenEntry {
    #[serde(default)]
    args: Vec<Alternatives>,
    matches: Option<Pattern>,
    roles: Option<Roles>,
    answers: Option<Answers>,
    input: Option<Input>,
    filter: Option<bool>,
    keeps_options: Option<bool>,
    selects_old: Option<bool>,
    ends: Option<bool>,
    refuses_empty: Option<bool>,
    refuses_operand: Option<RefusedWord>,
    refuses_value: Option<RefusedWord>,
    options_with_value: Option<Vec<String>>,
    operands: Option<OperandRules>,
    inner: Option<InnerRules>,
}

/// What is known of one command. Ask it by [`CommandFacts::reading`].
#[derive(Clone, Debug)]
pub struct CommandFacts {
    /// The base name of the command word.
    pub name: String,
    pub(super) long_single_dash: bool,
    pub(super) bundled_first: bool,
    /// What it is fed it carries out, or puts where it lasts: a shell, a database client, `tee`.
    pub keeps_input: bool,
    pub(super) always: Effect,
    /// Fewest words first, and of equals the first in the file last, so that later ones may overrule earlier ones.
    pub(super) when: Vec<When>,
    pub(super) lies: Vec<LieEntry>,
}

impl CommandFacts {
    /// Whether it is there to run another command, which its arguments name.
    pub fn wraps(&self) -> bool {
        self.always.inner.is_some()
    }
}

#[derive(Clone, Debug)]
pub(super) struct When {
    pub args: Vec<Alternatives>,
    pub matches: Option<Pattern>,
    pub effect: Effect,
}

/// What an entry says; absent where it says nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Effect {
    pub roles: Option<Roles>,
    pub answers: Option<Answers>,
    pub input: Option<Input>,
    pub filter: Option<bool>,
    pub keeps_options: Option<bool>,
    pub selects_old: Option<bool>,
    /// It ends by itself, once what it reads has ended.
    pub ends: Option<bool>,
    /// It fails where it is fed nothing, or data that is cut short.
    pub refuses_empty: Option<bool>,
    pub refuses_operand: Option<RefusedWord>,
    pub refuses_value: Option<RefusedWord>,
    // Each call of a command has an effect of its own, so what is large in it is shared.
    pub options_with_value: Option<Arc<Vec<String>>>,
    pub operands: Option<Arc<OperandRules>>,
    pub inner: Option<Arc<InnerRules>>,
}

/// Which words a command cannot do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RefusedWord {
    /// One that is the empty string: `git checkout ""`.
    Empty,
    /// That, and one that is not there: `cp "" d`, `cp d`.
    Missing,
}

/// A word of `when.args`: `"-x|--extract"` is met by either.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(from = "String")]
#[schemars(with = "String")]
pub(super) struct Alternatives(Vec<String>);

impl From<String> for Alternatives {
    fn from(written: String) -> Self {
        Self(written.split('|').map(str::to_owned).collect())
    }
}

impl Alternatives {
    pub fn is_flag(&self) -> bool {
        self.0.iter().all(|word| word.starts_with('-'))
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// A regular expression.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub(super) struct Pattern(Regex);

impl TryFrom<String> for Pattern {
    type Error = regex_lite::Error;

    fn try_from(written: String) -> Result<Self, Self::Error> {
        Regex::new(&written).map(Self)
    }
}

impl Pattern {
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// Which non-zero statuses are an answer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(from = "AnswersEntry")]
#[schemars(with = "AnswersEntry")]
pub enum Answers {
    /// None: every non-zero status is a failure.
    None,
    /// Every non-zero status.
    Any,
    /// These; the others are failures.
    Listed(Vec<u8>),
}

/// The non-zero statuses that are an answer: a list of them, or `any`.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected `any`, or a list of statuses")]
enum AnswersEntry {
    Word(AnyWord),
    Statuses(Vec<u8>),
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum AnyWord {
    Any,
}

impl From<AnswersEntry> for Answers {
    fn from(written: AnswersEntry) -> Self {
        match written {
            AnswersEntry::Word(AnyWord::Any) => Self::Any,
            AnswersEntry::Statuses(statuses) => Self::Listed(statuses),
        }
    }
}

/// How much of its standard input a command reads when it succeeds.
#[derive(Default, Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// All of it: a writer before it in a pipeline is never ended by SIGPIPE.
    Whole,
    /// It may stop before the end.
    Early,
    /// Nothing.
    None,
    /// Not known.
    #[default]
    Unknown,
}

/// What becomes of the inner command's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Passes {
    /// It is the wrapper's status.
    Yes,
    /// It is dropped; the wrapper's own status is 0 although the inner command failed.
    No,
    /// A failure of the inner command gives the wrapper some other non-zero status.
    Any,
}

/// Which of a list of operands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Pick {
    #[default]
    None,
    All,
    First,
    Last,
    AllButFirst,
    AllButLast,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct OperandRules {
    pub skip: usize,
    pub skip_unless: Vec<String>,
    pub leading: bool,
    pub sources: Pick,
    pub destinations: Pick,
    pub removed: Pick,
    pub source_options: Vec<String>,
    pub destination_options: Vec<String>,
    pub removed_options: Vec<String>,
    pub target_options: Vec<String>,
    pub at_options: Vec<String>,
    pub source_prefixes: Vec<String>,
    pub destination_prefixes: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum InnerForm {
    #[default]
    Words,
    String,
    Strings,
    None,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InnerRules {
    #[serde(default)]
    pub form: InnerForm,
    #[serde(default)]
    pub skip_operands: usize,
    #[serde(default)]
    pub assignments: bool,
    #[serde(default)]
    pub after: Vec<String>,
    #[serde(default)]
    pub until: Vec<Until>,
    #[serde(default)]
    pub string_options: Vec<String>,
    /// Without such a command, what it is fed is a shell script.
    #[serde(default)]
    pub fed: bool,
    /// Runs it any number of times, and goes on after one that failed.
    #[serde(default)]
    pub many: bool,
    pub string_flag: Option<String>,
    pub passes: Passes,
}

/// A word that ends the inner command, and what then becomes of its status.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Until {
    pub word: String,
    pub passes: Passes,
}

impl CommandEntry {
    /// The base names that it speaks of.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [&self.name].into_iter().chain(&self.aliases).map(String::as_str)
    }
}

impl From<CommandEntry> for CommandFacts {
    fn from(entry: CommandEntry) -> Self {
        let mut when: Vec<When> = entry.when.into_iter().rev().map(When::from).collect();
        when.sort_by_key(When::words);
        Self {
            name: entry.name,
            long_single_dash: entry.long_single_dash.unwrap_or(false),
            bundled_first: entry.bundled_first.unwrap_or(false),
            keeps_input: entry.keeps_input.unwrap_or(false),
            always: Effect {
                roles: entry.roles,
                answers: entry.answers,
                input: entry.input,
                filter: entry.filter,
                keeps_options: entry.keeps_options,
                selects_old: entry.selects_old,
                ends: entry.ends,
                refuses_empty: entry.refuses_empty,
                refuses_operand: entry.refuses_operand,
                refuses_value: entry.refuses_value,
                options_with_value: entry.options_with_value.map(Arc::new),
                operands: entry.operands.map(Arc::new),
                inner: entry.inner.map(Arc::new),
            },
            when,
            lies: entry.lie,
        }
    }
}

impl From<WhenEntry> for When {
    fn from(entry: WhenEntry) -> Self {
        Self {
            args: entry.args,
            matches: entry.matches,
            effect: Effect {
                roles: entry.roles,
                answers: entry.answers,
                input: entry.input,
                filter: entry.filter,
                keeps_options: entry.keeps_options,
                selects_old: entry.selects_old,
                ends: entry.ends,
                refuses_empty: entry.refuses_empty,
                refuses_operand: entry.refuses_operand,
                refuses_value: entry.refuses_value,
                options_with_value: entry.options_with_value.map(Arc::new),
                operands: entry.operands.map(Arc::new),
                inner: entry.inner.map(Arc::new),
            },
        }
    }
}

impl When {
    fn words(&self) -> usize {
        self.args.len() + usize::from(self.matches.is_some())
    }
}

impl Effect {
    /// Takes over what `other` says; options with a value are added, all else is replaced.
    pub fn overrule(&mut self, other: &Self) {
        replace(&mut self.roles, other.roles.as_ref());
        replace(&mut self.answers, other.answers.as_ref());
        replace(&mut self.input, other.input.as_ref());
        replace(&mut self.filter, other.filter.as_ref());
        replace(&mut self.keeps_options, other.keeps_options.as_ref());
        replace(&mut self.selects_old, other.selects_old.as_ref());
        replace(&mut self.ends, other.ends.as_ref());
        replace(&mut self.refuses_empty, other.refuses_empty.as_ref());
        replace(&mut self.refuses_operand, other.refuses_operand.as_ref());
        replace(&mut self.refuses_value, other.refuses_value.as_ref());
        replace(&mut self.operands, other.operands.as_ref());
        replace(&mut self.inner, other.inner.as_ref());
        if let Some(options) = &other.options_with_value {
            let own = self.options_with_value.get_or_insert_default();
            Arc::make_mut(own).extend(options.iter().cloned());
        }
    }
}

fn replace<T: Clone>(old: &mut Option<T>, new: Option<&T>) {
    if new.is_some() {
        *old = new.cloned();
    }
}

impl CommandFacts {
    /// Whether some call of it runs a command that its arguments name.
    pub fn runs_others(&self) -> bool {
        self.always.inner.is_some() || self.when.iter().any(|when| when.effect.inner.is_some())
    }

    /// Whether the non-zero status of some call of it, or of one that it runs, may be an answer.
    pub fn may_ask(&self) -> bool {
        let asks = |effect: &Effect| effect.roles.is_some_and(|roles| roles.contains(Role::Ask));
        self.runs_others() || asks(&self.always) || self.when.iter().any(|when| asks(&when.effect))
    }

    /// This command with what `extension` says in addition.
    pub(super) fn extended(&self, extension: Self) -> Self {
        let mut always = self.always.clone();
        always.overrule(&extension.always);
        let mut when = self.when.clone();
        when.extend(extension.when);
        when.sort_by_key(When::words);
        let lies = self.lies.iter().cloned().chain(extension.lies).collect();
        Self {
            name: extension.name,
            long_single_dash: self.long_single_dash || extension.long_single_dash,
            bundled_first: self.bundled_first || extension.bundled_first,
            keeps_input: self.keeps_input || extension.keeps_input,
            always,
            when,
            lies,
        }
    }
}
