//! [`Noticed`]: what is found to be wrong with entries of archives while they are read.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::problem::{Problem, advice_for};

/// What was noticed while entries were read.
#[derive(Debug, Default)]
pub(crate) struct Noticed(Mutex<BTreeMap<(String, Anomaly), (u64, String)>>);

/// What can be noticed. Of one kind and entry the reading that came furthest counts: an entry is read more than once, and
/// sometimes only its head.
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

    /// An entry of `given` bytes is said to have `size`.
    pub(crate) fn wrong_size(&self, path: &str, given: u64, size: u64) {
        let what = format!("gives {given} bytes where its archive says {size}; all that came are used");
        self.add(path, Anomaly::Size, given, what);
    }

    /// An entry of `given` bytes has another checksum than is said.
    pub(crate) fn wrong_checksum(&self, path: &str, given: u64) {
        let what = format!("does not match its checksum; all {given} bytes are used");
        self.add(path, Anomaly::Checksum, given, what);
    }

    /// All of it, by path.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let advice = |kind: Anomaly, what: &str| match kind {
            Anomaly::Broken => advice_for(what),
            Anomaly::Size => "the archive is damaged, or was made to mislead: ask for it again",
            Anomaly::Checksum => "some of its lines may be wrong: ask for the archive again",
        };
        all.iter()
            .map(|((path, kind), (_, what))| Problem {
                path: path.clone(),
                what: what.clone(),
                advice: advice(*kind, what).to_owned(),
            })
            .collect()
    }
}
