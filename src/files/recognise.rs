//! Which files are shell scripts: by the ending of the name, or by the `#!` line.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Linux reads 256 bytes of a `#!` line (BINPRM_BUF_SIZE); no other system reads more that matters here.
const FIRST_LINE: u64 = 256;

/// Whether the file at `path`, found in a directory, is a script for one of the shells that are modelled.
///
/// # Errors
/// When a file that has to be looked into cannot be read.
pub fn is_script(path: &Path) -> io::Result<bool> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match ending {
        "sh" | "bash" | "dash" | "ash" | "ksh" | "mksh" => {
            Ok(interpreter(&first_line(path)?) != Interpreter::Other)
        }
        "bats" | "zsh" => Ok(false),
        _ => Ok(interpreter(&first_line(path)?) == Interpreter::Shell),
    }
}

fn first_line(path: &Path) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?.take(FIRST_LINE).read_to_end(&mut start)?;
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    Ok(line.to_vec())
}

/// What a file's first line says of its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interpreter {
    /// One of the shells that are modelled.
    Shell,
    /// Some other program.
    Other,
    /// There is no `#!` line.
    Unnamed,
}

fn interpreter(line: &[u8]) -> Interpreter {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    let Some(command) = line.strip_prefix(b"#!") else { return Interpreter::Unnamed };
    let command = String::from_utf8_lossy(command);
    let words: Vec<&str> = command.split_whitespace().collect();
    if runs_shell(&words) { Interpreter::Shell } else { Interpreter::Other }
}

fn runs_shell(words: &[&str]) -> bool {
    let [program, arguments @ ..] = words else { return false };
    match base(program) {
        "env" => runs_shell(&behind_env(arguments)),
        "busybox" => arguments.first().is_some_and(|applet| matches!(*applet, "sh" | "ash")),
        name => is_shell(name),
    }
}

fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The command that `env` runs: options and assignments left out (coreutils, "env invocation").
fn behind_env<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    let mut rest = arguments.iter().copied();
    while let Some(word) = rest.next() {
        if let Some(glued) = word.strip_prefix("--split-string=").or_else(|| glued_split(word)) {
            return std::iter::once(glued).chain(rest).collect();
        }
        match word {
            "-u" | "-C" | "--unset" | "--chdir" => _ = rest.next(),
            _ if word.starts_with('-') || word.contains('=') => {}
            _ => return std::iter::once(word).chain(rest).collect(),
        }
    }
    Vec::new()
}

/// `-Sbash`, `-vSbash`
fn glued_split(word: &str) -> Option<&str> {
    let (flags, command) = word.strip_prefix('-')?.split_once('S')?;
    (flags.chars().all(|flag| matches!(flag, 'i' | 'v')) && !command.is_empty()).then_some(command)
}

fn is_shell(name: &str) -> bool {
    let version = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
    matches!(name, "sh" | "ash" | "dash" | "mksh" | "lksh" | "pdksh" | "rbash")
        || name.starts_with("ksh")
        || name.strip_prefix("bash").is_some_and(version)
}

#[cfg(test)]
mod tests {
    use super::{Interpreter, interpreter};

    #[test]
    fn a_first_line_names_the_shell() {
        let cases = [
            ("#!/bin/sh", Interpreter::Shell),
            ("#!/bin/bash -eu", Interpreter::Shell),
            ("#! /bin/dash\r", Interpreter::Shell),
            ("#!/usr/bin/env bash", Interpreter::Shell),
            ("#!/usr/bin/env -S bash -e", Interpreter::Shell),
            ("#!/usr/bin/env -Sbash -e", Interpreter::Shell),
            ("#!/usr/bin/env -i PATH=/bin sh", Interpreter::Shell),
            ("#!/usr/bin/env -u HOME ksh", Interpreter::Shell),
            ("#!/usr/bin/ksh93", Interpreter::Shell),
            ("#!/bin/mksh", Interpreter::Shell),
            ("#!/usr/local/bin/bash-5.2", Interpreter::Shell),
            ("#!/bin/busybox ash", Interpreter::Shell),
            ("#!/bin/busybox sh -e", Interpreter::Shell),
            ("\u{feff}#!/bin/sh", Interpreter::Shell),
            ("#!/bin/busybox awk -f", Interpreter::Other),
            ("#!/bin/zsh", Interpreter::Other),
            ("#!/usr/bin/env bats", Interpreter::Other),
            ("#!/usr/bin/env python3", Interpreter::Other),
            ("#!/usr/bin/env", Interpreter::Other),
            ("#!/usr/bin/bashful", Interpreter::Other),
            ("#!", Interpreter::Other),
            ("echo hello", Interpreter::Unnamed),
            ("", Interpreter::Unnamed),
        ];
        for (line, expected) in cases {
            assert_eq!(interpreter(line.as_bytes()), expected, "{line}");
        }
    }
}
