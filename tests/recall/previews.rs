//! The changes at which rules are aimed that speak only when they are asked to.

use super::bench::Harm;
use super::mutators::{Mutator, each, each_with, functions, has_errexit, in_errexit, silent};

pub const PREVIEWS: &[Mutator] = &[
    // Handlers.
    silent("a handler does not leave", &["handler-continues"], |text| {
        each(
            text,
            r"^([ \t]*if ! .*; then\n(?:[ \t]+echo .*\n)+)[ \t]+(?:exit|return).*\n([ \t]*fi)$",
            "$1$2",
        )
    }),
    silent("a handler only tells", &["logged-and-continued"], |text| {
        each(text, r" \|\| \{ (echo [^\n;]*); exit[^\n}]*\}$", " || $1")
    }),
    silent("a handler leaves without a number", &["exit-without-status-after-output"], |text| {
        let mut all = each(text, r" \|\| \{ ([^\n]*); exit [1-9]\d*; \}$", " || { $1; exit; }");
        all.extend(each(text, r"^([ \t]+echo .*\n[ \t]+(?:exit|return)) [1-9]\d*$", "$1"));
        all
    }),
    silent("a handler leaves with 0", &["exit-zero-on-failure"], |text| {
        each(text, r#"^([ \t]+echo .*>&2\n[ \t]+exit) (?:[1-9]\d*|"?\$rc"?)$"#, "$1 0")
    }),
    silent("a handler leaves with a number that is too large", &["exit-out-of-range"], |text| {
        each(text, r"^([ \t]+exit) [1-9]\d*$", "$1 256")
    }),
    silent("a function that ends the script does not", &["die-does-not-die"], |text| {
        each(text, r"^((?:die|fail|abort)\(\) \{\n(?:[ \t].*\n)*?)[ \t]+exit.*\n\}", "$1}")
    }),
    silent("the status is asked for behind `!`", &["exit-status-after-negation"], |text| {
        let mut all = each(text, r"^([ \t]*if ! .*; then\n[ \t]+(?:exit|return)) [1-9]\d*$", "$1 $$?");
        all.extend(each(
            text,
            r"^([ \t]*)([a-z][^|&;\n]*) \|\| (exit|return) 1$",
            "${1}if ! $2; then $3 $$?; fi",
        ));
        all
    }),
    silent("a trap ends with 0", &["trap-forces-success"], |text| {
        let mut all = each(text, r#"^(trap '.*exit )"?\$rc"?'"#, "${1}0'");
        all.extend(each(
            text,
            r#"^((?:cleanup|finish)\(\) \{\n(?:[ \t].*\n)*?[ \t]+exit) "?\$rc"?$"#,
            "$1 0",
        ));
        all
    }),
    // Lost statuses.
    silent("two lines become a chain", &["and-chain-not-checked"], |text| {
        in_errexit(
            text,
            each(
                text,
                r"^([a-z][^|&;\n(){}=]* [^|&;\n(){}=]*)\n((?:echo|rm|gzip|scp|touch) .*)$",
                "$1 && $2",
            ),
        )
    }),
    silent("jobs are waited for all together", &["bare-wait"], |text| {
        each(text, r"^for \w+ in .*; do\n[ \t]+wait .*\ndone$", "wait")
    }),
    silent("the status of a job is dropped", &["wait-loop-keeps-last", "loop-keeps-last-status"], |text| {
        if has_errexit(text) {
            return Vec::new();
        }
        each(text, r#"(wait "?\$\w+"?) \|\| \w+=\S+"#, "$1")
    }),
    silent("`find` runs the commands one by one", &["find-exec-status-lost"], |text| {
        each(text, r"(-exec .*) \+$", "$1 \\;")
    }),
    silent("a loop asks for its words itself", &["for-substitution-masks"], |text| {
        each_with(text, r"^(\w+)=(\$\(.*\))\nfor (\w+) in \$(\w+); do", |found| {
            (found[1] == found[4]).then(|| format!("for {} in {}; do", &found[3], &found[2]))
        })
    }),
    silent("two values are asked for at once", &["multi-substitution-assignment"], |text| {
        in_errexit(text, each(text, r"^(\w+=\$\([^|\n]*\))\n(\w+=\$\([^|\n]*\))$", "$1 $2"))
    }),
    silent("a value is asked for where it is used", &["argument-substitution-masks"], |text| {
        each_with(
            text,
            r"^([ \t]*)(\w+)=(\$\([^|\n\x22]*\))\n([ \t]*(?:aws|docker|kubectl|scp|psql|gh|helm|rsync) .*)$",
            |found| {
                let used = found[4].replace(&format!("${{{}}}", &found[2]), &found[3]);
                let used = used.replace(&format!("${}", &found[2]), &found[3]);
                (used != found[4]).then_some(used)
            },
        )
    }),
    silent("work is left in the background", &["background-unwaited"], |text| {
        each(
            text,
            r"^((?:rsync|scp|pg_dump|mysqldump|make|docker|terraform|rclone) [^=(){}|&;<\n]*)\n([a-z])",
            "$1 &\n$2",
        )
    }),
    silent("a function is called in a condition", &["condition-disables-errexit"], |text| {
        let names = functions(text);
        in_errexit(
            text,
            each_with(text, r"^(\w+)((?: [^|&;\n]+)?)$", |found| {
                names.contains(&found[1]).then(|| format!("if ! {}; then exit 1; fi", &found[0]))
            }),
        )
    }),
    silent("a function ends with something else", &["function-status-is-last-command"], |text| {
        if has_errexit(text) {
            return Vec::new();
        }
        each(
            text,
            r"^((?:[a-z]\w*)\(\) \{\n(?:[ \t].*\n)*[ \t]+(?:rsync|scp|aws|tar|docker|curl|rclone) .*\n)\}$",
            "$1  rm -f work.lock\n}",
        )
    }),
    // Options, pipelines, other shells.
    silent("an option is misspelt", &["option-typo"], |text| {
        let mut all = each(text, r"^set -e$", "set errexit");
        all.extend(each(text, r"^set -euo pipefail$", "set -eu pipefail"));
        all.extend(each(text, r"^[ \t]*set -o pipefail$", "set pipefail"));
        all
    }),
    silent("the options come behind a command", &["option-set-too-late"], |text| {
        each(text, r"^(set -e\w*(?: pipefail)?)\n([a-z][^=(){}|&;<\n]* [^=(){}|&;<\n]*)$", "$2\n$1")
    }),
    silent("an output is copied by `tee`", &["tee-hides-status"], |text| {
        in_errexit(
            text,
            each(
                text,
                r"^((?:make|npm|pytest|cargo|terraform|ansible-playbook|go|\./\w+)(?: [^|&;<>\n]*)?)$",
                "$1 | tee run.log",
            ),
        )
    }),
    silent(
        "another shell loses its options",
        &["nested-shell-drops-options", "remote-heredoc-unchecked"],
        |text| each(text, r"\b((?:ba|da)?sh) -e(?:uo pipefail|u|o pipefail)? -", "$1 -"),
    ),
    silent("a sequence far away loses its option", &["remote-sequence-unchecked"], |text| {
        each(text, r"'set -eu?; ", "'")
    }),
    silent("a check loses its handler", &["verification-result-ignored"], |text| {
        each(
            text,
            r"^([ \t]*(?:sha256sum -c|gzip -t|nginx -t|tar -t|zstd -t|pg_restore -l|md5sum -c|visudo -c)[^|\n]*) \|\| .*$",
            "$1",
        )
    }),
    silent("the script ends with `exit 0`", &["final-exit-zero"], |text| {
        if has_errexit(text) || text.trim_end().ends_with('}') || text.contains("\nexit ") {
            return Vec::new();
        }
        vec![format!("{text}exit 0\n")]
    }),
    silent("a mark is no longer chained to the work", &["success-marker-after-failure"], |text| {
        each(text, r" &&(?: |\n[ \t]*)(touch |date > )", "\n$1")
    }),
    silent("a ping is no longer chained to the work", &["health-ping-after-failure"], |text| {
        each(text, r" &&(?: |\n[ \t]*)(curl [^\n]*(?:hc-ping|healthchecks)[^\n]*)$", "\n$1")
    }),
    // What strict options break.
    Mutator {
        name: "a number is counted by `((n++))`",
        rules: &["arithmetic-aborts"],
        harm: Harm::Ends,
        make: |text| in_errexit(text, each(text, r"^([ \t]*)(\w+)=\$\(\(\w+ \+ 1\)\)$", "$1(($2++))")),
    },
];
