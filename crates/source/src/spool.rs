//! [`Spool`]: copies of streams that must be read out of order. Small ones are in memory, as long as all of them together
//! are small; the others are in a temporary file.

use std::io::{self, Read};
use std::sync::Arc;

use crate::limits::{Budget, Held};
use crate::shared::Shared;
use crate::spill::SpillFile;

/// Maximum number of bytes of a spool in memory.
const IN_MEMORY: usize = 4 << 20;

/// Copied streams, one after the other.
#[derive(Debug)]
pub(crate) struct Spool {
    held: Held,
    /// The temporary file, and where the copies begin in it.
    file: Option<(SpillFile, u64)>,
    length: u64,
    buffer: Vec<u8>,
    budget: Arc<Budget>,
    is_of_archive: bool,
}

impl Spool {
    /// A spool for logs.
    pub(crate) fn of_logs(budget: Arc<Budget>) -> Spool {
        Spool::new(budget, false)
    }

    /// A spool for archives, or their entries, in the file that is being opened. Its size limits them.
    pub(crate) fn of_archive(budget: Arc<Budget>) -> Spool {
        Spool::new(budget, true)
    }

    fn new(budget: Arc<Budget>, is_of_archive: bool) -> Spool {
        let held = Held::new(Arc::clone(&budget));
        Spool { held, file: None, length: 0, buffer: Vec::new(), budget, is_of_archive }
    }

    /// The limits that the copies count against.
    pub(crate) fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    /// Number of bytes so far.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Copies a stream; returns its start and end in the spool, and the error that ended it early.
    pub(crate) fn add(&mut self, stream: &mut dyn Read) -> (u64, u64, Option<io::Error>) {
        let start = self.length;
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.resize(128 << 10, 0);
        let outcome = loop {
            match stream.read(&mut buffer) {
                Ok(0) => break None,
                Ok(count) => {
                    if let Err(error) = self.write(buffer.get(..count).unwrap_or_default()) {
                        break Some(error);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break Some(error),
            }
        };
        self.buffer = buffer;
        (start, self.length, outcome)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.is_of_archive {
            self.budget.copied(bytes.len() as u64)?;
        }
        // in memory, too: which copies are there depends on the threads, and the limit must not
        self.budget.spooled(bytes.len() as u64)?;
        if self.file.is_some() || !self.held.append(bytes, IN_MEMORY) {
            self.write_to_file(bytes)?;
        }
        self.length += bytes.len() as u64;
        Ok(())
    }

    fn write_to_file(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() {
            self.move_to_file()?;
        }
        match &mut self.file {
            Some((file, _)) => file.append(bytes),
            None => Ok(()),
        }
    }

    /// Moves the bytes in memory to a temporary file. If that fails, they stay in memory.
    fn move_to_file(&mut self) -> io::Result<()> {
        let mut file = self.budget.spill.lend()?;
        let start = file.end();
        if let Err(error) = file.append(self.held.bytes()) {
            self.budget.spill.take_back(file);
            return Err(error);
        }
        self.file = Some((file, start));
        self.held = Held::new(Arc::clone(&self.budget));
        Ok(())
    }

    /// Ends the copying, and returns all bytes.
    pub(crate) fn finish(mut self) -> Shared {
        if let Some((file, start)) = self.file.take() {
            let shared = Shared::from_temporary(file.file(), start, self.length);
            self.budget.spill.take_back(file);
            return shared;
        }
        let mut held = std::mem::replace(&mut self.held, Held::new(Arc::clone(&self.budget)));
        held.shrink();
        Shared::from_memory(held)
    }
}

impl Drop for Spool {
    fn drop(&mut self) {
        if let Some((mut file, start)) = self.file.take() {
            file.rewind(start);
            self.budget.spill.take_back(file);
        }
    }
}
