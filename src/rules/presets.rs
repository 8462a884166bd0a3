//! Presets: named sets of rules. They have versions, so that a new release does not turn a green branch red.

use std::fmt;

/// The newest version of the presets. A rule that comes to a preset later than this opens the next one.
pub const NEWEST: u8 = 1;

/// A named set of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Preset {
    /// What almost always harms somebody; what a run without configuration uses.
    #[default]
    Recommended,
    /// Wants the options that make failures loud, and what a team has to agree on.
    Strict,
    /// For those who do without `set -e`: never asks for options, wants every status looked at.
    Explicit,
    /// For scripts that run at night, with nobody watching.
    Cron,
    /// For scripts of pipelines and releases.
    Ci,
    /// Every rule.
    All,
}

impl Preset {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] =
        [Self::Recommended, Self::Strict, Self::Explicit, Self::Cron, Self::Ci, Self::All];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::Strict => "strict",
            Self::Explicit => "explicit",
            Self::Cron => "cron",
            Self::Ci => "ci",
            Self::All => "all",
        }
    }
}

/// In which presets a rule is, and since which version of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presets {
    /// By preset, the version that brought the rule; 0 where it is not in it.
    since: [u8; Preset::ALL.len()],
}

impl Presets {
    /// In every preset, since this version.
    pub const fn every(version: u8) -> Self {
        Self { since: [version; Preset::ALL.len()] }
    }

    /// In `all` and in these only, since this version.
    pub const fn only(presets: &[Preset], version: u8) -> Self {
        let mut since = [0; Preset::ALL.len()];
        since[Preset::All as usize] = version;
        let mut index = 0;
        while index < presets.len() {
            since[presets[index] as usize] = version;
            index += 1;
        }
        Self { since }
    }

    /// As these, but not in `preset`.
    #[must_use]
    pub const fn but_not(self, preset: Preset) -> Self {
        let mut since = self.since;
        since[preset as usize] = 0;
        Self { since }
    }

    /// The version of `preset` that brought the rule; `None` where it is not in it.
    pub fn since(self, preset: Preset) -> Option<u8> {
        Some(self.since[preset as usize]).filter(|&version| version > 0)
    }
}

/// A preset as a user names it: `recommended`, or `recommended@1` for that version and no later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pinned {
    /// The preset.
    pub preset: Preset,
    /// Its version.
    pub version: u8,
}

impl Default for Pinned {
    fn default() -> Self {
        Self { preset: Preset::default(), version: NEWEST }
    }
}

impl fmt::Display for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.preset.name(), self.version)
    }
}

impl std::str::FromStr for Pinned {
    /// A sentence for the user.
    type Err = String;

    fn from_str(written: &str) -> Result<Self, String> {
        let (name, version) =
            written.split_once('@').map_or((written, None), |(name, version)| (name, Some(version)));
        let preset = Preset::ALL.into_iter().find(|preset| preset.name() == name).ok_or_else(|| {
            let names = Preset::ALL.map(Preset::name);
            format!("there is no preset `{name}`; there are {}", names.join(", "))
        })?;
        let version = match version {
            None => NEWEST,
            Some(version) => version
                .parse()
                .ok()
                .filter(|version| (1..=NEWEST).contains(version))
                .ok_or_else(|| format!("`{name}` has no version `{version}`; the newest is {NEWEST}"))?,
        };
        Ok(Self { preset, version })
    }
}

#[cfg(test)]
mod tests {
    use super::{Pinned, Preset, Presets};

    #[test]
    fn presets_are_named_with_and_without_a_version() {
        let strict = Pinned { preset: Preset::Strict, version: 1 };
        assert_eq!("strict".parse(), Ok(strict));
        assert_eq!("strict@1".parse(), Ok(strict));
        assert_eq!(strict.to_string(), "strict@1");
        for wrong in ["strct", "strict@0", "strict@99", "strict@", "strict@x", "Strict", ""] {
            assert!(wrong.parse::<Pinned>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_rule_is_in_the_presets_that_it_names() {
        let policy = Presets::only(&[Preset::Cron, Preset::Ci], 2);
        assert_eq!(policy.since(Preset::Cron), Some(2));
        assert_eq!(policy.since(Preset::All), Some(2));
        assert_eq!(policy.since(Preset::Recommended), None);
        let options = Presets::every(1).but_not(Preset::Explicit);
        assert_eq!(options.since(Preset::Explicit), None);
        assert_eq!(options.since(Preset::Strict), Some(1));
    }
}
