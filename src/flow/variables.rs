//! Which variables carry a status or a flag: those that a failure can change and that something later looks at. All
//! others stay unknown, so that states which differ in nothing that matters are one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::program::{VariableId, contains};
use super::units::Units;
use crate::syntax::{
    Assignment, Command, CommandKind, Connector, List, Operation, Part, Statement, Value, Word,
};
use crate::text::Span;

/// More than these are not followed: the tests of scripts with so many flags are about other things.
const MAX_TRACKED: usize = 64;

/// A variable that is given more constants than these is no flag.
const MAX_CONSTANTS: usize = 4;

/// The variables to follow.
pub(super) fn tracked(units: &Units) -> FxHashMap<&[u8], VariableId> {
    let mut survey = Survey {
        units,
        read: FxHashSet::default(),
        carriers: FxHashSet::default(),
        copies: Vec::new(),
        constants: FxHashMap::default(),
        varied: FxHashSet::default(),
        ending: FxHashSet::default(),
        bare: FxHashSet::default(),
        functions: Vec::new(),
        handlers: FxHashSet::default(),
    };
    for script in units.texts() {
        script.each_command(&mut |command| survey.command(command));
        survey.list(&script.body, false);
    }
    survey.follow_handlers();
    survey.follow_copies();
    let flags =
        |name: &&[u8]| survey.constants.get(name).is_none_or(|constants| constants.len() <= MAX_CONSTANTS);
    let carried = survey.carriers.intersection(&survey.read).copied().filter(flags);
    let fixed = survey.ending.iter().copied().filter(|name| survey.is_fixed(name));
    let bare = survey.bare.intersection(&survey.ending).copied();
    let mut names: Vec<&[u8]> = carried.chain(fixed).chain(bare).collect();
    names.sort_unstable();
    names.dedup();
    names.truncate(MAX_TRACKED);
    names.into_iter().enumerate().map(|(index, name)| (name, VariableId(index as u16))).collect()
}

struct Survey<'a> {
    units: &'a Units,
    /// Looked at by a test, `exit`, `return`, `case` or as a command.
    read: FxHashSet<&'a [u8]>,
    /// Set in a way that a failure decides.
    carriers: FxHashSet<&'a [u8]>,
    /// `to=$from`
    copies: Vec<(&'a [u8], &'a [u8])>,
    /// The different texts that are assigned to a variable as they stand.
    constants: FxHashMap<&'a [u8], FxHashSet<&'a [u8]>>,
    /// Assigned something that is not such a text.
    varied: FxHashSet<&'a [u8]>,
    /// Operands of `exit` and `return`.
    ending: FxHashSet<&'a [u8]>,
    /// Declared without a value: `local rc`.
    bare: FxHashSet<&'a [u8]>,
    /// All functions, with their bodies.
    functions: Vec<(&'a [u8], &'a Command)>,
    /// What runs because something has failed: words behind `||`, and in the actions of ERR traps.
    handlers: FxHashSet<&'a [u8]>,
}

impl<'a> Survey<'a> {
    /// Whether a variable is never assigned anything but few texts. Only what ends the script is followed for that: what
    /// a test of such a variable guards may be meant to be switched on.
    fn is_fixed(&self, name: &[u8]) -> bool {
        let is_few = |constants: &FxHashSet<&[u8]>| constants.len() <= MAX_CONSTANTS;
        !self.varied.contains(name) && self.constants.get(name).is_some_and(is_few)
    }

    fn text(&self, word: &Word) -> &'a [u8] {
        self.units.source(word.span.file)
    }

    fn command(&mut self, command: &'a Command) {
        command.words().for_each(|word| self.required(word));
        command.words().flat_map(|word| &word.parts).for_each(|part| self.substituted(part));
        match &command.kind {
            CommandKind::Simple(simple) => {
                simple.assignments.iter().for_each(|assignment| self.assignment(assignment));
                self.simple(&simple.words);
            }
            CommandKind::Test(words) => words.iter().for_each(|word| self.look_at(word)),
            CommandKind::Arithmetic(word) => {
                self.look_at(word);
                self.names_in(word.span);
            }
            CommandKind::Case(case) => self.look_at(&case.word),
            // Whether there is a round at all.
            CommandKind::ForArithmetic(each) => self.names_in(each.header.span),
            CommandKind::Function(function) => {
                self.functions.push((self.units.text(function.name), &function.body));
                // Each call may give another number of parameters.
                self.carriers.insert(b"#");
            }
            CommandKind::For(each) => {
                let to = self.units.text(each.name);
                let words = || each.words.iter().flatten();
                // `for attempt in 1 2 3`, and a test of the number.
                if words().count() > 0 && words().all(|word| word.literal(self.text(word)).is_some()) {
                    self.carriers.insert(to);
                }
                for word in words() {
                    let text = self.text(word);
                    for part in &word.parts {
                        part.each(&mut |part| {
                            if let Part::Parameter(parameter) = part {
                                self.copies.push((to, &text[parameter.name.range()]));
                            }
                        });
                    }
                }
            }
            _ => {}
        }
    }

    fn simple(&mut self, words: &'a [Word]) {
        let Some(first) = words.first() else { return };
        let name = first.literal(self.text(first));
        match name.as_deref() {
            Some(b"exit" | b"return") => {
                words[1..].iter().for_each(|word| self.look_at(word));
                words[1..].iter().for_each(|word| self.ended_with(word));
                words[1..].iter().for_each(|word| self.given_status(word));
            }
            Some(b"trap") => self.action(&words[1..]),
            Some(b"[" | b"test" | b"wait") => words[1..].iter().for_each(|word| self.look_at(word)),
            Some(b"local" | b"declare" | b"typeset" | b"export" | b"readonly") => {
                words[1..].iter().for_each(|word| self.declared(word));
            }
            Some(b"let") => words[1..].iter().for_each(|word| self.names_in(word.span)),
            // What was unset ends the script where it is wanted.
            Some(b"unset") => {
                let names = words[1..].iter().map(|word| self.units.text(word.span));
                for name in names.filter(|name| !name.starts_with(b"-")) {
                    self.carriers.insert(name);
                    self.read.insert(name);
                }
            }
            Some(_) => self.passed(words),
            None => self.look_at(first),
        }
    }

    /// `exit $rc`, `exit $((!ok))`
    fn ended_with(&mut self, word: &'a Word) {
        self.ending.extend(word.variable(self.text(word)));
        for part in &word.parts {
            if let Part::Arithmetic(span, _) = part {
                self.ending.extend(names(self.units.text(*span)));
            }
        }
    }

    /// `exit ${2:-1}`: callers say how the script ends.
    fn given_status(&mut self, word: &'a Word) {
        let text = self.text(word);
        for part in &word.parts {
            part.each(&mut |part| {
                if let Part::Parameter(parameter) = part
                    && let name @ [b'1'..=b'9'] = &text[parameter.name.range()]
                {
                    self.carriers.insert(name);
                }
            });
        }
    }

    /// What an ERR trap runs, runs because something has failed.
    fn action(&mut self, words: &'a [Word]) {
        let unit = words.iter().find_map(|word| self.units.at_word(word.span));
        let Some(unit) = unit.filter(|_| words.iter().any(|word| self.units.text(word.span) == b"ERR"))
        else {
            return;
        };
        let body = &self.units.scripts[unit.0 as usize].body;
        self.list(body, true);
        self.handlers_in(body);
    }

    /// `check $? "upload"`: the function finds the status in its first parameter.
    fn passed(&mut self, words: &'a [Word]) {
        for (index, word) in words.iter().enumerate().skip(1).take(9) {
            if let Some(name) = word.variable(self.text(word)) {
                let parameter: &[u8] = &b"123456789"[index - 1..index];
                self.copies.push((parameter, name));
                if name == b"?" {
                    self.carriers.insert(parameter);
                }
            }
        }
    }

    /// `local rc=$?` is a word, not an assignment, in the tree.
    fn declared(&mut self, word: &'a Word) {
        let text = self.text(word);
        let source = word.source(text);
        let equals = source.iter().position(|&byte| byte == b'=');
        self.varied.insert(&source[..equals.unwrap_or(source.len())]);
        let Some(equals) = equals else {
            self.bare.insert(source);
            return;
        };
        if let [Part::Literal(_), value] = word.parts.as_slice()
            && let Some(from) = value.variable(text)
        {
            self.copies.push((&source[..equals], from));
        }
        if contains(source, b"$?") || contains(source, b"PIPESTATUS") {
            self.carriers.insert(&source[..equals]);
        }
    }

    /// `${x:?}` looks at a variable wherever it stands.
    fn required(&mut self, word: &'a Word) {
        let text = self.text(word);
        for part in &word.parts {
            part.each(&mut |part| {
                if let Part::Parameter(parameter) = part
                    && parameter.operation == Operation::Require
                {
                    self.read.insert(&text[parameter.name.range()]);
                }
            });
        }
    }

    fn look_at(&mut self, word: &'a Word) {
        let text = self.text(word);
        for part in &word.parts {
            part.each(&mut |part| {
                if let Part::Parameter(parameter) = part {
                    self.read.insert(&text[parameter.name.range()]);
                }
            });
            if let Part::Arithmetic(span, _) = part {
                self.names_in(*span);
            }
        }
        // `[[ rc -ne 0 ]]` reads a variable by its bare name.
        self.read.insert(word.source(text));
    }

    /// What a substitution runs is a list like others.
    fn substituted(&mut self, part: &'a Part) {
        part.each(&mut |part| {
            if let Part::Substitution(inner) = part {
                self.list(&inner.body, false);
            }
        });
    }

    /// In arithmetic, names stand for their values, and may be assigned to.
    fn names_in(&mut self, span: Span) {
        let source = self.units.text(span);
        let changes = contains(source, b"=") || contains(source, b"++");
        self.read.extend(names(source));
        if changes {
            self.carriers.extend(names(source).filter(|name| !name[0].is_ascii_digit()));
        }
    }

    fn assignment(&mut self, assignment: &'a Assignment) {
        let name = self.units.text(assignment.name);
        let source = self.units.text(assignment.span);
        if [&b"$?"[..], b"$!", b"PIPESTATUS"].iter().any(|status| contains(source, status)) {
            self.carriers.insert(name);
        }
        if assignment.append || assignment.index.is_some() {
            self.varied.insert(name);
        }
        let Value::Scalar(word) = &assignment.value else {
            self.varied.insert(name);
            return;
        };
        if word.literal(self.text(word)).is_some() {
            let constant = self.units.text(word.span);
            self.constants.entry(name).or_default().insert(constant);
        } else {
            self.varied.insert(name);
        }
        if let Some(from) = word.variable(self.text(word)) {
            self.copies.push((name, from));
        }
        for part in &word.parts {
            let arithmetic = matches!(part, Part::Arithmetic(..));
            let defaulted =
                matches!(part, Part::Parameter(parameter) if parameter.operation == Operation::Default);
            if arithmetic && contains(source, name) || defaulted {
                self.carriers.insert(name);
            }
            if arithmetic {
                self.read_names_of(word, name);
            }
        }
    }

    /// `rc=$((rc | x))`: x carries what arrives in rc.
    fn read_names_of(&mut self, word: &'a Word, to: &'a [u8]) {
        let from = names(word.source(self.text(word))).filter(|name| !name[0].is_ascii_digit());
        self.copies.extend(from.map(|name| (to, name)));
    }

    /// Finds constants that are assigned where only a failure, or only a success, leads.
    fn list(&mut self, list: &'a List, decided: bool) {
        for statement in &list.statements {
            self.statement(statement, decided);
        }
    }

    fn statement(&mut self, statement: &'a Statement, decided: bool) {
        for command in &statement.first.commands {
            self.branches(command, decided);
        }
        let mut after_or = decided;
        for (connector, pipeline) in &statement.rest {
            after_or |= *connector == Connector::Or || !is_test(&statement.first.commands[0], self.units);
            for command in &pipeline.commands {
                self.branches(command, after_or);
                if *connector == Connector::Or {
                    self.handler(command);
                }
            }
        }
    }

    fn branches(&mut self, command: &'a Command, decided: bool) {
        match &command.kind {
            CommandKind::Simple(simple) if decided => {
                self.carriers
                    .extend(simple.assignments.iter().map(|assignment| self.units.text(assignment.name)));
            }
            CommandKind::Group(list) | CommandKind::Subshell(list) => self.list(list, decided),
            CommandKind::If(chain) => {
                let mut decided = decided;
                for (condition, body) in &chain.arms {
                    self.list(condition, decided);
                    decided |= self.can_fail(condition);
                    self.list(body, decided);
                }
                chain.otherwise.iter().for_each(|list| self.list(list, decided));
            }
            CommandKind::Loop(each) => {
                self.list(&each.condition, decided);
                self.list(&each.body, decided || self.can_fail(&each.condition));
            }
            CommandKind::For(each) | CommandKind::Select(each) => self.list(&each.body, decided),
            CommandKind::ForArithmetic(each) => self.list(&each.body, decided),
            CommandKind::Case(case) => {
                let looks_at_status = contains(case.word.source(self.text(&case.word)), b"$?");
                case.items.iter().for_each(|item| self.list(&item.body, decided || looks_at_status));
            }
            CommandKind::Function(function) => self.branches(&function.body, decided),
            _ => {}
        }
    }

    /// The functions that a command may call, which behind `||` handle a failure.
    fn handler(&mut self, command: &'a Command) {
        match &command.kind {
            CommandKind::Simple(simple) => {
                let texts = simple.words.iter().map(|word| word.source(self.units.source(word.span.file)));
                self.handlers.extend(texts);
            }
            CommandKind::Group(list) => self.handlers_in(list),
            _ => {}
        }
    }

    fn handlers_in(&mut self, list: &'a List) {
        let pipelines = list.statements.iter().flat_map(Statement::pipelines);
        pipelines.flat_map(|pipeline| &pipeline.commands).for_each(|command| self.handler(command));
    }

    /// The constants that handlers set are set by failures.
    fn follow_handlers(&mut self) {
        let mut left = std::mem::take(&mut self.functions);
        loop {
            let (called, others): (Vec<_>, Vec<_>) =
                left.into_iter().partition(|(name, _)| self.handlers.contains(name));
            if called.is_empty() {
                return;
            }
            for (_, body) in called {
                self.branches(body, true);
                self.handler(body);
            }
            left = others;
        }
    }

    fn can_fail(&self, condition: &List) -> bool {
        let pipelines = condition.statements.iter().flat_map(Statement::pipelines);
        pipelines.flat_map(|pipeline| &pipeline.commands).any(|command| !is_test(command, self.units))
    }

    fn follow_copies(&mut self) {
        for _ in 0..4 {
            for (to, from) in &self.copies {
                if self.read.contains(to) {
                    self.read.insert(from);
                }
                if self.carriers.contains(from) {
                    self.carriers.insert(to);
                }
            }
        }
    }
}

/// The names and numbers in a text.
fn names(source: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    source.split(move |byte| !is_name(byte)).filter(|name| !name.is_empty())
}

/// A test that is not about a status: what it decides is not what a failure decides.
fn is_test(command: &Command, units: &Units) -> bool {
    let about_status = || {
        let source = units.text(command.span);
        contains(source, b"$?") || contains(source, b"PIPESTATUS")
    };
    let test = match &command.kind {
        CommandKind::Test(_) | CommandKind::Arithmetic(_) => true,
        CommandKind::Simple(simple) => simple.words.first().is_some_and(|word| {
            matches!(word.source(units.source(word.span.file)), b"[" | b"test" | b"true" | b":")
        }),
        _ => false,
    };
    test && !about_status()
}
