//! A part of all files, for several machines that share the work.

use std::str::FromStr;

use xxhash_rust::xxh3::xxh3_64;

/// One of several parts; each file is in exactly one, whatever other files there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    index: u64,
    of: u64,
}

impl Shard {
    /// Whether the file at this path, relative to the directory of the run, is in this part.
    pub fn holds(self, path: &str) -> bool {
        xxh3_64(path.as_bytes()) % self.of == self.index
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers =
            text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((index, of)) if (1..=of).contains(&index) => Ok(Self { index: index - 1, of }),
            _ => Err("not of the form 2/8, the second of eight".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn each_path_is_in_one_part_and_stays_there() {
        let shards: Vec<Shard> = (1..=8).map(|index| format!("{index}/8").parse().unwrap()).collect();
        let paths: Vec<String> = (0..1000).map(|number| format!("dir/{number}.sh")).collect();
        for path in &paths {
            assert_eq!(shards.iter().filter(|shard| shard.holds(path)).count(), 1, "{path}");
        }
        for shard in &shards {
            let size = paths.iter().filter(|path| shard.holds(path)).count();
            assert!((90..160).contains(&size), "{size} of 1000");
        }
        // Pinned: a matrix of CI jobs may run different versions.
        assert_eq!(shards.iter().position(|shard| shard.holds("bin/deploy.sh")), Some(PINNED));
    }

    const PINNED: usize = 3;

    #[test]
    fn what_is_no_part_is_told() {
        for bad in ["", "1", "0/8", "9/8", "1/0", "a/b", "1/8/2", "-1/8"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
        }
        assert!("8/8".parse::<Shard>().is_ok());
    }
}
