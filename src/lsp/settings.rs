//! The client's settings, which lie over the configuration files like the options of the command line.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use crate::config::{Origin, Overrides};
use crate::rules::Choice;
use crate::shell::Dialect;

/// The name under which clients keep them.
pub const SECTION: &str = "lintScripts";

/// Keys that concern the client alone.
const FOREIGN: [&str; 5] = ["path", "args", "trace", "importStrategy", "enable"];

/// What a user has set in his editor.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Settings {
    /// As `--preset`.
    preset: Option<String>,
    /// As `--preview`.
    preview: Option<bool>,
    /// As `--select`.
    select: Option<Vec<String>>,
    /// As `--extend-select`.
    extend_select: Vec<String>,
    /// As `--ignore`.
    ignore: Vec<String>,
    /// As `--shell`.
    shell: Option<Dialect>,
    /// As `--config`.
    config: Option<PathBuf>,
    /// As `--exclude`.
    exclude: Vec<String>,
    /// As `--external-sources`.
    pub external_sources: bool,
    /// Says at commands whose failure is lost that it is.
    pub inlay_hints: bool,
    /// Counts the commands of a script and of each function.
    pub code_lenses: Option<bool>,
}

impl Settings {
    /// Reads what a client has sent. What is wrong is told, and then nothing is set: a typo never switches a rule off in
    /// silence.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn read(value: &Value) -> Result<Self, String> {
        let own = value.get(SECTION).unwrap_or(value);
        let mut own = match own {
            Value::Object(own) => own.clone(),
            Value::Null => return Ok(Self::default()),
            _ => return Err(format!("the settings `{SECTION}` are no object")),
        };
        own.retain(|key, value| !value.is_null() && !FOREIGN.contains(&key.as_str()));
        let settings: Self = serde_json::from_value(Value::Object(own))
            .map_err(|cause| format!("the settings `{SECTION}` are passed over: {cause}"))?;
        let told = |cause| format!("the settings `{SECTION}` are passed over: {cause}");
        settings.choice().map_err(told)?;
        Ok(settings)
    }

    fn choice(&self) -> Result<Choice, String> {
        let preset = self.preset.as_deref().map(str::parse).transpose()?;
        Choice {
            preset,
            preview: self.preview,
            select: self.select.clone(),
            extend_select: self.extend_select.clone(),
            ignore: self.ignore.clone(),
            ..Choice::default()
        }
        .verified()
    }

    /// What lies over the configuration files.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            shell: self.shell,
            rules: self.choice().unwrap_or_default(),
            exclude: self.exclude.clone(),
            ..Overrides::default()
        }
    }

    /// Where configuration comes from.
    pub fn origin(&self) -> Origin {
        self.config.clone().map_or(Origin::Nearest, Origin::File)
    }

    /// Whether code lenses are wanted.
    pub fn code_lenses(&self) -> bool {
        self.code_lenses.unwrap_or(true)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Settings;

    #[test]
    fn settings_are_read_and_mistakes_told() {
        let read = |value| Settings::read(&value);
        assert_eq!(read(json!(null)), Ok(Settings::default()));
        assert_eq!(read(json!({"lintScripts": {"path": "x", "preset": null}})), Ok(Settings::default()));
        let some = read(json!({"preset": "strict", "inlayHints": true, "shell": "dash"})).unwrap();
        assert!(some.inlay_hints && some.code_lenses());
        for (wrong, part) in [
            (json!({"ignroe": []}), "ignroe"),
            (json!({"ignore": ["no-such-rule"]}), "no-such-rule"),
            (json!({"preset": "no-such-preset"}), "no-such-preset"),
            (json!({"shell": "fish"}), "fish"),
            (json!([1]), "no object"),
        ] {
            let error = read(wrong).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
