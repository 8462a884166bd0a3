//! `lint-scripts explain` and `lint-scripts rules`: what the rules say of themselves.

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::Outcome;
use super::args::Format;
use super::output::{Output, error};
use crate::diagnostic::Severity;
use crate::report::{json_line, summary_of};
use crate::rules::{self, Pinned, Preset, Rule, State, unknown};

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
            json_line(&Listing { version: 1, rules: rules::ALL.iter().copied().map(Listed::new).collect() })
        }
    });
    output.outcome()
}

fn lines(all: &[&Rule]) -> String {
    let rows: Vec<[String; 5]> = all
        .iter()
        .map(|rule| {
            let name = rule.id.0.to_owned();
            let family = rule.family.name().to_owned();
            [name, rule.severity.word().to_owned(), family, presets(rule), summary_of(rule.page)]
        })
        .collect();
    columns(&rows)
}

/// Rows under one another, each cell as wide as the widest of its column; the last as wide as it is.
pub fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N - 1).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}  ", " ".repeat(width - cell.width())));
        cells.collect::<String>() + &row[N - 1] + "\n"
    };
    rows.iter().map(line).collect()
}

/// Who hears the rule, in few words.
fn presets(rule: &Rule) -> String {
    if rule.state == State::Preview {
        return "preview".to_owned();
    }
    let is_in = |preset: &Preset| rule.presets.since(*preset).is_some();
    let others = Preset::ALL.into_iter().filter(|&preset| preset != Preset::All);
    let missing: Vec<&str> = others.clone().filter(|preset| !is_in(preset)).map(Preset::name).collect();
    if is_in(&Preset::Recommended) {
        let but = if missing.is_empty() { String::new() } else { format!(" but {}", missing.join(", ")) };
        return format!("every{but}");
    }
    let named: Vec<&str> = others.filter(is_in).map(Preset::name).collect();
    if named.is_empty() { Preset::All.name().to_owned() } else { named.join(", ") }
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
    /// The versions that brought it: `recommended@1`.
    presets: Vec<String>,
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
            presets: pinned(rule).map(|pinned| pinned.to_string()).collect(),
            summary: summary_of(rule.page),
            url: None,
        }
    }
}

fn pinned(rule: &Rule) -> impl Iterator<Item = Pinned> {
    Preset::ALL.into_iter().filter_map(|preset| Some(Pinned { preset, version: rule.presets.since(preset)? }))
}

#[cfg(test)]
mod tests {
    use super::{lines, presets};
    use crate::diagnostic::{RuleId, Severity};
    use crate::rules::{Family, Fixes, Focus, Preset, Presets, Rule, State};

    fn rule(name: &'static str, severity: Severity, presets: Presets, state: State) -> Rule {
        Rule {
            id: RuleId(name),
            family: Family::Pipelines,
            severity,
            since: "0.1.0",
            state,
            focus: Focus::Construct,
            fixes: Fixes::Never,
            presets,
            page: "# a-rule\n\nWhat it finds,\nin a sentence.\n\n## Why\n\nBecause.\n",
            check: |_, _| {},
        }
    }

    #[test]
    fn rules_stand_in_columns() {
        let every = Presets::every(1);
        let all = [
            rule("a-rule", Severity::Error, every, State::Stable),
            rule("another-rule", Severity::Info, every, State::Preview),
        ];
        assert_eq!(
            lines(&[&all[0], &all[1]]),
            "a-rule        error  pipelines  every    What it finds, in a sentence.\n\
             another-rule  info   pipelines  preview  What it finds, in a sentence.\n"
        );
    }

    #[test]
    fn presets_are_told_in_few_words() {
        let told = |of| presets(&rule("a-rule", Severity::Error, of, State::Stable));
        assert_eq!(told(Presets::every(1)), "every");
        assert_eq!(told(Presets::every(1).but_not(Preset::Explicit)), "every but explicit");
        assert_eq!(told(Presets::only(&[Preset::Cron, Preset::Ci], 1)), "cron, ci");
        assert_eq!(told(Presets::only(&[], 1)), "all");
    }
}
