//! What happens when one command fails, step by step, as a picture of the script.

use codespan_reporting::diagnostic::{LabelStyle, Severity as Kind};

use super::teller::end;
use super::{Alarm, Stop, way, words};
use crate::diagnostic::Label;
use crate::flow::{Entry, Fate};
use crate::report::place::Places;
use crate::report::text::{Sketch, draw_all};
use crate::report::{Checked, Colour};
use crate::text::{FileId, Span};

/// The stories of the commands on one line of a script.
pub enum Lines {
    /// One picture for each.
    Told(Vec<u8>),
    /// There is no command on that line; these are the nearest lines that have some.
    None(Vec<u32>),
}

/// Tells of each command that starts on a 1-based line of the script, or else of those that reach over it.
pub fn stories(checked: &Checked, line: u32, colour: Colour) -> Lines {
    let places = Places::new(checked);
    let own = || checked.report.trace.entries.iter().filter(|entry| entry.span.file == FileId(0));
    let first = |entry: &Entry| places.line(entry.span);
    let last = |entry: &Entry| places.end(entry.span).position.line;
    let mut told: Vec<&Entry> = own().filter(|entry| first(entry) == line).collect();
    if told.is_empty() {
        told = own().filter(|entry| first(entry) <= line && line <= last(entry)).collect();
    }
    if told.is_empty() {
        let before = own().map(first).filter(|it| *it < line).max();
        let after = own().map(first).filter(|it| *it > line).min();
        return Lines::None(before.into_iter().chain(after).collect());
    }
    Lines::Told(draw(checked, &places, &told, colour))
}

/// Tells of one command.
pub fn story(checked: &Checked, entry: &Entry, colour: Colour) -> Vec<u8> {
    draw(checked, &Places::new(checked), &[entry], colour)
}

fn draw(checked: &Checked, places: &Places<'_>, entries: &[&Entry], colour: Colour) -> Vec<u8> {
    let tales: Vec<Tale> = entries.iter().map(|entry| Tale::of(checked, places, entry)).collect();
    let sketches: Vec<Sketch<'_>> = tales.iter().map(Tale::sketch).collect();
    draw_all(checked, &sketches, colour)
}

/// What is told of one command.
struct Tale {
    kind: Kind,
    code: Option<&'static str>,
    message: String,
    /// One label for all that happens at one place.
    labels: Vec<Label>,
}

impl Tale {
    fn of(checked: &Checked, places: &Places<'_>, entry: &Entry) -> Self {
        let Some(on_failure) = entry.failure() else {
            return Self::idle(checked, places, entry);
        };
        let way = way(checked, entry.span, on_failure);
        let words = words(checked, places, entry);
        let exit = end(on_failure.exit);
        Self {
            kind: match Alarm::of(entry) {
                Alarm::Silent => Kind::Error,
                Alarm::Quiet => Kind::Warning,
                Alarm::Loud | Alarm::None => Kind::Note,
            },
            code: Some(code(on_failure.fate)),
            message: format!("when `{}` fails — {words} — the script {exit}", entry.name),
            labels: labels(entry.span, &way),
        }
    }

    fn idle(checked: &Checked, places: &Places<'_>, entry: &Entry) -> Self {
        let message = format!("`{}`: {}", entry.name, words(checked, places, entry));
        let labels = vec![Label { span: entry.span, message: String::new() }];
        Self { kind: Kind::Help, code: None, message, labels }
    }

    fn sketch(&self) -> Sketch<'_> {
        let styles = std::iter::once(LabelStyle::Primary).chain(std::iter::repeat(LabelStyle::Secondary));
        Sketch {
            kind: self.kind,
            code: self.code,
            message: self.message.clone(),
            marks: styles.zip(&self.labels).collect(),
            notes: Vec::new(),
        }
    }
}

/// The fate's word in the contracts.
fn code(fate: Fate) -> &'static str {
    match fate {
        Fate::Aborts => "aborts",
        Fate::Handled => "handled",
        Fate::Swallowed => "swallowed",
        Fate::Masked => "masked",
        Fate::BecomesStatus => "becomes-status",
        Fate::Ignored => "ignored",
    }
}

/// The stops with their numbers, by place; the place of the failure comes first.
fn labels(failing: Span, way: &[Stop]) -> Vec<Label> {
    let mut labels = vec![Label { span: failing, message: String::new() }];
    for (index, stop) in way.iter().enumerate() {
        let said = format!("{}. {}", index + 1, stop.text);
        match labels.iter_mut().find(|label| label.span == stop.span) {
            Some(label) if label.message.is_empty() => label.message = said,
            Some(label) => label.message.extend(["; ", &said]),
            None => labels.push(Label { span: stop.span, message: said }),
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::{Lines, stories};
    use crate::report::{Colour, story};

    fn told(line: u32) -> String {
        match stories(&story::traced(story::TEXT), line, Colour::Off) {
            Lines::Told(pictures) => String::from_utf8(pictures).unwrap(),
            Lines::None(nearest) => format!("none; {nearest:?}"),
        }
    }

    #[test]
    fn the_story_line_by_line() {
        let told = |line| format!("line {line}\n{}\n", told(line));
        let all = (1..=8).map(told).collect::<Vec<String>>().concat();
        insta::with_settings!({snapshot_path => "../../../snapshots/report", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("story-lines", all);
        });
    }

    #[test]
    fn the_nearest_lines_are_named() {
        assert_eq!(told(4), "none; [3, 5]");
        assert_eq!(told(1), "none; [3]");
        assert_eq!(told(4_000_000_000), "none; [8]");
    }
}
