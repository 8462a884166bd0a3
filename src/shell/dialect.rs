//! Which shell a text is written for.

use serde::{Deserialize, Serialize};

/// The shells whose behaviour the model knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// bash 4.4 and later.
    Bash,
    /// POSIX sh: the reading holds for dash, busybox ash and bash run as sh.
    Sh,
    /// dash 0.5.12.
    Dash,
    /// busybox ash 1.35.
    Busybox,
    /// ksh 93u+m.
    Ksh,
    /// mksh R59.
    Mksh,
}

impl Dialect {
    /// Whether `((` starts an arithmetic command; elsewhere it starts two subshells.
    pub fn has_arithmetic_command(self) -> bool {
        !matches!(self, Self::Dash | Self::Busybox)
    }

    /// Whether `&>` redirects both outputs; elsewhere it ends a background command and starts a redirection
    /// (`redir.both.sh`).
    pub fn has_redirect_both(self) -> bool {
        !matches!(self, Self::Dash)
    }
}
