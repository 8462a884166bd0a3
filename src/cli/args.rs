//! The words of the command line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Outcome;
use super::baseline::{Growth, Plan};
use super::outputs::{Destination, DestinationParser};
use crate::check::Comments;
use crate::config::{Configs, Origin, Overrides};
use crate::diagnostic::Style;
use crate::files::{Hidden, Ignored, Named, Search, Shard};
use crate::report::Tally;
use crate::rules::{Choice, Pinned};
use crate::shell::Dialect;

const STATUS: &str = "Exit status: 0 nothing found, 1 something found, 2 not everything could be done";

const EXAMPLES: &str = "\
Examples:
  lint-scripts                      check all scripts in this directory
  lint-scripts --fix backup.sh      apply the safe fixes
  lint-scripts --diff | git apply   the same, by way of a patch
  lint-scripts trace backup.sh      what happens when each command fails
  lint-scripts --since main         only what is new on this branch
  lint-scripts --output-format text --output-format sarif=report.sarif

Exit status: 0 nothing found, 1 something found, 2 not everything could be done";

/// Finds the places where a shell script fails without telling anyone, and fixes them
#[derive(Debug, Parser)]
#[command(name = "lint-scripts", version, disable_help_flag = true, args_conflicts_with_subcommands = true, after_help = STATUS, after_long_help = EXAMPLES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub lint: Lint,
    /// Print the most used options; --help prints all
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check scripts; the same as no subcommand
    Check(Box<Lint>),
    /// Show what a script does when each of its commands fails
    Trace(Trace),
    /// Print a rule's page
    Explain {
        /// The rule's name, such as `unchecked-pipeline`
        rule: String,
    },
    /// List all rules
    Rules {
        /// How to write them
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Join what the shards of a run have found, from their JSON
    Merge(Merge),
    /// Show the settings that hold for a script
    Config(Config),
    /// List the failures that comments in the scripts accept, with their reasons
    Suppressions(Suppressions),
    /// Write a first configuration for the scripts in this directory
    Init(Init),
    /// Tell of a backup that failed unnoticed, and mend it; nothing is written
    Demo(Demo),
    /// Serve an editor, as a language server
    Lsp {
        /// On standard input and output, which is the only way that there is; editors say so
        #[arg(long, hide = true)]
        stdio: bool,
    },
    /// Print what makes a shell complete the words of the command line
    #[command(hide = true)]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the manual page, or write it and those of the subcommands into a directory
    #[command(hide = true)]
    Man {
        /// The directory, which is made if it is not there
        directory: Option<PathBuf>,
    },
}

/// Checking, with or without fixing.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
#[derive(Args, Debug)]
pub struct Lint {
    /// Scripts, and directories to look for scripts in; `-` is standard input
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,

    /// Apply the fixes that leave every run which works as it is
    #[arg(long, help_heading = "Fixing")]
    pub fix: bool,
    /// Print the fixes as a patch and write nothing
    #[arg(long, help_heading = "Fixing")]
    pub diff: bool,
    /// Apply fixes that may change a run which works, too
    #[arg(long, help_heading = "Fixing", hide_short_help = true)]
    pub unsafe_fixes: bool,
    /// Apply the fixes and say nothing of what is left; with --diff, exit 1 where there is something to fix
    #[arg(long, help_heading = "Fixing", conflicts_with_all = ["output_format", "output_file", "statistics", "add_suppressions"], hide_short_help = true)]
    pub fix_only: bool,
    /// Keep what a script was before it is written to, with `.orig` behind its name
    #[arg(long, help_heading = "Fixing", hide_short_help = true)]
    pub backup: bool,

    #[command(flatten)]
    pub rules: Rules,

    #[command(flatten)]
    pub comments: Suppressing,

    #[command(flatten)]
    pub known: Known,

    #[command(flatten)]
    pub reading: Reading,
    /// Check what this file lists, `-` for standard input: one path a line, or each with a NUL behind it
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Files",
        conflicts_with = "paths",
        hide_short_help = true
    )]
    pub files_from: Option<PathBuf>,
    /// Print the names of the files that would be checked, and check nothing
    #[arg(long, help_heading = "Files", conflicts_with_all = ["fix", "diff", "fix_only", "add_suppressions", "write_baseline", "output_format"], hide_short_help = true)]
    pub list_files: bool,

    /// How to write what was found, into a file if one is named; may be given several times
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = DestinationParser, help_heading = "Output")]
    pub output_format: Vec<Destination>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output", hide_short_help = true)]
    pub output_file: Option<PathBuf>,
    /// Colour in the output
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, help_heading = "Output", hide_short_help = true)]
    pub color: When,

    /// Count the findings of each rule instead of showing them
    #[arg(long, help_heading = "Output", hide_short_help = true)]
    pub statistics: bool,

    #[command(flatten)]
    pub verdict: Verdict,

    /// Run again whenever something changes
    #[arg(long, help_heading = "Large repositories", conflicts_with_all = ["fix", "diff", "fix_only", "add_suppressions", "write_baseline", "list_files", "files_from"], hide_short_help = true)]
    pub watch: bool,
    /// Check a part of the scripts: `2/8` is the second of eight; each script is in one, on every machine the same
    #[arg(long, value_name = "N/M", help_heading = "Large repositories", hide_short_help = true)]
    pub shard: Option<Shard>,
    #[command(flatten)]
    pub caching: Caching,
}

/// What becomes of what earlier runs have found out.
#[derive(Args, Clone, Debug, Default)]
pub struct Caching {
    /// Check everything anew, and keep nothing
    #[arg(long, help_heading = "Large repositories", hide_short_help = true)]
    pub no_cache: bool,
    /// Keep what is found out here, instead of the user's cache directory; not in a checkout
    #[arg(
        long,
        value_name = "DIR",
        help_heading = "Large repositories",
        conflicts_with = "no_cache",
        hide_short_help = true
    )]
    pub cache_dir: Option<PathBuf>,
}

/// What findings make of the exit status.
#[derive(Args, Clone, Copy, Debug)]
pub struct Verdict {
    /// The mildest finding that makes the exit status 1
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = FailOn::Warning, help_heading = "Exit status", hide_short_help = true)]
    pub fail_on: FailOn,
    /// Exit 0 whatever is found; what could not be done still gives 2
    #[arg(long, help_heading = "Exit status", hide_short_help = true)]
    pub exit_zero: bool,
}

impl Verdict {
    /// How a run with these findings ends.
    pub fn of(self, tally: &Tally) -> Outcome {
        if self.fail_on.reached_by(tally) && !self.exit_zero { Outcome::Found } else { Outcome::Clean }
    }
}

/// Joining.
#[derive(Args, Debug)]
pub struct Merge {
    /// What `--output-format json` has written, of one shard each
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// How to write all of it, into a file if one is named; may be given several times
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = DestinationParser, help_heading = "Output")]
    pub output_format: Vec<Destination>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output_file: Option<PathBuf>,
    #[command(flatten)]
    pub verdict: Verdict,
}

/// Showing settings.
#[derive(Args, Debug)]
pub struct Config {
    /// The script, or the directory of one
    #[arg(default_value = ".")]
    pub path: PathBuf,
    #[command(flatten)]
    pub rules: Rules,
    #[command(flatten)]
    pub reading: Reading,
    /// How to write them
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Writing a first configuration.
#[derive(Args, Clone, Copy, Debug)]
pub struct Init {
    /// Accept all that is found today, in lint-scripts.baseline
    #[arg(long)]
    pub baseline: bool,
    /// Write over what is there
    #[arg(long)]
    pub force: bool,
}

/// Listing suppressions.
#[derive(Args, Debug)]
pub struct Suppressions {
    /// Scripts, and directories to look for scripts in; `-` is standard input
    #[arg(default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub rules: Rules,
    #[command(flatten)]
    pub reading: Reading,
    /// How to write the list
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// Telling the story.
#[derive(Args, Clone, Copy, Debug)]
pub struct Demo {
    /// Colour in the output
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto)]
    pub color: When,
}

/// Tracing.
#[derive(Args, Debug)]
pub struct Trace {
    /// Scripts, and directories to look for scripts in; `-` is standard input, `PATH:LINE` one line of a script
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,

    /// How to write the trace
    #[arg(long, value_enum, default_value_t = View::Text, help_heading = "Output")]
    pub format: View,
    /// Tell step by step what happens when a command of this line fails
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Output")]
    pub line: Option<u32>,
    /// Write to this file instead of standard output
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output_file: Option<PathBuf>,
    /// Colour in the output
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = When::Auto, help_heading = "Output")]
    pub color: When,

    /// Exit 1 when fewer failures than this, of all scripts together, make their script exit non-zero
    #[arg(long, value_name = "PERCENT", value_parser = percent, help_heading = "Exit status")]
    pub fail_under: Option<f64>,
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok();
    number
        .filter(|number| (0.0..=100.0).contains(number))
        .ok_or_else(|| "not a number from 0 to 100".to_owned())
}

/// Which rules speak.
#[derive(Args, Debug)]
pub struct Rules {
    /// The rules that speak: recommended, strict, explicit, cron, ci or all; `recommended@1` is its first version
    #[arg(long, value_name = "PRESET", help_heading = "Rules", hide_short_help = true)]
    pub preset: Option<Pinned>,
    /// Let those of them speak, too, that were not yet measured
    #[arg(long, help_heading = "Rules", hide_short_help = true)]
    pub preview: bool,
    /// Let only these rules speak; a family's name stands for all of its rules
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub select: Vec<String>,
    /// Let these rules speak, too
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules", hide_short_help = true)]
    pub extend_select: Vec<String>,
    /// Let these rules not speak
    #[arg(long, value_name = "RULES", value_delimiter = ',', help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// Of several ways to mend a finding, take the one by options for the file (strict), or by `|| exit 1` at each command
    /// (explicit)
    #[arg(long, value_name = "STYLE", help_heading = "Fixing", hide_short_help = true)]
    pub fix_style: Option<Style>,
}

/// Findings that do not count: accepted ones, and those on lines that nobody has touched.
#[derive(Args, Clone, Debug, Default)]
pub struct Known {
    /// Pass over the findings that this file accepts
    #[arg(long, value_name = "FILE", help_heading = "Only what is new", conflicts_with = "add_suppressions")]
    pub baseline: Option<PathBuf>,
    /// Accept all that is found, in this file
    #[arg(long, value_name = "FILE", help_heading = "Only what is new", conflicts_with_all = ["baseline", "add_suppressions", "since", "fix", "diff", "fix_only"], hide_short_help = true)]
    pub write_baseline: Option<PathBuf>,
    /// With --write-baseline: refuse to accept what the file did not accept before
    #[arg(long, help_heading = "Only what is new", requires = "write_baseline", hide_short_help = true)]
    pub ratchet: bool,
    /// Pass over findings on lines that did not change since this git revision
    #[arg(long, value_name = "REVISION", help_heading = "Only what is new", conflicts_with_all = ["fix", "diff", "fix_only", "add_suppressions"])]
    pub since: Option<String>,
}

/// What becomes of comments that disable rules.
#[derive(Args, Clone, Debug, Default)]
pub struct Suppressing {
    /// Disable each rule where it finds something, with this reason, by comments in the scripts
    #[arg(long, value_name = "REASON", help_heading = "Suppressions", conflicts_with_all = ["fix", "diff"], hide_short_help = true)]
    pub add_suppressions: Option<String>,
    /// Pass over the comments that disable rules
    #[arg(long, help_heading = "Suppressions", hide_short_help = true)]
    pub ignore_suppressions: bool,
    /// The day by which suppressions have expired, instead of today
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "Suppressions", hide_short_help = true)]
    pub today: Option<Date>,
}

/// How scripts are found and read.
#[derive(Args, Debug)]
pub struct Reading {
    /// The shell to assume, whatever a script says
    #[arg(long, value_enum, help_heading = "Reading", hide_short_help = true)]
    pub shell: Option<Dialect>,
    /// Read sourced files along wherever they lie, and not only below the working directory
    #[arg(long, help_heading = "Reading", hide_short_help = true)]
    pub external_sources: bool,
    #[command(flatten)]
    pub finding: Finding,
    /// The configuration, instead of the nearest lint-scripts.toml or .lint-scripts.toml
    #[arg(
        long,
        value_name = "FILE",
        help_heading = "Configuration",
        conflicts_with = "isolated",
        hide_short_help = true
    )]
    pub config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, help_heading = "Configuration", hide_short_help = true)]
    pub isolated: bool,
}

/// Which files are checked.
#[derive(Args, Debug)]
pub struct Finding {
    /// Leave out what this pattern matches when searching directories
    #[arg(long, value_name = "PATTERN", help_heading = "Files", hide_short_help = true)]
    pub exclude: Vec<String>,
    /// Take files that this pattern matches for scripts when searching directories, whatever they look like
    #[arg(long, value_name = "PATTERN", help_heading = "Files", hide_short_help = true)]
    pub include: Vec<String>,
    /// Leave out what is excluded or generated, also when it is named
    #[arg(long, help_heading = "Files", hide_short_help = true)]
    pub force_exclude: bool,
    /// Look into hidden files and directories outside git repositories, too
    #[arg(long, help_heading = "Files", hide_short_help = true)]
    pub hidden: bool,
    /// Look at what git ignores, too
    #[arg(long, help_heading = "Files", hide_short_help = true)]
    pub no_ignore: bool,
    /// Finding no script is no failure
    #[arg(long, help_heading = "Files", hide_short_help = true)]
    pub allow_empty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// How a trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum View {
    /// A table for people
    Text,
    /// For programs
    Json,
    /// One page for a browser, which needs nothing else
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Error,
    /// What could not be read counts as a warning
    Warning,
    Info,
}

impl FailOn {
    /// Whether what was found is bad enough.
    pub fn reached_by(self, tally: &Tally) -> bool {
        let found = tally.findings;
        let warnings = found.error + found.warning + tally.not_checked;
        match self {
            Self::Error => found.error > 0,
            Self::Warning => warnings > 0,
            Self::Info => warnings + found.info > 0,
        }
    }
}

impl Rules {
    /// What the command line says of rules; an error is a sentence for the user.
    pub fn choice(&self) -> Result<Choice, String> {
        Choice {
            preset: self.preset,
            preview: self.preview.then_some(true),
            select: (!self.select.is_empty()).then(|| self.select.clone()),
            extend_select: self.extend_select.clone(),
            ignore: self.ignore.clone(),
            severity: BTreeMap::new(),
            fix_style: self.fix_style,
        }
        .verified()
    }
}

impl Known {
    /// What is to be done with baselines.
    pub fn plan(&self) -> Plan {
        let growth = if self.ratchet { Growth::Refused } else { Growth::Allowed };
        match (&self.write_baseline, &self.baseline) {
            (Some(file), _) => Plan::Write(file.clone(), growth),
            (None, Some(file)) => Plan::Use(file.clone()),
            (None, None) => Plan::Configured,
        }
    }
}

impl Suppressing {
    fn heard(&self) -> Comments {
        if self.ignore_suppressions { Comments::Ignored } else { Comments::Heard }
    }

    /// By the clock, unless the user has said it.
    fn today(&self) -> Date {
        self.today.unwrap_or_else(today)
    }
}

/// By the clock, in UTC.
pub fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

impl Finding {
    /// How scripts are looked for, with what the configurations say.
    pub fn search(&self, configs: &Arc<Configs>) -> Search {
        let (excluding, including) = (Arc::clone(configs), Arc::clone(configs));
        Search {
            excluded: Arc::new(move |path: &Path| excluding.is_excluded(path)),
            included: Arc::new(move |path: &Path| including.is_included(path)),
            named: if self.force_exclude { Named::Excluded } else { Named::Taken },
            hidden: if self.hidden { Hidden::Everywhere } else { Hidden::InRepositories },
            ignored: if self.no_ignore { Ignored::Taken } else { Ignored::LeftOut },
        }
    }
}

impl Reading {
    /// The configurations of the run, with what the command line says over them; an error is a sentence for the user.
    pub fn configs(&self, rules: Choice, comments: &Suppressing) -> Result<Configs, String> {
        let origin = match &self.config {
            _ if self.isolated => Origin::Nowhere,
            Some(file) => Origin::File(file.clone()),
            None => Origin::Nearest,
        };
        let overrides = Overrides {
            shell: self.shell,
            rules,
            exclude: self.finding.exclude.clone(),
            include: self.finding.include.clone(),
            comments: comments.heard(),
            today: Some(comments.today()),
        };
        Configs::new(Path::new("."), &origin, overrides).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{Arguments, FailOn};
    use crate::report::{Severities, Tally};

    #[test]
    fn the_command_line_is_well_formed() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_is_bad_enough() {
        let tally = |error, warning, info, not_checked| Tally {
            findings: Severities { error, warning, info },
            not_checked,
            ..Tally::default()
        };
        let reached =
            |tally: Tally| [FailOn::Error, FailOn::Warning, FailOn::Info].map(|it| it.reached_by(&tally));
        assert_eq!(reached(tally(0, 0, 0, 0)), [false, false, false]);
        assert_eq!(reached(tally(1, 0, 0, 0)), [true, true, true]);
        assert_eq!(reached(tally(0, 1, 0, 0)), [false, true, true]);
        assert_eq!(reached(tally(0, 0, 1, 0)), [false, false, true]);
        assert_eq!(reached(tally(0, 0, 0, 1)), [false, true, true]);
    }
}
