//! What a rule may ask: the script, the engine's answers, what the author has judged.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use super::Selection;
use super::cause::Cause;
use super::excused::{excuses, is_excused};
use super::noticed::is_denied;
use super::operands;
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::flow::{self, Entry, EntryKind, Setter, Standing, StatusRead, Trace, Units};
use crate::shell::Dialect;
use crate::suppress::Suppressions;
use crate::syntax::{
    Command, CommandId, CommandKind, Function, List, Part, Pipeline, Redirect, Script, Statement, Word,
};
use crate::text::{FileId, LineIndex, Span};

/// How many causes a finding labels; more are counted.
const MAX_LABELS: usize = 6;

/// What a rule looks at.
pub struct Context<'a> {
    /// The script and all that it runs.
    pub units: &'a Units,
    /// What happens when each command fails.
    pub trace: &'a Trace,
    /// What the author has judged.
    pub suppressions: &'a Suppressions<'a>,
    /// The rules that speak.
    pub selection: &'a Selection,
    /// The lines of the script itself.
    pub lines: LineIndex,
    /// In the order of their numbers, which is that of the text.
    commands: Vec<&'a Command>,
    by_span: FxHashMap<Span, &'a Command>,
    values: OnceCell<FxHashMap<String, Vec<String>>>,
    excuses: OnceCell<Vec<Span>>,
    answering: OnceCell<Vec<&'a Pipeline>>,
    substituted: OnceCell<Vec<Span>>,
    processes: OnceCell<Vec<Span>>,
    functions: OnceCell<Vec<&'a Function>>,
    lists: OnceCell<Vec<&'a List>>,
    statements: OnceCell<Vec<&'a Statement>>,
    all_pipelines: OnceCell<Vec<&'a Pipeline>>,
    pipelines: OnceCell<Vec<&'a Pipeline>>,
    asking: OnceCell<Vec<&'a Command>>,
    /// By the number of a command.
    reads: Vec<OnceCell<Option<operands::Read>>>,
    /// By the number of a command: its entry's.
    entries: FxHashMap<CommandId, usize>,
}

impl<'a> Context<'a> {
    /// All that rules may look at of one script.
    pub fn new(
        units: &'a Units,
        trace: &'a Trace,
        suppressions: &'a Suppressions<'a>,
        selection: &'a Selection,
    ) -> Self {
        let mut commands = Vec::new();
        let mut by_span = FxHashMap::default();
        for script in &units.scripts {
            script.each_command(&mut |command| {
                commands.push(command);
                by_span.entry(command.span).or_insert(command);
            });
        }
        commands.sort_by_key(|command| command.id);
        let lines = LineIndex::new(units.source(FileId(0)));
        Self {
            units,
            trace,
            suppressions,
            selection,
            lines,
            commands,
            by_span,
            values: OnceCell::new(),
            excuses: OnceCell::new(),
            answering: OnceCell::new(),
            substituted: OnceCell::new(),
            processes: OnceCell::new(),
            functions: OnceCell::new(),
            lists: OnceCell::new(),
            statements: OnceCell::new(),
            all_pipelines: OnceCell::new(),
            pipelines: OnceCell::new(),
            asking: OnceCell::new(),
            reads: (0..units.end_id().0).map(|_| OnceCell::new()).collect(),
            entries: (0..trace.entries.len()).rev().map(|index| (trace.entries[index].id, index)).collect(),
        }
    }

    /// The commands that work, are no calls of the script's own functions, and run; what can fail in a function has entries
    /// of its own.
    pub fn causes(&self) -> impl Iterator<Item = Cause<'a>> {
        let points = self.trace.own_failure_points();
        points.map(|(entry, on_failure)| Cause { entry, on_failure })
    }

    /// Those of [`Self::causes`] whose failure can end in status 0 without anybody having looked at it, or a comment
    /// that passes it over.
    pub fn lost(&self) -> impl Iterator<Item = Cause<'a>> {
        self.causes().filter(|cause| cause.is_lost() && !is_denied(self, cause) && !is_excused(self, cause))
    }

    /// The last `set -e` of the script's top level before a place.
    pub fn errexit_statement(&self, before: Span) -> Option<Span> {
        let statements = self.units.script().body.statements.iter();
        let mut sets = statements.filter(|statement| {
            let simple =
                statement.only_pipeline().and_then(Pipeline::only_command).and_then(Command::as_simple);
            let words = simple.map(|simple| simple.words.as_slice()).unwrap_or_default();
            let words: Vec<String> = words.iter().filter_map(|word| self.literal(word)).collect();
            let says = |text: &String| {
                text == "errexit" || text.starts_with('-') && !text.starts_with("--") && text.contains('e')
            };
            words.split_first().is_some_and(|(name, operands)| name == "set" && operands.iter().any(says))
                && statement.span.end <= before.start
        });
        sets.next_back().map(|statement| statement.span)
    }

    /// The bytes of a span.
    pub fn text(&self, span: Span) -> String {
        String::from_utf8_lossy(self.units.text(span)).into_owned()
    }

    /// What a word says, where nothing in it is expanded.
    pub fn literal(&self, word: &Word) -> Option<String> {
        word.literal_str(self.units.source(word.span.file))
    }

    /// What is known of a command that is one of the script's; found out by `find` where it is not.
    pub(super) fn read(
        &self,
        command: &Command,
        find: impl FnOnce() -> Option<operands::Read>,
    ) -> Option<&operands::Read> {
        self.reads[command.id.0 as usize].get_or_init(find).as_ref()
    }

    /// The command of an entry.
    pub fn command(&self, entry: &Entry) -> Option<&'a Command> {
        self.command_by_id(entry.id)
    }

    /// The entry of the command with this number.
    pub fn entry_by_id(&self, id: CommandId) -> Option<&'a Entry> {
        self.entries.get(&id).map(|&index| &self.trace.entries[index])
    }

    /// The entry that stands at this span.
    pub fn entry_at(&self, span: Span) -> Option<&'a Entry> {
        self.trace.entries.iter().find(|entry| entry.span == span)
    }

    /// The command that is this span.
    pub fn command_at(&self, span: Span) -> Option<&'a Command> {
        self.by_span.get(&span).copied()
    }

    /// All commands of the script and of what it runs, in the order of the text.
    pub fn commands(&self) -> impl DoubleEndedIterator<Item = &'a Command> {
        self.commands.iter().copied()
    }

    /// What a command that prints says, with blanks for what is expanded.
    pub fn message(&self, command: &Command) -> String {
        let words = command.simple_words();
        flow::spoken(words.get(1..).unwrap_or_default(), self.units)
    }

    /// The literal words of a simple command; `None` stands for one in which something is expanded.
    pub fn literals(&self, command: &Command) -> Vec<Option<String>> {
        let words = command.simple_words();
        words.iter().map(|word| self.literal(word)).collect()
    }

    /// The command with this number.
    pub fn command_by_id(&self, id: CommandId) -> Option<&'a Command> {
        let index = self.commands.binary_search_by_key(&id, |command| command.id).ok()?;
        Some(self.commands[index])
    }

    /// The literal name of the simple command with this number.
    pub fn command_name(&self, id: CommandId) -> Option<String> {
        self.literal(self.command_by_id(id)?.as_simple()?.words.first()?)
    }

    /// The first word of a span, as a reader calls what stands there.
    pub fn first_word(&self, span: Span) -> String {
        self.text(span).split_whitespace().next().unwrap_or_default().to_owned()
    }

    /// Whether something in the span can fail that matters: a command that works or whose status is an answer, a
    /// redirection to a file, a substitution.
    pub fn can_fail(&self, span: Span) -> bool {
        let inside = self.trace.entries.iter().filter(|entry| span.contains(entry.span));
        inside.into_iter().any(|entry| {
            let command = self.command(entry);
            let opens = |command: &Command| command.redirects.iter().any(|redirect| self.is_file(redirect));
            entry.works()
                || command.is_some_and(|it| operands::asks(self, it) || opens(it))
                || self.is_inner(span, entry)
        })
    }

    /// Whether an entry stands in a substitution of the command that is `span`.
    fn is_inner(&self, span: Span, entry: &Entry) -> bool {
        self.text(Span { start: span.start, end: entry.span.start, ..span }).contains(['$', '`'])
    }

    /// Whether a redirection opens a file that is no device.
    pub fn is_file(&self, redirect: &Redirect) -> bool {
        redirect.opens_file() && !self.text(redirect.target.span).starts_with("/dev/")
    }

    /// Whether a redirection that writes is one of standard output.
    pub fn is_output(&self, redirect: &Redirect) -> bool {
        redirect.descriptor.is_none_or(|span| self.text(span) == "1")
    }

    /// Whether a redirection is one of standard error by itself.
    pub fn is_errors(&self, redirect: &Redirect) -> bool {
        redirect.descriptor.is_some_and(|span| self.text(span) == "2")
    }

    /// The pipeline whose status a command finds when it starts, as the text has it.
    pub fn setter(&self, command: CommandId) -> Option<Setter> {
        self.trace.setters.get(&command).copied()
    }

    /// Whether a command is `local` or its kin, whose status is not that of what they assign.
    pub fn declares(&self, command: CommandId) -> bool {
        let name = self.command_name(command);
        matches!(name.as_deref(), Some("local" | "declare" | "typeset" | "export" | "readonly"))
    }

    /// Whether a command is a test: `[ … ]`, `test …`, `[[ … ]]`.
    pub fn is_test(&self, command: &Command) -> bool {
        matches!(command.kind, CommandKind::Test(_))
            || matches!(self.command_name(command.id).as_deref(), Some("[" | "test"))
    }

    /// Whether something hangs on the status that is read: it is not only shown.
    pub fn decides(&self, read: &StatusRead) -> bool {
        let Some(command) = self.command_by_id(read.command) else { return false };
        let builtin = |name: String| matches!(name.as_str(), "exit" | "return" | "[" | "test" | "let");
        let named = self.command_name(command.id);
        let whole = || command.words().any(|word| word.span == read.span && self.is_status(word));
        match named {
            Some(name) if !builtin(name.clone()) && !self.declares(command.id) => {
                !self.only_prints(command) && whole()
            }
            _ => true,
        }
    }

    /// Whether a word is `$?` and nothing else.
    fn is_status(&self, word: &Word) -> bool {
        word.variable(self.units.source(word.span.file)) == Some(b"?")
    }

    /// Whether all that a command does is to print.
    pub fn only_prints(&self, command: &Command) -> bool {
        operands::only_prints(self, command)
    }

    /// The command substitutions, wherever they stand.
    pub fn substitutions(&self) -> &[Span] {
        self.substituted.get_or_init(|| {
            self.spans_of_parts(
                |part| if let Part::Substitution(inner) = part { Some(inner.span) } else { None },
            )
        })
    }

    /// The process substitutions, wherever they stand.
    pub fn processes(&self) -> &[Span] {
        self.processes.get_or_init(|| {
            self.spans_of_parts(|part| if let Part::Process(inner) = part { Some(inner.span) } else { None })
        })
    }

    fn spans_of_parts(&self, span: fn(&Part) -> Option<Span>) -> Vec<Span> {
        let mut found = Vec::new();
        for part in self.commands().flat_map(Command::words).flat_map(|word| &word.parts) {
            part.each(&mut |part| found.extend(span(part)));
        }
        found
    }

    /// The commands around the one at this place, in whose words it stands or whose bodies hold it.
    pub fn outer_commands(&self, command: Span) -> impl Iterator<Item = &'a Command> {
        // A command's redirections and assignments lie outside what its entry spans.
        let name = |outer: &Command| {
            outer.as_simple().and_then(|simple| simple.words.first()).map(|it| it.span.start)
        };
        let is_itself = move |outer: &Command| outer.span == command || name(outer) == Some(command.start);
        self.commands().filter(move |outer| outer.span.contains(command) && !is_itself(outer))
    }

    /// Whether the output of a command is taken by a substitution.
    pub fn is_substituted(&self, command: Span) -> bool {
        self.substitutions().iter().any(|inner| inner.contains(command))
    }

    /// What is assigned to a variable anywhere, by a declaration, too, as it is written, quotes taken off.
    pub fn values_of(&self, name: &str) -> &[String] {
        let values = self.values.get_or_init(|| {
            let mut values: FxHashMap<String, Vec<String>> = FxHashMap::default();
            for (name, value) in self.commands().flat_map(|command| self.assigned(command)) {
                values.entry(name).or_default().push(value);
            }
            values
        });
        values.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The names to which a command assigns something, each with the value.
    fn assigned(&self, command: &Command) -> Vec<(String, String)> {
        let Some(simple) = command.as_simple() else { return Vec::new() };
        let own = simple.assignments.iter().flat_map(|assignment| {
            let name = self.text(assignment.name);
            assignment.words().map(move |word| (name.clone(), operands::unquoted(self, word)))
        });
        let words = simple.words.iter().filter(|_| self.declares(command.id));
        let declared = words.filter_map(|word| {
            let text = operands::unquoted(self, word);
            text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()))
        });
        own.chain(declared).collect()
    }

    /// The text of a here-document of a command, as it is written.
    pub fn here_document(&self, command: &Command, redirect: &Redirect) -> Option<String> {
        self.here_document_span(command, redirect).map(|body| self.text(body))
    }

    /// Where the text of a here-document of a command stands.
    pub fn here_document_span(&self, command: &Command, redirect: &Redirect) -> Option<Span> {
        let script = &self.units.scripts[self.units.unit_of(command.id).0 as usize];
        script.here_document(redirect)?.body
    }

    /// Whether a place lies in a command, or in a here-document of it.
    pub fn holds(&self, command: &Command, place: Span) -> bool {
        let script = &self.units.scripts[self.units.unit_of(command.id).0 as usize];
        let bodies = command.redirects.iter().filter_map(|redirect| script.here_document(redirect)?.body);
        command.span.contains(place) || bodies.into_iter().any(|body| body.contains(place))
    }

    /// The pipelines, those of one command among them, wherever they stand.
    pub fn all_pipelines(&self) -> impl DoubleEndedIterator<Item = &'a Pipeline> {
        let find = || self.statements().flat_map(Statement::pipelines).collect();
        self.all_pipelines.get_or_init(find).iter().copied()
    }

    /// The pipelines of several commands, wherever they stand.
    pub fn pipelines(&self) -> impl DoubleEndedIterator<Item = &'a Pipeline> {
        let several = |pipeline: &&Pipeline| pipeline.commands.len() > 1;
        self.pipelines.get_or_init(|| self.all_pipelines().filter(several).collect()).iter().copied()
    }

    /// The simple commands whose status is an answer, in the order of the text.
    pub fn asking(&self) -> impl DoubleEndedIterator<Item = &'a Command> {
        let asks = |it: &&Command| it.as_simple().is_some() && operands::asks(self, it);
        self.asking.get_or_init(|| self.commands().filter(asks).collect()).iter().copied()
    }

    /// The pipelines of several commands of which the last has an answer for its status, or refuses what is empty. What leaves
    /// lines out (`./test.sh | grep -v DEBUG`) says nothing of a program or a check, which has something to say when it fails, too.
    pub fn pipelines_that_answer(&self) -> &[&'a Pipeline] {
        self.answering.get_or_init(|| {
            let speaks = |earlier: &Command| {
                let entry = self.entry_by_id(earlier.id);
                entry.is_some_and(|it| operands::verifies(self, it) || operands::runs_program(self, it))
            };
            let answers = |pipeline: &&Pipeline| {
                let Some((last, earlier)) = pipeline.commands.split_last() else { return false };
                let is_silent = || !operands::leaves_out(self, last) || !earlier.iter().any(speaks);
                operands::asks(self, last) && is_silent() || operands::refuses_empty(self, last)
            };
            self.pipelines().filter(answers).collect()
        })
    }

    /// Whether a command stands in a condition, or before `&&` or `||`: its status is tested.
    pub fn is_tested(&self, command: Span) -> bool {
        self.trace.setters.values().any(|setter| setter.tested && setter.span.contains(command))
    }

    /// Whether the script waits for jobs of its own anywhere.
    pub fn waits(&self) -> bool {
        self.commands().any(|it| self.command_name(it.id).as_deref() == Some("wait"))
    }

    /// The functions that the script defines, wherever it does.
    pub fn functions(&self) -> &[&'a Function] {
        self.functions.get_or_init(|| {
            let mut found = Vec::new();
            for script in &self.units.scripts {
                script.each_command(&mut |command| {
                    if let CommandKind::Function(function) = &command.kind {
                        found.push(&**function);
                    }
                });
            }
            found
        })
    }

    /// The comments that pass a failure over.
    pub(super) fn excuses(&self) -> &[Span] {
        self.excuses.get_or_init(|| excuses(self))
    }

    /// All statements, wherever they stand.
    pub fn statements(&self) -> impl DoubleEndedIterator<Item = &'a Statement> {
        let find = || self.all_lists().flat_map(|list| &list.statements).collect();
        self.statements.get_or_init(find).iter().copied()
    }

    /// All lists, wherever they stand.
    pub fn all_lists(&self) -> impl DoubleEndedIterator<Item = &'a List> {
        self.lists.get_or_init(|| self.units.scripts.iter().flat_map(Script::lists).collect()).iter().copied()
    }

    /// The whole text of the script itself.
    pub fn whole(&self) -> Span {
        Span::new(FileId(0), 0, self.units.source(FileId(0)).len() as u32)
    }

    /// Whether nothing but a comment follows a command on its line.
    pub fn ends_line(&self, command: Span) -> bool {
        let source = self.units.source(command.file);
        let behind = source[command.end as usize..].split(|&byte| byte == b'\n').next().unwrap_or_default();
        let behind = behind.trim_ascii();
        command.file == FileId(0) && (behind.is_empty() || behind.starts_with(b"#"))
    }

    /// Whether a command is a statement of its own, alone on its lines: what follows it can go on a line of its own.
    pub fn stands_alone(&self, command: Span) -> bool {
        let source = self.units.source(command.file);
        let blank = |text: &[u8]| text.iter().all(|byte| matches!(byte, b' ' | b'\t'));
        let before =
            &source[self.lines.start(self.lines.line(command.start)) as usize..command.start as usize];
        blank(before) && self.ends_line(command)
    }

    /// The blanks before a command on its line.
    pub fn indent(&self, command: Span) -> String {
        let start = self.lines.start(self.lines.line(command.start));
        self.text(Span { start, end: command.start, ..command })
    }

    /// The line in which a span begins, 1-based.
    pub fn line(&self, span: Span) -> u32 {
        self.lines.line(span.start)
    }

    /// The statement of the script's top level that a span lies in.
    pub fn top_statement(&self, span: Span) -> Option<&'a Statement> {
        self.units.script().body.statements.iter().find(|statement| statement.span.contains(span))
    }

    /// The pipeline of top level that a cause stands in, unless it is a part of a compound command: what a reader takes for
    /// one step of the script.
    fn step_of(&self, cause: &Cause<'_>) -> Option<&'a Pipeline> {
        let span = cause.entry.span;
        let statement = self.top_statement(span).filter(|statement| !is_compound(statement))?;
        statement.pipelines().find(|pipeline| pipeline.span.contains(span))
    }

    /// The steps of the script that the causes are, each with the name of the first command that fails in it. A command
    /// in a substitution is a step of its own, unless what it is a part of fails in the same way.
    fn steps(&self, causes: &[Cause<'_>]) -> Vec<(Span, String)> {
        let mut steps: BTreeMap<Span, String> = BTreeMap::new();
        let mut inner: Vec<(Span, &Entry)> = Vec::new();
        for cause in causes {
            let entry = cause.entry;
            match self.step_of(cause) {
                Some(step) if !step.commands.iter().any(|command| command.id == entry.id) => {
                    inner.push((step.span, entry));
                }
                step => {
                    let span = step.map_or(entry.span, |step| step.span);
                    steps.entry(span).or_insert_with(|| self.name(entry));
                }
            }
        }
        let own: Vec<&Entry> =
            inner.into_iter().filter(|(step, _)| !steps.contains_key(step)).map(|(_, entry)| entry).collect();
        steps.extend(own.into_iter().map(|entry| (entry.span, self.name(entry))));
        steps.into_iter().collect()
    }

    /// What a reader calls the command; a redirection by all its words.
    fn name(&self, entry: &Entry) -> String {
        match entry.kind {
            EntryKind::Command => entry.name.clone(),
            EntryKind::Redirection => self.text(entry.span),
        }
    }

    /// Whether the script is run as a program of its own. Others may be read by another script, and live with its options.
    pub fn is_program(&self) -> bool {
        self.trace.standing == Standing::Program
    }

    /// The first line's place: the `#!` line, else the first statement.
    pub fn head(&self) -> Option<Span> {
        let shebang = self
            .units
            .script()
            .comments
            .first()
            .filter(|span| span.start == 0 && self.units.text(**span).starts_with(b"#!"));
        shebang
            .copied()
            .or_else(|| self.units.script().body.statements.first().map(|statement| statement.span))
    }

    /// Whether the shell knows pipefail.
    pub fn has_pipefail(&self) -> bool {
        self.units.dialect.has_pipefail()
    }

    /// Whether lines end in CR LF. To the shell, the CR is a part of the last word, so nothing can be put behind that.
    pub fn has_carriage_returns(&self) -> bool {
        self.units.source(FileId(0)).windows(2).any(|pair| pair == b"\r\n")
    }

    /// The shell that the script is for.
    pub fn dialect(&self) -> Dialect {
        self.units.dialect
    }

    /// A fix that ends the script where one of these steps fails: ` || exit 1` after each. Only for steps that stand alone
    /// at the script's top level, where the words reach the script itself: elsewhere they leave a subshell, or
    /// switch errexit off in a function.
    pub fn exit_after(&self, causes: &[Cause<'_>], title: &str) -> Option<Fix> {
        if self.has_carriage_returns() {
            return None;
        }
        let mut ends: Vec<Span> = Vec::new();
        for cause in causes {
            let statement = self.top_statement(cause.entry.span)?;
            let pipeline =
                statement.only_pipeline().filter(|pipeline| !pipeline.negated && !statement.background)?;
            let simple =
                pipeline.commands.iter().all(|command| matches!(command.kind, CommandKind::Simple(_)));
            if !simple || self.trace.errexit_seen || !self.is_program() {
                return None;
            }
            ends.push(pipeline.span);
        }
        ends.sort_unstable();
        ends.dedup();
        let edits: Vec<Edit> = ends.iter().map(|span| Edit::insert(*span, span.end, " || exit 1")).collect();
        (!edits.is_empty()).then(|| Fix::proposed(title, edits))
    }

    /// Adds a label for each step that one of the causes stands in.
    pub fn label_causes(
        &self,
        mut finding: Diagnostic,
        causes: &[Cause<'_>],
        message: impl Fn(&str) -> String,
    ) -> Diagnostic {
        let steps = self.steps(causes);
        for (step, name) in steps.iter().take(MAX_LABELS) {
            finding = finding.because(*step, message(name));
        }
        let more = steps.len().saturating_sub(MAX_LABELS);
        if more > 0 {
            let _ = write!(finding.message, " ({more} more causes are not shown)");
        }
        finding.about(causes.iter().map(|cause| cause.entry.span))
    }
}

fn is_compound(statement: &Statement) -> bool {
    statement
        .pipelines()
        .flat_map(|p| &p.commands)
        .any(|command| !matches!(command.kind, CommandKind::Simple(_)))
}
