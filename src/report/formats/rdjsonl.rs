//! reviewdog's diagnostics, one on each line.

use super::{Format, rdjson};
use crate::report::{Findings, json_line};

pub(super) static FORMAT: Format = Format::whole_run("rdjsonl", "the same, a diagnostic a line", write);

fn write(findings: &Findings) -> Vec<u8> {
    rdjson::diagnostics(findings).iter().flat_map(json_line).collect()
}
