//! The engine's answers as people and programs read them: a table, pictures of single ways, JSON, a page for a browser.

mod json;
mod page;
mod pictures;
mod sheet;
mod table;
mod teller;

pub use json::{TraceDocument, TracePart};
pub use page::{PagePart, page};
pub use pictures::{Lines, stories, story};
pub use table::{Look, aftermath, table};
pub use teller::Teller;

use std::ops::AddAssign;

use super::Checked;
use super::clean::clean_word;
use super::place::Places;
use crate::diagnostic::Label;
use crate::flow::{By, Entry, Exit, Fate, OnFailure, Purpose, Trace};
use crate::shell::Dialect;
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
        Self::among(trace.failure_points())
    }

    /// Counts those of one script that lie in `span`.
    pub fn within(trace: &Trace, span: Span) -> Self {
        Self::among(trace.failure_points().filter(|(entry, _)| span.contains(entry.span)))
    }

    fn among<'a>(points: impl Iterator<Item = (&'a Entry, &'a OnFailure)>) -> Self {
        points.fold(Self::default(), |so_far, (_, on_failure)| Self {
            all: so_far.all + 1,
            loud: so_far.loud + usize::from(on_failure.exit == Exit::Nonzero),
            silent: so_far.silent + usize::from(on_failure.exit == Exit::Zero),
        })
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

    /// `17 commands · 3 fail in silence`.
    pub fn in_short(self) -> String {
        let silent = match self.silent {
            0 => "none fails in silence".to_owned(),
            1 => "1 fails in silence".to_owned(),
            silent => format!("{silent} fail in silence"),
        };
        format!("{} · {silent}", super::count(self.all, "command"))
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
        return "this script has too many ways to be followed: what its failures come to is not known"
            .to_owned();
    }
    if failures.all > 0 {
        return failures.sentence("this script");
    }
    match trace.entries.iter().filter(|entry| entry.works() && !entry.is_reached).count() {
        0 if !checked.report.not_checked.is_empty() => "no command can fail in what could be read".to_owned(),
        0 => "no command of this script can fail".to_owned(),
        1 => "no command that can fail runs here: 1 is in code that nothing calls".to_owned(),
        idle => format!("no command that can fail runs here: {idle} are in code that nothing calls"),
    }
}

fn shell_word(shell: Dialect) -> &'static str {
    match shell {
        Dialect::Bash => "bash",
        Dialect::Sh => "sh",
        Dialect::Dash => "dash",
        Dialect::Busybox => "busybox",
        Dialect::Ksh => "ksh",
        Dialect::Mksh => "mksh",
    }
}

/// How much a row of the table, or a mark on the page or in an editor, asks for attention; the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
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
    /// Of a command.
    pub fn of(entry: &Entry) -> Self {
        let Some(on_failure) = entry.failure() else { return Self::None };
        let meant = matches!(on_failure.fate, Fate::Handled | Fate::Swallowed);
        match on_failure.exit {
            Exit::Nonzero => Self::Loud,
            Exit::Zero if !meant => Self::Silent,
            Exit::Zero | Exit::Either => Self::Quiet,
        }
    }

    fn is_some(self) -> bool {
        self != Self::None
    }

    /// The class of the page's elements.
    fn word(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Quiet => "quiet",
            Self::Loud => "loud",
            Self::None => "none",
        }
    }

    /// Says the same without colour.
    fn sign(self) -> &'static str {
        match self {
            Self::Silent => "✖",
            Self::Quiet => "~",
            Self::Loud => "✔",
            Self::None => "",
        }
    }
}

/// What happens when the command fails, in a few words.
fn words(checked: &Checked, places: &Places<'_>, entry: &Entry) -> String {
    let Some(on_failure) = &entry.on_failure else {
        return match (entry.is_reached, checked.report.trace.too_intricate) {
            (true, _) => "runs only after a failure".to_owned(),
            (false, true) => "not known".to_owned(),
            (false, false) => "never reached".to_owned(),
        };
    };
    match entry.purpose {
        Purpose::Works => fate(checked, places, entry, on_failure),
        Purpose::Asks => "asks: no failure".to_owned(),
        Purpose::Prints => "only prints".to_owned(),
        Purpose::Steers => "cannot fail".to_owned(),
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
    let next = |span| format!(": goes on at {}", line(places, span));
    let next = || on_failure.goes_on_at.map_or_else(String::new, next);
    let may = if on_failure.exit == Exit::Either { "may " } else { "" };
    match (on_failure.fate, on_failure.by) {
        (Fate::Aborts, Some(By::ErrTrap)) => {
            one_of(may, "stop the script (ERR trap)", "stops the script (ERR trap)")
        }
        (Fate::Aborts, _) => one_of(may, "stop the script", "stops the script"),
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

/// What a stop on a failure's way is; the page knows them by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StopKind {
    /// Something becomes of the status.
    Step,
    /// The failure.
    Fails,
    /// The script goes on.
    GoesOn,
    /// A claim that can still run.
    Claim,
    /// A destroy that can still run.
    Destroy,
    /// The end of the script.
    End,
}

/// A stop on a failure's way.
#[derive(Clone, Debug)]
struct Stop {
    kind: StopKind,
    span: Span,
    text: String,
}

/// How many claims and destroys are told one by one.
const MAX_EFFECTS: usize = 12;

/// The whole way of a failure: what becomes of its status, where the script goes on, what it still does, how it ends.
fn way(checked: &Checked, failing: Span, on_failure: &OnFailure) -> Vec<Stop> {
    let stop = |kind, step: &Label| Stop { kind, span: step.span, text: step.message.clone() };
    let (mut way, end) = match on_failure.steps.as_slice() {
        [failure, steps @ .., end] => {
            let steps = steps.iter().map(|step| stop(StopKind::Step, step));
            (std::iter::once(stop(StopKind::Fails, failure)).chain(steps).collect(), Some(end))
        }
        steps => (Vec::new(), steps.first()),
    };
    let effects = effects(checked, failing, on_failure);
    let told = |span: Span| way.iter().chain(&effects).any(|stop: &Stop| stop.span == span);
    if let Some(span) = on_failure.goes_on_at.filter(|span| !told(*span)) {
        let text = format!("the script goes on: `{}` runs", name(checked, span));
        way.push(Stop { kind: StopKind::GoesOn, span, text });
    }
    way.extend(effects);
    way.extend(end.map(|end| stop(StopKind::End, end)));
    way
}

/// The claims and destroys that can still run: what stands behind the failing command, then what stands before it, which
/// is mostly called from behind, or by a trap in the end. The last one told counts those that are not.
fn effects(checked: &Checked, failing: Span, on_failure: &OnFailure) -> Vec<Stop> {
    let claims = on_failure.claims.iter().map(|it| (it.span, StopKind::Claim));
    let destroys = on_failure.destroys.iter().map(|it| (it.span, StopKind::Destroy));
    let mut all: Vec<(Span, StopKind)> = claims.chain(destroys).collect();
    all.sort_by_key(|(span, _)| (*span < failing, *span));
    let told = all.iter().take(MAX_EFFECTS).map(|&(span, kind)| {
        let harm = if kind == StopKind::Claim { "claims success" } else { "destroys" };
        Stop { kind, span, text: format!("`{}` can still run, and {harm}", name(checked, span)) }
    });
    let mut told: Vec<Stop> = told.collect();
    if let (more @ 1.., Some(last)) = (all.len().saturating_sub(MAX_EFFECTS), told.last_mut()) {
        last.text = format!("{}; so do {more} more", last.text);
    }
    told
}

/// The first word of a command, as it is written.
fn name(checked: &Checked, span: Span) -> String {
    let text = checked.report.document(span.file).text.get(span.range()).unwrap_or_default();
    let first = text.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    String::from_utf8_lossy(first).into_owned()
}
