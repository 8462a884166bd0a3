//! What a new configuration says, by what is in the directory.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use crate::files::shown;
use crate::rules::{Pinned, Preset};

/// Directories whose content comes from elsewhere, by name.
const VENDORED: [&str; 9] = [
    "vendor",
    "vendored",
    "third_party",
    "third-party",
    "thirdparty",
    "node_modules",
    "bower_components",
    "venv",
    ".venv",
];

/// Directories of tests, by name.
const TESTS: [&str; 5] = ["test", "tests", "t", "spec", "specs"];

/// Directories of what a CI server runs, by name.
const CI: [&str; 8] =
    ["ci", ".ci", ".github", ".gitlab", ".circleci", ".buildkite", ".azure-pipelines", ".jenkins"];

/// A configuration to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The rules that speak.
    pub preset: Pinned,
    /// Directories with scripts that others have written.
    pub exclude: BTreeSet<String>,
    /// Directories of tests in which options are asked for.
    pub tests: BTreeSet<String>,
    /// The file of accepted findings.
    pub baseline: Option<String>,
}

impl Proposal {
    /// For scripts at these paths, relative to the directory of the configuration, and the text of its `.gitmodules`.
    pub fn new(scripts: &[PathBuf], modules: &str) -> Self {
        let mut exclude: BTreeSet<String> =
            scripts.iter().filter_map(|script| below(script, &VENDORED)).collect();
        let holds_scripts = |module: &&str| scripts.iter().any(|script| script.starts_with(module));
        exclude.extend(submodules(modules).filter(holds_scripts).map(str::to_owned));
        // What lies in another one is left out with it.
        let inner =
            |path: &String| Path::new(path).ancestors().skip(1).any(|above| exclude.contains(&shown(above)));
        let exclude: BTreeSet<String> = exclude.iter().filter(|path| !inner(path)).cloned().collect();
        let own: Vec<&PathBuf> =
            scripts.iter().filter(|script| !exclude.iter().any(|path| script.starts_with(path))).collect();
        Self {
            preset: Pinned { preset: preset(&own), ..Pinned::default() },
            exclude,
            tests: BTreeSet::new(),
            baseline: None,
        }
    }

    /// The directory of tests that a script lies in.
    pub fn test_directory(script: &Path) -> Option<String> {
        below(script, &TESTS)
    }

    /// Whether a script is left out.
    pub fn excludes(&self, script: &Path) -> bool {
        self.exclude.iter().any(|path| script.starts_with(path))
    }

    /// The text of the configuration file.
    pub fn text(&self) -> String {
        let mut parts = vec![format!(
            "# With a version, an upgrade of lint-scripts brings no new rule.\npreset = {}\n",
            quoted(&self.preset.to_string())
        )];
        if !self.exclude.is_empty() {
            let patterns: Vec<String> = self.exclude.iter().map(|path| quoted(&pattern(path))).collect();
            parts.push(format!("# Comes from elsewhere.\nexclude = [{}]\n", patterns.join(", ")));
        }
        if let Some(baseline) = &self.baseline {
            parts.push(format!(
                "# What was found when this file was made, and is accepted until it is mended.\nbaseline = {}\n",
                quoted(baseline)
            ));
        }
        if !self.tests.is_empty() {
            let ignore = |directory: &String| {
                quoted(&format!("{}/**", pattern(directory))) + " = [\"missing-strict-mode\"]\n"
            };
            let ignores: Vec<String> = self.tests.iter().map(ignore).collect();
            parts.push(format!(
                "# Tests go on after a command that fails, and count.\n[per-file-ignores]\n{}",
                ignores.concat()
            ));
        }
        parts.join("\n")
    }
}

/// The preset for where more than half of the scripts are.
fn preset(scripts: &[&PathBuf]) -> Preset {
    let mostly = |is: fn(&str) -> bool| {
        let inside = scripts.iter().filter(|script| directories(script).any(|name| is(&name))).count();
        2 * inside > scripts.len()
    };
    if mostly(|name| name == "cron" || name.starts_with("cron.")) {
        Preset::Cron
    } else if mostly(|name| CI.contains(&name)) {
        Preset::Ci
    } else {
        Preset::Recommended
    }
}

/// The path down to the first directory above a script that has one of these names.
fn below(script: &Path, names: &[&str]) -> Option<String> {
    let depth = directories(script).position(|name| names.contains(&&*name))?;
    let path: PathBuf = script.components().take(depth + 1).collect();
    Some(shown(&path))
}

/// The names of the directories above a script, the outermost first.
fn directories(script: &Path) -> impl Iterator<Item = String> {
    let above = script.parent().unwrap_or(Path::new("")).components();
    above
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
}

/// The paths of the submodules that a `.gitmodules` tells of.
fn submodules(text: &str) -> impl Iterator<Item = &str> {
    let entries = text.lines().filter_map(|line| line.split_once('='));
    entries.filter(|(key, _)| key.trim() == "path").map(|(_, path)| path.trim().trim_matches('"'))
}

/// The pattern that only this path matches, and what is below it.
fn pattern(path: &str) -> String {
    let escaped = globset::escape(path);
    if escaped.contains('/') { escaped } else { format!("/{escaped}") }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::Proposal;

    fn of(scripts: &[&str], modules: &str) -> Proposal {
        Proposal::new(&scripts.iter().map(PathBuf::from).collect::<Vec<_>>(), modules)
    }

    #[test]
    fn what_comes_from_elsewhere_is_left_out() {
        let modules =
            "[submodule \"a\"]\n\tpath = lib/shunit2\n\turl = x\n[submodule \"b\"]\n\tpath = empty\n";
        let scripts = [
            "a.sh",
            "vendor/x.sh",
            "vendor/y/node_modules/z.sh",
            "tools/third_party/p/q.sh",
            "lib/shunit2/r.sh",
            "vendor.sh",
        ];
        let proposal = of(&scripts, modules);
        assert_eq!(Vec::from_iter(&proposal.exclude), ["lib/shunit2", "tools/third_party", "vendor"]);
        assert!(proposal.excludes(Path::new("vendor/x.sh")) && !proposal.excludes(Path::new("vendor.sh")));
        assert!(
            proposal.text().contains("exclude = [\"lib/shunit2\", \"tools/third_party\", \"/vendor\"]\n")
        );
        assert!(!of(&["a.sh"], "").text().contains("exclude"));
    }

    #[test]
    fn the_preset_is_that_of_most_scripts() {
        for (scripts, preset) in [
            (&["a.sh", "ci/b.sh"][..], "recommended@1"),
            (&["a.sh", "ci/b.sh", ".github/scripts/c.sh"], "ci@1"),
            (&["etc/cron.daily/a", "cron/b.sh", "x.sh"], "cron@1"),
            (&["ci.sh", "cron.sh"], "recommended@1"),
            (&["vendor/a.sh", "vendor/b.sh", "ci/c.sh"], "ci@1"),
        ] {
            assert_eq!(of(scripts, "").preset.to_string(), preset, "{scripts:?}");
        }
    }

    #[test]
    fn tests_are_known_by_their_directory() {
        let of = |script: &str| Proposal::test_directory(Path::new(script));
        assert_eq!(of("tests/a/b.sh").as_deref(), Some("tests"));
        assert_eq!(of("lib/t/b.sh").as_deref(), Some("lib/t"));
        assert_eq!(of("test.sh"), None);
        assert_eq!(of("contest/x.sh"), None);
    }

    #[test]
    fn odd_names_mean_themselves() {
        let mut proposal = of(&["a [x]\"/vendor/b.sh"], "");
        proposal.tests.insert("t{1}".to_owned());
        let text = proposal.text();
        let table: toml::Table = text.parse().expect(&text);
        assert_eq!(table["exclude"][0].as_str(), Some("a [[]x[]]\"/vendor"));
        assert!(table["per-file-ignores"].as_table().unwrap().contains_key("/t[{]1[}]/**"));
    }
}
