//! [`UnrecognizedErrors`]: errors and warnings that match no signature.

use schemars::JsonSchema;
use serde::Serialize;
use spoglight_time::Timestamp;

use crate::evidence::{Evidence, mask_all};
use crate::schema;

/// Errors and warnings that match no signature.
///
/// A message without a level counts if its words show a failure. A message that several files of a server have counts
/// once, and so does a stack trace of which every line is a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnrecognizedErrors {
    /// Messages at error or fatal.
    pub errors: u64,
    /// Number of different errors; at most 256 per source.
    pub distinct: u64,
    /// The five most frequent, then the five newest of the others.
    pub shown: Vec<UnrecognizedError>,
    /// Messages at warn.
    pub warnings: u64,
    /// Number of different warnings; at most 256 per source.
    pub distinct_warnings: u64,
    /// The five most frequent warnings.
    pub shown_warnings: Vec<UnrecognizedError>,
}

/// A group of similar unrecognized errors or warnings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnrecognizedError {
    /// The most severe level of them; of messages without a level, the one that their words show.
    pub level: &'static str,
    /// Number of messages.
    pub count: u64,
    /// Time of the first.
    #[schemars(with = "Option<schema::Time>")]
    pub first: Option<Timestamp>,
    /// Time of the last.
    #[schemars(with = "Option<schema::Time>")]
    pub last: Option<Timestamp>,
    /// Servers on which they were seen.
    pub hosts: Vec<String>,
    /// `true` if it is listed as one of the newest; otherwise it is one of the most frequent.
    pub is_newest: bool,
    /// The first of them, as an example. Its text is the message with its tags, the exception below it, and the last
    /// cause of that.
    pub example: Evidence,
}

impl UnrecognizedErrors {
    /// Masks passwords and tokens in the text from logs.
    pub fn mask(&mut self) {
        let all = self.shown.iter_mut().chain(&mut self.shown_warnings);
        mask_all(all.map(|one| &mut one.example.text));
    }
}
