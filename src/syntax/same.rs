//! Whether a text that was typed in reads as it did before, but for the places of things and for what plain words say.

use rustc_hash::FxHashMap;

use super::ast::{
    Assignment, Case, CaseEnd, CaseItem, Command, CommandId, CommandKind, Connector, For, ForArithmetic,
    Function, HereDocument, HereId, If, List, Loop, Operation, Parameter, Part, Parts, Pipeline, Redirect,
    RedirectOperator, Script, Simple, Statement, Substitution, Unknown, Value, Word,
};
use crate::text::{Replaced, Span};

/// What is different in the words of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// Only commands that stand in their substitutions.
    Inside,
    /// The blanks between them.
    Blanks,
    /// What they say, as far as they are not expanded, and how many there are of those in which nothing is.
    Texts,
    /// What is expanded in them.
    Shape,
}

/// A simple command that may be different in its words, the first of which is the same.
#[derive(Clone, Copy, Debug)]
pub struct Touched<'a> {
    /// The command as it was.
    pub old: &'a Command,
    /// The command as it is.
    pub new: &'a Command,
    /// How different it is.
    pub change: Change,
}

/// The trees of a text as it was and as it is, held against each other.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// What has been replaced in the text.
    pub replaced: Replaced,
    /// The commands among whose words, or between them, the replacement lies.
    pub touched: Vec<Touched<'a>>,
    /// Where those things are now that the replacement touches.
    grown: FxHashMap<Span, Span>,
}

impl<'a> Comparison<'a> {
    /// Nothing has been compared yet.
    pub fn new(replaced: Replaced) -> Self {
        Self { replaced, touched: Vec::new(), grown: FxHashMap::default() }
    }

    /// Whether two readings are the same but for the words of [these commands](Self::touched).
    pub fn scripts(&mut self, old: &'a Script, new: &'a Script) -> bool {
        old.comments.len() == new.comments.len()
            && old.end_id == new.end_id
            && old.comments.iter().zip(&new.comments).all(|(old, new)| self.replaced.fits(*old, *new))
            && old.unknown.alike(&new.unknown, self)
            && old.here_documents.alike(&new.here_documents, self)
            && old.body.alike(&new.body, self)
    }

    /// Notes that what was at `old` is at `new` now; `false` where that cannot be, or was said otherwise before.
    pub fn note(&mut self, old: Span, new: Span) -> bool {
        if self.replaced.is_apart(old) {
            return self.replaced.moved(old) == new;
        }
        self.replaced.fits(old, new) && *self.grown.entry(old).or_insert(new) == new
    }

    /// Where a thing is now that was at this place; `None` where no such thing has been compared.
    pub fn place(&self, old: Span) -> Option<Span> {
        if self.replaced.is_apart(old) {
            Some(self.replaced.moved(old))
        } else {
            self.grown.get(&old).copied()
        }
    }

    fn simple(&mut self, commands: [&'a Command; 2], old: &'a Simple, new: &'a Simple) -> bool {
        old.assignments.alike(&new.assignments, self)
            && match (Command::all_words(old), Command::all_words(new)) {
                (Some(before), Some(after)) if self.replaced.is_apart(before) => {
                    self.note(before, after) && old.words.alike(&new.words, self)
                }
                (Some(before), Some(after)) => {
                    self.note(before, after) && self.words(commands, &old.words, &new.words)
                }
                (before, after) => before == after,
            }
    }

    /// The words of a simple command.
    fn words(
        &mut self,
        [old_command, new_command]: [&'a Command; 2],
        old: &'a [Word],
        new: &'a [Word],
    ) -> bool {
        let replaced = self.replaced;
        let stays = |(old, new): &(&'a Word, &'a Word)| replaced.leaves(old.span, new.span);
        let first = old.iter().zip(new).take_while(stays).count();
        let (old_rest, new_rest) = (&old[first..], &new[first..]);
        let last = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(stays).count();
        let (old_middle, old_last) = old_rest.split_at(old_rest.len() - last);
        let (new_middle, new_last) = new_rest.split_at(new_rest.len() - last);
        let around = [(&old[..first], &new[..first]), (old_last, new_last)];
        if !around.into_iter().all(|(old, new)| old.iter().zip(new).all(|(old, new)| old.alike(new, self))) {
            return false;
        }
        let change = self.words_between(old_middle, new_middle).max(self.blanks(old, new));
        self.touched.push(Touched { old: old_command, new: new_command, change });
        first > 0 && change < Change::Shape
    }

    fn words_between(&mut self, old: &'a [Word], new: &'a [Word]) -> Change {
        if old.is_empty() && new.is_empty() {
            return Change::Inside;
        }
        let plain = |words: &[Word]| words.iter().all(|word| are_plain(&word.parts));
        if plain(old) && plain(new) {
            return Change::Texts;
        }
        if old.len() != new.len() {
            return Change::Shape;
        }
        let changes = old.iter().zip(new).map(|(old, new)| self.parts(&old.parts, &new.parts));
        changes.max().unwrap_or(Change::Inside)
    }

    /// What has changed where all words have stayed what they were.
    fn blanks(&self, old: &[Word], new: &[Word]) -> Change {
        let stay = old.len() == new.len()
            && old.iter().zip(new).all(|(old, new)| self.replaced.leaves(old.span, new.span));
        let begin = old.first().is_some_and(|first| first.span.start < self.replaced.start);
        let go_on = old.last().is_some_and(|last| self.replaced.old_end < last.span.end);
        if stay && begin && go_on { Change::Blanks } else { Change::Inside }
    }

    /// The parts of a word in which something has changed.
    fn parts(&mut self, old: &'a [Part], new: &'a [Part]) -> Change {
        if are_plain(old) && are_plain(new) {
            return Change::Texts;
        }
        if old.len() != new.len() {
            return Change::Shape;
        }
        old.iter().zip(new).map(|(old, new)| self.part(old, new)).max().unwrap_or(Change::Inside)
    }

    fn part(&mut self, old: &'a Part, new: &'a Part) -> Change {
        let same = match (old, new) {
            _ if self.replaced.leaves(old.span(), new.span()) => old.alike(new, self),
            (Part::DoubleQuoted(_, old), Part::DoubleQuoted(_, new)) => return self.parts(old, new),
            (Part::Substitution(old), Part::Substitution(new)) | (Part::Process(old), Part::Process(new)) => {
                old.alike(new, self)
            }
            (Part::Literal(_), Part::Literal(_)) => return Change::Texts,
            _ => false,
        };
        if same { Change::Inside } else { Change::Shape }
    }
}

impl Command {
    /// From the first byte of a simple command's name to the last of its last word.
    fn all_words(simple: &Simple) -> Option<Span> {
        Some(simple.words.first()?.span.to(simple.words.last()?.span))
    }
}

/// Whether nothing is expanded in such parts.
fn are_plain(parts: &[Part]) -> bool {
    parts.iter().all(|part| match part {
        Part::Literal(_) | Part::SingleQuoted(_) | Part::AnsiQuoted(_) => true,
        Part::DoubleQuoted(_, parts) => are_plain(parts),
        _ => false,
    })
}

/// What is held against what became of it.
trait Alike {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool;
}

/// What is the same where it is equal.
macro_rules! equal {
    ($($type:ty),*) => { $(impl Alike for $type {
        fn alike<'a>(&'a self, new: &'a Self, _: &mut Comparison<'a>) -> bool {
            self == new
        }
    })* };
}

/// What is the same where all its fields are; a span of the first kind may have changed within.
macro_rules! fields {
    ($type:ty { $($field:ident),* }) => { impl Alike for $type {
        fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
            $(self.$field.alike(&new.$field, by))&&*
        }
    } };
    ($type:ty { around $span:ident, $($field:ident),* }) => { impl Alike for $type {
        fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
            by.note(self.$span, new.$span) $(&& self.$field.alike(&new.$field, by))*
        }
    } };
}

equal!(bool, CommandId, HereId, Connector, CaseEnd, RedirectOperator, Operation);
fields!(List { statements });
fields!(Pipeline { around span, negated, commands });
fields!(If { arms, otherwise });
fields!(Loop { until, condition, body });
fields!(For { name, words, body });
fields!(ForArithmetic { header, body });
fields!(Case { word, items });
fields!(CaseItem { patterns, body, end });
fields!(Function { name, keyword, body });
fields!(Redirect { around span, descriptor, operator, target, here_document });
fields!(HereDocument { body, closed, parts, quoted, tabs_stripped });
fields!(Assignment { around span, name, append, index, value });
fields!(Parameter { span, name, operation, parts });
fields!(Substitution { around span, body });

impl Alike for Span {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        by.replaced.leaves(*self, *new)
    }
}

impl Alike for Statement {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        // Its span may reach over blanks behind it, which nobody tells but where it runs on its own.
        by.note(all_pipelines(self), all_pipelines(new))
            && (!self.background || by.note(self.span, new.span))
            && self.background == new.background
            && self.first.alike(&new.first, by)
            && self.rest.alike(&new.rest, by)
    }
}

fn all_pipelines(statement: &Statement) -> Span {
    statement.pipelines().fold(statement.first.span, |all, pipeline| all.to(pipeline.span))
}

impl Alike for Unknown {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        self.reason == new.reason && self.span.alike(&new.span, by)
    }
}

impl Alike for Command {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        let same = match (&self.kind, &new.kind) {
            (CommandKind::Simple(old), CommandKind::Simple(simple)) => by.simple([self, new], old, simple),
            (old, new) => old.alike(new, by),
        };
        same && self.id == new.id && by.note(self.span, new.span) && self.redirects.alike(&new.redirects, by)
    }
}

impl Alike for CommandKind {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        match (self, new) {
            (Self::Group(old), Self::Group(new)) | (Self::Subshell(old), Self::Subshell(new)) => {
                old.alike(new, by)
            }
            (Self::If(old), Self::If(new)) => old.alike(new, by),
            (Self::Loop(old), Self::Loop(new)) => old.alike(new, by),
            (Self::For(old), Self::For(new)) | (Self::Select(old), Self::Select(new)) => old.alike(new, by),
            (Self::ForArithmetic(old), Self::ForArithmetic(new)) => old.alike(new, by),
            (Self::Case(old), Self::Case(new)) => old.alike(new, by),
            (Self::Function(old), Self::Function(new)) => old.alike(new, by),
            (Self::Test(old), Self::Test(new)) => old.alike(new, by),
            (Self::Arithmetic(old), Self::Arithmetic(new)) => old.alike(new, by),
            (Self::Coproc(old), Self::Coproc(new)) => old.alike(new, by),
            (Self::Unknown, Self::Unknown) => true,
            _ => false,
        }
    }
}

impl Alike for Value {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        match (self, new) {
            (Self::Scalar(old), Self::Scalar(new)) => old.alike(new, by),
            (Self::Array(old), Self::Array(new)) => old.alike(new, by),
            _ => false,
        }
    }
}

impl Alike for Word {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        if by.replaced.leaves(self.span, new.span) {
            return self.parts.alike(&new.parts, by);
        }
        by.parts(&self.parts, &new.parts) == Change::Inside
    }
}

impl Alike for Part {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        match (self, new) {
            (Self::Literal(old), Self::Literal(new))
            | (Self::SingleQuoted(old), Self::SingleQuoted(new))
            | (Self::AnsiQuoted(old), Self::AnsiQuoted(new)) => old.alike(new, by),
            (Self::DoubleQuoted(old, old_parts), Self::DoubleQuoted(new, new_parts))
            | (Self::Arithmetic(old, old_parts), Self::Arithmetic(new, new_parts)) => {
                old.alike(new, by) && old_parts.alike(new_parts, by)
            }
            (Self::Parameter(old), Self::Parameter(new)) => old.alike(new, by),
            (Self::Substitution(old), Self::Substitution(new)) | (Self::Process(old), Self::Process(new)) => {
                old.alike(new, by)
            }
            (Self::Array(old, old_words), Self::Array(new, new_words)) => {
                old.alike(new, by) && old_words.alike(new_words, by)
            }
            _ => false,
        }
    }
}

impl<T: Alike> Alike for [T] {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        self.len() == new.len() && self.iter().zip(new).all(|(old, new)| old.alike(new, by))
    }
}

impl<T: Alike> Alike for Vec<T> {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        self.as_slice().alike(new.as_slice(), by)
    }
}

impl Alike for Parts {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        self.as_slice().alike(new.as_slice(), by)
    }
}

impl<T: Alike> Alike for Option<T> {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        match (self, new) {
            (Some(old), Some(new)) => old.alike(new, by),
            (old, new) => old.is_none() && new.is_none(),
        }
    }
}

impl<T: Alike> Alike for Box<T> {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        (**self).alike(&**new, by)
    }
}

impl<A: Alike, B: Alike> Alike for (A, B) {
    fn alike<'a>(&'a self, new: &'a Self, by: &mut Comparison<'a>) -> bool {
        self.0.alike(&new.0, by) && self.1.alike(&new.1, by)
    }
}
