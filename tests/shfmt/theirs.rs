//! The facts of shfmt's reading.

use std::io::Write;
use std::process::{Command, Stdio};

use lint_scripts::shell::Dialect;
use serde_json::Value as Json;

use super::Facts;

/// shfmt's numbers for redirection operators, from 54 on.
const REDIRECTS: [&str; 12] = [">", ">>", "<", "<>", "<&", ">&", ">|", "<<", "<<", "<<<", "&>", "&>>"];

/// Whether shfmt can be run.
pub fn is_here() -> bool {
    Command::new("shfmt").arg("--version").stdout(Stdio::null()).status().is_ok()
}

/// All facts of `text`; `None` when shfmt refuses it.
pub fn facts(text: &[u8], dialect: Dialect) -> Option<Facts> {
    let languages = [super::language(dialect), "bash"];
    let json = languages.iter().find_map(|language| tree(text, language))?;
    let mut reading = Reading { text, facts: Facts::new() };
    reading.list(&json["Stmts"]);
    Some(reading.facts)
}

fn tree(text: &[u8], language: &str) -> Option<Json> {
    let mut child = Command::new("shfmt")
        .args(["--to-json", "-ln", language])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let output = std::thread::scope(|scope| {
        // A refusal closes the pipe before all is written.
        scope.spawn(move || drop(input.write_all(text)));
        child.wait_with_output().unwrap()
    });
    let mut json = serde_json::Deserializer::from_slice(&output.stdout);
    json.disable_recursion_limit();
    output.status.success().then(|| serde::Deserialize::deserialize(&mut json).unwrap())
}

fn offset(json: &Json) -> u64 {
    json["Offset"].as_u64().unwrap_or_default()
}

fn start(node: &Json) -> u64 {
    offset(&node["Pos"])
}

/// shfmt lets the first command of a negated pipeline start at the `!`.
fn start_after_not(statement: &Json) -> u64 {
    let redirects = each(&statement["Redirs"]).map(start);
    let command = Some(&statement["Cmd"]).filter(|command| command.is_object()).map(start);
    redirects.chain(command).min().unwrap()
}

fn end(node: &Json) -> u64 {
    offset(&node["End"])
}

fn each(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}

struct Reading<'a> {
    text: &'a [u8],
    facts: Facts,
}

impl Reading<'_> {
    fn add(&mut self, fact: String) {
        self.facts.insert(fact);
    }

    fn spanned(&mut self, kind: &str, node: &Json) {
        self.add(format!("{kind} {}..{}", start(node), end(node)));
    }

    fn starting(&mut self, kind: &str, node: &Json) {
        self.add(format!("{kind} {}", start(node)));
    }

    fn list(&mut self, statements: &Json) {
        let starts: Vec<u64> = each(statements).map(start).collect();
        if let Some(first) = starts.first() {
            self.add(format!("list {first}"));
        }
        for pair in starts.windows(2) {
            self.add(format!("then {} {}", pair[0], pair[1]));
        }
        each(statements).for_each(|statement| self.statement(statement));
    }

    fn statement(&mut self, statement: &Json) {
        if statement["Background"] == true || statement["Coprocess"] == true {
            self.starting("background", statement);
        }
        if statement["Negated"] == true {
            self.starting("not", statement);
        }
        each(&statement["Redirs"]).for_each(|redirect| self.redirect(redirect));
        self.command(&statement["Cmd"]);
    }

    fn command(&mut self, command: &Json) {
        match command["Type"].as_str().unwrap_or_default() {
            "CallExpr" => self.call(command),
            "DeclClause" => self.declaration(command),
            "BinaryCmd" => self.binary(command),
            "Block" => self.enclosing("group", command),
            "Subshell" => self.enclosing("subshell", command),
            "IfClause" => self.if_clause(command),
            "WhileClause" => {
                self.starting(if command["Until"] == true { "until" } else { "while" }, command);
                self.list(&command["Cond"]);
                self.list(&command["Do"]);
            }
            "ForClause" => self.for_clause(command),
            "CaseClause" => {
                let items = each(&command["Items"]).count();
                self.add(format!("case {} of {items}", start(command)));
                self.word(&command["Word"]);
                for item in each(&command["Items"]) {
                    each(&item["Patterns"]).for_each(|pattern| self.word(pattern));
                    self.list(&item["Stmts"]);
                }
            }
            "FuncDecl" => {
                self.spanned("function", &command["Name"]);
                self.statement(&command["Body"]);
            }
            "TestClause" => {
                self.starting("test", command);
                self.inside(&command["X"]);
            }
            "ArithmCmd" => {
                self.starting("arithmetic", command);
                self.inside(&command["X"]);
            }
            "LetClause" => {
                self.spanned("command", command);
                each(&command["Exprs"]).for_each(|expression| self.inside(expression));
            }
            "TimeClause" => self.statement_or_nothing(&command["Stmt"]),
            "CoprocClause" => {
                self.starting("coproc", command);
                self.statement_or_nothing(&command["Stmt"]);
            }
            _ => {}
        }
    }

    fn statement_or_nothing(&mut self, statement: &Json) {
        if statement.is_object() {
            self.statement(statement);
        }
    }

    fn enclosing(&mut self, kind: &str, command: &Json) {
        self.starting(kind, command);
        self.list(&command["Stmts"]);
    }

    fn call(&mut self, call: &Json) {
        let first = each(&call["Assigns"]).chain(each(&call["Args"])).next();
        let last = each(&call["Args"]).last().or_else(|| each(&call["Assigns"]).last());
        if let (Some(first), Some(last)) = (first, last) {
            self.add(format!("command {}..{}", start(first), end(last)));
        }
        each(&call["Assigns"]).for_each(|assignment| self.assignment(assignment));
        each(&call["Args"]).for_each(|word| self.word(word));
    }

    fn declaration(&mut self, command: &Json) {
        let last = each(&command["Args"]).last().unwrap_or(&command["Variant"]);
        self.add(format!("command {}..{}", start(command), end(last)));
        self.spanned("word", &command["Variant"]);
        each(&command["Args"]).for_each(|assignment| self.assignment(assignment));
    }

    fn assignment(&mut self, assignment: &Json) {
        self.spanned("word", assignment);
        self.inside(&assignment["Index"]);
        self.parts(&assignment["Value"]["Parts"]);
        for element in each(&assignment["Array"]["Elems"]) {
            // shfmt lets an element with a subscript start after the `[`.
            let first = start(element) - u64::from(element["Index"].is_object());
            self.add(format!("element {first}..{}", end(element)));
            self.inside(&element["Index"]);
            self.parts(&element["Value"]["Parts"]);
        }
    }

    fn binary(&mut self, command: &Json) {
        // 10 and 11 are `&&` and `||`, 12 and 13 `|` and `|&`.
        let pipe = command["Op"].as_u64() >= Some(12);
        let mut elements = Vec::new();
        let mut fact = String::new();
        flatten(command, pipe, &mut elements, &mut fact);
        if pipe {
            let starts: Vec<u64> = elements.iter().map(|element| start_after_not(element)).collect();
            self.add(format!("pipeline {starts:?}"));
        } else {
            self.add(format!("and-or {fact}"));
        }
        for element in elements {
            self.statement(element);
        }
    }

    fn if_clause(&mut self, command: &Json) {
        let mut arms = 0;
        let mut arm = command;
        while arm.is_object() {
            let otherwise = each(&arm["Cond"]).next().is_none();
            arms += u32::from(!otherwise);
            self.list(&arm["Cond"]);
            self.list(&arm["Then"]);
            arm = &arm["Else"];
        }
        self.add(format!("if {} of {arms}", start(command)));
    }

    fn for_clause(&mut self, command: &Json) {
        let header = &command["Loop"];
        if header["Type"] == "CStyleLoop" {
            self.starting("for-arithmetic", command);
            ["Init", "Cond", "Post"].iter().for_each(|key| self.inside(&header[key]));
        } else {
            self.starting(if command["Select"] == true { "select" } else { "for" }, command);
            self.spanned("variable", &header["Name"]);
            each(&header["Items"]).for_each(|word| self.word(word));
        }
        self.list(&command["Do"]);
    }

    fn redirect(&mut self, redirect: &Json) {
        let number = redirect["Op"].as_u64().unwrap();
        let operator = REDIRECTS[usize::try_from(number).unwrap() - 54];
        self.spanned(&format!("redirect {} {operator}", start(redirect)), &redirect["Word"]);
        self.parts(&redirect["Word"]["Parts"]);
        let body = &redirect["Hdoc"];
        if body.is_object() {
            self.starting("body", body);
            self.parts(&body["Parts"]);
        }
    }

    fn word(&mut self, word: &Json) {
        self.spanned("word", word);
        self.parts(&word["Parts"]);
    }

    fn parts(&mut self, parts: &Json) {
        each(parts).for_each(|part| self.part(part));
    }

    fn part(&mut self, part: &Json) {
        match part["Type"].as_str().unwrap_or_default() {
            "SglQuoted" => self.spanned("single", part),
            "DblQuoted" => {
                self.spanned("double", part);
                self.parts(&part["Parts"]);
            }
            "ParamExp" => {
                // In arithmetic, a bare name is one, too.
                if self.text.get(usize::try_from(start(part)).unwrap()) == Some(&b'$') {
                    self.spanned("parameter", part);
                }
                ["Index", "Slice", "Repl", "Exp"].iter().for_each(|key| self.inside(&part[key]));
            }
            "CmdSubst" => {
                self.spanned("substitution", part);
                self.list(&part["Stmts"]);
            }
            "ProcSubst" => {
                self.spanned("process", part);
                self.list(&part["Stmts"]);
            }
            "ArithmExp" => {
                self.spanned("expansion", part);
                self.inside(&part["X"]);
            }
            _ => {}
        }
    }

    /// What is expanded somewhere inside an expression.
    fn inside(&mut self, node: &Json) {
        match node {
            Json::Array(nodes) => nodes.iter().for_each(|node| self.inside(node)),
            Json::Object(fields) => match fields.get("Parts") {
                Some(parts) => self.parts(parts),
                None => fields.values().for_each(|node| self.inside(node)),
            },
            _ => {}
        }
    }
}

/// The commands that are joined by the same operators, and the places and operators of these.
fn flatten<'j>(command: &'j Json, pipe: bool, elements: &mut Vec<&'j Json>, fact: &mut String) {
    for side in ["X", "Y"] {
        let statement = &command[side];
        let inner = &statement["Cmd"];
        let same = inner["Type"] == "BinaryCmd"
            && (inner["Op"].as_u64() >= Some(12)) == pipe
            && statement["Negated"] != true
            && statement["Redirs"].is_null();
        if side == "Y" {
            let sign = if command["Op"] == 10 { "&&" } else { "||" };
            fact.push_str(&format!(" {sign} "));
        }
        if same {
            flatten(inner, pipe, elements, fact);
        } else {
            fact.push_str(&start(statement).to_string());
            elements.push(statement);
        }
    }
}
