//! What happens when one command fails, in words for a place that draws by itself, such as an editor.

use super::{way, words};
use crate::diagnostic::Label;
use crate::flow::{Entry, Exit};
use crate::report::Checked;
use crate::report::place::Places;

/// Tells of the commands of one script.
pub struct Teller<'a> {
    checked: &'a Checked,
    places: Places<'a>,
}

impl<'a> Teller<'a> {
    /// Of the commands of this one.
    pub fn new(checked: &'a Checked) -> Self {
        Self { checked, places: Places::new(checked) }
    }

    /// What happens when the command fails, in a few words: `ignored: goes on at line 8`.
    pub fn words(&self, entry: &Entry) -> String {
        words(self.checked, &self.places, entry)
    }

    /// How the script ends after the command's failure, where it is one: `exits 0`.
    pub fn end(&self, entry: &Entry) -> Option<&'static str> {
        let on_failure = entry.failure()?;
        Some(end(on_failure.exit))
    }

    /// The way of the failure, from the command to the end of the script; empty where it is none.
    pub fn way(&self, entry: &Entry) -> Vec<Label> {
        let Some(on_failure) = entry.failure() else { return Vec::new() };
        let stops = way(self.checked, entry.span, on_failure).into_iter();
        stops.map(|stop| Label { span: stop.span, message: stop.text }).collect()
    }
}

/// `the script …`
pub(super) fn end(exit: Exit) -> &'static str {
    match exit {
        Exit::Zero => "exits 0",
        Exit::Either => "may exit 0",
        Exit::Nonzero => "exits non-zero",
    }
}

#[cfg(test)]
mod tests {
    use super::Teller;
    use crate::report::{Alarm, Failures, story};

    #[test]
    fn a_command_of_the_story_is_told() {
        let checked = story::traced(story::TEXT);
        let teller = Teller::new(&checked);
        let entry = checked.report.trace.entries.iter().find(|entry| entry.name == "rm").unwrap();
        assert_eq!(Alarm::of(entry), Alarm::Silent);
        assert_eq!(teller.words(entry), "ignored: goes on at line 8");
        assert_eq!(teller.end(entry), Some("exits 0"));
        let way: Vec<String> = teller.way(entry).into_iter().map(|stop| stop.message).collect();
        let expected = [
            "`rm` fails",
            "nobody looks at the status; `echo` runs next",
            "`echo` can still run, and claims success",
            "the script exits 0",
        ];
        assert_eq!(way, expected);
        let claim = checked.report.trace.entries.last().unwrap();
        assert_eq!((Alarm::of(claim), teller.end(claim), teller.way(claim).len()), (Alarm::None, None, 0));
        assert_eq!(Failures::of(&checked.report.trace).in_short(), "5 commands · 5 fail in silence");
    }
}
