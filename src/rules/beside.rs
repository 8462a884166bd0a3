//! What a script does beside its work, whose failure is not to end that: it tells of it, or tidies up; and what it does though it
//! may fail, as what is done with its error messages shows.

use super::Context;
use super::artifacts::is_temporary;
use super::operands::{is_deadly, only_looks, plain, unquoted, written};
use super::traps_set::tidied;
use crate::syntax::{Command, RedirectOperator};
use crate::text::Span;

/// Commands that tell somebody.
const TELL: [&str; 6] = ["mail", "mailx", "sendmail", "logger", "wall", "notify-send"];

/// Commands that print what they are given.
const PRINT: [&str; 3] = ["echo", "printf", "date"];

/// A command that its author may want to be passed over where it fails, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// With its redirections.
    pub span: Span,
    /// What it is, of `it`.
    pub why: &'static str,
}

/// Those of a script.
pub(super) fn beside(cx: &Context<'_>) -> Vec<Beside> {
    let tests = cx.commands().filter(|it| cx.is_test(it)).map(|it| plain(&cx.text(it.span))).collect();
    let written = cx.commands().flat_map(|it| written(cx, it)).collect();
    let script = Script { cx, tests, written, tidied: tidied(cx) };
    let found = cx.commands().filter(|command| command.as_simple().is_some()).filter_map(|command| {
        let why = script.why(command)?;
        Some(Beside { span: command.span, why })
    });
    found.collect()
}

/// A script, with the text of its tests, the files that it writes, quotes taken off, and where its EXIT traps' commands stand.
struct Script<'c, 'a> {
    cx: &'c Context<'a>,
    tests: Vec<String>,
    written: Vec<String>,
    tidied: Vec<Span>,
}

impl Script<'_, '_> {
    fn why(&self, command: &Command) -> Option<&'static str> {
        let why = if self.is_looked_at(command) {
            "may fail, for the script asks whether it has printed anything"
        } else if self.shows(command) {
            "only shows something, and what comes behind it is shown without it, too"
        } else if self.tells(command) {
            "only tells of the work, which goes on without it"
        } else if self.tidies(command) {
            "only tidies up, and the work goes on without it"
        } else if self.removes_unseen(command) {
            "may fail, for nothing shows that what it removes is there"
        } else if self.cx.command_name(command.id).is_some_and(|name| is_deadly(&name)) {
            "is to end the script by itself"
        } else if self.is_named(command, &["modprobe", "sysctl"]) {
            "may fail for what this machine does not have"
        } else if self.may_fail(command) {
            "may fail, for something else is done with its error messages"
        } else {
            return None;
        };
        Some(why)
    }

    /// Whether nothing is run but a substitution, and what it gives is asked for: `x=$(c)` and `[ -z "$x" ]`.
    fn is_looked_at(&self, command: &Command) -> bool {
        let Some(simple) = command.as_simple().filter(|simple| simple.words.is_empty()) else { return false };
        simple.assignments.iter().any(|assignment| {
            let name = self.cx.text(assignment.name);
            let substitutes = self.cx.text(assignment.span).contains(['`', '(']);
            substitutes && self.is_asked_for(&format!("${name}"), &["-z", "-n"])
        })
    }

    /// Whether a command does nothing but write to where the script writes.
    fn shows(&self, command: &Command) -> bool {
        let cx = self.cx;
        let looks = cx.entry_by_id(command.id).is_some_and(|entry| {
            let brings = matches!(entry.name.as_str(), "." | "source" | "eval");
            !entry.is_function && !brings && only_looks(cx, entry)
        });
        let is_read = || {
            let feeds = |span: Span| span.contains(command.span);
            cx.is_substituted(command.span)
                || cx.pipelines().any(|it| it.commands.len() > 1 && feeds(it.span))
        };
        looks && command.redirects.is_empty() && !is_read()
    }

    fn tells(&self, command: &Command) -> bool {
        let logs = command.redirects.iter().any(|redirect| {
            let target = self.cx.text(redirect.target.span).to_ascii_lowercase();
            redirect.operator == RedirectOperator::Append && target.contains("log")
        });
        self.is_named(command, &TELL) || logs && self.is_named(command, &PRINT)
    }

    /// Whether a command removes temporary files alone, which may not be there: none that the script has written by that name; or
    /// takes something away when the script ends.
    fn tidies(&self, command: &Command) -> bool {
        let removed = self.operands(command);
        let in_trap = || self.tidied.iter().any(|body| body.contains(command.span));
        self.is_named(command, &["rm"])
            && !removed.is_empty()
            && removed.iter().all(|name| is_temporary(self.cx, name) && !self.written.contains(name))
            || in_trap() && self.is_named(command, &["rm", "kill", "stty", "tput"])
    }

    /// Whether `rm` without `-f` names something of which nothing before it speaks.
    fn removes_unseen(&self, command: &Command) -> bool {
        let words = command.as_simple().map(|simple| simple.words.as_slice()).unwrap_or_default();
        let options =
            || words.iter().map(|word| self.cx.text(word.span)).filter(|text| text.starts_with('-'));
        let forced = options().any(|text| text == "--force" || !text.starts_with("--") && text.contains('f'));
        if forced || !self.is_named(command, &["rm"]) {
            return false;
        }
        let before = |it: &&Command| it.as_simple().is_some() && it.span.end <= command.span.start;
        let texts: Vec<String> =
            self.cx.commands().filter(before).map(|it| plain(&self.cx.text(it.span))).collect();
        let mut names = self.operands(command);
        names.retain(|name| name.contains(|c: char| c.is_ascii_alphanumeric()));
        names.iter().any(|name| !texts.iter().any(|text| text.contains(name.as_str())))
    }

    /// The operands of a command, quotes taken off.
    fn operands(&self, command: &Command) -> Vec<String> {
        let words = command.as_simple().map(|simple| simple.words.as_slice()).unwrap_or_default();
        let names = words.iter().skip(1).map(|word| unquoted(self.cx, word));
        names.filter(|text| !text.starts_with('-')).collect()
    }

    fn may_fail(&self, command: &Command) -> bool {
        let errors = |redirect: &&_| self.cx.is_errors(redirect);
        command.redirects.iter().filter(errors).filter(|redirect| redirect.opens_file()).any(|redirect| {
            let name = unquoted(self.cx, &redirect.target);
            name == "/dev/null" || self.is_asked_for(&name, &["-s"])
        })
    }

    /// Whether a test with one of these options names a file or a value.
    fn is_asked_for(&self, name: &str, options: &[&str]) -> bool {
        self.tests.iter().any(|test| {
            let words: Vec<&str> = test.split_whitespace().collect();
            words.windows(2).any(|pair| options.contains(&pair[0]) && pair[1] == name)
        })
    }

    fn is_named(&self, command: &Command, names: &[&str]) -> bool {
        let word = command.as_simple().and_then(|simple| simple.words.first());
        let word = word.map(|word| self.cx.text(word.span));
        word.is_some_and(|word| names.contains(&word.rsplit('/').next().unwrap_or_default()))
    }
}
