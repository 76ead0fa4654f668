//! [`EventMatch`]: events of a log of events that are a match, by provider and number. Both mean the same in every
//! language and in every form of export, so no literal is needed.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use regex::bytes::Regex;
use serde::{Deserialize, Deserializer};
use spoglight_parsers::EventKey;

use crate::signature::{Signature, compile};

/// Captures that every match of an event has: its number, and the name of its provider.
pub(crate) const CAPTURES: [&str; 2] = ["event", "provider"];

/// Events that are a match.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventMatch {
    /// The provider, with or without `Microsoft-Windows-`, in any case.
    pub provider: String,
    /// The numbers.
    pub ids: Vec<u16>,
    /// Pattern that the message must match, too, for events of several meanings; it captures. The message is the event as
    /// the log has it: in one language, or only its data.
    #[serde(default)]
    pub pattern: Option<String>,
}

/// Reads `{ provider = "...", ids = [...] }`, or a list of them.
pub(crate) fn one_or_many<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<EventMatch>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "`event` is { provider = \"...\", ids = [...] } or a list of them")]
    enum OneOrMany {
        One(EventMatch),
        Many(Vec<EventMatch>),
    }
    Ok(match OneOrMany::deserialize(from)? {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    })
}

impl EventMatch {
    /// The error in it, if there is one.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.provider.trim().is_empty() {
            return Err("an event of [match] has no provider".to_owned());
        }
        if self.ids.is_empty() {
            return Err(format!("the event of {} in [match] has no ids", self.provider));
        }
        Ok(())
    }
}

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
        key: &EventKey<'_>,
        message: &[u8],
    ) -> Vec<(usize, BTreeMap<String, String>)> {
        let mut found: Vec<(usize, BTreeMap<String, String>)> = Vec::new();
        for one in self.by_id.get(&key.id).into_iter().flatten() {
            if !key.is_of(&one.event.provider) || found.iter().any(|(known, _)| *known == one.signature) {
                continue;
            }
            let ready = || one.event.pattern.as_ref().and_then(|pattern| compile(pattern).ok());
            let mut captures = match one.pattern.get_or_init(ready) {
                Some(pattern) => match crate::library::named(pattern, message) {
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
