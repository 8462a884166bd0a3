//! What a call reads, writes and removes, by the operand rules of its command.

use super::arguments::{Arg, Item, Place};
use super::facts::{OperandRules, Pick};
use super::reading::Reading;

/// What a call reads, writes and removes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operands {
    /// Files and other places that are read.
    pub sources: Vec<Place>,
    /// Files and other places that are written.
    pub destinations: Vec<Place>,
    /// Files and other places that are gone afterwards.
    pub removed: Vec<Place>,
}

pub(super) fn operand_indexes(items: &[Item<'_>]) -> impl Iterator<Item = usize> {
    items.iter().filter_map(|item| match item {
        Item::Operand(arg) => Some(*arg),
        Item::Flag { .. } | Item::Value { .. } => None,
    })
}

impl OperandRules {
    fn skipped(&self, items: &[Item<'_>]) -> usize {
        let given =
            |item: &Item<'_>| matches!(item, Item::Flag { name, .. } if name.is_any(&self.skip_unless));
        if items.iter().any(given) { 0 } else { self.skip }
    }

    /// The arguments that hold the command's own script: `sed 's/a/b/'`, `awk -f prog`.
    pub(super) fn scripts(&self, items: &[Item<'_>], subcommands: usize) -> Vec<usize> {
        let in_options = items.iter().filter_map(|item| match item {
            Item::Value { name, at } if name.is_any(&self.skip_unless) => Some(at.arg),
            _ => None,
        });
        in_options.chain(operand_indexes(items).skip(subcommands).take(self.skipped(items))).collect()
    }
}

impl Reading<'_> {
    /// The operands that name files: without sub-command words and without what the rules skip.
    pub(super) fn file_operands(&self) -> impl Iterator<Item = usize> {
        let skipped = self.effect.operands.as_ref().map_or(0, |rules| rules.skipped(&self.items));
        operand_indexes(&self.items).skip(self.subcommands + skipped)
    }

    /// What it reads, writes and removes, as far as its arguments tell.
    pub fn operands(&self) -> Operands {
        let mut found = Operands::default();
        let Some(rules) = &self.effect.operands else { return found };
        self.add_option_values(rules, &mut found);
        let mut files = self.add_prefixed(rules, &mut found);
        if rules.leading {
            files.truncate(self.leading(&files));
        }
        let target = self.value_of(&rules.target_options);
        if let Some(target) = target {
            found.destinations.push(target);
            found.sources.extend(files.iter().copied().map(Place::whole));
        } else {
            found.sources.extend(rules.sources.of(&files));
            found.destinations.extend(rules.destinations.of(&files));
        }
        found.removed.extend(rules.removed.of(&files));
        found
    }

    fn add_option_values(&self, rules: &OperandRules, found: &mut Operands) {
        for item in &self.items {
            let Item::Value { name, at } = item else { continue };
            if name.is_any(&rules.source_options) {
                found.sources.push(*at);
            }
            if name.is_any(&rules.destination_options) {
                found.destinations.push(*at);
            }
            if name.is_any(&rules.removed_options) {
                found.removed.push(*at);
            }
            if name.is_any(&rules.at_options) {
                found.sources.extend(self.behind_at(*at));
            }
        }
    }

    /// The file in `@file` and `name=@file`.
    fn behind_at(&self, at: Place) -> Option<Place> {
        let value = &self.args[at.arg].known()[at.start..];
        let sign = if value.starts_with('@') { 0 } else { value.find("=@")? + 1 };
        Some(Place { arg: at.arg, start: at.start + sign + 1 })
    }

    /// Adds operands such as `of=x`; gives the others.
    fn add_prefixed(&self, rules: &OperandRules, found: &mut Operands) -> Vec<usize> {
        let mut others = Vec::new();
        for arg in self.file_operands() {
            let known = self.args[arg].known();
            let behind = |prefixes: &[String]| {
                prefixes.iter().find(|prefix| known.starts_with(prefix.as_str())).map(String::len)
            };
            if let Some(start) = behind(&rules.source_prefixes) {
                found.sources.push(Place { arg, start });
            } else if let Some(start) = behind(&rules.destination_prefixes) {
                found.destinations.push(Place { arg, start });
            } else {
                others.push(arg);
            }
        }
        others
    }

    /// How many of `files` stand in a row before the first option or operator: the paths of `find`.
    fn leading(&self, files: &[usize]) -> usize {
        let Some(&first) = files.first() else { return 0 };
        let in_row = files.iter().enumerate().take_while(|(offset, arg)| {
            first + offset == **arg && !matches!(self.args[**arg], Arg::Text("(" | "\\(" | "!" | ","))
        });
        in_row.count()
    }

    fn value_of(&self, options: &[String]) -> Option<Place> {
        self.items.iter().find_map(|item| match item {
            Item::Value { name, at } if name.is_any(options) => Some(*at),
            _ => None,
        })
    }
}

impl Pick {
    fn of(self, operands: &[usize]) -> Vec<Place> {
        let count = operands.len();
        let picked = match self {
            Self::None => 0..0,
            Self::All => 0..count,
            Self::First => 0..count.min(1),
            // One operand alone is read; where it goes to is not among the arguments.
            Self::Last => count.saturating_sub(1).max(1).min(count)..count,
            Self::AllButFirst => count.min(1)..count,
            Self::AllButLast => 0..count.saturating_sub(1).max(count.min(1)),
        };
        operands[picked].iter().copied().map(Place::whole).collect()
    }
}
