//! What the engine remembers at a point of the program: all that decides what becomes of a failure from there on.

use std::hash::{Hash, Hasher};

use smallvec::SmallVec;

use super::program::{SiteId, UnitId, VariableId};
use super::shared::Shared;
use crate::shell::{Opt, Options, Setting};

/// An exit status, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Status {
    /// This number.
    Known(u8),
    /// The status of the command whose failure is followed: some number from 1 to 255.
    Fault,
    /// Some number from 1 to 255.
    Nonzero,
    /// Some number from 0 to 255.
    Any,
}

impl Status {
    pub(super) const ZERO: Self = Self::Known(0);

    pub(super) fn may_be_zero(self) -> bool {
        matches!(self, Self::Known(0) | Self::Any)
    }

    pub(super) fn may_be_nonzero(self) -> bool {
        self != Self::ZERO
    }

    /// Of `! command`.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Known(0) => Self::Known(1),
            Self::Any => Self::Any,
            Self::Known(_) | Self::Fault | Self::Nonzero => Self::ZERO,
        }
    }
}

/// Arrays are counted up to here.
pub(super) const MANY_ELEMENTS: u8 = 4;

/// Of so many groups of jobs the ids are followed.
const MAX_JOBS: usize = 6;

/// What is known of a variable that holds a status or a flag.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Value {
    /// This text.
    Known(Box<str>),
    /// The status of the failure that is followed.
    Fault,
    /// Some number above 0.
    Positive,
    /// The statuses of a pipeline, copied from PIPESTATUS.
    Statuses(SmallVec<[Status; 2]>),
    /// The process ids of jobs that end with these statuses, or their places in an array of such. One after another that
    /// is like it is not told apart.
    Jobs(SmallVec<[Status; 2]>),
    /// An array of so many elements, of which nothing else is known; [`MANY_ELEMENTS`] stand for any number above 0.
    Elements(u8),
    /// `name=()` in ksh: no array, but what becomes one when elements are added. It counts as one until then, and is a
    /// text that is not empty (`asg.array.none`).
    Compound,
    /// Some text that is not empty.
    Text,
    /// Some number above 0 that, taken as a status, may be 0: 256 is.
    Above,
    /// It is not set.
    Unset,
    /// Nothing is known.
    Unknown,
}

/// Whether something has failed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Taint {
    /// Everything has succeeded so far.
    Healthy,
    /// One command has failed, and succeeds should it run again.
    Once,
    /// This one has failed, and fails whenever it runs again.
    Always(SiteId),
}

/// Numbers the lists of words that calls give to functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ArgumentsId(pub(super) u32);

/// What a trap does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(super) enum Trap {
    /// Nothing was set.
    #[default]
    None,
    /// These commands run.
    Commands(UnitId),
    /// Something that could not be read.
    Unknown,
}

impl Trap {
    /// The commands that run.
    pub(super) fn commands(self) -> Option<UnitId> {
        match self {
            Self::Commands(unit) => Some(unit),
            Self::None | Self::Unknown => None,
        }
    }
}

/// What has become of background jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(super) struct Jobs {
    /// The status of the one that `$!` names.
    pub(super) last: Option<Status>,
    /// Whether one that was started before it has failed; `None` if there is none.
    pub(super) earlier: Option<bool>,
    /// That one was waited for, in a shell that then forgets it.
    pub(super) waited: bool,
}

/// Which process of the script runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Process {
    /// The script's own shell.
    Main,
    /// A subshell, an element of a pipeline, a job.
    Subshell,
    /// A substitution, or what else has its output taken by the script itself.
    Captured,
}

impl Jobs {
    /// After a job was started that ends with `status`.
    pub(super) fn and_started(self, status: Status) -> Self {
        let failed = self.last.map(|last| last != Status::ZERO);
        let earlier = match (self.earlier, failed) {
            (None, None) => None,
            (earlier, failed) => Some(earlier == Some(true) || failed == Some(true)),
        };
        Self { last: Some(status), earlier, waited: false }
    }

    /// Whether one has failed, or may have.
    pub(super) fn any_failed(self) -> bool {
        self.earlier == Some(true) || self.last.is_some_and(|last| last != Status::ZERO)
    }
}

impl Process {
    /// Which process a subshell of this one is.
    pub(super) fn of_subshell(self) -> Self {
        if self == Self::Captured { Self::Captured } else { Self::Subshell }
    }
}

/// What `exit` and `return` without an operand give in the action of a trap, where that is not the status of the last command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Bare {
    pub(super) exit: Option<Status>,
    pub(super) returned: Option<Status>,
}

impl Bare {
    /// The same, where that, or the status of the last command, may be given.
    pub(super) fn in_doubt(self) -> Self {
        Self { exit: self.exit.map(|_| Status::Any), returned: self.returned.map(|_| Status::Any) }
    }
}

/// The state at a point. Cloned, compared and hashed at each step, so what has a length in it is shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    pub(super) options: Options,
    /// In a context that ignores errexit (the condition of `if` and `while`, all but the last of an and-or list, `!`); inherited by all that runs in it.
    pub(super) ignored: bool,
    pub(super) status: Status,
    /// The status came from an ignored element of a list: errexit does not act on it.
    pub(super) exempt: bool,
    pub(super) taint: Taint,
    /// Sorted by variable; those that are not listed are unknown.
    pub(super) variables: Shared<(VariableId, Value)>,
    /// PIPESTATUS after a pipeline, until the next command.
    pub(super) pipe: Shared<Status>,
    pub(super) exit_trap: Trap,
    pub(super) err_trap: Trap,
    /// The ERR trap of a call that all this runs in, where the shell brings it back at the end of a process.
    pub(super) caller_err_trap: Trap,
    pub(super) return_trap: Trap,
    /// The status with which an EXIT trap was entered.
    pub(super) trapped: Option<Status>,
    pub(super) bare: Bare,
    /// Which functions are defined, as the engine numbers such sets.
    pub(super) functions: u32,
    pub(super) jobs: Jobs,
    pub(super) process: Process,
    /// The words that are the positional parameters, where the function runs them as a command.
    pub(super) arguments: Option<ArgumentsId>,
    /// Which variables are readonly, of those to which something is assigned elsewhere; by their bits in the program.
    pub(super) readonly: u32,
}

impl State {
    pub(super) fn start(options: Options) -> Self {
        Self {
            options,
            ignored: false,
            status: Status::ZERO,
            exempt: false,
            taint: Taint::Healthy,
            variables: Shared::default(),
            pipe: Shared::default(),
            exit_trap: Trap::None,
            err_trap: Trap::None,
            caller_err_trap: Trap::None,
            return_trap: Trap::None,
            trapped: None,
            bare: Bare::default(),
            functions: 0,
            jobs: Jobs::default(),
            process: Process::Main,
            arguments: None,
            readonly: 0,
        }
    }

    /// The same after a command that ended with `status`.
    pub(super) fn after(&self, status: Status) -> Self {
        Self { status, exempt: false, pipe: Shared::default(), ..self.clone() }
    }

    /// In a part of the script that ignores errexit as what is around it does, or not, or in some shells only.
    pub(super) fn inherit_ignoring(&mut self, inherits: Setting) {
        if !self.ignored || inherits == Setting::On {
            return;
        }
        self.ignored = false;
        if inherits == Setting::Unknown {
            self.options = self.options.with(Opt::ErrexitInDoubt, Setting::On);
        }
    }

    /// Before text that does not know that errexit is ignored: it is switched off, and there is no ERR trap.
    pub(super) fn hold_errexit(&mut self) {
        self.ignored = false;
        self.err_trap = Trap::None;
        self.options = self.options.with(Opt::ErrexitHeld, Setting::On);
    }

    /// Behind such text, which `before` has led into: errexit is what it has come to be, the ERR trap what it was.
    pub(super) fn release_errexit(&mut self, before: &Self) {
        self.options = self.options.with(Opt::ErrexitHeld, before.options.get(Opt::ErrexitHeld));
        if before.err_trap != Trap::None {
            self.err_trap = before.err_trap;
        }
    }

    /// Sets the traps of these conditions, as far as they are followed.
    pub(super) fn set_traps(&mut self, conditions: &[&str], trap: Trap) {
        for condition in conditions {
            match *condition {
                "EXIT" | "0" => self.exit_trap = trap,
                "ERR" => self.err_trap = trap,
                "RETURN" => self.return_trap = trap,
                _ => {}
            }
        }
    }

    pub(super) fn is_healthy(&self) -> bool {
        self.taint == Taint::Healthy
    }

    /// Whether something still remembers the failure that is followed.
    pub(super) fn carries_fault(&self) -> bool {
        self.status == Status::Fault
            || self.jobs.any_failed()
            || self.pipe.contains(&Status::Fault)
            || self.variables.iter().any(|(_, value)| value.carries_fault())
    }

    pub(super) fn variable(&self, id: VariableId) -> &Value {
        match self.variables.binary_search_by_key(&id, |(id, _)| *id) {
            Ok(index) => &self.variables[index].1,
            Err(_) => &Value::Unknown,
        }
    }

    /// All ids of jobs that variables hold are those of jobs which the shell has forgotten.
    pub(super) fn forget_jobs(&mut self) {
        self.jobs.waited = true;
        let holds_jobs = |(id, value): &(VariableId, Value)| matches!(value, Value::Jobs(_)).then_some(*id);
        let ids: Vec<VariableId> = self.variables.iter().filter_map(holds_jobs).collect();
        ids.into_iter().for_each(|id| self.set_variable(id, Value::forgotten_job()));
    }

    /// Gives a variable a value; of texts only those are kept that may be flags or statuses.
    pub(super) fn set_variable(&mut self, id: VariableId, value: Value) {
        let value = if value.is_flag() { value } else { Value::Text };
        match (self.variables.binary_search_by_key(&id, |(id, _)| *id), value) {
            (Ok(index), Value::Unknown) => self.variables.change(|all| drop(all.remove(index))),
            (Ok(index), value) if self.variables[index].1 == value => {}
            (Ok(index), value) => self.variables.change(|all| all[index].1 = value),
            (Err(_), Value::Unknown) => {}
            (Err(index), value) => self.variables.change(|all| all.insert(index, (id, value))),
        }
    }
}

impl Hash for State {
    /// In few words, for this is done at each step.
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let trap = |trap: Trap| match trap {
            Trap::None => 0,
            Trap::Unknown => 1,
            Trap::Commands(unit) => 2 + u64::from(unit.0),
        };
        let status = |status: Status| match status {
            Status::Known(number) => u64::from(number),
            Status::Fault => 256,
            Status::Nonzero => 257,
            Status::Any => 258,
        };
        let taint = match self.taint {
            Taint::Healthy => 0,
            Taint::Once => 1,
            Taint::Always(site) => 2 + u64::from(site.0),
        };
        let flags = u64::from(self.ignored) | u64::from(self.exempt) << 1;
        let kinds = (self.process as u64) << 4;
        let kept = |status_of_trap: Option<Status>| status_of_trap.map_or(511, status);
        let trapped = kept(self.trapped);
        hasher
            .write_u64(flags | kinds | status(self.status) << 6 | trapped << 15 | self.options.bits() << 24);
        hasher.write_u64(taint | trap(self.exit_trap) << 32);
        hasher.write_u64(trap(self.err_trap) | u64::from(self.functions) << 32);
        hasher.write_u64(
            trap(self.caller_err_trap) | kept(self.bare.exit) << 40 | kept(self.bare.returned) << 50,
        );
        hasher.write_u64(self.arguments.map_or(0, |id| 1 + u64::from(id.0)) | u64::from(self.readonly) << 32);
        self.variables.hash(hasher);
        self.pipe.hash(hasher);
        self.jobs.hash(hasher);
    }
}

/// What a subshell starts with: a copy, without the traps (`exit.sub.inherit`).
pub(super) fn subshell_state(before: &State) -> State {
    let mut state = before.clone();
    state.exit_trap = Trap::None;
    state.return_trap = Trap::None;
    state.trapped = None;
    state.exempt = false;
    for option in [Opt::LastExempt, Opt::Parenthesised, Opt::LastCall] {
        state.options = state.options.with(option, Setting::Off);
    }
    state.pipe.clear();
    if !state.options.is_on(Opt::Errtrace) {
        state.err_trap = Trap::None;
    }
    state.process = before.process.of_subshell();
    state
}

/// What has failed, after a process has ended: inside, no more was known than matters there.
pub(super) fn taint_after(before: &State, inner: &State) -> Taint {
    if before.is_healthy() { inner.taint } else { before.taint }
}

impl Value {
    pub(super) fn carries_fault(&self) -> bool {
        match self {
            Self::Fault => true,
            Self::Statuses(statuses) | Self::Jobs(statuses) => statuses.contains(&Status::Fault),
            _ => false,
        }
    }

    /// Whether a script may tell runs apart by it: a word, or a number that may be a status.
    fn is_flag(&self) -> bool {
        const LONGEST: usize = 12;
        match self {
            Self::Known(text) => {
                let number = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
                let word = text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_alphabetic());
                number || word || &**text == ":"
            }
            _ => true,
        }
    }

    /// What stands in one place, as an element of an array.
    pub(super) fn into_element(self) -> Self {
        match self {
            Self::Known(_) | Self::Fault | Self::Positive | Self::Above | Self::Text => self,
            _ => Self::Unknown,
        }
    }

    /// What a variable holds after it was given this status.
    pub(super) fn of_status(status: Status) -> Self {
        match status {
            Status::Known(number) => Self::Known(number.to_string().into()),
            Status::Fault => Self::Fault,
            Status::Nonzero => Self::Positive,
            Status::Any => Self::Unknown,
        }
    }

    /// What a status becomes that is given as this value: `exit $rc`.
    pub(super) fn as_status(&self) -> Status {
        match self {
            // POSIX: only the lowest eight bits count (`st.exit.256`).
            Self::Known(text) => {
                text.parse::<i64>().map_or(Status::Any, |number| Status::Known(number.rem_euclid(256) as u8))
            }
            Self::Fault => Status::Fault,
            Self::Positive => Status::Nonzero,
            Self::Statuses(statuses) => statuses.first().copied().unwrap_or(Status::Any),
            // `exit $unset` is `exit` (`st.exit.unset.var`).
            Self::Above
            | Self::Jobs(_)
            | Self::Elements(_)
            | Self::Compound
            | Self::Text
            | Self::Unset
            | Self::Unknown => Status::Any,
        }
    }

    /// The id of a job that was waited for: the shell may remember its status, or not.
    pub(super) fn forgotten_job() -> Self {
        Self::Jobs(smallvec::smallvec![Status::Any])
    }

    /// The ids of all jobs in several values, one after the other; `None` where there is anything else in them.
    pub(super) fn jobs_of(values: impl Iterator<Item = Self>) -> Option<Self> {
        let mut all: SmallVec<[Status; 2]> = SmallVec::new();
        for value in values {
            match value {
                Self::Jobs(statuses) => all.extend(statuses),
                Self::Unset | Self::Elements(0) | Self::Compound => {}
                Self::Known(text) if text.trim().is_empty() => {}
                _ => return None,
            }
        }
        all.dedup();
        (!all.is_empty() && all.len() <= MAX_JOBS).then_some(Self::Jobs(all))
    }

    /// An array to which elements have been added.
    pub(super) fn and_elements(self, added: Self) -> Self {
        match (self, added) {
            (Self::Statuses(mut statuses), Self::Statuses(more)) if statuses.len() < MAX_JOBS => {
                statuses.extend(more);
                Self::Statuses(statuses)
            }
            (
                Self::Elements(0) | Self::Compound | Self::Unset,
                added @ (Self::Statuses(_) | Self::Elements(_)),
            ) => added,
            (Self::Elements(before), Self::Elements(more)) => {
                Self::Elements(before.saturating_add(more).min(MANY_ELEMENTS))
            }
            (Self::Unknown, Self::Elements(1..)) => Self::Elements(MANY_ELEMENTS),
            (before, added) => Self::jobs_of([before, added].into_iter()).unwrap_or(Self::Unknown),
        }
    }

    /// `${#name[@]}`
    pub(super) fn element_count(&self) -> Self {
        match self {
            Self::Elements(count) if *count >= MANY_ELEMENTS => Self::Positive,
            Self::Elements(count) => Self::Known(count.to_string().into()),
            Self::Statuses(statuses) => Self::Known(statuses.len().to_string().into()),
            Self::Jobs(_) => Self::Positive,
            Self::Unset => Self::Known("0".into()),
            Self::Compound => Self::Known("1".into()),
            _ => Self::Unknown,
        }
    }

    /// Whether `${name:?}` finds nothing, and whether `${name?}` and nounset do.
    pub(super) fn is_missing(&self, empty_too: bool) -> bool {
        *self == Self::Unset || empty_too && matches!(self, Self::Known(text) if text.is_empty())
    }
}
