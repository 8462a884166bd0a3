//! Lines that end as on Windows: to the shell the carriage return is a part of the last word.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::damage::{CarriageReturns, carriage_returns};
use crate::text::{FileId, Span};

pub static RULE: Rule = Rule {
    id: RuleId("carriage-return"),
    family: Family::Text,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Stable,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/text/carriage-return.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let text = cx.units.source(FileId(0));
    let Some(found) = carriage_returns(cx.units.script(), text) else { return };
    let finding = match &found {
        CarriageReturns::BeforeLineFeeds(ends) => before_line_feeds(cx, ends),
        CarriageReturns::InsteadOfLineFeeds(all) => instead_of_line_feeds(all),
    };
    out.add([], finding);
}

fn before_line_feeds(cx: &Context<'_>, ends: &[Span]) -> Diagnostic {
    let in_shebang = cx.lines.line(ends[0].start) == 1 && cx.units.source(FileId(0)).starts_with(b"#!");
    let here =
        if in_shebang { "the system looks for a shell of that name, and finds none" } else { "here first" };
    let lines = if ends.len() == 1 { "1 line ends".to_owned() } else { format!("{} lines end", ends.len()) };
    let message =
        format!("{lines} with a carriage return, which the shell takes for a part of the last word");
    Diagnostic::new(RULE.id, RULE.severity, ends[0], message)
        .here(here)
        .help("save the file with line feeds alone; `tr -d '\\r'` takes the others off")
        .fix(Some(replaced(ends, "", "take the carriage returns off")))
}

fn instead_of_line_feeds(all: &[Span]) -> Diagnostic {
    let message = "no line of this script ends: to the shell a carriage return is a character like others";
    Diagnostic::new(RULE.id, RULE.severity, all[0], message)
        .here("all that stands behind a `#` is one comment, and is not run")
        .help("save the file with line feeds at the ends of lines")
        .fix(Some(replaced(all, "\n", "put line feeds in the place of carriage returns")))
}

fn replaced(spans: &[Span], content: &str, title: &str) -> Fix {
    let edits = spans.iter().map(|span| Edit::replace(*span, content)).collect();
    Fix::unsafe_because(title, edits, "every command gets other words: what the script does changes")
}
