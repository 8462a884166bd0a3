//! Shell arithmetic (POSIX 2.6.4, bash manual 6.5) over numbers of which only a range may be known.

use super::state::Value;
use super::test::Truth;

/// Where an expression finds its variables.
pub(super) trait Names {
    fn get(&self, name: &str) -> Value;
    fn set(&mut self, name: &str, value: Value);
}

/// The value of an expression, after it has assigned what it assigns. What cannot be read is unknown, and so is whatever
/// it names.
pub(super) fn evaluate(source: &str, names: &mut dyn Names) -> Value {
    let mut reading = Reading { text: source.as_bytes(), at: 0, names, runs: Truth::True };
    if reading.blank_to_end() {
        return Value::Known("0".into());
    }
    if let Some(number) = reading.comma().filter(|_| reading.blank_to_end()) {
        return number.value();
    }
    forget(source, names);
    Value::Unknown
}

/// Whether a number is not zero.
pub(super) fn truth(value: &Value) -> Truth {
    Number::of(value).truth()
}

fn forget(source: &str, names: &mut dyn Names) {
    let assigns = source.contains('=') || source.contains("++") || source.contains("--");
    let words = source.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for name in words.filter(|word| assigns && word.starts_with(|c: char| !c.is_ascii_digit())) {
        names.set(name, Value::Unknown);
    }
}

/// Where a number comes from, as far as that decides whether it is 0 as a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Plain,
    /// The failure's status itself.
    Fault,
    /// Something was made of a status: it may be 256.
    Made,
}

/// All numbers from `low` to `high`.
#[derive(Clone, Copy, Debug)]
struct Number {
    low: i64,
    high: i64,
    source: Source,
}

impl Number {
    const ANY: Self = Self { low: i64::MIN, high: i64::MAX, source: Source::Plain };

    fn exactly(number: i64) -> Self {
        Self { low: number, high: number, source: Source::Plain }
    }

    /// An unset or empty variable counts as 0.
    fn of(value: &Value) -> Self {
        match value {
            Value::Known(text) if text.is_empty() => Self::exactly(0),
            Value::Known(text) => text.trim().parse().map_or(Self::ANY, Self::exactly),
            Value::Unset => Self::exactly(0),
            Value::Fault => Self { low: 1, high: 255, source: Source::Fault },
            Value::Positive => Self { low: 1, ..Self::ANY },
            Value::Above => Self { low: 1, high: i64::MAX, source: Source::Made },
            Value::Jobs(_)
            | Value::Elements(_)
            | Value::Statuses(_)
            | Value::Compound
            | Value::Text
            | Value::Unknown => Self::ANY,
        }
    }

    fn value(self) -> Value {
        match (self.known(), self.source) {
            (Some(number), _) => Value::Known(number.to_string().into()),
            (None, Source::Fault) => Value::Fault,
            (None, Source::Made) if self.low > 0 => Value::Above,
            (None, Source::Plain) if self.low > 0 => Value::Positive,
            _ => Value::Unknown,
        }
    }

    fn known(self) -> Option<i64> {
        (self.low == self.high).then_some(self.low)
    }

    fn truth(self) -> Truth {
        if self.low > 0 || self.high < 0 {
            Truth::True
        } else if self.known() == Some(0) {
            Truth::False
        } else {
            Truth::Either
        }
    }

    fn of_truth(truth: Truth) -> Self {
        match truth {
            Truth::True => Self::exactly(1),
            Truth::False => Self::exactly(0),
            Truth::Either => Self { low: 0, high: 1, source: Source::Plain },
        }
    }

    fn between(low: Option<i64>, high: Option<i64>, made_of: [Self; 2]) -> Self {
        let made = made_of.iter().any(|number| number.source != Source::Plain);
        let source = if made { Source::Made } else { Source::Plain };
        match (low, high) {
            (Some(low), Some(high)) => Self { low, high, source },
            (Some(low), None) => Self { low, high: i64::MAX, source },
            _ => Self::ANY,
        }
    }

    /// Either of two numbers.
    fn or(self, other: Self) -> Self {
        let source = if self.source == other.source { self.source } else { Source::Made };
        Self { low: self.low.min(other.low), high: self.high.max(other.high), source }
    }

    fn plus(self, other: Self) -> Self {
        match (self.known(), other.known()) {
            (Some(0), _) => other,
            (_, Some(0)) => self,
            _ => Self::between(
                self.low.checked_add(other.low),
                self.high.checked_add(other.high),
                [self, other],
            ),
        }
    }

    fn minus(self, other: Self) -> Self {
        if other.known() == Some(0) {
            return self;
        }
        Self::between(self.low.checked_sub(other.high), self.high.checked_sub(other.low), [self, other])
    }

    /// Whether both are known, all of one below all of the other, or neither can be told.
    fn less(self, other: Self) -> Truth {
        if self.high < other.low {
            Truth::True
        } else if self.low >= other.high {
            Truth::False
        } else {
            Truth::Either
        }
    }

    fn equal(self, other: Self) -> Truth {
        if self.high < other.low || other.high < self.low {
            Truth::False
        } else if self.known().is_some() && self.known() == other.known() {
            Truth::True
        } else {
            Truth::Either
        }
    }

    /// An operator that is followed only for numbers that are known, and where one is 0 for `neutral` ones.
    fn exact(self, other: Self, compute: fn(i64, i64) -> Option<i64>) -> Self {
        match (self.known(), other.known()) {
            (Some(left), Some(right)) => compute(left, right).map_or(Self::ANY, Self::exactly),
            _ => Self::ANY,
        }
    }

    fn bit_or(self, other: Self) -> Self {
        match (self.known(), other.known()) {
            (Some(0), _) => other,
            (_, Some(0)) => self,
            (Some(left), Some(right)) => Self::exactly(left | right),
            // No bit gets lost; and of two statuses it is a status again.
            _ if self.low >= 0 && other.low >= 0 && self.low.max(other.low) > 0 => {
                let made = self.source == Source::Made || other.source == Source::Made;
                let source = if made { Source::Made } else { Source::Plain };
                Self { low: self.low.max(other.low), high: i64::MAX, source }
            }
            _ => Self::ANY,
        }
    }

    fn times(self, other: Self) -> Self {
        match (self.known(), other.known()) {
            (Some(0), _) | (_, Some(0)) => Self::exactly(0),
            (Some(1), _) => other,
            (_, Some(1)) => self,
            (Some(left), Some(right)) => left.checked_mul(right).map_or(Self::ANY, Self::exactly),
            _ if self.low > 0 && other.low > 0 => Self { low: 1, high: i64::MAX, source: Source::Made },
            _ => Self::ANY,
        }
    }

    fn binary(self, operator: &str, other: Self) -> Self {
        match operator {
            "|" => self.bit_or(other),
            "^" => self.exact(other, |left, right| Some(left ^ right)),
            "&" => self.exact(other, |left, right| Some(left & right)),
            "==" => Self::of_truth(self.equal(other)),
            "!=" => Self::of_truth(self.equal(other).not()),
            "<" => Self::of_truth(self.less(other)),
            ">" => Self::of_truth(other.less(self)),
            "<=" => Self::of_truth(other.less(self).not()),
            ">=" => Self::of_truth(self.less(other).not()),
            "<<" => self.exact(other, |left, right| left.checked_shl(u32::try_from(right).ok()?)),
            ">>" => self.exact(other, |left, right| left.checked_shr(u32::try_from(right).ok()?)),
            "+" => self.plus(other),
            "-" => self.minus(other),
            "*" => self.times(other),
            "/" => self.exact(other, i64::checked_div),
            "%" => self.exact(other, i64::checked_rem),
            "**" => self.exact(other, |left, right| left.checked_pow(u32::try_from(right).ok()?)),
            _ => Self::ANY,
        }
    }
}

/// Binary operators by how tightly they bind, loosest first. Of those that begin alike the longer one comes first.
const LEVELS: [&[&str]; 9] = [
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
    &["**"],
];

const ASSIGNING: [&str; 11] = ["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="];

/// What an operator is not where it goes on like this: `<` in `<<`, `+` in `+=` and `++`.
const LONGER: [&str; 21] = [
    "**", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=",
    "|=", "^=", "<<=", ">>=",
];

struct Reading<'t, 'n> {
    text: &'t [u8],
    at: usize,
    names: &'n mut dyn Names,
    /// Whether what is read now is evaluated: not, behind `0 &&`.
    runs: Truth,
}

impl<'t> Reading<'t, '_> {
    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn blank_to_end(&mut self) -> bool {
        self.blanks();
        self.at == self.text.len()
    }

    fn takes(&mut self, operator: &str) -> bool {
        self.blanks();
        let rest = &self.text[self.at..];
        let longer = LONGER.iter().any(|other| {
            other.len() > operator.len() && rest.starts_with(other.as_bytes()) && other.starts_with(operator)
        });
        let found = rest.starts_with(operator.as_bytes()) && !longer;
        self.at += if found { operator.len() } else { 0 };
        found
    }

    fn comma(&mut self) -> Option<Number> {
        let mut number = self.assignment()?;
        while self.takes(",") {
            number = self.assignment()?;
        }
        Some(number)
    }

    fn assignment(&mut self) -> Option<Number> {
        let start = self.at;
        if let Some(name) = self.name()
            && let Some(operator) = ASSIGNING.iter().find(|operator| self.takes(operator))
        {
            let right = self.assignment()?;
            let number = match operator.strip_suffix('=') {
                Some("") | None => right,
                Some(binary) => Number::of(&self.names.get(name)).binary(binary, right),
            };
            self.assign(name, number);
            return Some(number);
        }
        self.at = start;
        self.conditional()
    }

    fn assign(&mut self, name: &str, number: Number) {
        match self.runs {
            Truth::True => self.names.set(name, number.value()),
            Truth::Either => {
                let either = Number::of(&self.names.get(name)).or(number);
                self.names.set(name, either.value());
            }
            Truth::False => {}
        }
    }

    /// Reads on where that is evaluated only if `runs`.
    fn only_if(&mut self, runs: Truth, read: fn(&mut Self) -> Option<Number>) -> Option<Number> {
        let outer = self.runs;
        self.runs = outer.and(runs);
        let number = read(self);
        self.runs = outer;
        number
    }

    fn conditional(&mut self) -> Option<Number> {
        let condition = self.any()?;
        if !self.takes("?") {
            return Some(condition);
        }
        let truth = condition.truth();
        let yes = self.only_if(truth, Self::comma)?;
        if !self.takes(":") {
            return None;
        }
        let no = self.only_if(truth.not(), Self::assignment)?;
        Some(match truth {
            Truth::True => yes,
            Truth::False => no,
            Truth::Either => yes.or(no),
        })
    }

    fn any(&mut self) -> Option<Number> {
        let mut number = self.all()?;
        while self.takes("||") {
            let left = number.truth();
            let right = self.only_if(left.not(), Self::all)?;
            number = Number::of_truth(left.or(right.truth()));
        }
        Some(number)
    }

    fn all(&mut self) -> Option<Number> {
        let mut number = self.level(0)?;
        while self.takes("&&") {
            let left = number.truth();
            let right = self.only_if(left, |reading| reading.level(0))?;
            number = Number::of_truth(left.and(right.truth()));
        }
        Some(number)
    }

    fn level(&mut self, level: usize) -> Option<Number> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut number = self.level(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.takes(operator)) {
            // Only powers bind from the right.
            let right = if *operator == "**" { self.level(level) } else { self.level(level + 1) };
            number = number.binary(operator, right?);
        }
        Some(number)
    }

    fn unary(&mut self) -> Option<Number> {
        if self.takes("++") {
            return self.step(1, true);
        }
        if self.takes("--") {
            return self.step(-1, true);
        }
        if self.takes("!") {
            return Some(Number::of_truth(self.unary()?.truth().not()));
        }
        if self.takes("~") {
            return Some(Number::exactly(-1).minus(self.unary()?));
        }
        if self.takes("-") {
            return Some(Number::exactly(0).minus(self.unary()?));
        }
        if self.takes("+") {
            return self.unary();
        }
        self.primary()
    }

    /// `++name`, or what is done at `name++`.
    fn step(&mut self, by: i64, before: bool) -> Option<Number> {
        let name = self.name()?;
        let old = Number::of(&self.names.get(name));
        let new = old.plus(Number::exactly(by));
        self.assign(name, new);
        Some(if before { new } else { old })
    }

    fn primary(&mut self) -> Option<Number> {
        if self.takes("(") {
            let inside = self.comma()?;
            return self.takes(")").then_some(inside);
        }
        self.blanks();
        match self.text.get(self.at)? {
            b'0'..=b'9' => self.number(),
            b'$' => self.parameter(),
            b'`' => self.skip_to(b'`'),
            b'"' => {
                self.at += 1;
                let inside = self.primary()?;
                self.takes("\"").then_some(inside)
            }
            _ => {
                let start = self.at;
                let name = self.name()?;
                let by = if self.takes("++") {
                    1
                } else if self.takes("--") {
                    -1
                } else {
                    return Some(Number::of(&self.names.get(name)));
                };
                self.at = start;
                let old = self.step(by, false);
                self.at += 2;
                old
            }
        }
    }

    /// A name, with its subscript if it has one.
    fn name(&mut self) -> Option<&'t str> {
        self.blanks();
        let text = self.text;
        let start = self.at;
        if text.get(start).is_none_or(u8::is_ascii_digit) {
            return None;
        }
        while text.get(self.at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
            self.at += 1;
        }
        if self.at == start {
            return None;
        }
        if text.get(self.at) == Some(&b'[') {
            self.at = start + text[start..].iter().position(|byte| *byte == b']')? + 1;
        }
        std::str::from_utf8(&text[start..self.at]).ok()
    }

    /// `12`, `012`, `0x1f`, `2#101`.
    fn number(&mut self) -> Option<Number> {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"#_@".contains(byte))
        {
            self.at += 1;
        }
        let digits = std::str::from_utf8(&self.text[start..self.at]).ok()?;
        let number = if let Some((base, digits)) = digits.split_once('#') {
            let base: u32 = base.parse().ok().filter(|base| (2..=36).contains(base))?;
            i64::from_str_radix(digits, base)
        } else if let Some(digits) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            i64::from_str_radix(digits, 16)
        } else if digits.len() > 1 && digits.starts_with('0') {
            i64::from_str_radix(digits, 8)
        } else {
            digits.parse()
        };
        number.ok().map(Number::exactly)
    }

    /// `$name`, `${name}`, `$?`; what is more than that is not known.
    fn parameter(&mut self) -> Option<Number> {
        self.at += 1;
        match self.text.get(self.at)? {
            b'(' => self.skip_to(b')'),
            b'{' => {
                let length = self.text[self.at..].iter().position(|byte| *byte == b'}')?;
                let inside = std::str::from_utf8(&self.text[self.at + 1..self.at + length]).ok()?;
                self.at += length + 1;
                let plain = |c: char| c.is_ascii_alphanumeric() || "_[]?".contains(c);
                let counted = inside.strip_suffix("[@]").filter(|array| array.starts_with('#'));
                Some(match counted {
                    Some(array) => Number::of(&self.names.get(array)),
                    None if inside.chars().all(plain) => Number::of(&self.names.get(inside)),
                    None => Number::ANY,
                })
            }
            b'?' | b'#' | b'!' | b'$' | b'0'..=b'9' => {
                self.at += 1;
                let name = std::str::from_utf8(&self.text[self.at - 1..self.at]).ok()?;
                Some(Number::of(&self.names.get(name)))
            }
            _ => self.name().map(|name| Number::of(&self.names.get(name))),
        }
    }

    /// Over a substitution, of whose output nothing is known.
    fn skip_to(&mut self, end: u8) -> Option<Number> {
        let mut open = 0_u32;
        let start = self.at;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += 1;
            open += u32::from(byte == b'(');
            let closes = byte == end && self.at > start + 1;
            if closes && (end != b')' || open <= 1) {
                return Some(Number::ANY);
            }
            open -= u32::from(byte == b')' && open > 0);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Names, evaluate};
    use crate::flow::state::Value;

    struct Table(BTreeMap<String, Value>);

    impl Names for Table {
        fn get(&self, name: &str) -> Value {
            self.0.get(name).cloned().unwrap_or(Value::Unknown)
        }

        fn set(&mut self, name: &str, value: Value) {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// `expected` is what the expression has for its value, and then the variables that it changes.
    #[track_caller]
    fn check(source: &str, expected: &str) {
        let known = [("rc", Value::Fault), ("?", Value::Fault), ("n", Value::Positive), ("ok", number("0"))];
        let before: BTreeMap<String, Value> =
            known.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let mut table = Table(before.clone());
        let value = evaluate(source, &mut table);
        let mut words = vec![show(&value)];
        let changed = table.0.iter().filter(|(name, value)| before.get(*name) != Some(value));
        words.extend(changed.map(|(name, value)| format!("{name}={}", show(value))));
        assert_eq!(words.join(" "), expected, "(( {source} ))");
    }

    fn number(text: &str) -> Value {
        Value::Known(text.into())
    }

    fn show(value: &Value) -> String {
        match value {
            Value::Known(text) => text.to_string(),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    #[test]
    fn operators_bind_as_in_c() {
        check("1 + 2 * 3", "7");
        check("(1 + 2) * 3", "9");
        check("2 ** 3 ** 2", "512");
        check("7 - 2 - 1", "4");
        check("1 << 2 + 1", "8");
        check("1 | 2 ^ 3 & 1", "3");
        check("10 % 4 == 2 && 3 > 2", "1");
        check("-3 + +5 - -1", "3");
        check("~0", "-1");
        check("!0 + !5", "1");
        check("1 ? 2 : 3 ? 4 : 5", "2");
        check("1, 2, 3", "3");
        check("0x10 + 010 + 2#11", "27");
        check("", "0");
    }

    #[test]
    fn assignments() {
        check("ok += 2", "2 ok=2");
        check("ok = n = 3", "3 n=3 ok=3");
        check("ok++", "0 ok=1");
        check("++ok", "1 ok=1");
        check("ok-- + 1", "1 ok=-1");
        check("ok == 0 ? (ok = 4) : (n = 5)", "4 ok=4");
        check("1 || (ok = 1)", "1");
        check("0 && ok++", "0");
        check("x && (ok = 3)", "unknown ok=unknown");
        check("x = $(date)", "unknown x=unknown");
        check("ok |= rc", "fault ok=fault");
        check("x = 1 +", "unknown x=unknown");
    }

    #[test]
    fn statuses() {
        check("rc", "fault");
        check("!rc", "0");
        check("$rc != 0", "1");
        check("${rc} == 0", "0");
        check("rc > 0 && ok == 0", "1");
        check("ok + n", "positive");
        check("rc + 1", "above");
        check("rc * 2", "above");
        check("rc + rc", "above");
        check("ok | rc", "fault");
        check("rc | rc", "positive");
        check("$? != 0", "1");
        check("rc >= 2", "unknown");
        check("rc < 300", "1");
        check("rc ? 1 : 0", "1");
        check("n + 1", "positive");
        check("x", "unknown");
    }
}
