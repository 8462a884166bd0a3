//! An option is named where the shell takes the word for something else, so that it stays off.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::shell::{Misspelt, MisspeltKind, misspelt_set, misspelt_shopt};
use crate::syntax::Command;

pub static RULE: Rule = Rule {
    id: RuleId("option-typo"),
    family: Family::StrictMode,
    severity: Severity::Error,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/strict-mode/option-typo.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    for command in cx.commands() {
        let words = cx.literals(command);
        let Some((Some(name), args)) = words.split_first() else { continue };
        let args: Vec<Option<&str>> = args.iter().map(Option::as_deref).collect();
        let found = match name.as_str() {
            "set" => misspelt_set(&args),
            "shopt" => misspelt_shopt(&args),
            _ => None,
        };
        if let Some(found) = found {
            out.add([Topic::Code(command.span)], report(cx, command, &found));
        }
    }
}

fn report(cx: &Context<'_>, command: &Command, found: &Misspelt) -> Diagnostic {
    let simple = command.as_simple().expect("only simple commands have operands");
    let word = &simple.words[found.operand + 1];
    let (text, meant) = (cx.text(word.span), found.meant);
    let (what, edit, title) = match found.kind {
        MisspeltKind::Parameter => (
            format!("`{text}` becomes the positional parameter `$1` here, and the option stays off"),
            Edit::insert(word.span, word.span.start, "-o "),
            format!("name the option: `-o {text}`"),
        ),
        MisspeltKind::Slip => (
            format!("there is no option `{text}`: `{meant}` stays off"),
            Edit::replace(word.span, meant),
            format!("`{meant}`"),
        ),
        MisspeltKind::OfShopt => (
            format!("`{text}` is no option of `set`: it stays off"),
            Edit::replace(command.span, format!("shopt -s {meant}")),
            format!("`shopt -s {meant}`"),
        ),
        MisspeltKind::OfSet => (
            format!("`{text}` is no option of `shopt`: it stays off"),
            Edit::replace(command.span, format!("set -o {meant}")),
            format!("`set -o {meant}`"),
        ),
    };
    // Where more stands in the command, it is not for this fix to take apart.
    let whole = matches!(found.kind, MisspeltKind::OfShopt | MisspeltKind::OfSet);
    let fits = !whole || simple.words.len() == 3 && command.redirects.is_empty();
    Diagnostic::new(RULE.id, RULE.severity, word.span, what)
        .help(
            format!("`set -o {meant}` turns it on")
                .replace("set -o inherit", "shopt -s inherit")
                .replace("set -o lastpipe", "shopt -s lastpipe"),
        )
        .fix(fits.then(|| Fix::proposed(title, vec![edit])))
}
