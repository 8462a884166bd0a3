//! What the engine has to know of a program before it follows it: its functions, the places that can fail, the variables
//! that carry statuses.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::answer::EntryKind;
use super::scope::Mentions;
pub(super) use super::units::UnitId;
use super::units::Units;
use super::variables;
use super::{descriptors, in_place};
use crate::shell::Dialect;
use crate::syntax::{
    Command, CommandId, CommandKind, Function, HereDocument, Operation, Part, Redirect, Script, Statement,
    Word,
};
use crate::text::{FileId, Span};

/// A place that can fail: a simple command with a name, or a redirection of anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct SiteId(pub(super) u32);

/// A variable that holds a status or a flag which something later reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct VariableId(pub(super) u16);

/// A function's definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FunctionId(pub(super) u32);

/// How often a site may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeats {
    Once,
    /// In the rounds of this outermost loop.
    InLoop(CommandId),
    /// In calls of its function, the last of them from this statement of the script's top level.
    InCalls(u32),
}

#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) kind: EntryKind,
    pub(super) span: Span,
    pub(super) name: String,
    pub(super) command: CommandId,
    pub(super) repeats: Repeats,
    /// A redirection that cannot fail in any way that matters: `2>&1`, `>/dev/null`, a here-document.
    pub(super) harmless: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct FunctionInfo<'a> {
    pub(super) name: &'a [u8],
    pub(super) definition: &'a Function,
    /// Runs its own arguments as a command: `run() { "$@" || die; }`.
    pub(super) runs_arguments: bool,
    /// Says `local -`: its options are its own.
    pub(super) localises_options: bool,
}

/// By which words a function is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    Never,
    /// By one alone, as the name of this command.
    ByCall(CommandId),
    /// By several, or as an argument.
    Otherwise,
}

impl Named {
    fn and_by(self, command: CommandId, is_call: bool) -> Self {
        if self == Self::Never && is_call { Self::ByCall(command) } else { Self::Otherwise }
    }
}

/// See the module.
pub(super) struct Program<'a> {
    pub(super) units: &'a Units,
    pub(super) sites: Vec<Site>,
    pub(super) functions: Vec<FunctionInfo<'a>>,
    pub(super) variables: FxHashMap<&'a [u8], VariableId>,
    /// Variables that must be set where they are read: `${x:?}`.
    pub(super) required: FxHashSet<VariableId>,
    /// Variables that are `local` in some function.
    pub(super) locals: FxHashMap<FunctionId, Vec<VariableId>>,
    /// The words that declare a variable in a function and give it no value, where none has declared it there before.
    bare_locals: FxHashSet<(FileId, u32)>,
    pub(super) reads_pipestatus: bool,
    /// The actions of traps that may run anywhere.
    pub(super) actions: Vec<Span>,
    /// Something waits for background jobs.
    pub(super) waits: bool,
    /// Something waits for whichever job ends next.
    pub(super) waits_for_next: bool,
    /// `$!` is read.
    pub(super) names_jobs: bool,
    /// `<( )` or `>( )` stands somewhere.
    pub(super) substitutes_processes: bool,
    /// Commands that end files which are read with `.`, and may take the shell's place there.
    pub(super) last_programs: FxHashSet<CommandId>,
    /// Commands that end the bodies of functions, if a trap is set somewhere.
    pub(super) last_in_functions: FxHashSet<CommandId>,
    /// By their first commands, the pipelines that end lists, in the shell to which that matters.
    pub(super) last_pipelines: FxHashSet<CommandId>,
    /// `return 256`
    pub(super) returns_large_numbers: bool,
    /// The descriptors that `exec` opens files for, without the first three.
    pub(super) descriptors: FxHashSet<&'a [u8]>,
    /// Something sets a trap.
    pub(super) sets_traps: bool,
    /// Something sets a trap for a signal.
    pub(super) traps_signals: bool,
    /// Variables that are declared to be integers somewhere.
    pub(super) integers: FxHashSet<&'a [u8]>,
    /// Variables that are made readonly somewhere and assigned to by another command, with their bits in [`State::readonly`].
    ///
    /// [`State::readonly`]: super::state::State::readonly
    readonly: FxHashMap<&'a [u8], u32>,
    /// By function, the bits of those among them that it declares to be its own.
    readonly_locals: FxHashMap<FunctionId, u32>,
    /// By id.
    by_command: Vec<Option<&'a Command>>,
    /// By command.
    command_sites: Vec<Option<SiteId>>,
    redirect_sites: FxHashMap<(FileId, u32), SiteId>,
    here_documents: FxHashMap<(FileId, u32), &'a HereDocument>,
    function_ids: FxHashMap<CommandId, FunctionId>,
    by_name: FxHashMap<&'a [u8], Vec<FunctionId>>,
    owners: FxHashMap<CommandId, FunctionId>,
    /// By function, what its text names.
    mentions: Vec<Mentions>,
}

/// The variables that are made readonly by a command and given a value by another: each with a bit of its own. Of more
/// than there are bits the last are not followed.
fn readonly_names(units: &Units) -> FxHashMap<&[u8], u32> {
    let mut declared: Vec<(&[u8], CommandId)> = Vec::new();
    let mut given: FxHashMap<&[u8], Vec<CommandId>> = FxHashMap::default();
    for script in &units.scripts {
        script.each_command(&mut |command| {
            let Some(simple) = command.as_simple() else { return };
            let named = simple.assignments.iter().map(|assignment| units.text(assignment.name));
            named.for_each(|name| given.entry(name).or_default().push(command.id));
            let texts = || simple.words.iter().map(|word| units.text(word.span));
            if !texts().next().is_some_and(is_declaration) {
                return;
            }
            let words: Vec<&[u8]> = texts().collect();
            if makes_readonly(&words) {
                declared.extend(words[1..].iter().map(|word| (declared_name(word), command.id)));
            }
            for word in words[1..].iter().filter(|word| word.contains(&b'=')) {
                given.entry(declared_name(word)).or_default().push(command.id);
            }
        });
    }
    declared.retain(|(name, by)| given.get(name).is_some_and(|all| all.iter().any(|other| other != by)));
    let names: FxHashSet<&[u8]> = declared.into_iter().map(|(name, _)| name).collect();
    let mut names: Vec<&[u8]> = names.into_iter().collect();
    names.sort_unstable();
    names.into_iter().zip(0..u32::BITS).map(|(name, index)| (name, 1 << index)).collect()
}

/// Whether a command of this name declares the variables that its words name.
pub(super) fn is_declaration(name: &[u8]) -> bool {
    matches!(name, b"readonly" | b"export" | b"local" | b"declare" | b"typeset")
}

/// Whether these are the words of `readonly`, or of `declare -r` and its like.
pub(super) fn makes_readonly(words: &[&[u8]]) -> bool {
    let Some((name, operands)) = words.split_first() else { return false };
    match *name {
        b"readonly" => !operands.iter().any(|word| is_option_with(word, b"pf")),
        b"local" | b"declare" | b"typeset" => operands.iter().any(|word| is_option_with(word, b"r")),
        _ => false,
    }
}

/// The name in `name=value`.
pub(super) fn declared_name(word: &[u8]) -> &[u8] {
    word.split(|&byte| byte == b'=').next().unwrap_or(word)
}

/// The pipelines of the last statement of each list; asked for in mksh alone.
fn last_pipelines(units: &Units) -> FxHashSet<CommandId> {
    if units.dialect != Dialect::Mksh {
        return FxHashSet::default();
    }
    let lists = units.scripts.iter().flat_map(Script::lists);
    let last = lists.filter_map(|list| list.statements.last());
    last.flat_map(Statement::pipelines).map(|pipeline| pipeline.commands[0].id).collect()
}

impl<'a> Program<'a> {
    pub(super) fn new(units: &'a Units) -> Self {
        let mut program = Self {
            units,
            sites: Vec::new(),
            functions: Vec::new(),
            variables: variables::tracked(units),
            required: FxHashSet::default(),
            locals: FxHashMap::default(),
            bare_locals: FxHashSet::default(),
            reads_pipestatus: false,
            actions: Vec::new(),
            waits: false,
            waits_for_next: false,
            names_jobs: false,
            substitutes_processes: false,
            last_programs: in_place::last_programs(units),
            last_in_functions: FxHashSet::default(),
            last_pipelines: last_pipelines(units),
            returns_large_numbers: false,
            descriptors: FxHashSet::default(),
            traps_signals: false,
            sets_traps: false,
            integers: FxHashSet::default(),
            readonly: readonly_names(units),
            readonly_locals: FxHashMap::default(),
            by_command: vec![None; units.end_id().0 as usize],
            command_sites: vec![None; units.end_id().0 as usize],
            redirect_sites: FxHashMap::default(),
            here_documents: FxHashMap::default(),
            function_ids: FxHashMap::default(),
            by_name: FxHashMap::default(),
            owners: FxHashMap::default(),
            mentions: Vec::new(),
        };
        for script in &units.scripts {
            script.each_command(&mut |command| program.add(command, script));
        }
        let says = |text: &[u8]| units.documents.iter().any(|document| contains(&document.text, text));
        program.reads_pipestatus = says(b"PIPESTATUS");
        program.waits = says(b"wait");
        program.waits_for_next = says(b"wait -n");
        program.names_jobs = says(b"$!");
        program.substitutes_processes = says(b"<(") || says(b">(");
        program.find_runners();
        program.add_redirects_of_given();
        program.sites.sort_by_key(|site| (site.span.file, site.span.start));
        program.index_sites();
        program.find_repeats();
        program.sets_traps = says(b"trap");
        if program.sets_traps {
            program.last_in_functions = in_place::last_in_functions(&program.functions, units);
        }
        let bodies = program.functions.iter().map(|info| program.text(info.definition.body.span));
        program.mentions = bodies.map(|body| Mentions::of(body, &program)).collect();
        program
    }

    /// What the text of a function names.
    pub(super) fn mentions(&self, function: FunctionId) -> &Mentions {
        &self.mentions[function.0 as usize]
    }

    pub(super) fn site(&self, id: SiteId) -> &Site {
        &self.sites[id.0 as usize]
    }

    pub(super) fn site_of(&self, command: CommandId) -> Option<SiteId> {
        self.command_sites.get(command.0 as usize).copied().flatten()
    }

    pub(super) fn site_of_redirect(&self, redirect: &Redirect) -> Option<SiteId> {
        self.redirect_sites.get(&(redirect.span.file, redirect.span.start)).copied()
    }

    /// The bit of a variable among those that may be readonly where they are assigned to; 0 for all others.
    pub(super) fn readonly_bit(&self, name: &[u8]) -> u32 {
        self.readonly.get(name).copied().unwrap_or(0)
    }

    /// The bits of those that a function declares to be its own.
    pub(super) fn readonly_locals(&self, function: FunctionId) -> u32 {
        self.readonly_locals.get(&function).copied().unwrap_or(0)
    }

    /// Whether the variable that this word of `local` names is unset in the function from there on (`decl.local.bare`).
    pub(super) fn is_bare_local(&self, word: &Word) -> bool {
        self.bare_locals.contains(&(word.span.file, word.span.start))
    }

    /// The innermost command with a name in whose words this one stands.
    pub(super) fn site_around(&self, word: Span) -> Option<SiteId> {
        let after =
            self.sites.partition_point(|site| (site.span.file, site.span.start) <= (word.file, word.start));
        let is_around = |site: &&Site| site.kind == EntryKind::Command && site.span.contains(word);
        // Few commands stand between a word and the start of its own.
        let (index, _) =
            self.sites[..after].iter().enumerate().rev().take(64).find(|(_, site)| is_around(site))?;
        Some(SiteId(index as u32))
    }

    pub(super) fn command(&self, id: CommandId) -> Option<&'a Command> {
        self.by_command.get(id.0 as usize).copied().flatten()
    }

    pub(super) fn commands(&self) -> impl Iterator<Item = &'a Command> {
        self.by_command.iter().flatten().copied()
    }

    pub(super) fn here_document(&self, redirect: &Redirect) -> Option<&'a HereDocument> {
        redirect.here_document?;
        self.here_documents.get(&(redirect.span.file, redirect.span.start)).copied()
    }

    pub(super) fn function(&self, id: FunctionId) -> FunctionInfo<'a> {
        self.functions[id.0 as usize]
    }

    /// The definition that the command with this id is.
    pub(super) fn function_defined_by(&self, id: CommandId) -> Option<FunctionId> {
        self.function_ids.get(&id).copied()
    }

    pub(super) fn functions_named(&self, name: &[u8]) -> &[FunctionId] {
        self.by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The innermost function that a site stands in.
    pub(super) fn owner(&self, site: SiteId) -> Option<FunctionId> {
        self.owner_of(self.site(site).command)
    }

    /// The innermost function in whose body a command stands.
    pub(super) fn owner_of(&self, command: CommandId) -> Option<FunctionId> {
        self.owners.get(&command).copied()
    }

    pub(super) fn is_function_name(&self, name: &[u8]) -> bool {
        self.by_name.contains_key(name)
    }

    pub(super) fn script(&self, unit: UnitId) -> &'a Script {
        &self.units.scripts[unit.0 as usize]
    }

    pub(super) fn literal(&self, word: &Word) -> Option<String> {
        word.literal_str(self.units.source(word.span.file))
    }

    pub(super) fn text(&self, span: Span) -> &'a [u8] {
        self.units.text(span)
    }

    fn add(&mut self, command: &'a Command, script: &'a Script) {
        self.by_command[command.id.0 as usize] = Some(command);
        command.words().for_each(|word| self.add_required(word));
        for redirect in &command.redirects {
            if let Some(body) = script.here_document(redirect) {
                self.here_documents.insert((redirect.span.file, redirect.span.start), body);
            }
        }
        match &command.kind {
            CommandKind::Simple(simple) if !simple.words.is_empty() => {
                self.add_command_site(command, &simple.words);
                self.add_action(&simple.words);
                self.add_integers(&simple.words);
                self.returns_large_numbers |= self.returns_large_number(&simple.words);
                self.add_descriptors(command, &simple.words);
            }
            CommandKind::Function(function) => self.add_function(command, function),
            _ => command.redirects.iter().for_each(|redirect| self.add_redirect_site(command, redirect)),
        }
    }

    /// `${x:?}`
    fn add_required(&mut self, word: &Word) {
        let required = |part: &Part| match part {
            Part::Parameter(it) if it.operation == Operation::Require => {
                self.variables.get(self.text(it.name)).copied()
            }
            _ => None,
        };
        let mut found: SmallVec<[VariableId; 2]> = SmallVec::new();
        word.parts.iter().for_each(|part| part.each(&mut |part| found.extend(required(part))));
        self.required.extend(found);
    }

    fn add_action(&mut self, words: &[Word]) {
        let texts: Vec<&[u8]> = words.iter().map(|word| self.text(word.span)).collect();
        if texts[0] != b"trap" {
            return;
        }
        if texts.iter().any(|text| matches!(*text, b"ERR" | b"RETURN")) {
            let unit = words.iter().find_map(|word| self.units.at_word(word.span));
            self.actions.extend(unit.map(|unit| self.units.span(unit)));
        }
        let is_signal = |text: &&[u8]| !matches!(*text, b"EXIT" | b"0" | b"ERR" | b"RETURN" | b"DEBUG");
        self.traps_signals |= texts.iter().skip(2).any(is_signal);
    }

    /// `exec 3< file`
    fn add_descriptors(&mut self, command: &Command, words: &[Word]) {
        if words.iter().any(|word| self.text(word.span) == b"exec") {
            let opened: Vec<_> =
                command.redirects.iter().filter_map(|redirect| descriptors::opened(redirect, self)).collect();
            self.descriptors.extend(opened);
        }
    }

    fn returns_large_number(&self, words: &[Word]) -> bool {
        let [name, operand, ..] = words else { return false };
        let number = || self.literal(operand)?.parse::<u32>().ok();
        self.text(name.span) == b"return" && number().is_some_and(|number| number > 255)
    }

    /// `declare -i count`
    fn add_integers(&mut self, words: &[Word]) {
        let texts = || words.iter().map(|word| self.text(word.span));
        let declares = matches!(texts().next(), Some(b"declare" | b"typeset" | b"local" | b"integer"));
        let is_option = |text: &&[u8]| text.starts_with(b"-");
        let is_integer = texts().next() == Some(b"integer") || texts().any(|text| is_option_with(text, b"i"));
        if declares && is_integer {
            let names = texts().skip(1).filter(|text| !is_option(text));
            let names: Vec<&[u8]> = names.map(declared_name).collect();
            self.integers.extend(names);
        }
    }

    fn add_command_site(&mut self, command: &Command, words: &[Word]) {
        let span = words[0].span.to(words[words.len() - 1].span);
        let name = String::from_utf8_lossy(self.text(words[0].span)).into_owned();
        let name = self.literal(&words[0]).unwrap_or(name);
        let name = match name.rsplit_once('/') {
            // The quote that closes `"$dir/prog"` is no part of the name, and the slash in `${EDITOR:-/bin/vi}` ends no directory.
            Some((directory, base)) if directory.matches("${").count() == directory.matches('}').count() => {
                base.trim_end_matches('"').to_owned()
            }
            _ => name,
        };
        self.sites.push(Site {
            kind: EntryKind::Command,
            span,
            name,
            command: command.id,
            repeats: Repeats::Once,
            harmless: false,
        });
    }

    /// Whether there may be no such file, or none can be made.
    pub(super) fn may_not_open(&self, redirect: &Redirect) -> bool {
        let device = self.literal(&redirect.target).is_some_and(|path| path.starts_with("/dev/"));
        redirect.opens_file() && !device
    }

    fn add_redirect_site(&mut self, command: &Command, redirect: &Redirect) {
        let source = self.text(redirect.span);
        let operator = source.iter().position(|byte| b"<>&".contains(byte)).unwrap_or(0);
        let length = source[operator..].iter().take_while(|byte| b"<>&|-".contains(byte)).count();
        self.sites.push(Site {
            kind: EntryKind::Redirection,
            span: redirect.span,
            name: String::from_utf8_lossy(&source[operator..operator + length]).into_owned(),
            command: command.id,
            repeats: Repeats::Once,
            harmless: !self.may_not_open(redirect),
        });
    }

    fn add_function(&mut self, command: &Command, function: &'a Function) {
        let id = FunctionId(self.functions.len() as u32);
        let name = self.text(function.name);
        self.function_ids.insert(command.id, id);
        self.by_name.entry(name).or_default().push(id);
        self.functions.push(FunctionInfo {
            name,
            definition: function,
            runs_arguments: false,
            localises_options: false,
        });
    }

    fn index_sites(&mut self) {
        for (index, site) in self.sites.iter().enumerate() {
            let id = SiteId(index as u32);
            match site.kind {
                EntryKind::Command => self.command_sites[site.command.0 as usize] = Some(id),
                EntryKind::Redirection => {
                    self.redirect_sites.insert((site.span.file, site.span.start), id);
                }
            }
        }
    }

    fn find_repeats(&mut self) {
        let last_calls = self.last_calls();
        let mut loops: FxHashMap<CommandId, CommandId> = FxHashMap::default();
        for script in &self.units.scripts {
            script.each_command(&mut |command| note_loop(command, script, &mut loops));
        }
        let mut calls: FxHashMap<CommandId, u32> = FxHashMap::default();
        for (index, info) in self.functions.iter().enumerate() {
            let body = &info.definition.body;
            let last = last_calls[index];
            each_below(body, self.script_of(body), &mut |command| {
                // Functions are met before those that are defined in them.
                self.owners.insert(command.id, FunctionId(index as u32));
                let known = calls.entry(command.id).or_insert(last);
                *known = last.max(*known);
            });
        }
        self.find_locals(&loops);
        let once = self.called_once(&loops);
        calls.retain(|command, _| !self.owners.get(command).is_some_and(|owner| once[owner.0 as usize]));
        for site in &mut self.sites {
            site.repeats = repeats(site.command, self.units, &calls, &loops);
        }
    }

    /// The variables that functions declare to be their own, and where they are given no value for the first time. In loops, one
    /// may have been declared, and set, in the round before; and what stands before a call (`x=1 f`) is the value of the
    /// function's own variable (`decl.local.bare.prefix`).
    fn find_locals(&mut self, loops: &FxHashMap<CommandId, CommandId>) {
        if self.variables.is_empty() && self.readonly.is_empty() {
            return;
        }
        let mut locals: FxHashMap<FunctionId, Vec<VariableId>> = FxHashMap::default();
        let mut readonly_locals: FxHashMap<FunctionId, u32> = FxHashMap::default();
        let mut declared: FxHashSet<(FunctionId, &[u8])> = FxHashSet::default();
        let mut before_calls: FxHashSet<&[u8]> = FxHashSet::default();
        let mut bare = Vec::new();
        for script in &self.units.scripts {
            script.each_command(&mut |command| {
                let Some(simple) = command.as_simple() else { return };
                let Some((name, operands)) = simple.words.split_first() else { return };
                before_calls.extend(simple.assignments.iter().map(|assignment| self.text(assignment.name)));
                let Some(owner) = self.owners.get(&command.id) else { return };
                let has = |letters| operands.iter().any(|word| is_option_with(self.text(word.span), letters));
                if !matches!(self.text(name.span), b"local" | b"declare" | b"typeset") || has(b"gpfF") {
                    return;
                }
                // An array without elements is told from what is unset.
                let is_plain = !loops.contains_key(&command.id) && !has(b"aA");
                for word in operands {
                    let text = self.text(word.span);
                    let name = declared_name(text);
                    if !declared.insert((*owner, name)) {
                        continue;
                    }
                    locals.entry(*owner).or_default().extend(self.variables.get(name));
                    *readonly_locals.entry(*owner).or_default() |= self.readonly_bit(name);
                    if is_plain && name.len() == text.len() {
                        bare.push(word);
                    }
                }
            });
        }
        bare.retain(|word| !before_calls.contains(self.text(word.span)));
        self.bare_locals = bare.into_iter().map(|word| (word.span.file, word.span.start)).collect();
        self.locals = locals;
        self.readonly_locals = readonly_locals;
    }

    /// The functions that run no more than once: the only word that names one is that of a call which itself runs no more
    /// than once.
    fn called_once(&self, loops: &FxHashMap<CommandId, CommandId>) -> Vec<bool> {
        let mut named = vec![Named::Never; self.functions.len()];
        for script in &self.units.scripts {
            script.each_command(&mut |command| {
                let called = command.as_simple().and_then(|simple| simple.words.first());
                for word in command.words() {
                    let is_call = called.is_some_and(|called| std::ptr::eq(called, word));
                    self.each_named(word, &mut |function| {
                        let known = &mut named[function.0 as usize];
                        *known = known.and_by(command.id, is_call);
                    });
                }
            });
        }
        let mut once: Vec<Option<bool>> = vec![None; self.functions.len()];
        let main_end = self.units.script().end_id;
        for index in 0..self.functions.len() {
            let mut way = Vec::new();
            let mut at = Some(FunctionId(index as u32));
            let answer = loop {
                let Some(function) = at else { break true };
                let known = &mut once[function.0 as usize];
                if let Some(known) = *known {
                    break known;
                }
                // A function that is met again on the way calls itself.
                *known = Some(false);
                way.push(function);
                match named[function.0 as usize] {
                    Named::ByCall(call) if call.0 < main_end && !loops.contains_key(&call) => {
                        at = self.owners.get(&call).copied();
                    }
                    _ => break false,
                }
            };
            way.into_iter().for_each(|function| once[function.0 as usize] = Some(answer));
        }
        once.into_iter().map(|answer| answer == Some(true)).collect()
    }

    fn each_named(&self, word: &Word, visit: &mut dyn FnMut(FunctionId)) {
        let text = self.text(word.span);
        let plain = text.iter().all(|byte| !b"\"'\\".contains(byte));
        let said = if plain { None } else { word.literal(self.units.source(word.span.file)) };
        self.functions_named(said.as_deref().unwrap_or(text)).iter().for_each(|function| visit(*function));
    }

    /// Which functions run what they are given: as a command of their own, or by handing it on to one that may.
    fn find_runners(&mut self) {
        // By the command that does it; functions are met before those that are defined in them.
        let mut localising: FxHashMap<CommandId, usize> = FxHashMap::default();
        for index in 0..self.functions.len() {
            let body = &self.functions[index].definition.body;
            let mut runs = false;
            each_below(body, self.script_of(body), &mut |command| {
                runs |= self.runs_parameters(command);
                if self.text(command.span) == b"local -" {
                    localising.insert(command.id, index);
                }
            });
            self.functions[index].runs_arguments = runs;
        }
        localising.into_values().for_each(|index| self.functions[index].localises_options = true);
    }

    /// `run cmd > file`: what `run` is given to run has a fate of its own, and so has the redirection.
    fn add_redirects_of_given(&mut self) {
        let is_given = |command: &Command| {
            let words = command.simple_words();
            let name = words.first().and_then(|word| self.literal(word)).unwrap_or_default();
            let mut functions = self.functions_named(name.as_bytes()).iter();
            words.len() > 1 && functions.any(|id| self.function(*id).runs_arguments)
        };
        let commands: Vec<&'a Command> = self.commands().filter(|command| is_given(command)).collect();
        for command in commands {
            command.redirects.iter().for_each(|redirect| self.add_redirect_site(command, redirect));
        }
    }

    fn runs_parameters(&self, command: &Command) -> bool {
        let words = command.simple_words();
        let Some(first) = words.first() else { return false };
        let variable = |word: &Word| word.variable(self.units.source(word.span.file)).map(<[u8]>::to_vec);
        let own = variable(first).is_some_and(|name| matches!(name.as_slice(), b"@" | b"*" | [b'1'..=b'9']));
        let handed_on = words[1..].iter().any(|word| matches!(variable(word).as_deref(), Some(b"@" | b"*")));
        let name = self.literal(first).unwrap_or_default();
        let runs =
            matches!(name.as_str(), "exec" | "command" | "builtin") || self.is_function_name(name.as_bytes());
        own || handed_on && runs
    }

    pub(super) fn script_of(&self, command: &Command) -> &'a Script {
        &self.units.scripts[self.units.unit_of(command.id).0 as usize]
    }

    /// For each function the last statement of the script's top level from which it may be called: one that names it, or
    /// a function that names it. A function that is named outside the script itself, as in a trap, may always be.
    fn last_calls(&self) -> Vec<u32> {
        let mut last = vec![0_u32; self.functions.len()];
        let bodies: Vec<Vec<FunctionId>> =
            self.functions.iter().map(|info| self.named_in(&info.definition.body)).collect();
        // From the last on: what was reached from a later statement is not reached anew.
        let mut seen = vec![false; self.functions.len()];
        let mut note = |named: Vec<FunctionId>, index: u32| {
            let mut open = named;
            while let Some(id) = open.pop() {
                if !std::mem::replace(&mut seen[id.0 as usize], true) {
                    last[id.0 as usize] = index;
                    open.extend(&bodies[id.0 as usize]);
                }
            }
        };
        for script in self.units.scripts.iter().skip(1) {
            let commands = script.body.statements.iter().flat_map(Statement::pipelines);
            commands
                .flat_map(|pipeline| &pipeline.commands)
                .for_each(|command| note(self.named_in(command), u32::MAX));
        }
        for (index, statement) in self.units.script().body.statements.iter().enumerate().rev() {
            let commands = statement.pipelines().flat_map(|pipeline| &pipeline.commands);
            let calling = commands.filter(|command| !matches!(command.kind, CommandKind::Function(_)));
            calling.for_each(|command| note(self.named_in(command), index as u32));
        }
        last
    }

    fn named_in(&self, command: &'a Command) -> Vec<FunctionId> {
        let mut named = Vec::new();
        each_below(command, self.script_of(command), &mut |inner| {
            for word in inner.words() {
                named.extend(self.by_name.get(self.text(word.span)).into_iter().flatten());
            }
        });
        named
    }
}

/// How often a command may run: as often as what holds its text, and in loops and functions of its own.
fn repeats(
    command: CommandId,
    units: &Units,
    calls: &FxHashMap<CommandId, u32>,
    loops: &FxHashMap<CommandId, CommandId>,
) -> Repeats {
    let mut repeats = Repeats::Once;
    let mut at = Some(command);
    while let Some(command) = at {
        match (calls.get(&command), loops.get(&command)) {
            (Some(last), _) => return Repeats::InCalls(*last),
            (None, Some(outermost)) => repeats = Repeats::InLoop(*outermost),
            (None, None) => {}
        }
        let unit = units.unit_of(command);
        if units.runs_often(unit) {
            return Repeats::InCalls(u32::MAX);
        }
        at = units.holder(unit);
    }
    repeats
}

fn each_below<'a>(command: &'a Command, script: &'a Script, visit: &mut dyn FnMut(&'a Command)) {
    script.each_command_below(command, visit);
}

fn note_loop<'a>(command: &'a Command, script: &'a Script, loops: &mut FxHashMap<CommandId, CommandId>) {
    let is_loop = matches!(
        command.kind,
        CommandKind::Loop(_) | CommandKind::For(_) | CommandKind::ForArithmetic(_) | CommandKind::Select(_)
    );
    // An outer loop is met before those inside it.
    if is_loop && !loops.contains_key(&command.id) {
        each_below(command, script, &mut |inner| {
            loops.insert(inner.id, command.id);
        });
    }
}

fn is_option_with(text: &[u8], letters: &[u8]) -> bool {
    text.starts_with(b"-") && text.iter().any(|byte| letters.contains(byte))
}

pub(super) fn contains(text: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(text, needle).is_some()
}

/// Whether a part, or one inside it, reads the parameter of that name.
pub(super) fn reads(part: &Part, name: &[u8], text: &[u8]) -> bool {
    part.any(|part| matches!(part, Part::Parameter(parameter) if &text[parameter.name.range()] == name))
}
