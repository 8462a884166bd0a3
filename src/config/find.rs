//! Which configuration governs which file.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::patterns::Patterns;
use super::read::{load, regular};
use super::{Config, ConfigError};
use crate::check::{Comments, Settings};
use crate::files::{shown, written};
use crate::rules::{Choice, resolve};
use crate::shell::Dialect;

/// The names of configuration files.
const NAMES: [&str; 2] = ["lint-scripts.toml", ".lint-scripts.toml"];

/// Where configuration comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// For each script the nearest file, in its directory or above.
    Nearest,
    /// This file, for all scripts.
    File(PathBuf),
    /// None is read.
    Nowhere,
}

/// What overrules all configuration files: the command line.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The shell to assume.
    pub shell: Option<Dialect>,
    /// Of the rules.
    pub rules: Choice,
    /// What is left out besides, relative to the working directory.
    pub exclude: Vec<String>,
    /// What is a script besides, relative to the working directory.
    pub include: Vec<String>,
    /// Whether comments take findings away.
    pub comments: Comments,
    /// The day by which suppressions expire.
    pub today: Option<Date>,
}

/// A configuration that could be read, or what is wrong with it.
type Read = Result<Arc<Config>, Arc<ConfigError>>;

/// The configurations of a run, each read once.
#[derive(Debug)]
pub struct Configs {
    /// Absolute, as are all paths here.
    working: PathBuf,
    /// The one configuration of all scripts; `None` for the nearest of each.
    only: Option<Arc<Config>>,
    overrides: Overrides,
    exclude: Patterns,
    include: Patterns,
    /// By directory.
    known: Mutex<HashMap<PathBuf, Read>>,
}

impl Configs {
    /// For scripts whose paths are relative to the directory `working`.
    ///
    /// # Errors
    /// When `working` does not exist, the one configuration of all cannot be used, or a pattern to leave out is none.
    pub fn new(working: &Path, origin: &Origin, overrides: Overrides) -> Result<Self, ConfigError> {
        let working = std::path::absolute(working)
            .map_err(|cause| ConfigError::whole(working, format!("cannot be found: {cause}")))?;
        let only = match origin {
            Origin::Nearest => None,
            Origin::Nowhere => Some(Arc::default()),
            Origin::File(path) => {
                let config = load(&written(&working.join(path)));
                Some(Arc::new(config.map_err(|error| shorten(error, &working))?))
            }
        };
        let exclude = from_option("--exclude", &working, &overrides.exclude)?;
        let include = from_option("--include", &working, &overrides.include)?;
        Ok(Self { working, only, overrides, exclude, include, known: Mutex::default() })
    }

    /// The configuration that governs the script at `path`, or the scripts in a directory's place there.
    ///
    /// # Errors
    /// When that configuration cannot be used.
    pub fn of(&self, path: &Path) -> Read {
        match &self.only {
            Some(only) => Ok(Arc::clone(only)),
            None => self.nearest(self.absolute(path).parent().unwrap_or(&self.working)),
        }
    }

    /// What the check of the script at `path` depends on.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub fn settings(&self, path: &Path) -> Result<Settings, Arc<ConfigError>> {
        let config = self.of(path)?;
        let absolute = self.absolute(path);
        let own = config.per_file.iter().filter(|(patterns, _)| patterns.matches(&absolute));
        let choices = config.choices.iter().chain([&self.overrides.rules]);
        let style = choices.clone().filter_map(|choice| choice.fix_style).next_back().unwrap_or_default();
        Ok(Settings {
            style,
            shell: self.overrides.shell,
            rules: resolve(choices.chain(own.map(|(_, ignore)| ignore))),
            vocabulary: Arc::clone(&config.vocabulary),
            comments: self.overrides.comments,
            today: self.overrides.today,
        })
    }

    /// Whether the file or directory at `path` is to be left out. Where the configuration cannot be used nothing is: that is
    /// said when it is asked for.
    pub fn is_excluded(&self, path: &Path) -> bool {
        self.matches(path, &self.exclude, |config| &config.exclude)
    }

    /// Whether the file at `path` is to be taken for a script, whatever it looks like. Where the configuration cannot be used
    /// nothing is.
    pub fn is_included(&self, path: &Path) -> bool {
        self.matches(path, &self.include, |config| &config.include)
    }

    fn matches(&self, path: &Path, own: &Patterns, of: impl Fn(&Config) -> &[Patterns]) -> bool {
        let absolute = self.absolute(path);
        let configured = |config: Arc<Config>| of(&config).iter().any(|patterns| patterns.matches(&absolute));
        own.matches(&absolute) || self.of(path).is_ok_and(configured)
    }

    /// A path of a configuration as a user in the working directory would write it.
    pub fn shortened(&self, path: &Path) -> PathBuf {
        shortened(path, &self.working)
    }

    /// The path of a script as seen from a directory above it, with `/`; as it is given, where the directory is none.
    pub fn relative(&self, script: &Path, directory: &Path) -> String {
        if script == Path::new("-") {
            return "-".to_owned();
        }
        let script = self.absolute(script);
        let inside = script.strip_prefix(self.absolute(directory));
        shown(inside.unwrap_or(&script))
    }

    /// Whether there is something at a path that is relative to a directory.
    pub fn exists(&self, directory: &Path, path: &str) -> bool {
        self.absolute(directory).join(path).symlink_metadata().is_ok()
    }

    fn absolute(&self, path: &Path) -> PathBuf {
        written(&self.working.join(path))
    }

    fn nearest(&self, directory: &Path) -> Read {
        if let Some(known) = self.lock().get(directory) {
            return known.clone();
        }
        let found = match here(directory) {
            Ok(Some(path)) => regular(&path).and_then(|()| load(&path)).map(Arc::new),
            Ok(None) => match directory.parent() {
                Some(above) => return self.remember(directory, self.nearest(above)),
                None => Ok(Arc::default()),
            },
            Err(error) => Err(error),
        };
        self.remember(directory, found.map_err(|error| Arc::new(shorten(error, &self.working))))
    }

    fn remember(&self, directory: &Path, found: Read) -> Read {
        self.lock().insert(directory.to_owned(), found.clone());
        found
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Read>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The patterns that an option of the command line has given.
fn from_option(option: &str, working: &Path, patterns: &[String]) -> Result<Patterns, ConfigError> {
    Patterns::new(working, patterns.iter().map(String::as_str)).map_err(|(index, message)| {
        ConfigError::whole(Path::new(option), format!("`{}`: {message}", patterns[index]))
    })
}

/// The configuration file in a directory.
fn here(directory: &Path) -> Result<Option<PathBuf>, ConfigError> {
    let mut found = Vec::new();
    for path in NAMES.map(|name| directory.join(name)) {
        match path.symlink_metadata() {
            Ok(_) => found.push(path),
            Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(cause) => return Err(ConfigError::whole(&path, format!("cannot be read: {cause}"))),
        }
    }
    if let [first, _] = found.as_slice() {
        return Err(ConfigError::whole(first, format!("there is a {} beside it: keep one", NAMES[1])));
    }
    Ok(found.pop())
}

fn shorten(error: ConfigError, working: &Path) -> ConfigError {
    ConfigError { path: shortened(&error.path, working), ..error }
}

fn shortened(path: &Path, working: &Path) -> PathBuf {
    match path.strip_prefix(working) {
        Ok(rest) if rest == Path::new("") => PathBuf::from("."),
        Ok(rest) => rest.to_owned(),
        Err(_) => path.to_owned(),
    }
}
