//! [`EventQueue`]: events that wait a little for those of other logs, so that they come out in the order of time.

use spoglight_follow::LogId;

use crate::intervals::MERGE;

/// An event that waits.
struct Waiting {
    log: LogId,
    /// Bytes of its file before it.
    offset: u64,
    when: i64,
    arrived: u64,
    /// Its number in the order of arrival.
    number: u64,
    text: Vec<u8>,
}

/// Events that wait.
#[derive(Default)]
pub(crate) struct EventQueue {
    waiting: Vec<Waiting>,
    /// Number of events so far.
    number: u64,
}

impl EventQueue {
    /// Adds an event of a log, which begins at `offset` bytes of its file and was written at `when`. It arrives `now`.
    pub(crate) fn push(&mut self, log: LogId, offset: u64, when: i64, now: u64, text: Vec<u8>) {
        self.number += 1;
        self.waiting.push(Waiting { log, offset, when, arrived: now, number: self.number, text });
    }

    /// Takes the texts of events that waited long enough, with those that are older than they, in order.
    pub(crate) fn release(&mut self, now: u64) -> impl Iterator<Item = Vec<u8>> {
        let is_due = |event: &&Waiting| now.saturating_sub(event.arrived) >= MERGE;
        let last = self.waiting.iter().filter(is_due).map(|event| (event.when, event.number)).max();
        let count = last.map_or(0, |last| {
            self.waiting.sort_by_key(|event| (event.when, event.number));
            self.waiting.partition_point(|event| (event.when, event.number) <= last)
        });
        self.waiting.drain(..count).map(|event| event.text)
    }

    /// No event waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Nanoseconds until the first event is due; `None` if none waits.
    pub(crate) fn due(&self, now: u64) -> Option<u64> {
        self.waiting.iter().map(|event| (event.arrived + MERGE).saturating_sub(now)).min()
    }

    /// Logs of the events that wait, with their offsets in bytes.
    pub(crate) fn offsets(&self) -> impl Iterator<Item = (LogId, u64)> {
        self.waiting.iter().map(|event| (event.log, event.offset))
    }
}
