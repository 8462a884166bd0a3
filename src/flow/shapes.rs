//! Scripts of any length, in the shapes in which they grow: what it costs to follow one must grow as it does.

use std::fmt::Write as _;

/// Writes a script of about this many commands.
pub type Shape = fn(usize) -> String;

/// All shapes, by name.
pub const SHAPES: [(&str, Shape); 15] = [
    ("strict", strict),
    ("loose", loose),
    ("flags", flags),
    ("pipelines", pipelines),
    ("chain", chain),
    ("helpers", helpers),
    ("program", program),
    ("nesting", nesting),
    ("pipeline", pipeline),
    ("substitutions", substitutions),
    ("tests", tests),
    ("loop", body_of_loop),
    ("traps", traps),
    ("jobs", jobs),
    ("sequence", sequence),
];

fn lines(head: &str, count: usize, line: impl Fn(usize) -> String, tail: &str) -> String {
    let mut text = format!("#!/bin/bash\n{head}");
    for number in 0..count {
        text.push_str(&line(number));
        text.push('\n');
    }
    text + tail
}

/// Every failure ends the script.
fn strict(count: usize) -> String {
    lines("set -euo pipefail\n", count, |n| format!("step{n} --with \"$1\" > out{n}"), "")
}

/// No failure ends it.
fn loose(count: usize) -> String {
    lines("", count, |n| format!("step{n} --with \"$1\" > out{n}"), "")
}

/// Each failure is noted in a variable.
fn flags(count: usize) -> String {
    lines("failed=0\n", count, |n| format!("step{n} || failed=1"), "exit $failed\n")
}

fn pipelines(count: usize) -> String {
    lines("set -eo pipefail\n", count / 3, |n| format!("read{n} file | sort | write{n}"), "")
}

/// Functions each of which calls the next.
fn chain(count: usize) -> String {
    let line = |n| format!("f{n}() {{ step{n} || return 1; f{}; }}", n + 1);
    lines("set -e\n", count / 3, line, &format!("f{}() {{ step; }}\nf0\n", count / 3))
}

/// Short functions that the script's body calls again and again.
fn helpers(count: usize) -> String {
    let head = "set -e\nlog() { printf '%s\\n' \"$*\" >&2; }\ndie() { log \"$@\"; exit 1; }\n\
                run() { \"$@\" || die \"failed: $*\"; }\n";
    lines(head, count / 2, |n| format!("log step {n}; run step{n} || die no"), "")
}

/// All in functions of ten commands that one function calls.
fn program(count: usize) -> String {
    let body = |n| (0..10).fold(String::new(), |text, k| format!("{text}  step{n}_{k} x || return 1\n"));
    let mut text = lines("", count / 12, |n| format!("part{n}() {{\n{}}}", body(n)), "main() {\n");
    for number in 0..count / 12 {
        let _ = writeln!(text, "  part{number} || exit 1");
    }
    text + "}\nmain \"$@\"\n"
}

/// Compound commands, one in the other, as deep as is read.
fn nesting(count: usize) -> String {
    let depth = 30;
    let line = |n| {
        let open = (0..depth).fold(String::new(), |text, k| format!("{text}if a{n}_{k}; then "));
        format!("{open} step{n}{}", "; fi".repeat(depth))
    };
    lines("set -e\n", count / depth, line, "")
}

/// One pipeline of that many commands.
fn pipeline(count: usize) -> String {
    lines("set -o pipefail\nsource | ", count, |n| format!("filter{n} |"), "sink\n")
}

/// One function full of substitutions.
fn substitutions(count: usize) -> String {
    lines("set -e\nf() {\n", count / 2, |n| format!("  v{n}=$(step{n} \"$v\" \"$(date)\")"), "}\nf\n")
}

/// Tests, and what they decide.
fn tests(count: usize) -> String {
    lines("set -e\n", count / 2, |n| format!("if [ -f file{n} ]; then step{n}; fi"), "")
}

/// One loop over all of it.
fn body_of_loop(count: usize) -> String {
    lines("for x in a b c; do\n", count, |n| format!("  step{n} \"$x\" || continue"), "done\n")
}

fn traps(count: usize) -> String {
    lines("set -e\n", count / 2, |n| format!("trap 'clean{n} \"$?\"' EXIT; step{n}"), "")
}

fn jobs(count: usize) -> String {
    lines("set -e\n", count / 2, |n| format!("step{n} & pid{n}=$!; wait $pid{n}"), "")
}

/// Functions that are defined and called in turns.
fn sequence(count: usize) -> String {
    lines("set -e\n", count / 3, |n| format!("f{n}() {{ step{n} && done{n}; }}\nf{n} \"$1\""), "")
}
