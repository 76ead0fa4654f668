//! Zip archives without their directory, which is at the end and is lost when a copy breaks off: the entries are read
//! from the start, one after the other, as far as possible.

use ::zip::result::ZipError;

use super::super::archive::InOrder;
use crate::shared::Shared;
use crate::mtime::ModifiedTime;
use crate::sink::Sink;

/// Adds the readable entries; `error` is why the directory could not be read, if the archive is to blame.
pub(super) fn salvage(
    mut file: Shared,
    error: Option<&ZipError>,
    name: &str,
    depth: usize,
    bundle: &mut dyn Sink,
) {
    let mut entries = InOrder::new(file.length(), bundle);
    let end = loop {
        let mut entry = match ::zip::read::read_zipfile_from_stream(&mut file) {
            Ok(Some(entry)) => entry,
            Ok(None) => break None,
            Err(error) => break Some(error.to_string()),
        };
        if entry.is_dir() {
            continue;
        }
        let entry_name = super::entry_name(entry.name(), entry.name_raw());
        let written = ModifiedTime::from_zip(&entry);
        if !entries.unpack(name, &entry_name, &mut entry, None, written) {
            break None;
        }
    };
    if let Some(error) = error {
        let why = end.map_or_else(|| error.to_string(), |end| format!("{error}; {end}"));
        bundle.unread_entries(
            name,
            format!("is a zip archive that is cut off or damaged ({why}); {} entries could be read", entries.len()),
            "the readable entries are in this report; request the archive again, or repair it with 7-Zip and point \
             spoglight at the folder",
        );
    }
    entries.finish(name, depth, bundle);
}
