//! Failures of which a command's status says nothing: `curl` is done when the server has answered, whatever it answered.

use schemars::JsonSchema;
use serde::Deserialize;

use super::arguments::Arg;
use super::facts::{Alternatives, CommandFacts, Pattern};
use super::reading::Reading;

/// What a command passes over, and ends with 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lie {
    /// A server that answers with an error.
    HttpError,
    /// A statement that fails, unless a variable or an option makes it stop there.
    SqlError,
    /// A line that fails, of a script that it is fed or that its words hold.
    ScriptError,
    /// A source that could not be reached: what was there before is used.
    StaleIndex,
    /// What fails after it has been started, for nobody waits for it.
    Start,
    /// Failures that an option tells it to pass over.
    Told,
    /// The message that says why it has failed.
    Silent,
    /// That the other side says nothing: it waits for as long as that lasts, and has no status at all.
    Wait,
}

/// One lie of a command, and when it is told.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LieEntry {
    of: Lie,
    /// All must be there, as in `when`; a flag that is named twice has to be there twice.
    #[serde(default)]
    args: Vec<Alternatives>,
    /// One argument must match, as in `when`.
    matches: Option<Pattern>,
    /// Only where it is fed something.
    fed: Option<Fed>,
    /// Only where standard output goes to a file, a pipe or a substitution.
    #[serde(default)]
    read: bool,
    /// With one of these its status tells the truth.
    #[serde(default)]
    unless: Vec<String>,
    /// The same of an argument, or a here-document that it is fed, that matches.
    unless_matches: Option<Pattern>,
    /// The words that make it honest, to be put behind its name.
    honest: Option<String>,
}

/// What a call has to be fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Fed {
    /// A file, a here-document, a pipe.
    Anything,
    /// A here-document, so that its text is known.
    Text,
}

/// Where a call's input comes from and its output goes to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Streams<'a> {
    /// Standard input is a file, a here-document or a pipe.
    pub fed: bool,
    /// The text of the here-document that it is fed.
    pub text: Option<&'a str>,
    /// Standard output goes to a file, a pipe or a substitution.
    pub read: bool,
}

impl LieEntry {
    /// Whether such a call tells it. Where an argument that is not known may make it honest, it does not.
    fn is_told(&self, reading: &Reading<'_>, args: &[Arg<'_>], streams: Streams<'_>) -> bool {
        let any_is = |pattern: &Pattern| args.iter().any(|arg| pattern.is_match(arg.known()));
        let says = |pattern: &Pattern| streams.text.is_some_and(|text| pattern.is_match(text));
        let honest = self.unless_matches.as_ref().is_some_and(|pattern| any_is(pattern) || says(pattern));
        let is_fed = self.fed.is_none_or(|fed| match fed {
            Fed::Anything => streams.fed,
            Fed::Text => streams.text.is_some(),
        });
        is_fed
            && (!self.read || streams.read)
            && reading.has_all(&self.args)
            && self.matches.as_ref().is_none_or(any_is)
            && !self.unless.iter().any(|option| reading.has_flag(option))
            && !honest
    }
}

impl CommandFacts {
    /// What a call with these arguments passes over, and the words that would keep it from that.
    pub fn lies(&self, args: &[Arg<'_>], streams: Streams<'_>) -> Vec<(Lie, Option<&str>)> {
        if self.lies.is_empty() {
            return Vec::new();
        }
        let reading = self.reading(args);
        let told = self.lies.iter().filter(|lie| lie.is_told(&reading, args, streams));
        told.map(|lie| (lie.of, lie.honest.as_deref())).collect()
    }
}
