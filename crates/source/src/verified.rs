//! [`VerifiedReader`]: what comes out of an archive, counted, compared with what its archive says of it, and used as far as it
//! comes. What is wrong with it can only be known once it was read, so it is [`Noticed`] and told at the end.
//!
//! A stream that breaks off ends for its reader like any other, because readers drop the block in which an error comes.
//! Only one that gives nothing at all is an error.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

use super::limits::{Budget, Capped};
use super::{Problem, advice_for};

/// What was noticed while entries were read.
#[derive(Debug, Default)]
pub(super) struct Noticed(Mutex<BTreeMap<(String, Anomaly), (u64, String)>>);

/// What can be noticed. Of one kind and entry the reading that came furthest counts: an entry is read more than once, and
/// sometimes only its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Anomaly {
    Broken,
    Size,
    Checksum,
}

impl Noticed {
    fn add(&self, path: &str, kind: Anomaly, given: u64, what: String) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry((path.to_owned(), kind)).or_insert((0, String::new()));
        if known.1.is_empty() || given > known.0 {
            *known = (given, what);
        }
    }

    /// An entry of `given` bytes is said to have `size`.
    pub(super) fn wrong_size(&self, path: &str, given: u64, size: u64) {
        let what = format!("gives {given} bytes where its archive says {size}; all that came are used");
        self.add(path, Anomaly::Size, given, what);
    }

    /// An entry of `given` bytes has another checksum than is said.
    pub(super) fn wrong_checksum(&self, path: &str, given: u64) {
        let what = format!("does not match its checksum; all {given} bytes are used");
        self.add(path, Anomaly::Checksum, given, what);
    }

    /// All of it, by path.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let advice = |kind: Anomaly, what: &str| match kind {
            Anomaly::Broken => advice_for(what),
            Anomaly::Size => "the archive is damaged, or was made to mislead: ask for it again",
            Anomaly::Checksum => "some of its lines may be wrong: ask for the archive again",
        };
        all.iter().map(|((path, kind), (_, what))| Problem::new(path, what, advice(*kind, what))).collect()
    }
}

/// What an archive says of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared {
    pub(super) size: u64,
    /// CRC-32 of its bytes, if it says one.
    pub(super) crc: Option<u32>,
}

/// See the [module](self).
pub(super) struct VerifiedReader<'a> {
    inner: Capped<'a>,
    name: &'a str,
    says: Option<Declared>,
    hasher: crc32fast::Hasher,
    given: u64,
    ended: bool,
    budget: &'a Budget,
}

impl<'a> VerifiedReader<'a> {
    /// `packed` are the bytes that the entry takes in its archive.
    pub(super) fn new(
        inner: &'a mut dyn Read,
        name: &'a str,
        packed: u64,
        says: Option<Declared>,
        budget: &'a Budget,
    ) -> VerifiedReader<'a> {
        let inner = Capped::new(inner, name, packed, budget);
        VerifiedReader { inner, name, says, hasher: crc32fast::Hasher::new(), given: 0, ended: false, budget }
    }

    /// The stream ended as it should.
    fn compare(&self) {
        let Some(Declared { size, crc }) = self.says else { return };
        let (given, noticed) = (self.given, self.budget.noticed());
        if given != size {
            noticed.wrong_size(self.name, given, size);
        } else if crc.is_some_and(|crc| crc != self.hasher.clone().finalize()) {
            noticed.wrong_checksum(self.name, given);
        }
    }

    /// The stream ended with an error.
    fn broken(&self, error: &io::Error) {
        let (given, noticed) = (self.given, self.budget.noticed());
        if is_checksum(error) {
            let what = format!(
                "does not match its checksum after {given} bytes, which are used; nothing behind them is ({error})"
            );
            noticed.add(self.name, Anomaly::Checksum, given, what);
        } else {
            noticed.add(
                self.name,
                Anomaly::Broken,
                given,
                format!("breaks off after {given} bytes: {error}"),
            );
        }
    }
}

/// Whether the bytes are all there, but wrong. The decoders have no kind of error for it.
pub(super) fn is_checksum(error: &io::Error) -> bool {
    error.to_string().to_ascii_lowercase().contains("checksum")
}

impl Read for VerifiedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended || buffer.is_empty() {
            return Ok(0);
        }
        match self.inner.read(buffer) {
            Ok(0) => {
                self.ended = true;
                self.compare();
                Ok(0)
            }
            Ok(count) => {
                self.given += count as u64;
                if self.says.is_some_and(|says| says.crc.is_some()) {
                    self.hasher.update(buffer.get(..count).unwrap_or_default());
                }
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted || self.given == 0 => Err(error),
            Err(error) => {
                self.ended = true;
                self.broken(&error);
                Ok(0)
            }
        }
    }
}
