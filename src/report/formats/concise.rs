//! One line for each finding, as gcc writes it: editors and many programs know how to read that.

use super::{Format, one_line};
use crate::report::Findings;

pub(super) static FORMAT: Format =
    Format::whole_run("concise", "one line a finding, as gcc writes it", write);

fn write(findings: &Findings) -> Vec<u8> {
    findings.told().iter().map(|told| one_line(told) + "\n").collect::<String>().into_bytes()
}
