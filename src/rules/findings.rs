//! What the rules have said of a script, and of what: one root cause is one finding.

use rustc_hash::FxHashSet;

use super::cause::Cause;
use super::{ALL, Context, Focus};
use crate::diagnostic::{Diagnostic, RuleId};
use crate::suppress::Suppressions;
use crate::text::{FileId, Span};

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The lost status of the command at this place.
    Status(Span),
    /// The claim at this place.
    Claim(Span),
    /// What is destroyed at this place.
    Destroy(Span),
    /// The code at this place, which does not do what it looks like.
    Code(Span),
}

impl Topic {
    /// The command, of a lost status.
    fn status(self) -> Option<Span> {
        match self {
            Self::Status(span) => Some(span),
            Self::Claim(_) | Self::Destroy(_) | Self::Code(_) => None,
        }
    }
}

/// The findings of one script as they come in; rules are asked in the order of their focus.
pub struct Findings<'a> {
    suppressions: &'a Suppressions<'a>,
    found: Vec<Diagnostic>,
    spoken: FxHashSet<Topic>,
    /// Commands of whose lost status the author has said that it does not matter.
    judged: FxHashSet<Span>,
}

impl<'a> Findings<'a> {
    /// Nothing is said yet.
    pub fn new(cx: &Context<'a>) -> Self {
        Self {
            suppressions: cx.suppressions,
            found: Vec::new(),
            spoken: FxHashSet::default(),
            judged: FxHashSet::default(),
        }
    }

    /// Adds a finding about something, unless a rule that looks closer has spoken of all of it.
    pub fn add(&mut self, topics: impl IntoIterator<Item = Topic>, mut finding: Diagnostic) {
        let topics: Vec<Topic> = topics.into_iter().collect();
        if !topics.is_empty() && topics.iter().all(|topic| self.spoken.contains(topic)) {
            return;
        }
        let (rule, place) = (finding.rule, finding.primary.span);
        if self.is_suppressed(rule, place) && self.suppressions.judges(rule, place) {
            self.judged.extend(topics.iter().filter_map(|topic| topic.status()));
        }
        finding.statuses.extend(topics.iter().filter_map(|topic| topic.status()));
        finding.statuses.sort_unstable();
        finding.statuses.dedup();
        self.spoken.extend(topics);
        self.found.push(finding);
    }

    /// Adds a finding about the statuses of these commands.
    pub fn add_lost(&mut self, causes: &[Cause<'_>], finding: Diagnostic) {
        self.add(causes.iter().map(|cause| Topic::Status(cause.entry.span)), finding);
    }

    /// Whether no rule has spoken of this yet.
    pub fn is_open(&self, topic: Topic) -> bool {
        !self.spoken.contains(&topic)
    }

    /// Those of some causes that no rule has spoken of yet. What the author has judged, by a suppression of `rule` at the
    /// command itself, is settled, for this rule and for all that are asked after it.
    pub fn open<'c>(&mut self, rule: RuleId, causes: impl Iterator<Item = Cause<'c>>) -> Vec<Cause<'c>> {
        let mut open = Vec::new();
        for cause in causes {
            let span = cause.entry.span;
            if !self.is_open(Topic::Status(span)) {
                continue;
            }
            if self.is_judged(rule, span) {
                self.spoken.insert(Topic::Status(span));
                self.judged.insert(span);
            } else {
                open.push(cause);
            }
        }
        open
    }

    /// The commands whose failure is lost, except those that the author has judged by a suppression of the rule that
    /// speaks of it: where no rule speaks of the command itself, of one that counts for the whole script.
    pub fn silent<'c>(&self, cx: &Context<'c>) -> Vec<Cause<'c>> {
        let counting = || ALL.iter().filter(|rule| rule.focus == Focus::Script);
        let judged = |cause: &Cause<'_>| {
            let span = cause.entry.span;
            if self.spoken.contains(&Topic::Status(span)) {
                self.judged.contains(&span)
            } else {
                counting().any(|rule| self.is_judged(rule.id, span))
            }
        };
        cx.lost().filter(|cause| !judged(cause)).collect()
    }

    /// Whether a suppression of `rule` at the command itself covers it.
    fn is_judged(&self, rule: RuleId, command: Span) -> bool {
        command.file == FileId(0) && self.suppressions.judges(rule, command)
    }

    /// Whether a suppression of `rule` covers a place.
    pub fn is_suppressed(&self, rule: RuleId, place: Span) -> bool {
        place.file == FileId(0) && self.suppressions.cover(rule, place)
    }

    /// All findings in the order of the text. What stands in a file that is only read along is reported where that file
    /// is checked itself.
    pub fn sorted(mut self) -> Vec<Diagnostic> {
        self.found.retain(|finding| finding.primary.span.file == FileId(0));
        self.found.sort_by_key(|finding| (finding.primary.span.start, finding.rule));
        self.found
    }
}
