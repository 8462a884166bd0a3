//! The shells that scripts are written for, and which constructs each of them has.

use lint_scripts::shell::Dialect;

/// A shell that scripts are generated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    Bash,
    /// `bash --posix`
    BashPosix,
    /// bash that is started as `sh`, with a script that any POSIX shell may run.
    BashAsSh,
    Dash,
    Busybox,
    Ksh,
    Mksh,
}

/// What not every shell has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// `set -o pipefail`
    Pipefail,
    /// `trap … ERR`
    ErrTrap,
    /// `set -E`, `trap … RETURN`, `shopt`, `PIPESTATUS`, `coproc`, `wait -n`, `;;&`: all that only bash has.
    Bash,
    /// `[[ … ]]`
    DoubleBracket,
    /// `[[ … =~ … ]]`
    RegularExpression,
    /// `$( … )` in a here-document: whether a program that is fed by a call there works is left to chance in ksh.
    SubstitutionInHereDocument,
    /// `(( … ))`, `let`
    ArithmeticCommand,
    /// `for ((…))`
    ArithmeticFor,
    /// `a=(…)`
    Arrays,
    /// `<( … )`
    ProcessSubstitution,
    /// `<<<`
    HereString,
    /// `local`
    Local,
    /// `local -`
    LocalOptions,
    /// `function name { … }`
    FunctionKeyword,
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

/// What bash has and dash has not, and others have too.
const BUSYBOX: [Feature; 6] = [
    Feature::Pipefail,
    Feature::ErrTrap,
    Feature::Local,
    Feature::LocalOptions,
    Feature::FunctionKeyword,
    Feature::Source,
];
const KORN: [Feature; 11] = [
    Feature::Pipefail,
    Feature::ErrTrap,
    Feature::DoubleBracket,
    Feature::ArithmeticCommand,
    Feature::Arrays,
    Feature::HereString,
    Feature::Typeset,
    Feature::FunctionKeyword,
    Feature::FallThrough,
    Feature::Source,
    Feature::Time,
];

impl Shell {
    pub const ALL: [Self; 7] =
        [Self::Bash, Self::BashPosix, Self::BashAsSh, Self::Dash, Self::Busybox, Self::Ksh, Self::Mksh];

    /// What the engine is told.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Bash | Self::BashPosix => Dialect::Bash,
            Self::BashAsSh => Dialect::Sh,
            Self::Dash => Dialect::Dash,
            Self::Busybox => Dialect::Busybox,
            Self::Ksh => Dialect::Ksh,
            Self::Mksh => Dialect::Mksh,
        }
    }

    /// The shells of which what the engine says has to be true: a script for `sh` may be run by any of these.
    pub fn stands_for(self) -> &'static [Self] {
        match self {
            Self::Bash => &[Self::Bash],
            Self::BashPosix => &[Self::BashPosix],
            Self::BashAsSh => &[Self::BashAsSh, Self::Dash, Self::Busybox],
            Self::Dash => &[Self::Dash],
            Self::Busybox => &[Self::Busybox],
            Self::Ksh => &[Self::Ksh],
            Self::Mksh => &[Self::Mksh],
        }
    }

    /// The program, and what comes before the script's path.
    pub fn command(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Bash | Self::BashAsSh => ("/bin/bash", &[]),
            Self::BashPosix => ("/bin/bash", &["--posix"]),
            Self::Dash => ("/bin/dash", &[]),
            Self::Busybox => ("/bin/busybox", &["sh"]),
            Self::Ksh => ("/bin/ksh", &[]),
            Self::Mksh => ("/bin/mksh", &[]),
        }
    }

    /// The name by which the program is called: bash is another shell when that is `sh`.
    pub fn name(self) -> &'static str {
        if self == Self::BashAsSh { "/bin/sh" } else { self.command().0 }
    }

    pub fn has(self, feature: Feature) -> bool {
        match self {
            Self::Bash | Self::BashPosix => true,
            Self::BashAsSh | Self::Dash => matches!(
                feature,
                Feature::Local | Feature::LocalOptions | Feature::SubstitutionInHereDocument
            ),
            Self::Busybox => BUSYBOX.contains(&feature) || feature == Feature::SubstitutionInHereDocument,
            Self::Ksh => {
                KORN.contains(&feature)
                    || matches!(
                        feature,
                        Feature::ProcessSubstitution | Feature::ArithmeticFor | Feature::RegularExpression
                    )
            }
            Self::Mksh => {
                KORN.contains(&feature)
                    || matches!(feature, Feature::Local | Feature::SubstitutionInHereDocument)
            }
        }
    }
}
