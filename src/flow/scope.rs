//! What a piece of text can touch. A frame is entered with no more of the state than this, so that entries which differ in
//! nothing that matters inside are one.

use rustc_hash::{FxHashMap, FxHashSet};

use super::program::{FunctionId, Program, Repeats, SiteId, VariableId};
use super::state::{State, Status, Taint};
use crate::text::Span;

/// See the module.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Functions that may be called, those that they call included.
    functions: FxHashSet<FunctionId>,
    variables: FxHashSet<VariableId>,
    /// `$?` may be read.
    reads_status: bool,
}

impl Scope {
    /// Of the text at `span`, with the functions that it names.
    pub(super) fn of(span: Span, program: &Program<'_>) -> Self {
        let mut scope = Self::default();
        scope.add(program.text(span), program);
        let mut open: Vec<FunctionId> = scope.functions.iter().copied().collect();
        while let Some(function) = open.pop() {
            let before = scope.functions.clone();
            let body = program.text(program.function(function).definition.body.span);
            scope.add(body, program);
            open.extend(scope.functions.difference(&before));
        }
        scope
    }

    fn add(&mut self, text: &[u8], program: &Program<'_>) {
        let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        for name in text.split(|byte| !in_name(byte)) {
            self.variables.extend(program.variables.get(name));
        }
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b";&|()<>{}\"'`$=\\".contains(byte);
        for word in text.split(ends) {
            self.functions.extend(program.functions_named(word));
        }
        self.reads_status |=
            text.windows(2).any(|pair| pair == b"$?") || text.windows(4).any(|four| four == b"${?}");
    }

    /// Whether a site may run in the text at `span` or in what it calls.
    fn may_run(&self, site: SiteId, span: Span, program: &Program<'_>) -> bool {
        let place = program.site(site);
        span.contains(place.span)
            || matches!(place.repeats, Repeats::InCalls(_))
                && program.owner(site).is_none_or(|function| self.functions.contains(&function))
    }

    /// The state with which a frame for this text is entered.
    pub(super) fn narrow(&self, mut state: State, span: Span, program: &Program<'_>) -> State {
        state.variables.retain(|(id, _)| self.variables.contains(id));
        if !self.reads_status && state.status != Status::Fault {
            state.status = Status::ZERO;
        }
        if let Taint::Always(site) = state.taint
            && !self.may_run(site, span, program)
        {
            state.taint = Taint::Once;
        }
        state
    }

    /// Gives back what was kept out of the frame.
    pub(super) fn restore(&self, state: &mut State, before: &State, entry: &State) {
        for (id, value) in before.variables.iter().filter(|(id, _)| !self.variables.contains(id)) {
            state.set_variable(*id, value.clone());
        }
        if before.taint != entry.taint && state.taint == entry.taint {
            state.taint = before.taint;
        }
    }
}

/// The scopes that have been worked out.
pub(super) type Scopes = FxHashMap<Span, std::rc::Rc<Scope>>;
