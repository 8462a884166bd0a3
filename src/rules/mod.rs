//! Floor 4: one file per rule, each a view on the engine's answers.
//!
//! A new rule is a file in its family's folder, a word in the list below, and a page `rules/<family>/<name>.md`.

mod answered;
mod artifacts;
mod assigned;
mod before;
mod beside;
mod cause;
mod choice;
mod claim;
mod context;
mod declared;
mod doubts;
mod edits;
mod excused;
mod findings;
mod lies;
mod main_line;
mod nested;
mod noticed;
mod operands;
mod options_set;
mod pipefail;
mod presets;
mod refused;
pub mod repairs;
mod selection;
mod step;
mod subject;
mod told;
mod traps_set;
mod work;

use crate::diagnostic::{Diagnostic, RuleId, Severity};

pub use choice::{Choice, pinned, resolve};
pub use context::Context;
pub use doubts::Doubts;
pub use findings::Findings;
pub use presets::{NEWEST, Pinned, Preset, Presets};
pub use selection::{Selection, named, unknown};

/// A rule: what the command line and the documentation show, and what it does.
pub struct Rule {
    /// Its name.
    pub id: RuleId,
    /// The family that it belongs to.
    pub family: Family,
    /// Its usual severity; what follows from a lost status may raise it.
    pub severity: Severity,
    /// The release that brought it.
    pub since: &'static str,
    /// Whether it speaks without being asked to.
    pub state: State,
    /// The presets that it is in.
    pub presets: Presets,
    /// What it speaks of.
    pub focus: Focus,
    /// Whether it offers fixes.
    pub fixes: Fixes,
    /// Its page, as in `rules/<family>/<name>.md`.
    pub page: &'static str,
    /// Looks at a script and says what it finds.
    pub check: fn(&Context<'_>, &mut Findings<'_>),
}

/// How sure a rule is of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Measured on real scripts; on in its presets.
    Stable,
    /// New, not measured yet, or found to be often wrong: off unless it is asked for, also in its presets.
    Preview,
}

/// Whether a rule offers fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixes {
    /// In some places at least.
    Sometimes,
    /// What to do depends on what the author wants.
    Never,
}

/// What a rule speaks of. Rules are asked in this order: of several that would speak of one lost status, claim or destroy,
/// the first is heard, so that one root cause is one finding. Of those with the same focus, the order of the list decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Focus {
    /// A command's work or output, and what is made of it although it failed.
    Work,
    /// The construct in which a status gets lost.
    Construct,
    /// An option that would keep statuses from getting lost.
    Option,
    /// A claim or a destroy that a lost status reaches.
    Consequence,
    /// The script as a whole: counts what gets lost.
    Script,
    /// A comment that disables other rules: what it was good for is known when these have spoken.
    Suppression,
}

/// A family of rules, named as its folder below `rules` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Options that are missing, misspelt or without effect.
    StrictMode,
    /// Statuses lost in pipelines.
    Pipelines,
    /// Statuses replaced or overwritten elsewhere.
    LostStatuses,
    /// Failures that are thrown away.
    Swallowed,
    /// Code that is meant to handle a failure and does not.
    Handlers,
    /// Success that is claimed after a failure.
    SuccessClaims,
    /// What is removed or overwritten after a failure.
    Cleanup,
    /// Commands whose status says less than it seems.
    LyingCommands,
    /// Other shells, near and far.
    Remote,
    /// Traps and temporary files.
    Traps,
    /// Checks that do not count.
    Verification,
    /// Failures that nobody hears of.
    Observability,
    /// What strict options break.
    Strictness,
    /// Bytes and lines that the shell reads otherwise than people do.
    Text,
    /// Comments that disable rules.
    Suppressions,
}

impl Family {
    /// The folder's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::StrictMode => "strict-mode",
            Self::Pipelines => "pipelines",
            Self::LostStatuses => "lost-statuses",
            Self::Swallowed => "swallowed",
            Self::Handlers => "handlers",
            Self::SuccessClaims => "success-claims",
            Self::Cleanup => "cleanup",
            Self::LyingCommands => "lying-commands",
            Self::Remote => "remote",
            Self::Traps => "traps",
            Self::Verification => "verification",
            Self::Observability => "observability",
            Self::Strictness => "strictness",
            Self::Text => "text",
            Self::Suppressions => "suppressions",
        }
    }
}

macro_rules! rules {
    ($($family:ident: [$($name:ident),* $(,)?]),* $(,)?) => {
        $(mod $family { $(pub(super) mod $name;)* })*

        /// All rules, by family and name.
        pub static ALL: &[&Rule] = &[$($(&$family::$name::RULE),*),*];
    };
}

rules! {
    strict_mode: [
        errexit_in_subshell_only,
        errexit_never_restored,
        missing_strict_mode,
        missing_errtrace,
        missing_inherit_errexit,
        missing_pipefail,
        option_only_in_shebang,
        option_set_too_late,
        option_typo,
        option_unsupported,
    ],
    pipelines: [
        pipe_while_status_lost,
        pipeline_into_shell,
        pipeline_value_unchecked,
        pipestatus_late,
        unchecked_pipeline,
        tee_hides_status,
    ],
    lost_statuses: [
        and_chain_not_checked,
        argument_substitution_masks,
        assignment_status_dead_under_e,
        bare_wait,
        condition_disables_errexit,
        condition_substitution_masks,
        declare_masks_status,
        find_exec_status_lost,
        function_status_is_last_command,
        loop_keeps_last_status,
        wait_loop_keeps_last,
        for_substitution_masks,
        multi_substitution_assignment,
        process_substitution_unchecked,
        heredoc_substitution_masks,
        background_unwaited,
    ],
    swallowed: [
        exit_out_of_range,
        exit_zero_on_failure,
        ignored_failure,
        stderr_discarded_and_ignored,
        trap_forces_success,
        continue_on_error_flag,
    ],
    handlers: [
        and_or_as_if,
        unreachable_handler,
        die_does_not_die,
        exit_in_subshell,
        exit_status_after_negation,
        exit_without_status_after_output,
        handler_after_declaration,
        handler_continues,
        logged_and_continued,
        status_clobbered,
        stale_status_check,
    ],
    success_claims: [
        success_marker_after_failure,
        health_ping_after_failure,
        unconditional_success,
        final_exit_zero,
    ],
    cleanup: [overwrite_last_good_copy, cleanup_before_verification, retention_before_verification, destructive_on_empty_variable, destructive_after_unchecked_cd, truncating_self_redirect],
    lying_commands: [async_start_is_not_success, no_timeout_in_unattended, curl_without_fail, curl_answer_unchecked, psql_without_on_error_stop, sql_client_continues, apt_update_masks_failure, wget_leaves_empty_file],
    remote: [
        ssh_in_loop_eats_stdin,
        nested_shell_drops_options,
        remote_sequence_unchecked,
        remote_heredoc_unchecked,
        eval_of_unchecked_output,
    ],
    traps: [
        signal_exit_zero,
        mktemp_unchecked,
        trap_deletes_artifact,
        trap_loses_status,
        trap_replaces_trap,
        trap_uses_out_of_scope_local,
    ],
    verification: [
        artifact_never_verified,
        verification_after_destruction,
        verification_result_ignored,
        weak_verification,
    ],
    observability: [cron_output_discarded, curl_silent_without_show_error, error_to_stdout],
    strictness: [answer_command_aborts, arithmetic_aborts, sigpipe_under_pipefail, trailing_and_in_function],
    text: [byte_order_mark, carriage_return, nul_byte, open_here_document, written_for_another_shell],
    suppressions: [unused_suppression, suppression_without_reason, expired_suppression, suppression_of_unknown_rule],
}

/// The rule of that name.
pub fn find(name: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id.0 == name).copied()
}

/// Whether the rule speaks of comments that disable rules, which no such comment may hide.
pub fn is_about_comments(rule: RuleId) -> bool {
    find(rule.0).is_some_and(|rule| rule.focus == Focus::Suppression)
}

/// What the selected rules find, in the order of the text.
pub fn findings(cx: &Context<'_>) -> Vec<Diagnostic> {
    let selected = |rule: &&Rule| cx.selection.allows(rule.id);
    let mut rules: Vec<&Rule> = ALL.iter().copied().filter(selected).collect();
    rules.sort_by_key(|rule| rule.focus);
    let mut findings = Findings::new(cx);
    for rule in rules {
        crate::guard::still_wanted();
        (rule.check)(cx, &mut findings);
    }
    let mut findings = findings.sorted();
    for finding in &mut findings {
        finding.severity = cx.selection.severity(finding.rule).unwrap_or(finding.severity);
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn the_list_follows_the_families() {
        assert!(ALL.is_sorted_by_key(|rule| rule.family), "families in their order");
        for rule in ALL {
            let heading = format!("# {}\n", rule.id);
            assert!(rule.page.starts_with(&heading), "{} has another rule's page", rule.id);
        }
    }
}
