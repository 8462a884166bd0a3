//! A test asks whether a file is there that the redirection before it has made in any case.

use crate::diagnostic::{Diagnostic, Edit, Fix, RuleId, Severity};
use crate::rules::findings::Topic;
use crate::rules::operands::unquoted;
use crate::rules::{Context, Family, Findings, Fixes, Focus, Presets, Rule, State};
use crate::syntax::{Command, CommandKind, Redirect, RedirectOperator, Statement, Word};
use crate::text::Span;

pub static RULE: Rule = Rule {
    id: RuleId("weak-verification"),
    family: Family::Verification,
    severity: Severity::Warning,
    since: "0.1.0",
    state: State::Preview,
    presets: Presets::every(1),
    focus: Focus::Construct,
    fixes: Fixes::Sometimes,
    page: include_str!("../../../rules/verification/weak-verification.md"),
    check,
};

fn check(cx: &Context<'_>, out: &mut Findings<'_>) {
    let statements: Vec<&Statement> = cx.statements().collect();
    for pair in statements.windows(2) {
        let [made, tested] = pair else { continue };
        let next = made.span.file == tested.span.file
            && made.span.end <= tested.span.start
            && made.rest.is_empty()
            && works(cx, made)
            && is_next(cx, made, tested);
        for redirect in
            made.first.commands.last().filter(|_| next).map(|it| it.redirects.as_slice()).unwrap_or_default()
        {
            if let Some(flag) = existence(cx, tested, redirect) {
                out.add([Topic::Code(flag.span)], report(cx, flag, redirect.span));
            }
        }
    }
}

/// Whether the last command of a statement does work: one that only prints leaves nothing out that it could print.
fn works(cx: &Context<'_>, made: &Statement) -> bool {
    let Some(last) = made.first.commands.last() else { return false };
    cx.trace.entries.iter().any(|entry| entry.id == last.id && entry.works()) && !cx.only_prints(last)
}

/// Whether nothing stands between two statements: both belong to one list.
fn is_next(cx: &Context<'_>, made: &Statement, tested: &Statement) -> bool {
    let between = cx.text(Span { start: made.span.end, end: tested.span.start, ..made.span });
    between.lines().all(|line| matches!(line.trim(), "" | ";") || line.trim().starts_with('#'))
}

/// `-f` or `-e` in a test of the file that the redirection makes.
fn existence<'a>(cx: &Context<'a>, tested: &'a Statement, redirect: &Redirect) -> Option<&'a Word> {
    let makes = matches!(
        redirect.operator,
        RedirectOperator::Write | RedirectOperator::Append | RedirectOperator::Clobber
    );
    let output = cx.is_output(redirect);
    if !makes || !output || !cx.is_file(redirect) {
        return None;
    }
    let first = tested.first.only_command()?;
    let test = match &first.kind {
        CommandKind::If(chain) => chain.arms.first()?.0.statements.first()?.first.only_command()?,
        _ => first,
    };
    let words = words(cx, test)?;
    let [flag, file] = words.as_slice() else { return None };
    let exists = matches!(cx.literal(flag).as_deref(), Some("-f" | "-e"));
    (exists && unquoted(cx, file) == unquoted(cx, &redirect.target)).then_some(*flag)
}

/// The words of a test, without its brackets and a `!`.
fn words<'a>(cx: &Context<'_>, test: &'a Command) -> Option<Vec<&'a Word>> {
    let words: Vec<&Word> = match &test.kind {
        CommandKind::Test(words) => words.iter().collect(),
        CommandKind::Simple(simple) => simple.words.iter().collect(),
        _ => return None,
    };
    let name = cx.literal(words.first()?).unwrap_or_default();
    let ours = matches!(test.kind, CommandKind::Test(_)) || matches!(name.as_str(), "[" | "test");
    let signs = ["[", "test", "]", "!"];
    let rest =
        words.into_iter().filter(|word| !cx.literal(word).is_some_and(|it| signs.contains(&it.as_str())));
    ours.then(|| rest.collect())
}

fn report(cx: &Context<'_>, flag: &Word, made: Span) -> Diagnostic {
    let text = cx.text(flag.span);
    let message = format!(
        "`{text}` is true here whatever the command did: the shell makes the file before that starts"
    );
    Diagnostic::new(RULE.id, RULE.severity, flag.span, message)
        .because(made, "this makes it, empty, whatever the command does")
        .help("`-s` asks whether something is in it")
        .fix(Some(Fix::unsafe_because(
            "ask whether something is in it",
            vec![Edit::replace(flag.span, "-s")],
            "an empty file is not enough from then on",
        )))
}
