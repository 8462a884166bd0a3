//! What scripts are made of; the words in capitals are explained in `writer.rs`.

mod commands;
mod compounds;
mod errors;
mod jobs;
mod options;
mod pipelines;
mod processes;
mod statuses;
mod substitutions;
mod tests;
mod traps;

use super::shell::Feature;

/// Patterns for one kind of construct.
pub struct Family {
    /// How often it is taken, beside the others.
    pub weight: u64,
    /// What the shell must have.
    pub needs: Option<Feature>,
    pub patterns: &'static [&'static str],
}

pub const FAMILIES: &[&Family] = &[
    &commands::PLAIN,
    &commands::LISTS,
    &commands::LEAVING,
    &commands::FUNCTIONS,
    &commands::FUNCTION_BLOCKS,
    &commands::RUNNERS,
    &compounds::CONDITIONS,
    &compounds::LOOPS,
    &compounds::LOOP_BLOCKS,
    &compounds::CASES,
    &compounds::FALL_THROUGH,
    &compounds::FALLING,
    &compounds::GROUPS,
    &compounds::ARITHMETIC_LOOPS,
    &compounds::COUNTED,
    &compounds::SELECT,
    &compounds::READERS,
    &errors::SPECIAL,
    &errors::NUMBERS,
    &errors::IGNORED,
    &errors::KEYWORD_FUNCTIONS,
    &jobs::JOBS,
    &jobs::ARRAYS,
    &jobs::BASH,
    &options::OPTIONS,
    &options::REGIONS,
    &options::LOCAL,
    &options::LOCAL_OPTIONS,
    &options::PIPEFAIL,
    &options::BASH,
    &pipelines::PLAIN,
    &pipelines::BLOCKS,
    &pipelines::PIPEFAIL,
    &pipelines::STATUSES,
    &processes::INNER_SHELLS,
    &processes::SOURCED,
    &processes::SOURCE,
    &processes::REDIRECTIONS,
    &processes::SUBSHELLS,
    &processes::DESCRIPTORS,
    &processes::MISSING,
    &processes::WRAPPERS,
    &processes::BUILTINS,
    &statuses::CARRIED,
    &statuses::FLAGS,
    &statuses::PARAMETERS,
    &statuses::ARRAYS,
    &substitutions::ASSIGNED,
    &substitutions::WORDS,
    &substitutions::DECLARED,
    &substitutions::BASH,
    &substitutions::BLOCKS,
    &substitutions::HERE_STRINGS,
    &substitutions::PROCESSES,
    &substitutions::OUTPUTS,
    &substitutions::TYPESET,
    &tests::BRACKETS,
    &tests::DOUBLE_BRACKETS,
    &tests::REGULAR_EXPRESSIONS,
    &substitutions::HERE_DOCUMENTS,
    &tests::ARITHMETIC,
    &tests::ARITHMETIC_COMMANDS,
    &tests::TIMED,
    &traps::EXIT,
    &traps::SUBSHELLS,
    &traps::SIGNALS,
    &traps::ERR,
    &traps::ERRTRACE,
    &traps::RETURN,
];
