//! [`ArchiveKind`], and the parts that all kinds share.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Read};
use std::sync::Arc;

use crate::content::{Content, Spool, to_seek};
use crate::limits::Capped;
use crate::mmap::Shared;
use crate::mtime::ModifiedTime;
use crate::sink::Sink;

/// A kind of archive.
pub(crate) trait ArchiveKind: Sync {
    /// Returns whether a file that begins with these bytes is of this kind.
    fn recognises(&self, head: &[u8]) -> bool;

    /// First bytes of a file of this kind: enough to be recognised, and not more. Tests put them in front of other bytes.
    fn magic(&self) -> &'static [u8];

    /// Opens the archive `content`, named `name`, and adds its entries and problems to `bundle`. The archive is
    /// inside `depth` others.
    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink);
}

/// The bytes of an archive that must be read out of order, and the error that ended them early; `None` if there are
/// none, which was reported.
pub(super) fn out_of_order(
    content: &dyn Content,
    name: &str,
    bundle: &mut dyn Sink,
) -> Option<(Shared, Option<io::Error>)> {
    to_seek(content, name, bundle.budget())
        .map_err(|error| {
            let advice = crate::problem::advice_for(&error.to_string());
            bundle.unread_entries(name, format!("cannot be unpacked: {error}"), advice);
        })
        .ok()
}

/// Entries of an archive that can only be unpacked in their order: they are unpacked once, to memory or to a
/// temporary file, and become parts of that.
pub(super) struct InOrder {
    spool: Spool,
    found: Vec<Part>,
    /// Size of the archive in bytes.
    packed: u64,
}

/// An entry in the spool.
struct Part {
    name: String,
    start: u64,
    size: u64,
    written: ModifiedTime,
    /// The error that ended it early.
    broken: Option<String>,
}

impl InOrder {
    pub(super) fn new(packed: u64, bundle: &dyn Sink) -> InOrder {
        InOrder { spool: Spool::new(Arc::clone(bundle.budget())), found: Vec::new(), packed }
    }

    /// Unpacks the next entry of `archive`, which declares `says` bytes; returns `false` if it breaks off.
    pub(super) fn unpack(
        &mut self,
        archive: &str,
        name: &str,
        stream: &mut dyn Read,
        says: Option<u64>,
        written: ModifiedTime,
    ) -> bool {
        let shown = shown(archive, name);
        let budget = Arc::clone(self.spool.budget());
        let (start, end, error) = self.spool.add(&mut Capped::new(stream, &shown, self.packed, &budget));
        let broken = error.map(|error| error.to_string());
        let whole = broken.is_none();
        if let Some(says) = says.filter(|says| whole && *says != end - start) {
            budget.noticed().wrong_size(&shown, end - start, says);
        }
        self.found.push(Part { name: name.to_owned(), start, size: end - start, written, broken });
        whole
    }

    /// Number of entries so far.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Adds all entries to the bundle, and reports the incomplete ones.
    pub(super) fn finish(self, archive: &str, depth: usize, bundle: &mut dyn Sink) {
        let file = match self.spool.finish() {
            Ok(file) => file,
            Err(error) => {
                return bundle.unread_entries(
                    archive,
                    format!("cannot be unpacked: {error}"),
                    "check the free space on the disk for temporary files",
                );
            }
        };
        for Part { name, start, size, written, broken } in self.found {
            let shown = check_name(bundle, archive, &name);
            if let Some(why) = broken {
                let what = format!("breaks off after {size} bytes: {why}");
                let advice = crate::problem::advice_for(&what);
                bundle.problem(shown.clone(), what, advice);
            }
            bundle.add(Arc::new(file.part(start, size)), shown, depth + 1, written);
        }
    }
}

/// Entries that are not read, grouped: a hundred with the same reason are one message that names the first.
#[derive(Default)]
pub(super) struct Refused(BTreeMap<Reason, (String, u64)>);

/// Reason for one entry, for several entries, and advice.
type Reason = (String, String, &'static str);

impl Refused {
    pub(super) fn add(&mut self, entry: String, one: &str, several: &str, advice: &'static str) {
        self.0.entry((one.to_owned(), several.to_owned(), advice)).or_insert((entry, 0)).1 += 1;
    }

    /// Adds an entry that is a link.
    pub(super) fn link(&mut self, entry: String) {
        self.add(
            entry,
            "is a link; links in archives are not followed",
            "are links; links in archives are not followed",
            "request the files they point to",
        );
    }

    /// Reports all groups.
    pub(super) fn report(self, archive: &str, bundle: &mut dyn Sink) {
        for ((one, several, advice), (first, count)) in self.0 {
            match count {
                1 => bundle.problem(shown(archive, &first), one, advice),
                _ => bundle.unread_entries(
                    archive,
                    format!("has {count} entries, such as {first}, that {several}"),
                    advice,
                ),
            }
        }
    }
}

/// Maximum number of bytes of the name of an entry. No system has longer ones, and a name is kept, compared and printed.
const LONGEST_NAME: usize = 1024;

/// Name of an entry in messages. A longer one than systems allow is cut, and ends with a number that keeps it apart from
/// others.
pub(super) fn shown(archive: &str, entry: &str) -> String {
    if entry.len() <= LONGEST_NAME {
        return format!("{archive}!{}", entry.replace('\\', "/"));
    }
    let end = (0..=LONGEST_NAME).rev().find(|at| entry.is_char_boundary(*at)).unwrap_or(0);
    let mut hasher = DefaultHasher::new();
    entry.hash(&mut hasher);
    let start = entry.get(..end).unwrap_or_default().replace('\\', "/");
    format!("{archive}!{start}...{:016x}", hasher.finish())
}

/// Checks the name of an entry, and returns the name for messages. Names of entries are only names: no path is ever
/// made of them, so `../x` and `C:\x` cannot lead anywhere. Such entries are read and reported, because the archive
/// may be hostile.
pub(super) fn check_name(bundle: &mut dyn Sink, archive: &str, name: &str) -> String {
    let shown = shown(archive, name);
    if leads_out(name) {
        bundle.problem(
            shown.clone(),
            "has a name that would lead out of the folder it is unpacked to",
            "it was read and nothing was written; be careful when you unpack this archive by hand",
        );
    }
    shown
}

/// Device names of Windows, with any extension.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// Returns whether unpacking under this name would write outside the folder, or not to a file: `..`, an absolute
/// path, a drive or server, a device, an alternate stream.
fn leads_out(name: &str) -> bool {
    let name = name.replace('\\', "/");
    let strange = |part: &str| {
        let bare = part.split('.').next().unwrap_or(part).trim_end().to_ascii_lowercase();
        let numbered = |device: &str| {
            bare.strip_prefix(device)
                .is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
        };
        part == ".."
            || part.contains(':')
            || DEVICES.contains(&bare.as_str())
            || numbered("com")
            || numbered("lpt")
    };
    name.starts_with('/') || name.split('/').any(strange)
}

#[cfg(test)]
mod tests {
    use super::leads_out;

    #[test]
    fn names_that_lead_out() {
        for name in [
            "../x",
            "a/../../x",
            "/etc/x",
            "C:\\x",
            "\\\\server\\x",
            "a/CON",
            "nul.txt",
            "x.log:hidden",
            "COM1.log",
        ] {
            assert!(leads_out(name), "{name}");
        }
        for name in ["a/b..c/x.log", "console.log", "a/communication.log", "..x", "com10.log"] {
            assert!(!leads_out(name), "{name}");
        }
    }
}
