//! `lint-scripts trace`: the engine's answers themselves.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Outcome;
use super::args::{Suppressing, Trace, View, When};
use super::lint::warnings;
use super::output::{Output, colour, error, say, warning, width};
use super::scan::{Scan, Trouble};
use crate::check::{Settings, analyse};
use crate::files::{Content, LineEnds, Origin, shown};
use crate::report::{
    Checked, Colour, Error, Failures, Lines, Look, PagePart, TraceDocument, TracePart, count, page, stories,
    table,
};
use crate::rules::Choice;

/// Traces every script and shows the traces.
pub fn run(trace: &Trace) -> Outcome {
    match Run::new(trace) {
        Ok(run) => run.show(),
        Err(message) => {
            error(&message);
            Outcome::Failed
        }
    }
}

/// What is asked for.
struct Run<'a> {
    trace: &'a Trace,
    paths: Vec<PathBuf>,
    /// The line to tell of.
    line: Option<u32>,
    scan: Scan,
    look: Look,
}

/// What the scripts add up to.
#[derive(Default)]
struct Tally {
    scripts: usize,
    failures: Failures,
    /// Regions that could not be read, and scripts that could not be followed.
    unread: usize,
    troubles: Vec<Trouble>,
}

impl<'a> Run<'a> {
    /// An error is a sentence for the user.
    fn new(trace: &'a Trace) -> Result<Self, String> {
        let (paths, line) = targets(trace)?;
        let to_file = trace.output_file.as_deref();
        if to_file.is_some_and(|file| paths.iter().any(|path| path == file)) {
            return Err("--output-file names a script that is to be read".to_owned());
        }
        let plain = to_file.is_some() && trace.color == When::Auto;
        let colour = if plain { Colour::Off } else { colour(trace.color) };
        let look = Look { colour, width: width().filter(|_| to_file.is_none()) };
        Ok(Self {
            trace,
            paths,
            line,
            scan: Scan::new(&trace.reading, Choice::default(), &Suppressing::default())?,
            look,
        })
    }

    fn show(&self) -> Outcome {
        let mut output = Output::to(self.trace.output_file.as_deref());
        let tally = match (self.trace.format, self.line) {
            (View::Text, Some(line)) => self.stories(line, &mut output),
            (View::Text, None) => self.tables(&mut output),
            (View::Json, _) => self.json(&mut output),
            (View::Html, _) => self.page(&mut output),
        };
        tally.troubles.iter().for_each(Trouble::tell);
        let paths = if self.line.is_some() { 0 } else { tally.troubles.len() };
        let not = [("path", paths), ("region", tally.unread)];
        let not: Vec<String> = not.iter().filter(|(_, n)| *n > 0).map(|(word, n)| count(*n, word)).collect();
        if !not.is_empty() {
            say(&format!("not traced: {}", not.join(", ")));
        }
        let failed = if tally.troubles.is_empty() { Outcome::Clean } else { Outcome::Failed };
        failed.max(self.gate(&tally)).max(output.outcome())
    }

    /// Traces every script, several at once, and gives what `show` makes of each to `take`, in the order of the paths.
    fn each<T: Send>(&self, show: impl Fn(&Checked) -> T + Sync, mut take: impl FnMut(T)) -> Tally {
        let work = |origin: &Origin, content: Content, settings: &Settings| {
            let document = Arc::new(LineEnds::HERE.script(origin.shown(), &content.bytes));
            let report = analyse(&document, settings, &self.scan.sources);
            let checked = Checked { path: origin.path().to_owned(), bytes: content.bytes, report };
            let failures = Failures::of(&checked.report.trace);
            let unread = checked.report.not_checked.len() + usize::from(checked.report.trace.too_intricate);
            (show(&checked), failures, unread, warnings(&checked))
        };
        let mut tally = Tally::default();
        let gather = |(shown, failures, unread, warnings): (T, Failures, usize, Vec<String>)| {
            warnings.iter().for_each(|message| warning(message));
            tally.scripts += 1;
            tally.failures += failures;
            tally.unread += unread;
            take(shown);
        };
        let troubles = self.scan.each(&self.paths, work, gather);
        Tally { troubles, ..tally }
    }

    fn tables(&self, output: &mut Output) -> Tally {
        let mut before = "";
        let tally = self.each(
            |checked| table(checked, self.look),
            |table| {
                output.print(format!("{before}{table}").as_bytes());
                before = "\n";
            },
        );
        if tally.scripts > 1 {
            output.print(format!("\n{}\n", tally.sentence()).as_bytes());
        }
        tally
    }

    fn stories(&self, line: u32, output: &mut Output) -> Tally {
        let mut missed = None;
        let mut tally = self.each(
            |checked| stories(checked, line, self.look.colour),
            |lines| match lines {
                Lines::Told(pictures) => output.print(&pictures),
                Lines::None(nearest) => missed = Some(nearest),
            },
        );
        if let (Some(nearest), Some(path)) = (missed, self.paths.first()) {
            let nearest: Vec<String> = nearest.iter().map(u32::to_string).collect();
            let hint = match nearest.as_slice() {
                [] => "there is none in this script".to_owned(),
                nearest => format!("the nearest starts on line {}", nearest.join(" or ")),
            };
            let message = format!("no command stands on line {line}: {hint}");
            tally.troubles.push(Trouble::whole(path, message));
        }
        tally
    }

    fn json(&self, output: &mut Output) -> Tally {
        let mut document = TraceDocument::default();
        let tally = self.each(TracePart::of, |part| output.print(&document.add(part)));
        let errors = tally.troubles.iter().map(|trouble| Error::new(&trouble.path, trouble.placed()));
        output.print(&document.end(&errors.collect::<Vec<Error>>()));
        say(&tally.sentence());
        tally
    }

    fn page(&self, output: &mut Output) -> Tally {
        let mut parts = Vec::new();
        let tally = self.each(PagePart::of, |part| parts.push(part));
        let errors = tally.troubles.iter().map(|it| format!("{}: {}", shown(&it.path), it.placed()));
        let page = page(parts, &tally.sentence(), &errors.collect::<Vec<String>>());
        output.print(page.as_bytes());
        say(&tally.sentence());
        tally
    }

    /// Whether enough failures are loud; it is said.
    fn gate(&self, tally: &Tally) -> Outcome {
        let Some(asked) = self.trace.fail_under else { return Outcome::Clean };
        let failures = tally.failures;
        say(&match failures.all {
            0 => "no command that can fail runs: nothing is held against --fail-under".to_owned(),
            _ => format!(
                "{} of {} are loud: {} %, where --fail-under asks for {asked} %",
                failures.loud,
                count(failures.all, "failure"),
                failures.percent(),
            ),
        });
        if tally.unread > 0 {
            say("what could not be read or followed may fail in silence: --fail-under is not met");
        }
        if failures.reach(asked) && tally.unread == 0 { Outcome::Clean } else { Outcome::Found }
    }
}

impl Tally {
    fn sentence(&self) -> String {
        let scripts = count(self.scripts, "script");
        match self.failures.all {
            0 => format!("{scripts}: no command that can fail runs"),
            _ => format!("{scripts}: {}", self.failures.sentence("their script")),
        }
    }
}

/// The paths to trace, and the line to tell of: an option, or at the end of the only path.
fn targets(trace: &Trace) -> Result<(Vec<PathBuf>, Option<u32>), String> {
    let split: Vec<(PathBuf, Option<u32>)> = trace.paths.iter().map(|path| split(path)).collect();
    let lines: Vec<u32> = split.iter().filter_map(|(_, line)| *line).chain(trace.line).collect();
    let paths: Vec<PathBuf> = split.into_iter().map(|(path, _)| path).collect();
    let Some(line) = lines.first().copied() else { return Ok((paths, None)) };
    if lines.len() > 1 || paths.len() > 1 || paths.iter().any(|path| path.is_dir()) {
        return Err("a line is told of one script: give one path and one line".to_owned());
    }
    if trace.format != View::Text {
        return Err("a line is told in pictures, by --format text only".to_owned());
    }
    Ok((paths, Some(line)))
}

/// `PATH:LINE`, where no file has that name.
fn split(path: &Path) -> (PathBuf, Option<u32>) {
    let whole = || (path.to_owned(), None);
    let Some((name, line)) = path.to_str().and_then(|text| text.rsplit_once(':')) else { return whole() };
    match line.parse() {
        Ok(line) if line > 0 && !name.is_empty() && !path.exists() => (PathBuf::from(name), Some(line)),
        _ => whole(),
    }
}
