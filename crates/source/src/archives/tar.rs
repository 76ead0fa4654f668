//! Tar archives: every file in them is a source without compression. In a compressed file the tar is copied once, so
//! that its files can be read side by side.
//!
//! Sparse files are read without their holes, which a log only has where its writer was at a position beyond its end.

use std::io::{self, BufRead as _, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;

use ::tar::{Archive, Entry, EntryType, GnuExtSparseHeader, Header, PaxExtensions};

use super::archive::{ArchiveKind, Refused, check_name, next_data, out_of_order, short};
use crate::content::Content;
use crate::mtime::ModifiedTime;
use crate::problem::{advice_for, is_ours};
use crate::shared::Shared;
use crate::sink::Sink;

/// Block size of tar: everything is padded to it.
const BLOCK: u64 = 512;

/// Maximum number of bytes of a long name, of the attributes of an entry, or of the map of a sparse file, which are read
/// to memory.
const LONGEST_HEADER: u64 = 1 << 20;

/// Position of the first entry with more than [`LONGEST_HEADER`] bytes before its data, if there is one.
fn oversized(file: &mut (impl Read + Seek)) -> Option<u64> {
    let (mut at, mut next_size) = (0, None);
    let mut block = [0; BLOCK as usize];
    loop {
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut block).ok()?;
        let header = Header::from_byte_slice(&block);
        // zeros, or no header: the reader of entries reports it
        let size = header.entry_size().ok().filter(|_| header.as_bytes()[0] != 0)?;
        let kind = header.entry_type();
        let is_about_next =
            kind.is_gnu_longname() || kind.is_gnu_longlink() || kind.is_pax_local_extensions();
        if (is_about_next || kind.is_pax_global_extensions()) && size > LONGEST_HEADER {
            return Some(at);
        }
        let map = if is_extended(header) { more_map(file) } else { 0 };
        if map > LONGEST_HEADER {
            return Some(at);
        }
        let mut length = size;
        if kind.is_pax_local_extensions() {
            let mut attributes = vec![0; size as usize];
            file.read_exact(&mut attributes).ok()?;
            let known =
                PaxExtensions::new(&attributes).flatten().find(|attribute| attribute.key_bytes() == b"size");
            next_size = known.and_then(|size| size.value().ok()?.parse().ok());
        } else if !is_about_next {
            // attributes give the size of a file that is too large for the header
            length = next_size.take().unwrap_or(size);
        }
        at = at.checked_add(BLOCK + map)?.checked_add(length.checked_next_multiple_of(BLOCK)?)?;
    }
}

/// Whether more of the map of a sparse file follows its header.
fn is_extended(header: &Header) -> bool {
    header.entry_type().is_gnu_sparse() && header.as_gnu().is_some_and(::tar::GnuHeader::is_extended)
}

/// Number of bytes of the map of a sparse file after its header, up to the first number above [`LONGEST_HEADER`].
fn more_map(file: &mut impl Read) -> u64 {
    let mut block = GnuExtSparseHeader::new();
    let mut length = 0;
    while length <= LONGEST_HEADER && file.read_exact(block.as_mut_bytes()).is_ok() {
        length += BLOCK;
        if !block.is_extended() {
            break;
        }
    }
    length
}

/// Number of bytes of the map of a sparse file at the start of its data: a count and two numbers for each part, a line
/// each, padded to a block. `None` if it is damaged.
fn map_in_data(data: Shared) -> Option<u64> {
    let mut lines = BufReader::new(data.take(LONGEST_HEADER));
    let (mut line, mut length, mut left) = (Vec::new(), 0, 1);
    let mut is_count = true;
    while left > 0 {
        line.clear();
        length += lines.read_until(b'\n', &mut line).ok()? as u64;
        let number: u64 = str::from_utf8(line.strip_suffix(b"\n")?).ok()?.parse().ok()?;
        left = if is_count { number.checked_mul(2)? } else { left - 1 };
        is_count = false;
    }
    length.checked_next_multiple_of(BLOCK)
}

/// An archive whose entries are added.
struct Opened<'a> {
    file: Shared,
    name: &'a str,
    depth: usize,
    /// Advice for an entry that is cut off.
    advice: &'static str,
}

/// An entry, and where its data is.
struct Found {
    name: String,
    kind: EntryType,
    written: ModifiedTime,
    start: u64,
    size: u64,
    /// The map of a sparse file cannot be read.
    is_damaged: bool,
}

impl Found {
    /// `file` is the archive, which begins at `base` in it.
    fn new<R: Read>(entry: &mut Entry<'_, R>, file: &Shared, base: u64) -> Found {
        let mut name = short(&String::from_utf8_lossy(&entry.path_bytes())).into_owned();
        let header = entry.header().clone();
        let (mut start, mut size) = (base + entry.raw_file_position(), entry.size());
        let mut is_damaged = false;
        if header.entry_type().is_gnu_sparse() {
            size = header.entry_size().unwrap_or(0);
            let map = file.part(start, u64::MAX);
            start += if is_extended(&header) { more_map(&mut map.take(u64::MAX)) } else { 0 };
        } else if let Ok(Some(attributes)) = entry.pax_extensions() {
            let mut has_map = false;
            for attribute in attributes.flatten() {
                match attribute.key_bytes() {
                    b"GNU.sparse.name" => {
                        name = short(&String::from_utf8_lossy(attribute.value_bytes())).into_owned();
                    }
                    b"GNU.sparse.major" => has_map = attribute.value_bytes() != b"0",
                    _ => {}
                }
            }
            if has_map {
                let map = map_in_data(file.part(start, size)).filter(|map| *map <= size);
                is_damaged = map.is_none();
                (start, size) = (start + map.unwrap_or(0), size - map.unwrap_or(0));
            }
        }
        let written = ModifiedTime::from_seconds(header.mtime().unwrap_or(0));
        Found { name, kind: header.entry_type(), written, start, size, is_damaged }
    }

    /// Position of the block after it.
    fn end(&self) -> u64 {
        self.start.saturating_add(self.size).checked_next_multiple_of(BLOCK).unwrap_or(u64::MAX)
    }

    /// Adds it to the bundle, or to the refused entries.
    fn add(self, tar: &Opened<'_>, refused: &mut Refused, bundle: &mut dyn Sink) {
        let Opened { file, name: archive, depth, advice } = tar;
        let Found { name, kind, written, start, size, is_damaged } = self;
        match kind {
            EntryType::XGlobalHeader | EntryType::XHeader => return,
            EntryType::Symlink | EntryType::Link => return refused.link(name),
            EntryType::Char | EntryType::Block | EntryType::Fifo => {
                return refused.add(
                    name,
                    "is a device, pipe or socket",
                    "are devices, pipes or sockets",
                    "copy their content to files to read it",
                );
            }
            _ => {}
        }
        // a label of a volume, a list of names in an incremental backup; old archives mark folders by their names
        let is_folder = kind.is_dir() || name.ends_with('/');
        if matches!(kind.as_byte(), b'V' | b'D') || is_folder && size == 0 {
            return;
        }
        if is_damaged {
            return refused.add(
                name,
                "is a sparse file whose map is damaged, and was not read",
                "are sparse files whose maps are damaged, and were not read",
                "request the archive again",
            );
        }
        let shown = check_name(bundle, archive, &name);
        if start.saturating_add(size) > file.length() {
            bundle.problem(shown.clone(), "is cut off, like its archive", *advice);
        }
        if kind.as_byte() == b'M' {
            let what = "is the rest of a file that begins in another volume of the archive";
            bundle.problem(shown.clone(), what, "request all volumes of the archive");
        }
        // other kinds are files, too, to those who do not know them
        bundle.add(Arc::new(file.part(start, size)), shown, depth + 1, written);
    }
}

/// Returns whether a header is at the start of these bytes: its checksum is right.
fn is_header(bytes: &[u8]) -> bool {
    let Some(bytes) = bytes.first_chunk::<{ BLOCK as usize }>() else { return false };
    let header = Header::from_byte_slice(bytes);
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    // the checksum counts as spaces
    let is = sum(&bytes[..148]) + 8 * u32::from(b' ') + sum(&bytes[156..]);
    bytes[0] != 0 && header.cksum().is_ok_and(|says| says == is)
}

/// The tar kind.
pub(super) struct Tar;

impl ArchiveKind for Tar {
    fn recognises(&self, head: &[u8]) -> bool {
        // the old form has no magic number
        head.get(257..262) == Some(b"ustar") || is_header(head)
    }

    fn magic(&self) -> &'static [u8] {
        const HEAD: [u8; 262] = {
            let mut head = [0; 262];
            let (mut at, mark) = (0, b"ustar");
            while at < mark.len() {
                head[257 + at] = mark[at];
                at += 1;
            }
            head
        };
        &HEAD
    }

    fn open(&self, content: Arc<dyn Content>, name: &str, depth: usize, bundle: &mut dyn Sink) {
        let Some((file, broken)) = out_of_order(&*content, name, bundle) else { return };
        let mut end = broken.map(|error| error.to_string());
        let advice = advice_for(end.as_deref().unwrap_or_default());
        let tar = Opened { file: file.clone(), name, depth, advice };
        let (mut base, mut count, mut refused) = (0, 0u64, Refused::default());
        // one archive after the other: a copy may hold several
        loop {
            let part = file.part(base, u64::MAX);
            let readable = oversized(&mut part.clone()).unwrap_or(u64::MAX);
            if readable != u64::MAX {
                end = end.or_else(|| {
                    let most = LONGEST_HEADER;
                    Some(format!("a name, attribute or map of an entry has more than {most} bytes"))
                });
            }
            let mut ends = base;
            let mut archive = Archive::new(part.part(0, readable));
            let outcome = archive.entries_with_seek().and_then(|entries| {
                for entry in entries {
                    let found = Found::new(&mut entry?, &file, base);
                    ends = found.end();
                    count += 1;
                    found.add(&tar, &mut refused, bundle);
                }
                Ok::<(), io::Error>(())
            });
            if end.is_some() {
                break;
            }
            // an archive ends with blocks of zeros
            end = outcome.err().map(|error| error.to_string());
            if end.is_none() && file.length() < ends.saturating_add(BLOCK) {
                end = Some("its end is missing".to_owned());
            }
            let data = end.is_none().then(|| next_data(&file, ends, file.length())).flatten();
            let Some(next) = data.map(|at| at / BLOCK * BLOCK) else { break };
            let mut block = Vec::new();
            let _ = file.part(next, BLOCK).read_to_end(&mut block);
            if !is_header(&block) {
                let left = file.length() - next;
                bundle.unread_entries(
                    name,
                    format!("has {left} bytes after its end, from byte {next}, that were not read"),
                    "if entries are missing, request the archive again",
                );
                break;
            }
            base = next;
        }
        if let Some(error) = end {
            let advice = if is_ours(&error) {
                "the entries before that are in this report"
            } else {
                "the entries before that are in this report; request the archive again for the rest"
            };
            bundle.unread_entries(name, format!("breaks off after {count} entries: {error}"), advice);
        }
        refused.report(name, bundle);
    }
}

#[cfg(test)]
mod tests;
