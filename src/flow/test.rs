//! What tests say of statuses and flags: `[ … ]`, `[[ … ]]`, `(( … ))`. Anything else may go either way.

use super::state::{Status, Value};

/// The answer of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    True,
    False,
    Either,
}

impl Truth {
    pub(super) fn of(answer: bool) -> Self {
        if answer { Self::True } else { Self::False }
    }

    pub(super) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Either => Self::Either,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Either,
        }
    }

    pub(super) fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    /// The status of a command that gives this answer.
    pub(super) fn status(self) -> Status {
        match self {
            Self::True => Status::ZERO,
            Self::False => Status::Known(1),
            Self::Either => Status::Any,
        }
    }
}

/// One word of a test, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operand {
    pub(super) value: Value,
    /// It stands there as it is, unquoted: it may be an operator.
    pub(super) operator: bool,
}

impl Operand {
    fn is(&self, operator: &str) -> bool {
        self.operator && matches!(&self.value, Value::Known(text) if &**text == operator)
    }

    /// An operator between two operands.
    fn is_comparison(&self) -> bool {
        const COMPARISONS: [&str; 14] =
            ["=", "==", "!=", "<", ">", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot"];
        self.text().is_some_and(|text| COMPARISONS.contains(&text) || text == "-ef")
    }

    /// An operator before one operand: `-f`, `-n`.
    fn is_unary(&self) -> bool {
        let one_letter = |text: &str| text.len() == 2 && text.starts_with('-');
        self.text().is_some_and(|text| one_letter(text) && text.as_bytes()[1].is_ascii_alphabetic())
    }

    fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Known(text) if self.operator => Some(text),
            _ => None,
        }
    }
}

/// The answer of `[` or `[[` with these operands.
pub(super) fn test(operands: &[Operand]) -> Truth {
    // With few operands `[` goes by their number (POSIX `test`), so that `[ -a ]` and `[ ! ]` ask for a text.
    match operands {
        [] => return Truth::False,
        [one] => return is_empty(&one.value).not(),
        [left, operator, right] if operator.is_comparison() => return compare(left, operator, right),
        _ => {}
    }
    let mut reading = Reading { rest: operands };
    match reading.any() {
        Some(truth) if reading.rest.is_empty() => truth,
        _ => Truth::Either,
    }
}

/// What is still to be read of a test; `-o` binds loosest, then `-a`, then `!`.
struct Reading<'o> {
    rest: &'o [Operand],
}

impl Reading<'_> {
    fn takes(&mut self, operators: [&str; 2]) -> bool {
        let found =
            self.rest.first().is_some_and(|first| operators.iter().any(|operator| first.is(operator)));
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    fn any(&mut self) -> Option<Truth> {
        let mut truth = self.all()?;
        while self.takes(["||", "-o"]) {
            truth = truth.or(self.all()?);
        }
        Some(truth)
    }

    fn all(&mut self) -> Option<Truth> {
        let mut truth = self.one()?;
        while self.takes(["&&", "-a"]) {
            truth = truth.and(self.one()?);
        }
        Some(truth)
    }

    fn one(&mut self) -> Option<Truth> {
        if let [left, operator, right, rest @ ..] = self.rest
            && operator.is_comparison()
        {
            self.rest = rest;
            return Some(compare(left, operator, right));
        }
        if self.rest.len() > 1 && self.takes(["!", "!"]) {
            return Some(self.one()?.not());
        }
        if self.rest.len() > 1 && self.takes(["(", "\\("]) {
            let inside = self.any()?;
            return self.takes([")", "\\)"]).then_some(inside);
        }
        match self.rest {
            [operator, operand, rest @ ..] if operator.is_unary() => {
                self.rest = rest;
                Some(match operator.text() {
                    Some("-n") => is_empty(&operand.value).not(),
                    Some("-z") => is_empty(&operand.value),
                    _ => Truth::Either,
                })
            }
            [one, rest @ ..] => {
                self.rest = rest;
                Some(is_empty(&one.value).not())
            }
            [] => None,
        }
    }
}

fn is_empty(value: &Value) -> Truth {
    match value {
        Value::Known(text) => Truth::of(text.is_empty()),
        Value::Unset | Value::Elements(0) => Truth::True,
        Value::Fault | Value::Positive | Value::Above | Value::Jobs(_) | Value::Compound | Value::Text => {
            Truth::False
        }
        Value::Elements(_) | Value::Statuses(_) | Value::Unknown => Truth::Either,
    }
}

/// `left operator right`.
fn compare(left: &Operand, operator: &Operand, right: &Operand) -> Truth {
    let (a, b) = (&left.value, &right.value);
    match operator.text().unwrap_or_default() {
        "=" | "==" if right.operator => pattern(a, b),
        "!=" if right.operator => pattern(a, b).not(),
        "=" | "==" => texts(a, b, |a, b| a == b),
        "!=" => texts(a, b, |a, b| a == b).not(),
        "<" => texts(a, b, |a, b| a < b),
        ">" => texts(a, b, |a, b| a > b),
        "=~" => regular(a, b),
        "-eq" => numbers(a, b, |a, b| a == b),
        "-ne" => numbers(a, b, |a, b| a == b).not(),
        "-lt" => numbers(a, b, |a, b| a < b),
        "-ge" => numbers(a, b, |a, b| a < b).not(),
        "-gt" => numbers(b, a, |a, b| a < b),
        "-le" => numbers(b, a, |a, b| a < b).not(),
        _ => Truth::Either,
    }
}

/// The texts that a value may be, where they can be told.
fn possible(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Known(text) => Some(vec![text.to_string()]),
        Value::Unset => Some(vec![String::new()]),
        Value::Fault => Some((1..=255).map(|status: u8| status.to_string()).collect()),
        Value::Positive
        | Value::Above
        | Value::Jobs(_)
        | Value::Elements(_)
        | Value::Statuses(_)
        | Value::Compound
        | Value::Text
        | Value::Unknown => None,
    }
}

/// Whether `holds` for all texts that the values may be, for none, or for some.
fn texts(left: &Value, right: &Value, holds: fn(&str, &str) -> bool) -> Truth {
    let zero = |value: &Value| matches!(value, Value::Known(text) if &**text == "0");
    match (possible(left), possible(right)) {
        (Some(left), Some(right)) => {
            let all = left.iter().flat_map(|left| right.iter().map(|right| holds(left, right)));
            one_answer(all)
        }
        // A number above 0 is no 0.
        _ if matches!(left, Value::Positive | Value::Above)
            && zero(right)
            && !holds("1", "0")
            && !holds("2", "0") =>
        {
            Truth::False
        }
        // A text that is not empty is no empty one.
        _ if *left == Value::Text
            && possible(right).is_some_and(|texts| texts.iter().all(String::is_empty)) =>
        {
            if holds("x", "") == holds("y", "") { Truth::of(holds("x", "")) } else { Truth::Either }
        }
        _ => Truth::Either,
    }
}

fn one_answer(mut answers: impl Iterator<Item = bool>) -> Truth {
    let Some(first) = answers.next() else { return Truth::Either };
    if answers.all(|answer| answer == first) { Truth::of(first) } else { Truth::Either }
}

/// Whether a text matches a pattern (POSIX 2.13).
pub(super) fn matches(value: &Value, pattern: &str) -> Truth {
    if pattern == "*" {
        return Truth::True;
    }
    let expression = expression(pattern);
    match (possible(value), expression) {
        (Some(texts), Some(expression)) => one_answer(texts.iter().map(|text| expression.is_match(text))),
        (None, Some(_)) if *value == Value::Text && pattern.is_empty() => Truth::False,
        // What is above 0 is neither 0 nor a word.
        (None, Some(_)) if matches!(value, Value::Positive | Value::Above) => {
            let plain = pattern.bytes().all(|byte| byte.is_ascii_alphabetic()) || matches!(pattern, "0" | "");
            if plain { Truth::False } else { Truth::Either }
        }
        _ => Truth::Either,
    }
}

fn pattern(value: &Value, right: &Value) -> Truth {
    match right {
        Value::Known(text) => matches(value, text),
        _ => texts(value, right, |a, b| a == b),
    }
}

/// A pattern as a regular expression; `None` for those of ksh, such as `@(a|b)`.
fn expression(pattern: &str) -> Option<regex_lite::Regex> {
    if pattern.contains('(') {
        return None;
    }
    let mut expression = String::from("^(?s:");
    let mut in_brackets = false;
    for letter in pattern.chars() {
        match letter {
            '*' if !in_brackets => expression.push_str(".*"),
            '?' if !in_brackets => expression.push('.'),
            '!' if expression.ends_with('[') => expression.push('^'),
            '[' | ']' => {
                in_brackets = letter == '[';
                expression.push(letter);
            }
            '-' | ':' | '^' if in_brackets => expression.push(letter),
            _ => expression.push_str(&regex_lite::escape(&letter.to_string())),
        }
    }
    regex_lite::Regex::new(&(expression + ")$")).ok()
}

fn regular(left: &Value, right: &Value) -> Truth {
    let Value::Known(pattern) = right else { return Truth::Either };
    match (possible(left), regex_lite::Regex::new(pattern)) {
        (Some(texts), Ok(expression)) => one_answer(texts.iter().map(|text| expression.is_match(text))),
        _ => Truth::Either,
    }
}

fn range(value: &Value) -> Option<(i64, i64)> {
    match value {
        Value::Known(text) => text.trim().parse().ok().map(|number| (number, number)),
        Value::Fault => Some((1, 255)),
        Value::Positive | Value::Above => Some((1, i64::MAX)),
        // `[ "" -eq 0 ]` is an error, and `[[ "" -eq 0 ]]` is true.
        Value::Unset
        | Value::Jobs(_)
        | Value::Elements(_)
        | Value::Statuses(_)
        | Value::Compound
        | Value::Text
        | Value::Unknown => None,
    }
}

/// Whether `holds` for all pairs, none, or some; it must be monotone in both, or be equality.
fn numbers(left: &Value, right: &Value, holds: fn(i64, i64) -> bool) -> Truth {
    let (Some(left), Some(right)) = (range(left), range(right)) else { return Truth::Either };
    if holds(1, 1) {
        // Equality: never where the ranges lie apart, always where both are one number.
        if left.1 < right.0 || right.1 < left.0 {
            return Truth::False;
        }
        return if left == right && left.0 == left.1 { Truth::True } else { Truth::Either };
    }
    if holds(left.1, right.0) {
        Truth::True
    } else if holds(left.0, right.1) {
        Truth::Either
    } else {
        Truth::False
    }
}

#[cfg(test)]
mod tests {
    use super::{Operand, Truth, test};
    use crate::flow::state::Value;

    fn lookup(name: &str) -> Value {
        match name {
            "rc" | "?" => Value::Fault,
            "n" => Value::Positive,
            "ok" => Value::Known("0".into()),
            _ => Value::Unknown,
        }
    }

    /// `$name` is looked up, other words stand for themselves.
    #[track_caller]
    fn check(words: &str, expected: Truth) {
        let operand = |word: &str| match word.strip_prefix('$') {
            Some(name) => Operand { value: lookup(name), operator: false },
            None => Operand { value: Value::Known(word.into()), operator: true },
        };
        let operands: Vec<Operand> = words.split_whitespace().map(operand).collect();
        assert_eq!(test(&operands), expected, "[ {words} ]");
    }

    #[test]
    fn tests_of_statuses() {
        check("$rc -ne 0", Truth::True);
        check("$rc -eq 0", Truth::False);
        check("$rc -gt 0", Truth::True);
        check("0 -lt $rc", Truth::True);
        check("$rc -ge 1", Truth::True);
        check("$rc -gt 1", Truth::Either);
        check("$rc -le 0", Truth::False);
        check("$rc -eq 1", Truth::Either);
        check("$rc -lt 300", Truth::True);
        check("$rc != 0", Truth::True);
        check("! $rc = 0", Truth::True);
        check("$ok -ne 0", Truth::False);
        check("$ok = 0 -a $rc = 0", Truth::False);
        check("$x -ne 0", Truth::Either);
        check("$x -ne 0 -o $rc -ne 0", Truth::True);
        check("-n $rc", Truth::True);
        check("-z $rc", Truth::False);
        check("-f file", Truth::Either);
        check("-a file", Truth::Either);
        check("( $ok = 0 ) -a ! $rc = 0", Truth::True);
        check("! ( $ok = 0 && $rc = 0 )", Truth::True);
        check("$ok = 1 -o $ok = 2 -o $rc = 0", Truth::False);
        check("$rc = 0 -a x = x -o x = x", Truth::True);
        check("x == x*", Truth::True);
        check("$rc == [1-9]*", Truth::True);
        check("$rc =~ ^0$", Truth::False);
        check("$rc =~ ^[0-9]+$", Truth::True);
        check("$rc > 0", Truth::True);
        check("!", Truth::True);
        check("-n", Truth::True);
        check("-z", Truth::True);
        check("$rc", Truth::True);
        check("$ok -a $rc", Truth::True);
    }
}
