//! What is said to ShellCheck and holds for us as well: `# shellcheck disable=SC2155`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Directive, Scope, Voice};
use crate::text::Span;

/// By code, the rules that mean the same.
static SAME: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let text = include_str!("../../rules/shellcheck.toml");
    toml::from_str(text).expect("a test parses the built-in table")
});

/// What `disable=` in a comment for ShellCheck says to us: the rules that mean the same as its codes. Ranges and `all` are
/// left out: who writes them has not judged this failure.
pub(super) fn accepted(text: &[u8], span: Span) -> Option<Directive> {
    let comment = String::from_utf8_lossy(&text[span.range()]);
    let said = comment.trim_start_matches('#').trim_start().strip_prefix("shellcheck")?;
    // A `#` begins a comment in the comment.
    let (said, reason) =
        said.split_once(" #").map_or((said, None), |(said, reason)| (said, Some(reason.trim())));
    let mut rules = Vec::new();
    for word in said.split(char::is_whitespace).skip(1) {
        for code in word.strip_prefix("disable=").into_iter().flat_map(|codes| codes.split(',')) {
            let start = span.start + (code.as_ptr() as usize - comment.as_ptr() as usize) as u32;
            let at = Span { start, end: start + code.len() as u32, ..span };
            rules.extend(SAME.get(code).into_iter().flatten().map(|rule| (rule.clone(), at)));
        }
    }
    let reason = reason.filter(|reason| !reason.is_empty()).map(str::to_owned);
    let directive =
        Directive { span, voice: Voice::Shellcheck, rules, scope: Scope::NextCommand, reason, until: None };
    (!directive.rules.is_empty() && said.starts_with([' ', '\t'])).then_some(directive)
}

#[cfg(test)]
mod tests {
    use super::{SAME, accepted};
    use crate::text::{FileId, Span};

    fn rules(comment: &str) -> Option<(String, Option<String>)> {
        let directive = accepted(comment.as_bytes(), Span::new(FileId(0), 0, comment.len() as u32))?;
        let name = |(rule, at): &(String, Span)| format!("{}={rule}", &comment[at.range()]);
        Some((directive.rules.iter().map(name).collect::<Vec<_>>().join(" "), directive.reason))
    }

    #[test]
    fn codes_that_mean_the_same_are_accepted() {
        let one = |text: &str| Some((text.to_owned(), None));
        assert_eq!(
            rules("# shellcheck disable=SC2155"),
            one("SC2155=declare-masks-status SC2155=handler-after-declaration")
        );
        let second = "#shellcheck source=x disable=SC2086,SC2164\r";
        assert_eq!(rules(second), one("SC2164=destructive-after-unchecked-cd"));
        let reason = Some("so be it".to_owned());
        let expected = ("SC2242=exit-out-of-range".to_owned(), reason);
        assert_eq!(rules("# shellcheck disable=SC2242 # so be it"), Some(expected));
    }

    #[test]
    fn others_are_not() {
        for comment in [
            "# shellcheck disable=SC2086",
            "# shellcheck disable=all",
            "# shellcheck disable=SC2000-SC2999",
            "# shellcheck",
            "# shellcheck # disable=SC2155",
            "# shellchecker disable=SC2155",
            "# disable=SC2155",
        ] {
            assert_eq!(rules(comment), None, "{comment}");
        }
    }

    #[test]
    fn the_codes_are_those_of_the_table() {
        let codes: Vec<&str> = SAME.keys().map(String::as_str).collect();
        let expected = [
            "SC2094", "SC2095", "SC2115", "SC2155", "SC2164", "SC2242", "SC2310", "SC2311", "SC2312",
            "SC2319", "SC2320", "SC2337",
        ];
        assert_eq!(codes, expected);
        assert!(SAME.values().all(|rules| !rules.is_empty()));
    }
}
