//! [`Endings`]: failures that are open, and the lines of success that end them.
//!
//! A success ends the failures of the same thing only: of the same server or log, with equal captures. It must be after the
//! failure: below it in the same log, or later by clocks that can be compared. A success proves nothing about what follows, so
//! nothing here is called fixed.

use std::collections::BTreeMap;

use spoglight_model::analysis::{Evidence, SourceFacts};
use spoglight_signatures::{Library, SignatureKind, Success, Vicinity};
use spoglight_time::Timestamp;

/// Failures of one signature that are followed: of so many different things.
const OPEN: usize = 256;

/// Hits that wait for the next diagnosis; of more, the first are dropped.
pub(crate) const WAITING: usize = 8192;

/// A signature that hit in a message.
#[derive(Debug, Clone)]
pub(crate) struct SeenHit {
    /// Its position in the library.
    pub(crate) signature: usize,
    /// Values that its pattern captured, in the order of the library.
    pub(crate) values: Box<[Box<str>]>,
    /// Position of the log among the sources.
    pub(crate) source: usize,
    /// Its moment, by the clock of the log.
    pub(crate) when: Option<Timestamp>,
    /// Line and offset of the message.
    pub(crate) line: u64,
    pub(crate) offset: u64,
    /// The message in one line, with masked secrets; only of a marker.
    pub(crate) text: String,
}

/// Failures that are open.
#[derive(Debug, Default)]
pub(crate) struct Endings {
    /// By the position of their signature.
    failures: BTreeMap<usize, Failures>,
}

/// The failures of one signature.
#[derive(Debug, Default)]
struct Failures {
    open: Vec<Failure>,
    /// The success that ended the last one, as long as it was not shown.
    news: Option<Evidence>,
}

/// The last failure of one thing.
#[derive(Debug)]
struct Failure {
    /// What it has in common with each success that may end it.
    keys: Vec<Option<Key>>,
    source: usize,
    when: Option<Timestamp>,
}

/// The place, and the captures that are the same.
type Key = (String, Vec<String>);

impl Endings {
    /// Takes hits in the order of their arrival.
    pub(crate) fn take(&mut self, mut hits: Vec<SeenHit>, library: &Library, sources: &[SourceFacts]) {
        // a log may have been read before another; of one log the order stays
        if hits.iter().all(|hit| hit.when.is_some_and(Timestamp::is_utc)) {
            hits.sort_by_key(|hit| hit.when.map(Timestamp::nanos));
        }
        for hit in &hits {
            let Some(source) = sources.get(hit.source) else { continue };
            self.fail(hit, source, library);
            self.succeed(hit, source, library);
        }
    }

    /// A success of a signature that was not shown waits.
    pub(crate) fn has_news(&self, signature: usize) -> bool {
        self.failures.get(&signature).is_some_and(|failures| failures.news.is_some())
    }

    /// The line of success after which failures of a signature ended, and the number of those that are still open. Returned
    /// once.
    pub(crate) fn news(&mut self, signature: usize) -> Option<(Evidence, usize)> {
        let failures = self.failures.get_mut(&signature)?;
        Some((failures.news.take()?, failures.open.len()))
    }

    fn fail(&mut self, hit: &SeenHit, source: &SourceFacts, library: &Library) {
        let successes = library.successes(hit.signature);
        if successes.is_empty() {
            return;
        }
        let keys: Vec<Option<Key>> =
            successes.iter().map(|success| key(success, hit, source, library)).collect();
        let failures = self.failures.entry(hit.signature).or_default();
        failures.news = None;
        failures.open.retain(|open| open.keys != keys);
        if failures.open.len() < OPEN {
            failures.open.push(Failure { keys, source: hit.source, when: hit.when });
        }
    }

    fn succeed(&mut self, hit: &SeenHit, source: &SourceFacts, library: &Library) {
        let is_marker = library.get(hit.signature).is_some_and(|one| one.kind == SignatureKind::Marker);
        if !is_marker {
            return;
        }
        for (signature, failures) in &mut self.failures {
            if failures.open.is_empty() {
                continue;
            }
            let successes = library.successes(*signature);
            let mut is_end = false;
            for (at, success) in successes.iter().enumerate().filter(|(_, one)| one.place == hit.signature) {
                let Some(key) = key(success, hit, source, library) else { continue };
                let count = failures.open.len();
                failures.open.retain(|open| {
                    let is_same = open.keys.get(at).and_then(Option::as_ref) == Some(&key);
                    !(is_same && is_after(hit, open))
                });
                is_end |= failures.open.len() < count;
            }
            if is_end {
                failures.news = Some(Evidence {
                    source: source.name(),
                    line: hit.line,
                    offset: hit.offset,
                    event_line: hit.line,
                    time: hit.when,
                    text: hit.text.clone(),
                });
            }
        }
    }
}

/// Returns whether a success is after a failure.
fn is_after(success: &SeenHit, failure: &Failure) -> bool {
    if success.source == failure.source {
        // it arrived later
        return true;
    }
    match (success.when, failure.when) {
        (Some(success), Some(failure)) if success.is_utc() == failure.is_utc() => {
            success.nanos() >= failure.nanos()
        }
        _ => false,
    }
}

/// What a hit is about, for one success; `None` if it is not known.
fn key(success: &Success<'_>, hit: &SeenHit, source: &SourceFacts, library: &Library) -> Option<Key> {
    let names = library.capture_names(hit.signature);
    let value = |name: &str| {
        let at = names.iter().position(|known| known == name)?;
        hit.values.get(at).map(|value| &**value).filter(|value| !value.is_empty())
    };
    let place = match (&source.host, success.within) {
        (Some(host), Vicinity::Server) => host.to_string(),
        (host, _) => format!("{}\n{}", host.as_deref().unwrap_or_default(), source.log),
    };
    Some((place, success.key(value)?))
}
