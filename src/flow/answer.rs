//! The engine's answers, in the words of the contracts.

use std::sync::Arc;
use std::{iter, slice};

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::standing::Standing;
use crate::diagnostic::Label;
use crate::syntax::CommandId;
use crate::text::Span;

/// What the shell does with a failed status; the first that fits, top down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Makes the shell itself end the script (errexit, nounset, an ERR trap that exits), non-zero unless a trap
    /// changes it.
    Aborts,
    /// Is looked at by code that its author wrote for it.
    Handled,
    /// Is thrown away on purpose: `|| true`.
    Swallowed,
    /// Is replaced by another status before anybody could look.
    Masked,
    /// Is the last thing that decides the script's own exit status, and arrives there.
    BecomesStatus,
    /// Is looked at by nobody; the script goes on.
    Ignored,
}

/// What does it to the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// `set -e`
    Errexit,
    /// An ERR trap that exits.
    ErrTrap,
    /// An error that ends the shell itself, such as a missing file for `.`.
    Shell,
    /// The last command of a pipeline without pipefail.
    Pipeline,
    /// `local`, `export`, `declare`, `readonly`, `typeset` with a substitution.
    Declaration,
    /// A substitution in an argument, a test, a here-document and the like.
    Substitution,
    /// A process substitution.
    ProcessSubstitution,
    /// `&`
    Background,
    /// A later command of a condition list.
    Condition,
    /// `find -exec … \;` and other commands that drop the status of what they run.
    Wrapper,
    /// `if`, `while`, `until`, `&&`, `||`, `!`
    Test,
    /// `case $?`, `rc=$?`, `$?` or PIPESTATUS in a test.
    Status,
    /// A region that could not be read, and may look at it.
    Unread,
    /// `|| true`
    Swallow,
    /// The next command overwrites `$?`.
    NextCommand,
    /// The end of the script, `exit` without a number.
    End,
    /// A trap that exits 0.
    ExitTrap,
}

/// What errexit is at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Errexit {
    /// Off.
    Off,
    /// Off in a command substitution, for it is not passed on there (bash without inherit_errexit, busybox).
    OffInSubstitution,
    /// On, and ignored: in a condition, before `&&` or `||`, behind `!`, or in what is called from there.
    Ignored,
    /// On.
    Live,
    /// No reading can tell.
    Unknown,
}

/// The script's exit status under the single fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Exit {
    /// 0 in every run.
    Zero,
    /// Runs of both kinds exist, or no reading can tell.
    Either,
    /// Non-zero in every run.
    Nonzero,
}

/// What an entry of a trace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntryKind {
    /// A simple command that has a name.
    Command,
    /// A redirection that belongs to no such command.
    Redirection,
}

/// What a command is there for, which decides whether its non-zero status is a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// It does work: a non-zero status means that work failed.
    Works,
    /// It asks: a non-zero status is an answer.
    Asks,
    /// It does nothing but print.
    Prints,
    /// It steers the shell, or has status 0 whatever happens.
    Steers,
}

/// A claim or destroy that runs although something failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The command.
    pub span: Span,
    /// Its message (a claim) or its own text (a destroy).
    pub text: String,
}

/// Claims, or destroys. Failures that reach the same share them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects(pub(super) Vec<Arc<Effect>>);

impl Effects {
    /// Each of them.
    pub fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        self.into_iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first of them.
    pub fn first(&self) -> Option<&Effect> {
        self.iter().next()
    }
}

impl FromIterator<Effect> for Effects {
    fn from_iter<T: IntoIterator<Item = Effect>>(effects: T) -> Self {
        Self(effects.into_iter().map(Arc::new).collect())
    }
}

impl<'a> IntoIterator for &'a Effects {
    type Item = &'a Effect;
    type IntoIter = iter::Map<slice::Iter<'a, Arc<Effect>>, fn(&'a Arc<Effect>) -> &'a Effect>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|effect| &**effect)
    }
}

/// What happens when one command fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnFailure {
    /// What becomes of the status.
    pub fate: Fate,
    /// What does it; `None` where no reading can tell.
    pub by: Option<By>,
    /// Where that happens: the command whose status replaces it, the job, the test.
    pub at: Option<Span>,
    /// The text of the EXIT trap that makes 0 of it, whatever becomes of it before.
    pub forced: Option<Span>,
    /// What errexit is where it fails.
    pub errexit: Errexit,
    /// The script's own status in the end.
    pub exit: Exit,
    /// The command that runs next although this one failed.
    pub goes_on_at: Option<Span>,
    /// In the order of the script.
    pub claims: Effects,
    /// In the order of the script.
    pub destroys: Effects,
    /// The way from the failure to the end.
    pub steps: Vec<Label>,
}

/// One failure point, or a command that asks or only prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The command in the tree of its script.
    pub id: CommandId,
    /// Command or redirection.
    pub kind: EntryKind,
    /// From the first byte of the name to the last byte of the last word.
    pub span: Span,
    /// The name as written, without directory; the operator for a redirection.
    pub name: String,
    /// What it is there for.
    pub purpose: Purpose,
    /// It calls a function of the script: what can fail in it has entries of its own.
    pub is_function: bool,
    /// It stands in the words of another command that fails with it, as behind `sudo`: what is said of that one holds
    /// for it.
    pub is_handed_on: bool,
    /// It runs in some run, be it only after another command has failed.
    pub is_reached: bool,
    /// It runs in some run in which nothing fails.
    pub in_health: bool,
    /// After it has run, the script can end with status 0.
    pub may_end_zero: bool,
    /// `None` when no run in which all is well reaches it.
    pub on_failure: Option<OnFailure>,
}

impl Entry {
    /// Its non-zero status would mean that work failed: it neither asks nor only prints.
    pub fn works(&self) -> bool {
        self.purpose == Purpose::Works
    }

    /// What its failure leads to, where it works and is reached.
    pub fn failure(&self) -> Option<&OnFailure> {
        self.on_failure.as_ref().filter(|_| self.works())
    }
}

/// What reads the status of the command before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reading {
    /// `$?`
    Status,
    /// PIPESTATUS
    PipeStatus,
    /// `exit` or `return` without an operand.
    Bare,
}

/// The pipeline whose status is read, where the text tells which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setter {
    /// The whole pipeline.
    pub span: Span,
    /// Its last command.
    pub command: CommandId,
    /// It begins with `!`.
    pub negated: bool,
    /// It is the condition of an `if`, or stands before `&&` or `||`: its status has been tested.
    pub tested: bool,
}

/// A place that reads a status, over all runs in which nothing fails or a command that works does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusRead {
    /// The command that reads.
    pub command: CommandId,
    /// The word; the whole command where it reads without one.
    pub span: Span,
    /// How it reads.
    pub reading: Reading,
    /// The status may be 0.
    pub zero: bool,
    /// The status may be non-zero.
    pub nonzero: bool,
    /// A run in which all is well comes here.
    pub in_health: bool,
    /// A run in which a command has failed comes here.
    pub after_failure: bool,
    /// PIPESTATUS holds the statuses of a pipeline of several commands, in some run.
    pub of_pipeline: bool,
    /// Whose status it is.
    pub setter: Option<Setter>,
}

/// A pipeline at which errexit can end a run in which all is well: its status is an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AbortingAnswer {
    /// The last command of the pipeline.
    pub command: CommandId,
    /// errexit is surely on, and there is a run in which the status cannot be 0.
    pub sure: bool,
    /// errexit is surely on.
    pub live: bool,
}

/// A function that an ERR trap does not reach into, for errtrace is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Untraced {
    /// The trap's action.
    pub trap: Span,
    /// The function's body.
    pub function: Span,
}

/// The engine's answers for one script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// In the order of the script.
    pub entries: Vec<Entry>,
    /// The places that read a status, in the order of the script.
    pub status_reads: Vec<StatusRead>,
    /// By command: the pipeline that has set `$?` when it starts, where the text tells.
    pub setters: FxHashMap<CommandId, Setter>,
    /// Where errexit can end a run in which all is well.
    pub aborting_answers: Vec<AbortingAnswer>,
    /// Functions that run while an ERR trap is set that does not hold in them.
    pub untraced: Vec<Untraced>,
    /// How runs end in which nothing fails; `None` where none ends.
    pub healthy_exit: Option<Exit>,
    /// What could end or change a run in which all is well, because of the options that are on.
    pub hazards: Vec<Label>,
    /// errexit is on, or may be, somewhere in the script's own shell.
    pub errexit_seen: bool,
    /// errexit is surely on somewhere in the script's own shell.
    pub errexit_on: bool,
    /// Whether the script is run by itself, or read by another.
    pub standing: Standing,
    /// The script has too many ways to be followed: no answer is definite.
    pub too_intricate: bool,
    /// The variables that were followed.
    pub variables: Vec<Vec<u8>>,
}

impl Trace {
    /// The entries that work and are reached.
    pub fn failure_points(&self) -> impl Iterator<Item = (&Entry, &OnFailure)> {
        self.entries.iter().filter_map(|entry| Some((entry, entry.failure()?)))
    }

    /// The failure points that stand for themselves: no calls of functions, and no commands whose status another one hands
    /// on. So each failure that can happen is told once.
    pub fn own_failure_points(&self) -> impl Iterator<Item = (&Entry, &OnFailure)> {
        self.failure_points().filter(|(entry, _)| !entry.is_function && !entry.is_handed_on)
    }
}
