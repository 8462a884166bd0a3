//! `lint-scripts explain` and `lint-scripts rules`: what the rules say of themselves.

use serde::Serialize;

use super::Outcome;
use super::args::Format;
use super::lint::json;
use super::output::{Output, error};
use crate::diagnostic::Severity;
use crate::rules::{self, Rule, State};

/// Below this, two names have nothing to do with each other.
const ALIKE: f64 = 0.6;

/// Prints the page of the rule of that name.
pub fn page(name: &str) -> Outcome {
    let Some(rule) = rules::find(name) else {
        error(&unknown(name));
        return Outcome::Failed;
    };
    let mut output = Output::default();
    output.print(rule.page.as_bytes());
    output.outcome()
}

/// Prints all rules.
pub fn list(format: Format) -> Outcome {
    let mut output = Output::default();
    output.print(&match format {
        Format::Text => lines(rules::ALL).into_bytes(),
        Format::Json => {
            json(&Listing { version: 1, rules: rules::ALL.iter().copied().map(Listed::new).collect() })
        }
    });
    output.outcome()
}

/// That there is no rule of a name, and which one may be meant.
pub fn unknown(name: &str) -> String {
    let nearest = nearest(name, rules::ALL.iter().map(|rule| rule.id.0));
    let hint = nearest.map_or_else(
        || "`lint-scripts rules` lists all".to_owned(),
        |nearest| format!("did you mean `{nearest}`?"),
    );
    format!("there is no rule `{name}`; {hint}")
}

fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = names.map(|other| (strsim::normalized_damerau_levenshtein(name, other), other));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(score, _)| *score >= ALIKE).map(|(_, other)| other)
}

fn lines(all: &[&Rule]) -> String {
    let width = all.iter().map(|rule| rule.id.0.len()).max().unwrap_or(0);
    let line = |rule: &&Rule| {
        let preview = if rule.state == State::Preview { " (preview)" } else { "" };
        format!("{:width$}  {:7}  {}{preview}\n", rule.id.0, word(rule.severity), summary(rule.page))
    };
    all.iter().map(line).collect()
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// The first paragraph below the title.
fn summary(page: &str) -> String {
    let text = page.lines().map(str::trim).skip_while(|line| line.is_empty() || line.starts_with('#'));
    text.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[derive(Serialize)]
struct Listing {
    version: u32,
    rules: Vec<Listed>,
}

#[derive(Serialize)]
struct Listed {
    name: &'static str,
    family: &'static str,
    severity: Severity,
    since: &'static str,
    preview: bool,
    summary: String,
    url: Option<String>,
}

impl Listed {
    fn new(rule: &Rule) -> Self {
        Self {
            name: rule.id.0,
            family: rule.family.name(),
            severity: rule.severity,
            since: rule.since,
            preview: rule.state == State::Preview,
            summary: summary(rule.page),
            url: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{lines, nearest, summary};
    use crate::diagnostic::{RuleId, Severity};
    use crate::rules::{Family, Fixes, Focus, Rule, State};

    #[test]
    fn a_slip_of_the_keyboard_finds_its_rule() {
        let names = ["missing-strict-mode", "unchecked-pipeline"];
        assert_eq!(nearest("unchecked-pipelines", names.into_iter()), Some("unchecked-pipeline"));
        assert_eq!(nearest("missing-strict", names.into_iter()), Some("missing-strict-mode"));
        assert_eq!(nearest("SC2086", names.into_iter()), None);
    }

    #[test]
    fn rules_stand_in_columns() {
        let rule = |name, severity| Rule {
            id: RuleId(name),
            family: Family::Pipelines,
            severity,
            since: "0.1.0",
            state: State::Stable,
            focus: Focus::Construct,
            fixes: Fixes::Never,
            page: "# a-rule\n\nWhat it finds,\nin a sentence.\n\n## Why\n\nBecause.\n",
            check: |_, _| {},
        };
        let all = [rule("a-rule", Severity::Error), rule("another-rule", Severity::Info)];
        assert_eq!(
            lines(&[&all[0], &all[1]]),
            "a-rule        error    What it finds, in a sentence.\n\
             another-rule  info     What it finds, in a sentence.\n"
        );
        assert_eq!(summary(""), "");
    }
}
