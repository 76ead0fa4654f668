//! [`Damage`]: the parts of an event log that were lost or are doubtful.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::fmt::Write as _;

use evtx::err::EvtxError;

use super::{CHUNK, HEADER};

/// Chunks that are named; further ones are counted.
const NAMED: usize = 5;

/// Chunks that are remembered: logs are untrusted input.
const KEPT: usize = 1000;

/// The parts of an event log that were lost or are doubtful.
#[derive(Debug, Default)]
pub(super) struct Damage {
    /// Reasons by the number of the chunk, from 0.
    chunks: BTreeMap<u64, String>,
    /// Chunks whose checksum does not match, with the number of their last record.
    unverified: BTreeMap<u64, u64>,
    /// The highest number of a record that a chunk declares.
    newest: u64,
    /// The log was not closed.
    is_dirty: bool,
    /// Records that could not be decoded.
    records: u64,
    /// Number of the chunk that is read.
    current: u64,
    /// The decoder failed.
    ended: bool,
}

impl Damage {
    /// The log was not closed: its newest chunk has no checksum yet.
    pub(super) fn is_dirty(&mut self) {
        self.is_dirty = true;
    }

    /// A chunk is read whose last record has this number.
    pub(super) fn reads(&mut self, chunk: u64, last: u64, is_verified: bool) {
        self.current = chunk;
        self.newest = self.newest.max(last);
        if !is_verified && self.unverified.len() < KEPT {
            self.unverified.insert(chunk, last);
        }
    }

    /// A chunk is not whole.
    pub(super) fn add(&mut self, chunk: u64, what: &str) {
        if self.chunks.len() < KEPT {
            self.chunks.entry(chunk).or_insert_with(|| what.to_owned());
        }
    }

    /// A chunk or a record could not be decoded.
    pub(super) fn lost(&mut self, error: &EvtxError) {
        match error {
            EvtxError::FailedToParseChunk { chunk_id, source } => {
                let reason = source.source().map_or_else(|| source.to_string(), ToString::to_string);
                self.add(*chunk_id, &format!("cannot be decoded ({reason})"));
            }
            _ => {
                self.records += 1;
                self.add(self.current, "has records that cannot be decoded");
            }
        }
    }

    /// The decoder failed: the rest of the log was not read.
    pub(super) fn ends_early(&mut self) {
        self.add(self.current, "made the decoder fail; the rest of the log was not read");
        self.ended = true;
    }

    /// The damage as the rest of a sentence; `None` if there is none.
    pub(super) fn told(&self) -> Option<String> {
        let mut chunks: BTreeMap<u64, &str> = self.chunks.iter().map(|(at, what)| (*at, &**what)).collect();
        for (chunk, last) in &self.unverified {
            // the chunk that was being written has its checksum only when it is full
            if !(self.is_dirty && *last == self.newest) {
                chunks.entry(*chunk).or_insert("does not match its checksum; its records are used");
            }
        }
        let (first, reason) = chunks.first_key_value()?;
        let at = |chunk: u64| HEADER + chunk * CHUNK;
        let mut told = if chunks.len() == 1 {
            format!("is damaged: chunk {} (at byte {}) {reason}", first + 1, at(*first))
        } else {
            let mut told = format!("has {} damaged chunks:", chunks.len());
            for (chunk, reason) in chunks.iter().take(NAMED) {
                let _ = write!(told, " chunk {} (at byte {}) {reason};", chunk + 1, at(*chunk));
            }
            if chunks.len() > NAMED {
                let _ = write!(told, " and {} more;", chunks.len() - NAMED);
            }
            told.truncate(told.len() - 1);
            told
        };
        if self.records > 0 {
            let _ = write!(told, "; {} records are lost", self.records);
        }
        if !self.ended {
            told.push_str("; all other events are used");
        }
        Some(told)
    }
}
