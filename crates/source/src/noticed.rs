//! [`Noticed`]: problems of archive entries that are found while they are read.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::problem::{Problem, advice_for, is_silence};

/// Problems of entries that are listed: the first by name.
const LISTED: usize = 10_000;

/// Problems that were found so far, by entry.
#[derive(Debug, Default)]
pub(crate) struct Noticed(Mutex<Found>);

#[derive(Debug, Default)]
struct Found {
    listed: BTreeMap<(String, Anomaly), (u64, String)>,
    /// The first entry by name whose problem is not listed.
    left_out: Option<String>,
}

/// Type of a problem. Of each type and entry the reading that came furthest counts: an entry is read more than once,
/// and sometimes only its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Anomaly {
    Broken,
    Size,
    Checksum,
    Chunks,
}

impl Noticed {
    pub(crate) fn add(&self, path: &str, kind: Anomaly, given: u64, what: String) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.listed.entry((path.to_owned(), kind)).or_insert((0, String::new()));
        if known.1.is_empty() || given > known.0 {
            *known = (given, what);
        }
        if all.listed.len() > LISTED
            && let Some(((path, _), _)) = all.listed.pop_last()
        {
            all.left_out = all.left_out.take().map_or(Some(path.clone()), |first| Some(first.min(path)));
        }
    }

    /// Number of bytes of an entry after which its decoder was silent for too long, if it was. Other readers of the
    /// entry end there and do not wait again.
    pub(crate) fn silent_after(&self, path: &str) -> Option<u64> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.listed.is_empty() {
            return None;
        }
        let (given, what) = all.listed.get(&(path.to_owned(), Anomaly::Broken))?;
        is_silence(what).then_some(*given)
    }

    /// Records an entry of `given` bytes where its archive declares `size`.
    pub(crate) fn wrong_size(&self, path: &str, given: u64, size: u64) {
        let what = format!("has {given} bytes, but its archive declares {size}; all of them are used");
        self.add(path, Anomaly::Size, given, what);
    }

    /// Records an entry of `given` bytes with a wrong checksum.
    pub(crate) fn wrong_checksum(&self, path: &str, given: u64) {
        let what = format!("does not match its checksum; all {given} bytes are used");
        self.add(path, Anomaly::Checksum, given, what);
    }

    /// All problems, by path.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let advice = |kind: Anomaly, what: &str| match kind {
            Anomaly::Broken => advice_for(what),
            Anomaly::Size => "the archive is damaged or manipulated: request it again",
            Anomaly::Chunks => {
                "export the log again on its server: `wevtutil epl System system.evtx` writes a whole one"
            }
            Anomaly::Checksum => "some of its lines may be wrong: request the archive again",
        };
        let listed = all.listed.iter();
        let listed = listed.map(|((path, kind), (_, what))| Problem::new(path, what, advice(*kind, what)));
        let left_out = all.left_out.iter().map(|first| {
            let what = format!("and further entries have problems, too; only {LISTED} are listed");
            Problem::new(first, what, "request the archives again, or analyze them one by one")
        });
        listed.chain(left_out).collect()
    }
}
