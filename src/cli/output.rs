//! Standard output and standard error.

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::Outcome;
use super::args::When;
use crate::files::shown;
use crate::report::{Colour, clean_word};

/// Where results go. A closed pipe is no failure: who reads has read enough; the run goes on for its exit status.
#[derive(Debug, Default)]
pub struct Output {
    /// Instead of standard output.
    path: Option<PathBuf>,
    /// That file, once something was written.
    file: Option<File>,
    closed: bool,
    failed: bool,
}

impl Output {
    /// To this file, which is made when there is something to write, or to standard output.
    pub fn to(path: Option<&Path>) -> Self {
        Self { path: path.map(Path::to_owned), ..Self::default() }
    }

    /// Writes; says once when that is not possible.
    pub fn print(&mut self, bytes: &[u8]) {
        if self.closed {
            return;
        }
        let Err(cause) = self.write(bytes) else { return };
        self.closed = true;
        if self.path.is_some() || cause.kind() != io::ErrorKind::BrokenPipe {
            self.failed = true;
            let place = self.path.as_deref().map_or_else(|| "standard output".to_owned(), shown);
            error(&format!("cannot write to {place}: {cause}"));
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(path) = &self.path else {
            let mut out = io::stdout().lock();
            return out.write_all(bytes).and_then(|()| out.flush());
        };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::create(path)?),
        };
        file.write_all(bytes)
    }

    /// What became of all that was printed.
    pub fn outcome(&self) -> Outcome {
        if self.failed { Outcome::Failed } else { Outcome::Clean }
    }
}

/// Whether escape sequences are written to standard output. NO_COLOR, CLICOLOR, CLICOLOR_FORCE and TERM decide when the
/// user has not.
pub fn colour(when: When) -> Colour {
    match when {
        When::Always => Colour::On,
        When::Never => Colour::Off,
        When::Auto => match anstream::AutoStream::choice(&io::stdout()) {
            anstream::ColorChoice::Never => Colour::Off,
            _ => Colour::On,
        },
    }
}

/// Columns of the terminal that standard output is.
pub fn width() -> Option<usize> {
    terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0))
}

/// Whether a person looks at standard output, so that raw bytes of a script must not go there.
pub fn on_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Writes to the terminal that standard output is.
pub fn raw_output(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    // When it is gone, the next write says so.
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Says on standard error that something could not be done.
pub fn error(message: &str) {
    say(&format!("error: {message}"));
}

/// Says on standard error what is odd.
pub fn warning(message: &str) {
    say(&format!("warning: {message}"));
}

/// Says something about the run, one line, on standard error.
pub fn say(line: &str) {
    raw(format!("lint-scripts: {}\n", clean_word(line)).as_bytes());
}

/// Writes findings to standard error, where standard output holds something else.
pub fn raw(bytes: &[u8]) {
    // When standard error is closed there is nobody to tell.
    let _ = io::stderr().lock().write_all(bytes);
}
