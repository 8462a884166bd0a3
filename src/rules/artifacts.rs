//! Files that a script makes to last, and what is asked of them: what the rules about checking them share.

use super::Context;
use super::operands::{
    is_within, makes, only_removes, plain, read_files, removed, selects_old, unquoted, verifies, written,
};
use crate::flow::Entry;
use crate::syntax::{Command, Pipeline};
use crate::text::Span;

/// A file that the script makes of something else: a dump, an archive.
pub(super) struct Artifact<'a> {
    /// The command that makes what is in it.
    pub(super) maker: &'a Entry,
    /// The pipeline that writes it.
    pub(super) pipeline: &'a Pipeline,
    /// Its name, as it is written, quotes taken off.
    pub(super) file: String,
}

/// The files that the script makes to last, in the order of the text.
pub(super) fn artifacts<'a>(cx: &Context<'a>) -> Vec<Artifact<'a>> {
    let mut found = Vec::new();
    for pipeline in cx.all_pipelines() {
        let in_it = |entry: &&Entry| pipeline.commands.iter().any(|it| it.id == entry.id);
        let entries = cx.trace.entries.iter().filter(in_it);
        let Some(maker) = entries.into_iter().find(|entry| entry.on_failure.is_some() && makes(cx, entry))
        else {
            continue;
        };
        let files = pipeline.commands.iter().flat_map(|command| written(cx, command));
        let lasting = files.filter(|file| !is_temporary(cx, file));
        found.extend(lasting.map(|file| Artifact { maker, pipeline, file }));
    }
    found
}

/// Whether a file is there for the script alone: its name says so, or that of the variable does by which it is known.
pub(super) fn is_temporary(cx: &Context<'_>, file: &str) -> bool {
    let says = |text: &str| {
        let text = text.to_lowercase();
        ["tmp", "temp", "/dev/", "/proc/"].iter().any(|sign| text.contains(sign))
    };
    let named = file
        .split('$')
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>());
    says(file) || named.into_iter().any(|name| cx.values_of(&name).iter().any(|value| says(value)))
}

impl<'a> Artifact<'a> {
    /// The pipelines that remove older copies of it.
    pub(super) fn prunes(&self, cx: &Context<'a>) -> impl Iterator<Item = Span> {
        let pipelines = cx.all_pipelines();
        pipelines.filter(|pipeline| self.is_pruned_by(cx, pipeline)).map(|pipeline| pipeline.span)
    }

    /// The commands that remove what it was made of.
    pub(super) fn removals_of_sources(&self, cx: &Context<'a>) -> impl Iterator<Item = Span> {
        let sources: Vec<String> = self.pipeline.commands.iter().flat_map(|it| read_files(cx, it)).collect();
        let removals = cx.trace.entries.iter().filter(|entry| only_removes(cx, entry));
        let own = removals.filter(move |entry| {
            let gone = removed(cx, entry);
            sources.iter().any(|source| gone.iter().any(|path| is_within(source, path)))
        });
        own.map(|entry| entry.span)
    }

    /// Whether a command looks into it: by a check, a test whether it is empty, or a question.
    pub(super) fn is_checked_by(&self, cx: &Context<'_>, command: &Command) -> bool {
        let text = plain(&cx.text(command.span));
        if command.span == self.pipeline.span || !names(&text, &self.file) {
            return false;
        }
        let entry = cx.entry_by_id(command.id);
        let verifies = entry.is_some_and(|entry| verifies(cx, entry));
        let sizes = ["-s", "-gt", "-lt", "-ge", "-le"];
        let weighs = cx.is_test(command)
            && text.split_whitespace().any(|word| word == self.file)
            && text.split_whitespace().any(|word| sizes.contains(&word));
        verifies || weighs
    }

    /// Whether a command picks old copies of it to have them removed: it looks through the directory in which it lies.
    fn is_pruned_by(&self, cx: &Context<'_>, pipeline: &Pipeline) -> bool {
        let below = |path: &String| {
            let rest = self.file.strip_prefix(path.trim_end_matches('/'));
            !matches!(path.as_str(), "" | "." | "/") && rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let inside = cx.trace.entries.iter().filter(|entry| pipeline.span.contains(entry.span));
        let removes = inside.into_iter().any(|entry| only_removes(cx, entry));
        removes
            && pipeline.commands.iter().filter(|command| selects_old(cx, command)).any(|command| {
                let words = command.as_simple().into_iter().flat_map(|simple| simple.words.iter().skip(1));
                words.into_iter().any(|word| below(&unquoted(cx, word)))
            })
    }
}

/// Whether a text speaks of the file, and not of one whose name begins alike.
fn names(text: &str, file: &str) -> bool {
    text.match_indices(file).any(|(at, _)| {
        let behind = text[at + file.len()..].chars().next();
        behind.is_none_or(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/')))
    })
}
