//! `--watch`: a run for each change. What has not changed comes from the cache.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use notify::{Event, EventKind, RecursiveMode, Watcher};

use super::Outcome;
use super::output::{error, on_terminal, raw_output, say};

/// A program that saves does so in several steps.
const QUIET: Duration = Duration::from_millis(100);

type Events = Receiver<notify::Result<Event>>;

/// Runs, and again after each change at the paths or in the working directory, until somebody ends it. What the runs write
/// themselves is no change.
pub fn run(paths: &[PathBuf], written: &[PathBuf], mut lint: impl FnMut() -> Outcome) -> Outcome {
    if paths.iter().any(|path| path == Path::new("-")) {
        error("--watch waits for files to change, and standard input is none");
        return Outcome::Failed;
    }
    let watched = watch(paths);
    let (_watcher, events) = match watched {
        Ok(watched) => watched,
        Err(cause) => {
            error(&format!("changes cannot be watched: {cause}"));
            return Outcome::Failed;
        }
    };
    let own: Vec<PathBuf> = written.iter().filter_map(|path| std::path::absolute(path).ok()).collect();
    loop {
        if on_terminal() {
            raw_output(b"\x1b[2J\x1b[H");
        }
        lint();
        say("watching for changes; Ctrl-C ends it");
        if let Err(cause) = next(&events, &own) {
            error(&format!("changes cannot be watched any more: {cause}"));
            return Outcome::Failed;
        }
    }
}

fn watch(paths: &[PathBuf]) -> notify::Result<(impl Watcher, Events)> {
    let (sender, events) = mpsc::channel();
    let mut watcher = notify::recommended_watcher(sender)?;
    // Configurations and sourced files lie there, too.
    watcher.watch(Path::new("."), RecursiveMode::Recursive)?;
    for path in paths.iter().filter(|path| path.exists()) {
        watcher.watch(path, RecursiveMode::Recursive)?;
    }
    Ok((watcher, events))
}

/// Waits for a change, and for an end of changes.
fn next(events: &Events, own: &[PathBuf]) -> Result<(), String> {
    let gone = |_| "the watcher has ended".to_owned();
    loop {
        let event = events.recv().map_err(gone)?.map_err(|cause| cause.to_string())?;
        if matters(&event, own) {
            break;
        }
    }
    while events.recv_timeout(QUIET).is_ok() {}
    Ok(())
}

fn matters(event: &Event, own: &[PathBuf]) -> bool {
    let is_ours = |path: &PathBuf| own.iter().any(|own| own == path);
    let is_git = |path: &PathBuf| path.components().any(|part| part.as_os_str() == ".git");
    let reads = matches!(event.kind, EventKind::Access(_));
    !reads && event.paths.iter().any(|path| !is_ours(path) && !is_git(path))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use notify::event::{AccessKind, CreateKind};
    use notify::{Event, EventKind};

    use super::matters;

    #[test]
    fn what_a_run_reads_and_writes_is_no_change() {
        let event = |kind, path: &str| Event::new(kind).add_path(PathBuf::from(path));
        let own = [PathBuf::from("/p/report.json")];
        let made = EventKind::Create(CreateKind::File);
        assert!(matters(&event(made, "/p/a.sh"), &own));
        assert!(!matters(&event(made, "/p/report.json"), &own));
        assert!(!matters(&event(made, "/p/.git/index"), &own));
        assert!(!matters(&event(EventKind::Access(AccessKind::Read), "/p/a.sh"), &own));
    }
}
