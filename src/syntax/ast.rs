//! The typed tree that everything above the syntax floor reads: the shell's grammar (POSIX XCU 2.10 and bash's
//! extensions), not the shape of any parser's tree. Every node knows its bytes.

use smallvec::SmallVec;

use crate::text::Span;

/// A whole text, read.
#[derive(Clone, Debug)]
pub struct Script {
    /// The commands at top level.
    pub body: List,
    /// What could not be read, in order. Nothing definite may be said of what runs through one of these.
    pub unknown: Vec<Unknown>,
    /// Comments, without the line end, in order; a `#!` line is one.
    pub comments: Vec<Span>,
    /// The here-documents, by [`HereId`].
    pub here_documents: Vec<HereDocument>,
    /// The number after the last [`CommandId`].
    pub end_id: u32,
}

/// A region that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The bytes in question.
    pub span: Span,
    /// Why, in words: `this quote is never closed`.
    pub reason: &'static str,
    /// Where the reason lies: the first byte of the quote, of the word that does not fit.
    pub at: u32,
}

/// Numbers the commands of one script, an outer command before those inside it, else in the order of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId(pub u32);

/// Numbers the here-documents of one script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HereId(pub u32);

/// Statements that run one after the other (or are started, with `&`).
#[derive(Clone, Debug, Default)]
pub struct List {
    /// In order.
    pub statements: Vec<Statement>,
}

/// An and-or list with what ends it.
#[derive(Clone, Debug)]
pub struct Statement {
    /// From the first byte of the first command to the last byte of the last; a here-document's body is not in it.
    pub span: Span,
    /// The pipeline that runs first.
    pub first: Pipeline,
    /// The others, each with the operator before it.
    pub rest: Vec<(Connector, Pipeline)>,
    /// Ended by `&`: runs on its own, status 0 at once.
    pub background: bool,
}

impl Statement {
    /// The pipelines in the order in which they are written.
    pub fn pipelines(&self) -> impl Iterator<Item = &Pipeline> {
        std::iter::once(&self.first).chain(self.rest.iter().map(|(_, pipeline)| pipeline))
    }

    /// Whether its last command could not be read: nothing is known of how it ends.
    pub(super) fn ends_unread(&self) -> bool {
        let last = self.rest.last().map_or(&self.first, |(_, pipeline)| pipeline);
        last.commands.last().is_some_and(|command| matches!(command.kind, CommandKind::Unknown))
    }

    /// Whether all of it is one region that could not be read.
    pub(super) fn is_unread(&self) -> bool {
        self.ends_unread() && self.rest.is_empty() && self.first.commands.len() == 1
    }

    /// The pipeline, when the statement is not a list of several.
    pub fn only_pipeline(&self) -> Option<&Pipeline> {
        self.rest.is_empty().then_some(&self.first)
    }
}

/// What stands between two pipelines of an and-or list. Both bind equally, from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connector {
    /// `&&`
    And,
    /// `||`
    Or,
}

/// One command, or several joined by `|`; `!` and `time` belong to the whole of it (POSIX 2.9.2).
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// From `!`, `time` or the first command to the last command's end.
    pub span: Span,
    /// An odd number of `!` stands before it.
    pub negated: bool,
    /// In order; never empty. After a lone `!` or `time`, a simple command without words.
    pub commands: Vec<Command>,
}

impl Pipeline {
    /// The command, when there is no `|`.
    pub fn only_command(&self) -> Option<&Command> {
        let [command] = self.commands.as_slice() else { return None };
        Some(command)
    }

    /// The last command, and where those before it stand; `None` when there is no `|`.
    pub fn split_last(&self) -> Option<(&Command, Span)> {
        let (last, earlier) = self.commands.split_last()?;
        Some((last, earlier.first()?.span.to(earlier.last()?.span)))
    }
}

/// A simple or compound command with its redirections.
#[derive(Clone, Debug)]
pub struct Command {
    /// With redirections, without the bodies of here-documents.
    pub span: Span,
    /// What it is.
    pub kind: CommandKind,
    /// In the order in which they are carried out.
    pub redirects: Vec<Redirect>,
    /// Names this command in the engine's answers.
    pub id: CommandId,
}

/// The kinds of command.
#[derive(Clone, Debug)]
pub enum CommandKind {
    /// Assignments and words.
    Simple(Simple),
    /// `{ list; }`
    Group(List),
    /// `( list )`
    Subshell(List),
    /// `if … then … elif … else … fi`
    If(If),
    /// `while … do … done`, `until … do … done`
    Loop(Loop),
    /// `for x in words; do … done`, `for x do … done`
    For(For),
    /// `for ((a; b; c)); do … done`
    ForArithmetic(ForArithmetic),
    /// `select x in words; do … done`
    Select(For),
    /// `case word in … esac`
    Case(Case),
    /// `f() …`, `function f …`
    Function(Box<Function>),
    /// `[[ … ]]`: what stands between the brackets, operators among it as words.
    Test(Vec<Word>),
    /// `(( … ))`: what stands between the parentheses.
    Arithmetic(Word),
    /// `coproc [NAME] command`
    Coproc(Box<Command>),
    /// A region that could not be read; it may do anything.
    Unknown,
}

/// `name=value… word…`
#[derive(Clone, Debug, Default)]
pub struct Simple {
    /// Before the command's name.
    pub assignments: Vec<Assignment>,
    /// The command's name and its arguments; may be empty.
    pub words: Vec<Word>,
}

/// `name=value`, `name+=value`, `name[i]=value`, `name=(words)`
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The whole of it.
    pub span: Span,
    /// The variable's name.
    pub name: Span,
    /// `+=`
    pub append: bool,
    /// The subscript between `[` and `]`.
    pub index: Option<Word>,
    /// What is assigned.
    pub value: Value,
}

/// The right side of an assignment.
#[derive(Clone, Debug)]
pub enum Value {
    /// One word, possibly empty.
    Scalar(Word),
    /// `( words )`, subscripts of elements included in their words.
    Array(Vec<Word>),
}

/// `if`, with its `elif`s as further arms.
#[derive(Clone, Debug)]
pub struct If {
    /// Condition and body, in order; the first is the `if`'s.
    pub arms: Vec<(List, List)>,
    /// The `else` body.
    pub otherwise: Option<List>,
}

/// `while` or `until`.
#[derive(Clone, Debug)]
pub struct Loop {
    /// `until`: goes on while the condition fails.
    pub until: bool,
    /// The list between `while` and `do`.
    pub condition: List,
    /// The list between `do` and `done`.
    pub body: List,
}

/// `for` or `select` over words.
#[derive(Clone, Debug)]
pub struct For {
    /// The variable.
    pub name: Span,
    /// The words after `in`; `None` stands for `"$@"`.
    pub words: Option<Vec<Word>>,
    /// The list between `do` and `done`.
    pub body: List,
}

/// `for ((init; test; step))`
#[derive(Clone, Debug)]
pub struct ForArithmetic {
    /// What stands between the double parentheses.
    pub header: Word,
    /// The list between `do` and `done`.
    pub body: List,
}

/// `case word in … esac`
#[derive(Clone, Debug)]
pub struct Case {
    /// The word that is matched.
    pub word: Word,
    /// In order.
    pub items: Vec<CaseItem>,
}

/// `pattern | pattern) list ;;`
#[derive(Clone, Debug)]
pub struct CaseItem {
    /// The alternatives.
    pub patterns: Vec<Word>,
    /// What runs on a match.
    pub body: List,
    /// What ends the item.
    pub end: CaseEnd,
}

/// How a case item ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseEnd {
    /// `;;`, or the end of the `case`.
    Break,
    /// `;&`: the next body runs, too.
    FallThrough,
    /// `;;&` (`;|` in mksh and zsh): the next patterns are tried, too.
    GoOn,
}

/// A function's definition.
#[derive(Clone, Debug)]
pub struct Function {
    /// The name.
    pub name: Span,
    /// Written with the word `function`: in ksh and mksh, options and the EXIT trap are then local.
    pub keyword: bool,
    /// The compound command that runs when it is called, with its redirections.
    pub body: Command,
}

/// A redirection.
#[derive(Clone, Debug)]
pub struct Redirect {
    /// From the file descriptor, if written, to the end of the target.
    pub span: Span,
    /// The file descriptor or `{name}` before the operator.
    pub descriptor: Option<Span>,
    /// The operator.
    pub operator: RedirectOperator,
    /// The file, the descriptor, or the here-document's marker.
    pub target: Word,
    /// The body, for `<<` and `<<-`.
    pub here_document: Option<HereId>,
}

impl Redirect {
    /// Whether it opens what its target names, rather than another descriptor or a text of the script.
    pub fn opens_file(&self) -> bool {
        use RedirectOperator::{DuplicateInput, DuplicateOutput, HereDocument, HereString};
        !matches!(self.operator, DuplicateInput | DuplicateOutput | HereDocument | HereString)
    }
}

/// The operators of redirection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectOperator {
    /// `<`
    Read,
    /// `>`
    Write,
    /// `>>`
    Append,
    /// `>|`
    Clobber,
    /// `<>`
    ReadWrite,
    /// `<&`
    DuplicateInput,
    /// `>&`
    DuplicateOutput,
    /// `&>`
    WriteBoth,
    /// `&>>`
    AppendBoth,
    /// `<<`, `<<-`
    HereDocument,
    /// `<<<`
    HereString,
}

/// The body of a here-document.
#[derive(Clone, Debug, Default)]
pub struct HereDocument {
    /// From the first byte after the command's line to the end marker's line; `None` until it is met.
    pub body: Option<Span>,
    /// The end marker was found; else the body runs to the end of the text.
    pub closed: bool,
    /// What is expanded in it; empty when the marker is quoted.
    pub parts: Vec<Part>,
    /// The marker is quoted: nothing in the body is expanded.
    pub quoted: bool,
    /// Written with `<<-`: tabs at the start of lines are taken off.
    pub tabs_stripped: bool,
}

/// One word: adjacent parts without a blank between them.
#[derive(Clone, Debug)]
pub struct Word {
    /// The whole word; empty for the value of `x=`.
    pub span: Span,
    /// In order.
    pub parts: Parts,
}

/// The parts of a word; most words have one.
pub type Parts = SmallVec<[Part; 1]>;

/// A piece of a word.
#[derive(Clone, Debug)]
pub enum Part {
    /// Plain characters, backslash escapes among them.
    Literal(Span),
    /// `'…'`, quotes included.
    SingleQuoted(Span),
    /// `$'…'`, quotes included.
    AnsiQuoted(Span),
    /// `"…"` or `$"…"`, quotes and `$` included.
    DoubleQuoted(Span, Vec<Part>),
    /// `$x`, `${x…}`
    Parameter(Box<Parameter>),
    /// `$( )`, backquotes, `${ …; }`
    Substitution(Box<Substitution>),
    /// `<( )`, `>( )`
    Process(Box<Substitution>),
    /// `$(( ))`, `$[ ]`: what is expanded in it.
    Arithmetic(Span, Vec<Part>),
    /// `( words )` after `name=`, as an argument of `declare` and its kin.
    Array(Span, Vec<Word>),
}

/// A parameter expansion.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// From `$` to the last byte.
    pub span: Span,
    /// The name: a variable, a number, or one of `@*#?-$!`.
    pub name: Span,
    /// What is done with the value.
    pub operation: Operation,
    /// What is expanded in the subscript and the operands.
    pub parts: Vec<Part>,
}

/// What a parameter expansion does beyond giving the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `$x`, `${x}`, `${x[i]}`
    Value,
    /// `${#x}`
    Length,
    /// `${!x}` and its kin
    Indirect,
    /// `${x-word}`, `${x:-word}`
    Default,
    /// `${x=word}`, `${x:=word}`
    AssignDefault,
    /// `${x?word}`, `${x:?word}`: ends the shell when unset
    Require,
    /// `${x+word}`, `${x:+word}`
    Alternative,
    /// A value that was put in by the shell which says the text, before this one reads it; the name is empty.
    Given,
    /// All others: trimming, replacing, slicing, case, `@`
    Transform,
}

/// A command or process substitution.
#[derive(Clone, Debug)]
pub struct Substitution {
    /// With its delimiters.
    pub span: Span,
    /// The commands.
    pub body: List,
}
