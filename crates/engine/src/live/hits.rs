//! [`LiveHit`]: the signatures that hit in a message.

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

/// The hits in the message that begins on a line, or in all, but for those of `before`, what was read of the message before.
pub(super) fn hits_of(all: &HitMap, line: Option<u64>, before: Option<&LastMessage>) -> Vec<LiveHit> {
    let is_new = |signature: &usize| {
        !before.is_some_and(|it| it.tally.hits.contains(*signature) || it.ignored.contains(signature))
    };
    let mut hits = Vec::new();
    for (signature, tally) in all.iter().filter(|(signature, _)| is_new(signature)) {
        let its = tally.hits.iter().filter(|hit| line.is_none_or(|line| hit.line == line));
        hits.extend(its.map(|hit| LiveHit { signature, values: hit.values.clone() }));
    }
    hits
}
