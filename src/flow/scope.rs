//! What a piece of text can touch. A frame is entered with no more of the state than this, so that entries which differ in
//! nothing that matters inside are one.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::program::{FunctionId, Program, Repeats, SiteId, VariableId, contains};
use super::state::{State, Status, Taint, Value};
use crate::text::Span;

/// How many functions are followed. What calls more than these may touch anything.
const MAX_REACHED: usize = 512;

/// See the module.
#[derive(Clone, Debug)]
pub(super) enum Scope {
    Anything,
    Named {
        /// Functions that may be called, those that they call included.
        functions: FxHashSet<FunctionId>,
        /// By number.
        variables: u64,
        /// `$?` may be read.
        reads_status: bool,
        /// Jobs may be waited for, which the shell then forgets, whatever variable holds their ids.
        waits: bool,
    },
}

/// What a piece of text names itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentions {
    functions: SmallVec<[FunctionId; 4]>,
    variables: u64,
    reads_status: bool,
    waits: bool,
    /// Other files may be read, with what they name.
    reads_files: bool,
}

impl Mentions {
    pub(super) fn of(text: &[u8], program: &Program<'_>) -> Self {
        let mut mentions = Self::default();
        if !program.variables.is_empty() {
            let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
            for name in text.split(|byte| !in_name(byte)).filter(|name| !name.is_empty()) {
                mentions.variables |= program.variables.get(name).map_or(0, |id| bit(*id));
            }
            if let Some(id) = program.variables.get(&b"#"[..])
                && (contains(text, b"$#") || contains(text, b"${#}"))
            {
                mentions.variables |= bit(*id);
            }
        }
        if !program.functions.is_empty() {
            let ends = |byte: &u8| byte.is_ascii_whitespace() || b";&|()<>{}\"'`$=\\".contains(byte);
            for word in text.split(ends).filter(|word| !word.is_empty()) {
                mentions.functions.extend(program.functions_named(word).iter().copied());
            }
        }
        mentions.functions.sort_unstable();
        mentions.functions.dedup();
        mentions.reads_status =
            contains(text, b"$?") || contains(text, b"${?}") || leaves_with_last_status(text);
        mentions.waits = program.waits && contains(text, b"wait");
        let reads = [&b". "[..], b".\t", b"source"].iter().any(|word| contains(text, word));
        mentions.reads_files = reads && program.units.documents.len() > 1;
        mentions
    }
}

/// Whether `exit` or `return` stands somewhere without an operand.
fn leaves_with_last_status(text: &[u8]) -> bool {
    let is_bare = |rest: &[u8]| {
        let next = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
        next.is_none_or(|byte| b"\n;&|)}#'\"".contains(byte))
    };
    [&b"exit"[..], b"return"].iter().any(|word| {
        let starts = memchr::memmem::find_iter(text, word);
        starts.into_iter().any(|at| is_bare(&text[at + word.len()..]))
    })
}

/// The bit of a variable in a set of them; no more are followed than a set holds.
fn bit(id: VariableId) -> u64 {
    1 << id.0
}

impl Scope {
    /// Of the text at `span`, with the functions that it names.
    pub(super) fn of(span: Span, program: &Program<'_>) -> Self {
        let Mentions { functions: mut open, mut variables, mut reads_status, mut waits, mut reads_files } =
            Mentions::of(program.text(span), program);
        for action in &program.actions {
            let named = Mentions::of(program.text(*action), program);
            variables |= named.variables;
            reads_status |= named.reads_status;
            waits |= named.waits;
            open.extend(named.functions);
        }
        let mut functions: FxHashSet<FunctionId> = open.iter().copied().collect();
        while let Some(function) = open.pop() {
            let own = program.mentions(function);
            variables |= own.variables;
            reads_status |= own.reads_status;
            waits |= own.waits;
            reads_files |= own.reads_files;
            open.extend(own.functions.iter().copied().filter(|named| functions.insert(*named)));
            if functions.len() > MAX_REACHED {
                return Self::Anything;
            }
        }
        if reads_files {
            return Self::Anything;
        }
        Self::Named { functions, variables, reads_status, waits }
    }

    /// The functions that may be called; `None` where any may be.
    pub(super) fn functions(&self) -> Option<impl Iterator<Item = FunctionId> + '_> {
        match self {
            Self::Anything => None,
            Self::Named { functions, .. } => Some(functions.iter().copied()),
        }
    }

    fn may_call(&self, function: FunctionId) -> bool {
        match self {
            Self::Anything => true,
            Self::Named { functions, .. } => functions.contains(&function),
        }
    }

    fn touches(&self, id: VariableId, value: &Value) -> bool {
        match self {
            Self::Anything => true,
            Self::Named { variables, waits, .. } => {
                variables & bit(id) != 0 || *waits && matches!(value, Value::Jobs(_))
            }
        }
    }

    fn reads_status(&self) -> bool {
        match self {
            Self::Anything => true,
            Self::Named { reads_status, .. } => *reads_status,
        }
    }

    /// Whether a site may run in the text at `span` or in what it calls.
    fn may_run(&self, site: SiteId, span: Span, program: &Program<'_>) -> bool {
        let place = program.site(site);
        // What a file holds that is read here stands outside the text.
        matches!(self, Self::Anything)
            || span.contains(place.span)
            || matches!(place.repeats, Repeats::InCalls(_))
                && program.owner(site).is_none_or(|function| self.may_call(function))
    }

    /// The state with which a frame for this text is entered.
    pub(super) fn narrow(&self, mut state: State, span: Span, program: &Program<'_>) -> State {
        state.variables.retain(|(id, value)| self.touches(*id, value));
        if !self.reads_status() && state.status != Status::Fault {
            state.status = Status::ZERO;
        }
        if let Taint::Always(site) = state.taint
            // What is given to a function stands outside it, and may run there.
            && state.arguments.is_none()
            && !self.may_run(site, span, program)
        {
            state.taint = Taint::Once;
        }
        state
    }

    /// Gives back what was kept out of the frame.
    pub(super) fn restore(&self, state: &mut State, before: &State, entry: &State) {
        for (id, value) in before.variables.iter().filter(|(id, value)| !self.touches(*id, value)) {
            state.set_variable(*id, value.clone());
        }
        if before.taint != entry.taint && state.taint == entry.taint {
            state.taint = before.taint;
        }
    }
}

/// The scopes that have been worked out.
pub(super) type Scopes = FxHashMap<Span, std::rc::Rc<Scope>>;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::flow::{Exit, Units, trace};
    use crate::shell::Dialect;
    use crate::shell::knowledge::Vocabulary;
    use crate::text::Document;

    #[test]
    fn what_a_file_that_is_read_in_a_loop_fails_by_may_fail_in_each_round() {
        let text = "set -e\nwhile (( n++ < 2 )); do ( . ./lib.sh ); done\n";
        let file = |name: &str, text: &str| Arc::new(Document::script(name, text.as_bytes().to_vec()));
        let library = |_: &str, _: &str| Some(file("lib.sh", "! probe && return 0\n"));
        let units = Units::load(&file("run.sh", text), Dialect::Bash, &Vocabulary::builtin(), &library);
        let trace = trace(&units);
        let probe = trace.entries.iter().find(|entry| entry.name == "probe").unwrap();
        // Where it fails in the first round only, `( )` ends with 1 in the second; where in both, with 0.
        assert_eq!(probe.failure().unwrap().exit, Exit::Either);
    }
}
