//! Random access to entries of archives: a compressed entry is unpacked once more, to memory or to a nameless
//! temporary file, for readers of many sources at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::bundle::Bundle;
use crate::content::Content;
use crate::limits::Need;
use crate::problem::{Problem, advice_for, is_ours};
use crate::spool::Spool;

/// Sources that share a temporary file: few files, and enough of them for all cores.
const TOGETHER: usize = 64;

impl Bundle {
    /// Makes all sources that `wanted` selects readable from any position. Returns the problems; a source with a
    /// problem keeps the bytes that could be unpacked.
    pub fn stage(&mut self, wanted: &(dyn Fn(usize) -> bool + Sync)) -> Vec<Problem> {
        let packed: Vec<usize> = (0..self.sources.len())
            .filter(|index| !self.sources[*index].can_seek() && wanted(*index))
            .collect();
        let chunks: Vec<&[usize]> = packed.chunks(TOGETHER).collect();
        let staged = self.in_waves(&chunks, |indexes| self.need(indexes), |indexes| self.stage_some(indexes));
        let mut broken = Vec::new();
        for (index, content) in staged.into_iter().flat_map(|staged| {
            broken.extend(staged.broken);
            staged.contents
        }) {
            if let Some(source) = self.sources.get_mut(index) {
                source.size = content.size();
                source.content = content;
            }
        }
        self.problems_of(broken)
    }

    /// A problem for each source that was not unpacked as a whole. Those for which there is no room are one problem.
    fn problems_of(&self, broken: Vec<(usize, String)>) -> Vec<Problem> {
        let (mut problems, mut without_room) = (Vec::new(), BTreeMap::new());
        for (index, error) in broken {
            let Some(source) = self.sources.get(index) else { continue };
            if is_ours(&error) {
                without_room.entry(error).or_insert((&source.path, 0u64)).1 += 1;
            } else {
                let advice = advice_for(&error);
                problems.push(Problem::new(&*source.path, format!("breaks off: {error}"), advice));
            }
        }
        problems.extend(without_room.into_iter().map(|(error, (first, count))| {
            let what = match count - 1 {
                0 => format!("breaks off: {error}"),
                others => format!("and {others} more sources break off: {error}"),
            };
            Problem::new(&**first, what, advice_for(&error))
        }));
        problems
    }

    /// Bytes that staging some sources needs at most.
    fn need(&self, indexes: &[usize]) -> Need {
        let sources = indexes.iter().filter_map(|index| self.sources.get(*index));
        sources.map(|source| source.content.expansion()).fold(Need::default(), |sum, expansion| Need {
            unpacked: sum.unpacked.saturating_add(expansion.more),
            temporary: sum.temporary.saturating_add(expansion.whole),
        })
    }

    fn stage_some(&self, indexes: &[usize]) -> Staged {
        let mut spool = Spool::of_logs(Arc::clone(&self.budget));
        let mut parts = Vec::new();
        let mut broken = Vec::new();
        for &index in indexes {
            let Some(source) = self.sources.get(index) else { continue };
            let mut place = None;
            let read = source.content.read(&source.path, 0, &mut |stream| {
                let (start, end, error) = spool.add(stream);
                place = Some((start, end));
                error.map_or(Ok(()), Err)
            });
            parts.extend(place.map(|(start, end)| (index, start, end)));
            if let Err(error) = read {
                broken.push((index, error.to_string()));
            }
        }
        let file = spool.finish();
        let part = |(index, start, end): (usize, u64, u64)| {
            let content: Arc<dyn Content> = Arc::new(file.part(start, end - start));
            (index, content)
        };
        Staged { contents: parts.into_iter().map(part).collect(), broken }
    }
}

/// Result of staging some sources.
struct Staged {
    contents: Vec<(usize, Arc<dyn Content>)>,
    /// Sources that were not unpacked as a whole, and why.
    broken: Vec<(usize, String)>,
}
