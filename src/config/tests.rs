use std::fs;
use std::path::{Path, PathBuf};

use super::{Configs, Origin, Overrides};
use crate::diagnostic::{RuleId, Severity};
use crate::rules::Choice;
use crate::shell::knowledge::Role;

const OPTIONS: RuleId = RuleId("missing-strict-mode");
const PIPELINE: RuleId = RuleId("unchecked-pipeline");

struct Project(tempfile::TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            crate::files::put(&path, text.as_bytes()).unwrap();
        }
        Self(root)
    }

    fn configs(&self) -> Configs {
        Configs::new(self.0.path(), &Origin::Nearest, Overrides::default()).unwrap()
    }

    /// Whether the two rules speak of a script.
    fn speak(&self, script: &str) -> (bool, bool) {
        let settings = self.configs().settings(Path::new(script)).unwrap();
        (settings.rules.allows(OPTIONS), settings.rules.allows(PIPELINE))
    }

    /// What is wrong with the configuration of `a.sh`.
    fn error(&self) -> String {
        self.configs().settings(Path::new("a.sh")).unwrap_err().to_string()
    }
}

#[track_caller]
fn wrong(text: &str, expected: &str) {
    let error = Project::new(&[("lint-scripts.toml", text)]).error();
    assert!(error.starts_with(expected), "{text}\ngives {error}\nnot   {expected}");
}

#[test]
fn mistakes_are_told_with_their_place_and_what_was_meant() {
    wrong("selct = []\n", "lint-scripts.toml:1:1: unknown key `selct`; did you mean `select`?");
    wrong("\n  zzz = 1\n", "lint-scripts.toml:2:3: unknown key `zzz`; there are extend, preset");
    wrong(
        "select = [\n  'pipelines',\n  'unchecked-pipelin',\n]\n",
        "lint-scripts.toml:3:3: there is no rule `unchecked-pipelin`; did you mean `unchecked-pipeline`?",
    );
    wrong(
        "ignore = ['pipeline']\n",
        "lint-scripts.toml:1:11: there is no rule `pipeline`; did you mean `pipelines`?",
    );
    wrong("extend-select = ['a']\n", "lint-scripts.toml:1:18: there is no rule `a`");
    wrong(
        "[severity]\nunchecked-pipeline = 'eror'\n",
        "lint-scripts.toml:2:22: unknown value `eror`; did you mean `error`?",
    );
    wrong("[severity]\nno-rule = 'error'\n", "lint-scripts.toml:2:1: there is no rule `no-rule`");
    wrong("preset = 'strict@9'\n", "lint-scripts.toml:1:10: `strict` has no version `9`; the newest is 1");
    wrong(
        "preset = 'lax'\n",
        "lint-scripts.toml:1:10: there is no preset `lax`; there are recommended, strict",
    );
    wrong("exclude = ['a', '[b']\n", "lint-scripts.toml:1:17: no pattern: ");
    wrong("[per-file-ignores]\n'../x' = ['pipelines']\n", "lint-scripts.toml:2:1: a pattern cannot lead out");
    wrong("[per-file-ignores]\nx = ['piplines']\n", "lint-scripts.toml:2:6: there is no rule `piplines`");
    wrong(
        "[[command]]\nname = 'up'\nrole = ['transfer']\n",
        "lint-scripts.toml:3:1: unknown key `role`; did you mean `roles`?",
    );
    wrong(
        "[[command]]\nname = 'up'\nroles = ['transfr']\n",
        "lint-scripts.toml:3:10: unknown value `transfr`; did you mean `transfer`?",
    );
    wrong("[[command]]\nroles = []\n", "lint-scripts.toml:1:1: missing field `name`");
    wrong("[[command]]\nname = 'a b'\n", "lint-scripts.toml:1:1: `a b` is no command's name");
    wrong(
        "[[command]]\nname = 'a'\n\n[[command]]\nname='b'\naliases=['a']\n",
        "lint-scripts.toml:4:1: the command `a` is described twice",
    );
    wrong("success-words = ['x', ' ']\n", "lint-scripts.toml:1:23: an empty word means nothing");
    wrong("preview = yes\n", "lint-scripts.toml:1:11: ");
    wrong("preview = true\npreview = true\n", "lint-scripts.toml:2:1: duplicate key");
    wrong(
        "preview = true\r\n# é\r\nprevew = 1\r\n",
        "lint-scripts.toml:3:1: unknown key `prevew`; did you mean `preview`?",
    );
    wrong("\u{feff}prevew = 1\n", "lint-scripts.toml:1:1: unknown key `prevew`");
    wrong("x = '\u{0}'\n", "lint-scripts.toml:1:");
    wrong("extend = 'none.toml'\n", "lint-scripts.toml:1:10: `none.toml` cannot be read");
    wrong("extend = '.'\n", "lint-scripts.toml:1:10: `.` cannot be read: it is not a regular file");
    wrong("exclude = ['!a']\n", "lint-scripts.toml:1:12: nothing is taken back by `!`");
    wrong(
        "[[command]]\nname = 'a'\nanswers = 'some'\n",
        "lint-scripts.toml:3:11: expected `any`, or a list of statuses",
    );
}

#[test]
fn the_nearest_file_wins() {
    let project = Project::new(&[
        ("lint-scripts.toml", "ignore = ['missing-strict-mode']"),
        ("bin/.lint-scripts.toml", "ignore = ['unchecked-pipeline']"),
        ("bin/x/readme", ""),
    ]);
    assert_eq!(project.speak("a.sh"), (false, true));
    assert_eq!(project.speak("lib/x/a.sh"), (false, true));
    assert_eq!(project.speak("bin/a.sh"), (true, false));
    assert_eq!(project.speak("bin/x/a.sh"), (true, false));
    assert_eq!(project.speak("bin/../a.sh"), (false, true));
}

#[test]
fn what_is_extended_holds_where_nothing_else_is_said() {
    let project = Project::new(&[
        ("base.toml", "preset = 'explicit@1'\nexclude = ['vendor']\n[severity]\npipelines = 'info'"),
        (
            "team/mid.toml",
            "extend = '../base.toml'\nextend-select = ['missing-strict-mode']\nexclude = ['*.gen.sh']",
        ),
        ("bin/lint-scripts.toml", "extend = '../team/mid.toml'\nignore = ['unchecked-pipeline']"),
        ("lint-scripts.toml", "extend = 'base.toml'"),
    ]);
    assert_eq!(project.speak("a.sh"), (false, true));
    assert_eq!(project.speak("bin/a.sh"), (true, false));
    let configs = project.configs();
    let root = project.0.path();
    let files = configs.of(Path::new("bin/a.sh")).unwrap().files.clone();
    let names = ["bin/lint-scripts.toml", "bin/../team/mid.toml", "bin/../team/../base.toml"];
    assert_eq!(files, names.map(|name| root.join(name)));
    let excluded = |path: &str| configs.is_excluded(Path::new(path));
    assert!(excluded("bin/vendor") || excluded("vendor"), "relative to the file that says it");
    assert!(!excluded("bin/a.gen.sh"), "the pattern is that of another directory");
    let settings = configs.settings(Path::new("a.sh")).unwrap();
    assert_eq!(settings.rules.severity(PIPELINE), Some(Severity::Info));
}

#[test]
fn a_circle_is_told() {
    let project = Project::new(&[
        ("lint-scripts.toml", "extend = 'b.toml'"),
        ("b.toml", "\nextend = './lint-scripts.toml'"),
    ]);
    assert_eq!(project.error(), "b.toml:2:10: `./lint-scripts.toml` leads back to a file that extends it");
    let own = Project::new(&[("lint-scripts.toml", "extend = 'lint-scripts.toml'")]);
    assert!(own.error().contains("leads back"), "{}", own.error());
}

#[test]
fn what_is_no_file_to_read_is_told() {
    let directory = Project::new(&[("lint-scripts.toml/x", "")]);
    assert!(directory.error().starts_with("lint-scripts.toml: cannot be read: "), "{}", directory.error());
    let both = Project::new(&[("lint-scripts.toml", ""), (".lint-scripts.toml", "")]);
    assert_eq!(both.error(), "lint-scripts.toml: there is a .lint-scripts.toml beside it: keep one");
    let large = Project::new(&[("lint-scripts.toml", &"#\n".repeat(600_000))]);
    assert!(large.error().contains("larger than 1 MiB"), "{}", large.error());
    let latin = Project::new(&[]);
    crate::files::put(&latin.0.path().join("lint-scripts.toml"), b"# ok\n# caf\xe9\n").unwrap();
    assert_eq!(latin.error(), "lint-scripts.toml:2:6: this is not UTF-8");
    #[cfg(unix)]
    {
        let pipe = Project::new(&[("lint-scripts.toml", "extend = 'pipe'\n")]);
        let made = std::process::Command::new("mkfifo").arg(pipe.0.path().join("pipe")).status();
        assert!(made.is_ok_and(|status| status.success()), "mkfifo is here");
        assert!(pipe.error().contains("`pipe` cannot be read: it is not a regular file"), "{}", pipe.error());
        let dangling = Project::new(&[]);
        std::os::unix::fs::symlink("nowhere", dangling.0.path().join("lint-scripts.toml")).unwrap();
        assert!(dangling.error().starts_with("lint-scripts.toml: cannot be read: "), "{}", dangling.error());
    }
}

#[test]
fn an_empty_file_and_one_from_windows_are_fine() {
    for text in ["", "\u{feff}", "\u{feff}# é\r\npreview = true\r\n"] {
        assert_eq!(Project::new(&[("lint-scripts.toml", text)]).speak("a.sh"), (true, true), "{text:?}");
    }
}

#[test]
fn some_rules_do_not_speak_of_some_files() {
    let text = "[per-file-ignores]\n'tests/**' = ['strict-mode']\n'*.gen.sh' = ['pipelines']\n";
    let project = Project::new(&[("lint-scripts.toml", text)]);
    assert_eq!(project.speak("a.sh"), (true, true));
    assert_eq!(project.speak("tests/a.sh"), (false, true));
    assert_eq!(project.speak("tests/x/a.gen.sh"), (false, false));
}

#[test]
fn the_command_line_overrules_the_file_and_one_file_may_be_named() {
    let project = Project::new(&[
        ("lint-scripts.toml", "ignore = ['missing-strict-mode']\nexclude = ['out']"),
        ("other.toml", "select = ['missing-strict-mode']"),
    ]);
    let speak = |origin: &Origin, rules: Choice| {
        let overrides = Overrides { rules, exclude: vec!["tmp".to_owned()], ..Overrides::default() };
        let configs = Configs::new(project.0.path(), origin, overrides).unwrap();
        let rules = configs.settings(Path::new("a.sh")).unwrap().rules;
        assert!(configs.is_excluded(Path::new("tmp/a.sh")));
        assert_eq!(configs.is_excluded(Path::new("out/a.sh")), *origin == Origin::Nearest);
        (rules.allows(OPTIONS), rules.allows(PIPELINE))
    };
    let select = Choice { select: Some(vec!["strict-mode".to_owned()]), ..Choice::default() };
    assert_eq!(speak(&Origin::Nearest, Choice::default()), (false, true));
    assert_eq!(speak(&Origin::Nearest, select), (true, false));
    assert_eq!(speak(&Origin::Nowhere, Choice::default()), (true, true));
    assert_eq!(speak(&Origin::File(PathBuf::from("other.toml")), Choice::default()), (true, false));
    let gone = Configs::new(project.0.path(), &Origin::File("gone.toml".into()), Overrides::default());
    assert!(gone.unwrap_err().to_string().starts_with("gone.toml: cannot be read: "));
}

#[test]
fn a_projects_own_words_are_known() {
    let text = "log-functions = ['Shout']\nsuccess-words = ['ship it now', '🚀']\n\n\
                [[command]]\nname = 'my-upload'\nroles = ['transfer']\n\n\
                [[command]]\nname = 'tar'\nextend = true\nroles = ['transfer']\n";
    let project = Project::new(&[("lint-scripts.toml", text)]);
    let settings = project.configs().settings(Path::new("a.sh")).unwrap();
    let (commands, claims) = (&settings.vocabulary.commands, &settings.vocabulary.claims);
    assert!(commands.command("my-upload").unwrap().reading(&[]).roles().contains(Role::Transfer));
    assert!(commands.command("tar").is_some() && commands.command("rsync").is_some());
    assert!(claims.is_log_function("shout") && claims.is_log_function("log_info"));
    assert!(
        claims.claims_success("Ship it now!") && claims.claims_success("🚀") && claims.claims_success("done")
    );
    assert!(!claims.claims_success("ship it"));
}
