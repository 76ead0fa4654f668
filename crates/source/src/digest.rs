//! [`digests`]: SHA-256 of every file on disk below some paths, so that a reader of a report can prove which bytes it is about.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use spoglight_text::secrets::mask;

use crate::listing::{ListedFile, files_below};
use crate::on_disk::OnDisk;

/// Bytes that are read at a time.
const STEP: usize = 1 << 20;

/// A file on disk with the SHA-256 of its bytes. An archive is one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigest {
    /// Name in reports, as that of a source.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 in lower case hexadecimal digits; `None` if it could not be read.
    pub sha256: Option<String>,
}

/// The files below `paths`, in the order of a run, each with the SHA-256 of the bytes it has now. `advance` receives the
/// number of bytes that were read, on several threads.
pub fn digests(paths: &[PathBuf], advance: &(dyn Fn(u64) + Sync)) -> Vec<FileDigest> {
    let (files, _) = files_below(paths);
    files
        .into_par_iter()
        .map(|ListedFile { path, name }| {
            let name = match mask(&name) {
                Cow::Owned(masked) => masked,
                Cow::Borrowed(_) => name,
            };
            match digest(&path, advance) {
                Ok((bytes, sha256)) => FileDigest { name, bytes, sha256: Some(sha256) },
                Err(_) => FileDigest { name, bytes: 0, sha256: None },
            }
        })
        .collect()
}

fn digest(path: &Path, advance: &dyn Fn(u64)) -> std::io::Result<(u64, String)> {
    let (file, _) = OnDisk::open(path)?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    file.read(0, &mut |stream| {
        let mut step = vec![0; STEP.min(usize::try_from(file.size()).unwrap_or(STEP).max(1))];
        loop {
            match stream.read(&mut step)? {
                0 => return Ok(()),
                count => {
                    hash.update(step.get(..count).unwrap_or_default());
                    bytes += count as u64;
                    advance(count as u64);
                }
            }
        }
    })?;
    Ok((bytes, hexadecimal(&hash.finalize())))
}

/// SHA-256 of a text in lower case hexadecimal digits.
pub fn sha256_of(text: &[u8]) -> String {
    hexadecimal(&Sha256::digest(text))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_sums_that_other_programs_find() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("sub")).expect("a folder");
        std::fs::write(folder.path().join("a.log"), "abc").expect("a file");
        std::fs::write(folder.path().join("sub").join("b.zip"), "").expect("a file");
        let read = std::sync::atomic::AtomicU64::new(0);
        let found = digests(&[folder.path().to_owned()], &|bytes| {
            read.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
        });
        let [one, two] = found.as_slice() else { panic!("{found:?}") };
        assert!(one.name.ends_with("/a.log") && two.name.ends_with("/sub/b.zip"), "{found:?}");
        // FIPS 180-4, appendix
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((one.bytes, one.sha256.as_deref()), (3, Some(known)));
        assert!(two.sha256.as_deref().is_some_and(|sum| sum.starts_with("e3b0c44298fc1c14")));
        assert_eq!(read.into_inner(), 3);
    }
}
