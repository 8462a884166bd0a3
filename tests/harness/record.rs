//! Writes down what the real shell does when each command of a script fails.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use super::{Fault, Scenario, matches, outcome, put, run_healthy, runs_of};

const HEADING: &str = "# Seen in the real shell, one entry for each call site; RECORD=1 writes them anew.\n";

/// Replaces the recorded part of the description beside a script; gives what has to be pinned by hand first.
pub fn record(script: &Path) -> Vec<String> {
    let path = script.with_extension("toml");
    let old = fs::read_to_string(&path).unwrap();
    let by_hand = old.split(HEADING).next().unwrap();
    let scenario: Scenario = toml::from_str(by_hand).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut text = by_hand.trim_end().to_owned() + "\n\n" + HEADING;
    let mut troubles = Vec::new();
    for fault in sites(script, &scenario, &mut troubles) {
        let seen = outcome(&scenario, &fault, &runs_of(script, &scenario, &fault));
        text += &written(&seen);
    }
    put(&path, text.as_bytes());
    troubles
}

fn written(fault: &Fault) -> String {
    let mut text = format!("\n[[fault]]\ncommand = {:?}\nline = {}\n", fault.command, fault.line);
    if let Some(path) = &fault.missing {
        writeln!(text, "missing = {path:?}").unwrap();
    }
    writeln!(text, "exit = {:?}", fault.exit).unwrap();
    for (name, list) in [("claims", &fault.claims), ("destroys", &fault.destroys)] {
        if !list.is_empty() {
            writeln!(text, "{name} = {list:?}").unwrap();
        }
    }
    text
}

/// A call site: its line, and the name or the pinned pattern.
type Site = (usize, String);

/// The call sites that some healthy run reaches, in the order of their lines, asking ones left out.
fn sites(script: &Path, scenario: &Scenario, troubles: &mut Vec<String>) -> Vec<Fault> {
    let source = fs::read_to_string(script).unwrap();
    let mut groups: BTreeMap<Site, Vec<String>> = BTreeMap::new();
    for answers in scenario.answers() {
        for call in run_healthy(script, scenario, &answers).calls {
            if scenario.is_asking(&call) {
                continue;
            }
            let site = site_of(&source, scenario, &call).unwrap_or_else(|trouble| {
                troubles.push(trouble);
                (0, call.clone())
            });
            let calls = groups.entry(site).or_default();
            if !calls.contains(&call) {
                calls.push(call);
            }
        }
    }
    for ((line, name), calls) in &groups {
        let text = source.lines().nth(line.saturating_sub(1)).unwrap_or("");
        if calls.len() > 1 && tokens(text).filter(|token| token == name).count() > 1 {
            troubles.push(format!("line {line} calls {name} more than once; pin {calls:?} under [lines]"));
        }
    }
    let mut faults: Vec<Fault> = Vec::new();
    for (site, calls) in &groups {
        let command = if site.1.contains('*') { site.1.clone() } else { pattern(calls) };
        let mut strangers = groups.iter().filter(|(other, _)| *other != site).flat_map(|(_, calls)| calls);
        if let Some(stray) = strangers.find(|call| matches(&command, call)) {
            troubles
                .push(format!("`{command}` in line {} also fits `{stray}`; pin it under [lines]", site.0));
        }
        faults.push(Fault { command, line: site.0, ..Fault::default() });
    }
    faults.extend(scenario.missing.iter().map(|(command, path)| {
        Fault {
            command: command.clone(),
            line: 1 + source
                .lines()
                .position(|l| l.contains(command.as_str()))
                .expect("the builtin stands in the script"),
            missing: Some(path.clone()),
            ..Fault::default()
        }
    }));
    faults.sort_by_key(|fault| fault.line);
    faults
}

/// The line that shares most words with the call, and the name of the command.
fn site_of(source: &str, scenario: &Scenario, call: &str) -> Result<Site, String> {
    let name = call.split(' ').next().unwrap();
    let score = |line: &str| {
        let tokens: Vec<&str> = tokens(line).collect();
        let named = !line.trim_start().starts_with('#') && tokens.contains(&name);
        let shared = call.split(' ').skip(1).filter(|arg| tokens.contains(arg)).count();
        if named { 1 + shared } else { 0 }
    };
    let best = source.lines().map(score).max().unwrap_or(0);
    let lines: Vec<usize> =
        (1..).zip(source.lines()).filter(|(_, l)| score(l) == best).map(|(n, _)| n).collect();
    if let Some((pattern, line)) = scenario.lines.iter().find(|(pattern, _)| matches(pattern, call)) {
        let fits = lines.contains(line).then(|| (*line, pattern.clone()));
        return fits.ok_or_else(|| format!("`{call}` is pinned to line {line}, but fits {lines:?} better"));
    }
    match lines[..] {
        [line] if best > 0 => Ok((line, name.to_owned())),
        _ => Err(format!("`{call}` may stand in any of the lines {lines:?}; pin it under [lines]")),
    }
}

fn tokens(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c.is_whitespace() || "'\"();`".contains(c))
}

/// A pattern that fits all of the calls: their common beginning and end.
fn pattern(calls: &[String]) -> String {
    let [first, rest @ ..] = calls else { unreachable!("a site has a call") };
    if rest.is_empty() {
        return first.clone();
    }
    let shared = |other: &String| first.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let beginning: String = first.chars().take(rest.iter().map(shared).min().unwrap_or(0)).collect();
    let tail = |call: &String| -> Vec<char> { call.chars().skip(beginning.chars().count()).collect() };
    let same = |other: &String| {
        tail(first).iter().rev().zip(tail(other).iter().rev()).take_while(|(a, b)| a == b).count()
    };
    let end = rest.iter().map(same).min().unwrap_or(0);
    let first_tail = tail(first);
    let ending: String = first_tail[first_tail.len() - end..].iter().collect();
    format!("{beginning}*{ending}")
}
