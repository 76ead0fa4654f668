//! Zip archives: every entry is a source, unpacked while it is read and never written anywhere.
//!
//! The directory at the end is trusted for names and positions, the entries for their bytes. Entries that share bytes
//! make small archives huge, so only the first of them is read.

mod entry;
mod salvage;
mod unlock;

use std::sync::Arc;

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::archive::{ArchiveKind, Refused, check_name, out_of_order};
use super::lock::Lock;
use crate::content::Content;
use crate::mmap::Shared;
use crate::mtime::ModifiedTime;
use crate::problem::{advice_for, is_ours};
use crate::sink::Sink;
use entry::{Archive, ZipEntry};

/// The zip kind.
pub(super) struct Zip;

impl ArchiveKind for Zip {
    fn recognises(&self, head: &[u8]) -> bool {
        // the second is an archive without entries
        head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
    }

    fn magic(&self) -> &'static [u8] {
        b"PK\x03\x04"
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink) {
        let Some((file, broken)) = out_of_order(&*content, name, bundle) else { return };
        let broken = broken.map(|error| error.to_string());
        if let Some(error) = &broken {
            bundle.unread_entries(name, format!("is incomplete: {error}"), advice_for(error));
        }
        let is_ours = broken.as_deref().is_some_and(is_ours);
        let mut archive = match open(file.clone()) {
            Ok(archive) => archive,
            // what was not copied is not damaged
            Err(error) => return salvage::salvage(file, (!is_ours).then_some(&error), name, depth, bundle),
        };
        if archive.is_empty() {
            bundle.problem(name, "is a zip archive without entries", "request it again");
        }
        if archive.has_duplicate_names() {
            bundle.problem(
                name,
                "has several entries of the same name; only the last of each was read",
                "unpack it with 7-Zip, which can keep them all under other names",
            );
        }
        let found = look(&mut archive, name, bundle);
        let archive = Arc::new(Archive { zip: archive, file, budget: Arc::clone(bundle.budget()) });
        add(&archive, found, name, depth, bundle);
    }
}

#[expect(clippy::disallowed_methods, reason = "every entry is read through Capped")]
fn open(file: Shared) -> Result<ZipArchive<Shared>, ZipError> {
    ZipArchive::new(file)
}

/// An entry that can be read.
struct Found {
    index: usize,
    name: String,
    is_locked: bool,
    written: ModifiedTime,
}

/// Lists the entries that can be read, and reports the others.
fn look(archive: &mut ZipArchive<Shared>, name: &str, bundle: &mut dyn Sink) -> Vec<Found> {
    let (mut found, mut refused) = (Vec::new(), Refused::default());
    let shared = overlapping(archive);
    for (index, overlaps) in shared.into_iter().enumerate() {
        let entry = match archive.by_index_raw(index) {
            Ok(entry) => entry,
            Err(error) => {
                let what = format!("cannot be read: {error}");
                let advice = "the archive is damaged: request it again";
                bundle.problem(format!("{name}!entry {index}"), what, advice);
                continue;
            }
        };
        let entry_name = entry_name(entry.name(), entry.name_raw());
        if entry.is_dir() {
            continue;
        }
        let method = entry::method_of(&entry);
        let (is_locked, is_link) = (entry.encrypted(), entry.is_symlink());
        let written = ModifiedTime::from_zip(&entry);
        if overlaps {
            refused.add(
                entry_name,
                "shares its bytes with another entry, as in archive bombs, and was not read",
                "share their bytes with other entries, as in archive bombs, and were not read",
                "be careful with this archive; check its origin",
            );
        } else if is_link {
            refused.link(entry_name);
        } else if let Some(method) = entry::unsupported(method) {
            refused.add(
                entry_name,
                &format!("is packed with {method}, which spoglight cannot unpack"),
                &format!("are packed with {method}, which spoglight cannot unpack"),
                "unpack it with 7-Zip and point spoglight at the folder",
            );
        } else {
            found.push(Found { index, name: entry_name, is_locked, written });
        }
    }
    refused.report(name, bundle);
    found
}

/// Returns for each entry whether it shares bytes, headers included, with an earlier one.
fn overlapping(archive: &mut ZipArchive<Shared>) -> Vec<bool> {
    let mut places = Vec::new();
    for index in 0..archive.len() {
        if let Ok(entry) = archive.by_index_raw(index) {
            let start = entry.header_start();
            let end = entry.data_start().unwrap_or(start).saturating_add(entry.compressed_size());
            places.push((start, index, end));
        }
    }
    places.sort_unstable();
    let mut overlap = vec![false; archive.len()];
    let mut used = 0;
    for (start, index, end) in places {
        if start < used {
            overlap.get_mut(index).into_iter().for_each(|overlaps| *overlaps = true);
        } else {
            used = end;
        }
    }
    overlap
}

/// Adds the entries to the bundle, with the password if one is needed and known.
fn add(archive: &Arc<Archive>, found: Vec<Found>, name: &str, depth: usize, bundle: &mut dyn Sink) {
    let mut lock = Lock::new(name);
    for Found { index, name: entry, is_locked, written } in found {
        let mut password = None;
        if is_locked {
            password = lock.open(bundle.passwords(), &mut |password, is_proven| {
                archive.opens(index, password, is_proven)
            });
            if password.is_none() {
                lock.refuse(entry);
                continue;
            }
        }
        let shown = check_name(bundle, name, &entry);
        let content = ZipEntry { archive: Arc::clone(archive), index, password };
        bundle.add(Arc::new(content), shown, depth + 1, written);
    }
    lock.report(bundle);
}

/// A name in UTF-8 or CP437, decoded by the crate; other bytes become U+FFFD.
fn entry_name(name: Result<std::borrow::Cow<'_, str>, ZipError>, raw: &[u8]) -> String {
    name.map_or_else(|_| String::from_utf8_lossy(raw).into_owned(), std::borrow::Cow::into_owned)
}
