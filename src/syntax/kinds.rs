//! The node kinds of tree-sitter-bash that the project relies on, looked up once.

use std::sync::LazyLock;

use tree_sitter::Language;

/// The grammar.
pub(super) static LANGUAGE: LazyLock<Language> = LazyLock::new(|| tree_sitter_bash::LANGUAGE.into());

/// The kinds whose nodes are taken as they are: runs of plain characters, and comments.
pub(super) struct Kinds {
    /// Plain characters of a word.
    pub(super) word: u16,
    /// A word of digits.
    pub(super) number: u16,
    /// `'…'`
    pub(super) raw_string: u16,
    /// From `#` to the end of the line.
    pub(super) comment: u16,
    /// Those that are not looked into.
    pub(super) opaque: [u16; 14],
}

/// See [`Kinds`].
pub(super) static KINDS: LazyLock<Kinds> = LazyLock::new(|| Kinds {
    word: named("word"),
    number: named("number"),
    raw_string: named("raw_string"),
    comment: named("comment"),
    opaque: [
        named("string"),
        named("expansion"),
        named("simple_expansion"),
        named("arithmetic_expansion"),
        named("heredoc_body"),
        named("variable_name"),
        named("variable_assignment"),
        named("concatenation"),
        named("file_redirect"),
        named("test_command"),
        named("test_operator"),
        named("command_substitution"),
        named("process_substitution"),
        named("array"),
    ],
});

fn named(kind: &str) -> u16 {
    LANGUAGE.id_for_node_kind(kind, true)
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn every_kind_is_in_the_grammar() {
        let taken = [KINDS.word, KINDS.number, KINDS.raw_string, KINDS.comment];
        assert!(taken.iter().chain(&KINDS.opaque).all(|&kind| kind != 0));
    }
}
