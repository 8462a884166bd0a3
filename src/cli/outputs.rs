//! The formats of a run, and where each goes.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use super::Outcome;
use super::output::{Output, error};
use crate::files::shown;
use crate::report::formats::{self, Aside, DrawScript, Format, Way, WriteRun};
use crate::report::{Checked, Colour, Findings, clean_word};
use crate::text::nearest;

/// A format and where it goes: `FORMAT` or `FORMAT=FILE`.
#[derive(Clone)]
pub struct Destination {
    pub format: &'static Format,
    /// Standard output without one.
    pub file: Option<PathBuf>,
}

impl Destination {
    fn new(format: &str, file: Option<&str>) -> Result<Self, String> {
        let format = formats::find(format).ok_or_else(|| unknown(format))?;
        Ok(Self { format, file: file.map(PathBuf::from) })
    }

    /// Whether it can stand beside a patch or a script on standard output.
    pub fn leaves_output_alone(&self) -> bool {
        self.file.is_some() || matches!(self.format.way, Way::EachScript(_))
    }
}

impl std::str::FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((_, "")) => Err("no file is named behind the `=`".to_owned()),
            Some((format, file)) => Self::new(format, Some(file)),
            None => Self::new(text, None),
        }
    }
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Destination").field("format", &self.format.name).field("file", &self.file).finish()
    }
}

fn unknown(name: &str) -> String {
    let names = formats::ALL.iter().map(|format| format.name);
    let meant = nearest(name, names.clone()).map(|name| format!(", did you mean `{name}`?"));
    format!("there is no format `{name}`{}", meant.unwrap_or_else(|| format!(": {}", list(names))))
}

fn list(names: impl Iterator<Item = &'static str>) -> String {
    names.collect::<Vec<&str>>().join(", ")
}

/// Reads a destination, and knows the names of all formats for the help and for completions.
#[derive(Clone, Debug)]
pub struct DestinationParser;

impl TypedValueParser for DestinationParser {
    type Value = Destination;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<Destination, clap::Error> {
        let parse = |text: &str| text.parse::<Destination>();
        StringValueParser::new().try_map(move |text| parse(&text)).parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue>>> {
        Some(Box::new(formats::ALL.iter().map(|format| PossibleValue::new(format.name).help(format.about))))
    }
}

/// What is written where nobody has asked for a format: what the CI system shows that the program runs in, as its variables tell.
pub fn usual(variable: impl Fn(&str) -> Option<String>) -> Vec<Destination> {
    let is = |name: &str, value: &str| variable(name).as_deref() == Some(value);
    let of =
        |format: &str, file: Option<&str>| Destination::new(format, file).expect("there is such a format");
    if is("GITHUB_ACTIONS", "true") {
        vec![of("github", None)]
    } else if is("TF_BUILD", "True") {
        vec![of("azure", None)]
    } else if is("GITLAB_CI", "true") {
        // GitLab reads no log; it reads the file that a job declares as its report.
        vec![of("text", None), of("gitlab", Some("gl-code-quality-report.json"))]
    } else {
        vec![of("text", None)]
    }
}

/// What the user has asked for, with a file for the one format that has none; an error is a sentence for the user.
pub fn arranged(
    mut destinations: Vec<Destination>,
    file: Option<&Path>,
    read: &[PathBuf],
) -> Result<Vec<Destination>, String> {
    let mut bare: Vec<&mut Destination> =
        destinations.iter_mut().filter(|destination| destination.file.is_none()).collect();
    match (bare.as_mut_slice(), file) {
        ([one], Some(file)) => one.file = Some(file.to_owned()),
        ([], Some(_)) => {
            return Err("--output-file names a file, and so does each format: choose one".to_owned());
        }
        ([] | [_], _) => {}
        _ => {
            return Err("only one format can go to one place: give the others a file, as in \
                        --output-format sarif=report.sarif"
                .to_owned());
        }
    }
    let mut files = BTreeSet::new();
    for file in destinations.iter().filter_map(|destination| destination.file.as_deref()) {
        if !files.insert(file) {
            return Err(format!("two formats go to {}: give each a file of its own", shown(file)));
        }
        if read.iter().any(|path| path == file) {
            return Err(format!("{} is to be read, and cannot be written to as well", shown(file)));
        }
    }
    Ok(destinations)
}

/// Writes the findings of a run.
pub struct Outputs {
    each: Vec<(Output, DrawScript, Colour)>,
    whole: Vec<(Output, WriteRun)>,
    asides: Vec<Aside>,
    /// Kept where something is written at the end.
    findings: Option<Findings>,
}

impl Outputs {
    /// `colour` is for standard output, `in_files` for files.
    pub fn new(destinations: &[Destination], colour: Colour, in_files: Colour) -> Self {
        let mut outputs = Self { each: Vec::new(), whole: Vec::new(), asides: Vec::new(), findings: None };
        for Destination { format, file } in destinations {
            let output = Output::to(file.as_deref());
            match format.way {
                Way::EachScript(draw) => {
                    outputs.each.push((output, draw, if file.is_some() { in_files } else { colour }));
                }
                Way::WholeRun(write) => {
                    outputs.whole.push((output, write));
                    outputs.asides.extend(format.aside);
                    outputs.findings.get_or_insert_default();
                }
            }
        }
        outputs
    }

    /// Takes what was found in a script.
    pub fn script(&mut self, checked: &Checked) {
        for (output, draw, colour) in &mut self.each {
            output.print(&draw(checked, *colour));
        }
        self.keep(checked);
    }

    /// The same where something else has gone to standard output.
    pub fn keep(&mut self, checked: &Checked) {
        if let Some(findings) = &mut self.findings {
            findings.add(checked);
        }
    }

    /// Findings that a baseline took away.
    pub fn baselined(&mut self, number: usize) {
        if let Some(findings) = &mut self.findings {
            findings.baselined(number);
        }
    }

    /// Writes what is written at the end. `errors` are the paths and messages of what could not be done.
    pub fn end<'a>(mut self, errors: impl Iterator<Item = (&'a Path, String)>) -> Outcome {
        if let Some(mut findings) = self.findings.take() {
            errors.for_each(|(path, message)| findings.fail(path, message));
            findings.sort();
            return self.write(&findings);
        }
        self.outcome()
    }

    /// Writes the findings of runs that have ended.
    pub fn write(mut self, findings: &Findings) -> Outcome {
        for (output, write) in &mut self.whole {
            output.print(&write(findings));
        }
        let told = self.asides.iter().map(|aside| tell(aside, findings)).max().unwrap_or(Outcome::Clean);
        self.outcome().max(told)
    }

    fn outcome(&self) -> Outcome {
        let each = self.each.iter().map(|(output, ..)| output.outcome());
        each.chain(self.whole.iter().map(|(output, _)| output.outcome())).max().unwrap_or(Outcome::Clean)
    }
}

/// Adds to the file that a variable names, if it names one.
fn tell(aside: &Aside, findings: &Findings) -> Outcome {
    let Some(path) = std::env::var_os(aside.variable).filter(|path| !path.is_empty()) else {
        return Outcome::Clean;
    };
    let file = OpenOptions::new().append(true).create(true).open(&path);
    match file.and_then(|mut file| file.write_all(&(aside.write)(findings))) {
        Ok(()) => Outcome::Clean,
        Err(cause) => {
            let path = clean_word(&path.to_string_lossy());
            error(&format!("cannot write to {path}, which {} names: {cause}", aside.variable));
            Outcome::Failed
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Destination, arranged, usual};

    fn told(destinations: &[Destination]) -> Vec<String> {
        let one = |it: &Destination| {
            let file = it.file.as_ref().map(|file| format!("={}", file.display()));
            format!("{}{}", it.format.name, file.unwrap_or_default())
        };
        destinations.iter().map(one).collect()
    }

    #[test]
    fn the_ci_system_is_known_by_its_variables() {
        let of = |name: &'static str, value: &'static str| {
            told(&usual(|asked| (asked == name).then(|| value.to_owned())))
        };
        assert_eq!(of("GITHUB_ACTIONS", "true"), ["github"]);
        assert_eq!(of("TF_BUILD", "True"), ["azure"]);
        assert_eq!(of("GITLAB_CI", "true"), ["text", "gitlab=gl-code-quality-report.json"]);
        assert_eq!(of("GITHUB_ACTIONS", "false"), ["text"]);
        assert_eq!(of("CI", "true"), ["text"]);
    }

    #[test]
    fn each_format_has_a_place_of_its_own() {
        let arrange = |words: &[&str], file: Option<&str>| {
            let destinations = words.iter().map(|word| word.parse().unwrap()).collect();
            let read = [PathBuf::from("a.sh")];
            arranged(destinations, file.map(Path::new), &read).map(|it| told(&it))
        };
        assert_eq!(arrange(&["json"], None).unwrap(), ["json"]);
        assert_eq!(arrange(&["json"], Some("x")).unwrap(), ["json=x"]);
        assert_eq!(arrange(&["text", "sarif=r=1"], None).unwrap(), ["text", "sarif=r=1"]);
        assert_eq!(arrange(&["text", "sarif=r"], Some("x")).unwrap(), ["text=x", "sarif=r"]);
        assert!(arrange(&["text", "json"], None).unwrap_err().starts_with("only one format"));
        assert!(arrange(&["text", "json"], Some("x")).unwrap_err().starts_with("only one format"));
        assert!(arrange(&["json=y"], Some("x")).unwrap_err().starts_with("--output-file"));
        assert!(arrange(&["json=y", "html=y"], None).unwrap_err().starts_with("two formats go to y"));
        assert!(arrange(&["json=a.sh"], None).unwrap_err().starts_with("a.sh is to be read"));
    }

    #[test]
    fn a_format_that_is_not_known_is_told_with_the_nearest() {
        let error = |word: &str| word.parse::<Destination>().unwrap_err();
        assert_eq!(error("sarfi"), "there is no format `sarfi`, did you mean `sarif`?");
        assert!(error("xml").starts_with("there is no format `xml`: text, concise, "));
        assert_eq!(error("json="), "no file is named behind the `=`");
    }
}
