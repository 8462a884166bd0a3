//! What a rule may ask: the script, the engine's answers, what the author has judged.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rustc_hash::FxHashMap;

use super::Selection;
use super::cause::Cause;
use crate::diagnostic::{Diagnostic, Edit, Fix};
use crate::flow::{Entry, EntryKind, Standing, Trace, Units};
use crate::shell::Dialect;
use crate::suppress::Suppressions;
use crate::syntax::{Command, CommandId, CommandKind, Function, Pipeline, Statement, Word};
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
    commands: FxHashMap<CommandId, &'a Command>,
}

impl<'a> Context<'a> {
    /// All that rules may look at of one script.
    pub fn new(
        units: &'a Units,
        trace: &'a Trace,
        suppressions: &'a Suppressions<'a>,
        selection: &'a Selection,
    ) -> Self {
        let mut commands = FxHashMap::default();
        for script in &units.scripts {
            script.each_command(&mut |command| {
                commands.insert(command.id, command);
            });
        }
        let lines = LineIndex::new(units.source(FileId(0)));
        Self { units, trace, suppressions, selection, lines, commands }
    }

    /// The commands that work, are no calls of the script's own functions, and run; what can fail in a function has entries
    /// of its own.
    pub fn causes(&self) -> impl Iterator<Item = Cause<'a>> {
        let points = self.trace.own_failure_points();
        points.map(|(entry, on_failure)| Cause { entry, on_failure })
    }

    /// Those of [`Self::causes`] whose failure can end in status 0 without anybody having looked at it.
    pub fn lost(&self) -> impl Iterator<Item = Cause<'a>> {
        self.causes().filter(Cause::is_lost)
    }

    /// The last `set -e` of the script's top level before a place.
    pub fn errexit_statement(&self, before: Span) -> Option<Span> {
        let statements = self.units.script().body.statements.iter();
        let mut sets = statements.filter(|statement| {
            let simple =
                statement.only_pipeline().and_then(Pipeline::only_command).and_then(Command::as_simple);
            let name = simple.and_then(|simple| simple.words.first()).and_then(|word| self.literal(word));
            name.as_deref() == Some("set") && statement.span.end <= before.start
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

    /// The command of an entry.
    pub fn command(&self, entry: &Entry) -> Option<&'a Command> {
        self.commands.get(&entry.id).copied()
    }

    /// The pipelines of several commands, wherever they stand.
    pub fn pipelines(&self) -> Vec<&'a Pipeline> {
        let mut found = Vec::new();
        for script in &self.units.scripts {
            script.each_pipeline(&mut |pipeline| {
                if pipeline.commands.len() > 1 {
                    found.push(pipeline);
                }
            });
        }
        found
    }

    /// The functions that the script defines, wherever it does.
    pub fn functions(&self) -> Vec<&'a Function> {
        let mut found = Vec::new();
        for script in &self.units.scripts {
            script.each_command(&mut |command| {
                if let CommandKind::Function(function) = &command.kind {
                    found.push(&**function);
                }
            });
        }
        found
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
        finding
    }
}

fn is_compound(statement: &Statement) -> bool {
    statement
        .pipelines()
        .flat_map(|p| &p.commands)
        .any(|command| !matches!(command.kind, CommandKind::Simple(_)))
}
