//! Tar archives: every file in them is a source without compression. In a compressed file the tar is copied once, so
//! that its files can be read side by side.

use std::sync::Arc;

use ::tar::{Archive, EntryType};

use super::archive::{ArchiveKind, Refused, check_name, out_of_order};
use crate::content::Content;
use crate::mtime::ModifiedTime;
use crate::sink::Sink;

/// Block size of tar: everything is padded to it.
const BLOCK: u64 = 512;

/// The tar kind.
pub(super) struct Tar;

impl ArchiveKind for Tar {
    fn recognises(&self, head: &[u8]) -> bool {
        head.get(257..262) == Some(b"ustar")
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink) {
        let Some((file, broken)) = out_of_order(&*content, name, bundle) else { return };
        let mut archive = Archive::new(file.clone());
        let mut found = Vec::new();
        let mut end = broken.map(|error| error.to_string());
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
