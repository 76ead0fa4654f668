//! 7z archives. Their files are packed one after the other in blocks that can only be unpacked from the start, so each
//! archive is unpacked once, to memory or to a temporary file, and its files are parts of that.

use std::sync::Arc;

use sevenz_rust2::{ArchiveReader, Password};

use super::Bundle;
use super::archive::{ArchiveKind, InOrder};
use super::content::{Content, to_seek};

/// The kind.
pub(super) struct SevenZ;

impl ArchiveKind for SevenZ {
    fn recognises(&self, head: &[u8]) -> bool {
        head.starts_with(b"7z\xbc\xaf\x27\x1c")
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut Bundle) {
        let opened = to_seek(&*content, name, &bundle.budget).map_err(|error| error.to_string()).and_then(
            |(file, _)| ArchiveReader::new(file, Password::empty()).map_err(|error| error.to_string()),
        );
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
        let mut entries = InOrder::new(content.size(), bundle);
        let outcome = archive.for_each_entries(|entry, stream| {
            Ok(entry.is_directory() || !entry.has_stream() || entries.unpack(name, entry.name(), stream))
        });
        if let Err(error) = outcome {
            bundle.problem(
                name,
                format!("breaks off after {} entries: {error}", entries.len()),
                "what came before is in this report; if it is encrypted, unpack it by hand; else ask for it again",
            );
        }
        entries.finish(name, depth, bundle);
    }
}
