//! What careful people write is left alone by every rule, those in preview among them.
#![cfg(test)]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lint_scripts::check::{NoSources, Selection, Settings, check};
use lint_scripts::rules::ALL;
use lint_scripts::text::{Document, LineIndex};

#[test]
fn idioms_stay_quiet() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/idioms");
    let mut paths: Vec<_> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= 30, "the idioms were not found: {paths:?}");
    let rules = Selection::of(ALL.iter().map(|rule| rule.id));
    let settings = Settings { rules, ..Settings::default() };
    let mut said = Vec::new();
    for path in paths {
        let text = fs::read(&path).unwrap();
        let lines = LineIndex::new(&text);
        let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().display().to_string();
        let report = check(&Arc::new(Document::script(&*name, text)), &settings, &NoSources);
        assert!(report.not_checked.is_empty(), "{name}: {:?}", report.not_checked);
        said.extend(report.findings.iter().map(|finding| {
            format!(
                "{name}:{}: [{}] {}",
                lines.line(finding.primary.span.start),
                finding.rule,
                finding.message
            )
        }));
    }
    assert!(said.is_empty(), "{}", said.join("\n"));
}
