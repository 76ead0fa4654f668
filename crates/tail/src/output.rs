//! Results of a tail: events, findings and messages to show, and counts.

use spoglight_engine::event::PlacedEvent;
use spoglight_model::analysis::{Finding, SourceFacts};
use spoglight_source::Problem;

/// Writes an event, given all sources: [`PlacedEvent::id`] is its own among them.
pub type Write<'w> = &'w dyn Fn(&PlacedEvent<'_>, &[SourceFacts], &mut Vec<u8>);

/// Something to show, in its order.
#[derive(Debug)]
pub enum Shown {
    /// An event, as [`Write`] wrote it.
    Event(Vec<u8>),
    /// A finding that is new, or more severe than before.
    Finding(Box<Finding>),
    /// A finding that was shown, with more notes of rules now.
    More(Box<Finding>),
    /// A message about the logs themselves.
    Note(String),
    /// A log that cannot be read, or not completely.
    Problem(Problem),
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
