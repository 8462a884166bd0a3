//! The trace of one script as a table.

use tabled::builder::Builder;
use tabled::settings::object::{Columns, Object, Rows};
use tabled::settings::peaker::Priority;
use tabled::settings::{Alignment, Color, Padding, Style, Width};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Alarm, closing, exit_word, line, shell_word, source, words};
use crate::flow::{Effect, Entry, OnFailure};
use crate::report::clean::clean_word;
use crate::report::place::Places;
use crate::report::{Checked, Colour};
use crate::text::{FileId, Span};

/// Columns that a command may take where nothing bounds the table.
const COMMAND: usize = 44;
/// Columns that one claim or destroy may take, likewise.
const EFFECT: usize = 48;
/// Claims and destroys that one row tells.
const MAX_EFFECTS: usize = 6;
const HEAD: [&str; 5] = ["line", "command", "when it fails", "script exits", "what can still run"];

/// How a table is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// With or without colour.
    pub colour: Colour,
    /// Columns of the terminal, if it is shown on one.
    pub width: Option<usize>,
}

/// The trace of one script as a table, with a line that sums it up.
pub fn table(checked: &Checked, look: Look) -> String {
    let report = &checked.report;
    let places = Places::new(checked);
    let shell = report.shell.map_or_else(String::new, |shell| format!(" ({})", shell_word(shell)));
    let mut text = format!("{}{shell}\n\n", clean_word(&report.document(FileId(0)).path));
    if !report.trace.entries.is_empty() {
        let rows = report.trace.entries.iter().map(|entry| row(checked, &places, entry, look));
        let alarms = report.trace.entries.iter().map(Alarm::of);
        text.push_str(&drawn(rows, alarms, look));
        text.push('\n');
    }
    for region in &report.not_checked {
        text.extend([&clean_word(&region.message), "\n"]);
    }
    text.push_str(&closing(checked));
    text.push('\n');
    text
}

fn row(checked: &Checked, places: &Places<'_>, entry: &Entry, look: Look) -> [String; 5] {
    let line = at(places, entry.span);
    let widest = look.width.map_or(COMMAND, |width| width.max(COMMAND));
    let command = cut(&clean_word(&one_line(&source(checked, entry.span))), widest);
    let words = words(checked, places, entry);
    let working = entry.failure();
    let exit = working.map_or("", |on_failure| exit_word(on_failure.exit));
    let effects = working.map_or_else(String::new, |on_failure| effects(on_failure, places, look));
    [line, command, words, exit.to_owned(), effects]
}

/// What the failure of one command has led to in the end, in the words of the table.
pub fn aftermath(checked: &Checked, entry: &Entry) -> String {
    let Some(on_failure) = entry.failure() else { return String::new() };
    let effects = effects(on_failure, &Places::new(checked), Look { colour: Colour::Off, width: None });
    let effects = if effects.is_empty() { "nothing that destroys or claims".to_owned() } else { effects };
    let rows = [(HEAD[4], effects.as_str()), (HEAD[3], exit_word(on_failure.exit))];
    let width = rows.iter().map(|(head, _)| head.width()).max().unwrap_or_default();
    let row = |(head, text): (&str, &str)| {
        let heads = std::iter::once(head).chain(std::iter::repeat(""));
        text.lines()
            .zip(heads)
            .map(|(line, head)| format!("{head:width$}  {line}\n"))
            .collect::<Vec<String>>()
    };
    rows.into_iter().flat_map(row).collect()
}

/// A command over several lines, on one.
fn one_line(command: &str) -> String {
    let lines = command.lines().map(|line| line.trim().trim_end_matches('\\').trim_end());
    lines.filter(|line| !line.is_empty()).collect::<Vec<&str>>().join(" ")
}

/// A line's number; with its file where that is one that the script sources.
fn at(places: &Places<'_>, span: Span) -> String {
    let line = places.line(span);
    match span.file {
        FileId(0) => line.to_string(),
        _ => format!("{}:{line}", clean_word(places.start(span).path)),
    }
}

/// Claims and destroys in the order of the script, one on each line.
fn effects(on_failure: &OnFailure, places: &Places<'_>, look: Look) -> String {
    let widest = look.width.map_or(EFFECT, |width| width.max(EFFECT));
    let tell = |what: &str, effect: &Effect| {
        format!("{} {what}: {}", line(places, effect.span), cut(&clean_word(&effect.text), widest))
    };
    let destroys = on_failure.destroys.iter().map(|it| (it.span, "destroys", it));
    let claims = on_failure.claims.iter().map(|it| (it.span, "claims", it));
    let mut all: Vec<(Span, &str, &Effect)> = destroys.chain(claims).collect();
    all.sort_by_key(|(span, ..)| *span);
    let more = all.len().saturating_sub(MAX_EFFECTS);
    let shown = all.iter().take(MAX_EFFECTS).map(|(_, what, effect)| tell(what, effect));
    let rest = (more > 0).then(|| format!("and {more} more"));
    shown.chain(rest).collect::<Vec<String>>().join("\n")
}

/// At most `width` columns of a terminal; what is cut off is shown by `…`.
pub(super) fn cut(text: &str, width: usize) -> String {
    // No text that fits is longer than this: a line of megabytes need not be measured.
    let long = text.len() > 16 * (width + 1);
    if !long && text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let fits = |c: &char| {
        let needed = c.width().unwrap_or(0);
        let fits = needed <= left;
        left = left.saturating_sub(needed);
        fits
    };
    // Characters without a width fit without end.
    text.chars().take(16 * width).take_while(fits).chain(['…']).collect()
}

/// The rows under their head; numbers of lines to the right, all else to the left.
fn drawn(rows: impl Iterator<Item = [String; 5]>, alarms: impl Iterator<Item = Alarm>, look: Look) -> String {
    let mut builder = Builder::default();
    builder.push_record(HEAD);
    let mut filled = Vec::new();
    for row in rows {
        filled.push(row.iter().rposition(|cell| !cell.is_empty()).unwrap_or_default());
        builder.push_record(row);
    }
    let mut table = builder.build();
    table.with(Style::empty()).with(Padding::new(0, 2, 0, 0));
    table.modify(Columns::first(), Alignment::right());
    if let Some(width) = look.width {
        table.with(Width::truncate(width).priority(Priority::max(true)).suffix("…").multiline(true));
    }
    if look.colour == Colour::On {
        table.modify(Rows::first(), Color::BOLD);
        for (index, (alarm, last)) in alarms.zip(filled).enumerate() {
            table.modify(Rows::one(index + 1).intersect(Columns::new(2..=last)), colour(alarm));
        }
    }
    let lines = table.to_string();
    lines.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

fn colour(alarm: Alarm) -> Color {
    match alarm {
        Alarm::Silent => Color::FG_RED,
        Alarm::Quiet => Color::FG_YELLOW,
        Alarm::Loud => Color::FG_GREEN,
        Alarm::None => Color::FG_BRIGHT_BLACK,
    }
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::{Look, MAX_EFFECTS, cut, table};
    use crate::report::{Colour, story};

    const PLAIN: Look = Look { colour: Colour::Off, width: None };

    #[test]
    fn the_story_as_a_table() {
        insta::with_settings!({snapshot_path => "../../../snapshots/report", prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!("story-table", table(&story::checked(), PLAIN));
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
        let table = table(&checked, PLAIN);
        assert!(table.chars().all(|c| c == '\n' || !c.is_control()), "{table:?}");
        assert!(table.contains("…  never reached"), "{table}");
    }

    #[test]
    fn a_narrow_terminal_holds_the_table() {
        for width in [50, 72, 100] {
            let table = table(&story::checked(), Look { colour: Colour::Off, width: Some(width) });
            assert!(table.lines().all(|line| line.width() <= width), "{width}:\n{table}");
            assert!(width < 72 || table.contains("line 7 "), "{table}");
        }
    }

    #[test]
    fn colour_is_only_written_when_asked_for() {
        let coloured = table(&story::checked(), Look { colour: Colour::On, ..PLAIN });
        let (red, plain) = ("\u{1b}[31mlost in the pipeline", table(&story::checked(), PLAIN));
        assert!(coloured.contains(red) && !plain.contains('\u{1b}'), "{coloured}");
        let bare =
            regex_lite::Regex::new("\u{1b}\\[[0-9]+m").unwrap().replace_all(&coloured, "").into_owned();
        let trimmed: Vec<&str> = bare.lines().map(str::trim_end).collect();
        assert_eq!(trimmed, plain.lines().collect::<Vec<&str>>());
    }

    #[test]
    fn many_effects_are_counted() {
        let mut checked = story::checked();
        let on_failure = checked.report.trace.entries[0].on_failure.as_mut().unwrap();
        let claim = on_failure.claims.first().unwrap().clone();
        on_failure.claims = std::iter::repeat_n(claim, 20).collect();
        let table = table(&checked, PLAIN);
        assert_eq!(table.matches("claims: ").count(), MAX_EFFECTS - 1 + 4, "{table}");
        assert!(table.contains("and 15 more"), "{table}");
    }

    #[test]
    fn what_is_cut_fits() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "long…");
        assert_eq!(cut("🗻🗻🗻", 4), "🗻…");
        assert!(cut("🗻🗻🗻", 4).width() <= 4);
    }
}
