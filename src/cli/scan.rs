//! Doing something with every script at some paths: in parallel, in a stable order, each for itself.

use std::path::{Path, PathBuf};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::guard::guarded;
use super::output::{error, warning};
use crate::files::{
    Cause, Content, Discovery, DiskSources, Failure, Origin, discover, read, read_stdin, shown,
};

/// Deeply nested scripts make for deep recursion; only what is used of this is ever taken.
const STACK: usize = 64 * 1024 * 1024;
/// Scripts whose results are held at once.
const BATCH: usize = 256;

/// What a run works with.
pub struct Scan {
    pub sources: DiskSources,
    pool: ThreadPool,
}

/// Something that could not be done, with its path.
pub struct Trouble {
    pub path: PathBuf,
    pub message: String,
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self { message: failure.cause.to_string(), path: failure.path }
    }
}

impl Trouble {
    /// Says it on standard error.
    pub fn tell(&self) {
        error(&format!("{}: {}", shown(&self.path), self.message));
    }
}

impl Scan {
    /// In the working directory; an error is a sentence for the user.
    pub fn new() -> Result<Self, String> {
        let sources = DiskSources::within(Path::new("."))
            .map_err(|cause| format!("the working directory cannot be found: {cause}"))?;
        let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
        let pool = pool.map_err(|cause| format!("no threads can be started: {cause}"))?;
        Ok(Self { sources, pool })
    }

    /// Reads every script at `paths` and does `work` on it, several at once. The results go to `take` in the order of
    /// the scripts; what could not be done, among them a path with nothing to do, is given back.
    pub fn each<T: Send>(
        &self,
        paths: &[PathBuf],
        allow_empty: bool,
        work: impl Fn(&Origin, Content) -> T + Sync,
        mut take: impl FnMut(T),
    ) -> Vec<Trouble> {
        let found = discover(paths);
        let mut troubles = before(&found, allow_empty);
        troubles.extend(found.failures.into_iter().map(Trouble::from));
        for batch in found.origins.chunks(BATCH) {
            let one = |origin: &Origin| alone(origin, &work);
            let results: Vec<_> = self.pool.install(|| batch.par_iter().map(one).collect());
            for result in results {
                match result {
                    Ok(done) => take(done),
                    Err(trouble) => troubles.push(trouble),
                }
            }
        }
        troubles
    }
}

fn alone<T>(origin: &Origin, work: impl Fn(&Origin, Content) -> T) -> Result<T, Trouble> {
    let content = match origin {
        Origin::Stdin => read_stdin()?,
        Origin::File(path) => read(path)?,
    };
    guarded(|| work(origin, content)).map_err(|said| Trouble {
        path: origin.path().to_owned(),
        message: format!("not checked, lint-scripts crashed on it; please report this: {said}"),
    })
}

/// A directory without a script is odd where other paths have some, and a failure where nothing at all was found.
fn before(found: &Discovery, allow_empty: bool) -> Vec<Trouble> {
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

    use super::Scan;
    use crate::cli::guard;

    #[test]
    fn a_crash_on_one_script_leaves_the_others_and_their_order() {
        guard::install();
        let root = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..300).map(|number| format!("{number:03}.sh")).collect();
        for name in &names {
            File::create(root.path().join(name)).unwrap().write_all(name.as_bytes()).unwrap();
        }
        let mut done = Vec::new();
        let troubles = Scan::new().unwrap().each(
            &[root.path().to_owned()],
            false,
            |_, content| {
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
