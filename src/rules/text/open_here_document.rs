//! A here-document that is never closed: the rest of the script is fed to its command.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::Dialect;
use crate::syntax::damage::{OpenHereDocument, Slip, open_here_document};
use crate::text::FileId;

pub static RULE: Rule = Rule {
    id: RuleId("open-here-document"),
    family: Family::Text,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/text/open-here-document.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let text = cx.units.source(FileId(0));
    let Some(open) = open_here_document(cx.units.script(), text) else { return };
    let lines = cx.text(open.body).lines().count();
    let rest =
        if lines == 1 { "the line below it".to_owned() } else { format!("all {lines} lines below it") };
    let message = format!("this here-document is never closed: it takes {rest} for its text");
    // Without a line that was meant to close it, nothing but the marker may be missing.
    let severity = if open.slip.is_some() { RULE.severity } else { Severity::Warning };
    let marker = String::from_utf8_lossy(&open.marker);
    let here = match cx.dialect() {
        Dialect::Mksh => "mksh refuses the script",
        _ => "what is text is not run",
    };
    let mut finding = Diagnostic::new(RULE.id, severity, open.redirect, message).here(here);
    if let Some((line, slip)) = open.slip {
        finding = finding.because(line, reason(slip, open.tabs_stripped));
    }
    finding = finding.help(format!("end it with a line that says `{marker}` and nothing else"));
    out.add([], finding.fix(close(&open)));
}

fn reason(slip: Slip, tabs_stripped: bool) -> &'static str {
    match slip {
        Slip::Indented if tabs_stripped => "this does not close it: `<<-` takes off tabs, not blanks",
        Slip::Indented => "this does not close it: blanks stand before the marker",
        Slip::BlanksBehind => "this does not close it: blanks stand behind the marker",
        Slip::CarriageReturn => "this does not close it: a carriage return stands behind the marker",
        Slip::Quoted => "this does not close it: the quotes belong to the first line alone",
        Slip::MoreBehind => "this does not close it: the marker needs a line for itself",
    }
}

/// The marker alone in the place of the line; not where the line says more than the marker.
fn close(open: &OpenHereDocument) -> Option<Fix> {
    let (line, _) = open.slip.filter(|(_, slip)| *slip != Slip::MoreBehind)?;
    let marker = String::from_utf8_lossy(&open.marker).into_owned();
    let why = "what stands below it is run from then on";
    Some(Fix::unsafe_because("close the here-document here", vec![Edit::replace(line, marker)], why))
}
