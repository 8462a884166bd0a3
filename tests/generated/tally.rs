//! Counts how the answers for many scripts differ from what the shells do.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::answers::{Kind, answers};
use super::bench::{Bench, Seen};
use super::script::Script;
use super::shell::Shell;
use super::writer::script;

/// How often a script is made smaller before it is shown.
const SHRINKS: usize = 80;

/// How many patterns are named in the summary.
const NAMED: usize = 25;

/// What the answers come to.
#[derive(Default)]
pub struct Tally {
    scripts: usize,
    /// Those that some run does not come to the end of: nothing is compared.
    endless: usize,
    faults: usize,
    /// Scripts that show one wrong answer each.
    pub wrong: Vec<String>,
    vague: usize,
    effects: usize,
    idle: usize,
    /// By the pattern in which the failing command stands: how many answers are vague, how many effects idle.
    by_pattern: BTreeMap<&'static str, (usize, usize)>,
}

/// How the answers for one script differ from the shell, by call; `None` where the script does not end.
fn differences(script: &Script, bench: &Bench) -> Option<BTreeMap<String, Vec<(Kind, String)>>> {
    let said = answers(script);
    let seen = seen(script, bench)?;
    let of = |call: &str, seen| match said.get(call) {
        Some(said) => said.differences(seen),
        None => vec![(Kind::Wrong, "no entry".to_owned())],
    };
    Some(seen.iter().map(|(call, seen)| (call.clone(), of(call, seen))).collect())
}

/// What happens in all shells that the script is for.
fn seen(script: &Script, bench: &Bench) -> Option<BTreeMap<String, Seen>> {
    let mut all: BTreeMap<String, Seen> = BTreeMap::new();
    for shell in script.shell.stands_for() {
        let script = Script { shell: *shell, ..script.clone() };
        for (call, seen) in bench.faults(&script)? {
            all.entry(call).or_default().add_all(seen);
        }
    }
    Some(all)
}

/// The smallest script in which the same is found of the same call.
fn shrunk(script: &Script, call: &str, found: &(Kind, String), bench: &Bench) -> Script {
    // Which effects are missing, or too many, changes with what is taken out.
    let head = |text: &str| text.split(':').next().unwrap_or_default().to_owned();
    let is_same = |other: &(Kind, String)| other.0 == found.0 && head(&other.1) == head(&found.1);
    let still = |smaller: &Script| {
        let found = differences(smaller, bench);
        found.as_ref().and_then(|all| all.get(call)).is_some_and(|all| all.iter().any(&is_same))
    };
    let mut smallest = script.clone();
    for _ in 0..SHRINKS {
        match smallest.smaller().into_iter().find(&still) {
            Some(smaller) => smallest = smaller,
            None => break,
        }
    }
    smallest
}

/// Which right answers are shown, too.
fn is_shown(kind: Kind) -> bool {
    let wanted = std::env::var("LINT_SCRIPTS_SHOW").unwrap_or_default();
    kind == Kind::Wrong || wanted == format!("{kind:?}").to_ascii_lowercase()
}

impl Tally {
    pub fn and(mut self, other: Self) -> Self {
        self.scripts += other.scripts;
        self.endless += other.endless;
        self.faults += other.faults;
        self.wrong.extend(other.wrong);
        self.vague += other.vague;
        self.effects += other.effects;
        self.idle += other.idle;
        for (pattern, (vague, idle)) in other.by_pattern {
            let own = self.by_pattern.entry(pattern).or_default();
            own.0 += vague;
            own.1 += idle;
        }
        self
    }

    pub fn look_at(&mut self, seed: u64, shell: Shell, bench: &Bench) {
        let whole = script(seed, shell);
        let said = answers(&whole);
        self.scripts += 1;
        let mut is_wrong = false;
        let Some(differences) = differences(&whole, bench) else {
            self.endless += 1;
            return;
        };
        for (call, differences) in differences {
            self.faults += 1;
            self.effects += said.get(&call).map_or(0, |said| said.effects.len());
            for found in differences {
                self.count(&whole, &call, &found);
                // One wrong answer of a script is enough.
                if is_shown(found.0) && !(found.0 == Kind::Wrong && std::mem::replace(&mut is_wrong, true)) {
                    self.show(seed, &whole, &call, &found, bench);
                }
            }
        }
    }

    fn count(&mut self, script: &Script, call: &str, found: &(Kind, String)) {
        let pattern =
            self.by_pattern.entry(script.origins.get(call).copied().unwrap_or_default()).or_default();
        match found.0 {
            Kind::Wrong => {}
            Kind::Vague => {
                self.vague += 1;
                pattern.0 += 1;
            }
            Kind::Idle => {
                let count = found.1.matches("\", \"").count() + 1;
                self.idle += count;
                pattern.1 += count;
            }
        }
    }

    fn show(&mut self, seed: u64, whole: &Script, call: &str, found: &(Kind, String), bench: &Bench) {
        let smallest = shrunk(whole, call, found, bench);
        let told = format!("{:?}: seed {seed}: {call}: {}\n{}", found.0, found.1, smallest.shown());
        println!("{told}");
        if found.0 == Kind::Wrong {
            // What was taken out may have been what matters: a script can be wrong for more than one reason.
            println!("The whole of seed {seed}:\n{}", whole.shown());
            self.wrong.push(told);
        }
    }

    /// The figures, and the patterns behind them.
    pub fn summary(&self) -> String {
        // In hundredths of a percent.
        let share = |part: usize, whole: usize| {
            let share = 10_000 * part / whole.max(1);
            format!("{}.{:02} %", share / 100, share % 100)
        };
        let mut text = format!(
            "{} scripts, of which {} do not end, {} faults, {} scripts with wrong answers\n{} vague ({})\n{} effects listed, {} idle ({})\n",
            self.scripts,
            self.endless,
            self.faults,
            self.wrong.len(),
            self.vague,
            share(self.vague, self.faults),
            self.effects,
            self.idle,
            share(self.idle, self.effects),
        );
        let mut patterns: Vec<_> = self.by_pattern.iter().filter(|(_, counts)| **counts != (0, 0)).collect();
        patterns.sort_by_key(|(_, (vague, idle))| std::cmp::Reverse(vague + idle));
        for (pattern, (vague, idle)) in patterns.into_iter().take(NAMED) {
            writeln!(text, "{vague:5} vague {idle:5} idle  {}", pattern.replace('\n', " ⏎ "))
                .expect("a String takes all that is written to it");
        }
        text
    }
}
