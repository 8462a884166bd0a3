//! Doing something with every script at some paths: in parallel, in a stable order, each for itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::args::{Reading, Suppressing};
use super::output::{error, say, warning};
use super::progress::Progress;
use crate::check::Settings;
use crate::config::{ConfigError, Configs};
use crate::files::{
    Cause, Content, Discovery, DiskSources, Failure, Origin, Search, Shard, read, read_stdin, shown,
};
use crate::guard::guarded;
use crate::rules::Choice;

/// Deeply nested scripts make for deep recursion; only what is used of this is ever taken.
const STACK: usize = 64 * 1024 * 1024;
/// Scripts whose results are held at once.
const BATCH: usize = 256;

/// What a run works with.
pub struct Scan {
    pub sources: DiskSources,
    pub configs: Arc<Configs>,
    search: Search,
    /// The part of the scripts that is looked at; all without one.
    shard: Option<Shard>,
    allow_empty: bool,
    pool: ThreadPool,
}

/// Something that could not be done, with its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    pub path: PathBuf,
    /// Line and column, 1-based.
    pub at: Option<(u32, u32)>,
    pub message: String,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::whole(failure.path, failure.cause.to_string())
    }
}

impl From<Arc<ConfigError>> for Trouble {
    /// Told once, however many scripts the configuration governs.
    fn from(error: Arc<ConfigError>) -> Self {
        Self { path: error.path.clone(), at: error.at, message: error.message.clone() }
    }
}

impl Trouble {
    /// About a whole path.
    pub fn whole(path: impl Into<PathBuf>, message: impl Into<String>) -> Self {
        Self { path: path.into(), at: None, message: message.into() }
    }

    /// Says it on standard error.
    pub fn tell(&self) {
        error(&self.text());
    }

    /// A sentence for the user, with its place.
    pub fn text(&self) -> String {
        let place = self.at.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"));
        format!("{}{place}: {}", shown(&self.path), self.message)
    }

    /// The message where no place stands beside the path.
    pub fn placed(&self) -> String {
        let message = &self.message;
        self.at.map_or_else(
            || message.clone(),
            |(line, column)| format!("line {line}, column {column}: {message}"),
        )
    }
}

impl Scan {
    /// In the working directory; an error is a sentence for the user. `rules` is what the command line says of them.
    pub fn new(reading: &Reading, rules: Choice, comments: &Suppressing) -> Result<Self, String> {
        let sources = DiskSources::within(Path::new("."))
            .map_err(|cause| format!("the working directory cannot be found: {cause}"))?;
        let sources = if reading.external_sources { sources.everywhere() } else { sources };
        let configs = Arc::new(reading.configs(rules, comments)?);
        let search = reading.finding.search(&configs);
        let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
        let pool = pool.map_err(|cause| format!("no threads can be started: {cause}"))?;
        Ok(Self { sources, configs, search, shard: None, allow_empty: reading.finding.allow_empty, pool })
    }

    /// The same, of one part of the scripts.
    #[must_use]
    pub fn only(self, shard: Option<Shard>) -> Self {
        Self { shard, ..self }
    }

    /// Reads every script at `paths` and does `work` on it, several at once. The results go to `take` in the order of
    /// the scripts; what could not be done, among them a path with nothing to do, is given back.
    pub fn each<T: Send>(
        &self,
        paths: &[PathBuf],
        work: impl Fn(&Origin, Content, &Settings) -> T + Sync,
        mut take: impl FnMut(T),
    ) -> Vec<Trouble> {
        let (origins, mut troubles) = self.found(paths);
        let progress = Progress::over(origins.len());
        for batch in origins.chunks(BATCH) {
            let one = |origin: &Origin| {
                let result = self.alone(origin, &work);
                progress.step();
                result
            };
            let results: Vec<_> = self.pool.install(|| batch.par_iter().map(one).collect());
            progress.aside(|| {
                for result in results {
                    match result {
                        Ok(done) => take(done),
                        Err(trouble) => troubles.push(trouble),
                    }
                }
            });
        }
        troubles.sort_by(|a, b| (&a.path, a.at, &a.message).cmp(&(&b.path, b.at, &b.message)));
        troubles.dedup();
        troubles
    }

    /// The scripts at `paths`, and what could not be looked at.
    pub fn found(&self, paths: &[PathBuf]) -> (Vec<Origin>, Vec<Trouble>) {
        let found = self.search.run(paths);
        let mut troubles = before(&found, self.allow_empty);
        troubles.extend(found.failures.into_iter().map(Trouble::from));
        let mut origins = found.origins;
        if let Some(shard) = self.shard {
            // Whatever way leads to a script, it is in the same part.
            origins.retain(|origin| shard.holds(&self.configs.relative(origin.path(), Path::new(""))));
        }
        (origins, troubles)
    }

    fn alone<T>(
        &self,
        origin: &Origin,
        work: impl Fn(&Origin, Content, &Settings) -> T,
    ) -> Result<T, Trouble> {
        let settings = self.configs.settings(origin.path())?;
        let content = match origin {
            Origin::Stdin => read_stdin()?,
            Origin::File(path) => read(path)?,
        };
        guarded(|| work(origin, content, &settings)).map_err(|said| {
            let message = format!("not checked, lint-scripts crashed on it; please report this: {said}");
            Trouble::whole(origin.path(), message)
        })
    }
}

/// A directory without a script is odd where other paths have some, and a failure where nothing at all was found.
fn before(found: &Discovery, allow_empty: bool) -> Vec<Trouble> {
    for path in &found.excluded {
        warning(&format!("{}: excluded, not checked", shown(path)));
    }
    if let [first, rest @ ..] = found.generated.as_slice() {
        let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
        say(&format!("not checked, generated: {}{more}; --include takes them", shown(first)));
    }
    let failures = found.empty.iter().map(|directory| Failure::new(directory, Cause::NoScript));
    if found.origins.is_empty() && !allow_empty {
        return failures.map(Trouble::from).collect();
    }
    for failure in failures {
        warning(&failure.to_string());
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::Write;

    use clap::Parser;

    use super::Scan;
    use crate::cli::args::Arguments;
    use crate::guard;
    use crate::rules::Choice;

    #[test]
    fn a_crash_on_one_script_leaves_the_others_and_their_order() {
        guard::install();
        let root = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..300).map(|number| format!("{number:03}.sh")).collect();
        for name in &names {
            File::create(root.path().join(name)).unwrap().write_all(name.as_bytes()).unwrap();
        }
        let mut done = Vec::new();
        let lint = Arguments::try_parse_from(["lint-scripts", "--isolated"]).unwrap().lint;
        let troubles = Scan::new(&lint.reading, Choice::default(), &lint.comments).unwrap().each(
            &[root.path().to_owned()],
            |_, content, _| {
                let text = String::from_utf8_lossy(&content.bytes).into_owned();
                assert_ne!(text, "007.sh", "a rule broke");
                text
            },
            |text| done.push(text),
        );
        let [trouble] = troubles.as_slice() else { panic!("one trouble, not {}", troubles.len()) };
        assert!(trouble.path.ends_with("007.sh"));
        assert!(trouble.message.contains("a rule broke"), "{}", trouble.message);
        let others: Vec<&String> = names.iter().filter(|name| *name != "007.sh").collect();
        assert_eq!(done.iter().collect::<Vec<_>>(), others);
    }
}
