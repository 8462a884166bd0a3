//! Logging commands of Azure Pipelines.
//! <https://learn.microsoft.com/en-us/azure/devops/pipelines/scripts/logging-commands>

use super::{Format, clean_text};
use crate::diagnostic::Severity;
use crate::report::told::Told;
use crate::report::{Findings, record};

pub(super) static FORMAT: Format = Format::whole_run("azure", "issues of Azure Pipelines", write);

fn write(findings: &Findings) -> Vec<u8> {
    let told = findings.told();
    let lines = told.iter().map(issue).chain(findings.errors.iter().map(error));
    lines.map(|line| line + "\n").collect::<String>().into_bytes()
}

/// Azure knows nothing milder than a warning.
fn issue(told: &Told<'_>) -> String {
    let kind = if told.severity == Severity::Error { "error" } else { "warning" };
    let at = told.start.at;
    let path = property(&told.start.path.path);
    let (rule, message) = (property(told.rule), message(&told.message_and_help()));
    format!(
        "##vso[task.logissue type={kind};sourcepath={path};linenumber={};columnnumber={};code={rule};]{message}",
        at.line, at.column
    )
}

fn error(error: &record::Error) -> String {
    let path = property(&error.path.path);
    format!("##vso[task.logissue type=error;sourcepath={path};]{}", message(&error.message))
}

fn message(text: &str) -> String {
    clean_text(text).replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(text).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::{message, property};

    #[test]
    fn what_would_end_a_property_is_escaped() {
        assert_eq!(property("a;b]c%d\ne\u{1b}"), "a%3Bb%5Dc%AZP25d%0Ae\u{fffd}");
        assert_eq!(message("50%; [x]"), "50%AZP25; [x]");
    }
}
