//! 7z archives. Their files are packed one after the other in blocks that can only be unpacked from the start, so each
//! archive is unpacked once, to memory or to a temporary file, and its files are parts of that.

use std::sync::Arc;

use sevenz_rust2::{ArchiveReader, Password};

use super::Bundle;
use super::archive::{ArchiveKind, check_name};
use super::content::{Content, Spool, to_seek};
use super::limits::Capped;

/// The kind.
pub(super) struct SevenZ;

impl ArchiveKind for SevenZ {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"7z\xbc\xaf\x27\x1c")
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut Bundle) {
        let opened =
            to_seek(&*content, &bundle.budget).map_err(|error| error.to_string()).and_then(|(file, _)| {
                ArchiveReader::new(file, Password::empty()).map_err(|error| error.to_string())
            });
        let mut archive = match opened {
            Ok(archive) => archive,
            Err(error) => {
                let advice = if error.contains("assword") || error.contains("ncrypt") {
                    "it is encrypted: unpack it with its password and point spoglight at the folder"
                } else {
                    "it is cut off (a 7z has its list of files at its end) or damaged: ask for it again"
                };
                return bundle.problem(name, format!("is a 7z archive that cannot be read: {error}"), advice);
            }
        };
        let packed = content.size();
        let budget = Arc::clone(&bundle.budget);
        let mut spool = Spool::new(Arc::clone(&budget));
        let mut found = Vec::new();
        let outcome = archive.for_each_entries(|entry, stream| {
            if entry.is_directory() || !entry.has_stream() {
                return Ok(true);
            }
            let shown = format!("{name}!{}", entry.name());
            let mut stream = Capped::new(stream, &shown, packed, &budget);
            let (start, end, error) = spool.add(&mut stream);
            let goes_on = error.is_none();
            found.push((entry.name().to_owned(), start, end - start, error.map(|error| error.to_string())));
            Ok(goes_on)
        });
        if let Err(error) = outcome {
            bundle.problem(
                name,
                format!("breaks off after {} entries: {error}", found.len()),
                "what came before is in this report; if it is encrypted, unpack it by hand; else ask for it again",
            );
        }
        let file = match spool.finish() {
            Ok(file) => file,
            Err(error) => {
                return bundle.problem(
                    name,
                    format!("cannot be unpacked: {error}"),
                    "check that the disk for temporary files has room",
                );
            }
        };
        for (entry, start, size, error) in found {
            let entry = check_name(bundle, name, &entry);
            if let Some(error) = error {
                bundle.problem(
                    entry.clone(),
                    format!("breaks off after {size} bytes: {error}"),
                    super::AGAIN,
                );
            }
            bundle.add(Arc::new(file.part(start, size)), entry, depth + 1);
        }
    }
}
