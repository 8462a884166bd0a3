//! What happens when each command fails: as a table for people and as JSON.

use std::path::Path;

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Checked;
use super::clean::clean_word;
use super::json::{Error, PathText, Point, VERSION};
use super::place::Places;
use crate::diagnostic::Label;
use crate::flow::{By, Effect, Entry, EntryKind, Exit, Fate, OnFailure};
use crate::shell::Dialect;
use crate::text::{FileId, Span};

/// Columns of a terminal that a command may take.
const COMMAND: usize = 44;
/// Columns that one claim or destroy may take.
const EFFECT: usize = 48;

/// The trace of one script as a table, with a line that sums it up.
pub fn table(checked: &Checked) -> String {
    let report = &checked.report;
    let places = Places::new(checked);
    let shell = report.shell.map_or_else(String::new, |shell| format!(" ({})", word(shell)));
    let mut text = format!("{}{shell}\n\n", clean_word(&report.document(FileId(0)).path));
    let rows: Vec<Row> =
        report.trace.entries.iter().flat_map(|entry| rows(checked, &places, entry)).collect();
    if !rows.is_empty() {
        let head = ["line", "command", "when it fails", "script exits", "and still runs"].map(str::to_owned);
        text.push_str(&aligned(std::iter::once(Row(head)).chain(rows).collect()));
        text.push('\n');
    }
    for region in &report.not_checked {
        let line = places.line(region.span);
        text.extend(["line ", &line.to_string(), " could not be read: ", &clean_word(&region.message), "\n"]);
    }
    text.push_str(&sum(checked));
    text
}

fn word(shell: Dialect) -> &'static str {
    match shell {
        Dialect::Bash => "bash",
        Dialect::Sh => "sh",
        Dialect::Dash => "dash",
        Dialect::Busybox => "busybox",
        Dialect::Ksh => "ksh",
        Dialect::Mksh => "mksh",
    }
}

fn sum(checked: &Checked) -> String {
    let trace = &checked.report.trace;
    let all = trace.failure_points().count();
    let count = |exit| trace.failure_points().filter(|(_, on_failure)| on_failure.exit == exit).count();
    let (loud, silent, either) = (trace.loud(), count(Exit::Zero), count(Exit::Either));
    if all == 0 {
        return "no command of this script can fail\n".to_owned();
    }
    let failures = if all == 1 { "failure" } else { "failures" };
    let stop = if loud == 1 && all == 1 { "stops" } else { "stop" };
    let be = if silent == 1 { "is" } else { "are" };
    let open = if either == 0 { String::new() } else { format!("; {either} may be either") };
    format!("{loud} of {all} {failures} {stop} this script; {silent} {be} silent{open}\n")
}

struct Row([String; 5]);

/// The entry's row, and further ones for what does not fit on it.
fn rows(checked: &Checked, places: &Places<'_>, entry: &Entry) -> Vec<Row> {
    let line = at(places, entry.span);
    let command = cut(&clean_word(&source(checked, entry.span)), COMMAND);
    let Some(on_failure) = &entry.on_failure else {
        let when = if entry.is_reached { "runs after a failure" } else { "never runs" };
        return vec![Row([line, command, when.to_owned(), String::new(), String::new()])];
    };
    let exit = match on_failure.exit {
        Exit::Zero => "0",
        Exit::Either => "either",
        Exit::Nonzero => "non-zero",
    };
    let what = if entry.works { fate(on_failure, places) } else { "only asks or prints".to_owned() };
    let effects = if entry.works { effects(on_failure, places) } else { Vec::new() };
    let exit = if entry.works { exit.to_owned() } else { String::new() };
    let mut effects = effects.into_iter();
    let first = Row([line, command, what, exit, effects.next().unwrap_or_default()]);
    let blank = String::new;
    let further = effects.map(|effect| Row([blank(), blank(), blank(), blank(), effect]));
    std::iter::once(first).chain(further).collect()
}

fn fate(on_failure: &OnFailure, places: &Places<'_>) -> String {
    let said = match on_failure.fate {
        Fate::Aborts => "stops the script".to_owned(),
        Fate::BecomesStatus => "becomes the script's status".to_owned(),
        Fate::Handled => "is handled".to_owned(),
        Fate::Swallowed => "is thrown away on purpose".to_owned(),
        Fate::Masked => format!("is lost {}", lost_in(on_failure.by)),
        Fate::Ignored => "is ignored".to_owned(),
    };
    match on_failure.goes_on_at {
        Some(next) if on_failure.fate == Fate::Ignored => format!("{said}, line {} runs", at(places, next)),
        _ => said,
    }
}

/// A line; with its file where that is one that the script sources.
fn at(places: &Places<'_>, span: Span) -> String {
    let line = places.line(span);
    match span.file {
        FileId(0) => line.to_string(),
        _ => format!("{}:{line}", clean_word(places.start(span).path)),
    }
}

fn lost_in(by: Option<By>) -> &'static str {
    match by {
        Some(By::Pipeline) => "in the pipeline",
        Some(By::Declaration) => "in the declaration",
        Some(By::Substitution) => "in the substitution",
        Some(By::ProcessSubstitution) => "in the process substitution",
        Some(By::Background) => "in the background",
        Some(By::Condition) => "in the condition",
        Some(By::Wrapper) => "by the command that runs it",
        Some(By::NextCommand) => "to the next command",
        Some(By::ExitTrap) => "in the EXIT trap",
        _ => "on the way",
    }
}

fn effects(on_failure: &OnFailure, places: &Places<'_>) -> Vec<String> {
    let text = |effect: &Effect| cut(&clean_word(&effect.text), EFFECT);
    let line = |effect: &Effect| at(places, effect.span);
    let destroys =
        on_failure.destroys.iter().map(|it| (it.span, format!("{} (line {})", text(it), line(it))));
    let claims =
        on_failure.claims.iter().map(|it| (it.span, format!("claim: {} (line {})", text(it), line(it))));
    let mut all: Vec<(Span, String)> = destroys.chain(claims).collect();
    all.sort_by_key(|(span, _)| *span);
    all.into_iter().map(|(_, text)| text).collect()
}

fn source(checked: &Checked, span: Span) -> String {
    let text = &checked.report.document(span.file).text;
    String::from_utf8_lossy(text.get(span.range()).unwrap_or_default()).into_owned()
}

/// At most `width` columns of a terminal; what is cut off is shown by `…`.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width - 1;
    let fits = |c: &char| {
        let needed = c.width().unwrap_or(0);
        let fits = needed <= left;
        left = left.saturating_sub(needed);
        fits
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// The cells in columns; numbers of lines to the right, all else to the left.
fn aligned(rows: Vec<Row>) -> String {
    let mut widths = [0; 5];
    for Row(cells) in &rows {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    for Row(cells) in rows {
        let mut line = String::new();
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let blanks = " ".repeat(width - cell.width());
            let (before, after) = if index == 0 { (blanks.as_str(), "") } else { ("", blanks.as_str()) };
            line.extend([before, cell, after, "  "]);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// The traces of a run, as JSON.
#[derive(Debug, Serialize)]
pub struct Traces {
    version: u32,
    files: Vec<File>,
    errors: Vec<Error>,
}

impl Default for Traces {
    fn default() -> Self {
        Self { version: VERSION, files: Vec::new(), errors: Vec::new() }
    }
}

impl Traces {
    /// Adds the trace of one script.
    pub fn add(&mut self, checked: &Checked) {
        let places = Places::new(checked);
        let report = &checked.report;
        self.files.push(File {
            path: PathText::of(&checked.path),
            shell: report.shell,
            parsed: if report.not_checked.is_empty() { Parsed::Whole } else { Parsed::Partly },
            loud: report.trace.loud(),
            failure_points: report.trace.failure_points().count(),
            commands: report
                .trace
                .entries
                .iter()
                .map(|entry| Command::new(checked, &places, entry))
                .collect(),
        });
    }

    /// Adds what could not be done.
    pub fn fail(&mut self, path: &Path, message: impl Into<String>) {
        self.errors.push(Error::new(path, message));
    }
}

#[derive(Debug, Serialize)]
struct File {
    #[serde(flatten)]
    path: PathText,
    shell: Option<Dialect>,
    parsed: Parsed,
    loud: usize,
    failure_points: usize,
    commands: Vec<Command>,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
enum Parsed {
    Whole,
    Partly,
}

#[derive(Debug, Serialize)]
struct Command {
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    #[serde(flatten)]
    path: PathText,
    kind: EntryKind,
    name: String,
    text: String,
    on_failure: Option<Failure>,
}

impl Command {
    fn new(checked: &Checked, places: &Places<'_>, entry: &Entry) -> Self {
        let start = places.start(entry.span);
        Self {
            start: start.offset,
            end: places.end(entry.span).offset,
            line: start.position.line,
            column: start.position.column,
            path: PathText::new(start.path, start.raw),
            kind: entry.kind,
            name: entry.name.clone(),
            text: source(checked, entry.span),
            on_failure: entry.on_failure.as_ref().map(|on_failure| Failure::new(places, on_failure)),
        }
    }
}

#[derive(Debug, Serialize)]
struct Failure {
    fate: Fate,
    by: Option<By>,
    exit: Exit,
    goes_on_at: Option<Point>,
    claims: Vec<Said>,
    destroys: Vec<Said>,
    steps: Vec<Said>,
}

impl Failure {
    fn new(places: &Places<'_>, on_failure: &OnFailure) -> Self {
        let effect = |effect: &Effect| Said::new(places, effect.span, &effect.text);
        let step = |step: &Label| Said::new(places, step.span, &step.message);
        Self {
            fate: on_failure.fate,
            by: on_failure.by,
            exit: on_failure.exit,
            goes_on_at: on_failure.goes_on_at.map(|next| places.start(next).into()),
            claims: on_failure.claims.iter().map(effect).collect(),
            destroys: on_failure.destroys.iter().map(effect).collect(),
            steps: on_failure.steps.iter().map(step).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Said {
    #[serde(flatten)]
    at: Point,
    text: String,
}

impl Said {
    fn new(places: &Places<'_>, span: Span, text: &str) -> Self {
        Self { at: places.start(span).into(), text: text.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::{Traces, cut, table};
    use crate::report::story;

    #[test]
    fn the_story_as_a_table() {
        insta::with_settings!({snapshot_path => "../../snapshots/report", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("story-table", table(&story::checked()));
        });
    }

    #[test]
    fn the_story_as_json() {
        let mut traces = Traces::default();
        traces.add(&story::checked());
        insta::with_settings!({snapshot_path => "../../snapshots/report", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("story-trace", serde_json::to_string_pretty(&traces).unwrap());
        });
    }

    #[test]
    fn hostile_commands_stay_in_their_column() {
        let mut checked = story::checked();
        let text = "printf '\u{1b}[2J' é🗻é🗻 more words than a column of a table has room for\nls\n";
        let document = crate::text::Document::script("a\u{7}.sh", text.as_bytes());
        checked.bytes = std::sync::Arc::clone(&document.text);
        checked.report.documents = vec![document.into()];
        checked.report.trace.entries.truncate(1);
        let entry = &mut checked.report.trace.entries[0];
        entry.span = crate::text::Span::new(entry.span.file, 0, text.len() as u32 - 1);
        entry.on_failure = None;
        entry.is_reached = false;
        let table = table(&checked);
        assert!(table.chars().all(|c| c == '\n' || !c.is_control()), "{table:?}");
        assert!(table.contains("…  never runs"), "{table}");
    }

    #[test]
    fn what_is_cut_fits() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "long…");
        assert_eq!(cut("🗻🗻🗻", 4), "🗻…");
        assert!(cut("🗻🗻🗻", 4).width() <= 4);
    }
}
