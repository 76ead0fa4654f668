//! Zip archives: every entry is a source, unpacked while it is read and never written anywhere.
//!
//! The directory at the end is trusted for names and positions, the entries for their bytes. Entries that share bytes
//! make small archives huge, so only the first of them is read.

mod directory;
mod entry;
mod loose;
mod rest;
mod salvage;
mod unlock;

use std::sync::Arc;

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::archive::{ArchiveKind, Refused, check_name, out_of_order, short};
use super::lock::Lock;
use crate::content::Content;
use crate::meter::Meter;
use crate::mtime::ModifiedTime;
use crate::problem::{advice_for, is_ours};
use crate::shared::Shared;
use crate::sink::Sink;
use directory::{Directory, Metered};
use entry::{Archive, ZipEntry, ZipEntryFacts};
use salvage::{Cause, salvage};

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

    fn recognises_end(&self, file: &Shared) -> bool {
        rest::has_end(file)
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink) {
        let Some((file, broken)) = out_of_order(&*content, name, bundle) else { return };
        let broken = broken.map(|error| error.to_string());
        if let Some(error) = &broken {
            bundle.unread_entries(name, format!("is incomplete: {error}"), advice_for(error));
        }
        let mut directory = match Directory::open(file.clone(), bundle.budget()) {
            Ok(directory) => directory,
            Err(error) if error.to_string().contains("--max-memory") => {
                return bundle.unread_entries(name, format!("was not read: {error}"), TOO_LARGE);
            }
            Err(error) => {
                // what was not copied is not damaged
                let ours = broken.as_deref().filter(|broken| is_ours(broken));
                let cause = ours.map_or(Cause::Damaged(error), Cause::Missing);
                salvage(file, &cause, name, depth, bundle);
                return;
            }
        };
        if directory.archive.is_empty() {
            bundle.problem(name, "is a zip archive without entries", "request it again");
        }
        let (found, mut known) = look(&mut directory.archive, name, bundle);
        known.push(rest::directory(&directory.archive, &file));
        drop(directory);
        rest::open(known, &file, name, depth, bundle);
        let archive = Arc::new(Archive { file, budget: Arc::clone(bundle.budget()) });
        add(&archive, found, name, depth, bundle);
    }
}

/// Advice for an archive with too many entries.
const TOO_LARGE: &str =
    "unpack it and analyze a part of it, or raise the limit if the machine has that much memory";

/// An entry that can be read.
struct Found {
    facts: ZipEntryFacts,
    name: String,
    is_locked: bool,
    written: ModifiedTime,
}

/// Lists the entries that can be read, and reports the others. Also returns the parts of the file with entries.
fn look(archive: &mut ZipArchive<Metered>, name: &str, bundle: &mut dyn Sink) -> (Vec<Found>, rest::Known) {
    let (mut found, mut refused) = (Vec::new(), Refused::default());
    let (shared, known) = overlapping(archive);
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
        // the name of a file may look like that of a folder
        if entry.is_dir() && entry.size() == 0 && entry.compressed_size() <= OF_FOLDER {
            continue;
        }
        let facts = ZipEntryFacts::new(&entry);
        if overlaps {
            refused.add(
                entry_name,
                "shares its bytes with another entry, as in archive bombs, and was not read",
                "share their bytes with other entries, as in archive bombs, and were not read",
                "be careful with this archive; check its origin",
            );
        } else if entry.is_symlink() {
            refused.link(entry_name);
        } else if let Some(method) = entry::unsupported(facts.method) {
            refuse_method(&mut refused, entry_name, &method);
        } else {
            let (is_locked, written) = (entry.encrypted(), ModifiedTime::from_zip(&entry));
            found.push(Found { facts, name: entry_name, is_locked, written });
        }
    }
    refused.report(name, bundle);
    (found, known)
}

/// Bytes that an entry without data may have: an empty stream, encrypted or not.
const OF_FOLDER: u64 = 40;

/// Adds an entry that is packed with an unsupported method.
fn refuse_method(refused: &mut Refused, entry: String, method: &str) {
    refused.add(
        entry,
        &format!("is packed with {method}, which spoglight cannot unpack"),
        &format!("are packed with {method}, which spoglight cannot unpack"),
        "unpack it with 7-Zip and point spoglight at the folder",
    );
}

/// Returns for each entry whether it shares bytes, headers included, with an earlier one, and the parts of the file with
/// entries.
fn overlapping(archive: &mut ZipArchive<Metered>) -> (Vec<bool>, rest::Known) {
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
    let (mut used, mut known) = (0, rest::Known::new());
    for (start, index, end) in places {
        if start < used {
            overlap.get_mut(index).into_iter().for_each(|overlaps| *overlaps = true);
        } else {
            used = end;
            // entries one after the other are one part
            match known.last_mut() {
                Some((_, last)) if start <= last.saturating_add(rest::SMALL) => *last = end,
                _ => known.push((start, end)),
            }
        }
    }
    (overlap, known)
}

/// Adds the entries to the bundle, with the password if one is needed and known.
fn add(archive: &Arc<Archive>, found: Vec<Found>, name: &str, depth: usize, bundle: &mut dyn Sink) {
    let mut lock = Lock::new(name);
    for Found { facts, name: entry, is_locked, written } in found {
        let mut password = None;
        if is_locked {
            password = lock.open(bundle.passwords(), &mut |password, is_proven| {
                archive.opens(facts, password, is_proven)
            });
            if password.is_none() {
                lock.refuse(entry);
                continue;
            }
        }
        let shown = check_name(bundle, name, &entry);
        let content = ZipEntry { archive: Arc::clone(archive), facts, password, meter: Meter::default() };
        bundle.add(Arc::new(content), shown, depth + 1, written);
    }
    lock.report(bundle);
}

/// A name in UTF-8 or CP437, decoded by the crate; other bytes become U+FFFD. A long one is cut.
fn entry_name(name: Result<std::borrow::Cow<'_, str>, ZipError>, raw: &[u8]) -> String {
    let name = name.unwrap_or_else(|_| String::from_utf8_lossy(raw));
    short(&name).into_owned()
}
