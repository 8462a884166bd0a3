//! Where a command stands: the statements around it, and the processes that these make.

use crate::flow::By;
use crate::rules::Context;
use crate::syntax::{Assignment, Command, CommandKind, Connector, Part, Statement};
use crate::text::{FileId, Span};

/// See the module.
pub(super) struct Place<'a> {
    /// The command.
    pub(super) span: Span,
    /// From the outermost to the innermost.
    around: Vec<Around<'a>>,
}

struct Around<'a> {
    statement: &'a Statement,
    /// The command of the statement in which the place lies.
    command: &'a Command,
    /// Set where the place lies in a process that this command makes: what becomes of its status here.
    process: Option<By>,
    is_function: bool,
}

/// A process around a place, and what it is a part of.
pub(super) struct Outer<'a> {
    pub(super) statement: &'a Statement,
    /// The command that makes it, or in whose words it stands.
    pub(super) command: Span,
    /// How its status gets lost if it does.
    pub(super) by: By,
}

impl<'a> Place<'a> {
    pub(super) fn of(cx: &Context<'a>, span: Span) -> Self {
        let mut around: Vec<Around<'a>> = Vec::new();
        for statement in cx.statements() {
            let commands = statement.pipelines().flat_map(|pipeline| &pipeline.commands);
            let Some(command) = commands.into_iter().find(|command| cx.holds(command, span)) else {
                continue;
            };
            around.push(Around {
                statement,
                command,
                process: process(cx, statement, command, span),
                is_function: matches!(command.kind, CommandKind::Function(_)),
            });
        }
        // An outer command has the smaller number, but not the text that another one holds.
        around.sort_by_key(|it| std::cmp::Reverse(extent(cx, it.command)));
        Self { span, around }
    }

    pub(super) fn innermost(&self) -> Option<&'a Statement> {
        self.around.last().map(|it| it.statement)
    }

    /// The statement right before the one with a command, in the innermost list where the place is in it or in what it calls.
    pub(super) fn statement_before(&self, cx: &Context<'a>, next: Span) -> Option<&'a Statement> {
        cx.all_lists().rev().find_map(|list| {
            let at = list.statements.iter().position(|statement| statement.span.contains(next))?;
            let before = list.statements.get(at.checked_sub(1)?)?;
            (!defines(before) && self.is_run_by(cx, before)).then_some(before)
        })
    }

    /// Whether the command runs in this statement: it stands in it, or in a function that is named there, or it is waited for.
    fn is_run_by(&self, cx: &Context<'a>, statement: &Statement) -> bool {
        let holds = statement.pipelines().flat_map(|it| &it.commands).any(|it| cx.holds(it, self.span));
        let function = self.around.iter().rev().find(|it| it.is_function);
        let named = function.is_some_and(|it| match &it.command.kind {
            CommandKind::Function(function) => calls(cx, statement, &cx.text(function.name)),
            _ => false,
        });
        let waits = cx.text(statement.span).starts_with("wait ");
        holds || named || waits && self.around.last().is_some_and(|it| it.statement.background)
    }

    /// The innermost statement around the place that the same shell runs as this one, in no function that is called there.
    pub(super) fn deepest_in(&self, statement: &'a Statement) -> &'a Statement {
        let outer = self.around.iter().skip_while(|it| it.statement.span != statement.span);
        let mut deepest = statement;
        for around in outer.take_while(|it| !it.is_function) {
            deepest = around.statement;
            if around.process.is_some() {
                break;
            }
        }
        deepest
    }

    /// The innermost statement in which `&&` passes over what stands behind the place, and nothing else looks at it.
    pub(super) fn and_list(&self) -> Option<&'a Statement> {
        let statements = self.around.iter().rev().map(|it| it.statement);
        statements.into_iter().find(|statement| {
            let own = statement.pipelines().position(|pipeline| pipeline.span.contains(self.span));
            let rest = own.and_then(|own| statement.rest.get(own..)).unwrap_or_default();
            !rest.is_empty() && rest.iter().all(|(next, _)| *next == Connector::And)
        })
    }

    /// The process that lies `count` processes outside of the one in which the command runs.
    pub(super) fn process_around(&self, count: usize) -> Option<Outer<'a>> {
        let processes = self.around.iter().rev().filter_map(|it| {
            let by = it.process?;
            Some(Outer { statement: it.statement, command: it.command.span, by })
        });
        processes.into_iter().nth(count)
    }

    /// Whether a statement stands in the body of a function, and in no process of its own there.
    pub(super) fn is_in_function_itself(&self, statement: &Statement) -> bool {
        let at =
            self.around.iter().rposition(|it| it.is_function && it.command.span.contains(statement.span));
        at.is_some_and(|at| {
            let inside = &self.around[at..];
            inside.iter().all(|it| it.process.is_none() || statement.span.contains(it.statement.span))
        })
    }

    /// Whether the place lies in a text that another program is given, such as `sudo` or `ssh`: to it the text is an operand
    /// or its input, and it would get another one.
    pub(super) fn is_held_elsewhere(&self, cx: &Context<'a>) -> bool {
        self.around.iter().any(|it| {
            let words = it.command.simple_words();
            let in_word = words.iter().any(|word| word.span.contains(self.span) && word.span != self.span);
            let in_text = in_word || !it.command.span.contains(self.span);
            let substituted = self.substitution(cx, it.command.span).is_some();
            in_text
                && !substituted
                && in_words(cx, it.command, self.span) != Some(By::ProcessSubstitution)
                && !hands_text_to_shell(cx, it.command)
        })
    }

    /// The name of the innermost function in which the place lies.
    fn function(&self, cx: &Context<'a>) -> Option<String> {
        self.around.iter().rev().find_map(|it| match &it.command.kind {
            CommandKind::Function(function) => Some(cx.text(function.name)),
            _ => None,
        })
    }

    /// Whether all calls of the function in which the place lies look at its status.
    pub(super) fn is_called_in_tests(&self, cx: &Context<'a>) -> bool {
        let function = self.function(cx);
        let calls = || cx.trace.entries.iter().filter(|entry| Some(&entry.name) == function.as_ref());
        calls().next().is_some() && calls().all(|entry| cx.is_tested(entry.span))
    }

    /// The statement with the `eval` in place of one that is all of the text which that is given: they have one status.
    pub(super) fn out_of_eval<'s>(&self, cx: &Context<'a>, statement: &'s Statement) -> &'s Statement
    where
        'a: 's,
    {
        let is_all =
            cx.units.scripts.iter().skip(1).any(
                |script| matches!(script.body.statements.as_slice(), [only] if only.span == statement.span),
            );
        let evals = |it: &&Around<'a>| {
            it.command.span.contains(statement.span)
                && it.statement.span != statement.span
                && cx.command_name(it.command.id).as_deref() == Some("eval")
        };
        let outer = self.around.iter().rev().find(evals).filter(|_| is_all);
        outer.map_or(statement, |it| it.statement)
    }

    /// Whether a loop goes on by the status of the function in which the place lies: it would not end where work fails.
    pub(super) fn is_called_by_loop(&self, cx: &Context<'a>) -> bool {
        let function = self.function(cx);
        let conditions = || {
            cx.commands().filter_map(|it| match &it.kind {
                CommandKind::Loop(each) => Some(&each.condition),
                _ => None,
            })
        };
        let is_asked = |name: &String| {
            let mut calls = cx.trace.entries.iter().filter(|entry| entry.name == *name);
            calls
                .any(|call| conditions().any(|it| it.statements.iter().any(|it| it.span.contains(call.span))))
        };
        function.is_some_and(|name| is_asked(&name))
    }

    /// The statement of which a command at this place is a part.
    pub(super) fn statement_of(&self, command: Span) -> Option<&'a Statement> {
        self.around.iter().rev().find(|it| it.command.span == command).map(|it| it.statement)
    }

    /// The statement that runs in the background with the command in it.
    pub(super) fn job(&self) -> Option<&'a Statement> {
        let runs_beside =
            |it: &&Around<'_>| it.statement.background || matches!(it.command.kind, CommandKind::Coproc(_));
        self.around.iter().rev().find(runs_beside).map(|it| it.statement)
    }

    /// The statements around a job, from the inside, as far as the shell that has started it runs them in the same call.
    pub(super) fn around_job(&self, job: &Statement) -> impl Iterator<Item = &'a Statement> {
        let outer = self.around.iter().rev().skip_while(move |it| it.statement.span != job.span).skip(1);
        outer.take_while(|it| it.process.is_none() && !it.is_function).map(|it| it.statement)
    }

    /// The substitutions of `command` up to the one in which the place lies, in the order in which they run; `None` where
    /// not all of them surely do, or in another order than they stand in.
    pub(super) fn substitutions(&self, cx: &Context<'a>, command: Span) -> Option<Vec<Span>> {
        let command = self.around.iter().find(|it| it.command.span == command)?.command;
        let of = |parts: Vec<&[Part]>| {
            let mut found = Vec::new();
            parts.into_iter().for_each(|parts| always_expanded(parts, &mut found));
            found
        };
        let groups: Vec<Vec<Option<Span>>> = expanded_together(cx, command).into_iter().map(of).collect();
        let is_own = |span: &Option<Span>| span.is_none_or(|span| span.contains(self.span));
        let group = groups.iter().position(|group| group.iter().any(is_own))?;
        // Behind the words shells keep to no common order.
        let alone = groups.iter().enumerate().all(|(at, other)| at == group || other.is_empty());
        let at = groups[group].iter().position(is_own).filter(|_| group == 0 || alone)?;
        groups[group][..=at].iter().copied().collect()
    }

    /// The substitution among the words of `command` in which the place lies.
    pub(super) fn substitution(&self, cx: &Context<'a>, command: Span) -> Option<Span> {
        let inside = self.around.iter().find(|it| it.command.span == command)?;
        let words = inside.command.words();
        let here = inside.command.redirects.iter().filter_map(|redirect| {
            cx.units.scripts.iter().find_map(|script| {
                script
                    .here_document(redirect)
                    .filter(|it| it.body.is_some_and(|body| body.contains(self.span)))
            })
        });
        let mut found = None;
        let parts = words.into_iter().flat_map(|word| &word.parts).chain(here.flat_map(|it| &it.parts));
        for part in parts {
            part.each(&mut |part| {
                if let Part::Substitution(inner) = part
                    && inner.span.contains(self.span)
                {
                    found = found.or(Some(inner.span));
                }
            });
        }
        found
    }
}

/// The parts of a command's words, as far as they are expanded one after the other as they stand; those first that all shells
/// expand first.
fn expanded_together<'a>(cx: &Context<'a>, command: &'a Command) -> Vec<Vec<&'a [Part]>> {
    let script = &cx.units.scripts[cx.units.unit_of(command.id).0 as usize];
    let targets = command.redirects.iter().flat_map(|redirect| {
        let here = script.here_document(redirect).map(|it| it.parts.as_slice());
        [Some(redirect.target.parts.as_slice()), here]
    });
    let targets: Vec<&[Part]> = targets.flatten().collect();
    let Some(simple) = command.as_simple() else {
        return vec![targets, command.kind.words().map(|word| word.parts.as_slice()).collect()];
    };
    let assigned = simple.assignments.iter().flat_map(Assignment::words);
    vec![
        simple.words.iter().map(|word| word.parts.as_slice()).collect(),
        targets,
        assigned.map(|word| word.parts.as_slice()).collect(),
    ]
}

/// The substitutions of parts that are expanded whatever comes before them; `None` stands for one that is so only at times.
fn always_expanded(parts: &[Part], found: &mut Vec<Option<Span>>) {
    for part in parts {
        match part {
            Part::Substitution(inner) => found.push(Some(inner.span)),
            Part::DoubleQuoted(_, parts) | Part::Arithmetic(_, parts) => always_expanded(parts, found),
            Part::Array(_, words) => words.iter().for_each(|word| always_expanded(&word.parts, found)),
            Part::Parameter(_) if part.any(|it| matches!(it, Part::Substitution(_))) => found.push(None),
            _ => {}
        }
    }
}

/// Whether a command gives its words to a shell on this machine, and to no program that would see another text.
fn hands_text_to_shell(cx: &Context<'_>, command: &Command) -> bool {
    let runners =
        ["env", "nice", "nohup", "timeout", "command", "exec", "builtin", "setsid", "stdbuf", "ionice"];
    let shells = ["eval", "trap", "sh", "bash", "dash", "ksh", "mksh"];
    let base = |word: Option<String>| word.map(|it| it.rsplit('/').next().unwrap_or_default().to_owned());
    let names: Vec<String> = cx.literals(command).into_iter().map_while(base).collect();
    let is = |names: &[&str], word: Option<&String>| word.is_some_and(|it| names.contains(&it.as_str()));
    is(&shells, names.first())
        || is(&runners, names.first()) && names.iter().any(|name| is(&shells, Some(name)))
}

/// Whether a statement is the definition of a function, which runs nothing of it.
fn defines(statement: &Statement) -> bool {
    let only = statement.only_pipeline().and_then(|pipeline| pipeline.only_command());
    only.is_some_and(|command| matches!(command.kind, CommandKind::Function(_)))
}

fn calls(cx: &Context<'_>, statement: &Statement, name: &str) -> bool {
    let text = cx.text(statement.span);
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').any(|word| word == name)
}

/// How far a command reaches, its here-documents with it.
fn extent(cx: &Context<'_>, command: &Command) -> (u32, u32) {
    let script = &cx.units.scripts[cx.units.unit_of(command.id).0 as usize];
    let bodies = command.redirects.iter().filter_map(|it| script.here_document(it)?.body);
    let end = bodies.map(|body| body.end).max().unwrap_or_default().max(command.span.end);
    (end - command.span.start, u32::MAX - command.id.0)
}

/// Whether a place lies in a text that a command of the script holds: the action of a trap, the operand of `eval`.
pub(in crate::rules) fn is_in_text(cx: &Context<'_>, place: Span) -> bool {
    cx.units.scripts.iter().skip(1).any(|script| {
        let mut holds = false;
        script.each_command(&mut |command| {
            holds |= command.span.file == FileId(0) && command.span.contains(place);
        });
        holds
    })
}

/// What becomes of the status of the process that a command makes around a place, if it makes one.
fn process(cx: &Context<'_>, statement: &Statement, command: &Command, place: Span) -> Option<By> {
    let pipeline = statement.pipelines().find(|pipeline| pipeline.span.contains(command.span))?;
    let element = pipeline.commands.iter().position(|it| it.id == command.id)?;
    if let Some(by) = in_words(cx, command, place) {
        return Some(by);
    }
    let is_last = element + 1 == pipeline.commands.len();
    if matches!(command.kind, CommandKind::Function(_)) {
        return None;
    }
    if statement.background || matches!(command.kind, CommandKind::Coproc(_)) {
        return Some(By::Background);
    }
    if !is_last {
        return Some(By::Pipeline);
    }
    let own = pipeline.commands.len() > 1 || matches!(command.kind, CommandKind::Subshell(_));
    let held = command.as_simple().is_some() && is_held_for_a_shell(cx, command, place);
    (own || held).then_some(By::NextCommand)
}

/// A text that another process runs: `bash -c '…'`.
fn is_held_for_a_shell(cx: &Context<'_>, command: &Command, place: Span) -> bool {
    let name = cx.command_name(command.id);
    let own_shell = matches!(name.as_deref(), Some("eval" | "trap" | "." | "source"));
    let words = command.simple_words();
    !own_shell && words.iter().skip(1).any(|word| word.span.contains(place) && word.span != place)
}

fn in_words(cx: &Context<'_>, command: &Command, place: Span) -> Option<By> {
    let contains = |spans: &[Span]| spans.iter().any(|it| it.contains(place) && cx.holds(command, *it));
    let own = command.lists().into_iter().any(|list| {
        list.statements.iter().any(|it| it.span.contains(place))
            && command.words().all(|word| !word.span.contains(place))
    });
    if own {
        return None;
    }
    if contains(cx.processes()) {
        return Some(By::ProcessSubstitution);
    }
    let here = !command.span.contains(place);
    let substituted = contains(cx.substitutions());
    if !substituted && !here {
        return None;
    }
    let simple = command.as_simple();
    if cx.declares(command.id) {
        Some(By::Declaration)
    } else if simple.is_some_and(|simple| simple.words.is_empty()) && !here {
        Some(By::NextCommand)
    } else {
        Some(By::Substitution)
    }
}
