//! `lint-scripts` and `lint-scripts check`: finding, and with `--fix` and `--diff` fixing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Outcome;
use super::args::{Lint, When};
use super::baseline::Baselines;
use super::cache;
use super::files;
use super::output::{Output, colour, error, on_terminal, raw, say, warning};
use super::outputs::{Destination, Outputs, arranged, usual};
use super::scan::{Scan, Trouble};
use super::since::Changed;
use super::uncommitted::Uncommitted;
use super::watch;
use crate::cache::Cache;
use crate::check::{Report, Selection, Settings, analyse, check};
use crate::diagnostic::{Applicability, Label};
use crate::files::{
    Content, DiskSources, LineEnds, Origin, Original, Written, ends_otherwise, restored, shown, write,
};
use crate::fix::{Fixed, accept, fix};
use crate::report::{Checked, Colour, Tally, clean_lines, count, patch, patch_for_terminal, pictures};
use crate::text::LineIndex;

/// Checks, fixes, prints, sums up.
pub fn run(lint: &Lint) -> Outcome {
    if !lint.watch {
        return once(lint);
    }
    let in_formats = lint.output_format.iter().filter_map(|it| it.file.clone());
    let written: Vec<PathBuf> = in_formats.chain(lint.output_file.clone()).collect();
    watch::run(&lint.paths, &written, || once(lint))
}

fn once(lint: &Lint) -> Outcome {
    let prepared = files::named(lint).and_then(|paths| prepare(lint, paths));
    match prepared {
        Ok(prepared) if lint.list_files => files::list(&prepared.scan, &prepared.paths),
        Ok(prepared) => scan_all(lint, prepared),
        Err(message) => {
            error(&message);
            Outcome::Failed
        }
    }
}

/// All that a run needs.
struct Prepared<'a> {
    paths: Vec<PathBuf>,
    mode: Mode<'a>,
    scan: Scan,
    cache: Cache,
    filters: Filters,
    uncommitted: Uncommitted,
    outputs: Outputs,
}

fn prepare(lint: &Lint, paths: Vec<PathBuf>) -> Result<Prepared<'_>, String> {
    let rules = lint.rules.choice()?;
    let mode = Mode::of(lint)?;
    let outputs = outputs(lint, &paths, mode)?;
    let scan = Scan::new(&lint.reading, rules, &lint.comments)?.only(lint.shard);
    let cache = cache::open(&lint.caching, &paths)?;
    let baselines =
        Baselines::new(lint.known.plan(), Arc::clone(&scan.configs)).map_err(|trouble| trouble.text())?;
    let changed = lint.known.since.as_deref().map(Changed::since).transpose()?;
    let uncommitted = uncommitted(mode, &paths);
    Ok(Prepared { paths, mode, scan, cache, filters: Filters { baselines, changed }, uncommitted, outputs })
}

/// As the checkout is before anything is written.
fn uncommitted(mode: Mode<'_>, paths: &[PathBuf]) -> Uncommitted {
    if !mode.writes() || paths.iter().all(|path| path == Path::new("-")) {
        return Uncommitted::default();
    }
    Uncommitted::now().unwrap_or_else(|message| {
        warning(&message);
        Uncommitted::default()
    })
}

/// Where something else goes to standard output, no CI system is asked what it wants to have there.
fn outputs(lint: &Lint, paths: &[PathBuf], mode: Mode<'_>) -> Result<Outputs, String> {
    let destinations = match mode {
        _ if lint.fix_only => Vec::new(),
        _ if lint.statistics => lint.output_format.iter().cloned().chain(["statistics".parse()?]).collect(),
        _ if !lint.output_format.is_empty() => lint.output_format.clone(),
        Mode::Diff(_) => usual(|_| None),
        _ if reads_stdin(lint) => usual(|_| None),
        _ => usual(|name| std::env::var(name).ok()),
    };
    let destinations = arranged(destinations, lint.output_file.as_deref(), paths)?;
    let in_files = if lint.color == When::Always { Colour::On } else { Colour::Off };
    Ok(Outputs::new(&destinations, colour(lint.color), in_files))
}

fn reads_stdin(lint: &Lint) -> bool {
    lint.paths.iter().any(|path| path == Path::new("-"))
}

/// The format that was asked for on standard output, where a patch or a script is to go.
fn in_the_way(lint: &Lint) -> Option<&'static str> {
    let mut asked = lint.output_format.iter();
    let taken = asked.find(|it: &&Destination| lint.output_file.is_none() && !it.leaves_output_alone())?;
    Some(taken.format.name)
}

/// What is taken away from the findings before they count.
struct Filters {
    baselines: Baselines,
    changed: Option<Changed>,
}

/// What is done with fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode<'a> {
    /// They are offered.
    Check,
    /// They are written, up to this applicability.
    Fix(Applicability),
    /// They are printed as a patch.
    Diff(Applicability),
    /// What is found is accepted, by comments.
    Accept(&'a str),
}

impl<'a> Mode<'a> {
    /// Whether scripts are changed.
    fn writes(self) -> bool {
        matches!(self, Self::Fix(_) | Self::Accept(_))
    }

    fn of(lint: &'a Lint) -> Result<Self, String> {
        let taken = in_the_way(lint);
        let allow = if lint.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
        if let Some(reason) = &lint.comments.add_suppressions {
            return accepting(lint, reason).map(Self::Accept);
        }
        match (lint.diff, lint.fix || lint.fix_only) {
            (false, false) if lint.unsafe_fixes => Err("--unsafe-fixes needs --fix or --diff".to_owned()),
            (_, false) | (true, _) if lint.backup => Err("--backup needs --fix, without --diff".to_owned()),
            (false, false) => Ok(Self::Check),
            (true, _) => match taken {
                Some(format) => Err(choose_one("--diff prints a patch", format)),
                None => Ok(Self::Diff(allow)),
            },
            (false, true) => match taken.filter(|_| reads_stdin(lint)) {
                Some(format) => Err(choose_one("--fix - prints the fixed script", format)),
                None => Ok(Self::Fix(allow)),
            },
        }
    }
}

fn choose_one(first: &str, format: &str) -> String {
    format!("{first}, --output-format {format} findings: choose one, or give the format a file")
}

/// Whether what is found can be accepted for this reason.
fn accepting<'a>(lint: &Lint, reason: &'a str) -> Result<&'a str, String> {
    if reason.trim().is_empty() || reason.chars().any(char::is_control) {
        return Err("--add-suppressions wants a reason, in one line".to_owned());
    }
    if let Some(format) = in_the_way(lint).filter(|_| reads_stdin(lint)) {
        return Err(choose_one("--add-suppressions with `-` prints the script", format));
    }
    if lint.unsafe_fixes || lint.comments.ignore_suppressions {
        return Err(
            "--add-suppressions goes with neither --unsafe-fixes nor --ignore-suppressions".to_owned()
        );
    }
    Ok(reason.trim())
}

/// One script, done.
struct Done {
    /// What is left in the file as it is now.
    checked: Checked,
    /// What goes to standard output instead of findings: a patch, or the fixed script from standard input.
    text: Option<Vec<u8>>,
    fixes: usize,
    refused: Vec<String>,
    trouble: Option<Trouble>,
    /// The rules that were asked.
    rules: Selection,
}

fn scan_all(lint: &Lint, prepared: Prepared<'_>) -> Outcome {
    let Prepared { paths, mode, scan, cache, filters, uncommitted, outputs } = prepared;
    let mut run = Run::new(lint, mode, filters, uncommitted, outputs);
    let place = Place {
        root: scan.sources.root(),
        original: if lint.backup { Original::Kept } else { Original::Replaced },
    };
    let work = |origin: &Origin, content: Content, settings: &Settings| Done {
        rules: settings.rules.clone(),
        ..one(origin, &content, settings, mode, place, &scan.sources, &cache)
    };
    let troubles = scan.each(&paths, work, |done| run.take(done));
    if let Some(message) = cache.end() {
        warning(&message);
    }
    run.end(troubles)
}

fn one(
    origin: &Origin,
    content: &Content,
    settings: &Settings,
    mode: Mode<'_>,
    place: Place<'_>,
    sources: &DiskSources,
    cache: &Cache,
) -> Done {
    let document = Arc::new(LineEnds::HERE.script(origin.shown(), &content.bytes));
    let written = |fixed: Fixed| {
        put(origin, content, restored(&document, fixed), place).unwrap_or_else(|trouble| Done {
            trouble: Some(trouble),
            ..as_it_is(origin, content, check(&document, settings, sources))
        })
    };
    match mode {
        Mode::Check => as_it_is(origin, content, cache.check(&document, settings, sources)),
        Mode::Fix(allow) => written(fix(&document, settings, sources, allow)),
        Mode::Accept(reason) => written(accept(&document, settings, sources, reason)),
        Mode::Diff(allow) => {
            let fixed = restored(&document, fix(&document, settings, sources, allow));
            let show = if on_terminal() { patch_for_terminal } else { patch };
            Done {
                text: Some(show(origin.path(), &content.bytes, &fixed.text)),
                fixes: fixed.applied.len(),
                refused: fixed.refused,
                ..as_it_is(origin, content, analyse(&document, settings, sources))
            }
        }
    }
}

/// The file is what was read; these are its findings.
fn as_it_is(origin: &Origin, content: &Content, report: Report) -> Done {
    let checked = Checked { path: origin.path().to_owned(), bytes: Arc::clone(&content.bytes), report };
    Done { checked, text: None, fixes: 0, refused: Vec::new(), trouble: None, rules: Selection::default() }
}

/// Where scripts are written, and how.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The project's directory.
    root: &'a Path,
    original: Original,
}

/// Puts a fixed script where it came from.
fn put(origin: &Origin, content: &Content, mut fixed: Fixed, place: Place<'_>) -> Result<Done, Trouble> {
    let text = match origin {
        Origin::Stdin if on_terminal() => Some(clean_lines(&fixed.text).into_bytes()),
        Origin::Stdin => Some(fixed.text.clone()),
        Origin::File(_) if *fixed.text == *content.bytes => None,
        Origin::File(path) => {
            let written = write(path, &fixed.text, content.fingerprint, place.root, place.original)?;
            fixed.refused.extend(left_behind(written));
            None
        }
    };
    let checked = Checked { path: origin.path().to_owned(), bytes: fixed.text.into(), report: fixed.report };
    Ok(Done {
        checked,
        text,
        fixes: fixed.applied.len(),
        refused: fixed.refused,
        trouble: None,
        rules: Selection::default(),
    })
}

/// Hard links name a file, not a path: the new file has one name.
fn left_behind(written: Written) -> Option<String> {
    let other_names = match written.left_behind {
        0 => return None,
        1 => "another name (a hard link), which still names".to_owned(),
        many => format!("{many} other names (hard links), which still name"),
    };
    Some(format!("the file had {other_names} what it was before"))
}

/// What a run gathers, script by script.
struct Run<'a> {
    lint: &'a Lint,
    mode: Mode<'a>,
    /// For what is no finding: patches, and scripts from standard input.
    output: Output,
    outputs: Outputs,
    tally: Tally,
    /// Fixes applied, and files in which there were any.
    fixed: (usize, usize),
    troubles: Vec<Trouble>,
    filters: Filters,
    /// Before the run.
    uncommitted: Uncommitted,
    /// Files that were written, and had changes that git did not have.
    mixed: usize,
    /// Findings on lines that were not changed.
    unchanged: usize,
    /// Scripts whose lines will end otherwise where they run.
    other_ends: usize,
}

impl<'a> Run<'a> {
    fn new(
        lint: &'a Lint,
        mode: Mode<'a>,
        filters: Filters,
        uncommitted: Uncommitted,
        outputs: Outputs,
    ) -> Self {
        Self {
            lint,
            mode,
            output: Output::default(),
            outputs,
            tally: Tally::default(),
            fixed: (0, 0),
            troubles: Vec::new(),
            filters,
            uncommitted,
            mixed: 0,
            unchanged: 0,
            other_ends: 0,
        }
    }

    fn take(&mut self, mut done: Done) {
        let baselined = self.filters.baselines.apply(&mut done.checked, &done.rules);
        self.tally.baselined += baselined;
        self.outputs.baselined(baselined);
        if let Some(changed) = &self.filters.changed {
            self.unchanged += changed.keep(&mut done.checked);
        }
        let checked = &done.checked;
        warnings(checked).iter().for_each(|message| warning(message));
        for refused in &done.refused {
            warning(&format!("{}: {refused}", shown(&checked.path)));
        }
        self.tally.add(checked);
        self.other_ends += checked.report.documents.first().map_or(0, |own| usize::from(ends_otherwise(own)));
        self.fixed.0 += done.fixes;
        self.fixed.1 += usize::from(done.fixes > 0);
        let changed = self.mode.writes() && done.fixes > 0;
        self.mixed += usize::from(changed && self.uncommitted.holds(&checked.path));
        self.troubles.extend(done.trouble);
        let Some(text) = &done.text else { return self.outputs.script(checked) };
        self.output.print(text);
        // A patch speaks for itself; the summary counts what it leaves.
        if self.mode.writes() && !self.lint.fix_only {
            raw(&pictures(checked, Colour::Off));
        }
        self.outputs.keep(checked);
    }

    fn end(mut self, troubles: Vec<Trouble>) -> Outcome {
        self.troubles.extend(troubles);
        let found = self.tally.findings;
        self.troubles.extend(self.filters.baselines.end(found.error + found.warning + found.info));
        self.troubles.sort_by(|a, b| a.path.cmp(&b.path));
        for trouble in &self.troubles {
            trouble.tell();
        }
        if let Some(message) = self.mixed() {
            warning(&message);
        }
        let (summary, outcome) = (self.summary(), self.outcome().max(self.output.outcome()));
        let errors = self.troubles.iter().map(|trouble| (trouble.path.as_path(), trouble.placed()));
        let written = self.outputs.end(errors);
        for line in summary {
            say(&line);
        }
        outcome.max(written)
    }

    fn outcome(&self) -> Outcome {
        if !self.troubles.is_empty() {
            return Outcome::Failed;
        }
        if !self.lint.fix_only {
            return self.lint.verdict.of(&self.tally);
        }
        let to_fix = matches!(self.mode, Mode::Diff(_)) && self.fixed.0 > 0;
        if to_fix && !self.lint.verdict.exit_zero { Outcome::Found } else { Outcome::Clean }
    }

    /// Git can no longer take back the one without the other.
    fn mixed(&self) -> Option<String> {
        let files = (self.mixed > 0).then(|| count(self.mixed, "file"))?;
        Some(format!("{files} had uncommitted changes before: git may show them and what was written as one"))
    }

    fn summary(&self) -> Vec<String> {
        let tally = &self.tally;
        let left = self.mode.writes() && self.fixed.0 > 0;
        let found = match (found(tally), left) {
            (None, false) => "nothing found".to_owned(),
            (None, true) => "nothing left".to_owned(),
            (Some(found), false) => found,
            (Some(found), true) => format!("{found} left"),
        };
        let unchanged = if self.unchanged > 0 {
            format!(", {} on unchanged lines", self.unchanged)
        } else {
            String::new()
        };
        let mut lines = vec![format!("{}: {found}{}{unchanged}", checked(tally), taken_away(tally))];
        if self.other_ends > 0 {
            let scripts = count(self.other_ends, "script");
            lines.push(format!(
                "{scripts} with line ends of Windows, as git gives them: read as if they had those of other systems"
            ));
        }
        lines.extend(self.fixes());
        let not = [("path", self.troubles.len()), ("region", tally.not_checked)];
        let not: Vec<String> =
            not.into_iter().filter(|&(_, n)| n > 0).map(|(word, n)| count(n, word)).collect();
        if !not.is_empty() {
            lines.push(format!("not checked or not done: {}", not.join(", ")));
        }
        lines
    }

    fn fixes(&self) -> Option<String> {
        let (number, files) = self.fixed;
        let applied = format!("{} in {}", count(number, "fix"), count(files, "file"));
        let fixable = self.tally.fixable;
        match self.mode {
            Mode::Fix(_) => Some(format!("applied {applied}")),
            Mode::Diff(_) => Some(format!("would apply {applied}")),
            Mode::Accept(_) => {
                Some(format!("added {} in {}", count(number, "suppression"), count(files, "file")))
            }
            Mode::Check if fixable.safe + fixable.r#unsafe == 0 => None,
            Mode::Check if fixable.r#unsafe == 0 => Some(format!("{} can be fixed by --fix", fixable.safe)),
            Mode::Check => Some(format!(
                "{} can be fixed by --fix, {} more with --unsafe-fixes",
                fixable.safe, fixable.r#unsafe
            )),
        }
    }
}

/// What a run has checked and found, in one line.
pub fn counts(tally: &Tally) -> String {
    let found = found(tally).unwrap_or_else(|| "nothing found".to_owned());
    format!("{}: {found}{}", checked(tally), taken_away(tally))
}

fn checked(tally: &Tally) -> String {
    format!("checked {}, {}", count(tally.files, "file"), count(tally.scripts, "script"))
}

fn found(tally: &Tally) -> Option<String> {
    let found = tally.findings;
    let parts = [("error", found.error), ("warning", found.warning), ("info", found.info)];
    let parts: Vec<String> =
        parts.into_iter().filter(|&(_, n)| n > 0).map(|(word, n)| count(n, word)).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What directives and baselines have taken away.
fn taken_away(tally: &Tally) -> String {
    let suppressed = match (tally.suppressed, tally.suppressed_by_shellcheck) {
        (0, _) => String::new(),
        (all, 0) => format!(", {all} suppressed"),
        (all, foreign) => format!(", {all} suppressed ({foreign} by comments for ShellCheck)"),
    };
    let baselined = match tally.baselined {
        0 => String::new(),
        number => format!(", {number} in the baseline"),
    };
    suppressed + &baselined
}

/// What is wrong with a script's directives, and what was not read along.
pub fn warnings(checked: &Checked) -> Vec<String> {
    let tell = |label: &Label| {
        let document = checked.report.document(label.span.file);
        let line = LineIndex::new(&document.text).line(label.span.start);
        format!("{}:{line}: {}", document.path, label.message)
    };
    checked.report.warnings.iter().map(tell).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;

    use clap::Parser;

    use super::{Baselines, Filters, Mode, Place, Run, Uncommitted, outputs, put};
    use crate::check::Report;
    use crate::cli::Outcome;
    use crate::cli::args::Arguments;
    use crate::cli::baseline::Plan;
    use crate::cli::scan::Trouble;
    use crate::files::{Origin, Original, read};
    use crate::fix::Fixed;
    use crate::report::story;
    use crate::rules::Choice;

    /// What a run over the story with these options ends with and sums up.
    fn ends(options: &[&str], prepare: impl Fn(&mut Run<'_>)) -> (Outcome, Vec<String>) {
        let words = ["lint-scripts"].iter().chain(options);
        let lint = Arguments::try_parse_from(words).unwrap().lint;
        let configs = lint.reading.configs(Choice::default(), &lint.comments).unwrap();
        let Ok(baselines) = Baselines::new(Plan::Configured, Arc::new(configs)) else {
            panic!("none is named")
        };
        let mode = Mode::of(&lint).unwrap();
        let outputs = outputs(&lint, &lint.paths, mode).unwrap();
        let filters = Filters { baselines, changed: None };
        let mut run = Run::new(&lint, mode, filters, Uncommitted::default(), outputs);
        run.tally.add(&story::checked());
        prepare(&mut run);
        (run.outcome(), run.summary())
    }

    fn trouble(run: &mut Run<'_>) {
        run.troubles.push(Trouble::whole("gone.sh", "gone"));
    }

    #[test]
    fn what_is_found_decides_unless_something_failed() {
        let outcome = |options: &[&str]| ends(options, |_| ()).0;
        assert_eq!(outcome(&[]), Outcome::Found);
        assert_eq!(outcome(&["--fail-on", "error"]), Outcome::Found);
        assert_eq!(outcome(&["--exit-zero"]), Outcome::Clean);
        assert_eq!(ends(&[], trouble).0, Outcome::Failed);
        assert_eq!(ends(&["--exit-zero"], trouble).0, Outcome::Failed);
    }

    #[test]
    fn the_summary_counts_what_was_done_and_what_was_not() {
        let (_, lines) = ends(&[], trouble);
        let expected = [
            "checked 1 file, 1 script: 2 errors, 1 warning",
            "1 can be fixed by --fix, 1 more with --unsafe-fixes",
            "not checked or not done: 1 path",
        ];
        assert_eq!(lines, expected);
        let (_, lines) = ends(&["--fix"], |run| run.fixed = (3, 1));
        assert_eq!(
            lines,
            ["checked 1 file, 1 script: 2 errors, 1 warning left", "applied 3 fixes in 1 file"]
        );
        let (_, lines) = ends(&["--diff"], |run| run.fixed = (1, 1));
        assert_eq!(lines, ["checked 1 file, 1 script: 2 errors, 1 warning", "would apply 1 fix in 1 file"]);
    }

    #[test]
    fn a_fixed_script_goes_back_to_its_place_or_the_trouble_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        let place = Place { root: &root, original: Original::Replaced };
        let path = root.join("a.sh");
        std::fs::File::create(&path).unwrap().write_all(b"old\n").unwrap();
        let content = read(&path).unwrap();
        let origin = Origin::File(path.clone());
        let fixed = |text: &[u8]| Fixed {
            text: text.to_vec(),
            applied: Vec::new(),
            refused: Vec::new(),
            report: Report::default(),
        };
        let Ok(done) = put(&origin, &content, fixed(b"new\n"), place) else {
            panic!("the file can be written")
        };
        assert_eq!(&*done.checked.bytes, b"new\n");
        assert_eq!(std::fs::read(&path).unwrap(), b"new\n");

        let Err(trouble) = put(&origin, &content, fixed(b"newer\n"), place) else {
            panic!("the file changed")
        };
        assert!(trouble.message.contains("changed while it was being checked"), "{}", trouble.message);
        assert_eq!(std::fs::read(&path).unwrap(), b"new\n");
    }
}
