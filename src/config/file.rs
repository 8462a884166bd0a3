//! What a configuration file may say. The doc comments of the fields are the descriptions in the schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use crate::diagnostic::{Severity, Style};
use crate::shell::knowledge::CommandEntry;

/// A map in which each key knows its place.
pub(super) type Table<T> = BTreeMap<Spanned<String>, T>;

/// The settings of lint-scripts for a project: `lint-scripts.toml` or `.lint-scripts.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "lint-scripts.toml")]
pub(super) struct File {
    /// Another configuration file, from which all is taken over that this one does not say. Relative to this file.
    #[schemars(with = "Option<String>")]
    pub extend: Option<Spanned<String>>,
    /// The rules that speak: `recommended`, `strict`, `explicit`, `cron`, `ci` or `all`; with `@1` behind it, its version 1
    /// and no later one.
    #[schemars(
        with = "Option<String>",
        regex(pattern = r"^(recommended|strict|explicit|cron|ci|all)(@[0-9]+)?$")
    )]
    pub preset: Option<Spanned<String>>,
    /// Whether rules that were not yet measured are among those of the preset, and of families.
    pub preview: Option<bool>,
    /// Only these rules speak, instead of a preset's; a family's name stands for all of its rules.
    #[schemars(with = "Option<Vec<String>>")]
    pub select: Option<Vec<Spanned<String>>>,
    /// These rules speak, too.
    #[schemars(with = "Vec<String>")]
    pub extend_select: Vec<Spanned<String>>,
    /// These rules do not speak.
    #[schemars(with = "Vec<String>")]
    pub ignore: Vec<Spanned<String>>,
    /// By rule or family: how bad what it finds is.
    #[schemars(with = "BTreeMap<String, Severity>")]
    pub severity: Table<Severity>,
    /// Which of several ways to mend a finding goes first: `strict` by options for the whole file, `explicit` by `|| exit 1`
    /// at each command. One that is safe goes before one that is not.
    pub fix_style: Option<Style>,
    /// Files and directories that are left out when a directory is searched. A pattern without `/` is met by a name at any
    /// depth, others by the path from this file's directory; `*` stops at `/`, `**` does not.
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Spanned<String>>,
    /// Files that are taken for scripts when a directory is searched, whatever they are called and whoever has written them:
    /// `.bashrc`, `configure`. Patterns in the form of `exclude`, which goes before.
    #[schemars(with = "Vec<String>")]
    pub include: Vec<Spanned<String>>,
    /// By pattern, in the form of `exclude`: the rules that do not speak of these files.
    #[schemars(with = "BTreeMap<String, Vec<String>>")]
    pub per_file_ignores: Table<Vec<Spanned<String>>>,
    /// A file of findings that are accepted, as `--write-baseline` writes it. Relative to this file.
    pub baseline: Option<String>,
    /// Functions and commands of the project that print a message.
    #[schemars(with = "Vec<String>")]
    pub log_functions: Vec<Spanned<String>>,
    /// Words, or a few words in a row, by which the project's scripts say that all went well.
    #[schemars(with = "Vec<String>")]
    pub success_words: Vec<Spanned<String>>,
    /// What commands of the project do, in the words of the built-in tables.
    #[schemars(with = "Vec<CommandEntry>")]
    pub command: Vec<Spanned<CommandEntry>>,
}

/// The JSON schema of configuration files, as it is published in `docs/lint-scripts.schema.json`.
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(File)
}
