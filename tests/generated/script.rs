//! Random scripts in which every external call has a name of its own.

use std::fmt::Write as _;

/// A small generator of numbers (splitmix64), so that a seed gives one script everywhere.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        // A factor unlike the one in `next`, or the numbers of a seed would be those of the one before, shifted.
        Self((seed ^ 0x5851_F42D).wrapping_mul(0xD134_2543_DE82_EF95))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// A part of a script that can be taken out by itself.
#[derive(Clone, Debug)]
pub enum Node {
    Line(String),
    /// Heads with what stands below each, and the end.
    Block(Vec<(String, Vec<Node>)>, String),
}

/// The language that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    Bash,
    Dash,
}

/// A script with something taken out is again one of these.
#[derive(Clone, Debug)]
pub struct Script {
    pub shell: Shell,
    pub nodes: Vec<Node>,
}

impl Script {
    pub fn text(&self) -> String {
        let mut text = match self.shell {
            Shell::Bash => "#!/bin/bash\n".to_owned(),
            Shell::Dash => "#!/bin/dash\n".to_owned(),
        };
        render(&self.nodes, 0, &mut text);
        text
    }

    /// Every script that is smaller by one step.
    pub fn smaller(&self) -> Vec<Self> {
        let with = |nodes| Self { shell: self.shell, nodes };
        smaller(&self.nodes).into_iter().map(with).collect()
    }
}

fn render(nodes: &[Node], depth: usize, text: &mut String) {
    let margin = "    ".repeat(depth);
    for node in nodes {
        match node {
            Node::Line(line) => {
                writeln!(text, "{margin}{line}").expect("a String takes all that is written to it");
            }
            Node::Block(parts, end) => {
                for (head, body) in parts {
                    writeln!(text, "{margin}{head}").expect("a String takes all that is written to it");
                    render(body, depth + 1, text);
                    if body.is_empty() {
                        writeln!(text, "{margin}    :").expect("a String takes all that is written to it");
                    }
                }
                writeln!(text, "{margin}{end}").expect("a String takes all that is written to it");
            }
        }
    }
}

fn smaller(nodes: &[Node]) -> Vec<Vec<Node>> {
    let mut all = Vec::new();
    for at in 0..nodes.len() {
        let with = |replacement: Vec<Node>| {
            let mut copy = nodes.to_vec();
            copy.splice(at..=at, replacement);
            copy
        };
        all.push(with(Vec::new()));
        let Node::Block(parts, end) = &nodes[at] else { continue };
        all.push(with(parts.iter().flat_map(|(_, body)| body.clone()).collect()));
        for (part, (head, body)) in parts.iter().enumerate() {
            for body in smaller(body) {
                let mut parts = parts.clone();
                parts[part] = (head.clone(), body);
                all.push(with(vec![Node::Block(parts, end.clone())]));
            }
        }
    }
    all
}

/// Where a statement stands: what may be written there.
#[derive(Clone, Copy, Debug)]
struct Place {
    depth: u32,
    in_function: bool,
    in_loop: bool,
    /// Runs beside other commands: what it prints comes at no certain time.
    is_beside: bool,
}

impl Place {
    fn inner(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

/// Statements that people write: `@` is any command, `%` a program, `^` leaves (or does not), `#` a claim. Each line can be
/// taken out by itself.
const IDIOMS: &[&str] = &[
    "@ && @ || @",
    "if ! @; then exit $?; fi",
    "@ || { rc=$?; @; }\n[ \"$rc\" -eq 0 ] || ^",
    "ok=true\n@ || ok=false\nif $ok; then #; else ^; fi",
    "ok=true\n@ || ok=false\n[ \"$ok\" = true ] || ^",
    "ok=yes\nif ! @; then ok=no; fi\nif [ \"$ok\" = no ]; then ^; fi",
    "failed=$((failed + 1))",
    "@ || failed=$((failed + 1))\nif [ \"$failed\" -gt 0 ]; then ^; fi",
    "@ || failed=$?\nexit \"$failed\"",
    "rc=0\n@ || rc=$?\n@ || rc=$?\n[ $rc -ne 0 ] && exit $rc",
    "! @ || ^",
    "! @ && ^",
    "until ! @; do ^; break; done",
    "while @; do @; break; done",
    "if @; then :; else rc=$?; fi\nif [ \"$rc\" -ne 0 ]; then ^; fi",
    "if @; then @; else exit $?; fi",
    "eval '@; @'",
    "eval '@' || ^",
    "command %",
    "exec %",
    "(exit 1) || @",
    "false || @",
    "true && @",
    "false && @",
    "( @; exit $? )",
    "( @ || exit 0; @ ) || ^",
    "( set -e; @; @ ) || ^",
    "( set +e; @; @ )",
    "( trap '%' EXIT; @ )",
    "( trap 'exit 0' EXIT; @ )",
    "( trap 'exit 1' EXIT; @ ) || @",
    "trap - EXIT",
    "trap 'rm -f t3' EXIT",
    "trap '[ $? -eq 0 ] || rm -f t4' EXIT",
    "trap 'if [ $? -eq 0 ]; then %; fi' EXIT",
    "trap 'rc=$?; %; exit $rc' EXIT",
    "trap 'set +e; %; %' EXIT",
    "trap '% && %' EXIT",
    "trap 'exit' EXIT",
    "trap '%; exit' EXIT",
    "case $(@) in '') @ ;; *) ^ ;; esac",
    "for x in $(@); do ^; done",
    "for x in a b; do @ || continue; @; done",
    "for x in a b; do @ || break; done\n#",
    "for x in a b; do @ || failed=1; done\n[ $failed -eq 0 ] || ^",
    "for x in a b; do for y in c d; do @ || break 2; done; done",
    "for x in a b; do for y in c d; do @ || continue 2; done; @; done",
    "for x in a b; do % & done\nwait",
    "for x in a b; do if @; then break; fi; done",
    "for x in a b c; do if @; then ok=1; break; fi; @; done",
    "run @",
    "run @ || ^",
    "if ! run @; then ^; fi",
    "check @\n^",
    "try @",
    "try @ || ^",
    "rc=$(@) || ^",
    "v=$(@ | @)",
    "v=$(@ || echo none)",
    "v=$(@ && @) || ^",
    "v=$(@; echo x)",
    "v=$(exit 0; @)",
    "v=$(@; exit 0)",
    "v=$(@ || exit 4; @)",
    "v=x w=$(@)",
    "v=$(@) w=x",
    "v=$(@) %",
    "v=\"a$(@)b\"",
    "v=$(@)$(@)",
    "v=\"${v:-$(@)}\"",
    ": \"$(@)\"",
    "@ > /dev/null 2>&1 || ^",
    "{ @; @; } > /dev/null",
    "{ @ && @; } || ^",
    "( @ && @ )",
    "( ! @ )",
    "@ | @ && #",
    "@ | @ || ^",
    "@ && # || ^",
    "% & pid=$!\n@\nwait \"$pid\" || ^",
    "% & a=$!\n% & b=$!\nwait $a\nwait $b",
    "% & a=$!\n% & b=$!\nwait $a || failed=1\nwait $b || failed=1\n[ $failed -eq 0 ] || ^",
    "% & a=$!\n% & b=$!\nwait $a $b",
    "if @; then if @; then #; else ^; fi; fi",
    "@; if [ $? -eq 0 ]; then #; else ^; fi",
    "@; [ $? -eq 0 ] && #",
    "@; test $? -eq 0 || ^",
    "@\ncase $? in 0) ;; 1) ^ ;; *) ^ ;; esac",
    "if [ \"$rc\" -ne 0 ] || [ \"$failed\" -ne 0 ]; then ^; fi",
    "if [ \"$rc\" -ne 0 ] && [ \"$failed\" -ne 0 ]; then ^; fi",
    "if [ \"$rc\" != 0 ]; then exit \"$rc\"; fi",
    "[ -z \"\" ] && @",
    "[ -n \"\" ] && @",
];

// FIXME: `trap 'return 0' ERR` is left out: outside functions bash says that it cannot return, keeps the status and goes
// on, and the engine takes it for a return.
/// The same, where the shell is bash.
const BASH_IDIOMS: &[&str] = &[
    "set -o errexit",
    "trap - ERR",
    "trap 'exit 1' ERR",
    "trap 'failed=1' ERR",
    "trap 'rc=$?' ERR",
    "trap 'exit $?' ERR",
    "trap 'echo bad; exit' ERR",
    "( trap 'exit 0' ERR; @; @ )",
    "( set -E; trap 'exit 4' ERR; @ ) || ^",
    "shopt -s lastpipe",
    "if [[ $rc -ne 0 ]]; then ^; fi",
    "[[ $rc -eq 0 && $failed -eq 0 ]] || ^",
    "[[ $rc == 0 ]] && @",
    "if (( rc )); then ^; fi",
    "if (( failed > 0 )); then ^; fi",
    "(( failed == 0 )) || ^",
    "(( failed == 0 ))",
    "(( failed += 1 ))",
    "(( failed++ ))",
    "@ || (( failed++ ))",
    "@ || (( failed++ )) || true",
    "@ || (( ++failed ))",
    "let failed+=1",
    "@ || let failed++",
    "exit $(( failed > 0 ))",
    "exit $(( failed ? 1 : 0 ))",
    "@ | @; if [ ${PIPESTATUS[0]} -ne 0 ]; then ^; fi",
    "@ | @\nst=(\"${PIPESTATUS[@]}\")\nif (( st[0] != 0 )); then ^; fi",
    "@ | @ | @; rc=${PIPESTATUS[1]}\n[ \"$rc\" -eq 0 ] || ^",
    "@ | @; [[ ${PIPESTATUS[0]} -eq 0 && ${PIPESTATUS[1]} -eq 0 ]] || ^",
    "while read -r x; do @; done < <(@)",
    "mapfile -t all < <(@)",
    "read -r v <<< \"$(@)\" || true",
    "v=($(@))",
    "declare v=$(@)",
    "case $rc in 0) @ ;& 1) @ ;; *) ^ ;; esac",
    "case $rc in 0) @ ;;& *) @ ;; esac",
    "time @",
    "for (( i = 0; i < 2; i++ )); do @ || ^; done",
    "@ |& @",
    "failed+=1",
    "! (( failed ))",
    "[[ -n \"$(@)\" ]] || ^",
    "unset failed; failed=${failed:-0}",
    "wait -n 2> /dev/null || true",
];

struct Writer {
    random: Random,
    shell: Shell,
    stubs: u32,
    claims: u32,
    counters: u32,
    functions: u32,
}

/// The script of a seed.
pub fn script(seed: u64, shell: Shell) -> Script {
    let mut writer =
        Writer { random: Random::new(seed), shell, stubs: 0, claims: 0, counters: 0, functions: 0 };
    Script { shell, nodes: writer.whole() }
}

fn line(text: impl Into<String>) -> Node {
    Node::Line(text.into())
}

impl Writer {
    fn whole(&mut self) -> Vec<Node> {
        let mut nodes = vec![];
        match self.random.below(10) {
            0..=3 => nodes.push(line("set -e")),
            4..=6 if self.shell == Shell::Bash => nodes.push(line("set -euo pipefail")),
            4..=6 => nodes.push(line("set -eu")),
            _ => {}
        }
        if self.shell == Shell::Bash && self.random.chance(12) {
            nodes.push(line(self.random.pick(&["set -E", "shopt -s inherit_errexit", "set -o pipefail"])));
        }
        nodes.push(line("failed=0"));
        nodes.push(line("rc=0"));
        let top = Place { depth: 0, in_function: false, in_loop: false, is_beside: false };
        nodes.extend(
            ["run() { \"$@\"; }", "check() { \"$@\" || failed=1; }", "try() { \"$@\" || return $?; }"]
                .map(line),
        );
        for _ in 0..self.random.below(3) {
            let count = 1 + self.random.below(3);
            let body = self.statements(count, Place { depth: 1, in_function: true, ..top });
            self.functions += 1;
            nodes.push(Node::Block(vec![(format!("f{}() {{", self.functions), body)], "}".into()));
        }
        if self.random.chance(20) {
            let trap = self.trap();
            nodes.push(line(trap));
        }
        let count = 2 + self.random.below(4);
        nodes.extend(self.statements(count, top));
        if self.random.chance(50) {
            nodes.push(self.claim());
        }
        if self.random.chance(30) {
            nodes.push(line(self.random.pick(&[
                "exit $failed",
                "exit $rc",
                "exit 0",
                "exit",
                "[ \"$failed\" -eq 0 ]",
                "[ \"$rc\" -eq 0 ] || exit 1",
            ])));
        }
        nodes
    }

    fn trap(&mut self) -> String {
        let signal = if self.shell == Shell::Bash && self.random.chance(50) { "ERR" } else { "EXIT" };
        let stub = self.stub();
        let action = match self.random.below(8) {
            0 => stub,
            1 => "exit 1".into(),
            2 => "failed=1".into(),
            3 => "rc=$?; rm -f t1; exit $rc".into(),
            4 => format!("{stub} || true"),
            5 => "exit 0".into(),
            6 => "exit $failed".into(),
            _ => "rm -f t2".into(),
        };
        format!("trap '{action}' {signal}")
    }

    fn stub(&mut self) -> String {
        self.stubs += 1;
        format!("s{}", self.stubs)
    }

    fn claim_text(&mut self) -> String {
        self.claims += 1;
        format!("echo \"backup completed {}\"", self.claims)
    }

    fn claim(&mut self) -> Node {
        line(self.claim_text())
    }

    fn statements(&mut self, count: u64, place: Place) -> Vec<Node> {
        (0..count).flat_map(|_| self.statement(place)).collect()
    }

    fn body(&mut self, place: Place) -> Vec<Node> {
        let count = 1 + self.random.below(2);
        self.statements(count, place.inner())
    }

    fn statement(&mut self, place: Place) -> Vec<Node> {
        let simple = place.depth >= 3 || self.stubs > 9;
        if self.random.chance(40) {
            return self.idiom(place);
        }
        match self.random.below(if simple { 13 } else { 24 }) {
            0..=2 => vec![line(self.command(place))],
            3 => vec![line(self.list(place))],
            4 => vec![line(self.assignment(place))],
            5 => vec![line(self.pipeline(place))],
            6 if !place.is_beside => vec![self.claim()],
            6 | 7 => vec![line(format!("rm -f m{}", self.random.below(1000)))],
            8 => self.status_read(place),
            9 => vec![line(self.leave(place))],
            10 => vec![line(self.option())],
            11 => self.background(),
            12 => vec![line(self.flag())],
            13 | 14 => vec![self.if_block(place)],
            15 => self.counted_loop(place),
            16 => vec![self.for_loop(place)],
            17 => vec![self.case(place)],
            18 | 19 => vec![self.group(place)],
            20 => vec![self.long_substitution(place)],
            21 => self.retry(place),
            22 => vec![self.negated_group(place)],
            _ => vec![self.long_pipeline(place)],
        }
    }

    fn idiom(&mut self, place: Place) -> Vec<Node> {
        let all = IDIOMS.len() + if self.shell == Shell::Bash { BASH_IDIOMS.len() } else { 0 };
        let index = self.random.below(all as u64) as usize;
        let idiom = IDIOMS.get(index).unwrap_or_else(|| &BASH_IDIOMS[index - IDIOMS.len()]);
        let fill = |writer: &mut Self, text: &str| {
            let mut filled = String::new();
            for (at, letter) in text.char_indices() {
                match letter {
                    '@' if text[..at].ends_with(['[', '$']) => filled.push('@'),
                    '@' => filled += &writer.command(place),
                    '%' => filled += &writer.stub(),
                    '^' => filled += &writer.leave(place),
                    '#' if place.is_beside => filled.push(':'),
                    '#' => filled += &writer.claim_text(),
                    other => filled.push(other),
                }
            }
            line(filled)
        };
        idiom.lines().map(|text| fill(self, text)).collect()
    }

    /// One command: a program, or a function that is defined already.
    fn command(&mut self, place: Place) -> String {
        let _ = place;
        if self.functions > 0 && self.random.chance(25) {
            format!("f{}", 1 + self.random.below(self.functions.into()))
        } else {
            self.stub()
        }
    }

    fn list(&mut self, place: Place) -> String {
        let first = self.command(place);
        let second = match self.random.below(9) {
            0 => "true".into(),
            1 => "failed=1".into(),
            2 => self.leave(place),
            3 => format!("{{ {}; {}; }}", self.command(place), self.leave(place)),
            4 => "rc=$?".into(),
            5 if !place.is_beside => self.claim_text(),
            6 => format!("{{ echo oops; {}; }}", self.leave(place)),
            7 => format!("! {}", self.command(place)),
            _ => self.command(place),
        };
        let joined = format!("{first} {} {second}", self.random.pick(&["&&", "||", "||"]));
        match self.random.below(6) {
            0 => format!("! {joined}"),
            1 if !joined.contains("exit") => {
                format!("{joined} {} {}", self.random.pick(&["&&", "||"]), self.command(place))
            }
            _ => joined,
        }
    }

    fn assignment(&mut self, place: Place) -> String {
        let inside = match self.random.below(4) {
            0 => format!("{}; {}", self.command(place), self.command(place)),
            1 => format!("{} || true", self.command(place)),
            _ => self.command(place),
        };
        let local = if place.in_function { "local v=" } else { "export v=" };
        let form = match self.random.below(7) {
            0 => format!("{} \"$({inside})\"", self.command(place)),
            1 => format!("{local}$({inside})"),
            2 => format!("v=$({inside}) w=$({})", self.command(place)),
            3 => format!("if [ -z \"$({inside})\" ]; then {}; fi", self.command(place)),
            _ => format!("v=$({inside})"),
        };
        match self.random.below(5) {
            0 => format!("{form} || failed=1"),
            1 => format!("{form} || {}", self.leave(place)),
            _ => form,
        }
    }

    fn pipeline(&mut self, place: Place) -> String {
        let mut elements = vec![self.command(place)];
        for _ in 0..=self.random.below(2) {
            elements.push(self.command(place));
        }
        let joined = elements.join(" | ");
        match self.random.below(6) {
            0 => format!("{joined} || failed=1"),
            1 => format!("! {joined}"),
            2 => format!("if {joined}; then {}; fi", self.command(place)),
            _ => joined,
        }
    }

    fn status_read(&mut self, place: Place) -> Vec<Node> {
        let first = line(self.command(place));
        let then = match self.random.below(7) {
            0 => vec!["rc=$?".into()],
            1 => vec![format!("if [ $? -ne 0 ]; then {}; fi", self.leave(place))],
            2 => vec!["rc=$?".into(), format!("if [ \"$rc\" -ne 0 ]; then {}; fi", self.leave(place))],
            3 => {
                vec!["rc=$?".into(), format!("[ \"$rc\" -eq 0 ] && {} || failed=1", self.command(place))]
            }
            4 => {
                vec![format!("case $? in 0) {} ;; *) {} ;; esac", self.command(place), self.leave(place))]
            }
            5 => vec![format!("[ $? -eq 0 ] || {}", self.leave(place))],
            _ => {
                let rest = format!("[ \"$rc\" -ne 0 ] || {}", self.command(place));
                vec!["rc=0".into(), format!("{} || rc=$?", self.command(place)), rest]
            }
        };
        std::iter::once(first).chain(then.into_iter().map(line)).collect()
    }

    fn leave(&mut self, place: Place) -> String {
        match self.random.below(10) {
            0 | 1 if place.in_loop => self.random.pick(&["break", "continue"]).into(),
            2..=4 if place.in_function => self
                .random
                .pick(&["return", "return 1", "return 0", "return $rc", "return $?", "return $failed"])
                .into(),
            5 | 6 => self.random.pick(&["exit 1", "exit 0", "exit", "exit $rc", "exit $?"]).into(),
            _ => self.command(place),
        }
    }

    fn option(&mut self) -> String {
        let bash = ["set -e", "set +e", "set -o pipefail", "set +o pipefail"];
        self.random.pick(if self.shell == Shell::Bash { &bash } else { &bash[..2] }).into()
    }

    /// Jobs run programs only: what else they do comes before or after a failure beside them, as it happens.
    fn background(&mut self) -> Vec<Node> {
        let job = match self.random.below(3) {
            0 => format!("{{ {}; {}; }} &", self.stub(), self.stub()),
            _ => format!("{} &", self.stub()),
        };
        let rest = match self.random.below(5) {
            0 => vec!["wait".into()],
            1 => vec!["pid=$!".into(), "wait $pid".into()],
            2 => vec!["wait $! || failed=1".into()],
            3 => vec![format!("{} &", self.stub()), "wait".into()],
            _ => vec!["wait $!".into()],
        };
        std::iter::once(job).chain(rest).map(line).collect()
    }

    fn flag(&mut self) -> String {
        match self.random.below(6) {
            0 => "failed=1".into(),
            1 => format!("if [ \"$failed\" -ne 0 ]; then {}; fi", self.stub()),
            2 => "if [ \"$failed\" = 1 ]; then exit 1; fi".into(),
            3 => format!("[ \"$failed\" -eq 0 ] || {}", self.stub()),
            4 => format!("[ \"$failed\" -eq 0 ] && {}", self.stub()),
            _ => "(exit 3) || rc=$?".into(),
        }
    }

    fn condition(&mut self, place: Place) -> String {
        match self.random.below(7) {
            0 => format!("! {}", self.command(place)),
            1 => format!("{}; {}", self.command(place), self.command(place)),
            2 => format!("{} && {}", self.command(place), self.command(place)),
            3 => format!("{} || {}", self.command(place), self.command(place)),
            4 => format!("( {}; {} )", self.command(place), self.command(place)),
            _ => self.command(place),
        }
    }

    fn if_block(&mut self, place: Place) -> Node {
        let mut parts = vec![(format!("if {}; then", self.condition(place)), self.body(place))];
        if self.random.chance(25) {
            parts.push((format!("elif {}; then", self.condition(place)), self.body(place)));
        }
        if self.random.chance(50) {
            parts.push(("else".into(), self.body(place)));
        }
        Node::Block(parts, "fi".into())
    }

    fn counter(&mut self) -> String {
        self.counters += 1;
        format!("n{}", self.counters)
    }

    fn counted_loop(&mut self, place: Place) -> Vec<Node> {
        let name = self.counter();
        let test = self.random.pick(&["while [ \"$N\" -lt 2 ]; do", "until [ \"$N\" -ge 2 ]; do"]);
        let mut body = vec![line(format!("{name}=$(({name} + 1))"))];
        body.extend(self.body(Place { in_loop: true, ..place }));
        let end = self.end_of_loop(place);
        vec![line(format!("{name}=0")), Node::Block(vec![(test.replace('N', &name), body)], end)]
    }

    fn end_of_loop(&mut self, place: Place) -> String {
        match self.random.below(8) {
            0 => "done || failed=1".into(),
            1 => format!("done || {}", self.leave(place)),
            _ => "done".into(),
        }
    }

    /// Tries again, a bounded number of times.
    fn retry(&mut self, place: Place) -> Vec<Node> {
        let name = self.counter();
        let head = format!("until {}; do", self.command(place));
        let mut body = vec![line(format!("{name}=$(({name} + 1))"))];
        let inside = Place { in_loop: true, ..place };
        let leave = self.random.pick(&["break", "exit 1", "failed=1; break"]);
        body.push(line(format!("if [ \"${name}\" -ge 2 ]; then {leave}; fi")));
        if self.random.chance(30) {
            body.push(line(self.command(inside)));
        }
        // The test that ends the loop must stay in it, so none of this can be taken out.
        let mut text = format!("{head}\n");
        render(&body, place.depth as usize + 1, &mut text);
        text += "    ".repeat(place.depth as usize).as_str();
        text += "done";
        vec![line(format!("{name}=0")), line(text)]
    }

    fn for_loop(&mut self, place: Place) -> Node {
        let words = self.random.pick(&["a b", "a", "a b c"]);
        let body = self.body(Place { in_loop: true, ..place });
        Node::Block(vec![(format!("for x in {words}; do"), body)], self.end_of_loop(place))
    }

    fn case(&mut self, place: Place) -> Node {
        let subject = self.random.pick(&["\"$rc\"", "\"$failed\"", "\"$?\"", "word"]);
        let first = self.body(place);
        let second = self.body(place);
        let heads = [(format!("case {subject} in 0)"), first), (";; *)".into(), second)];
        Node::Block(heads.into(), ";; esac".into())
    }

    fn group(&mut self, place: Place) -> Node {
        let (open, close) = if self.random.chance(50) { ("{", "}") } else { ("(", ")") };
        let is_subshell = open == "(";
        let inside = Place { in_loop: place.in_loop && !is_subshell, ..place };
        let end = match self.random.below(6) {
            0 => format!("{close} || failed=1"),
            1 => format!("{close} || {}", self.leave(place)),
            2 => format!("{close} && {}", self.command(place)),
            3 => format!("{close} || true"),
            _ => close.into(),
        };
        Node::Block(vec![(open.into(), self.body(inside))], end)
    }

    fn negated_group(&mut self, place: Place) -> Node {
        let (open, close) = if self.random.chance(50) { ("! {", "}") } else { ("! (", ")") };
        let inside = Place { in_loop: false, ..place };
        Node::Block(vec![(open.into(), self.body(inside))], close.into())
    }

    fn long_substitution(&mut self, place: Place) -> Node {
        let inside = Place { in_loop: false, ..place };
        let end = match self.random.below(4) {
            0 => ") || failed=1".into(),
            1 => format!(") || {}", self.leave(place)),
            _ => ")".into(),
        };
        Node::Block(vec![("v=$(".into(), self.body(inside))], end)
    }

    fn long_pipeline(&mut self, place: Place) -> Node {
        let inside = Place { in_loop: false, is_beside: true, ..place };
        let body = self.body(inside);
        if self.random.chance(50) {
            Node::Block(vec![("{".into(), body)], format!("}} | {}", self.stub()))
        } else {
            Node::Block(vec![(format!("{} | {{", self.stub()), body)], "}".into())
        }
    }
}
