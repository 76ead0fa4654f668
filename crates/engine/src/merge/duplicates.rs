//! [`Duplicates`]: recognizes events that are in two files of a server.
//!
//! Events of one moment come source by source, so for each message two numbers are enough: how often an earlier file has
//! it, and how often this file has it up to now. Input that has millions of different messages in one moment is compared
//! up to a limit; the number of events beyond it is in the summary.

use std::collections::HashMap;

use spoglight_model::analysis::SourceFacts;
use spoglight_source::SourceId;

use super::batch::RenderedEvent;

/// Different messages of one moment that are remembered: 28 MB.
const MOST: usize = 800_000;

/// Recognizes events that are in two files of a server.
pub(super) struct Duplicates {
    /// Number of the server of each source; `None` if the source is the only one of its server.
    hosts: Vec<Option<u32>>,
    when: i64,
    /// Events of that moment, by hash and server. Hashed with a random key: messages are untrusted input.
    seen: HashMap<(u64, u32), Seen>,
    most: usize,
    /// Events that were not compared, because their moment has too many.
    pub(super) unchecked: u64,
}

/// How often sources have a message.
struct Seen {
    /// Most that a source before the last one has.
    before: u32,
    /// The last source that has it.
    last: SourceId,
    /// How often that has it.
    count: u32,
}

impl Duplicates {
    pub(super) fn new(sources: &[SourceFacts]) -> Duplicates {
        Duplicates::within(MOST, sources.iter().map(|facts| facts.host.as_deref()))
    }

    /// For sources of these servers; at most so many messages of one moment are remembered.
    fn within<'h>(most: usize, names: impl Iterator<Item = Option<&'h str>>) -> Duplicates {
        let mut known: HashMap<Option<&str>, u32> = HashMap::new();
        let mut numbers = Vec::new();
        let mut counts: Vec<u32> = Vec::new();
        for name in names {
            let number = *known.entry(name).or_insert(counts.len() as u32);
            match counts.get_mut(number as usize) {
                Some(count) => *count += 1,
                None => counts.push(1),
            }
            numbers.push(number);
        }
        let is_alone = |number: u32| counts.get(number as usize) == Some(&1);
        let hosts = numbers.into_iter().map(|number| (!is_alone(number)).then_some(number)).collect();
        Duplicates { hosts, when: 0, seen: HashMap::new(), most, unchecked: 0 }
    }

    /// Counts an event. Returns true if another file had it before.
    pub(super) fn holds(&mut self, event: &RenderedEvent) -> bool {
        let source = event.key.source;
        if event.key.when != self.when {
            self.when = event.key.when;
            self.seen.clear();
        }
        let Some(host) = self.hosts.get(source.index()).copied().flatten() else { return false };
        let key = (event.hash, host);
        if let Some(seen) = self.seen.get_mut(&key) {
            if seen.last != source {
                *seen = Seen { before: seen.before.max(seen.count), last: source, count: 0 };
            }
            seen.count += 1;
            // the same twice in one file is twice
            return seen.before >= seen.count;
        }
        if self.seen.len() < self.most {
            self.seen.insert(key, Seen { before: 0, last: source, count: 1 });
        } else {
            self.unchecked += 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::Key;
    use super::*;
    use crate::placement::PlacementFlags;
    use spoglight_parsers::Level;

    fn event(when: i64, source: usize, hash: u64) -> RenderedEvent {
        let key = Key { when, source: SourceId::new(source), block: 0, mark: 0 };
        let flags = PlacementFlags::default();
        RenderedEvent { key, moment: None, end: 0, hash, level: Level::None, flags }
    }

    #[test]
    fn a_message_is_hidden_as_often_as_another_file_has_it() {
        let hosts = [Some("a"), Some("a"), Some("b"), Some("a"), None];
        let mut once = Duplicates::within(10, hosts.into_iter());
        let mut holds = |when, source, hash| once.holds(&event(when, source, hash));
        assert_eq!([holds(1, 0, 7), holds(1, 0, 7)], [false, false]);
        assert_eq!([holds(1, 1, 7), holds(1, 1, 7), holds(1, 1, 7)], [true, true, false]);
        assert!(!holds(1, 2, 7), "another server");
        assert_eq!([0, 1, 2, 3].map(|_| holds(1, 3, 7)), [true, true, true, false]);
        assert!(!holds(1, 3, 8), "another message");
        assert!(!holds(2, 3, 7), "another moment");
    }

    #[test]
    fn what_is_beyond_the_limit_is_counted() {
        let mut once = Duplicates::within(2, [Some("a"), Some("a"), Some("b")].into_iter());
        let mut holds = |source, hash| once.holds(&event(1, source, hash));
        assert_eq!([holds(0, 1), holds(0, 2), holds(0, 3)], [false; 3]);
        assert_eq!([holds(1, 1), holds(1, 2), holds(1, 3)], [true, true, false]);
        // the only file of its server cannot have a duplicate in another
        assert!(!holds(2, 4));
        assert_eq!(once.unchecked, 2);
    }
}
