//! Bytes of a zip archive that its directory does not know: another archive before or after it, data that a program put
//! in front of it, entries that were left out. An archive among them is opened, too; anything else is reported.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

use ::zip::ZipArchive;

use super::super::archive::next_data;
use super::directory::Metered;
use super::salvage::{Cause, salvage};
use crate::mtime::ModifiedTime;
use crate::shared::Shared;
use crate::sink::Sink;

/// Largest gap that is not reported: a record of sizes after an entry, or padding.
pub(super) const SMALL: u64 = 24;

/// Bytes of the end of an archive without its comment.
const END: u64 = 22;

/// Maximum number of bytes of the comment at the end.
const COMMENT: u64 = u16::MAX as u64;

/// Parts of the file that belong to an archive: start and end of each entry, and of the directory.
pub(super) type Known = Vec<(u64, u64)>;

/// Opens archives in the rest of the file, and reports what cannot be read of it.
pub(super) fn open(mut known: Known, file: &Shared, name: &str, depth: usize, bundle: &mut dyn Sink) {
    known.push((file.length(), file.length()));
    known.sort_unstable();
    let (mut at, mut first, mut unread) = (0u64, 0, 0);
    // the first part with entries, and the number of these
    let mut unlisted: Option<(u64, u64)> = None;
    for (start, end) in known {
        if start > at.saturating_add(SMALL) && next_data(file, at, start).is_some() {
            // a record of sizes of the entry before it may come first
            let mut starts = [0, 12, 16, 20, 24].into_iter().map(|record| at + record);
            let mut lost = (at, start - at);
            if let Some(from) = starts.find(|from| starts_with(file, *from, *b"PK\x03\x04")) {
                unlisted.get_or_insert((from, 0)).1 += 1;
                let part = file.part(from, start - from);
                lost = (from, 0);
                if start == file.length() || has_end(&part) {
                    bundle.add(Arc::new(part), name.to_owned(), depth + 1, ModifiedTime::default());
                } else {
                    lost.1 = salvage(part, &Cause::Unlisted, name, depth, bundle);
                }
            }
            first = if unread == 0 { lost.0 } else { first };
            unread += lost.1;
        }
        at = at.max(end);
    }
    if let Some((first, parts)) = unlisted {
        let places = if parts > 1 { format!("in {parts} parts, the first ") } else { String::new() };
        bundle.problem(
            name,
            format!(
                "has entries {places}at byte {first} that its directory does not list, or under a name that it has \
                 twice; they were read, too"
            ),
            "several archives may have been written to one file: check that none of them is missing",
        );
    }
    if unread > 0 {
        bundle.unread_entries(
            name,
            format!(
                "has {unread} bytes, the first at byte {first}, that belong to no entry and were not read"
            ),
            "if entries are missing, repair it with 7-Zip or `zip -FF` and point spoglight at the result",
        );
    }
}

/// Start and end of the directory, with the end of the archive after it.
pub(super) fn directory(archive: &ZipArchive<Metered>, file: &Shared) -> (u64, u64) {
    let start = archive.central_directory_start();
    let mut end = start;
    let mut reader = file.clone();
    let mut bytes = Vec::new();
    let mut at = start;
    // an end among the names of a directory is not followed by as many bytes as its comment has
    while reader.seek(SeekFrom::Start(at)).is_ok() {
        bytes.clear();
        if (&mut reader).take(SEARCHED).read_to_end(&mut bytes).is_err() {
            break;
        }
        let found = memchr::memmem::find_iter(&bytes, b"PK\x05\x06")
            .map(|place| at + place as u64)
            .find_map(|place| end_of(file, place, start));
        if let Some(found) = found {
            end = found;
            break;
        }
        if (bytes.len() as u64) < SEARCHED {
            break;
        }
        at += SEARCHED - 3;
    }
    (start, end)
}

/// Bytes that are searched at once.
const SEARCHED: u64 = 64 << 10;

/// End of an archive whose last record is at this position, if its directory begins at `start`.
fn end_of(file: &Shared, at: u64, start: u64) -> Option<u64> {
    let record = bytes_at(file, at)?;
    let long = |at: usize| {
        u64::from(u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]))
    };
    let end = at + END + u64::from(u16::from_le_bytes([record[20], record[21]]));
    // a large archive has two more records in between
    let is_right = at - start >= long(12) || long(12) == u64::from(u32::MAX);
    (is_right && end <= file.length()).then_some(end)
}

/// Whether the file ends with the last record of an archive.
pub(super) fn has_end(file: &Shared) -> bool {
    let from = file.length().saturating_sub(END + COMMENT);
    let mut bytes = Vec::new();
    if file.part(from, END + COMMENT).read_to_end(&mut bytes).is_err() {
        return false;
    }
    memchr::memmem::rfind_iter(&bytes, b"PK\x05\x06").any(|place| {
        let at = from + place as u64;
        let Some(record) = bytes_at(file, at) else { return false };
        let size = u64::from(u32::from_le_bytes([record[12], record[13], record[14], record[15]]));
        let comment = u64::from(u16::from_le_bytes([record[20], record[21]]));
        let directory = at.checked_sub(size);
        at + END + comment == file.length()
            && (size == u64::from(u32::MAX)
                || directory.is_some_and(|start| size >= 46 && starts_with(file, start, *b"PK\x01\x02")))
    })
}

fn bytes_at(file: &Shared, at: u64) -> Option<[u8; END as usize]> {
    let mut record = [0; END as usize];
    file.part(at, END).read_exact(&mut record).ok()?;
    Some(record)
}

fn starts_with(file: &Shared, at: u64, bytes: [u8; 4]) -> bool {
    let mut start = [0; 4];
    file.part(at, 4).read_exact(&mut start).is_ok() && start == bytes
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use crate::tests::Opened;

    fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, zip::write::SimpleFileOptions::default()).expect("an entry");
            zip.write_all(bytes).expect("its bytes");
        }
        zip.finish().expect("an archive").into_inner()
    }

    #[test]
    fn archives_one_after_the_other() {
        let three = [
            zip(&[("a.log", b"2026-11-21 10:00:00 a\n")]),
            zip(&[("b.log", b"2026-11-21 10:00:00 b\n"), ("b/", b"")]),
            zip(&[("c.log", b"2026-11-21 10:00:00 c\n")]),
        ];
        let opened = Opened::new("case.zip", &three.concat());
        assert_eq!(opened.names(), ["case.zip!a.log", "case.zip!b.log", "case.zip!c.log"]);
        let said =
            opened.lines.iter().filter(|line| line.contains("that its directory does not list")).count();
        assert_eq!(said, 2, "{:?}", opened.lines);
        // the last is cut off, so the directory is that of the one before
        let bytes = three.concat();
        let opened = Opened::new("case.zip", &bytes[..bytes.len() - 40]);
        assert_eq!(opened.names(), ["case.zip!a.log", "case.zip!b.log", "case.zip!c.log"]);
        assert!(opened.says("cut off or damaged"), "{:?}", opened.lines);
    }

    /// As programs leave them that replace an entry by adding another.
    #[test]
    fn entries_that_the_directory_does_not_list_are_read() {
        let old = zip(&[("a.log", b"2026-11-21 10:00:00 old\n")]);
        let directory = memchr::memmem::find(&old, b"PK\x01\x02").expect("a directory");
        let new = zip(&[("a.log", b"2026-11-21 10:00:00 new\n")]);
        let opened = Opened::new("case.zip", &[&old[..directory], &new].concat());
        assert_eq!(opened.names(), ["case.zip!a.log", "case.zip!a.log"]);
        assert!(opened.lines.len() == 1 && opened.says("has entries at byte 0 that"), "{:?}", opened.lines);
        let opened =
            Opened::new("case.zip", &[&old[..directory], &[7; 50], &old[..directory], &new].concat());
        assert_eq!(opened.sources.len(), 3);
        assert!(opened.lines.len() == 2 && opened.says("has 50 bytes"), "{:?}", opened.lines);
    }

    #[test]
    fn bytes_around_an_archive_are_reported() {
        let one = zip(&[("a.log", b"2026-11-21 10:00:00 a\n")]);
        for (name, before) in
            [("case.zip", b"some text ".repeat(10)), ("x.bin", b"MZ\0\x01\x02\x03".repeat(99))]
        {
            let opened = Opened::new(name, &[before.as_slice(), &one].concat());
            assert_eq!(opened.names(), [format!("{name}!a.log")]);
            let said = format!("has {} bytes, the first at byte 0, that belong to no entry", before.len());
            assert!(opened.says(&said), "{:?}", opened.lines);
        }
        let after = Opened::new("case.zip", &[one.as_slice(), &b"some text ".repeat(10)].concat());
        assert_eq!(after.names(), ["case.zip!a.log"]);
        assert!(
            after.says(&format!("has 100 bytes, the first at byte {}, that belong", one.len())),
            "{:?}",
            after.lines
        );
        // padding of a disk or tape
        let padded = Opened::new("case.zip", &[one.as_slice(), &[0; 5000]].concat());
        assert_eq!((padded.names(), padded.lines.len()), (vec!["case.zip!a.log"], 0), "{:?}", padded.lines);
        // the end of another archive is not one
        let text =
            Opened::new("case.zip", &[b"some text ".repeat(10).as_slice(), &one[one.len() - 22..]].concat());
        assert_eq!(text.names(), ["case.zip"]);
    }

    #[test]
    fn a_file_whose_name_is_that_of_a_folder() {
        let opened = Opened::new("case.zip", &zip(&[("x/", b"2026-11-21 10:00:00 a\n"), ("y/", b"")]));
        assert_eq!((opened.names(), opened.lines.len()), (vec!["case.zip!x/"], 0), "{:?}", opened.lines);
        assert_eq!(opened.sources[0].1, b"2026-11-21 10:00:00 a\n");
    }
}
