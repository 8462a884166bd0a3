//! Every external command that a script under test calls: one program under many names.
//!
//! It notes the call, fails when the plan says so, and else has the small effect that the scripts rely on, never
//! outside the scratch directory. A file of the plan is a list of `kind TAB glob TAB …`; see `plan` in `mod.rs`.
//! The harness compiles this file by itself with `rustc`, so it uses std only.

mod glob;

use std::env;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, exit};

use glob::matches;

const READERS: &[&str] = &[
    "age",
    "awk",
    "bzip2",
    "cat",
    "column",
    "cut",
    "gpg",
    "grep",
    "gunzip",
    "gzip",
    "head",
    "jq",
    "mail",
    "mysql",
    "openssl",
    "patch",
    "psql",
    "pv",
    "sed",
    "sha256sum",
    "sort",
    "ssh",
    "tail",
    "tee",
    "tr",
    "uniq",
    "wc",
    "xargs",
    "xz",
    "zstd",
];
const SINKS: &[&str] = &["mail", "mysql", "patch", "psql", "ssh", "xargs"];

fn main() {
    let mut argv = env::args_os().map(|a| a.to_string_lossy().into_owned());
    let name = argv.next().unwrap_or_default();
    let name = name.rsplit('/').next().unwrap_or("").to_owned();
    let call = Call { line: String::new(), name, args: argv.collect(), root: variable("STUB_ROOT").into() };
    call.run()
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| {
        eprintln!("stub: {name} is not set");
        exit(99)
    })
}

struct Call {
    name: String,
    args: Vec<String>,
    line: String,
    root: PathBuf,
}

impl Call {
    fn run(mut self) -> ! {
        self.line = self.text();
        let input = self.input();
        let plan = Plan::read();
        let failing = plan.failure(&self.line);
        note(&self.line, &input, if failing.is_some() { "failed" } else { "done" });
        end_the_endless();
        if let Some(status) = failing {
            eprintln!("{}: this call fails as planned", self.name);
            exit(status);
        }
        if let Some(text) = plan.find("print", &self.line) {
            say(unescape(&text[2]).as_bytes());
            self.effect(&input, &mut Vec::new());
        } else {
            let mut out = Vec::new();
            let status = self.effect(&input, &mut out);
            say(&out);
            if status != 0 {
                exit(status);
            }
        }
        exit(plan.find("answer", &self.line).map_or(0, |answer| answer[2].parse().unwrap_or(99)))
    }

    /// The call as it is logged: words joined by blanks, the scratch directory written as `~`.
    fn text(&self) -> String {
        let words = std::iter::once(&self.name).chain(&self.args);
        let quoted: Vec<String> = words.map(|w| if w.is_empty() { "''".into() } else { escape(w) }).collect();
        quoted.join(" ").replace(&*self.root.to_string_lossy(), "~")
    }

    fn operands(&self) -> Vec<&str> {
        self.args.iter().map(String::as_str).filter(|a| !a.starts_with('-') || *a == "-").collect()
    }

    fn option(&self, name: &str) -> Option<&str> {
        let at = self.args.iter().position(|a| a == name)?;
        self.args.get(at + 1).map(String::as_str)
    }

    fn has(&self, word: &str) -> bool {
        self.args.iter().any(|a| a == word)
    }

    /// What comes in, read to its end before the call is noted, so that the log of a pipeline has one order.
    fn input(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for operand in self.args.iter().filter(|a| a.starts_with("/dev/fd/") && self.name != "tee") {
            bytes.extend(fs::read(operand).unwrap_or_default());
        }
        let asks_for_it =
            self.args.iter().any(|a| matches!(a.as_str(), "-" | "@-" | "--password-stdin" | "/dev/stdin"));
        let names_a_file = self.operands().iter().any(|a| Path::new(a).is_file());
        let reads = READERS.contains(&&*self.name) && (!names_a_file || self.name == "tee");
        let deaf = self.name == "ssh" && self.has("-n");
        if (asks_for_it || reads) && !deaf && stdin_is_data() {
            let _ = std::io::stdin().read_to_end(&mut bytes);
        }
        bytes
    }

    fn inside(&self, path: &str) -> Option<PathBuf> {
        let path = Path::new(path);
        let whole = if path.is_absolute() { path.to_owned() } else { env::current_dir().ok()?.join(path) };
        let climbs = whole.components().any(|c| c.as_os_str() == "..");
        (whole.starts_with(&self.root) && !climbs).then_some(whole)
    }

    fn put(&self, path: &str, bytes: &[u8]) {
        if let Some(path) = self.inside(path) {
            let _ = File::create(path).and_then(|mut f| f.write_all(bytes));
        }
    }

    /// Does the work; gives the status.
    fn effect(&self, input: &[u8], out: &mut Vec<u8>) -> i32 {
        let operands = self.operands();
        let last = operands.last().copied().unwrap_or("");
        match &*self.name {
            "sudo" | "env" | "timeout" | "nice" | "ionice" | "nohup" | "setsid" | "chronic" | "flock" => {
                return self.wrapped();
            }
            "ssh" | "su" | "docker" if env::var_os("STUB_FAR").is_some() => return self.far(input),
            "xargs" => return self.xargs(input),
            "find" => return self.find(),
            "cp" | "install" | "mv" => self.copy(&operands),
            "rm" | "rmdir" => operands.iter().filter_map(|p| self.inside(p)).for_each(|p| remove(&p)),
            "mkdir" => {
                operands.iter().filter_map(|p| self.inside(p)).for_each(|p| drop(fs::create_dir_all(p)))
            }
            "touch" => operands.iter().for_each(|p| self.touch(p)),
            "ln" => self.link(&operands),
            "mktemp" => self.mktemp(out),
            "tee" => {
                operands.iter().filter(|p| !p.starts_with("/dev/fd")).for_each(|p| self.put(p, input));
                operands.iter().filter(|p| p.starts_with("/dev/fd")).for_each(|p| {
                    let _ = OpenOptions::new().write(true).open(p).and_then(|mut f| f.write_all(input));
                });
                out.extend(input);
            }
            "tar" | "zip" if self.args.first().is_some_and(|a| !a.contains(['x', 't'])) => {
                match operands.first() {
                    Some(&"-") | None => out.extend(b"archive\n"),
                    Some(path) => self.put(path, b"archive\n"),
                }
            }
            "gzip" | "bzip2" | "xz" | "zstd"
                if !operands.is_empty() && !self.has("-t") && !self.has("-c") =>
            {
                operands.iter().for_each(|p| self.squeeze(p));
            }
            "date" => out.extend(self.date().bytes().chain(*b"\n")),
            "basename" => {
                let base = operands[0].trim_end_matches('/').rsplit('/').next().unwrap_or("");
                let base = operands.get(1).and_then(|s| base.strip_suffix(s)).unwrap_or(base);
                out.extend(format!("{base}\n").bytes());
            }
            "dirname" => out.extend(last.rsplit_once('/').map_or(".", |(d, _)| d).bytes().chain(*b"\n")),
            "seq" => (1..=last.parse().unwrap_or(0)).for_each(|n: u32| out.extend(format!("{n}\n").bytes())),
            "hostname" => out.extend(b"host1\n"),
            "nproc" => out.extend(b"2\n"),
            "ls" => self.list(&operands, out),
            "wc" => {
                let text = self.contents(input);
                out.extend(format!("{}\n", text.iter().filter(|b| **b == b'\n').count()).bytes());
            }
            "head" => {
                out.extend(self.contents(input).split_inclusive(|b| *b == b'\n').next().unwrap_or_default())
            }
            "grep" if self.args.iter().any(|a| a.starts_with("-q") || *a == "-iq" || *a == "-Fxq") => {}
            "psql" | "mysql" | "gzip" | "gpg" if self.has("-t") => {}
            "pg_dump" | "mysqldump" | "pg_dumpall" | "curl" | "wget" => self.produce(out),
            "gpg" | "openssl" | "age" | "sort" | "sqlite3" => match self.output() {
                Some(path) => self.put(path, &self.contents(input)),
                None => out.extend(self.contents(input)),
            },
            "aws" if operands.get(1) == Some(&"cp") && !last.contains("://") => self.put(last, b"object\n"),
            name if READERS.contains(&name) && !SINKS.contains(&name) && !self.has("-i") => {
                out.extend(self.contents(input))
            }
            _ => {}
        }
        0
    }

    fn output(&self) -> Option<&str> {
        let long = self.args.iter().find_map(|a| a.strip_prefix("--file=").or(a.strip_prefix("--output=")));
        let short = ["-o", "-O", "-out", "--output", "-f", "-fsSLo", "-fsSo", "-fLo", "-sSo", "-qO"];
        let is_f = |o: &str| o != "-f" || self.name.starts_with("pg_dump");
        long.or_else(|| short.iter().filter(|o| is_f(o)).find_map(|o| self.option(o))).filter(|p| *p != "-")
    }

    fn produce(&self, out: &mut Vec<u8>) {
        let text = format!("data of {}\n", self.name);
        match self.output() {
            Some("/dev/null") => {}
            Some(path) => self.put(path, text.as_bytes()),
            None => out.extend(text.bytes()),
        }
    }

    /// The bytes of the operands that are files, else what came in.
    fn contents(&self, input: &[u8]) -> Vec<u8> {
        let files: Vec<&str> = self.operands().into_iter().filter(|p| Path::new(p).is_file()).collect();
        if files.is_empty() {
            input.to_vec()
        } else {
            files.iter().flat_map(|p| fs::read(p).unwrap_or_default()).collect()
        }
    }

    fn copy(&self, operands: &[&str]) {
        let Some((target, sources)) = operands.split_last() else { return };
        let Some(target) = self.inside(target) else { return };
        for source in sources {
            let base = source.trim_end_matches('/').rsplit('/').next().unwrap_or("");
            let to = if target.is_dir() { target.join(base) } else { target.clone() };
            if self.name == "mv" {
                let _ = self.inside(source).map(|from| fs::rename(from, to));
            } else if Path::new(source).is_dir() {
                let _ = fs::create_dir_all(to);
            } else {
                let _ = fs::copy(source, to);
            }
        }
    }

    fn touch(&self, path: &str) {
        if let Some(path) = self.inside(path) {
            let _ = OpenOptions::new().create(true).append(true).open(path);
        }
    }

    fn link(&self, operands: &[&str]) {
        if let [target, name] = operands
            && let Some(path) = self.inside(name)
        {
            let _ = fs::remove_file(&path);
            let _ = symlink(target, path);
        }
    }

    fn squeeze(&self, path: &str) {
        let end = match &*self.name {
            "gzip" => "gz",
            "bzip2" => "bz2",
            "xz" => "xz",
            _ => "zst",
        };
        if let Some(from) = self.inside(path) {
            let _ = fs::rename(from, self.root.join(format!("{path}.{end}")));
        }
    }

    fn mktemp(&self, out: &mut Vec<u8>) {
        for n in 1.. {
            let path = self.root.join(format!("tmp.{n}"));
            let made = if self.has("-d") { fs::create_dir(&path) } else { File::create_new(&path).map(drop) };
            if made.is_ok() {
                out.extend(format!("{}\n", path.display()).bytes());
                return;
            }
        }
    }

    fn date(&self) -> String {
        let format = self.args.iter().find_map(|a| a.strip_prefix('+')).unwrap_or("%F %T");
        let fields = [
            ("%F", "2024-03-09"),
            ("%T", "12:34:56"),
            ("%Y", "2024"),
            ("%m", "03"),
            ("%d", "09"),
            ("%H", "12"),
            ("%M", "34"),
            ("%S", "56"),
            ("%s", "1709987696"),
            ("%u", "6"),
            ("%a", "Sat"),
        ];
        fields.iter().fold(format.to_owned(), |text, (field, value)| text.replace(field, value))
    }

    fn list(&self, operands: &[&str], out: &mut Vec<u8>) {
        let mut names = Vec::new();
        for operand in if operands.is_empty() { &["."] } else { operands } {
            match fs::read_dir(operand) {
                Ok(entries) => {
                    names.extend(entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()))
                }
                Err(_) => names.push((*operand).to_owned()),
            }
        }
        names.sort();
        names.iter().for_each(|n| out.extend(format!("{n}\n").bytes()));
    }

    /// Runs what the words after the wrapper's own options name.
    fn wrapped(&self) -> i32 {
        let mut words = self.args.iter().peekable();
        while let Some(word) = words.peek().copied() {
            let takes_value = matches!(word.as_str(), "-u" | "-n" | "-c" | "-k" | "-w" | "-E");
            if !word.starts_with('-') && !(self.name == "env" && word.contains('=')) {
                break;
            }
            words.next();
            if takes_value
                && !(word.as_str() == "-n" && matches!(&*self.name, "sudo" | "flock"))
                && word.as_str() != "-E"
            {
                words.next();
            }
        }
        if matches!(&*self.name, "timeout" | "flock") {
            words.next();
        }
        let words: Vec<&String> = words.collect();
        match words.split_first() {
            Some((command, rest)) => spawn(command, rest.iter().map(|w| w.as_str())),
            None => 0,
        }
    }

    /// Runs what another host, user or container is to run: its words, or a script that it is fed.
    fn far(&self, input: &[u8]) -> i32 {
        let words = match &*self.name {
            "ssh" => self.operands().get(1..).unwrap_or_default().join(" "),
            "su" => self.option("-c").unwrap_or_default().to_owned(),
            _ => {
                let Some(at) = self.args.iter().position(|word| word == "sh") else { return 0 };
                let rest: Vec<&str> = self.args[at + 1..].iter().map(String::as_str).collect();
                return fed("/bin/sh", &rest, input);
            }
        };
        if words.is_empty() { fed("/bin/sh", &[], input) } else { fed("/bin/sh", &["-c", &words], input) }
    }

    fn xargs(&self, input: &[u8]) -> i32 {
        let text = String::from_utf8_lossy(input).replace('\0', "\n");
        let items: Vec<&str> = text.split_whitespace().collect();
        let mut at = 0;
        let mut width = items.len().max(1);
        let mut hole = None;
        while let Some(word) = self.args.get(at).filter(|w| w.starts_with('-')) {
            match word.as_str() {
                "-n" | "-P" | "-I" => {
                    at += 1;
                    let value = &self.args[at];
                    if word == "-n" {
                        width = value.parse().unwrap_or(1)
                    }
                    if word == "-I" {
                        (hole, width) = (Some(value.as_str()), 1)
                    }
                }
                "-n1" | "-L1" => width = 1,
                _ => {}
            }
            at += 1;
        }
        let skip = items.is_empty() && self.args.iter().any(|a| a.starts_with('-') && a.contains('r'));
        let Some((command, fixed)) = self.args[at..].split_first().filter(|_| !skip) else { return 0 };
        let groups = if items.is_empty() { vec![&items[..]] } else { items.chunks(width).collect() };
        let failed = groups.into_iter().filter(|group| match hole {
            Some(hole) => spawn(command, fixed.iter().map(|w| w.replace(hole, group[0]))) != 0,
            None => spawn(command, fixed.iter().map(String::as_str).chain(group.iter().copied())) != 0,
        });
        if failed.count() > 0 { 123 } else { 0 }
    }

    fn find(&self) -> i32 {
        let Some(at) = self.args.iter().position(|a| a == "-exec") else { return 0 };
        let Some(len) = self.args[at..].iter().position(|a| a == ";" || a == "+") else { return 1 };
        let words = &self.args[at + 1..at + len];
        let found = "found.old";
        let status = spawn(&words[0], words[1..].iter().map(|w| w.replace("{}", found)));
        if self.args[at + len] == "+" && status != 0 { 1 } else { 0 }
    }
}

fn spawn<S: AsRef<std::ffi::OsStr>>(command: &str, args: impl Iterator<Item = S>) -> i32 {
    Command::new(command).args(args).status().ok().and_then(|s| s.code()).unwrap_or(127)
}

/// Runs a command on what came in, or on what is still to come.
fn fed(command: &str, args: &[&str], input: &[u8]) -> i32 {
    if input.is_empty() {
        return spawn(command, args.iter());
    }
    let child = Command::new(command).args(args).stdin(Stdio::piped()).spawn();
    let status = child.and_then(|mut child| {
        child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(input))?;
        child.wait()
    });
    status.ok().and_then(|status| status.code()).unwrap_or(127)
}

fn remove(path: &Path) {
    let _ =
        if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
}

fn say(bytes: &[u8]) {
    let mut out = std::io::stdout();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

fn stdin_is_data() -> bool {
    fs::metadata("/dev/stdin").is_ok_and(|m| !m.file_type().is_char_device())
}

/// How many calls a script makes at most; one that makes more has no end, and is ended.
const MOST: usize = 500;

fn end_the_endless() {
    let log = fs::read_to_string(variable("STUB_LOG")).unwrap_or_default();
    if log.lines().count() > MOST {
        let kill = format!("kill -KILL {}", std::os::unix::process::parent_id());
        let _ = Command::new("/bin/sh").args(["-c", &kill]).status();
    }
}

/// One write to a file opened for appending, so that calls at the same time do not mix.
fn note(line: &str, input: &[u8], end: &str) {
    let text = format!("{line}\t{}\t{end}\n", escape(&String::from_utf8_lossy(input)));
    let log = OpenOptions::new().append(true).create(true).open(variable("STUB_LOG"));
    if log.and_then(|mut f| f.write_all(text.as_bytes())).is_err() {
        exit(99);
    }
}

struct Plan(Vec<Vec<String>>);

impl Plan {
    fn read() -> Self {
        let text = fs::read_to_string(variable("STUB_PLAN")).unwrap_or_else(|_| exit(99));
        Self(text.lines().map(|l| l.split('\t').map(str::to_owned).collect()).collect())
    }

    fn find(&self, kind: &str, line: &str) -> Option<&Vec<String>> {
        self.0.iter().find(|entry| entry[0] == kind && matches(&entry[1], line))
    }

    fn failure(&self, line: &str) -> Option<i32> {
        let entry = self.find("fail", line)?;
        let wanted: usize = entry[3].parse().ok()?;
        let log = fs::read_to_string(variable("STUB_LOG")).unwrap_or_default();
        let before =
            log.lines().filter_map(|l| l.split('\t').next()).filter(|l| matches(&entry[1], l)).count();
        (wanted == 0 || wanted == before + 1).then(|| entry[2].parse().unwrap_or(1))
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('\t', "\\t")
}

fn unescape(text: &str) -> String {
    text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")
}
