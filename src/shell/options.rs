//! The options that decide what becomes of a failure, and how the shells' builtins set them.

use super::{Dialect, Shells};

/// The state of one option at one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Setting {
    /// Surely off.
    #[default]
    Off,
    /// Surely on.
    On,
    /// No reading can tell.
    Unknown,
}

impl Setting {
    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Off => Self::On,
            Self::On => Self::Off,
            Self::Unknown => Self::Unknown,
        }
    }

    /// What is left of a sure yes where something else may be the case.
    #[must_use]
    pub fn weakened(self) -> Self {
        if self == Self::Off { Self::Off } else { Self::Unknown }
    }
}

/// An option of `set` or `shopt`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Opt {
    /// `set -e`
    Errexit,
    /// `set -u`
    Nounset,
    /// `set -o pipefail`
    Pipefail,
    /// `set -E`
    Errtrace,
    /// `shopt -s inherit_errexit`
    InheritErrexit,
    /// `shopt -s lastpipe`
    Lastpipe,
    /// `set -o posix`
    Posix,
    /// No option that a script can set: errexit is ignored here in some of the shells that may run the text, and in
    /// others it is not.
    ErrexitInDoubt,
    /// No option that a script can set either: errexit does nothing for the time being, whatever `set` says.
    ErrexitHeld,
    /// Nor this: a substitution runs where errexit is ignored, so that it is in all text that is read there, in `eval` and
    /// in traps as well.
    IgnoredThroughout,
    /// Nor this: errexit leaves alone what a list ends with, for an earlier round of the loop around it has ended with
    /// `&&` or `||` having passed its right side over.
    LastExempt,
    /// Nor this: the commands are those of `( … )`, and of what is called and substituted there.
    Parenthesised,
    /// Nor this: a descriptor that `exec` was to open is not there.
    LacksDescriptor,
    /// Nor this: a substitution, or a function that one ends with, was entered with no trap set: bash lets the last program
    /// there take the shell's place.
    LastCall,
    /// Nor this: errexit held where a substitution was entered, and was not passed on to it.
    ErrexitCut,
}

const COUNT: usize = 15;

impl Opt {
    fn of_letter(letter: char) -> Option<Self> {
        match letter {
            'e' => Some(Self::Errexit),
            'u' => Some(Self::Nounset),
            'E' => Some(Self::Errtrace),
            _ => None,
        }
    }

    fn of_set_name(name: &str) -> Option<Self> {
        match name {
            "errexit" => Some(Self::Errexit),
            "nounset" => Some(Self::Nounset),
            "pipefail" => Some(Self::Pipefail),
            "errtrace" => Some(Self::Errtrace),
            "posix" => Some(Self::Posix),
            _ => None,
        }
    }

    fn of_shopt_name(name: &str) -> Option<Self> {
        match name {
            "inherit_errexit" => Some(Self::InheritErrexit),
            "lastpipe" => Some(Self::Lastpipe),
            _ => None,
        }
    }
}

/// All options at one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Options([Setting; COUNT]);

impl Options {
    /// What a shell of this dialect starts with, before any flag.
    pub fn initial(dialect: Dialect) -> Self {
        let options = Self::default();
        let inherits = Shells::of(dialect, options).substitution_inherits_errexit();
        options.with(Opt::InheritErrexit, inherits)
    }

    /// The state of one option.
    pub fn get(self, option: Opt) -> Setting {
        self.0[option as usize]
    }

    /// Whether errexit acts on a failure.
    pub fn errexit(self) -> Setting {
        if self.is_on(Opt::ErrexitHeld) {
            return Setting::Off;
        }
        match (self.get(Opt::Errexit), self.get(Opt::ErrexitInDoubt)) {
            (Setting::On, Setting::On) => Setting::Unknown,
            (errexit, _) => errexit,
        }
    }

    /// These, with `option` unknown again where it was unknown `before`, and is still as it was taken to be for a while.
    #[must_use]
    pub fn undecided(self, option: Opt, before: Self, decided: Self) -> Self {
        let was_taken = before.get(option) == Setting::Unknown && self.get(option) == decided.get(option);
        if was_taken { self.with(option, Setting::Unknown) } else { self }
    }

    /// All settings in one number, the same for no two that differ.
    pub fn bits(self) -> u64 {
        self.0.iter().fold(0, |bits, setting| bits << 2 | *setting as u64)
    }

    /// Whether an option is surely on.
    pub fn is_on(self, option: Opt) -> bool {
        self.get(option) == Setting::On
    }

    /// The same with one option changed.
    #[must_use]
    pub fn with(mut self, option: Opt, setting: Setting) -> Self {
        self.0[option as usize] = setting;
        self
    }

    /// These, with `option` as it was `before`.
    #[must_use]
    pub fn restored(self, option: Opt, before: Self) -> Self {
        self.with(option, before.get(option))
    }

    /// After the operands of `set`, as far as they are known; `None` stands for a word that is expanded.
    #[must_use]
    pub fn after_set(self, args: &[Option<&str>]) -> Self {
        let mut options = self;
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let Some(arg) = arg else { return options };
            let setting = match arg.chars().next() {
                Some('-') => Setting::On,
                Some('+') => Setting::Off,
                _ => return options,
            };
            if *arg == "--" || *arg == "-" {
                return options;
            }
            if arg.starts_with("--") {
                // A flag of the shell itself, not of `set`.
                if *arg == "--posix" {
                    options = options.with_consequences(Opt::Posix, Setting::On);
                }
                continue;
            }
            for letter in arg[1..].chars() {
                let option = match letter {
                    'o' => args.next().copied().flatten().and_then(Opt::of_set_name),
                    'O' => args.next().copied().flatten().and_then(Opt::of_shopt_name),
                    _ => Opt::of_letter(letter),
                };
                if let Some(option) = option {
                    options = options.with_consequences(option, setting);
                }
            }
        }
        options
    }

    /// `set -o posix` turns inherit_errexit on, and `set +o posix` leaves it on (`sub.set.plus.o.posix`).
    fn with_consequences(self, option: Opt, setting: Setting) -> Self {
        let options = self.with(option, setting);
        if option == Opt::Posix && setting == Setting::On {
            options.with(Opt::InheritErrexit, Setting::On)
        } else {
            options
        }
    }

    /// After the operands of `shopt`.
    #[must_use]
    pub fn after_shopt(self, args: &[Option<&str>]) -> Self {
        let flags: Vec<&str> = args.iter().flatten().copied().filter(|arg| arg.starts_with('-')).collect();
        let has = |letter| flags.iter().any(|flag| flag.contains(letter));
        let setting = match (has('s'), has('u')) {
            (true, false) => Setting::On,
            (false, true) => Setting::Off,
            _ => return self,
        };
        let lookup = if has('o') { Opt::of_set_name } else { Opt::of_shopt_name };
        let named = args.iter().flatten().filter_map(|arg| lookup(arg));
        named.fold(self, |options, option| options.with_consequences(option, setting))
    }

    /// After a file was read that nobody has seen: what was on stays on by custom, what was off may have been
    /// turned on.
    #[must_use]
    pub fn after_unknown_code(mut self) -> Self {
        for option in [Opt::Errexit, Opt::Pipefail, Opt::Nounset] {
            if self.get(option) == Setting::Off {
                self = self.with(option, Setting::Unknown);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Opt, Options, Setting};

    /// `on` lists the options that are on after `set` with these words, as letters; `p` is pipefail.
    #[track_caller]
    fn check(words: &str, on: &str) {
        let args: Vec<Option<&str>> = words.split_whitespace().map(Some).collect();
        let options = Options::default().after_set(&args);
        let letters = [(Opt::Errexit, 'e'), (Opt::Nounset, 'u'), (Opt::Pipefail, 'p'), (Opt::Errtrace, 'E')];
        let found: String = letters
            .iter()
            .filter(|(option, _)| options.get(*option) == Setting::On)
            .map(|(_, l)| *l)
            .collect();
        assert_eq!(found, on, "set {words}");
    }

    /// Rows of the fact table: `opt.euo.order opt.o.first opt.eux.o opt.two.o opt.two.words opt.set.word opt.oeu`.
    #[test]
    fn spellings_of_set() {
        check("-e", "e");
        check("-o errexit", "e");
        check("-euo pipefail", "eup");
        check("-o pipefail -eu", "eup");
        check("-eux -o pipefail", "eup");
        check("-o errexit -o pipefail", "ep");
        check("-e -- args", "e");
        check("-- -e", "");
        check("-o errexit pipefail", "e");
        check("errexit", "");
        check("-euo", "eu");
        check("-oeu pipefail", "eup");
        check("-Eeuo pipefail", "eupE");
        check("-e +e", "");
        check("-o inherit_errexit", "");
    }
}
