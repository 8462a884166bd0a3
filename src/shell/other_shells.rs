//! By what a text of zsh or fish is known, from `rules/other-shells.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

/// A shell that is not followed here, and what belongs to it alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherShell {
    /// Its name.
    pub name: String,
    commands: Vec<String>,
    #[serde(default)]
    expansions: Vec<String>,
    #[serde(default)]
    set_letters: String,
    #[serde(default)]
    closers: Vec<String>,
    variables: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    shell: Vec<OtherShell>,
}

impl OtherShell {
    /// All that are known by something.
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<OtherShell>> = LazyLock::new(|| {
            let text = include_str!("../../rules/other-shells.toml");
            let table: Table = toml::from_str(text).expect("the tests parse the table");
            table.shell
        });
        &ALL
    }

    /// Whether the command of that name is one of its own.
    pub fn has_command(&self, name: &str) -> bool {
        self.commands.iter().any(|command| command == name)
    }

    /// Whether the word closes a compound command in it.
    pub fn has_closer(&self, name: &str) -> bool {
        self.closers.iter().any(|closer| closer == name)
    }

    /// Whether its `set` has this option, such as `-gx`, and that of no shell which is followed here has
    /// (bash 5.2, dash 0.5.12, busybox 1.35, ksh 93u+m).
    pub fn has_set_option(&self, option: &str) -> bool {
        let letters = option.strip_prefix('-').unwrap_or_default();
        letters.chars().all(char::is_alphabetic) && letters.contains(|it| self.set_letters.contains(it))
    }

    /// Whether an expansion, given without its `${`, is one of its own: a `bad substitution` to bash, which then goes on
    /// behind the command.
    pub fn has_expansion(&self, inside: &[u8]) -> bool {
        self.expansions.iter().any(|start| inside.starts_with(start.as_bytes()))
    }

    /// Whether a text asks if it runs in this shell.
    pub fn is_asked_for(&self, text: &[u8]) -> bool {
        self.variables.iter().any(|name| memchr::memmem::find(text, name.as_bytes()).is_some())
    }
}
