//! What somebody may have meant.

/// Below this, two names have nothing to do with each other.
const ALIKE: f64 = 0.6;

/// The one of `names` that `name` is most like, unless all are too different to be meant.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let scored = names.into_iter().map(|other| (strsim::normalized_damerau_levenshtein(name, other), other));
    let best = scored.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(score, _)| *score >= ALIKE).map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_keyboard_finds_its_name() {
        let names = ["missing-strict-mode", "unchecked-pipeline"];
        assert_eq!(nearest("unchecked-pipelines", names), Some("unchecked-pipeline"));
        assert_eq!(nearest("missing-strict", names), Some("missing-strict-mode"));
        assert_eq!(nearest("SC2086", names), None);
    }
}
