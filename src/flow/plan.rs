//! What a command is in whatever state it runs. It is worked out once and asked for at each visit.

use std::rc::Rc;

use super::describe::{Description, describe, is_heard, spoken};
use super::engine::Engine;
use super::inner::InnerUnits;
use super::program::FunctionId;
use super::state::{ArgumentsId, Process, State};
use super::units::Units;
use crate::syntax::{Command, Word};

/// See the module.
#[derive(Debug)]
pub(super) struct Plan {
    /// The name as the first word has it, where that is literal.
    pub(super) name: Option<Rc<str>>,
    /// Some function has that name.
    pub(super) names_function: bool,
    pub(super) description: Description,
    /// What it runs that stands in its words, or that it is fed.
    pub(super) inner: InnerUnits,
    speech: Speech,
}

/// In what way a command's words may claim that all went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speech {
    No,
    Claims,
    /// Its name is one that people give to functions which print.
    Logs {
        claims: bool,
    },
}

impl<'a> Engine<'a> {
    /// The plan of a command that runs with these words.
    pub(super) fn plan(&mut self, command: &Command, words: &[&'a Word]) -> Rc<Plan> {
        if !are_own(command, words) {
            let id = self.intern_arguments(words);
            return self.plan_of_arguments(id);
        }
        let index = command.id.0 as usize;
        if let Some(plan) = &self.plans[index] {
            return Rc::clone(plan);
        }
        let plan = Rc::new(self.make_plan(words));
        self.plans[index] = Some(Rc::clone(&plan));
        plan
    }

    fn plan_of_arguments(&mut self, id: ArgumentsId) -> Rc<Plan> {
        if let Some(plan) = self.argument_plans.get(&id) {
            return Rc::clone(plan);
        }
        let plan = Rc::new(self.make_plan(self.argument_list(id)));
        self.argument_plans.insert(id, Rc::clone(&plan));
        plan
    }

    fn make_plan(&self, words: &[&'a Word]) -> Plan {
        let name = words.first().and_then(|word| self.program.literal(word));
        let names_function = name.as_ref().is_some_and(|name| self.program.is_function_name(name.as_bytes()));
        Plan {
            names_function,
            description: describe(words, self.program.units),
            inner: self.inner_units(words),
            speech: name.as_ref().map_or(Speech::No, |name| speech(name, &words[1..], self.program.units)),
            name: name.map(Into::into),
        }
    }

    /// Whether a command claims that all went well, and is heard.
    pub(super) fn claims(&mut self, command: &Command, words: &[&'a Word], state: &State) -> bool {
        let plan = self.plan(command, words);
        let speaks = match plan.speech {
            Speech::No => false,
            Speech::Claims => true,
            Speech::Logs { claims } => claims && self.is_printing(plan.name.as_deref(), state),
        };
        let kept = self.inside.unheard || state.process == Process::Captured;
        speaks && is_heard(command, kept, self.program.units)
    }

    /// A name like `log` is a claim only if it is not a function of the script that does other things.
    fn is_printing(&mut self, name: Option<&str>, state: &State) -> bool {
        let name = name.and_then(|name| name.rsplit('/').next()).unwrap_or_default();
        match self.function_named(state.functions, name.as_bytes()) {
            Some(function) => self.function_prints(function),
            None => true,
        }
    }

    fn function_prints(&mut self, function: FunctionId) -> bool {
        if let Some(&known) = self.printing.get(&function) {
            return known;
        }
        let prints = super::describe::only_prints(function, self.program);
        self.printing.insert(function, prints);
        prints
    }
}

/// Whether a command of that name claims something with these operands.
pub(super) fn speech(name: &str, args: &[&Word], units: &Units) -> Speech {
    let claims = &units.vocabulary.claims;
    let name = name.rsplit('/').next().unwrap_or_default();
    let message = || spoken(args.iter().copied(), units);
    let claims_if = |claim: bool| if claim { Speech::Claims } else { Speech::No };
    match name {
        "echo" | "printf" | "print" | "logger" | "wall" | "notify-send" => {
            claims_if(claims.claims_success(&message()))
        }
        _ if claims.is_log_function(name) => Speech::Logs { claims: claims.claims_success(&message()) },
        "curl" | "wget" => claims_if(claims.is_ping_url(&message())),
        "touch" => claims_if(claims.is_marker_path(message().trim())),
        _ => Speech::No,
    }
}

/// Whether these are the words that the command is written with.
fn are_own(command: &Command, words: &[&Word]) -> bool {
    let own = command.simple_words();
    own.len() == words.len() && own.iter().zip(words).all(|(own, word)| std::ptr::eq(own, *word))
}
