//! One turn of a log: reads its new bytes, and schedules the next look.

use std::io;
use std::sync::Arc;

use super::fingerprint::{Fingerprint, FingerprintMatch};
use super::follower::{Follower, folder_of, is_gone};
use super::interval::SECOND;
use super::log::Role;
use super::news::{Change, Chunk, Ending, LogId};
use super::ports::{Files, OpenedFile};

/// See [`Chunk::before`].
const BEFORE: u64 = 64 << 10;

/// Result of a look.
enum Turn {
    /// This number of bytes, and perhaps more.
    Bytes(usize),
    /// Nothing new.
    Still,
    /// Its file holds other bytes.
    Restarted,
    /// Another file is at its path.
    Displaced,
}

impl<F: Files> Follower<F> {
    /// Takes the log out of the queue and counts its turn.
    fn begin_turn(&mut self, id: LogId) {
        self.served += 1;
        if let Some(log) = self.logs.get_mut(&id) {
            self.queue.remove(&(log.due, log.served, id));
            log.served = self.served;
            log.looked = self.now;
            log.due = u64::MAX;
        }
    }

    /// One turn of a log. Returns the number of bytes read.
    pub(super) fn turn(&mut self, id: LogId) -> usize {
        self.begin_turn(id);
        let now = self.now;
        let outcome = self.look(id);
        let Some(log) = self.logs.get_mut(&id) else { return 0 };
        // the next look is scheduled already
        if log.due != u64::MAX {
            return 0;
        }
        match outcome {
            Ok(Turn::Bytes(count)) => {
                log.interval = self.pace.busy;
                log.grown = now;
                // a full turn: there may be more
                let due = if count >= self.pace.turn { now } else { now.saturating_add(self.pace.busy) };
                self.schedule(id, due);
                return count;
            }
            Ok(Turn::Still) => self.still(id),
            Ok(Turn::Restarted) => self.restarted(id),
            Ok(Turn::Displaced) => self.displaced(id),
            Err(error) => {
                let path = Arc::clone(&log.path);
                log.still = Some(now);
                self.failed(&path, &error);
                let due = self.troubles.wait(&path, now).unwrap_or_else(|| now.saturating_add(SECOND));
                self.schedule(id, due);
            }
        }
        0
    }

    fn look(&mut self, id: LogId) -> io::Result<Turn> {
        let Some(log) = self.logs.get(&id) else { return Ok(Turn::Still) };
        let mut is_here = false;
        if log.missing.is_none() {
            match self.files.facts(&log.path) {
                Ok(facts) if facts.file == log.file => {
                    is_here = true;
                    let has_more = facts.size != log.mark.at || Some(facts.written) != log.written;
                    if !has_more && log.rewind.is_none() {
                        self.well(id);
                        return Ok(Turn::Still);
                    }
                    if facts.size == 0 && log.mark == Fingerprint::START {
                        return Ok(Turn::Still);
                    }
                }
                Ok(_) => {}
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(error),
            }
            // with its handle it can still be read, wherever it is
            if !is_here && log.handle.is_none() {
                return Ok(Turn::Displaced);
            }
        }
        let outcome = match log.role {
            Role::Unjudged => {
                self.judge(id);
                return Ok(if is_here { Turn::Still } else { Turn::Displaced });
            }
            Role::Copy(of) => {
                self.compare_again(id, of)?;
                Turn::Still
            }
            Role::Log => self.read(id)?,
        };
        self.well(id);
        if let (Turn::Still, Some(log)) = (&outcome, self.logs.get_mut(&id)) {
            // its handle shows that, wherever it is
            log.still = Some(self.now);
        }
        Ok(match outcome {
            // found first, because a copy of it is searched beside it
            Turn::Still | Turn::Restarted
                if !is_here && self.logs.get(&id).is_some_and(|log| log.missing.is_none()) =>
            {
                Turn::Displaced
            }
            outcome => outcome,
        })
    }

    fn read(&mut self, id: LogId) -> io::Result<Turn> {
        let Some(log) = self.logs.get_mut(&id) else { return Ok(Turn::Still) };
        let opened;
        let file = if let Some(handle) = &log.handle {
            handle
        } else {
            opened = match self.files.open(&log.path) {
                Ok(file) => file,
                Err(error) if is_gone(&error) => return Ok(Turn::Displaced),
                Err(error) => return Err(error),
            };
            &opened
        };
        let facts = file.facts()?;
        if facts.file != log.file {
            return Ok(Turn::Displaced);
        }
        if facts.size < log.mark.at {
            return Ok(Turn::Restarted);
        }
        let most = if log.rewind.is_some() { 0 } else { self.pace.turn };
        let FingerprintMatch::Same { from, count } = log.mark.look(file, most, &mut self.buffer)? else {
            return Ok(Turn::Restarted);
        };
        if let Some(back) = log.rewind.take() {
            log.mark = Fingerprint::new(file, back)?;
            self.schedule(id, self.now);
            return Ok(Turn::Still);
        }
        log.written = Some(facts.written);
        if count == 0 {
            return Ok(Turn::Still);
        }
        let earlier = if log.is_read { Vec::new() } else { read_before(file, log.mark.at)? };
        log.is_read = true;
        let (before, more) = self.buffer.split_at(from);
        let more = more.get(..count).unwrap_or_default();
        let (path, number, offset) = (Arc::clone(&log.path), log.file, log.mark.at);
        let piece = Chunk { log: id, path, file: number, offset, bytes: more.to_vec(), before: earlier };
        log.mark.advance(before, more);
        self.news.push(Change::Bytes(piece));
        if log.handle.is_none() && self.pace.handles > 0 {
            log.grown = self.now;
            self.keep_handle(id);
        }
        Ok(Turn::Bytes(count))
    }

    /// Keeps a handle of a log, instead of that of the log that was still for longest.
    fn keep_handle(&mut self, id: LogId) {
        let Some(log) = self.logs.get_mut(&id) else { return };
        let file = match self.files.open(&log.path) {
            Ok(file) if file.facts().is_ok_and(|facts| facts.file == log.file) => file,
            _ => return,
        };
        log.handle = Some(file);
        self.handles += 1;
        if self.handles > self.pace.handles {
            let held = self.logs.values().filter(|log| log.handle.is_some());
            let oldest =
                held.min_by_key(|log| (log.missing.is_some(), log.grown, log.served)).map(|log| log.id);
            if let Some(log) = oldest.and_then(|id| self.logs.get_mut(&id)) {
                log.handle = None;
                self.handles -= 1;
            }
        }
    }

    pub(super) fn drop_handle(&mut self, id: LogId) {
        if let Some(log) = self.logs.get_mut(&id)
            && log.handle.take().is_some()
        {
            self.handles -= 1;
        }
    }

    /// Nothing new: looks less often, and ends a log that will not come back.
    fn still(&mut self, id: LogId) {
        let idle = self.pace.idle_of(self.logs.len());
        let Some(log) = self.logs.get_mut(&id) else { return };
        log.still = Some(self.now);
        log.interval = (log.interval * 2).clamp(self.pace.busy, idle);
        let usual = self.now.saturating_add(log.interval);
        let due = if log.asked > self.now { usual.min(log.asked) } else { usual };
        let since = log.missing.map_or(log.grown, |missing| missing.since.max(log.grown));
        let is_over = self.now.saturating_sub(since) >= self.pace.linger;
        match (log.missing, log.is_wanted) {
            (Some(_), _) if is_over => self.end(id, Ending::Deleted),
            (None, false) if is_over => self.end(id, Ending::RotatedAway),
            _ => self.schedule(id, due),
        }
    }

    /// Another file, or none, is at its path: searches its new path.
    pub(super) fn displaced(&mut self, id: LogId) {
        let Some(log) = self.logs.get(&id) else { return };
        let (has_handle, folder) = (log.handle.is_some(), folder_of(&log.path));
        self.suspects.insert(folder);
        let soonest = self.searched.map_or(0, |searched| searched.saturating_add(self.pace.listing_at_least));
        let due = soonest.max(self.now);
        self.listing_due = self.listing_due.min(due);
        // the listing comes first, and schedules the next look
        self.schedule(
            id,
            if has_handle { due.max(self.now.saturating_add(self.pace.busy)) } else { due + 1 },
        );
    }
}

/// Reads the bytes before `offset`.
fn read_before(file: &impl OpenedFile, offset: u64) -> io::Result<Vec<u8>> {
    // an even place, for characters of two bytes
    let from = offset.saturating_sub(BEFORE) & !1;
    let mut bytes = vec![0; (offset - from) as usize];
    let count = file.read_at(from, &mut bytes)?;
    // truncated meanwhile, which the next look finds
    if count < bytes.len() {
        bytes.clear();
    }
    Ok(bytes)
}
