//! Tar archives: every file in them is a source without compression. In a compressed file the tar is copied once, so
//! that its files can be read side by side.

use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use ::tar::{Archive, EntryType, Header, PaxExtensions};

use super::archive::{ArchiveKind, Refused, check_name, out_of_order};
use crate::content::Content;
use crate::mtime::ModifiedTime;
use crate::sink::Sink;

/// Block size of tar: everything is padded to it.
const BLOCK: u64 = 512;

/// Maximum number of bytes of a long name or of the attributes of an entry, which are read to memory.
const LONGEST_HEADER: u64 = 1 << 20;

/// Position of the first entry whose long name or attributes have more than [`LONGEST_HEADER`] bytes, if there is one.
fn oversized(file: &mut (impl Read + Seek)) -> Option<u64> {
    let (mut at, mut next_size) = (0, None);
    let mut block = [0; BLOCK as usize];
    loop {
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut block).ok()?;
        let header = Header::from_byte_slice(&block);
        // zeros, or no header: the reader of entries reports it
        let size = header.entry_size().ok().filter(|_| header.as_bytes()[0] != 0)?;
        let kind = header.entry_type();
        let is_about_next =
            kind.is_gnu_longname() || kind.is_gnu_longlink() || kind.is_pax_local_extensions();
        if (is_about_next || kind.is_pax_global_extensions()) && size > LONGEST_HEADER {
            return Some(at);
        }
        let mut length = size;
        if kind.is_pax_local_extensions() {
            let mut attributes = vec![0; size as usize];
            file.read_exact(&mut attributes).ok()?;
            let known =
                PaxExtensions::new(&attributes).flatten().find(|attribute| attribute.key_bytes() == b"size");
            next_size = known.and_then(|size| size.value().ok()?.parse().ok());
        } else if !is_about_next {
            // attributes give the size of a file that is too large for the header
            length = next_size.take().unwrap_or(size);
        }
        at = at.checked_add(BLOCK)?.checked_add(length.checked_next_multiple_of(BLOCK)?)?;
    }
}

/// The tar kind.
pub(super) struct Tar;

impl ArchiveKind for Tar {
    fn recognises(&self, head: &[u8]) -> bool {
        head.get(257..262) == Some(b"ustar")
    }

    fn magic(&self) -> &'static [u8] {
        const HEAD: [u8; 262] = {
            let mut head = [0; 262];
            let (mut at, mark) = (0, b"ustar");
            while at < mark.len() {
                head[257 + at] = mark[at];
                at += 1;
            }
            head
        };
        &HEAD
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink) {
        let Some((file, broken)) = out_of_order(&*content, name, bundle) else { return };
        let mut end = broken.map(|error| error.to_string());
        let readable = oversized(&mut file.clone()).unwrap_or(u64::MAX);
        if readable != u64::MAX {
            end = end.or_else(|| {
                Some(format!("a name or attribute of an entry has more than {LONGEST_HEADER} bytes"))
            });
        }
        let mut archive = Archive::new(file.clone().take(readable));
        let mut found = Vec::new();
        match archive.entries() {
            Ok(entries) => {
                for entry in entries {
                    match entry {
                        Ok(entry) => {
                            let entry_name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
                            let kind = entry.header().entry_type();
                            let written = ModifiedTime::from_seconds(entry.header().mtime().unwrap_or(0));
                            let place = entry.raw_file_position();
                            found.push((entry_name, kind, written, place, entry.size()));
                        }
                        Err(error) => {
                            end = end.or_else(|| Some(error.to_string()));
                            break;
                        }
                    }
                }
            }
            Err(error) => end = end.or_else(|| Some(error.to_string())),
        }
        // an archive ends with blocks of zeros
        let ends = found.last().map_or(0, |(.., start, size)| start + size.next_multiple_of(BLOCK));
        if end.is_none() && file.length() < ends + BLOCK {
            end = Some("its end is missing".to_owned());
        }
        if let Some(error) = end {
            bundle.unread_entries(
                name,
                format!("breaks off after {} entries: {error}", found.len()),
                "the entries before that are in this report; request the archive again for the rest",
            );
        }
        let mut refused = Refused::default();
        for (entry, kind, written, start, size) in found {
            match kind {
                EntryType::Directory | EntryType::XGlobalHeader | EntryType::XHeader => {}
                EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                    let entry = check_name(bundle, name, &entry);
                    if start + size > file.length() {
                        bundle.problem(entry.clone(), "is cut off, like its archive", crate::problem::AGAIN);
                    }
                    bundle.add(Arc::new(file.part(start, size)), entry, depth + 1, written);
                }
                EntryType::Symlink | EntryType::Link => refused.link(entry),
                _ => refused.add(
                    entry,
                    "is a device, pipe or socket",
                    "are devices, pipes or sockets",
                    "copy their content to files to read it",
                ),
            }
        }
        refused.report(name, bundle);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    /// A tar with one entry whose long name has this many bytes, and another entry before it.
    fn with_name(length: usize) -> Vec<u8> {
        let mut builder = ::tar::Builder::new(Vec::new());
        let mut header = Header::new_gnu();
        header.set_size(2);
        header.set_entry_type(EntryType::Regular);
        builder.append_data(&mut header.clone(), "first.log", &b"1\n"[..]).expect("an entry");
        builder.append_data(&mut header, "x".repeat(length), &b"2\n"[..]).expect("an entry");
        builder.into_inner().expect("a tar")
    }

    #[test]
    fn a_name_without_end_is_found_before_it_is_read() {
        assert_eq!(oversized(&mut Cursor::new(with_name(5000))), None);
        assert_eq!(oversized(&mut Cursor::new(with_name(2 << 20))), Some(2 * BLOCK));
        let cut = with_name(2 << 20);
        assert_eq!(oversized(&mut Cursor::new(&cut[..700])), None);
    }
}
