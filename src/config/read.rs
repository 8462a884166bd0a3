//! From a configuration file, and those that it extends, to what they say together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File as Handle;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::Spanned;

use super::file::File;
use super::patterns::Patterns;
use super::{Config, ConfigError};
use crate::rules::{Choice, State, named};
use crate::shell::knowledge::{CommandEntry, Vocabulary};

/// No configuration that a person writes is larger.
const LIMIT: u64 = 1024 * 1024;

/// A file's text with its path, for what is said of places in it.
struct Source {
    path: PathBuf,
    text: String,
}

/// Reads the configuration file at `path`, which is absolute, and the files that it extends.
///
/// # Errors
/// When one of them cannot be read, is no configuration, or extends itself.
pub(super) fn load(path: &Path) -> Result<Config, ConfigError> {
    let mut chain: Vec<(Source, File)> = Vec::new();
    let mut seen: Vec<PathBuf> = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let source = Source { text: read(&path)?, path };
        let file: File = toml::from_str(&source.text)
            .map_err(|error| ConfigError::toml(&source.path, &source.text, &error))?;
        seen.extend(source.path.canonicalize());
        next = extended(&source, &file, &seen)?;
        chain.push((source, file));
    }
    let mut config = Config::default();
    for (source, file) in chain.iter().rev() {
        source.add_to(&mut config, file)?;
    }
    Ok(config)
}

fn read(path: &Path) -> Result<String, ConfigError> {
    let bytes = bytes(path).map_err(|cause| ConfigError::whole(path, format!("cannot be read: {cause}")))?;
    if bytes.len() as u64 > LIMIT {
        return Err(ConfigError::whole(path, "larger than 1 MiB, which no configuration is"));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(error.as_bytes());
        ConfigError::at(path, &text, &(valid..valid), "this is not UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}

fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Handle::open(path)?.take(LIMIT + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// That there is a file at `path`, and nothing at which reading would wait for somebody to write.
///
/// # Errors
/// When it is a directory, a pipe or a device, or cannot be looked at.
pub(super) fn regular(path: &Path) -> Result<(), ConfigError> {
    match path.metadata() {
        Ok(metadata) if metadata.is_file() => Ok(()),
        Ok(_) => Err(ConfigError::whole(path, "cannot be read: it is not a regular file")),
        Err(cause) => Err(ConfigError::whole(path, format!("cannot be read: {cause}"))),
    }
}

/// The file that this one extends; `seen` are those that have led here, this one among them.
fn extended(source: &Source, file: &File, seen: &[PathBuf]) -> Result<Option<PathBuf>, ConfigError> {
    let Some(base) = &file.extend else { return Ok(None) };
    let path = source.directory().join(base.as_ref());
    let canonical = path
        .canonicalize()
        .map_err(|cause| source.error(base, format!("`{}` cannot be read: {cause}", base.as_ref())))?;
    regular(&path).map_err(|error| source.error(base, format!("`{}` {}", base.as_ref(), error.message)))?;
    if seen.contains(&canonical) {
        return Err(source.error(base, format!("`{}` leads back to a file that extends it", base.as_ref())));
    }
    Ok(Some(path))
}

impl Source {
    fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }

    fn error<T>(&self, at: &Spanned<T>, message: impl Into<String>) -> ConfigError {
        ConfigError::at(&self.path, &self.text, &at.span(), message)
    }

    /// Adds what this file says to what those say that it extends.
    fn add_to(&self, config: &mut Config, file: &File) -> Result<(), ConfigError> {
        config.files.insert(0, self.path.clone());
        config.choices.push(self.choice(file)?);
        config.exclude.push(self.patterns(&file.exclude)?);
        config.include.push(self.patterns(&file.include)?);
        for (pattern, rules) in &file.per_file_ignores {
            let ignore = Choice { ignore: self.rules(rules)?, ..Choice::default() };
            config.per_file.push((self.patterns([pattern])?, ignore));
        }
        if let Some(baseline) = &file.baseline {
            config.baseline = Some(self.directory().join(baseline));
        }
        self.add_vocabulary(config, file)
    }

    fn choice(&self, file: &File) -> Result<Choice, ConfigError> {
        let preset = file
            .preset
            .as_ref()
            .map(|preset| preset.as_ref().parse().map_err(|message: String| self.error(preset, message)));
        let mut severity = BTreeMap::new();
        for (word, level) in &file.severity {
            severity.insert(self.rule(word)?, *level);
        }
        Ok(Choice {
            preset: preset.transpose()?,
            preview: file.preview,
            select: file.select.as_deref().map(|words| self.rules(words)).transpose()?,
            extend_select: self.rules(&file.extend_select)?,
            ignore: self.rules(&file.ignore)?,
            severity,
            fix_style: file.fix_style,
        })
    }

    fn rules(&self, words: &[Spanned<String>]) -> Result<Vec<String>, ConfigError> {
        words.iter().map(|word| self.rule(word)).collect()
    }

    /// The name, when there is such a rule or family.
    fn rule(&self, word: &Spanned<String>) -> Result<String, ConfigError> {
        named(word.as_ref(), State::Preview).map_err(|message| self.error(word, message))?;
        Ok(word.as_ref().clone())
    }

    fn patterns<'a>(
        &self,
        patterns: impl IntoIterator<Item = &'a Spanned<String>>,
    ) -> Result<Patterns, ConfigError> {
        let patterns: Vec<&Spanned<String>> = patterns.into_iter().collect();
        let texts = patterns.iter().map(|pattern| pattern.as_ref().as_str());
        Patterns::new(self.directory(), texts)
            .map_err(|(index, message)| self.error(patterns[index], message))
    }

    fn add_vocabulary(&self, config: &mut Config, file: &File) -> Result<(), ConfigError> {
        if file.command.is_empty() && file.log_functions.is_empty() && file.success_words.is_empty() {
            return Ok(());
        }
        self.verify_commands(&file.command)?;
        for words in [&file.log_functions, &file.success_words] {
            if let Some(empty) = words.iter().find(|word| word.as_ref().trim().is_empty()) {
                return Err(self.error(empty, "an empty word means nothing"));
            }
        }
        let texts = |words: &[Spanned<String>]| words.iter().map(|word| word.as_ref().clone()).collect();
        let (logs, success): (Vec<String>, Vec<String>) =
            (texts(&file.log_functions), texts(&file.success_words));
        let known = &config.vocabulary;
        let entries: Vec<&CommandEntry> = file.command.iter().map(AsRef::as_ref).collect();
        let own = format!("{}{entries:?}{logs:?}{success:?}\n", known.own);
        let commands = known.commands.with_entries(file.command.iter().map(|entry| entry.as_ref().clone()));
        config.vocabulary = Arc::new(Vocabulary {
            commands: commands.map_err(|error| ConfigError::whole(&self.path, error.to_string()))?,
            claims: known.claims.with(&logs, &success),
            own,
        });
        Ok(())
    }

    fn verify_commands(&self, entries: &[Spanned<CommandEntry>]) -> Result<(), ConfigError> {
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for entry in entries {
            for name in entry.as_ref().names() {
                if name.is_empty() || name.contains(|c: char| c == '/' || c.is_whitespace()) {
                    let message =
                        format!("`{name}` is no command's name: write it without directory and arguments");
                    return Err(self.error(entry, message));
                }
                if !seen.insert(name) {
                    return Err(self.error(entry, format!("the command `{name}` is described twice")));
                }
            }
        }
        Ok(())
    }
}
