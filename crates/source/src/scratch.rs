//! [`Scratch`]: bytes of a computation that are too many for memory, in a temporary file without a name. The system
//! deletes the file when it is closed, however the program ends.

use std::fs::File;
use std::io::{self, Write as _};
use std::sync::Arc;

use crate::bundle::Bundle;
use crate::limits::Budget;
use crate::shared::read_at;
use crate::spill::{self, write_at};

/// Bytes that are kept in memory before a temporary file is created.
const IN_MEMORY: usize = 64 << 10;

/// Bytes that are written one after the other, and read from any position: in memory, or in a temporary file if they are
/// more than a few. They count against the limit for temporary files until they are dropped.
#[derive(Debug)]
pub struct Scratch {
    memory: Vec<u8>,
    file: Option<File>,
    /// Bytes in the file.
    length: u64,
    budget: Arc<Budget>,
}

impl Bundle {
    /// An empty [`Scratch`], within the limit for temporary files of the bundle.
    pub fn scratch(&self) -> Scratch {
        Scratch { memory: Vec::new(), file: None, length: 0, budget: Arc::clone(&self.budget) }
    }

    /// A [`Scratch`] of so many bytes, which are 0, to [write](Scratch::write_at) to any position of it.
    ///
    /// Fails like [`Scratch::write`].
    pub fn zeroed_scratch(&self, length: u64) -> io::Result<Scratch> {
        let mut scratch = self.scratch();
        match usize::try_from(length) {
            Ok(length) if length <= IN_MEMORY => scratch.memory.resize(length, 0),
            _ => {
                scratch.length = length;
                scratch.budget.scratched(length)?;
                let file = tempfile::tempfile().and_then(|file| file.set_len(length).map(|()| file));
                scratch.file = Some(file.map_err(|error| temporary(&error))?);
            }
        }
        Ok(scratch)
    }
}

impl Scratch {
    /// Appends bytes.
    ///
    /// Fails if the limit for temporary files is exceeded, or the disk is full. The message contains what to do.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.file.is_none() && self.memory.len() + bytes.len() <= IN_MEMORY {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        if self.file.is_none() {
            self.file = Some(tempfile::tempfile().map_err(|error| temporary(&error))?);
            let memory = std::mem::take(&mut self.memory);
            self.append(&memory)?;
        }
        self.append(bytes)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        self.length += bytes.len() as u64;
        self.budget.scratched(bytes.len() as u64)?;
        file.write_all(bytes).map_err(|error| temporary(&error))
    }

    /// Replaces bytes at a position; it does not become longer.
    ///
    /// Fails if the disk is full.
    pub fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        if let Some(file) = &self.file {
            return write_at(file, at, bytes).map_err(|error| temporary(&error));
        }
        let from = usize::try_from(at).unwrap_or(usize::MAX);
        let places = self.memory.get_mut(from..).unwrap_or_default();
        places.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        Ok(())
    }

    /// Reads bytes at a position into `buffer`. Returns their number, which is 0 at the end.
    ///
    /// Fails if the temporary file cannot be read.
    pub fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(file) = &self.file else {
            let from = usize::try_from(at).unwrap_or(usize::MAX);
            return io::Read::read(&mut self.memory.get(from..).unwrap_or_default(), buffer);
        };
        loop {
            match read_at(file, at, buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read.map_err(|error| temporary(&error)),
            }
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.budget.released(self.length);
    }
}

/// An error of the temporary file, with what to do.
fn temporary(error: &io::Error) -> io::Error {
    io::Error::other(format!("the order of the events {}", spill::temporary(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Opening};

    /// A bundle of nothing that may have so many bytes in temporary files.
    fn bundle(temporary: u64) -> Bundle {
        let limits = Limits { temporary, ..Limits::default() };
        Bundle::open(&[], &Opening { limits, ..Opening::default() })
    }

    fn read(scratch: &Scratch, at: u64, count: usize) -> Vec<u8> {
        let mut buffer = vec![0; count];
        let count = scratch.read_at(at, &mut buffer).expect("bytes");
        buffer.truncate(count);
        buffer
    }

    #[test]
    fn few_bytes_are_in_memory_and_many_in_a_file() {
        let mut scratch = bundle(1 << 20).scratch();
        scratch.write(b"first").expect("memory");
        assert!(scratch.file.is_none());
        assert_eq!(read(&scratch, 1, 9), b"irst");
        scratch.write(&vec![b'x'; IN_MEMORY]).expect("a file");
        scratch.write(b"last").expect("a file");
        assert!(scratch.file.is_some() && scratch.memory.is_empty());
        assert_eq!(read(&scratch, 3, 3), b"stx");
        assert_eq!(read(&scratch, 4 + IN_MEMORY as u64, 9), b"xlast");
        assert_eq!(read(&scratch, 9 + IN_MEMORY as u64, 9), b"");
    }

    #[test]
    fn bytes_are_replaced_where_they_are() {
        for length in [100, 100 << 10] {
            let mut scratch = bundle(1 << 20).zeroed_scratch(length).expect("a file");
            scratch.write_at(length - 7, b"abc").expect("a file");
            scratch.write_at(2, b"x").expect("a file");
            assert_eq!(read(&scratch, length - 8, 20), b"\0abc\0\0\0\0");
            assert_eq!(read(&scratch, 0, 4), b"\0\0x\0");
        }
        let error = bundle(1).zeroed_scratch(100 << 10).expect_err("beyond the limit").to_string();
        assert!(error.contains("--max-temporary"), "{error}");
    }

    #[test]
    fn the_limit_counts_what_is_not_dropped() {
        let bundle = bundle(100 << 10);
        let bytes = vec![b'x'; 70 << 10];
        for _ in 0..3 {
            bundle.scratch().write(&bytes).expect("the one before was dropped");
        }
        let mut first = bundle.scratch();
        first.write(&bytes).expect("within the limit");
        let error = bundle.scratch().write(&bytes).expect_err("beyond it").to_string();
        assert!(error.contains("--max-temporary") && error.contains("102400"), "{error}");
    }
}
