//! The engine's answers as people and programs read them: a table, pictures of single ways, JSON, a page for a browser.

mod json;
mod pictures;
mod table;

pub use json::{TraceDocument, TracePart};
pub use pictures::{Lines, stories};
pub use table::{Look, table};

use std::ops::AddAssign;

use super::Checked;
use super::clean::clean_word;
use super::place::Places;
use crate::flow::{By, Effect, Entry, Exit, Fate, OnFailure, Purpose, Trace};
use crate::text::{FileId, Span};

/// How many failures there are, and how the script ends after them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// Failure points.
    pub all: usize,
    /// Those after which the script exits non-zero.
    pub loud: usize,
    /// Those after which it exits 0.
    pub silent: usize,
}

impl Failures {
    /// Counts those of one script.
    pub fn of(trace: &Trace) -> Self {
        let ends_zero = |(_, on_failure): &(&Entry, &OnFailure)| on_failure.exit == Exit::Zero;
        Self {
            all: trace.failure_points().count(),
            loud: trace.loud(),
            silent: trace.failure_points().filter(ends_zero).count(),
        }
    }

    /// Those after which either may be.
    pub fn either(self) -> usize {
        self.all - self.loud - self.silent
    }

    /// Whether at least this share of the failures is loud. Where nothing can fail, nothing is silent.
    #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 commands")]
    pub fn reach(self, percent: f64) -> bool {
        self.loud as f64 * 100.0 >= percent * self.all as f64
    }

    /// The share of loud ones in percent, rounded down to one decimal: what is shown is reached.
    pub fn percent(self) -> String {
        let tenths = (self.loud * 1000).checked_div(self.all).unwrap_or(1000);
        format!("{}.{}", tenths / 10, tenths % 10)
    }

    /// `14 of 17 failures stop this script; 3 are silent`, of `script`.
    pub fn sentence(self, script: &str) -> String {
        let Self { all, loud, silent } = self;
        let failures = if all == 1 { "failure" } else { "failures" };
        let stop = if loud == 1 && all == 1 { "stops" } else { "stop" };
        let be = if silent == 1 { "is" } else { "are" };
        let open = match self.either() {
            0 => String::new(),
            either => format!("; {either} may be either"),
        };
        format!("{loud} of {all} {failures} {stop} {script}; {silent} {be} silent{open}")
    }
}

impl AddAssign for Failures {
    fn add_assign(&mut self, other: Self) {
        self.all += other.all;
        self.loud += other.loud;
        self.silent += other.silent;
    }
}

/// The line under a script's answers.
fn closing(checked: &Checked) -> String {
    let trace = &checked.report.trace;
    let failures = Failures::of(trace);
    if trace.too_intricate {
        return format!(
            "this script has too many ways to be followed; of what was: {}",
            failures.sentence("it")
        );
    }
    if failures.all > 0 {
        return failures.sentence("this script");
    }
    match trace.entries.iter().filter(|entry| entry.works() && !entry.is_reached).count() {
        0 => "no command of this script can fail".to_owned(),
        1 => "no command that can fail runs here: 1 is in code that nothing calls".to_owned(),
        idle => format!("no command that can fail runs here: {idle} are in code that nothing calls"),
    }
}

/// How much a row of the table, or a mark on the page, asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alarm {
    /// The failure is lost, and the script exits 0.
    Silent,
    /// The script may exit 0, or its author has let it.
    Quiet,
    /// The script exits non-zero.
    Loud,
    /// It is no failure point.
    None,
}

impl Alarm {
    fn of(entry: &Entry) -> Self {
        let Some(on_failure) = entry.on_failure.as_ref().filter(|_| entry.works()) else { return Self::None };
        let meant = matches!(on_failure.fate, Fate::Handled | Fate::Swallowed);
        match on_failure.exit {
            Exit::Nonzero => Self::Loud,
            Exit::Zero if !meant => Self::Silent,
            Exit::Zero | Exit::Either => Self::Quiet,
        }
    }
}

/// What happens when the command fails, in a few words.
fn words(checked: &Checked, places: &Places<'_>, entry: &Entry) -> String {
    let Some(on_failure) = &entry.on_failure else {
        return match (entry.is_reached, checked.report.trace.too_intricate) {
            (true, _) => "runs only after a failure".to_owned(),
            (false, true) => "not known".to_owned(),
            (false, false) => "never runs".to_owned(),
        };
    };
    match entry.purpose {
        Purpose::Works => fate(checked, places, entry, on_failure),
        Purpose::Asks => "asks: no failure".to_owned(),
        Purpose::Prints => "only prints".to_owned(),
        Purpose::Steers => "steers the shell".to_owned(),
    }
}

/// Columns of a terminal that the command which runs next may take.
const NEXT: usize = 24;

fn fate(checked: &Checked, places: &Places<'_>, entry: &Entry, on_failure: &OnFailure) -> String {
    let then = |span| {
        let command = table::cut(&clean_word(&source(checked, span)), NEXT);
        let same = span.file == entry.span.file && places.line(span) == places.line(entry.span);
        if same { format!(": then {command}") } else { format!(": then {command} ({})", line(places, span)) }
    };
    let then = || on_failure.goes_on_at.map_or_else(String::new, then);
    let next = |span| format!(": {} runs next", line(places, span));
    let next = || on_failure.goes_on_at.map_or_else(String::new, next);
    let may = if on_failure.exit == Exit::Either { "may " } else { "" };
    match (on_failure.fate, on_failure.by) {
        (Fate::Aborts, Some(By::Errexit)) => one_of(may, "stop the script", "stops the script"),
        (Fate::Aborts, Some(By::ErrTrap)) => {
            one_of(may, "stop the script (ERR trap)", "stops the script (ERR trap)")
        }
        (Fate::Aborts, _) => one_of(may, "stop the shell", "stops the shell"),
        (Fate::BecomesStatus, _) => one_of(may, "become its status", "becomes its status"),
        (Fate::Handled, _) => format!("handled{}", then()),
        (Fate::Swallowed, Some(By::ExitTrap)) => "swallowed by a trap".to_owned(),
        (Fate::Swallowed, _) => "swallowed".to_owned(),
        (Fate::Masked, by) => format!("lost {}", lost_in(by)),
        (Fate::Ignored, _) => format!("ignored{}", next()),
    }
}

fn one_of(may: &str, infinitive: &str, present: &str) -> String {
    if may.is_empty() { present.to_owned() } else { format!("{may}{infinitive}") }
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
        Some(By::ExitTrap) => "in a trap",
        _ => "on the way",
    }
}

fn exit_word(exit: Exit) -> &'static str {
    match exit {
        Exit::Zero => "0",
        Exit::Either => "either",
        Exit::Nonzero => "non-zero",
    }
}

/// `line 3`; with its file where that is one that the script sources.
fn line(places: &Places<'_>, span: Span) -> String {
    let line = places.line(span);
    match span.file {
        FileId(0) => format!("line {line}"),
        _ => format!("{}:{line}", clean_word(places.start(span).path)),
    }
}

fn source(checked: &Checked, span: Span) -> String {
    let text = &checked.report.document(span.file).text;
    String::from_utf8_lossy(text.get(span.range()).unwrap_or_default()).into_owned()
}

/// A stop on a failure's way.
#[derive(Clone, Debug)]
struct Stop {
    span: Span,
    text: String,
}

/// How many claims and destroys are told one by one.
const MAX_EFFECTS: usize = 12;

/// The whole way of a failure: what becomes of its status, where the script goes on, what it still does, how it ends.
fn way(checked: &Checked, on_failure: &OnFailure) -> Vec<Stop> {
    let stop = |span, text: &str| Stop { span, text: text.to_owned() };
    let (steps, end) = match on_failure.steps.split_last() {
        Some((end, steps)) => (steps, Some(end)),
        None => (&[][..], None),
    };
    let mut way: Vec<Stop> = steps.iter().map(|it| stop(it.span, &it.message)).collect();
    let effects = effects(on_failure);
    let told = |span: Span| way.iter().any(|stop| stop.span == span);
    let later = effects.iter().any(|stop| on_failure.goes_on_at == Some(stop.span));
    if let Some(span) = on_failure.goes_on_at.filter(|span| !told(*span) && !later) {
        let name = source(checked, span).split_whitespace().next().unwrap_or_default().to_owned();
        way.push(Stop { span, text: format!("the script goes on: `{name}` runs") });
    }
    let more = effects.len().saturating_sub(MAX_EFFECTS);
    way.extend(effects.into_iter().take(MAX_EFFECTS));
    if let (1.., Some(last)) = (more, way.last_mut()) {
        last.text = format!("{}; and {more} more after it", last.text);
    }
    way.extend(end.map(|it| stop(it.span, &it.message)));
    way
}

/// The claims and destroys that can still run, in the order of the script.
fn effects(on_failure: &OnFailure) -> Vec<Stop> {
    let stop = |it: &Effect, text: &str| Stop { span: it.span, text: text.to_owned() };
    let claim = |it| stop(it, "can still run, and claims success");
    let destroy = |it| stop(it, "can still run, and destroys");
    let claims = on_failure.claims.iter().map(claim);
    let destroys = on_failure.destroys.iter().map(destroy);
    let mut all: Vec<Stop> = claims.chain(destroys).collect();
    all.sort_by_key(|stop| stop.span);
    all
}
