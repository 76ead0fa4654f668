//! [`ArchiveKind`], and the parts that all kinds share.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Read};
use std::sync::Arc;

use crate::content::{Content, to_seek};
use crate::limits::{Budget, Capped};
use crate::meter::Meter;
use crate::mtime::ModifiedTime;
use crate::shared::Shared;
use crate::sink::Sink;
use crate::spool::Spool;

/// A kind of archive.
pub(crate) trait ArchiveKind: Sync {
    /// Returns whether a file that begins with these bytes is of this kind.
    fn recognises(&self, head: &[u8]) -> bool;

    /// First bytes of a file of this kind: enough to be recognised, and not more. Tests put them in front of other bytes.
    fn magic(&self) -> &'static [u8];

    /// Returns whether a file that begins with something else ends like one of this kind: a program may be in front of
    /// an archive.
    fn recognises_end(&self, _: &Shared) -> bool {
        false
    }

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

/// Position of the first byte from `from` to `to` that is not zero. Archives are padded with zeros.
pub(super) fn next_data(file: &Shared, from: u64, to: u64) -> Option<u64> {
    let mut reader = file.part(from, to.saturating_sub(from));
    let (mut at, mut bytes) = (from, vec![0; 64 << 10]);
    loop {
        let count = Read::read(&mut reader, &mut bytes).ok().filter(|count| *count > 0)?;
        if let Some(place) = bytes.get(..count)?.iter().position(|byte| *byte != 0) {
            return Some(at + place as u64);
        }
        at += count as u64;
    }
}

/// Entries of an archive that can only be unpacked in their order: they are unpacked once, to memory or to a
/// temporary file, and become parts of that.
pub(super) struct InOrder {
    spool: Spool,
    found: Vec<Part>,
    /// Size of the archive in bytes.
    packed: u64,
    /// The list of entries has reached the limit of memory.
    is_full: bool,
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

/// Bytes of memory of an entry in a list, without its name.
const LISTED: u64 = 128;

/// Counts the memory of an entry in a list against the limits.
pub(super) fn keep_listed(budget: &Budget, name: &str) -> bool {
    budget.keep(LISTED + name.len() as u64)
}

/// Counts an entry that is no longer in a list.
pub(super) fn release_listed(budget: &Budget, name: &str) {
    budget.release(LISTED + name.len() as u64);
}

/// Reports that the list of entries of an archive has reached the limit of memory.
pub(super) fn report_full(archive: &str, count: usize, bundle: &mut dyn Sink) {
    let what = bundle.budget().too_much(&format!("the list of its entries after the first {count}"));
    bundle.unread_entries(
        archive,
        format!("was not read completely: {what}"),
        "the entries before that are in this report",
    );
}

impl InOrder {
    pub(super) fn new(packed: u64, bundle: &dyn Sink) -> InOrder {
        let spool = Spool::of_archive(Arc::clone(bundle.budget()));
        InOrder { spool, found: Vec::new(), packed, is_full: false }
    }

    /// Unpacks the next entry of `archive`, which declares `says` bytes; returns `false` if it breaks off, or the list is
    /// full.
    pub(super) fn unpack(
        &mut self,
        archive: &str,
        name: &str,
        stream: &mut dyn Read,
        says: Option<u64>,
        written: ModifiedTime,
    ) -> bool {
        let name = short(name);
        let budget = Arc::clone(self.spool.budget());
        if !keep_listed(&budget, &name) {
            self.is_full = true;
            return false;
        }
        let shown = shown(archive, &name);
        let (start, end, error) =
            self.spool.add(&mut Capped::new(stream, &shown, self.packed, &Meter::default(), &budget));
        let broken = error.map(|error| error.to_string());
        let whole = broken.is_none();
        if let Some(says) = says.filter(|says| whole && *says != end - start) {
            budget.noticed().wrong_size(&shown, end - start, says);
        }
        self.found.push(Part { name: name.into_owned(), start, size: end - start, written, broken });
        whole
    }

    /// The error that ended the last entry early.
    pub(super) fn broken(&self) -> Option<&str> {
        self.found.last()?.broken.as_deref()
    }

    /// Number of entries so far.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether the list of entries has reached the limit of memory.
    pub(super) fn is_full(&self) -> bool {
        self.is_full
    }

    /// Adds all entries to the bundle, and reports the incomplete ones.
    pub(super) fn finish(self, archive: &str, depth: usize, bundle: &mut dyn Sink) {
        if self.is_full {
            report_full(archive, self.found.len(), bundle);
        }
        let budget = Arc::clone(self.spool.budget());
        let file = self.spool.finish();
        for Part { name, start, size, written, broken } in self.found {
            release_listed(&budget, &name);
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
        self.add_many((entry, 1), one, several, advice);
    }

    /// Adds several entries with the same reason: the first of them, and their number.
    pub(super) fn add_many(
        &mut self,
        (first, count): (String, u64),
        one: &str,
        several: &str,
        advice: &'static str,
    ) {
        self.0.entry((one.to_owned(), several.to_owned(), advice)).or_insert((first, 0)).1 += count;
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
                    format!("has {count} entries, such as {}, that {several}", short(&first)),
                    advice,
                ),
            }
        }
    }
}

/// Maximum number of bytes of the name of an entry. No system has longer ones, and a name is kept, compared and printed.
const LONGEST_NAME: usize = 1024;

/// Bytes that are added to a name that is cut.
const CUT: usize = 3 + 16;

/// The name of an entry, cut if it is longer than systems allow. A cut name ends with a number that keeps it apart from
/// others.
pub(super) fn short(entry: &str) -> Cow<'_, str> {
    if entry.len() <= LONGEST_NAME + CUT {
        return Cow::Borrowed(entry);
    }
    let end = (0..=LONGEST_NAME).rev().find(|at| entry.is_char_boundary(*at)).unwrap_or(0);
    let mut hasher = DefaultHasher::new();
    entry.hash(&mut hasher);
    Cow::Owned(format!("{}...{:016x}", entry.get(..end).unwrap_or_default(), hasher.finish()))
}

/// Name of an entry in messages.
pub(super) fn shown(archive: &str, entry: &str) -> String {
    format!("{archive}!{}", short(entry).replace('\\', "/"))
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
