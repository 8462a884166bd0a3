//! By what a script tells that all went well, from `rules/claims.toml`.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

/// What tells success: words, functions, addresses, files.
#[derive(Clone, Debug)]
pub struct Claims {
    success: Phrases,
    work: Phrases,
    after_work: FxHashSet<String>,
    failure: Phrases,
    none: FxHashSet<String>,
    shrugs: Phrases,
    excuses: Phrases,
    takes_back: Phrases,
    takes_back_before: Phrases,
    lists: Entries,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entries {
    success: Vec<String>,
    work: Vec<String>,
    after_work: FxHashSet<String>,
    marks: Vec<String>,
    failure: Vec<String>,
    failure_marks: Vec<String>,
    none: FxHashSet<String>,
    shrugs: Vec<String>,
    excuses: Vec<String>,
    takes_back: Vec<String>,
    takes_back_before: Vec<String>,
    log_functions: FxHashSet<String>,
    log_prefixes: Vec<String>,
    log_suffixes: Vec<String>,
    not_log_functions: FxHashSet<String>,
    ping_urls: Vec<String>,
    ping_urls_of_other_news: Vec<String>,
    marker_suffixes: Vec<String>,
    marker_names: FxHashSet<String>,
}

/// What turns an excuse into its opposite: `must not ignore errors`.
const DENIALS: [&str; 6] = ["not", "never", "don't", "cannot", "can't", "be"];

/// Words in a row, such as `backed up`.
#[derive(Clone, Debug)]
struct Phrases {
    phrases: FxHashSet<String>,
    /// How many words the longest has.
    longest: usize,
}

impl Phrases {
    fn new(written: &[String]) -> Self {
        let phrases: Vec<Vec<String>> = written.iter().map(|phrase| words(phrase)).collect();
        let longest = phrases.iter().map(Vec::len).max().unwrap_or(0);
        Self { phrases: phrases.iter().map(|phrase| phrase.join(" ")).collect(), longest }
    }

    /// How many words the phrase has that begins at `start`; 0 when none does.
    fn length_at(&self, words: &[String], start: usize) -> usize {
        let fits = |length: &usize| {
            words.get(start..start + length).is_some_and(|row| self.phrases.contains(row.join(" ").as_str()))
        };
        (1..=self.longest).rev().find(fits).unwrap_or(0)
    }

    fn places<'a>(&'a self, words: &'a [String]) -> impl Iterator<Item = (usize, usize)> + 'a {
        (0..words.len()).map(|start| (start, self.length_at(words, start))).filter(|(_, length)| *length > 0)
    }
}

impl Claims {
    /// The lists that are built in.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Claims> = LazyLock::new(|| {
            let text = include_str!("../../../rules/claims.toml");
            let lists: Entries = toml::from_str(text).expect("a test parses the built-in table");
            Claims::new(lists)
        });
        &BUILTIN
    }

    fn new(lists: Entries) -> Self {
        Self {
            success: Phrases::new(&lists.success),
            work: Phrases::new(&lists.work),
            after_work: lists.after_work.clone(),
            failure: Phrases::new(&lists.failure),
            none: lists.none.clone(),
            shrugs: Phrases::new(&lists.shrugs),
            excuses: Phrases::new(&lists.excuses),
            takes_back: Phrases::new(&lists.takes_back),
            takes_back_before: Phrases::new(&lists.takes_back_before),
            lists,
        }
    }

    /// These lists with some more functions that print a message, and more words that say success; what holds no letter,
    /// such as `🚀`, says it anywhere in a text.
    #[must_use]
    pub fn with(&self, log_functions: &[String], success: &[String]) -> Self {
        let mut lists = self.lists.clone();
        for function in log_functions.iter().map(|name| name.to_lowercase()) {
            lists.not_log_functions.remove(&function);
            lists.log_functions.insert(function);
        }
        for phrase in success.iter().map(|phrase| phrase.to_lowercase()) {
            match words(&phrase).join(" ") {
                none if none.is_empty() => lists.marks.push(phrase),
                words => lists.success.push(words),
            }
        }
        Self::new(lists)
    }

    /// Whether a reader of this message would take it that the work is done. The text is the message with its quotes
    /// gone and a space for every expansion.
    pub fn claims_success(&self, text: &str) -> bool {
        let text = lowered(text);
        if contains_any(&text, &self.lists.failure_marks) || self.tells_failure(&words(&text)) {
            return false;
        }
        sentences(&text).any(|(sentence, asks)| !asks && self.sentence_claims(sentence))
    }

    /// Whether a reader of this message would take it that something has failed, and that this matters.
    pub fn claims_failure(&self, text: &str) -> bool {
        let text = lowered(text);
        let words = words(&text);
        let tells = contains_any(&text, &self.lists.failure_marks) || self.tells_failure(&words);
        tells && self.shrugs.places(&words).next().is_none()
    }

    /// Whether a message says that nothing comes of it: something is left out, or as it should be.
    pub fn shrugs(&self, text: &str) -> bool {
        self.shrugs.places(&words(&lowered(text))).next().is_some()
    }

    /// Whether a comment says of what stands beside it that it may fail, or of what follows that it runs all the same.
    pub fn excuses_failure(&self, comment: &str) -> bool {
        let words = words(&lowered(comment));
        let mut places = self.excuses.places(&words);
        places.any(|(start, _)| start == 0 || !DENIALS.contains(&words[start - 1].as_str()))
    }

    fn tells_failure(&self, words: &[String]) -> bool {
        self.failure.places(words).any(|(start, length)| {
            let denied = start > 0 && self.none.contains(&words[start - 1]);
            // `errors: 0`
            let counted = words.get(start + length).is_some_and(|next| self.none.contains(next));
            !denied && !counted
        })
    }

    fn sentence_claims(&self, sentence: &str) -> bool {
        let words = words(sentence);
        if self.takes_back.places(&words).next().is_some() {
            return false;
        }
        let denied_from = self.denied_from(&words);
        let work = self.work.places(&words).filter(|&place| self.is_work_done(sentence, &words, place));
        let first = self.success.places(&words).chain(work).map(|(start, _)| start).min();
        match first {
            Some(start) => denied_from.is_none_or(|denied| start <= denied),
            None => denied_from.is_none() && contains_any(sentence, &self.lists.marks),
        }
    }

    /// The first word that takes back what is said behind it.
    fn denied_from(&self, words: &[String]) -> Option<usize> {
        // `no errors`, `0 failed`, `errors: 0` take nothing back.
        let denies_failure = |start: usize, length: usize| {
            let before =
                start.checked_sub(1).is_some_and(|before| self.failure.length_at(words, before) == 1);
            self.none.contains(&words[start]) && (before || self.failure.length_at(words, start + length) > 0)
        };
        let mut places = self.takes_back_before.places(words);
        places.find(|&(start, length)| !denies_failure(start, length)).map(|(start, _)| start)
    }

    /// `Installed packages:` heads a list, `the saved games` describes; `Installed nginx`, `nginx installed` tell.
    fn is_work_done(&self, sentence: &str, words: &[String], (start, length): (usize, usize)) -> bool {
        if sentence.trim_end().ends_with(':') {
            return false;
        }
        let next = words.get(start + length);
        start == 0 || next.is_none_or(|next| self.after_work.contains(next))
    }

    /// Whether a function or command of this name prints a message, as far as the name tells.
    pub fn is_log_function(&self, name: &str) -> bool {
        let name = name.to_lowercase();
        let lists = &self.lists;
        !lists.not_log_functions.contains(&name)
            && (lists.log_functions.contains(&name)
                || lists.log_prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
                || lists.log_suffixes.iter().any(|suffix| name.ends_with(suffix.as_str())))
    }

    /// Whether a request to this address tells a monitor that the job ran; not so where it tells of a failure or a
    /// beginning.
    pub fn is_ping_url(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let address = text.trim_end_matches('/');
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let other_news = |news: &String| path.ends_with(news.as_str()) || query.contains(news.as_str());
        contains_any(&text, &self.lists.ping_urls)
            && !self.lists.ping_urls_of_other_news.iter().any(other_news)
    }

    /// Whether a file of this name tells that the job was done.
    pub fn is_marker_path(&self, text: &str) -> bool {
        let path = text.to_lowercase();
        let name = path.rsplit('/').next().unwrap_or_default();
        let bare = name.trim_start_matches('.');
        self.lists.marker_names.contains(bare)
            || self.lists.marker_suffixes.iter().any(|suffix| name.ends_with(suffix.as_str()))
    }
}

fn contains_any(text: &str, wanted: &[String]) -> bool {
    wanted.iter().any(|word| text.contains(word.as_str()))
}

/// A text in small letters, with one kind of apostrophe.
fn lowered(text: &str) -> String {
    text.to_lowercase().replace('’', "'")
}

/// Letters, digits and apostrophes in a row; names such as `installed_packages` and `key=` are one word each.
fn words(text: &str) -> Vec<String> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '\'' | '_' | '=');
    text.split(|letter| !is_part(letter))
        .map(|word| word.trim_matches('\''))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The sentences of `text`, and for each whether it asks. A full stop ends one only before a space or the end, so
/// that `backup.tar` stays whole; `...` ends one too.
fn sentences(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = end_of_sentence(rest);
        let (sentence, behind) = rest.split_at(end);
        rest = behind;
        Some((sentence.trim_end_matches(['.', '!', ';', '\n']), sentence.trim_end().ends_with('?')))
    })
}

fn end_of_sentence(text: &str) -> usize {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let before_space = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        if matches!(letter, ';' | '\n' | '。' | '！' | '？')
            || matches!(letter, '.' | '!' | '?') && before_space
        {
            return at + letter.len_utf8();
        }
    }
    text.len()
}
