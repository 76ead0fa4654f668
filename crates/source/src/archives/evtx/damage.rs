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
    /// Records that could not be decoded.
    records: u64,
    /// Number of the chunk that is read.
    current: u64,
}

impl Damage {
    /// A chunk is read whose last record has this number.
    pub(super) fn reads(&mut self, chunk: u64, last: u64, is_verified: bool) {
        self.current = chunk;
        self.newest = self.newest.max(last);
        if !is_verified && self.unverified.len() < KEPT {
            self.unverified.insert(chunk, last);
        }
    }

    /// Number of the chunk that was read last.
    pub(super) fn current(&self) -> u64 {
        self.current
    }

    /// A chunk is not whole.
    pub(super) fn add(&mut self, chunk: u64, what: &str) {
        if self.chunks.len() < KEPT {
            self.chunks.entry(chunk).or_insert_with(|| what.to_owned());
        }
    }

    /// A chunk or a record could not be decoded, of a decoder that counts chunks from `first`.
    pub(super) fn lost(&mut self, error: &EvtxError, first: u64) {
        if let EvtxError::FailedToParseChunk { chunk_id, source } = error {
            let reason = source.source().map_or_else(|| source.to_string(), ToString::to_string);
            self.add(first + *chunk_id, &format!("cannot be decoded ({reason})"));
        } else {
            self.records += 1;
            self.add(self.current, "has records that cannot be decoded");
        }
    }

    /// The decoder failed, at the chunk `first` or later. Returns the number of the chunk after it.
    pub(super) fn fails(&mut self, first: u64) -> u64 {
        let chunk = self.current.max(first);
        self.add(chunk, "made the decoder fail");
        chunk + 1
    }

    /// Adds the damage of other chunks.
    pub(super) fn merge(&mut self, other: Damage) {
        for (chunk, what) in other.chunks {
            self.add(chunk, &what);
        }
        let free = KEPT.saturating_sub(self.unverified.len());
        self.unverified.extend(other.unverified.into_iter().take(free));
        self.newest = self.newest.max(other.newest);
        self.records += other.records;
    }

    /// The damage as the rest of a sentence; `None` if there is none. `is_dirty` is set for a log that was not closed.
    pub(super) fn told(&self, is_dirty: bool) -> Option<String> {
        let mut chunks: BTreeMap<u64, &str> = self.chunks.iter().map(|(at, what)| (*at, &**what)).collect();
        for (chunk, last) in &self.unverified {
            // the chunk that was being written has its checksum only when it is full
            if !(is_dirty && *last == self.newest) {
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
        told.push_str("; all other events are used");
        Some(told)
    }
}
