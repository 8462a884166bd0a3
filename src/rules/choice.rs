//! What users say of rules: in configuration files that extend one another, for some files, on the command line.

use std::collections::BTreeMap;

use super::{Pinned, Selection, State, named};
use crate::diagnostic::{RuleId, Severity, Style};

/// What one place says of the rules; absent where it says nothing. Words are names of rules and families.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The rules that speak.
    pub preset: Option<Pinned>,
    /// Whether rules in preview are among those of presets and families.
    pub preview: Option<bool>,
    /// Only these speak, instead of a preset's.
    pub select: Option<Vec<String>>,
    /// These speak, too.
    pub extend_select: Vec<String>,
    /// These do not.
    pub ignore: Vec<String>,
    /// How bad what they find is.
    pub severity: BTreeMap<String, Severity>,
    /// Which of several ways to mend a finding is the first.
    pub fix_style: Option<Style>,
}

impl Choice {
    /// Whether each word is a rule or a family.
    ///
    /// # Errors
    /// A sentence for the user about the first that is none.
    pub fn verified(self) -> Result<Self, String> {
        let lists = self.select.iter().flatten().chain(&self.extend_select).chain(&self.ignore);
        for word in lists.chain(self.severity.keys()) {
            named(word, State::Preview)?;
        }
        Ok(self)
    }

    fn sets_base(&self) -> bool {
        self.preset.is_some() || self.select.is_some()
    }
}

/// What all places together select: a later one overrules an earlier one. The last that names a preset or selects rules
/// says where to begin; then each in turn adds its own and takes away what it ignores. Words that name nothing are passed
/// over, see [`Choice::verified`].
pub fn resolve<'a>(choices: impl IntoIterator<Item = &'a Choice>) -> Selection {
    let choices: Vec<&Choice> = choices.into_iter().collect();
    let state = preview(&choices);
    let rules = |words: &[String]| -> Vec<RuleId> {
        words.iter().flat_map(|word| named(word, state).unwrap_or_default()).collect()
    };
    let base = choices.iter().rposition(|choice| choice.sets_base());
    let mut selection = match base.map(|index| choices[index]) {
        Some(Choice { select: Some(_), .. }) => Selection::of([]),
        Some(Choice { preset, .. }) => Selection::preset(preset.unwrap_or_default(), state),
        None => Selection::preset(pinned(&choices), state),
    };
    for (index, choice) in choices.iter().enumerate() {
        if let Some(select) = choice.select.as_ref().filter(|_| base == Some(index)) {
            selection = Selection::of(rules(select));
        }
        selection.add(rules(&choice.extend_select));
        selection.remove(rules(&choice.ignore));
    }
    for choice in choices {
        set_severities(&mut selection, choice);
    }
    selection
}

/// The preset that these choices begin with.
pub fn pinned(choices: &[&Choice]) -> Pinned {
    choices.iter().rev().find_map(|choice| choice.preset).unwrap_or_default()
}

/// How far the rules of presets and families must have come.
fn preview(choices: &[&Choice]) -> State {
    match choices.iter().rev().find_map(|choice| choice.preview) {
        Some(true) => State::Preview,
        _ => State::Stable,
    }
}

/// A rule's own severity goes before that of its family.
fn set_severities(selection: &mut Selection, choice: &Choice) {
    let is_rule = |word: &str| super::find(word).is_some();
    let (rules, families): (Vec<_>, Vec<_>) = choice.severity.iter().partition(|(word, _)| is_rule(word));
    for (word, severity) in families.into_iter().chain(rules) {
        for rule in named(word, State::Preview).unwrap_or_default() {
            selection.set_severity(rule, *severity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, resolve};
    use crate::diagnostic::{RuleId, Severity};
    use crate::rules::{Pinned, Preset};

    const OPTIONS: &str = "missing-strict-mode";
    const PIPELINE: &str = "unchecked-pipeline";

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    fn select(names: &[&str]) -> Choice {
        Choice { select: Some(words(names)), ..Choice::default() }
    }

    fn extend(names: &[&str]) -> Choice {
        Choice { extend_select: words(names), ..Choice::default() }
    }

    fn ignore(names: &[&str]) -> Choice {
        Choice { ignore: words(names), ..Choice::default() }
    }

    fn preset(preset: Preset) -> Choice {
        Choice { preset: Some(Pinned { preset, version: 1 }), ..Choice::default() }
    }

    /// Whether the two rules speak.
    #[track_caller]
    fn check(choices: &[Choice], options: bool, pipeline: bool) {
        let selection = resolve(choices);
        let found = [OPTIONS, PIPELINE].map(|rule| selection.allows(RuleId(rule)));
        assert_eq!(found, [options, pipeline], "{choices:?}");
    }

    #[test]
    fn a_later_choice_overrules_an_earlier_one() {
        check(&[], true, true);
        check(&[ignore(&[OPTIONS])], false, true);
        check(&[ignore(&[OPTIONS]), extend(&[OPTIONS])], true, true);
        check(&[extend(&[OPTIONS]), ignore(&["strict-mode"])], false, true);
        check(&[select(&[OPTIONS]), select(&[PIPELINE])], false, true);
        check(&[select(&[OPTIONS]), ignore(&[OPTIONS])], false, false);
        check(&[ignore(&[OPTIONS]), select(&[OPTIONS])], true, false);
        check(&[select(&[PIPELINE]), extend(&["strict-mode"])], true, true);
        check(&[select(&[])], false, false);
    }

    #[test]
    fn a_preset_keeps_what_was_ignored_and_replaces_what_was_selected() {
        check(&[preset(Preset::Explicit)], false, true);
        check(&[preset(Preset::Explicit), extend(&[OPTIONS])], true, true);
        check(&[ignore(&[OPTIONS]), preset(Preset::Strict)], false, true);
        check(&[select(&[OPTIONS]), preset(Preset::Explicit)], false, true);
        let both = Choice { preset: Some(Pinned::default()), ..select(&[PIPELINE]) };
        check(&[both], false, true);
    }

    #[test]
    fn a_rule_goes_before_its_family() {
        let severity =
            [("pipelines", Severity::Info), (PIPELINE, Severity::Warning), ("strict-mode", Severity::Info)];
        let severity = severity.map(|(word, severity)| (word.to_owned(), severity)).into();
        let selection = resolve(&[Choice { severity, ..Choice::default() }]);
        assert_eq!(selection.severity(RuleId(PIPELINE)), Some(Severity::Warning));
        assert_eq!(selection.severity(RuleId(OPTIONS)), Some(Severity::Info));
    }

    #[test]
    fn a_word_that_is_none_is_told() {
        assert!(select(&["no-such-rule"]).verified().is_err());
        assert!(ignore(&["pipelines", OPTIONS]).verified().is_ok());
    }
}
