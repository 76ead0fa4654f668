//! [`Noticed`]: problems of archive entries that are found while they are read.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::problem::{Problem, advice_for, is_silence};

/// Problems that were found so far, by entry.
#[derive(Debug, Default)]
pub(crate) struct Noticed(Mutex<BTreeMap<(String, Anomaly), (u64, String)>>);

/// Type of a problem. Of each type and entry the reading that came furthest counts: an entry is read more than once,
/// and sometimes only its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Anomaly {
    Broken,
    Size,
    Checksum,
}

impl Noticed {
    pub(crate) fn add(&self, path: &str, kind: Anomaly, given: u64, what: String) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry((path.to_owned(), kind)).or_insert((0, String::new()));
        if known.1.is_empty() || given > known.0 {
            *known = (given, what);
        }
    }

    /// Number of bytes of an entry after which its decoder was silent for too long, if it was. Other readers of the
    /// entry end there and do not wait again.
    pub(crate) fn silent_after(&self, path: &str) -> Option<u64> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.is_empty() {
            return None;
        }
        let (given, what) = all.get(&(path.to_owned(), Anomaly::Broken))?;
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
            Anomaly::Checksum => "some of its lines may be wrong: request the archive again",
        };
        all.iter().map(|((path, kind), (_, what))| Problem::new(path, what, advice(*kind, what))).collect()
    }
}
