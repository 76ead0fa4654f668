//! Zip archives: every entry is a source, unpacked while it is read and never written anywhere.
//!
//! Names of entries are names and nothing else: no path is ever made of them, so `../x` and `C:\x` cannot lead
//! anywhere. They are read and reported, because somebody who packs such names may not have meant well.

use std::io;
use std::sync::Arc;

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::Bundle;
use super::archive::{ArchiveKind, InOrder, check_name, out_of_order};
use super::content::{Content, Use};
use super::limits::{Budget, Capped};
use super::map::Shared;

/// The kind.
pub(super) struct Zip;

/// An entry.
#[derive(Debug)]
struct Entry {
    archive: Arc<ZipArchive<Shared>>,
    index: usize,
    size: u64,
    budget: Arc<Budget>,
}

impl ArchiveKind for Zip {
    fn recognises(&self, head: &[u8]) -> bool {
        // the second is an archive without entries
        head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut Bundle) {
        let Some((file, broken)) = out_of_order(&*content, name, bundle) else { return };
        if let Some(error) = broken {
            bundle.problem(name, format!("is not whole: {error}"), super::AGAIN);
        }
        let mut archive = match open(file.clone()) {
            Ok(archive) => archive,
            Err(error) => return salvage(file, &error, name, depth, bundle),
        };
        if archive.is_empty() {
            bundle.problem(name, "is a zip archive without entries", "ask for it again");
        }
        let mut entries = Vec::new();
        for index in 0..archive.len() {
            match entry(&mut archive, index) {
                Ok(Some(found)) => entries.push((index, found)),
                Ok(None) => {}
                Err((entry, what, advice)) => bundle.problem(format!("{name}!{entry}"), what, advice),
            }
        }
        let archive = Arc::new(archive);
        for (index, Found { name: entry, size }) in entries {
            let shown = check_name(bundle, name, &entry);
            let content =
                Entry { archive: Arc::clone(&archive), index, size, budget: Arc::clone(&bundle.budget) };
            bundle.add(Arc::new(content), shown, depth + 1);
        }
    }
}

/// Reads an archive without its directory, which stands at the end and is lost when a copy breaks off: the entries from the
/// start, as far as they come.
fn salvage(mut file: Shared, error: &ZipError, name: &str, depth: usize, bundle: &mut Bundle) {
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
        let entry_name = entry_name(entry.name(), entry.name_raw());
        if !entries.unpack(name, &entry_name, &mut entry) {
            break None;
        }
    };
    let why = end.map_or_else(|| error.to_string(), |end| format!("{error}; {end}"));
    bundle.problem(
        name,
        format!("is a zip archive that is cut off or damaged ({why}); {} entries could be read", entries.len()),
        "what came is in this report; ask for the archive again, or repair it with 7-Zip and point spoglight at the folder",
    );
    entries.finish(name, depth, bundle);
}

struct Found {
    name: String,
    size: u64,
}

#[expect(clippy::disallowed_methods, reason = "every entry is read through Capped")]
fn open(file: Shared) -> Result<ZipArchive<Shared>, ZipError> {
    ZipArchive::new(file)
}

/// What is known of an entry before it is read; `None` for a folder.
fn entry(
    archive: &mut ZipArchive<Shared>,
    index: usize,
) -> Result<Option<Found>, (String, String, &'static str)> {
    let nameless = || format!("entry {index}");
    let entry = archive.by_index_raw(index).map_err(|error| {
        (nameless(), format!("cannot be read: {error}"), "the archive is damaged: ask for it again")
    })?;
    let name = entry_name(entry.name(), entry.name_raw());
    if entry.is_dir() {
        return Ok(None);
    }
    if entry.encrypted() {
        return Err((
            name,
            "is encrypted".to_owned(),
            "unpack it with its password and point spoglight at the folder",
        ));
    }
    if entry.is_symlink() {
        return Err((
            name,
            "is a link; links in archives are not followed".to_owned(),
            "ask for the file it points to",
        ));
    }
    Ok(Some(Found { name, size: entry.size() }))
}

/// A name in UTF-8 or CP437, which the crate tells apart; bytes that are neither become U+FFFD.
fn entry_name(name: Result<std::borrow::Cow<'_, str>, ZipError>, raw: &[u8]) -> String {
    name.map_or_else(|_| String::from_utf8_lossy(raw).into_owned(), std::borrow::Cow::into_owned)
}

impl Content for Entry {
    fn read(&self, name: &str, _: u64, use_it: Use<'_>) -> io::Result<()> {
        // a clone shares the directory and the file, and has its own place in it
        let mut archive = ZipArchive::clone(&self.archive);
        let mut entry = archive.by_index(self.index).map_err(|error| match error {
            ZipError::Io(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
        })?;
        let packed = entry.compressed_size();
        use_it(&mut Capped::new(&mut entry, name, packed, &self.budget))
    }

    fn size(&self) -> u64 {
        self.size
    }
}
