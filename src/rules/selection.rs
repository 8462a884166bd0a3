//! Which rules speak in a run, and how loudly.

use std::collections::BTreeMap;

use super::{ALL, Pinned, Rule, State, find};
use crate::diagnostic::{RuleId, Severity};
use crate::text::nearest;

/// Which rules speak, and with which severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Those that speak; the severity is the user's, where he has given one.
    rules: BTreeMap<RuleId, Option<Severity>>,
}

impl Default for Selection {
    /// The newest `recommended`.
    fn default() -> Self {
        Self::preset(Pinned::default(), State::Stable)
    }
}

impl Selection {
    /// The rules of a preset, as far as they have come to `state`.
    pub fn preset(pinned: Pinned, state: State) -> Self {
        let is_in = |rule: &&&Rule| {
            rule.state <= state
                && rule.presets.since(pinned.preset).is_some_and(|since| since <= pinned.version)
        };
        Self::of(ALL.iter().filter(is_in).map(|rule| rule.id))
    }

    /// These rules, each with its usual severity.
    pub fn of(rules: impl IntoIterator<Item = RuleId>) -> Self {
        Self { rules: rules.into_iter().map(|rule| (rule, None)).collect() }
    }

    /// Whether `rule` speaks.
    pub fn allows(&self, rule: RuleId) -> bool {
        self.rules.contains_key(&rule)
    }

    /// The severity that the user wants for what `rule` finds.
    pub fn severity(&self, rule: RuleId) -> Option<Severity> {
        self.rules.get(&rule).copied().flatten()
    }

    /// Lets these rules speak, too.
    pub fn add(&mut self, rules: impl IntoIterator<Item = RuleId>) {
        for rule in rules {
            self.rules.entry(rule).or_default();
        }
    }

    /// Lets these rules not speak.
    pub fn remove(&mut self, rules: impl IntoIterator<Item = RuleId>) {
        for rule in rules {
            self.rules.remove(&rule);
        }
    }

    /// Sets the severity of all that `rule` finds; a rule that does not speak goes on being silent.
    pub fn set_severity(&mut self, rule: RuleId, severity: Severity) {
        if let Some(own) = self.rules.get_mut(&rule) {
            *own = Some(severity);
        }
    }

    /// The rules that speak, by name.
    pub fn iter(&self) -> impl Iterator<Item = RuleId> {
        self.rules.keys().copied()
    }
}

/// The rules that a word of the user stands for: a rule's name, or that of a family for all of its rules that have come to
/// `state`. Who names a rule itself asks for it, whatever its state.
///
/// # Errors
/// A sentence for the user when there is no such rule or family.
pub fn named(word: &str, state: State) -> Result<Vec<RuleId>, String> {
    if let Some(rule) = find(word) {
        return Ok(vec![rule.id]);
    }
    let family: Vec<&&Rule> = ALL.iter().filter(|rule| rule.family.name() == word).collect();
    if family.is_empty() {
        return Err(unknown(word));
    }
    Ok(family.into_iter().filter(|rule| rule.state <= state).map(|rule| rule.id).collect())
}

/// That there is no rule of a name, and which one may be meant.
pub fn unknown(name: &str) -> String {
    let names = ALL.iter().flat_map(|rule| [rule.id.0, rule.family.name()]);
    let hint = nearest(name, names).map_or_else(
        || "`lint-scripts rules` lists all".to_owned(),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    format!("there is no rule `{name}`; {hint}")
}

#[cfg(test)]
mod tests {
    use super::{Selection, named, unknown};
    use crate::diagnostic::{RuleId, Severity};
    use crate::rules::{ALL, Pinned, Preset, State};

    const OPTIONS: RuleId = RuleId("missing-strict-mode");

    #[test]
    fn presets_differ_as_they_say() {
        let preset = |preset| Selection::preset(Pinned { preset, version: 1 }, State::Stable);
        assert_eq!(Selection::default(), preset(Preset::Recommended));
        assert!(preset(Preset::Recommended).allows(OPTIONS) && preset(Preset::Strict).allows(OPTIONS));
        assert!(!preset(Preset::Explicit).allows(OPTIONS), "it never asks for options");
        let stable = ALL.iter().filter(|rule| rule.state == State::Stable).count();
        assert_eq!(preset(Preset::All).iter().count(), stable);
        let whole = Selection::preset(Pinned { preset: Preset::All, version: 1 }, State::Preview);
        assert_eq!(whole.iter().count(), ALL.len());
    }

    #[test]
    fn a_word_is_a_rule_or_a_family() {
        assert_eq!(named("missing-strict-mode", State::Stable), Ok(vec![OPTIONS]));
        assert!(named("strict-mode", State::Stable).unwrap().contains(&OPTIONS));
        assert_eq!(
            named("missing-strict", State::Stable),
            Err("there is no rule `missing-strict`; did you mean `missing-strict-mode`?".to_owned())
        );
        assert!(unknown("SC2086").ends_with("`lint-scripts rules` lists all"));
    }

    #[test]
    fn a_severity_does_not_wake_a_rule() {
        let mut selection = Selection::of([]);
        selection.set_severity(OPTIONS, Severity::Error);
        assert!(!selection.allows(OPTIONS));
        selection.add([OPTIONS]);
        selection.set_severity(OPTIONS, Severity::Error);
        selection.add([OPTIONS]);
        assert_eq!(selection.severity(OPTIONS), Some(Severity::Error));
        selection.remove([OPTIONS]);
        assert_eq!(selection.severity(OPTIONS), None);
    }
}
