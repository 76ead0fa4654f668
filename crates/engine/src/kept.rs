//! [`Kept`]: the limit for what all sources together keep of single messages, so that memory does not grow with their
//! number. Counts are exact whatever is kept.
//!
//! If the sources keep too much, each of them gives up the later half: of the hits of each signature, and of the
//! different errors that no signature recognizes. So the result depends on the sources alone, not on the threads or on
//! the order in which segments end. Texts of evidence are given up source by source, because they can be read again. Of
//! identifiers, those with the smaller hashes stay, so that all sources keep the same. If the lists of files leave less
//! memory than all this takes, there is less of each.

use spoglight_source::Problem;

use crate::ids::KEPT as KEPT_IDS;
use crate::scanned::ScannedSource;
use crate::tally::{HitMap, KEPT_HITS, Tally};
use crate::unrecognized::KEPT;

/// Hits of all sources that are kept one by one, with about 300 bytes each.
const HITS: usize = 1 << 18;

/// Different unrecognized errors and warnings of all sources that are kept, with about 500 bytes each.
const ERRORS: usize = 1 << 16;

/// Identifiers of all sources that are kept, with 32 bytes each.
const IDS: usize = 1 << 19;

/// Bytes that these take together: with less memory, as many of each as it has room for.
const WHOLE: u64 = (HITS * 300 + ERRORS * 500 + IDS * 32 + TEXT) as u64;

/// Bytes of evidence of all sources that are kept, with the lines at which their processes begin. Reports show five lines
/// of a finding, and read them again.
const TEXT: usize = 16 << 20;

/// What the sources keep together, and what each may keep.
#[derive(Debug)]
pub(crate) struct Kept {
    sum: Sum,
    /// Hits of one signature in one source.
    hits: usize,
    /// Different errors, and different warnings, of one source.
    errors: usize,
    /// Identifiers with a known moment, and as many in local time, of one source.
    ids: usize,
    /// What all sources may keep together.
    most: Sum,
}

/// What one tally keeps, or several.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Sum {
    hits: usize,
    errors: usize,
    ids: usize,
    text: usize,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept::within(u64::MAX)
    }
}

impl Sum {
    fn of(tally: &Tally) -> Sum {
        let evidence = tally.hits.values().flat_map(|hits| &hits.evidence).map(|evidence| &evidence.text);
        let texts = evidence.chain(tally.runs.iter().map(|run| &run.text));
        Sum {
            hits: tally.hits.values().map(|hits| hits.hits.len()).sum(),
            errors: tally.unrecognized.len(),
            ids: tally.ids.len() + tally.local_ids.len(),
            text: texts.map(String::len).sum(),
        }
    }
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.hits += other.hits;
        self.errors += other.errors;
        self.ids += other.ids;
        self.text += other.text;
    }
}

impl Kept {
    /// What sources may keep if the lists of files leave `memory` bytes: little in a collection of a hundred thousand.
    pub(crate) fn within(memory: u64) -> Kept {
        let share = |most: usize| {
            let share = u128::from(memory.min(WHOLE)) * most as u128 / u128::from(WHOLE);
            usize::try_from(share).unwrap_or(most)
        };
        let most = Sum { hits: share(HITS), errors: share(ERRORS), ids: share(IDS), text: share(TEXT) };
        Kept { sum: Sum::default(), hits: KEPT_HITS, errors: KEPT, ids: KEPT_IDS, most }
    }

    /// The problem of a collection whose files are so many that little memory is left for what is kept of their messages;
    /// `None` if that was enough.
    pub(crate) fn problem(&self) -> Option<Problem> {
        let is_short = self.most.ids < IDS && self.ids < KEPT_IDS;
        is_short.then(|| {
            let what = format!(
                "{} of the identifiers in the messages of a file were kept instead of {KEPT_IDS}, because the lists of \
                 all files take most of the memory: differences between the clocks of servers may not be found",
                self.ids
            );
            Problem::new("all files", what, "raise --max-memory, or analyze a part of the files at a time")
        })
    }

    /// Takes a tally out of the sum, before it changes.
    pub(crate) fn leave(&mut self, tally: &Tally) {
        let sum = Sum::of(tally);
        self.sum.hits -= sum.hits;
        self.sum.errors -= sum.errors;
        self.sum.ids -= sum.ids;
        self.sum.text -= sum.text;
    }

    /// Adds a tally to the sum, cut to what a source may keep. To be called in the order of sources.
    pub(crate) fn enter(&mut self, tally: &mut Tally) {
        self.cut(tally);
        if self.sum.text + Sum::of(tally).text > self.most.text {
            let hits = tally.hits.get_mut().into_iter().flat_map(HitMap::values_mut);
            let evidence = hits.flat_map(|hits| &mut hits.evidence).map(|evidence| &mut evidence.text);
            let runs = tally.runs.get_mut().into_iter().flatten().map(|run| &mut run.text);
            evidence.chain(runs).for_each(|text| *text = String::new());
        }
        self.sum.add(Sum::of(tally));
    }

    /// Halves what each source may keep until all together keep no more than they may. One hit of each signature in each
    /// source stays, and one error.
    pub(crate) fn settle(&mut self, scanned: &mut [ScannedSource<'_>]) {
        while self.sum.hits > self.most.hits && self.hits > 1
            || self.sum.errors > self.most.errors && self.errors > 1
            || self.sum.ids > self.most.ids && self.ids > 0
        {
            if self.sum.hits > self.most.hits {
                self.hits = (self.hits / 2).max(1);
            }
            if self.sum.errors > self.most.errors {
                self.errors = (self.errors / 2).max(1);
            }
            if self.sum.ids > self.most.ids {
                self.ids /= 2;
            }
            self.sum = Sum::default();
            for one in scanned.iter_mut() {
                if Sum::of(&one.tally.get()) == Sum::default() {
                    continue;
                }
                let mut sum = Sum::default();
                one.tally.change(|tally| {
                    self.cut(tally);
                    sum = Sum::of(tally);
                });
                self.sum.add(sum);
            }
        }
    }

    /// Cuts the hits of a part of a source to what a source may keep now. It may keep less later, never more.
    pub(crate) fn cut_hits(&self, tally: &mut Tally) {
        for hits in tally.hits.get_mut().into_iter().flat_map(HitMap::values_mut) {
            hits.hits.truncate(self.hits);
            // a hundred thousand files have one hit each, and lists grow by four
            hits.hits.shrink_to_fit();
            hits.evidence.shrink_to_fit();
        }
    }

    fn cut(&self, tally: &mut Tally) {
        self.cut_hits(tally);
        for ids in [&mut tally.ids, &mut tally.local_ids] {
            if let Some(known) = ids.get_mut() {
                known.keep_first(self.ids);
                ids.shrink();
            }
        }
        if let Some(unrecognized) = tally.unrecognized.get_mut() {
            unrecognized.keep_first(self.errors);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::{Hit, RawEvidence, SignatureTally};

    fn tally(hits: usize, text: usize) -> Tally {
        let hit = |line: usize| Hit {
            mark: line as u64,
            at: None,
            since: None,
            offset: 0,
            has_clock: false,
            line: line as u64,
            thread: 0,
            text: 0,
            account: "".into(),
            values: Box::default(),
        };
        let evidence = RawEvidence {
            line: 1,
            offset: 0,
            event_line: 1,
            stamp: None,
            text: "x".repeat(text),
            caller: None,
            peer: None,
        };
        let hits = SignatureTally {
            count: hits as u64,
            evidence: vec![evidence],
            hits: (0..hits).map(hit).collect(),
            ..SignatureTally::default()
        };
        Tally { bytes: 1, hits: HitMap::from_iter([(0, hits)]).into(), ..Tally::default() }
    }

    fn scanned(tallies: Vec<Tally>, batch: usize) -> (Vec<ScannedSource<'static>>, Kept) {
        let mut all: Vec<ScannedSource<'_>> = tallies.iter().map(|_| ScannedSource::nothing()).collect();
        let mut kept = Kept::default();
        for (place, tally) in tallies.into_iter().enumerate() {
            kept.leave(&all[place].tally.get());
            all[place].tally = Box::new(tally).into();
            kept.enter(all[place].tally.get_mut());
            if place % 2 == 0 {
                all[place].tally.pack();
            }
            if place % batch == batch - 1 {
                kept.settle(&mut all);
            }
        }
        kept.settle(&mut all);
        (all, kept)
    }

    #[test]
    fn all_sources_together_keep_a_limited_number_of_hits() {
        let sources = || (0..200).map(|_| tally(KEPT_HITS, 10)).collect();
        let (all, kept) = scanned(sources(), 7);
        assert_eq!(kept.hits, 1024, "200 times 2048 are too many");
        assert!(kept.sum.hits <= HITS);
        assert!(all.iter().all(|one| one.tally.get().hits[0].hits.len() == 1024));
        assert!(all.iter().all(|one| one.tally.get().hits[0].count == KEPT_HITS as u64), "counts stay");
        // whatever is joined at once
        let (again, _) = scanned(sources(), 64);
        assert!(all.iter().zip(&again).all(|(one, other)| one.tally.get() == other.tally.get()));
    }

    #[test]
    fn few_hits_are_kept_whole() {
        let (all, kept) = scanned((0..64).map(|_| tally(KEPT_HITS, 10)).collect(), 7);
        assert_eq!(kept.hits, KEPT_HITS);
        assert!(all.iter().all(|one| one.tally.get().hits[0].hits.len() == KEPT_HITS));
    }

    #[test]
    fn texts_of_evidence_are_given_up_after_those_of_the_first_sources() {
        let (all, kept) = scanned((0..40).map(|_| tally(1, 1 << 20)).collect(), 7);
        let with_text = all.iter().filter(|one| !one.tally.get().hits[0].evidence[0].text.is_empty()).count();
        assert_eq!((with_text, kept.sum.text), (16, TEXT));
    }

    /// A tally with as many identifiers, from one on.
    fn with_ids(count: u64) -> Tally {
        let mut tally = Tally { bytes: 1, ..Tally::default() };
        for id in 0..count {
            tally.ids.read(format!("id{id:06}").as_bytes(), 0);
        }
        tally
    }

    #[test]
    fn identifiers_of_all_sources_are_limited_and_all_keep_the_same() {
        let (all, kept) = scanned((0..600).map(|_| with_ids(KEPT_IDS as u64)).collect(), 7);
        assert_eq!(kept.ids, KEPT_IDS / 2, "600 times 1,024 are too many");
        assert!(kept.sum.ids <= IDS && kept.problem().is_none(), "memory is left");
        assert!(
            all.iter().all(|one| one.tally.get().ids.len() == KEPT_IDS / 2
                && one.tally.get().ids == all[0].tally.get().ids)
        );
    }

    #[test]
    fn with_little_memory_less_is_kept_and_the_option_is_named() {
        let mut kept = Kept::within(WHOLE / 1000);
        let mut all: Vec<ScannedSource<'_>> = (0..100).map(|_| ScannedSource::nothing()).collect();
        for one in all.iter_mut().skip(1) {
            one.tally = Box::new(with_ids(100)).into();
            kept.enter(one.tally.get_mut());
        }
        kept.settle(&mut all);
        assert!(kept.sum.ids <= IDS / 1000 && kept.ids < 100, "{:?}", kept.sum);
        assert!(all[0].tally.is_empty(), "nothing is made for a file that has nothing");
        let problem = kept.problem().expect("a problem");
        assert!(problem.advice.contains("--max-memory") && problem.what.contains(&kept.ids.to_string()));
        assert!(Kept::within(WHOLE).problem().is_none());
    }
}
