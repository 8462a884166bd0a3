//! What the page of a rule says first.

/// The first paragraph below the title, on one line.
pub fn summary_of(page: &str) -> String {
    let text = page.lines().map(str::trim).skip_while(|line| line.is_empty() || line.starts_with('#'));
    text.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::summary_of;

    #[test]
    fn the_first_paragraph_is_the_summary() {
        assert_eq!(
            summary_of("# a-rule\n\nWhat it finds,\nin a sentence.\n\n## Why\n"),
            "What it finds, in a sentence."
        );
        assert_eq!(summary_of(""), "");
    }
}
