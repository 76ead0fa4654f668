//! Zip archives: every entry is a source, unpacked while it is read and never written anywhere.
//!
//! Names of entries are names and nothing else: no path is ever made of them, so `../x` and `C:\x` cannot lead
//! anywhere. They are read and reported, because somebody who packs such names may not have meant well.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use ::zip::ZipArchive;
use ::zip::result::ZipError;

use super::archive::{Archive, ArchiveKind};
use super::map::Shared;
use super::{Bundle, Place, Source};

/// The kind.
pub(super) struct Zip;

#[derive(Debug)]
struct Open {
    archive: ZipArchive<Shared>,
}

impl ArchiveKind for Zip {
    fn recognises(&self, head: &[u8]) -> bool {
        // the second is an archive without entries
        head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
    }

    fn open(&self, path: &Path, name: &str, bundle: &mut Bundle) {
        let opened = Shared::open(path).map_err(ZipError::Io).and_then(open);
        let mut archive = match opened {
            Ok(archive) => archive,
            Err(error) => {
                return bundle.problem(
                    name,
                    format!("is a zip archive that cannot be read: {error}"),
                    "it is cut off or damaged: ask for it again, or repair it with 7-Zip and point spoglight at the folder",
                );
            }
        };
        if archive.is_empty() {
            bundle.problem(name, "is a zip archive without entries", "ask for it again");
        }
        let mut entries = Vec::new();
        for index in 0..archive.len() {
            match entry(&mut archive, index, name) {
                Ok(Some(found)) => entries.push((index, found)),
                Ok(None) => {}
                Err((entry, what, advice)) => bundle.problem(format!("{name}!{entry}"), what, advice),
            }
        }
        entries.sort_by(|a, b| a.1.path.cmp(&b.1.path));
        let archive: Arc<dyn Archive> = Arc::new(Open { archive });
        for (index, Found { path, size, warning }) in entries {
            if let Some((what, advice)) = warning {
                bundle.problem(path.clone(), what, advice);
            }
            bundle.sources.push(Source {
                path,
                size,
                place: Place::Entry { archive: Arc::clone(&archive), index },
            });
        }
    }
}

struct Found {
    path: String,
    size: u64,
    warning: Option<(&'static str, &'static str)>,
}

#[expect(clippy::disallowed_methods, reason = "every entry is read through Capped")]
fn open(file: Shared) -> Result<ZipArchive<Shared>, ZipError> {
    ZipArchive::new(file)
}

/// What is known of an entry before it is read; `None` for a folder.
fn entry(
    archive: &mut ZipArchive<Shared>,
    index: usize,
    archive_name: &str,
) -> Result<Option<Found>, (String, String, &'static str)> {
    let nameless = || format!("entry {index}");
    let entry = archive.by_index_raw(index).map_err(|error| {
        (nameless(), format!("cannot be read: {error}"), "the archive is damaged: ask for it again")
    })?;
    let name = match entry.name() {
        Ok(name) => name.into_owned(),
        Err(_) => String::from_utf8_lossy(entry.name_raw()).into_owned(),
    };
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
    let warning = leads_out(&name).then_some((
        "has a name that would lead out of the folder it is unpacked to",
        "it was read and nothing was written; be careful when you unpack this archive by hand",
    ));
    Ok(Some(Found {
        path: format!("{archive_name}!{}", name.replace('\\', "/")),
        size: entry.size(),
        warning,
    }))
}

/// Whether unpacking under this name would write outside the folder: `..`, an absolute path, a drive, a server.
fn leads_out(name: &str) -> bool {
    let name = name.replace('\\', "/");
    name.starts_with('/') || name.split('/').any(|part| part == "..") || name.as_bytes().get(1) == Some(&b':')
}

impl Archive for Open {
    fn read(&self, index: usize, use_it: &mut dyn FnMut(&mut dyn Read, u64)) -> io::Result<()> {
        // a clone shares the directory and the file, and has its own place in it
        let mut archive = self.archive.clone();
        let mut entry = archive.by_index(index).map_err(|error| match error {
            ZipError::Io(error) => error,
            other => io::Error::new(io::ErrorKind::InvalidData, other.to_string()),
        })?;
        let packed = entry.compressed_size();
        use_it(&mut entry, packed);
        Ok(())
    }
}
