//! `lint-scripts config`: the settings that hold for a script, and where they come from.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::Outcome;
use super::args::{Config as Arguments, Format, Suppressing};
use super::explain::columns;
use super::output::{Output, error};
use crate::check::Settings;
use crate::config::{Config, ConfigError, Configs};
use crate::diagnostic::Severity;
use crate::files::shown;
use crate::report::{clean_word, json_line};
use crate::rules;

/// Prints the settings for one path.
pub fn show(arguments: &Arguments) -> Outcome {
    let shown = arguments.rules.choice().and_then(|rules| {
        let configs = arguments.reading.configs(rules, &Suppressing::default())?;
        Shown::new(&configs, &arguments.path).map_err(|error| error.to_string())
    });
    match shown {
        Ok(shown) => {
            let mut output = Output::default();
            output.print(&match arguments.format {
                Format::Text => shown.text().into_bytes(),
                Format::Json => json_line(&shown),
            });
            output.outcome()
        }
        Err(message) => {
            error(&message);
            Outcome::Failed
        }
    }
}

#[derive(Serialize)]
struct Shown {
    version: u32,
    path: String,
    /// The configuration file, and those that it extends.
    files: Vec<String>,
    excluded: bool,
    baseline: Option<String>,
    shell: Option<String>,
    rules: Vec<Spoken>,
}

/// A rule that speaks.
#[derive(Serialize)]
struct Spoken {
    name: &'static str,
    severity: Severity,
}

impl Shown {
    fn new(configs: &Configs, path: &Path) -> Result<Self, Arc<ConfigError>> {
        // In a directory, what would hold for a script in it.
        let script = if path.is_dir() { path.join("script") } else { path.to_owned() };
        let config: Arc<Config> = configs.of(&script)?;
        let settings: Settings = configs.settings(&script)?;
        let named = |file: &PathBuf| shown(&configs.shortened(file));
        let rules = rules::ALL.iter().filter(|rule| settings.rules.allows(rule.id)).map(|rule| Spoken {
            name: rule.id.0,
            severity: settings.rules.severity(rule.id).unwrap_or(rule.severity),
        });
        Ok(Self {
            version: 1,
            path: shown(path),
            files: config.files.iter().map(named).collect(),
            excluded: configs.is_excluded(path),
            baseline: config.baseline.as_ref().map(named),
            shell: settings.shell.map(|shell| shell.name().to_owned()),
            rules: rules.collect(),
        })
    }

    fn text(&self) -> String {
        let (file, extended) =
            self.files.split_first().map_or(("none", &[][..]), |(file, rest)| (file, rest));
        let mut rows = vec![("for", self.path.clone()), ("configuration", file.to_owned())];
        rows.extend(extended.iter().map(|file| ("  which extends", file.clone())));
        rows.push(("excluded", if self.excluded { "yes" } else { "no" }.to_owned()));
        rows.push(("baseline", self.baseline.clone().unwrap_or_else(|| "none".to_owned())));
        rows.push(("shell", self.shell.clone().unwrap_or_else(|| "as the script says".to_owned())));
        let settings: Vec<[String; 2]> =
            rows.into_iter().map(|(name, value)| [name.to_owned(), clean_word(&value)]).collect();
        let rules: Vec<[String; 2]> =
            self.rules.iter().map(|rule| [rule.name.to_owned(), rule.severity.word().to_owned()]).collect();
        let speak = if rules.len() == 1 {
            "1 rule speaks".to_owned()
        } else {
            format!("{} rules speak", rules.len())
        };
        format!("{}\n{speak}:\n{}", columns(&settings), columns(&rules))
    }
}
