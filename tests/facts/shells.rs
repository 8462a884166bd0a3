//! Runs a snippet in a real shell.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use super::table::Seen;

/// A shell of the table.
pub struct Shell {
    /// Its name in the table.
    pub name: &'static str,
    pub start: &'static [&'static str],
    /// The first line of a script for it.
    pub first_line: &'static str,
    /// Some systems have it as `sh`.
    pub is_sh: bool,
}

/// The shells whose failures the engine follows. zsh is in the table, and no dialect.
pub const SHELLS: [Shell; 6] = [
    Shell { name: "bash", start: &["bash", "--norc"], first_line: "#!/bin/bash", is_sh: false },
    Shell {
        name: "bash-posix",
        start: &["bash", "--posix", "--norc"],
        first_line: "#!/bin/bash --posix",
        is_sh: true,
    },
    Shell { name: "dash", start: &["dash"], first_line: "#!/bin/dash", is_sh: true },
    Shell { name: "busybox", start: &["busybox", "sh"], first_line: "#!/bin/busybox sh", is_sh: true },
    Shell { name: "ksh", start: &["ksh"], first_line: "#!/bin/ksh", is_sh: false },
    Shell { name: "mksh", start: &["mksh"], first_line: "#!/bin/mksh", is_sh: false },
];

/// Options by their names in the table.
const OPTIONS: [(&str, &[&str]); 10] = [
    ("errexit", &["-e"]),
    ("nounset", &["-u"]),
    ("errtrace", &["-E"]),
    ("functrace", &["-T"]),
    ("noclobber", &["-C"]),
    ("pipefail", &["-o", "pipefail"]),
    ("inherit_errexit", &["-O", "inherit_errexit"]),
    ("lastpipe", &["-O", "lastpipe"]),
    ("failglob", &["-O", "failglob"]),
    ("nullglob", &["-O", "nullglob"]),
];

/// The commands on PATH, beside those of the system. `fault` is the command of a question that fails: see the module
/// `question`; `dropdb` stands for `mark` there.
const STUBS: [(&str, &str); 9] = [
    ("fail", "exit 3"),
    ("fail4", "exit 4"),
    ("ok", "exit 0"),
    ("mark", "printf '%s ' \"$*\" >>\"$MARKS\""),
    ("killself", "kill -9 $$"),
    ("termself", "kill -TERM $$"),
    ("self", "exec $SELF \"$@\""),
    ("fault", "echo FAILED >>\"$MARKS\"; exit 3"),
    ("dropdb", "echo \"$1\" >>\"$MARKS\""),
];

const TIMEOUT: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(1);

/// A directory with the stubs.
pub struct Bench {
    folder: PathBuf,
}

impl Shell {
    pub fn is_present(&self) -> bool {
        Command::new(self.start[0])
            .args(["-c", ":"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok()
    }
}

impl Bench {
    pub fn new(folder: &Path) -> Self {
        let bin = folder.join("bin");
        fs::create_dir(&bin).unwrap();
        for (name, body) in STUBS {
            let path = bin.join(name);
            fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self { folder: folder.to_owned() }
    }

    /// Runs `text`, and hands the directory in which it ran to `look` before it is removed.
    pub fn run<T>(
        &self,
        shell: &Shell,
        options: &[String],
        text: &str,
        look: impl FnOnce(&Path, Seen) -> T,
    ) -> T {
        let scratch = tempfile::tempdir_in(&self.folder).unwrap();
        let folder = scratch.path().join("w");
        fs::create_dir(&folder).unwrap();
        let file = |name: &str| scratch.path().join(name);
        fs::write(file("marks"), "").unwrap();
        fs::write(file("script"), text).unwrap();
        let flag = |name: &String| OPTIONS.iter().find(|(known, _)| known == name).expect("an option").1;
        // A shell cannot trap what was ignored when it started (POSIX 2.15, trap), under nohup for one.
        let mut child = Command::new("env")
            .arg("--default-signal")
            .args(shell.start)
            .args(options.iter().flat_map(flag))
            .arg(file("script"))
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", self.bin().display()))
            .env("HOME", &folder)
            .env("LC_ALL", "C")
            .env("MARKS", file("marks"))
            .env("SELF", shell.start.join(" "))
            .env("TMPDIR", scratch.path())
            .env("TERM", "dumb")
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(File::create(file("out")).unwrap())
            .stderr(File::create(file("err")).unwrap())
            .process_group(0)
            .spawn()
            .unwrap();
        let group = child.id();
        let status = ended(&mut child).map_or("timeout".to_owned(), said);
        end_group(group);
        let seen = Seen {
            status,
            speaks: fs::metadata(file("err")).unwrap().len() > 0,
            marks: fs::read_to_string(file("marks")).unwrap().trim().to_owned(),
        };
        look(&folder, seen)
    }

    fn bin(&self) -> PathBuf {
        self.folder.join("bin")
    }
}

/// How the shell ended; `None` when it was still running after the time that a snippet may take.
fn ended(child: &mut Child) -> Option<ExitStatus> {
    let pauses = TIMEOUT.as_millis() / PAUSE.as_millis();
    for _ in 0..pauses {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status);
        }
        std::thread::sleep(PAUSE);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

/// Ends what a snippet has left in the background.
fn end_group(group: u32) {
    let group = format!("-{group}");
    let _ = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
}

fn said(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => code.to_string(),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "unknown".to_owned(),
    }
}
