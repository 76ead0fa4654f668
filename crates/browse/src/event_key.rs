//! [`EventKey`]: the identity of an event that survives a new index, and a rename, copy or rotation of its file.
//!
//! A key has the beginning of the file, the position of the event and its first line, as hashes. The path of the file is a
//! hint only: it decides between files that begin alike. An event whose file no longer begins alike, or whose line no longer
//! reads alike, is not found: no other event takes its key.

use std::fmt::{self, Display, Formatter};
use std::io::{self, Read as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use spoglight_model::analysis::SourceFacts;
use spoglight_source::{Source, SourceId};

use crate::event_id::EventId;
use crate::index::{EventIndex, IndexedLog};

/// Bytes at the beginning of a file that identify it, at most.
const HEAD: u64 = 1024;

/// Bytes of the first line of an event that identify it, at most.
pub(crate) const LINE: usize = 16 << 10;

/// Hash of the beginning of a file: its first 1024 bytes, or all of a smaller file. Written as `LENGTH-HASH`, with the number
/// of bytes that were hashed and 16 hexadecimal digits.
///
/// A file that has grown since still matches, because only as many bytes of it are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint {
    length: usize,
    hash: u64,
}

/// Hash of the first line of an event, without its line end. Written as 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LineHash(u64);

/// Identity of an event, independent of its index and of the name of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventKey {
    /// Path of its source when the key was made.
    pub path: String,
    /// Offset in the source, in bytes.
    pub offset: u64,
    /// Beginning of the source. `None` in a session of an earlier version: then only the source at `path` can have the event.
    pub fingerprint: Option<Fingerprint>,
    /// First line of the event. `None` in a session of an earlier version: then every line at `offset` is accepted.
    pub line: Option<LineHash>,
}

/// The first 8 bytes of a SHA-256.
fn hash(bytes: &[u8]) -> u64 {
    Sha256::digest(bytes).iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

impl Fingerprint {
    fn from_head(head: &[u8]) -> Fingerprint {
        Fingerprint { length: head.len(), hash: hash(head) }
    }

    /// Returns true if a file with this beginning is the same, or has grown since.
    fn matches(self, head: &[u8]) -> bool {
        head.get(..self.length).is_some_and(|head| hash(head) == self.hash)
    }
}

impl Display for Fingerprint {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{:016x}", self.length, self.hash)
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> String {
        fingerprint.to_string()
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Fingerprint, String> {
        let parsed = text.split_once('-').and_then(|(length, hash)| {
            Some(Fingerprint { length: length.parse().ok()?, hash: u64::from_str_radix(hash, 16).ok()? })
        });
        parsed.ok_or_else(|| format!("`{text}` is not a fingerprint of a file"))
    }
}

impl LineHash {
    /// The hash of the first line of `text`.
    pub(crate) fn from_text(text: &[u8]) -> LineHash {
        let near = text.get(..LINE).unwrap_or(text);
        let line = near.split(|byte| *byte == b'\n').next().unwrap_or_default();
        LineHash(hash(line.strip_suffix(b"\r").unwrap_or(line)))
    }
}

impl Display for LineHash {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{:016x}", self.0)
    }
}

impl From<LineHash> for String {
    fn from(line: LineHash) -> String {
        line.to_string()
    }
}

impl TryFrom<String> for LineHash {
    type Error = String;

    fn try_from(text: String) -> Result<LineHash, String> {
        let parsed = u64::from_str_radix(&text, 16);
        parsed.map(LineHash).map_err(|_| format!("`{text}` is not a hash of a line"))
    }
}

/// Reads the beginning of a source.
fn read_head(source: &Source) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    source.read(0, |stream| stream.take(HEAD).read_to_end(&mut head))?;
    Ok(head)
}

impl IndexedLog<'_> {
    /// The beginning of the source. It is read once.
    pub(crate) fn head(&self) -> io::Result<&[u8]> {
        if let Some(head) = self.head.get() {
            return Ok(head);
        }
        let head = read_head(&self.source)?;
        Ok(self.head.get_or_init(|| head.into()))
    }
}

impl EventIndex<'_> {
    /// Makes the key of an event. Reads its first line and the beginning of its source.
    ///
    /// Fails if its file cannot be read any more, or was replaced by another one since the index was made.
    pub fn key_of(&self, event: EventId, facts: &[SourceFacts]) -> io::Result<EventKey> {
        let line = self.line_hash(event)?;
        let (part, _) = self.locate(event).ok_or(io::ErrorKind::NotFound)?;
        let head = part.log.head()?;
        // after the line: a file that is replaced between the two is noticed
        if !read_head(&part.log.source)?.starts_with(head) {
            return Err(io::Error::other("the file was replaced by another one"));
        }
        let path = facts.get(part.log.at).map_or_else(String::new, |facts| facts.path.to_string());
        let fingerprint = Some(Fingerprint::from_head(head));
        Ok(EventKey { path, offset: self.offset(event), fingerprint, line: Some(line) })
    }

    /// Finds the event of a key that another index made. Of several sources with the same beginning and line the one at the
    /// path of the key is preferred, then the first. `None` if its event is gone, or cannot be read.
    pub fn find(&self, key: &EventKey, facts: &[SourceFacts]) -> Option<EventId> {
        let hint = facts.iter().position(|facts| *facts.path == *key.path);
        let at_hint = || self.event_of(key, self.log(hint?)?);
        // without a fingerprint only the path says which source it is
        let elsewhere = || {
            key.fingerprint?;
            let logs = (0..facts.len()).filter(|at| Some(*at) != hint).filter_map(|at| self.log(at));
            logs.into_iter().find_map(|log| self.event_of(key, log))
        };
        at_hint().or_else(elsewhere)
    }

    /// The event of a key, if this is its source.
    fn event_of(&self, key: &EventKey, log: &IndexedLog<'_>) -> Option<EventId> {
        let event = self.event_at(SourceId::new(log.at), key.offset)?;
        let Some(line) = key.line else { return Some(event) };
        // the cheap question first: the others read files
        let is_it = self.offset(event) == key.offset
            && key.fingerprint.is_none_or(|print| log.head().is_ok_and(|head| print.matches(head)))
            && self.line_hash(event).is_ok_and(|now| now == line);
        is_it.then_some(event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_matches_what_has_grown_and_nothing_else() {
        let print = Fingerprint::from_head(b"one\n");
        assert!(print.matches(b"one\n") && print.matches(b"one\ntwo\n"));
        assert!(!print.matches(b"one") && !print.matches(b"two\n") && !print.matches(b""));
    }

    #[test]
    fn the_written_form_is_read_again_and_another_is_refused() {
        let print = Fingerprint::from_head(b"one\n");
        assert_eq!(Fingerprint::try_from(print.to_string()), Ok(print));
        let line = LineHash::from_text(b"one\r\ntwo");
        assert_eq!(line, LineHash::from_text(b"one\n"));
        assert_eq!(LineHash::try_from(line.to_string()), Ok(line));
        for foreign in ["", "x", "4", "4-x", "-1"] {
            assert!(Fingerprint::try_from(foreign.to_owned()).is_err(), "{foreign}");
        }
        assert!(LineHash::try_from("no hash".to_owned()).is_err());
    }
}
