//! Which shell a text is written for, and the options that its first line gives it.

use serde::{Deserialize, Serialize};

use super::Options;

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
    /// The shell of that name, as it stands in `#!` lines and in `# shellcheck shell=`.
    pub fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "bash" | "rbash" | "bats" => Self::Bash,
            "sh" => Self::Sh,
            "dash" => Self::Dash,
            "busybox" | "ash" => Self::Busybox,
            "ksh" | "ksh93" | "rksh" => Self::Ksh,
            "mksh" | "lksh" => Self::Mksh,
            _ => return None,
        })
    }

    /// Whether `((` starts an arithmetic command; elsewhere it starts two subshells.
    pub fn has_arithmetic_command(self) -> bool {
        !matches!(self, Self::Dash | Self::Busybox)
    }

    /// Whether `&>` redirects both outputs; elsewhere it ends a background command and starts a redirection
    /// (`redir.both.sh`).
    pub fn has_redirect_both(self) -> bool {
        self != Self::Dash
    }

    /// Whether `{name}>file` opens a descriptor and puts its number into the variable; elsewhere `{name}` is a word.
    pub fn has_named_descriptor(self) -> bool {
        matches!(self, Self::Bash | Self::Sh | Self::Ksh)
    }

    /// Whether only one digit before `<` or `>` names a descriptor; elsewhere all do.
    pub fn has_single_digit_descriptors(self) -> bool {
        matches!(self, Self::Dash | Self::Ksh | Self::Mksh)
    }

    /// Whether `x=(a b)` makes an array; elsewhere the parenthesis is a syntax error.
    pub fn has_arrays(self) -> bool {
        !matches!(self, Self::Dash | Self::Busybox)
    }

    /// Whether `<<<` is an operator.
    pub fn has_here_strings(self) -> bool {
        !matches!(self, Self::Dash | Self::Busybox)
    }

    /// Whether `<( )` and `>( )` are expanded; elsewhere they are a redirection without a file.
    pub fn has_process_substitution(self) -> bool {
        !matches!(self, Self::Dash | Self::Mksh)
    }

    /// Whether `for ((` is a loop.
    pub fn has_arithmetic_for(self) -> bool {
        matches!(self, Self::Bash | Self::Sh | Self::Ksh)
    }

    /// Whether `$[` starts an arithmetic expansion; elsewhere it is text.
    pub fn has_bracket_arithmetic(self) -> bool {
        matches!(self, Self::Bash | Self::Sh)
    }

    /// Whether the shell knows pipefail; dash 0.5.12 ends the script at it (`pf.support`).
    pub fn has_pipefail(self) -> bool {
        !matches!(self, Self::Dash | Self::Sh)
    }

    /// The name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Sh => "sh",
            Self::Dash => "dash",
            Self::Busybox => "busybox sh",
            Self::Ksh => "ksh",
            Self::Mksh => "mksh",
        }
    }
}

/// A `#!` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shebang {
    /// The shell that it names; `None` for another interpreter.
    pub dialect: Option<Dialect>,
    /// The flags for the shell, such as `-eu`.
    pub flags: Vec<String>,
}

impl Shebang {
    /// Reads the first line of `text`; `None` when it is no `#!` line. A byte order mark before it is passed over.
    pub fn of(text: &[u8]) -> Option<Self> {
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let line = text.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
        let line = String::from_utf8_lossy(line);
        let mut words = line.split_whitespace().peekable();
        let mut name = base_name(words.next()?);
        if name == "env" {
            // `env -S bash -e` splits its operand; `env bash -e` is asked for a program named `bash -e`, but means it.
            while words.next_if(|word| word.starts_with('-') || word.contains('=')).is_some() {}
            name = base_name(words.next()?);
        }
        if name == "busybox" {
            words.next_if(|word| matches!(*word, "sh" | "ash"));
        }
        Some(Self { dialect: Dialect::of_name(name), flags: words.map(str::to_owned).collect() })
    }

    /// The options that a script with this line starts with when it is run by its own name (`opt.shebang.direct`).
    pub fn options(&self, initial: Options) -> Options {
        let args: Vec<Option<&str>> = self.flags.iter().map(|flag| Some(flag.as_str())).collect();
        initial.after_set(&args)
    }
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The dialect that a text is for: `# shellcheck shell=`, then its first line, then the path's ending, else bash.
pub fn detect(path: &str, text: &[u8]) -> Dialect {
    let directive = || head_comments(text).find_map(shellcheck_shell);
    let shebang = || Shebang::of(text).and_then(|shebang| shebang.dialect);
    let ending = || path.rsplit_once('.').and_then(|(_, ending)| Dialect::of_name(ending));
    let ending_of_sh_is_vague =
        |dialect: Dialect| if dialect == Dialect::Sh { Dialect::Bash } else { dialect };
    directive().or_else(shebang).or_else(|| ending().map(ending_of_sh_is_vague)).unwrap_or(Dialect::Bash)
}

fn head_comments(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|&byte| byte == b'\n')
        .map(<[u8]>::trim_ascii_start)
        .take_while(|line| line.is_empty() || line.starts_with(b"#"))
}

fn shellcheck_shell(comment: &[u8]) -> Option<Dialect> {
    let words = std::str::from_utf8(comment).ok()?.trim_start_matches('#').trim();
    let directives = words.strip_prefix("shellcheck ")?;
    directives.split_whitespace().find_map(|word| Dialect::of_name(word.strip_prefix("shell=")?))
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Shebang, detect};
    use crate::shell::{Opt, Options};

    #[track_caller]
    fn check(path: &str, text: &str, dialect: Dialect, errexit: bool) {
        assert_eq!(detect(path, text.as_bytes()), dialect, "{text:?}");
        let options = Shebang::of(text.as_bytes()).map(|shebang| shebang.options(Options::default()));
        assert_eq!(options.is_some_and(|options| options.is_on(Opt::Errexit)), errexit, "{text:?}");
    }

    #[test]
    fn first_lines() {
        check("x", "#!/bin/bash\n", Dialect::Bash, false);
        check("x", "#!/bin/bash -eu\n", Dialect::Bash, true);
        check("x", "#! /usr/bin/env bash\n", Dialect::Bash, false);
        check("x", "#!/usr/bin/env -S bash -e\n", Dialect::Bash, true);
        check("x", "#!/bin/sh -e\r\n", Dialect::Sh, true);
        check("x", "#!/bin/busybox sh -e\n", Dialect::Busybox, true);
        check("x", "\u{feff}#!/bin/dash\n", Dialect::Dash, false);
        check("x.ksh", "echo", Dialect::Ksh, false);
        check("x.sh", "echo", Dialect::Bash, false);
        check("x", "#!/usr/bin/python3\n", Dialect::Bash, false);
        check("x", "#!/bin/sh\n# shellcheck shell=bash disable=SC1091\n", Dialect::Bash, false);
    }
}
