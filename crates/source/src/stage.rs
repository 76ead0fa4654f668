//! Random access to entries of archives: a compressed entry is unpacked once more, to memory or to a nameless
//! temporary file, for readers of many sources at once.

use std::sync::Arc;

use crate::bundle::Bundle;
use crate::content::{Content, Spool};
use crate::limits::Need;
use crate::problem::{Problem, advice_for};

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
        let mut problems = Vec::new();
        for (index, content) in staged.into_iter().flat_map(|staged| {
            problems.extend(staged.problem);
            staged.contents
        }) {
            if let Some(source) = self.sources.get_mut(index) {
                source.size = content.size();
                source.content = content;
            }
        }
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
        let mut spool = Spool::new(Arc::clone(&self.budget));
        let mut parts = Vec::new();
        let mut problem = None;
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
                let what = format!("breaks off: {error}");
                let advice = advice_for(&what).to_owned();
                problem.get_or_insert(Problem::new(&source.path, what, advice));
            }
        }
        match spool.finish() {
            Ok(file) => {
                let part = |(index, start, end): (usize, u64, u64)| {
                    let content: Arc<dyn Content> = Arc::new(file.part(start, end - start));
                    (index, content)
                };
                Staged { contents: parts.into_iter().map(part).collect(), problem }
            }
            Err(error) => Staged {
                contents: Vec::new(),
                problem: indexes.first().and_then(|index| self.sources.get(*index)).map(|source| {
                    let what = format!("cannot be unpacked to a temporary file: {error}");
                    Problem::new(&source.path, what, "check the free space on the disk for temporary files")
                }),
            },
        }
    }
}

/// Result of staging some sources.
struct Staged {
    contents: Vec<(usize, Arc<dyn Content>)>,
    problem: Option<Problem>,
}
