//! [`EventIndex`]: finds the signatures of an event by its number.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use regex::bytes::Regex;
use spoglight_parsers::ProviderEvent;

use crate::captures::named;
use crate::event_match::{CAPTURES, EventMatch};
use crate::signature::{Signature, compile};

/// The events of all signatures, by number.
#[derive(Debug, Default)]
pub(crate) struct EventIndex {
    by_id: HashMap<u16, Vec<IndexedEvent>>,
}

#[derive(Debug)]
struct IndexedEvent {
    signature: usize,
    event: EventMatch,
    /// Compiled when first needed.
    pattern: OnceLock<Option<Regex>>,
}

impl EventIndex {
    pub(crate) fn new<'s>(signatures: impl Iterator<Item = &'s Signature>) -> EventIndex {
        let mut index = EventIndex::default();
        for (signature, one) in signatures.enumerate() {
            for event in &one.matching.event {
                for id in &event.ids {
                    let event = IndexedEvent { signature, event: event.clone(), pattern: OnceLock::new() };
                    index.by_id.entry(*id).or_default().push(event);
                }
            }
        }
        index
    }

    /// The signatures that match an event, by index, each with its captures.
    pub(crate) fn matches(
        &self,
        key: &ProviderEvent<'_>,
        message: &[u8],
    ) -> Vec<(usize, BTreeMap<String, String>)> {
        let mut found: Vec<(usize, BTreeMap<String, String>)> = Vec::new();
        for one in self.by_id.get(&key.id).into_iter().flatten() {
            if !key.is_of(&one.event.provider) || found.iter().any(|(known, _)| *known == one.signature) {
                continue;
            }
            let ready = || one.event.pattern.as_ref().and_then(|pattern| compile(pattern).ok());
            let mut captures = match one.pattern.get_or_init(ready) {
                Some(pattern) => match named(pattern, message) {
                    Some(captures) => captures,
                    None => continue,
                },
                None => BTreeMap::new(),
            };
            let values = [key.id.to_string(), String::from_utf8_lossy(key.provider).into_owned()];
            for (name, value) in CAPTURES.into_iter().zip(values) {
                captures.entry(name.to_owned()).or_insert(value);
            }
            found.push((one.signature, captures));
        }
        found
    }
}
