//! The shells that scripts are written for, and which constructs each of them has.

use lint_scripts::shell::Dialect;

/// A shell that scripts are generated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    Bash,
    Dash,
}

/// What not every shell has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// `set -o pipefail`
    Pipefail,
    /// `trap … ERR`
    ErrTrap,
    /// `set -E`, `trap … RETURN`, `local -`, `shopt`, `PIPESTATUS`, `coproc`, `wait -n`, `;;&`: all that only bash has.
    Bash,
    /// `[[ … ]]`
    DoubleBracket,
    /// `(( … ))`, `for ((…))`, `let`
    ArithmeticCommand,
    /// `a=(…)`
    Arrays,
    /// `<( … )`
    ProcessSubstitution,
    /// `<<<`
    HereString,
    /// `local`
    Local,
    /// `typeset`
    Typeset,
    /// `;&`
    FallThrough,
    /// `select`
    Select,
    /// The word `source`
    Source,
    /// The word `time`
    Time,
}

impl Shell {
    /// What the engine is told.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Bash => Dialect::Bash,
            Self::Dash => Dialect::Dash,
        }
    }

    /// The program, and what comes before the script's path.
    pub fn command(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Bash => ("/bin/bash", &[]),
            Self::Dash => ("/bin/dash", &[]),
        }
    }

    pub fn has(self, feature: Feature) -> bool {
        match self {
            Self::Bash => true,
            Self::Dash => feature == Feature::Local,
        }
    }
}
