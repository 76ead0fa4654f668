//! Messages that are equal but for numbers, ids and the like, and how often each was written.

use std::collections::BTreeMap;

use rayon::prelude::*;
use spoglight_parsers::Level;

use super::index::Index;
use super::view::View;
use spoglight_model::analysis::SourceFacts;

/// Different ones that are told apart in one part of the work; the others are only counted.
const MOST: usize = 20_000;

/// Messages that look alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What they look like.
    pub shape: Vec<u8>,
    /// How many there are.
    pub count: u64,
    /// The gravest level of them.
    pub level: Level,
    /// The first of them, by number.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// What the first says.
    pub example: String,
}

/// Groups, and what is in none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// Most frequent first.
    pub groups: Vec<Group>,
    /// Messages beyond those of so many different ones.
    pub others: u64,
}

/// Groups what is shown, most frequent first. `None` if it was cancelled.
pub fn group(
    index: &Index<'_>,
    facts: &[SourceFacts],
    view: &View,
    is_cancelled: &(dyn Fn() -> bool + Sync),
) -> Option<Groups> {
    // by number, so that what lies together is read together
    let mut numbers = view.numbers().to_vec();
    numbers.par_sort_unstable();
    let pieces: Vec<(BTreeMap<Vec<u8>, Group>, u64)> = numbers
        .par_chunks(16 << 10)
        .map(|numbers| {
            let (mut groups, mut others) = (BTreeMap::<Vec<u8>, Group>::new(), 0);
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
                        let group = Group {
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
    let mut all: BTreeMap<Vec<u8>, Group> = BTreeMap::new();
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
    let mut groups: Vec<Group> = all.into_values().collect();
    groups.sort_by(|one, other| (other.count, &one.shape).cmp(&(one.count, &other.shape)));
    Some(Groups { groups, others })
}

impl Group {
    fn add(&mut self, level: Level, first: u32, last: u32, index: &Index<'_>, count: u64) {
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
