//! [`LevelCounts`]: the messages of a source by level.

use serde::{Serialize, Serializer};
use spoglight_parsers::Level;

/// Messages by level. Most of a hundred thousand files have few messages, all at one level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelCounts(Counts);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Counts {
    /// All at this level.
    One(Level, u64),
    /// By [`Level::index`].
    All(Box<[u64; Level::COUNT]>),
}

impl Default for LevelCounts {
    fn default() -> LevelCounts {
        LevelCounts(Counts::One(Level::default(), 0))
    }
}

impl LevelCounts {
    /// Messages by [`Level::index`].
    pub fn of(counts: &[u64; Level::COUNT]) -> LevelCounts {
        let mut occur = Level::ALL.iter().zip(counts).filter(|(_, count)| **count > 0);
        match (occur.next(), occur.next()) {
            (None, _) => LevelCounts::default(),
            (Some((level, count)), None) => LevelCounts(Counts::One(*level, *count)),
            _ => LevelCounts(Counts::All(Box::new(*counts))),
        }
    }

    /// Messages at a level.
    pub fn count(&self, level: Level) -> u64 {
        match &self.0 {
            Counts::One(only, count) if *only == level => *count,
            Counts::One(..) => 0,
            Counts::All(counts) => counts.get(level.index()).copied().unwrap_or(0),
        }
    }

    /// Messages at some levels together.
    pub fn sum(&self, levels: &[Level]) -> u64 {
        levels.iter().map(|level| self.count(*level)).sum()
    }

    /// The levels that occur, most severe first.
    pub fn iter(&self) -> impl Iterator<Item = Level> {
        Level::ALL.iter().copied().filter(|level| self.count(*level) > 0)
    }
}

impl Serialize for LevelCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|level| (level.name(), self.count(level))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_level_takes_as_little_as_none() {
        assert_eq!(size_of::<LevelCounts>(), 16);
        let mut counts = [0; Level::COUNT];
        assert_eq!(LevelCounts::of(&counts), LevelCounts::default());
        assert_eq!(LevelCounts::default().iter().count(), 0);
        counts[Level::Warn.index()] = 7;
        let one = LevelCounts::of(&counts);
        assert!(matches!(one.0, Counts::One(Level::Warn, 7)));
        assert_eq!((one.count(Level::Warn), one.count(Level::Info)), (7, 0));
        counts[Level::Error.index()] = 2;
        let two = LevelCounts::of(&counts);
        assert_eq!(two.iter().collect::<Vec<_>>(), [Level::Error, Level::Warn]);
        assert_eq!((two.sum(&[Level::Error, Level::Warn]), two.count(Level::Fatal)), (9, 0));
    }
}
