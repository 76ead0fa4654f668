//! [`Duplicates`]: recognizes events that are in two files of a server.
//!
//! Events of one moment come source by source, so for each message two numbers are enough: how often an earlier file has
//! it, and how often this file has it up to now. They are in memory, or in a temporary file if the moment has very many
//! messages: those of logs without a known time zone are all of one moment.

use std::collections::HashMap;
use std::io;

use spoglight_model::analysis::SourceFacts;
use spoglight_source::Bundle;

use super::batch::RenderedEvent;
use super::seen::{MessageKey, Seen, SeenTable};

/// Different messages of one moment that are in memory: 33 MB.
const MOST: usize = 800_000;

/// Recognizes events that are in two files of a server.
pub(super) struct Duplicates<'a> {
    bundle: &'a Bundle,
    /// Number of the server of each source; `None` if the source is the only one of its server.
    hosts: Vec<Option<u32>>,
    when: i64,
    /// Messages of that moment. Hashed with a random key: messages are untrusted input.
    seen: HashMap<MessageKey, Seen>,
    /// The same, if they are too many for memory.
    table: Option<SeenTable<'a>>,
    /// Number of messages in memory.
    most: usize,
}

impl<'a> Duplicates<'a> {
    /// For the sources of a bundle.
    pub(super) fn new(bundle: &'a Bundle, sources: &[SourceFacts]) -> Duplicates<'a> {
        Duplicates::within(MOST, bundle, sources.iter().map(|facts| facts.host.as_deref()))
    }

    /// For sources of these servers; at most so many messages of one moment are in memory.
    fn within<'h>(
        most: usize,
        bundle: &'a Bundle,
        names: impl Iterator<Item = Option<&'h str>>,
    ) -> Duplicates<'a> {
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
        Duplicates { bundle, hosts, when: 0, seen: HashMap::new(), table: None, most }
    }

    /// Counts an event. Returns true if another file had it before.
    ///
    /// Fails if a temporary file is needed and cannot be written.
    pub(super) fn holds(&mut self, event: &RenderedEvent) -> io::Result<bool> {
        let source = event.key.source;
        if event.key.when != self.when {
            self.when = event.key.when;
            self.seen.clear();
            self.table = None;
        }
        let Some(host) = self.hosts.get(source.index()).copied().flatten() else { return Ok(false) };
        let key = MessageKey { hash: event.hash, host };
        if self.table.is_none() {
            if let Some(seen) = self.seen.get_mut(&key) {
                return Ok(seen.count(source));
            }
            if self.seen.len() < self.most {
                self.seen.insert(key, Seen::first(source));
                return Ok(false);
            }
            let mut table = SeenTable::new(self.bundle, self.most as u64)?;
            self.seen.drain().try_for_each(|(key, seen)| table.insert(key, seen))?;
            self.table = Some(table);
        }
        self.table.as_mut().map_or(Ok(false), |table| table.count(key, source))
    }
}

#[cfg(test)]
mod tests {
    use super::super::key::Key;
    use super::*;
    use crate::placement::PlacementFlags;
    use proptest::prelude::*;
    use spoglight_parsers::Level;
    use spoglight_source::{Opening, SourceId};

    fn event(when: i64, source: usize, hash: u64) -> RenderedEvent {
        let key = Key { when, source: SourceId::new(source), block: 0, mark: 0 };
        let flags = PlacementFlags::default();
        RenderedEvent { key, moment: None, end: 0, hash, level: Level::None, flags }
    }

    #[test]
    fn a_message_is_hidden_as_often_as_another_file_has_it() {
        let bundle = Bundle::open(&[], &Opening::default());
        let hosts = [Some("a"), Some("a"), Some("b"), Some("a"), None];
        let mut once = Duplicates::within(10, &bundle, hosts.into_iter());
        let mut holds = |when, source, hash| once.holds(&event(when, source, hash)).expect("memory");
        assert_eq!([holds(1, 0, 7), holds(1, 0, 7)], [false, false]);
        assert_eq!([holds(1, 1, 7), holds(1, 1, 7), holds(1, 1, 7)], [true, true, false]);
        assert!(!holds(1, 2, 7), "another server");
        assert_eq!([0, 1, 2, 3].map(|_| holds(1, 3, 7)), [true, true, true, false]);
        assert!(!holds(1, 3, 8), "another message");
        assert!(!holds(2, 3, 7), "another moment");
    }

    proptest! {
        #[test]
        fn the_place_of_the_counts_does_not_matter(
            events in prop::collection::vec((0i64..2, 0usize..4, 0u64..300), 0..1500),
            most in 1usize..50,
        ) {
            let bundle = Bundle::open(&[], &Opening::default());
            let hosts = [Some("a"), Some("a"), Some("b"), Some("b")];
            let mut events = events;
            events.sort_by_key(|(when, source, _)| (*when, *source));
            let held = |most: usize| {
                let mut once = Duplicates::within(most, &bundle, hosts.into_iter());
                let holds = |(when, source, hash): &(i64, usize, u64)| {
                    once.holds(&event(*when, *source, *hash)).expect("a temporary file")
                };
                events.iter().map(holds).collect::<Vec<_>>()
            };
            prop_assert_eq!(held(most), held(usize::MAX));
        }
    }
}
