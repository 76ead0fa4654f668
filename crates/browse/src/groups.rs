//! Groups of messages that are equal but for numbers, ids and the like.

use std::collections::BTreeMap;

use rayon::prelude::*;
use spoglight_parsers::Level;

use super::event_id::EventId;
use super::index::EventIndex;
use super::view::View;
use spoglight_model::analysis::SourceFacts;

/// Different groups that are kept in one part of the work; further messages are only counted.
const MOST: usize = 20_000;

/// Messages with one template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateGroup {
    /// Their template.
    pub shape: Vec<u8>,
    /// Number of messages.
    pub count: u64,
    /// The most severe level of them.
    pub level: Level,
    /// The first of them, by number.
    pub first: EventId,
    /// The last.
    pub last: EventId,
    /// Text of the first.
    pub example: String,
}

/// Groups, and the messages in none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TemplateGroups {
    /// Most frequent first.
    pub groups: Vec<TemplateGroup>,
    /// Messages in none of the groups that are kept.
    pub others: u64,
}

/// Groups what is shown, most frequent first. `None` if it was cancelled.
pub fn group(
    index: &EventIndex<'_>,
    facts: &[SourceFacts],
    view: &View,
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Option<TemplateGroups> {
    // by number, so that adjacent events are read together
    let mut numbers = view.numbers().to_vec();
    numbers.par_sort_unstable();
    let pieces: Vec<(BTreeMap<Vec<u8>, TemplateGroup>, u64)> = numbers
        .par_chunks(16 << 10)
        .map(|numbers| {
            let (mut groups, mut others) = (BTreeMap::<Vec<u8>, TemplateGroup>::new(), 0);
            if is_cancelled() {
                return (groups, others);
            }
            index.read_all(facts, numbers, &mut |number, entry| {
                let shape = entry.template();
                let is_full = groups.len() >= MOST;
                match groups.get_mut(&shape) {
                    Some(group) => group.add(entry.level, number, number, index, 1),
                    None if !is_full => {
                        let (example, _) = entry.summary(false);
                        let level = entry.level;
                        let group = TemplateGroup {
                            shape: shape.clone(),
                            count: 1,
                            level,
                            first: number,
                            last: number,
                            example,
                        };
                        groups.insert(shape, group);
                    }
                    None => others += 1,
                }
            });
            (groups, others)
        })
        .collect();
    if is_cancelled() {
        return None;
    }
    let mut all: BTreeMap<Vec<u8>, TemplateGroup> = BTreeMap::new();
    let others = pieces.iter().map(|(_, others)| others).sum();
    for (shape, group) in pieces.into_iter().flat_map(|(groups, _)| groups) {
        match all.get_mut(&shape) {
            Some(known) => {
                if index.key(group.first) < index.key(known.first) {
                    known.example.clone_from(&group.example);
                }
                known.add(group.level, group.first, group.last, index, group.count);
            }
            None => drop(all.insert(shape, group)),
        }
    }
    let mut groups: Vec<TemplateGroup> = all.into_values().collect();
    groups.sort_by(|one, other| (other.count, &one.shape).cmp(&(one.count, &other.shape)));
    Some(TemplateGroups { groups, others })
}

impl TemplateGroup {
    fn add(&mut self, level: Level, first: EventId, last: EventId, index: &EventIndex<'_>, count: u64) {
        self.count += count;
        if level.index() < self.level.index() {
            self.level = level;
        }
        if index.key(first) < index.key(self.first) {
            self.first = first;
        }
        if index.key(last) > index.key(self.last) {
            self.last = last;
        }
    }
}
