//! The changes by which failures become silent, each as people make it.

use std::collections::BTreeSet;

use regex_lite::{Captures, Regex};

use super::bench::{Harm, is_claim};

/// One kind of change.
pub struct Mutator {
    /// What is done.
    pub name: &'static str,
    /// The rules that should speak; the count is of the first.
    pub rules: &'static [&'static str],
    pub harm: Harm,
    /// All texts that it makes of a script, one for each place.
    pub make: fn(&str) -> Vec<String>,
}

pub const fn silent(
    name: &'static str,
    rules: &'static [&'static str],
    make: fn(&str) -> Vec<String>,
) -> Mutator {
    Mutator { name, rules, harm: Harm::Silent, make }
}

const fn unheard(
    name: &'static str,
    rules: &'static [&'static str],
    make: fn(&str) -> Vec<String>,
) -> Mutator {
    Mutator { name, rules, harm: Harm::Unheard, make }
}

/// One mutant for each place that the pattern fits.
pub fn each(text: &str, pattern: &str, put: &str) -> Vec<String> {
    each_with(text, pattern, |found| {
        let mut new = String::new();
        found.expand(put, &mut new);
        Some(new)
    })
}

/// The same where what is put in place has to be thought about.
pub fn each_with(text: &str, pattern: &str, put: impl Fn(&Captures<'_>) -> Option<String>) -> Vec<String> {
    let pattern = Regex::new(&format!("(?m){pattern}")).unwrap();
    let mutants = pattern.captures_iter(text).filter_map(|found| {
        let place = found.get(0).unwrap().range();
        let mutant = format!("{}{}{}", &text[..place.start], put(&found)?, &text[place.end..]);
        (mutant != text).then_some(mutant)
    });
    mutants.collect()
}

/// The functions that a script defines.
pub fn functions(text: &str) -> BTreeSet<&str> {
    let head = Regex::new(r"(?m)^(\w+)\(\)").unwrap();
    head.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect()
}

pub fn has_errexit(text: &str) -> bool {
    Regex::new(r"(?m)^set -e").unwrap().is_match(text)
}

/// Other shells have no pipefail.
fn in_bash(text: &str, mutants: Vec<String>) -> Vec<String> {
    let first = text.lines().next().unwrap_or_default();
    if first.contains("bash") { mutants } else { Vec::new() }
}

/// Each command of a chain on a line of its own.
fn apart(chain: &str) -> String {
    Regex::new(r"\s*(?:\\\n\s*)?&&\s*").unwrap().replace_all(chain, "\n").into_owned()
}

/// One mutant for each claim that the pattern's last group is.
fn each_claim(text: &str, pattern: &str, put: &str) -> Vec<String> {
    each_with(text, &format!("{pattern}((?:echo|printf|logger|log) .*)$"), |found| {
        let mut new = String::new();
        found.expand(put, &mut new);
        let block = ["fi", "done", "esac", "else"].iter().any(|end| found[0].starts_with(end));
        (!block && is_claim(&found[found.len() - 1])).then_some(new)
    })
}

pub fn in_errexit(text: &str, mutants: Vec<String>) -> Vec<String> {
    if has_errexit(text) { mutants } else { Vec::new() }
}

/// Stands where a block has still to be closed.
const MARK: char = '\u{1}';

/// A block `if ! command; then … fi` at the margin.
const IF_NOT: &str = r"^if ! (.*); then\n(?:[ \t].*\n)*fi$";

/// A claim in a branch that a command opens, up to the end of its line; then the rest of the block.
const IF: &str = r"^if ([^!$\[\n].*); then\n[ \t]+";

pub const MUTATORS: &[Mutator] = &[
    // Options.
    silent("errexit is taken out of the options", STRICT, |text| {
        each(text, r"^set -e([a-z]+)( pipefail)?$", "set -$1$2")
    }),
    silent("the options are left out", STRICT, |text| {
        each(text, r"^set -(e|eu|euo pipefail|eo pipefail)\n", "")
    }),
    silent("a guard is left out where errexit is off", STRICT, |text| {
        each(text, r" \|\| (?:exit|return|die|fail|abort)(?: [^\n]*)?$", "")
    }),
    silent("a handler is left out where errexit is off", STRICT, |text| {
        let mut all = each(text, r" \|\| \{ [^\n]* \}$", "");
        all.extend(each(text, r" \|\| \{\n(?:[ \t].*\n)*\}$", ""));
        all.extend(each(text, IF_NOT, "$1"));
        all.extend(each(text, r"^if \[+ \S*\$(?:\?|rc|status)\S* .*\]+; then\n(?:[ \t].*\n)*fi\n", ""));
        all
    }),
    silent("a chain is taken apart", STRICT, |text| {
        each_with(text, r"^[a-z][^|;&\n]*(?: (?:\\\n *)?&&(?: |\n[ \t]*)[^|;&\n]+)+$", |found| {
            Some(apart(&found[0]))
        })
    }),
    silent("pipefail is left out", PIPED, |text| {
        let mut all = each(text, r"^set -(e|eu)o pipefail$", "set -$1");
        all.extend(each(text, r"^[ \t]*set -o pipefail\n", ""));
        all
    }),
    silent("what is picked out of an output goes through a pipe", PIPED, |text| {
        let piped = each(text, r"^([ \t]*)(\w+)=\$\(([a-z][^()|\n]*)\)$", "$1$2=$$($3 | cut -d' ' -f1)");
        in_bash(text, in_errexit(text, piped))
    }),
    silent("inherit_errexit is left out", &["missing-inherit-errexit"], |text| {
        each(text, r"^shopt -s inherit_errexit\n", "")
    }),
    silent("two steps go into one substitution", &["missing-inherit-errexit"], |text| {
        in_errexit(
            text,
            each_with(text, r"^([a-z][^=(){}|&;\n]*)\n(\w+)=\$\(([a-z][^()|\n]*)\)$", |found| {
                let steers = [
                    "set ",
                    "shopt ",
                    "trap ",
                    "local ",
                    "export ",
                    "readonly ",
                    "exec ",
                    "done",
                    "fi",
                    "esac",
                    "else",
                ];
                let works = !steers.iter().any(|word| found[1].starts_with(word));
                works.then(|| format!("{}=$({}; {})", &found[2], &found[1], &found[3]))
            }),
        )
    }),
    silent("a chain in a substitution is taken apart", &["missing-inherit-errexit"], |text| {
        in_errexit(text, each(text, r"\$\(([^()&\n]*) && ([^()&\n]*)\)", "$$($1; $2)"))
    }),
    // Pipelines.
    silent("what is made goes through a packer", &["unchecked-pipeline", "missing-pipefail"], |text| {
        each(
            text,
            r"^([ \t]*)((?:pg_dump|pg_dumpall|mysqldump|mongodump|tar|curl|kubectl|docker|git|restic|aws) [^|&;<>()\n]*) > (\S+)( \|\| .*)?$",
            "$1$2 | gzip > $3$4",
        )
    }),
    silent("PIPESTATUS is not looked at", &["unchecked-pipeline"], |text| {
        each(text, r"^if [^\n]*PIPESTATUS[^\n]*; then\n(?:[ \t].*\n)*fi\n", "")
    }),
    // Lost statuses.
    silent("a value is declared and filled at once", DECLARED, |text| {
        each(text, r"^(\w+)=(\x22?\$\([^|\n]*\)\x22?)( \|\| .*)?$", "export $1=$2$3")
    }),
    silent("a value is made read-only at once", DECLARED, |text| {
        each(text, r"^(\w+)=(\x22?\$\([^|\n]*\)\x22?)( \|\| .*)?$", "readonly $1=$2$3")
    }),
    silent("a local value is declared and filled at once", DECLARED, |text| {
        each_with(text, r"^([ \t]+)local (\w+)\n[ \t]+(\w+)=(.*\$\(.*)$", |found| {
            (found[2] == found[3]).then(|| format!("{}local {}={}", &found[1], &found[2], &found[4]))
        })
    }),
    silent("a local value is declared where it is filled", DECLARED, |text| {
        each(text, r"^([ \t]+)(\w+)=(\$\([^|\n]*\))( \|\| .*)?$", "${1}local $2=$3$4")
    }),
    unheard("a status is looked at behind the command", DEAD, |text| {
        in_errexit(text, each(text, r"^([ \t]*)(.*\w.*) \|\| (rc|status|code|ret)=\$\?$", "$1$2\n$1$3=$$?"))
    }),
    unheard("a handler stands behind the command", DEAD, |text| {
        in_errexit(text, each(text, r"^([ \t]*)if ! ([^|\n]*); then$", "$1$2\n${1}if [ $$? -ne 0 ]; then"))
    }),
    unheard("a branch is chosen by the status", DEAD, |text| {
        in_errexit(
            text,
            each(
                text,
                r"^([ \t]*)([a-z][^|\n]*) \|\| \{ ([^\n]*) \}$",
                "$1$2\n${1}case $$? in 0) ;; *) $3 ;; esac",
            ),
        )
    }),
    unheard("errexit comes into a script that looks at statuses", DEAD, |text| {
        if has_errexit(text) || text.contains("set +e") {
            return Vec::new();
        }
        let looks = Regex::new(r"(?m)(^[ \t]*\w+=\$\?$|^[ \t]*if .*\$\? )").unwrap();
        if looks.is_match(text) { each(text, r"^(#!.*)\n", "$1\nset -e\n") } else { Vec::new() }
    }),
    unheard("errexit is not turned off for a command", DEAD, |text| each(text, r"^set \+e\n", "")),
    // Statuses that are read.
    silent("something is said before the status is kept", CLOBBERED, |text| {
        each(text, r"^([ \t]*)(rc|status|code|ret|result)=\$\?$", "${1}echo \"step ended\"\n$1$2=$$?")
    }),
    silent("the day is asked for before the status is kept", CLOBBERED, |text| {
        each(text, r"^([ \t]*)(rc|status|code|ret|result)=\$\?$", "${1}ended=$$(date +%T)\n$1$2=$$?")
    }),
    silent("something is said before the status is looked at", CLOBBERED, |text| {
        each(text, r"^([ \t]*)(if \[+ \x22?\$\?\x22? |case \$\? )", "${1}echo \"step ended\"\n$1$2")
    }),
    silent("a status that was kept is asked for again", CLOBBERED, |text| {
        each(
            text,
            r#"^([ \t]*(?:echo|printf|logger) .*\n|[ \t]*if \[+ .*\]+; then\n)([ \t]*(?:exit|return)) "?\$\{?(?:rc|status|code|ret|result)\}?"?$"#,
            "$1$2 $$?",
        )
    }),
    silent("a branch hands on the status of its test", CLOBBERED, |text| {
        each_with(
            text,
            r"^([ \t]*)if (?:\[ \$\? -ne 0 \]|\(\( \$\? != 0 \)\)|\[\[ \$\? -ne 0 \]\]); then\n((?:[ \t].*\n)*?[ \t]+(?:exit|return)) [1-9]\d*$",
            |found| {
                let head = found[0].split('\n').next().unwrap();
                Some(format!("{head}\n{} $?", &found[2]))
            },
        )
    }),
    silent("`$?` is kept behind the declaration", CLOBBERED, |text| {
        each(text, r"^([ \t]+)(rc|status)=\$\?$", "${1}local now\n$1$2=$$?")
    }),
    // Claims.
    silent("a claim leaves its condition", CLAIMED, |text| {
        let rest = Regex::new(r"(?m)^else\n(?:[ \t].*\n)*fi$|^fi$").unwrap();
        let out = |mutant: String| {
            let (head, tail) = mutant.split_once(MARK)?;
            let end = rest.find(tail)?;
            Some(format!("{head}{}{}", &tail[..end.start()], &tail[end.end()..]))
        };
        each_claim(text, IF, &format!("$1\n$2{MARK}")).into_iter().filter_map(out).collect()
    }),
    silent("a claim is no longer chained to its work", CLAIMED, |text| {
        each_claim(text, r"([^\s\]]) &&(?: |\n[ \t]*)", "$1\n$2")
    }),
    silent("the work before a claim loses its guard", CLAIMED, |text| {
        each_claim(text, r" \|\| (?:exit|return|die|fail|abort)[^\n]*\n", "\n$1")
    }),
    silent("the work before a claim goes into the background", CLAIMED, |text| {
        each_claim(text, r"^([a-z][^=(){}|&;<\n]*)\n", "$1 &\n$2")
    }),
    silent("errexit ends before the claim's work", CLAIMED, |text| {
        in_errexit(text, each_claim(text, r"^([a-z][^=(){}|&;<\n]*)\n", "set +e\n$1\n$2"))
    }),
    // Removals.
    silent("a removal is no longer chained to the transfer", REMOVED, |text| {
        each(text, r" &&(?: |\n[ \t]*)(rm )", "\n$1")
    }),
    silent("a removal leaves its condition", REMOVED, |text| {
        each(
            text,
            r"^([ \t]*)if ([^!\n].*); then\n[ \t]+(rm .*)\n(?:[ \t]*else\n(?:[ \t].*\n)*?)?[ \t]*fi$",
            "$1$2\n$1$3",
        )
    }),
    silent("a transfer before a removal loses its guard", REMOVED, |text| {
        each(
            text,
            r"^([ \t]*(?:cp|scp|rsync|aws|gsutil|rclone|mv|sftp|s3cmd|gcloud|az|tar) [^|\n]*) \|\| [^\n]*\n([ \t]*rm )",
            "$1\n$2",
        )
    }),
    silent("a removal comes before the handler", REMOVED, |text| {
        each(
            text,
            r"^if ! (.*); then\n((?:[ \t].*\n)*)fi\n(rm .*)$",
            "$1\n$3\nif [ $$? -ne 0 ]; then\n${2}fi",
        )
    }),
    silent("a removal comes before the status is looked at", REMOVED, |text| {
        each(text, r"^(rc=\$\?\n(?:(?:if .*\n(?:[ \t].*\n)*fi\n)|(?:\[.*\n)))(rm .*\n)", "$2$1")
    }),
    silent("a failed transfer before a removal is only told of", REMOVED, |text| {
        each(
            text,
            r"^(if ! (?:cp|scp|rsync|aws|gsutil|rclone|mv|sftp|s3cmd|gcloud|az) .*; then\n(?:[ \t]+.*\n)*?)[ \t]+exit.*\n(fi\n[ \t]*rm )",
            "$1$2",
        )
    }),
    silent("a function that ships and removes is called in a condition", REMOVED, |text| {
        let names = functions(text);
        in_errexit(
            text,
            each_with(text, r"^(\w+)((?: [^|&;\n]+)?)$", |found| {
                let ships = names.contains(&found[1]) && text.contains("\n  rm ");
                ships.then(|| format!("{} || echo \"{} ended with $?\" >&2", &found[0], &found[1]))
            }),
        )
    }),
];

const STRICT: &[&str] = &["missing-strict-mode", "unconditional-success", "cleanup-before-verification"];
const DECLARED: &[&str] = &["declare-masks-status", "handler-after-declaration"];

/// What pipefail would tell of, in a pipeline of its own and in a value.
const PIPED: &[&str] = &["missing-pipefail", "pipeline-value-unchecked", "unchecked-pipeline"];
const DEAD: &[&str] = &["assignment-status-dead-under-e"];
const CLOBBERED: &[&str] = &["status-clobbered"];
const CLAIMED: &[&str] = &["unconditional-success"];
const REMOVED: &[&str] = &["cleanup-before-verification"];
