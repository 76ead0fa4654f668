//! Results of a tail: events, findings and messages to show, and counts.

use serde::{Deserialize, Serialize};
use spoglight_engine::event::PlacedEvent;
use spoglight_model::analysis::{Evidence, Finding, SourceFacts};
use spoglight_source::Problem;
use spoglight_time::Timestamp;

/// Writes an event, given all sources: [`PlacedEvent::id`] is its own among them.
pub type Write<'w> = &'w dyn Fn(&PlacedEvent<'_>, &[SourceFacts], &mut Vec<u8>);

/// Something to show, in its order.
#[derive(Debug)]
pub enum Shown {
    /// An event, as [`Write`] wrote it.
    Event(Vec<u8>),
    /// A finding that is new, or more severe than before, with its number.
    Finding {
        /// The finding.
        finding: Box<Finding>,
        /// Its number in the order in which findings appeared, from 1.
        number: usize,
    },
    /// A finding that was shown, with more notes of rules now.
    More {
        /// The finding.
        finding: Box<Finding>,
        /// Its number.
        number: usize,
    },
    /// A finding that was shown came again.
    Again(Box<Again>),
    /// A line of success came after a finding.
    Resolved(Box<Resolved>),
    /// A message about the logs themselves.
    Note(String),
    /// A log that cannot be read, or not completely.
    Problem(Problem),
}

/// A finding that came again.
#[derive(Debug)]
pub struct Again {
    /// Its number.
    pub number: usize,
    /// The finding as it is now; `last` is the time of its latest message.
    pub finding: Finding,
    /// Messages of all times, with those of earlier runs of the same state.
    pub times: u64,
    /// Of these, messages since it was last shown, without the latest.
    pub unshown: u64,
    /// It has no new message of its own: the title of an effect of it that came again, and its time.
    pub effect: Option<(String, Option<Timestamp>)>,
}

/// A finding that is probably over.
#[derive(Debug)]
pub struct Resolved {
    /// Its number.
    pub number: usize,
    /// The finding.
    pub finding: Finding,
    /// The line of success.
    pub evidence: Evidence,
    /// Number of other things, such as servers, for which it is open.
    pub open: usize,
}

/// Findings as the next run should know them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// By their numbers.
    pub findings: Vec<Remembered>,
}

/// A finding of an earlier run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remembered {
    /// Its id; of a check with its title.
    pub id: String,
    /// Its number.
    pub number: usize,
    /// Messages so far.
    pub count: u64,
}

/// Sums of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Bytes that were read.
    pub bytes: u64,
    /// Lines that were read.
    pub lines: u64,
    /// Events that were read.
    pub events: u64,
    /// Of these, events that the filter let through.
    pub shown: u64,
    /// Parts of events that came after their event was read.
    pub parts: u64,
}
