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

    fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Known(text) if self.operator => Some(text),
            _ => None,
        }
    }
}

/// The answer of `[` or `[[` with these operands (POSIX `test`).
pub(super) fn test(operands: &[Operand]) -> Truth {
    if operands.iter().any(|operand| operand.is("(") || operand.is(")")) {
        return Truth::Either;
    }
    either_side(operands, &["||", "-o"], Truth::or)
        .or_else(|| either_side(operands, &["&&", "-a"], Truth::and))
        .unwrap_or_else(|| primary(operands))
}

fn either_side(operands: &[Operand], operators: &[&str], join: fn(Truth, Truth) -> Truth) -> Option<Truth> {
    let at = operands.iter().position(|operand| operators.iter().any(|operator| operand.is(operator)))?;
    // `[ -a file ]` asks whether the file is there.
    (at > 0 && at + 1 < operands.len()).then(|| join(test(&operands[..at]), test(&operands[at + 1..])))
}

fn primary(operands: &[Operand]) -> Truth {
    match operands {
        [] => Truth::False,
        [not, rest @ ..] if not.is("!") && !rest.is_empty() => primary(rest).not(),
        [one] => is_empty(&one.value).not(),
        [operator, operand] => match operator.text() {
            Some("-n") => is_empty(&operand.value).not(),
            Some("-z") => is_empty(&operand.value),
            _ => Truth::Either,
        },
        [left, operator, right] => {
            operator.text().map_or(Truth::Either, |op| compare(&left.value, op, &right.value))
        }
        _ => Truth::Either,
    }
}

fn is_empty(value: &Value) -> Truth {
    match value {
        Value::Known(text) => Truth::of(text.is_empty()),
        Value::Fault | Value::Positive => Truth::False,
        Value::Statuses(_) | Value::Unknown => Truth::Either,
    }
}

/// `left operator right`.
pub(super) fn compare(left: &Value, operator: &str, right: &Value) -> Truth {
    match operator {
        "=" | "==" => equals(left, right),
        "!=" => equals(left, right).not(),
        "-eq" => numbers(left, right, |a, b| a == b),
        "-ne" => numbers(left, right, |a, b| a == b).not(),
        "-lt" | "<" => numbers(left, right, |a, b| a < b),
        "-ge" | ">=" => numbers(left, right, |a, b| a < b).not(),
        "-gt" | ">" => numbers(right, left, |a, b| a < b),
        "-le" | "<=" => numbers(right, left, |a, b| a < b).not(),
        _ => Truth::Either,
    }
}

/// Whether two texts are equal, the second of which may be a pattern.
pub(super) fn equals(left: &Value, right: &Value) -> Truth {
    match (left, right) {
        (Value::Known(left), Value::Known(right)) => {
            if right.contains(['*', '?', '[', '(']) {
                Truth::Either
            } else {
                Truth::of(left == right)
            }
        }
        (Value::Fault | Value::Positive, Value::Known(text))
        | (Value::Known(text), Value::Fault | Value::Positive) => {
            let status = text.parse::<u64>().is_ok_and(|number| number > 0);
            if status || text.contains(['*', '?', '[', '(']) { Truth::Either } else { Truth::False }
        }
        _ => Truth::Either,
    }
}

fn range(value: &Value) -> Option<(i64, i64)> {
    match value {
        Value::Known(text) => text.trim().parse().ok().map(|number| (number, number)),
        Value::Fault => Some((1, 255)),
        Value::Positive => Some((1, i64::MAX)),
        Value::Statuses(_) | Value::Unknown => None,
    }
}

/// Whether `holds` for all pairs, none, or some; it must be monotone in both.
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

/// What arithmetic makes of a name or a number.
pub(super) type Lookup<'a> = dyn Fn(&str) -> Value + 'a;

/// The value of an arithmetic expression of at most a few operators; what is beyond that is unknown.
pub(super) fn arithmetic(source: &str, lookup: &Lookup<'_>) -> Value {
    let source = source.trim();
    for (operator, join) in OPERATIONS {
        if let Some((left, right)) = split_at(source, operator) {
            return join(&arithmetic(left, lookup), &arithmetic(right, lookup));
        }
    }
    if let Some(rest) = source.strip_prefix('!') {
        return of_truth(truth(&arithmetic(rest, lookup)).not());
    }
    if let Some(inside) = source.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return if inside.contains(['(', ')']) { Value::Unknown } else { arithmetic(inside, lookup) };
    }
    let name = source.trim_start_matches("${").trim_start_matches('$').trim_end_matches('}');
    let in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'[' | b']');
    let is_name = !name.is_empty() && name.bytes().all(in_name);
    if name.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() && !source.starts_with('$') {
        Value::Known(name.into())
    } else if is_name || name == "?" {
        // An unset or empty variable counts as 0.
        match lookup(name) {
            Value::Known(text) if text.is_empty() => Value::Known("0".into()),
            value => value,
        }
    } else {
        Value::Unknown
    }
}

/// Whether a number is not zero.
pub(super) fn truth(value: &Value) -> Truth {
    numbers(value, &Value::Known("0".into()), |a, b| a == b).not()
}

type Join = fn(&Value, &Value) -> Value;

/// Loosest first; each splits at its last place, for these bind from the left.
const OPERATIONS: [(&str, Join); 10] = [
    ("||", |a, b| of_truth(truth(a).or(truth(b)))),
    ("&&", |a, b| of_truth(truth(a).and(truth(b)))),
    ("|", sum),
    ("==", |a, b| of_truth(numbers(a, b, |a, b| a == b))),
    ("!=", |a, b| of_truth(numbers(a, b, |a, b| a == b).not())),
    ("<=", |a, b| of_truth(compare(a, "<=", b))),
    (">=", |a, b| of_truth(compare(a, ">=", b))),
    ("<", |a, b| of_truth(compare(a, "<", b))),
    (">", |a, b| of_truth(compare(a, ">", b))),
    ("+", sum),
];

fn of_truth(truth: Truth) -> Value {
    match truth {
        Truth::True => Value::Known("1".into()),
        Truth::False => Value::Known("0".into()),
        Truth::Either => Value::Unknown,
    }
}

/// `a + b` and `a | b` of numbers that are not negative.
fn sum(left: &Value, right: &Value) -> Value {
    let zero = Value::Known("0".into());
    match (range(left), range(right)) {
        (Some((0, 0)), _) => right.clone(),
        (_, Some((0, 0))) => left.clone(),
        (Some((a, _)), Some((b, _))) if a > 0 && b > 0 => Value::Positive,
        // Counters only grow: a positive one stays positive whatever is added.
        (Some((a, _)), None) | (None, Some((a, _))) if a > 0 && *left != zero => Value::Positive,
        _ => Value::Unknown,
    }
}

fn split_at<'a>(source: &'a str, operator: &str) -> Option<(&'a str, &'a str)> {
    let mut level = 0_i32;
    let mut found = None;
    for (at, byte) in source.bytes().enumerate() {
        match byte {
            b'(' => level += 1,
            b')' => level -= 1,
            _ if level == 0 && source[at..].starts_with(operator) && is_whole(source, at, operator) => {
                found = Some(at);
            }
            _ => {}
        }
    }
    let at = found?;
    Some((&source[..at], &source[at + operator.len()..]))
}

/// Whether the operator at `at` is not part of a longer one.
fn is_whole(source: &str, at: usize, operator: &str) -> bool {
    let longer = |byte: Option<&u8>| byte.is_some_and(|byte| b"=<>|&+!".contains(byte));
    let bytes = source.as_bytes();
    at > 0 && !longer(bytes.get(at - 1)) && !longer(bytes.get(at + operator.len()))
}

#[cfg(test)]
mod tests {
    use super::{Operand, Truth, arithmetic, test, truth};
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
    }

    #[track_caller]
    fn check_arithmetic(source: &str, expected: Truth) {
        assert_eq!(truth(&arithmetic(source, &lookup)), expected, "(( {source} ))");
    }

    #[test]
    fn arithmetic_on_statuses() {
        check_arithmetic("rc", Truth::True);
        check_arithmetic("!rc", Truth::False);
        check_arithmetic("$rc != 0", Truth::True);
        check_arithmetic("${rc} == 0", Truth::False);
        check_arithmetic("rc > 0 && ok == 0", Truth::True);
        check_arithmetic("ok", Truth::False);
        check_arithmetic("ok + n", Truth::True);
        check_arithmetic("ok | rc", Truth::True);
        check_arithmetic("x", Truth::Either);
        check_arithmetic("$? != 0", Truth::True);
        check_arithmetic("rc >= 2", Truth::Either);
    }
}
