//! [`Mapped`]: a copy in a temporary file, mapped into memory. The only module that maps files, which is `unsafe`.
//!
//! A log or an archive is never mapped: a user or a server that truncates it would end the process. A temporary file has no
//! name, so nothing else can change it, and the program does not write to a copy once it is complete. Nested archives and
//! entries are read in small steps from many positions, which a map serves without a call of the system for each.
//!
//! Touched pages of a map count as memory of the process, so that all maps together have a limit.

use std::fs::File;
use std::sync::atomic::{AtomicU64, Ordering};

use memmap2::{Mmap, MmapOptions};

/// Bytes of the largest copy that is mapped.
const LARGEST: u64 = 8 << 20;

/// Bytes of all maps together.
const ALL: u64 = 32 << 20;

/// Bytes of all maps of the process.
static MAPPED: AtomicU64 = AtomicU64::new(0);

/// A mapped part of a temporary file.
#[derive(Debug)]
pub(crate) struct Mapped {
    map: Mmap,
    length: u64,
}

impl Mapped {
    /// Maps `length` bytes at `start` of a temporary file, which are not written to any more. `None` if they are too many, or
    /// the system refuses: then they are read through the handle.
    pub(crate) fn of_temporary(file: &File, start: u64, length: u64) -> Option<Mapped> {
        if length == 0 || length > LARGEST {
            return None;
        }
        let add = |all: u64| (all + length <= ALL).then_some(all + length);
        MAPPED.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).ok()?;
        let mut options = MmapOptions::new();
        options.offset(start).len(usize::try_from(length).unwrap_or(usize::MAX));
        #[expect(unsafe_code, reason = "see the module: nothing else can change the file")]
        // SAFETY: the file has no name, only this program has a handle of it, it is never made shorter, and this part of it is
        // complete.
        let map = unsafe { options.map(file) };
        match map {
            Ok(map) => Some(Mapped { map, length }),
            Err(_) => {
                MAPPED.fetch_sub(length, Ordering::Relaxed);
                None
            }
        }
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.map
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        MAPPED.fetch_sub(self.length, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_mapped_and_many_have_a_limit() {
        let file = tempfile::tempfile().expect("a temporary file");
        crate::spill::write_at(&file, 0, b"before").expect("room");
        crate::spill::write_at(&file, 6, &vec![b'x'; 9000]).expect("room");
        let mapped = Mapped::of_temporary(&file, 6, 9000).expect("a map");
        // another copy follows it
        crate::spill::write_at(&file, 9006, b"after").expect("room");
        assert!(mapped.bytes() == vec![b'x'; 9000]);
        file.set_len(ALL + LARGEST).expect("a sparse file");
        assert!(
            Mapped::of_temporary(&file, 0, LARGEST + 1).is_none()
                && Mapped::of_temporary(&file, 0, 0).is_none()
        );
        let maps: Vec<Mapped> = (0..9).map_while(|_| Mapped::of_temporary(&file, 0, LARGEST)).collect();
        assert!((1..=4).contains(&maps.len()), "{} maps", maps.len());
        drop(maps);
        assert!(Mapped::of_temporary(&file, 0, LARGEST).is_some());
    }
}
