//! Whatever the bytes: reading returns, spans are sound, and the atoms of tree-sitter change nothing.

use super::{CommandId, Part, Script, parse, parse_without_atoms};
use crate::shell::Dialect;
use crate::text::{FileId, Span};

const PIECES: [&str; 48] = [
    "a",
    "b c",
    " ",
    "\n",
    ";",
    "&",
    "|",
    "||",
    "&&",
    "!",
    "(",
    ")",
    "((",
    "))",
    "{ ",
    "}",
    "$(",
    "$((",
    "${",
    "${x:-",
    "`",
    "\\`",
    "\\",
    "'",
    "\"",
    "$'",
    "$[",
    "]",
    "a[",
    "x=",
    "x=(",
    "<<E\n",
    "\nE\n",
    "<<-'E'\n",
    "<(",
    ">f",
    "2>&1",
    "#",
    "if ",
    "; then ",
    "; fi",
    "while a; do ",
    "; done",
    "case a in b) ",
    ";; esac",
    "f() ",
    "[[ a =~ ",
    "é\u{a0}\u{feff}",
];

/// xorshift64: the same texts on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[track_caller]
fn check(text: &[u8], dialect: Dialect) {
    let script = parse(text, FileId(0), dialect);
    let bare = parse_without_atoms(text, FileId(0), dialect, CommandId(0));
    let shown = || String::from_utf8_lossy(text).into_owned();
    assert_eq!(format!("{script:?}"), format!("{bare:?}"), "with and without atoms: {:?}", shown());
    let valid = std::str::from_utf8(text).ok();
    let sound = |span: Span| {
        let inside = span.start <= span.end && span.end as usize <= text.len();
        inside && valid.is_none_or(|text| text.get(span.range()).is_some())
    };
    let mut outer: Vec<Span> = Vec::new();
    script.each_command(&mut |command| {
        assert!(sound(command.span), "{command:?} in {:?}", shown());
        outer.push(command.span);
        for word in command.words() {
            assert!(sound(word.span), "{word:?} in {:?}", shown());
            check_parts(&word.parts, word.span, &sound);
        }
    });
    check_order(&script);
    let inside = |unknown: &super::Unknown| sound(unknown.span) && unknown.at as usize <= text.len();
    assert!(script.unknown.iter().all(inside), "{:?} in {:?}", script.unknown, shown());
    assert!(script.comments.iter().all(|&comment| sound(comment)));
}

fn check_parts(parts: &[Part], within: Span, sound: &dyn Fn(Span) -> bool) {
    for part in parts {
        let span = part.span();
        assert!(sound(span) && within.contains(span), "{part:?} in {within:?}");
        check_parts(part.inner(), span, sound);
    }
}

/// Statements and the commands of a pipeline follow one another.
fn check_order(script: &Script) {
    let mut starts: Vec<Span> = script.body.statements.iter().map(|statement| statement.span).collect();
    starts.dedup();
    assert!(starts.windows(2).all(|pair| pair[0].end <= pair[1].start), "{starts:?}");
    let mut ids = Vec::new();
    script.each_command(&mut |command| ids.push(command.id));
    ids.sort_unstable();
    let all = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), all, "each command has a number of its own");
    assert!(ids.last().is_none_or(|last| last.0 < script.end_id));
}

const DIALECTS: [Dialect; 6] =
    [Dialect::Bash, Dialect::Sh, Dialect::Dash, Dialect::Busybox, Dialect::Ksh, Dialect::Mksh];

#[test]
fn random_bytes() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for round in 0..2000 {
        let length = dice.below(120);
        let text: Vec<u8> = (0..length).map(|_| dice.below(256) as u8).collect();
        check(&text, DIALECTS[round % DIALECTS.len()]);
    }
}

#[test]
fn random_splices() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    for round in 0..20_000 {
        let length = 1 + dice.below(24);
        let text: String = (0..length).map(|_| PIECES[dice.below(PIECES.len())]).collect();
        check(text.as_bytes(), DIALECTS[round % DIALECTS.len()]);
    }
}

#[test]
fn cut_scripts() {
    let script = include_str!("../../tests/structure/table.txt");
    for (index, line) in script.lines().enumerate() {
        let text = line.split('⇒').next().unwrap_or_default().replace("\\n", "\n").replace("\\t", "\t");
        check(text.as_bytes(), DIALECTS[index % DIALECTS.len()]);
        let cut = text.char_indices().map(|(offset, _)| offset).nth(text.chars().count() / 2).unwrap_or(0);
        check(&text.as_bytes()[..cut], Dialect::Bash);
        check(&text.as_bytes()[cut..], Dialect::Bash);
    }
}

/// The scripts below LINT_SCRIPTS_CORPUS; says so where there are none.
fn corpus() -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let Some(corpus) = std::env::var_os("LINT_SCRIPTS_CORPUS") else {
        eprintln!("SKIPPED: LINT_SCRIPTS_CORPUS names no directory of scripts");
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(corpus)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = std::fs::read(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn scripts_of_the_corpus() {
    for (path, text) in corpus() {
        check(&text, crate::shell::detect(&path.to_string_lossy(), &text));
    }
}

#[test]
fn splices_of_the_corpus() {
    let scripts = corpus();
    let mut dice = Dice(0x1234_5678_9abc_def1);
    for round in 0..if scripts.is_empty() { 0 } else { 5000 } {
        let mut text = Vec::new();
        for _ in 0..=dice.below(5) {
            let (_, script) = &scripts[dice.below(scripts.len())];
            let start = dice.below(script.len() + 1);
            let end = (start + dice.below(1500)).min(script.len());
            text.extend_from_slice(&script[start..end]);
        }
        check(&text, DIALECTS[round % DIALECTS.len()]);
    }
}

/// As on a thread that was not asked to have a larger stack.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap();
    thread.join().unwrap();
}

#[test]
fn ten_thousand_levels() {
    const OPEN: [&str; 22] = [
        "(",
        "((",
        "{ ",
        "{\n",
        "$(",
        "$((",
        "${x:-",
        "\"$(",
        "`",
        "<(",
        "x=(",
        "a[$(",
        "a[",
        "$[",
        "if ",
        "if a; then\n",
        "while ",
        "case a in b) ",
        "f() ",
        "coproc ",
        "[[ ( ",
        "@(",
    ];
    const CLOSED: [(&str, &str); 8] = [
        ("( ", ")"),
        ("{ ", ";}"),
        ("$(", ")"),
        ("${x:-", "}"),
        ("if a; then ", "; fi"),
        ("\"$(", ")\""),
        ("$((", "))"),
        ("(\n", "\n)"),
    ];
    on_a_small_stack(|| {
        for open in OPEN {
            parse_without_atoms(open.repeat(10_000).as_bytes(), FileId(0), Dialect::Bash, CommandId(0));
        }
        for (open, close) in CLOSED {
            let text = open.repeat(10_000) + "a" + &close.repeat(10_000);
            let script = parse(text.as_bytes(), FileId(0), Dialect::Bash);
            assert!(!script.unknown.is_empty(), "{open}");
            script.each_command(&mut |_| {});
        }
    });
}

#[test]
fn a_hundred_thousand_commands() {
    on_a_small_stack(|| {
        for separator in [" | ", " && ", "; ", "\n", " & ", "\\\n", " \\\n"] {
            let text = vec!["a"; 100_000].join(separator);
            let script = parse_without_atoms(text.as_bytes(), FileId(0), Dialect::Bash, CommandId(0));
            assert!(script.unknown.is_empty(), "{separator:?}");
            let expected = if separator.contains('\\') { 1 } else { 100_000 };
            assert_eq!(script.end_id, expected, "{separator:?}");
        }
    });
}

#[test]
fn a_hundred_thousand_here_documents() {
    on_a_small_stack(|| {
        let text = "a <<E;".repeat(100_000);
        assert!(!parse(text.as_bytes(), FileId(0), Dialect::Bash).unknown.is_empty());
        let text = "a <<E\n\nE\n".repeat(100_000);
        assert!(parse(text.as_bytes(), FileId(0), Dialect::Bash).unknown.is_empty());
    });
}

#[test]
fn ten_megabytes_on_a_line() {
    on_a_small_stack(|| {
        for piece in ["a", "a b ", "'", "\"", "$x", "a;", "\\a", "x=1 "] {
            let text = piece.repeat(10_000_000 / piece.len());
            let script = parse_without_atoms(text.as_bytes(), FileId(0), Dialect::Bash, CommandId(0));
            assert!(script.end_id > 0, "{piece}");
        }
    });
}
