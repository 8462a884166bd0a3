//! Scripts in a checkout on Windows: git gives their lines other ends than those with which they will run.

use std::sync::Arc;

use crate::fix::Fixed;
use crate::text::{Document, SourceMap};

/// Whether line ends of Windows may be the work of git.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineEnds {
    /// They stand in the script.
    Own,
    /// Where all lines have them, git has put them there.
    OfCheckout,
}

impl LineEnds {
    /// On the system that the program was built for.
    pub const HERE: Self = if cfg!(windows) { Self::OfCheckout } else { Self::Own };

    /// The script that a file holds, as it will run.
    pub fn script(self, path: String, bytes: &Arc<[u8]>) -> Document {
        let other = match self {
            Self::Own => None,
            Self::OfCheckout => Document::of_windows(&*path, bytes),
        };
        other.unwrap_or_else(|| Document::script(path, Arc::clone(bytes)))
    }
}

/// Whether a script's lines end otherwise in its file.
pub fn ends_otherwise(document: &Document) -> bool {
    document.host.is_none() && document.map != SourceMap::Identity
}

/// What was fixed, with the line ends that the file had.
pub fn restored(document: &Document, mut fixed: Fixed) -> Fixed {
    if !ends_otherwise(document) {
        return fixed;
    }
    fixed.text = fixed
        .text
        .iter()
        .flat_map(|byte| if *byte == b'\n' { &b"\r\n"[..] } else { std::slice::from_ref(byte) })
        .copied()
        .collect();
    if let (Some(own), Some(after)) =
        (fixed.report.documents.first_mut(), Document::of_windows(&document.path, &fixed.text))
    {
        *own = Arc::new(after);
    }
    fixed
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{LineEnds, ends_otherwise, restored};
    use crate::check::{NoSources, Selection, Settings, analyse, check};
    use crate::diagnostic::Applicability;
    use crate::fix::fix;
    use crate::report::{Checked, Colour, pictures};
    use crate::rules::ALL;
    use crate::text::Document;

    const STORY: &str = "#!/bin/bash\r\npg_dump a | gzip > a.gz\r\nif true; then\r\n  rm a\r\nfi\r\n";

    fn script(ends: LineEnds, text: &str) -> Document {
        ends.script("a.sh".to_owned(), &text.as_bytes().into())
    }

    fn rules(document: &Document) -> (Vec<&'static str>, usize) {
        let rules = Selection::of(ALL.iter().map(|rule| rule.id));
        let settings = Settings { rules, ..Settings::default() };
        let report = check(&Arc::new(document.clone()), &settings, &NoSources);
        (report.findings.iter().map(|finding| finding.rule.0).collect(), report.not_checked.len())
    }

    #[test]
    fn the_line_ends_of_a_checkout_are_no_finding() {
        let (here, unread) = rules(&script(LineEnds::OfCheckout, STORY));
        assert!(here.contains(&"unchecked-pipeline") && !here.contains(&"carriage-return"), "{here:?}");
        assert_eq!(unread, 0);
        let (own, _) = rules(&script(LineEnds::Own, STORY));
        assert_eq!(own.iter().filter(|rule| **rule == "carriage-return").count(), 1, "{own:?}");
    }

    #[test]
    fn what_only_some_lines_have_is_the_scripts_own() {
        for text in ["#!/bin/sh\r\ncp a b\n", "cp a b\n", "cp a b\r", "cp a\rb\r\n", ""] {
            assert!(!ends_otherwise(&script(LineEnds::OfCheckout, text)), "{text:?}");
        }
    }

    #[test]
    fn places_are_those_in_the_file() {
        let document = Arc::new(script(LineEnds::OfCheckout, STORY));
        let report = check(&document, &Settings::default(), &NoSources);
        let found = report.findings.iter().find(|finding| finding.rule.0 == "unchecked-pipeline").unwrap();
        let place = document.map.span(found.primary.span);
        assert_eq!(&STORY[place.range()], "pg_dump a | gzip > a.gz");
        let checked = Checked { path: "a.sh".into(), bytes: STORY.as_bytes().into(), report };
        let picture = String::from_utf8(pictures(&checked, Colour::Off)).unwrap();
        assert!(picture.contains("a.sh:2:1"), "{picture}");
    }

    #[test]
    fn a_fix_keeps_the_line_ends() {
        let document = Arc::new(script(LineEnds::OfCheckout, STORY));
        let plain = fix(&document, &Settings::default(), &NoSources, Applicability::Safe);
        assert!(!plain.applied.is_empty());
        let lines = plain.text.clone();
        let fixed = restored(&document, plain);
        assert_eq!(String::from_utf8(fixed.text.clone()).unwrap().replace("\r\n", "\n").into_bytes(), lines);
        assert!(!fixed.text.windows(2).any(|pair| pair[1] == b'\n' && pair[0] != b'\r'));
        assert_eq!(*fixed.report.documents[0].text, *lines);
        let again = analyse(
            &Arc::new(Document::of_windows("a.sh", &fixed.text).unwrap()),
            &Settings::default(),
            &NoSources,
        );
        assert_eq!(again.findings.len(), fixed.report.findings.len());
    }
}
