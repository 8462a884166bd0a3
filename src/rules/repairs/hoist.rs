//! What a substitution prints goes into a variable first: the status of an assignment is that of the substitution.

use super::place::Place;
use super::{Repair, fresh_names, separator};
use crate::diagnostic::Edit;
use crate::rules::Context;
use crate::syntax::{Statement, Word};
use crate::text::Span;

/// `local x=$(c)` becomes `local x` and `x=$(c)`.
pub(super) fn declaration(cx: &Context<'_>, place: &Place<'_>, command: Span) -> Option<Vec<Edit>> {
    let statement = first_of(place.statement_of(command)?, command)?;
    let command = cx.command_at(command).filter(|it| it.redirects.is_empty())?;
    let simple = command.as_simple().filter(|simple| simple.assignments.is_empty())?;
    let (declare, options, assigned) = match simple.words.as_slice() {
        [declare, assigned] => (declare, String::new(), assigned),
        [declare, options, assigned] => (declare, format!(" {}", cx.literal(options)?), assigned),
        _ => return None,
    };
    let text = cx.text(assigned.span);
    let (name, value) = text.split_once('=')?;
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let word = cx.literal(declare)?;
    if !is_plain || is_named(value, name) || is_array(assigned) && word != "declare" && word != "local" {
        return None;
    }
    let separator = separator(cx, statement.span);
    let before = Span { end: assigned.span.start, ..declare.span };
    let behind =
        |what: &str| Edit::insert(command.span, command.span.end, format!("{separator}{what} {name}"));
    match (word.as_str(), options.as_str()) {
        ("export" | "readonly", "") => Some(vec![Edit::replace(before, ""), behind(&word)]),
        ("local" | "declare" | "typeset", " -r" | " -rx" | " -xr") => {
            let other = options.replace('r', "").replace(" -", " ").trim().to_owned();
            let other = if other.is_empty() { other } else { format!(" -{other}") };
            Some(vec![Edit::replace(before, format!("{word}{other} {name}{separator}")), behind("readonly")])
        }
        ("local" | "declare" | "typeset", "" | " -a" | " -i" | " -x" | " -g") => {
            Some(vec![Edit::replace(before, format!("{word}{options} {name}{separator}"))])
        }
        _ => None,
    }
}

/// `c "$(d)"` becomes `output=$(d)` and `c "$output"`; what is expanded before it goes before it.
pub(super) fn argument<'a>(cx: &Context<'a>, place: &Place<'a>, command: Span) -> Option<Repair> {
    let statement = first_of(place.statement_of(command)?, command)?;
    let substitutions = place.substitutions(cx, command)?;
    let source = cx.units.source(statement.span.file);
    let separator = separator(cx, statement.span);
    let mut repair = Repair::from(Vec::new());
    let mut assigned = String::new();
    let mut before = statement.span.start.min(substitutions.first()?.start);
    for (substitution, name) in substitutions.into_iter().zip(fresh_names(cx, "output")) {
        // What comes before is expanded before.
        let between = String::from_utf8_lossy(&source[before as usize..substitution.start as usize]);
        if ["`", "=}", ":=", "<(", ">("].iter().any(|sign| between.contains(sign)) || counts(&between) {
            return None;
        }
        let text = cx.text(substitution);
        if !is_movable(&text) {
            return None;
        }
        let next = source.get(substitution.end as usize).copied().unwrap_or(b' ');
        let braces = next.is_ascii_alphanumeric() || matches!(next, b'_' | b'[');
        let variable = if braces { format!("${{{name}}}") } else { format!("${name}") };
        assigned.extend([name.as_str(), "=", &text, &separator]);
        repair.edits.push(Edit::replace(substitution, variable));
        repair.names.push(name);
        before = substitution.end;
    }
    repair.edits.insert(0, Edit::insert(statement.span, statement.span.start, assigned));
    Some(repair)
}

/// Whether an expansion counts a variable up or down: outside of one, `--` is how an option begins.
fn counts(text: &str) -> bool {
    let is_open = |before: &str| {
        let pairs = [("$((", "))"), ("$[", "]"), ("${", "}")];
        pairs.iter().any(|(opens, ends)| before.matches(opens).count() > before.matches(ends).count())
    };
    ["++", "--"].iter().flat_map(|sign| text.match_indices(sign)).any(|(at, _)| is_open(&text[..at]))
}

/// Whether a substitution means the same by itself: inner backquotes are escaped by what is around them, and the lines of a
/// here-document stay what they are only where nothing else is on them.
fn is_movable(text: &str) -> bool {
    !(text.starts_with('`') && text.contains('\\') || text.starts_with("${") || text.contains("<<"))
}

/// The statement, if the command is what runs first in it, in the shell itself.
fn first_of(statement: &Statement, command: Span) -> Option<&Statement> {
    let first = statement.first.only_command()?;
    let is_first = first.span == command && statement.span.start == command.start;
    (is_first && !statement.first.negated && !statement.background).then_some(statement)
}

fn is_named(value: &str, name: &str) -> bool {
    value.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|part| part == name)
}

fn is_array(word: &Word) -> bool {
    word.parts.iter().any(|part| matches!(part, crate::syntax::Part::Array(..)))
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn only_an_expansion_counts() {
        assert!(counts("echo $((n--)) ") && counts("echo \"${a[i++]}\" ") && counts("echo $[ n-- ]"));
        assert!(!counts("set -- ") && !counts("curl \"${url}\" $((n)) --data "));
    }
}
