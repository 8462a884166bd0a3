//! What the shells do differently when something fails: one named question for each difference.
//!
//! The answers were observed in bash 5.2.15, dash 0.5.12, busybox ash 1.35.0, ksh 93u+m/1.0.4 and mksh R59; the names in
//! brackets are those of facts under `tests/facts`, which the tests hold against the real shells.

use super::{Dialect, Opt, Options, Setting};

/// A set of shells: those that may run a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shells(u8);

const BASH: Shells = Shells(1);
/// bash in posix mode: started as `sh` or with `--posix`, or after `set -o posix`.
const POSIX_BASH: Shells = Shells(1 << 1);
const DASH: Shells = Shells(1 << 2);
const BUSYBOX: Shells = Shells(1 << 3);
const KSH: Shells = Shells(1 << 4);
const MKSH: Shells = Shells(1 << 5);
const ALMQUIST: Shells = DASH.and(BUSYBOX);
const KORN: Shells = KSH.and(MKSH);
const ALL: Shells = BASH.and(POSIX_BASH).and(ALMQUIST).and(KORN);

impl Shells {
    /// The shells that a text of this dialect may be run by, where these options are set.
    pub fn of(dialect: Dialect, options: Options) -> Self {
        match dialect {
            Dialect::Bash => match options.get(Opt::Posix) {
                Setting::Off => BASH,
                Setting::On => POSIX_BASH,
                Setting::Unknown => BASH.and(POSIX_BASH),
            },
            Dialect::Sh => POSIX_BASH.and(ALMQUIST),
            Dialect::Dash => DASH,
            Dialect::Busybox => BUSYBOX,
            Dialect::Ksh => KSH,
            Dialect::Mksh => MKSH,
        }
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn but(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether what holds in `those` holds here: unknown, where it holds for some of these only.
    fn among(self, those: Self) -> Setting {
        if self.0 & !those.0 == 0 {
            Setting::On
        } else if self.0 & those.0 == 0 {
            Setting::Off
        } else {
            Setting::Unknown
        }
    }

    /// Whether errexit is inherited by `$( )` from the start (`sub.errexit.assign sub.argv0.sh`).
    pub fn substitution_inherits_errexit(self) -> Setting {
        self.among(ALL.but(BASH).but(BUSYBOX))
    }

    /// Whether errexit is ignored inside `$( )` where it is outside (`ctx.subst.or ctx.sete.subst.or`).
    pub fn substitution_inherits_ignoring(self) -> Setting {
        self.among(BASH.and(POSIX_BASH).and(KSH))
    }

    /// The same where it stands in a redirection or a here-document (`ctx.redir.subst.or`).
    pub fn redirected_substitution_inherits_ignoring(self) -> Setting {
        self.among(KSH)
    }

    /// The same of `eval` (`ctx.eval.or ctx.eval.if`).
    pub fn eval_inherits_ignoring(self) -> Setting {
        self.among(ALL.but(MKSH))
    }

    /// The same of `. file` (`ctx.source.or ctx.source.if`).
    pub fn sourced_file_inherits_ignoring(self) -> Setting {
        self.among(BASH.and(POSIX_BASH).and(KSH))
    }

    /// The same of a job (`ctx.bg.in.or ctx.sete.bg.in.or`).
    pub fn job_inherits_ignoring(self) -> Setting {
        self.among(ALL.but(ALMQUIST))
    }

    /// Whether `! pipeline &` has the status of the pipeline (`wait.bg.not`; bash 5.2).
    pub fn job_loses_negation(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether a failed redirection of a special builtin ends the shell (`redir.special.or`; POSIX 2.8.1).
    pub fn special_redirection_is_fatal(self) -> Setting {
        self.among(ALL.but(BASH))
    }

    /// Whether `. missing` ends the shell (`fatal.source.missing.or`).
    pub fn missing_file_is_fatal(self) -> Setting {
        self.among(ALL.but(BASH))
    }

    /// Whether `source missing` does, in shells that have the word (`fatal.source.word`).
    pub fn missing_source_is_fatal(self) -> Setting {
        self.among(POSIX_BASH.and(BUSYBOX))
    }

    /// Whether `shift` ends the shell when there is not enough to be shifted (`blt.shift.toomany`).
    pub fn short_shift_is_fatal(self) -> Setting {
        self.among(DASH.and(KORN))
    }

    /// Whether `set` with an option that is not known ends the shell (`blt.set.badopt.or blt.set.badflag`). In posix mode
    /// bash goes on to the left of `||` only, and busybox with long names only.
    pub fn wrong_option_is_fatal(self) -> Setting {
        let at_times = POSIX_BASH.and(BUSYBOX);
        if self.among(at_times) == Setting::Off { self.among(DASH.and(KORN)) } else { Setting::Unknown }
    }

    /// Whether `break 0` ends the shell (`blt.break.bad`).
    pub fn wrong_break_is_fatal(self) -> Setting {
        self.among(ALMQUIST.and(KORN))
    }

    /// Whether a wrong name ends the shell when it is given to `export` or `readonly` (`blt.export.badname.or`).
    pub fn wrong_export_is_fatal(self) -> Setting {
        self.among(ALMQUIST.and(KORN))
    }

    /// The same of `local`, `unset` and `return` (`blt.local.outside blt.unset.badname blt.return.nonnum`).
    pub fn wrong_operand_is_fatal(self) -> Setting {
        self.among(ALMQUIST)
    }

    /// Whether an error that would end the shell ends only the function, or the sourced file, in which it happens, where
    /// neither errexit nor an EXIT trap is set (`qmark.fn fatal.shift.fn qmark.fn.exittrap qmark.fn.errexit`).
    pub fn errors_leave_function(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether a missing parameter ends only the `eval`, the sourced file or the last element of a pipeline in which it is
    /// (`qmark.eval qmark.source qmark.last`).
    pub fn missing_parameter_leaves_text(self) -> Setting {
        self.among(KSH)
    }

    /// Whether `$(( … ))` that is no expression ends nothing but the line of the script that has led to it
    /// (`fatal.arith.operand fatal.arith.operand.fn`).
    pub fn wrong_expression_leaves_line(self) -> Setting {
        self.among(BASH)
    }

    /// Whether `$?` in an arm of `case`, or a round of `for`, is the status of the substitution in its words, and not what it was
    /// before (`comp.case.word.status case.word.status.before comp.for.word.status for.word.status.before`).
    pub fn status_of_words_is_seen_within(self) -> Setting {
        self.among(BASH.and(POSIX_BASH).and(KSH))
    }

    /// Whether what is assigned to a variable declared an integer is evaluated, and is an error where it is no expression
    /// (`decl.integer.typeset.words`).
    pub fn integers_evaluate_what_they_are_given(self) -> Setting {
        self.among(ALL.but(ALMQUIST))
    }

    /// Whether nounset acts on the names in that (`decl.integer.typeset`).
    pub fn names_in_integers_must_be_set(self) -> Setting {
        self.among(ALL.but(ALMQUIST).but(MKSH))
    }

    /// Whether a text that `read` finds and that is no expression, for a variable declared an integer, ends nothing but the
    /// line of the script that has led to it (bash 5.2); elsewhere the builtin fails like others (ksh 93u+m, mksh R59).
    pub fn wrong_integer_leaves_line(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether a program takes the place of a subshell that calls it in the last line of a file read with `.`
    /// (`src.last.subshell`).
    pub fn last_program_takes_the_place(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether `!` leaves errexit, and with it the ERR trap, alone where errexit is off when it comes to it
    /// (`ctx.not.sete`; bash 5.2, `execute_command_internal`).
    pub fn negation_leaves_errexit_off_alone(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether `!` turns the status round of `break` and `continue` in what it stands before (`comp.while.break.not`).
    pub fn negation_turns_what_leaves_rounds(self) -> Setting {
        self.among(ALL.but(DASH).but(MKSH))
    }

    /// The same of `return` (`fn.return.not`).
    pub fn negation_turns_what_leaves_functions(self) -> Setting {
        self.among(BUSYBOX)
    }

    /// Whether a subshell that is nothing but `! pipeline` turns the status round itself: errexit is live in the pipeline, and
    /// what it ends is turned round, too (`ctx.not.subshell`; bash 5.2, `execute_in_subshell`).
    pub fn subshell_turns_status_round(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether an ERR trap that an element of a pipeline sets, a call or `eval`, looks at that element when it has ended
    /// (`err.set.by.element`).
    pub fn element_meets_its_own_err_trap(self) -> Setting {
        self.among(BUSYBOX.and(KSH))
    }

    /// Whether `$?` in an ERR trap, or in an EXIT trap that runs after errexit, may be that of another element than the one
    /// that makes the pipeline fail (`err.pipefail.status exit.pipefail.status`).
    pub fn traps_miss_status_of_pipeline(self) -> Setting {
        self.among(KSH)
    }

    /// Whether `$(( ))` is 0, and no error (`fatal.arith.empty`).
    pub fn empty_expression_is_zero(self) -> Setting {
        self.among(ALL.but(DASH))
    }

    /// Whether errexit acts on a `return` with a non-zero status where the call, or `.`, ignores it (`ctx.source.return`).
    pub fn errexit_acts_on_return(self) -> Setting {
        self.among(ALMQUIST)
    }

    /// Whether `return` without operand, where nothing has run in a file before it, leaves that with 0, whatever `$?` is
    /// (`src.return.first`).
    pub fn return_at_start_of_file_is_zero(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether `return` in an ERR trap leaves with the status that has set off the trap (`err.return.own`).
    pub fn return_in_err_trap_keeps_status(self) -> Setting {
        self.among(BUSYBOX)
    }

    /// Whether `return` outside a function and a sourced file ends the shell with an error (`blt.return.toplevel`).
    pub fn return_at_top_level_is_fatal(self) -> Setting {
        self.among(POSIX_BASH)
    }

    /// Whether a failed redirection of a compound command is exempt from errexit (`redir.group.e redir.for.e`).
    pub fn compound_redirection_is_exempt(self) -> Setting {
        self.among(BUSYBOX.and(KSH))
    }

    /// The same of a subshell's (`redir.subshell.e`).
    pub fn subshell_redirection_is_exempt(self) -> Setting {
        self.among(KSH)
    }

    /// Whether a round of a loop, or an arm of `case` that falls through, which ends with a right side of `&&` or `||` passed
    /// over has errexit and the ERR trap leave alone what later ones end with (`ctx.round.or comp.case.fall.exempt`).
    pub fn round_exempts_later_ones(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether errexit and the ERR trap leave `(( ))` alone (`blt.arith.zero err.dparen`).
    pub fn arithmetic_is_exempt(self) -> Setting {
        self.among(KSH)
    }

    /// Whether `a=($(cmd))` has the status of `cmd` (`asg.array`).
    pub fn array_keeps_status(self) -> Setting {
        self.among(ALL.but(MKSH))
    }

    /// Whether `a=()` makes an array of no elements (`asg.array.none`).
    pub fn empty_parentheses_are_an_array(self) -> Setting {
        self.among(ALL.but(KSH))
    }

    /// Whether the operand's substitution gives the status in `exit $(cmd)`, where it prints nothing (`word.exit`).
    pub fn exit_takes_status_of_operand(self) -> Setting {
        self.among(BASH.and(POSIX_BASH).and(KSH))
    }

    /// Whether the EXIT trap runs when `exec` finds nothing to run (`fatal.exec.missing.exittrap`).
    pub fn exit_trap_runs_after_failed_exec(self) -> Setting {
        self.among(ALL.but(KSH))
    }

    /// Whether `exit` without operand keeps, in an EXIT trap, the status with which the script ends (`exit.bare`).
    pub fn exit_in_exit_trap_keeps_status(self) -> Setting {
        self.among(ALL.but(KSH))
    }

    /// Whether it keeps, in an ERR trap, the status that has set off the trap (`err.exit.bare err.bare`).
    pub fn exit_in_err_trap_keeps_status(self) -> Setting {
        self.among(BUSYBOX.and(MKSH))
    }

    /// Whether `return` without operand keeps, in a function that the action of a trap calls, the status with which the
    /// action was entered (`exit.return.bare err.return.bare`).
    pub fn return_in_action_keeps_status(self) -> Setting {
        self.among(BASH.and(POSIX_BASH).and(MKSH))
    }

    /// Whether both keep the status with which the script ends, in an ERR trap that runs in an EXIT trap
    /// (`exit.err.in.bare exit.err.in.return`).
    pub fn err_trap_in_exit_trap_keeps_status_of_that(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether they keep nothing in a compound command that is a process of its own (`exit.bare.sub exit.bare.pipe.group
    /// exit.bare.background`; not where that is a substitution).
    pub fn compound_process_forgets_action(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether `exit` in an ERR trap leaves nothing but its action, in an EXIT trap without errexit
    /// (`err.exittrap.exit`).
    pub fn exit_of_err_trap_leaves_action_in_exit_trap(self) -> Setting {
        self.among(KSH)
    }

    /// Whether the ERR trap leaves the last command of a process alone, which ends that (`err.set.subshell.last`; not where
    /// that is `eval`).
    pub fn err_trap_misses_end_of_process(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether the ERR trap runs in an EXIT trap, too, into which `exit` has led out of its own action
    /// (`err.exit.exittrap`).
    pub fn err_trap_runs_within_itself(self) -> Setting {
        self.among(BUSYBOX)
    }

    /// Whether an error that ends the shell runs the ERR trap under errexit, where there is no EXIT trap (`err.fatal`).
    pub fn errors_run_err_trap(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether the operand of `exit` in an ERR trap counts for nothing where an EXIT trap is set, and that is not run under
    /// errexit (`err.exittrap.order.exit err.exit.exittrap`).
    pub fn exit_of_err_trap_is_lost_in_exit_trap(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether the ERR trap leaves alone a command that has set it itself: a call, `eval`, `.` (`err.set.by.command`).
    pub fn err_trap_misses_command_that_sets_it(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether `eval` and `. file`, where errexit is ignored, switch it off and take the ERR trap away for as long as
    /// they run, instead of having it ignored in what they run (`ctx.eval.trap ctx.eval.exittrap ctx.eval.restored`).
    pub fn ignored_text_holds_errexit(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether `builtin` has errexit act in what it runs where it is ignored (`ctx.builtin.eval ctx.builtin.command`).
    pub fn builtin_forgets_ignoring(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether errexit is ignored in an element of a pipeline, or a job, that is `eval` or `.` itself, where it is outside
    /// (`ctx.eval.element`).
    pub fn reading_process_inherits_ignoring(self) -> Setting {
        self.among(ALL.but(BASH).but(POSIX_BASH))
    }

    /// Whether errexit, where it ends an EXIT trap, ends it with the last status of the ERR trap's action
    /// (`err.exittrap.errexit`).
    pub fn errexit_in_exit_trap_takes_status_of_err_trap(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether `$?` in an EXIT trap that errexit leads to is the last status of the ERR trap's action (`exit.err.status`).
    pub fn exit_trap_sees_status_of_err_trap(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether `wait` may not know a job once there was a process substitution: in some runs its status is 127.
    pub fn process_substitutions_upset_wait(self) -> Setting {
        self.among(KSH)
    }

    /// Whether an ERR trap that is set in a function defined with `function` goes when the function is left (`err.fn.kw.own`).
    pub fn keyword_functions_have_err_trap(self) -> Setting {
        self.among(KSH)
    }

    /// Whether an error in an expansion ends nothing but the compound command, or the call, around it that has redirections
    /// (`fatal.redirected.group fatal.redirected.call`).
    pub fn redirections_hold_errors(self) -> Setting {
        self.among(KSH)
    }

    /// Whether an error that would end the shell ends no more than the file that `source` reads (`src.source.error`).
    pub fn source_holds_errors(self) -> Setting {
        self.among(KSH)
    }

    /// The same of text that is read by `command eval` and `command .` (`src.source.error.command`).
    pub fn command_holds_errors(self) -> Setting {
        self.among(ALMQUIST.and(KSH))
    }

    /// Whether the EXIT trap of a subshell does not run that was started in the text of an `eval`, and that errexit ends
    /// (`exit.sub.eval.e`).
    pub fn errexit_in_eval_passes_exit_trap_over(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether `$?` in the EXIT trap does not tell of the error that has ended the shell (`exit.error.status`).
    pub fn exit_trap_misses_errors(self) -> Setting {
        self.among(KSH)
    }

    /// Whether `wait` may forget the job whose status it has given (`wait.twice`).
    pub fn wait_forgets_its_job(self) -> Setting {
        self.among(ALL.but(BASH))
    }

    /// Whether `wait` without operands forgets the jobs that have ended: in bash in some runs.
    pub fn wait_forgets_all_jobs(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether `trap` takes this for a condition (`trap.unknown.*`); all know the signals, and EXIT.
    pub fn knows_condition(self, name: &str) -> Setting {
        match name {
            "ERR" => self.among(ALL.but(DASH)),
            "DEBUG" => self.among(BASH.and(POSIX_BASH).and(KSH)),
            "RETURN" => self.among(BASH.and(POSIX_BASH)),
            _ => Setting::On,
        }
    }

    /// Whether `trap` leaves the conditions alone that stand behind one that it does not know (`trap.unknown.rest`).
    pub fn stops_at_unknown_condition(self) -> Setting {
        self.among(DASH.and(KSH))
    }

    /// Whether the last program takes the shell's place, and the trap does not run, which `trap` has set before it came to a
    /// condition that it does not know (`trap.unknown.before`).
    pub fn last_program_escapes_refused_trap(self) -> Setting {
        self.among(KSH)
    }

    /// Whether functions leave the ERR trap set without errtrace (`err.fn`).
    pub fn functions_inherit_err_trap(self) -> Setting {
        self.among(KORN)
    }

    /// Whether in an EXIT trap a later `exit` without operand takes the status that has set off the ERR trap (`err.exittrap.exit`).
    pub fn err_trap_leaves_status_in_exit_trap(self) -> Setting {
        self.among(BASH.and(POSIX_BASH).and(BUSYBOX))
    }

    /// Whether a later `exit` without operand takes the status that has set off the ERR trap, and so does the end of an EXIT
    /// trap (`err.exittrap.end`).
    pub fn err_trap_leaves_status_for_exit(self) -> Setting {
        self.among(BUSYBOX)
    }

    /// Whether the ERR trap's status replaces that of a pipeline whose last redirection has failed.
    pub fn err_trap_hides_redirection_in_pipeline(self) -> Setting {
        self.among(KSH)
    }

    /// Whether errexit is ignored in an EXIT trap that runs where it is ignored (`ctx.trap.usr1.if`).
    pub fn exit_trap_inherits_ignoring(self) -> Setting {
        self.among(KSH)
    }

    /// Whether `return` out of a context that ignores errexit leaves the function's own status exempt from it.
    pub fn return_out_of_ignored_is_exempt(self) -> Setting {
        self.among(KSH)
    }

    /// Whether `for` without rounds and `case` without a match have the status of the substitution in their words
    /// (`comp.for.word.fails comp.case.word.nomatch`).
    pub fn empty_compound_keeps_status_of_words(self) -> Setting {
        self.among(KSH)
    }

    /// Whether `return` outside a function and a sourced file is refused, and the script goes on (`blt.return.toplevel`).
    pub fn return_at_top_level_goes_on(self) -> Setting {
        self.among(BASH)
    }

    /// Whether `exit 1 2` is refused, and the script goes on (`blt.exit.toomany`).
    pub fn exit_refuses_two_operands(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether `exit` with another status than 0 in such a function is a failure of its call to the ERR trap
    /// (`err.fn.kw.exit`).
    pub fn err_trap_sees_exit_of_keyword_functions(self) -> Setting {
        self.among(KSH)
    }

    /// Whether the EXIT trap of a function that is written with the word `function` is its own (`exit.fn.kw`).
    pub fn keyword_functions_have_exit_trap(self) -> Setting {
        self.among(KSH)
    }

    /// Whether errexit and the ERR trap do not reach into such a function (`decl.fnkw.errexit`).
    pub fn keyword_functions_start_without_errexit(self) -> Setting {
        self.among(KSH)
    }

    /// Whether its options are gone where it ends the script, before the EXIT trap runs (`decl.fnkw.exit`).
    pub fn exit_restores_options(self) -> Setting {
        self.among(KSH)
    }

    /// Whether functions that it calls do not see its variables (`decl.readonly.typeset.keyword`).
    pub fn keyword_functions_hide_variables(self) -> Setting {
        self.among(KSH)
    }

    /// Whether a function may have a variable of its own where the caller's is readonly (`decl.readonly.local.own`).
    pub fn readonly_can_be_hidden(self) -> Setting {
        self.among(ALL.but(ALMQUIST))
    }

    /// Whether `readonly v=2` fails where `v` is readonly, and does not end the shell (`asg.readonly.again`).
    pub fn readonly_declaration_fails(self) -> Setting {
        self.among(BASH)
    }

    /// With which status an error ends the shell, where that is known (`decl.readonly.local.callee.e`).
    pub fn status_of_errors(self) -> Option<u8> {
        match self.among(ALMQUIST.and(MKSH)) {
            Setting::On => Some(2),
            Setting::Off => Some(1),
            Setting::Unknown => None,
        }
    }

    /// Whether its options are its own (`decl.fnkw.ksh`).
    pub fn keyword_functions_have_options(self) -> Setting {
        self.among(KORN)
    }

    /// Whether `$?` is 0 where the second element of a pipeline starts, and not the status before the pipeline
    /// (`pipe.status.last pipe.status.before.middle`).
    pub fn later_elements_start_with_zero(self) -> Setting {
        self.among(KSH)
    }

    /// Whether errexit, where it ends an EXIT trap, leaves no more than the `eval` whose `exit` has led to that
    /// (`exit.eval.ignored`).
    pub fn eval_holds_error_of_exit_trap(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether `!` has turned the status round when the ERR trap runs for what errexit has ended in an `eval` behind it
    /// (`err.eval.negated`).
    pub fn negation_precedes_err_trap_of_eval(self) -> Setting {
        self.among(MKSH)
    }

    /// Whether `local x` hides the value that the caller sees (`decl.local.bare`). ksh has no `local`.
    pub fn bare_local_is_unset(self) -> Setting {
        self.among(ALL.but(DASH).but(KSH))
    }

    /// Whether `local -` makes options local to the function (`decl.local.dash`).
    pub fn has_local_options(self) -> Setting {
        self.among(ALL.but(KORN))
    }

    /// Whether `return 256` leaves `$?` at 256, which is 0 only as the shell's own status (`st.return.256 st.return.huge`).
    pub fn return_keeps_large_numbers(self) -> Setting {
        self.among(DASH.and(KSH))
    }

    /// Whether, after `exit 256`, `$?` in the EXIT trap is 256, while the script's status is 0 (seen in dash 0.5.12; the others
    /// have 0 in both).
    pub fn exit_trap_sees_large_numbers(self) -> Setting {
        self.among(DASH)
    }

    /// Whether the last element of a pipeline runs in the shell itself (`pf.nolastpipe.exit`).
    pub fn has_lastpipe(self) -> Setting {
        self.among(KSH)
    }

    /// Whether a program that fails in an element of a pipeline may be taken for one that works, where that pipeline stands
    /// in the last element of another: `true | { { true; /bin/false || echo no; } | cat; }` prints nothing now and then, in
    /// ksh93u+m.
    pub fn mistakes_statuses_in_pipelines(self) -> Setting {
        self.among(KSH)
    }

    /// The same of all programs, once one has been prepared by a substitution that is left by a jump (ksh93u+m; see the module
    /// `mistaken` of the engine).
    pub fn mistakes_statuses_behind_substitutions(self) -> Setting {
        self.among(KSH)
    }

    /// Whether the EXIT trap of a process that a function has started runs with the ERR trap of the call, unless that process
    /// has one of its own (`exit.sub.fn.err`).
    pub fn process_ends_with_err_trap_of_caller(self) -> Setting {
        self.among(BUSYBOX)
    }

    /// Whether a `;` may be lost in a `$( )` that holds a here-document (`sub.reprint.*`; see the module `misprinted` of the
    /// engine).
    pub fn substitution_loses_separators(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether the EXIT trap goes unrun that was set in an element of a pipeline, or in a job, that is one compound command
    /// without braces and parentheses (`exit.pipe.compound`).
    pub fn compound_process_forgets_exit_trap(self) -> Setting {
        self.among(BASH.and(POSIX_BASH))
    }

    /// Whether, in the elements of a pipeline before the last, `wait` may have lost a job that has ended, and give 127:
    /// `{ a & p=$!; b & q=$!; wait $p; wait $q; } | cat`, now and then, in ksh93u+m.
    pub fn loses_jobs_in_pipelines(self) -> Setting {
        self.among(KSH)
    }
}
