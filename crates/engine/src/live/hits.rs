//! [`LiveHit`]: the signatures that hit in a message.

use std::collections::BTreeMap;

use super::last::LastMessage;
use crate::tally::HitMap;

/// A signature that hit in a [`Message`](super::Message).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveHit {
    /// Its index in the library.
    pub signature: usize,
    /// Values that its pattern captured, in the order of [`Library::capture_names`](spoglight_signatures::Library::capture_names); empty where it captured nothing.
    pub values: Box<[Box<str>]>,
}

/// The hits of messages, by the line on which the message begins, from 1.
pub(super) fn by_line(all: &HitMap) -> BTreeMap<u64, Vec<LiveHit>> {
    let mut lines: BTreeMap<u64, Vec<LiveHit>> = BTreeMap::new();
    for (signature, tally) in all {
        for hit in &tally.hits {
            lines.entry(hit.line).or_default().push(LiveHit { signature, values: hit.values.clone() });
        }
    }
    lines
}

/// Hits without those of `before`, what was read of the same message before.
pub(super) fn new_of(mut hits: Vec<LiveHit>, before: Option<&LastMessage>) -> Vec<LiveHit> {
    if let Some(before) = before {
        hits.retain(|hit| {
            !before.tally.hits.contains(hit.signature) && !before.ignored.contains(&hit.signature)
        });
    }
    hits
}
