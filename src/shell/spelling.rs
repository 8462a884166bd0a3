//! Words given to `set` and `shopt` that do not do what they say.

/// Options of `set` that decide what becomes of a failure, and those that are misspelt with them.
const OF_SET: [&str; 9] =
    ["errexit", "nounset", "pipefail", "errtrace", "functrace", "xtrace", "noclobber", "noglob", "verbose"];
/// Options of bash's `shopt` that matter here.
const OF_SHOPT: [&str; 2] = ["inherit_errexit", "lastpipe"];
/// How many letters may be wrong, missing, doubled or swapped in a slip.
const SLIPS: usize = 2;

/// An operand that is taken for something else than was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misspelt {
    /// Which operand, from 0.
    pub operand: usize,
    /// What is wrong with it.
    pub kind: MisspeltKind,
    /// The option that is meant.
    pub meant: &'static str,
}

/// What is wrong with an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MisspeltKind {
    /// `set errexit`: becomes a positional parameter (`opt.set.word opt.two.words`).
    Parameter,
    /// `set -o errexti`: there is no such option.
    Slip,
    /// `set -o inherit_errexit`: is an option of `shopt` (`opt.set.o.inherit`).
    OfShopt,
    /// `shopt -s pipefail`: is an option of `set` (`opt.shopt.s.errexit`).
    OfSet,
}

/// The operand of `set` (`None` stands for one that is expanded) that does not do what it says.
pub fn misspelt_set(args: &[Option<&str>]) -> Option<Misspelt> {
    let mut at = 0;
    while let Some(Some(arg)) = args.get(at) {
        if *arg == "--" || *arg == "-" {
            return None;
        }
        if !arg.starts_with(['-', '+']) {
            return parameter(args, at);
        }
        if arg[1..].contains('o') {
            at += 1;
            if let Some(Some(name)) = args.get(at)
                && let Some((kind, meant)) = misnamed(name)
            {
                return Some(Misspelt { operand: at, kind, meant });
            }
        }
        at += 1;
    }
    None
}

/// All operands from `first` on are parameters; one that is an option's name was surely meant as that.
fn parameter(args: &[Option<&str>], first: usize) -> Option<Misspelt> {
    let meant = OF_SET.iter().find(|name| args[first] == Some(**name))?;
    Some(Misspelt { operand: first, kind: MisspeltKind::Parameter, meant })
}

fn misnamed(name: &str) -> Option<(MisspeltKind, &'static str)> {
    if let Some(meant) = OF_SHOPT.iter().find(|known| **known == name) {
        return Some((MisspeltKind::OfShopt, meant));
    }
    let near = |known: &&&str| (1..=SLIPS).contains(&strsim::damerau_levenshtein(known, name));
    let word = name.len() > 5 && name.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '-'));
    let known = OF_SET.contains(&name) || !word;
    OF_SET.iter().filter(|_| !known).find(near).map(|meant| (MisspeltKind::Slip, *meant))
}

/// The same for `shopt`.
pub fn misspelt_shopt(args: &[Option<&str>]) -> Option<Misspelt> {
    let flags = |letter| args.iter().flatten().any(|arg| arg.starts_with('-') && arg.contains(letter));
    if flags('o') || !(flags('s') || flags('u')) {
        return None;
    }
    args.iter().enumerate().find_map(|(operand, arg)| {
        let meant = OF_SET.iter().find(|known| Some(**known) == *arg)?;
        Some(Misspelt { operand, kind: MisspeltKind::OfSet, meant })
    })
}

#[cfg(test)]
mod tests {
    use super::{MisspeltKind, misspelt_set, misspelt_shopt};

    #[track_caller]
    fn check(words: &str, expected: Option<(usize, MisspeltKind, &str)>) {
        let (builtin, operands) = words.split_once(' ').expect("a builtin and its operands");
        let args: Vec<Option<&str>> = operands.split(' ').map(Some).collect();
        let found = if builtin == "set" { misspelt_set(&args) } else { misspelt_shopt(&args) };
        assert_eq!(found.map(|it| (it.operand, it.kind, it.meant)), expected, "{words}");
    }

    #[test]
    fn operands_that_do_not_do_what_they_say() {
        use MisspeltKind::{OfSet, OfShopt, Parameter, Slip};
        check("set errexit", Some((0, Parameter, "errexit")));
        check("set -e pipefail", Some((1, Parameter, "pipefail")));
        check("set -o errexit pipefail", Some((2, Parameter, "pipefail")));
        check("set -euo pipfail", Some((1, Slip, "pipefail")));
        check("set -o errexti", Some((1, Slip, "errexit")));
        check("set -o inherit_errexit", Some((1, OfShopt, "inherit_errexit")));
        check("shopt -s pipefail", Some((1, OfSet, "pipefail")));
        check("set -euo pipefail", None);
        check("set -o errexit -o pipefail", None);
        check("set -e -- errexit", None);
        check("set -- errexit", None);
        check("set a b errexit", None);
        check("set -o vi", None);
        check("set -o physical", None);
        check("shopt -so pipefail", None);
        check("shopt -s inherit_errexit nullglob", None);
        check("shopt pipefail", None);
    }
}
