//! [`Batch`]: rendered events of a slice of time, and the order in which they go out.

use std::collections::BTreeMap;
use std::io;

use rayon::prelude::*;
use spoglight_model::analysis::SourceFacts;
use spoglight_parsers::Level;
use spoglight_source::SourceId;
use spoglight_time::Timestamp;

use super::request::{MergeSink, MergedEvent, Summary};
use crate::placement::PlacementFlags;

/// Rendered events of one block.
pub(super) struct MergedBlock {
    pub(super) source: SourceId,
    pub(super) keys: Vec<Key>,
    pub(super) text: Vec<u8>,
}

/// One event of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pub(super) when: i64,
    pub(super) moment: Option<Timestamp>,
    /// Position in the file, in bytes.
    pub(super) offset: u64,
    /// End of its text in the text of the block.
    pub(super) end: usize,
    pub(super) level: Level,
    pub(super) flags: PlacementFlags,
    /// Hash of its bytes, if duplicates are hidden.
    pub(super) hash: u64,
}

/// Events of a slice of time.
pub(super) struct Batch {
    blocks: Vec<MergedBlock>,
    /// Block and key, in the order of time; `None` if they go out in the order of the blocks.
    order: Option<Vec<(u32, u32)>>,
}

impl Batch {
    /// Events that go out in the order of time; of equal moments in the order of sources, then of lines.
    pub(super) fn by_time(blocks: Vec<MergedBlock>) -> Batch {
        let mut order: Vec<(i64, SourceId, u64, u32, u32)> = Vec::new();
        for (number, block) in blocks.iter().enumerate() {
            let keys = block.keys.iter().enumerate();
            order
                .extend(keys.map(|(at, key)| (key.when, block.source, key.offset, number as u32, at as u32)));
        }
        order.par_sort_unstable();
        let order = order.into_iter().map(|(.., block, key)| (block, key)).collect();
        Batch { blocks, order: Some(order) }
    }

    /// Events that go out in the order of the blocks.
    pub(super) fn as_read(blocks: Vec<MergedBlock>) -> Batch {
        Batch { blocks, order: None }
    }

    /// Hands all events to `sink` and counts them. With `once`, duplicates are left out.
    pub(super) fn hand_out(
        &self,
        mut once: Option<&mut Duplicates>,
        summary: &mut Summary,
        sink: MergeSink<'_>,
    ) -> io::Result<()> {
        let by_time = self
            .order
            .as_ref()
            .map(|order| order.iter().map(|(block, key)| (*block as usize, *key as usize)));
        let as_read = self.blocks.iter().enumerate().filter(|_| self.order.is_none());
        let as_read = as_read.flat_map(|(number, block)| (0..block.keys.len()).map(move |key| (number, key)));
        for (number, at) in by_time.into_iter().flatten().chain(as_read) {
            let block = self.blocks.get(number).expect("the order is of these blocks");
            let key = block.keys.get(at).expect("the order is of the keys of its block");
            if once.as_mut().is_some_and(|once| once.holds(block.source, key)) {
                summary.repeated += 1;
                continue;
            }
            let start =
                at.checked_sub(1).and_then(|before| block.keys.get(before)).map_or(0, |before| before.end);
            let event = MergedEvent { moment: key.moment, source: block.source, level: key.level };
            summary.events += 1;
            summary.unplaced += u64::from(!key.moment.is_some_and(Timestamp::is_utc));
            summary.late += u64::from(key.flags.late);
            summary.skipped += u64::from(key.flags.skipped);
            sink(&event, block.text.get(start..key.end).unwrap_or_default())?;
        }
        Ok(())
    }
}

/// Recognizes events that are in two files of a server.
pub(super) struct Duplicates {
    /// Number of the server of each source.
    hosts: Vec<usize>,
    when: i64,
    /// Events of that moment, by server and hash: how often each source has them.
    seen: BTreeMap<(usize, u64), BTreeMap<SourceId, u32>>,
}

impl Duplicates {
    pub(super) fn new(sources: &[SourceFacts]) -> Duplicates {
        let mut known: BTreeMap<Option<&str>, usize> = BTreeMap::new();
        let mut hosts = Vec::with_capacity(sources.len());
        for facts in sources {
            let next = known.len();
            hosts.push(*known.entry(facts.host.as_deref()).or_insert(next));
        }
        Duplicates { hosts, when: 0, seen: BTreeMap::new() }
    }

    /// Counts an event. Returns true if another file had it before.
    fn holds(&mut self, source: SourceId, key: &Key) -> bool {
        if key.when != self.when {
            self.when = key.when;
            self.seen.clear();
        }
        let host = self.hosts.get(source.index()).copied().expect("every source has a host number");
        let counts = self.seen.entry((host, key.hash)).or_default();
        let mine = counts.get(&source).copied().unwrap_or(0) + 1;
        let others = counts.iter().filter(|(other, _)| **other != source).map(|(_, count)| *count).max();
        counts.insert(source, mine);
        // the same twice in one file is twice
        others.is_some_and(|others| others >= mine)
    }
}
