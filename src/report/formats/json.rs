//! One JSON document, version 1: all that there is to know.

use super::Format;
use crate::report::json_line;

pub(super) static FORMAT: Format = Format::whole_run("json", "one document with all that is known", json_line);
