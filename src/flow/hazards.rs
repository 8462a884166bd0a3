//! What could end, or change, a run in which all is well: statuses that are answers, readers that leave a pipeline early,
//! variables that may be unset, code that nobody has read. A fix that brings one of these to light is not safe.

use rustc_hash::FxHashSet;

use super::describe::describe;
use super::engine::Engine;
use super::units::Units;
use crate::diagnostic::Label;
use crate::shell::knowledge::Input;
use crate::shell::{Opt, Setting};
use crate::syntax::{Command, CommandKind, List, Pipeline, Word};
use crate::text::Span;

/// A kind of hazard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum HazardKind {
    /// A non-zero answer ends the script.
    Answer,
    /// A reader may leave before its writer is done, and the writer's 141 counts.
    Reader,
    /// Code that is not read runs under errexit.
    Unread,
}

/// See the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Hazard {
    pub(super) at: Span,
    pub(super) kind: HazardKind,
}

impl Engine<'_> {
    /// Notes readers that may leave early in a pipeline whose status counts them.
    pub(super) fn note_readers(&mut self, pipeline: &Pipeline, options: crate::shell::Options) {
        if options.get(Opt::Pipefail) == Setting::Off {
            return;
        }
        for pair in pipeline.commands.windows(2) {
            if !reads_to_the_end(&pair[0], &pair[1], self.program.units) {
                self.hazards.insert(Hazard { at: pair[1].span, kind: HazardKind::Reader });
            }
        }
    }

    /// Notes a `shift` where nothing may be left to be shifted: status 1 in bash. Loops that ask for `$#` or `$1` first know.
    pub(super) fn note_shift(&mut self, shift: &Command, options: crate::shell::Options) {
        let hazard = Hazard { at: shift.span, kind: HazardKind::Answer };
        if options.get(Opt::Errexit) == Setting::Off || self.hazards.contains(&hazard) {
            return;
        }
        let units = self.program.units;
        let asked_before = units.scripts.iter().any(|script| {
            let mut asked = false;
            script.each_command(&mut |command| {
                if let CommandKind::Loop(each) = &command.kind {
                    asked |= command.span.contains(shift.span) && asks_for_parameters(&each.condition, units);
                }
            });
            asked
        });
        if !asked_before {
            self.hazards.insert(hazard);
        }
    }

    /// Notes code that is not read where errexit may act on it.
    pub(super) fn note_unread(&mut self, command: &Command, options: crate::shell::Options) {
        if options.get(Opt::Errexit) != Setting::Off {
            self.hazards.insert(Hazard { at: command.span, kind: HazardKind::Unread });
        }
    }
}

fn asks_for_parameters(condition: &List, units: &Units) -> bool {
    let texts = condition.statements.iter().map(|statement| units.text(statement.span));
    texts.into_iter().any(|text| {
        [&b"$#"[..], b"$1", b"${1", b"${#"]
            .iter()
            .any(|name| text.windows(name.len()).any(|part| part == *name))
    })
}

/// Whether `reader` takes all that `writer` has to say.
fn reads_to_the_end(writer: &Command, reader: &Command, units: &Units) -> bool {
    let input = match &reader.kind {
        CommandKind::Simple(simple) => {
            let words: Vec<&Word> = simple.words.iter().collect();
            describe(&words, units).input
        }
        CommandKind::Loop(each) => loop_input(&each.condition, &each.body, units),
        _ => Input::Unknown,
    };
    // Something short has been written before a reader that takes at least a line can leave.
    input == Input::Whole || input == Input::Early && only_prints(writer, units)
}

fn only_prints(command: &Command, units: &Units) -> bool {
    let words: Vec<&Word> =
        command.as_simple().map(|simple| simple.words.iter().collect()).unwrap_or_default();
    describe(&words, units).prints
}

/// `while read line; do …; done` reads to the end unless something leaves the loop.
fn loop_input(condition: &List, body: &List, units: &Units) -> Input {
    let reads = condition.statements.first().and_then(|statement| {
        let simple = statement.only_pipeline()?.only_command()?.as_simple()?;
        let words = simple.words.first()?;
        words.literal_str(units.source(words.span.file))
    });
    let leaves = units.scripts.iter().any(|script| {
        let mut leaves = false;
        script.each_command_in(body, &mut |command| {
            let name =
                command.as_simple().and_then(|simple| simple.words.first()).map(|word| units.text(word.span));
            leaves |= matches!(name, Some(b"break" | b"exit" | b"return"));
        });
        leaves
    });
    if reads.as_deref() == Some("read") && !leaves { Input::Whole } else { Input::Early }
}

/// The hazards of a script in words, sorted by place.
pub(super) fn tell(hazards: &FxHashSet<Hazard>, units: &Units) -> Vec<Label> {
    let mut sorted: Vec<&Hazard> = hazards.iter().collect();
    sorted.sort_unstable();
    sorted.into_iter().map(|hazard| Label { span: hazard.at, message: words(hazard, units) }).collect()
}

fn words(hazard: &Hazard, units: &Units) -> String {
    let text = String::from_utf8_lossy(units.text(hazard.at)).into_owned();
    let name = text.split_whitespace().next().unwrap_or_default();
    match hazard.kind {
        HazardKind::Answer => {
            format!("the status of `{name}` may be an answer and not a failure, and would now end the script")
        }
        HazardKind::Reader => format!(
            "`{name}` may stop reading before its writer is done, whose status 141 would now be the pipeline's"
        ),
        HazardKind::Unread => {
            format!("what `{name}` runs is not known; whatever fails in it would now end the script")
        }
    }
}
