//! All the shell text that one script runs: the script itself, the files that it reads with `.`, and the commands that
//! it holds in other ways (a trap's action, the operand of `eval` or `bash -c`, the words behind `sudo`).

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::held::{Functions, Held, HeldText, InnerShell, Key, Search};
use super::sourced::{Lookup, Places, Reference};
use crate::shell::knowledge::Vocabulary;
use crate::shell::{Dialect, Options, Shebang};
use crate::syntax::{
    Command, CommandId, CommandKind, Comparison, List, Pipeline, PutIn, Script, Shellcheck, Statement,
    parse_from, parse_said, parse_without_atoms, shellcheck,
};
use crate::text::{Document, FileId, Span};

/// How many files one script may read with `.`, those of the files themselves included.
const MAX_SOURCED: usize = 64;

/// How many texts may be held, one in the other or beside each other.
const MAX_UNITS: usize = 20_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UnitId(pub(crate) u32);

/// What asks for the text of a sourced file: the path of the script, the operand of `.`.
pub type Ask<'a> = dyn Fn(&str, &str) -> Option<Arc<Document>> + 'a;

/// How the text of a file is read.
type Parse = fn(&[u8], FileId, Dialect, CommandId) -> Script;

/// Where a unit comes from, and how it runs.
#[derive(Clone, Debug)]
struct Origin {
    /// The bytes that it was read from.
    span: Span,
    inner: InnerShell,
    /// The command that runs it; none for the script itself.
    holder: Option<CommandId>,
    /// What has been put in by who says it.
    put_in: PutIn,
}

/// A text that a command of the script holds for a shell, or feeds it.
pub(crate) struct NestedText {
    /// The command.
    pub(crate) holder: Option<CommandId>,
    /// Its bytes.
    pub(crate) span: Span,
    /// It is read from standard input.
    pub(crate) is_fed: bool,
    /// Its first statement.
    pub(crate) start: Option<Span>,
    /// The numbers of its commands.
    pub(crate) commands: Range<u32>,
}

/// See the module.
pub struct Units {
    /// The texts that spans point into, by [`FileId`].
    pub documents: Vec<Arc<Document>>,
    /// What the script is written for.
    pub dialect: Dialect,
    /// What is known of commands and messages.
    pub vocabulary: Arc<Vocabulary>,
    /// The options that it starts with.
    pub(crate) initial: Options,
    /// The script itself is the first.
    pub scripts: Vec<Script>,
    /// Operands of `.` whose files, beside the script, were not to be had: what they do is not known.
    pub not_found: Vec<Span>,
    /// By unit.
    origins: Vec<Origin>,
    /// By the first byte of the word (or, for a sourced file, of the operand) that holds or names it.
    by_word: FxHashMap<(FileId, u32), UnitId>,
    /// By the first byte of the name of the shell that is fed with it.
    fed: FxHashMap<(FileId, u32), UnitId>,
    functions: Functions,
    parse: Parse,
}

impl Units {
    /// Reads `document` and all that it runs, as far as it can be had.
    pub fn load(
        document: &Arc<Document>,
        dialect: Dialect,
        vocabulary: &Arc<Vocabulary>,
        ask: &Ask<'_>,
    ) -> Self {
        Self::load_by(parse_from, document, dialect, vocabulary, ask)
    }

    /// The same of a text that somebody types in.
    pub fn load_typed(
        document: &Arc<Document>,
        dialect: Dialect,
        vocabulary: &Arc<Vocabulary>,
        ask: &Ask<'_>,
    ) -> Self {
        Self::load_by(parse_without_atoms, document, dialect, vocabulary, ask)
    }

    fn load_by(
        parse: Parse,
        document: &Arc<Document>,
        dialect: Dialect,
        vocabulary: &Arc<Vocabulary>,
        ask: &Ask<'_>,
    ) -> Self {
        let initial = Options::initial(dialect);
        let flags = Shebang::of(&document.text).filter(|shebang| shebang.dialect.is_some());
        let mut units = Self {
            documents: vec![Arc::clone(document)],
            dialect,
            vocabulary: Arc::clone(vocabulary),
            initial: flags.map_or(initial, |shebang| shebang.options(initial)),
            scripts: Vec::new(),
            not_found: Vec::new(),
            origins: Vec::new(),
            by_word: FxHashMap::default(),
            fed: FxHashMap::default(),
            functions: Functions::default(),
            parse,
        };
        units.push_file(FileId(0), None);
        let (mut followed, mut searched) = (0, 0);
        while searched < units.scripts.len() {
            // What a file defines decides what the words of others mean, so files come first.
            while followed < units.scripts.len() {
                units.follow_files(followed, ask);
                followed += 1;
            }
            units.search(searched);
            searched += 1;
        }
        units
    }

    /// The script itself.
    pub fn script(&self) -> &Script {
        &self.scripts[0]
    }

    /// The scripts that were read from text, without those that are no more than the words of another command.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Script> {
        let texts = self.scripts.iter().zip(&self.origins).filter(|(_, origin)| !origin.inner.is_words);
        texts.map(|(script, _)| script)
    }

    /// The bytes of a span.
    pub fn text(&self, span: Span) -> &[u8] {
        self.documents[span.file.0 as usize].slice(span)
    }

    /// The whole text in which a span lies.
    pub fn source(&self, file: FileId) -> &[u8] {
        &self.documents[file.0 as usize].text
    }

    /// What stands in, or is named by, the word that starts at `span`.
    pub(crate) fn at_word(&self, span: Span) -> Option<UnitId> {
        self.by_word.get(&(span.file, span.start)).copied()
    }

    /// What is fed to the shell whose name starts at `span`.
    pub(crate) fn fed_to(&self, span: Span) -> Option<UnitId> {
        self.fed.get(&(span.file, span.start)).copied()
    }

    /// The number after the last command.
    pub(crate) fn end_id(&self) -> CommandId {
        CommandId(self.scripts.last().map_or(0, |script| script.end_id))
    }

    /// The bytes that a unit was read from.
    pub(crate) fn span(&self, unit: UnitId) -> Span {
        self.origins[unit.0 as usize].span
    }

    /// How a unit runs.
    pub(crate) fn inner(&self, unit: UnitId) -> InnerShell {
        self.origins[unit.0 as usize].inner
    }

    /// The command that runs a unit; none for the script itself.
    pub(crate) fn holder(&self, unit: UnitId) -> Option<CommandId> {
        self.origins[unit.0 as usize].holder
    }

    /// The texts that commands of the script hold for a shell, or feed it.
    pub(crate) fn nested(&self) -> Vec<NestedText> {
        let fed: FxHashSet<UnitId> = self.fed.values().copied().collect();
        let units = (1..self.scripts.len()).map(|index| UnitId(index as u32));
        let texts = units.filter(|unit| !self.inner(*unit).is_words);
        texts
            .map(|unit| {
                let index = unit.0 as usize;
                NestedText {
                    holder: self.holder(unit),
                    span: self.span(unit),
                    is_fed: fed.contains(&unit),
                    start: self.scripts[index].body.statements.first().map(|statement| statement.span),
                    commands: self.scripts[index - 1].end_id..self.scripts[index].end_id,
                }
            })
            .collect()
    }

    /// Whether a unit may run more often than what holds it: a trap, a file that is read at several places.
    pub(crate) fn runs_often(&self, unit: UnitId) -> bool {
        self.inner(unit).many
    }

    /// The unit that a command stands in.
    pub(crate) fn unit_of(&self, command: CommandId) -> UnitId {
        let index = self.scripts.partition_point(|script| script.end_id <= command.0);
        UnitId(index.min(self.scripts.len() - 1) as u32)
    }

    /// Whether some text defines a function of that name.
    pub(super) fn defines(&self, name: &[u8]) -> bool {
        self.functions.contains_key(name)
    }

    /// Whether what a script runs is the same as it was, but for the words of commands that `by` has found to be touched.
    pub(super) fn are_alike<'a>(&'a self, old: &'a Self, by: &mut Comparison<'a>) -> bool {
        let scripts = || old.scripts.iter().zip(&self.scripts);
        self.dialect == old.dialect
            && self.initial == old.initial
            && Arc::ptr_eq(&self.vocabulary, &old.vocabulary)
            && self.functions == old.functions
            && self.scripts.len() == old.scripts.len()
            && are_the_same(&old.documents, &self.documents)
            && scripts().all(|(old, new)| by.scripts(old, new))
            && old.origins.iter().zip(&self.origins).all(|(old, new)| new.is_alike(old, by))
            && self.not_found.iter().copied().map(Some).eq(old.not_found.iter().map(|span| by.place(*span)))
            && are_known_by(&old.by_word, &self.by_word, by)
            && are_known_by(&old.fed, &self.fed, by)
    }

    fn push(&mut self, script: Script, span: Span, inner: InnerShell, holder: Option<CommandId>) -> UnitId {
        let unit = UnitId(self.scripts.len() as u32);
        let mut functions = Vec::new();
        script.each_command(&mut |command| {
            if let CommandKind::Function(function) = &command.kind {
                functions.push((self.text(function.name).to_vec(), hands_on(self.text(function.body.span))));
            }
        });
        self.functions.extend(functions);
        self.scripts.push(script);
        self.origins.push(Origin { span, inner, holder, put_in: PutIn::default() });
        unit
    }

    fn push_file(&mut self, file: FileId, holder: Option<CommandId>) -> UnitId {
        let text = &self.documents[file.0 as usize].text;
        let script = (self.parse)(text, file, self.dialect, self.end_id());
        let span = Span::new(file, 0, text.len() as u32);
        self.push(script, span, InnerShell::plain(self.dialect), holder)
    }

    /// Reads the files that the script of this number names.
    fn follow_files(&mut self, index: usize, ask: &Ask<'_>) {
        for (operand, holder, reference) in self.named_files(index) {
            let Some(reference) = reference else { continue };
            match self.file(&reference, holder, ask) {
                Some(unit) => drop(self.by_word.insert((operand.file, operand.start), unit)),
                // Files of the system are left alone on purpose.
                None if reference.path.starts_with(['/', '~']) => {}
                None => self.not_found.push(operand),
            }
        }
    }

    /// The operands of `.` in a script, with what they name.
    fn named_files(&self, index: usize) -> Vec<(Span, CommandId, Option<Reference>)> {
        let script = &self.scripts[index];
        let mut operands = Vec::new();
        script.each_command(&mut |command| {
            operands.extend(sourced_operand(command, self).map(|word| (word, command.id)));
        });
        if operands.is_empty() {
            return Vec::new();
        }
        let mut places = Places::default();
        self.texts().for_each(|script| {
            let file = script.body.statements.first().map_or(FileId(0), |statement| statement.span.file);
            places.add(script, self.source(file));
        });
        let lookup = Lookup { places: &places, text_of: &|file| self.source(file) };
        let named = |(word, holder): (&crate::syntax::Word, CommandId)| {
            let reference = match self.directed(script, word.span) {
                // ShellCheck's way to say that nothing is to be read.
                Some(path) if path == "/dev/null" => None,
                Some(path) => Some(Reference { from: word.span.file, path }),
                None => lookup.reference(word),
            };
            (word.span, holder, reference)
        };
        operands.into_iter().map(named).collect()
    }

    /// The path in a `# shellcheck source=` right above.
    fn directed(&self, script: &Script, operand: Span) -> Option<String> {
        let text = self.source(operand.file);
        let above = just_above(text, operand);
        let is_near = |comment: &&Span| comment.file == operand.file && above.contains(&comment.start);
        let near: Vec<Span> = script.comments.iter().filter(is_near).copied().collect();
        shellcheck(text, &near).into_iter().find_map(|key| match key {
            Shellcheck::Source { path, .. } => Some(path),
            _ => None,
        })
    }

    /// Directories that `# shellcheck source-path=` names, anywhere in the file.
    fn search_path(&self, file: FileId) -> Vec<String> {
        let Some(script) = self.texts().find(|script| script.comments.iter().any(|c| c.file == file)) else {
            return Vec::new();
        };
        let keys = shellcheck(self.source(file), &script.comments).into_iter();
        keys.filter_map(|key| match key {
            Shellcheck::SourcePath { path, .. } => Some(path.replace("SCRIPTDIR", ".")),
            _ => None,
        })
        .collect()
    }

    /// The unit of a file; one that was read before is not read again, so that files may name each other.
    fn file(&mut self, reference: &Reference, holder: CommandId, ask: &Ask<'_>) -> Option<UnitId> {
        let from = self.documents[reference.from.0 as usize].path.clone();
        let document = ask(&from, &reference.path).or_else(|| {
            let directories = self.search_path(reference.from).into_iter();
            let mut candidates = directories.map(|directory| format!("{directory}/{}", reference.path));
            candidates.find_map(|candidate| ask(&from, &candidate))
        })?;
        if let Some(known) = self.documents.iter().position(|known| known.path == document.path) {
            let unit = self.origins.iter().position(|origin| is_whole(origin.span, known, self))?;
            self.origins[unit].inner.many = true;
            return Some(UnitId(unit as u32));
        }
        if self.documents.len() >= MAX_SOURCED {
            return None;
        }
        let file = FileId(self.documents.len() as u32);
        self.documents.push(document);
        Some(self.push_file(file, Some(holder)))
    }

    /// Adds the commands that those of the script of this number hold.
    fn search(&mut self, index: usize) {
        for held in self.held_by(index) {
            if self.scripts.len() < MAX_UNITS {
                self.add(held);
            }
        }
    }

    fn held_by(&self, index: usize) -> Vec<Held> {
        let script = &self.scripts[index];
        let mut found = Vec::new();
        let search_in = |file: FileId| Search {
            text: self.source(file),
            script,
            dialect: self.origins[index].inner.dialect,
            functions: &self.functions,
            known: &self.vocabulary.commands,
            put_in: &self.origins[index].put_in,
        };
        script.each_command(&mut |command| found.extend(search_in(command.span.file).held_by(command)));
        script.each_pipeline(&mut |pipeline: &Pipeline| {
            found.extend(search_in(pipeline.span.file).fed_in(pipeline));
        });
        found
    }

    fn add(&mut self, held: Held) {
        let first = self.end_id();
        let outer = self.unit_of(held.holder);
        let mut put_in = self.origins[outer.0 as usize].put_in.clone();
        let (script, span) = match held.text {
            HeldText::Said(said) => {
                let script = parse_said(&said, held.inner.dialect, first);
                put_in = said.put_in;
                (script, said.span)
            }
            HeldText::Words(command) => {
                let span = command.span;
                (alone(Command { id: first, ..*command }), span)
            }
        };
        let unit = self.push(script, span, held.inner, Some(held.holder));
        self.origins[unit.0 as usize].put_in = put_in;
        match held.key {
            Key::Word(span) => self.by_word.insert((span.file, span.start), unit),
            Key::Fed(span) => self.fed.insert((span.file, span.start), unit),
        };
    }
}

impl Origin {
    fn is_alike(&self, old: &Self, by: &mut Comparison<'_>) -> bool {
        let is_untouched =
            |old: &Self| old.put_in.keys().all(|&start| by.replaced.is_apart(Span::at(old.span.file, start)));
        self.inner == old.inner
            && self.holder == old.holder
            && self.put_in.len() == old.put_in.len()
            && is_untouched(old)
            && by.note(old.span, self.span)
    }
}

/// Whether beside the script itself, whose text is compared otherwise, the same files are read.
fn are_the_same(old: &[Arc<Document>], new: &[Arc<Document>]) -> bool {
    let same = |(index, (old, new)): (usize, (&Arc<Document>, &Arc<Document>))| {
        old.path == new.path && (index == 0 || old.text == new.text)
    };
    old.len() == new.len() && old.iter().zip(new).enumerate().all(same)
}

/// Whether units are known by the same places, where these are now.
fn are_known_by(
    old: &FxHashMap<(FileId, u32), UnitId>,
    new: &FxHashMap<(FileId, u32), UnitId>,
    by: &Comparison<'_>,
) -> bool {
    let is_known = |(&(file, start), unit): (&(FileId, u32), &UnitId)| {
        let place = Span::at(file, start);
        by.replaced.is_apart(place) && new.get(&(file, by.replaced.moved(place).start)) == Some(unit)
    };
    old.len() == new.len() && old.iter().all(is_known)
}

/// Whether a function's text may run what the function is given.
fn hands_on(body: &[u8]) -> bool {
    body.windows(2).any(|pair| matches!(pair, b"$@" | b"$*")) || body.windows(4).any(|four| four == b"${@}")
}

fn is_whole(span: Span, file: usize, units: &Units) -> bool {
    span.file.0 as usize == file && span.len() as usize == units.documents[file].text.len()
}

/// The operand of `.` or `source`, also behind `command` and `builtin`.
fn sourced_operand<'a>(command: &'a Command, units: &Units) -> Option<&'a crate::syntax::Word> {
    let mut words = command.as_simple()?.words.as_slice();
    let text = units.source(command.span.file);
    while matches!(words.first()?.source(text), b"command" | b"builtin") {
        words = &words[1..];
    }
    matches!(words.first()?.source(text), b"." | b"source").then_some(())?;
    words[1..].iter().find(|word| word.source(text) != b"--")
}

/// The bytes of the lines above that of `operand`: those that are no more than comments, and the one before them.
fn just_above(text: &[u8], operand: Span) -> Range<u32> {
    let mut lines = text[..operand.start as usize].rsplit(|&byte| byte == b'\n');
    let end = operand.start - lines.next().map_or(0, <[u8]>::len) as u32;
    let mut start = end;
    for line in lines {
        start -= line.len() as u32 + 1;
        if !line.trim_ascii().starts_with(b"#") {
            break;
        }
    }
    start..end
}

/// A script of one command.
fn alone(command: Command) -> Script {
    let (span, end_id) = (command.span, command.id.0 + 1);
    let first = Pipeline { span, negated: false, commands: vec![command] };
    let statement = Statement { span, first, rest: Vec::new(), background: false };
    Script {
        body: List { statements: vec![statement] },
        unknown: Vec::new(),
        comments: Vec::new(),
        here_documents: Vec::new(),
        end_id,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::Arc;

    use super::Units;
    use crate::shell::Dialect;
    use crate::shell::knowledge::Vocabulary;
    use crate::text::Document;

    /// The files that `text`, as `bin/run.sh`, asks for, where `files` are there: `script < reference`.
    fn asked(text: &str, files: &[(&str, &str)]) -> (Units, Vec<String>) {
        let asked = RefCell::new(Vec::new());
        let document = Arc::new(Document::script("bin/run.sh", text.as_bytes().to_vec()));
        let units = Units::load(&document, Dialect::Bash, &Vocabulary::builtin(), &|from, reference| {
            asked.borrow_mut().push(format!("{from} < {reference}"));
            let found = files.iter().find(|(name, _)| reference.ends_with(name))?;
            Some(Arc::new(Document::script(found.0, found.1.as_bytes().to_vec())))
        });
        let asked = asked.into_inner();
        (units, asked)
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(asked(text, &[]).1, expected, "{text}");
    }

    #[test]
    fn a_file_is_named_in_many_ways() {
        check(". ./lib.sh", &["bin/run.sh < ./lib.sh"]);
        check("source lib.sh", &["bin/run.sh < lib.sh"]);
        check("command . lib.sh", &["bin/run.sh < lib.sh"]);
        let own = &["bin/run.sh < ././lib.sh"];
        check(". \"$(dirname \"$0\")/lib.sh\"", own);
        check(". `dirname $0`/lib.sh", own);
        check(". \"${0%/*}/lib.sh\"", own);
        check(". \"${BASH_SOURCE%/*}/lib.sh\"", own);
        check(". \"$(dirname -- \"${BASH_SOURCE[0]}\")/lib.sh\"", own);
        check(". \"$(dirname \"$(readlink -f \"$0\")\")/lib.sh\"", own);
        check("D=$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\n. \"$D/lib.sh\"", own);
        check("readonly D=\"$(cd -P -- \"$(dirname -- \"$0\")\" >/dev/null; pwd -P)\"\n. $D/lib.sh", own);
        check("D=$(dirname \"$0\") L=$D/../l\n. $L/a.sh", &["bin/run.sh < ././../l/a.sh"]);
        check(". \"${LIB:-$(dirname \"$0\")}/lib.sh\"", own);
        check("# shellcheck source=lib.sh\n. \"$X/y\"", &["bin/run.sh < lib.sh"]);
        check(
            "# shellcheck source-path=SCRIPTDIR/l\n. a.sh",
            &["bin/run.sh < a.sh", "bin/run.sh < ./l/a.sh"],
        );
    }

    #[test]
    fn what_is_not_known_is_not_asked_for() {
        check(". \"$1\"", &[]);
        check("D=a; D=b; . $D/lib.sh", &[]);
        check("for D in a b; do . $D/lib.sh; done", &[]);
        check("# shellcheck source=/dev/null\n. ./lib.sh", &[]);
        check("# shellcheck source=a.sh\ntrue\n. \"$X\"", &[]);
    }

    #[test]
    fn what_a_shell_further_out_runs_is_read_once() {
        let (units, _) = asked("sh <<E\nbash -c 'a $(b); c'\nE\n", &[]);
        let mut found = Vec::new();
        for script in &units.scripts {
            script.each_command(&mut |command| found.push(String::from_utf8_lossy(units.text(command.span))));
        }
        assert_eq!(found, ["sh <<E", "b", "bash -c 'a $(b); c'", "a $(b)", "c"]);
    }

    #[test]
    fn files_may_name_each_other() {
        let files = [("a.sh", ". ./b.sh\n. ./a.sh"), ("b.sh", ". \"$(dirname \"$BASH_SOURCE\")/a.sh\"")];
        let (units, _) = asked(". ./a.sh\n. ./b.sh", &files);
        assert_eq!(units.documents.len(), 3);
        assert!(units.not_found.is_empty());
    }
}
