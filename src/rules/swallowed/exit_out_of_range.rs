//! `exit` or `return` with a number that no status can be.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};

pub static RULE: Rule = Rule {
    id: RuleId("exit-out-of-range"),
    family: Family::Swallowed,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/swallowed/exit-out-of-range.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for command in cx.commands() {
        let words = cx.literals(command);
        let [Some(name), Some(number)] = words.as_slice() else { continue };
        let Some(number) = number.parse::<i64>().ok().filter(|number| !(0..=255).contains(number)) else {
            continue;
        };
        if !matches!(name.as_str(), "exit" | "return") {
            continue;
        }
        // POSIX XCU 2.8.2: only the lowest eight bits reach the parent (`st.exit.256 st.exit.257`).
        let low = number.rem_euclid(256);
        let severity = if low == 0 { Severity::Error } else { Severity::Warning };
        let says = if low == 0 { "which says success".to_owned() } else { format!("not {number}") };
        let message = format!("`{name} {number}` gives the status {low}, {says}");
        let finding = Diagnostic::new(RULE.id, severity, command.span, message)
            .help("a status is a number from 0 to 255");
        let simple = command.as_simple().expect("only simple commands have words");
        let fix = (low == 0)
            .then(|| Fix::proposed(format!("`{name} 1`"), vec![Edit::replace(simple.words[1].span, "1")]));
        out.add([Topic::Code(command.span)], finding.fix(fix));
    }
}
