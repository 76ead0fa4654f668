//! Zip archives without their directory, which is at the end and is lost when a copy breaks off: the entries are found
//! by their own headers, one after the other, as far as possible.
//!
//! Programs that write to a stream (Java, .NET, pipes) put the sizes of an entry after its data. A deflate stream has
//! an end of its own, so it is unpacked once to find it. Data in another method ends where a record after it declares
//! exactly its size. The last entry may be cut off, and then takes the rest of the file.
//!
//! Doubt: data that is not compressed, without a size before it and without the signature of the record after it, cannot
//! be told from what follows. It is reported and not read, unless it is the last entry.

use std::cell::RefCell;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::sync::Arc;

use ::zip::result::ZipError;
use memchr::memmem::Finder;

use super::super::archive::{Refused, check_name, shown};
use super::super::lock::Lock;
use super::entry::Archive;
use super::loose::{Header, LooseEntry};
use super::refuse_method;
use crate::decoders;
use crate::limits::{Budget, Capped, Limits};
use crate::meter::Meter;
use crate::problem::is_ours;
use crate::shared::Shared;
use crate::silence::Silence;
use crate::sink::Sink;
use crate::verified::Declared;

/// Why entries are read without a directory.
pub(super) enum Cause<'a> {
    /// It cannot be read.
    Damaged(ZipError),
    /// The archive could not be copied as a whole for this reason, which was reported.
    Missing(&'a str),
    /// The directory of the archive does not list them.
    Unlisted,
}

/// Adds the readable entries. Returns the number of bytes that belong to none.
pub(super) fn salvage(
    file: Shared,
    cause: &Cause<'_>,
    name: &str,
    depth: usize,
    bundle: &mut dyn Sink,
) -> u64 {
    let limits = *bundle.budget().limits();
    let missing: Option<Arc<str>> = match cause {
        Cause::Missing(why) => Some(Arc::from(*why)),
        _ => None,
    };
    let archive = Arc::new(Archive { file: file.clone(), budget: Arc::clone(bundle.budget()) });
    let mut walk = Walk {
        reader: RefCell::new(file.clone()),
        file,
        budget: Budget::new(limits),
        limits,
        has_records: true,
        at: 0,
        skipped: (0, 0),
        end: None,
    };
    let (mut lock, mut refused, mut count) = (Lock::new(name), Refused::default(), 0u64);
    while let Some(header) = walk.next_header() {
        let bounds = walk.bounds(&header, name);
        walk.at = bounds.next;
        if header.is_folder && bounds.says.is_some_and(|says| says.size == 0) {
            continue;
        }
        if let Some(method) = super::entry::unsupported(header.facts.method) {
            refuse_method(&mut refused, header.name, &method);
            continue;
        }
        let Some(packed) = bounds.packed else {
            refused.add(
                header.name,
                "was not read: its size is neither before nor after its data, which is not compressed",
                "were not read: their sizes are neither before nor after their data, which is not compressed",
                "repair the archive with 7-Zip or `zip -FF` and point spoglight at the result",
            );
            continue;
        };
        count += 1;
        let mut facts = header.facts;
        facts.packed = packed;
        if let Some(says) = bounds.says {
            (facts.size, facts.crc) = (says.size, says.crc.unwrap_or(facts.crc));
        } else {
            facts.size = u64::MAX;
        }
        let mut password = None;
        if header.is_locked() {
            password =
                lock.open(bundle.passwords(), &mut |one, is_proven| archive.opens(facts, one, is_proven));
            if password.is_none() {
                lock.refuse(header.name);
                continue;
            }
        }
        // decoders report their end, but data that is not compressed has none
        let (is_stored, has_size) = (facts.method == 0 && missing.is_none(), bounds.says.is_some());
        let is_cut = is_stored && facts.data.saturating_add(packed) > walk.file.length();
        let content = LooseEntry {
            archive: Arc::clone(&archive),
            facts,
            says: bounds.says.filter(|_| !is_cut),
            password,
            meter: Meter::default(),
            missing: missing.clone().filter(|_| facts.data.saturating_add(packed) >= walk.file.length()),
        };
        let shown = check_name(bundle, name, &header.name);
        if is_cut {
            bundle.problem(shown.clone(), "is cut off, like its archive", crate::problem::AGAIN);
        } else if is_stored && !has_size {
            bundle.problem(
                shown.clone(),
                format!(
                    "has no size in the archive; its bytes up to byte {} of the archive are used",
                    bounds.next
                ),
                crate::problem::AGAIN,
            );
        }
        bundle.add(Arc::new(content), shown, depth + 1, header.written);
    }
    if let Cause::Damaged(error) = cause {
        let mut why = error.to_string();
        if let Some(end) = &walk.end {
            why = format!("{why}; {end}");
        }
        if let (first, bytes @ 1..) = walk.skipped {
            why = format!("{why}; {bytes} bytes, the first at byte {first}, belong to no entry");
        }
        bundle.unread_entries(
            name,
            format!("is a zip archive that is cut off or damaged ({why}); {count} entries could be read"),
            "the readable entries are in this report; request the archive again, or repair it with 7-Zip and point \
             spoglight at the folder",
        );
    }
    refused.report(name, bundle);
    lock.report(bundle);
    walk.skipped.1 + if walk.end.is_some() { walk.file.length().saturating_sub(walk.at) } else { 0 }
}

/// End of the data of an entry.
struct Bounds {
    /// Compressed size; `None` if it cannot be known.
    packed: Option<u64>,
    says: Option<Declared>,
    /// Position at which the next header is expected.
    next: u64,
}

/// A walk from header to header.
struct Walk {
    file: Shared,
    /// Reads a few bytes here and there.
    reader: RefCell<Shared>,
    limits: Limits,
    /// What finding the ends of entries may unpack.
    budget: Budget,
    /// Whether a search for the record after an entry may find one. A search that fails is not repeated, so that each
    /// byte is searched once.
    has_records: bool,
    at: u64,
    /// Position of the first bytes that belong to no entry, and the number of all of them.
    skipped: (u64, u64),
    /// Why the walk ends before the end of the file.
    end: Option<String>,
}

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const RECORD: [u8; 4] = *b"PK\x07\x08";
const DIRECTORY: [u8; 4] = *b"PK\x01\x02";
/// A directory, its end, and its end if it is large.
const AFTER_ENTRIES: [[u8; 4]; 3] = [DIRECTORY, *b"PK\x05\x06", *b"PK\x06\x06"];

impl Walk {
    /// The next header: at the current position, or else the next one that can be found.
    fn next_header(&mut self) -> Option<Header> {
        let length = self.file.length();
        let signature = self.bytes::<4>(self.at);
        if self.end.is_some() || signature.is_some_and(|bytes| AFTER_ENTRIES.contains(&bytes)) {
            return None;
        }
        if let Some(header) = Header::read(&self.file, self.at) {
            return Some(header);
        }
        let from = self.at.min(length);
        let found = self.find(LOCAL, from, |at| self.is_plausible(at));
        if found.is_none() && signature == Some(LOCAL) {
            self.end = Some(format!("the header of an entry at byte {from} is cut off or damaged"));
            return None;
        }
        let to = found.unwrap_or(length);
        if self.skipped.1 == 0 {
            self.skipped.0 = from;
        }
        self.skipped.1 += to - from;
        self.at = to;
        found.and_then(|at| Header::read(&self.file, at))
    }

    /// Finds the end of an entry.
    fn bounds(&mut self, header: &Header, archive: &str) -> Bounds {
        let length = self.file.length();
        let (start, facts) = (header.facts.data, header.facts);
        if header.has_sizes {
            let next = start.saturating_add(facts.packed);
            // a writer that knows the sizes before the data may not know the checksum
            let crc = (!header.has_record() || facts.crc != 0).then_some(facts.crc);
            let record =
                header.has_record().then(|| self.record(next, facts.packed, Some(facts.size))).flatten();
            // sizes that are not meant would lead into the middle of another entry
            if !header.has_record() || next >= length || record.is_some() {
                let (says, next) = record.unwrap_or((Declared { size: facts.size, crc }, next));
                return Bounds { packed: Some(facts.packed), says: Some(says), next: next.min(length) };
            }
        }
        if matches!(facts.method, 8 | 9) && !header.is_locked() {
            return self.measure(header, archive);
        }
        let record = |at: u64| self.record(at, at - start, None);
        let end = self.has_records.then(|| self.find(RECORD, start, |at| record(at).is_some())).flatten();
        if let Some((end, (says, next))) = end.and_then(|end| Some((end, record(end)?))) {
            return Bounds { packed: Some(end - start), says: Some(says), next };
        }
        self.has_records = false;
        let next = self.find(LOCAL, start, |at| self.is_plausible(at));
        if let Some(next) = next {
            // the other decoders find their own end, and report the bytes after it
            let packed = (facts.method != 0 || header.is_locked()).then_some(next - start);
            return Bounds { packed, says: None, next };
        }
        let end = self.find(DIRECTORY, start, |_| true).unwrap_or(length);
        Bounds { packed: Some(end - start), says: None, next: end }
    }

    /// Unpacks an entry up to the end of its stream.
    fn measure(&mut self, header: &Header, archive: &str) -> Bounds {
        let length = self.file.length();
        let (start, left) = (header.facts.data, length - header.facts.data);
        let silence = Silence::new(&self.limits);
        let packed = Box::new(self.file.part(start, left));
        let mut stream = decoders::inflate(packed, header.facts.method == 9, &silence);
        let name = shown(archive, &header.name);
        let meter = Meter::default();
        let mut stream = Capped::new(&mut stream, &name, left, &meter, &self.budget);
        let size = io::copy(&mut stream, &mut io::sink());
        let taken = silence.total();
        match size {
            Ok(size) => {
                // the decoder of deflate64 takes a few bytes more
                let ends =
                    (0..=if header.facts.method == 9 { 4 } else { 0 }).map(|more| taken - more.min(taken));
                let record = |size: Option<u64>| {
                    ends.clone().find_map(|packed| Some((packed, self.record(start + packed, packed, size)?)))
                };
                // a wrong size in the record is reported when the entry is read
                match record(Some(size)).or_else(|| record(None)) {
                    Some((packed, (says, next))) => Bounds { packed: Some(packed), says: Some(says), next },
                    None => Bounds {
                        packed: Some(taken),
                        says: Some(Declared { size, crc: None }),
                        next: start + taken,
                    },
                }
            }
            Err(error) if is_ours(&error.to_string()) => {
                self.end = Some(format!("{error}; the entries after it were not looked for"));
                Bounds { packed: Some(left), says: None, next: length }
            }
            Err(_) => {
                let next = self.find(LOCAL, start + taken, |at| self.is_plausible(at)).unwrap_or(length);
                Bounds { packed: Some(next - start), says: None, next }
            }
        }
    }

    /// The declarations in the record after an entry of these sizes, and the position after it. Its signature may be
    /// missing, and its sizes have four or eight bytes.
    fn record(&self, at: u64, packed: u64, size: Option<u64>) -> Option<(Declared, u64)> {
        let bytes = self.bytes::<24>(at).or_else(|| {
            // the last record of a file that is cut off
            let mut padded = [0; 24];
            let left = usize::try_from(self.file.length().checked_sub(at)?).ok()?.min(24);
            let mut reader = self.reader.borrow_mut();
            reader.seek(SeekFrom::Start(at)).ok()?;
            reader.read_exact(padded.get_mut(..left)?).ok()?;
            Some(padded)
        })?;
        let number = |at: usize, width: usize| {
            bytes
                .get(at..at + width)
                .into_iter()
                .flatten()
                .rev()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
        };
        // with a signature, the bytes after the record may be anything
        let forms = [(4, 4, true), (4, 8, true), (0, 4, true), (0, 8, true), (4, 4, false), (4, 8, false)];
        forms.into_iter().find_map(|(from, width, is_followed)| {
            let after = at + (from + 4 + 2 * width) as u64;
            let (has_packed, has_size) = (number(from + 4, width), number(from + 4 + width, width));
            let is_right = after <= self.file.length()
                && has_packed == packed
                && size.is_none_or(|size| size == has_size)
                && (from == 0 || bytes.starts_with(&RECORD))
                && (!is_followed || self.is_boundary(after));
            let crc = number(from, 4) as u32;
            is_right.then_some((Declared { size: has_size, crc: Some(crc) }, after))
        })
    }

    /// Whether a header, the directory or the end of the file is at this position.
    fn is_boundary(&self, at: u64) -> bool {
        let Some(bytes) = self.bytes::<4>(at) else { return true };
        bytes == LOCAL || AFTER_ENTRIES.contains(&bytes)
    }

    /// Whether a header of usual lengths begins here. Only these are searched for: every byte may look like the start
    /// of one, and it is read as a whole.
    fn is_plausible(&self, at: u64) -> bool {
        let Some(fixed) = self.bytes::<30>(at) else { return false };
        let short = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        fixed.starts_with(&LOCAL)
            && fixed[4] < 64
            && (1..=1024).contains(&short(26))
            && short(28) <= 1024
            && Header::read(&self.file, at).is_some()
    }

    /// Bytes at a position, unless the file ends before them.
    fn bytes<const COUNT: usize>(&self, at: u64) -> Option<[u8; COUNT]> {
        let (mut reader, mut bytes) = (self.reader.borrow_mut(), [0; COUNT]);
        reader.seek(SeekFrom::Start(at)).ok()?;
        reader.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// Position of the first of these bytes, from `from` on, that `accepts`.
    fn find(&self, bytes: [u8; 4], from: u64, accepts: impl Fn(u64) -> bool) -> Option<u64> {
        let finder = Finder::new(&bytes);
        let (mut at, mut reader) = (from, self.file.clone());
        let mut buffer = vec![0; SEARCHED];
        loop {
            reader.seek(SeekFrom::Start(at)).ok()?;
            let count = fill(&mut reader, &mut buffer).ok()?;
            let read = buffer.get(..count)?;
            let found = finder.find_iter(read).map(|place| at + place as u64).find(|at| accepts(*at));
            if found.is_some() {
                return found;
            }
            if count < SEARCHED {
                return None;
            }
            at += (SEARCHED - bytes.len() + 1) as u64;
        }
    }
}

/// Bytes that are searched at once.
const SEARCHED: usize = 64 << 10;

/// Reads until the buffer is full or the file ends.
fn fill(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut count = 0;
    while let Some(rest) = buffer.get_mut(count..).filter(|rest| !rest.is_empty()) {
        match reader.read(rest)? {
            0 => break,
            more => count += more,
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests;
