//! [`EventMatch`]: events of a log of events that are a match, by provider and number. Both mean the same in every
//! language and in every form of export, so no literal is needed.

use serde::{Deserialize, Deserializer};

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
