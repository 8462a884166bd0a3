//! Arguments sorted into options, their values and operands.

use super::facts::CommandFacts;

/// An argument of a command, as far as it is known without running the script. Quotes are gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arg<'a> {
    /// Known whole.
    Text(&'a str),
    /// A known beginning, and an expansion somewhere behind it: `--file="$out"`, `@$f`.
    Start(&'a str),
    /// Begins with an expansion.
    Unknown,
}

impl<'a> Arg<'a> {
    /// The whole word, `None` when a part of it is unknown.
    pub(super) fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Start(_) | Self::Unknown => None,
        }
    }

    /// What is known of it from the beginning.
    pub(super) fn known(self) -> &'a str {
        match self {
            Self::Text(text) | Self::Start(text) => text,
            Self::Unknown => "",
        }
    }
}

/// Where something stands among the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The index of the argument.
    pub arg: usize,
    /// Where in the argument it begins, in bytes: 3 for the name in `of=x`. Never behind its known beginning.
    pub start: usize,
}

impl Place {
    pub(super) const fn whole(arg: usize) -> Self {
        Self { arg, start: 0 }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name<'a> {
    Short(char),
    Long(&'a str),
}

impl Name<'_> {
    /// Whether this is the option written `spec`: `-x`, `--long` or `-long`.
    pub fn is(self, spec: &str) -> bool {
        match self {
            Self::Short(letter) => {
                let mut letters = spec.chars();
                letters.next() == Some('-') && letters.next() == Some(letter) && letters.next().is_none()
            }
            Self::Long(name) => name == spec,
        }
    }

    pub fn is_any(self, specs: &[String]) -> bool {
        specs.iter().any(|spec| self.is(spec))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    Flag { name: Name<'a>, arg: usize },
    Value { name: Name<'a>, at: Place },
    Operand(usize),
}

/// The arguments before `end`, sorted.
#[derive(Debug)]
pub(super) struct Sorted<'a> {
    pub items: Vec<Item<'a>>,
    pub end: usize,
}

/// Where sorting ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stop<'s> {
    /// At the last argument.
    Never,
    /// Before the first operand behind so many (assignments not counted, when they belong to the wrapper).
    BehindOperands { count: usize, assignments: bool },
    /// At one of these words.
    AtWord(&'s [String]),
}

/// Sorts `args` by the option syntax of `facts`, to which `with_value` names the options that take one.
///
/// An option that takes a value takes it from the rest of its word or else from the next argument, as getopt does
/// (POSIX XBD 12.1).
pub(super) fn sort<'a>(
    facts: &CommandFacts,
    with_value: &[String],
    args: &[Arg<'a>],
    stop: Stop<'_>,
) -> Sorted<'a> {
    let mut sorter = Sorter { facts, with_value, args, items: Vec::with_capacity(args.len()), next: 0 };
    sorter.run(stop);
    Sorted { items: sorter.items, end: sorter.next }
}

struct Sorter<'a, 's> {
    facts: &'s CommandFacts,
    with_value: &'s [String],
    args: &'s [Arg<'a>],
    items: Vec<Item<'a>>,
    next: usize,
}

impl<'a> Sorter<'a, '_> {
    fn run(&mut self, stop: Stop<'_>) {
        if self.facts.bundled_first {
            self.bundle();
        }
        let mut operands = 0;
        let mut options_over = false;
        while let Some(&arg) = self.args.get(self.next) {
            if let Stop::AtWord(words) = stop
                && arg.text().is_some_and(|text| words.iter().any(|word| word == text))
            {
                return;
            }
            let known = arg.known();
            if !options_over && arg == Arg::Text("--") {
                options_over = true;
                self.next += 1;
            } else if !options_over && known.len() > 1 && known.starts_with('-') {
                self.option(arg);
            } else {
                if let Stop::BehindOperands { count, assignments } = stop {
                    if !(assignments && is_assignment(known)) {
                        operands += 1;
                    }
                    if operands > count {
                        return;
                    }
                }
                self.items.push(Item::Operand(self.next));
                self.next += 1;
            }
        }
    }

    /// The first word of `tar xzf a.tgz`: letters without a dash, whose values follow in the order of the letters.
    fn bundle(&mut self) {
        let Some(Arg::Text(text)) = self.args.first() else { return };
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return;
        }
        self.next = 1;
        for letter in text.chars() {
            let name = Name::Short(letter);
            self.items.push(Item::Flag { name, arg: 0 });
            if name.is_any(self.with_value) {
                self.next_value(name);
            }
        }
    }

    fn option(&mut self, arg: Arg<'a>) {
        let index = self.next;
        let known = arg.known();
        self.next += 1;
        if known.starts_with("--") || self.facts.long_single_dash {
            let (name, value) = match known.split_once('=') {
                Some((name, _)) => (Name::Long(name), Some(name.len() + 1)),
                None => (Name::Long(known), None),
            };
            self.items.push(Item::Flag { name, arg: index });
            match value {
                Some(start) => self.items.push(Item::Value { name, at: Place { arg: index, start } }),
                None if arg.text().is_some() && name.is_any(self.with_value) => self.next_value(name),
                None => {}
            }
            return;
        }
        if arg.text().is_some() && Name::Long(known).is_any(self.with_value) {
            let name = known.chars().nth(1).filter(|_| known.chars().count() == 2);
            let name = name.map_or(Name::Long(known), Name::Short);
            self.items.push(Item::Flag { name, arg: index });
            self.next_value(name);
            return;
        }
        self.cluster(arg, index);
    }

    /// `-xzf a.tgz`, `-ofile`: letters up to the first that takes a value.
    fn cluster(&mut self, arg: Arg<'a>, index: usize) {
        let known = arg.known();
        // `-exec` and the like are asked for by their whole name.
        self.items.push(Item::Flag { name: Name::Long(known), arg: index });
        for (offset, letter) in known.char_indices().skip(1) {
            let name = Name::Short(letter);
            self.items.push(Item::Flag { name, arg: index });
            if !name.is_any(self.with_value) {
                continue;
            }
            let start = offset + letter.len_utf8();
            if start < known.len() || arg.text().is_none() {
                self.items.push(Item::Value { name, at: Place { arg: index, start } });
            } else {
                self.next_value(name);
            }
            return;
        }
    }

    fn next_value(&mut self, name: Name<'a>) {
        if self.next < self.args.len() {
            self.items.push(Item::Value { name, at: Place::whole(self.next) });
            self.next += 1;
        }
    }
}

pub(super) fn is_assignment(known: &str) -> bool {
    let Some((name, _)) = known.split_once('=') else { return false };
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}
